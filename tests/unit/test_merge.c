/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_merge.c - the records of all CPUs in the order of time.
 *
 * In: sub-buffers of several CPUs from a source in memory. Out: whether every
 * record came once, in the order that a plain sort of the same records gives,
 * and not before it was due. No kernel is asked.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "err.h"
#include "fixture.h"
#include "merge.h"

/* A record, and what the test knows of it. */
struct item {
	uint64_t ts;
	uint32_t cpu;
	uint32_t seq; /* of its CPU */
};

struct all {
	struct item *items;
	size_t n;
};

static void keep(struct all *all, struct item item)
{
	if ((all->n & (all->n - 1)) == 0)
		all->items = realloc(all->items, (all->n ? 2 * all->n : 1) * sizeof(item));
	assert_non_null(all->items);
	all->items[all->n++] = item;
}

/* The same numbers each time, so that a failure can be looked at again. */
static uint32_t rnd(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

static void put_item(struct fx_page *page, const struct item *item)
{
	fx_page_record(page, item->ts, item, sizeof(*item));
}

/* One record in a sub-buffer of its own. */
static void put_alone(struct fx_source *fx, uint32_t cpu, uint64_t ts, uint32_t seq)
{
	struct item item = { .ts = ts, .cpu = cpu, .seq = seq };

	put_item(fx_source_page(fx, cpu, ts), &item);
}

static struct mpt_merge *make_merge(struct fx_source *fx)
{
	struct mpt_merge *merge;
	struct mpt_err err;

	assert_int_equal(mpt_merge_create(&fx->source, &merge, &err), 0);
	return merge;
}

/* What comes out now; each record is held against its own contents. */
static size_t take(struct mpt_merge *merge, struct all *got)
{
	struct mpt_record record;
	struct item item;
	size_t n = 0;

	for (; mpt_merge_next(merge, &record); n++) {
		assert_int_equal(record.size, sizeof(item));
		memcpy(&item, record.data, sizeof(item));
		assert_true(record.ts == item.ts);
		assert_int_equal(record.cpu, item.cpu);
		keep(got, item);
	}
	return n;
}

/* Until the source has nothing more, as at the end of a run. */
static void take_all(struct mpt_merge *merge, struct all *got)
{
	int n;

	/* a fill that reads nothing can still let out what waited for another CPU */
	do {
		n = mpt_merge_fill(merge, UINT64_MAX);
		take(merge, got);
	} while (n > 0);
	assert_int_equal(n, 0);
	assert_false(mpt_merge_is_holding(merge));
}

static int by_time(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->ts > y->ts) - (x->ts < y->ts);
}

/*
 * The times must be those of the sorted records; and each CPU's own records,
 * of which many have the same time, must have kept their order.
 */
static void assert_sorted(const struct all *made, const struct all *got, unsigned ncpus)
{
	struct item *sorted = calloc(made->n, sizeof(*sorted));
	uint32_t *seq = calloc(ncpus, sizeof(*seq));
	size_t i;

	assert_non_null(sorted);
	assert_non_null(seq);
	assert_int_equal(got->n, made->n);
	memcpy(sorted, made->items, made->n * sizeof(*sorted));
	qsort(sorted, made->n, sizeof(*sorted), by_time);
	for (i = 0; i < made->n; i++) {
		assert_true(got->items[i].ts == sorted[i].ts);
		assert_int_equal(got->items[i].seq, seq[got->items[i].cpu]++);
	}
	free(sorted);
	free(seq);
}

/*
 * A CPU's records in sub-buffers.
 * @step: the most that lies between two of them; 1: many at the same time
 * @full: of 100 sub-buffers, how many are filled up; the others end early
 */
static void fill_cpu(struct fx_source *fx, struct all *made, uint32_t cpu, uint32_t n,
		     uint64_t start, uint32_t step, uint32_t full, uint32_t *seed)
{
	struct item item = { .ts = start, .cpu = cpu };
	struct fx_page *page = NULL;

	for (item.seq = 0; item.seq < n; item.seq++) {
		item.ts += rnd(seed, step + 1);
		if (page && (!fx_page_has_room(page, sizeof(item)) ||
			     (rnd(seed, 20) == 0 && rnd(seed, 100) >= full)))
			page = NULL;
		if (!page)
			page = fx_source_page(fx, cpu, item.ts);
		put_item(page, &item);
		keep(made, item);
	}
}

