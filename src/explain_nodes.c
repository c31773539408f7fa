/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_nodes.c - the kernel's checks of whether nodes can be used.
 *
 * In: a call with its masks and arrays, as far as they were caught. Out:
 * verdicts. The checks are those of mm/mempolicy.c, mpol_set_nodemask(), and
 * of mm/migrate.c, do_pages_move().
 */
#include "buf.h"
#include "explain_check.h"
#include "facts.h"
#include "nodeset.h"
#include "pair.h"
#include "value.h"

enum { DEFAULT = 0, LOCAL = 4, RELATIVE_NODES = 1 << 14, MODE_FLAGS = 7 << 13 };

static void put_nodes(const struct mpt_nodeset *set, struct mpt_buf *buf)
{
	int first = mpt_nodeset_next(set, 0);

	mpt_buf_puts(buf, mpt_nodeset_next(set, first + 1) < 0 ? "node " : "nodes ");
	mpt_nodeset_put(buf, set);
}

static bool is_one(const struct mpt_nodeset *set)
{
	return mpt_nodeset_next(set, mpt_nodeset_next(set, 0) + 1) < 0;
}

void mpt_put_nodes_are(const struct mpt_nodeset *set, struct mpt_buf *buf)
{
	put_nodes(set, buf);
	mpt_buf_puts(buf, is_one(set) ? " is" : " are");
}

void mpt_put_mems_allowed(const struct mpt_task_facts *task, struct mpt_buf *buf)
{
	mpt_buf_puts(buf, "Mems_allowed ");
	mpt_nodeset_put(buf, &task->mems_allowed);
	if (!task->fresh)
		mpt_buf_puts(buf, " (read earlier)");
}

/* What can be wrong with nodes: said of one, and of many, around their numbers. */
struct fault {
	const char *before[2], *after[2];
};

/* Those of @left that are not in @good have that fault, and are taken out. */
static void put_left(struct mpt_nodeset *left, const struct mpt_nodeset *good,
		     const struct fault *fault, const char **comma, struct mpt_buf *buf)
{
	struct mpt_nodeset bad;

	mpt_nodeset_minus(left, good, &bad);
	if (mpt_nodeset_is_empty(&bad))
		return;
	mpt_buf_puts(buf, *comma);
	mpt_buf_puts(buf, fault->before[!is_one(&bad)]);
	put_nodes(&bad, buf);
	mpt_buf_puts(buf, fault->after[!is_one(&bad)]);
	mpt_nodeset_and(left, good, left);
	*comma = ", ";
}

void mpt_put_what_nodes(const struct mpt_question *q, const struct mpt_nodeset *set,
			struct mpt_buf *buf)
{
	static const struct fault absent = { { "there is no ", "there are no " }, { "", "" } };
	static const struct fault offline = { { "", "" }, { " is offline", " are offline" } };
	static const struct fault bare = { { "", "" }, { " has no memory", " have no memory" } };
	const struct mpt_host_facts *host = q->facts->host;
	struct mpt_nodeset left = *set, possible;
	const char *comma = "";

	mpt_nodeset_below(q->plan->possible, &possible);
	put_left(&left, &possible, &absent, &comma, buf);
	if (host->has_online)
		put_left(&left, &host->online, &offline, &comma, buf);
	if (host->has_memory)
		put_left(&left, &host->memory, &bare, &comma, buf);
}

/* The same in brackets, where there is anything to say. */
static void put_what_in_brackets(const struct mpt_question *q, const struct mpt_nodeset *set,
				 struct mpt_buf *why)
{
	size_t start = why->len;

	mpt_buf_puts(why, " (");
	mpt_put_what_nodes(q, set, why);
	if (why->len == start + 2)
		why->len = start;
	else
		mpt_buf_putc(why, ')');
}

