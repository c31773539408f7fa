/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_memory.c - the kernel's checks of addresses, ranges and what lies there.
 *
 * In: a call with addresses, and where it is known what the caller has mapped.
 * Out: verdicts. A mapping is as /proc shows it a moment after the call.
 */
#include "buf.h"
#include "explain_check.h"
#include "facts.h"
#include "pair.h"
#include "value.h"
#include "xlat.h"

enum { FLAGS_ARG = 4, MF_MOVE = 2, MF_MOVE_ALL = 4, MBIND_FLAGS_ARG = 5 };

static uint64_t page_mask(const struct mpt_question *q)
{
	return q->plan->page_size - UINT64_C(1);
}

/* The length follows the address. */
static uint64_t range_end(const struct mpt_question *q, unsigned arg)
{
	return q->call->args[arg] + ((q->call->args[arg + 1] + page_mask(q)) & ~page_mask(q));
}

enum mpt_verdict mpt_check_aligned(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	if (!(q->call->args[arg] & page_mask(q)))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "%s is not page aligned", mpt_arg_name(q, arg));
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_wraps(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	if (range_end(q, arg) >= q->call->args[arg])
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "%s + len wraps around", mpt_arg_name(q, arg));
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_huge_page(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	if (range_end(q, arg) == q->call->args[arg])
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "the range begins or ends inside a page of hugetlbfs");
	return MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_hole(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint64_t start = q->call->args[arg], end = range_end(q, arg);
	const char *maps = q->facts->maps;
	uint64_t hole = maps ? mpt_maps_hole(maps, start, end) : start;

	if (hole == end)
		return MPT_EXCLUDED;
	if (maps) {
		mpt_buf_puts(why, "nothing is mapped at ");
		mpt_buf_hex(why, hole);
		mpt_buf_puts(why, ", in the range");
		return MPT_CERTAIN;
	}
	mpt_buf_puts(why, "something in the range is not mapped");
	return MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_addr_mapped(const struct mpt_question *q, unsigned arg,
				       struct mpt_buf *why)
{
	uint64_t addr = q->call->args[arg];
	const char *maps = q->facts->maps;

	if (!(q->call->args[FLAGS_ARG] & MPT_MPOL_F_ADDR))
		return MPT_EXCLUDED;
	if (maps && mpt_maps_at(maps, addr).mapped)
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "nothing is mapped at addr ");
	mpt_buf_hex(why, addr);
	/* vm.mmap_min_addr keeps it so */
	return maps || addr < q->plan->page_size ? MPT_CERTAIN : MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_page_there(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	uint64_t both = MPT_MPOL_F_NODE | MPT_MPOL_F_ADDR;

	if ((q->call->args[FLAGS_ARG] & both) != both)
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "the page at addr ");
	mpt_buf_hex(why, q->call->args[arg]);
	mpt_buf_puts(why, " cannot be had: it may not be read, or is beyond the end of its file");
	return MPT_POSSIBLE;
}

/* How many bytes the kernel writes there. */
static uint64_t bytes_written(const struct mpt_question *q, unsigned arg)
{
	const struct mpt_arg *cell = &q->call->sys->args[arg];

	if (cell->kind == MPT_ARG_INT_PTR)
		return 4;
	if (cell->kind == MPT_ARG_MASK_PTR)
		return ((q->call->args[cell->len] - 1 + 63) & ~UINT64_C(63)) / 8;
	return q->call->args[cell->len] * 4;
}

static bool is_writable(const char *maps, uint64_t first, uint64_t last)
{
	return mpt_maps_at(maps, first).writable && mpt_maps_at(maps, last).writable;
}

/* Of an output: by what is mapped there, or by whether it could be read after the call. */
enum mpt_verdict mpt_check_written(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint64_t addr = q->call->args[arg], n = bytes_written(q, arg);
	const char *maps = q->facts->maps, *name = mpt_arg_name(q, arg);
	bool wanted = addr != 0 || q->call->sys->args[arg].kind == MPT_ARG_INTS_PTR;

	if (!wanted || n == 0 || (addr && maps && is_writable(maps, addr, addr + n - 1)))
		return MPT_EXCLUDED;
	if (addr == 0) {
		mpt_buf_printf(why, "%s is NULL", name);
		return MPT_CERTAIN;
	}
	mpt_buf_printf(why, "%s ", name);
	mpt_buf_hex(why, addr);
	mpt_buf_puts(why, " cannot be written");
	if (maps || mpt_value_peek(q->call, q->plan, arg) == MPT_VALUE_FAULT)
		return MPT_CERTAIN;
	return MPT_POSSIBLE;
}

/* The kernel reads element by element; of those behind the first that it could not read nothing
 * is told. */
enum mpt_verdict mpt_check_array_read(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	const struct mpt_value *value = &q->values->arg[arg];
	const char *name = mpt_arg_name(q, arg);
	uint64_t item, count = q->call->args[q->call->sys->args[arg].len];
	unsigned i = 0;

	if (count == 0 ||
	    (q->call->args[arg] == 0 && q->call->sys->args[arg].kind == MPT_ARG_INTS_PTR))
		return MPT_EXCLUDED;
	if (q->call->args[arg] == 0) {
		mpt_buf_printf(why, "%s is NULL", name);
		return MPT_CERTAIN;
	}
	while (mpt_value_has_items(value) && i < value->count && mpt_value_item(value, i, &item))
		i++;
	if (i == count)
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "%s[%u]%s cannot be read", name, i,
		       i < value->count ? "" : " or one behind it, not captured,");
	return mpt_value_has_items(value) && i < value->count ? MPT_CERTAIN : MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_misplaced(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	(void)arg;
	if (q->call->args[MBIND_FLAGS_ARG] & (MF_MOVE | MF_MOVE_ALL))
		mpt_buf_puts(why, "a page of the range could not be moved to where the policy "
				  "wants it, and MPOL_MF_STRICT was given");
	else
		mpt_buf_puts(why, "a page of the range is not where the policy wants it, and "
				  "MPOL_MF_STRICT was given");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_mappings(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	uint64_t max = q->facts->host->max_map_count;
	uint64_t n = q->facts->maps ? mpt_maps_count(q->facts->maps) : 0;

	(void)arg;
	/* a range in the middle of a mapping makes it three */
	if (max && n && n + 2 < max)
		return MPT_EXCLUDED;
	if (max && n) {
		mpt_buf_printf(why, "the process has %llu mappings, and vm.max_map_count is %llu",
			       (unsigned long long)n, (unsigned long long)max);
		return MPT_CERTAIN;
	}
	mpt_buf_puts(why, "the process would have had more mappings than vm.max_map_count allows");
	if (max)
		mpt_buf_printf(why, " (%llu)", (unsigned long long)max);
	return MPT_POSSIBLE;
}

enum mpt_verdict mpt_check_memory(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	(void)q;
	(void)arg;
	mpt_buf_puts(why, "the kernel could get no memory");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_no_policy(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	(void)q;
	(void)arg;
	mpt_buf_puts(why, "no memory in the range has a policy of its own: mbind gives it one");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_policy_kind(const struct mpt_question *q, unsigned arg,
				       struct mpt_buf *why)
{
	(void)q;
	(void)arg;
	mpt_buf_puts(why, "a policy in the range is neither MPOL_BIND nor MPOL_PREFERRED_MANY");
	return MPT_CERTAIN;
}