static void merge_random(unsigned ncpus, uint32_t n, uint64_t start, uint32_t step, uint32_t full)
{
	struct all made = { 0 }, got = { 0 };
	uint32_t seed = ncpus * 1000 + step, cpu;
	struct mpt_merge *merge;
	struct fx_source fx;

	fx_source_init(&fx, ncpus);
	for (cpu = 0; cpu < ncpus; cpu++)
		fill_cpu(&fx, &made, cpu, n, start, step, full, &seed);
	merge = make_merge(&fx);
	take_all(merge, &got);
	assert_sorted(&made, &got, ncpus);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
	free(got.items);
}

static void one_cpu(void **state)
{
	(void)state;
	merge_random(1, 1000, 5, 100, 100);
}

static void several_cpus(void **state)
{
	(void)state;
	merge_random(2, 1000, 5, 1000, 100);
	merge_random(7, 1000, 5, 1000, 100);
}

static void equal_times_keep_their_order(void **state)
{
	(void)state;
	merge_random(4, 1000, 5, 1, 100);
	merge_random(3, 500, 5, 0, 100);
}

/*
 * A recorded file, whose pages were read while they were being written, has
 * short ones anywhere; and so has a CPU that was read before it was idle.
 */
static void short_pages_among_full_ones(void **state)
{
	(void)state;
	merge_random(4, 2000, 5, 1000, 50);
	merge_random(3, 2000, 5, 1, 0);
}

static void times_up_to_the_last(void **state)
{
	(void)state;
	merge_random(3, 500, UINT64_MAX - 1000000, 1000, 100);
	merge_random(3, 500, 0, 1 << 28, 100);
}

/* More than there is room for: 4 MiB in all, or 4 sub-buffers a CPU. */
static void more_than_there_is_room_for(void **state)
{
	(void)state;
	merge_random(2, 200000, 5, 20, 100);
	merge_random(300, 1500, 5, 1000, 100);
}

static void no_cpu_has_anything(void **state)
{
	struct mpt_merge *merge;
	struct mpt_record record;
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 3);
	merge = make_merge(&fx);
	assert_int_equal(mpt_merge_fill(merge, UINT64_C(1) << 40), 0);
	assert_false(mpt_merge_next(merge, &record));
	assert_false(mpt_merge_is_holding(merge));
	assert_false(mpt_merge_is_behind(merge));
	/* empty sub-buffers hold nothing either */
	fx_source_page(&fx, 1, 100);
	assert_int_equal(mpt_merge_fill(merge, UINT64_C(1) << 40), 1);
	assert_false(mpt_merge_next(merge, &record));
	assert_false(mpt_merge_is_holding(merge));
	mpt_merge_destroy(merge);
	mpt_merge_destroy(NULL);
	fx_source_free(&fx);
}

/* A record waits for MPT_HOLD_NS, to the nanosecond. */
static void young_records_are_held(void **state)
{
	const uint64_t now = UINT64_C(1) << 40, due = now - MPT_HOLD_NS;
	struct mpt_merge *merge;
	struct all got = { 0 };
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 2);
	put_alone(&fx, 0, due - 5, 0);
	put_alone(&fx, 1, due, 0);
	put_alone(&fx, 0, due + 1, 1);
	put_alone(&fx, 1, now, 1);
	merge = make_merge(&fx);
	while (mpt_merge_fill(merge, now) > 0)
		take(merge, &got);
	assert_int_equal(got.n, 2);
	assert_true(got.items[0].ts == due - 5);
	assert_true(got.items[1].ts == due);
	assert_true(mpt_merge_is_holding(merge));
	mpt_merge_fill(merge, now + 1);
	assert_int_equal(take(merge, &got), 1);
	mpt_merge_fill(merge, now + MPT_HOLD_NS - 1);
	assert_int_equal(take(merge, &got), 0);
	mpt_merge_fill(merge, now + MPT_HOLD_NS);
	assert_int_equal(take(merge, &got), 1);
	assert_false(mpt_merge_is_holding(merge));
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(got.items);
}

