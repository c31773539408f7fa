/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.c - the records of all CPUs in the order of time.
 *
 * In: the sub-buffers of a source. Out: records, earliest first, by a heap of
 * CPUs; those of one CPU keep their order, since equal times are common. It
 * never waits and decodes nothing.
 */
#include "merge.h"

#include <errno.h>
#include <stdlib.h>

#include "cleanup.h"
#include "err.h"
#include "page.h"
#include "source.h"

/*
 * Sub-buffers in memory: 2 MiB leave the process small, and a burst is kept by
 * the source. With very many CPUs, or large sub-buffers, as many for each as rounds
 * that are 5 ms apart (session.c) can bring of them, part-filled, while they are held.
 */
enum { BYTES_MAX = 2 << 20, PAGES_PER_CPU_MIN = 12 };

struct cpu {
	struct mpt_pages pages;
	uint32_t nr;
	uint64_t watermark; /* nothing earlier than this comes from here, but for the late */
	bool in_heap;
};

struct mpt_merge {
	struct mpt_source *source;
	struct mpt_page *free_list;
	unsigned pages_per_cpu;
	uint64_t safe; /* records up to this time may go */
	bool behind;
	struct cpu *current; /* whose record was handed out last */
	mpt_arrival_fn arrived;
	void *arrived_arg;
	unsigned in_gap; /* CPUs whose next record comes after lost ones */
	unsigned heap_n;
	struct cpu **heap; /* CPUs with a record, earliest first */
	struct cpu cpus[];
};

static bool is_before(const struct cpu *a, const struct cpu *b)
{
	return a->pages.ts < b->pages.ts || (a->pages.ts == b->pages.ts && a < b);
}

