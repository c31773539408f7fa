/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plan.c - definitions of probes, and the map of their fields.
 *
 * In: wishes and capabilities of made-up kernels. Out: whether the text is
 * what kernels were seen to take, written out by hand here, whether it keeps
 * the kernel's limits, and whether the map tells of each field that the text
 * has. Nothing is written to any kernel.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "fixture.h"
#include "plan.h"

static const uint64_t poison = UINT64_C(0xdeadbeefcafef00d);

static const struct mpt_abi *x86_64(void)
{
	const struct mpt_abi *abi = mpt_abi_of_machine("x86_64");

	assert_non_null(abi);
	return abi;
}

/* Conventions that were seen on kernels; whether the table has them does not matter here. */
static const struct mpt_abi i386 = {
	.name = "i386",
	.machine = "x86_64",
	.suffix = "i386",
	.prefixes = { "__ia32_sys_", "__ia32_compat_sys_" },
	.word_size = 4,
	.regs = "%di",
	.arg_off = { 40, 88, 96, 104, 112, 32 },
	.nr_off = 120,
	.nr_size = 8,
	.saved = { "%bx", "%bp" },
};

static const struct mpt_abi arm64 = {
	.name = "aarch64",
	.machine = "aarch64",
	.suffix = "",
	.prefixes = { "__arm64_sys_" },
	.word_size = 8,
	.regs = "%x0",
	.arg_off = { 0, 8, 16, 24, 32, 40 },
	.nr_off = 280,
	.nr_size = 4,
	.saved = { "%x19" },
};

struct variant {
	const struct mpt_abi *abi;
	enum mpt_rung rung;
	const char *saved;
	unsigned possible;
	bool lean;
	uint64_t syscalls;  /* 0: get_mempolicy */
	unsigned nprefixes; /* 0: 1 */
	const struct mpt_abi *guest;
	bool stack;
	bool by_registers;
	unsigned lacks;
};

static void make(const struct variant *v, struct mpt_plan *plan)
{
	const struct mpt_caps caps = {
		.views = { {
			.abi = v->abi ? v->abi : x86_64(),
			.rung = v->rung,
			.saved = v->saved,
			.nprefixes = v->nprefixes ? v->nprefixes : 1,
			.by_registers = v->by_registers,
		} },
		.nviews = 1,
		.guest = v->guest,
		.possible = v->possible,
		.page_size = 4096,
		.lacks = v->lacks,
	};
	const struct mpt_wish wish = {
		.syscalls = v->syscalls ? v->syscalls : UINT64_C(1) << MPT_SYS_GET_MEMPOLICY,
		.lean = v->lean,
		.stack = v->stack,
		.poison = poison,
		.group = "G",
	};
	struct mpt_err err;

	assert_int_equal(mpt_plan_make(&wish, &caps, plan, &err), 0);
}

/* @expected: the definitions in their order; NULL ends them */
static void assert_texts(const struct variant *v, const char *const *expected)
{
	struct mpt_plan plan;
	unsigned i;

	make(v, &plan);
	for (i = 0; i < plan.ndefs && expected[i]; i++)
		assert_string_equal(plan.defs[i].texts[0], expected[i]);
	assert_int_equal(i, plan.ndefs);
	assert_null(expected[i]);
	mpt_plan_free(&plan);
}

#define ENTER                                                                 \
	"p:G/enter_get_mempolicy __x64_sys_get_mempolicy mode=+112(%di):x64 " \
	"nodemask=+104(%di):x64 maxnode=+96(%di):u64 addr=+56(%di):x64 flags=+72(%di):x64"
#define POISON(words) "r4096:G/poison_get_mempolicy __x64_sys_get_mempolicy" words
#define EXIT(rest)    "r4096:G/exit_get_mempolicy __x64_sys_get_mempolicy" rest

static void args_at_return(void **state)
{
	static const char *const one[] = {
		ENTER,
		POISON(" u_mode0=\\0xcafef00d:x32 u_nodemask0=\\0xdeadbeefcafef00d:x64"),
		EXIT(" u_mode0=+u0(+112($arg1)):x32 u_nodemask0=+u0(+104($arg1)):x64"
		     " ret=$retval:s64"),
		NULL,
	};
	static const char *const two[] = {
		ENTER,
		POISON(" u_mode0=\\0xcafef00d:x32 u_nodemask0=\\0xdeadbeefcafef00d:x64"
		       " u_nodemask1=\\0xdeadbeefcafef00d:x64"),
		EXIT(" u_mode0=+u0(+112($arg1)):x32 u_nodemask0=+u0(+104($arg1)):x64"
		     " u_nodemask1=+u8(+104($arg1)):x64 ret=$retval:s64"),
		NULL,
	};
	static const unsigned of_one_word[] = { 1, 2, 64 };
	struct variant v = { .rung = MPT_RUNG_ARGS, .saved = "%bx" };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(of_one_word); i++) {
		v.possible = of_one_word[i];
		assert_texts(&v, one);
	}
	v.possible = 65;
	assert_texts(&v, two);
}

