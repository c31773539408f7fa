/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * note.h - what a recorded run needs beside its sub-buffers.
 *
 * The plan's map (which field of an event means what), clocks, host, and what
 * /proc said of threads: as lines of text, so that a newer version can add
 * some, and somebody without us can read them.
 */
#ifndef MPT_NOTE_H
#define MPT_NOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"

struct mpt_buf;
struct mpt_err;

/* What /proc said of a thread. */
struct mpt_known {
	pid_t tid;
	pid_t tgid;  /* 0: nothing */
	uint64_t ts; /* when, by the trace's clock */
	bool has_comm;
	char comm[16]; /* padded with NUL */
	/* as in struct mpt_thread; the first: when tracing began */
	bool settled;
	bool unfiltered;
	bool knows_inside;
	int64_t inside;
	bool ended; /* when tracing had */
	size_t nth; /* in the order of the recording */
};

struct mpt_note {
	char host[65];
	int64_t to_realtime; /* as in struct mpt_clock */
	int64_t to_boottime;
	uint64_t start;
	pid_t ignore; /* thread whose calls are not shown; 0: none */
	/* the map alone: nothing that only arming needs */
	struct mpt_plan plan;
	struct mpt_known *known; /* by tid, then time */
	size_t nknown;
};

/* Appends all but the threads. */
void mpt_note_put(struct mpt_buf *buf, const struct mpt_note *note);

/* Appends one thread. */
void mpt_note_put_known(struct mpt_buf *buf, const struct mpt_known *known);

/*
 * Reads one line.
 * @note: all zero before the first line; freed with mpt_note_free()
 * @line: without the line's end, NUL-terminated; it is taken to pieces
 * Returns 0 or -errno. A line of a kind that is not known is passed over.
 */
int mpt_note_read(struct mpt_note *note, char *line, struct mpt_err *err);

/* To be called after the last line: whether all is there that decoding needs. */
int mpt_note_finish(struct mpt_note *note, struct mpt_err *err);

void mpt_note_free(struct mpt_note *note);

#endif
