/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.c - the line from sub-buffers to lines of output.
 *
 * In: a merge that has a source. Out: text in a buffer, and counts. It waits
 * for nothing, and writes to no descriptor.
 */
#include "line.h"

#include <sched.h>

#include "buf.h"
#include "denied.h"
#include "explain.h"
#include "facts.h"
#include "facts_live.h"
#include "loads.h"
#include "maps.h"
#include "value.h"

/* The text is handed out in pieces of about this size, so that memory stays bounded. */
enum { OUT_FULL = 64 * 1024 };
/* And no more records than this at once, so that whoever has else to do comes to it. */
enum { RECORDS_AT_ONCE = 256 };

bool mpt_line_is_done(const struct mpt_line *line)
{
	return line->limit && line->shown >= line->limit;
}

/* Whose call it is, which takes a look at /proc, is asked last. */
static bool passes(struct mpt_line *line, struct mpt_thread *thread, struct mpt_call *call,
		   const struct mpt_values *values)
{
	const struct mpt_filter *filter = line->filter;

	if (line->syscalls && !(line->syscalls & UINT64_C(1) << (call->sys - mpt_syscalls)))
		return false;
	if (filter && !mpt_filter_passes(filter, call, values))
		return false;
	if (!filter || filter->nuids == 0)
		return true;
	call->uid = mpt_thread_uid(line->threads, thread);
	if (mpt_filter_passes_uid(filter, call->uid))
		return true;
	line->uid_unknown += call->uid < 0;
	return false;
}

/* Where nobody can be asked, what the call's thread was recorded with is all that is known. */
static void explain(struct mpt_line *line, struct mpt_call *call, const struct mpt_values *values)
{
	struct mpt_facts facts = { .caller = &call->thread->facts,
				   .target = &mpt_task_unknown,
				   .host = &mpt_host_unknown };
	struct mpt_question question = {
		.call = call, .values = values, .plan = line->plan, .facts = &facts
	};

	if (line->facts)
		mpt_facts_live_get(line->facts, call, &facts);
	line->cause.len = 0;
	mpt_explain(&question, &line->cause);
	call->cause = mpt_buf_cstr(&line->cause);
}

/* A record that was just read: its thread is there still, if anything ever is. */
static void arrived(const struct mpt_record *record, void *arg)
{
	struct mpt_line *line = arg;
	const struct mpt_thread *thread;
	struct mpt_event event;

	mpt_decode(line->decoder, record, &event);
	switch (event.type) {
	case MPT_EVENT_ENTER:
	case MPT_EVENT_EXIT:
	case MPT_EVENT_ASKED:
	case MPT_EVENT_DENIED:
		if (event.tid == line->ignore)
			return;
		thread = mpt_thread_of(line->threads, &event);
		mpt_maps_meet(line->maps, thread && thread->tgid > 0 ? thread->tgid : event.tid,
			      event.ts);
		break;
	case MPT_EVENT_NEWTASK:
		if (!(event.clone_flags & CLONE_THREAD))
			mpt_maps_changed(line->maps, event.task, event.ts);
		break;
	case MPT_EVENT_RENAME:
		/* an exec comes with one, by the number of the process */
		mpt_maps_changed(line->maps, event.task ? event.task : event.tid, event.ts);
		break;
	case MPT_EVENT_OTHER:
	case MPT_EVENT_END:
	case MPT_EVENT_SEARCH:
	case MPT_EVENT_SIGNAL:
		break;
	}
}

void mpt_line_watch(struct mpt_line *line)
{
	if (line->maps)
		mpt_merge_watch(line->merge, arrived, line);
}

static void show(struct mpt_line *line, struct mpt_thread *thread, struct mpt_call *call)
{
	struct mpt_values values;

	mpt_value_decode(call, line->plan, &values);
	if (!passes(line, thread, call, &values))
		return;
	line->calls++;
	line->denied += call->denied;
	if (mpt_line_is_done(line))
		return;
	if (line->stats)
		mpt_stats_add(line->stats, call, &values);
	line->shown++;
	if (line->silent)
		return;
	call->uid = mpt_thread_uid(line->threads, thread);
	if (line->emitter->tells_cgroup)
		call->cgroup = mpt_thread_cgroup(line->threads, thread);
	if (line->explain && mpt_explain_applies(call))
		explain(line, call, &values);
	if (line->maps) {
		mpt_stack_frames(call, line->plan, line->maps, &line->frames);
		call->frames = &line->frames;
	}
	line->emitter->call(line->context, call, &values, line->out);
}

