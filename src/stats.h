/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats.h - what many calls come to.
 *
 * Counts by call, by process and by policy, in memory that does not grow with
 * the calls. Where there is no more room, the half with the fewest calls is
 * counted together in one row for all others; those that are met after that may
 * have calls in it, so that what their own rows say is the least it can be.
 * Sums over all rows stay exact.
 */
#ifndef MPT_STATS_H
#define MPT_STATS_H

#include <stdbool.h>
#include <stdint.h>

#include "pair.h"
#include "uthash.h"
#include "value.h"

enum {
	MPT_STATS_PROCESSES = 4096,
	MPT_STATS_POLICIES = 512,
	MPT_STATS_BUCKETS = 40, /* bucket n: durations of 2^n to 2^(n+1) - 1 ns */
	MPT_STATS_ERRNOS = 134, /* beyond them all are one */
};

struct mpt_tally {
	uint64_t calls;
	uint64_t errors; /* that failed, denied ones among them */
	uint64_t denied;
	uint64_t timed; /* whose duration is known, of which: */
	uint64_t total_ns;
	uint64_t max_ns;
};

struct mpt_call_stats {
	struct mpt_tally tally;
	uint64_t errnos[MPT_STATS_ERRNOS + 1]; /* the last: all others */
	uint64_t buckets[MPT_STATS_BUCKETS];
};

/* Keys are compared as bytes, and have no holes. */
struct mpt_process_key {
	int64_t pid; /* thread group, 0: not known */
	char comm[MPT_COMM_LEN];
};

struct mpt_process_stats {
	struct mpt_process_key key;
	struct mpt_tally tally;
	bool at_least; /* others may hold more of it */
	UT_hash_handle hh;
};

/* How a call had to do with a policy. */
enum mpt_policy_use { MPT_POLICY_SET, MPT_POLICY_BOUND, MPT_POLICY_RETURNED, MPT_POLICY_USES };

struct mpt_policy_key {
	uint32_t mode;
	uint32_t has_nodes;
	struct mpt_nodeset nodes;
};

struct mpt_policy_stats {
	struct mpt_policy_key key;
	uint64_t uses[MPT_POLICY_USES]; /* successful calls */
	uint64_t failed;
	bool at_least; /* others may hold more of it */
	UT_hash_handle hh;
};

struct mpt_stats {
	bool no_times; /* set by the caller: durations are not counted */
	struct mpt_call_stats calls[MPT_NSYSCALLS];
	struct mpt_process_stats *processes;
	struct mpt_process_stats others; /* at_least: some were counted together */
	struct mpt_policy_stats *policies;
	struct mpt_policy_stats other_policies; /* likewise */
	/* found last, which most calls find again; NULL: none */
	struct mpt_process_stats *last_process;
	struct mpt_policy_stats *last_policy;
};

/* Adds what one tally holds to another. */
void mpt_tally_add(struct mpt_tally *sum, const struct mpt_tally *tally);

/* Counts one call. Where memory runs out, in the rows for all others. */
void mpt_stats_add(struct mpt_stats *stats, const struct mpt_call *call,
		   const struct mpt_values *values);

/* Puts processes and policies into the order in which they are shown: the most calls first. */
void mpt_stats_sort(struct mpt_stats *stats);

void mpt_stats_free(struct mpt_stats *stats);

/* All uses of a policy that succeeded. */
uint64_t mpt_policy_used(const struct mpt_policy_stats *policy);

#endif
