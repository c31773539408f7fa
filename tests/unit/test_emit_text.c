/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_emit_text.c - the text format.
 *
 * In: calls and values made by hand. Out: whether each line is the one that
 * was written here from the description of the format, to the byte. The time
 * zone is set, so that no host's own shows.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "emit.h"
#include "fixture.h"

/* 2026-11-23 12:04:11 UTC; the trace's clock is this far behind */
static const int64_t second = INT64_C(1795435451);
static const uint64_t uptime = UINT64_C(1000000000000);

static const struct mpt_abi abi = { .name = "x86_64", .word_size = 8 };
static const struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = &abi };

struct line {
	struct mpt_emit_context ctx;
	struct mpt_thread thread;
	struct mpt_call call;
	struct mpt_values values;
};

/* get_mempolicy(mode, nodemask, 1025, NULL, 0) = 0 of numactl[145], nothing decoded. */
static struct line line(void)
{
	return (struct line){
		.ctx = { .clock = { .to_realtime = second * 1000000000 - (int64_t)uptime,
				    .to_boottime = 5000000000,
				    .start = uptime - 1500000000,
				    .cached_second = INT64_MIN },
			 .host = "n1" },
		.thread = { .tid = 145, .tgid = 144, .has_comm = true, .comm = "numactl" },
		.call = { .sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
			  .def = &def,
			  .abi = &abi,
			  .uid = 0,
			  .cpu = 2,
			  .has_enter = true,
			  .returned = true,
			  .ts_enter = uptime + 123456789,
			  .ts_exit = uptime + 123456789 + 12345,
			  .args = { 0x7ffd14e4314, 0x55eac1f4c140, 1025, 0, 0 } },
	};
}

static void set_mode(struct line *l, enum mpt_value_type type, uint32_t num)
{
	l->values.arg[0] = (struct mpt_value){ .status = MPT_VALUE_OK, .type = type, .num = num };
}

static void set_nodes(struct line *l, uint64_t low, uint64_t high)
{
	l->values.arg[1] = (struct mpt_value){ .status = MPT_VALUE_OK,
					       .type = MPT_VALUE_NODES,
					       .nodes = { .words = { low, high } } };
}

static void assert_line(struct line *l, const char *expected)
{
	struct mpt_buf buf = { 0 };

	l->call.thread = &l->thread;
	/* a line is appended, and ends itself */
	mpt_buf_puts(&buf, "before\n");
	mpt_emit_text.call(&l->ctx, &l->call, &l->values, &buf);
	assert_memory_equal(mpt_buf_cstr(&buf), "before\n", 7);
	assert_string_equal(mpt_buf_cstr(&buf) + 7, expected);
	mpt_buf_free(&buf);
}

static void the_examples_of_the_manual(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 0x8002);
	set_nodes(&l, 2, 0);
	assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=[MPOL_BIND|MPOL_F_STATIC_"
			"NODES], nodemask=[1], maxnode=1025, addr=NULL, flags=0) = 0 <0.000012>\n");

	l = line();
	l.call.ts_enter = uptime + 123477000;
	l.call.ts_exit = uptime + 123477000 + 4999;
	l.call.args[1] = l.call.args[2] = 0;
	l.call.args[3] = 0x7ffd14e4314;
	l.call.args[4] = 3;
	set_mode(&l, MPT_VALUE_NODE, 1);
	assert_line(&l, "12:04:11.123477 numactl[145] get_mempolicy(mode=[node 1], nodemask=NULL, "
			"maxnode=0, addr=0x7ffd14e4314, flags=MPOL_F_NODE|MPOL_F_ADDR) = 0 "
			"<0.000004>\n");

	l = line();
	l.call.ts_enter = uptime + 123491000;
	l.call.ts_exit = uptime + 123493000;
	l.call.args[1] = l.call.args[2] = 0;
	l.call.args[4] = 1;
	l.call.ret = -EINVAL;
	assert_line(&l, "12:04:11.123491 numactl[145] get_mempolicy(mode=0x7ffd14e4314, "
			"nodemask=NULL, maxnode=0, addr=NULL, flags=MPOL_F_NODE) = -1 EINVAL "
			"(Invalid argument) <0.000002>\n");
}

