/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_filter.c - what is written of a filter, what passes it, what the kernel is told.
 */
#include "unit.h"

#include <string.h>

#include "buf.h"
#include "err.h"
#include "filter.h"

static struct mpt_thread thread = { .tid = 7, .tgid = 7, .has_comm = true, .comm = "numactl" };

static struct mpt_call call_of(int nr, int64_t ret)
{
	return (struct mpt_call){ .sys = &mpt_syscalls[nr],
				  .thread = &thread,
				  .has_enter = true,
				  .returned = true,
				  .ts_enter = 1000,
				  .ts_exit = 3000,
				  .ret = ret };
}

static bool passes(const struct mpt_filter *f, const struct mpt_call *call)
{
	struct mpt_values none = { 0 };
	bool does = mpt_filter_passes(f, call, &none);

	assert_true(does || mpt_filter_asks(f));
	return does;
}

static void test_outcome(void **state)
{
	struct mpt_call good = call_of(MPT_SYS_MBIND, 0), bad = call_of(MPT_SYS_MBIND, -1);
	struct mpt_call killed = call_of(MPT_SYS_MBIND, 0), open = killed;
	struct mpt_filter failed = { .outcome = MPT_FAILED }, ok = { .outcome = MPT_SUCCESSFUL };

	(void)state;
	killed.denied = true;
	killed.returned = open.returned = false;
	assert_true(passes(&ok, &good));
	assert_false(passes(&ok, &bad));
	assert_false(passes(&ok, &killed));
	assert_false(passes(&ok, &open));
	assert_false(passes(&failed, &good));
	assert_true(passes(&failed, &bad));
	assert_true(passes(&failed, &killed));
	assert_false(passes(&failed, &open));
}

static void test_errno(void **state)
{
	struct mpt_call eperm = call_of(MPT_SYS_MBIND, -1), einval = call_of(MPT_SYS_MBIND, -22);
	struct mpt_call good = call_of(MPT_SYS_MOVE_PAGES, 1);
	struct mpt_filter f = { 0 };
	struct mpt_err err;

	(void)state;
	assert_int_equal(mpt_filter_add_errnos(&f, "EPERM,eagain,14", &err), 0);
	assert_true(passes(&f, &eperm));
	assert_false(passes(&f, &einval));
	assert_false(passes(&f, &good));
	assert_int_equal(mpt_filter_add_errnos(&f, "22", &err), 0);
	assert_true(passes(&f, &einval));
	assert_true(mpt_filter_add_errnos(&f, "EPERM,", &err) < 0);
	assert_true(mpt_filter_add_errnos(&f, "EPERMM", &err) < 0);
	assert_non_null(strstr(err.what, "'EPERMM'"));
	assert_true(mpt_filter_add_errnos(&f, "0", &err) < 0);
	assert_true(mpt_filter_add_errnos(&f, "4096", &err) < 0);
}

/* The kernel refuses a filter of a page or more, and the run with it. */
static void test_many_errnos(void **state)
{
	struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = mpt_abi_of_machine("x86_64") };
	struct mpt_filter f = { 0 };
	struct mpt_buf buf = { 0 };
	char list[8];
	int n;

	(void)state;
	for (n = 1; n < MPT_ERRNOS; n++) {
		snprintf(list, sizeof(list), "%d", n);
		assert_int_equal(mpt_filter_add_errnos(&f, list, NULL), 0);
		buf.len = 0;
		mpt_filter_put_kernel(&buf, &f, &def, true);
		assert_in_range(buf.len, 0, 2000);
		if (n == 2)
			assert_string_equal(mpt_buf_cstr(&buf), "((ret==-1||ret==-2))");
	}
	mpt_buf_free(&buf);
}

static void test_names(void **state)
{
	struct mpt_filter f = { 0 };
	struct mpt_err err;

	(void)state;
	assert_int_equal(
		mpt_filter_add_flags(&f, "MPOL_F_NODE,addr,MPOL_MF_MOVE,static_nodes", &err), 0);
	assert_int_equal(f.get_flags, 3);
	assert_int_equal(f.mf_flags, 2);
	assert_int_equal(f.mode_flags, 1 << 15);
	assert_true(mpt_filter_add_flags(&f, "MPOL_BIND", &err) < 0);
	assert_int_equal(mpt_filter_add_modes(&f, "bind,MPOL_LOCAL,0x1fff,9", &err), 0);
	assert_int_equal(f.nmodes, 4);
	assert_int_equal(f.modes[0], 2);
	assert_int_equal(f.modes[1], 4);
	assert_int_equal(f.modes[2], 0x1fff);
	assert_int_equal(f.modes[3], 9);
	assert_true(mpt_filter_add_modes(&f, "MPOL_F_NODE", &err) < 0);
	assert_true(mpt_filter_add_modes(&f, "", &err) < 0);
}

