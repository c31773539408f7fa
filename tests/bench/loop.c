/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loop.c - what a call costs.
 *
 * In: CALLS of a batch; --filter: under a seccomp filter that allows all. Out:
 * one line, the median of some batches' nanoseconds for a get_mempolicy(2) and
 * for a getppid(2). Where time counts instructions (run -i) they are those.
 * It never does anything else between two calls.
 */
#define _GNU_SOURCE
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 11, MASK_WORDS = 16, MAXNODE = MASK_WORDS * 64 };

static unsigned long now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (unsigned long)ts.tv_sec * 1000000000UL + (unsigned long)ts.tv_nsec;
}

static void get_mempolicies(unsigned long calls)
{
	unsigned long mask[MASK_WORDS], i;
	int mode;

	for (i = 0; i < calls; i++)
		if (syscall(SYS_get_mempolicy, &mode, mask, (unsigned long)MAXNODE, 0UL, 0UL) < 0)
			exit(1);
}

static void getppids(unsigned long calls)
{
	unsigned long i;

	for (i = 0; i < calls; i++)
		syscall(SYS_getppid);
}

static int compare(const void *a, const void *b)
{
	unsigned long x = *(const unsigned long *)a, y = *(const unsigned long *)b;

	return x < y ? -1 : x > y;
}

/* The first batch warms up. */
static unsigned long median_of(void (*make)(unsigned long), unsigned long calls)
{
	unsigned long took[BATCHES];
	int i;

	make(calls);
	for (i = 0; i < BATCHES; i++) {
		unsigned long begun = now();

		make(calls);
		took[i] = now() - begun;
	}
	qsort(took, BATCHES, sizeof(took[0]), compare);
	return took[BATCHES / 2] / calls;
}

static int allow_all(void)
{
	struct sock_filter code = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = { .len = 1, .filter = &code };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0;
}

int main(int argc, char **argv)
{
	unsigned long calls = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;

	if (calls == 0) {
		fputs("usage: loop CALLS [--filter]\n", stderr);
		return 2;
	}
	if (argc > 2 && strcmp(argv[2], "--filter") == 0 && !allow_all()) {
		perror("seccomp");
		return 1;
	}
	printf("%lu", median_of(get_mempolicies, calls));
	printf(" %lu\n", median_of(getppids, calls));
	return 0;
}
