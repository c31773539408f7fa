/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_json.c - JSON Lines, for jq and scripts.
 *
 * In: a call and its values. Out: one object a line, keys in a fixed order.
 * A value that is not known is absent and its name stands in `unread` with
 * the reason; it is never a 0.
 */
#include <string.h>

#include "buf.h"
#include "emit.h"
#include "json_call.h"
#include "jsonw.h"
#include "summary.h"

static void put_time(struct mpt_emit_context *ctx, const struct mpt_call *call, struct mpt_jsonw *w)
{
	mpt_jsonw_key(w, "time");
	if (ctx->timestamps == MPT_TIME_NONE) {
		mpt_jsonw_null(w);
		return;
	}
	mpt_buf_putc(w->buf, '"');
	mpt_clock_put_rfc3339(w->buf, &ctx->clock,
			      call->has_enter ? call->ts_enter : call->ts_exit);
	mpt_buf_putc(w->buf, '"');
	w->comma = true;
}

static void put_who(const struct mpt_call *call, struct mpt_jsonw *w)
{
	const struct mpt_thread *thread = call->thread;

	mpt_jsonw_key(w, "cpu");
	mpt_jsonw_u64(w, call->cpu);
	mpt_json_known(w, "pid", thread->tgid > 0, thread->tgid);
	mpt_json_known(w, "tid", true, thread->tid);
	mpt_json_known(w, "uid", call->uid >= 0, call->uid);
	mpt_jsonw_key(w, "comm");
	if (thread->has_comm)
		mpt_jsonw_bytes(w, thread->comm, strnlen(thread->comm, MPT_COMM_LEN));
	else
		mpt_jsonw_null(w);
	if (!call->cgroup)
		return;
	mpt_jsonw_key(w, "cgroup");
	mpt_jsonw_bytes(w, call->cgroup, strlen(call->cgroup));
}

static void put_result(const struct mpt_call *call, struct mpt_jsonw *w)
{
	bool failed = call->returned && mpt_ret_is_error(call->ret);
	const char *name = failed ? mpt_errno_name((int)-call->ret) : NULL;

	mpt_json_known(w, "ret", call->returned, failed ? -1 : call->ret);
	mpt_jsonw_key(w, "error");
	if (name)
		mpt_jsonw_name(w, name);
	else
		mpt_jsonw_null(w);
}

static void json_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
		      const struct mpt_values *values, struct mpt_buf *buf)
{
	const struct mpt_syscall *sys = call->sys;
	struct mpt_jsonw w = { .buf = buf };

	mpt_jsonw_begin(&w, '{');
	mpt_jsonw_key(&w, "type");
	mpt_jsonw_name(&w, "call");
	put_time(ctx, call, &w);
	mpt_jsonw_key(&w, "host");
	mpt_jsonw_str(&w, ctx->host);
	put_who(call, &w);
	mpt_jsonw_key(&w, "abi");
	mpt_jsonw_name(&w, call->abi->name);
	mpt_jsonw_key(&w, "syscall");
	mpt_jsonw_name(&w, sys->name);
	mpt_jsonw_key(&w, "args");
	mpt_json_args(call, &w);
	mpt_jsonw_key(&w, "decoded");
	mpt_json_decoded(call, values, &w);
	mpt_json_unread(call, values, &w);
	put_result(call, &w);
	mpt_jsonw_key(&w, "denied");
	mpt_jsonw_bool(&w, call->denied);
	mpt_json_known(&w, "duration_ns",
		       mpt_call_has_duration(call) && ctx->timestamps != MPT_TIME_NONE,
		       (int64_t)(call->ts_exit - call->ts_enter));
	if (call->cause) {
		mpt_jsonw_key(&w, "explain");
		mpt_jsonw_str(&w, call->cause);
	}
	mpt_json_stack(call, &w);
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}

static void json_end(struct mpt_emit_context *ctx, const struct mpt_totals *totals,
		     struct mpt_buf *buf)
{
	struct mpt_jsonw w = { .buf = buf };

	mpt_jsonw_begin(&w, '{');
	mpt_jsonw_key(&w, "type");
	mpt_jsonw_name(&w, "end");
	mpt_jsonw_key(&w, "version");
	mpt_jsonw_u64(&w, 1);
	mpt_jsonw_key(&w, "calls");
	mpt_jsonw_u64(&w, totals->calls);
	mpt_jsonw_key(&w, "shown");
	mpt_jsonw_u64(&w, totals->shown);
	mpt_json_lost(&w, &totals->lost);
	mpt_json_known(&w, "duration_ns", ctx->timestamps != MPT_TIME_NONE,
		       (int64_t)totals->duration_ns);
	mpt_jsonw_key(&w, "denied");
	mpt_jsonw_u64(&w, totals->denied);
	if (totals->asks_uid) {
		mpt_jsonw_key(&w, "uid_unknown");
		mpt_jsonw_u64(&w, totals->uid_unknown);
	}
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}

const struct mpt_emitter mpt_emit_json = {
	.name = "json",
	.help = "JSON Lines: an object a call, and one at the end",
	.tells_cgroup = true,
	.call = json_call,
	.end = json_end,
	.summary = mpt_summary_json,
};