static void a_register_of_the_caller(void **state)
{
	static const char *const bp[] = {
		ENTER,
		POISON(" nr=\\0xcafef00d:x32 u_mode0=\\0xcafef00d:x32"
		       " u_nodemask0=\\0xdeadbeefcafef00d:x64"),
		EXIT(" nr=+120(%bp):x32 u_mode0=+u0(+112(%bp)):x32 u_nodemask0=+u0(+104(%bp)):x64"
		     " ret=$retval:s64"),
		NULL,
	};
	const struct variant v = { .rung = MPT_RUNG_SAVED, .saved = "%bp", .possible = 2 };

	(void)state;
	assert_texts(&v, bp);
}

static void results_only(void **state)
{
	static const char *const none[] = { ENTER, EXIT(" ret=$retval:s64"), NULL };
	struct variant v = { .rung = MPT_RUNG_NONE, .saved = "%bx", .possible = 2 };

	(void)state;
	assert_texts(&v, none);
	/* who has no arguments at return cannot do without the entry */
	v.lean = true;
	assert_texts(&v, none);
}

static void no_probes_at_all(void **state)
{
	static const char *const events[] = { "syscalls:sys_enter_get_mempolicy",
					      "syscalls:sys_exit_get_mempolicy", NULL };
	struct variant v = { .rung = MPT_RUNG_EVENTS, .possible = 65 };
	struct mpt_plan plan;
	unsigned i;

	(void)state;
	assert_texts(&v, events);
	/* the result alone is no call, whatever is wanted */
	v.lean = true;
	assert_texts(&v, events);
	make(&v, &plan);
	assert_false(plan.lean);
	for (i = 0; i < plan.ndefs; i++) {
		assert_string_equal(mpt_def_group(&plan, &plan.defs[i]), "syscalls");
		assert_null(plan.defs[i].filter);
		assert_false(plan.defs[i].shows_denied); /* nobody asked for them */
	}
	assert_int_equal(plan.defs[0].nfields, 5);
	assert_int_equal(plan.defs[0].fields[4].slot, MPT_SLOT_ARG0 + 4);
	assert_int_equal(plan.defs[1].nfields, 1);
	mpt_plan_free(&plan);
}

#define LEAN_ARGS(reg)                                                                \
	" mode=+112(" reg "):x64 nodemask=+104(" reg "):x64 maxnode=+96(" reg "):u64" \
	" addr=+56(" reg "):x64 flags=+72(" reg "):x64"

static void lean_has_no_entry(void **state)
{
	static const char *const args[] = {
		POISON(" u_mode0=\\0xcafef00d:x32 u_nodemask0=\\0xdeadbeefcafef00d:x64"),
		EXIT(" u_mode0=+u0(+112($arg1)):x32 u_nodemask0=+u0(+104($arg1)):x64"
		     " ret=$retval:s64" LEAN_ARGS("$arg1")),
		NULL,
	};
	static const char *const r12[] = {
		POISON(" nr=\\0xcafef00d:x32 u_mode0=\\0xcafef00d:x32"
		       " u_nodemask0=\\0xdeadbeefcafef00d:x64"),
		EXIT(" nr=+120(%r12):x32 u_mode0=+u0(+112(%r12)):x32"
		     " u_nodemask0=+u0(+104(%r12)):x64 ret=$retval:s64" LEAN_ARGS("%r12")),
		NULL,
	};
	struct variant v = { .rung = MPT_RUNG_ARGS, .possible = 64, .lean = true };

	(void)state;
	assert_texts(&v, args);
	v.rung = MPT_RUNG_SAVED;
	v.saved = "%r12";
	assert_texts(&v, r12);
}

static void other_conventions(void **state)
{
	static const char *const compat[] = {
		"p:G/enter_get_mempolicy_i386 __ia32_sys_get_mempolicy mode=+40(%di):x64 "
		"nodemask=+88(%di):x64 maxnode=+96(%di):u32 addr=+104(%di):x32 "
		"flags=+112(%di):x32",
		"r4096:G/poison_get_mempolicy_i386 __ia32_sys_get_mempolicy "
		"u_mode0=\\0xcafef00d:x32 u_nodemask0=\\0xcafef00d:x32 "
		"u_nodemask1=\\0xcafef00d:x32",
		"r4096:G/exit_get_mempolicy_i386 __ia32_sys_get_mempolicy "
		"u_mode0=+u0(+40($arg1)):x32 u_nodemask0=+u0(+88($arg1)):x32 "
		"u_nodemask1=+u4(+88($arg1)):x32 ret=$retval:s64",
		NULL,
	};
	static const char *const arm[] = {
		"p:G/enter_get_mempolicy __arm64_sys_get_mempolicy mode=+0(%x0):x64 "
		"nodemask=+8(%x0):x64 maxnode=+16(%x0):u64 addr=+24(%x0):x64 flags=+32(%x0):x64",
		"r4096:G/poison_get_mempolicy __arm64_sys_get_mempolicy "
		"nr=\\0xcafef00d:x32 u_mode0=\\0xcafef00d:x32 "
		"u_nodemask0=\\0xdeadbeefcafef00d:x64",
		"r4096:G/exit_get_mempolicy __arm64_sys_get_mempolicy nr=+280(%x19):x32 "
		"u_mode0=+u0(+0(%x19)):x32 u_nodemask0=+u0(+8(%x19)):x64 ret=$retval:s64",
		NULL,
	};
	const struct variant v32 = { .abi = &i386, .rung = MPT_RUNG_ARGS, .possible = 33 };
	const struct variant varm = {
		.abi = &arm64, .rung = MPT_RUNG_SAVED, .saved = "%x19", .possible = 4
	};

	(void)state;
	assert_texts(&v32, compat);
	assert_texts(&varm, arm);
}

