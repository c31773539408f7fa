/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_flags.c - the kernel's checks of flags, and of what goes with them.
 *
 * In: a call with a flags argument. Out: verdicts. The checks are those of
 * mm/mempolicy.c, do_get_mempolicy() and do_mbind(), and of mm/migrate.c,
 * kernel_move_pages().
 */
#include "buf.h"
#include "explain_check.h"
#include "pair.h"
#include "put.h"
#include "xlat.h"

enum {
	GET_FLAGS = MPT_MPOL_F_NODE | MPT_MPOL_F_ADDR | MPT_MPOL_F_MEMS_ALLOWED,
	MF_STRICT = 1,
	MF_MOVE = 2,
	MF_MOVE_ALL = 4,
	FLAGS_ARG = 4, /* of get_mempolicy */
};

/* Flags of argument @arg that are not among those that the call takes. */
static enum mpt_verdict check_known(const struct mpt_question *q, unsigned arg, uint64_t known,
				    struct mpt_buf *why)
{
	const struct mpt_arg *cell = &q->call->sys->args[arg];
	uint64_t raw = cell->bytes == 4 ? (uint32_t)q->call->args[arg] : q->call->args[arg];

	if (!(raw & ~known))
		return MPT_EXCLUDED;
	mpt_put_flags(cell->flags, raw & ~known, why);
	mpt_buf_printf(why, " is no flag that %s takes", q->call->sys->name);
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_get_flags(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	return check_known(q, arg, GET_FLAGS, why);
}

enum mpt_verdict mpt_check_mbind_flags(const struct mpt_question *q, unsigned arg,
				       struct mpt_buf *why)
{
	return check_known(q, arg, MF_STRICT | MF_MOVE | MF_MOVE_ALL, why);
}

enum mpt_verdict mpt_check_move_flags(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	return check_known(q, arg, MF_MOVE | MF_MOVE_ALL, why);
}

enum mpt_verdict mpt_check_no_flags(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	return check_known(q, arg, 0, why);
}

enum mpt_verdict mpt_check_mems_allowed_alone(const struct mpt_question *q, unsigned arg,
					      struct mpt_buf *why)
{
	uint64_t flags = q->call->args[arg];

	if (!(flags & MPT_MPOL_F_MEMS_ALLOWED) || flags == MPT_MPOL_F_MEMS_ALLOWED)
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "MPOL_F_MEMS_ALLOWED goes with no other flag");
	return MPT_CERTAIN;
}

/* Under MPOL_F_MEMS_ALLOWED nobody looks at it. */
enum mpt_verdict mpt_check_addr_flag(const struct mpt_question *q, unsigned arg,
				     struct mpt_buf *why)
{
	uint64_t flags = q->call->args[FLAGS_ARG];

	if (q->call->args[arg] == 0 || (flags & (MPT_MPOL_F_ADDR | MPT_MPOL_F_MEMS_ALLOWED)))
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "addr is not NULL, and flags are without MPOL_F_ADDR");
	return MPT_CERTAIN;
}

/* It stands after all else that answers EINVAL: what the task's policy is nobody can ask later. */
enum mpt_verdict mpt_check_interleaving(const struct mpt_question *q, unsigned arg,
					struct mpt_buf *why)
{
	uint64_t flags = q->call->args[arg];

	if (!(flags & MPT_MPOL_F_NODE) || (flags & (MPT_MPOL_F_ADDR | MPT_MPOL_F_MEMS_ALLOWED)))
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "MPOL_F_NODE without MPOL_F_ADDR asks for the next interleave node, and "
			  "the thread's policy is not interleaving");
	return MPT_CERTAIN;
}
