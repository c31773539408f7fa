/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.c - messages for the person at the terminal.
 *
 * In: a format or an error object. Out: one line on standard error, written
 * with one write so that lines of several runs do not mix. A standard error
 * that cannot take it is not an error.
 */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "err.h"

static bool quiet_;

void mpt_log_quiet(bool quiet)
{
	quiet_ = quiet;
}

static void put_line(const char *text)
{
	char line[1024];
	int len = snprintf(line, sizeof(line) - 1, "mempoltrace: %s", text);

	if (len > (int)sizeof(line) - 2)
		len = sizeof(line) - 2;
	line[len++] = '\n';
	if (write(STDERR_FILENO, line, (size_t)len) < 0)
		return;
}

static void __attribute__((format(printf, 1, 0))) put_format(const char *fmt, va_list ap)
{
	char text[1000];

	vsnprintf(text, sizeof(text), fmt, ap);
	put_line(text);
}

void mpt_log_note(const char *fmt, ...)
{
	va_list ap;

	if (quiet_)
		return;
	va_start(ap, fmt);
	put_format(fmt, ap);
	va_end(ap);
}

void mpt_log_warn(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_format(fmt, ap);
	va_end(ap);
}

void mpt_log_err(const struct mpt_err *err)
{
	char text[sizeof(err->what) + sizeof(err->hint) + 4];

	snprintf(text, sizeof(text), "%s%s%s", err->what, err->hint[0] ? "; " : "", err->hint);
	put_line(text);
}
