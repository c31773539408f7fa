/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat.h - the layout of trace.dat, version 6 (trace-cmd.dat.v6(5)).
 *
 * A header - event formats, names of processes, options, a table of where the
 * sub-buffers of each CPU are - then those, CPU by CPU. What only we need is
 * where nobody else looks: a mark and a note behind the header's last item, in
 * what is padding to others, and behind the last CPU the rest of the note.
 */
#ifndef MPT_DAT_H
#define MPT_DAT_H

#include <stdint.h>

#define MPT_DAT_MAGIC	"\x17\x08\x44tracing"
#define MPT_DAT_VERSION "6"
#define MPT_DAT_PAGE	"header_page"
#define MPT_DAT_EVENT	"header_event"
/* ten bytes each, the NUL included */
#define MPT_DAT_OPTIONS "options  "
#define MPT_DAT_RECORD	"flyrecord"

/* Options: a number (2 bytes), a length (4 bytes), so many bytes. */
enum mpt_dat_option {
	MPT_DAT_END = 0,
	MPT_DAT_TRACECLOCK = 4, /* behind the table of CPUs stands the clock's name */
	MPT_DAT_UNAME = 5,
	MPT_DAT_WRITER = 9,
};

/* Of the table: a row per CPU. */
struct mpt_dat_cpu {
	uint64_t offset; /* a multiple of the sub-buffer's size */
	uint64_t size;	 /* bytes */
};

enum mpt_dat_state {
	MPT_DAT_OPEN, /* it is being written, or who wrote it was killed */
	MPT_DAT_WHOLE,
	MPT_DAT_CUT, /* writing failed: .error; what is there is right */
};

#define MPT_DAT_MARK "mempoltrace"

struct mpt_dat_mark {
	char name[12]; /* MPT_DAT_MARK */
	uint32_t version;
	uint32_t state;
	uint32_t error;
	uint64_t plan_size;   /* of the part of the note that stands behind the mark */
	uint64_t note_offset; /* the rest, who is who: at the end, since it grows */
	uint64_t note_size;
	uint64_t lost; /* records that the kernel overwrote or dropped, and that can be calls' */
	uint64_t duration; /* of the tracing, nanoseconds */
};

enum { MPT_DAT_MARK_VERSION = 1 };

#endif
