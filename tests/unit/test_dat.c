/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_dat.c - a trace.dat: what is written is read, and nothing else is.
 *
 * In: sub-buffers written byte by byte, handed on to a recording, and that
 * recording cut off at every byte, or with every byte of it changed. Out: the
 * calls that come of it, held against lines written here; one line that says
 * what is wrong; and no access beyond what is there, which valgrind and the
 * sanitizers see.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "cli.h"
#include "dat_read.h"
#include "dat_write.h"
#include "err.h"
#include "file.h"
#include "fixture.h"
#include "line.h"
#include "replay.h"

#define GROUP "mempoltrace_1_2"

static const uint64_t start = UINT64_C(1) << 40;

static const char all_calls[] =
	"0.000010 numa ctl[145] get_mempolicy(mode=[MPOL_BIND], nodemask=[0-1], maxnode=65, "
	"addr=NULL, "
	"flags=0) = 0 <0.000005>\n"
	"0.000020 ?[146] get_mempolicy(mode=[MPOL_BIND], nodemask=[0-1], maxnode=66, addr=NULL, "
	"flags=0) = 0 <0.000005>\n"
	"0.000030 ?[147] get_mempolicy(mode=[MPOL_BIND], nodemask=[0-1], maxnode=67, addr=NULL, "
	"flags=0) = 0 <0.000005>\n";

struct bench {
	struct fx_tree tree;
	char path[96];
	struct mpt_buf file; /* the whole recording */
	struct mpt_buf out;  /* the calls that were read of one */
	struct mpt_err err;  /* why no more were */
};

/* --- a recording --------------------------------------------------------------- */

static void put_call(struct fx_page *page, uint64_t us, int tid, uint64_t maxnode)
{
	const struct fx_enter enter = {
		.common = { .type = FX_ID_ENTER, .pid = tid },
		.mode = 0x1000,
		.nodemask = 0x2000,
		.maxnode = maxnode,
	};
	const struct fx_exit leave = {
		.common = { .type = FX_ID_EXIT, .pid = tid },
		.u_mode0 = 2,
		.u_nodemask0 = 3,
	};

	fx_page_record(page, start + us * 1000, &enter, sizeof(enter));
	fx_page_record(page, start + us * 1000 + 5000, &leave, sizeof(leave));
}

static void make_plan(struct mpt_plan *plan)
{
	struct mpt_caps caps = { .possible = 2, .page_size = 4096 };
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_GET_MEMPOLICY,
				       .poison = UINT64_C(0xdeadbeefcafef00d),
				       .group = GROUP };
	struct mpt_err err;

	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	assert_int_equal(mpt_plan_make(&wish, &caps, plan, &err), 0);
}

static void drain_all(struct mpt_source *source)
{
	unsigned char page[FX_PAGE_SIZE];
	unsigned cpu;

	for (cpu = 0; cpu < source->ncpus; cpu++)
		while (mpt_source_read(source, cpu, page) > 0)
			;
}

/* Full sub-buffers, where there are any, in one piece before the others. */
static void drain_full(struct mpt_source *source, const struct mpt_source *from)
{
	static unsigned char pages[4][FX_PAGE_SIZE];
	unsigned cpu;

	for (cpu = 0; cpu < source->ncpus && from->ops->read_full; cpu++)
		mpt_source_read_full(source, cpu, pages, 4);
	drain_all(source);
}

