/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_call.c - the parts of a call in JSON, for the formats that hold some.
 *
 * In: a call and its values. Out: raw arguments, what they meant, and what
 * could not be read, each as a JSON value. A value that is not known is absent
 * and its name stands in `unread` with the reason; it is never a 0.
 */
#include "json_call.h"

#include "buf.h"
#include "jsonw.h"
#include "stack.h"
#include "value.h"

void mpt_json_known(struct mpt_jsonw *w, const char *key, bool known, int64_t n)
{
	mpt_jsonw_key(w, key);
	if (known)
		mpt_jsonw_s64(w, n);
	else
		mpt_jsonw_null(w);
}

void mpt_json_args(const struct mpt_call *call, struct mpt_jsonw *w)
{
	const struct mpt_syscall *sys = call->sys;
	unsigned i;

	mpt_jsonw_begin(w, '{');
	for (i = 0; i < sys->nargs && !call->no_args; i++) {
		enum mpt_arg_kind kind = sys->args[i].kind;

		mpt_jsonw_key_bytes(w, sys->args[i].name, sys->args[i].name_len);
		if (kind == MPT_ARG_INT)
			mpt_jsonw_s64(w, (int64_t)call->args[i]);
		else if (kind == MPT_ARG_ULONG || kind == MPT_ARG_FLAGS || kind == MPT_ARG_MODE)
			mpt_jsonw_u64(w, call->args[i]);
		else
			mpt_jsonw_hex(w, call->args[i]);
	}
	mpt_jsonw_end(w, '}');
}

static void put_flags(const struct mpt_xlat *table, const char *key, uint64_t flags,
		      struct mpt_jsonw *w)
{
	const struct mpt_xlat *flag;

	mpt_jsonw_key(w, key);
	mpt_jsonw_begin(w, '[');
	while ((flag = mpt_xlat_next_flag(table, &flags)))
		mpt_jsonw_name(w, flag->name);
	if (flags)
		mpt_jsonw_hex(w, flags);
	mpt_jsonw_end(w, ']');
}

void mpt_json_mode(struct mpt_jsonw *w, const char *key, uint32_t word)
{
	uint32_t mode = word & ~(uint32_t)MPT_MPOL_MODE_FLAGS;
	const char *name = mpt_xlat_name(mpt_mpol_modes, mode);

	mpt_jsonw_key(w, key);
	if (name)
		mpt_jsonw_name(w, name);
	else
		mpt_jsonw_hex(w, mode);
	put_flags(mpt_mpol_mode_flags, "mode_flags", word & MPT_MPOL_MODE_FLAGS, w);
}

void mpt_json_nodes(struct mpt_jsonw *w, const char *key, const struct mpt_nodeset *set)
{
	int node;

	mpt_jsonw_key(w, key);
	mpt_jsonw_begin(w, '[');
	for (node = mpt_nodeset_next(set, 0); node >= 0; node = mpt_nodeset_next(set, node + 1))
		mpt_jsonw_u64(w, (uint64_t)node);
	mpt_jsonw_end(w, ']');
}

/* The key of a value: a mode argument that came back with a node is "node". */
static const char *key_of(const struct mpt_arg *arg, const struct mpt_value *value)
{
	return value->type == MPT_VALUE_NODE ? "node" : arg->decoded;
}

static void put_value(const struct mpt_arg *arg, const struct mpt_value *value, struct mpt_jsonw *w)
{
	const char *key = key_of(arg, value);

	switch (value->type) {
	case MPT_VALUE_MODE:
		mpt_json_mode(w, key, value->num);
		break;
	case MPT_VALUE_NODE:
		mpt_jsonw_key(w, key);
		mpt_jsonw_u64(w, value->num);
		break;
	case MPT_VALUE_NODES:
		mpt_json_nodes(w, key, &value->nodes);
		break;
	case MPT_VALUE_ITEMS:
		break; /* several arguments make one array: put_items() */
	}
}

/* One element of each array of the call, as an object; what was not read is absent. */
static void put_item(const struct mpt_syscall *sys, const struct mpt_values *values, unsigned n,
		     struct mpt_jsonw *w)
{
	uint64_t item;
	unsigned i;

	mpt_jsonw_begin(w, '{');
	for (i = 0; i < sys->nargs; i++) {
		const struct mpt_value *value = &values->arg[i];

		if (!mpt_value_has_items(value) || !mpt_value_item(value, n, &item))
			continue;
		mpt_jsonw_key(w, sys->args[i].item);
		if (sys->args[i].kind == MPT_ARG_ADDRS_PTR)
			mpt_jsonw_hex(w, item);
		else
			mpt_jsonw_s64(w, (int32_t)item);
	}
	mpt_jsonw_end(w, '}');
}

/* The arrays of a call, which have the same length, as one array of objects. */
static void put_items(const struct mpt_syscall *sys, const struct mpt_values *values,
		      struct mpt_jsonw *w)
{
	const struct mpt_value *any = NULL;
	const char *key = NULL;
	unsigned i;

