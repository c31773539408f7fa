/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target.h - whom to trace: COMMAND, or processes that run already.
 */
#ifndef MPT_TARGET_H
#define MPT_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mpt_err;
struct mpt_user;

/* COMMAND, held before its exec until it is released. */
struct mpt_command {
	pid_t pid;  /* 0: none */
	int go;	    /* a byte written here lets it run; closed, it ends */
	int failed; /* its exec's errno comes from here, or end of file */
	const char *name;
};

/*
 * Starts the process that will be COMMAND. It must be called before anything
 * is changed that a child inherits: signal dispositions, mask, limits.
 * @user: whom it becomes when it is released; NULL: it stays who we are
 * Returns 0 or -errno.
 */
int mpt_command_start(struct mpt_command *cmd, char **argv, const struct mpt_user *user,
		      struct mpt_err *err);

/*
 * Lets COMMAND run and waits for its exec.
 * Returns 0, or -errno with status 126 or 127 in @err where it could not be run,
 * 125 where it could not become @user.
 */
int mpt_command_release(struct mpt_command *cmd, struct mpt_err *err);

/* Ends a COMMAND that was not released, and reaps it. Harmless otherwise. */
void mpt_command_drop(struct mpt_command *cmd);

/* The exit status to pass on for a wait status: its own, or 128 + the signal. */
int mpt_command_status(int wstatus);

/*
 * All threads of a process.
 * @rootfd: the directory below which proc is
 * @tids, @n: appended to; the array is the caller's to free
 * Returns 0, -ESRCH where there is no such process, or another -errno.
 */
int mpt_target_threads(int rootfd, pid_t pid, pid_t **tids, size_t *n);

/* Whether there is such a process; one that has ended and that nobody waited for yet is there. */
bool mpt_target_is_there(int rootfd, pid_t pid);

/*
 * All processes of a cgroup and of those below it.
 * @path: its directory, or as /proc/PID/cgroup has it: below /sys/fs/cgroup
 * @pids, @n: appended to; the array is the caller's to free
 * Returns 0, -ENOENT where there is no such cgroup, or another -errno.
 */
int mpt_target_cgroup(const char *path, pid_t **pids, size_t *n);

#endif
