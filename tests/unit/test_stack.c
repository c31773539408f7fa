/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stack.c - who called, from the words of a stack.
 *
 * In: stacks and code made up here, records with poison in them, and what two
 * formats make of frames. Out: whether the walk goes as far as it is certain
 * and not a step further. No process is looked at.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "emit.h"
#include "fixture.h"
#include "json_call.h"
#include "jsonw.h"
#include "maps.h"
#include "pair.h"
#include "put.h"
#include "stack.h"

/* Functions of made-up code, each 0x100 bytes: what the tables say of it, if anything. */
struct function {
	uint64_t addr;
	bool has_rule;
	struct mpt_unwind rule;
	unsigned word; /* else: its frame pointers may be followed */
};

struct code {
	unsigned n;
	struct function f[4];
	uint64_t after_calls[8]; /* 0 ends them */
};

static const struct function *function_at(const struct code *code, uint64_t addr)
{
	unsigned i;

	for (i = 0; i < code->n; i++)
		if (addr - code->f[i].addr < 0x100)
			return &code->f[i];
	return NULL;
}

static bool unwind(void *arg, uint64_t addr, struct mpt_unwind *ret)
{
	const struct function *f = function_at(arg, addr);

	if (!f || !f->has_rule)
		return false;
	*ret = f->rule;
	return true;
}

static unsigned word(void *arg, uint64_t addr)
{
	const struct function *f = function_at(arg, addr);

	return f ? f->word : 0;
}

static bool is_code(void *arg, uint64_t addr)
{
	return function_at(arg, addr) != NULL;
}

static bool is_after_call(void *arg, uint64_t addr)
{
	const struct code *code = arg;
	unsigned i;

	for (i = 0; code->after_calls[i]; i++)
		if (code->after_calls[i] == addr)
			return true;
	return false;
}

/* @expected: the addresses; 0 ends them */
static void assert_walk(const struct mpt_stack *stack, struct code *code, const uint64_t *expected)
{
	const struct mpt_stack_code ops = { .arg = code,
					    .unwind = unwind,
					    .word = word,
					    .is_code = is_code,
					    .is_after_call = is_after_call };
	uint64_t addrs[MPT_FRAMES_MAX];
	unsigned n = mpt_stack_walk(stack, &ops, addrs), i;

	for (i = 0; i < n && expected[i]; i++)
		assert_int_equal(addrs[i], expected[i]);
	assert_int_equal(i, n);
	assert_int_equal(expected[i], 0);
}

/* syscall() with nothing on the stack, its caller with three words, a frame by the frame pointer.
 */
static struct code tables(void)
{
	return (struct code){
		.n = 3,
		.f = { { 0x1000, true, { 8, false, 8, -8, MPT_BP_SAME, 0 }, 0 },
		       { 0x2000, true, { 8, false, 32, -8, MPT_BP_SAVED, -16 }, 0 },
		       { 0x3000, true, { 8, true, 16, -8, MPT_BP_SAVED, -16 }, 0 } },
	};
}

static struct mpt_stack tabled(void)
{
	return (struct mpt_stack){
		.ip = 0x1020,
		.sp = 0x7000,
		.bp = 0x5555, /* of no use before it is restored */
		.n = 7,
		.words = { { 0x7000, 0x2030 }, /* to the caller */
			   { 0x7008, 0x2040 }, /* looks like code, and is nothing */
			   { 0x7010, 1 },
			   { 0x7018, 0x7100 }, /* its caller's frame pointer */
			   { 0x7020, 0x3010 }, /* and where that goes on */
			   { 0x7100, 0 },
			   { 0x7108, 0x2050 } },
	};
}

static void by_tables(void **state)
{
	struct code code = tables();
	struct mpt_stack stack = tabled();

	(void)state;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0x3010, 0x2050, 0 });
}

static void tables_end(void **state)
{
	struct code code = tables();
	struct mpt_stack stack = tabled();

	(void)state;
	/* a word that was not read */
	stack.n = 4;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0 });
	stack.n = 0;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
	/* a return address that leads to no code */
	stack = tabled();
	stack.words[0].value = 0x9000;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
	stack.words[0].value = 0;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
	/* the frame pointer is lost, and the next frame needs it */
	stack = tabled();
	code.f[1].rule.bp = MPT_BP_LOST;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0x3010, 0 });
	/* frames do not grow downwards, nor lie at odd addresses */
	code = tables();
	stack.words[3].value = 0x6000;
	stack.words[5].addr = 0x6000;
	stack.words[6].addr = 0x6008;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0x3010, 0 });
	stack.words[3].value = 0x7101;
	stack.words[5].addr = 0x7101;
	stack.words[6].addr = 0x7109;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0x3010, 0 });
	/* of a program that nothing is known of */
	code.n = 0;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
	stack.ip = 0;
	assert_walk(&stack, &code, (const uint64_t[]){ 0 });
}