	for (i = 0; i < sys->nargs; i++) {
		if (!mpt_value_has_items(&values->arg[i]))
			continue;
		any = &values->arg[i];
		key = sys->args[i].decoded;
	}
	if (!any)
		return;
	mpt_jsonw_key(w, key);
	mpt_jsonw_begin(w, '[');
	for (i = 0; i < any->count; i++)
		put_item(sys, values, i, w);
	mpt_jsonw_end(w, ']');
	if (any->more) {
		mpt_jsonw_key(w, "not_shown");
		mpt_jsonw_u64(w, any->more);
	}
}

void mpt_json_decoded(const struct mpt_call *call, const struct mpt_values *values,
		      struct mpt_jsonw *w)
{
	const struct mpt_syscall *sys = call->sys;
	unsigned i;

	mpt_jsonw_begin(w, '{');
	for (i = 0; i < sys->nargs; i++)
		if (sys->args[i].kind == MPT_ARG_FLAGS && !call->no_args)
			put_flags(sys->args[i].flags, sys->args[i].decoded, call->args[i], w);
	for (i = 0; i < sys->nargs; i++)
		if (values->arg[i].status == MPT_VALUE_OK)
			put_value(&sys->args[i], &values->arg[i], w);
	put_items(sys, values, w);
	mpt_jsonw_end(w, '}');
}

/* Whether an argument before this one shares its key and says why it was not read. */
static bool is_said(const struct mpt_syscall *sys, const struct mpt_values *values, unsigned n)
{
	unsigned i;

	for (i = 0; i < n; i++)
		if (mpt_value_unread(values->arg[i].status) && sys->args[i].item &&
		    sys->args[n].item)
			return true;
	return false;
}

/*
 * Why something was not read. Arrays that share a key share the reason: that
 * one could not be read says more than that they go on, which is counted.
 */
static const char *why_unread(const struct mpt_syscall *sys, const struct mpt_values *values,
			      unsigned n)
{
	const char *why = mpt_value_unread(values->arg[n].status);
	unsigned i;

	for (i = 0; why && sys->args[n].item && i < sys->nargs; i++)
		if (sys->args[i].item && values->arg[i].status == MPT_VALUE_FAULT)
			return mpt_value_unread(MPT_VALUE_FAULT);
	return why;
}

void mpt_json_unread(const struct mpt_call *call, const struct mpt_values *values,
		     struct mpt_jsonw *w)
{
	const struct mpt_syscall *sys = call->sys;
	bool begun = false;
	unsigned i;

	for (i = 0; i < sys->nargs; i++) {
		const struct mpt_value *value = &values->arg[i];
		const char *why = why_unread(sys, values, i);

		if (!why || is_said(sys, values, i))
			continue;
		if (!begun) {
			mpt_jsonw_key(w, "unread");
			mpt_jsonw_begin(w, '{');
		}
		begun = true;
		mpt_jsonw_key(w, key_of(&sys->args[i], value));
		mpt_jsonw_name(w, why);
	}
	if (begun)
		mpt_jsonw_end(w, '}');
}

static void put_frame(const struct mpt_frame *frame, struct mpt_jsonw *w)
{
	mpt_jsonw_begin(w, '{');
	mpt_jsonw_key(w, "addr");
	mpt_jsonw_hex(w, frame->addr);
	if (frame->object) {
		mpt_jsonw_key(w, "object");
		mpt_jsonw_str(w, frame->object);
	}
	if (frame->symbol) {
		mpt_jsonw_key(w, "symbol");
		mpt_jsonw_str(w, frame->symbol);
		mpt_jsonw_key(w, "offset");
		mpt_jsonw_u64(w, frame->offset);
	}
	mpt_jsonw_end(w, '}');
}

void mpt_json_stack(const struct mpt_call *call, struct mpt_jsonw *w)
{
	unsigned i;

	if (!call->frames)
		return;
	mpt_jsonw_key(w, "stack");
	mpt_jsonw_begin(w, '[');
	for (i = 0; i < call->frames->n; i++)
		put_frame(&call->frames->frame[i], w);
	mpt_jsonw_end(w, ']');
}

void mpt_json_lost(struct mpt_jsonw *w, const struct mpt_lost *lost)
{
	mpt_jsonw_key(w, "lost");
	mpt_jsonw_begin(w, '{');
	mpt_jsonw_key(w, "overrun");
	mpt_jsonw_u64(w, lost->overrun);
	mpt_jsonw_key(w, "missed_returns");
	mpt_jsonw_u64(w, lost->missed_returns);
	mpt_jsonw_key(w, "unpaired");
	mpt_jsonw_u64(w, lost->unpaired);
	if (lost->at_most) {
		mpt_jsonw_key(w, "at_most");
		mpt_jsonw_bool(w, true);
	}
	mpt_jsonw_end(w, '}');
}
