/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain.c - why a call failed.
 *
 * In: a call that failed, its values, and what is known of caller and host.
 * Out: one line of text. Of each call there is a table of the kernel's checks
 * in the kernel's order; those that answer with the call's errno are repeated,
 * until one is found that did not pass. Checks before it of which nobody can
 * tell make it "either ... or ...". It asks nobody, and guesses nothing.
 */
#include "explain.h"

#include <errno.h>
#include <stddef.h>

#include "buf.h"
#include "cleanup.h"
#include "explain_check.h"
#include "facts.h"
#include "pair.h"
#include "put.h"
#include "value.h"

struct check {
	int errnum;
	uint8_t arg;	   /* that it is about */
	const char *about; /* what was looked at, if it is not the cause */
	mpt_check_fn *test;
};

/* clang-format off */
static const struct check get_mempolicy[] = {
	{ EINVAL, 1, "maxnode", mpt_check_maxnode_small },
	{ EINVAL, 4, "flags", mpt_check_get_flags },
	{ EINVAL, 4, NULL, mpt_check_mems_allowed_alone },
	{ EINVAL, 3, "addr", mpt_check_addr_flag },
	/* the kernel has these two the other way round */
	{ EINVAL, 1, NULL, mpt_check_maxnode_page },
	{ EINVAL, 4, NULL, mpt_check_interleaving },
	{ EFAULT, 3, "addr", mpt_check_addr_mapped },
	{ EFAULT, 3, NULL, mpt_check_page_there },
	{ EFAULT, 0, "mode", mpt_check_written },
	{ EFAULT, 1, "nodemask", mpt_check_written },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};

static const struct check set_mempolicy[] = {
	{ EINVAL, 0, "mode", mpt_check_mode },
	{ EINVAL, 0, "mode flags", mpt_check_both_kinds },
	{ EINVAL, 0, NULL, mpt_check_balancing },
	{ EINVAL, 1, "maxnode", mpt_check_maxnode },
	{ EINVAL, 1, "nodemask", mpt_check_beyond },
	{ EFAULT, 1, "nodemask", mpt_check_mask_read },
	{ EINVAL, 1, NULL, mpt_check_mode_nodes },
	{ EINVAL, 1, "Mems_allowed", mpt_check_usable },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};

static const struct check mbind[] = {
	{ EINVAL, 2, "mode", mpt_check_mode },
	{ EINVAL, 2, "mode flags", mpt_check_both_kinds },
	{ EINVAL, 2, NULL, mpt_check_balancing },
	{ EINVAL, 3, "maxnode", mpt_check_maxnode },
	{ EINVAL, 3, "nodemask", mpt_check_beyond },
	{ EFAULT, 3, "nodemask", mpt_check_mask_read },
	{ EINVAL, 5, "flags", mpt_check_mbind_flags },
	{ EPERM, 5, "MPOL_MF_MOVE_ALL", mpt_check_move_all },
	{ EINVAL, 0, "addr", mpt_check_aligned },
	{ EINVAL, 0, "len", mpt_check_wraps },
	{ EINVAL, 3, NULL, mpt_check_mode_nodes },
	{ EINVAL, 3, "Mems_allowed", mpt_check_usable },
	{ EFAULT, 0, "the range", mpt_check_hole },
	{ EINVAL, 0, NULL, mpt_check_huge_page },
	{ EIO, 0, NULL, mpt_check_misplaced },
	{ ENOMEM, 0, "vm.max_map_count", mpt_check_mappings },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};

static const struct check set_mempolicy_home_node[] = {
	{ EINVAL, 0, "start", mpt_check_aligned },
	{ EINVAL, 3, "flags", mpt_check_no_flags },
	{ EINVAL, 2, "home_node", mpt_check_home_node },
	{ EINVAL, 0, "len", mpt_check_wraps },
	{ ENOENT, 0, NULL, mpt_check_no_policy },
	{ EOPNOTSUPP, 0, NULL, mpt_check_policy_kind },
	{ EINVAL, 0, NULL, mpt_check_huge_page },
	{ ENOMEM, 0, "vm.max_map_count", mpt_check_mappings },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};

static const struct check migrate_pages[] = {
	{ EINVAL, 2, "maxnode", mpt_check_maxnode },
	{ EINVAL, 2, "old_nodes", mpt_check_beyond },
	{ EFAULT, 2, "old_nodes", mpt_check_mask_read },
	{ EINVAL, 3, NULL, mpt_check_maxnode },
	{ EINVAL, 3, "new_nodes", mpt_check_beyond },
	{ EFAULT, 3, "new_nodes", mpt_check_mask_read },
	{ ESRCH, 0, NULL, mpt_check_process },
	{ EPERM, 0, "the user and group of the process", mpt_check_ptrace },
	{ EPERM, 3, "Mems_allowed of the process", mpt_check_target_nodes },
	{ EINVAL, 3, "Mems_allowed", mpt_check_new_nodes },
	{ EINVAL, 0, "whether the process has memory", mpt_check_has_memory },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};

