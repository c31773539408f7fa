/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * undo.h - how to take back what was done to the kernel.
 *
 * Kernel state outlives us, so each change pushes its reversal here as soon
 * as it is made; the reversals run last in, first out, whatever happened in
 * between.
 */
#ifndef MPT_UNDO_H
#define MPT_UNDO_H

/* Takes back one change. Returns 0 or -errno. */
typedef int (*mpt_undo_fn)(void *arg);

/* As many as the largest plan has definitions, and the few settings beside. */
enum { MPT_UNDO_MAX = 128 };

struct mpt_undo {
	int n;
	struct {
		mpt_undo_fn fn;
		void *arg;
		const char *what;
	} log[MPT_UNDO_MAX];
};

/*
 * Notes how to take back a change that was just made.
 * @arg: handed to @fn; the caller keeps it alive until then
 * @what: names the change in messages; the caller's, kept alive likewise
 * Where the log is full the change is taken back at once and -ENOSPC returned.
 */
int mpt_undo_push(struct mpt_undo *undo, mpt_undo_fn fn, void *arg, const char *what);

/*
 * Takes back all changes since the log held @mark entries; 0 for all of them.
 * Those that fail are told on standard error, in one line, and the next one runs.
 * Returns 0, or the first failure.
 */
int mpt_undo_to(struct mpt_undo *undo, int mark);

#endif