/* set_mempolicy_home_node has the same number in both tables. */
static void a_guest_of_the_same_number(void **state)
{
	static const char *const expected[] = {
		"p:G/enter_set_mempolicy_home_node __arm64_sys_set_mempolicy_home_node "
		"start=+0(%x0):x64 len=+8(%x0):u64 home_node=+16(%x0):u64 flags=+24(%x0):x64 "
		"nr=+280(%x0):x32 state=+264(%x0):x64",
		"r4096:G/exit_set_mempolicy_home_node __arm64_sys_set_mempolicy_home_node "
		"ret=$retval:s64 nr=+280(%x19):x32 state=+264(%x19):x64",
		NULL,
	};
	const struct variant v = { .abi = mpt_abi_find("aarch64"),
				   .guest = mpt_abi_find("arm"),
				   .rung = MPT_RUNG_SAVED,
				   .saved = "%x19",
				   .possible = 2,
				   .syscalls = UINT64_C(1) << MPT_SYS_SET_MEMPOLICY_HOME_NODE };

	(void)state;
	assert_texts(&v, expected);
}

/*
 * The function has its arguments in registers, as C has them; its caller has pt_regs. Where that is
 * on top of the stack, the call has put the return address there by the time the function begins.
 */
static void before_wrappers(void **state)
{
	static const char *const slow[] = {
		"p:G/enter_get_mempolicy sys_get_mempolicy mode=%di:x64 nodemask=%si:x64 "
		"maxnode=%dx:u64 addr=%cx:x64 flags=%r8:x64 nr=+120(%bx):x32",
		"r4096:G/poison_get_mempolicy sys_get_mempolicy nr=\\0xcafef00d:x32 "
		"u_mode0=\\0xcafef00d:x32 u_nodemask0=\\0xdeadbeefcafef00d:x64",
		"r4096:G/exit_get_mempolicy sys_get_mempolicy nr=+120(%bx):x32 "
		"u_mode0=+u0(+112(%bx)):x32 u_nodemask0=+u0(+104(%bx)):x64 ret=$retval:s64",
		NULL,
	};
	static const char *const fast_and_old[] = {
		"p:G/enter_get_mempolicy sys_get_mempolicy mode=%di:u64 nodemask=%si:u64 "
		"maxnode=%dx:u64 addr=%cx:u64 flags=%r8:u64 nr=+128(%sp):u32",
		"r:G/poison_get_mempolicy sys_get_mempolicy nr=@linux_banner:u32 "
		"u_mode0=@linux_banner:u32 u_nodemask0=@linux_banner:u64",
		"r:G/exit_get_mempolicy sys_get_mempolicy nr=+120(%sp):u32 "
		"u_mode0=+0(+112(%sp)):u32 u_nodemask0=+0(+104(%sp)):u64 ret=$retval:s64",
		NULL,
	};
	static const char *const arm[] = {
		"p:G/enter_set_mempolicy sys_set_mempolicy mode=%x0:x32 nodemask=%x1:x64 "
		"maxnode=%x2:u64 nr=+280(%sp):x32",
		"r4096:G/poison_set_mempolicy sys_set_mempolicy nr=\\0xcafef00d:x32 "
		"u_nodemask0=\\0xdeadbeefcafef00d:x64",
		"r4096:G/exit_set_mempolicy sys_set_mempolicy nr=+280(%sp):x32 "
		"u_nodemask0=+u0(+8(%sp)):x64 ret=$retval:s64",
		NULL,
	};
	struct variant v = {
		.rung = MPT_RUNG_SAVED, .saved = "%bx", .possible = 2, .by_registers = true
	};

	(void)state;
	assert_texts(&v, slow);
	v.saved = "%sp";
	v.lacks = MPT_LACKS_ALL;
	assert_texts(&v, fast_and_old);
	v.lacks = 0;
	v.abi = mpt_abi_find("aarch64");
	v.syscalls = UINT64_C(1) << MPT_SYS_SET_MEMPOLICY;
	assert_texts(&v, arm);
}

