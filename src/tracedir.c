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
		*how = "not mounted; reached without a mount that others would see";
		fd = open_detached();
	}
	if (fd < 0) {
		*how = "/sys/kernel/debug/tracing";
		/* looking at a name inside makes debugfs mount it */
		fd = open_tracefs(rootfd, "sys/kernel/debug/tracing/.");
	}
	return fd < 0 && first == -EACCES ? first : fd;
}

static bool says(int rootfd, const char *path, const char *words)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	return mpt_file_read(rootfd, path, &buf) == 0 && strstr(mpt_buf_cstr(&buf), words);
}

/* Where securityfs is not mounted, what the kernel was booted with tells. */
static bool is_locked_down(int rootfd)
{
	return says(rootfd, "sys/kernel/security/lockdown", "[confidentiality]") ||
	       says(rootfd, "proc/cmdline", "lockdown=confidentiality");
}

int mpt_tracedir_explain(int rootfd, int errnum, const char *what, struct mpt_err *err)
{
	mpt_err_set(err, errnum, "%s", what);
	if (is_locked_down(rootfd))
		mpt_err_hint(err, MPT_TRACEDIR_LOCKED);
	else if (geteuid() != 0 && (errnum == EACCES || errnum == EPERM))
		mpt_err_hint(err, "tracing needs root: run it with sudo");
	else if (errnum == EACCES || errnum == EPERM)
		mpt_err_hint(err,
			     "root without the right to do so: a container, or a security module");
	else if (errnum == EROFS)
		mpt_err_hint(err, "type: mount -o remount,rw /sys/kernel/tracing");
	return -errnum;
}

static int explain_missing(int rootfd, int errnum, struct mpt_err *err)
{
	mpt_tracedir_explain(rootfd, geteuid() != 0 ? EACCES : errnum,
			     "tracefs is not mounted and cannot be opened", err);
	if (errnum == ENODEV)
		mpt_err_hint(err, "this kernel has no tracefs (CONFIG_FTRACE)");
	else if (geteuid() == 0)
		mpt_err_hint(err, "type: mount -t tracefs tracefs /sys/kernel/tracing");
	return geteuid() != 0 ? -EACCES : -errnum;
}

/* A root directory that lets nobody in, or is empty, is told apart here, once. */
static int check_instances(int rootfd, const struct mpt_tracedir *dir, struct mpt_err *err)
{
	int rc;

	if (dir->fd < 0)
		return 1;
	if (faccessat(dir->fd, "instances", W_OK, AT_EACCESS) == 0)
		return 0;
	rc = mpt_tracedir_explain(rootfd, errno, "tracefs cannot be used", err);
	if (rc == -ENOENT && !err->hint[0])
		mpt_err_hint(err, MPT_TRACEDIR_LOCKED);
	return rc;
}

static int check_kprobe_events(int rootfd, const struct mpt_tracedir *dir, struct mpt_err *err)
{
	cleanup_close int fd = -1;

	if (dir->fd < 0)
		return 1;
	/* only opening it shows lockdown; for truncation it would delete others' probes */
	fd = openat(dir->fd, "kprobe_events", O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd >= 0)
		return 0;
	if (errno != ENOENT || is_locked_down(rootfd))
		return mpt_tracedir_explain(rootfd, errno, "kprobe_events cannot be used", err);
	if (dir->has_events)
		return 1;
	mpt_err_set(err, 0, "this kernel has neither kprobe events nor syscall tracepoints");
	mpt_err_hint(err, "it needs CONFIG_KPROBE_EVENTS, or for less CONFIG_FTRACE_SYSCALLS");
	return -ENOTSUP;
}

/*
 * Where such a switch is off no probe fires, and it is asked before any is armed: to
 * disarm one while kernel.ftrace_enabled is 0 makes the kernel warn and give up
 * ftrace until the next boot (seen on 5.10 and 6.1).
 */
static int check_switch(int rootfd, const char *path, const char *what, const char *hint,
			struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	if (mpt_file_read(rootfd, path, &buf) < 0)
		return 1;
	if (mpt_buf_cstr(&buf)[0] != '0')
		return 0;
	mpt_err_set(err, 0, "%s: no probe would fire", what);
	mpt_err_hint(err, "type: %s", hint);
	return -EIO;
}

static int check_ftrace(int rootfd, const struct mpt_tracedir *dir, struct mpt_err *err)
{
	/* tracepoints hang on no such switch */
	if (dir->fd >= 0 && !dir->has_probes)
		return 1;
	return check_switch(rootfd, "proc/sys/kernel/ftrace_enabled", "kernel.ftrace_enabled is 0",
			    "sysctl kernel.ftrace_enabled=1", err);
}

/* Where debugfs is not mounted, calls of our own find it out. */
static int check_kprobes(int rootfd, const struct mpt_tracedir *dir, struct mpt_err *err)
{
	if (dir->fd >= 0 && !dir->has_probes)
		return 1;
	return check_switch(rootfd, "sys/kernel/debug/kprobes/enabled", "kprobes are switched off",
			    "echo 1 >/sys/kernel/debug/kprobes/enabled", err);
}

const struct mpt_tracedir_check mpt_tracedir_checks[] = {
	{ "instances", "can be made", "not to be seen", check_instances },
	{ "kprobe events", "can be defined", "none here", check_kprobe_events },
	{ "ftrace", "kernel.ftrace_enabled is 1", "not needed, or no switch for it", check_ftrace },
	{ "kprobes", "switched on", "only a mounted debugfs tells", check_kprobes },
	{ NULL, NULL, NULL, NULL },
};

int mpt_tracedir_find(int rootfd, struct mpt_tracedir *ret, struct mpt_err *err)
{
	ret->fd = find(rootfd, &ret->how);
	if (ret->fd < 0)
		return explain_missing(rootfd, -ret->fd, err);
	/* a path for libtracefs, which takes no descriptor */
	snprintf(ret->path, sizeof(ret->path), "/proc/self/fd/%d", ret->fd);
	/* who may not look has not seen that there are none */
	ret->has_probes = faccessat(ret->fd, "kprobe_events", F_OK, 0) == 0 || errno != ENOENT;
	ret->has_events = faccessat(ret->fd, "events/syscalls", F_OK, 0) == 0;
	return 0;
}

int mpt_tracedir_open(int rootfd, struct mpt_tracedir *ret, struct mpt_err *err)
{
	const struct mpt_tracedir_check *check = mpt_tracedir_checks;
	int rc = mpt_tracedir_find(rootfd, ret, err);

	if (rc < 0)
		return rc;
	for (; check->name && rc >= 0; check++)
		rc = check->fn(rootfd, ret, err);
	if (rc < 0)
		mpt_tracedir_close(ret);
	return rc < 0 ? rc : 0;
}

void mpt_tracedir_close(struct mpt_tracedir *dir)
{
	if (dir->fd >= 0)
		close(dir->fd);
	dir->fd = -1;
}