static void sets_of_nodes(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 3);
	set_nodes(&l, 0x13, 0);
	assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=[MPOL_INTERLEAVE], "
			"nodemask=[0-1,4], maxnode=1025, addr=NULL, flags=0) = 0 <0.000012>\n");
	set_mode(&l, MPT_VALUE_MODE, 0);
	set_nodes(&l, 0, 0);
	assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=[MPOL_DEFAULT], "
			"nodemask=[], maxnode=1025, addr=NULL, flags=0) = 0 <0.000012>\n");
	l.call.args[4] = 4;
	l.values.arg[0].status = MPT_VALUE_NONE;
	set_nodes(&l, UINT64_C(1) << 63, 5);
	assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=0x7ffd14e4314, "
			"nodemask=[63-64,66], maxnode=1025, addr=NULL, flags=MPOL_F_MEMS_ALLOWED) "
			"= 0 <0.000012>\n");
}

static void assert_mode(uint32_t mode, const char *expected)
{
	struct line l = line();
	char text[256];

	l.ctx.timestamps = MPT_TIME_NONE;
	l.call.args[1] = 0;
	set_mode(&l, MPT_VALUE_MODE, mode);
	snprintf(text, sizeof(text),
		 "numactl[145] get_mempolicy(mode=[%s], nodemask=NULL, maxnode=1025, addr=NULL, "
		 "flags=0) = 0\n",
		 expected);
	assert_line(&l, text);
}

static void modes(void **state)
{
	(void)state;
	assert_mode(1, "MPOL_PREFERRED");
	assert_mode(4, "MPOL_LOCAL");
	assert_mode(5 | 1 << 13, "MPOL_PREFERRED_MANY|MPOL_F_NUMA_BALANCING");
	assert_mode(6, "MPOL_WEIGHTED_INTERLEAVE");
	assert_mode(3 | 1 << 14, "MPOL_INTERLEAVE|MPOL_F_RELATIVE_NODES");
	/* what a later kernel may bring */
	assert_mode(7, "0x7");
	assert_mode(0x8063, "0x63|MPOL_F_STATIC_NODES");
	assert_mode(0xffff1fff, "0xffff1fff");
}

static void assert_flags(uint64_t flags, const char *expected)
{
	struct line l = line();
	char text[256];

	l.ctx.timestamps = MPT_TIME_NONE;
	l.call.ret = -EINVAL;
	l.call.args[4] = flags;
	snprintf(text, sizeof(text),
		 "numactl[145] get_mempolicy(mode=0x7ffd14e4314, nodemask=0x55eac1f4c140, "
		 "maxnode=1025, addr=NULL, flags=%s) = -1 EINVAL (Invalid argument)\n",
		 expected);
	assert_line(&l, text);
}

static void flags(void **state)
{
	(void)state;
	assert_flags(7, "MPOL_F_NODE|MPOL_F_ADDR|MPOL_F_MEMS_ALLOWED");
	assert_flags(8, "0x8");
	assert_flags(9, "MPOL_F_NODE|0x8");
	assert_flags(UINT64_MAX, "MPOL_F_NODE|MPOL_F_ADDR|MPOL_F_MEMS_ALLOWED|0xfffffffffffffff8");
}

/* What could not be read is shown as the pointer that it is. */
static void not_captured(void **state)
{
	static const enum mpt_value_status lacks[] = { MPT_VALUE_FAULT, MPT_VALUE_UNSUPPORTED,
						       MPT_VALUE_TOO_LONG };
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct line l = line();

		set_mode(&l, MPT_VALUE_MODE, 2);
		set_nodes(&l, 1, 0);
		l.values.arg[0].status = l.values.arg[1].status = lacks[i];
		assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=0x7ffd14e4314, "
				"nodemask=0x55eac1f4c140, maxnode=1025, addr=NULL, flags=0) = 0 "
				"<0.000012>\n");
	}
}

