/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_line.c - the line from sub-buffers to lines of output.
 *
 * In: sub-buffers of some CPUs, written byte by byte, the formats of their
 * events, and a /proc in a directory. Out: the text that comes of them, held
 * against lines written here, and the counts of what was lost. It is the one
 * unit test in which all stages work together; no kernel is asked.
 */
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fixture.h"
#include "line.h"

/* Far enough from 0 that all of it is older than any hold once UINT64_MAX is now. */
static const uint64_t start = UINT64_C(1) << 40;

struct bench {
	struct fx_tree events, root;
	struct fx_source fx;
	struct mpt_plan plan;
	struct mpt_decoder *decoder;
	struct mpt_emit_context context;
	struct mpt_buf out;
	struct mpt_line line;
};

static void make_plan(struct mpt_plan *plan)
{
	struct mpt_caps caps = { .possible = 2, .page_size = 4096 };
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_GET_MEMPOLICY,
				       .poison = UINT64_C(0xdeadbeefcafef00d),
				       .group = "g" };
	struct mpt_err err;

	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	assert_int_equal(mpt_plan_make(&wish, &caps, plan, &err), 0);
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct mpt_err err;

	*state = b;
	assert_non_null(b);
	fx_tree_make(&b->events);
	fx_tree_make(&b->root);
	fx_write_events(&b->events, "g");
	fx_write_proc(&b->root, 145, 144, 1000, "numactl\n");
	fx_source_init(&b->fx, 2);
	make_plan(&b->plan);
	assert_int_equal(mpt_decoder_create(b->events.fd, &b->decoder, &err), 0);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &b->plan, &err), 0);
	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &err), 0);
	b->context =
		(struct mpt_emit_context){ .clock = { .start = start, .cached_second = INT64_MIN },
					   .timestamps = MPT_TIME_RELATIVE,
					   .host = "n1" };
	b->line = (struct mpt_line){
		.decoder = b->decoder,
		.threads = mpt_threads_create(b->root.fd),
		.plan = &b->plan,
		.emitter = &mpt_emit_text,
		.context = &b->context,
		.out = &b->out,
	};
	return mpt_merge_create(&b->fx.source, &b->line.merge, &err);
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mpt_merge_destroy(b->line.merge);
	mpt_threads_destroy(b->line.threads);
	mpt_decoder_destroy(b->decoder);
	mpt_plan_free(&b->plan);
	mpt_buf_free(&b->out);
	fx_source_free(&b->fx);
	fx_tree_remove(&b->events);
	fx_tree_remove(&b->root);
	free(b);
	return 0;
}

/* A new sub-buffer of a CPU; times here count from the start, in microseconds. */
static struct fx_page *page_of(struct bench *b, unsigned cpu, uint64_t us)
{
	return fx_source_page(&b->fx, cpu, start + us * 1000);
}

/* get_mempolicy(0x1000, 0x2000, maxnode, NULL, 0), which is told from others by maxnode */
static void put_enter(struct fx_page *page, uint64_t us, int tid, uint64_t maxnode)
{
	const struct fx_enter record = {
		.common = { .type = FX_ID_ENTER, .pid = tid },
		.mode = 0x1000,
		.nodemask = 0x2000,
		.maxnode = maxnode,
	};

	fx_page_record(page, start + us * 1000, &record, sizeof(record));
}

static void put_exit(struct fx_page *page, uint64_t us, int tid, uint32_t mode, uint64_t nodes)
{
	const struct fx_exit record = {
		.common = { .type = FX_ID_EXIT, .pid = tid },
		.u_mode0 = mode,
		.u_nodemask0 = nodes,
	};

	fx_page_record(page, start + us * 1000, &record, sizeof(record));
}

static void put_newtask(struct fx_page *page, uint64_t us, int by, int task, uint64_t clone_flags)
{
	const struct fx_newtask record = {
		.common = { .type = FX_ID_NEWTASK, .pid = by },
		.pid = task,
		.comm = "forked",
		.clone_flags = clone_flags,
	};

	fx_page_record(page, start + us * 1000, &record, sizeof(record));
}

static void put_rename(struct fx_page *page, uint64_t us, int task)
{
	const struct fx_rename record = {
		.common = { .type = FX_ID_RENAME, .pid = task },
		.pid = task,
		.oldcomm = "forked",
		.newcomm = "exec'ed",
	};

	fx_page_record(page, start + us * 1000, &record, sizeof(record));
}

static void run(struct bench *b, uint64_t now)
{
	assert_true(mpt_line_round(&b->line, now) >= 0);
	while (mpt_line_drain(&b->line))
		;
}

