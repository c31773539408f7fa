/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * owner.h - the names of what is ours in the kernel.
 *
 * Instance mempoltrace.PID.START and event group mempoltrace_PID_START, START
 * being the process's start time in clock ticks: a name says whose it is, and
 * a lock on the instance's directory whether that one is alive.
 */
#ifndef MPT_OWNER_H
#define MPT_OWNER_H

struct mpt_err;

struct mpt_owner {
	char instance[64];
	char group[64];
};

/*
 * Makes the names for the calling process.
 * @rootfd: the directory that stands for / (its proc is read)
 * Returns 0 or -errno.
 */
int mpt_owner_self(int rootfd, struct mpt_owner *ret, struct mpt_err *err);

/*
 * Takes the lock that says that the instance is alive, for as long as the
 * descriptor is open.
 * @tracefd: the root of tracefs
 * On a kernel without file locks there is none, and none can look.
 * Returns the descriptor of the instance's directory, close-on-exec, or -errno.
 */
int mpt_owner_lock(int tracefd, const struct mpt_owner *owner, struct mpt_err *err);

#endif