static void record(struct bench *b, struct mpt_source *from, const struct mpt_note *note)
{
	const struct mpt_known known = {
		.tid = 145, .tgid = 144, .ts = start, .has_comm = true, .comm = "numa ctl"
	};
	cleanup_buf struct mpt_buf names = { 0 };
	struct mpt_dat_writer *writer;
	struct mpt_source *tee;

	assert_int_equal(mpt_dat_create(b->path, &writer, &b->err), 0);
	mpt_dat_known(writer, &known);
	assert_int_equal(mpt_dat_begin(writer, b->tree.fd, note, from, &b->err), 0);
	tee = mpt_dat_tee(writer, from);
	assert_non_null(tee);
	drain_full(tee, from);
	mpt_dat_sync(writer);
	assert_int_equal(mpt_dat_failed(writer), 0);
	mpt_buf_puts(&names, "145 numa ctl\n");
	assert_int_equal(mpt_dat_finish(writer, &names, 7, 1234, &b->err), 0);
	mpt_source_close(tee);
	mpt_dat_close(writer);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct fx_source fx;
	struct mpt_note note = { .host = "n1", .start = start };

	*state = b;
	assert_non_null(b);
	fx_tree_make(&b->tree);
	fx_write_events(&b->tree, GROUP);
	fx_tree_write(&b->tree, "header_event", "whatever\n");
	snprintf(b->path, sizeof(b->path), "%s/t.dat", b->tree.path);
	fx_source_init(&fx, 4);
	put_call(fx_source_page(&fx, 1, start), 10, 145, 65);
	put_call(fx_source_page(&fx, 3, start), 20, 146, 66);
	put_call(fx_source_page(&fx, 1, start + 29000), 30, 147, 67);
	make_plan(&note.plan);
	record(b, &fx.source, &note);
	mpt_plan_free(&note.plan);
	fx_source_free(&fx);
	return mpt_file_read(AT_FDCWD, b->path, &b->file);
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mpt_buf_free(&b->file);
	mpt_buf_free(&b->out);
	fx_tree_remove(&b->tree);
	free(b);
	return 0;
}

/* --- reading ------------------------------------------------------------------- */

/* Counts the lines, and forgets them, each time that there are many. */
static void count_lines(struct mpt_buf *out, uint64_t *lines)
{
	size_t i;

	for (i = 0; i < out->len; i++)
		*lines += out->data[i] == '\n';
	out->len = 0;
}

/* @lines: NULL to leave them in out */
static int run_line(struct bench *b, struct mpt_dat *dat, uint64_t *lines)
{
	const struct mpt_note *note = mpt_dat_note(dat);
	struct mpt_emit_context context = { .clock = { .start = note->start,
						       .cached_second = INT64_MIN },
					    .timestamps = MPT_TIME_RELATIVE };
	struct mpt_decoder *decoder = NULL;
	struct mpt_line line = {
		.plan = &note->plan, .emitter = &mpt_emit_text, .context = &context, .out = &b->out
	};
	int rc = mpt_decoder_create_from(mpt_dat_formats(dat), &decoder, &b->err);

	if (rc == 0 && mpt_decoder_page_size(decoder) != mpt_dat_source(dat)->page_size)
		rc = mpt_err_set(&b->err, EPROTO, "page size");
	if (rc == 0)
		rc = mpt_decoder_bind_plan(decoder, &note->plan, &b->err);
	if (rc == 0)
		rc = mpt_decoder_bind_tasks(decoder, note->plan.denied, &b->err);
	if (rc == 0)
		rc = mpt_merge_create(mpt_dat_source(dat), &line.merge, &b->err);
	line.decoder = decoder;
	line.threads = mpt_threads_create(-1);
	mpt_threads_recall(line.threads, note->known, note->nknown);
	while (rc == 0 && mpt_line_round(&line, UINT64_MAX) > 0)
		while (mpt_line_drain(&line))
			if (lines)
				count_lines(&b->out, lines);
	if (rc == 0)
		mpt_line_in_flight(&line);
	if (lines)
		count_lines(&b->out, lines);
	mpt_merge_destroy(line.merge);
	mpt_threads_destroy(line.threads);
	mpt_decoder_destroy(decoder);
	mpt_buf_free(&context.scratch);
	return rc < 0 ? rc : mpt_dat_damage(dat, &b->err);
}

/* Reads @n bytes as a recording; what came of it is in out and err. */
static int read_bytes(struct bench *b, const char *bytes, size_t n)
{
	int fd = memfd_create("t", 0), rc;
	struct mpt_dat *dat = NULL;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	b->out.len = 0;
	b->err = (struct mpt_err){ 0 };
	rc = mpt_dat_open_fd(fd, "t.dat", &dat, &b->err);
	if (rc < 0)
		return rc;
	rc = run_line(b, dat, NULL);
	mpt_dat_free(dat);
	return rc;
}

