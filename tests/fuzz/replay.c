/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.c - a fuzz target without libFuzzer.
 *
 *     TARGET FILE...
 *
 * In: files that were found worth keeping. Out: status 0 where the target took
 * all of them; it makes up nothing.
 */
#include <stdio.h>
#include <stdlib.h>

#include "fuzz.h"

static int replay(const char *path)
{
	static uint8_t data[1 << 20];
	FILE *f = fopen(path, "rb");
	size_t n;
	void *copy;

	if (!f) {
		perror(path);
		return 1;
	}
	n = fread(data, 1, sizeof(data), f);
	fclose(f);
	copy = fuzz_copy(data, n);
	LLVMFuzzerTestOneInput(copy, n);
	free(copy);
	return 0;
}

int main(int argc, char **argv)
{
	int i, bad = argc < 2;

	for (i = 1; i < argc; i++)
		bad |= replay(argv[i]);
	return bad;
}
