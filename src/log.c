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

#include "buf.h"
#include "err.h"
#include "utf8.h"

static bool quiet_;

void mpt_log_quiet(bool quiet)
{
	quiet_ = quiet;
}

/* Names that somebody else chose stand in it, and the terminal is not theirs to command. */
static void put_line(const char *text)
{
	cleanup_buf struct mpt_buf line = { 0 };

	mpt_buf_puts(&line, "mempoltrace: ");
	while (*text) {
		size_t n = strcspn(text, "\\");

		mpt_utf8_put_text(&line, text, n);
		text += n;
		if (*text)
			mpt_buf_putc(&line,
				     *text++); /* the probes that the kernel refuses have some */
	}
	mpt_buf_putc(&line, '\n');
	if (write(STDERR_FILENO, line.data, line.len) < 0)
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