static void take_call_record(struct mpt_line *line, const struct mpt_event *event)
{
	struct mpt_thread *thread;
	struct mpt_call call;

	if (event->tid == line->ignore)
		return;
	thread = mpt_thread_of(line->threads, event);
	/* a return without an entry; where it is lost unseen, only this tells */
	if (thread && event->def->shows_denied && event->type == MPT_EVENT_EXIT && !thread->open)
		mpt_thread_ask_filter(line->threads, thread);
	if (!thread || !mpt_pair(&line->pairing, thread, event, &call))
		return;
	show(line, thread, &call);
}

/* What seccomp was asked and answered, or the end of a thread that it may have killed. */
static void take_denied_record(struct mpt_line *line, const struct mpt_event *event)
{
	struct mpt_thread *thread;
	struct mpt_call call;

	line->saw_others = true;
	if (event->tid == line->ignore)
		return;
	thread = mpt_thread_of(line->threads, event);
	if (!thread)
		return;
	if (event->type == MPT_EVENT_ASKED) {
		mpt_denied_asked(&line->pairing, thread, line->plan, event);
	} else if (mpt_denied_answered(&line->pairing, thread, event, &call)) {
		show(line, thread, &call);
	}
	if (event->type == MPT_EVENT_END)
		mpt_pair_ended(&line->pairing, thread);
}

/* A number that is given to a new thread is an old one's no more. */
static void take_newtask(struct mpt_line *line, const struct mpt_event *event)
{
	struct mpt_thread *thread = mpt_threads_find(line->threads, event->task);

	line->saw_others = true;
	if (thread)
		mpt_pair_ended(&line->pairing, thread);
	mpt_threads_learn(line->threads, event);
	thread = mpt_threads_find(line->threads, event->task);
	if (thread)
		mpt_pair_settle(&line->pairing, thread, event);
}

static void take(struct mpt_line *line, const struct mpt_record *record)
{
	struct mpt_event event;

	mpt_decode(line->decoder, record, &event);
	if (record->gap)
		mpt_pair_gap(&line->pairing, record->cpu);
	line->pairing.in_gap = record->in_gap;
	switch (event.type) {
	case MPT_EVENT_ENTER:
	case MPT_EVENT_EXIT:
		take_call_record(line, &event);
		break;
	case MPT_EVENT_ASKED:
	case MPT_EVENT_DENIED:
	case MPT_EVENT_END:
		take_denied_record(line, &event);
		break;
	case MPT_EVENT_NEWTASK:
		take_newtask(line, &event);
		break;
	case MPT_EVENT_RENAME:
		line->saw_others = true;
		mpt_threads_learn(line->threads, &event);
		break;
	case MPT_EVENT_OTHER:
	case MPT_EVENT_SEARCH:
	case MPT_EVENT_SIGNAL:
		break;
	}
}

static void loaded(const struct mpt_load *load, void *arg)
{
	struct mpt_line *line = arg;

	mpt_maps_take(line->maps, load);
}

int mpt_line_round(struct mpt_line *line, uint64_t now)
{
	int n = mpt_merge_fill(line->merge, now);

	if (line->maps && line->loads)
		mpt_loads_read(line->loads, now == UINT64_MAX, loaded, line);
	mpt_threads_round(line->threads);
	if (line->facts)
		mpt_facts_live_round(line->facts);
	return n;
}

bool mpt_line_drain_until(struct mpt_line *line, uint64_t until)
{
	struct mpt_record record;
	unsigned n;

	for (n = 0; n < RECORDS_AT_ONCE && line->out->len < OUT_FULL; n++) {
		if (!mpt_merge_next_until(line->merge, until, &record))
			return false;
		take(line, &record);
	}
	return true;
}

bool mpt_line_drain(struct mpt_line *line)
{
	return mpt_line_drain_until(line, UINT64_MAX);
}

static void show_in_flight(struct mpt_thread *thread, void *arg)
{
	struct mpt_line *line = arg;
	struct mpt_call call;

	bool ended = !line->plan->denied && mpt_thread_has_ended(line->threads, thread);

	if (!mpt_pair_in_flight(&line->pairing, thread, ended, &call))
		return;
	show(line, thread, &call);
}

void mpt_line_in_flight(struct mpt_line *line)
{
	mpt_threads_each_open(line->threads, show_in_flight, line);
}

uint64_t mpt_line_cap(const struct mpt_line *line, uint64_t records, uint64_t made)
{
	return mpt_pair_cap(&line->pairing, records, made, line->plan->lean);
}

void mpt_line_lost(const struct mpt_line *line, uint64_t records, struct mpt_lost *ret)
{
	/* of tracepoints a denied call is one record; where none was seen, none is taken to be lost
	 */
	bool one = line->plan->defs[0].shows_denied && line->pairing.denied > 0;

	mpt_pair_lost(&line->pairing, records, line->plan->lean || one, line->saw_others || one,
		      ret);
}
