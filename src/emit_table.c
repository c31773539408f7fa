/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_table.c - aligned columns, for reading.
 *
 * In: a call and its values. Out: one line that fits the terminal, or 80
 * columns: who, what call, how it ended, and last, as far as there is room,
 * what it was about, in names without their prefix. What is cut ends in "...";
 * where the terminal is narrow, columns are left out.
 */
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "color.h"
#include "emit.h"
#include "put.h"
#include "summary.h"
#include "utf8.h"

enum { HOST_WIDTH = 8, ABOUT_WIDTH = 8 }; /* the latter at the least */

/* The columns before the last one, as wide as they are; 0: there is none. */
struct layout {
	bool time;
	unsigned char comm, tid, call, result;
};

/* The widest that fits is taken; the last one takes 40 columns in all. */
static const struct layout layouts[] = {
	{ true, 11, 7, 13, 10 },
	{ false, 11, 7, 13, 10 },
	{ false, 7, 0, 13, 8 },
};

/* As wide as the times of that kind are, in our century. */
static unsigned time_width(enum mpt_timestamps kind)
{
	static const unsigned char widths[] = {
		[MPT_TIME_LOCAL] = 15,	  [MPT_TIME_UTC] = 16,	[MPT_TIME_UNIX] = 17,
		[MPT_TIME_RELATIVE] = 14, [MPT_TIME_BOOT] = 14, [MPT_TIME_NONE] = 0,
	};

	return widths[kind];
}

/* Columns, not bytes: the continuation bytes of UTF-8 take none. */
static size_t columns(const char *s, size_t n)
{
	size_t i, count = 0;

	for (i = 0; i < n; i++)
		count += (s[i] & 0xc0) != 0x80;
	return count;
}

/* The first @width columns of what scratch holds, "..." for the rest. Returns how many it took. */
static size_t put_cut(struct mpt_emit_context *ctx, size_t width, struct mpt_buf *buf)
{
	const char *s = mpt_buf_cstr(&ctx->scratch);
	size_t n = ctx->scratch.len, have = columns(s, n);

	ctx->scratch.len = 0;
	if (have <= width) {
		mpt_buf_put(buf, s, n);
		return have;
	}
	for (n = 0, have = 0; have < width - 3 || (s[n] & 0xc0) == 0x80; n++)
		have += (s[n] & 0xc0) != 0x80;
	mpt_buf_put(buf, s, n);
	mpt_buf_put(buf, "...", 3);
	return have + 3;
}

/* The same, coloured, and spaces up to the next column. A column of no width is none. */
static void put_cell(struct mpt_emit_context *ctx, size_t width, enum mpt_color color,
		     struct mpt_buf *buf)
{
	size_t have;

	if (width == 0) {
		ctx->scratch.len = 0;
		return;
	}
	mpt_color_begin(ctx, color, buf);
	have = put_cut(ctx, width, buf);
	mpt_color_end(ctx, color, buf);
	while (have++ <= width)
		mpt_buf_putc(buf, ' ');
}

static size_t column_width(unsigned width)
{
	return width ? width + 1 : 0;
}

static unsigned host_width(const struct mpt_emit_context *ctx)
{
	return ctx->tells_host ? HOST_WIDTH : 0;
}

static size_t width_before_about(const struct mpt_emit_context *ctx, const struct layout *l)
{
	return (l->time ? column_width(time_width(ctx->timestamps)) : 0) +
	       column_width(host_width(ctx)) + column_width(l->comm) + column_width(l->tid) +
	       column_width(l->call) + column_width(l->result);
}

static const struct layout *layout_of(const struct mpt_emit_context *ctx)
{
	const struct layout *l = layouts;

	while (l < layouts + ARRAY_SIZE(layouts) - 1 &&
	       width_before_about(ctx, l) + ABOUT_WIDTH > ctx->width)
		l++;
	return l;
}

static void put_value(const struct mpt_value *value, struct mpt_buf *buf)
{
	switch (value->type) {
	case MPT_VALUE_MODE:
		mpt_put_short_mode(value->num, buf);
		break;
	case MPT_VALUE_NODE:
		mpt_buf_puts(buf, "node ");
		mpt_buf_u64(buf, value->num);
		break;
	case MPT_VALUE_NODES:
		mpt_buf_putc(buf, '[');
		mpt_nodeset_put(buf, &value->nodes);
		mpt_buf_putc(buf, ']');
		break;
	case MPT_VALUE_ITEMS:
		break; /* too many for a column: their number is an argument */
	}
}

static void put_named(const char *name, int64_t n, struct mpt_buf *buf)
{
	mpt_buf_puts(buf, name);
	mpt_buf_putc(buf, ' ');
	mpt_buf_s64(buf, n);
}

/* What there is to say of one argument: what it meant, or that it was not read. */
static void put_about(const struct mpt_arg *arg, uint64_t raw, const struct mpt_value *value,
		      struct mpt_buf *buf)
{
	size_t start = buf->len;