/* 32-bit code: two words in each that is read. */
static void small_words(void **state)
{
	struct code code = { .n = 2,
			     .f = { { 0x1000, true, { 4, false, 16, -4, MPT_BP_SAVED, -16 }, 0 },
				    { 0x2000, true, { 4, true, 8, -4, MPT_BP_SAVED, -8 }, 0 } } };
	struct mpt_stack stack = { .ip = 0x1020,
				   .sp = 0x7000,
				   .bp = 0x1,
				   .n = 3,
				   .words = { { 0x7000, UINT64_C(0xaaaa) << 32 | 0x7100 },
					      { 0x7008, UINT64_C(0x2030) << 32 | 0xbbbb },
					      { 0x7100, UINT64_C(0x1040) << 32 } } };

	(void)state;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2030, 0x1040, 0 });
}

/* Two functions without tables, whose frames are chained. */
static struct code chained_code(void)
{
	return (struct code){ .n = 2,
			      .f = { { 0x1000, false, { 0 }, 8 }, { 0x2000, false, { 0 }, 8 } },
			      .after_calls = { 0x2010, 0x2020, 0x1050 } };
}

static struct mpt_stack chained(void)
{
	return (struct mpt_stack){ .ip = 0x1020,
				   .sp = 0x7000,
				   .bp = 0x7010,
				   .n = 7,
				   .words = { { 0x7000, 0x2020 }, /* on top, but whose? */
					      { 0x7010, 0x7040 },
					      { 0x7018, 0x2010 },
					      { 0x7040, 0x7080 },
					      { 0x7048, 0x2020 },
					      { 0x7080, 0x1 },
					      { 0x7088, 0x1050 } } };
}

static void by_chain(void **state)
{
	struct code code = chained_code();
	struct mpt_stack stack = chained();

	(void)state;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0x2020, 0x1050, 0 });
}

static void chain_is_not_believed(void **state)
{
	struct code code = chained_code();
	struct mpt_stack stack = chained();

	(void)state;
	/* no call before it */
	stack.words[4].value = 0x2021;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0 });
	/* no code */
	stack.words[4].value = 0x4000;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0 });
	/* the chain leads back, or to itself */
	stack = chained();
	stack.words[1].value = 0x7010;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0 });
	/* odd */
	stack = chained();
	stack.words[1].value = stack.words[3].addr = 0x7041;
	stack.words[4].addr = 0x7049;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0 });
	/* below the stack pointer */
	stack = chained();
	stack.sp = 0x7018;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
	/* far away: a heap is no stack */
	stack = chained();
	stack.words[1].value = stack.words[3].addr = 0x7000 + (1 << 20) + 8;
	stack.words[4].addr = stack.words[3].addr + 8;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0 });
	/* as far as it may be */
	stack.words[1].value = stack.words[3].addr = 0x7000 + (1 << 20);
	stack.words[4].addr = stack.words[3].addr + 8;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0x2010, 0x2020, 0 });
	/* where frame pointers mean nothing */
	code.f[0].word = 0;
	assert_walk(&stack, &code, (const uint64_t[]){ 0x1020, 0 });
}

/* A loop of frames ends. */
static void no_end(void **state)
{
	struct code code = { .n = 1,
			     .f = { { 0x1000, true, { 8, false, 8, -8, MPT_BP_SAME, 0 }, 0 } } };
	struct mpt_stack stack = { .ip = 0x1020, .sp = 0x7000 };
	uint64_t expected[MPT_FRAMES_MAX + 1] = { 0 };
	unsigned i;

	(void)state;
	for (i = 0; i < MPT_STACK_TOP; i++)
		stack.words[stack.n++] = (struct mpt_stack_word){ 0x7000 + i * 8, 0x1020 };
	for (i = 0; i < MPT_FRAMES_MAX; i++)
		expected[i] = 0x1020;
	assert_walk(&stack, &code, expected);
}

/* --- records ---------------------------------------------------------------- */

static const struct mpt_plan plan = { .page_size = 4096, .poison = UINT64_C(0xdeadbeefcafef00d) };

