/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loads.c - which code processes load, as the kernel tells while it happens.
 *
 * In: a buffer per CPU that the kernel writes records to. Out: what happened,
 * in the order of time. A record is never read beyond its end. It costs the
 * traced nothing but at exec, fork, and when code is mapped.
 */
#include "loads.h"

#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"

enum { PAGES = 64, RECORD_MAX = 1 << 16 };

/* The kernel takes a record's time a little before it is there to be read. */
static const uint64_t settle_ns = 1000000;

struct ring {
	int fd;
	struct perf_event_mmap_page *head;
	const unsigned char *data;
	uint64_t size; /* a power of two */
};

struct mpt_loads {
	unsigned nrings;
	struct ring *rings;
	size_t n, room;
	struct mpt_load *list; /* not yet handed over */
	unsigned char record[RECORD_MAX];
};

/* Where the fields of records are, after the header (linux/perf_event.h, enum perf_event_type). */
enum { PID = 0, FORK_PARENT = 4, FORK_SIZE = 16 };
enum {
	MAP_START = 8,
	MAP_LEN = 16,
	MAP_OFF = 24,
	MAP_MAJOR = 32,
	MAP_MINOR = 36,
	MAP_INODE = 40,
	MAP_PROT = 56,
	MAP_PATH = 64
};

static uint32_t get32(const unsigned char *at)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static uint64_t get64(const unsigned char *at)
{
	uint64_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static int open_event(int cpu)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.sample_type = PERF_SAMPLE_TID | PERF_SAMPLE_TIME,
		.exclude_kernel = 1,
		.mmap = 1,
		.mmap2 = 1,
		.comm = 1,
		.comm_exec = 1,
		.task = 1,
		.sample_id_all = 1,
		.use_clockid = 1,
		.clockid = CLOCK_MONOTONIC,
	};

	return (int)syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

static bool open_ring(struct ring *ring, int cpu)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	void *at;

	ring->fd = open_event(cpu);
	if (ring->fd < 0)
		return false;
	at = mmap(NULL, (PAGES + 1) * page, PROT_READ | PROT_WRITE, MAP_SHARED, ring->fd, 0);
	if (at == MAP_FAILED) {
		close(ring->fd);
		return false;
	}
	ring->head = at;
	ring->data = (const unsigned char *)at + page;
	ring->size = PAGES * page;
	return true;
}

/* A CPU that is off is not there; if none can be opened, it is not allowed. */
struct mpt_loads *mpt_loads_open(void)
{
	long cpus = sysconf(_SC_NPROCESSORS_CONF), cpu;
	struct mpt_loads *l = calloc(1, sizeof(*l));

	if (l && cpus > 0)
		l->rings = calloc((size_t)cpus, sizeof(*l->rings));
	for (cpu = 0; l && l->rings && cpu < cpus; cpu++)
		l->nrings += open_ring(&l->rings[l->nrings], (int)cpu);
	if (l && l->nrings > 0)
		return l;
	mpt_loads_close(l);
	return NULL;
}

void mpt_loads_close(struct mpt_loads *l)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE), i;

	if (!l)
		return;
	for (i = 0; i < l->nrings; i++) {
		munmap(l->rings[i].head, l->rings[i].size + page);
		close(l->rings[i].fd);
	}
	for (i = 0; i < l->n; i++)
		free(l->list[i].path);
	free(l->list);
	free(l->rings);
	free(l);
}

static void add(struct mpt_loads *l, const struct mpt_load *load)
{
	if (l->n == l->room) {
		size_t room = l->room ? 2 * l->room : 256;
		struct mpt_load *list = realloc(l->list, room * sizeof(*list));

		if (!list) {
			free(load->path);
			return;
		}
		l->list = list;
		l->room = room;
	}
	l->list[l->n++] = *load;
}

/* "//anon", "//toolong" and the like are no files. */
static char *copy_path(const char *path, size_t max)
{
	size_t len = strnlen(path, max);

	if (len == 0 || len == max || strncmp(path, "//", 2) == 0)
		return NULL;
	return strndup(path, len);
}