static void in_flight(void **state)
{
	struct line l = line();

	(void)state;
	l.call.returned = false;
	l.call.ts_exit = 0;
	assert_line(&l, "12:04:11.123456 numactl[145] get_mempolicy(mode=0x7ffd14e4314, "
			"nodemask=0x55eac1f4c140, maxnode=1025, addr=NULL, flags=0) = ?\n");
}

static void huge_numbers(void **state)
{
	struct line l = line();

	(void)state;
	l.thread.tid = INT32_MAX;
	l.call.args[0] = l.call.args[2] = l.call.args[3] = UINT64_MAX;
	l.call.args[1] = UINT64_C(1) << 63;
	l.call.ts_exit = l.call.ts_enter + UINT64_C(100000) * 1000000000;
	l.call.ret = INT64_MAX;
	assert_line(&l,
		    "12:04:11.123456 numactl[2147483647] get_mempolicy(mode=0xffffffffffffffff, "
		    "nodemask=0x8000000000000000, maxnode=18446744073709551615, "
		    "addr=0xffffffffffffffff, flags=0) = 9223372036854775807 "
		    "<100000.000000>\n");
	l.values.arg[0] = (struct mpt_value){ .status = MPT_VALUE_OK,
					      .type = MPT_VALUE_NODE,
					      .num = UINT32_MAX };
	l.call.args[1] = 0;
	l.call.ret = 0;
	assert_line(&l, "12:04:11.123456 numactl[2147483647] get_mempolicy(mode=[node 4294967295], "
			"nodemask=NULL, maxnode=18446744073709551615, addr=0xffffffffffffffff, "
			"flags=0) = 0 <100000.000000>\n");
}

static void assert_name(const char *comm, const char *expected)
{
	struct line l = line();
	char text[256];

	l.ctx.timestamps = MPT_TIME_NONE;
	memset(l.thread.comm, 0, sizeof(l.thread.comm));
	memcpy(l.thread.comm, comm, strnlen(comm, sizeof(l.thread.comm)));
	l.call.ret = -EPERM;
	snprintf(text, sizeof(text),
		 "%s[145] get_mempolicy(mode=0x7ffd14e4314, nodemask=0x55eac1f4c140, "
		 "maxnode=1025, addr=NULL, flags=0) = -1 EPERM (Operation not permitted)\n",
		 expected);
	assert_line(&l, text);
}

/* A process chooses its name: it must not be able to fake a line or to reach the terminal. */
static void names(void **state)
{
	(void)state;
	assert_name("a b", "a b");
	assert_name("a\nb", "a\\012b");
	assert_name("\033[31mred", "\\033[31mred");
	assert_name("na\xc3\xafve", "na\xc3\xafve");
	assert_name("cut in\xc3", "cut in\\303");
	assert_name("\xff\xfe", "\\377\\376");
	assert_name("x\x7f", "x\\177");
	/* all 16 bytes, without a NUL */
	assert_name("0123456789abcdef", "0123456789abcdef");
}

static void a_name_that_is_not_known(void **state)
{
	struct line l = line();
	struct mpt_buf buf = { 0 };

	(void)state;
	l.thread.has_comm = false;
	memcpy(l.thread.comm, "stale", 6);
	l.call.thread = &l.thread;
	mpt_emit_text.call(&l.ctx, &l.call, &l.values, &buf);
	assert_null(strstr(mpt_buf_cstr(&buf), "stale"));
	assert_non_null(strstr(mpt_buf_cstr(&buf), "[145] get_mempolicy("));
	mpt_buf_free(&buf);
}

static void assert_begins(enum mpt_timestamps kind, const char *expected)
{
	struct line l = line();
	struct mpt_buf buf = { 0 };

	l.ctx.timestamps = kind;
	l.call.thread = &l.thread;
	mpt_emit_text.call(&l.ctx, &l.call, &l.values, &buf);
	assert_memory_equal(mpt_buf_cstr(&buf), expected, strlen(expected));
	/* and a duration, but where no time of any kind is wanted */
	assert_int_equal(strchr(mpt_buf_cstr(&buf), '<') != NULL, kind != MPT_TIME_NONE);
	mpt_buf_free(&buf);
}