static void only_what_was_read(void **state)
{
	const struct mpt_def def = { .has_stack = true, .has_ip = true, .ntop = 3 };
	uint64_t val[MPT_NSLOTS];
	struct mpt_call call = { .def = &def, .ip = 0x1020, .stack = val };
	struct mpt_stack stack;
	unsigned i;

	(void)state;
	for (i = 0; i < MPT_NSLOTS; i++)
		val[i] = plan.poison;
	val[MPT_SLOT_SP] = 0x7ff0;
	val[MPT_SLOT_BP] = 0x9000;
	val[MPT_SLOT_TOP0] = 11;
	val[MPT_SLOT_TOP0 + 2] = 0; /* a word of zeros was read */
	val[MPT_SLOT_LINK0] = 0xa000;
	val[MPT_SLOT_LINK0 + 3] = 12;
	mpt_stack_read(&call, &plan, &stack);
	assert_int_equal(stack.ip, 0x1020);
	assert_int_equal(stack.n, 4);
	assert_int_equal(stack.words[0].addr, 0x7ff0);
	assert_int_equal(stack.words[0].value, 11);
	assert_int_equal(stack.words[1].addr, 0x8000);
	assert_int_equal(stack.words[1].value, 0);
	assert_int_equal(stack.words[2].addr, 0x9000);
	assert_int_equal(stack.words[2].value, 0xa000);
	/* of the second link the return address alone */
	assert_int_equal(stack.words[3].addr, 0xa008);
	assert_int_equal(stack.words[3].value, 12);

	/* across the end of a page, of which half was read */
	val[MPT_SLOT_SP] = 0x7ffc;
	val[MPT_SLOT_TOP0] = (plan.poison & ~UINT64_C(0xffffffff)) | 5;
	mpt_stack_read(&call, &plan, &stack);
	assert_int_equal(stack.words[0].addr, 0x800c);

	/* in flight, or not to be believed */
	call.stack = NULL;
	mpt_stack_read(&call, &plan, &stack);
	assert_int_equal(stack.n, 0);
	assert_int_equal(stack.ip, 0x1020);
}

/* --- formats ----------------------------------------------------------------- */

static const struct mpt_frames frames = {
	.n = 4,
	.frame = { { 0x7f0000101829, "/usr/lib/x86_64-linux-gnu/libc.so.6", 0x101829, "syscall",
		     0x19 },
		   { 0x7f0000205199, "/usr/lib/x86_64-linux-gnu/libnuma.so.1.0.0", 0x5199,
		     "numa_set_membind", 0x19 },
		   { 0x5500000028c6, "/tmp/a\nb", 0x28c6, NULL, 0 },
		   { 0x1000, NULL, 0, NULL, 0 } },
};

static void as_strace(void **state)
{
	struct mpt_call call = { .frames = &frames };
	struct mpt_buf buf = { 0 };

	(void)state;
	mpt_put_frames(&call, &buf);
	/* the first three as strace 6.1 printed them, but for the name */
	assert_string_equal(
		mpt_buf_cstr(&buf),
		" > /usr/lib/x86_64-linux-gnu/libc.so.6(syscall+0x19) [0x101829]\n"
		" > /usr/lib/x86_64-linux-gnu/libnuma.so.1.0.0(numa_set_membind+0x19) [0x5199]\n"
		" > /tmp/a\\012b() [0x28c6]\n"
		" > [0x1000]\n");
	buf.len = 0;
	call.frames = NULL;
	mpt_put_frames(&call, &buf);
	assert_int_equal(buf.len, 0);
	mpt_buf_free(&buf);
}

static void as_json(void **state)
{
	struct mpt_call call = { .frames = &frames };
	struct mpt_buf buf = { 0 };
	struct mpt_jsonw w = { .buf = &buf };

	(void)state;
	mpt_json_stack(&call, &w);
	assert_string_equal(
		mpt_buf_cstr(&buf),
		"\"stack\":[{\"addr\":\"0x7f0000101829\",\"object\":\"/usr/lib/x86_64-linux-gnu/"
		"libc.so.6\",\"symbol\":\"syscall\",\"offset\":25},{\"addr\":\"0x7f0000205199\","
		"\"object\":\"/usr/lib/x86_64-linux-gnu/libnuma.so.1.0.0\",\"symbol\":\"numa_set_"
		"membind\",\"offset\":25},{\"addr\":\"0x5500000028c6\",\"object\":\"/tmp/"
		"a\\u000ab\"},"
		"{\"addr\":\"0x1000\"}]");
	buf.len = 0;
	call.frames = NULL;
	mpt_json_stack(&call, &w);
	assert_int_equal(buf.len, 0);
	mpt_buf_free(&buf);
}

