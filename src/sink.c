/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sink.c - where the lines go.
 *
 * In: whole lines in a buffer. Out: bytes on a descriptor. The descriptor's
 * flags are never changed, since COMMAND may share it.
 */
#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "create.h"
#include "err.h"

enum { MEANWHILE_MS = 10 };

int mpt_sink_open(struct mpt_sink *sink, const char *path, int fallback, struct mpt_err *err)
{
	struct stat st;

	*sink = (struct mpt_sink){ .fd = fallback };
	if (path && strcmp(path, "-") == 0) {
		sink->fd = STDOUT_FILENO;
	} else if (path) {
		sink->fd = mpt_create(path, O_WRONLY);
		sink->owned = true;
		if (sink->fd < 0)
			return mpt_err_set(err, -sink->fd, "cannot write to '%s'", path);
	}
	if (fstat(sink->fd, &st) < 0)
		return mpt_err_set(err, errno, "cannot write the trace to descriptor %d", sink->fd);
	sink->is_regular = S_ISREG(st.st_mode);
	return 0;
}

/* Until something can be written without blocking, or @wake is readable; 0: ask again. */
static int wait_writable(const struct mpt_sink *sink, int wake)
{
	struct pollfd fds[2] = { { .fd = sink->fd, .events = POLLOUT },
				 { .fd = wake, .events = POLLIN } };
	int n = poll(fds, 2, sink->meanwhile ? MEANWHILE_MS : -1);

	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (sink->meanwhile)
		sink->meanwhile(sink->arg);
	if (n == 0)
		return 0;
	return fds[0].revents ? 1 : -EINTR;
}

/* At most PIPE_BUF at a time: that much a pipe takes at once when poll says it is writable. */
static ssize_t write_some(const struct mpt_sink *sink, const char *at, size_t n, int wake)
{
	ssize_t rc;

	if (!sink->is_regular) {
		rc = wait_writable(sink, wake);
		if (rc <= 0)
			return rc;
		n = n < PIPE_BUF ? n : PIPE_BUF;
	}
	rc = write(sink->fd, at, n);
	if (rc < 0)
		return errno == EINTR || errno == EAGAIN ? 0 : -errno;
	return rc;
}

int mpt_sink_flush(struct mpt_sink *sink, int wake, struct mpt_err *err)
{
	size_t done = 0;
	ssize_t rc = 0;

	while (rc >= 0 && done < sink->buf.len) {
		rc = write_some(sink, sink->buf.data + done, sink->buf.len - done, wake);
		if (rc > 0)
			done += (size_t)rc;
	}
	sink->buf.len -= done;
	if (sink->buf.len > 0)
		memmove(sink->buf.data, sink->buf.data + done, sink->buf.len);
	if (rc < 0 && rc != -EPIPE && rc != -EINTR)
		return mpt_err_set(err, (int)-rc, "cannot write the trace");
	if (sink->buf.failed)
		return mpt_err_set(err, ENOMEM, "cannot write the trace");
	return rc < 0 ? (int)rc : 0;
}

int mpt_sink_close(struct mpt_sink *sink)
{
	int rc = sink->owned && sink->fd >= 0 && close(sink->fd) < 0 ? -errno : 0;

	mpt_buf_free(&sink->buf);
	sink->fd = -1;
	return rc;
}
