/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_check.h - the kernel's checks, each as a function.
 *
 * For explain.c, which has the tables that put them in the kernel's order.
 */
#ifndef MPT_EXPLAIN_CHECK_H
#define MPT_EXPLAIN_CHECK_H

#include <stdint.h>

#include "explain.h"

enum mpt_verdict {
	MPT_EXCLUDED, /* this check passed: it is not the cause */
	MPT_POSSIBLE, /* nobody can tell whether it passed */
	MPT_CERTAIN,  /* it did not pass */
};

/*
 * One check.
 * @arg: of the call, that it is about
 * @why: the reason is put here, unless it is MPT_EXCLUDED
 */
typedef enum mpt_verdict mpt_check_fn(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why);

/* Of the mode word (explain_mode.c). */
mpt_check_fn mpt_check_mode, mpt_check_both_kinds, mpt_check_balancing, mpt_check_mode_nodes;

/* Of a node mask that is passed, or wanted (explain_mask.c). */
mpt_check_fn mpt_check_maxnode, mpt_check_beyond, mpt_check_mask_read, mpt_check_maxnode_small,
	mpt_check_maxnode_page;

/* Of nodes (explain_nodes.c). */
mpt_check_fn mpt_check_usable, mpt_check_new_nodes, mpt_check_home_node, mpt_check_node_there,
	mpt_check_node_allowed;

/* Of flags (explain_flags.c). */
mpt_check_fn mpt_check_get_flags, mpt_check_mems_allowed_alone, mpt_check_addr_flag,
	mpt_check_interleaving, mpt_check_mbind_flags, mpt_check_move_flags, mpt_check_no_flags;

/* Of memory (explain_memory.c). */
mpt_check_fn mpt_check_aligned, mpt_check_wraps, mpt_check_huge_page, mpt_check_hole,
	mpt_check_addr_mapped, mpt_check_page_there, mpt_check_written, mpt_check_array_read,
	mpt_check_misplaced, mpt_check_mappings, mpt_check_memory, mpt_check_no_policy,
	mpt_check_policy_kind;

/* Of the caller and of whom it asks about (explain_task.c). */
mpt_check_fn mpt_check_move_all, mpt_check_ptrace, mpt_check_target_nodes, mpt_check_process,
	mpt_check_has_memory;

/* --- what they share --- */

struct mpt_nodeset;
struct mpt_task_facts;

/* An input mask as the kernel sees it, as far as it was caught. */
struct mpt_mask {
	bool null;
	bool known;	 /* what was caught of it could be read */
	uint64_t bits;	 /* maxnode - 1: those that count; wraps as the kernel's does */
	uint64_t caught; /* of them: those that a probe reads */
};

/*
 * @nodes: those that count
 * @ignored: those that stand in the same word behind them, where the caller
 * may have thought that they count
 */
void mpt_mask_get(const struct mpt_question *q, unsigned arg, struct mpt_mask *ret,
		  struct mpt_nodeset *nodes, struct mpt_nodeset *ignored);

/* "node 2 is", "nodes 2-3 are" */
void mpt_put_nodes_are(const struct mpt_nodeset *set, struct mpt_buf *buf);

/* "Mems_allowed 0-1", and "(read earlier)" where it can have changed. */
void mpt_put_mems_allowed(const struct mpt_task_facts *task, struct mpt_buf *buf);

/* Why these nodes, which are not empty, are no good: "there is no node 2"; nothing where unknown.
 */
void mpt_put_what_nodes(const struct mpt_question *q, const struct mpt_nodeset *set,
			struct mpt_buf *buf);

/* The argument's name in the table of calls. */
const char *mpt_arg_name(const struct mpt_question *q, unsigned arg);

/* The length that goes with a mask. */
uint64_t mpt_maxnode_of(const struct mpt_question *q, unsigned arg);

/* The mode word of the call, whichever argument it is. */
uint32_t mpt_mode_of(const struct mpt_question *q);

/* Whether the call came in by a compat function of before 5.15, which checks less. */
bool mpt_may_be_old_compat(const struct mpt_question *q);

#endif