/* Addresses alone, where trace.Event has them: between syscall and contextFlags. */
static void as_tracee(void **state)
{
	static const struct mpt_abi abi = { .name = "x86_64", .machine = "x86_64", .word_size = 8 };
	static const struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = &abi };
	static const struct mpt_values values = { 0 };
	struct mpt_emit_context ctx = { 0 };
	struct mpt_thread thread = { .tid = 1 };
	struct mpt_call call = { .sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
				 .def = &def,
				 .abi = &abi,
				 .thread = &thread,
				 .frames = &frames };
	struct mpt_buf buf = { 0 };

	(void)state;
	mpt_emit_tracee.call(&ctx, &call, &values, &buf);
	assert_non_null(strstr(mpt_buf_cstr(&buf),
			       "\"syscall\":\"get_mempolicy\",\"stackAddresses\":[139637977782313,"
			       "139637978845593,93458488371398,4096],\"contextFlags\":"));
	buf.len = 0;
	call.frames = NULL;
	mpt_emit_tracee.call(&ctx, &call, &values, &buf);
	assert_null(strstr(mpt_buf_cstr(&buf), "stackAddresses"));
	mpt_buf_free(&buf);
}

/* --- this program -------------------------------------------------------------- */

#ifdef __x86_64__
/* gcc also makes copies under other names (a_call.isra.0), which noipa keeps it from; clang has
 * none. */
#if __has_attribute(noipa)
#define KEEP __attribute__((noipa))
#else
#define KEEP __attribute__((noinline))
#endif

/* Nothing of it is on the stack, so that frames are as small as most are. */
static uint64_t captured[MPT_NSLOTS], truth[3];

/* As the kernel reads memory: what cannot be read is left alone. */
static void capture(unsigned slot, uint64_t addr)
{
	struct iovec to = { .iov_base = &captured[slot], .iov_len = 8 };
	struct iovec from = { .iov_base = (void *)(uintptr_t)addr, .iov_len = 8 };

	captured[slot] = plan.poison;
	process_vm_readv(getpid(), &to, 1, &from, 1, 0);
}

static void capture_all(void)
{
	uint64_t link = captured[MPT_SLOT_BP];
	unsigned i;

	for (i = 0; i < MPT_STACK_TOP; i++)
		capture(MPT_SLOT_TOP0 + i, captured[MPT_SLOT_SP] + i * 8);
	for (i = 0; i < MPT_STACK_LINKS; i++) {
		capture(MPT_SLOT_LINK0 + 2 * i, link);
		capture(MPT_SLOT_LINK0 + 2 * i + 1, link + 8);
		link = captured[MPT_SLOT_LINK0 + 2 * i];
	}
}

static KEEP int a_call(void)
{
	__asm__ volatile("mov %%rsp, %0; mov %%rbp, %1; lea 1f(%%rip), %2\n1:"
			 : "=&r"(captured[MPT_SLOT_SP]), "=&r"(captured[MPT_SLOT_BP]),
			   "=&r"(captured[MPT_SLOT_IP]));
	truth[0] = captured[MPT_SLOT_IP];
	truth[1] = (uintptr_t)__builtin_return_address(0);
	/* below our own frame nothing is read, above it nothing changes */
	capture_all();
	return 1;
}

static KEEP int its_caller(void)
{
	int n = a_call();

	truth[2] = (uintptr_t)__builtin_return_address(0);
	return n + 1;
}

static void callers_of_a_call(void **state)
{
	static const struct mpt_def def = { .has_stack = true,
					    .has_ip = true,
					    .ntop = MPT_STACK_TOP };
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mpt_maps *maps = mpt_maps_create(root);
	struct mpt_thread thread = { .tid = getpid(), .tgid = getpid() };
	struct mpt_call call = {
		.def = &def, .thread = &thread, .stack = captured, .ts_exit = mpt_clock_now()
	};
	static const char *const names[] = { "a_call", "its_caller", "callers_of_a_call" };
	struct mpt_frames got;
	unsigned i;

	(void)state;
	assert_int_equal(its_caller(), 2);
	call.ip = captured[MPT_SLOT_IP];
	mpt_maps_meet(maps, getpid(), call.ts_exit);
	mpt_stack_frames(&call, &plan, maps, &got);
	assert_true(got.n >= (mpt_object_can_name() ? 3 : 1));
	for (i = 0; i < 3 && mpt_object_can_name(); i++) {
		assert_true(got.frame[i].addr == truth[i]);
		assert_string_equal(got.frame[i].symbol, names[i]);
		assert_non_null(strstr(got.frame[i].object, "test_stack"));
	}
	mpt_maps_destroy(maps);
	close(root);
}
#else
static void callers_of_a_call(void **state)
{
	(void)state;
	skip();
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_tables),
		cmocka_unit_test(tables_end),
		cmocka_unit_test(small_words),
		cmocka_unit_test(by_chain),
		cmocka_unit_test(chain_is_not_believed),
		cmocka_unit_test(no_end),
		cmocka_unit_test(only_what_was_read),
		cmocka_unit_test(as_strace),
		cmocka_unit_test(as_json),
		cmocka_unit_test(as_tracee),
		cmocka_unit_test(callers_of_a_call),
	};

	return cmocka_run_group_tests_name("stack", tests, NULL, NULL);
}
