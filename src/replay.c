/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.c - recorded runs, decoded.
 *
 * In: files of -r. Out: what mempoltrace printed, or would have, when they
 * were recorded, through the same line; the calls of several files in the
 * order of time, by the clocks of their hosts. It asks nothing of this
 * machine: no root, no tracefs, no /proc.
 */
#include "replay.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "conf.h"
#include "dat_read.h"
#include "err.h"
#include "line.h"
#include "log.h"
#include "look.h"
#include "session.h"
#include "sink.h"

enum { FLUSH_BYTES = 64 * 1024 };

/* One recording, with a line of its own. */
struct run {
	const char *name;
	struct mpt_dat *dat;
	struct mpt_decoder *decoder;
	struct mpt_emit_context context;
	struct mpt_line line;
	uint64_t last; /* time of the last record, trace's clock */
};

struct replay {
	const struct mpt_conf *conf;
	struct mpt_sink sink;
	struct mpt_stats stats;
	struct run *runs;
	size_t nruns;
	bool gone; /* nobody reads any more */
};

/* --- setting up --------------------------------------------------------------- */

static int bind(struct run *run, struct mpt_err *err)
{
	const struct mpt_plan *plan = &mpt_dat_note(run->dat)->plan;
	int rc = mpt_decoder_create_from(mpt_dat_formats(run->dat), &run->decoder, err);

	if (rc == 0 && mpt_decoder_page_size(run->decoder) != mpt_dat_source(run->dat)->page_size)
		rc = mpt_err_set(err, EPROTO, "two sizes of a sub-buffer");
	if (rc == 0)
		rc = mpt_decoder_bind_plan(run->decoder, plan, err);
	return rc < 0 ? rc : mpt_decoder_bind_tasks(run->decoder, plan->denied, err);
}

static void make_context(const struct mpt_conf *conf, const struct replay *r, struct run *run)
{
	const struct mpt_note *note = mpt_dat_note(run->dat);

	run->context = (struct mpt_emit_context){
		.clock = { .to_realtime = note->to_realtime,
			   .to_boottime = note->to_boottime,
			   .start = note->start,
			   .cached_second = INT64_MIN },
		.timestamps = conf->timestamps,
		.array_limit = conf->array_limit,
		.tells_host = r->nruns > 1,
	};
	run->context.color = mpt_look_color(r->sink.fd, conf->color);
	run->context.width = mpt_look_width(r->sink.fd);
	snprintf(run->context.host, sizeof(run->context.host), "%s", note->host);
}

static int make_line(struct replay *r, struct run *run, struct mpt_err *err)
{
	const struct mpt_note *note = mpt_dat_note(run->dat);

	run->line = (struct mpt_line){
		.decoder = run->decoder,
		.threads = mpt_threads_create(-1),
		.plan = &note->plan,
		.emitter = r->conf->format,
		.context = &run->context,
		.out = &r->sink.buf,
		.ignore = note->ignore,
		.filter = mpt_filter_asks(r->conf->filter) ? r->conf->filter : NULL,
		.stats = r->conf->summary ? &r->stats : NULL,
		.silent = r->conf->summary == MPT_SUMMARY_ONLY,
		.explain = r->conf->explain,
		.syscalls = r->conf->syscalls_given ? r->conf->syscalls : 0,
	};
	if (!run->line.threads)
		return mpt_err_set(err, ENOMEM, "threads");
	mpt_threads_recall(run->line.threads, note->known, note->nknown);
	return mpt_merge_create(mpt_dat_source(run->dat), &run->line.merge, err);
}

static int open_run(struct replay *r, struct run *run, struct mpt_err *err)
{
	struct mpt_err why = { 0 };
	int rc = mpt_dat_open(run->name, &run->dat, err);

	if (rc < 0)
		return rc;
	if (bind(run, &why) < 0)
		return mpt_err_set(err, 0, "'%s': %s", run->name, why.what);
	make_context(r->conf, r, run);
	rc = make_line(r, run, err);
	if (rc == 0)
		rc = mpt_filter_check_nodes(r->conf->filter, run->line.plan->possible, err);
	return rc;
}

/* Relative times of all count from when the first of them was begun. */
static void align_starts(struct replay *r)
{
	int64_t first = INT64_MAX;
	size_t i;

	for (i = 0; i < r->nruns; i++) {
		const struct mpt_clock *clock = &r->runs[i].context.clock;
		int64_t start = (int64_t)(clock->start + (uint64_t)clock->to_realtime);

		first = start < first ? start : first;
	}
	for (i = 0; i < r->nruns; i++) {
		struct mpt_clock *clock = &r->runs[i].context.clock;

		clock->start = (uint64_t)first - (uint64_t)clock->to_realtime;
	}
}

