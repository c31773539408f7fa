/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary_text.c - the summary as tables.
 *
 * In: counts. Out: tables that fit the terminal, none that would be empty. The
 * processes with the most calls stand first, and only so many of them as a
 * person looks through.
 */
#include <stdio.h>

#include "put.h"
#include "summary.h"
#include "tab.h"
#include "utf8.h"

enum { ROWS_MAX = 20, BAR_MAX = 40 };

/* A duration to three digits, as "1.23ms". */
static void time_cell(struct mpt_tab *tab, bool known, uint64_t ns)
{
	static const struct {
		uint64_t from;
		double divisor;
		const char *unit;
	} units[] = { { 1000000000, 1e9, "s" },
		      { 1000000, 1e6, "ms" },
		      { 1000, 1e3, "us" },
		      { 0, 1, "ns" } };
	unsigned i = 0;

	if (!known) {
		mpt_tab_cell(tab, "-");
		return;
	}
	while (ns < units[i].from)
		i++;
	mpt_tab_cell(tab, "%.3g%s", (double)ns / units[i].divisor, units[i].unit);
}

/* @more: it may have been more */
static void tally_cells(struct mpt_tab *tab, const struct mpt_tally *tally, bool more)
{
	bool known = tally->timed > 0;

	mpt_tab_cell(tab, "%llu%s", (unsigned long long)tally->calls, more ? "+" : "");
	mpt_tab_cell(tab, "%llu", (unsigned long long)tally->errors);
	mpt_tab_cell(tab, "%llu", (unsigned long long)tally->denied);
	time_cell(tab, known, tally->total_ns);
	time_cell(tab, known, known ? tally->total_ns / tally->timed : 0);
	time_cell(tab, known, tally->max_ns);
}

static void finish(const struct mpt_emit_context *ctx, struct mpt_tab *tab, struct mpt_buf *buf)
{
	if (tab->ncells == 0)
		return;
	mpt_tab_put(tab, ctx->width, buf);
	mpt_buf_putc(buf, '\n');
}

static void put_calls(const struct mpt_emit_context *ctx, const struct mpt_stats *stats,
		      struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = {
		{ "CALL", false }, { "CALLS", true },	{ "ERRORS", true }, { "DENIED", true },
		{ "TOTAL", true }, { "AVERAGE", true }, { "MAX", true },    { NULL },
	};
	struct mpt_tab tab = { .columns = columns };
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		if (stats->calls[nr].tally.calls == 0)
			continue;
		mpt_tab_cell(&tab, "%s", mpt_syscalls[nr].name);
		tally_cells(&tab, &stats->calls[nr].tally, false);
	}
	if (tab.ncells == 0)
		mpt_buf_puts(buf, "no call\n\n");
	finish(ctx, &tab, buf);
}

static void put_errors(const struct mpt_emit_context *ctx, const struct mpt_stats *stats,
		       struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = {
		{ "CALL", false }, { "ERROR", false }, { "CALLS", true }, { NULL }
	};
	struct mpt_tab tab = { .columns = columns };
	int nr, n;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		for (n = 0; n <= MPT_STATS_ERRNOS; n++) {
			const char *name = n < MPT_STATS_ERRNOS ? mpt_errno_name(n) : "others";

			if (stats->calls[nr].errnos[n] == 0)
				continue;
			mpt_tab_cell(&tab, "%s", mpt_syscalls[nr].name);
			mpt_tab_cell(&tab, "%s", name ? name : "?");
			mpt_tab_cell(&tab, "%llu", (unsigned long long)stats->calls[nr].errnos[n]);
		}
	}
	finish(ctx, &tab, buf);
}

static void put_bar(struct mpt_tab *tab, uint64_t n, uint64_t most)
{
	char bar[BAR_MAX + 1];
	size_t len = (size_t)((double)n / (double)most * BAR_MAX + 0.5);

	memset(bar, '*', sizeof(bar));
	bar[len] = '\0';
	mpt_tab_cell(tab, "%s", bar);
}

static uint64_t most_of(const struct mpt_call_stats *stats)
{
	uint64_t most = 0;
	int n;

	for (n = 0; n < MPT_STATS_BUCKETS; n++)
		if (stats->buckets[n] > most)
			most = stats->buckets[n];
	return most;
}

