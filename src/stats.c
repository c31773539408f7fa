/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stats.c - what many calls come to.
 *
 * In: calls with their values. Out: counts. It keeps nothing of a call but
 * its share in them.
 */
#include "stats.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

/* A call that was killed has failed, too. */
static bool has_failed(const struct mpt_call *call)
{
	return call->returned ? mpt_ret_is_error(call->ret) : call->denied;
}

/* What a call adds to each of the tallies that it belongs to. */
static void fill_tally(struct mpt_tally *tally, const struct mpt_call *call, bool timed)
{
	*tally = (struct mpt_tally){
		.calls = 1, .errors = has_failed(call), .denied = call->denied, .timed = timed
	};
	if (timed)
		tally->max_ns = tally->total_ns = call->ts_exit - call->ts_enter;
}

static int by_calls(const struct mpt_process_stats *a, const struct mpt_process_stats *b)
{
	if (a->tally.calls != b->tally.calls)
		return a->tally.calls < b->tally.calls ? 1 : -1;
	return a->key.pid - b->key.pid;
}

uint64_t mpt_policy_used(const struct mpt_policy_stats *policy)
{
	return policy->uses[MPT_POLICY_SET] + policy->uses[MPT_POLICY_BOUND] +
	       policy->uses[MPT_POLICY_RETURNED];
}

static int by_uses(const struct mpt_policy_stats *a, const struct mpt_policy_stats *b)
{
	uint64_t x = mpt_policy_used(a) + a->failed, y = mpt_policy_used(b) + b->failed;

	if (x != y)
		return x < y ? 1 : -1;
	return (a->key.mode > b->key.mode) - (a->key.mode < b->key.mode);
}

static unsigned bucket_of(uint64_t ns)
{
	unsigned n = ns ? 63 - (unsigned)__builtin_clzll(ns) : 0;

	return n < MPT_STATS_BUCKETS ? n : MPT_STATS_BUCKETS - 1;
}

void mpt_tally_add(struct mpt_tally *sum, const struct mpt_tally *tally)
{
	sum->calls += tally->calls;
	sum->errors += tally->errors;
	sum->denied += tally->denied;
	sum->timed += tally->timed;
	sum->total_ns += tally->total_ns;
	if (tally->max_ns > sum->max_ns)
		sum->max_ns = tally->max_ns;
}

static void add_call(struct mpt_call_stats *stats, const struct mpt_call *call,
		     const struct mpt_tally *one)
{
	mpt_tally_add(&stats->tally, one);
	if (one->timed)
		stats->buckets[bucket_of(one->total_ns)]++;
	if (call->returned && mpt_ret_is_error(call->ret)) {
		uint64_t n = (uint64_t)-call->ret;

		stats->errnos[n < MPT_STATS_ERRNOS ? n : MPT_STATS_ERRNOS]++;
	}
}

/*
 * uthash's own hash takes some 500 instructions for a key with a node set in
 * it. These are whole words (see stats.h), a step each; the multiplier is
 * 2^64 by the golden ratio, which spreads what differs in few bits.
 */
