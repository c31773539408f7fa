/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.h - what a failed operation says.
 *
 * A function that can fail returns 0 or -errno and fills the caller's struct
 * mpt_err with what failed and what to do about it. Nothing here prints or
 * exits: only main does.
 */
#ifndef MPT_ERR_H
#define MPT_ERR_H

/* The exit statuses of mempoltrace itself, as interface and man page name them. */
enum mpt_exit {
	MPT_EXIT_OK = 0,
	MPT_EXIT_NO_CAPTURE = 1, /* --doctor */
	MPT_EXIT_USAGE = 2,
	MPT_EXIT_LOST = 3,
	MPT_EXIT_FAILED = 125,
	MPT_EXIT_CANNOT_RUN = 126,
	MPT_EXIT_NOT_FOUND = 127,
};

struct mpt_err {
	int status;	/* enum mpt_exit; 0 while nothing failed */
	char what[512]; /* what failed, where, and the system's reason */
	char hint[256]; /* what to do about it, or empty */
};

/*
 * Notes a failure.
 * @err: the caller's; an earlier message in it is replaced, its hint dropped
 * @errnum: a positive errno whose text is appended after a colon, or 0 for none; EPROTO, for
 * what is not as it has to be, has none either
 * @fmt: what failed
 * Returns -errnum, or -EINVAL where errnum is 0, so that it can be returned at once.
 */
int mpt_err_set(struct mpt_err *err, int errnum, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * The same for wrong usage: the exit status will be MPT_EXIT_USAGE.
 * Returns -EINVAL.
 */
int mpt_err_usage(struct mpt_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Adds the remedy to a failure that was noted before. */
void mpt_err_hint(struct mpt_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
