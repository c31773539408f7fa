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

#include <stdbool.h>
#include <sys/types.h>

struct mpt_err;

struct mpt_owner {
	pid_t pid;
	unsigned long long start;
	char instance[48];
	char group[48];
};

/*
 * Makes the names for the calling process.
 * @rootfd: the directory that stands for / (its proc is read)
 * Returns 0 or -errno.
 */
int mpt_owner_self(int rootfd, struct mpt_owner *ret, struct mpt_err *err);

/* Whether it is such a name, to the letter; and whose it then is. */
bool mpt_owner_of_instance(const char *name, struct mpt_owner *ret);
bool mpt_owner_of_group(const char *name, struct mpt_owner *ret);

/*
 * Makes the instance and takes the lock that says that it is alive, for as
 * long as the descriptor is open.
 * @tracefd: the root of tracefs
 * @owner: where the names are taken, which can happen by chance in another
 * PID namespace, the next ones that are free
 * On a kernel without file locks there is none.
 * Returns the descriptor of the instance's directory, close-on-exec, or -errno.
 */
int mpt_owner_claim(int tracefd, struct mpt_owner *owner, struct mpt_err *err);

/*
 * Takes the lock of an instance that nobody holds: whose it was is dead, and
 * nobody else removes it until the descriptor is closed.
 * @rootfd: the directory that stands for /
 * @make: make the instance first
 * @by_process: on a kernel without file locks, whether processes can be asked
 * instead: in the initial PID namespace, where all of them are seen
 * Returns the descriptor of the instance's directory, close-on-exec, or
 * -errno: -EWOULDBLOCK where it is alive or not known to be dead, or in
 * somebody else's hands.
 */
int mpt_owner_adopt(int rootfd, int tracefd, const struct mpt_owner *owner, bool make,
		    bool by_process);

/*
 * Whether there is a process that could be the owner, by any of its numbers
 * if it is in other PID namespaces. That proves nothing: see mpt_owner_adopt().
 */
bool mpt_owner_has_process(int rootfd, const struct mpt_owner *owner);

/* Removes the instance, which goes before its lock does. Returns 0 or -errno. */
int mpt_owner_remove(int tracefd, const struct mpt_owner *owner);

#endif
