/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_denied.c - what seccomp was asked and answered, made into calls.
 *
 * In: records of the probes on __secure_computing(), as x86 kernels write
 * them, and a plan for x86_64 with x32 and i386; the same of arm64 and Power. Out: whether each
 * denied call comes out once, with the right ABI, arguments and result, and whether those that were
 * let through, or of which records are missing, do not.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "denied.h"
#include "err.h"
#include "fixture.h"

/* arch/x86/entry/syscalls: tables of system calls */
enum { NR_64 = 238, NR_I386 = 276, NR_X32 = 0x40000000 | 238, NR_TEE_64 = 276 };
enum { CS_64 = 0x33, CS_32 = 0x23, SYSCALL = 0x050f, INT_80 = 0x80cd };

struct bench {
	struct mpt_plan plan;
	const struct mpt_def *asked, *denied, *denied_32;
	struct mpt_pairing pairing;
	struct mpt_thread thread;
};

static const struct mpt_def *find(const struct mpt_plan *plan, const char *event)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++)
		if (strcmp(plan->defs[i].event, event) == 0)
			return &plan->defs[i];
	return NULL;
}

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct mpt_caps caps = { .possible = 2, .page_size = 4096 };
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_SET_MEMPOLICY,
				       .denied = true,
				       .group = "g" };
	struct mpt_err err;

	*state = b;
	assert_non_null(b);
	mpt_caps_add(&caps, mpt_abi_find("x86_64"));
	mpt_caps_add(&caps, mpt_abi_find("i386"));
	mpt_caps_add(&caps, mpt_abi_find("x32"));
	caps.views[0].asker = "%r12";
	caps.views[1].asker = "%bx";
	assert_int_equal(mpt_plan_make(&wish, &caps, &b->plan, &err), 0);
	b->asked = find(&b->plan, "asked");
	b->denied = find(&b->plan, "denied");
	b->denied_32 = find(&b->plan, "denied_i386");
	assert_true(b->asked && b->denied && b->denied_32);
	b->thread.tid = 7;
	return 0;
}

/* arm64 with 32-bit arm: 237 is set_mempolicy to the one, and another call to the other, whose is
 * 321. */
enum { NR_ARM64 = 237, NR_ARM = 321, PSTATE_ARM64 = 0x60001000, PSTATE_ARM = 0x60000010 };

/* @guest: or NULL */
static int setup_of(void **state, const char *own, const char *guest, const char *asker)
{
	struct bench *b = calloc(1, sizeof(*b));
	struct mpt_caps caps = { .possible = 2, .page_size = 4096 };
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_SET_MEMPOLICY,
				       .denied = true,
				       .group = "g" };
	struct mpt_err err;

	*state = b;
	assert_non_null(b);
	mpt_caps_add(&caps, mpt_abi_find(own));
	if (guest)
		mpt_caps_add(&caps, mpt_abi_find(guest));
	caps.views[0].asker = asker;
	assert_int_equal(mpt_plan_make(&wish, &caps, &b->plan, &err), 0);
	b->asked = find(&b->plan, "asked");
	b->denied = find(&b->plan, "denied");
	assert_true(b->asked && b->denied);
	b->thread.tid = 7;
	return 0;
}

static int setup_arm64(void **state)
{
	return setup_of(state, "aarch64", "arm", "%x19");
}

/* 64-bit Power: where the first argument was is -ENOSYS while seccomp is asked. */
enum { NR_POWER = 261, ORIG_GPR3 = 272 };

static int setup_power(void **state)
{
	return setup_of(state, "ppc64le", NULL, "%gpr31");
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mpt_plan_free(&b->plan);
	free(b);
	return 0;
}

/* Registers as 64-bit code fills them: mode in di, nodemask in si, maxnode in dx; 32-bit: bx cx dx.
 */