static void assert_out(struct bench *b, const char *expected)
{
	assert_string_equal(mpt_buf_cstr(&b->out), expected);
}

#define CALL(maxnode, mode, nodes)                                              \
	"get_mempolicy(mode=[" mode "], nodemask=[" nodes "], maxnode=" maxnode \
	", addr=NULL, flags=0) = 0"

static void a_call(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	put_enter(page, 10, 145, 1025);
	put_exit(page, 15, 145, 0x8002, 2);
	run(b, UINT64_MAX);
	assert_out(b, "0.000010 numactl[145] " CALL("1025", "MPOL_BIND|MPOL_F_STATIC_NODES",
						    "1") " <0.000005>\n");
	assert_int_equal(b->line.shown, 1);
	assert_int_equal(b->line.pairing.calls, 1);
	assert_false(b->line.saw_others);
}

/* The thread moved while it was inside; and lines come in the order of return. */
static void across_cpus(void **state)
{
	struct bench *b = *state;
	struct fx_page *page0 = page_of(b, 0, 10), *page1 = page_of(b, 1, 12);

	fx_write_proc(&b->root, 146, 144, 1000, "worker\n");
	put_enter(page0, 10, 145, 65);
	put_enter(page0, 11, 146, 66);
	put_exit(page1, 12, 146, 0, 0);
	put_exit(page1, 20, 145, 3, 3);
	run(b, UINT64_MAX);
	assert_out(b, "0.000011 worker[146] " CALL("66", "MPOL_DEFAULT",
						   "") " <0.000001>\n"
						       "0.000010 numactl[145] " CALL(
							       "65", "MPOL_INTERLEAVE",
							       "0-1") " <0.000010>\n");
}

static void who_forked_and_executed(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 1);

	b->line.emitter = &mpt_emit_json;
	b->context.timestamps = MPT_TIME_NONE;
	put_newtask(page, 1, 145, 300, 0);
	put_newtask(page, 2, 145, 301, CLONE_THREAD);
	put_enter(page, 3, 300, 65);
	put_exit(page, 4, 300, 0, 0);
	put_rename(page, 5, 300);
	put_enter(page, 6, 300, 65);
	put_exit(page, 7, 300, 0, 0);
	put_enter(page, 8, 301, 65);
	put_exit(page, 9, 301, 0, 0);
	run(b, UINT64_MAX);
	assert_true(b->line.saw_others);
#define WHO(pid, tid, comm)                                                                       \
	"{\"type\":\"call\",\"time\":null,\"host\":\"n1\",\"cpu\":0,\"pid\":" pid ",\"tid\":" tid \
	",\"uid\":null,\"comm\":\"" comm "\",\"abi\":\"x86_64\""                                  \
	",\"syscall\":\"get_mempolicy\",\"args\":{\"mode\":\"0x1000\""                            \
	",\"nodemask\":\"0x2000\",\"maxnode\":65,\"addr\":\"0x0\",\"flags\":0}"                   \
	",\"decoded\":{\"flags\":[],\"mode\":\"MPOL_DEFAULT\",\"mode_flags\":[]"                  \
	",\"nodes\":[]},\"ret\":0,\"error\":null,\"denied\":false,\"duration_ns\":null}\n"
	assert_out(b, WHO("300", "300", "forked") WHO("300", "300", "exec'ed")
			      WHO("144", "301", "forked"));
}

static void the_uid_is_of_the_process(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 1);

	b->line.emitter = &mpt_emit_json;
	put_enter(page, 3, 145, 65);
	put_exit(page, 4, 145, 0, 0);
	run(b, UINT64_MAX);
	assert_non_null(strstr(mpt_buf_cstr(&b->out), ",\"pid\":144,\"tid\":145,\"uid\":1000,"));
}

/* A fault in the mask, by the poison that the plan has. */
static void what_could_not_be_read(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	put_enter(page, 10, 145, 1025);
	put_exit(page, 11, 145, 2, UINT64_C(0xdeadbeefcafef00d));
	run(b, UINT64_MAX);
	assert_out(b, "0.000010 numactl[145] get_mempolicy(mode=[MPOL_BIND], nodemask=0x2000, "
		      "maxnode=1025, addr=NULL, flags=0) = 0 <0.000001>\n");
}

static void young_records_wait(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	put_enter(page, 10, 145, 1025);
	put_exit(page, 11, 145, 2, 1);
	run(b, start + 11000 + MPT_HOLD_NS - 1);
	assert_out(b, "");
	run(b, start + 11000 + MPT_HOLD_NS);
	assert_out(b, "0.000010 numactl[145] " CALL("1025", "MPOL_BIND", "0") " <0.000001>\n");
}

