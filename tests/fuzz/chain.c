/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * chain.c - fuzz: records with any words, through the whole line, in any format.
 *
 * In: three bytes that choose the format, the plan and the kind of times, then
 * records, each begun by four bytes: which event, of which thread, at what distance in time,
 * and how its words are made. Out: nothing; what is printed must be what its
 * format promises.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "fuzz.h"
#include "line.h"
#include "source.h"
#include "xlat.h"

enum { PAGE_SIZE = 4096, HEADER = 16, NPLANS = 6, NKINDS = 6, NFORMATS = 6 };
enum { ID_FIRST = 300, ID_TASKS = 600 };
enum { COMMON = 8, RECORD_MAX = COMMON + 8 * MPT_NSLOTS };

/* --- plans, and the formats of their events -------------------------------- */

static struct mpt_plan plans[NPLANS];
static struct mpt_decoder *decoders[NPLANS];
static const struct mpt_plan *current;

/* file.c's, as the linker's --wrap has it: what the decoder reads comes from here. */
int __wrap_mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret);

static void put_field(struct mpt_buf *buf, const char *type, const char *name, unsigned offset,
		      unsigned size)
{
	mpt_buf_printf(buf, "\tfield:%s %s;\toffset:%u;\tsize:%u;\tsigned:%d;\n", type, name,
		       offset, size, *type != 'u');
}

static void put_common(struct mpt_buf *buf, unsigned id)
{
	mpt_buf_printf(buf, "name: e%u\nID: %u\nformat:\n", id, id);
	put_field(buf, "unsigned short", "common_type", 0, 2);
	put_field(buf, "unsigned char", "common_flags", 2, 1);
	put_field(buf, "unsigned char", "common_preempt_count", 3, 1);
	put_field(buf, "int", "common_pid", 4, 4);
	mpt_buf_putc(buf, '\n');
}

/* Fields of 8 bytes one after the other; words of 4 bytes have the room of 8. */
static void put_def(struct mpt_buf *buf, const struct mpt_def *def)
{
	unsigned i;

	put_common(buf, ID_FIRST + (unsigned)(def - current->defs));
	for (i = 0; i < def->nfields; i++) {
		bool is_int = def->fields[i].size == 4;

		put_field(buf, is_int ? "u32" : "u64", def->fields[i].name, COMMON + 8 * i,
			  is_int ? 4 : 8);
	}
}

static int put_event(struct mpt_buf *buf, const char *name)
{
	unsigned i;

	for (i = 0; i < current->ndefs; i++) {
		if (strcmp(current->defs[i].event, name) != 0)
			continue;
		put_def(buf, &current->defs[i]);
		return 0;
	}
	put_common(buf, strcmp(name, "task_newtask") == 0  ? ID_TASKS
			: strcmp(name, "task_rename") == 0 ? ID_TASKS + 1
							   : ID_TASKS + 2);
	put_field(buf, "pid_t", "pid", 8, 4);
	put_field(buf, "char", strcmp(name, "task_newtask") == 0 ? "comm[16]" : "newcomm[16]", 12,
		  16);
	put_field(buf, "unsigned long", "clone_flags", 32, 8);
	return 0;
}

int __wrap_mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret)
{
	char name[64];

	(void)dirfd;
	if (strcmp(path, "header_page") == 0) {
		put_field(ret, "u64", "timestamp", 0, 8);
		put_field(ret, "local_t", "commit", 8, 8);
		put_field(ret, "int", "overwrite", 8, 1);
		put_field(ret, "char", "data", HEADER, PAGE_SIZE - HEADER);
		return 0;
	}
	if (sscanf(path, "%*[^/]/%63[^/]/format", name) == 1 && strncmp(path, "proc/", 5) != 0) {
		put_event(ret, name);
		mpt_buf_puts(ret, "\nprint fmt: \"\"\n");
		return 0;
	}
	return -ENOENT;
}

