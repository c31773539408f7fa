/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * decode.c - decodes a recorded run.
 *
 *     decode DIR FORMAT|summary-FORMAT [auto|always|never]
 *
 * In: a directory as capture.h has it. Out: what mempoltrace would have
 * printed, through the same line as live data; with the third
 * word, the argument of --color, as it would to where standard output goes. It needs no root, no
 * tracefs and no kernel like the recorded one.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "caps.h"
#include "capture.h"
#include "err.h"
#include "line.h"
#include "log.h"
#include "look.h"
#include "source.h"

enum { CPUS_MAX = 64 };

/* A source that reads files. */
struct files {
	struct mpt_source source;
	FILE *cpu[CPUS_MAX];
};

static int files_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct files *files = (struct files *)source;

	return fread(page, 1, source->page_size, files->cpu[cpu]) == source->page_size
		       ? (int)source->page_size
		       : 0;
}

static const struct mpt_source_ops files_ops = { .read = files_read };

static void __attribute__((noreturn)) die(const char *what)
{
	fprintf(stderr, "decode: %s: %s\n", what, strerror(errno));
	exit(1);
}

static FILE *open_file(const char *dir, const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "r");
	if (!f)
		die(path);
	return f;
}

static void read_capture(const char *dir, struct capture *c)
{
	FILE *f = open_file(dir, "capture");

#define ROW(key, in, out, to, value)             \
	if (fscanf(f, key " " in "\n", to) != 1) \
		die("capture: " key);
	CAPTURE_FIELDS(ROW)
#undef ROW
	fclose(f);
}

static void open_files(const char *dir, const struct capture *c, struct files *files)
{
	char name[32];
	unsigned i;

	files->source = (struct mpt_source){ .ops = &files_ops, .ncpus = c->ncpus };
	for (i = 0; i < c->ncpus && i < CPUS_MAX; i++) {
		snprintf(name, sizeof(name), "cpu%u.raw", i);
		files->cpu[i] = open_file(dir, name);
	}
}

/* The plan is made anew, from what it was made from then: the map must still fit. */
static void make_plan(const struct capture *c, struct mpt_plan *plan, struct mpt_err *err)
{
	struct mpt_caps caps = { .possible = c->possible, .page_size = c->page_size };
	struct mpt_wish wish = {
		.syscalls = c->syscalls,
		.lean = c->lean,
		.poison = c->poison,
		.group = c->group,
	};

	mpt_caps_add(&caps, mpt_abi_of_machine(c->machine));
	caps.views[0].rung = (enum mpt_rung)c->rung;
	caps.views[0].saved = c->saved;
	if (c->has_32) {
		mpt_caps_add(&caps, mpt_abi_find("i386"));
		caps.views[1].rung = (enum mpt_rung)c->rung_32;
		caps.views[1].saved = c->saved_32;
		caps.views[1].nprefixes = c->prefixes_32;
	}
	if (c->has_x32)
		mpt_caps_add(&caps, mpt_abi_find("x32"));
	if (mpt_plan_make(&wish, &caps, plan, err) < 0)
		die("plan");
}

static void check(int rc, const struct mpt_err *err)
{
	if (rc >= 0)
		return;
	mpt_log_err(err);
	exit(1);
}

static void flush(struct mpt_buf *out)
{
	fwrite(out->data, 1, out->len, stdout);
	out->len = 0;
}

static void print(struct mpt_line *line, const struct capture *c)
{
	struct mpt_totals totals = { 0 };

	int n;

	do {
		n = mpt_line_round(line, UINT64_MAX);
		while (mpt_line_drain(line))
			flush(line->out);
	} while (n > 0);
	mpt_line_in_flight(line);
	mpt_pair_lost(&line->pairing, c->lost, line->plan->lean, line->saw_others, &totals.lost);
	totals.calls = line->calls;
	totals.shown = line->shown;
	if (line->stats) {
		line->stats->no_times = line->context->timestamps == MPT_TIME_NONE;
		line->emitter->summary(line->context, line->stats, &totals, line->out);
		mpt_stats_free(line->stats);
	}
	if (line->emitter->end)
		line->emitter->end(line->context, &totals, line->out);
	flush(line->out);
}

/* A format's name, or that of its summary: "summary-json". */
static bool choose_format(struct mpt_line *line, const char *name)
{
	static struct mpt_stats stats;

	if (strncmp(name, "summary-", 8) == 0) {
		name += 8;
		line->stats = &stats;
		line->silent = true;
	}
	line->emitter = mpt_emitter_find(name);
	return line->emitter != NULL;
}

static void choose_look(struct mpt_emit_context *context, const char *when)
{
	static const char *const names[] = {
		[MPT_AUTO] = "auto", [MPT_ALWAYS] = "always", [MPT_NEVER] = "never"
	};
	int i;

	for (i = MPT_AUTO; i <= MPT_NEVER; i++)
		if (strcmp(when, names[i]) == 0)
			context->color = mpt_look_color(STDOUT_FILENO, (enum mpt_when)i);
	context->width = mpt_look_width(STDOUT_FILENO);
}

int main(int argc, char **argv)
{
	struct mpt_err err = { 0 };
	struct capture capture = { 0 };
	struct files files;
	struct mpt_plan plan;
	struct mpt_decoder *decoder;
	struct mpt_buf out = { 0 };
	struct mpt_emit_context context = { .timestamps = MPT_TIME_UTC,
					    .array_limit = MPT_ARRAY_WORDS,
					    .width = 80 };
	struct mpt_line line = { .plan = &plan, .context = &context, .out = &out };
	int dirfd, eventsfd;

	if (argc < 3 || argc > 4 || !choose_format(&line, argv[2]))
		return 2;
	if (argc == 4)
		choose_look(&context, argv[3]);
	read_capture(argv[1], &capture);
	dirfd = open(argv[1], O_RDONLY | O_DIRECTORY);
	eventsfd = openat(dirfd, "events", O_RDONLY | O_DIRECTORY);
	open_files(argv[1], &capture, &files);
	make_plan(&capture, &plan, &err);
	check(mpt_decoder_create(eventsfd, &decoder, &err), &err);
	files.source.page_size = mpt_decoder_page_size(decoder);
	check(mpt_decoder_bind_plan(decoder, &plan, &err), &err);
	check(mpt_decoder_bind_tasks(decoder, false, &err), &err);
	check(mpt_merge_create(&files.source, &line.merge, &err), &err);
	line.decoder = decoder;
	line.threads = mpt_threads_create(dirfd);
	context.clock = (struct mpt_clock){ .to_realtime = capture.to_realtime,
					    .to_boottime = capture.to_boottime,
					    .start = capture.start,
					    .cached_second = INT64_MIN };
	if (capture.lean)
		context.timestamps = MPT_TIME_NONE;
	snprintf(context.host, sizeof(context.host), "%s", capture.host);
	if (line.emitter->begin && !line.silent)
		line.emitter->begin(&context, &out);
	print(&line, &capture);
	mpt_buf_free(&context.scratch);
	mpt_merge_destroy(line.merge);
	mpt_threads_destroy(line.threads);
	mpt_decoder_destroy(decoder);
	mpt_plan_free(&plan);
	mpt_buf_free(&out);
	return 0;
}
