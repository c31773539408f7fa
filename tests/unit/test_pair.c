/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pair.c - from entries and returns to calls.
 *
 * In: sequences of entries and returns of some threads, whole and with
 * records missing. Out: whether each call was joined from its own two
 * records, and whether what is missing was counted, each call once. Values
 * mean nothing here.
 */
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "fixture.h"
#include "pair.h"

/* get_mempolicy's number, include/uapi/asm: 239 on x86_64 */
enum { NR = 239 };

static const struct mpt_abi abi_64 = { .name = "x86_64", .word_size = 8 };
static const struct mpt_abi abi_32 = { .name = "i386", .word_size = 4 };

static const struct mpt_def enter_64 = { .role = MPT_ROLE_ENTER, .abi = &abi_64, .has_args = true };
static const struct mpt_def exit_64 = { .role = MPT_ROLE_EXIT, .abi = &abi_64 };
static const struct mpt_def exit_64_nr = { .role = MPT_ROLE_EXIT, .abi = &abi_64, .has_nr = true };
static const struct mpt_def exit_32 = { .role = MPT_ROLE_EXIT, .abi = &abi_32 };
static const struct mpt_def lean_64 = { .role = MPT_ROLE_EXIT, .abi = &abi_64, .has_args = true };
static const struct mpt_def lean_64_nr = {
	.role = MPT_ROLE_EXIT, .abi = &abi_64, .has_args = true, .has_nr = true
};

/* Times and arguments of an entry all follow from @n, so that a mix-up shows. */
static struct mpt_event entry(const struct mpt_def *def, uint64_t n)
{
	struct mpt_event event = { .type = MPT_EVENT_ENTER, .def = def, .ts = 1000 * n, .cpu = 1 };
	unsigned i;

	for (i = 0; i < MPT_NARGS; i++)
		event.val[MPT_SLOT_ARG0 + i] = 10 * n + i;
	return event;
}

static struct mpt_event leaving(const struct mpt_def *def, uint64_t n)
{
	struct mpt_event event = entry(def, n);

	event.type = MPT_EVENT_EXIT;
	event.ts += 7;
	event.cpu = 2;
	event.val[MPT_SLOT_RET] = (uint64_t)-22;
	event.val[MPT_SLOT_NR] = NR;
	event.val[MPT_SLOT_WORD0] = 5 * n;
	return event;
}

static void assert_args(const struct mpt_call *call, uint64_t n)
{
	unsigned i;

	for (i = 0; i < 5; i++)
		assert_int_equal(call->args[i], 10 * n + i);
}

static void enter(struct mpt_pairing *p, struct mpt_thread *t, uint64_t n)
{
	struct mpt_event event = entry(&enter_64, n);
	struct mpt_call call;

	assert_false(mpt_pair(p, t, &event, &call));
}

/* A return that must find its entry, number @n. */
static void leave(struct mpt_pairing *p, struct mpt_thread *t, uint64_t n)
{
	struct mpt_event event = leaving(&exit_64, n);
	struct mpt_call call;

	assert_true(mpt_pair(p, t, &event, &call));
	assert_args(&call, n);
	assert_ptr_equal(call.thread, t);
}

static void leave_alone(struct mpt_pairing *p, struct mpt_thread *t, uint64_t n)
{
	struct mpt_event event = leaving(&exit_64, n);
	struct mpt_call call;

	assert_false(mpt_pair(p, t, &event, &call));
}

static void assert_counts(const struct mpt_pairing *p, uint64_t calls, uint64_t missed_returns,
			  uint64_t unpaired, uint64_t began_before)
{
	assert_int_equal(p->calls, calls);
	assert_int_equal(p->missed_returns, missed_returns);
	assert_int_equal(p->unpaired, unpaired);
	assert_int_equal(p->began_before, began_before);
}

static void a_call(void **state)
{
	struct mpt_event in = entry(&enter_64, 3), out = leaving(&exit_64, 3);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	assert_false(mpt_pair(&p, &t, &in, &call));
	assert_ptr_equal(t.open, &enter_64);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_null(t.open);
	assert_ptr_equal(call.def, &exit_64);
	assert_ptr_equal(call.thread, &t);
	assert_int_equal(call.cpu, 2);
	assert_true(call.has_enter);
	assert_true(call.returned);
	assert_int_equal(call.ts_enter, 3000);
	assert_int_equal(call.ts_exit, 3007);
	assert_int_equal(call.ret, -22);
	assert_args(&call, 3);
	assert_ptr_equal(call.words, out.val + MPT_SLOT_WORD0);
	assert_counts(&p, 1, 0, 0, 0);
}

