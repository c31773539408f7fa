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

static void add_time(struct mpt_tally *tally, uint64_t ns)
{
	tally->timed++;
	tally->total_ns += ns;
	if (ns > tally->max_ns)
		tally->max_ns = ns;
}

/* A call that was killed has failed, too. */
static bool has_failed(const struct mpt_call *call)
{
	return call->returned ? mpt_ret_is_error(call->ret) : call->denied;
}

static void add_tally(struct mpt_tally *tally, const struct mpt_call *call, bool timed)
{
	tally->calls++;
	tally->errors += has_failed(call);
	tally->denied += call->denied;
	if (timed)
		add_time(tally, call->ts_exit - call->ts_enter);
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

static void add_call(struct mpt_call_stats *stats, const struct mpt_call *call, bool timed)
{
	add_tally(&stats->tally, call, timed);
	if (timed)
		stats->buckets[bucket_of(call->ts_exit - call->ts_enter)]++;
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

static struct mpt_process_stats *process_of(struct mpt_stats *stats,
					    const struct mpt_thread *thread)
{
	struct mpt_process_stats key = { .key.pid = thread->tgid }, *found;
	unsigned hash;

	if (thread->has_comm)
		memcpy(key.key.comm, thread->comm, MPT_COMM_LEN);
	hash = hash_of(&key.key, sizeof(key.key));
	HASH_FIND_BYHASHVALUE(hh, stats->processes, &key.key, sizeof(key.key), hash, found);
	if (found)
		return found;
	if (HASH_COUNT(stats->processes) >= MPT_STATS_PROCESSES)
		fold_processes(stats);
	found = calloc(1, sizeof(*found));
	if (!found) {
		stats->others.at_least = true;
		return &stats->others;
	}
	found->key = key.key;
	found->at_least = stats->others.at_least;
	HASH_ADD_BYHASHVALUE(hh, stats->processes, key, sizeof(found->key), hash, found);
	return found;
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

static struct mpt_policy_stats *policy_of(struct mpt_stats *stats, uint32_t mode,
					  const struct mpt_nodeset *nodes)
{
	struct mpt_policy_stats key = { .key = { .mode = mode, .has_nodes = nodes != NULL } };
	struct mpt_policy_stats *found;
	unsigned hash;

	if (nodes)
		key.key.nodes = *nodes;
	/* sets hardly ever differ in their high nodes alone */
	hash = hash_of(&key.key, offsetof(struct mpt_policy_stats, key.nodes.words[2]));
	HASH_FIND_BYHASHVALUE(hh, stats->policies, &key.key, sizeof(key.key), hash, found);
	if (found)
		return found;
	if (HASH_COUNT(stats->policies) >= MPT_STATS_POLICIES)
		fold_policies(stats);
	found = calloc(1, sizeof(*found));
	if (!found) {
		stats->other_policies.at_least = true;
		return &stats->other_policies;
	}
	found->key = key.key;
	found->at_least = stats->other_policies.at_least;
	HASH_ADD_BYHASHVALUE(hh, stats->policies, key, sizeof(found->key), hash, found);
	return found;
}

static enum mpt_policy_use use_of(const struct mpt_syscall *sys)
{
	if (sys == &mpt_syscalls[MPT_SYS_GET_MEMPOLICY])
		return MPT_POLICY_RETURNED;
	return sys == &mpt_syscalls[MPT_SYS_MBIND] ? MPT_POLICY_BOUND : MPT_POLICY_SET;
}

/* The policy that a call was about: its mode, and its nodes where they are known. */
static void add_policy(struct mpt_stats *stats, const struct mpt_call *call,
		       const struct mpt_values *values)
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
	if (has_failed(call))
		policy->failed++;
	else if (call->returned)
		policy->uses[use_of(call->sys)]++;
}

void mpt_stats_add(struct mpt_stats *stats, const struct mpt_call *call,
		   const struct mpt_values *values)
{
	bool timed = mpt_call_has_duration(call) && !stats->no_times;

	add_call(&stats->calls[call->sys - mpt_syscalls], call, timed);
	add_tally(&process_of(stats, call->thread)->tally, call, timed);
	add_policy(stats, call, values);
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

	HASH_ITER (hh, stats->processes, process, next) {
		HASH_DEL(stats->processes, process);
		free(process);
	}
	HASH_ITER (hh, stats->policies, policy, after) {
		HASH_DEL(stats->policies, policy);
		free(policy);
	}
}
