/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_tracee.c - the classic trace.Event of Tracee, up to 0.23.
 *
 * In: a call and its values. Out: one object a line with Tracee's keys in
 * Tracee's order, its argument names and its types; what the arguments meant
 * stands in one extra key at the end. Of the keys those are left out that no
 * trace of ours tells: the ids inside the caller's namespaces and those of its
 * parent, cgroup, namespaces, executable, container.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "emit.h"
#include "json_call.h"
#include "jsonw.h"
#include "stack.h"

/* Tracee numbers a 32-bit caller's call as that of the machine's own ABI. */
static int event_id(const struct mpt_call *call)
{
	const struct mpt_abi *own = mpt_abi_of_machine(call->abi->machine);

	return call->sys->nr[own ? own->nr_table : call->abi->nr_table];
}

static void put_who(const struct mpt_call *call, struct mpt_jsonw *w)
{
	const struct mpt_thread *thread = call->thread;

	if (thread->tgid > 0) {
		mpt_jsonw_key(w, "hostProcessId");
		mpt_jsonw_s64(w, thread->tgid);
	}
	mpt_jsonw_key(w, "hostThreadId");
	mpt_jsonw_s64(w, thread->tid);
	mpt_jsonw_key(w, "userId");
	mpt_jsonw_u64(w, call->uid >= 0 ? (uint64_t)call->uid : UINT32_MAX);
	if (thread->has_comm) {
		mpt_jsonw_key(w, "processName");
		mpt_jsonw_bytes(w, thread->comm, strnlen(thread->comm, MPT_COMM_LEN));
	}
}

static void put_stack(const struct mpt_call *call, struct mpt_jsonw *w)
{
	unsigned i;

	if (!call->frames)
		return;
	mpt_jsonw_key(w, "stackAddresses");
	mpt_jsonw_begin(w, '[');
	for (i = 0; i < call->frames->n; i++)
		mpt_jsonw_u64(w, call->frames->frame[i].addr);
	mpt_jsonw_end(w, ']');
}

static void put_event(const struct mpt_call *call, struct mpt_jsonw *w)
{
	char id[16];

	snprintf(id, sizeof(id), "%d", event_id(call));
	mpt_jsonw_key(w, "eventId");
	mpt_jsonw_str(w, id);
	mpt_jsonw_key(w, "eventName");
	mpt_jsonw_name(w, call->sys->name);
	mpt_jsonw_key(w, "argsNum");
	mpt_jsonw_u64(w, call->no_args ? 0 : call->sys->nargs);
	if (call->returned) {
		mpt_jsonw_key(w, "returnValue");
		mpt_jsonw_s64(w, call->ret);
	}
	mpt_jsonw_key(w, "syscall");
	mpt_jsonw_name(w, call->sys->name);
	put_stack(call, w);
	mpt_jsonw_key(w, "contextFlags");
	mpt_jsonw_begin(w, '{');
	mpt_jsonw_key(w, "isCompat");
	mpt_jsonw_bool(w, strcmp(call->abi->name, call->abi->machine) != 0);
	mpt_jsonw_end(w, '}');
}

/* "unsigned long *" is "unsigned long*" there; the mode is an int in all its calls. */
static void put_type(const struct mpt_arg *arg, struct mpt_jsonw *w)
{
	char type[40];
	size_t n = 0;
	const char *c;

	for (c = arg->kind == MPT_ARG_MODE ? "int" : arg->ctype; *c && n < sizeof(type); c++)
		if (c[0] != ' ' || c[1] != '*')
			type[n++] = *c;
	mpt_jsonw_key(w, "type");
	mpt_jsonw_bytes(w, type, n);
}

static void put_arg(const struct mpt_arg *arg, uint64_t raw, struct mpt_jsonw *w)
{
	mpt_jsonw_begin(w, '{');
	mpt_jsonw_key(w, "name");
	mpt_jsonw_name(w, arg->name);
	put_type(arg, w);
	mpt_jsonw_key(w, "value");
	if (strchr(arg->ctype, '*'))
		mpt_jsonw_hex(w, raw);
	else if (arg->kind == MPT_ARG_MODE || strcmp(arg->ctype, "int") == 0)
		mpt_jsonw_s64(w, (int32_t)raw);
	else
		mpt_jsonw_u64(w, raw);
	mpt_jsonw_end(w, '}');
}

static void tracee_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
			const struct mpt_values *values, struct mpt_buf *buf)
{
	struct mpt_jsonw w = { .buf = buf };
	unsigned i;

	mpt_jsonw_begin(&w, '{');
	if (ctx->timestamps != MPT_TIME_NONE) {
		mpt_jsonw_key(&w, "timestamp");
		mpt_jsonw_s64(&w, (int64_t)(call->has_enter ? call->ts_enter : call->ts_exit) +
					  ctx->clock.to_realtime);
	}
	mpt_jsonw_key(&w, "processorId");
	mpt_jsonw_u64(&w, call->cpu);
	put_who(call, &w);
	put_event(call, &w);
	mpt_jsonw_key(&w, "args");
	mpt_jsonw_begin(&w, '[');
	for (i = 0; i < call->sys->nargs && !call->no_args; i++)
		put_arg(&call->sys->args[i], call->args[i], &w);
	mpt_jsonw_end(&w, ']');
	mpt_jsonw_key(&w, "decoded");
	mpt_json_decoded(call, values, &w);
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}

const struct mpt_emitter mpt_emit_tracee = {
	.name = "tracee",
	.help = "JSON Lines, Tracee's classic trace.Event",
	.call = tracee_call,
};
