/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * create.c - making the files that the user named.
 *
 * In: a path. Out: a descriptor, of nothing that another user put in our way.
 * Symbolic links are followed one by one, as far as they can be trusted; what
 * is opened in the end is looked at again before anything is done to it.
 */
#include "create.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "cleanup.h"

enum { LINKS_MAX = 40 }; /* as many as the kernel follows */

/* Whether it lies where others may have put it, and is neither ours nor of whose the place is. */
static bool is_planted(const struct stat *dir, const struct stat *st)
{
	return (dir->st_mode & S_ISVTX) && (dir->st_mode & (S_IWGRP | S_IWOTH)) &&
	       st->st_uid != geteuid() && st->st_uid != dir->st_uid;
}

/* /proc/self/fd/1 and its like: where they lead no text says. */
static bool has_magic_links(int dirfd)
{
	struct statfs fs;

	return fstatfs(dirfd, &fs) == 0 && fs.f_type == PROC_SUPER_MAGIC;
}

/* Opens what is no link. */
static int open_last(int dirfd, const struct stat *dir, const char *name, int flags)
{
	cleanup_close int fd = openat(dirfd, name, O_CREAT | O_CLOEXEC | flags, 0666);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if ((S_ISREG(st.st_mode) || S_ISFIFO(st.st_mode)) && is_planted(dir, &st))
		return -EACCES;
	if (S_ISREG(st.st_mode) && ftruncate(fd, 0) < 0)
		return -errno;
	return take_fd(&fd);
}

/*
 * One step. Returns a descriptor; or -ELOOP and, in @path, where the link
 * leads, relative to @dirfd; or another -errno.
 */
static int step(int dirfd, const char *name, int flags, char path[PATH_MAX])
{
	struct stat dir, st;
	ssize_t n;

	if (fstat(dirfd, &dir) < 0)
		return -errno;
	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? open_last(dirfd, &dir, name, flags | O_NOFOLLOW) : -errno;
	if (!S_ISDIR(st.st_mode) && !S_ISCHR(st.st_mode) && is_planted(&dir, &st))
		return -EACCES;
	if (!S_ISLNK(st.st_mode))
		return open_last(dirfd, &dir, name, flags | O_NOFOLLOW);
	if (has_magic_links(dirfd))
		return open_last(dirfd, &dir, name, flags);
	n = readlinkat(dirfd, name, path, PATH_MAX - 1);
	if (n < 0)
		return -errno;
	path[n] = '\0';
	return -ELOOP;
}

int mpt_create(const char *path, int flags)
{
	cleanup_close int dirfd = AT_FDCWD;
	char at[PATH_MAX], copy[PATH_MAX];
	int i, rc = -ELOOP;

	if (snprintf(at, sizeof(at), "%s", path) >= (int)sizeof(at))
		return -ENAMETOOLONG;
	for (i = 0; i < LINKS_MAX && rc == -ELOOP; i++) {
		int below;

		/* as the kernel has it: no file */
		if (at[0] == '\0' || at[strlen(at) - 1] == '/')
			return at[0] ? -EISDIR : -ENOENT;
		memcpy(copy, at, sizeof(copy));
		below = openat(dirfd, dirname(copy), O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (below < 0)
			return -errno;
		if (dirfd >= 0)
			close(dirfd);
		dirfd = below;
		memcpy(copy, at, sizeof(copy));
		rc = step(dirfd, basename(copy), flags, at);
	}
	return rc;
}
