/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * line.h - the line from sub-buffers to lines of output.
 *
 * It joins the stages - merge, decode, pair, value, emit - and runs them
 * round by round. Where the sub-buffers come from and where the text goes is
 * not its business, so a running kernel and a recorded file go through the
 * same code.
 */
#ifndef MPT_LINE_H
#define MPT_LINE_H

#include "emit.h"
#include "filter.h"
#include "merge.h"
#include "pair.h"
#include "plan.h"
#include "record.h"
#include "stack.h"
#include "stats.h"
#include "thread.h"

struct mpt_facts_live;
struct mpt_loads;
struct mpt_maps;

struct mpt_line {
	/* set by the caller */
	struct mpt_merge *merge;
	const struct mpt_decoder *decoder;
	struct mpt_threads *threads;
	const struct mpt_plan *plan;
	const struct mpt_emitter *emitter;
	struct mpt_emit_context *context;
	struct mpt_buf *out;
	uint64_t limit;			 /* calls to show; 0: all */
	pid_t ignore;			 /* thread whose calls are not shown; 0: none */
	const struct mpt_filter *filter; /* NULL: all calls pass */
	struct mpt_stats *stats;	 /* NULL: nobody wants a summary */
	bool silent;			 /* count, and emit nothing */
	bool explain;			 /* say why calls failed, */
	struct mpt_facts_live *facts;	 /* by these; NULL: by the call alone */
	struct mpt_maps *maps;		 /* for who called; NULL: nobody asks */
	struct mpt_loads *loads;	 /* for maps; NULL: nobody tells */
	struct mpt_frames frames;	 /* of the call that is being shown */
	uint64_t syscalls;		 /* bit n: row n of mpt_syscalls passes; 0: all */
	/* what came of it */
	struct mpt_pairing pairing;
	uint64_t calls;	      /* those that passed the filter, shown or not */
	uint64_t denied;      /* of them: answered by seccomp */
	uint64_t uid_unknown; /* calls that would have passed if --uid could be told of them */
	uint64_t shown;
	bool saw_others;      /* records of other events than calls */
	struct mpt_buf cause; /* of the last call that failed; the caller's to free */
};

/*
 * For lines that have maps: from now on, what code lies where in a process is
 * learnt as soon as records of it arrive.
 */
void mpt_line_watch(struct mpt_line *line);

/* Whether the limit is reached. */
bool mpt_line_is_done(const struct mpt_line *line);

/*
 * Begins a round: reads what is there.
 * @now: as for mpt_merge_fill()
 * Returns the sub-buffers read, or -errno.
 */
int mpt_line_round(struct mpt_line *line, uint64_t now);

/*
 * Appends the calls that are ripe to out; stops early when that holds enough
 * to be written, and every few milliseconds.
 * Returns true while there is more.
 */
bool mpt_line_drain(struct mpt_line *line);

/* The same of what was recorded up to a time: later calls are left where they are. */
bool mpt_line_drain_until(struct mpt_line *line, uint64_t until);

/*
 * How many calls were lost.
 * @records: that the kernel overwrote or dropped
 */
void mpt_line_lost(const struct mpt_line *line, uint64_t records, struct mpt_lost *ret);

/*
 * The same, of those that can have been calls' and not another event's.
 * @made: how many calls were made at the most while tracing was on
 */
uint64_t mpt_line_cap(const struct mpt_line *line, uint64_t records, uint64_t made);

/*
 * Appends the calls that were in flight when tracing ended. Where no record tells of a
 * thread's end, /proc is asked: one that is gone did return. It may have done so
 * after tracing, so that its call is lost at the most.
 */
void mpt_line_in_flight(struct mpt_line *line);

#endif