static void test_nodes(void **state)
{
	struct mpt_call home = call_of(MPT_SYS_SET_MEMPOLICY_HOME_NODE, 0);
	struct mpt_call get = call_of(MPT_SYS_GET_MEMPOLICY, 0);
	struct mpt_values values = { 0 };
	struct mpt_filter f = { 0 };
	struct mpt_err err;

	(void)state;
	assert_true(mpt_filter_set_nodes(&f, "", &err) < 0);
	assert_true(mpt_filter_set_nodes(&f, "1-", &err) < 0);
	assert_int_equal(mpt_filter_set_nodes(&f, "1,4", &err), 0);
	home.args[2] = 4;
	assert_true(passes(&f, &home));
	home.args[2] = 0;
	assert_false(passes(&f, &home));
	assert_false(passes(&f, &get));
	values.arg[1] = (struct mpt_value){ .status = MPT_VALUE_OK, .type = MPT_VALUE_NODES };
	values.arg[1].nodes.words[0] = 1 << 0 | 1 << 1;
	assert_true(mpt_filter_passes(&f, &get, &values));
	values.arg[1].nodes.words[0] = 1 << 0;
	assert_false(mpt_filter_passes(&f, &get, &values));
	assert_int_equal(mpt_filter_check_nodes(&f, 5, &err), 0);
	assert_true(mpt_filter_check_nodes(&f, 4, &err) < 0);
	assert_int_equal(err.status, MPT_EXIT_USAGE);
}

static void test_who(void **state)
{
	struct mpt_call call = call_of(MPT_SYS_MBIND, 0);
	const pid_t other[] = { 8 }, own[] = { 8, 7 };
	struct mpt_filter f = { .comm = "num*" };
	struct mpt_err err;

	(void)state;
	assert_true(passes(&f, &call));
	f.comm = "num?";
	assert_false(passes(&f, &call));
	f = (struct mpt_filter){ .tgids = other, .ntgids = 1 };
	assert_false(passes(&f, &call));
	f = (struct mpt_filter){ .tgids = own, .ntgids = 2 };
	assert_true(passes(&f, &call));
	f = (struct mpt_filter){ .min_ns = 2000 };
	assert_true(passes(&f, &call));
	f.min_ns = 2001;
	assert_false(passes(&f, &call));
	f = (struct mpt_filter){ 0 };
	assert_true(mpt_filter_passes_uid(&f, -1));
	assert_false(mpt_filter_asks(&f));
	assert_int_equal(mpt_filter_add_uids(&f, "root,1000", &err), 0);
	assert_true(mpt_filter_asks(&f));
	assert_true(mpt_filter_passes_uid(&f, 0));
	assert_true(mpt_filter_passes_uid(&f, 1000));
	assert_false(mpt_filter_passes_uid(&f, 1));
	assert_false(mpt_filter_passes_uid(&f, -1));
	assert_true(mpt_filter_add_uids(&f, "no such user", &err) < 0);
}

static void is_told(const struct mpt_filter *f, const struct mpt_def *def, bool lean,
		    const char *expected)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	mpt_filter_put_kernel(&buf, f, def, lean);
	assert_string_equal(mpt_buf_cstr(&buf), expected);
}

static void test_kernel(void **state)
{
	const struct mpt_abi *abi = mpt_abi_find("x86_64");
	struct mpt_def enter = { .role = MPT_ROLE_ENTER, .abi = abi, .syscall = MPT_SYS_MBIND };
	struct mpt_def exit = { .role = MPT_ROLE_EXIT, .abi = abi, .syscall = MPT_SYS_MBIND };
	struct mpt_filter f = { .mf_flags = 6 };

	(void)state;
	is_told(&f, &enter, false, "(flags&0x2&&flags&0x4)");
	/* the return probe did not fetch the flags: nothing may be decided there */
	is_told(&f, &exit, false, "");
	exit.filter_args = true;
	is_told(&f, &exit, false, "(flags&0x2&&flags&0x4)");
	exit.has_nr = true;
	is_told(&f, &exit, false, "((nr!=237)||(flags&0x2&&flags&0x4))");
	/* and where none can, the entry is not decided either */
	enter.view.rung = MPT_RUNG_NONE;
	is_told(&f, &enter, false, "");
	f = (struct mpt_filter){ .get_flags = 1 };
	is_told(&f, &enter, false, "common_pid==0");
	f = (struct mpt_filter){ .outcome = MPT_FAILED };
	exit.has_nr = false;
	is_told(&f, &exit, false, "");
	is_told(&f, &exit, true, "(ret<0&&ret>=-4095)");
	f = (struct mpt_filter){ .comm = "a*b?" };
	is_told(&f, &enter, false, "comm ~ \"a*b?\"");
	f.comm = "plain";
	is_told(&f, &enter, false, "comm == \"plain\"");
	/* what could be read differently, or end the string, is left to us */
	f.comm = "a[b]";
	is_told(&f, &enter, false, "");
	f.comm = "\"||1";
	is_told(&f, &enter, false, "");
	f.comm = "!x";
	is_told(&f, &enter, false, "");
	f.comm = "";
	is_told(&f, &enter, false, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_outcome),	    cmocka_unit_test(test_errno),
		cmocka_unit_test(test_many_errnos), cmocka_unit_test(test_names),
		cmocka_unit_test(test_nodes),	    cmocka_unit_test(test_who),
		cmocka_unit_test(test_kernel),
	};

	return cmocka_run_group_tests_name("filter", tests, NULL, NULL);
}
