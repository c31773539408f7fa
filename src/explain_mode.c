/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_mode.c - the kernel's checks of a mode and of what goes with it.
 *
 * In: a call with a mode argument. Out: verdicts. The checks are those of
 * mm/mempolicy.c, sanitize_mpol_flags() and mpol_new().
 */
#include "buf.h"
#include "explain_check.h"
#include "facts.h"
#include "nodeset.h"
#include "pair.h"
#include "put.h"
#include "xlat.h"

enum {
	DEFAULT,
	PREFERRED,
	BIND,
	INTERLEAVE,
	LOCAL,
	PREFERRED_MANY,
	WEIGHTED_INTERLEAVE,
	NUMA_BALANCING = 1 << 13,
	RELATIVE_NODES = 1 << 14,
	STATIC_NODES = 1 << 15,
	/* numbers are given one after the other, and 18 years have used up 7 of them */
	NO_MODE = 64,
};

uint32_t mpt_mode_of(const struct mpt_question *q)
{
	const struct mpt_call *call = q->call;
	unsigned i;

	for (i = 0; i < call->sys->nargs; i++)
		if (call->sys->args[i].kind == MPT_ARG_MODE)
			return (uint32_t)call->args[i];
	return 0;
}

static uint32_t bare_mode(const struct mpt_question *q)
{
	return mpt_mode_of(q) & ~(uint32_t)MPT_MPOL_MODE_FLAGS;
}

/* Whether the kernel surely knows that mode. */
static bool is_known(const struct mpt_host_facts *host, uint32_t mode)
{
	return mode <= LOCAL || (mode == PREFERRED_MANY && host->is_5_15) ||
	       (mode == WEIGHTED_INTERLEAVE && host->is_6_9);
}

enum mpt_verdict mpt_check_mode(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint32_t mode = bare_mode(q);

	(void)arg;
	if (is_known(q->facts->host, mode))
		return MPT_EXCLUDED;
	if (mode >= NO_MODE) {
		mpt_buf_puts(why, "mode ");
		mpt_buf_hex(why, mode);
		mpt_buf_puts(why, " does not exist");
		return MPT_CERTAIN;
	}
	mpt_buf_puts(why, "this kernel does not know mode ");
	mpt_put_mode(mode, why);
	return MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_both_kinds(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	(void)arg;
	if (~mpt_mode_of(q) & (STATIC_NODES | RELATIVE_NODES))
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_balancing(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	uint32_t mode = bare_mode(q);

	(void)arg;
	if (!(mpt_mode_of(q) & NUMA_BALANCING) || (mode == BIND && q->facts->host->is_5_15))
		return MPT_EXCLUDED;
	if (mode == BIND) {
		mpt_buf_puts(why, "this kernel does not know MPOL_F_NUMA_BALANCING");
		return MPT_POSSIBLE;
	}
	if (mode == PREFERRED_MANY) {
		mpt_buf_puts(why, "this kernel takes MPOL_F_NUMA_BALANCING with MPOL_BIND only");
		return MPT_POSSIBLE;
	}
	mpt_buf_puts(why, "MPOL_F_NUMA_BALANCING does not go with ");
	mpt_put_mode(mode, why);
	return MPT_CERTAIN;
}

/* "MPOL_BIND needs a node, and ": why there is none. */
static void put_empty(const struct mpt_question *q, unsigned arg, const struct mpt_mask *mask,
		      const struct mpt_nodeset *ignored, struct mpt_buf *why)
{
	const char *name = mpt_arg_name(q, arg);
	uint64_t maxnode = q->call->args[q->call->sys->args[arg].len];

	if (mask->null) {
		mpt_buf_printf(why, "%s is NULL", name);
	} else if (mask->bits == 0) {
		mpt_buf_puts(why, "maxnode 1 covers no bit");
	} else if (!mpt_nodeset_is_empty(ignored)) {
		mpt_buf_printf(why, "maxnode %llu covers node%s 0", (unsigned long long)maxnode,
			       mask->bits > 1 ? "s" : "");
		if (mask->bits > 1)
			mpt_buf_printf(why, "-%llu", (unsigned long long)mask->bits - 1);
		mpt_buf_puts(why, " only: ");
		mpt_put_nodes_are(ignored, why);
		mpt_buf_printf(why, " in %s, and not counted", name);
	} else if (mask->bits > mask->caught) {
		mpt_buf_printf(why, "%s holds no possible node", name);
	} else {
		mpt_buf_printf(why, "%s is empty", name);
	}
}

/* Of modes that take no nodes. */
static enum mpt_verdict check_no_nodes(uint32_t mode, const char *name, const struct mpt_mask *mask,
				       const struct mpt_nodeset *nodes, struct mpt_buf *why)
{
	bool some = mask->known && !mpt_nodeset_is_empty(nodes);

	if (mask->null || mask->bits == 0)
		return MPT_EXCLUDED;
	if (!some && mask->known && mask->bits <= mask->caught)
		return MPT_EXCLUDED;
	mpt_put_mode(mode, why);
	mpt_buf_puts(why, " takes no nodes, and ");
	if (some)
		mpt_put_nodes_are(nodes, why);
	else
		mpt_buf_puts(why, "one that was not captured is");
	mpt_buf_printf(why, " in %s", name);
	return some ? MPT_CERTAIN : MPT_POSSIBLE;
}

/* Of modes that want some. */
static enum mpt_verdict check_some_nodes(const struct mpt_question *q, unsigned arg,
					 const struct mpt_mask *mask,
					 const struct mpt_nodeset *nodes,
					 const struct mpt_nodeset *ignored, struct mpt_buf *why)
{
	bool none = mask->null || mask->bits == 0;
	bool preferred = bare_mode(q) == PREFERRED;
	uint32_t mode = preferred ? mpt_mode_of(q) : bare_mode(q);

	/* that one means MPOL_LOCAL without nodes, unless it is to have a kind of them */
	if (preferred && !(mode & (STATIC_NODES | RELATIVE_NODES)))
		return MPT_EXCLUDED;
	if (!none && mask->known && !mpt_nodeset_is_empty(nodes))
		return MPT_EXCLUDED;
	if (!none && !mask->known) {
		mpt_buf_printf(why, "%s, which was not captured, is empty", mpt_arg_name(q, arg));
		return MPT_POSSIBLE;
	}
	put_empty(q, arg, mask, ignored, why);
	mpt_buf_puts(why, ", and ");
	mpt_put_mode(mode, why);
	mpt_buf_puts(why, " needs a node");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_mode_nodes(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	uint32_t mode = bare_mode(q), kinds = mpt_mode_of(q) & (STATIC_NODES | RELATIVE_NODES);
	struct mpt_nodeset nodes, ignored;
	struct mpt_mask mask;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (mode == LOCAL && kinds) {
		mpt_buf_puts(why, "MPOL_LOCAL does not go with ");
		mpt_put_flags(mpt_mpol_mode_flags, kinds, why);
		return MPT_CERTAIN;
	}
	if (mode == DEFAULT || mode == LOCAL)
		return check_no_nodes(mode, mpt_arg_name(q, arg), &mask, &nodes, why);
	return check_some_nodes(q, arg, &mask, &nodes, &ignored, why);
}
