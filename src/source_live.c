/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_live.c - sub-buffers of a running instance.
 *
 * In: the instance's directory. Out: sub-buffers as the kernel has them, read
 * without blocking, and the kernel's own count of what it lost. It decodes
 * nothing.
 */
#include "source_live.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"
#include "oldlibs.h"

struct live {
	struct mpt_source source;
	int instance;
	int pipe[2]; /* through which full sub-buffers go; empty but for a moment */
	struct {
		int fd;
		struct tracefs_cpu *cpu;
	} cpus[];
};

static struct live *live_of(const struct mpt_source *source)
{
	return (struct live *)(uintptr_t)source;
}

static int live_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct live *live = live_of(source);
	int n = tracefs_cpu_read(live->cpus[cpu].cpu, page, true);

	if (n >= 0)
		return n;
	/* a CPU that is off line, or a signal: nothing to read now */
	return errno == EAGAIN || errno == EINTR || errno == ENODEV ? 0 : -errno;
}

/* All of @n bytes that the pipe has. */
static int read_pipe(const struct live *live, char *to, size_t n)
{
	while (n > 0) {
		ssize_t rc = read(live->pipe[0], to, n);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc <= 0)
			return rc < 0 ? -errno : -EIO;
		to += rc;
		n -= (size_t)rc;
	}
	return 0;
}

/*
 * splice(2) is what hands out full sub-buffers alone, and many at once; read(2) copies
 * what there is of one that is being written. Why nothing came read(2) will tell.
 */
static int live_read_full(struct mpt_source *source, unsigned cpu, void *pages, unsigned max)
{
	struct live *live = live_of(source);
	ssize_t n = splice(live->cpus[cpu].fd, NULL, live->pipe[1], NULL, max * source->page_size,
			   SPLICE_F_NONBLOCK);
	int rc;

	if (n <= 0)
		return 0;
	rc = read_pipe(live, pages, (size_t)n);
	return rc < 0 ? rc : (int)((size_t)n / source->page_size);
}

static void live_close(struct mpt_source *source)
{
	struct live *live = live_of(source);
	unsigned i;

	for (i = 0; i < source->ncpus; i++) {
		if (live->cpus[i].cpu)
			tracefs_cpu_free_fd(live->cpus[i].cpu);
		if (live->cpus[i].fd >= 0)
			close(live->cpus[i].fd);
	}
	for (i = 0; i < 2; i++)
		if (live->pipe[i] >= 0)
			close(live->pipe[i]);
	free(live);
}

static const struct mpt_source_ops live_ops = { .read = live_read,
						.read_full = live_read_full,
						.close = live_close };

/* One more than the highest N of per_cpu/cpuN: possible CPUs, on line or not. */
static int count_cpus(int instance)
{
	cleanup_close int fd = openat(instance, "per_cpu", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	int cpu, n = 0;

	if (!dir)
		return -errno;
	fd = -1; /* the stream's now */
	while ((entry = readdir(dir)))
		if (sscanf(entry->d_name, "cpu%d", &cpu) == 1 && cpu >= n)
			n = cpu + 1;
	return n;
}

static int open_cpu(struct live *live, unsigned cpu)
{
	char path[64];

	snprintf(path, sizeof(path), "per_cpu/cpu%u/trace_pipe_raw", cpu);
	live->cpus[cpu].fd = openat(live->instance, path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (live->cpus[cpu].fd < 0)
		return -errno;
	live->cpus[cpu].cpu =
		tracefs_cpu_alloc_fd(live->cpus[cpu].fd, (int)live->source.page_size, true);
	return live->cpus[cpu].cpu ? 0 : -ENOMEM;
}

int mpt_source_live_open(int instance, size_t page_size, struct mpt_source **ret,
			 struct mpt_err *err)
{
	int i, rc, n = count_cpus(instance);
	struct live *live;

	if (n < 0)
		return mpt_err_set(err, -n, "per_cpu");
	live = calloc(1, sizeof(*live) + (size_t)n * sizeof(live->cpus[0]));
	if (!live)
		return mpt_err_set(err, ENOMEM, "per_cpu");
	live->source = (struct mpt_source){ .ops = &live_ops, .page_size = page_size };
	live->instance = instance;
	live->pipe[0] = live->pipe[1] = -1;
	if (pipe2(live->pipe, O_CLOEXEC | O_NONBLOCK) < 0) {
		n = errno;
		live_close(&live->source);
		return mpt_err_set(err, n, "pipe");
	}
	for (i = 0; i < n; i++) {
		live->source.ncpus = (unsigned)i + 1;
		rc = open_cpu(live, (unsigned)i);
		if (rc < 0) {
			live_close(&live->source);
			return mpt_err_set(err, -rc, "per_cpu/cpu%d/trace_pipe_raw", i);
		}
	}
	*ret = &live->source;
	return 0;
}

void mpt_source_live_pollfds(const struct mpt_source *source, struct pollfd *fds)
{
	const struct live *live = live_of(source);
	unsigned i;

	for (i = 0; i < source->ncpus; i++)
		fds[i] = (struct pollfd){ .fd = live->cpus[i].fd, .events = POLLIN };
}

/* "overrun: N" and "dropped events: N"; whatever else the file says is not ours. */
static uint64_t stat_of(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at && (at == text || at[-1] == '\n') ? strtoull(at + strlen(key), NULL, 10) : 0;
}

int mpt_source_live_lost(const struct mpt_source *source, uint64_t *ret)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char path[64];
	unsigned i;
	int rc = 0;

	*ret = 0;
	for (i = 0; i < source->ncpus; i++) {
		snprintf(path, sizeof(path), "per_cpu/cpu%u/stats", i);
		buf.len = 0;
		rc = mpt_file_read(live_of(source)->instance, path, &buf);
		if (rc < 0)
			return rc;
		*ret += stat_of(mpt_buf_cstr(&buf), "overrun: ") +
			stat_of(mpt_buf_cstr(&buf), "dropped events: ") +
			stat_of(mpt_buf_cstr(&buf), "entries: ");
	}
	return 0;
}