static void parse_mapped(struct mpt_loads *l, struct mpt_load *load, const unsigned char *body,
			 size_t size)
{
	if (size <= MAP_PATH)
		return;
	load->type = MPT_LOAD_MAPPED;
	load->pid = (pid_t)get32(body + PID);
	load->start = get64(body + MAP_START);
	load->len = get64(body + MAP_LEN);
	load->file_off = get64(body + MAP_OFF);
	load->device = (uint64_t)get32(body + MAP_MAJOR) << 32 | get32(body + MAP_MINOR);
	load->inode = get64(body + MAP_INODE);
	if (!(get32(body + MAP_PROT) & PROT_EXEC) || load->len == 0 ||
	    load->start > UINT64_MAX - load->len)
		return;
	load->path = copy_path((const char *)body + MAP_PATH, size - MAP_PATH);
	add(l, load);
}

static void parse_forked(struct mpt_loads *l, struct mpt_load *load, const unsigned char *body,
			 size_t size)
{
	if (size < FORK_SIZE)
		return;
	load->type = MPT_LOAD_FORK;
	load->pid = (pid_t)get32(body + PID);
	load->parent = (pid_t)get32(body + FORK_PARENT);
	/* else it is a thread */
	if (load->pid != load->parent)
		add(l, load);
}

static void parse_exec(struct mpt_loads *l, struct mpt_load *load, const unsigned char *body,
		       size_t size)
{
	if (size < sizeof(uint32_t))
		return;
	load->type = MPT_LOAD_EXEC;
	load->pid = (pid_t)get32(body + PID);
	add(l, load);
}

/* The time is what every record ends in. */
static void parse(struct mpt_loads *l, const struct perf_event_header *header)
{
	static const size_t trailer = 16; /* pid, tid, time */
	const unsigned char *body = l->record + sizeof(*header);
	size_t size = header->size - sizeof(*header);
	struct mpt_load load = { 0 };

	if (size < trailer)
		return;
	load.ts = get64(body + size - sizeof(load.ts));
	size -= trailer;
	if (header->type == PERF_RECORD_MMAP2)
		parse_mapped(l, &load, body, size);
	else if (header->type == PERF_RECORD_FORK)
		parse_forked(l, &load, body, size);
	else if (header->type == PERF_RECORD_COMM && header->misc & PERF_RECORD_MISC_COMM_EXEC)
		parse_exec(l, &load, body, size);
	else if (header->type == PERF_RECORD_LOST) {
		load.type = MPT_LOAD_LOST;
		add(l, &load);
	}
}

static void copy_out(const struct ring *ring, uint64_t at, void *ret, size_t n)
{
	size_t offset = at & (ring->size - 1), first = ring->size - offset;

	if (first > n)
		first = n;
	memcpy(ret, ring->data + offset, first);
	memcpy((unsigned char *)ret + first, ring->data, n - first);
}

static void read_ring(struct mpt_loads *l, const struct ring *ring)
{
	uint64_t head = __atomic_load_n(&ring->head->data_head, __ATOMIC_ACQUIRE);
	uint64_t tail = ring->head->data_tail;
	struct perf_event_header header;

	while (head - tail >= sizeof(header)) {
		copy_out(ring, tail, &header, sizeof(header));
		if (header.size < sizeof(header) || header.size > head - tail)
			break;
		copy_out(ring, tail, l->record, header.size);
		parse(l, &header);
		tail += header.size;
	}
	__atomic_store_n(&ring->head->data_tail, head, __ATOMIC_RELEASE);
}

static int by_time(const void *a, const void *b)
{
	const struct mpt_load *x = a, *y = b;

	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return (int)x->type - (int)y->type;
}

void mpt_loads_read(struct mpt_loads *l, bool all, mpt_load_fn fn, void *arg)
{
	uint64_t until = all ? UINT64_MAX : mpt_clock_now() - settle_ns;
	size_t i, n;

	for (i = 0; i < l->nrings; i++)
		read_ring(l, &l->rings[i]);
	if (l->n == 0)
		return;
	qsort(l->list, l->n, sizeof(*l->list), by_time);
	for (n = 0; n < l->n && l->list[n].ts <= until; n++) {
		fn(&l->list[n], arg);
		free(l->list[n].path);
	}
	l->n -= n;
	memmove(l->list, l->list + n, l->n * sizeof(*l->list));
}