static void call_after_call(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	uint64_t n;

	(void)state;
	for (n = 1; n <= 100; n++) {
		enter(&p, &t, n);
		leave(&p, &t, n);
	}
	assert_counts(&p, 100, 0, 0, 0);
}

static void threads_do_not_mix(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread a = { .tid = 5 }, b = { .tid = 6 };

	(void)state;
	enter(&p, &a, 1);
	enter(&p, &b, 2);
	leave(&p, &a, 1);
	enter(&p, &a, 3);
	leave(&p, &b, 2);
	leave(&p, &a, 3);
	assert_counts(&p, 3, 0, 0, 0);
}

static void a_call_that_began_before(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };

	(void)state;
	leave_alone(&p, &t, 1);
	enter(&p, &t, 2);
	leave(&p, &t, 2);
	assert_counts(&p, 1, 0, 0, 1);
}

/* No kretprobe instance was free: the thread goes on without a return record. */
static void a_return_that_was_missed(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };

	(void)state;
	enter(&p, &t, 1);
	enter(&p, &t, 2);
	leave(&p, &t, 2);
	assert_counts(&p, 1, 1, 0, 0);
}

/* Records were overwritten: what has no partner may have had one. */
static void after_a_gap(void **state)
{
	struct mpt_pairing p = { .gap = true };
	struct mpt_thread t = { .tid = 5 };

	(void)state;
	leave_alone(&p, &t, 1);
	assert_counts(&p, 0, 0, 1, 0);
	enter(&p, &t, 2);
	enter(&p, &t, 3);
	leave(&p, &t, 3);
	assert_counts(&p, 1, 0, 2, 0);
}

/* A return by the one ABI is not that of an entry by the other. */
static void conventions_do_not_mix(void **state)
{
	struct mpt_event out = leaving(&exit_32, 1);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	enter(&p, &t, 1);
	assert_false(mpt_pair(&p, &t, &out, &call));
	assert_null(t.open);
	assert_counts(&p, 0, 1, 0, 1);
	p.gap = true;
	enter(&p, &t, 2);
	assert_false(mpt_pair(&p, &t, &out, &call));
	assert_counts(&p, 0, 1, 2, 1);
}

/* The register held something else that once: the result stands, the words do not. */
static void the_number_is_checked(void **state)
{
	static const uint64_t wrong[] = { 0, 238, 240, 239 + (UINT64_C(1) << 32), UINT64_MAX };
	struct mpt_event in = entry(&enter_64, 1), out = leaving(&exit_64_nr, 1);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;
	size_t i;

	(void)state;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_non_null(call.words);
	for (i = 0; i < ARRAY_SIZE(wrong); i++) {
		out.val[MPT_SLOT_NR] = wrong[i];
		mpt_pair(&p, &t, &in, &call);
		assert_true(mpt_pair(&p, &t, &out, &call));
		assert_null(call.words);
		assert_int_equal(call.ret, -22);
		assert_args(&call, 1);
	}
	assert_counts(&p, 1 + ARRAY_SIZE(wrong), 0, 0, 0);
}

static void one_record_a_call(void **state)
{
	struct mpt_event out = leaving(&lean_64, 4);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_false(call.has_enter);
	assert_true(call.returned);
	assert_int_equal(call.ts_exit, 4007);
	assert_int_equal(call.cpu, 2);
	assert_args(&call, 4);
	assert_ptr_equal(call.words, out.val + MPT_SLOT_WORD0);
	assert_null(t.open);
	/* losses around it change nothing */
	p.gap = true;
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_counts(&p, 2, 0, 0, 0);
}

/* There the arguments come through the same register: without proof there is nothing to show. */
static void one_record_that_proves_nothing(void **state)
{
	struct mpt_event out = leaving(&lean_64_nr, 4);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	assert_true(mpt_pair(&p, &t, &out, &call));
	out.val[MPT_SLOT_NR] = 1;
	assert_false(mpt_pair(&p, &t, &out, &call));
	assert_counts(&p, 1, 0, 1, 0);
}