static unsigned hash_of(const void *key, size_t size)
{
	uint64_t hash = 0, word;
	size_t i;

	for (i = 0; i < size; i += sizeof(word)) {
		memcpy(&word, (const char *)key + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		hash ^= hash >> 32;
	}
	return (unsigned)hash;
}

/* Makes room: the processes with the fewest calls become others. */
static void fold_processes(struct mpt_stats *stats)
{
	struct mpt_process_stats *process, *next;
	unsigned n = 0;

	HASH_SORT(stats->processes, by_calls);
	HASH_ITER (hh, stats->processes, process, next) {
		if (n++ < MPT_STATS_PROCESSES / 2)
			continue;
		mpt_tally_add(&stats->others.tally, &process->tally);
		HASH_DEL(stats->processes, process);
		free(process);
	}
	stats->others.at_least = true;
}

/* A new row, or that of all others where there is no memory for one. */
static struct mpt_process_stats *new_process(struct mpt_stats *stats,
					     const struct mpt_process_key *key, unsigned hash)
{
	struct mpt_process_stats *process;

	if (HASH_COUNT(stats->processes) >= MPT_STATS_PROCESSES)
		fold_processes(stats);
	process = calloc(1, sizeof(*process));
	if (!process) {
		stats->others.at_least = true;
		return &stats->others;
	}
	process->key = *key;
	process->at_least = stats->others.at_least;
	HASH_ADD_BYHASHVALUE(hh, stats->processes, key, sizeof(process->key), hash, process);
	return process;
}

static bool is_process(const struct mpt_process_stats *process, const struct mpt_thread *thread)
{
	static const char none[MPT_COMM_LEN];

	return process->key.pid == thread->tgid &&
	       memcmp(process->key.comm, thread->has_comm ? thread->comm : none, MPT_COMM_LEN) == 0;
}

static struct mpt_process_stats *find_process(struct mpt_stats *stats,
					      const struct mpt_thread *thread)
{
	struct mpt_process_key key = { .pid = thread->tgid };
	struct mpt_process_stats *process;
	unsigned hash;

	if (thread->has_comm)
		memcpy(key.comm, thread->comm, MPT_COMM_LEN);
	hash = hash_of(&key, sizeof(key));
	HASH_FIND_BYHASHVALUE(hh, stats->processes, &key, sizeof(key), hash, process);
	return process ? process : new_process(stats, &key, hash);
}

static struct mpt_process_stats *process_of(struct mpt_stats *stats,
					    const struct mpt_thread *thread)
{
	struct mpt_process_stats *process = stats->last_process;

	if (process && is_process(process, thread))
		return process;
	process = find_process(stats, thread);
	stats->last_process = process == &stats->others ? NULL : process;
	return process;
}

static void fold_policies(struct mpt_stats *stats)
{
	struct mpt_policy_stats *policy, *next;
	unsigned n = 0;
	int use;

	HASH_SORT(stats->policies, by_uses);
	HASH_ITER (hh, stats->policies, policy, next) {
		if (n++ < MPT_STATS_POLICIES / 2)
			continue;
		for (use = 0; use < MPT_POLICY_USES; use++)
			stats->other_policies.uses[use] += policy->uses[use];
		stats->other_policies.failed += policy->failed;
		HASH_DEL(stats->policies, policy);
		free(policy);
	}
	stats->other_policies.at_least = true;
}

static struct mpt_policy_stats *new_policy(struct mpt_stats *stats,
					   const struct mpt_policy_key *key, unsigned hash)
{
	struct mpt_policy_stats *policy;

	if (HASH_COUNT(stats->policies) >= MPT_STATS_POLICIES)
		fold_policies(stats);
	policy = calloc(1, sizeof(*policy));
	if (!policy) {
		stats->other_policies.at_least = true;
		return &stats->other_policies;
	}
	policy->key = *key;
	policy->at_least = stats->other_policies.at_least;
	HASH_ADD_BYHASHVALUE(hh, stats->policies, key, sizeof(policy->key), hash, policy);
	return policy;
}

static bool is_policy(const struct mpt_policy_stats *policy, uint32_t mode,
		      const struct mpt_nodeset *nodes)
{
	return policy->key.mode == mode && policy->key.has_nodes == (nodes != NULL) &&
	       (!nodes || memcmp(&policy->key.nodes, nodes, sizeof(*nodes)) == 0);
}

static struct mpt_policy_stats *find_policy(struct mpt_stats *stats, uint32_t mode,
					    const struct mpt_nodeset *nodes)
{
	struct mpt_policy_key key = { .mode = mode, .has_nodes = nodes != NULL };
	struct mpt_policy_stats *policy;
	unsigned hash;

	if (nodes)
		key.nodes = *nodes;
	/* sets hardly ever differ in their high nodes alone */
	hash = hash_of(&key, offsetof(struct mpt_policy_key, nodes.words[2]));
	HASH_FIND_BYHASHVALUE(hh, stats->policies, &key, sizeof(key), hash, policy);
	return policy ? policy : new_policy(stats, &key, hash);
}

static struct mpt_policy_stats *policy_of(struct mpt_stats *stats, uint32_t mode,
					  const struct mpt_nodeset *nodes)
{
	struct mpt_policy_stats *policy = stats->last_policy;

	if (policy && is_policy(policy, mode, nodes))
		return policy;
	policy = find_policy(stats, mode, nodes);
	stats->last_policy = policy == &stats->other_policies ? NULL : policy;
	return policy;
}

static enum mpt_policy_use use_of(const struct mpt_syscall *sys)
{
	if (sys == &mpt_syscalls[MPT_SYS_GET_MEMPOLICY])
		return MPT_POLICY_RETURNED;
	return sys == &mpt_syscalls[MPT_SYS_MBIND] ? MPT_POLICY_BOUND : MPT_POLICY_SET;
}

/* The policy that a call was about: its mode, and its nodes where they are known. */
static void add_policy(struct mpt_stats *stats, const struct mpt_call *call,
		       const struct mpt_values *values, bool failed)
{
	const struct mpt_value *mode = NULL, *nodes = NULL;
	struct mpt_policy_stats *policy;
	unsigned i;

	for (i = 0; i < call->sys->nargs; i++) {
		const struct mpt_value *value = &values->arg[i];

		if (value->status == MPT_VALUE_OK && value->type == MPT_VALUE_MODE)
			mode = value;
		if (value->status == MPT_VALUE_OK && value->type == MPT_VALUE_NODES)
			nodes = value;
	}
	if (!mode)
		return;
	policy = policy_of(stats, mode->num, nodes ? &nodes->nodes : NULL);
	if (failed)
		policy->failed++;
	else if (call->returned)
		policy->uses[use_of(call->sys)]++;
}

void mpt_stats_add(struct mpt_stats *stats, const struct mpt_call *call,
		   const struct mpt_values *values)
{
	struct mpt_tally one;

	fill_tally(&one, call, mpt_call_has_duration(call) && !stats->no_times);
	add_call(&stats->calls[call->sys - mpt_syscalls], call, &one);
	mpt_tally_add(&process_of(stats, call->thread)->tally, &one);
	add_policy(stats, call, values, one.errors);
}

void mpt_stats_sort(struct mpt_stats *stats)
{
	HASH_SORT(stats->processes, by_calls);
	HASH_SORT(stats->policies, by_uses);
}

void mpt_stats_free(struct mpt_stats *stats)
{
	struct mpt_process_stats *process, *next;
	struct mpt_policy_stats *policy, *after;

	stats->last_process = NULL;
	stats->last_policy = NULL;
	HASH_ITER (hh, stats->processes, process, next) {
		HASH_DEL(stats->processes, process);
		free(process);
	}
	HASH_ITER (hh, stats->policies, policy, after) {
		HASH_DEL(stats->policies, policy);
		free(policy);
	}
}