/* None of @nodes is in Mems_allowed and has memory. */
static void put_unusable(const struct mpt_question *q, const struct mpt_nodeset *nodes,
			 struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller;
	struct mpt_nodeset outside, inside = *nodes;

	if (caller->has_mems) {
		mpt_nodeset_minus(nodes, &caller->mems_allowed, &outside);
		mpt_nodeset_and(nodes, &caller->mems_allowed, &inside);
		if (!mpt_nodeset_is_empty(&outside)) {
			mpt_put_nodes_are(&outside, why);
			mpt_buf_puts(why, " not in ");
			mpt_put_mems_allowed(caller, why);
			put_what_in_brackets(q, &outside, why);
			mpt_buf_puts(why, mpt_nodeset_is_empty(&inside) ? "" : ", and ");
		}
	}
	if (!mpt_nodeset_is_empty(&inside))
		mpt_put_what_nodes(q, &inside, why);
}

/* The same, where it is by exclusion that one knows. */
static void put_perhaps_unusable(const struct mpt_question *q, const struct mpt_nodeset *nodes,
				 struct mpt_buf *why)
{
	if (q->facts->caller->known) {
		put_nodes(nodes, why);
		mpt_buf_puts(why, is_one(nodes) ? " has no memory" : " have no memory");
		return;
	}
	mpt_put_nodes_are(nodes, why);
	mpt_buf_printf(why, " not in the caller's Mems_allowed, which is not known%s",
		       q->facts->host->has_memory ? "" : ", or without memory");
}

/* Whether one of @nodes, which are not empty, can be used. */
static enum mpt_verdict check_some_usable(const struct mpt_question *q,
					  const struct mpt_nodeset *nodes, struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller;
	const struct mpt_host_facts *host = q->facts->host;
	struct mpt_nodeset left, possible;

	mpt_nodeset_below(q->plan->possible, &possible);
	mpt_nodeset_and(nodes, host->has_memory ? &host->memory : &possible, &left);
	if (caller->has_mems)
		mpt_nodeset_and(&left, &caller->mems_allowed, &left);
	if (mpt_nodeset_is_empty(&left)) {
		put_unusable(q, nodes, why);
		return MPT_CERTAIN;
	}
	if (caller->known && host->has_memory)
		return MPT_EXCLUDED;
	put_perhaps_unusable(q, &left, why);
	return MPT_POSSIBLE;
}

/* A bit that the caller may have thought to be counted. */
static void put_ignored(const struct mpt_question *q, unsigned arg,
			const struct mpt_nodeset *ignored, struct mpt_buf *why)
{
	if (mpt_nodeset_is_empty(ignored))
		return;
	mpt_buf_printf(why, "; maxnode %llu leaves out ",
		       (unsigned long long)mpt_maxnode_of(q, arg));
	put_nodes(ignored, why);
	mpt_buf_printf(why, " of %s", mpt_arg_name(q, arg));
}

static enum mpt_verdict check_usable(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	struct mpt_nodeset nodes, ignored;
	enum mpt_verdict verdict;
	struct mpt_mask mask;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (!mask.null && mask.bits && !mask.known) {
		mpt_buf_printf(why, "no node of %s, which was not captured, can be used",
			       mpt_arg_name(q, arg));
		return MPT_POSSIBLE;
	}
	if (mpt_nodeset_is_empty(&nodes))
		return MPT_EXCLUDED; /* that is another check's */
	verdict = check_some_usable(q, &nodes, why);
	if (verdict == MPT_CERTAIN)
		put_ignored(q, arg, &ignored, why);
	return verdict;
}

/* Relative nodes are taken of those that can be used, so there is always one. */
enum mpt_verdict mpt_check_usable(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint32_t mode = mpt_mode_of(q), bare = mode & ~(uint32_t)MODE_FLAGS;

	if (bare == DEFAULT || bare == LOCAL || (mode & RELATIVE_NODES))
		return MPT_EXCLUDED;
	return check_usable(q, arg, why);
}

