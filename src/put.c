/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * put.c - strace's grammar, as far as several formats share it.
 *
 * In: a number. Out: its text at the end of a buffer. It knows nothing of
 * lines, and of no format that has a grammar of its own.
 */
#include "put.h"

#include <string.h>

#include "buf.h"
#include "emit.h"
#include "pair.h"
#include "stack.h"
#include "utf8.h"
#include "value.h"
#include "xlat.h"

void mpt_put_pointer(uint64_t p, struct mpt_buf *buf)
{
	if (p == 0)
		mpt_buf_put(buf, "NULL", 4);
	else
		mpt_buf_hex(buf, p);
}

void mpt_put_flags(const struct mpt_xlat *table, uint64_t flags, struct mpt_buf *buf)
{
	const struct mpt_xlat *flag;
	bool bar = false;

	while ((flag = mpt_xlat_next_flag(table, &flags))) {
		if (bar)
			mpt_buf_putc(buf, '|');
		mpt_buf_puts(buf, flag->name);
		bar = true;
	}
	if (flags && bar)
		mpt_buf_putc(buf, '|');
	if (flags)
		mpt_buf_hex(buf, flags);
	else if (!bar)
		mpt_buf_putc(buf, '0');
}

void mpt_put_mode(uint32_t word, struct mpt_buf *buf)
{
	uint32_t mode = word & ~(uint32_t)MPT_MPOL_MODE_FLAGS;
	uint32_t flags = word & MPT_MPOL_MODE_FLAGS;
	const char *name = mpt_xlat_name(mpt_mpol_modes, mode);

	if (name)
		mpt_buf_puts(buf, name);
	else
		mpt_buf_hex(buf, mode);
	if (flags) {
		mpt_buf_putc(buf, '|');
		mpt_put_flags(mpt_mpol_mode_flags, flags, buf);
	}
}

/* A name without the prefixes that all of them have. */
static void put_short(const char *name, struct mpt_buf *buf)
{
	static const char *const prefixes[] = { "MPOL_F_", "MPOL_MF_", "MPOL_" };
	unsigned i;

	for (i = 0; i < 3; i++) {
		size_t n = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], n) == 0) {
			mpt_buf_puts(buf, name + n);
			return;
		}
	}
	mpt_buf_puts(buf, name);
}

void mpt_put_short_flags(const struct mpt_xlat *table, uint64_t flags, struct mpt_buf *buf)
{
	const struct mpt_xlat *flag;
	const char *bar = "";

	while ((flag = mpt_xlat_next_flag(table, &flags))) {
		mpt_buf_puts(buf, bar);
		put_short(flag->name, buf);
		bar = "|";
	}
	if (flags) {
		mpt_buf_puts(buf, bar);
		mpt_buf_hex(buf, flags);
	}
}

void mpt_put_short_mode(uint32_t word, struct mpt_buf *buf)
{
	uint32_t flags = word & MPT_MPOL_MODE_FLAGS;
	const char *name = mpt_xlat_name(mpt_mpol_modes, word & ~flags);

	if (name)
		put_short(name, buf);
	else
		mpt_buf_hex(buf, word & ~flags);
	if (flags)
		mpt_buf_putc(buf, '|');
	mpt_put_short_flags(mpt_mpol_mode_flags, flags, buf);
}

void mpt_put_errno(int errnum, struct mpt_buf *buf)
{
	const char *name = mpt_errno_name(errnum);

	if (name)
		mpt_buf_puts(buf, name);
	else
		mpt_buf_s64(buf, errnum);
}

void mpt_put_result(const struct mpt_call *call, struct mpt_buf *buf)
{
	if (!call->returned) {
		mpt_buf_putc(buf, '?');
		return;
	}
	if (!mpt_ret_is_error(call->ret)) {
		mpt_buf_s64(buf, call->ret);
		return;
	}
	mpt_buf_put(buf, "-1 ", 3);
	mpt_put_errno((int)-call->ret, buf);
	mpt_buf_put(buf, " (", 2);
	mpt_buf_puts(buf, strerror((int)-call->ret));
	mpt_buf_putc(buf, ')');
}

/* How much of @text goes on a line of @room columns: whole words, if any fit. */
static size_t fitting(const char *text, size_t room)
{
	size_t n = strlen(text), i = room;

	if (room == 0 || n <= room)
		return n;
	while (i > 0 && text[i] != ' ')
		i--;
	return i ? i : room;
}

void mpt_put_cause(const struct mpt_call *call, unsigned width, struct mpt_buf *buf)
{
	static const char head[] = "    cause: ", indent[] = "           ";
	const char *text = call->cause, *before = head;
	size_t room = width > 2 * strlen(head) ? width - strlen(head) : 0, n;

	for (; text && *text; text += n + (text[n] == ' ')) {
		n = fitting(text, room);
		mpt_buf_puts(buf, before);
		mpt_buf_put(buf, text, n);
		mpt_buf_putc(buf, '\n');
		before = indent;
	}
}

/* A name as somebody else chose it, in a line of text. */
static void put_bytes(const char *s, struct mpt_buf *buf)
{
	mpt_utf8_put_text(buf, s, strlen(s));
}

static void put_frame(const struct mpt_frame *frame, struct mpt_buf *buf)
{
	mpt_buf_puts(buf, " > ");
	if (frame->object) {
		put_bytes(frame->object, buf);
		mpt_buf_putc(buf, '(');
	}
	if (frame->symbol) {
		put_bytes(frame->symbol, buf);
		mpt_buf_putc(buf, '+');
		mpt_buf_hex(buf, frame->offset);
	}
	mpt_buf_puts(buf, frame->object ? ") [" : "[");
	mpt_buf_hex(buf, frame->object ? frame->place : frame->addr);
	mpt_buf_puts(buf, "]\n");
}

void mpt_put_frames(const struct mpt_call *call, struct mpt_buf *buf)
{
	unsigned i;

	for (i = 0; call->frames && i < call->frames->n; i++)
		put_frame(&call->frames->frame[i], buf);
}

void mpt_put_host(const struct mpt_emit_context *ctx, struct mpt_buf *buf)
{
	if (!ctx->tells_host)
		return;
	mpt_utf8_put_text(buf, ctx->host, strlen(ctx->host));
	mpt_buf_putc(buf, ' ');
}
