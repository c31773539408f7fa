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

#include <string.h>

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

static void open_call(struct mpt_pairing *p, struct mpt_thread *thread,
		      const struct mpt_event *event)
{
	if (thread->open)
		note_lonely_entry(p, thread);
	thread->open = event->def;
	thread->open_ts = event->ts;
	thread->open_cpu = event->cpu;
	/* an entry inside another CPU's gap is joined with no return of another CPU */
	thread->open_gaps = p->in_gap ? UINT64_MAX : p->gaps;
	thread->open_cpu_gaps = p->cpu_gaps[event->cpu % MPT_GAP_CPUS];
	memcpy(thread->args, event->val + MPT_SLOT_ARG0, sizeof(thread->args));
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
static bool is_unbroken(const struct mpt_pairing *p, const struct mpt_thread *thread,
			const struct mpt_event *event)
{
	if (thread->open_cpu == event->cpu)
		return thread->open_cpu_gaps == p->cpu_gaps[event->cpu % MPT_GAP_CPUS];
	return !p->in_gap && thread->open_gaps == p->gaps;
}

/* A return without an entry that was seen. */
static void note_lonely_return(struct mpt_pairing *p, struct mpt_thread *thread)
{
	if (thread->open)
		note_lonely_entry(p, thread);
	if (p->gap)
		p->unpaired++;
	else
		p->began_before++;
}

/*
 * Whose call a return is by its number; NULL where that is nobody's, so that
 * what was read through the same register cannot be believed.
 */
static const struct mpt_abi *abi_of(const struct mpt_event *event)
{
	const struct mpt_def *def = event->def;
	uint64_t nr = event->val[MPT_SLOT_NR];

	if (!def->has_nr || nr == mpt_plan_nr(def, def->abi))
		return def->abi;
	return def->guest && nr == mpt_plan_nr(def, def->guest) ? def->guest : NULL;
}

/*
 * Whether every pointer is one for the kernel too: of a 32-bit caller's
 * register it takes the lower half, the probe follows the whole of it.
 */
static bool are_pointers_whole(const struct mpt_call *call)
{
	const struct mpt_syscall *sys = &mpt_syscalls[call->def->syscall];
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
	const struct mpt_syscall *sys = &mpt_syscalls[call->def->syscall];
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

	call->def = event->def;
	call->abi = abi ? abi : event->def->abi;
	call->cpu = event->cpu;
	call->returned = true;
	call->ts_exit = event->ts;
	call->ret = (int64_t)event->val[MPT_SLOT_RET];
	call->words = abi && are_pointers_whole(call) ? event->val + MPT_SLOT_WORD0 : NULL;
	cut_pointers(call);
}

static bool close_call(struct mpt_pairing *p, struct mpt_thread *thread,
		       const struct mpt_event *event, struct mpt_call *ret)
{
	if (!is_same_call(thread->open, event->def) || !is_unbroken(p, thread, event)) {
		note_lonely_return(p, thread);
		return false;
	}
	*ret = (struct mpt_call){
		.thread = thread,
		.has_enter = true,
		.ts_enter = thread->open_ts,
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

	if (event->type == MPT_EVENT_ENTER) {
		open_call(p, thread, event);
		return false;
	}
	whole = event->def->has_args ? lean_call(p, thread, event, ret)
				     : close_call(p, thread, event, ret);
	p->calls += whole;
	return whole;
}

bool mpt_pair_in_flight(struct mpt_pairing *p, struct mpt_thread *thread, struct mpt_call *ret)
{
	*ret = (struct mpt_call){
		.def = thread->open,
		.abi = thread->open->abi,
		.thread = thread,
		.cpu = thread->open_cpu,
		.has_enter = true,
		.ts_enter = thread->open_ts,
	};
	memcpy(ret->args, thread->args, sizeof(ret->args));
	cut_pointers(ret);
	thread->open = NULL;
	if (p->in_gap || thread->open_gaps != p->gaps) {
		p->unpaired++;
		return false;
	}
	p->in_flight++;
	return true;
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
		.at_most = others && records > 0,
	};
}