static struct mpt_event question(const struct bench *b, uint64_t nr, uint64_t cs, uint64_t insn)
{
	struct mpt_event event = {
		.type = MPT_EVENT_ASKED, .def = b->asked, .tid = 7, .ts = 1000, .cpu = 1
	};
	unsigned i;

	event.val[MPT_SLOT_NR] = nr;
	event.val[MPT_SLOT_CS] = cs;
	event.val[MPT_SLOT_INSN] = insn;
	for (i = 0; i < b->asked->nfields; i++) {
		const struct mpt_field *f = &b->asked->fields[i];
		uint64_t value = f->off == 112	 ? UINT64_C(0xabcd00000003) /* di */
				 : f->off == 104 ? UINT64_C(0x7fff00001000) /* si */
				 : f->off == 96	 ? UINT64_C(0x100000041)    /* dx */
				 : f->off == 40	 ? UINT64_C(0xeeee00008002) /* bx */
				 : f->off == 88	 ? UINT64_C(0x5000)	    /* cx */
						 : 0;

		if (f->slot >= MPT_SLOT_WORD0)
			event.val[f->slot] = value;
	}
	return event;
}

static struct mpt_event answer(const struct mpt_def *def, uint64_t nr, int64_t result)
{
	struct mpt_event event = {
		.type = MPT_EVENT_DENIED, .def = def, .tid = 7, .ts = 1500, .cpu = 1
	};

	event.val[MPT_SLOT_NR] = nr;
	event.val[MPT_SLOT_RESULT] = (uint64_t)result;
	return event;
}

static void ask(struct bench *b, uint64_t nr, uint64_t cs, uint64_t insn)
{
	struct mpt_event event = question(b, nr, cs, insn);

	mpt_denied_asked(&b->pairing, &b->thread, &b->plan, &event);
}

static bool take(struct bench *b, const struct mpt_event *event, struct mpt_call *call)
{
	return mpt_denied_answered(&b->pairing, &b->thread, event, call);
}

static void of_64_bit_code(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_64, -EPERM);
	struct mpt_call call;

	ask(b, NR_64, CS_64, SYSCALL);
	assert_true(take(b, &no, &call));
	assert_string_equal(call.abi->name, "x86_64");
	assert_string_equal(call.sys->name, "set_mempolicy");
	assert_true(call.denied && call.returned && call.has_enter);
	assert_int_equal(call.ret, -EPERM);
	assert_true(call.args[0] == 3); /* an int: the lower half of its register */
	assert_true(call.args[1] == UINT64_C(0x7fff00001000));
	assert_true(call.args[2] == UINT64_C(0x100000041));
	assert_int_equal(call.ts_enter, 1000);
	assert_int_equal(b->pairing.denied, 1);
	assert_int_equal(b->pairing.calls, 1);
	/* once */
	assert_false(take(b, &no, &call));
	assert_int_equal(b->pairing.unpaired, 0);
}

static void of_32_bit_code(void **state)
{
	static const struct {
		uint64_t cs, insn;
	} ways[] = { { CS_32, INT_80 }, { CS_64, INT_80 }, { CS_32, SYSCALL } };
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_I386, -ENOSYS);
	struct mpt_call call;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ways); i++) {
		ask(b, NR_I386, ways[i].cs, ways[i].insn);
		assert_true(take(b, &no, &call));
		assert_string_equal(call.abi->name, "i386");
		assert_true(call.args[0] == 0x8002);
		assert_true(call.args[1] == 0x5000);
		assert_true(call.args[2] == 0x41);
		assert_int_equal(call.ret, -ENOSYS);
	}
}

static int setup_alone(void **state)
{
	return setup_of(state, "x86_64", NULL, "%r12");
}

/* Their calls are not shown, and are no others' that have the same number. */
static void of_32_bit_code_that_is_not_shown(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_64, -EPERM);
	struct mpt_call call;

	ask(b, NR_64, CS_32, SYSCALL);
	assert_false(take(b, &no, &call));
	ask(b, NR_64, CS_64, INT_80);
	assert_false(take(b, &no, &call));
	ask(b, NR_64, CS_64, SYSCALL);
	assert_true(take(b, &no, &call));
	assert_string_equal(call.abi->name, "x86_64");
}

