/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stats.c - counting many calls in little memory, and what is printed of it.
 *
 * In: calls made by hand: of a million processes, with tens of thousands of
 * policies, of processes with names that nobody would choose. Out: whether the
 * rows stay as few as they are said to be, the sums exact, and the rows of the
 * busiest processes theirs.
 */
#include "unit.h"

#include <malloc.h>

#include "put.h"
#include "summary.h"

enum { PROCESSES = 1000000, EVERY = 100, BUSY = 5, LATE = 800000 };

static struct mpt_thread thread_of(pid_t pid, const char *comm)
{
	struct mpt_thread thread = { .tid = pid, .tgid = pid, .has_comm = true };

	snprintf(thread.comm, sizeof(thread.comm), "%s", comm);
	return thread;
}

/* A call of 1 us, failed where @ret says so. */
static struct mpt_call call_of(const struct mpt_thread *thread, int nr, int64_t ret)
{
	return (struct mpt_call){ .sys = &mpt_syscalls[nr],
				  .thread = thread,
				  .has_enter = true,
				  .returned = true,
				  .ts_enter = 1000,
				  .ts_exit = 2000,
				  .ret = ret };
}

static void add(struct mpt_stats *stats, pid_t pid, const char *comm, int64_t ret)
{
	struct mpt_thread thread = thread_of(pid, comm);
	struct mpt_call call = call_of(&thread, MPT_SYS_GET_MEMPOLICY, ret);
	static const struct mpt_values none;

	mpt_stats_add(stats, &call, &none);
}

static struct mpt_tally sum_of(const struct mpt_stats *stats)
{
	struct mpt_tally sum = stats->others.tally;
	const struct mpt_process_stats *process;

	for (process = stats->processes; process; process = process->hh.next)
		mpt_tally_add(&sum, &process->tally);
	return sum;
}

static const struct mpt_process_stats *row_of(const struct mpt_stats *stats, pid_t pid)
{
	const struct mpt_process_stats *process;

	for (process = stats->processes; process; process = process->hh.next)
		if (process->key.pid == pid)
			return process;
	return NULL;
}

/* The heap, if it is larger than @most; where the C library does not tell, @most. */
static size_t heap(size_t most)
{
#if defined __GLIBC__ && __GLIBC_PREREQ(2, 33)
	size_t now = mallinfo2().uordblks;

	return now > most ? now : most;
#else
	return most;
#endif
}

/*
 * A million processes of one call each, every third of which fails; among them
 * some that call all the time, and one that does so from late on.
 */
static void test_many_processes(void **state)
{
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	uint64_t calls = 0, failed = 0, busy = 0, late = 0;
	const struct mpt_process_stats *row;
	size_t before = heap(0), most = before;
	struct mpt_tally sum;
	int i, n;

	(void)state;
	for (i = 0; i < PROCESSES; i++) {
		add(stats, 1000 + i, "one", i % 3 ? 0 : -22);
		calls++, failed += i % 3 == 0;
		for (n = 1; n <= BUSY && i % EVERY == 0; n++, calls++, busy += n == 2)
			add(stats, n, "busy", 0);
		if (i > LATE && i % 2 == 0)
			add(stats, 999, "late", 0), calls++, late++;
		if (i % 10000 == 0)
			most = heap(most);
		assert_true(HASH_COUNT(stats->processes) <= MPT_STATS_PROCESSES);
	}
	/* a row, its share of the table, and what malloc needs beside */
	assert_true(most - before < MPT_STATS_PROCESSES * (sizeof(*row) + 64));

	sum = sum_of(stats);
	assert_int_equal(sum.calls, calls);
	assert_int_equal(sum.errors, failed);
	assert_int_equal(sum.timed, calls);
	assert_int_equal(sum.total_ns, calls * 1000);
	assert_int_equal(sum.max_ns, 1000);
	assert_int_equal(stats->calls[MPT_SYS_GET_MEMPOLICY].tally.calls, calls);
	assert_int_equal(stats->calls[MPT_SYS_GET_MEMPOLICY].errnos[22], failed);

	row = row_of(stats, 1);
	assert_non_null(row);
	assert_int_equal(row->tally.calls, busy);
	assert_false(row->at_least);
	row = row_of(stats, 999);
	assert_non_null(row);
	assert_int_equal(row->tally.calls, late);
	assert_true(row->at_least);
	mpt_stats_sort(stats);
	assert_int_equal(stats->processes->key.pid, 999);
	mpt_stats_free(stats);
	free(stats);
}

/* Few processes: each has its row, and nothing is said to be more. */
static void test_few_processes(void **state)
{
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	const struct mpt_process_stats *row;
	int i;

	(void)state;
	for (i = 0; i < MPT_STATS_PROCESSES; i++)
		add(stats, 1 + i, "few", 0);
	assert_int_equal(HASH_COUNT(stats->processes), MPT_STATS_PROCESSES);
	assert_int_equal(stats->others.tally.calls, 0);
	for (row = stats->processes; row; row = row->hh.next)
		assert_false(row->at_least);
	mpt_stats_free(stats);
	free(stats);
}