static void in_flight(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	enter(&p, &t, 8);
	memset(&call, 0xee, sizeof(call));
	mpt_pair_in_flight(&p, &t, false, &call);
	assert_ptr_equal(call.def, &enter_64);
	assert_ptr_equal(call.thread, &t);
	assert_false(call.returned);
	assert_true(call.has_enter);
	assert_int_equal(call.ts_enter, 8000);
	assert_null(call.words);
	assert_args(&call, 8);
	assert_null(t.open);
	assert_int_equal(p.in_flight, 1);
	assert_counts(&p, 0, 0, 0, 0);
}

/* Its CPU is the entry's, and not one that was made up. */
static void cpu_of_a_call_in_flight(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 5 };
	struct mpt_call call;

	(void)state;
	enter(&p, &t, 8);
	mpt_pair_in_flight(&p, &t, false, &call);
	assert_int_equal(call.cpu, 1);
}

/*
 * Of M records that are gone, one belongs to each call of which one is left;
 * the others are two a call, or one where a call makes no more.
 */
static void losses(void **state)
{
	static const struct {
		uint64_t records, unpaired;
		bool lean, others;
		uint64_t overrun;
		bool at_most;
	} rows[] = {
		{ 0, 0, false, true, 0, false },
		{ 10, 0, false, false, 5, false },
		{ 10, 4, false, false, 3, false },
		{ 10, 4, false, true, 3, true },
		/* an odd one was another's record, or a call of which nothing else is known */
		{ 7, 2, false, true, 3, true },
		{ 1, 0, false, false, 1, false },
		/* a record that does not fit its check is left, and none was overwritten */
		{ 0, 3, false, false, 0, false },
		{ 2, 5, false, false, 0, false },
		{ 10, 0, true, false, 10, false },
		{ 10, 3, true, true, 10, true },
		{ UINT64_MAX - 1, 0, false, false, UINT64_MAX / 2, false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct mpt_pairing p = { .missed_returns = 9, .unpaired = rows[i].unpaired };
		struct mpt_lost lost;

		mpt_pair_lost(&p, rows[i].records, rows[i].lean, rows[i].others, &lost);
		assert_true(lost.overrun == rows[i].overrun);
		assert_int_equal(lost.missed_returns, 9);
		assert_int_equal(lost.unpaired, rows[i].unpaired);
		assert_int_equal(lost.at_most, rows[i].at_most);
	}
}

/* No more calls can be lost than were made and are not known of. */
static void no_more_than_were_made(void **state)
{
	static const struct {
		uint64_t records, made;
		bool lean;
		uint64_t cap;
	} rows[] = {
		/* 100 whole, 3 of which a record is left, 2 without a return, 1 inside */
		{ 20, 106, false, 3 },	       { 20, 107, false, 5 }, { 20, 116, false, 20 },
		{ 20, 200, false, 20 },	       { 20, 0, false, 3 },   { 2, 106, false, 2 },
		{ 20, UINT64_MAX, false, 20 }, { 20, 103, true, 0 },  { 20, 110, true, 7 },
	};
	const struct mpt_pairing p = {
		.calls = 100, .unpaired = 3, .missed_returns = 2, .in_flight = 1
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(mpt_pair_cap(&p, rows[i].records, rows[i].made, rows[i].lean),
				 rows[i].cap);
}

/* The same numbers each time, so that a failure can be looked at again. */
static uint32_t rnd(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

/*
 * Some threads make calls, and one in @loss of their records is gone. Only
 * what pairing can tell apart: where a return is gone, the entry after it is
 * there, and each thread's last call is whole.
 */
static void account(uint32_t loss, uint32_t seed)
{
	enum { THREADS = 5, CALLS = 2000 };
	struct mpt_thread threads[THREADS] = { { 0 } };
	struct mpt_pairing p = { .gap = true };
	struct mpt_lost lost;
	uint64_t n[THREADS] = { 0 }, gone = 0, left = 2 * THREADS * (uint64_t)CALLS;
	bool was_lost[THREADS] = { false };

	while (left > 0) {
		uint32_t i = rnd(&seed, THREADS);
		bool is_return = n[i] % 2;
		struct mpt_event event;
		struct mpt_call call;

		if (n[i] == 2 * CALLS)
			continue;
		event = is_return ? leaving(&exit_64, n[i] / 2) : entry(&enter_64, n[i] / 2);
		was_lost[i] = (is_return || !was_lost[i]) && n[i] < 2 * (CALLS - 1) &&
			      rnd(&seed, loss) == 0;
		if (was_lost[i])
			gone++;
		else if (mpt_pair(&p, &threads[i], &event, &call))
			assert_int_equal(call.ts_enter + 7, call.ts_exit);
		n[i]++;
		left--;
	}
	mpt_pair_lost(&p, gone, false, false, &lost);
	assert_true(gone > 100);
	assert_int_equal(p.calls + lost.overrun + lost.missed_returns + lost.unpaired,
			 THREADS * CALLS);
}

static void every_call_is_counted_once(void **state)
{
	(void)state;
	account(2, 1);
	account(10, 2);
	account(100, 3);
}

/*
 * The kernel takes the lower halves of a 32-bit caller's registers, the probe
 * read by the whole of them: where they differ nothing was read rightly.
 */
static void pointers_of_32_bits(void **state)
{
	static const struct mpt_def enter_32 = { .role = MPT_ROLE_ENTER,
						 .abi = &abi_32,
						 .has_args = true };
	static const uint64_t upper = UINT64_C(0xdead) << 48;
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 7 };
	struct mpt_event in = entry(&enter_32, 1), out = leaving(&exit_32, 1);
	struct mpt_call call;

	(void)state;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_non_null(call.words);
	/* of the second argument, a pointer, and of the third, which is none */
	in.val[MPT_SLOT_ARG0 + 1] |= upper;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_null(call.words);
	assert_args(&call, 1);
	in.val[MPT_SLOT_ARG0 + 1] &= ~upper;
	in.val[MPT_SLOT_ARG0 + 2] |= upper;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_non_null(call.words);
	/* in flight too the caller sees what it passed */
	in = entry(&enter_32, 1);
	in.val[MPT_SLOT_ARG0 + 1] |= upper;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair_in_flight(&p, &t, false, &call));
	assert_args(&call, 1);
}

/* A new task has the number of one that was inside a call: that call is counted, once. */
static void a_number_used_again(void **state)
{
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 7 };

	(void)state;
	enter(&p, &t, 1);
	mpt_pair_ended(&p, &t);
	assert_int_equal(p.missed_returns, 1);
	mpt_pair_ended(&p, &t);
	assert_int_equal(p.missed_returns, 1);
	t.asked.abi = &abi_64;
	mpt_pair_ended(&p, &t);
	assert_int_equal(p.unpaired, 1);
	assert_null(t.asked.abi);
}

