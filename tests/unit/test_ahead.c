/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_ahead.c - sub-buffers read ahead of their decoding.
 *
 * In: a source that counts, whose last sub-buffer of each CPU is always being
 * written. Out: whether all come once and in order whenever they were moved, and
 * what memory that takes, by the calls that are made for it.
 */
#include "unit.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "source_ahead.h"

enum { CPUS = 3, PAGE = 4096, AT_ONCE = 16, MIB = 1 << 20, PER_MIB = MIB / PAGE };

struct counting {
	struct mpt_source source;
	unsigned made[CPUS], given[CPUS];
	int fail; /* what asking for full ones returns, when not 0 */
};

static uint64_t now = UINT64_C(1000000000);
static size_t mapped, mapped_most;

void *__real_mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset);
void *__wrap_mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset);
int __real_munmap(void *addr, size_t n);
int __wrap_munmap(void *addr, size_t n);

/* The linker's --wrap: the calls that source_ahead.c makes. */
void *__wrap_mmap(void *addr, size_t n, int prot, int flags, int fd, off_t offset)
{
	mapped += n;
	if (mapped > mapped_most)
		mapped_most = mapped;
	return __real_mmap(addr, n, prot, flags, fd, offset);
}

int __wrap_munmap(void *addr, size_t n)
{
	mapped -= n;
	return __real_munmap(addr, n);
}

static void put_page(struct counting *c, unsigned cpu, char *page)
{
	const unsigned what[2] = { cpu, c->given[cpu]++ };

	memset(page, 0x55, PAGE);
	memcpy(page, what, sizeof(what));
	memcpy(page + PAGE - sizeof(what), what, sizeof(what));
}

static int counting_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct counting *c = (struct counting *)source;

	if (c->given[cpu] == c->made[cpu])
		return c->fail;
	put_page(c, cpu, page);
	return PAGE;
}

static int counting_read_full(struct mpt_source *source, unsigned cpu, void *pages, unsigned max)
{
	struct counting *c = (struct counting *)source;
	char *to = pages;
	int n = 0;

	if (c->fail)
		return c->fail;
	while (n < AT_ONCE && (unsigned)n < max && c->given[cpu] + 1 < c->made[cpu])
		put_page(c, cpu, to + PAGE * n++);
	return n;
}

static void start(struct counting *c)
{
	static const struct mpt_source_ops ops = { .read = counting_read,
						   .read_full = counting_read_full };

	*c = (struct counting){ .source = { .ops = &ops, .ncpus = CPUS, .page_size = PAGE } };
	mapped = mapped_most = 0;
}

static void sweep(struct mpt_source *ahead)
{
	now += 1000000000;
	mpt_ahead_sweep(ahead, now);
}

/* The next of a CPU is number @seq. */
static void assert_next(struct mpt_source *ahead, unsigned cpu, unsigned seq)
{
	const unsigned what[2] = { cpu, seq };
	char page[PAGE];

	assert_int_equal(mpt_source_read(ahead, cpu, page), PAGE);
	assert_memory_equal(page, what, sizeof(what));
	assert_memory_equal(page + PAGE - sizeof(what), what, sizeof(what));
}

static void assert_nothing(struct mpt_source *ahead, unsigned cpu, int rc)
{
	char page[PAGE];

	assert_int_equal(mpt_source_read(ahead, cpu, page), rc);
}

/* Whatever was moved, and when: what waits comes before what is still below. */
static void each_cpu_keeps_its_order(void **state)
{
	enum { ROUNDS = 2000 };
	struct counting c;
	struct mpt_source *ahead;
	unsigned seq[CPUS] = { 0 }, i, cpu, seed = 1;

	(void)state;
	start(&c);
	ahead = mpt_ahead_open(&c.source, 64 * MIB);
	for (i = 0; i < ROUNDS; i++) {
		seed = seed * 1664525 + 1013904223;
		cpu = (seed >> 8) % CPUS;
		c.made[cpu] += (seed >> 12) % 40;
		if ((seed >> 20) % 3 == 0)
			sweep(ahead);
		cpu = (seed >> 10) % CPUS;
		for (seed >>= 1; seq[cpu] < c.made[cpu] && seed % 32; seed--)
			assert_next(ahead, cpu, seq[cpu]++);
	}
	for (cpu = 0; cpu < CPUS; cpu++) {
		while (seq[cpu] < c.made[cpu])
			assert_next(ahead, cpu, seq[cpu]++);
		assert_nothing(ahead, cpu, 0);
		assert_true(seq[cpu] > ROUNDS);
	}
	assert_false(mpt_ahead_holds(ahead));
	mpt_source_close(ahead);
	assert_int_equal(mapped, 0);
}

