/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixture.h - what the unit tests put into the modules that read.
 *
 * Sub-buffers written byte by byte as the kernel lays them out
 * (include/linux/ring_buffer.h, struct ring_buffer_event), a source that
 * hands them out, and directory trees that stand for tracefs and /proc. None
 * of it uses the library that is to read it.
 */
#ifndef MPT_TEST_FIXTURE_H
#define MPT_TEST_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "page.h"
#include "source.h"

/* --- sub-buffers --------------------------------------------------------- */

enum { FX_PAGE_SIZE = 4096, FX_PAGE_HEADER = 16 };

/* A sub-buffer while it is being written. */
struct fx_page {
	uint64_t ts;  /* of the last record */
	size_t len;   /* bytes after the header */
	int64_t lost; /* records lost before it; -1: not known how many */
	unsigned char data[FX_PAGE_SIZE];
};

/* An empty sub-buffer that begins at @ts. */
void fx_page_begin(struct fx_page *page, uint64_t ts);

/* Whether a record of @size bytes, with a time extend, would still fit. */
bool fx_page_has_room(const struct fx_page *page, size_t size);

/*
 * A record at time @ts (not before the last one), in the form that the kernel
 * would choose: its length in type_len or in a word of its own, a time extend
 * before it where the distance needs one.
 */
void fx_page_record(struct fx_page *page, uint64_t ts, const void *record, size_t size);

/* A time extend of @delta nanoseconds, whether needed or not. */
void fx_page_extend(struct fx_page *page, uint64_t delta);

/* An absolute time, of which the kernel stores the low 59 bits. */
void fx_page_stamp(struct fx_page *page, uint64_t ts);

/* A discarded record of @size bytes (at least 4), which holds garbage. */
void fx_page_discarded(struct fx_page *page, size_t size);

/* Writes the header; what is not written to stays garbage. */
const void *fx_page_end(struct fx_page *page);

/* The finished sub-buffer in the form that mpt_pages_push() takes; freed by whoever gets it. */
struct mpt_page *fx_page_copy(struct fx_page *page);

/* --- a source ------------------------------------------------------------ */

struct fx_queue {
	struct fx_page **pages;
	size_t n, next;
};

struct fx_source {
	struct mpt_source source;
	struct fx_queue *cpus;
	int fail;     /* what reading returns, when not 0 */
	size_t reads; /* sub-buffers handed out */
};

void fx_source_init(struct fx_source *fx, unsigned ncpus);
void fx_source_free(struct fx_source *fx);

/* A new sub-buffer at the end of a CPU's queue; owned by the source. The last one counts as not
 * full. */
struct fx_page *fx_source_page(struct fx_source *fx, unsigned cpu, uint64_t ts);

/* --- records of our own events ------------------------------------------- */

/* The event ids of fx_write_events(). */
enum { FX_ID_RENAME = 204, FX_ID_NEWTASK = 205, FX_ID_ENTER = 1649, FX_ID_EXIT = 1651 };

struct fx_common {
	uint16_t type;
	uint8_t flags;
	uint8_t preempt_count;
	int32_t pid;
} __attribute__((packed));

struct fx_enter {
	struct fx_common common;
	uint64_t ip;
	uint64_t mode, nodemask, maxnode, addr, flags;
} __attribute__((packed));

/* Of a kernel with at most 64 possible nodes. */
struct fx_exit {
	struct fx_common common;
	uint64_t func, ret_ip;
	uint32_t u_mode0;
	uint64_t u_nodemask0;
	int64_t ret;
} __attribute__((packed));

struct fx_newtask {
	struct fx_common common;
	int32_t pid;
	char comm[16];
	uint32_t hole;
	uint64_t clone_flags;
	int16_t oom_score_adj;
	uint16_t end;
} __attribute__((packed));

struct fx_rename {
	struct fx_common common;
	int32_t pid;
	char oldcomm[16];
	char newcomm[16];
	int16_t oom_score_adj;
	uint16_t end;
} __attribute__((packed));

/* The text of events/header_page. */
extern const char fx_header_page[];

/* What every event's format has between its ID and its own fields. */
#define FX_COMMON_FIELDS                                                          \
	"format:\n"                                                               \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"    \
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"    \
	"\tfield:unsigned char common_preempt_count;\toffset:3;\tsize:1;\tsigned" \
	":0;\n"                                                                   \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"                \
	"\n"

/* --- directory trees ------------------------------------------------------ */

struct fx_tree {
	char path[64];
	int fd;
};

void fx_tree_make(struct fx_tree *tree);
/* Removes it with all that is in it. */
void fx_tree_remove(struct fx_tree *tree);

/* Writes a file below the tree, and the directories that it needs. */
void fx_tree_write(const struct fx_tree *tree, const char *path, const char *text);
void fx_tree_unlink(const struct fx_tree *tree, const char *path);

/* header_page, the task events, and enter and exit of get_mempolicy in @group. */
void fx_write_events(const struct fx_tree *tree, const char *group);

/* A process as /proc shows it: PID/status and PID/comm. */
void fx_write_proc(const struct fx_tree *tree, int tid, int tgid, int uid, const char *comm);

#endif
