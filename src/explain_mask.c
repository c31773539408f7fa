/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_mask.c - the kernel's checks of a node mask and its length.
 *
 * In: a call with masks, as far as they were caught. Out: verdicts, and for
 * other checks the nodes that the kernel sees. The checks are those of
 * mm/mempolicy.c, get_nodes(), kernel_get_mempolicy() and copy_nodes_to_user().
 */
#include "buf.h"
#include "explain_check.h"
#include "facts.h"
#include "nodeset.h"
#include "pair.h"
#include "value.h"

const char *mpt_arg_name(const struct mpt_question *q, unsigned arg)
{
	return q->call->sys->args[arg].name;
}

bool mpt_may_be_old_compat(const struct mpt_question *q)
{
	return q->call->abi->word_size == 4 && !q->facts->host->is_5_15;
}

uint64_t mpt_maxnode_of(const struct mpt_question *q, unsigned arg)
{
	return q->call->args[q->call->sys->args[arg].len];
}

static unsigned word_bits(const struct mpt_value *value)
{
	return value->packed ? 32 : value->size * 8;
}

static void set_bits(uint64_t word, unsigned from, struct mpt_nodeset *ret)
{
	if (from < MPT_NODES_MAX)
		ret->words[from / 64] |= word << from % 64;
}

/* What is below bit @bits of word @n, and what stands behind it in that word. */
static void take_word(const struct mpt_value *value, unsigned n, uint64_t bits,
		      struct mpt_nodeset *nodes, struct mpt_nodeset *ignored)
{
	unsigned size = word_bits(value), from = n * size;
	uint64_t word, mask;

	if (!mpt_value_item(value, n, &word))
		return;
	if (size == 32)
		word = (uint32_t)word;
	mask = bits - from >= 64 ? UINT64_MAX : (UINT64_C(1) << (bits - from)) - 1;
	set_bits(word & mask, from, nodes);
	set_bits(word & ~mask, from, ignored);
}

void mpt_mask_get(const struct mpt_question *q, unsigned arg, struct mpt_mask *ret,
		  struct mpt_nodeset *nodes, struct mpt_nodeset *ignored)
{
	const struct mpt_value *value = &q->values->arg[arg];
	unsigned i, n = mpt_value_caught(value);
	uint64_t bits = mpt_maxnode_of(q, arg) - 1, caught = n * (uint64_t)word_bits(value);

	*ret = (struct mpt_mask){
		.null = q->call->args[arg] == 0,
		.known = value->status == MPT_VALUE_OK,
		.bits = bits,
		.caught = bits < caught ? bits : caught,
	};
	*nodes = *ignored = (struct mpt_nodeset){ 0 };
	for (i = 0; ret->known && i < n && i * (uint64_t)word_bits(value) < bits; i++)
		take_word(value, i, bits, nodes, ignored);
}

enum mpt_verdict mpt_check_maxnode(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint64_t maxnode = mpt_maxnode_of(q, arg), page = q->plan->page_size * UINT64_C(8);

	if (q->call->args[arg] == 0 || maxnode - 1 <= page)
		return MPT_EXCLUDED;
	if (maxnode == 0)
		mpt_buf_printf(why,
			       "maxnode is 0 and %s is not NULL: the kernel counts maxnode - 1 "
			       "bits",
			       mpt_arg_name(q, arg));
	else
		mpt_buf_printf(why, "maxnode %llu is more than a page of bits, %llu",
			       (unsigned long long)maxnode, (unsigned long long)page);
	return mpt_may_be_old_compat(q) ? MPT_POSSIBLE : MPT_CERTAIN;
}

enum mpt_verdict mpt_check_beyond(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	unsigned max = q->facts->host->max_nodes;
	struct mpt_nodeset nodes, ignored, good, bad;
	struct mpt_mask mask;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (mask.null || mask.bits <= (max ? max : q->plan->possible) || mpt_may_be_old_compat(q))
		return MPT_EXCLUDED;
	mpt_nodeset_below(max ? max : MPT_NODES_MAX, &good);
	mpt_nodeset_minus(&nodes, &good, &bad);
	if (mask.known && !mpt_nodeset_is_empty(&bad)) {
		mpt_put_nodes_are(&bad, why);
		mpt_buf_printf(why, " in %s, and the kernel is built for nodes 0-%u",
			       mpt_arg_name(q, arg), max - 1);
		return MPT_CERTAIN;
	}
	if (mask.known && mask.bits <= mask.caught)
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "%s holds a node, not captured, that the kernel is not built for",
		       mpt_arg_name(q, arg));
	return MPT_POSSIBLE;
}

/* Whether all the bytes that the kernel reads lie in pages of which something was read. */
static bool is_in_page(const struct mpt_question *q, unsigned arg, const struct mpt_mask *mask)
{
	uint64_t addr = q->call->args[arg], page = q->plan->page_size;

	return mask->caught &&
	       (addr + (mask->bits - 1) / 8) / page == (addr + (mask->caught - 1) / 8) / page;
}

enum mpt_verdict mpt_check_mask_read(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	struct mpt_nodeset nodes, ignored;
	struct mpt_mask mask;
	bool fault = q->values->arg[arg].status == MPT_VALUE_FAULT;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (mask.null || mask.bits == 0 || (mask.known && is_in_page(q, arg, &mask)))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "%s ", mpt_arg_name(q, arg));
	mpt_buf_hex(why, q->call->args[arg]);
	mpt_buf_puts(why, " cannot be read");
	if (mask.known)
		mpt_buf_printf(why, " as far as maxnode %llu reaches",
			       (unsigned long long)mpt_maxnode_of(q, arg));
	return fault ? MPT_CERTAIN : MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_maxnode_small(const struct mpt_question *q, unsigned arg,
					 struct mpt_buf *why)
{
	uint64_t maxnode = mpt_maxnode_of(q, arg);

	if (q->call->args[arg] == 0 || maxnode >= q->plan->possible)
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "maxnode %llu is less than the number of possible nodes, %u",
		       (unsigned long long)maxnode, q->plan->possible);
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_maxnode_page(const struct mpt_question *q, unsigned arg,
					struct mpt_buf *why)
{
	uint64_t maxnode = mpt_maxnode_of(q, arg), page = q->plan->page_size * UINT64_C(8);
	uint64_t bits = (maxnode - 1 + 63) & ~UINT64_C(63);

	if (q->call->args[arg] == 0 || bits <= page || mpt_may_be_old_compat(q))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "maxnode %llu is more than a page of bits, %llu",
		       (unsigned long long)maxnode, (unsigned long long)page);
	return MPT_CERTAIN;
}