static void what_was_written(void **state)
{
	struct bench *b = *state;
	struct mpt_dat *dat;

	assert_int_equal(read_bytes(b, b->file.data, b->file.len), 0);
	assert_string_equal(mpt_buf_cstr(&b->out), all_calls);
	assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
	assert_string_equal(mpt_dat_note(dat)->host, "n1");
	assert_int_equal(mpt_dat_mark(dat)->state, MPT_DAT_WHOLE);
	assert_int_equal(mpt_dat_mark(dat)->lost, 7);
	assert_int_equal(mpt_dat_mark(dat)->duration, 1234);
	assert_int_equal(mpt_dat_source(dat)->ncpus, 4);
	mpt_dat_free(dat);
	/* three sub-buffers, a header of less than four, and what is known of one thread */
	assert_true(b->file.len < 7 * 4096 + 100);
}

/* The lines that were printed are some of those of the whole. */
static void assert_some(struct bench *b)
{
	char *next = NULL, *line;

	mpt_buf_cstr(&b->out);
	for (line = strtok_r(b->out.data, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		const char *what = strstr(line, "get_mempolicy(");

		assert_non_null(what);
		assert_non_null(strstr(all_calls, what));
	}
}

static void cut_off_anywhere(void **state)
{
	struct bench *b = *state;
	size_t n, with_calls = 0;

	for (n = 0; n < b->file.len; n++) {
		if (read_bytes(b, b->file.data, n) == 0)
			fail_msg("nothing is wrong after %zu bytes", n);
		assert_non_null(strstr(b->err.what, "'t.dat'"));
		with_calls += b->out.len > 0;
		assert_some(b);
	}
	/* all but the first sub-buffer, and who is who, can be missing */
	assert_true(with_calls > 4096);
}

static void changed_anywhere(void **state)
{
	static const unsigned char bits[] = { 0xff, 0x80, 0x01 };
	struct bench *b = *state;
	size_t i, k;

	for (i = 0; i < b->file.len; i++) {
		/* sub-buffers are mostly empty */
		if (i > 12288 && i % 4096 > 400)
			continue;
		for (k = 0; k < sizeof(bits); k++) {
			b->file.data[i] = (char)((unsigned char)b->file.data[i] ^ bits[k]);
			if (read_bytes(b, b->file.data, b->file.len) < 0)
				assert_true(b->err.what[0] != '\0');
			b->file.data[i] = (char)((unsigned char)b->file.data[i] ^ bits[k]);
		}
	}
}

static void not_ours(void **state)
{
	struct bench *b = *state;
	char *mark;

	assert_true(read_bytes(b, "", 0) < 0);
	assert_string_equal(b->err.what, "'t.dat' is no trace.dat");
	assert_true(read_bytes(b, "root:x:0:0:root:/root:/bin/sh\n", 30) < 0);
	assert_string_equal(b->err.what, "'t.dat' is no trace.dat");
	b->file.data[10] = '7';
	assert_true(read_bytes(b, b->file.data, b->file.len) < 0);
	assert_string_equal(b->err.what, "'t.dat' is a trace.dat that mempoltrace did not write");
	b->file.data[10] = '6';
	mark = memmem(b->file.data, b->file.len, MPT_DAT_MARK "\0\1", sizeof(MPT_DAT_MARK) + 1);
	assert_non_null(mark);
	*mark = 'M';
	assert_true(read_bytes(b, b->file.data, b->file.len) < 0);
	assert_string_equal(b->err.what, "'t.dat' is a trace.dat that mempoltrace did not write");
}

static void no_place_for_one(void **state)
{
	struct bench *b = *state;
	struct mpt_dat_writer *writer = NULL;

	assert_true(mpt_dat_create("/dev/null", &writer, &b->err) < 0);
	assert_string_equal(b->err.what, "cannot record to '/dev/null', which is no regular file: "
					 "Operation not supported");
	assert_int_equal(mpt_dat_create("/nowhere/t.dat", &writer, &b->err), -ENOENT);
	assert_null(writer);
}

/* Whatever stops the writer, the file can be read. */
static void never_finished(void **state)
{
	struct bench *b = *state;
	struct mpt_note note = { .host = "n1", .start = start };
	struct mpt_dat_writer *writer;
	struct mpt_source *tee;
	struct mpt_dat *dat;
	struct fx_source fx;

	fx_source_init(&fx, 4);
	put_call(fx_source_page(&fx, 2, start), 20, 146, 66);
	make_plan(&note.plan);
	assert_int_equal(mpt_dat_create(b->path, &writer, &b->err), 0);
	assert_int_equal(mpt_dat_begin(writer, b->tree.fd, &note, &fx.source, &b->err), 0);
	tee = mpt_dat_tee(writer, &fx.source);
	drain_all(tee);
	mpt_dat_sync(writer);
	assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
	assert_int_equal(mpt_dat_mark(dat)->state, MPT_DAT_OPEN);
	assert_int_equal(run_line(b, dat, NULL), 0);
	assert_int_equal(strncmp(mpt_buf_cstr(&b->out), strchr(all_calls, '\n') + 1, b->out.len),
			 0);
	assert_true(b->out.len > 0);
	mpt_dat_free(dat);
	mpt_source_close(tee);
	mpt_dat_close(writer);
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
}

/* Where the table of CPUs is, in the file's first bytes. */
static size_t table_at(const struct bench *b)
{
	static char head[1 << 16];
	int fd = open(b->path, O_RDONLY | O_CLOEXEC);
	const char *at;

	assert_true(pread(fd, head, sizeof(head), 0) > 0);
	close(fd);
	at = memmem(head, sizeof(head), MPT_DAT_RECORD, sizeof(MPT_DAT_RECORD));
	assert_non_null(at);
	return (size_t)(at - head);
}

/*
 * A header that moves at the end would for a moment be half of each; but more names
 * than there is room for are not left out.
 */
static void names_move_nothing(void **state)
{
	struct bench *b = *state;
	struct mpt_note note = { .host = "n1", .start = start };
	struct mpt_dat_writer *writer;
	struct fx_source fx;
	size_t before;
	unsigned n, i;

	fx_source_init(&fx, 4);
	make_plan(&note.plan);
	for (n = 1; n <= 2000; n += 1999) {
		cleanup_buf struct mpt_buf names = { 0 };
		struct mpt_dat *dat;

		assert_int_equal(mpt_dat_create(b->path, &writer, &b->err), 0);
		assert_int_equal(mpt_dat_begin(writer, b->tree.fd, &note, &fx.source, &b->err), 0);
		before = table_at(b);
		for (i = 0; i < n; i++)
			mpt_buf_printf(&names, "%u numa ctl\n", i + 1000);
		assert_int_equal(mpt_dat_finish(writer, &names, 7, 1234, &b->err), 0);
		assert_true(n > 1 ? table_at(b) > before : table_at(b) == before);
		b->file.len = 0;
		assert_int_equal(mpt_file_read(AT_FDCWD, b->path, &b->file), 0);
		assert_non_null(memmem(b->file.data, b->file.len, names.data + names.len - 14, 14));
		assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
		assert_int_equal(mpt_dat_mark(dat)->state, MPT_DAT_WHOLE);
		mpt_dat_free(dat);
		mpt_dat_close(writer);
	}
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
}

/* Full sub-buffers that come in one piece are all written, and in their order. */
static void several_at_once(void **state)
{
	struct bench *b = *state;
	struct mpt_note note = { .host = "n1", .start = start };
	struct mpt_dat *dat;
	struct fx_source fx;
	uint64_t lines = 0;
	unsigned i;

	fx_source_init(&fx, 4);
	for (i = 0; i < 4; i++)
		put_call(fx_source_page(&fx, 2, start + i * 10000), i * 10, 146, 66);
	make_plan(&note.plan);
	record(b, &fx.source, &note);
	assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
	assert_int_equal(run_line(b, dat, &lines), 0);
	assert_int_equal(lines, 4);
	mpt_dat_free(dat);
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
}

/* Where the disk is full: 2 sub-buffers and a bit into the first piece of 3; 0: nowhere yet. */
static bool fills_up;
static off_t full_at;

ssize_t __real_pwrite(int fd, const void *bytes, size_t n, off_t offset);
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t offset);