/* Which of the kernel's functions are tried, and in which order. */
static void the_older_functions(void **state)
{
	struct mpt_caps caps = { 0 };

	(void)state;
	mpt_caps_add(&caps, x86_64());
	mpt_caps_add(&caps, mpt_abi_find("i386"));
	mpt_caps_add(&caps, mpt_abi_find("x32"));
	assert_string_equal(mpt_view_prefix(&caps.views[0], 0), "__x64_sys_");
	assert_true(mpt_caps_use_older(&caps));
	assert_false(mpt_caps_use_older(&caps));
	/* i386's calls come by the same ones, altered */
	assert_int_equal(caps.nviews, 1);
	assert_null(caps.guest);
	assert_int_equal(caps.views[0].rung, MPT_RUNG_SAVED);
	assert_string_equal(caps.views[0].saved, "%bx");
	assert_string_equal(mpt_view_prefix(&caps.views[0], 0), "sys_");
	mpt_caps_use_events(&caps);
	assert_false(caps.views[0].by_registers);
	/* an ABI that such kernels did not serve has none */
	caps.views[0] = (struct mpt_view){ .abi = mpt_abi_find("arm") };
	assert_false(mpt_caps_use_older(&caps));
}

/* On kernels that write zero when they could not read, or read whatever lies at an address. */
static void words_of_older_kernels(void **state)
{
	const uint64_t user = 0x7f0000001000, kernel = UINT64_C(0xffff888000000000);
	struct mpt_plan plan = { .page_size = 4096, .poison = poison };

	(void)state;
	assert_true(mpt_plan_was_read(&plan, user, 8, 0));
	assert_true(mpt_plan_was_read(&plan, user, 8, MPT_BANNER));
	assert_true(mpt_plan_was_read(&plan, kernel, 8, 5));
	plan.lacks = MPT_LACKS_IMM;
	assert_false(mpt_plan_was_read(&plan, user, 8, 0));
	assert_false(mpt_plan_was_read(&plan, user, 4, 0));
	assert_false(mpt_plan_was_read(&plan, user, 8, MPT_BANNER));
	assert_false(mpt_plan_was_read(&plan, user, 4, (uint32_t)MPT_BANNER));
	assert_true(mpt_plan_was_read(&plan, user, 8, poison));
	assert_true(mpt_plan_was_read(&plan, user, 4, 5));
	plan.lacks = MPT_LACKS_USER;
	assert_false(mpt_plan_was_read(&plan, kernel, 8, 5));
	assert_true(mpt_plan_was_read(&plan, user, 8, 0));
}

/* Word by word, so that the list of them needs no compiler's help to be read. */
static void words_of_1024_nodes(void **state)
{
	const struct variant v = { .rung = MPT_RUNG_ARGS, .possible = 1024 };
	struct mpt_plan plan;
	char word[64];
	const char *at;
	unsigned i;

	(void)state;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 3);
	at = plan.defs[2].texts[0];
	for (i = 0; i < 16; i++) {
		snprintf(word, sizeof(word), " u_nodemask%u=+u%u(+104($arg1)):x64", i, 8 * i);
		at = strstr(at, word);
		assert_non_null(at);
	}
	assert_null(strstr(plan.defs[2].texts[0], "u_nodemask16"));
	assert_null(strstr(plan.defs[1].texts[0], "u_nodemask16"));
	assert_non_null(strstr(plan.defs[1].texts[0], " u_nodemask15=\\0xdeadbeefcafef00d:x64"));
	mpt_plan_free(&plan);
}

/* The fetch args with which kernels were seen to give the right answer. */
static void fetches_seen_to_work(void **state)
{
	static const char *const enter[] = { "=+112(%di):x64", "=+104(%di):x64", "=+96(%di):u64",
					     "=+56(%di):x64", "=+72(%di):x64" };
	static const char *const exit_args[] = { "=+u0(+112($arg1)):", "=+u0(+104($arg1)):x64",
						 "=$retval:s64" };
	static const char *const exit_saved[] = { "=+u0(+112(%bx)):", "=+u0(+104(%bx)):x64",
						  "nr=+120(%bx):x32", "=$retval:s64" };
	struct variant v = { .rung = MPT_RUNG_ARGS, .saved = "%bx", .possible = 64 };
	struct mpt_plan plan;
	size_t i;

	(void)state;
	make(&v, &plan);
	for (i = 0; i < ARRAY_SIZE(enter); i++)
		assert_non_null(strstr(plan.defs[0].texts[0], enter[i]));
	for (i = 0; i < ARRAY_SIZE(exit_args); i++)
		assert_non_null(strstr(plan.defs[2].texts[0], exit_args[i]));
	mpt_plan_free(&plan);
	v.rung = MPT_RUNG_SAVED;
	make(&v, &plan);
	for (i = 0; i < ARRAY_SIZE(exit_saved); i++)
		assert_non_null(strstr(plan.defs[2].texts[0], exit_saved[i]));
	mpt_plan_free(&plan);
}

/* --- what must hold for every plan --------------------------------------- */

