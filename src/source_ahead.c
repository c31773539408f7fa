/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_ahead.c - sub-buffers read ahead of their decoding.
 *
 * In: another source, and calls now and then. Out: what that source has, in its
 * order, through a queue per CPU. The queues' memory is taken as it is needed,
 * up to a bound, and given back. It looks into no sub-buffer.
 *
 * A queue has full sub-buffers, and the rest of one of which a part was read
 * before: merge.c, is_last(), takes a short one for the last that there is.
 */
#include "source_ahead.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
	SWEEP_NS = 4 * 1000 * 1000, /* 8 MiB have room for 25 ms of a CPU that only calls */
	CHUNK_BYTES = 256 * 1024,
	SPARE_MAX = 8,	/* chunks that are kept while others are in use, */
	SPARE_IDLE = 2, /* and while none is */
};

struct chunk {
	struct chunk *next;
	char *pages;
	unsigned first, end; /* sub-buffers that wait: from first to before end */
};

struct queue {
	struct chunk *head, *tail; /* none is empty */
	int failed;		   /* -errno, to be told when all before it is read */
};

struct ahead {
	struct mpt_source source;
	struct mpt_source *from;
	unsigned per_chunk;  /* sub-buffers */
	uint64_t chunks_max; /* of all queues */
	uint64_t used;	     /* chunks in queues, */
	unsigned nspare;     /* and others */
	struct chunk *spare;
	uint64_t swept; /* when, nanoseconds */
	struct queue queues[];
};

static struct ahead *ahead_of(const struct mpt_source *source)
{
	return (struct ahead *)(uintptr_t)source;
}

/* --- chunks ----------------------------------------------------------------- */

static size_t chunk_bytes(const struct ahead *a)
{
	return a->per_chunk * a->source.page_size;
}

/* By mmap(2), so that what is given back is nobody's any more. */
static struct chunk *make_chunk(const struct ahead *a)
{
	struct chunk *chunk = malloc(sizeof(*chunk));

	if (!chunk)
		return NULL;
	chunk->pages = mmap(NULL, chunk_bytes(a), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk->pages != MAP_FAILED)
		return chunk;
	free(chunk);
	return NULL;
}

static void free_chunk(const struct ahead *a, struct chunk *chunk)
{
	munmap(chunk->pages, chunk_bytes(a));
	free(chunk);
}

/* An empty one, in no queue; NULL where there is none to be had. */
static struct chunk *take_chunk(struct ahead *a)
{
	struct chunk *chunk = a->spare;

	if (a->used >= a->chunks_max)
		return NULL;
	if (chunk) {
		a->spare = chunk->next;
		a->nspare--;
	} else {
		chunk = make_chunk(a);
	}
	if (chunk)
		chunk->first = chunk->end = 0;
	return chunk;
}

/* Of those in no queue a few are kept: less is asked of the kernel again and again. */
static void give_back(struct ahead *a, struct chunk *chunk)
{
	chunk->next = a->spare;
	a->spare = chunk;
	a->nspare++;
	while (a->nspare > (a->used > 0 ? SPARE_MAX : SPARE_IDLE)) {
		chunk = a->spare;
		a->spare = chunk->next;
		a->nspare--;
		free_chunk(a, chunk);
	}
}

static void append(struct ahead *a, struct queue *queue, struct chunk *chunk)
{
	chunk->next = NULL;
	if (queue->tail)
		queue->tail->next = chunk;
	else
		queue->head = chunk;
	queue->tail = chunk;
	a->used++;
}

static void drop_head(struct ahead *a, struct queue *queue)
{
	struct chunk *chunk = queue->head;

	queue->head = chunk->next;
	if (!queue->head)
		queue->tail = NULL;
	a->used--;
	give_back(a, chunk);
}

/* --- moving ----------------------------------------------------------------- */

/* Some of a CPU's: how many come at once is the source's business. Returns whether any came. */
static bool move_some(struct ahead *a, unsigned cpu)
{
	struct queue *queue = &a->queues[cpu];
	bool has_room = queue->tail && queue->tail->end < a->per_chunk;
	struct chunk *chunk = has_room ? queue->tail : take_chunk(a);
	int n;

	if (!chunk)
		return false;
	n = mpt_source_read_full(a->from, cpu, chunk->pages + chunk->end * a->source.page_size,
				 a->per_chunk - chunk->end);
	if (n > 0)
		chunk->end += (unsigned)n;
	else if (n < 0)
		queue->failed = n;
	if (!has_room && n > 0)
		append(a, queue, chunk);
	else if (!has_room)
		give_back(a, chunk);
	return n > 0;
}

/* In turns, so that where room is scarce each CPU has its share of it. */
void mpt_ahead_sweep(struct mpt_source *ahead, uint64_t now)
{
	struct ahead *a = ahead_of(ahead);
	bool moved = true;
	unsigned cpu;

	if (now - a->swept < SWEEP_NS)
		return;
	a->swept = now;
	while (moved) {
		moved = false;
		for (cpu = 0; cpu < ahead->ncpus; cpu++)
			if (!a->queues[cpu].failed)
				moved |= move_some(a, cpu);
	}
}

bool mpt_ahead_holds(const struct mpt_source *ahead)
{
	return ahead_of(ahead)->used > 0;
}

/* --- a source --------------------------------------------------------------- */

static int ahead_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct ahead *a = ahead_of(source);
	struct queue *queue = &a->queues[cpu];
	struct chunk *chunk = queue->head;

	if (!chunk)
		return queue->failed ? queue->failed : mpt_source_read(a->from, cpu, page);
	memcpy(page, chunk->pages + chunk->first * source->page_size, source->page_size);
	if (++chunk->first == chunk->end)
		drop_head(a, queue);
	return (int)source->page_size;
}

static void ahead_close(struct mpt_source *source)
{
	struct ahead *a = ahead_of(source);
	unsigned cpu;

	for (cpu = 0; cpu < source->ncpus; cpu++)
		while (a->queues[cpu].head)
			drop_head(a, &a->queues[cpu]);
	while (a->spare) {
		struct chunk *chunk = a->spare;

		a->spare = chunk->next;
		free_chunk(a, chunk);
	}
	free(a);
}

static const struct mpt_source_ops ahead_ops = { .read = ahead_read, .close = ahead_close };

struct mpt_source *mpt_ahead_open(struct mpt_source *from, uint64_t bytes_max)
{
	struct ahead *a = calloc(1, sizeof(*a) + from->ncpus * sizeof(a->queues[0]));

	if (!a)
		return NULL;
	a->source = *from;
	a->source.ops = &ahead_ops;
	a->from = from;
	a->per_chunk = (unsigned)(CHUNK_BYTES / from->page_size);
	if (a->per_chunk == 0)
		a->per_chunk = 1;
	a->chunks_max = bytes_max / chunk_bytes(a);
	return &a->source;
}