static int open_runs(struct replay *r, struct mpt_err *err)
{
	size_t i;
	int rc = 0;

	r->nruns = r->conf->nreads;
	r->runs = calloc(r->nruns, sizeof(*r->runs));
	if (!r->runs)
		return mpt_err_set(err, ENOMEM, "-r");
	for (i = 0; i < r->nruns && rc == 0; i++) {
		r->runs[i].name = r->conf->reads[i];
		rc = open_run(r, &r->runs[i], err);
	}
	if (rc == 0)
		align_starts(r);
	return rc;
}

/* --- running ------------------------------------------------------------------- */

static int flush(struct replay *r, struct mpt_err *err)
{
	int rc = r->gone ? -EPIPE : mpt_sink_flush(&r->sink, -1, err);

	if (rc != -EPIPE)
		return rc;
	r->gone = true;
	r->sink.buf.len = 0;
	return 0;
}

static uint64_t count_shown(const struct replay *r)
{
	uint64_t shown = 0;
	size_t i;

	for (i = 0; i < r->nruns; i++)
		shown += r->runs[i].line.shown;
	return shown;
}

static bool is_done(const struct replay *r)
{
	return r->gone || (r->conf->count && count_shown(r) >= r->conf->count);
}

/* The time of day of a run's next record; false where there is none. */
static bool next_time(struct run *run, int64_t *ret)
{
	uint64_t ts;

	/* a round that reads nothing can still let out what waited for another CPU */
	while (!mpt_merge_peek(run->line.merge, &ts))
		if (mpt_line_round(&run->line, UINT64_MAX) <= 0 &&
		    !mpt_merge_peek(run->line.merge, &ts))
			return false;
	run->last = ts;
	*ret = (int64_t)(ts + (uint64_t)run->context.clock.to_realtime);
	return true;
}

/*
 * The run whose next record is the earliest, or NULL.
 * @until: up to when none of another comes between
 */
static struct run *choose(struct replay *r, int64_t *until)
{
	struct run *first = NULL;
	int64_t earliest = INT64_MAX, ts;
	size_t i;

	*until = INT64_MAX;
	for (i = 0; i < r->nruns; i++) {
		if (!next_time(&r->runs[i], &ts))
			continue;
		if (!first || ts < earliest) {
			*until = first ? earliest : INT64_MAX;
			earliest = ts;
			first = &r->runs[i];
		} else if (ts < *until) {
			*until = ts;
		}
	}
	return first;
}

static int decode(struct replay *r, struct mpt_err *err)
{
	struct run *run;
	int64_t until;
	int rc = 0;

	while (rc == 0 && !is_done(r) && (run = choose(r, &until))) {
		if (r->conf->count)
			run->line.limit = r->conf->count - count_shown(r) + run->line.shown;
		mpt_line_drain_until(&run->line,
				     until == INT64_MAX
					     ? UINT64_MAX
					     : (uint64_t)until -
						       (uint64_t)run->context.clock.to_realtime);
		if (r->sink.buf.len >= FLUSH_BYTES)
			rc = flush(r, err);
	}
	return rc;
}

/* --- the end -------------------------------------------------------------------- */

/* Where the recording was cut off, what returned afterwards is not in it. */
static void end_run(struct run *run)
{
	const struct mpt_dat_mark *mark = mpt_dat_mark(run->dat);
	struct mpt_err ignored = { 0 };

	if (mark->state != MPT_DAT_WHOLE || mpt_dat_damage(run->dat, &ignored) < 0)
		run->line.pairing.in_gap = true;
	mpt_line_in_flight(&run->line);
}

static void add_totals(const struct run *run, struct mpt_totals *totals)
{
	const struct mpt_line *line = &run->line;
	const struct mpt_dat_mark *mark = mpt_dat_mark(run->dat);
	struct mpt_lost lost;

	mpt_line_lost(line, mark->lost, &lost);
	totals->lost.overrun += lost.overrun;
	totals->lost.missed_returns += lost.missed_returns;
	totals->lost.unpaired += lost.unpaired;
	totals->lost.at_most = totals->lost.at_most || lost.at_most;
	totals->calls += line->calls;
	totals->shown += line->silent ? 0 : line->shown;
	totals->denied += line->denied;
	totals->uid_unknown += line->uid_unknown;
}

