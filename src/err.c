/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * err.c - fills error objects.
 *
 * In: an errno and a format. Out: a message of one line in the caller's
 * struct mpt_err; line breaks and control characters, which the kernel's own
 * words can hold, become blanks. It never prints.
 */
#include "err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static void one_line(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = ' ';
}

static void __attribute__((format(printf, 3, 0)))
fill(char *dst, size_t size, const char *fmt, va_list ap)
{
	vsnprintf(dst, size, fmt, ap);
	one_line(dst);
}

int mpt_err_set(struct mpt_err *err, int errnum, const char *fmt, ...)
{
	size_t len;
	va_list ap;

	va_start(ap, fmt);
	fill(err->what, sizeof(err->what), fmt, ap);
	va_end(ap);
	err->status = MPT_EXIT_FAILED;
	err->hint[0] = '\0';
	if (errnum == 0)
		return -EINVAL;
	/* the text tells what is not as it has to be; "Protocol error" would tell nobody more */
	if (errnum == EPROTO)
		return -EPROTO;
	len = strlen(err->what);
	snprintf(err->what + len, sizeof(err->what) - len, ": %s", strerror(errnum));
	return -errnum;
}

int mpt_err_usage(struct mpt_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err->what, sizeof(err->what), fmt, ap);
	va_end(ap);
	err->status = MPT_EXIT_USAGE;
	snprintf(err->hint, sizeof(err->hint), "try --help");
	return -EINVAL;
}

void mpt_err_hint(struct mpt_err *err, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(err->hint, sizeof(err->hint), fmt, ap);
	va_end(ap);
}
