/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_csv.c - comma-separated values, for tables and databases.
 *
 * In: a call and its values. Out: one record of RFC 4180, whose columns are
 * those of the header line; what is not known is an empty field. Arguments and
 * what they meant are JSON text.
 */
#include <string.h>

#include "buf.h"
#include "emit.h"
#include "json_call.h"
#include "jsonw.h"
#include "utf8.h"

/* A field in quotes, quotes inside it doubled. */
static void put_quoted(const char *s, size_t n, struct mpt_buf *buf)
{
	const char *quote;

	mpt_buf_putc(buf, '"');
	while ((quote = memchr(s, '"', n))) {
		size_t part = (size_t)(quote - s) + 1;

		mpt_buf_put(buf, s, part);
		mpt_buf_putc(buf, '"');
		s += part;
		n -= part;
	}
	mpt_buf_put(buf, s, n);
	mpt_buf_putc(buf, '"');
}

/* In quotes only where it must be. */
static void put_text(const char *s, size_t n, struct mpt_buf *buf)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strchr(",\"\r\n", s[i]))
			break;
	if (i < n)
		put_quoted(s, n, buf);
	else
		mpt_buf_put(buf, s, n);
}

static void put_known(bool known, int64_t n, struct mpt_buf *buf)
{
	mpt_buf_putc(buf, ',');
	if (known)
		mpt_buf_s64(buf, n);
}

/* A name that nobody vouches for. */
static void put_name(struct mpt_emit_context *ctx, const char *name, size_t n, struct mpt_buf *buf)
{
	struct mpt_buf *text = &ctx->scratch;

	text->len = 0;
	mpt_utf8_put_text(text, name, n);
	put_text(mpt_buf_cstr(text), text->len, buf);
}

static void put_comm(struct mpt_emit_context *ctx, const struct mpt_thread *thread,
		     struct mpt_buf *buf)
{
	mpt_buf_putc(buf, ',');
	if (thread->has_comm)
		put_name(ctx, thread->comm, strnlen(thread->comm, MPT_COMM_LEN), buf);
}

/* The two objects, quoted. */
static void put_objects(struct mpt_emit_context *ctx, const struct mpt_call *call,
			const struct mpt_values *values, struct mpt_buf *buf)
{
	struct mpt_buf *text = &ctx->scratch;
	struct mpt_jsonw w = { .buf = text };

	text->len = 0;
	mpt_json_args(call, &w);
	mpt_buf_putc(buf, ',');
	put_quoted(mpt_buf_cstr(text), text->len, buf);
	text->len = 0;
	w.comma = false;
	mpt_json_decoded(call, values, &w);
	mpt_buf_putc(buf, ',');
	put_quoted(mpt_buf_cstr(text), text->len, buf);
}

static void put_error(const struct mpt_call *call, bool failed, struct mpt_buf *buf)
{
	const char *name = failed ? mpt_errno_name((int)-call->ret) : NULL;

	mpt_buf_putc(buf, ',');
	if (name)
		mpt_buf_puts(buf, name);
}

static void csv_begin(struct mpt_emit_context *ctx, struct mpt_buf *buf)
{
	(void)ctx;
	mpt_buf_puts(buf, "time,host,cpu,pid,tid,uid,comm,abi,syscall,args,decoded,ret,error,"
			  "denied,duration_ns\r\n");
}

static void csv_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
		     const struct mpt_values *values, struct mpt_buf *buf)
{
	const struct mpt_thread *thread = call->thread;
	bool failed = call->returned && mpt_ret_is_error(call->ret);

	if (ctx->timestamps != MPT_TIME_NONE)
		mpt_clock_put_rfc3339(buf, &ctx->clock,
				      call->has_enter ? call->ts_enter : call->ts_exit);
	mpt_buf_putc(buf, ',');
	put_name(ctx, ctx->host, strlen(ctx->host), buf);
	put_known(true, call->cpu, buf);
	put_known(thread->tgid > 0, thread->tgid, buf);
	put_known(true, thread->tid, buf);
	put_known(call->uid >= 0, call->uid, buf);
	put_comm(ctx, thread, buf);
	mpt_buf_putc(buf, ',');
	mpt_buf_puts(buf, call->abi->name);
	mpt_buf_putc(buf, ',');
	mpt_buf_puts(buf, call->sys->name);
	put_objects(ctx, call, values, buf);
	put_known(call->returned, failed ? -1 : call->ret, buf);
	put_error(call, failed, buf);
	mpt_buf_puts(buf, call->denied ? ",true" : ",false");
	put_known(mpt_call_has_duration(call) && ctx->timestamps != MPT_TIME_NONE,
		  (int64_t)(call->ts_exit - call->ts_enter), buf);
	mpt_buf_put(buf, "\r\n", 2);
}

const struct mpt_emitter mpt_emit_csv = {
	.name = "csv",
	.help = "comma-separated values with a header line (RFC 4180)",
	.begin = csv_begin,
	.call = csv_call,
};