/* The linker's --wrap: the call that dat_write.c makes. */
ssize_t __wrap_pwrite(int fd, const void *bytes, size_t n, off_t offset)
{
	if (fills_up && full_at == 0 && n == (size_t)3 * FX_PAGE_SIZE)
		full_at = offset + 2 * FX_PAGE_SIZE + 100;
	if (full_at && offset < full_at && offset + (off_t)n > full_at)
		n = (size_t)(full_at - offset);
	if (!full_at || offset < full_at)
		return __real_pwrite(fd, bytes, n, offset);
	errno = ENOSPC;
	return -1;
}

/* Of a piece that there is no room for, what there is room for is in the file. */
static void a_piece_too_large(void **state)
{
	struct bench *b = *state;
	struct mpt_note note = { .host = "n1", .start = start };
	struct mpt_dat_writer *writer;
	struct mpt_source *tee;
	struct mpt_dat *dat;
	struct fx_source fx;
	uint64_t lines = 0;
	unsigned i;

	fx_source_init(&fx, 1);
	for (i = 0; i < 4; i++)
		put_call(fx_source_page(&fx, 0, start + i * 10000), i * 10, 146, 66);
	make_plan(&note.plan);
	assert_int_equal(mpt_dat_create(b->path, &writer, &b->err), 0);
	assert_int_equal(mpt_dat_begin(writer, b->tree.fd, &note, &fx.source, &b->err), 0);
	tee = mpt_dat_tee(writer, &fx.source);
	fills_up = true;
	drain_full(tee, &fx.source);
	fills_up = false;
	mpt_dat_sync(writer);
	full_at = 0;
	assert_int_equal(fx.reads, 4);
	assert_int_equal(mpt_dat_failed(writer), -ENOSPC);
	assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
	run_line(b, dat, &lines);
	assert_int_equal(lines, 2);
	mpt_dat_free(dat);
	mpt_source_close(tee);
	mpt_dat_close(writer);
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
}

