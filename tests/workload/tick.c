/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tick.c - when a call was made, and when a line came.
 *
 * In: `call N MS`, or `stamp` and lines. Out: `call` makes N calls, MS apart,
 * the n-th with addr n, and prints "0xN T" each, T the time right after it;
 * `stamp` prints "T LINE" for every line it reads, T the time when it came.
 * T is in nanoseconds of CLOCK_MONOTONIC. It never holds a line back.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

static uint64_t now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000 + (uint64_t)ts.tv_nsec;
}

static int call(unsigned long n, unsigned long ms)
{
	struct timespec pause = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	unsigned long i;

	for (i = 1; i <= n; i++) {
		nanosleep(&pause, NULL);
		/* under this flag the address is not looked at */
		if (syscall(SYS_get_mempolicy, 0UL, 0UL, 0UL, i, (unsigned long)GET_MEMS_ALLOWED) <
		    0)
			die("get_mempolicy");
		printf("%#lx %" PRIu64 "\n", i, now());
		fflush(stdout);
	}
	return 0;
}

static int stamp(void)
{
	char *line = NULL;
	size_t size = 0;

	setvbuf(stdin, NULL, _IOLBF, 0);
	while (getline(&line, &size, stdin) > 0) {
		printf("%" PRIu64 " %s", now(), line);
		fflush(stdout);
	}
	free(line);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "stamp") == 0)
		return stamp();
	if (argc == 4 && strcmp(argv[1], "call") == 0)
		return call(strtoul(argv[2], NULL, 10), strtoul(argv[3], NULL, 10));
	fputs("usage: tick call N MS | tick stamp\n", stderr);
	return 2;
}