/* One fetch arg of a definition's text. */
struct fetch {
	char name[64], source[64], type[8];
};

/*
 * Takes a definition apart. Returns the number of its fetch args, and holds
 * the text against the limits of kernel/trace/trace_probe.h and trace.c.
 */
static unsigned parse(const struct mpt_def *def, struct fetch *ret)
{
	cleanup_free char *copy = strdup(def->texts[0]);
	char *save, *word = strtok_r(copy, " ", &save);
	unsigned n = 0;

	assert_true(strlen(def->texts[0]) + 2 < 4096); /* WRITE_BUFSIZE */
	assert_true(strlen(def->event) < 64);	       /* MAX_EVENT_NAME_LEN */
	assert_non_null(strchr(word, '/'));
	assert_string_equal(strchr(word, '/') + 1, def->event);
	word = strtok_r(NULL, " ", &save);
	assert_non_null(word); /* the symbol */
	while ((word = strtok_r(NULL, " ", &save))) {
		char *equals = strchr(word, '='), *colon = strrchr(word, ':');

		assert_true(strlen(word) < 63); /* MAX_ARGSTR_LEN */
		assert_true(equals && colon && colon > equals);
		assert_in_range(equals - word, 1, 31); /* MAX_ARG_NAME_LEN */
		assert_true(n < 128);		       /* MAX_TRACE_ARGS */
		*equals = *colon = '\0';
		snprintf(ret[n].name, sizeof(ret[n].name), "%s", word);
		snprintf(ret[n].source, sizeof(ret[n].source), "%s", equals + 1);
		snprintf(ret[n++].type, sizeof(ret[n].type), "%s", colon + 1);
	}
	return n;
}

/* Not those that every event has already, and none twice. */
static void check_names(const struct fetch *fetches, unsigned n)
{
	unsigned i, j;

	for (i = 0; i < n; i++) {
		assert_int_not_equal(strncmp(fetches[i].name, "common_", 7), 0);
		assert_int_not_equal(strncmp(fetches[i].name, "__probe_", 8), 0);
		for (j = 0; j < i; j++)
			assert_string_not_equal(fetches[i].name, fetches[j].name);
	}
}

/* The map has each field of the text, in its order, and no slot twice. */
static void check_map(const struct mpt_def *def, const struct fetch *fetches, unsigned n)
{
	unsigned i, j;

	assert_int_equal(def->nfields, n);
	for (i = 0; i < n; i++) {
		assert_string_equal(def->fields[i].name, fetches[i].name);
		assert_true(def->fields[i].slot < MPT_NSLOTS);
		for (j = 0; j < i; j++)
			assert_int_not_equal(def->fields[i].slot, def->fields[j].slot);
	}
}

static const char *name_of_slot(const struct mpt_def *def, unsigned slot)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++)
		if (def->fields[i].slot == slot)
			return def->fields[i].name;
	return NULL;
}

static bool has_pointers(const struct mpt_syscall *sys)
{
	unsigned i;

	for (i = 0; i < sys->nargs; i++)
		if (strchr(sys->args[i].ctype, '*') && strcmp(sys->args[i].ctype, "void *") != 0)
			return true;
	return false;
}

/* Whether it is known where stacks lie. */
static bool has_stack(const struct variant *v)
{
	return v->stack && strcmp((v->abi ? v->abi : x86_64())->machine, "x86_64") == 0 &&
	       v->rung != MPT_RUNG_NONE;
}

/* Whether it must tell a guest's calls: at the entry always. */
static bool tells_whose(const struct mpt_def *def, const struct variant *v)
{
	return v->guest && (def->role == MPT_ROLE_ENTER ||
			    (def->role == MPT_ROLE_EXIT && v->rung != MPT_RUNG_NONE));
}

/* The slots by which the rest of the program knows them. */
static void check_slots(const struct mpt_def *def, const struct variant *v)
{
	const struct mpt_syscall *sys = &mpt_syscalls[def->syscall];
	bool has_args = def->role == MPT_ROLE_ENTER ||
			(def->role == MPT_ROLE_EXIT && v->lean && v->rung != MPT_RUNG_NONE);
	/* wherever a register is trusted for more than the result, and where a guest is to be told
	 */
	bool trusts = v->rung == MPT_RUNG_SAVED && (has_pointers(sys) || has_args || has_stack(v));
	bool has_nr = def->role != MPT_ROLE_ENTER && v->rung == MPT_RUNG_SAVED &&
		      (has_pointers(sys) || v->lean || has_stack(v));
	unsigned i;

	has_nr = has_nr || tells_whose(def, v);
	assert_true(!trusts || has_nr || def->role == MPT_ROLE_ENTER);

	assert_int_equal(def->has_args, has_args);
	assert_int_equal(def->has_nr, has_nr);
	for (i = 0; i < MPT_NARGS; i++) {
		const char *name = name_of_slot(def, MPT_SLOT_ARG0 + i);

		if (has_args && i < sys->nargs)
			assert_string_equal(name, sys->args[i].name);
		else
			assert_null(name);
	}
	assert_true(!name_of_slot(def, MPT_SLOT_RET) == (def->role != MPT_ROLE_EXIT));
	assert_true(!name_of_slot(def, MPT_SLOT_NR) == !has_nr);
	assert_int_equal(def->has_state,
			 tells_whose(def, v) &&
				 mpt_plan_nr(def, def->abi) == mpt_plan_nr(def, def->guest));
	assert_true(!name_of_slot(def, MPT_SLOT_STATE) == !def->has_state);
}

