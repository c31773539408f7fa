/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.c - from raw words to what they mean.
 *
 * In: a call in raw words. Out: typed values, each with its status. A word
 * that still holds the poison was not read, and is never shown.
 */
#include "value.h"

#include <stddef.h>

const char *mpt_value_unread(enum mpt_value_status status)
{
	static const char *const text[] = {
		[MPT_VALUE_FAULT] = "fault",
		[MPT_VALUE_UNSUPPORTED] = "unsupported",
		[MPT_VALUE_TOO_LONG] = "too long",
		[MPT_VALUE_OK] = NULL,
	};

	return text[status];
}

/* How the @n words from the argument's first one on were read. */
static enum mpt_value_status check_words(const struct mpt_call *call, const struct mpt_plan *plan,
					 unsigned arg, unsigned n, unsigned size)
{
	const struct mpt_words *words = &call->def->words[arg];
	unsigned i;

	if (!call->words || words->count == 0)
		return MPT_VALUE_UNSUPPORTED;
	if (n > words->count)
		return MPT_VALUE_TOO_LONG;
	for (i = 0; i < n; i++)
		if (!mpt_plan_was_read(plan, call->args[arg] + i * size, size,
				       call->words[words->first + i]))
			return MPT_VALUE_FAULT;
	return MPT_VALUE_OK;
}

enum mpt_value_status mpt_value_peek(const struct mpt_call *call, const struct mpt_plan *plan,
				     unsigned arg)
{
	unsigned size = 4;

	if (!call->def || call->args[arg] == 0)
		return MPT_VALUE_NONE;
	if (call->sys->args[arg].kind == MPT_ARG_MASK_PTR ||
	    call->sys->args[arg].kind == MPT_ARG_ADDRS_PTR)
		size = call->def->abi->word_size;
	return check_words(call, plan, arg, 1, size);
}

static void decode_int(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
		       struct mpt_value *ret)
{
	const struct mpt_syscall *sys = call->sys;
	enum mpt_meaning meaning = sys->meaning ? sys->meaning(call->args) : MPT_MEANS_MODE;

	if (meaning == MPT_MEANS_NOTHING)
		return;
	ret->type = meaning == MPT_MEANS_NODE ? MPT_VALUE_NODE : MPT_VALUE_MODE;
	ret->status = check_words(call, plan, arg, 1, 4);
	if (ret->status == MPT_VALUE_OK)
		ret->num = (uint32_t)call->words[call->def->words[arg].first];
}

/* Whether a function for 32-bit callers alone has served it. */
static bool is_by_compat(const struct mpt_call *call)
{
	const struct mpt_def *def = call->def;

	return def->abi->word_size == 4 ||
	       (call->abi != def->abi && call->abi->by_second && def->view.nprefixes > 1);
}

/*
 * mm/mempolicy.c, copy_nodes_to_user(): the mask is written in whole words,
 * ALIGN(maxnode - 1, 64) bits of it, and beyond the possible nodes it is zero.
 * The sum wraps in the kernel too: with maxnode 2^64 - 62 it writes nothing
 * and returns 0 (seen on 6.1).
 */
static uint64_t bits_written(const struct mpt_call *call, uint64_t maxnode)
{
	/* of 32 bits: 5.10's compat function takes 0 for 2^32, and none wraps */
	if (is_by_compat(call))
		return (uint64_t)(uint32_t)(maxnode - 1) + 1;
	return (maxnode - 1 + 63) & ~UINT64_C(63);
}

/*
 * Of a caller with words of 32 bits, newer kernels write ALIGN(maxnode, 32)
 * bits and older ones ALIGN(maxnode - 1, 32): with a maxnode for which that
 * matters, which is as small as the kernel takes, it is not known.
 */
static bool is_length_known(const struct mpt_call *call, const struct mpt_plan *plan,
			    uint64_t maxnode)
{
	return call->abi->word_size == 8 || maxnode != plan->possible || (maxnode - 1) % 32 != 0;
}

/* The words themselves, whatever they mean. */
static void keep_words(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
		       unsigned size, struct mpt_value *ret)
{
	const struct mpt_words *words = &call->def->words[arg];

	ret->items = call->words && words->count ? call->words + words->first : NULL;
	ret->nitems = words->count;
	ret->plan = plan;
	ret->addr = call->args[arg];
	ret->size = size;
	ret->packed = size == 8 && call->abi->word_size == 4;
}

static void decode_mask(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
			struct mpt_value *ret)
{
	const struct mpt_arg *cell = &call->sys->args[arg];
	unsigned size = call->def->abi->word_size, n;
	uint64_t maxnode = call->args[cell->len];
	uint64_t bits = cell->dir == MPT_OUT ? bits_written(call, maxnode) : maxnode - 1;

