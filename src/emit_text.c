/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_text.c - the text format, for people and grep.
 *
 * In: a call and its values. Out: one line in strace's grammar, with what a
 * pointer led to in brackets. What was not captured is shown as the pointer
 * that it is, never as a value.
 */
#include <string.h>

#include "buf.h"
#include "color.h"
#include "emit.h"
#include "put.h"
#include "summary.h"
#include "utf8.h"

static void put_who(const struct mpt_thread *thread, struct mpt_buf *buf)
{
	if (thread->has_comm)
		mpt_utf8_put_text(buf, thread->comm, strnlen(thread->comm, MPT_COMM_LEN));
	else
		mpt_buf_putc(buf, '?');
	mpt_buf_putc(buf, '[');
	mpt_buf_s64(buf, thread->tid);
	mpt_buf_put(buf, "] ", 2);
}

/* An element of an array: an address, a node, or the -errno that stands for none. */
static void put_item(const struct mpt_arg *arg, uint64_t item, struct mpt_buf *buf)
{
	int64_t n = (int32_t)item;
	const char *name = n < 0 ? mpt_errno_name((int)-n) : NULL;

	if (arg->kind == MPT_ARG_ADDRS_PTR) {
		mpt_put_pointer(item, buf);
	} else if (name && arg->dir == MPT_OUT) {
		mpt_buf_putc(buf, '-');
		mpt_buf_puts(buf, name);
	} else {
		mpt_buf_s64(buf, n);
	}
}

/* What was not read is '?', what no probe reads is counted. */
static void put_items(const struct mpt_arg *arg, const struct mpt_value *value, struct mpt_buf *buf)
{
	uint64_t item;
	unsigned i;

	for (i = 0; i < value->count; i++) {
		if (i)
			mpt_buf_put(buf, ", ", 2);
		if (mpt_value_item(value, i, &item))
			put_item(arg, item, buf);
		else
			mpt_buf_putc(buf, '?');
	}
	if (value->more) {
		mpt_buf_puts(buf, ", ... ");
		mpt_buf_u64(buf, value->more);
		mpt_buf_puts(buf, " more");
	}
}

static void put_value(const struct mpt_arg *arg, const struct mpt_value *value, struct mpt_buf *buf)
{
	mpt_buf_putc(buf, '[');
	switch (value->type) {
	case MPT_VALUE_MODE:
		mpt_put_mode(value->num, buf);
		break;
	case MPT_VALUE_NODE:
		mpt_buf_put(buf, "node ", 5);
		mpt_buf_u64(buf, value->num);
		break;
	case MPT_VALUE_NODES:
		mpt_nodeset_put(buf, &value->nodes);
		break;
	case MPT_VALUE_ITEMS:
		put_items(arg, value, buf);
		break;
	}
	mpt_buf_putc(buf, ']');
}

static void put_raw(const struct mpt_arg *arg, uint64_t raw, struct mpt_buf *buf)
{
	switch (arg->kind) {
	case MPT_ARG_ULONG:
		mpt_buf_u64(buf, raw);
		break;
	case MPT_ARG_INT:
		mpt_buf_s64(buf, (int64_t)raw);
		break;
	case MPT_ARG_FLAGS:
		mpt_put_flags(arg->flags, raw, buf);
		break;
	case MPT_ARG_MODE:
		mpt_put_mode((uint32_t)raw, buf);
		break;
	case MPT_ARG_NONE:
	case MPT_ARG_ADDR:
	case MPT_ARG_INT_PTR:
	case MPT_ARG_MASK_PTR:
	case MPT_ARG_ADDRS_PTR:
	case MPT_ARG_INTS_PTR:
		mpt_put_pointer(raw, buf);
		break;
	}
}

/* Whether something of what a pointer led to can be shown. */
static bool is_shown(const struct mpt_arg *arg, const struct mpt_value *value)
{
	if (arg->kind == MPT_ARG_MODE)
		return false;
	return value->status == MPT_VALUE_OK || mpt_value_has_items(value);
}

static void put_arg(const struct mpt_arg *arg, uint64_t raw, const struct mpt_value *value,
		    struct mpt_buf *buf)
{
	if (is_shown(arg, value))
		put_value(arg, value, buf);
	else
		put_raw(arg, raw, buf);
}

static void put_result(const struct mpt_emit_context *ctx, const struct mpt_call *call,
		       struct mpt_buf *buf)
{
	enum mpt_color color =
		call->returned && mpt_ret_is_error(call->ret) ? MPT_COLOR_ERROR : MPT_COLOR_NONE;

	mpt_color_begin(ctx, color, buf);
	mpt_put_result(call, buf);
	mpt_color_end(ctx, color, buf);
	if (call->denied) {
		mpt_buf_puts(buf, " denied before entry");
	} else if (ctx->timestamps != MPT_TIME_NONE && mpt_call_has_duration(call)) {
		mpt_buf_put(buf, " <", 2);
		mpt_clock_put_seconds(buf, call->ts_exit - call->ts_enter);
		mpt_buf_putc(buf, '>');
	}
}

static void put_head(struct mpt_emit_context *ctx, const struct mpt_call *call, struct mpt_buf *buf)
{
	if (ctx->timestamps != MPT_TIME_NONE) {
		mpt_clock_put(buf, &ctx->clock, call->has_enter ? call->ts_enter : call->ts_exit,
			      ctx->timestamps);
		mpt_buf_putc(buf, ' ');
	}
	mpt_put_host(ctx, buf);
	put_who(call->thread, buf);
	mpt_color_begin(ctx, MPT_COLOR_NAME, buf);
	mpt_buf_puts(buf, call->sys->name);
	mpt_color_end(ctx, MPT_COLOR_NAME, buf);
}

static void text_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
		      const struct mpt_values *values, struct mpt_buf *buf)
{
	const struct mpt_syscall *sys = call->sys;
	size_t skip = 2; /* before the first there is no comma */
	unsigned i;

	put_head(ctx, call, buf);
	mpt_buf_putc(buf, '(');
	if (call->no_args)
		mpt_buf_put(buf, "...", 3);
	for (i = 0; i < sys->nargs && !call->no_args; i++) {
		const struct mpt_arg *arg = &sys->args[i];

		mpt_buf_put(buf, arg->label + skip, arg->label_len - skip);
		put_arg(arg, call->args[i], &values->arg[i], buf);
		skip = 0;
	}
	mpt_buf_put(buf, ") = ", 4);
	put_result(ctx, call, buf);
	mpt_buf_putc(buf, '\n');
	mpt_put_cause(call, 0, buf);
	mpt_put_frames(call, buf);
}

const struct mpt_emitter mpt_emit_text = {
	.name = "text",
	.help = "a line a call, as strace writes it, with what pointers led to",
	.call = text_call,
	.summary = mpt_summary_text,
};