/* x32 comes in by the 64-bit functions: the number says whose call it was. */
/* Its number is the other's too: the caller's state tells, at the entry and at the return. */
static void a_guest_by_its_state(void **state)
{
	static const struct mpt_abi own = {
		.name = "aarch64", .word_size = 8, .cs_mask = 0x10, .cs_32 = 0x10
	};
	static const struct mpt_abi arm = { .name = "arm", .word_size = 4 };
	static const struct mpt_def def[] = {
		{ .role = MPT_ROLE_ENTER,
		  .abi = &own,
		  .guest = &arm,
		  .has_args = true,
		  .has_nr = true,
		  .has_state = true },
		{ .role = MPT_ROLE_EXIT,
		  .abi = &own,
		  .guest = &arm,
		  .has_nr = true,
		  .has_state = true },
		{ .role = MPT_ROLE_EXIT, .abi = &own, .guest = &arm },
	};
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 7 };
	struct mpt_event in = entry(&def[0], 1), out = leaving(&def[1], 1);
	struct mpt_call call;

	(void)state;
	in.val[MPT_SLOT_NR] = NR;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_ptr_equal(call.abi, &own);
	assert_non_null(call.words);
	in.val[MPT_SLOT_STATE] = out.val[MPT_SLOT_STATE] = 0x60000010;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair_in_flight(&p, &t, false, &call));
	assert_ptr_equal(call.abi, &arm);
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_ptr_equal(call.abi, &arm);
	assert_non_null(call.words);
	/* a return that says otherwise than the entry was read through another register */
	out.val[MPT_SLOT_STATE] = 0;
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_ptr_equal(call.abi, &arm);
	assert_null(call.words);
	/* a return that sees the result only says nothing of it */
	out.def = &def[2];
	mpt_pair(&p, &t, &in, &call);
	assert_true(mpt_pair(&p, &t, &out, &call));
	assert_ptr_equal(call.abi, &arm);
}

