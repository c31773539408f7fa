/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * races.c - memory that comes and goes while calls look at it.
 *
 * In: a number of calls. Out: on standard output, of each call a line
 * "COUNT ADDR:NODE ...": the elements of the two arrays that it passed to
 * move_pages(2), each a number that no other call has. Another thread takes
 * the pages of the arrays away and gives them back all the time, so an element
 * is that number, or 0 where the page was new, or could not be read; what any
 * tool shows of another kind is wrong. The calls fail early, so that the
 * kernel need not have read what they pass.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

enum { ITEMS = 32, LINE = 64 * ITEMS };

static atomic_bool done;

struct places {
	unsigned long *pages; /* in the middle of it a page ends */
	int *nodes;
};

/* Takes away the second page of each, and sometimes the first. */
static void *take_away(void *arg)
{
	const struct places *p = arg;
	size_t page = page_size();
	char *a = (char *)((uintptr_t)p->pages & ~(page - 1));
	char *b = (char *)((uintptr_t)p->nodes & ~(page - 1));
	const struct timespec pause = { 0, 50000 };
	unsigned n = 0;

	while (!atomic_load(&done)) {
		size_t from = ++n % 8 ? page : 0;

		madvise(a + from, 2 * page - from, MADV_DONTNEED);
		madvise(b + from, 2 * page - from, MADV_DONTNEED);
		if (n % 3 == 0)
			nanosleep(&pause, NULL);
	}
	return NULL;
}

static void make_call(const struct places *p, unsigned long n)
{
	unsigned long pages[ITEMS];
	int nodes[ITEMS], i, len;
	char line[LINE];

	for (i = 0; i < ITEMS; i++) {
		pages[i] = (n * ITEMS + (unsigned long)i) * 4096 + 1;
		nodes[i] = (int)(n * ITEMS + (unsigned long)i) & 0x3fffffff;
	}
	memcpy(p->pages, pages, sizeof(pages));
	memcpy(p->nodes, nodes, sizeof(nodes));
	/* there is no such flag, and so nothing is read */
	syscall(SYS_move_pages, 0, (unsigned long)ITEMS, p->pages, p->nodes, NULL, 1 << 20);
	len = snprintf(line, LINE, "%d", ITEMS);
	for (i = 0; i < ITEMS; i++)
		len += snprintf(line + len, (size_t)(LINE - len), " %#lx:%d", pages[i], nodes[i]);
	puts(line);
}

int main(int argc, char **argv)
{
	unsigned long n, calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	size_t page = page_size();
	char *at = map_pages(5, PROT_READ | PROT_WRITE);
	struct places p = { .pages = (unsigned long *)(void *)(at + page) - ITEMS / 2,
			    .nodes = (int *)(void *)(at + 4 * page) - ITEMS / 2 };
	pthread_t thread;

	if (pthread_create(&thread, NULL, take_away, &p) != 0)
		die("pthread_create");
	for (n = 1; n <= calls; n++)
		make_call(&p, n);
	atomic_store(&done, true);
	pthread_join(thread, NULL);
	return 0;
}