/* --- killed while the gaps are taken out ------------------------------------------ */

static int gaps_until_death;

int __real_fallocate(int fd, int mode, off_t offset, off_t len);
int __wrap_fallocate(int fd, int mode, off_t offset, off_t len);

/* The linker's --wrap: the call that dat_write.c makes. */
int __wrap_fallocate(int fd, int mode, off_t offset, off_t len)
{
	int rc = __real_fallocate(fd, mode, offset, len);

	if (rc == 0 && mode == FALLOC_FL_COLLAPSE_RANGE && --gaps_until_death == 0)
		raise(SIGKILL);
	return rc;
}

/* Records in a child that dies as soon as so many gaps are gone. Returns whether it came to that.
 */
static bool record_until(struct bench *b, int gaps)
{
	struct mpt_note note = { .host = "n1", .start = start };
	struct fx_source fx;
	pid_t child;
	int wstatus;

	fx_source_init(&fx, 4);
	put_call(fx_source_page(&fx, 1, start), 10, 145, 65);
	put_call(fx_source_page(&fx, 3, start), 20, 146, 66);
	put_call(fx_source_page(&fx, 1, start + 29000), 30, 147, 67);
	make_plan(&note.plan);
	child = fork();
	if (child == 0) {
		gaps_until_death = gaps;
		record(b, &fx.source, &note);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	assert_true(wstatus == 0 || (WIFSIGNALED(wstatus) && WTERMSIG(wstatus) == SIGKILL));
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
	return wstatus != 0;
}

/* The gap is gone, and the table has it still: nothing is lost, and nothing is wrong. */
static void killed_at_a_gap(void **state)
{
	struct bench *b = *state;
	struct mpt_dat *dat;
	int gaps = 0;

	while (record_until(b, gaps + 1)) {
		gaps++;
		b->out.len = 0;
		assert_int_equal(mpt_dat_open(b->path, &dat, &b->err), 0);
		assert_int_equal(mpt_dat_mark(dat)->state, MPT_DAT_WHOLE);
		assert_int_equal(run_line(b, dat, NULL), 0);
		assert_string_equal(mpt_buf_cstr(&b->out), all_calls);
		mpt_dat_free(dat);
	}
	if (gaps == 0)
		skip(); /* this file system takes none out without copying */
	/* before each of two CPUs, and before the note */
	assert_int_equal(gaps, 3);
}

/* A small file could be read for ever. */
static void records_of_several_cpus(void **state)
{
	struct bench *b = *state;
	char *table = memmem(b->file.data, b->file.len, MPT_DAT_RECORD, sizeof(MPT_DAT_RECORD));
	struct mpt_dat_cpu cpus[4];
	unsigned i;

	assert_non_null(table);
	memcpy(cpus, table + sizeof(MPT_DAT_RECORD), sizeof(cpus));
	for (i = 0; i < 4; i++)
		cpus[i] = cpus[1];
	memcpy(table + sizeof(MPT_DAT_RECORD), cpus, sizeof(cpus));
	assert_true(read_bytes(b, b->file.data, b->file.len) < 0);
	assert_non_null(strstr(b->err.what, "CPUs have the same records"));
	assert_int_equal(b->out.len, 0);
}

/* ulimit -f: 512 MB are enough for all of it, whatever the regions are. */
static void file_size_is_limited(void **state)
{
	struct bench *b = *state;
	const struct rlimit limit = { 512 << 20, 512 << 20 };
	struct mpt_note note = { .host = "n1", .start = start };
	struct fx_source fx;
	pid_t child;
	int wstatus;

	fx_source_init(&fx, 4);
	put_call(fx_source_page(&fx, 1, start), 10, 145, 65);
	make_plan(&note.plan);
	child = fork();
	if (child == 0) {
		setrlimit(RLIMIT_FSIZE, &limit);
		record(b, &fx.source, &note);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &wstatus, 0), child);
	assert_int_equal(wstatus, 0);
	fx_source_free(&fx);
	mpt_plan_free(&note.plan);
}