static void a_guest_by_its_number(void **state)
{
	static const struct mpt_abi own = { .name = "x86_64", .word_size = 8 };
	static const struct mpt_abi x32 = { .name = "x32", .word_size = 4, .nr_table = MPT_NR_X32 };
	static const struct mpt_def lean = {
		.role = MPT_ROLE_EXIT, .abi = &own, .guest = &x32, .has_args = true, .has_nr = true
	};
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { .tid = 7 };
	struct mpt_event event = leaving(&lean, 1);
	struct mpt_call call;

	(void)state;
	assert_true(mpt_pair(&p, &t, &event, &call));
	assert_ptr_equal(call.abi, &own);
	event.val[MPT_SLOT_NR] = NR | 0x40000000;
	event.val[MPT_SLOT_ARG0 + 1] = UINT64_C(0x7fff00001000);
	assert_true(mpt_pair(&p, &t, &event, &call));
	assert_ptr_equal(call.abi, &x32);
	assert_non_null(call.words);
	assert_true(call.args[1] == UINT64_C(0x7fff00001000));
	event.val[MPT_SLOT_NR] = NR + 1;
	assert_false(mpt_pair(&p, &t, &event, &call));
	assert_int_equal(p.unpaired, 1);
}

/*
 * Where tracepoints show of a denied call its return alone: a return without an
 * entry is one, but where its entry can be lost, or be from before tracing.
 */
static void returns_of_denied_calls(void **state)
{
	enum { DENIED, BEFORE, LOST };
	static const struct {
		bool settled, gap, unfiltered, knows_inside;
		int64_t inside, ret;
		bool can_eperm;
		int expected;
	} rows[] = {
		{ true, false, false, false, 0, -EINVAL, false, DENIED },
		{ true, false, false, false, 0, 3, true, DENIED },
		{ true, true, false, false, 0, -EPERM, false, LOST },
		/* it was there before us */
		{ false, false, false, true, NR, 0, false, BEFORE },
		{ false, false, false, true, 1, 0, false, DENIED },
		{ false, false, false, true, -1, -EPERM, true, DENIED },
		{ false, true, false, true, 1, 0, false, LOST },
		/* and was running */
		{ false, false, false, false, 0, -EPERM, false, DENIED },
		{ false, false, false, false, 0, -ENOSYS, true, DENIED },
		{ false, false, false, false, 0, -EPERM, true, LOST },
		{ false, false, false, false, 0, 0, false, LOST },
		{ false, false, true, false, 0, 0, false, BEFORE },
	};
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct mpt_def def = {
			.role = MPT_ROLE_EXIT,
			.abi = &abi_64,
			.shows_denied = true,
			.syscall = rows[i].can_eperm ? MPT_SYS_MBIND : MPT_SYS_GET_MEMPOLICY,
		};
		struct mpt_event event = leaving(&def, 1);
		struct mpt_pairing p = { 0 };
		struct mpt_thread t = {
			.unfiltered = rows[i].unfiltered,
			.knows_inside = rows[i].knows_inside,
			.inside = rows[i].inside,
		};
		struct mpt_call call;

		if (rows[i].settled)
			mpt_pair_settle(&p, &t, NULL);
		if (rows[i].gap)
			mpt_pair_gap(&p, event.cpu);
		event.val[MPT_SLOT_RET] = (uint64_t)rows[i].ret;
		assert_int_equal(mpt_pair(&p, &t, &event, &call), rows[i].expected == DENIED);
		assert_counts(&p, rows[i].expected == DENIED, 0, rows[i].expected == LOST,
			      rows[i].expected == BEFORE);
		assert_int_equal(p.denied, rows[i].expected == DENIED);
		/* whatever it was, from here on nothing is from before */
		assert_true(t.settled);
		if (rows[i].expected != DENIED)
			continue;
		assert_true(call.denied && call.no_args && call.returned && !call.has_enter);
		assert_int_equal(call.ret, rows[i].ret);
		assert_null(call.words);
	}
}

/* The kernel puts the registers back where there is no answer: the number stands for it. */
static void a_denied_call_without_an_answer(void **state)
{
	static const struct mpt_def def = { .role = MPT_ROLE_EXIT,
					    .abi = &abi_64,
					    .shows_denied = true };
	struct mpt_event event = leaving(&def, 1);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { 0 };
	struct mpt_call call;

	(void)state;
	mpt_pair_settle(&p, &t, NULL);
	event.val[MPT_SLOT_RET] = NR;
	assert_true(mpt_pair(&p, &t, &event, &call));
	assert_true(call.denied);
	assert_false(call.returned);
}