enum mpt_verdict mpt_check_new_nodes(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	struct mpt_nodeset nodes, ignored;
	struct mpt_mask mask;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (!mask.null && mask.bits && (!mask.known || !mpt_nodeset_is_empty(&nodes)))
		return check_usable(q, arg, why);
	if (mask.null)
		mpt_buf_printf(why, "%s is NULL", mpt_arg_name(q, arg));
	else if (mask.bits == 0)
		mpt_buf_puts(why, "maxnode 1 covers no bit");
	else
		mpt_buf_printf(why, "%s holds no possible node", mpt_arg_name(q, arg));
	if (!mask.null && mask.bits)
		put_ignored(q, arg, &ignored, why);
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_home_node(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	const struct mpt_host_facts *host = q->facts->host;
	uint64_t node = q->call->args[arg];

	if (node >= q->plan->possible) {
		mpt_buf_printf(why, "there is no node %llu", (unsigned long long)node);
		return MPT_CERTAIN;
	}
	if (host->has_online && mpt_nodeset_has(&host->online, node))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "node %llu is offline", (unsigned long long)node);
	return host->has_online ? MPT_CERTAIN : MPT_POSSIBLE;
}

/* Whether a node of move_pages is there, and has memory; else the reason is put. */
static enum mpt_verdict check_node(const struct mpt_question *q, int32_t node, unsigned i,
				   struct mpt_buf *why)
{
	const struct mpt_host_facts *host = q->facts->host;
	struct mpt_nodeset set = { 0 };

	if (node >= 0 && (unsigned)node < q->plan->possible &&
	    (!host->has_memory || mpt_nodeset_has(&host->memory, (uint64_t)node)))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "nodes[%u] is %d: ", i, node);
	if (node >= 0 && (unsigned)node < q->plan->possible) {
		set.words[node / 64] = UINT64_C(1) << node % 64;
		mpt_put_what_nodes(q, &set, why);
	} else {
		mpt_buf_puts(why, "there is no such node");
	}
	return MPT_CERTAIN;
}

static enum mpt_verdict check_allowed(const struct mpt_question *q, int32_t node, unsigned i,
				      struct mpt_buf *why)
{
	const struct mpt_task_facts *task = q->facts->target;

	if (!task->has_mems || node < 0 || mpt_nodeset_has(&task->mems_allowed, (uint64_t)node))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "nodes[%u] is %d, which is not in ", i, node);
	mpt_put_mems_allowed(task, why);
	if (q->call->args[0])
		mpt_buf_printf(why, " of process %lld", (long long)q->call->args[0]);
	return MPT_CERTAIN;
}

/* The first element that a check does not let pass. */
static enum mpt_verdict check_each(const struct mpt_question *q, unsigned arg,
				   enum mpt_verdict (*check)(const struct mpt_question *q,
							     int32_t node, unsigned i,
							     struct mpt_buf *why),
				   const char *what, bool known, struct mpt_buf *why)
{
	const struct mpt_value *value = &q->values->arg[arg];
	unsigned i;
	uint64_t item;

	for (i = 0; mpt_value_has_items(value) && i < value->count; i++)
		if (mpt_value_item(value, i, &item) &&
		    check(q, (int32_t)item, i, why) == MPT_CERTAIN)
			return MPT_CERTAIN;
	if (known && value->status == MPT_VALUE_OK)
		return MPT_EXCLUDED;
	mpt_buf_puts(why,
		     known ? "an element of nodes that was not captured " : "an element of nodes ");
	mpt_buf_puts(why, what);
	return MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_node_there(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	return check_each(q, arg, check_node, "is no node, or one without memory",
			  q->facts->host->has_memory, why);
}

enum mpt_verdict mpt_check_node_allowed(const struct mpt_question *q, unsigned arg,
					struct mpt_buf *why)
{
	return check_each(q, arg, check_allowed,
			  q->facts->target->known ? "is not in Mems_allowed"
						  : "is not in Mems_allowed, which is not known",
			  q->facts->target->known, why);
}