/* --- a long recording ------------------------------------------------------------ */

enum { LONG_PAGES = 4096 }; /* of each of 4 CPUs: 64 MiB in all */

struct endless {
	struct mpt_source source;
	unsigned pages; /* of each CPU */
	unsigned done[4];
	uint64_t calls;
};

static int endless_read(struct mpt_source *source, unsigned cpu, void *ret)
{
	static struct fx_page page;
	struct endless *e = (struct endless *)source;
	uint64_t us = 20000 * (uint64_t)e->done[cpu] + 100 * cpu;

	if (e->done[cpu]++ == e->pages)
		return 0;
	fx_page_begin(&page, start + us * 1000);
	while (fx_page_has_room(&page, 250)) {
		put_call(&page, us += 20, 145 + (int)cpu, 65);
		e->calls++;
	}
	memcpy(ret, fx_page_end(&page), FX_PAGE_SIZE);
	return FX_PAGE_SIZE;
}

/* In a child, whose memory is its own; its status is whether as many calls came as were made. */
static void read_long(struct bench *b, uint64_t calls)
{
	struct mpt_dat *dat;
	uint64_t lines = 0;

	if (mpt_dat_open(b->path, &dat, &b->err) < 0 || run_line(b, dat, &lines) < 0)
		_exit(2);
	_exit(lines == calls ? 0 : 1);
}

static void memory_stays_small(void **state)
{
	static const struct mpt_source_ops ops = { .read = endless_read };
	struct bench *b = *state;
	struct endless e = { .source = { .ops = &ops, .ncpus = 4, .page_size = FX_PAGE_SIZE },
			     .pages = LONG_PAGES };
	struct mpt_note note = { .host = "n1", .start = start };
	struct rusage usage;
	int wstatus;
	pid_t child;

	make_plan(&note.plan);
	record(b, &e.source, &note);
	mpt_plan_free(&note.plan);
	child = fork();
	if (child == 0)
		read_long(b, e.calls);
	assert_int_equal(wait4(child, &wstatus, 0, &usage), child);
	assert_int_equal(wstatus, 0);
	assert_true(e.calls > 100000);
#ifndef __SANITIZE_ADDRESS__ /* which keeps what was freed */
	assert_true(usage.ru_maxrss < 32 * 1024);
#endif
}

