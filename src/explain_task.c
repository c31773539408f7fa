/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain_task.c - the kernel's checks of who asks, and about whom.
 *
 * In: a call, and what is known of its caller and of the process that it names.
 * Out: verdicts. The checks are those of mm/mempolicy.c, kernel_migrate_pages(),
 * mm/migrate.c, find_mm_struct(), and kernel/ptrace.c, __ptrace_may_access().
 */
#include "buf.h"
#include "explain_check.h"
#include "facts.h"
#include "nodeset.h"
#include "pair.h"

enum { MF_MOVE_ALL = 4 };

static bool has_cap(const struct mpt_task_facts *task, unsigned cap)
{
	return task->has_caps && (task->caps >> cap & 1);
}

static bool lacks_cap(const struct mpt_task_facts *task, unsigned cap)
{
	return task->has_caps && !(task->caps >> cap & 1);
}

static const char *age_of(const struct mpt_task_facts *task)
{
	return task->fresh ? "" : " (read earlier)";
}

enum mpt_verdict mpt_check_move_all(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller;

	if (!(q->call->args[arg] & MF_MOVE_ALL))
		return MPT_EXCLUDED;
	mpt_buf_puts(why, "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE");
	if (lacks_cap(caller, MPT_CAP_SYS_NICE)) {
		mpt_buf_printf(why, ", which the caller has not%s", age_of(caller));
		return MPT_CERTAIN;
	}
	if (has_cap(caller, MPT_CAP_SYS_NICE))
		mpt_buf_printf(why,
			       ", and the caller's%s counts not: it is of another user namespace, "
			       "or a security module refuses it",
			       age_of(caller));
	else
		mpt_buf_puts(why, ", and whether the caller has it is not known");
	return MPT_POSSIBLE;
}

static bool is_self(const struct mpt_question *q, int64_t pid)
{
	return pid == 0 || (pid == q->call->thread->tgid && !q->facts->caller->in_pidns);
}

/* The caller's real ids against all three of the target's. */
static bool has_same_ids(const struct mpt_task_facts *caller, const struct mpt_task_facts *target)
{
	int i;

	for (i = 0; i < 3; i++)
		if (target->uid[i] != caller->uid[0] || target->gid[i] != caller->gid[0])
			return false;
	return true;
}

static void put_ids(const struct mpt_task_facts *task, struct mpt_buf *why)
{
	mpt_buf_printf(why, "uid %lld gid %lld", (long long)task->uid[0], (long long)task->gid[0]);
}

enum mpt_verdict mpt_check_ptrace(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller, *target = q->facts->target;
	int64_t pid = (int64_t)q->call->args[arg];

	if (is_self(q, pid) || has_cap(caller, MPT_CAP_SYS_PTRACE))
		return MPT_EXCLUDED;
	if (!caller->has_ids || !target->has_ids) {
		mpt_buf_printf(why,
			       "the caller may not examine process %lld: whose it is, is not "
			       "known",
			       (long long)pid);
		return MPT_POSSIBLE;
	}
	if (has_same_ids(caller, target)) {
		mpt_buf_printf(why,
			       "the caller may not examine process %lld: it is not dumpable, has "
			       "capabilities that the caller has not, or a security module refuses "
			       "it",
			       (long long)pid);
		return MPT_POSSIBLE;
	}
	mpt_buf_printf(why, "process %lld is of ", (long long)pid);
	put_ids(target, why);
	mpt_buf_puts(why, ", the caller of ");
	put_ids(caller, why);
	mpt_buf_printf(why, " without CAP_SYS_PTRACE%s", age_of(caller));
	return MPT_CERTAIN;
}

/* @outside: nodes that the target may not use, as far as that is known */
static void put_outside(const struct mpt_question *q, unsigned arg,
			const struct mpt_nodeset *outside, struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller, *target = q->facts->target;
	int64_t pid = (int64_t)q->call->args[0];

	if (mpt_nodeset_is_empty(outside)) {
		mpt_buf_printf(why, "a node of %s is not in Mems_allowed", mpt_arg_name(q, arg));
	} else {
		mpt_put_nodes_are(outside, why);
		mpt_buf_puts(why, " not in ");
		mpt_put_mems_allowed(target, why);
	}
	if (pid)
		mpt_buf_printf(why, " of process %lld", (long long)pid);
	mpt_buf_puts(why, lacks_cap(caller, MPT_CAP_SYS_NICE)
				  ? ", and the caller has no CAP_SYS_NICE"
				  : ", and whether the caller has CAP_SYS_NICE is not known");
}

enum mpt_verdict mpt_check_target_nodes(const struct mpt_question *q, unsigned arg,
					struct mpt_buf *why)
{
	const struct mpt_task_facts *caller = q->facts->caller, *target = q->facts->target;
	struct mpt_nodeset nodes, ignored, outside = { 0 };
	struct mpt_mask mask;

	mpt_mask_get(q, arg, &mask, &nodes, &ignored);
	if (mask.null || mask.bits == 0 || has_cap(caller, MPT_CAP_SYS_NICE))
		return MPT_EXCLUDED;
	if (mask.known && target->known) {
		if (target->has_mems)
			mpt_nodeset_minus(&nodes, &target->mems_allowed, &outside);
		if (mpt_nodeset_is_empty(&outside))
			return MPT_EXCLUDED;
	}
	put_outside(q, arg, &outside, why);
	return mpt_nodeset_is_empty(&outside) || !caller->has_caps ? MPT_POSSIBLE : MPT_CERTAIN;
}

enum mpt_verdict mpt_check_process(const struct mpt_question *q, unsigned arg, struct mpt_buf *why)
{
	mpt_buf_printf(why, "there is no process %lld%s", (long long)q->call->args[arg],
		       q->facts->caller->in_pidns ? " in the caller's PID namespace" : "");
	return MPT_CERTAIN;
}

enum mpt_verdict mpt_check_has_memory(const struct mpt_question *q, unsigned arg,
				      struct mpt_buf *why)
{
	const struct mpt_task_facts *target = q->facts->target;
	int64_t pid = (int64_t)q->call->args[arg];

	if (is_self(q, pid) || (target->known && target->has_mm))
		return MPT_EXCLUDED;
	mpt_buf_printf(why, "process %lld has no memory: it is a kernel thread, or was ending",
		       (long long)pid);
	return target->known ? MPT_CERTAIN : MPT_POSSIBLE;
}