/* The clock is that of the machine's start: there is a time at which nothing is old enough. */
static void held_right_after_boot(void **state)
{
	struct mpt_merge *merge;
	struct all got = { 0 };
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 1);
	put_alone(&fx, 0, 10, 0);
	merge = make_merge(&fx);
	mpt_merge_fill(merge, MPT_HOLD_NS - 1);
	assert_int_equal(take(merge, &got), 0);
	mpt_merge_fill(merge, MPT_HOLD_NS + 10);
	assert_int_equal(take(merge, &got), 1);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(got.items);
}

/* A record that comes later than the hold allows for goes out at once, before younger ones. */
static void late_records_go_at_once(void **state)
{
	const uint64_t now = UINT64_C(1) << 40;
	struct mpt_merge *merge;
	struct all got = { 0 };
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 2);
	put_alone(&fx, 0, now - 2 * (uint64_t)MPT_HOLD_NS, 0);
	merge = make_merge(&fx);
	mpt_merge_fill(merge, now);
	assert_int_equal(take(merge, &got), 1);
	put_alone(&fx, 0, now - MPT_HOLD_NS + 100, 1);
	put_alone(&fx, 1, now - 3 * (uint64_t)MPT_HOLD_NS, 0);
	mpt_merge_fill(merge, now);
	assert_int_equal(take(merge, &got), 1);
	assert_int_equal(got.items[1].cpu, 1);
	mpt_merge_fill(merge, UINT64_MAX);
	assert_int_equal(take(merge, &got), 1);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(got.items);
}

/* What is later is left where it is, to the nanosecond. */
static void until_a_time(void **state)
{
	struct mpt_record record;
	struct mpt_merge *merge;
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 2);
	put_alone(&fx, 0, 1000, 0);
	put_alone(&fx, 1, 2000, 0);
	merge = make_merge(&fx);
	mpt_merge_fill(merge, UINT64_MAX);
	assert_false(mpt_merge_next_until(merge, 999, &record));
	assert_true(mpt_merge_next_until(merge, 1000, &record));
	assert_int_equal(record.ts, 1000);
	assert_false(mpt_merge_next_until(merge, 1999, &record));
	assert_true(mpt_merge_next(merge, &record));
	assert_int_equal(record.ts, 2000);
	assert_int_equal(record.cpu, 1);
	assert_false(mpt_merge_next(merge, &record));
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
}

static void put_full_pages(struct fx_source *fx, struct all *made, uint32_t cpu, unsigned pages,
			   uint64_t start)
{
	struct item item = { .ts = start, .cpu = cpu };
	struct fx_page *page;

	for (; pages > 0; pages--) {
		for (page = fx_source_page(fx, cpu, item.ts); fx_page_has_room(page, sizeof(item));
		     item.seq++, item.ts++) {
			put_item(page, &item);
			keep(made, item);
		}
	}
}

/* Other CPUs' records wait for what one CPU has not yet been able to hand over. */
static void behind_for_want_of_room(void **state)
{
	struct all made = { 0 }, got = { 0 };
	struct mpt_merge *merge;
	struct fx_source fx;
	int n;

	(void)state;
	fx_source_init(&fx, 2);
	put_full_pages(&fx, &made, 0, 3000, 1000);
	put_full_pages(&fx, &made, 1, 2, 1000 + made.n / 2);
	merge = make_merge(&fx);
	n = mpt_merge_fill(merge, UINT64_C(1) << 40);
	assert_in_range(n, 8, 1024);
	assert_true(mpt_merge_is_behind(merge));
	while (take(merge, &got) > 0)
		mpt_merge_fill(merge, UINT64_C(1) << 40);
	assert_false(mpt_merge_is_behind(merge));
	assert_sorted(&made, &got, 2);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
	free(got.items);
}

/* The end comes while all that was read of the one busy CPU is held, and there is no room for what
 * was not. */
