/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * denied.c - calls that seccomp answered before they reached their function.
 *
 * In: what seccomp was asked and what it answered, record by record. Out:
 * calls with their arguments as the registers held them, and a result where
 * the caller was given one. What pointers led to was not read: the kernel did
 * not look either.
 */
#include "denied.h"

#include <stddef.h>

/* How the two entries of 64-bit code are encoded, lowest byte first. */
enum { INSN_SYSCALL = 0x050f, INSN_INT_80 = 0x80cd };

/* The machine's own ABI, or its guest: its number tells. */
static const struct mpt_def *own_call(const struct mpt_plan *plan, uint64_t nr,
				      const struct mpt_abi **abi)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		if (def->role != MPT_ROLE_EXIT || def->abi != plan->views[0].abi)
			continue;
		*abi = nr == mpt_plan_nr(def, def->abi) ? def->abi : def->guest;
		if (*abi && nr == mpt_plan_nr(def, *abi))
			return def;
	}
	return NULL;
}

/* @abi: NULL where its calls are not shown */
static const struct mpt_def *call_of(const struct mpt_plan *plan, const struct mpt_abi *abi,
				     uint64_t nr)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		if (def->role == MPT_ROLE_EXIT && def->abi == abi && nr == mpt_plan_nr(def, abi))
			return def;
	}
	return NULL;
}

/* The machine's own ABI, or its guest: cs tells, since both may use the number. */
static const struct mpt_def *call_by_cs(const struct mpt_plan *plan, const struct mpt_event *event,
					const struct mpt_abi **abi)
{
	uint64_t nr = event->val[MPT_SLOT_NR];
	bool guest = mpt_abi_is_32bit(plan->views[0].abi, event->val[MPT_SLOT_CS]);
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		*abi = guest ? def->guest : def->abi;
		if (def->role == MPT_ROLE_EXIT && *abi && nr == mpt_plan_nr(def, *abi))
			return def;
	}
	return NULL;
}

/* A machine without 32-bit callers tells nothing of them, nor do some older recordings. */
static bool has_field(const struct mpt_def *def, unsigned slot)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++)
		if (def->fields[i].slot == slot)
			return true;
	return false;
}

/* Which call that is, by number and ABI; NULL: none that is traced, or nobody can tell. */
static const struct mpt_def *find_call(const struct mpt_plan *plan, const struct mpt_event *event,
				       const struct mpt_abi **abi)
{
	uint64_t nr = event->val[MPT_SLOT_NR], insn = event->val[MPT_SLOT_INSN];

	if (plan->views[0].abi->cs_alone)
		return call_by_cs(plan, event, abi);
	if (!has_field(event->def, MPT_SLOT_INSN))
		return own_call(plan, nr, abi);
	if (mpt_abi_is_32bit(plan->views[0].abi, event->val[MPT_SLOT_CS]) || insn == INSN_INT_80) {
		*abi = plan->nviews > 1 ? plan->views[1].abi : NULL;
		return call_of(plan, *abi, nr);
	}
	return insn == INSN_SYSCALL ? own_call(plan, nr, abi) : NULL;
}

/* An argument as its C type has it; of a 32-bit caller's register the lower half. */
static uint64_t cut(const struct mpt_arg *arg, bool is_32, uint64_t raw)
{
	if (arg->bytes != 4 && !is_32)
		return raw;
	return arg->kind == MPT_ARG_INT ? (uint64_t)(int32_t)raw : (uint32_t)raw;
}

static void read_asked(const struct mpt_def *def, const struct mpt_abi *abi,
		       const struct mpt_event *event, struct mpt_asked *ret)
{
	const struct mpt_syscall *sys = &mpt_syscalls[def->syscall];
	unsigned n;

	*ret = (struct mpt_asked){ .abi = abi, .by = event->def->abi, .syscall = def->syscall };
	ret->ip = event->def->has_ip ? event->val[MPT_SLOT_IP] : 0;
	for (n = 0; n < sys->nargs; n++)
		ret->args[n] = cut(&sys->args[n], def->abi->word_size == 4,
				   mpt_plan_asked_arg(event->def, event->val, def->abi, n));
}

void mpt_denied_asked(struct mpt_pairing *p, struct mpt_thread *thread, const struct mpt_plan *plan,
		      const struct mpt_event *event)
{
	const struct mpt_abi *abi = NULL;
	const struct mpt_def *def = find_call(plan, event, &abi);

	/* what was asked before had no answer that we saw: a tracer changed it, or it was lost */
	p->unpaired += thread->asked.abi != NULL;
	thread->asked.abi = NULL;
	if (!def)
		return;
	read_asked(def, abi, event, &thread->asked);
	mpt_pair_mark(p, event, &thread->asked.at);
}

/*
 * Where the caller was killed, or a signal took the place of an answer, the
 * kernel has put the registers back as they were: where a result would stand
 * is the call's number, or the first argument.
 */
static bool is_undone(const struct mpt_call *call, const struct mpt_event *event)
{
	const struct mpt_abi *own = event->def->abi;
	uint64_t result = event->val[MPT_SLOT_RESULT];

	if (!own->result_is_arg0)
		return result == event->val[MPT_SLOT_NR];
	return cut(&call->sys->args[0], call->abi->word_size == 4, result) == call->args[0];
}

/* What the caller was given. */
static void fill_result(struct mpt_call *call, const struct mpt_event *event)
{
	if (event->type != MPT_EVENT_DENIED || is_undone(call, event))
		return;
	call->returned = true;
	call->ts_exit = event->ts;
	/* a 32-bit caller's may fill the lower half alone */
	call->ret = call->abi->word_size == 4 ? (int32_t)event->val[MPT_SLOT_RESULT]
					      : (int64_t)event->val[MPT_SLOT_RESULT];
}

bool mpt_denied_answered(struct mpt_pairing *p, struct mpt_thread *thread,
			 const struct mpt_event *event, struct mpt_call *ret)
{
	struct mpt_asked *asked = &thread->asked;
	const struct mpt_abi *abi = asked->abi;
	unsigned n;

	/* through another register than the question's, it tells nothing */
	if (abi && event->type == MPT_EVENT_DENIED && event->def->abi != asked->by)
		return false;
	asked->abi = NULL;
	if (!abi || !mpt_pair_is_unbroken(p, &asked->at, event)) {
		/* what ends a thread is no record of a call, and an answer may be about any call */
		p->unpaired += abi || (event->type == MPT_EVENT_DENIED && p->gap);
		return false;
	}
	*ret = (struct mpt_call){
		.sys = &mpt_syscalls[asked->syscall],
		.abi = abi,
		.thread = thread,
		.cpu = event->cpu,
		.denied = true,
		.has_enter = true,
		.ts_enter = asked->at.ts,
		.ip = asked->ip,
	};
	for (n = 0; n < MPT_NARGS; n++)
		ret->args[n] = asked->args[n];
	fill_result(ret, event);
	p->calls++;
	p->denied++;
	return true;
}