static void kinds_of_timestamps(void **state)
{
	(void)state;
	assert_begins(MPT_TIME_UTC, "12:04:11.123456Z numactl[145] get");
	assert_begins(MPT_TIME_UNIX, "1795435451.123456 numactl[145] get");
	assert_begins(MPT_TIME_RELATIVE, "1.623456 numactl[145] get");
	assert_begins(MPT_TIME_BOOT, "1005.123456 numactl[145] get");
	assert_begins(MPT_TIME_NONE, "numactl[145] get");
	setenv("TZ", "XXX-5:30", 1);
	tzset();
	assert_begins(MPT_TIME_LOCAL, "17:34:11.123456 numactl[145] get");
	assert_begins(MPT_TIME_UTC, "12:04:11.123456Z numactl[145] get");
	setenv("TZ", "UTC", 1);
	tzset();
	assert_begins(MPT_TIME_LOCAL, "12:04:11.123456 numactl[145] get");
}

/* One record a call: its time is the return's, and how long it took is not known. */
static void without_an_entry(void **state)
{
	struct line l = line();

	(void)state;
	l.call.has_enter = false;
	l.call.ts_enter = 0;
	l.call.ts_exit = uptime + 500000000;
	assert_line(&l, "12:04:11.500000 numactl[145] get_mempolicy(mode=0x7ffd14e4314, "
			"nodemask=0x55eac1f4c140, maxnode=1025, addr=NULL, flags=0) = 0\n");
}

/* The second that was formatted last is kept: a later line must not show it. */
static void line_after_line(void **state)
{
	struct line l = line();
	static const char *const expected[] = {
		"12:04:11.999999 numactl[145] get_mempolicy(mode=NULL, nodemask=NULL, "
		"maxnode=0, addr=NULL, flags=0) = 0 <0.000001>\n",
		"12:04:12.000000 numactl[145] get_mempolicy(mode=NULL, nodemask=NULL, "
		"maxnode=0, addr=NULL, flags=0) = 0 <0.000001>\n",
		"12:04:11.999999 numactl[145] get_mempolicy(mode=NULL, nodemask=NULL, "
		"maxnode=0, addr=NULL, flags=0) = 0 <0.000001>\n",
		"00:00:00.000000 numactl[145] get_mempolicy(mode=NULL, nodemask=NULL, "
		"maxnode=0, addr=NULL, flags=0) = 0 <0.000001>\n",
	};
	static const uint64_t at[] = { 999999999, 1000000000, 999999000,
				       UINT64_C(42949) * 1000000000 };
	int i;

	(void)state;
	memset(l.call.args, 0, sizeof(l.call.args));
	for (i = 0; i < 4; i++) {
		l.call.ts_enter = uptime + at[i];
		l.call.ts_exit = l.call.ts_enter + 1000;
		assert_line(&l, expected[i]);
	}
}

static void found_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(mpt_emitter_find("text"), &mpt_emit_text);
	assert_ptr_equal(mpt_emitters[0], &mpt_emit_text);
	assert_null(mpt_emitter_find("tex"));
	assert_null(mpt_emitter_find(""));
	assert_null(mpt_emit_text.end);
}

