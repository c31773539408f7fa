/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary_json.c - the summary as one object.
 *
 * In: counts. Out: a line of type "summary". Times are null where none is
 * known; all processes and policies are there that were counted apart.
 */
#include "json_call.h"
#include "jsonw.h"
#include "summary.h"

static void put_u64(struct mpt_jsonw *w, const char *key, uint64_t n)
{
	mpt_jsonw_key(w, key);
	mpt_jsonw_u64(w, n);
}

static void put_times(struct mpt_jsonw *w, const struct mpt_tally *tally)
{
	bool known = tally->timed > 0;

	mpt_json_known(w, "total_ns", known, (int64_t)tally->total_ns);
	mpt_json_known(w, "average_ns", known,
		       known ? (int64_t)(tally->total_ns / tally->timed) : 0);
	mpt_json_known(w, "max_ns", known, (int64_t)tally->max_ns);
}

static void put_tally(struct mpt_jsonw *w, const struct mpt_tally *tally)
{
	put_u64(w, "calls", tally->calls);
	put_u64(w, "errors", tally->errors);
	put_u64(w, "denied", tally->denied);
	put_times(w, tally);
}

static void put_errnos(struct mpt_jsonw *w, const struct mpt_call_stats *stats)
{
	int n;

	mpt_jsonw_key(w, "by_error");
	mpt_jsonw_begin(w, '{');
	for (n = 0; n <= MPT_STATS_ERRNOS; n++) {
		const char *name = n < MPT_STATS_ERRNOS ? mpt_errno_name(n) : "others";

		if (stats->errnos[n])
			put_u64(w, name ? name : "unknown", stats->errnos[n]);
	}
	mpt_jsonw_end(w, '}');
}

static void put_histogram(struct mpt_jsonw *w, const struct mpt_call_stats *stats)
{
	int n;

	mpt_jsonw_key(w, "histogram");
	mpt_jsonw_begin(w, '[');
	for (n = 0; n < MPT_STATS_BUCKETS; n++) {
		if (stats->buckets[n] == 0)
			continue;
		mpt_jsonw_begin(w, '{');
		put_u64(w, "from_ns", n ? UINT64_C(1) << n : 0);
		put_u64(w, "calls", stats->buckets[n]);
		mpt_jsonw_end(w, '}');
	}
	mpt_jsonw_end(w, ']');
}

static void put_calls(struct mpt_jsonw *w, const struct mpt_stats *stats)
{
	int nr;

	mpt_jsonw_key(w, "calls");
	mpt_jsonw_begin(w, '[');
	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		if (stats->calls[nr].tally.calls == 0)
			continue;
		mpt_jsonw_begin(w, '{');
		mpt_jsonw_key(w, "syscall");
		mpt_jsonw_str(w, mpt_syscalls[nr].name);
		put_tally(w, &stats->calls[nr].tally);
		put_errnos(w, &stats->calls[nr]);
		put_histogram(w, &stats->calls[nr]);
		mpt_jsonw_end(w, '}');
	}
	mpt_jsonw_end(w, ']');
}

/* Only where it applies: others may hold more of it. */
static void put_at_least(struct mpt_jsonw *w, bool at_least)
{
	if (!at_least)
		return;
	mpt_jsonw_key(w, "at_least");
	mpt_jsonw_bool(w, true);
}

static void put_process(struct mpt_jsonw *w, const struct mpt_process_stats *process, bool others)
{
	mpt_jsonw_begin(w, '{');
	mpt_json_known(w, "pid", process->key.pid > 0, process->key.pid);
	mpt_jsonw_key(w, "comm");
	if (process->key.comm[0])
		mpt_jsonw_bytes(w, process->key.comm, strnlen(process->key.comm, MPT_COMM_LEN));
	else
		mpt_jsonw_null(w);
	if (others) {
		mpt_jsonw_key(w, "others");
		mpt_jsonw_bool(w, true);
	}
	put_at_least(w, process->at_least && !others);
	put_tally(w, &process->tally);
	mpt_jsonw_end(w, '}');
}

static void put_processes(struct mpt_jsonw *w, const struct mpt_stats *stats)
{
	const struct mpt_process_stats *process;

	mpt_jsonw_key(w, "processes");
	mpt_jsonw_begin(w, '[');
	for (process = stats->processes; process; process = process->hh.next)
		put_process(w, process, false);
	if (stats->others.tally.calls)
		put_process(w, &stats->others, true);
	mpt_jsonw_end(w, ']');
}

static void put_policy(struct mpt_jsonw *w, const struct mpt_policy_stats *policy, bool others)
{
	mpt_jsonw_begin(w, '{');
	if (others) {
		mpt_jsonw_key(w, "others");
		mpt_jsonw_bool(w, true);
	} else {
		mpt_json_mode(w, "mode", policy->key.mode);
	}
	if (policy->key.has_nodes)
		mpt_json_nodes(w, "nodes", &policy->key.nodes);
	put_at_least(w, policy->at_least && !others);
	put_u64(w, "set", policy->uses[MPT_POLICY_SET]);
	put_u64(w, "bound", policy->uses[MPT_POLICY_BOUND]);
	put_u64(w, "returned", policy->uses[MPT_POLICY_RETURNED]);
	put_u64(w, "failed", policy->failed);
	mpt_jsonw_end(w, '}');
}

static void put_policies(struct mpt_jsonw *w, const struct mpt_stats *stats)
{
	const struct mpt_policy_stats *policy;

	mpt_jsonw_key(w, "policies");
	mpt_jsonw_begin(w, '[');
	for (policy = stats->policies; policy; policy = policy->hh.next)
		put_policy(w, policy, false);
	if (mpt_policy_used(&stats->other_policies) + stats->other_policies.failed)
		put_policy(w, &stats->other_policies, true);
	mpt_jsonw_end(w, ']');
}

void mpt_summary_json(const struct mpt_emit_context *ctx, struct mpt_stats *stats,
		      const struct mpt_totals *totals, struct mpt_buf *buf)
{
	struct mpt_jsonw w = { .buf = buf };

	(void)ctx;
	mpt_stats_sort(stats);
	mpt_jsonw_begin(&w, '{');
	mpt_jsonw_key(&w, "type");
	mpt_jsonw_str(&w, "summary");
	put_calls(&w, stats);
	put_processes(&w, stats);
	put_policies(&w, stats);
	mpt_json_lost(&w, &totals->lost);
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}
