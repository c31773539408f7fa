/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm.h - carrying a plan out.
 *
 * The only module that changes the kernel: it makes the instance, defines and
 * enables the probes, says who is traced, and takes all of it back. An
 * instance is made switched off; nothing is recorded before mpt_arm_switch().
 */
#ifndef MPT_ARM_H
#define MPT_ARM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "owner.h"
#include "plan.h"
#include "undo.h"

struct mpt_buf;
struct mpt_err;
struct mpt_tracedir;

struct mpt_armed {
	const struct mpt_tracedir *dir;
	struct mpt_owner owner;
	int fd;	      /* our instance's directory, locked */
	int switchfd; /* its tracing_on: lockdown may close what is not open yet */
	char seal;    /* what the group's switch read when all was set up; 0: not sealed */
	pid_t self;   /* this thread, as the trace numbers it */
	struct mpt_undo undo;
	int mark; /* undo log before the definitions */
	char group_enable[96];
	bool has_list;	/* only the threads in set_event_pid are recorded */
	bool self_only; /* and that is this one, with what it forks */
};

/*
 * Makes the instance: named, locked, switched off, clock and buffer set.
 * @owner: changed where its names are taken
 * @buffer_kb: ring buffer of each CPU in KiB
 * Returns 0 or -errno; nothing is left behind then.
 */
int mpt_arm_instance(struct mpt_armed *armed, const struct mpt_tracedir *dir,
		     struct mpt_owner *owner, uint64_t buffer_kb, struct mpt_err *err);

/*
 * Defines the probes of @plan, sets their filters and enables them. The plan
 * must live as long as they do.
 * @refused: on failure, the definition that the kernel did not take, or NULL
 * where something else went wrong; what was defined is taken back
 * Returns 0 or -errno.
 */
int mpt_arm_plan(struct mpt_armed *armed, const struct mpt_plan *plan,
		 const struct mpt_def **refused, struct mpt_err *err);

/*
 * Narrows an event's filter: what does not match @expr is not recorded any
 * more. Part of the plan's text from then on.
 * Returns 0 or -errno; the filter is as it was then.
 */
int mpt_arm_filter(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_def *def,
		   const char *expr, struct mpt_err *err);

/* Switches one of the plan's probes off: it then costs nothing, and goes with the others. */
int mpt_arm_idle(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_def *def,
		 struct mpt_err *err);

/* Takes the probes back, not the instance. */
int mpt_arm_unplan(struct mpt_armed *armed);

/*
 * Defines and enables one more probe (see mpt_plan_put_search); it goes with
 * mpt_arm_unplan().
 * @event: its name in our group; must live as long as it does
 * @texts: a definition on each function that it can be on; NULL ends them
 */
int mpt_arm_extra(struct mpt_armed *armed, const char *event, char *const *texts,
		  struct mpt_err *err);

/*
 * Whether the kernel takes a definition; it is taken back at once.
 * @event: its name in our group
 */
bool mpt_arm_try(struct mpt_armed *armed, const char *event, const char *text);

/*
 * Enables events task:task_newtask and task:task_rename, which say who is who,
 * and with @ends sched:sched_process_exit.
 */
int mpt_arm_task_events(struct mpt_armed *armed, bool ends, struct mpt_err *err);

/* Enables or disables event signal:signal_generate, for SIGCONT alone. */
int mpt_arm_signals(struct mpt_armed *armed, bool on, struct mpt_err *err);

/* Recording on or off. */
int mpt_arm_switch(struct mpt_armed *armed, bool on, struct mpt_err *err);

/* All is set up: from now on nobody should change it, and mpt_arm_check() tells. */
void mpt_arm_seal(struct mpt_armed *armed);

/*
 * Whether what was sealed is still on, as far as that can be read.
 * Returns 0, or -EIO where somebody else has switched it off.
 */
int mpt_arm_check(const struct mpt_armed *armed, struct mpt_err *err);

/*
 * Whose calls are recorded: these threads', and with @follow those of what
 * they, and those added later, fork. With no thread at all: everybody's. Where this
 * thread alone was recorded it goes on to be: it makes no more calls, and to take it
 * from the list would cost a fifth of the start.
 */
int mpt_arm_threads(struct mpt_armed *armed, const pid_t *tids, size_t n, bool follow,
		    struct mpt_err *err);

/*
 * The same of this thread and what it forks, for calls of our own. Costs
 * nothing where it is so already, while any change waits for RCU (31,000,000
 * instructions on 5.10 and 6.1, most of them idle).
 */
int mpt_arm_self(struct mpt_armed *armed, struct mpt_err *err);

/*
 * Adds threads to those of mpt_arm_threads(), all at once: each write waits.
 * Returns 0 or -errno.
 */
int mpt_arm_add_threads(struct mpt_armed *armed, const pid_t *tids, size_t n);

/*
 * Whether a thread is still alive of those that are recorded, but this. (The kernel
 * takes those that end from its list, but not one that ended while it was
 * being added.)
 * @rootfd: the directory below which proc is
 * Returns 1 or 0, or -errno where it could not be learnt.
 */
int mpt_arm_has_threads(const struct mpt_armed *armed, int rootfd);

/*
 * Takes everything back. Whatever has the instance's files open must have
 * closed them. Can be called at any time after mpt_arm_instance(), and twice.
 */
int mpt_disarm(struct mpt_armed *armed);

#endif
