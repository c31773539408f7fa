/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_doctor.c - what is found of a system that is a directory.
 *
 * In: a tree that stands for /proc and /sys, with several things out of order
 * at once. Out: whether each is found, with its remedy, and how that is shown.
 * Whether tracefs can be reached is not looked at: that is this machine's own.
 */
#include "unit.h"

#include "doctor.h"
#include "fixture.h"

static const struct mpt_finding *find(const struct mpt_doctor *doctor, const char *name)
{
	unsigned i;

	for (i = 0; i < doctor->n; i++)
		if (strcmp(doctor->findings[i].name, name) == 0)
			return &doctor->findings[i];
	return NULL;
}

static void assert_found(const struct mpt_doctor *doctor, const char *name, enum mpt_state state,
			 const char *what, const char *to_do)
{
	const struct mpt_finding *f = find(doctor, name);

	assert_non_null(f);
	assert_int_equal(f->state, state);
	assert_string_equal(f->what, what);
	assert_string_equal(f->remedy, to_do);
}

/* A switch of kprobes is not looked at where this machine's own tracefs has none. */
static void assert_switch(const struct mpt_doctor *doctor, const char *name, enum mpt_state state,
			  const char *what, const char *to_do)
{
	const struct mpt_finding *probes = find(doctor, "kprobe events");

	if (!probes || probes->state != MPT_STATE_OK)
		assert_int_equal(find(doctor, name)->state, MPT_STATE_UNSEEN);
	else
		assert_found(doctor, name, state, what, to_do);
}

static void test_in_order(void **state)
{
	struct mpt_doctor doctor = { 0 };
	struct fx_tree root;

	(void)state;
	fx_tree_make(&root);
	fx_tree_write(&root, "sys/devices/system/node/online", "0-1,3\n");
	fx_tree_write(&root, "sys/devices/system/node/possible", "0-7\n");
	fx_tree_write(&root, "sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	fx_tree_write(&root, "proc/sys/kernel/ftrace_enabled", "1\n");
	fx_tree_write(&root, "sys/kernel/debug/kprobes/enabled", "1\n");
	fx_tree_write(&root, "proc/self/status", "Name:\tx\nSeccomp:\t0\n");
	mpt_doctor_look(&doctor, root.fd);
	assert_found(&doctor, "nodes", MPT_STATE_OK, "online 0-1,3, possible 0-7", "");
	assert_found(&doctor, "lockdown", MPT_STATE_OK, "integrity", "");
	assert_switch(&doctor, "ftrace", MPT_STATE_OK, "kernel.ftrace_enabled is 1", "");
	assert_switch(&doctor, "kprobes", MPT_STATE_OK, "switched on", "");
	assert_null(find(&doctor, "seccomp"));
	fx_tree_remove(&root);
}

/* All of it is found at once. */
static void test_out_of_order(void **state)
{
	struct mpt_doctor doctor = { 0 };
	struct fx_tree root;

	(void)state;
	fx_tree_make(&root);
	fx_tree_write(&root, "proc/cmdline", "quiet lockdown=confidentiality splash\n");
	fx_tree_write(&root, "proc/sys/kernel/ftrace_enabled", "0\n");
	fx_tree_write(&root, "sys/kernel/debug/kprobes/enabled", "0\n");
	fx_tree_write(&root, "proc/self/status", "Name:\tx\nSeccomp:\t2\n");
	mpt_doctor_look(&doctor, root.fd);
	assert_found(&doctor, "nodes", MPT_STATE_MISSING, "this kernel has no NUMA support",
		     "it needs CONFIG_NUMA: without it these calls do not exist");
	assert_found(&doctor, "lockdown", MPT_STATE_MISSING, "confidentiality",
		     "boot with lockdown=integrity or less: confidentiality closes tracefs");
	assert_switch(&doctor, "ftrace", MPT_STATE_MISSING,
		      "kernel.ftrace_enabled is 0: no probe would fire",
		      "type: sysctl kernel.ftrace_enabled=1");
	assert_switch(&doctor, "kprobes", MPT_STATE_MISSING,
		      "kprobes are switched off: no probe would fire",
		      "type: echo 1 >/sys/kernel/debug/kprobes/enabled");
	assert_found(&doctor, "seccomp", MPT_STATE_MISSING, "this process is under a filter",
		     "run it outside of the container, or with its seccomp filter off");
	fx_tree_remove(&root);
}

/* What nothing tells of is neither in order nor out of it. */
static void test_unseen(void **state)
{
	struct mpt_doctor doctor = { 0 };
	struct fx_tree root;

	(void)state;
	fx_tree_make(&root);
	mpt_doctor_look(&doctor, root.fd);
	assert_found(&doctor, "lockdown", MPT_STATE_OK, "none that can be seen", "");
	assert_int_equal(find(&doctor, "kprobes")->state, MPT_STATE_UNSEEN);
	assert_int_equal(find(&doctor, "ftrace")->state, MPT_STATE_UNSEEN);
	fx_tree_remove(&root);
}

/* --- how it is shown ----------------------------------------------------------------------------
 */

static void test_text(void **state)
{
	struct mpt_doctor doctor = { 0 };
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *verdict;

	(void)state;
	mpt_doctor_find(&doctor, "one", MPT_STATE_OK, "good");
	mpt_doctor_remedy(mpt_doctor_find(&doctor, "two", MPT_STATE_MISSING, "bad"), "mend it");
	mpt_doctor_remedy(mpt_doctor_find(&doctor, "three", MPT_STATE_MISSING, "too"), "mend it");
	mpt_doctor_put(&doctor, 80, &buf);
	verdict = strstr(mpt_buf_cstr(&buf), "\nWhat to do");
	assert_non_null(verdict);
	assert_string_equal(verdict, "\nWhat to do:\n  two: mend it\n\n"
				     "capture does not work here\n");
}

static void test_json(void **state)
{
	struct mpt_doctor doctor = { .works = true };
	cleanup_buf struct mpt_buf buf = { 0 };

	(void)state;
	mpt_doctor_find(&doctor, "one", MPT_STATE_OK, "a \"b\"");
	mpt_doctor_remedy(mpt_doctor_find(&doctor, "two", MPT_STATE_NOTE, "less"), "more");
	mpt_doctor_put_json(&doctor, &buf);
	assert_text(&buf, "{\"type\":\"doctor\",\"works\":true,\"findings\":["
			  "{\"check\":\"one\",\"state\":\"ok\",\"found\":\"a \\\"b\\\"\"},"
			  "{\"check\":\"two\",\"state\":\"less\",\"found\":\"less\","
			  "\"remedy\":\"more\"}]}\n");
}

/* More findings than there is room for cannot overflow it. */
static void test_many(void **state)
{
	struct mpt_doctor doctor = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 3 * MPT_FINDINGS_MAX; i++)
		mpt_doctor_find(&doctor, "many", MPT_STATE_OK, "%d", i);
	assert_true(doctor.n < MPT_FINDINGS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_in_order), cmocka_unit_test(test_out_of_order),
		cmocka_unit_test(test_unseen),	 cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),	 cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests_name("doctor", tests, NULL, NULL);
}