static void the_end_while_there_is_no_room(void **state)
{
	struct all made = { 0 }, got = { 0 };
	struct mpt_merge *merge;
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 2);
	put_full_pages(&fx, &made, 0, 1000, MPT_HOLD_NS * 10);
	merge = make_merge(&fx);
	mpt_merge_fill(merge, MPT_HOLD_NS * 10);
	assert_int_equal(take(merge, &got), 0);
	assert_true(mpt_merge_is_behind(merge));
	assert_true(mpt_merge_fill(merge, MPT_HOLD_NS * 10) > 0);
	take_all(merge, &got);
	assert_sorted(&made, &got, 2);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
	free(got.items);
}

/* With very many CPUs there are still a few sub-buffers for each. */
static void room_for_many_cpus(void **state)
{
	struct mpt_merge *merge;
	struct all made = { 0 };
	struct fx_source fx;
	uint32_t cpu;

	(void)state;
	fx_source_init(&fx, 2000);
	for (cpu = 0; cpu < 2000; cpu += 100)
		put_full_pages(&fx, &made, cpu, 30, 1000);
	merge = make_merge(&fx);
	assert_in_range(mpt_merge_fill(merge, UINT64_C(1) << 40), 20 * 10, 20 * 16);
	assert_true(mpt_merge_is_behind(merge));
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
}

/* As somebody's file may have it: nothing is left in it, whatever comes of the order. */
static void time_goes_back(void **state)
{
	struct all got = { 0 };
	struct fx_source fx;
	struct mpt_merge *merge;
	unsigned i;

	(void)state;
	fx_source_init(&fx, 2);
	/* more than there is room for, of both */
	for (i = 0; i < 3000; i++) {
		put_alone(&fx, 0, i == 500 ? 1 : 1000 + i, i);
		put_alone(&fx, 1, i == 700 ? UINT64_C(1) << 60 : 1000 + i, i);
	}
	merge = make_merge(&fx);
	take_all(merge, &got);
	assert_int_equal(got.n, 6000);
	mpt_merge_destroy(merge);
	free(got.items);
	fx_source_free(&fx);
}

static void gaps_are_told(void **state)
{
	struct mpt_merge *merge;
	struct mpt_record record;
	struct fx_source fx;
	unsigned gaps = 0, n = 0;

	(void)state;
	fx_source_init(&fx, 2);
	put_alone(&fx, 0, 10, 0);
	put_alone(&fx, 0, 20, 1);
	put_alone(&fx, 1, 15, 0);
	put_alone(&fx, 1, 25, 1);
	fx.cpus[1].pages[1]->lost = -1;
	merge = make_merge(&fx);
	while (mpt_merge_fill(merge, UINT64_MAX) > 0) {
		for (; mpt_merge_next(merge, &record); n++) {
			gaps += record.gap;
			assert_int_equal(record.gap, record.ts == 25);
		}
	}
	assert_int_equal(n, 4);
	assert_int_equal(gaps, 1);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
}

/* What is read between fills does not lose what was held before. */
static void round_by_round(void **state)
{
	const uint64_t start = UINT64_C(1) << 40;
	struct all made = { 0 }, got = { 0 };
	struct mpt_merge *merge;
	struct fx_source fx;
	uint32_t round, cpu;

	(void)state;
	fx_source_init(&fx, 3);
	merge = make_merge(&fx);
	for (round = 0; round < 40; round++) {
		for (cpu = 0; cpu < 3; cpu++) {
			struct item item = { start + round * 10000000 + cpu, cpu, round };

			put_alone(&fx, cpu, item.ts, round);
			keep(&made, item);
		}
		mpt_merge_fill(merge, start + round * 10000000 + 10);
		take(merge, &got);
		/* 10 ms a round: those of the last five wait */
		assert_int_equal(got.n, round < 5 ? 0 : (round - 4) * 3);
	}
	take_all(merge, &got);
	assert_sorted(&made, &got, 3);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
	free(got.items);
}

/*
 * A sub-buffer that was read while it was being written comes again with what
 * has been added to it, and full ones follow: nothing of another CPU that is
 * younger than these may go out in that round.
 */
