/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracedir.c - reaching tracefs.
 *
 * In: the root directory. Out: a descriptor of tracefs, or why there is none
 * and what to type. It leaves no mount behind and shows COMMAND none.
 */
#include "tracedir.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"

static const long tracefs_magic = 0x74726163; /* include/uapi/linux/magic.h */

static int open_tracefs(int rootfd, const char *path)
{
	cleanup_close int fd = openat(rootfd, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct statfs fs;

	if (fd < 0 || fstatfs(fd, &fs) < 0)
		return -errno;
	return fs.f_type == tracefs_magic ? take_fd(&fd) : -ENOENT;
}

/* A tracefs that hangs nowhere: it goes with its descriptor. */
static int open_detached(void)
{
	cleanup_close int fs = (int)syscall(SYS_fsopen, "tracefs", FSOPEN_CLOEXEC);
	int fd;

	if (fs < 0 || syscall(SYS_fsconfig, fs, FSCONFIG_CMD_CREATE, NULL, NULL, 0) < 0)
		return -errno;
	fd = (int)syscall(SYS_fsmount, fs, FSMOUNT_CLOEXEC, 0);
	return fd < 0 ? -errno : fd;
}

static int find(int rootfd, const char **how)
{
	int fd = open_tracefs(rootfd, "sys/kernel/tracing");
	int first = fd;

	*how = "/sys/kernel/tracing";
	if (fd < 0) {
		*how = "a mount of its own";
		fd = open_detached();
	}
	if (fd < 0) {
		*how = "/sys/kernel/debug/tracing";
		/* looking at a name inside makes debugfs mount it */
		fd = open_tracefs(rootfd, "sys/kernel/debug/tracing/.");
	}
	return fd < 0 && first == -EACCES ? first : fd;
}

static bool is_locked_down(int rootfd)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	return mpt_file_read(rootfd, "sys/kernel/security/lockdown", &buf) == 0 &&
	       strstr(mpt_buf_cstr(&buf), "[confidentiality]");
}

int mpt_tracedir_explain(int rootfd, int errnum, const char *what, struct mpt_err *err)
{
	mpt_err_set(err, errnum, "%s", what);
	if (is_locked_down(rootfd))
		mpt_err_hint(err, "the kernel is locked down (confidentiality), which closes "
				  "tracefs: boot with lockdown=integrity or less");
	else if (errnum == EACCES || (errnum == EPERM && geteuid() != 0))
		mpt_err_hint(err, "tracing needs root: run it with sudo");
	else if (errnum == EPERM)
		mpt_err_hint(err,
			     "root without the right to do so: a container, or a security module");
	return -errnum;
}

static int explain_missing(int rootfd, int errnum, struct mpt_err *err)
{
	if (geteuid() != 0)
		errnum = EACCES;
	mpt_tracedir_explain(rootfd, errnum, "tracefs is not mounted and cannot be opened", err);
	if (!err->hint[0])
		mpt_err_hint(err, errnum == ENODEV
					  ? "this kernel has no tracefs (CONFIG_FTRACE)"
					  : "type: mount -t tracefs tracefs /sys/kernel/tracing");
	return -errnum;
}

/* A root directory that lets nobody in, or is empty, is told apart here, once. */
static int check_usable(int rootfd, struct mpt_tracedir *dir, struct mpt_err *err)
{
	if (faccessat(dir->fd, "instances", W_OK, AT_EACCESS) < 0)
		return mpt_tracedir_explain(rootfd, errno, "tracefs cannot be used", err);
	dir->has_events = faccessat(dir->fd, "events/syscalls", F_OK, 0) == 0;
	dir->has_probes = faccessat(dir->fd, "kprobe_events", W_OK, AT_EACCESS) == 0;
	if (!dir->has_probes && errno != ENOENT)
		return mpt_tracedir_explain(rootfd, errno, "kprobe_events cannot be used", err);
	if (dir->has_probes || dir->has_events)
		return 0;
	mpt_err_set(err, 0, "this kernel has neither kprobe events nor syscall tracepoints");
	mpt_err_hint(err, "it needs CONFIG_KPROBE_EVENTS, or for less CONFIG_FTRACE_SYSCALLS");
	return -ENOTSUP;
}

/*
 * Where these are off no probe fires, and it is asked before any is armed: to
 * disarm one while kernel.ftrace_enabled is 0 makes the kernel warn and give up
 * ftrace until the next boot (seen on 5.10 and 6.1).
 */
static const struct {
	const char *path;
	const char *what;
	const char *hint;
} switches[] = {
	{ "proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled is 0",
	  "type: sysctl kernel.ftrace_enabled=1" },
	/* where debugfs is not mounted, calls of our own find it out */
	{ "sys/kernel/debug/kprobes/enabled", "kprobes are switched off",
	  "type: echo 1 >/sys/kernel/debug/kprobes/enabled" },
};

static int check_switches(int rootfd, struct mpt_err *err)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(switches); i++) {
		cleanup_buf struct mpt_buf buf = { 0 };

		if (mpt_file_read(rootfd, switches[i].path, &buf) < 0 ||
		    mpt_buf_cstr(&buf)[0] != '0')
			continue;
		mpt_err_set(err, 0, "%s: no probe would fire", switches[i].what);
		mpt_err_hint(err, "%s", switches[i].hint);
		return -EIO;
	}
	return 0;
}

int mpt_tracedir_open(int rootfd, struct mpt_tracedir *ret, struct mpt_err *err)
{
	int rc;

	ret->fd = find(rootfd, &ret->how);
	if (ret->fd < 0)
		return explain_missing(rootfd, -ret->fd, err);
	/* a path for libtracefs, which takes no descriptor */
	snprintf(ret->path, sizeof(ret->path), "/proc/self/fd/%d", ret->fd);
	rc = check_usable(rootfd, ret, err);
	if (rc == 0 && ret->has_probes)
		rc = check_switches(rootfd, err);
	if (rc < 0)
		mpt_tracedir_close(ret);
	return rc;
}

void mpt_tracedir_close(struct mpt_tracedir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}