/* How many words each pointer leads to, by its type in the man page. */
static unsigned words_behind(const struct mpt_arg *arg, const struct variant *v)
{
	unsigned bits = (v->abi ? v->abi->word_size : 8) * 8;
	bool array = arg->item != NULL;

	if (array)
		return 32;
	if (strstr(arg->ctype, "unsigned long *"))
		return (v->possible + bits - 1) / bits;
	return strcmp(arg->ctype, "int *") == 0 ? 1 : 0;
}

/* Every word on top, and every link, or none of it; and the registers in one probe alone. */
static void check_stack(const struct mpt_def *def, const struct variant *v)
{
	bool reads = has_stack(v) && def->role != MPT_ROLE_ENTER;
	unsigned i, ntop = def->syscall == MPT_SYS_MOVE_PAGES ? 10 : 24;
	bool regs = reads && def->role == MPT_ROLE_EXIT;
	char name[8];

	assert_int_equal(def->has_stack, reads);
	assert_int_equal(def->ntop, reads ? ntop : 0);
	for (i = 0; i < MPT_STACK_TOP; i++) {
		snprintf(name, sizeof(name), "t%u", i);
		if (reads && i < ntop)
			assert_string_equal(name_of_slot(def, MPT_SLOT_TOP0 + i), name);
		else
			assert_null(name_of_slot(def, MPT_SLOT_TOP0 + i));
	}
	for (i = 0; i < 2 * MPT_STACK_LINKS; i++)
		assert_true(!name_of_slot(def, MPT_SLOT_LINK0 + i) == !reads);
	assert_true(!name_of_slot(def, MPT_SLOT_SP) == !regs);
	assert_true(!name_of_slot(def, MPT_SLOT_BP) == !regs);
	assert_true(!name_of_slot(def, MPT_SLOT_IP) == !def->has_ip);
}

static void check_words(const struct mpt_def *def, const struct variant *v)
{
	const struct mpt_syscall *sys = &mpt_syscalls[def->syscall];
	bool reads = def->role != MPT_ROLE_ENTER && v->rung != MPT_RUNG_NONE;
	unsigned arg, i, n;
	char name[32];

	for (arg = 0; arg < MPT_NARGS; arg++) {
		n = reads && arg < sys->nargs ? words_behind(&sys->args[arg], v) : 0;
		assert_int_equal(def->words[arg].count, n);
		for (i = 0; i < n; i++) {
			snprintf(name, sizeof(name), "u_%s%u", sys->args[arg].name, i);
			assert_string_equal(
				name_of_slot(def, MPT_SLOT_WORD0 + def->words[arg].first + i),
				name);
		}
	}
}

/*
 * What the poison probe writes must lie where the exit probe's fetch would
 * write: it is a prefix, by name and type, and constant.
 */
static void check_poison(const struct fetch *p, unsigned np, const struct fetch *x, unsigned nx)
{
	unsigned i;

	assert_true(np > 0 && np < nx);
	for (i = 0; i < np; i++) {
		assert_string_equal(p[i].name, x[i].name);
		assert_string_equal(p[i].type, x[i].type);
		assert_int_equal(p[i].source[0], '\\');
		/* user memory, or what stands where a register leads */
		assert_true(strncmp(x[i].source, "+u", 2) == 0 || strcmp(x[i].name, "nr") == 0);
	}
	/* and nothing else that is read of user memory is without one */
	for (; i < nx; i++)
		assert_int_not_equal(strncmp(x[i].source, "+u", 2), 0);
}

static void check_call(const struct mpt_plan *plan, unsigned from, unsigned to,
		       const struct variant *v)
{
	static struct fetch fetches[3][128];
	unsigned n[3] = { 0 }, i;

	for (i = from; i < to; i++) {
		const struct mpt_def *def = &plan->defs[i];

		n[def->role] = parse(def, fetches[def->role]);
		check_names(fetches[def->role], n[def->role]);
		check_map(def, fetches[def->role], n[def->role]);
		check_slots(def, v);
		check_words(def, v);
		check_stack(def, v);
		/* the order in which their handlers run */
		assert_true(i == from || plan->defs[i - 1].role < def->role);
	}
	if (n[MPT_ROLE_POISON])
		check_poison(fetches[MPT_ROLE_POISON], n[MPT_ROLE_POISON], fetches[MPT_ROLE_EXIT],
			     n[MPT_ROLE_EXIT]);
	else if (v->rung != MPT_RUNG_NONE)
		assert_false(has_pointers(&mpt_syscalls[plan->defs[from].syscall]));
}

