/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.c - from entries and returns to calls.
 *
 * In: entry and return records of a thread, in their order. Out: calls in raw
 * words, and counts of what found no partner. A return is never joined with
 * an entry of another call, and words whose record fails its own check are
 * not handed on.
 */
#include "pair.h"

#include <errno.h>
#include <string.h>

#include "value.h"

static void note_lonely_entry(struct mpt_pairing *p, struct mpt_thread *thread)
{
	thread->open = NULL;
	if (p->gap)
		p->unpaired++;
	else
		p->missed_returns++;
}

void mpt_pair_gap(struct mpt_pairing *p, uint32_t cpu)
{
	p->gap = true;
	p->gaps++;
	p->cpu_gaps[cpu % MPT_GAP_CPUS]++;
}

void mpt_pair_mark(const struct mpt_pairing *p, const struct mpt_event *event, struct mpt_mark *ret)
{
	*ret = (struct mpt_mark){
		.ts = event->ts,
		.cpu = event->cpu,
		/* what is inside another CPU's gap is joined with nothing of another CPU */
		.gaps = p->in_gap ? UINT64_MAX : p->gaps,
		.cpu_gaps = p->cpu_gaps[event->cpu % MPT_GAP_CPUS],
	};
}

/*
 * Whose call a record is of, by its number; NULL where that is nobody's, so that
 * what was read through the same register cannot be believed.
 */
static const struct mpt_abi *abi_of(const struct mpt_event *event)
{
	const struct mpt_def *def = event->def;
	uint64_t nr = event->val[MPT_SLOT_NR];

	if (def->has_state && mpt_abi_is_32bit(def->abi, event->val[MPT_SLOT_STATE]))
		return nr == mpt_plan_nr(def, def->guest) ? def->guest : NULL;
	if (!def->has_nr || nr == mpt_plan_nr(def, def->abi))
		return def->abi;
	return def->guest && nr == mpt_plan_nr(def, def->guest) ? def->guest : NULL;
}

/*
 * The older functions serve other ABIs' callers, too, and are called by what serves those.
 * That such calls are not shown was said when tracing began.
 */
static bool is_others(const struct mpt_event *event)
{
	const struct mpt_def *def = event->def;
	const struct mpt_abi *abi;

	if (!def->view.by_registers || !def->has_nr || abi_of(event))
		return false;
	for (abi = mpt_abis; abi->name; abi++)
		if (strcmp(abi->machine, def->abi->machine) == 0 &&
		    event->val[MPT_SLOT_NR] == mpt_plan_nr(def, abi))
			return true;
	return false;
}

static void open_call(struct mpt_pairing *p, struct mpt_thread *thread,
		      const struct mpt_event *event)
{
	if (thread->open)
		note_lonely_entry(p, thread);
	thread->open = event->def;
	mpt_pair_mark(p, event, &thread->open_at);
	memcpy(thread->args, event->val + MPT_SLOT_ARG0, sizeof(thread->args));
	thread->ip = event->def->has_ip ? event->val[MPT_SLOT_IP] : 0;
	thread->abi = event->def->has_nr ? abi_of(event) : NULL;
}

static bool is_same_call(const struct mpt_def *a, const struct mpt_def *b)
{
	return a && a->syscall == b->syscall && a->abi == b->abi;
}

/*
 * Whether nothing that lies between an entry and a return can be missing: else
 * the return could be a later call's. On one CPU its own gaps decide; where
 * the thread has moved, those of all CPUs do.
 */
bool mpt_pair_is_unbroken(const struct mpt_pairing *p, const struct mpt_mark *mark,
			  const struct mpt_event *event)
{
	if (mark->cpu == event->cpu)
		return mark->cpu_gaps == p->cpu_gaps[event->cpu % MPT_GAP_CPUS];
	return !p->in_gap && mark->gaps == p->gaps;
}

void mpt_pair_settle(const struct mpt_pairing *p, struct mpt_thread *thread,
		     const struct mpt_event *event)
{
	thread->settled = true;
	thread->settled_at = mpt_mark_start;
	if (event)
		mpt_pair_mark(p, event, &thread->settled_at);
}

/* What no call answers that the kernel has, so that a filter did. */
static bool is_filters_answer(const struct mpt_syscall *sys, int64_t ret)
{
	return ret == -ENOSYS || (ret == -EPERM && !sys->can_eperm);
}

/* Whether the call that returns is the one that the thread was inside when tracing began. */
static bool was_inside(const struct mpt_thread *thread, const struct mpt_event *event)
{
	return (uint64_t)thread->inside == mpt_plan_nr(event->def, event->def->abi);
}