static const struct check move_pages[] = {
	{ EINVAL, 5, "flags", mpt_check_move_flags },
	{ EPERM, 5, "MPOL_MF_MOVE_ALL", mpt_check_move_all },
	{ ESRCH, 0, NULL, mpt_check_process },
	{ EPERM, 0, "the user and group of the process", mpt_check_ptrace },
	{ EINVAL, 0, "whether the process has memory", mpt_check_has_memory },
	{ EFAULT, 2, "pages", mpt_check_array_read },
	{ EFAULT, 3, "nodes", mpt_check_array_read },
	{ ENODEV, 3, "nodes", mpt_check_node_there },
	{ EACCES, 3, "nodes against Mems_allowed", mpt_check_node_allowed },
	{ EFAULT, 4, "status", mpt_check_written },
	{ ENOMEM, 0, NULL, mpt_check_memory },
	{ 0 },
};
/* clang-format on */

static const struct check *const tables[MPT_NSYSCALLS] = {
	[MPT_SYS_GET_MEMPOLICY] = get_mempolicy,
	[MPT_SYS_SET_MEMPOLICY] = set_mempolicy,
	[MPT_SYS_MBIND] = mbind,
	[MPT_SYS_SET_MEMPOLICY_HOME_NODE] = set_mempolicy_home_node,
	[MPT_SYS_MIGRATE_PAGES] = migrate_pages,
	[MPT_SYS_MOVE_PAGES] = move_pages,
};

bool mpt_explain_applies(const struct mpt_call *call)
{
	return call->denied || (call->returned && mpt_ret_is_error(call->ret));
}

static bool can_answer(const struct check *check, int errnum)
{
	for (; check->test; check++)
		if (check->errnum == errnum)
			return true;
	return false;
}

static void put_seccomp_mode(const struct mpt_task_facts *caller, struct mpt_buf *ret)
{
	/* of one that was read before the filter was set it is 0 */
	if (caller->known && caller->seccomp > 0)
		mpt_buf_printf(ret, " (Seccomp: %d)", caller->seccomp);
}

static void explain_denied(const struct mpt_question *q, struct mpt_buf *ret)
{
	const struct mpt_call *call = q->call;
	bool failed = call->returned && mpt_ret_is_error(call->ret);
	int errnum = failed ? (int)-call->ret : 0;

	if (!call->returned) {
		mpt_buf_puts(ret, "a seccomp filter answered with a signal, or with death");
	} else if (failed && !can_answer(tables[call->sys - mpt_syscalls], errnum)) {
		mpt_buf_puts(ret, "the kernel has no ");
		mpt_put_errno(errnum, ret);
		mpt_buf_printf(ret, " for %s: a seccomp filter answered", call->sys->name);
	} else {
		mpt_buf_puts(ret, "a seccomp filter answered before the kernel's function");
	}
	put_seccomp_mode(q->facts->caller, ret);
}

/* What was looked at, and is not the cause. */
static void put_unknown(const struct mpt_question *q, const struct check *check, int errnum,
			struct mpt_buf *ret)
{
	const char *comma = "; excluded: ";

	mpt_buf_puts(ret, "not known");
	if (!can_answer(check, errnum)) {
		mpt_buf_printf(ret, ": %s has no ", q->call->sys->name);
		mpt_put_errno(errnum, ret);
		mpt_buf_puts(ret, " of its own");
		return;
	}
	for (; check->test; check++) {
		if (check->errnum != errnum || !check->about)
			continue;
		mpt_buf_puts(ret, comma);
		mpt_buf_puts(ret, check->about);
		comma = ", ";
	}
}

/* "either A, or B" of reasons one after the other, of which @lens are the lengths. */
static void put_reasons(const struct mpt_buf *reasons, const size_t *lens, unsigned n, bool certain,
			struct mpt_buf *ret)
{
	const char *at = reasons->data;
	unsigned i;

	if (n == 1 && !certain)
		mpt_buf_puts(ret, "by exclusion: ");
	for (i = 0; i < n; i++) {
		mpt_buf_puts(ret, n == 1 ? "" : i == 0 ? "either " : ", or ");
		mpt_buf_put(ret, at, lens[i]);
		at += lens[i];
	}
}

static void explain_failed(const struct mpt_question *q, struct mpt_buf *ret)
{
	const struct check *table = tables[q->call->sys - mpt_syscalls], *check;
	enum mpt_verdict verdict = MPT_EXCLUDED;
	cleanup_buf struct mpt_buf reasons = { 0 };
	int errnum = (int)-q->call->ret;
	size_t lens[20], start;
	unsigned n = 0;

	for (check = table; check->test && verdict != MPT_CERTAIN; check++) {
		if (check->errnum != errnum || n == 20)
			continue;
		start = reasons.len;
		verdict = check->test(q, check->arg, &reasons);
		if (verdict != MPT_EXCLUDED)
			lens[n++] = reasons.len - start;
	}
	if (n == 0)
		put_unknown(q, table, errnum, ret);
	else
		put_reasons(&reasons, lens, n, verdict == MPT_CERTAIN, ret);
}

void mpt_explain(const struct mpt_question *q, struct mpt_buf *ret)
{
	if (q->call->denied)
		explain_denied(q, ret);
	else
		explain_failed(q, ret);
}