	ret->type = MPT_VALUE_NODES;
	keep_words(call, plan, arg, size, ret);
	if (cell->dir == MPT_OUT && !is_length_known(call, plan, maxnode)) {
		ret->status = MPT_VALUE_UNSUPPORTED;
		return;
	}
	/* get_nodes() refuses more than a page of bits, and maxnode 0 wraps to that */
	if (cell->dir == MPT_IN && bits > plan->page_size * UINT64_C(8)) {
		ret->status = MPT_VALUE_TOO_LONG;
		return;
	}
	if (bits > plan->possible)
		bits = plan->possible;
	n = mpt_nodeset_words((unsigned)bits, size);
	/* where no word was written or read, none need have been captured */
	ret->status = n == 0 ? MPT_VALUE_OK : check_words(call, plan, arg, n, size);
	if (ret->status == MPT_VALUE_OK)
		mpt_nodeset_from_words(&ret->nodes,
				       n ? call->words + call->def->words[arg].first : NULL, n,
				       size, (unsigned)bits);
}

bool mpt_value_has_items(const struct mpt_value *value)
{
	return value->status != MPT_VALUE_NONE && value->status != MPT_VALUE_UNSUPPORTED &&
	       value->type == MPT_VALUE_ITEMS;
}

bool mpt_value_item(const struct mpt_value *value, unsigned i, uint64_t *ret)
{
	unsigned n = value->packed ? i / 2 : i;
	uint64_t word = value->items[n];

	*ret = value->packed ? (uint32_t)(word >> i % 2 * 32) : word;
	return mpt_plan_was_read(value->plan, value->addr + n * value->size, value->size, word);
}

unsigned mpt_value_caught(const struct mpt_value *value)
{
	if (value->status == MPT_VALUE_NONE || !value->items)
		return 0;
	return value->packed ? value->nitems * 2 : value->nitems;
}

/* @size: bytes of the words that were fetched, of which a guest has two elements in one */
static void decode_items(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
			 unsigned size, struct mpt_value *ret)
{
	const struct mpt_words *words = &call->def->words[arg];
	uint64_t count = call->args[call->sys->args[arg].len], item;
	unsigned i;

	ret->type = MPT_VALUE_ITEMS;
	ret->count = 0;
	ret->status = MPT_VALUE_UNSUPPORTED;
	keep_words(call, plan, arg, size, ret);
	if (!ret->items)
		return;
	ret->count = count < words->count ? (uint32_t)count : words->count;
	ret->more = count - ret->count;
	ret->status = ret->more ? MPT_VALUE_TOO_LONG : MPT_VALUE_OK;
	for (i = 0; i < ret->count; i++)
		if (!mpt_value_item(ret, i, &item))
			ret->status = MPT_VALUE_FAULT;
}

static void decode_pointer(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
			   struct mpt_value *ret)
{
	switch (call->sys->args[arg].kind) {
	case MPT_ARG_INT_PTR:
		decode_int(call, plan, arg, ret);
		break;
	case MPT_ARG_MASK_PTR:
		decode_mask(call, plan, arg, ret);
		break;
	case MPT_ARG_ADDRS_PTR:
		decode_items(call, plan, arg, call->def->abi->word_size, ret);
		break;
	case MPT_ARG_INTS_PTR:
		decode_items(call, plan, arg, 4, ret);
		break;
	case MPT_ARG_NONE:
	case MPT_ARG_ULONG:
	case MPT_ARG_INT:
	case MPT_ARG_ADDR:
	case MPT_ARG_FLAGS:
	case MPT_ARG_MODE:
		break;
	}
}

/* Of a denied call nothing was read, and what was passed is named as unread. */
static void decode_denied(const struct mpt_arg *cell, struct mpt_value *ret)
{
	if (cell->dir != MPT_IN)
		return;
	ret->status = MPT_VALUE_UNSUPPORTED;
	ret->type = cell->kind == MPT_ARG_MASK_PTR ? MPT_VALUE_NODES : MPT_VALUE_ITEMS;
}

/* Nor were the arguments caught: whatever would have been decoded of them is named. */
static void decode_unknown(const struct mpt_arg *cell, struct mpt_value *ret)
{
	if (cell->dir != MPT_IN || !cell->decoded)
		return;
	decode_denied(cell, ret);
	if (!mpt_arg_is_pointer(cell))
		ret->type = MPT_VALUE_MODE;
}

/* @failed: what the kernel would have written was not */
static void decode_arg(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
		       bool failed, struct mpt_value *ret)
{
	const struct mpt_arg *cell = &call->sys->args[arg];

	if (call->no_args) {
		decode_unknown(cell, ret);
	} else if (cell->kind == MPT_ARG_MODE) {
		ret->status = MPT_VALUE_OK;
		ret->type = MPT_VALUE_MODE;
		ret->num = (uint32_t)call->args[arg];
	} else if (call->args[arg] == 0 || !mpt_arg_is_pointer(cell)) {
		return;
	} else if (call->denied) {
		decode_denied(cell, ret);
	} else if (call->returned && (cell->dir == MPT_IN || !failed)) {
		/* a call in flight shows no memory: it is read when the call returns */
		decode_pointer(call, plan, arg, ret);
	}
}

void mpt_value_decode(const struct mpt_call *call, const struct mpt_plan *plan,
		      struct mpt_values *ret)
{
	bool failed = mpt_ret_is_error(call->ret);
	unsigned i;

	for (i = 0; i < call->sys->nargs; i++) {
		ret->arg[i].status = MPT_VALUE_NONE;
		ret->arg[i].items = NULL;
		decode_arg(call, plan, i, failed, &ret->arg[i]);
	}
}
