/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * undo.c - how to take back what was done to the kernel.
 *
 * In: reversals, in the order in which changes were made. Out: the changes
 * taken back in the opposite order. It knows nothing of what they are.
 */
#include "undo.h"

#include <errno.h>
#include <string.h>

#include "log.h"

int mpt_undo_push(struct mpt_undo *undo, mpt_undo_fn fn, void *arg, const char *what)
{
	if (undo->n == MPT_UNDO_MAX) {
		fn(arg);
		return -ENOSPC;
	}
	undo->log[undo->n].fn = fn;
	undo->log[undo->n].arg = arg;
	undo->log[undo->n].what = what;
	undo->n++;
	return 0;
}

int mpt_undo_to(struct mpt_undo *undo, int mark)
{
	const char *what = NULL;
	unsigned failed = 0;
	int first = 0;

	while (undo->n > mark) {
		int rc;

		undo->n--;
		rc = undo->log[undo->n].fn(undo->log[undo->n].arg);
		if (rc < 0 && failed++ == 0) {
			what = undo->log[undo->n].what;
			first = rc;
		}
	}
	if (failed)
		mpt_log_warn("could not take back %s, and %u more: %s; mempoltrace --cleanup does "
			     "it when that is over",
			     what, failed - 1, strerror(-first));
	return first;
}
