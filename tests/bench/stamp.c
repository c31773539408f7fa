/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stamp.c - when it was.
 *
 * Out: CLOCK_MONOTONIC in nanoseconds at the start of main(), on one line.
 */
#include <stdio.h>
#include <time.h>

int main(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	printf("%lld\n", (long long)ts.tv_sec * 1000000000 + ts.tv_nsec);
	return 0;
}
