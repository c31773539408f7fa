/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * owner.c - the names of what is ours in the kernel.
 *
 * In: /proc/self/stat. Out: names that no other run has or had, and the lock
 * that stands for being alive. It makes and removes nothing.
 */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"

enum { STARTTIME_FIELD = 22, AFTER_COMM_FIELD = 3 }; /* proc(5), /proc/PID/stat */

/* The name in parentheses may hold anything, so fields are counted from its last ')'. */
static int parse_start(const char *stat, unsigned long long *ret)
{
	const char *at = strrchr(stat, ')');
	int field;

	for (field = AFTER_COMM_FIELD; at && field <= STARTTIME_FIELD; field++)
		at = strchr(at + 1, ' ');
	if (!at)
		return -EINVAL;
	*ret = strtoull(at + 1, NULL, 10);
	return 0;
}

int mpt_owner_self(int rootfd, struct mpt_owner *ret, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	unsigned long long start = 0;
	int pid, rc = mpt_file_read(rootfd, "proc/self/stat", &buf);

	if (rc == 0)
		rc = parse_start(mpt_buf_cstr(&buf), &start);
	if (rc < 0) {
		mpt_err_set(err, -rc, "/proc/self/stat");
		mpt_err_hint(err, "proc must be mounted at /proc");
		return rc;
	}
	/* our own number as this proc mount has it, which is where others look us up */
	pid = atoi(mpt_buf_cstr(&buf));
	snprintf(ret->instance, sizeof(ret->instance), "mempoltrace.%d.%llu", pid, start);
	snprintf(ret->group, sizeof(ret->group), "mempoltrace_%d_%llu", pid, start);
	return 0;
}

int mpt_owner_lock(int tracefd, const struct mpt_owner *owner, struct mpt_err *err)
{
	char path[sizeof("instances/") + sizeof(owner->instance)];
	cleanup_close int fd = -1;

	snprintf(path, sizeof(path), "instances/%s", owner->instance);
	fd = openat(tracefd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return mpt_err_set(err, errno, "%s", path);
	/* ENOSYS: a kernel without CONFIG_FILE_LOCKING (seen: 6.1 of our own making) */
	if (flock(fd, LOCK_EX | LOCK_NB) < 0 && errno != ENOSYS)
		return mpt_err_set(err, errno, "lock %s", path);
	return take_fd(&fd);
}
