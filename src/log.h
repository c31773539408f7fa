/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - messages for the person at the terminal.
 *
 * They go to standard error, one line each, after the program's name. The
 * trace itself never goes through here.
 */
#ifndef MPT_LOG_H
#define MPT_LOG_H

#include <stdbool.h>

struct mpt_err;

/* With quiet, mpt_log_note() is silent; errors and losses are still told. */
void mpt_log_quiet(bool quiet);

/* Something worth knowing that -q may hide. */
void mpt_log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A loss or a failure: always told. */
void mpt_log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* An error object: what failed, and the remedy after a semicolon. */
void mpt_log_err(const struct mpt_err *err);

#endif