static void check_plan(const struct variant *v)
{
	unsigned i, from = 0, calls = 0;
	struct mpt_plan plan;

	make(v, &plan);
	assert_int_equal(plan.nviews, 1);
	assert_int_equal(plan.views[0].rung, v->rung);
	assert_int_equal(plan.possible, v->possible);
	assert_true(plan.poison == poison);
	assert_int_equal(plan.lean, v->lean && v->rung != MPT_RUNG_NONE);
	for (i = 1; i <= plan.ndefs; i++) {
		if (i < plan.ndefs && plan.defs[i].syscall == plan.defs[from].syscall)
			continue;
		check_call(&plan, from, i, v);
		from = i;
		calls++;
	}
	assert_int_equal(calls, MPT_NSYSCALLS);
	mpt_plan_free(&plan);
}

static void every_plan_fits_its_map(void **state)
{
	static const unsigned possible[] = { 1, 2, 63, 64, 65, 128, 129, 1023, 1024 };
	static const struct mpt_abi x32 = { .name = "x32", .word_size = 4 };
	const struct mpt_abi *const abis[] = { NULL, &i386, &arm64 };
	size_t i;
	int a, rung, lean, stack;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(possible); i++)
		for (a = 0; a < 3; a++)
			for (rung = MPT_RUNG_ARGS; rung <= MPT_RUNG_NONE; rung++)
				for (stack = 0, lean = 0; lean < 2;
				     stack = !stack, lean += !stack) {
					struct variant v = {
						.stack = stack,
						.abi = abis[a],
						.rung = (enum mpt_rung)rung,
						.saved = "%bx",
						.possible = possible[i],
						.lean = lean,
						.syscalls = (UINT64_C(1) << MPT_NSYSCALLS) - 1,
					};

					check_plan(&v);
					v.guest = &x32;
					check_plan(&v);
				}
}

static void the_stack(void **state)
{
	/* the registers at the offsets of the kernel's struct pt_regs: bp 32, ip 128, sp 152 */
	static const char *const rows[] = {
		" t0=+u0(+152($arg1)):x64",
		" t23=+u184(+152($arg1)):x64",
		" l0=+u0(+32($arg1)):x64",
		" l1=+u8(+32($arg1)):x64",
		" l6=+u0(+u0(+u0(+u0(+32($arg1))))):x64",
		" l7=+u8(+u0(+u0(+u0(+32($arg1))))):x64",
		" ip=+128($arg1):x64",
		" sp=+152($arg1):x64",
		" bp=+32($arg1):x64",
	};
	struct variant v = { .rung = MPT_RUNG_ARGS, .possible = 2, .stack = true };
	struct mpt_plan plan;
	size_t i;

	(void)state;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 3);
	assert_non_null(strstr(plan.defs[0].texts[0], " ip=+128(%di):x64"));
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_non_null(strstr(plan.defs[2].texts[0], rows[i]));
	assert_non_null(strstr(plan.defs[1].texts[0], " l7=\\0xdeadbeefcafef00d:x64"));
	mpt_plan_free(&plan);
	/* a call without pointers needs the poison now */
	v.syscalls = UINT64_C(1) << MPT_SYS_SET_MEMPOLICY_HOME_NODE;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 3);
	assert_string_equal(plan.defs[2].filter, "common_pid!=0");
	mpt_plan_free(&plan);
}

/* Who is filtered how: the poison runs and is never recorded, the exit always is. */
static void filters(void **state)
{
	struct variant v = { .rung = MPT_RUNG_ARGS, .possible = 2 };
	struct mpt_plan plan;

	(void)state;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 3);
	assert_null(plan.defs[0].filter);
	assert_string_equal(plan.defs[1].filter, "common_pid==0");
	assert_string_equal(plan.defs[2].filter, "common_pid!=0");
	mpt_plan_free(&plan);
	/* without words there is nothing to protect, and a filter costs */
	v.rung = MPT_RUNG_NONE;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 2);
	assert_null(plan.defs[0].filter);
	assert_null(plan.defs[1].filter);
	mpt_plan_free(&plan);
}

/* No mode, no node and no mask of 31 nodes is a poisoned 32-bit word. */
static void poisons(void **state)
{
	(void)state;
	assert_true(mpt_plan_poison(UINT64_C(0x1111111122222222), 8) ==
		    UINT64_C(0x1111111122222222));
	assert_true(mpt_plan_poison(UINT64_C(0x1111111122222222), 4) == 0xa2222222);
	assert_true(mpt_plan_poison(UINT64_MAX, 4) == 0xffffffff);
	assert_true(mpt_plan_poison(0, 4) == 0x80000000);
}