/* Every rung, one record a call and two, few and many nodes, one ABI and all. */
static void make_plan(unsigned n)
{
	static const unsigned possible[NPLANS] = { 2, 64, 1024, 64, 100, 2 };
	struct mpt_caps caps = { .possible = possible[n], .page_size = 4096 };
	struct mpt_wish wish = { .syscalls = (1 << MPT_NSYSCALLS) - 1,
				 .lean = n == 3,
				 .denied = true,
				 .poison = UINT64_C(0x9e3779b97f4a7c15) & MPT_POISON_MASK,
				 .group = "fuzz" };
	struct mpt_err err;
	unsigned i;

	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	if (n != 0 && n != 4) {
		mpt_caps_add(&caps, mpt_abi_find("i386"));
		mpt_caps_add(&caps, mpt_abi_find("x32"));
	}
	for (i = 0; i < caps.nviews; i++) {
		caps.views[i].rung = n == 2   ? MPT_RUNG_SAVED
				     : n == 5 ? MPT_RUNG_NONE
					      : MPT_RUNG_ARGS;
		caps.views[i].asker = caps.views[i].abi->asker[0];
	}
	current = &plans[n];
	FUZZ_CHECK(mpt_plan_make(&wish, &caps, &plans[n], &err) == 0);
	FUZZ_CHECK(mpt_decoder_create(-1, &decoders[n], &err) == 0);
	FUZZ_CHECK(mpt_decoder_bind_plan(decoders[n], &plans[n], &err) == 0);
	FUZZ_CHECK(mpt_decoder_bind_tasks(decoders[n], true, &err) == 0);
}

/* --- a source that makes sub-buffers of the input --------------------------- */

struct fuzz_source {
	struct mpt_source source;
	struct fuzz_input in;
	const struct mpt_plan *plan;
	uint64_t ts;
	unsigned cpu;
};

/* Words as they could be: any, small, the call's own number, an error, the poison. */
static uint64_t make_word(struct fuzz_source *fuzz, const struct mpt_def *def, unsigned slot,
			  unsigned how)
{
	if (def->syscall < 0) /* of any call */
		def = &fuzz->plan->defs[0];
	if (how & 1 && slot == MPT_SLOT_NR)
		return mpt_plan_nr(def, how & 2 && def->guest ? def->guest : def->abi);
	if (how & 4 && slot >= MPT_SLOT_WORD0)
		return mpt_plan_poison(fuzz->plan->poison, 8);
	if (how & 8 && slot == MPT_SLOT_RET)
		return (uint64_t) - (int64_t)fuzz_byte(&fuzz->in);
	return how & 16 ? fuzz_byte(&fuzz->in) : fuzz_u64(&fuzz->in);
}

static size_t make_def_record(struct fuzz_source *fuzz, const struct mpt_def *def, unsigned how,
			      unsigned char *ret)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++) {
		uint64_t word = make_word(fuzz, def, def->fields[i].slot, how);

		memcpy(ret + COMMON + 8 * i, &word, sizeof(word));
	}
	return COMMON + 8 * def->nfields;
}

static size_t make_record(struct fuzz_source *fuzz, unsigned char *ret)
{
	unsigned event = fuzz_byte(&fuzz->in), tid = fuzz_byte(&fuzz->in) % 8;
	unsigned how;
	uint16_t id;
	size_t size;

	fuzz->ts += fuzz_byte(&fuzz->in);
	how = fuzz_byte(&fuzz->in);
	event %= fuzz->plan->ndefs + 3;
	if (event < fuzz->plan->ndefs) {
		id = (uint16_t)(ID_FIRST + event);
		size = make_def_record(fuzz, &fuzz->plan->defs[event], how, ret);
	} else {
		id = (uint16_t)(ID_TASKS + event - fuzz->plan->ndefs);
		size = 40;
		fuzz_take(&fuzz->in, ret + COMMON, 32);
		ret[COMMON] = how & 1 ? tid + 1 : ret[COMMON];
	}
	memset(ret, 0, COMMON);
	memcpy(ret, &id, sizeof(id));
	memcpy(ret + 4, &tid, sizeof(tid));
	return how & 32 ? size / 2 : size;
}

