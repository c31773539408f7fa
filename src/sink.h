/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.h - where the lines go.
 *
 * Whole lines leave with each flush, so that a reader of a pipe never sees
 * half a call. Writing to something slow can be given up.
 */
#ifndef MPT_SINK_H
#define MPT_SINK_H

#include <stdbool.h>

#include "buf.h"

struct mpt_err;

struct mpt_sink {
	int fd;
	bool owned;	 /* opened here, to be closed here */
	bool is_regular; /* a regular file never blocks for long */
	struct mpt_buf buf;
	/* done every few milliseconds while a slow reader is waited for; NULL: nothing is */
	void (*meanwhile)(void *arg);
	void *arg;
};

/*
 * @path: a file to be made or emptied; "-" is standard output; NULL stands
 * for @fallback
 * @fallback: a descriptor of the process's own, left open
 * Returns 0 or -errno.
 */
int mpt_sink_open(struct mpt_sink *sink, const char *path, int fallback, struct mpt_err *err);

/*
 * Writes what the buffer holds and empties it.
 * @wake: a descriptor that, when readable, ends the waiting for a slow
 * reader; -1 for none
 * Returns 0; -EPIPE where nobody reads any more; -EINTR where @wake ended it
 * (what is left stays in the buffer); another -errno with @err filled.
 */
int mpt_sink_flush(struct mpt_sink *sink, int wake, struct mpt_err *err);

/* Frees and closes. What was not flushed is gone. Returns 0 or -errno of close(2). */
int mpt_sink_close(struct mpt_sink *sink);

#endif