/* From the first to the last bucket that holds any, empty ones between them too. */
static void put_histogram(const struct mpt_emit_context *ctx, const char *name,
			  const struct mpt_call_stats *stats, struct mpt_buf *buf)
{
	struct mpt_tab_column columns[] = {
		{ name, false }, { "FROM", true }, { "CALLS", true }, { "", false }, { NULL }
	};
	struct mpt_tab tab = { .columns = columns };
	uint64_t most = most_of(stats);
	int n = 0, last = MPT_STATS_BUCKETS - 1;

	if (most == 0)
		return;
	while (stats->buckets[n] == 0)
		n++;
	while (stats->buckets[last] == 0)
		last--;
	for (; n <= last; n++) {
		mpt_tab_cell(&tab, "%s", "");
		time_cell(&tab, true, n ? UINT64_C(1) << n : 0);
		mpt_tab_cell(&tab, "%llu", (unsigned long long)stats->buckets[n]);
		put_bar(&tab, stats->buckets[n], most);
	}
	finish(ctx, &tab, buf);
}

static void process_cells(struct mpt_tab *tab, const struct mpt_process_stats *process)
{
	cleanup_buf struct mpt_buf comm = { 0 };

	mpt_utf8_put_text(&comm, process->key.comm, strnlen(process->key.comm, MPT_COMM_LEN));
	if (process->key.pid)
		mpt_tab_cell(tab, "%d", (int)process->key.pid);
	else
		mpt_tab_cell(tab, "?");
	mpt_tab_cell(tab, "%s", mpt_buf_cstr(&comm));
	tally_cells(tab, &process->tally, process->at_least);
}

static void put_processes(const struct mpt_emit_context *ctx, const struct mpt_stats *stats,
			  struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = {
		{ "PID", true },     { "COMMAND", false }, { "CALLS", true },
		{ "ERRORS", true },  { "DENIED", true },   { "TOTAL", true },
		{ "AVERAGE", true }, { "MAX", true },	   { NULL },
	};
	struct mpt_tab tab = { .columns = columns };
	struct mpt_tally others = stats->others.tally;
	const struct mpt_process_stats *process;
	unsigned n = 0, rest = 0;

	for (process = stats->processes; process; process = process->hh.next) {
		if (n++ < ROWS_MAX)
			process_cells(&tab, process);
		else
			mpt_tally_add(&others, &process->tally), rest++;
	}
	if (others.calls) {
		mpt_tab_cell(&tab, "-");
		mpt_tab_cell(&tab, stats->others.tally.calls ? "others" : "%u others", rest);
		tally_cells(&tab, &others, false);
	}
	finish(ctx, &tab, buf);
}

static void policy_cells(struct mpt_tab *tab, const char *mode, const char *nodes,
			 const struct mpt_policy_stats *policy)
{
	int use;

	mpt_tab_cell(tab, "%s", mode);
	mpt_tab_cell(tab, "%s", nodes);
	for (use = 0; use < MPT_POLICY_USES; use++)
		mpt_tab_cell(tab, "%llu", (unsigned long long)policy->uses[use]);
	mpt_tab_cell(tab, "%llu", (unsigned long long)policy->failed);
}

static void put_policies(const struct mpt_emit_context *ctx, const struct mpt_stats *stats,
			 struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = {
		{ "POLICY", false, true }, { "NODES", false }, { "SET", true }, { "BOUND", true },
		{ "RETURNED", true },	   { "FAILED", true }, { NULL },
	};
	struct mpt_tab tab = { .columns = columns };
	const struct mpt_policy_stats *policy;

	for (policy = stats->policies; policy; policy = policy->hh.next) {
		cleanup_buf struct mpt_buf mode = { 0 }, nodes = { 0 };

		mpt_put_short_mode(policy->key.mode, &mode);
		if (policy->key.has_nodes)
			mpt_nodeset_put(&nodes, &policy->key.nodes);
		policy_cells(&tab, mpt_buf_cstr(&mode),
			     policy->key.has_nodes ? mpt_buf_cstr(&nodes) : "?", policy);
	}
	if (mpt_policy_used(&stats->other_policies) + stats->other_policies.failed)
		policy_cells(&tab, "others", "", &stats->other_policies);
	finish(ctx, &tab, buf);
}

static void put_lost(const struct mpt_lost *lost, struct mpt_buf *buf)
{
	mpt_buf_printf(buf, "lost: %soverrun %llu, missed returns %llu, unpaired %llu\n",
		       lost->at_most ? "at most " : "", (unsigned long long)lost->overrun,
		       (unsigned long long)lost->missed_returns,
		       (unsigned long long)lost->unpaired);
}

void mpt_summary_text(const struct mpt_emit_context *ctx, struct mpt_stats *stats,
		      const struct mpt_totals *totals, struct mpt_buf *buf)
{
	int nr;

	mpt_stats_sort(stats);
	put_calls(ctx, stats, buf);
	put_errors(ctx, stats, buf);
	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		put_histogram(ctx, mpt_syscalls[nr].name, &stats->calls[nr], buf);
	put_processes(ctx, stats, buf);
	put_policies(ctx, stats, buf);
	put_lost(&totals->lost, buf);
}