	if (arg->kind == MPT_ARG_FLAGS)
		mpt_put_short_flags(arg->flags, raw, buf);
	else if (arg->about)
		put_named(arg->name, (int64_t)raw, buf);
	else if (value->status == MPT_VALUE_OK)
		put_value(value, buf);
	else if (mpt_value_unread(value->status) && value->type != MPT_VALUE_ITEMS)
		mpt_buf_putc(buf, '?');
	if (buf->len > start)
		mpt_buf_putc(buf, ' ');
}

static void put_result(struct mpt_emit_context *ctx, const struct mpt_call *call, unsigned width,
		       struct mpt_buf *buf)
{
	bool failed = call->returned && mpt_ret_is_error(call->ret);

	if (!call->returned)
		mpt_buf_putc(&ctx->scratch, '?');
	else if (failed)
		mpt_put_errno((int)-call->ret, &ctx->scratch);
	else
		mpt_buf_s64(&ctx->scratch, call->ret);
	put_cell(ctx, width, failed ? MPT_COLOR_ERROR : MPT_COLOR_NONE, buf);
}

static void put_last(struct mpt_emit_context *ctx, struct mpt_buf *buf)
{
	size_t before = width_before_about(ctx, layout_of(ctx));

	while (ctx->scratch.len && ctx->scratch.data[ctx->scratch.len - 1] == ' ')
		ctx->scratch.len--;
	put_cut(ctx, ctx->width > before + ABOUT_WIDTH ? ctx->width - before : ABOUT_WIDTH, buf);
	while (buf->len && buf->data[buf->len - 1] == ' ')
		buf->len--;
	mpt_buf_putc(buf, '\n');
}

static void table_begin(struct mpt_emit_context *ctx, struct mpt_buf *buf)
{
	const struct layout *l = layout_of(ctx);
	const struct {
		const char *title;
		unsigned width;
	} heads[] = { { "TIME", l->time ? time_width(ctx->timestamps) : 0 },
		      { "HOST", host_width(ctx) },
		      { "COMMAND", l->comm },
		      { "TID", l->tid },
		      { "CALL", l->call },
		      { "RESULT", l->result } };
	unsigned i;

	mpt_color_begin(ctx, MPT_COLOR_HEAD, buf);
	ctx->scratch.len = 0;
	for (i = 0; i < ARRAY_SIZE(heads); i++) {
		mpt_buf_puts(&ctx->scratch, heads[i].title);
		put_cell(ctx, heads[i].width, MPT_COLOR_NONE, buf);
	}
	mpt_buf_puts(buf, "ABOUT");
	mpt_color_end(ctx, MPT_COLOR_HEAD, buf);
	mpt_buf_putc(buf, '\n');
}

static void put_time(struct mpt_emit_context *ctx, const struct mpt_call *call, struct mpt_buf *buf)
{
	if (!time_width(ctx->timestamps))
		return;
	mpt_clock_put(&ctx->scratch, &ctx->clock, call->has_enter ? call->ts_enter : call->ts_exit,
		      ctx->timestamps);
	put_cell(ctx, time_width(ctx->timestamps), MPT_COLOR_NONE, buf);
}

static void put_who(struct mpt_emit_context *ctx, const struct mpt_thread *thread,
		    const struct layout *l, struct mpt_buf *buf)
{
	if (thread->has_comm)
		mpt_utf8_put_text(&ctx->scratch, thread->comm, strnlen(thread->comm, MPT_COMM_LEN));
	else
		mpt_buf_putc(&ctx->scratch, '?');
	put_cell(ctx, l->comm, MPT_COLOR_NONE, buf);
	mpt_buf_s64(&ctx->scratch, thread->tid);
	put_cell(ctx, l->tid, MPT_COLOR_NONE, buf);
}

static void table_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
		       const struct mpt_values *values, struct mpt_buf *buf)
{
	const struct mpt_syscall *sys = call->sys;
	const struct layout *l = layout_of(ctx);
	unsigned i;

	ctx->scratch.len = 0;
	if (l->time)
		put_time(ctx, call, buf);
	mpt_utf8_put_text(&ctx->scratch, ctx->host, strlen(ctx->host));
	put_cell(ctx, host_width(ctx), MPT_COLOR_NONE, buf);
	put_who(ctx, call->thread, l, buf);
	mpt_buf_puts(&ctx->scratch, sys->brief ? sys->brief : sys->name);
	put_cell(ctx, l->call, MPT_COLOR_NONE, buf);
	put_result(ctx, call, l->result, buf);
	if (call->denied)
		mpt_buf_puts(&ctx->scratch, "denied ");
	for (i = 0; i < sys->nargs && !call->no_args; i++)
		put_about(&sys->args[i], call->args[i], &values->arg[i], &ctx->scratch);
	put_last(ctx, buf);
	mpt_put_cause(call, ctx->width, buf);
	mpt_put_frames(call, buf);
}

const struct mpt_emitter mpt_emit_table = {
	.name = "table",
	.help = "aligned columns that fit the terminal",
	.begin = table_begin,
	.call = table_call,
	.summary = mpt_summary_text,
};