/*
 * Whether a return that has no entry is of a call that seccomp answered: the
 * tracepoints see only the return of these. Not where the entry may be lost, and
 * of a thread that was there before us not where the call may have begun then.
 */
static bool is_denied(const struct mpt_pairing *p, const struct mpt_thread *thread,
		      const struct mpt_event *event)
{
	const struct mpt_def *def = event->def;

	if (!def->shows_denied || thread->open || thread->unfiltered)
		return false;
	if (thread->settled)
		return mpt_pair_is_unbroken(p, &thread->settled_at, event);
	if (thread->knows_inside)
		return !p->gap && !was_inside(thread, event);
	return !p->gap &&
	       is_filters_answer(&mpt_syscalls[def->syscall], (int64_t)event->val[MPT_SLOT_RET]);
}

/*
 * Whether a caller that was denied was given @ret. Where it was killed, or a signal took the place
 * of an answer, the kernel has put the registers back: the call's number is there, or the first
 * argument, which can be all but what filters answer.
 */
static bool is_given(const struct mpt_def *def, int64_t ret)
{
	if (def->abi->result_is_arg0)
		return mpt_ret_is_error(ret);
	return (uint64_t)ret != mpt_plan_nr(def, def->abi);
}

/* What it was called with nobody saw. */
static void fill_denied(struct mpt_pairing *p, const struct mpt_thread *thread,
			const struct mpt_event *event, struct mpt_call *ret)
{
	*ret = (struct mpt_call){
		.sys = &mpt_syscalls[event->def->syscall],
		.abi = event->def->abi,
		.thread = thread,
		.cpu = event->cpu,
		.denied = true,
		.no_args = true,
		.ts_exit = event->ts,
		.ret = (int64_t)event->val[MPT_SLOT_RET],
	};
	ret->returned = is_given(event->def, ret->ret);
	p->denied++;
}

/* Whether nobody can tell if it began before tracing or was denied. */
static bool is_doubtful(const struct mpt_thread *thread, const struct mpt_event *event)
{
	return event->def->shows_denied && !thread->settled && !thread->knows_inside &&
	       !thread->unfiltered;
}

/* A return without an entry that was seen. */
static void note_lonely_return(struct mpt_pairing *p, struct mpt_thread *thread,
			       const struct mpt_event *event)
{
	if (thread->open)
		note_lonely_entry(p, thread);
	if (p->gap || (event->def->shows_denied && thread->settled) || is_doubtful(thread, event))
		p->unpaired++;
	else if (!event->def->is_event || !event->def->abi->has_stray_returns)
		p->began_before++;
}

/*
 * Whether every pointer is one for the kernel too: of a 32-bit caller's
 * register it takes the lower half, the probe follows the whole of it.
 */
static bool are_pointers_whole(const struct mpt_call *call)
{
	const struct mpt_syscall *sys = call->sys;
	unsigned i;

	if (call->def->abi->word_size == 8)
		return true;
	for (i = 0; i < sys->nargs; i++)
		if (mpt_arg_is_pointer(&sys->args[i]) && call->args[i] > UINT32_MAX)
			return false;
	return true;
}

static void cut_pointers(struct mpt_call *call)
{
	const struct mpt_syscall *sys = call->sys;
	unsigned i;

	if (call->def->abi->word_size == 8)
		return;
	for (i = 0; i < sys->nargs; i++)
		if (mpt_arg_is_pointer(&sys->args[i]))
			call->args[i] = (uint32_t)call->args[i];
}

static void fill_return(struct mpt_call *call, const struct mpt_event *event)
{
	const struct mpt_abi *abi = abi_of(event);

	call->sys = &mpt_syscalls[event->def->syscall];
	call->def = event->def;
	/* what the entry said holds; a return that says otherwise was read through another register
	 */
	if (call->abi && event->def->has_nr && abi != call->abi)
		abi = NULL;
	if (!call->abi)
		call->abi = abi ? abi : event->def->abi;
	call->cpu = event->cpu;
	call->returned = true;
	call->ts_exit = event->ts;
	call->ret = (int64_t)event->val[MPT_SLOT_RET];
	call->words = abi && are_pointers_whole(call) ? event->val + MPT_SLOT_WORD0 : NULL;
	call->stack = abi && call->def->has_stack ? event->val : NULL;
	if (abi && call->def->has_ip)
		call->ip = event->val[MPT_SLOT_IP];
	cut_pointers(call);
}