static void sift_down(struct mpt_merge *m, unsigned i)
{
	struct cpu *cpu = m->heap[i];

	for (;;) {
		unsigned child = 2 * i + 1;

		if (child + 1 < m->heap_n && is_before(m->heap[child + 1], m->heap[child]))
			child++;
		if (child >= m->heap_n || !is_before(m->heap[child], cpu))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = cpu;
}

static void heap_insert(struct mpt_merge *m, struct cpu *cpu)
{
	unsigned i = m->heap_n++;

	while (i > 0 && is_before(cpu, m->heap[(i - 1) / 2])) {
		m->heap[i] = m->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	m->heap[i] = cpu;
	cpu->in_heap = true;
}

static void heap_pop(struct mpt_merge *m)
{
	m->heap[0]->in_heap = false;
	if (--m->heap_n == 0)
		return;
	m->heap[0] = m->heap[m->heap_n];
	sift_down(m, 0);
}

int mpt_merge_create(struct mpt_source *source, struct mpt_merge **ret, struct mpt_err *err)
{
	struct mpt_merge *m = calloc(1, sizeof(*m) + source->ncpus * sizeof(m->cpus[0]));
	unsigned i;

	if (!m)
		return mpt_err_set(err, ENOMEM, "merge");
	m->source = source;
	m->pages_per_cpu =
		(unsigned)(BYTES_MAX / source->page_size) / (source->ncpus ? source->ncpus : 1);
	if (m->pages_per_cpu < PAGES_PER_CPU_MIN)
		m->pages_per_cpu = PAGES_PER_CPU_MIN;
	m->heap = calloc(source->ncpus + 1, sizeof(struct cpu *));
	if (!m->heap) {
		free(m);
		return mpt_err_set(err, ENOMEM, "merge");
	}
	for (i = 0; i < source->ncpus; i++) {
		m->cpus[i].nr = i;
		mpt_pages_init(&m->cpus[i].pages, source->page_size, source->swapped,
			       source->long_size);
	}
	*ret = m;
	return 0;
}

void mpt_merge_watch(struct mpt_merge *m, mpt_arrival_fn fn, void *arg)
{
	m->arrived = fn;
	m->arrived_arg = arg;
}

static void tell_arrival(const void *data, size_t size, uint64_t ts, void *arg)
{
	const struct mpt_merge *m = arg;
	const struct mpt_record record = { .data = data, .size = (uint32_t)size, .ts = ts };

	m->arrived(&record, m->arrived_arg);
}

static void free_pages(struct mpt_page *page)
{
	while (page) {
		struct mpt_page *next = page->next;

		free(page);
		page = next;
	}
}

void mpt_merge_destroy(struct mpt_merge *m)
{
	unsigned i;

	if (!m)
		return;
	for (i = 0; i < m->source->ncpus; i++)
		free_pages(m->cpus[i].pages.head);
	free_pages(m->free_list);
	free(m->heap);
	free(m);
}

static struct mpt_page *new_page(struct mpt_merge *m)
{
	struct mpt_page *page = m->free_list;

	if (!page)
		return malloc(sizeof(*page) + m->source->page_size);
	m->free_list = page->next;
	return page;
}

static void keep_page(struct mpt_merge *m, struct cpu *cpu, struct mpt_page *page)
{
	mpt_pages_push(&cpu->pages, page);
	if (!cpu->pages.data)
		mpt_pages_next(&cpu->pages, &m->free_list);
	if (cpu->pages.data && !cpu->in_heap) {
		m->in_gap += cpu->pages.gap;
		heap_insert(m, cpu);
	}
}

/* One sub-buffer. Returns its length, 0 when the CPU has nothing more, or -errno. */
static int read_page(struct mpt_merge *m, struct cpu *cpu, size_t *fill)
{
	struct mpt_page *page = new_page(m);
	int n;

	if (!page)
		return -ENOMEM;
	n = mpt_source_read(m->source, cpu->nr, page->data);
	if (n <= 0) {
		page->next = m->free_list;
		m->free_list = page;
		return n;
	}
	*fill = mpt_page_fill(&cpu->pages, page);
	cpu->watermark = mpt_page_time(&cpu->pages, page);
	if (m->arrived)
		mpt_page_each(&cpu->pages, page, tell_arrival, m);
	keep_page(m, cpu, page);
	return n;
}

/*
 * Whether a sub-buffer is the one that is being written, so that nothing that
 * is older than this round comes after it. To read on until there is nothing
 * would chase a busy writer record by record, at a copy of a sub-buffer each.
 * The first one of a round can be short for another reason: it can be what an
 * earlier round left of a sub-buffer that has filled up since.
 */
static bool is_last(const struct mpt_merge *m, int nth, size_t fill)
{
	return nth > 1 && fill < m->source->page_size / 4 * 3;
}

/* Reads a CPU until it has no more or the room is full; returns sub-buffers read. */
static int fill_cpu(struct mpt_merge *m, struct cpu *cpu, uint64_t drained)
{
	int n = 0;

	while (cpu->pages.queued < m->pages_per_cpu) {
		size_t fill = 0;
		int rc = read_page(m, cpu, &fill);

		if (rc < 0)
			return rc;
		n += rc > 0;
		/* at the end all is read: a recorded file has short ones anywhere */
		if (rc == 0 || (drained != UINT64_MAX && is_last(m, n, fill))) {
			cpu->watermark = drained;
			return n;
		}
	}
	m->behind = true;
	return n;
}

/* Steps past the record that was handed out last; only now may its memory go. */
static void advance(struct mpt_merge *m)
{
	struct cpu *cpu = m->current;

	m->current = NULL;
	if (!cpu)
		return;
	/* it is the top of the heap still: only a fill inserts, and that comes here first */
	m->in_gap -= cpu->pages.gap;
	mpt_pages_next(&cpu->pages, &m->free_list);
	m->in_gap += cpu->pages.data && cpu->pages.gap;
	if (cpu->pages.data)
		sift_down(m, 0);
	else
		heap_pop(m);
}

int mpt_merge_fill(struct mpt_merge *m, uint64_t now)
{
	uint64_t drained = now == UINT64_MAX ? now : now > MPT_HOLD_NS ? now - MPT_HOLD_NS : 0;
	unsigned i;
	int n = 0;

	advance(m);
	m->safe = UINT64_MAX;
	m->behind = false;
	for (i = 0; i < m->source->ncpus; i++) {
		int rc = fill_cpu(m, &m->cpus[i], drained);

		if (rc < 0)
			return rc;
		n += rc;
		if (m->cpus[i].watermark < m->safe)
			m->safe = m->cpus[i].watermark;
	}
	/* at the end all CPUs are drained or full; where time goes back in a file, none would go on
	 */
	if (now == UINT64_MAX && m->heap_n > 0 && m->heap[0]->pages.ts > m->safe)
		m->safe = UINT64_MAX;
	/* what there was no room for is not to be forgotten by who reads until there is no more */
	return n == 0 && m->behind ? 1 : n;
}

bool mpt_merge_peek(struct mpt_merge *m, uint64_t *ts)
{
	advance(m);
	if (m->heap_n == 0 || m->heap[0]->pages.ts > m->safe)
		return false;
	*ts = m->heap[0]->pages.ts;
	return true;
}

bool mpt_merge_next_until(struct mpt_merge *m, uint64_t until, struct mpt_record *ret)
{
	struct cpu *cpu;
	uint64_t ts;

	if (!mpt_merge_peek(m, &ts) || ts > until)
		return false;
	cpu = m->heap[0];
	m->current = cpu;
	*ret = (struct mpt_record){
		.data = cpu->pages.data,
		.size = (uint32_t)cpu->pages.size,
		.cpu = cpu->nr,
		.ts = ts,
		.gap = cpu->pages.gap,
		.in_gap = m->in_gap > 0,
	};
	return true;
}

bool mpt_merge_next(struct mpt_merge *m, struct mpt_record *ret)
{
	return mpt_merge_next_until(m, UINT64_MAX, ret);
}

bool mpt_merge_is_holding(const struct mpt_merge *m)
{
	return m->heap_n > 0;
}

bool mpt_merge_is_behind(const struct mpt_merge *m)
{
	return m->behind;
}
