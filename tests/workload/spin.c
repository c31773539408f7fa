/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spin.c - calls at full speed, for counting.
 *
 * In: THREADS CALLS [--wait]: with it, a line on standard input before the
 * first call, for which "ready" asks once all threads are there. Out: how many
 * calls were made, on one line, at the end. Every call is given a mode and a
 * mask and succeeds; it never does anything between two calls.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

enum { MAX_THREADS = 1024, MASK_WORDS = 16, MAXNODE = MASK_WORDS * 64 };

static unsigned long calls;
static pthread_barrier_t ready, go;

static void *run_thread(void *arg)
{
	uint64_t mask[MASK_WORDS];
	int mode;
	unsigned long i;

	(void)arg;
	pthread_barrier_wait(&ready);
	pthread_barrier_wait(&go);
	for (i = 0; i < calls; i++)
		if (syscall(SYS_get_mempolicy, &mode, mask, (unsigned long)MAXNODE, 0UL, 0UL) < 0)
			die("get_mempolicy");
	return NULL;
}

int main(int argc, char **argv)
{
	static pthread_t threads[MAX_THREADS];
	unsigned long n = argc > 2 ? strtoul(argv[1], NULL, 10) : 0, i;

	if (n == 0 || n > MAX_THREADS) {
		fputs("usage: spin THREADS CALLS [--wait]\n", stderr);
		return 2;
	}
	calls = strtoul(argv[2], NULL, 10);
	pthread_barrier_init(&ready, NULL, (unsigned)n + 1);
	pthread_barrier_init(&go, NULL, (unsigned)n + 1);
	for (i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, run_thread, NULL) != 0)
			die("pthread_create");
	pthread_barrier_wait(&ready);
	if (argc > 3 && strcmp(argv[3], "--wait") == 0) {
		puts("ready");
		fflush(stdout);
		wait_for_line();
	}
	pthread_barrier_wait(&go);
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
	printf("%lu\n", n * calls);
	return 0;
}
