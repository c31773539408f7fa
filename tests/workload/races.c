/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races.c - memory that comes and goes while calls look at it.
 *
 * In: a number of calls, and the word "alone" or nothing. Out: on standard
 * output, of each call a line "COUNT ADDR:NODE ...": the elements of the two
 * arrays that it passed to move_pages(2), each a number that no other call has.
 * The calls fail early, so that the kernel need not have read what they pass.
 *
 * Another thread takes the pages of the arrays away and gives them back all the
 * time, so an element is that number, or 0 where the page was new, or could not
 * be read. Or it is what the memory held before: while the flush of a CPU's TLB
 * is under way, the kernel's mode can still reach the page that was taken away
 * when the user's mode has the new one already (seen once in some million
 * calls, under QEMU, whose TLBs of the two modes are apart as KPTI's are). So
 * the calls go round PLACES places: memory holds what the call PLACES calls ago,
 * or twice as many, put there, and what any tool shows of another kind is wrong.
 *
 * With "alone" there is no such thread and no such doubt: each call is made
 * right after one of the four pages was taken away, its elements are "-" in the
 * line, and whatever is shown for them is wrong; or they are 0, where the kernel
 * says afterwards that it brought a page in (5.10 copies the addresses of 32-bit
 * callers before it looks at the flags).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

enum { ITEMS = 32, LINE = 64 * ITEMS, PLACES = 7, PLACE_PAGES = 5 };

static atomic_bool done;

static struct place {
	unsigned long *pages; /* in the middle of it a page ends */
	int *nodes;
} places[PLACES];

/* The place of the call that is being made. */
static _Atomic(const struct place *) now = places;

/* The page in which an array starts. */
static char *page_of(const void *array)
{
	return (char *)((uintptr_t)array & ~(page_size() - 1));
}

/* Takes away the second page of each, and sometimes the first. */
static void *take_away(void *arg)
{
	size_t page = page_size();
	const struct timespec pause = { 0, 50000 };
	unsigned n = 0;

	while (!atomic_load(&done)) {
		size_t from = ++n % 8 ? page : 0;
		const struct place *p = atomic_load(&now);

		madvise(page_of(p->pages) + from, 2 * page - from, MADV_DONTNEED);
		madvise(page_of(p->nodes) + from, 2 * page - from, MADV_DONTNEED);
		if (n % 3 == 0)
			nanosleep(&pause, NULL);
	}
	return arg;
}

/* Takes away one of the four pages, the one whose turn it is at the N-th call. */
static void take_one(const struct place *p, unsigned long n)
{
	const void *array = n & 1 ? (void *)p->pages : (void *)p->nodes;

	madvise(page_of(array) + (n & 2 ? page_size() : 0), page_size(), MADV_DONTNEED);
}

/* Whether take_one() took element I of the addresses (or else of the nodes). */
static bool is_taken(unsigned long n, int i, bool addresses)
{
	return (n & 1) == addresses && (n & 2 ? i >= ITEMS / 2 : i < ITEMS / 2);
}

/* What take_one() took is there again, new, if the kernel itself wanted it. */
static bool is_back(const struct place *p, unsigned long n)
{
	const void *array = n & 1 ? (void *)p->pages : (void *)p->nodes;
	unsigned char there = 0;

	if (mincore(page_of(array) + (n & 2 ? page_size() : 0), page_size(), &there) != 0)
		die("mincore");
	return there & 1;
}

static void print_call(unsigned long n, const unsigned long *pages, const int *nodes, bool alone)
{
	bool back = alone && is_back(&places[n % PLACES], n);
	char line[LINE];
	int i, len = snprintf(line, LINE, "%d", ITEMS);

	for (i = 0; i < ITEMS; i++) {
		if (alone && is_taken(n, i, true))
			len += snprintf(line + len, (size_t)(LINE - len), back ? " 0x0:" : " -:");
		else
			len += snprintf(line + len, (size_t)(LINE - len), " %#lx:", pages[i]);
		if (alone && is_taken(n, i, false))
			len += snprintf(line + len, (size_t)(LINE - len), back ? "0" : "-");
		else
			len += snprintf(line + len, (size_t)(LINE - len), "%d", nodes[i]);
	}
	puts(line);
}

static void make_call(unsigned long n, bool alone)
{
	const struct place *p = &places[n % PLACES];
	unsigned long pages[ITEMS];
	int nodes[ITEMS], i;

	for (i = 0; i < ITEMS; i++) {
		pages[i] = (n * ITEMS + (unsigned long)i) * 4096 + 1;
		nodes[i] = (int)(n * ITEMS + (unsigned long)i) & 0x3fffffff;
	}
	atomic_store(&now, p);
	memcpy(p->pages, pages, sizeof(pages));
	memcpy(p->nodes, nodes, sizeof(nodes));
	if (alone)
		take_one(p, n);
	/* there is no such flag, and so nothing is read */
	syscall(SYS_move_pages, 0, (unsigned long)ITEMS, p->pages, p->nodes, NULL, 1 << 20);
	print_call(n, pages, nodes, alone);
}

static void make_places(void)
{
	size_t page = page_size();
	char *at = map_pages((size_t)PLACES * PLACE_PAGES, PROT_READ | PROT_WRITE);
	int i;

	for (i = 0; i < PLACES; i++, at += PLACE_PAGES * page) {
		places[i].pages = (unsigned long *)(void *)(at + page) - ITEMS / 2;
		places[i].nodes = (int *)(void *)(at + 4 * page) - ITEMS / 2;
	}
}

int main(int argc, char **argv)
{
	unsigned long n, calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	bool alone = argc > 2 && strcmp(argv[2], "alone") == 0;
	pthread_t thread;

	make_places();
	if (!alone && pthread_create(&thread, NULL, take_away, NULL) != 0)
		die("pthread_create");
	for (n = 1; n <= calls; n++)
		make_call(n, alone);
	atomic_store(&done, true);
	if (!alone)
		pthread_join(thread, NULL);
	return 0;
}
