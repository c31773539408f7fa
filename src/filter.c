/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.c - whether a call is shown.
 *
 * In: a filter and a decoded call. Out: yes or no. What is not known of a call
 * matches nothing that is asked of it.
 */
#include "filter.h"

#include <fnmatch.h>
#include <string.h>

/* A call that was killed before it could be answered has failed; one in flight has not ended. */
static bool has_failed(const struct mpt_call *call)
{
	return call->returned ? mpt_ret_is_error(call->ret) : call->denied;
}

static bool passes_outcome(const struct mpt_filter *f, const struct mpt_call *call)
{
	if (f->outcome == MPT_SUCCESSFUL)
		return call->returned && !mpt_ret_is_error(call->ret);
	return f->outcome != MPT_FAILED || has_failed(call);
}

static bool passes_errno(const struct mpt_filter *f, const struct mpt_call *call)
{
	uint64_t n = (uint64_t)-call->ret;

	if (!f->has_errnos)
		return true;
	return call->returned && mpt_ret_is_error(call->ret) && f->errnos[n / 64] >> n % 64 & 1;
}

static bool passes_comm(const struct mpt_filter *f, const struct mpt_thread *thread)
{
	char comm[MPT_COMM_LEN + 1] = "";

	if (!f->comm)
		return true;
	if (!thread->has_comm)
		return false;
	memcpy(comm, thread->comm, MPT_COMM_LEN);
	return fnmatch(f->comm, comm, 0) == 0;
}

static bool passes_tgid(const struct mpt_filter *f, pid_t tgid)
{
	size_t i;

	for (i = 0; i < f->ntgids; i++)
		if (f->tgids[i] == tgid)
			return true;
	return !f->tgids;
}

/* The bits that are set, by the table that each is of. */
static bool has_flags(const struct mpt_filter *f, const struct mpt_call *call,
		      const struct mpt_values *values)
{
	uint64_t get = 0, mf = 0, mode = 0;
	unsigned i;

	for (i = 0; i < call->sys->nargs; i++) {
		const struct mpt_arg *arg = &call->sys->args[i];
		const struct mpt_value *value = &values->arg[i];

		if (arg->kind == MPT_ARG_FLAGS && arg->flags == mpt_get_mempolicy_flags)
			get |= call->args[i];
		else if (arg->kind == MPT_ARG_FLAGS && arg->flags == mpt_mpol_mf_flags)
			mf |= call->args[i];
		else if (value->status == MPT_VALUE_OK && value->type == MPT_VALUE_MODE)
			mode |= value->num & MPT_MPOL_MODE_FLAGS;
	}
	return (get & f->get_flags) == f->get_flags && (mf & f->mf_flags) == f->mf_flags &&
	       (mode & f->mode_flags) == f->mode_flags;
}

static bool asks_flags(const struct mpt_filter *f)
{
	return f->get_flags || f->mf_flags || f->mode_flags;
}

static bool passes_flags(const struct mpt_filter *f, const struct mpt_call *call,
			 const struct mpt_values *values)
{
	return !asks_flags(f) || has_flags(f, call, values);
}

static bool is_mode_wanted(const struct mpt_filter *f, uint32_t mode)
{
	unsigned i;

	for (i = 0; i < f->nmodes; i++)
		if (f->modes[i] == mode)
			return true;
	return false;
}

static bool passes_mode(const struct mpt_filter *f, const struct mpt_call *call,
			const struct mpt_values *values)
{
	unsigned i;

	for (i = 0; f->nmodes && i < call->sys->nargs; i++) {
		const struct mpt_value *value = &values->arg[i];

		if (value->status == MPT_VALUE_OK && value->type == MPT_VALUE_MODE &&
		    is_mode_wanted(f, value->num & ~(uint32_t)MPT_MPOL_MODE_FLAGS))
			return true;
	}
	return f->nmodes == 0;
}

static bool is_node_wanted(const struct mpt_filter *f, uint64_t node)
{
	if (node >= MPT_NODES_MAX)
		return false;
	return f->all_nodes || f->nodes.words[node / 64] >> node % 64 & 1;
}

static bool meets_set(const struct mpt_filter *f, const struct mpt_nodeset *set)
{
	int node;

	for (node = mpt_nodeset_next(set, 0); node >= 0; node = mpt_nodeset_next(set, node + 1))
		if (is_node_wanted(f, (uint64_t)node))
			return true;
	return false;
}

/* Arrays of ints are of nodes, or of errors below zero; addresses are none. */
static bool meets_items(const struct mpt_filter *f, const struct mpt_arg *arg,
			const struct mpt_value *value)
{
	uint64_t item;
	unsigned i;

	for (i = 0; arg->kind == MPT_ARG_INTS_PTR && i < value->count; i++)
		if (mpt_value_item(value, i, &item) && (int32_t)item >= 0 &&
		    is_node_wanted(f, item))
			return true;
	return false;
}

static bool meets_value(const struct mpt_filter *f, const struct mpt_arg *arg,
			const struct mpt_value *value)
{
	if (mpt_value_has_items(value))
		return meets_items(f, arg, value);
	if (value->status != MPT_VALUE_OK)
		return false;
	if (value->type == MPT_VALUE_NODE)
		return is_node_wanted(f, value->num);
	return value->type == MPT_VALUE_NODES && meets_set(f, &value->nodes);
}

/* Any of the nodes that the call named or was told. */
static bool passes_nodes(const struct mpt_filter *f, const struct mpt_call *call,
			 const struct mpt_values *values)
{
	unsigned i;

	for (i = 0; f->has_nodes && i < call->sys->nargs; i++) {
		const struct mpt_arg *arg = &call->sys->args[i];

		if (arg->is_node ? is_node_wanted(f, call->args[i])
				 : meets_value(f, arg, &values->arg[i]))
			return true;
	}
	return !f->has_nodes;
}

static bool passes_duration(const struct mpt_filter *f, const struct mpt_call *call)
{
	return f->min_ns == 0 ||
	       (mpt_call_has_duration(call) && call->ts_exit - call->ts_enter >= f->min_ns);
}

/* Whether nothing is asked about arguments, or they are known. */
static bool passes_unknown(const struct mpt_filter *f, const struct mpt_call *call)
{
	return !call->no_args || !(asks_flags(f) || f->nmodes || f->has_nodes);
}

bool mpt_filter_asks(const struct mpt_filter *f)
{
	return f->outcome != MPT_ANY || f->has_errnos || f->comm || f->nuids || asks_flags(f) ||
	       f->nmodes || f->has_nodes || f->min_ns || f->tgids;
}

bool mpt_filter_passes(const struct mpt_filter *f, const struct mpt_call *call,
		       const struct mpt_values *values)
{
	return passes_outcome(f, call) && passes_errno(f, call) && passes_duration(f, call) &&
	       passes_comm(f, call->thread) && passes_tgid(f, call->thread->tgid) &&
	       passes_unknown(f, call) && passes_flags(f, call, values) &&
	       passes_mode(f, call, values) && passes_nodes(f, call, values);
}

bool mpt_filter_passes_uid(const struct mpt_filter *f, int64_t uid)
{
	unsigned i;

	for (i = 0; i < f->nuids; i++)
		if (f->uids[i] == uid)
			return true;
	return f->nuids == 0;
}
