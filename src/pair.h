/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pair.h - from entries and returns to calls.
 *
 * A thread's entry and the return that follows it are one call. What has no
 * partner is counted: calls are the unit of loss.
 */
#ifndef MPT_PAIR_H
#define MPT_PAIR_H

#include <stdbool.h>
#include <stdint.h>

#include "record.h"
#include "thread.h"

struct mpt_frames;

/* A call in raw words: what the probes caught of it. */
struct mpt_call {
	const struct mpt_syscall *sys;
	const struct mpt_def *def; /* of the record that completed it; NULL: it was denied */
	const struct mpt_abi *abi; /* by which it came in: def's own, or its guest */
	const struct mpt_thread *thread;
	int64_t uid;	    /* real uid, or -1: not known */
	const char *cgroup; /* path, or NULL: not known */
	const char *cause;  /* --explain: why it failed; else NULL */
	uint32_t cpu;
	bool has_enter; /* ts_enter is known */
	bool denied;	/* answered before it reached the kernel's function */
	bool no_args;	/* and nothing but the answer was seen: args are not known */
	bool returned;	/* ts_exit, ret and words are; else the call was in flight at the end */
	uint64_t ts_enter;
	uint64_t ts_exit;
	uint64_t args[MPT_NARGS];
	int64_t ret;
	const uint64_t *words; /* user memory, by def->words; NULL: not to be believed */
	const uint64_t *stack; /* all the record's values, for those of the stack; NULL: the same */
	const struct mpt_frames *frames; /* who called; NULL: nobody asked */
	uint64_t ip; /* the address after the system call instruction; 0: not known */
};

/* Whether it is known how long the call took. */
static inline bool mpt_call_has_duration(const struct mpt_call *call)
{
	return call->has_enter && call->returned && !call->denied;
}

/* Gaps are counted by CPU modulo this; where two share a count, it only errs towards caution. */
enum { MPT_GAP_CPUS = 256 };

struct mpt_pairing {
	uint64_t calls;		 /* completed */
	uint64_t in_flight;	 /* at the end */
	uint64_t denied;	 /* answered by seccomp */
	uint64_t missed_returns; /* an entry whose thread went on without a return record */
	uint64_t presumed;	 /* those of missed_returns whose thread was gone at the end */
	uint64_t unpaired;	 /* one record, whose partner was lost */
	uint64_t began_before;	 /* returns of calls that began before tracing did */
	bool others;		 /* there were records of calls that are not shown (is_others()) */
	bool gap;		 /* records have been lost; set by mpt_pair_gap() */
	bool in_gap;   /* and are being lost at the time of this record; the caller's to set */
	uint64_t gaps; /* gaps so far, of all CPUs */
	uint64_t cpu_gaps[MPT_GAP_CPUS];
};

/* Lost calls by cause, as in the `end` line. */
struct mpt_lost {
	uint64_t overrun;
	uint64_t missed_returns;
	uint64_t unpaired;
	bool at_most; /* an upper bound: not all that is counted must be a call, or lost */
};

/* Notes when and where @event was. */
void mpt_pair_mark(const struct mpt_pairing *pairing, const struct mpt_event *event,
		   struct mpt_mark *ret);

/*
 * Whether no record of that thread can be missing between @mark and @event.
 */
bool mpt_pair_is_unbroken(const struct mpt_pairing *pairing, const struct mpt_mark *mark,
			  const struct mpt_event *event);

/*
 * Notes that @thread is inside no call that began before tracing did; @event is
 * of that moment, or NULL: that of the start.
 */
void mpt_pair_settle(const struct mpt_pairing *pairing, struct mpt_thread *thread,
		     const struct mpt_event *event);

/* Notes that records of @cpu were lost just before the next one of it. */
void mpt_pair_gap(struct mpt_pairing *pairing, uint32_t cpu);

/*
 * Takes an entry or return record of @thread.
 * Returns true when it completes a call, which is then in @ret; its pointers
 * lead into @thread and @event.
 */
bool mpt_pair(struct mpt_pairing *pairing, struct mpt_thread *thread, const struct mpt_event *event,
	      struct mpt_call *ret);

/*
 * Notes that @thread has ended, or that its number is now another's. A call that
 * it was inside returned, as calls do of threads that are killed, without a record.
 */
void mpt_pair_ended(struct mpt_pairing *pairing, struct mpt_thread *thread);

/*
 * The call that @thread was inside when tracing ended, from its entry.
 * @ended: the thread is gone, and no record tells when
 * Returns false where its return may have been among lost records: then it is
 * counted as unpaired, and is not in @ret; and where it has @ended: its return was
 * missed, if it was not later than all records.
 */
bool mpt_pair_in_flight(struct mpt_pairing *pairing, struct mpt_thread *thread, bool ended,
			struct mpt_call *ret);

/*
 * How many of the lost records can be those of calls, in whole ones.
 * @records: how many the kernel overwrote or dropped
 * @made: how many calls were made at the most while tracing was on
 * @lean: a call makes one record, not two
 */
uint64_t mpt_pair_cap(const struct mpt_pairing *pairing, uint64_t records, uint64_t made,
		      bool lean);

/*
 * The losses at the end.
 * @records: how many records the kernel overwrote or dropped
 * @lean: a call makes one record, not two
 * @others: records of other events could be among them
 */
void mpt_pair_lost(const struct mpt_pairing *pairing, uint64_t records, bool lean, bool others,
		   struct mpt_lost *ret);

#endif
