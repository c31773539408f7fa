/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.h - the command line.
 */
#ifndef MPT_CLI_H
#define MPT_CLI_H

#include "conf.h"

struct mpt_buf;
struct mpt_err;

/*
 * Parses the command line.
 * @ret: freed with mpt_conf_free(), also after a failure; points into argv
 * Returns 0 or -EINVAL, with the exit status in @err.
 */
int mpt_cli_parse(int argc, char **argv, struct mpt_conf *ret, struct mpt_err *err);

void mpt_conf_free(struct mpt_conf *conf);

/* The text of --help. */
void mpt_cli_put_help(struct mpt_buf *buf);

/*
 * A time as options take it: a decimal number of seconds, or with us, ms, s,
 * m or h. Returns 0 and nanoseconds, or -EINVAL.
 */
int mpt_parse_time(const char *text, uint64_t *ret);

/* A size: bytes, or with K, M or G (powers of 1024). Returns 0 or -EINVAL. */
int mpt_parse_size(const char *text, uint64_t *ret);

#endif
