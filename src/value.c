/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.c - from raw words to what they mean.
 *
 * In: a call in raw words. Out: typed values, each with its status. A word
 * that still holds the poison was not read, and is never shown.
 */
#include "value.h"

#include <stddef.h>

enum { MAX_ERRNO = 4095 }; /* include/linux/err.h */

bool mpt_ret_is_error(int64_t ret)
{
	return ret < 0 && ret >= -MAX_ERRNO;
}

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
		if (call->words[words->first + i] == mpt_plan_poison(plan->poison, size))
			return MPT_VALUE_FAULT;
	return MPT_VALUE_OK;
}

static void decode_int(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
		       struct mpt_value *ret)
{
	const struct mpt_syscall *sys = &mpt_syscalls[call->def->syscall];
	enum mpt_meaning meaning = sys->meaning ? sys->meaning(call->args) : MPT_MEANS_MODE;

	if (meaning == MPT_MEANS_NOTHING)
		return;
	ret->type = meaning == MPT_MEANS_NODE ? MPT_VALUE_NODE : MPT_VALUE_MODE;
	ret->status = check_words(call, plan, arg, 1, 4);
	if (ret->status == MPT_VALUE_OK)
		ret->num = (uint32_t)call->words[call->def->words[arg].first];
}

/*
 * mm/mempolicy.c, copy_nodes_to_user(): the mask is written in whole words,
 * ALIGN(maxnode - 1, 64) bits of it, and beyond the possible nodes it is zero.
 * The sum wraps in the kernel too: with maxnode 2^64 - 62 it writes nothing
 * and returns 0 (seen on 6.1).
 */
static unsigned mask_words(const struct mpt_call *call, const struct mpt_plan *plan,
			   uint64_t maxnode)
{
	uint64_t bits = (maxnode - 1 + 63) & ~UINT64_C(63);

	if (bits > plan->possible)
		bits = plan->possible;
	return mpt_nodeset_words((unsigned)bits, call->def->abi->word_size);
}

static void decode_mask(const struct mpt_call *call, const struct mpt_plan *plan, unsigned arg,
			struct mpt_value *ret)
{
	const struct mpt_arg *cell = &mpt_syscalls[call->def->syscall].args[arg];
	unsigned size = call->def->abi->word_size;
	unsigned n = mask_words(call, plan, call->args[cell->len]);

	ret->type = MPT_VALUE_NODES;
	/* no word was written, so none need have been read */
	ret->status = n == 0 ? MPT_VALUE_OK : check_words(call, plan, arg, n, size);
	if (ret->status == MPT_VALUE_OK)
		mpt_nodeset_from_words(&ret->nodes,
				       n ? call->words + call->def->words[arg].first : NULL, n,
				       size, plan->possible);
}

void mpt_value_decode(const struct mpt_call *call, const struct mpt_plan *plan,
		      struct mpt_values *ret)
{
	const struct mpt_syscall *sys = &mpt_syscalls[call->def->syscall];
	unsigned i;

	for (i = 0; i < sys->nargs; i++) {
		ret->arg[i].status = MPT_VALUE_NONE;
		/* outputs mean something only where the call succeeded */
		if (!call->returned || mpt_ret_is_error(call->ret) || call->args[i] == 0)
			continue;
		if (sys->args[i].kind == MPT_ARG_INT_PTR)
			decode_int(call, plan, i, &ret->arg[i]);
		else if (sys->args[i].kind == MPT_ARG_MASK_PTR)
			decode_mask(call, plan, i, &ret->arg[i]);
	}
}
