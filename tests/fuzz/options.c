/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options.c - fuzz: any command line.
 *
 * In: the words of argv, each ended by a NUL. Out: nothing; whatever they are,
 * they are taken or refused with a message of bounded length.
 */
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "err.h"
#include "fuzz.h"

enum { WORDS_MAX = 32 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	char name[] = "mempoltrace", *argv[WORDS_MAX + 2] = { name };
	struct mpt_err err = { 0 };
	struct mpt_conf conf;
	int argc = 1, rc;

	while (in.size > 0 && argc <= WORDS_MAX)
		argv[argc++] = fuzz_string(&in, 0);
	rc = mpt_cli_parse(argc, argv, &conf, &err);
	FUZZ_CHECK(rc == 0 || err.what[0]);
	FUZZ_CHECK(rc != 0 || (conf.format && conf.syscalls));
	mpt_conf_free(&conf);
	while (--argc > 0)
		free(argv[argc]);
	return 0;
}