static void own_calls_are_not_shown(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	b->line.ignore = 77;
	put_enter(page, 10, 77, 65);
	put_enter(page, 11, 145, 1025);
	put_exit(page, 12, 77, 0, 0);
	put_exit(page, 13, 145, 2, 1);
	put_enter(page, 14, 77, 65);
	run(b, UINT64_MAX);
	mpt_line_in_flight(&b->line);
	assert_out(b, "0.000011 numactl[145] " CALL("1025", "MPOL_BIND", "0") " <0.000002>\n");
	assert_int_equal(b->line.pairing.calls, 1);
	assert_int_equal(b->line.pairing.in_flight, 0);
}

static void no_more_than_asked_for(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);
	uint64_t us;

	b->line.limit = 2;
	assert_false(mpt_line_is_done(&b->line));
	for (us = 10; us < 15; us++) {
		put_enter(page, 10 * us, 145, 65);
		put_exit(page, 10 * us + 1, 145, 0, 0);
	}
	put_enter(page, 1000, 145, 65);
	run(b, UINT64_MAX);
	mpt_line_in_flight(&b->line);
	assert_out(b, "0.000100 numactl[145] " CALL("65", "MPOL_DEFAULT",
						    "") " <0.000001>\n"
							"0.000110 numactl[145] " CALL(
								"65", "MPOL_DEFAULT",
								"") " <0.000001>\n");
	assert_true(mpt_line_is_done(&b->line));
	assert_int_equal(b->line.shown, 2);
	/* those that were made are counted all the same */
	assert_int_equal(b->line.pairing.calls, 5);
	assert_int_equal(b->line.pairing.in_flight, 1);
}

static void in_flight_in_order_of_entry(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	fx_write_proc(&b->root, 146, 144, 1000, "worker\n");
	put_enter(page, 10, 146, 65);
	put_enter(page, 11, 145, 66);
	run(b, UINT64_MAX);
	assert_out(b, "");
	mpt_line_in_flight(&b->line);
	assert_out(b,
		   "0.000010 worker[146] get_mempolicy(mode=0x1000, nodemask=0x2000, maxnode=65, "
		   "addr=NULL, flags=0) = ?\n"
		   "0.000011 numactl[145] get_mempolicy(mode=0x1000, nodemask=0x2000, maxnode=66, "
		   "addr=NULL, flags=0) = ?\n");
	assert_int_equal(b->line.shown, 2);
	/* once */
	mpt_line_in_flight(&b->line);
	assert_int_equal(b->line.shown, 2);
}

/* Of one call the entry was overwritten, of another the return was missed. */
static void losses_are_counted(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);
	struct mpt_lost lost;

	put_exit(page, 10, 145, 0, 0);
	put_enter(page, 11, 145, 65);
	put_enter(page, 12, 145, 66);
	put_exit(page, 13, 145, 2, 1);
	page = page_of(b, 0, 20);
	page->lost = 5;
	put_exit(page, 20, 145, 0, 0);
	run(b, UINT64_MAX);
	assert_out(b, "0.000012 numactl[145] " CALL("66", "MPOL_BIND", "0") " <0.000001>\n");
	assert_int_equal(b->line.pairing.began_before, 1);
	mpt_pair_lost(&b->line.pairing, 5, false, b->line.saw_others, &lost);
	assert_int_equal(lost.missed_returns, 1);
	assert_int_equal(lost.unpaired, 1);
	assert_int_equal(lost.overrun, 2);
}

/*
 * What lies between an entry and the gap's end is gone: the return of that
 * call, other calls whole, and the entry of the one that returns now. The
 * arguments of the first must not be shown with the answer of the last.
 */
static void no_call_is_joined_across_a_gap(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);
	struct mpt_lost lost;

	put_enter(page, 10, 145, 65);
	page = page_of(b, 0, 20);
	page->lost = 4;
	put_exit(page, 20, 145, 2, 1);
	put_enter(page, 30, 145, 67);
	put_exit(page, 31, 145, 3, 3);
	run(b, UINT64_MAX);
	assert_out(b,
		   "0.000030 numactl[145] " CALL("67", "MPOL_INTERLEAVE", "0-1") " <0.000001>\n");
	/* three calls were made at the least, of which one is shown */
	mpt_pair_lost(&b->line.pairing, 4, false, b->line.saw_others, &lost);
	assert_in_range(lost.overrun + lost.unpaired + lost.missed_returns, 2, 4);
}

