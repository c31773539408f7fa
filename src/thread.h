/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.h - what is known of each thread.
 *
 * Who it is (thread group, name, user), learnt from task events and, for
 * those that were there before us, from /proc; and the call that it is inside.
 */
#ifndef MPT_THREAD_H
#define MPT_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "facts.h"
#include "note.h"
#include "record.h"
#include "uthash.h"

struct mpt_threads;

/* When and where a record was, to tell whether anything was lost since. */
struct mpt_mark {
	uint64_t ts;
	uint32_t cpu;
	uint64_t gaps;	   /* gaps seen until then: of all CPUs, */
	uint64_t cpu_gaps; /* and of its own */
};

/* The start: on no CPU that any record is of, before the first gap. */
extern const struct mpt_mark mpt_mark_start;

/* A call that seccomp was asked about, and nothing more is known of. */
struct mpt_asked {
	const struct mpt_abi *abi; /* NULL: none */
	const struct mpt_abi *by;  /* of the event that told, in whose pair the answer comes */
	int syscall;
	struct mpt_mark at;
	uint64_t args[MPT_NARGS];
	uint64_t ip; /* see struct mpt_call */
};

struct mpt_thread {
	pid_t tid;
	pid_t tgid; /* 0: could not be learnt */
	bool has_comm;
	char comm[MPT_COMM_LEN]; /* as of the last record seen; padded with NUL */
	uint64_t used;		 /* time of the last record about it */
	int64_t uid;		 /* real uid, or -1 */
	uint64_t uid_round;	 /* when that was read: see mpt_threads_round() */
	char *cgroup;		 /* path, or NULL */
	uint64_t cgroup_round;
	struct mpt_task_facts facts; /* where they are wanted: mpt_threads_want_facts() */
	/* the call it is inside, by its entry */
	const struct mpt_def *open;
	struct mpt_mark open_at;
	const struct mpt_abi *abi; /* by which it came in, or NULL: its return tells */
	uint64_t args[MPT_NARGS];
	uint64_t ip; /* see struct mpt_call */
	struct mpt_asked asked;
	/*
	 * No call that it is inside of began before tracing, as of then. Until that
	 * is known, there is what /proc said: the number of the call that it was
	 * inside when tracing had just begun, and that it is under no seccomp filter.
	 */
	bool settled;
	struct mpt_mark settled_at;
	bool knows_inside;
	int64_t inside;
	bool unfiltered;
	bool ended; /* see mpt_thread_has_ended() */
	UT_hash_handle hh;
};

/*
 * @rootfd: the directory below which proc is; must outlive it. -1: there is
 * no /proc to ask, as for a capture from elsewhere
 * Returns NULL when memory ran out.
 */
struct mpt_threads *mpt_threads_create(int rootfd);

/*
 * Calls @fn with each answer of /proc, so that it can be recorded: what was
 * not there is an answer, too.
 */
void mpt_threads_tell(struct mpt_threads *threads,
		      void (*fn)(void *arg, const struct mpt_known *known), void *arg);

/*
 * Instead of /proc, what it said when a recording was made.
 * @known: by tid, then time; must outlive it
 */
void mpt_threads_recall(struct mpt_threads *threads, const struct mpt_known *known, size_t n);

/* Calls @fn for every thread, in no order. */
void mpt_threads_each(const struct mpt_threads *threads,
		      void (*fn)(void *arg, const struct mpt_thread *thread), void *arg);

/* NULL is fine. */
void mpt_threads_destroy(struct mpt_threads *threads);

/*
 * The thread that @event is of; asked of /proc when it is new.
 * Returns NULL when memory ran out.
 */
struct mpt_thread *mpt_thread_of(struct mpt_threads *threads, const struct mpt_event *event);

/*
 * Asks /proc of a thread that is there now, so that it is known even if it
 * has ended by the time its records are read.
 * Returns true when it was not known before.
 */
bool mpt_threads_meet(struct mpt_threads *threads, pid_t tid, uint64_t now);

/* A thread that is known, or NULL; nobody is asked. */
struct mpt_thread *mpt_threads_find(const struct mpt_threads *threads, pid_t tid);

/* Takes a thread for known that /proc, being of another PID namespace, says nothing of. */
bool mpt_threads_add(struct mpt_threads *threads, pid_t tid, pid_t tgid, uint64_t now);

/*
 * Asks /proc of every thread there is, so that their names are known as they
 * were before anything is recorded.
 */
void mpt_threads_meet_all(struct mpt_threads *threads, uint64_t now);

/* Learns from MPT_EVENT_NEWTASK and MPT_EVENT_RENAME. */
void mpt_threads_learn(struct mpt_threads *threads, const struct mpt_event *event);

/* From now on what /proc says of each thread is kept, for --explain. */
void mpt_threads_want_facts(struct mpt_threads *threads);

/*
 * Begins a round of reading: what /proc said of a user before it is asked
 * anew, since a process can change its uid; within a round it is asked once.
 */
void mpt_threads_round(struct mpt_threads *threads);

/* Asks /proc of each thread that is known which call it is inside. */
void mpt_threads_ask_inside(struct mpt_threads *threads);

/* Asks /proc whether it is under no seccomp filter, and so never was: a filter stays. */
void mpt_thread_ask_filter(struct mpt_threads *threads, struct mpt_thread *thread);

/* The real uid as /proc says now, or -1 where the process is gone. */
int64_t mpt_thread_uid(struct mpt_threads *threads, struct mpt_thread *thread);

/*
 * The path of its cgroup (v2's, else that of the first v1 hierarchy that /proc
 * lists) as /proc says now, or NULL; valid until asked again.
 */
const char *mpt_thread_cgroup(struct mpt_threads *threads, struct mpt_thread *thread);

/*
 * Whether /proc says that it has ended: false where that cannot be told. For the end
 * of tracing, when nothing can begin anew under its number unseen.
 */
bool mpt_thread_has_ended(struct mpt_threads *threads, struct mpt_thread *thread);

/* Calls @fn for every thread that is inside a call, in the order of entry. */
void mpt_threads_each_open(struct mpt_threads *threads,
			   void (*fn)(struct mpt_thread *thread, void *arg), void *arg);

#endif