static void of_x32(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_X32, -EPERM);
	struct mpt_call call;

	ask(b, NR_X32, CS_64, SYSCALL);
	assert_true(take(b, &no, &call));
	assert_string_equal(call.abi->name, "x32");
	assert_true(call.args[1] == UINT64_C(0x7fff00001000));
}

/* The same number is another call by another ABI, and of unknown code nobody can tell. */
static void of_another_call(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_TEE_64, -EPERM);
	struct mpt_call call;

	ask(b, NR_TEE_64, CS_64, SYSCALL);
	assert_false(take(b, &no, &call));
	ask(b, NR_64, CS_32, INT_80);
	no = answer(b->denied, NR_64, -EPERM);
	assert_false(take(b, &no, &call));
	ask(b, NR_64, CS_64, 0x1234);
	assert_false(take(b, &no, &call));
	assert_int_equal(b->pairing.calls + b->pairing.unpaired, 0);
}

/* Trap and kill put the registers back; a thread that ends was not even given that. */
static void without_a_result(void **state)
{
	struct bench *b = *state;
	struct mpt_event rolled_back = answer(b->denied, NR_64, NR_64);
	struct mpt_event end = { .type = MPT_EVENT_END, .tid = 7, .ts = 2000, .cpu = 1 };
	struct mpt_call call;

	ask(b, NR_64, CS_64, SYSCALL);
	assert_true(take(b, &rolled_back, &call));
	assert_true(call.denied && !call.returned);
	ask(b, NR_64, CS_64, SYSCALL);
	assert_true(take(b, &end, &call));
	assert_true(call.denied && !call.returned);
	assert_true(call.args[0] == 3);
	/* most threads end without having been asked anything */
	assert_false(take(b, &end, &call));
	assert_int_equal(b->pairing.denied, 2);
	assert_int_equal(b->pairing.unpaired, 0);
}

/* What was let through is no denied call, however the thread ends. */
static void let_through(void **state)
{
	static const struct mpt_abi abi = { .name = "x86_64", .word_size = 8 };
	static const struct mpt_def enter = { .role = MPT_ROLE_ENTER,
					      .abi = &abi,
					      .syscall = MPT_SYS_SET_MEMPOLICY };
	struct bench *b = *state;
	struct mpt_event entry = { .type = MPT_EVENT_ENTER, .def = &enter, .ts = 1100, .cpu = 1 };
	struct mpt_event end = { .type = MPT_EVENT_END, .tid = 7, .ts = 2000, .cpu = 1 };
	struct mpt_call call;

	ask(b, NR_64, CS_64, SYSCALL);
	assert_false(mpt_pair(&b->pairing, &b->thread, &entry, &call));
	assert_false(take(b, &end, &call));
	assert_int_equal(b->pairing.denied, 0);
}

/* The pair on the other register fires too, and says nothing that could be true. */
static void through_the_wrong_register(void **state)
{
	struct bench *b = *state;
	struct mpt_event wrong = answer(b->denied_32, NR_64, -ENOMEM);
	struct mpt_event no = answer(b->denied, NR_64, -EPERM);
	struct mpt_call call;

	ask(b, NR_64, CS_64, SYSCALL);
	assert_false(take(b, &wrong, &call));
	assert_true(take(b, &no, &call));
	assert_int_equal(call.ret, -EPERM);
	assert_int_equal(b->pairing.unpaired, 0);
}

static void records_are_missing(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_64, -EPERM);
	struct mpt_call call;

	/* the answer may be another call's */
	ask(b, NR_64, CS_64, SYSCALL);
	mpt_pair_gap(&b->pairing, 1);
	assert_false(take(b, &no, &call));
	assert_int_equal(b->pairing.unpaired, 1);
	/* a question without an answer */
	ask(b, NR_64, CS_64, SYSCALL);
	ask(b, NR_64, CS_64, SYSCALL);
	assert_int_equal(b->pairing.unpaired, 2);
	assert_true(take(b, &no, &call));
}