/* What -r prints, in lines; it writes to a file. */
static uint64_t replay(struct bench *b, const char *to)
{
	char name[] = "mempoltrace", read[] = "-r", output[] = "-o", *argv[6] = { name, read };
	cleanup_buf struct mpt_buf text = { 0 };
	struct mpt_conf conf;
	uint64_t lines = 0;
	int status = 0;

	argv[2] = b->path;
	argv[3] = output;
	argv[4] = (char *)(uintptr_t)to;
	assert_int_equal(mpt_cli_parse(5, argv, &conf, &b->err), 0);
	assert_int_equal(mpt_replay_run(&conf, &status, &b->err), 0);
	mpt_conf_free(&conf);
	assert_int_equal(mpt_file_read(AT_FDCWD, to, &text), 0);
	count_lines(&text, &lines);
	return lines;
}

/* The last round reads nothing, and what it shows is that there is no more to wait for. */
static void as_much_as_there_is_room_for(void **state)
{
	static const struct mpt_source_ops ops = { .read = endless_read };
	struct bench *b = *state;
	struct endless e = { .source = { .ops = &ops, .ncpus = 1, .page_size = FX_PAGE_SIZE },
			     .pages = 512 }; /* 2 MiB: merge.c, BYTES_MAX */
	struct mpt_note note = { .host = "n1", .start = start };
	char to[128];

	make_plan(&note.plan);
	record(b, &e.source, &note);
	mpt_plan_free(&note.plan);
	snprintf(to, sizeof(to), "%s/out", b->tree.path);
	assert_int_equal(replay(b, to), e.calls);
	unlink(to);
}

/* What decodes a recording of an older kernel is in it. */
static void an_older_kernel(void **state)
{
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_GET_MEMPOLICY,
				       .group = GROUP };
	struct mpt_caps caps = { .possible = 2, .page_size = 4096, .lacks = MPT_LACKS_IMM };
	struct mpt_note note = { .host = "n1" }, got = { 0 };
	cleanup_buf struct mpt_buf text = { 0 };
	char *line, *rest;
	struct mpt_err err;
	unsigned i;

	(void)state;
	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	assert_true(mpt_caps_use_older(&caps));
	assert_int_equal(mpt_plan_make(&wish, &caps, &note.plan, &err), 0);
	mpt_note_put(&text, &note);
	mpt_buf_cstr(&text);
	for (line = strtok_r(text.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		assert_int_equal(mpt_note_read(&got, line, &err), 0);
	assert_int_equal(mpt_note_finish(&got, &err), 0);
	assert_int_equal(got.plan.lacks, MPT_LACKS_IMM);
	assert_int_equal(got.plan.ndefs, 2); /* the poison is not recorded */
	for (i = 0; i < got.plan.ndefs; i++)
		assert_true(got.plan.defs[i].view.by_registers && got.plan.defs[i].has_nr);
	mpt_plan_free(&note.plan);
	mpt_note_free(&got);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_written, setup, teardown),
		cmocka_unit_test_setup_teardown(cut_off_anywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(changed_anywhere, setup, teardown),
		cmocka_unit_test_setup_teardown(not_ours, setup, teardown),
		cmocka_unit_test_setup_teardown(no_place_for_one, setup, teardown),
		cmocka_unit_test_setup_teardown(never_finished, setup, teardown),
		cmocka_unit_test_setup_teardown(names_move_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(several_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_piece_too_large, setup, teardown),
		cmocka_unit_test_setup_teardown(killed_at_a_gap, setup, teardown),
		cmocka_unit_test_setup_teardown(records_of_several_cpus, setup, teardown),
		cmocka_unit_test_setup_teardown(file_size_is_limited, setup, teardown),
		cmocka_unit_test_setup_teardown(memory_stays_small, setup, teardown),
		cmocka_unit_test_setup_teardown(as_much_as_there_is_room_for, setup, teardown),
		cmocka_unit_test(an_older_kernel),
	};

	return cmocka_run_group_tests_name("dat", tests, NULL, NULL);
}