/* Every function by which a call can come in has the same event, with the same fetch args. */
static void several_functions(void **state)
{
	const struct variant v = {
		.abi = &i386, .rung = MPT_RUNG_SAVED, .saved = "%bp", .possible = 2, .nprefixes = 2
	};
	struct mpt_plan plan;
	unsigned i;

	(void)state;
	make(&v, &plan);
	assert_int_equal(plan.ndefs, 3);
	for (i = 0; i < plan.ndefs; i++) {
		const char *a = strchr(plan.defs[i].texts[0], ' ');
		const char *b = strchr(plan.defs[i].texts[1], ' ');

		assert_int_equal(strncmp(a, " __ia32_sys_get_mempolicy ", 26), 0);
		assert_int_equal(strncmp(b, " __ia32_compat_sys_get_mempolicy ", 33), 0);
		assert_string_equal(a + 26, b + 33);
		assert_int_equal(a - plan.defs[i].texts[0], b - plan.defs[i].texts[1]);
	}
	mpt_plan_free(&plan);
}

static void search_for_the_register(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	const struct mpt_view view = { .abi = x86_64() },
			      older = { .abi = x86_64(), .by_registers = true };
	const struct mpt_view arm = { .abi = &arm64 };

	(void)state;
	mpt_plan_put_search(&buf, "G", &view, MPT_SYS_GET_MEMPOLICY, 0);
	assert_string_equal(mpt_buf_cstr(&buf),
			    "r:G/search __x64_sys_get_mempolicy"
			    " nr0=+120(%bx):x64 a0=+112(%bx):x64 nr1=+120(%bp):x64 a1=+112(%bp):x64"
			    " nr2=+120(%r12):x64 a2=+112(%r12):x64 nr3=+120(%r13):x64 "
			    "a3=+112(%r13):x64"
			    " nr4=+120(%r14):x64 a4=+112(%r14):x64 nr5=+120(%r15):x64 "
			    "a5=+112(%r15):x64");
	buf.len = 0;
	mpt_plan_put_search(&buf, "G", &arm, MPT_SYS_GET_MEMPOLICY, 0);
	assert_string_equal(mpt_buf_cstr(&buf), "r:G/search __arm64_sys_get_mempolicy"
						" nr0=+280(%x19):x32 a0=+0(%x19):x64");
	buf.len = 0;
	mpt_plan_put_search(&buf, "G", &older, MPT_SYS_GET_MEMPOLICY, 0);
	assert_non_null(strstr(mpt_buf_cstr(&buf),
			       "r:G/search sys_get_mempolicy nr0=+120(%bx):x64 a0=+112(%bx):x64"
			       " nr1=+120(%sp):x64 a1=+112(%sp):x64"));
}

static void nothing_to_trace(void **state)
{
	const struct mpt_caps caps = { .views = { { .abi = x86_64() } },
				       .nviews = 1,
				       .possible = 1 };
	const struct mpt_wish wish = { .group = "G" };
	struct mpt_plan plan;
	struct mpt_err err;

	(void)state;
	assert_int_equal(mpt_plan_make(&wish, &caps, &plan, &err), -EINVAL);
	assert_int_equal(err.status, MPT_EXIT_USAGE);
	mpt_plan_free(&plan);
	assert_null(plan.defs);
	mpt_plan_free(&plan);
}

/* For people: every definition as it is, what else is said as a comment. */
static void dry_run(void **state)
{
	const struct variant v = {
		.rung = MPT_RUNG_SAVED, .saved = "%bp", .possible = 2, .lean = true
	};
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_plan plan;
	unsigned found = 0;
	char *save, *line;

	(void)state;
	make(&v, &plan);
	mpt_plan_put(&buf, &plan);
	mpt_buf_cstr(&buf);
	assert_int_equal(buf.data[buf.len - 1], '\n');
	assert_non_null(strstr(buf.data, "%bp"));
	assert_non_null(strstr(buf.data, "common_pid==0"));
	assert_non_null(strstr(buf.data, "common_pid!=0"));
	for (line = strtok_r(buf.data, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		if (line[0] == '#')
			continue;
		assert_true(found < plan.ndefs);
		assert_string_equal(line, plan.defs[found++].texts[0]);
	}
	assert_int_equal(found, 2);
	mpt_plan_free(&plan);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(args_at_return),
		cmocka_unit_test(a_register_of_the_caller),
		cmocka_unit_test(results_only),
		cmocka_unit_test(no_probes_at_all),
		cmocka_unit_test(lean_has_no_entry),
		cmocka_unit_test(other_conventions),
		cmocka_unit_test(a_guest_of_the_same_number),
		cmocka_unit_test(before_wrappers),
		cmocka_unit_test(the_older_functions),
		cmocka_unit_test(words_of_older_kernels),
		cmocka_unit_test(words_of_1024_nodes),
		cmocka_unit_test(fetches_seen_to_work),
		cmocka_unit_test(every_plan_fits_its_map),
		cmocka_unit_test(the_stack),
		cmocka_unit_test(filters),
		cmocka_unit_test(poisons),
		cmocka_unit_test(several_functions),
		cmocka_unit_test(search_for_the_register),
		cmocka_unit_test(nothing_to_trace),
		cmocka_unit_test(dry_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