/* Or the first argument, which is no error: no filter answers that. */
static void a_first_argument_for_an_answer(void **state)
{
	static const struct mpt_abi abi = { .name = "aarch64", .result_is_arg0 = true };
	static const struct mpt_def def = { .role = MPT_ROLE_EXIT,
					    .abi = &abi,
					    .shows_denied = true };
	struct mpt_event event = leaving(&def, 1);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { 0 };
	struct mpt_call call;

	(void)state;
	mpt_pair_settle(&p, &t, NULL);
	event.val[MPT_SLOT_RET] = 0x8002;
	assert_true(mpt_pair(&p, &t, &event, &call));
	assert_true(call.denied);
	assert_false(call.returned);
	event.val[MPT_SLOT_RET] = (uint64_t)-EPERM;
	assert_true(mpt_pair(&p, &t, &event, &call));
	assert_true(call.returned);
	assert_int_equal(call.ret, -EPERM);
}

/* Where sigreturn(2) ends as what it interrupted, a return alone says nothing. */
static void a_stray_return(void **state)
{
	static const struct mpt_abi abi = { .name = "ppc64le", .has_stray_returns = true };
	static const struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = &abi, .is_event = true };
	struct mpt_event event = leaving(&def, 1);
	struct mpt_pairing p = { 0 };
	struct mpt_thread t = { 0 };
	struct mpt_call call;

	(void)state;
	assert_false(mpt_pair(&p, &t, &event, &call));
	assert_counts(&p, 0, 0, 0, 0);
}

/*
 * Before pt_regs wrappers the functions serve other ABIs' callers, too: theirs are no calls of
 * the own ABI, and nothing is missing where they are left out. A number that is nobody's says only
 * that pt_regs was not where it was looked for.
 */
static void calls_of_others(void **state)
{
	const struct mpt_view view = { .by_registers = true };
	const struct mpt_def older_enter = { .role = MPT_ROLE_ENTER,
					     .abi = mpt_abi_find("x86_64"),
					     .view = view,
					     .has_nr = true },
			     older_exit = { .role = MPT_ROLE_EXIT,
					    .abi = mpt_abi_find("x86_64"),
					    .view = view,
					    .has_nr = true };
	static const struct {
		uint64_t nr;
		unsigned calls;
		bool believed;
	} cases[] = { { NR, 1, true }, { 275, 0, false }, { 0, 1, false } }; /* i386: 275 */
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		struct mpt_event in = entry(&older_enter, 3), out = leaving(&older_exit, 3);
		struct mpt_pairing p = { 0 };
		struct mpt_thread t = { .tid = 5 };
		struct mpt_lost lost;
		struct mpt_call call;

		in.val[MPT_SLOT_NR] = out.val[MPT_SLOT_NR] = cases[i].nr;
		assert_false(mpt_pair(&p, &t, &in, &call));
		assert_int_equal(mpt_pair(&p, &t, &out, &call), cases[i].calls);
		assert_counts(&p, cases[i].calls, 0, 0, 0);
		assert_null(t.open);
		/* and among what is lost there may be some of theirs */
		mpt_pair_lost(&p, 4, false, false, &lost);
		assert_int_equal(lost.at_most, !cases[i].calls);
		if (!cases[i].calls)
			continue;
		assert_args(&call, 3);
		assert_int_equal(call.words != NULL, cases[i].believed);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call),
		cmocka_unit_test(call_after_call),
		cmocka_unit_test(threads_do_not_mix),
		cmocka_unit_test(a_call_that_began_before),
		cmocka_unit_test(a_return_that_was_missed),
		cmocka_unit_test(after_a_gap),
		cmocka_unit_test(conventions_do_not_mix),
		cmocka_unit_test(the_number_is_checked),
		cmocka_unit_test(one_record_a_call),
		cmocka_unit_test(one_record_that_proves_nothing),
		cmocka_unit_test(in_flight),
		cmocka_unit_test(cpu_of_a_call_in_flight),
		cmocka_unit_test(losses),
		cmocka_unit_test(every_call_is_counted_once),
		cmocka_unit_test(pointers_of_32_bits),
		cmocka_unit_test(a_guest_by_its_number),
		cmocka_unit_test(a_guest_by_its_state),
		cmocka_unit_test(a_number_used_again),
		cmocka_unit_test(no_more_than_were_made),
		cmocka_unit_test(returns_of_denied_calls),
		cmocka_unit_test(a_denied_call_without_an_answer),
		cmocka_unit_test(a_first_argument_for_an_answer),
		cmocka_unit_test(a_stray_return),
		cmocka_unit_test(calls_of_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