/* Not what is being written, and not as often as one asks. */
static void what_is_moved_and_when(void **state)
{
	struct counting c;
	struct mpt_source *ahead;

	(void)state;
	start(&c);
	ahead = mpt_ahead_open(&c.source, 64 * MIB);
	c.made[1] = 1;
	sweep(ahead);
	assert_int_equal(c.given[1], 0);
	assert_false(mpt_ahead_holds(ahead));
	c.made[1] = 100;
	mpt_ahead_sweep(ahead, now + 1000000);
	assert_int_equal(c.given[1], 0);
	mpt_ahead_sweep(ahead, now + 10000000);
	assert_int_equal(c.given[1], 99);
	assert_true(mpt_ahead_holds(ahead));
	mpt_source_close(ahead);
	assert_int_equal(mapped, 0);
}

/* At the bound it is left where it is, and a CPU that has much takes no other's share. */
static void no_more_than_the_bound(void **state)
{
	struct counting c;
	struct mpt_source *ahead;
	unsigned seq;

	(void)state;
	start(&c);
	ahead = mpt_ahead_open(&c.source, 3 * MIB);
	c.made[0] = 100 * PER_MIB;
	c.made[2] = PER_MIB / 2;
	sweep(ahead);
	sweep(ahead);
	assert_in_range(mapped_most, 3 * MIB - 512 * 1024, 3 * MIB);
	assert_int_equal(c.given[2], PER_MIB / 2 - 1);
	assert_in_range(c.given[0], 2 * PER_MIB, 3 * PER_MIB);
	for (seq = 0; seq < c.made[0]; seq++) {
		assert_next(ahead, 0, seq);
		sweep(ahead);
	}
	assert_true(mapped_most <= 3 * MIB);
	mpt_source_close(ahead);

	/* none at all is a bound, too */
	start(&c);
	ahead = mpt_ahead_open(&c.source, 1000);
	c.made[0] = 100;
	sweep(ahead);
	assert_int_equal(c.given[0], 0);
	assert_next(ahead, 0, 0);
	mpt_source_close(ahead);
}

static void memory_is_given_back(void **state)
{
	struct counting c;
	struct mpt_source *ahead;
	unsigned seq;

	(void)state;
	start(&c);
	ahead = mpt_ahead_open(&c.source, 64 * MIB);
	c.made[0] = 50 * PER_MIB;
	sweep(ahead);
	assert_in_range(mapped, 50 * MIB, 51 * MIB);
	for (seq = 0; seq < 40 * PER_MIB; seq++)
		assert_next(ahead, 0, seq);
	assert_in_range(mapped, 10 * MIB, 13 * MIB);
	for (; seq < c.made[0]; seq++)
		assert_next(ahead, 0, seq);
	assert_in_range(mapped, 0, MIB / 2);
	/* a trickle takes no more, and makes no calls for memory that it had before */
	for (mapped_most = 0; seq < 60 * PER_MIB; seq += 2) {
		c.made[0] += 2;
		sweep(ahead);
		assert_next(ahead, 0, seq);
		assert_next(ahead, 0, seq + 1);
	}
	assert_int_equal(mapped_most, 0);
	mpt_source_close(ahead);
	assert_int_equal(mapped, 0);
}

/* One sweep that fails. */
static void sweep_failing(struct counting *c, struct mpt_source *ahead, int rc)
{
	c->fail = rc;
	sweep(ahead);
	c->fail = 0;
}

/* What was moved before comes first, and other CPUs go on. */
static void errors_are_passed_on(void **state)
{
	struct counting c;
	struct mpt_source *ahead;
	unsigned seq;

	(void)state;
	start(&c);
	ahead = mpt_ahead_open(&c.source, 64 * MIB);
	c.made[0] = c.made[1] = 10;
	sweep(ahead);
	sweep_failing(&c, ahead, -EIO);
	for (seq = 0; seq < 9; seq++)
		assert_next(ahead, 0, seq);
	assert_nothing(ahead, 0, -EIO);
	assert_nothing(ahead, 0, -EIO);

	/* of the one that is read from itself */
	start(&c);
	mpt_source_close(ahead);
	ahead = mpt_ahead_open(&c.source, 64 * MIB);
	c.fail = -ENOMEM;
	assert_nothing(ahead, 2, -ENOMEM);
	mpt_source_close(ahead);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cpu_keeps_its_order),
		cmocka_unit_test(what_is_moved_and_when),
		cmocka_unit_test(no_more_than_the_bound),
		cmocka_unit_test(memory_is_given_back),
		cmocka_unit_test(errors_are_passed_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