static void of_the_family(void **state)
{
	static const struct mpt_plan plan = { .page_size = 4096, .poison = 0x80000077 };
	static const uint64_t status[] = { 1, (uint32_t)-14, 0x80000077 };
	struct line l = line();

	(void)state;
	l.call.sys = &mpt_syscalls[MPT_SYS_MOVE_PAGES];
	memcpy(l.call.args, (uint64_t[]){ (uint64_t)-1, 7, 0x1000, 0, 0x2000, 6 },
	       sizeof(l.call.args));
	l.values.arg[4] = (struct mpt_value){ .status = MPT_VALUE_FAULT,
					      .type = MPT_VALUE_ITEMS,
					      .items = status,
					      .count = 3,
					      .more = 4,
					      .plan = &plan,
					      .addr = 0x2000,
					      .size = 4 };
	l.ctx.timestamps = MPT_TIME_NONE;
	assert_line(
		&l,
		"numactl[145] move_pages(pid=-1, count=7, pages=0x1000, nodes=NULL, "
		"status=[1, -EFAULT, ?, ... 4 more], flags=MPOL_MF_MOVE|MPOL_MF_MOVE_ALL) = 0\n");
	l.call.sys = &mpt_syscalls[MPT_SYS_MBIND];
	memset(&l.values, 0, sizeof(l.values));
	memcpy(l.call.args, (uint64_t[]){ 0x7f21c0000000, 4096, 2, 0x7ffd18, 64, 0 },
	       sizeof(l.call.args));
	l.values.arg[2].status = MPT_VALUE_OK;
	l.values.arg[2].num = 2;
	l.values.arg[3].status = MPT_VALUE_UNSUPPORTED;
	l.call.denied = true;
	l.call.ret = -1;
	/* the manual's own example */
	assert_line(&l, "numactl[145] mbind(addr=0x7f21c0000000, len=4096, mode=MPOL_BIND, "
			"nodemask=0x7ffd18, maxnode=64, flags=0) = -1 EPERM (Operation not "
			"permitted) denied before entry\n");
}

/* What @emitter makes of a call with a cause. */
static void assert_lines(struct line *l, const struct mpt_emitter *emitter, const char *expected)
{
	struct mpt_buf buf = { 0 };

	l->call.thread = &l->thread;
	emitter->call(&l->ctx, &l->call, &l->values, &buf);
	assert_string_equal(mpt_buf_cstr(&buf), expected);
	mpt_buf_free(&buf);
	mpt_buf_free(&l->ctx.scratch);
}

/* --explain: a line below; in a table no wider than that */
static void with_a_cause(void **state)
{
	struct line l = line();

	(void)state;
	l.ctx.timestamps = MPT_TIME_NONE;
	l.ctx.width = 44;
	l.call.ret = -EINVAL;
	l.call.cause =
		"node 2 is not in Mems_allowed 0-1, and averylongwordthatgoesonbeyondtheline";
	assert_lines(&l, &mpt_emit_text,
		     "numactl[145] get_mempolicy(mode=0x7ffd14e4314, nodemask=0x55eac1f4c140, "
		     "maxnode=1025, addr=NULL, flags=0) = -1 EINVAL (Invalid argument)\n"
		     "    cause: node 2 is not in Mems_allowed 0-1, and "
		     "averylongwordthatgoesonbeyondtheline\n");
	assert_lines(
		&l, &mpt_emit_strace,
		"145   get_mempolicy(0x7ffd14e4314, 0x55eac1f4c140, 1025, NULL, 0) = -1 EINVAL "
		"(Invalid argument)\n"
		"    cause: node 2 is not in Mems_allowed 0-1, and "
		"averylongwordthatgoesonbeyondtheline\n");
	assert_lines(&l, &mpt_emit_table,
		     "numactl get_mempolicy EINVAL\n"
		     "    cause: node 2 is not in Mems_allowed\n"
		     "           0-1, and\n"
		     "           averylongwordthatgoesonbeyondthel\n"
		     "           ine\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_examples_of_the_manual),
		cmocka_unit_test(sets_of_nodes),
		cmocka_unit_test(modes),
		cmocka_unit_test(flags),
		cmocka_unit_test(not_captured),
		cmocka_unit_test(in_flight),
		cmocka_unit_test(huge_numbers),
		cmocka_unit_test(names),
		cmocka_unit_test(a_name_that_is_not_known),
		cmocka_unit_test(kinds_of_timestamps),
		cmocka_unit_test(without_an_entry),
		cmocka_unit_test(line_after_line),
		cmocka_unit_test(found_by_its_name),
		cmocka_unit_test(of_the_family),
		cmocka_unit_test(with_a_cause),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
