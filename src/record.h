/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - from raw records to events.
 *
 * Where each field lies is looked up once per event id, by name, in the
 * event's format; decoding a record is then a handful of loads.
 */
#ifndef MPT_RECORD_H
#define MPT_RECORD_H

#include <stdint.h>
#include <sys/types.h>

#include "plan.h"

struct mpt_buf;
struct mpt_err;
struct mpt_record;
struct mpt_decoder;

/* Where the texts of event formats come from, and what kind of machine they are about. */
struct mpt_formats {
	/*
	 * Appends a text to @ret.
	 * @path: header_page or GROUP/EVENT/format
	 * Returns 0 or -errno.
	 */
	int (*read)(const struct mpt_formats *formats, const char *path, struct mpt_buf *ret);
	bool swapped; /* these two as in struct mpt_source */
	unsigned long_size;
};

enum mpt_event_type {
	MPT_EVENT_OTHER, /* not ours, or too short for its own format */
	MPT_EVENT_ENTER,
	MPT_EVENT_EXIT,
	MPT_EVENT_NEWTASK, /* task:task_newtask: tid made task */
	MPT_EVENT_RENAME,  /* task:task_rename: task is called comm from now on */
	MPT_EVENT_END,	   /* sched:sched_process_exit: tid ends */
	MPT_EVENT_ASKED,   /* see MPT_ROLE_ASKED */
	MPT_EVENT_DENIED,
	MPT_EVENT_SEARCH,
	MPT_EVENT_SIGNAL, /* signal:signal_generate: tid sends one with errno val[0] to task */
};

enum { MPT_COMM_LEN = 16 }; /* TASK_COMM_LEN */

struct mpt_event {
	enum mpt_event_type type;
	uint32_t cpu;
	pid_t tid;   /* who was running */
	uint64_t ts; /* trace's clock */
	/* enter and exit, asked and denied */
	const struct mpt_def *def;
	uint64_t val[MPT_NSLOTS]; /* by enum mpt_slot; only those of def are set */
	/* task events */
	pid_t task; /* whom it is about; 0: the kernel does not tell */
	uint64_t clone_flags;
	char comm[MPT_COMM_LEN]; /* padded with NUL */
};

/*
 * Makes a decoder and reads the sub-buffers' page format.
 * @eventsdir: a directory with header_page and GROUP/EVENT/format, as tracefs' events
 * @ret: freed with mpt_decoder_destroy()
 * Returns 0 or -errno.
 */
int mpt_decoder_create(int eventsdir, struct mpt_decoder **ret, struct mpt_err *err);

/* The same, from texts that need not be in a directory; @formats must outlive it. */
int mpt_decoder_create_from(const struct mpt_formats *formats, struct mpt_decoder **ret,
			    struct mpt_err *err);

/* NULL is fine. */
void mpt_decoder_destroy(struct mpt_decoder *decoder);

/* Bytes of a sub-buffer, as events/header_page tells. */
size_t mpt_decoder_page_size(const struct mpt_decoder *decoder);

/*
 * Looks up the events of @plan, forgetting those of an earlier one. The plan
 * must outlive the decoder's use.
 * Returns 0 or -errno: a format that is missing, or lacks a field of the plan.
 */
int mpt_decoder_bind_plan(struct mpt_decoder *decoder, const struct mpt_plan *plan,
			  struct mpt_err *err);

/* Looks up task_newtask and task_rename, and with @ends sched_process_exit. */
int mpt_decoder_bind_tasks(struct mpt_decoder *decoder, bool ends, struct mpt_err *err);

/* Looks up signal_generate, forgetting all others. */
int mpt_decoder_bind_signals(struct mpt_decoder *decoder, struct mpt_err *err);

/*
 * Looks up the search event (see mpt_plan_put_search): field nrI goes to
 * val[2 * I], aI to val[2 * I + 1].
 * @regs: the candidates, MPT_SAVED_MAX of them or NULL ends them
 */
int mpt_decoder_bind_search(struct mpt_decoder *decoder, const char *group, const char *const *regs,
			    struct mpt_err *err);

/* Decodes one record. A record that does not fit its format is MPT_EVENT_OTHER. */
void mpt_decode(const struct mpt_decoder *decoder, const struct mpt_record *record,
		struct mpt_event *ret);

#endif
