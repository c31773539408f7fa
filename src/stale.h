/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stale.h - what dead runs left in the kernel, found and removed.
 */
#ifndef MPT_STALE_H
#define MPT_STALE_H

#include <stdbool.h>

struct mpt_stale {
	int rootfd;	 /* the directory that stands for / */
	int tracefd;	 /* the root of tracefs */
	bool by_process; /* see mpt_owner_adopt() */
	/*
	 * Told of each thing that was removed, and of each that could not be.
	 * @what: "instance NAME" or "probe GROUP/EVENT"; @errnum: 0: it is gone
	 */
	void (*tell)(void *arg, const char *what, int errnum);
	void *arg;
};

/*
 * Removes what dead runs left: their definitions, then their instances. What a
 * living run has, what another one is removing at this moment, and what only
 * looks like ours is left alone. Where there is nothing it costs the reading
 * of a directory and of a file.
 * Returns 0, or -errno where it could not look.
 */
int mpt_stale_sweep(const struct mpt_stale *stale);

/* A definition, as a line of kprobe_events has it. */
struct mpt_stale_def {
	char group[64];
	char event[64];
};

/* Whether it is a line of a definition that a run of ours could have made. */
bool mpt_stale_parse_def(const char *line, struct mpt_stale_def *ret);

/*
 * Whether an instance's set_event is that of an instance of ours.
 * @text: the file's text; @group: our events' group
 */
bool mpt_stale_are_our_events(const char *text, const char *group);

#endif
