/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * owner.c - the names of what is ours in the kernel.
 *
 * In: /proc/self/stat, names that were found. Out: names that no other run has,
 * an instance of that name, and the lock that stands for being alive. It knows
 * nothing of what is in an instance.
 *
 * Between its making and its locking an instance looks like a dead run's, and
 * whoever removes what dead runs left may take it. Therefore the lock counts
 * only on a directory that still has its name, and who lost his makes another.
 */
#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"

enum { STARTTIME_FIELD = 22, AFTER_COMM_FIELD = 3 }; /* proc(5), /proc/PID/stat */
enum { NAMES_MAX = 100, PATH_SIZE = 80 };

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

static void name_it(struct mpt_owner *ret, pid_t pid, unsigned long long start)
{
	*ret = (struct mpt_owner){ .pid = pid, .start = start };
	snprintf(ret->instance, sizeof(ret->instance), "mempoltrace.%d.%llu", (int)pid, start);
	snprintf(ret->group, sizeof(ret->group), "mempoltrace_%d_%llu", (int)pid, start);
}

/* What is read from it must give it back: so much for signs, blanks and leading zeros. */
static bool parse(const char *name, struct mpt_owner *ret)
{
	unsigned long long start;
	int pid;

	if (sscanf(name, "mempoltrace%*1[._]%9d%*1[._]%20llu", &pid, &start) != 2 || pid <= 0)
		return false;
	name_it(ret, pid, start);
	return true;
}

bool mpt_owner_of_instance(const char *name, struct mpt_owner *ret)
{
	return parse(name, ret) && strcmp(name, ret->instance) == 0;
}

bool mpt_owner_of_group(const char *name, struct mpt_owner *ret)
{
	return parse(name, ret) && strcmp(name, ret->group) == 0;
}

int mpt_owner_self(int rootfd, struct mpt_owner *ret, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	unsigned long long start = 0;
	pid_t pid;
	int rc = mpt_file_read(rootfd, "proc/self/stat", &buf);

	if (rc == 0)
		rc = parse_start(mpt_buf_cstr(&buf), &start);
	if (rc < 0) {
		mpt_err_set(err, -rc, "/proc/self/stat");
		mpt_err_hint(err, "proc must be mounted at /proc");
		return rc;
	}
	/* our own number as this proc mount has it, which is where others look us up */
	pid = atoi(mpt_buf_cstr(&buf));
	name_it(ret, pid, start);
	return 0;
}

/* --- the lock ---------------------------------------------------------------------------- */

static int open_instance(int tracefd, const struct mpt_owner *owner, bool make)
{
	char path[PATH_SIZE];
	int fd;

	snprintf(path, sizeof(path), "instances/%s", owner->instance);
	if (make && mkdirat(tracefd, path, 0777) < 0)
		return -errno;
	fd = openat(tracefd, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool has_its_name(int tracefd, const struct mpt_owner *owner, int fd)
{
	cleanup_close int named = open_instance(tracefd, owner, false);
	struct stat a, b;

	return named >= 0 && fstat(fd, &a) == 0 && fstat(named, &b) == 0 && a.st_ino == b.st_ino;
}

/*
 * Returns the descriptor, locked, or -errno; -EWOULDBLOCK: in somebody else's hands.
 * @can_lock: whether this kernel has locks
 */
static int open_locked(int tracefd, const struct mpt_owner *owner, bool make, bool *can_lock)
{
	cleanup_close int fd = open_instance(tracefd, owner, make);
	int rc;

	if (fd < 0)
		return fd;
	/* what was just made only one who sweeps can have locked, and he leaves it at once */
	rc = flock(fd, make ? LOCK_EX : LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
	/* ENOSYS: a kernel without CONFIG_FILE_LOCKING (seen: 6.1 of our own making) */
	*can_lock = rc != -ENOSYS;
	if (rc < 0 && *can_lock) {
		if (make && rc != -EWOULDBLOCK)
			mpt_owner_remove(tracefd, owner);
		return rc;
	}
	return has_its_name(tracefd, owner, fd) ? take_fd(&fd) : -EWOULDBLOCK;
}

int mpt_owner_remove(int tracefd, const struct mpt_owner *owner)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "instances/%s", owner->instance);
	return unlinkat(tracefd, path, AT_REMOVEDIR) < 0 ? -errno : 0;
}

int mpt_owner_claim(int tracefd, struct mpt_owner *owner, struct mpt_err *err)
{
	bool can_lock;
	int fd = -EEXIST, i;

	for (i = 0; i < NAMES_MAX; i++) {
		fd = open_locked(tracefd, owner, true, &can_lock);
		if (fd != -EEXIST && fd != -ENOENT && fd != -EWOULDBLOCK)
			break;
		name_it(owner, owner->pid, owner->start + 1);
	}
	if (fd < 0)
		mpt_err_set(err, -fd, "cannot make the tracefs instance %s", owner->instance);
	return fd;
}

/* --- without locks ----------------------------------------------------------------------- */

/* Whether one of a process's numbers, of the namespaces that it is in, is @pid. */
static bool is_numbered(int procfd, const char *process, pid_t pid)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;
	char path[300], *end;
	long n;

	snprintf(path, sizeof(path), "%s/status", process);
	if (mpt_file_read(procfd, path, &buf) < 0)
		return false;
	at = strstr(mpt_buf_cstr(&buf), "\nNSpid:");
	for (at = at ? at + strlen("\nNSpid:") : ""; *at && *at != '\n'; at = end) {
		n = strtol(at, &end, 10);
		if (end == at)
			return false;
		if (n == pid)
			return true;
	}
	return false;
}

/* One that nobody has waited for yet has nothing any more. */
static bool is_since(int procfd, const char *process, unsigned long long start)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	unsigned long long its = 0;
	const char *at;
	char path[300];

	snprintf(path, sizeof(path), "%s/stat", process);
	if (mpt_file_read(procfd, path, &buf) < 0)
		return false;
	at = strrchr(mpt_buf_cstr(&buf), ')');
	if (!at || strncmp(at, ") Z", 3) == 0 || parse_start(mpt_buf_cstr(&buf), &its) < 0)
		return false;
	/* a name may be one of the next ones */
	return start >= its && start - its < NAMES_MAX;
}

bool mpt_owner_has_process(int rootfd, const struct mpt_owner *owner)
{
	int procfd = openat(rootfd, "proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = procfd < 0 ? NULL : fdopendir(procfd);
	const struct dirent *entry;

	if (!dir)
		return true;
	while ((entry = readdir(dir)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' &&
		    is_numbered(procfd, entry->d_name, owner->pid) &&
		    is_since(procfd, entry->d_name, owner->start))
			return true;
	return false;
}

int mpt_owner_adopt(int rootfd, int tracefd, const struct mpt_owner *owner, bool make,
		    bool by_process)
{
	bool can_lock;
	cleanup_close int fd = open_locked(tracefd, owner, make, &can_lock);

	if (fd < 0)
		return fd == -EEXIST ? -EWOULDBLOCK : fd;
	if (can_lock || (by_process && !mpt_owner_has_process(rootfd, owner)))
		return take_fd(&fd);
	if (make)
		mpt_owner_remove(tracefd, owner);
	return -EWOULDBLOCK;
}
