/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.c - whole small files below a directory.
 *
 * In: a directory descriptor and a path. Out: the file's bytes, or 0 or
 * -errno. It creates no file and keeps no descriptor.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"

/* No file of /proc or tracefs that we read comes near; a fuzzed tree may. */
static const size_t max_size = 64u << 20;

int mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret)
{
	cleanup_close int fd = openat(dirfd, path, O_RDONLY | O_CLOEXEC);
	size_t start = ret->len;

	if (fd < 0)
		return -errno;
	while (ret->len - start < max_size) {
		char *room = mpt_buf_room(ret, 4096);
		ssize_t n;

		if (!room)
			return -ENOMEM;
		n = read(fd, room, 4096);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (n == 0)
			return 0;
		ret->len += (size_t)n;
	}
	return -EFBIG;
}

int mpt_file_write(int dirfd, const char *path, const char *text, int flags)
{
	cleanup_close int fd = openat(dirfd, path, O_WRONLY | O_CLOEXEC | flags);
	size_t len = strlen(text);
	ssize_t n;

	if (fd < 0)
		return -errno;
	if (len == 0)
		return 0;
	do {
		n = write(fd, text, len);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EIO;
}

int mpt_file_read_u64(int dirfd, const char *path, uint64_t *ret)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	int rc = mpt_file_read(dirfd, path, &buf);
	const char *text;
	char *end;

	if (rc < 0)
		return rc;
	text = mpt_buf_cstr(&buf);
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return end == text || errno ? -EINVAL : 0;
}