/* A supervisor takes its time (SECCOMP_RET_USER_NOTIF). */
static void in_flight(void **state)
{
	struct bench *b = *state;
	struct mpt_call call;

	ask(b, NR_I386, CS_32, INT_80);
	assert_true(mpt_pair_in_flight(&b->pairing, &b->thread, false, &call));
	assert_string_equal(call.abi->name, "i386");
	assert_false(call.denied || call.returned);
	assert_true(call.args[1] == 0x5000);
	assert_int_equal(b->pairing.in_flight, 1);
}

/* Registers as arm64 code fills them: mode, nodemask, maxnode in x0 to x2. */
static void ask_arm64(struct bench *b, uint64_t nr, uint64_t pstate, uint64_t mode)
{
	struct mpt_event event = question(b, nr, pstate, 0);
	unsigned i;

	for (i = 0; i < b->asked->nfields; i++) {
		const struct mpt_field *f = &b->asked->fields[i];

		if (f->slot >= MPT_SLOT_WORD0)
			event.val[f->slot] = f->off == 0 ? mode : f->off == 8 ? 0x7000 : 0x41;
	}
	mpt_denied_asked(&b->pairing, &b->thread, &b->plan, &event);
}

static void of_arm64(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_ARM64, -EPERM);
	struct mpt_event undone = answer(b->denied, NR_ARM64, 3);
	struct mpt_call call;

	ask_arm64(b, NR_ARM64, PSTATE_ARM64, 3);
	assert_true(take(b, &no, &call));
	assert_string_equal(call.abi->name, "aarch64");
	assert_true(call.args[0] == 3 && call.args[1] == 0x7000 && call.args[2] == 0x41);
	assert_true(call.returned && call.ret == -EPERM);
	/* killed: the first argument is back where the result would be */
	ask_arm64(b, NR_ARM64, PSTATE_ARM64, 3);
	assert_true(take(b, &undone, &call));
	assert_false(call.returned);
}

static void of_arm(void **state)
{
	struct bench *b = *state;
	struct mpt_event no = answer(b->denied, NR_ARM, 0xffffffff);
	struct mpt_call call;

	ask_arm64(b, NR_ARM, PSTATE_ARM, 3);
	assert_true(take(b, &no, &call));
	assert_string_equal(call.abi->name, "arm");
	assert_true(call.args[0] == 3 && call.args[1] == 0x7000);
	assert_true(call.returned && call.ret == -EPERM);
	/* each the other's number */
	ask_arm64(b, NR_ARM64, PSTATE_ARM, 3);
	assert_false(take(b, &no, &call));
	ask_arm64(b, NR_ARM, PSTATE_ARM64, 3);
	assert_false(take(b, &no, &call));
	assert_int_equal(b->pairing.unpaired, 0);
}

static void fields_of_arm64(void **state)
{
	struct bench *b = *state;

	assert_string_equal(b->asked->texts[0],
			    "p:g/asked __secure_computing nr=+280(%x19):x32 "
			    "guard=\\0xffffffff:x64 cs=+264(%x19):x64 r0=+0(%x19):x64 "
			    "r8=+8(%x19):x64 r16=+16(%x19):x64 r24=+24(%x19):x64 "
			    "r32=+32(%x19):x64 r40=+40(%x19):x64");
	assert_string_equal(b->denied->texts[0],
			    "r4096:g/denied __secure_computing ret=$retval:s32 "
			    "nr=+280(%x19):x32 result=+0(%x19):x64");
	assert_string_equal(b->denied->filter, "ret==-1&&(nr==237||nr==321)");
}