static bool close_call(struct mpt_pairing *p, struct mpt_thread *thread,
		       const struct mpt_event *event, struct mpt_call *ret)
{
	if (is_denied(p, thread, event)) {
		fill_denied(p, thread, event, ret);
		return true;
	}
	if (!is_same_call(thread->open, event->def) ||
	    !mpt_pair_is_unbroken(p, &thread->open_at, event)) {
		note_lonely_return(p, thread, event);
		return false;
	}
	*ret = (struct mpt_call){
		.thread = thread,
		.abi = thread->abi,
		.has_enter = true,
		.ts_enter = thread->open_at.ts,
		.ip = thread->ip,
	};
	memcpy(ret->args, thread->args, sizeof(ret->args));
	fill_return(ret, event);
	thread->open = NULL;
	return true;
}

/* A return that carries the arguments is a call by itself, if it can be believed. */
static bool lean_call(struct mpt_pairing *p, const struct mpt_thread *thread,
		      const struct mpt_event *event, struct mpt_call *ret)
{
	if (!abi_of(event)) {
		p->unpaired++;
		return false;
	}
	*ret = (struct mpt_call){ .thread = thread };
	memcpy(ret->args, event->val + MPT_SLOT_ARG0, sizeof(ret->args));
	fill_return(ret, event);
	return true;
}

bool mpt_pair(struct mpt_pairing *p, struct mpt_thread *thread, const struct mpt_event *event,
	      struct mpt_call *ret)
{
	bool whole;

	if (is_others(event)) {
		p->others = true;
		return false;
	}
	/* it was let through, whatever was asked */
	thread->asked.abi = NULL;
	if (event->type == MPT_EVENT_ENTER) {
		open_call(p, thread, event);
		return false;
	}
	whole = event->def->has_args ? lean_call(p, thread, event, ret)
				     : close_call(p, thread, event, ret);
	if (event->def->shows_denied)
		mpt_pair_settle(p, thread, event);
	p->calls += whole;
	return whole;
}

void mpt_pair_ended(struct mpt_pairing *p, struct mpt_thread *thread)
{
	p->unpaired += thread->asked.abi != NULL;
	thread->asked.abi = NULL;
	if (thread->open)
		note_lonely_entry(p, thread);
}

/* A call that seccomp was asked about, and that nobody has answered yet. */
static struct mpt_mark asked_in_flight(struct mpt_thread *thread, struct mpt_call *ret)
{
	struct mpt_asked *asked = &thread->asked;

	*ret = (struct mpt_call){ .sys = &mpt_syscalls[asked->syscall],
				  .abi = asked->abi,
				  .ip = asked->ip };
	memcpy(ret->args, asked->args, sizeof(ret->args));
	asked->abi = NULL;
	return asked->at;
}

static struct mpt_mark open_in_flight(struct mpt_thread *thread, struct mpt_call *ret)
{
	*ret = (struct mpt_call){
		.sys = &mpt_syscalls[thread->open->syscall],
		.def = thread->open,
		.abi = thread->abi ? thread->abi : thread->open->abi,
		.ip = thread->ip,
	};
	memcpy(ret->args, thread->args, sizeof(ret->args));
	cut_pointers(ret);
	thread->open = NULL;
	return thread->open_at;
}

bool mpt_pair_in_flight(struct mpt_pairing *p, struct mpt_thread *thread, bool ended,
			struct mpt_call *ret)
{
	struct mpt_mark at =
		thread->open ? open_in_flight(thread, ret) : asked_in_flight(thread, ret);

	ret->thread = thread;
	ret->cpu = at.cpu;
	ret->has_enter = true;
	ret->ts_enter = at.ts;
	if (p->in_gap || at.gaps != p->gaps) {
		p->unpaired++;
		return false;
	}
	if (ended) {
		p->missed_returns++;
		p->presumed++;
		return false;
	}
	p->in_flight++;
	return true;
}

uint64_t mpt_pair_cap(const struct mpt_pairing *p, uint64_t records, uint64_t made, bool lean)
{
	uint64_t known = p->calls + p->unpaired + (lean ? 0 : p->in_flight + p->missed_returns);
	uint64_t gone = made > known ? made - known : 0, cap;

	if (gone >= UINT64_MAX / 4)
		return records;
	cap = lean ? gone : 2 * gone + p->unpaired;
	return records < cap ? records : cap;
}

/*
 * Each call makes an entry and a return record. Of the records that are gone,
 * one belongs to each call of which one is left; the rest are two a call.
 */
void mpt_pair_lost(const struct mpt_pairing *p, uint64_t records, bool lean, bool others,
		   struct mpt_lost *ret)
{
	uint64_t whole = records > p->unpaired ? records - p->unpaired : 0;

	*ret = (struct mpt_lost){
		.overrun = lean ? records : (whole + 1) / 2,
		.missed_returns = p->missed_returns,
		.unpaired = p->unpaired,
		.at_most = ((others || p->others) && records > 0) || p->presumed > 0,
	};
}