/* Modes that mean nothing, each with a call of its own, and one that is used. */
static void test_many_policies(void **state)
{
	enum { MODES = 50000 };
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	struct mpt_thread thread = thread_of(7, "modes");
	struct mpt_call call = call_of(&thread, MPT_SYS_SET_MEMPOLICY, 0);
	const struct mpt_policy_stats *row;
	uint64_t uses = 0;
	unsigned i;

	(void)state;
	for (i = 0; i < MODES; i++) {
		struct mpt_values values = { 0 };

		values.arg[0] = (struct mpt_value){ .status = MPT_VALUE_OK,
						    .type = MPT_VALUE_MODE,
						    .num = i % 2 ? 2 : 100 + i };
		mpt_stats_add(stats, &call, &values);
		assert_true(HASH_COUNT(stats->policies) <= MPT_STATS_POLICIES);
	}
	for (row = stats->policies; row; row = row->hh.next)
		uses += mpt_policy_used(row);
	assert_int_equal(uses + mpt_policy_used(&stats->other_policies), MODES);
	mpt_stats_sort(stats);
	assert_int_equal(stats->policies->key.mode, 2);
	assert_int_equal(stats->policies->uses[MPT_POLICY_SET], MODES / 2);
	assert_false(stats->policies->at_least);
	mpt_stats_free(stats);
	free(stats);
}

/* --- what is printed ----------------------------------------------------------------------------
 */

static void print(struct mpt_stats *stats, bool json, struct mpt_buf *buf)
{
	const struct mpt_emit_context ctx = { .width = 80 };
	const struct mpt_totals totals = { 0 };

	if (json)
		mpt_summary_json(&ctx, stats, &totals, buf);
	else
		mpt_summary_text(&ctx, stats, &totals, buf);
}

static void assert_has(const struct mpt_buf *buf, const char *text)
{
	if (!strstr(buf->data, text))
		fail_msg("'%s' is not in: %s", text, buf->data);
}

/* The columns of a line, as a terminal that knows UTF-8 shows it. */
static void assert_fits(const struct mpt_buf *buf, unsigned width)
{
	unsigned columns = 0;
	size_t i;

	for (i = 0; i < buf->len; i++) {
		columns += (buf->data[i] & 0xc0) != 0x80;
		if (buf->data[i] == '\n')
			columns = 0;
		assert_true(columns <= width);
	}
}

static void test_names(void **state)
{
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	cleanup_buf struct mpt_buf text = { 0 }, json = { 0 };
	size_t i;

	(void)state;
	add(stats, 1, "na\303\257ve", 0);
	add(stats, 2, "a\\b\\x41", 0);
	add(stats, 3, "\033[31mred\n", 0);
	add(stats, 4, "\377bad\"", 0);
	/* of which the C library does not know how wide they are, or that they are none */
	add(stats, 5, "\315\270\364\217\277\277\356\200\200.", 0);
	add(stats, 6, "e\314\201\342\200\213.", 0);
	add(stats, 4194304, "fifteen bytes 1", -14);
	print(stats, false, &text);
	assert_has(&text, "na\303\257ve  ");
	assert_has(&text, "a\\134b\\134x41  ");
	assert_has(&text, "\\033[31mred\\012  ");
	assert_has(&text, "\\377bad\"  ");
	assert_has(&text, "\315\270\364\217\277\277\356\200\200. ");
	assert_has(&text, "e\314\201\342\200\213. ");
	assert_has(&text, "get_mempolicy EFAULT     1\n");
	assert_fits(&text, 80);
	for (i = 0; i < text.len; i++)
		assert_true(text.data[i] == '\n' || text.data[i] == '\t' ||
			    (unsigned char)text.data[i] >= ' ');
	print(stats, true, &json);
	assert_has(&json, "\"comm\":\"na\303\257ve\"");
	assert_has(&json, "\"comm\":\"a\\\\b\\\\x41\"");
	assert_has(&json, "\"comm\":\"\\u001b[31mred\\u000a\"");
	assert_has(&json, "\"comm\":\"\357\277\275bad\\\"\"");
	mpt_stats_free(stats);
	free(stats);
}

/* What may be more is told so, and by whom it is held is there, too. */
static void test_at_least(void **state)
{
	struct mpt_stats *stats = calloc(1, sizeof(*stats));
	cleanup_buf struct mpt_buf text = { 0 }, json = { 0 };
	int i;

	(void)state;
	for (i = 0; i <= MPT_STATS_PROCESSES; i++)
		add(stats, 10 + i, "many", 0);
	for (i = 0; i < 1234; i++)
		add(stats, 5, "late", 0);
	print(stats, false, &text);
	assert_has(&text, " 1234+ ");
	assert_has(&text, " others ");
	print(stats, true, &json);
	assert_has(&json, "{\"pid\":5,\"comm\":\"late\",\"at_least\":true,\"calls\":1234,");
	assert_has(&json, "{\"pid\":null,\"comm\":null,\"others\":true,\"calls\":2048,");
	mpt_stats_free(stats);
	free(stats);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_many_processes), cmocka_unit_test(test_few_processes),
		cmocka_unit_test(test_many_policies),  cmocka_unit_test(test_names),
		cmocka_unit_test(test_at_least),
	};

	return cmocka_run_group_tests_name("stats", tests, NULL, NULL);
}