/* As many records as find room, each with its length in a word of its own. */
static int read_page(struct mpt_source *source, unsigned cpu, void *page)
{
	struct fuzz_source *fuzz = (struct fuzz_source *)(uintptr_t)source;
	unsigned char record[RECORD_MAX + 8];
	uint64_t len = 0;

	if (fuzz->in.size == 0 || cpu != fuzz->cpu)
		return 0;
	fuzz->cpu = (fuzz->cpu + 1) % source->ncpus;
	memset(page, 0, PAGE_SIZE);
	memcpy(page, &fuzz->ts, sizeof(fuzz->ts));
	while (fuzz->in.size > 0 && HEADER + len + 8 + RECORD_MAX + 8 <= PAGE_SIZE) {
		uint64_t before = fuzz->ts;
		size_t size = (make_record(fuzz, record) + 3) & ~(size_t)3;
		uint32_t head[2];

		head[0] = len ? (uint32_t)(fuzz->ts - before) << 5 : 0;
		head[1] = (uint32_t)size + 4;
		memcpy((char *)page + HEADER + len, head, sizeof(head));
		memcpy((char *)page + HEADER + len + sizeof(head), record, size);
		len += sizeof(head) + size;
	}
	if (fuzz_byte(&fuzz->in) == 7)
		len |= UINT64_C(1) << 31; /* records were lost before */
	memcpy((char *)page + 8, &len, sizeof(len));
	return PAGE_SIZE;
}

static const struct mpt_source_ops ops = { .read = read_page };

/* --- one run ---------------------------------------------------------------- */

static void check(const struct mpt_emitter *emitter, const struct mpt_buf *out)
{
	FUZZ_CHECK(!out->failed);
	if (strcmp(emitter->name, "json") == 0 || strcmp(emitter->name, "tracee") == 0)
		fuzz_check_json(out->data, out->len);
	else if (strcmp(emitter->name, "csv") == 0)
		fuzz_check_csv(out->data, out->len);
	else
		fuzz_check_lines(out->data, out->len);
}

static void run(struct fuzz_source *fuzz, struct mpt_line *line, unsigned n)
{
	struct mpt_totals totals = { 0 };
	struct mpt_err err;

	FUZZ_CHECK(mpt_merge_create(&fuzz->source, &line->merge, &err) == 0);
	line->threads = mpt_threads_create(-1);
	line->plan = fuzz->plan;
	line->decoder = decoders[n];
	FUZZ_CHECK(line->threads != NULL);
	if (line->emitter->begin && !line->silent)
		line->emitter->begin(line->context, line->out);
	do {
		/* it stops where the text is long enough to be written */
		while (mpt_line_drain(line)) {
			check(line->emitter, line->out);
			line->out->len = 0;
		}
	} while (mpt_line_round(line, UINT64_MAX) > 0);
	mpt_line_in_flight(line);
	mpt_pair_lost(&line->pairing, 5, line->plan->lean, line->saw_others, &totals.lost);
	totals.calls = line->calls;
	totals.shown = line->shown;
	if (line->stats) {
		mpt_stats_sort(line->stats);
		line->emitter->summary(line->context, line->stats, &totals, line->out);
	}
	if (line->emitter->end)
		line->emitter->end(line->context, &totals, line->out);
	check(line->emitter, line->out);
	mpt_threads_destroy(line->threads);
	mpt_merge_destroy(line->merge);
}

/* @silent: its summary instead of the calls */
static void run_format(struct fuzz_input in, const struct mpt_emitter *emitter, bool silent)
{
	unsigned n = fuzz_byte(&in) % NPLANS, kind = fuzz_byte(&in);
	struct fuzz_source fuzz = { .plan = &plans[n], .ts = 1000, .in = in };
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	struct mpt_buf out = { 0 };
	struct mpt_emit_context context = { .timestamps = (enum mpt_timestamps)(kind % NKINDS),
					    .array_limit = kind / NKINDS % 8,
					    .width = 80,
					    .color = kind & 128 && false,
					    .host = "h\"ost\n\xff" };
	struct mpt_line line = { .context = &context, .out = &out, .emitter = emitter };

	FUZZ_CHECK(stats != NULL);
	context.clock.cached_second = INT64_MIN;
	fuzz.source = (struct mpt_source){ .ops = &ops, .ncpus = 2, .page_size = PAGE_SIZE };
	line.stats = silent ? stats : NULL;
	line.silent = silent;
	stats->no_times = context.timestamps == MPT_TIME_NONE;
	run(&fuzz, &line, n);
	mpt_stats_free(stats);
	free(stats);
	mpt_buf_free(&context.scratch);
	mpt_buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	const struct mpt_emitter *emitter;
	uint8_t format = fuzz_byte(&in);
	unsigned n;

	for (n = 0; n < NPLANS && !plans[n].ndefs; n++)
		make_plan(n);
	emitter = mpt_emitters[format % NFORMATS];
	run_format(in, emitter, emitter->summary && format & 64);
	return 0;
}