static void the_rest_of_a_page_and_more(void **state)
{
	const uint64_t start = UINT64_C(1) << 40;
	struct all made = { 0 }, got = { 0 };
	struct mpt_merge *merge;
	struct fx_source fx;
	uint32_t cpu0 = 0, round, n;

	(void)state;
	fx_source_init(&fx, 2);
	merge = make_merge(&fx);
	for (round = 0; round < 3; round++) {
		uint64_t ts = start + round * 1000000;
		struct item item = { ts + 900000, 1, round };
		struct fx_page *page = fx_source_page(&fx, 0, ts);

		for (n = 0; n < 500; n++) {
			struct item one = { ts + n * 1000, 0, cpu0++ };

			if (n == 10 || !fx_page_has_room(page, sizeof(one)))
				page = fx_source_page(&fx, 0, one.ts);
			put_item(page, &one);
			keep(&made, one);
		}
		put_alone(&fx, 1, item.ts, round);
		keep(&made, item);
		/* a reader that was kept waiting: all of it is older than the hold */
		mpt_merge_fill(merge, start + (round + 100) * UINT64_C(1000000));
		take(merge, &got);
	}
	take_all(merge, &got);
	assert_sorted(&made, &got, 2);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
	free(made.items);
	free(got.items);
}

static void a_source_that_fails(void **state)
{
	struct mpt_merge *merge;
	struct fx_source fx;

	(void)state;
	fx_source_init(&fx, 2);
	put_alone(&fx, 0, 10, 0);
	merge = make_merge(&fx);
	fx.fail = -EIO;
	assert_int_equal(mpt_merge_fill(merge, UINT64_MAX), -EIO);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
}

static void note_arrival(const struct mpt_record *record, void *arg)
{
	struct all *all = arg;
	struct item item;

	assert_int_equal(record->size, sizeof(item));
	memcpy(&item, record->data, sizeof(item));
	assert_true(record->ts == item.ts);
	keep(all, item);
}

/* Each record is told of when it is read, be it held or not, and handed out none the less. */
static void arrivals_are_told(void **state)
{
	struct all arrived = { 0 }, got = { 0 };
	struct mpt_merge *merge;
	struct fx_source fx;
	uint32_t i;

	(void)state;
	fx_source_init(&fx, 2);
	merge = make_merge(&fx);
	mpt_merge_watch(merge, note_arrival, &arrived);
	for (i = 0; i < 2; i++) {
		struct fx_page *page = fx_source_page(&fx, i, 100);
		struct item items[] = { { 100 + i, i, 0 }, { 200 + i, i, 1 }, { 300 + i, i, 2 } };
		size_t n;

		for (n = 0; n < 3; n++)
			put_item(page, &items[n]);
	}
	put_alone(&fx, 1, 400, 3);
	/* all of them are young */
	assert_int_equal(mpt_merge_fill(merge, 400), 3);
	assert_int_equal(arrived.n, 7);
	assert_int_equal(take(merge, &got), 0);
	assert_int_equal(mpt_merge_fill(merge, UINT64_MAX), 0);
	assert_int_equal(take(merge, &got), 7);
	assert_int_equal(arrived.n, 7);
	free(arrived.items);
	free(got.items);
	mpt_merge_destroy(merge);
	fx_source_free(&fx);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_cpu),
		cmocka_unit_test(several_cpus),
		cmocka_unit_test(equal_times_keep_their_order),
		cmocka_unit_test(short_pages_among_full_ones),
		cmocka_unit_test(times_up_to_the_last),
		cmocka_unit_test(more_than_there_is_room_for),
		cmocka_unit_test(no_cpu_has_anything),
		cmocka_unit_test(young_records_are_held),
		cmocka_unit_test(held_right_after_boot),
		cmocka_unit_test(late_records_go_at_once),
		cmocka_unit_test(until_a_time),
		cmocka_unit_test(behind_for_want_of_room),
		cmocka_unit_test(the_end_while_there_is_no_room),
		cmocka_unit_test(room_for_many_cpus),
		cmocka_unit_test(arrivals_are_told),
		cmocka_unit_test(time_goes_back),
		cmocka_unit_test(gaps_are_told),
		cmocka_unit_test(round_by_round),
		cmocka_unit_test(the_rest_of_a_page_and_more),
		cmocka_unit_test(a_source_that_fails),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