/* How long it was; of one that was not finished until its last record. */
static uint64_t duration_of(const struct run *run)
{
	const struct mpt_dat_mark *mark = mpt_dat_mark(run->dat);
	uint64_t start = mpt_dat_note(run->dat)->start;

	if (mark->state != MPT_DAT_OPEN)
		return mark->duration;
	return run->last > start ? run->last - start : 0;
}

/* From when the first was begun until the last was ended. */
static uint64_t whole_duration(const struct replay *r)
{
	int64_t first = INT64_MAX, last = INT64_MIN;
	size_t i;

	for (i = 0; i < r->nruns; i++) {
		const struct mpt_note *note = mpt_dat_note(r->runs[i].dat);
		int64_t start = (int64_t)(note->start + (uint64_t)note->to_realtime);
		int64_t end = (int64_t)((uint64_t)start + duration_of(&r->runs[i]));

		first = start < first ? start : first;
		last = end > last ? end : last;
	}
	return (uint64_t)last - (uint64_t)first;
}

static int finish(struct replay *r, struct mpt_totals *totals, struct mpt_err *err)
{
	struct mpt_emit_context *context = &r->runs[0].context;
	const struct mpt_emitter *format = r->conf->format;
	size_t i;

	for (i = 0; i < r->nruns; i++) {
		if (!is_done(r))
			end_run(&r->runs[i]);
		add_totals(&r->runs[i], totals);
	}
	totals->asks_uid = r->conf->filter->nuids > 0;
	totals->duration_ns = whole_duration(r);
	if (r->conf->summary)
		format->summary(context, &r->stats, totals, &r->sink.buf);
	if (format->end)
		format->end(context, totals, &r->sink.buf);
	return flush(r, err);
}

/* What is wrong with a file is an error, once all that could be read was shown. */
static int check_run(const struct run *run, struct mpt_err *err)
{
	const struct mpt_dat_mark *mark = mpt_dat_mark(run->dat);
	int rc = mpt_dat_damage(run->dat, err);

	if (mark->state == MPT_DAT_OPEN)
		mpt_log_warn("'%s' was not finished: mempoltrace was killed, or still writes it",
			     run->name);
	else if (mark->state == MPT_DAT_CUT)
		mpt_log_warn("'%s' is not all that there was: writing it failed: %s", run->name,
			     strerror((int)mark->error));
	return rc;
}

static int check_runs(const struct replay *r, struct mpt_err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < r->nruns && rc == 0; i++)
		rc = check_run(&r->runs[i], err);
	return rc;
}

static void close_run(struct run *run)
{
	mpt_merge_destroy(run->line.merge);
	mpt_buf_free(&run->line.cause);
	if (run->line.threads)
		mpt_threads_destroy(run->line.threads);
	mpt_decoder_destroy(run->decoder);
	mpt_buf_free(&run->context.scratch);
	mpt_dat_free(run->dat);
}

static void fini(struct replay *r)
{
	size_t i;

	for (i = 0; r->runs && i < r->nruns; i++)
		close_run(&r->runs[i]);
	free(r->runs);
	mpt_stats_free(&r->stats);
}

static int run_all(struct replay *r, struct mpt_totals *totals, struct mpt_err *err)
{
	const struct mpt_emitter *format = r->conf->format;
	int rc = open_runs(r, err);

	if (rc < 0)
		return rc;
	if (format->begin && r->conf->summary != MPT_SUMMARY_ONLY)
		format->begin(&r->runs[0].context, &r->sink.buf);
	rc = decode(r, err);
	if (rc == 0)
		rc = finish(r, totals, err);
	mpt_session_tell_losses(&totals->lost);
	return rc < 0 ? rc : check_runs(r, err);
}

int mpt_replay_run(const struct mpt_conf *conf, int *status, struct mpt_err *err)
{
	struct mpt_totals totals = { 0 };
	struct replay r = { .conf = conf };
	int rc, closed;

	signal(SIGPIPE, SIG_IGN);
	r.stats.no_times = conf->timestamps == MPT_TIME_NONE;
	rc = mpt_sink_open(&r.sink, conf->output, STDOUT_FILENO, err);
	if (rc == 0)
		rc = run_all(&r, &totals, err);
	closed = mpt_sink_close(&r.sink);
	if (rc == 0 && closed < 0)
		rc = mpt_err_set(err, -closed, "cannot write the trace");
	if (conf->strict &&
	    totals.lost.overrun + totals.lost.missed_returns + totals.lost.unpaired > 0)
		*status = MPT_EXIT_LOST;
	fini(&r);
	return rc;
}
