/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * target.c - whom to trace.
 *
 * In: a command line, or process ids. Out: a held child, or thread ids. The
 * child changes nothing of what it inherits, but for the user where another was
 * asked for: between fork and exec it only reads from one pipe and, if the exec
 * fails, writes to another.
 */
#include "target.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"
#include "user.h"

/* What the child says when it could not become COMMAND. */
struct failure {
	int errnum;
	bool of_user; /* it could not even become that user */
};

static void __attribute__((noreturn)) fail(int failed, struct failure failure)
{
	ssize_t n = write(failed, &failure, sizeof(failure));

	(void)n; /* without a tracer nobody needs to know */
	_exit(failure.errnum == ENOENT ? MPT_EXIT_NOT_FOUND : MPT_EXIT_CANNOT_RUN);
}

static void __attribute__((noreturn))
child(int go, int failed, char **argv, const struct mpt_user *user)
{
	char byte;
	ssize_t n;
	int rc;

	do {
		n = read(go, &byte, 1);
	} while (n < 0 && errno == EINTR);
	if (n != 1)
		_exit(MPT_EXIT_FAILED); /* the tracer is gone or gave up */
	rc = user ? mpt_user_become(user) : 0;
	if (rc < 0)
		fail(failed, (struct failure){ .errnum = -rc, .of_user = true });
	execvp(argv[0], argv);
	fail(failed, (struct failure){ .errnum = errno });
}

int mpt_command_start(struct mpt_command *cmd, char **argv, const struct mpt_user *user,
		      struct mpt_err *err)
{
	int go[2], failed[2];

	*cmd = (struct mpt_command){ .name = argv[0], .go = -1 };
	if (pipe2(go, O_CLOEXEC) < 0)
		return mpt_err_set(err, errno, "pipe");
	if (pipe2(failed, O_CLOEXEC) < 0) {
		close(go[0]);
		close(go[1]);
		return mpt_err_set(err, errno, "pipe");
	}
	cmd->pid = fork();
	if (cmd->pid == 0) {
		/* else its own copy would keep the pipe open when the tracer dies */
		close(go[1]);
		child(go[0], failed[1], argv, user);
	}
	cmd->go = go[1];
	cmd->failed = failed[0];
	close(go[0]);
	close(failed[1]);
	if (cmd->pid < 0) {
		cmd->pid = 0;
		close(cmd->go);
		close(cmd->failed);
		return mpt_err_set(err, errno, "fork");
	}
	return 0;
}

static int explain(const struct mpt_command *cmd, const struct failure *failure,
		   struct mpt_err *err)
{
	if (failure->of_user) {
		mpt_err_set(err, failure->errnum, "-u: cannot run '%s' as that user", cmd->name);
		mpt_err_hint(err, "it takes CAP_SETUID and CAP_SETGID; run as root");
		return -failure->errnum;
	}
	mpt_err_set(err, failure->errnum, "cannot run '%s'", cmd->name);
	err->status = failure->errnum == ENOENT ? MPT_EXIT_NOT_FOUND : MPT_EXIT_CANNOT_RUN;
	return -failure->errnum;
}

int mpt_command_release(struct mpt_command *cmd, struct mpt_err *err)
{
	struct failure failure = { 0 };
	ssize_t n = write(cmd->go, "", 1); /* EPIPE: it was killed; its status tells */

	close(cmd->go);
	cmd->go = -1;
	do {
		n = read(cmd->failed, &failure, sizeof(failure));
	} while (n < 0 && errno == EINTR);
	close(cmd->failed);
	if (n != sizeof(failure))
		return 0;
	waitpid(cmd->pid, NULL, 0);
	cmd->pid = 0;
	return explain(cmd, &failure, err);
}

void mpt_command_drop(struct mpt_command *cmd)
{
	if (cmd->pid <= 0 || cmd->go < 0)
		return;
	close(cmd->go);
	close(cmd->failed);
	waitpid(cmd->pid, NULL, 0);
	cmd->pid = 0;
}

bool mpt_target_is_there(int rootfd, pid_t pid)
{
	char path[32];

	snprintf(path, sizeof(path), "proc/%d", (int)pid);
	return faccessat(rootfd, path, F_OK, 0) == 0;
}

int mpt_command_status(int wstatus)
{
	return WIFSIGNALED(wstatus) ? 128 + WTERMSIG(wstatus) : WEXITSTATUS(wstatus);
}

static int add_tid(pid_t tid, pid_t **tids, size_t *n)
{
	pid_t *grown = realloc(*tids, (*n + 1) * sizeof(pid_t));

	if (!grown)
		return -ENOMEM;
	*tids = grown;
	grown[(*n)++] = tid;
	return 0;
}

int mpt_target_threads(int rootfd, pid_t pid, pid_t **tids, size_t *n)
{
	char path[64];
	cleanup_close int fd = -1;
	cleanup_dir DIR *dir = NULL;
	const struct dirent *entry;
	int rc = 0;

	snprintf(path, sizeof(path), "proc/%d/task", (int)pid);
	fd = openat(rootfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	fd = -1; /* the stream's now */
	while (rc == 0 && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			rc = add_tid((pid_t)atoi(entry->d_name), tids, n);
	return rc;
}

/* The numbers in a file, a line each. */
static int add_listed(int dirfd, const char *file, pid_t **pids, size_t *n)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;
	char *end;
	int rc = mpt_file_read(dirfd, file, &buf);

	for (at = mpt_buf_cstr(&buf); rc == 0; at = end) {
		long pid = strtol(at, &end, 10);

		if (end == at)
			break;
		/* 0: a process that our PID namespace has no number for */
		if (pid > 0)
			rc = add_tid((pid_t)pid, pids, n);
	}
	return rc;
}

static int add_cgroup(int dirfd, pid_t **pids, size_t *n)
{
	cleanup_close int fd = openat(dirfd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int rc = dir ? add_listed(dirfd, "cgroup.procs", pids, n) : -errno;

	/* a threaded one (v2) lists its processes in its domain alone */
	if (rc == -EOPNOTSUPP)
		rc = add_listed(dirfd, "cgroup.threads", pids, n);
	if (!dir)
		return rc;
	fd = -1; /* the stream's now */
	while (rc == 0 && (entry = readdir(dir))) {
		cleanup_close int below = -1;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		below = openat(dirfd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		/* it may have gone meanwhile */
		if (below >= 0)
			rc = add_cgroup(below, pids, n);
	}
	return rc;
}

int mpt_target_cgroup(const char *path, pid_t **pids, size_t *n)
{
	cleanup_close int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_buf struct mpt_buf below = { 0 };

	if (fd < 0 || faccessat(fd, "cgroup.procs", F_OK, 0) < 0) {
		mpt_buf_printf(&below, "/sys/fs/cgroup/%s", path);
		if (fd >= 0)
			close(fd);
		fd = open(mpt_buf_cstr(&below), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	if (fd < 0 || faccessat(fd, "cgroup.procs", F_OK, 0) < 0)
		return -ENOENT;
	return add_cgroup(fd, pids, n);
}