/* Where no record tells of it, /proc does: it returned, or it would not be gone. */
static void who_is_gone_is_not_in_flight(void **state)
{
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);
	struct mpt_lost lost;

	fx_write_proc(&b->root, 146, 144, 1000, "worker\n");
	fx_write_proc(&b->root, 147, 147, 1000, "zombie\n");
	fx_tree_write(&b->root, "proc/1/stat", "1 (init) S");
	put_enter(page, 10, 146, 65);
	put_enter(page, 11, 145, 66);
	put_enter(page, 12, 147, 67);
	run(b, UINT64_MAX);
	fx_tree_unlink(&b->root, "proc/146/status");
	fx_tree_write(&b->root, "proc/147/status", "Name:\tzombie\nState:\tZ (zombie)\n");
	mpt_line_in_flight(&b->line);
	assert_out(b, "0.000011 numactl[145] get_mempolicy(mode=0x1000, nodemask=0x2000, "
		      "maxnode=66, addr=NULL, flags=0) = ?\n");
	mpt_line_lost(&b->line, 0, &lost);
	assert_int_equal(lost.missed_returns, 2);
	assert_int_equal(lost.unpaired, 0);
	assert_true(lost.at_most);
}

/* Where others' processes are hidden, or a record would tell, nothing is concluded. */
static void who_is_hidden_is_not_gone(void **state)
{
	struct bench *b = *state;
	struct mpt_lost lost;

	put_enter(page_of(b, 0, 10), 10, 145, 65);
	run(b, UINT64_MAX);
	fx_tree_unlink(&b->root, "proc/145/status");
	mpt_line_in_flight(&b->line);
	put_enter(page_of(b, 0, 20), 20, 145, 66);
	run(b, UINT64_MAX);
	fx_tree_write(&b->root, "proc/1/stat", "1 (init) S");
	b->plan.denied = true;
	mpt_line_in_flight(&b->line);
	assert_int_equal(b->line.shown, 2);
	mpt_line_lost(&b->line, 0, &lost);
	assert_int_equal(lost.missed_returns, 0);
	assert_false(lost.at_most);
}

/* The text is handed out in pieces, and no line is cut or lost between them. */
static void much_text(void **state)
{
	enum { CALLS = 5000 };
	struct bench *b = *state;
	struct fx_page *page = NULL;
	unsigned i, lines = 0, pieces = 0;
	bool more;

	for (i = 0; i < CALLS; i++) {
		if (!page || !fx_page_has_room(page, 200))
			page = page_of(b, 0, 10 * i);
		put_enter(page, 10 * i, 145, 65);
		put_exit(page, 10 * i + 1, 145, 0, 0);
	}
	assert_true(mpt_line_round(&b->line, UINT64_MAX) > 0);
	do {
		more = mpt_line_drain(&b->line);
		assert_true(b->out.len < 128 * 1024);
		assert_int_equal(b->out.data[b->out.len - 1], '\n');
		for (i = 0; i < b->out.len; i++)
			lines += b->out.data[i] == '\n';
		b->out.len = 0;
		pieces++;
	} while (more);
	assert_int_equal(lines, CALLS);
	assert_true(pieces > 2);
}

/* A record of an event that nobody knows, and one that is cut short. */
static void records_of_no_use(void **state)
{
	static const struct fx_common strange = { .type = 9, .pid = 145 };
	struct bench *b = *state;
	struct fx_page *page = page_of(b, 0, 10);

	put_enter(page, 10, 145, 65);
	fx_page_record(page, page->ts, &strange, sizeof(strange));
	fx_page_record(page, page->ts, &(struct fx_common){ .type = FX_ID_EXIT, .pid = 145 },
		       sizeof(strange));
	put_exit(page, 11, 145, 2, 1);
	run(b, UINT64_MAX);
	assert_out(b, "0.000010 numactl[145] " CALL("65", "MPOL_BIND", "0") " <0.000001>\n");
}

static void a_source_that_fails(void **state)
{
	struct bench *b = *state;

	b->fx.fail = -5;
	assert_int_equal(mpt_line_round(&b->line, UINT64_MAX), -5);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(a_call),
		TEST(across_cpus),
		TEST(who_forked_and_executed),
		TEST(the_uid_is_of_the_process),
		TEST(what_could_not_be_read),
		TEST(young_records_wait),
		TEST(own_calls_are_not_shown),
		TEST(no_more_than_asked_for),
		TEST(in_flight_in_order_of_entry),
		TEST(who_is_gone_is_not_in_flight),
		TEST(who_is_hidden_is_not_gone),
		TEST(losses_are_counted),
		TEST(no_call_is_joined_across_a_gap),
		TEST(much_text),
		TEST(records_of_no_use),
		TEST(a_source_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