static void of_power(void **state)
{
	struct bench *b = *state;
	struct mpt_event event = question(b, NR_POWER, 0, 0);
	struct mpt_event no = answer(b->denied, NR_POWER, -EPERM);
	struct mpt_event undone = answer(b->denied, NR_POWER, 3);
	struct mpt_call call;
	unsigned i;

	for (i = 0; i < b->asked->nfields; i++) {
		const struct mpt_field *f = &b->asked->fields[i];

		if (f->slot >= MPT_SLOT_WORD0)
			event.val[f->slot] = f->off == ORIG_GPR3 ? 3 : (uint64_t)f->off;
	}
	mpt_denied_asked(&b->pairing, &b->thread, &b->plan, &event);
	assert_true(take(b, &no, &call));
	assert_true(call.args[0] == 3 && call.args[1] == 32 && call.args[2] == 40);
	assert_true(call.returned && call.ret == -EPERM);
	mpt_denied_asked(&b->pairing, &b->thread, &b->plan, &event);
	assert_true(take(b, &undone, &call));
	assert_false(call.returned);
	assert_string_equal(b->asked->texts[0],
			    "p:g/asked __secure_computing nr=+0(%gpr31):x64 "
			    "guard=\\0xffffffff:x64 r272=+272(%gpr31):x64 "
			    "r32=+32(%gpr31):x64 r40=+40(%gpr31):x64 r48=+48(%gpr31):x64 "
			    "r56=+56(%gpr31):x64 r64=+64(%gpr31):x64");
}

/* No number of one pair lies where an event that comes before it has one, see plan_denied.c. */
static void offsets(void **state)
{
	struct bench *b = *state;
	const struct mpt_def *asked_32 = find(&b->plan, "asked_i386");

	assert_non_null(asked_32);
	assert_string_equal(b->asked->fields[0].name, "nr");
	assert_string_equal(b->asked->fields[1].name, "guard");
	assert_string_equal(asked_32->fields[0].name, "guard");
	assert_string_equal(asked_32->fields[1].name, "nr");
	assert_non_null(strstr(b->asked->texts[0], " nr=+120(%r12):x64 guard=\\0xffffffff:x64 "));
	assert_non_null(strstr(asked_32->texts[0], " guard=\\0xffffffff:x64 nr=+120(%bx):x64 "));
	assert_string_equal(b->asked->filter, "nr==238||nr==1073742062||nr==276");
	assert_string_equal(b->denied->filter, "ret==-1&&(nr==238||nr==1073742062||nr==276)");
	assert_string_equal(b->denied->texts[0],
			    "r4096:g/denied __secure_computing ret=$retval:s32 "
			    "nr=+120(%r12):x64 result=+80(%r12):x64");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_64_bit_code, setup, teardown),
		cmocka_unit_test_setup_teardown(of_32_bit_code, setup, teardown),
		cmocka_unit_test_setup_teardown(of_32_bit_code_that_is_not_shown, setup_alone,
						teardown),
		cmocka_unit_test_setup_teardown(of_x32, setup, teardown),
		cmocka_unit_test_setup_teardown(of_another_call, setup, teardown),
		cmocka_unit_test_setup_teardown(without_a_result, setup, teardown),
		cmocka_unit_test_setup_teardown(let_through, setup, teardown),
		cmocka_unit_test_setup_teardown(through_the_wrong_register, setup, teardown),
		cmocka_unit_test_setup_teardown(records_are_missing, setup, teardown),
		cmocka_unit_test_setup_teardown(in_flight, setup, teardown),
		cmocka_unit_test_setup_teardown(of_arm64, setup_arm64, teardown),
		cmocka_unit_test_setup_teardown(of_arm, setup_arm64, teardown),
		cmocka_unit_test_setup_teardown(fields_of_arm64, setup_arm64, teardown),
		cmocka_unit_test_setup_teardown(of_power, setup_power, teardown),
		cmocka_unit_test_setup_teardown(offsets, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
