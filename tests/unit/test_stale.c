/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_stale.c - what dead runs left: which names are ours, and who is dead.
 *
 * In: names; directories that stand for tracefs, where locks work as they do
 * there. Out: what was taken for ours, and what was written to kprobe_events.
 * A directory with files in it cannot be removed as an instance can, so that
 * the attempt is seen as a failure.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "file.h"
#include "fixture.h"
#include "owner.h"
#include "stale.h"

static struct mpt_err err;

/* --- names ------------------------------------------------------------------------------- */

static void instances_by_name(void **state)
{
	static const char *const not_ours[] = {
		"",
		"mempoltrace",
		"mempoltrace.",
		"mempoltrace.1",
		"mempoltrace.1.",
		"mempoltrace.1.2.3",
		"mempoltrace.1.2 ",
		"mempoltrace.1.2x",
		"mempoltrace. 1.2",
		"mempoltrace.1. 2",
		"mempoltrace.+1.2",
		"mempoltrace.-1.2",
		"mempoltrace.1.-2",
		"mempoltrace.0.2",
		"mempoltrace.01.2",
		"mempoltrace.1.02",
		"mempoltrace.abc.def",
		"mempoltrace.0x1.2",
		"mempoltrace_1_2",
		"mempoltrace.1_2",
		"Mempoltrace.1.2",
		" mempoltrace.1.2",
		"xmempoltrace.1.2",
		"mempoltrace.4294967297.2",
		"mempoltrace.1.18446744073709551616",
		"mempoltrace.1.99999999999999999999999",
	};
	struct mpt_owner owner;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++)
		if (mpt_owner_of_instance(not_ours[i], &owner))
			fail_msg("'%s' is taken for ours", not_ours[i]);
	assert_true(mpt_owner_of_instance("mempoltrace.4194304.18446744073709551615", &owner));
	assert_string_equal(owner.group, "mempoltrace_4194304_18446744073709551615");
	assert_true(mpt_owner_of_instance("mempoltrace.1.0", &owner));
	assert_int_equal(owner.pid, 1);
}

static void groups_by_name(void **state)
{
	struct mpt_owner owner;

	(void)state;
	assert_true(mpt_owner_of_group("mempoltrace_12_345", &owner));
	assert_string_equal(owner.instance, "mempoltrace.12.345");
	assert_false(mpt_owner_of_group("mempoltrace.12.345", &owner));
	assert_false(mpt_owner_of_group("mempoltrace_foo", &owner));
	assert_false(mpt_owner_of_group("mempoltrace_1_2x", &owner));
	assert_false(mpt_owner_of_group("mempoltrace_1_2_3", &owner));
}

static void definitions(void **state)
{
	static const char *const not_ours[] = {
		"",
		"p",
		"#",
		"p:",
		"p:mempoltrace_1_2",
		"p:mempoltrace_1_2/",
		"p:mempoltrace_1_2/mine f",
		"p:mempoltrace_1_2/entering f",
		"p:mempoltrace_1_2x/enter_mbind f",
		"p:mempoltrace_foo/enter_mbind f",
		"p:kprobes/mempoltrace_1_2 f",
		"p:kprobes/enter f a=mempoltrace_1_2/enter",
		"u:mempoltrace_1_2/enter_mbind /bin/sh:0x0",
		"e:mempoltrace_1_2/enter_mbind sched/sched_switch",
		"px:mempoltrace_1_2/enter_mbind f",
	};
	struct mpt_stale_def def;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++)
		if (mpt_stale_parse_def(not_ours[i], &def))
			fail_msg("'%s' is taken for ours", not_ours[i]);
	assert_true(mpt_stale_parse_def("p:mempoltrace_1_2/enter_mbind f a=+0(%di)\n", &def));
	assert_string_equal(def.group, "mempoltrace_1_2");
	assert_string_equal(def.event, "enter_mbind");
	assert_true(mpt_stale_parse_def("r4096:mempoltrace_1_2/exit_mbind_i386 f", &def));
	assert_string_equal(def.event, "exit_mbind_i386");
	assert_true(mpt_stale_parse_def("r:mempoltrace_1_2/denied f\np:x/y z", &def));
	assert_string_equal(def.event, "denied");
}

static void events(void **state)
{
	static const char group[] = "mempoltrace_1_2";

	(void)state;
	assert_true(mpt_stale_are_our_events("", group));
	assert_true(mpt_stale_are_our_events("mempoltrace_1_2:enter_mbind\n"
					     "task:task_newtask\nsched:sched_process_exit\n",
					     group));
	assert_false(mpt_stale_are_our_events("sched:sched_switch\n", group));
	assert_false(mpt_stale_are_our_events("task:task_newtask\nsched:sched_switch\n", group));
	assert_false(mpt_stale_are_our_events("mempoltrace_1_23:enter_mbind\n", group));
	assert_false(mpt_stale_are_our_events("task:task_newtask2\n", group));
}

/* --- the lock ---------------------------------------------------------------------------- */

static bool exists(const struct fx_tree *tree, const char *path)
{
	return faccessat(tree->fd, path, F_OK, 0) == 0;
}

static void make(struct fx_tree *tree)
{
	fx_tree_make(tree);
	mkdirat(tree->fd, "instances", 0755);
}

/* A name that is taken, by whomever, is never shared. */
static void a_taken_name(void **state)
{
	struct mpt_owner first, second;
	struct fx_tree tree;
	int a, b;

	(void)state;
	make(&tree);
	assert_true(mpt_owner_of_instance("mempoltrace.7.100", &first));
	second = first;
	a = mpt_owner_claim(tree.fd, &first, &err);
	b = mpt_owner_claim(tree.fd, &second, &err);
	assert_true(a >= 0 && b >= 0);
	assert_string_equal(first.instance, "mempoltrace.7.100");
	assert_string_equal(second.instance, "mempoltrace.7.101");
	assert_string_equal(second.group, "mempoltrace_7_101");
	assert_true(exists(&tree, "instances/mempoltrace.7.101"));
	close(a);
	close(b);
	fx_tree_remove(&tree);
}

static int adopt(const struct fx_tree *tree, const char *name, bool make)
{
	struct mpt_owner owner;

	assert_true(mpt_owner_of_instance(name, &owner));
	return mpt_owner_adopt(tree->fd, tree->fd, &owner, make, false);
}

static void only_the_dead_are_adopted(void **state)
{
	struct mpt_owner owner;
	struct fx_tree tree;
	int alive, dead;

	(void)state;
	make(&tree);
	mpt_owner_of_instance("mempoltrace.7.100", &owner);
	alive = mpt_owner_claim(tree.fd, &owner, &err);
	assert_int_equal(adopt(&tree, "mempoltrace.7.100", false), -EWOULDBLOCK);
	assert_int_equal(adopt(&tree, "mempoltrace.7.100", true), -EWOULDBLOCK);
	assert_int_equal(adopt(&tree, "mempoltrace.8.100", false), -ENOENT);
	close(alive);
	dead = adopt(&tree, "mempoltrace.7.100", false);
	assert_true(dead >= 0);
	/* and by one alone */
	assert_int_equal(adopt(&tree, "mempoltrace.7.100", false), -EWOULDBLOCK);
	close(dead);
	fx_tree_remove(&tree);
}

/* --- all of it --------------------------------------------------------------------------- */

static void note(void *arg, const char *what, int errnum)
{
	mpt_buf_printf(arg, "%s%s\n", errnum ? "left: " : "", what);
}

static void sweeps(void **state)
{
	static const char kprobes[] = "p:other/enter_mbind f\n"
				      "p:mempoltrace_1_1/enter_mbind f\n"
				      "r4:mempoltrace_2_2/exit_mbind f\n"
				      "p:mempoltrace_3_3/enter_mbind f\n"
				      "p:mempoltrace_4_4/enter_mbind f\n"
				      "p:mempoltrace_4_4/mine f\n";
	cleanup_buf struct mpt_buf told = { 0 }, text = { 0 };
	struct mpt_owner alive;
	struct fx_tree tree;
	struct mpt_stale stale = { .tell = note, .arg = &told };
	int fd;

	(void)state;
	make(&tree);
	stale.rootfd = stale.tracefd = tree.fd;
	fx_tree_write(&tree, "kprobe_events", kprobes);
	mpt_owner_of_instance("mempoltrace.1.1", &alive);
	fd = mpt_owner_claim(tree.fd, &alive, &err);
	fx_tree_write(&tree, "instances/mempoltrace.1.1/set_event", "");
	fx_tree_write(&tree, "instances/mempoltrace.2.2/set_event", "mempoltrace_2_2:exit_mbind\n");
	fx_tree_write(&tree, "instances/mempoltrace.3.3/set_event", "sched:sched_switch\n");
	fx_tree_write(&tree, "instances/other/set_event", "");
	assert_int_equal(mpt_stale_sweep(&stale), 0);
	assert_text(&told, "probe mempoltrace_2_2/exit_mbind\nleft: instance mempoltrace.2.2\n"
			   "probe mempoltrace_4_4/enter_mbind\n");
	mpt_file_read(tree.fd, "kprobe_events", &text);
	assert_string_equal(mpt_buf_cstr(&text) + strlen(kprobes),
			    "-:mempoltrace_2_2/exit_mbind\n-:mempoltrace_4_4/enter_mbind\n");
	/* what was made for the group whose instance was gone is gone, too */
	assert_false(exists(&tree, "instances/mempoltrace.4.4"));
	close(fd);
	fx_tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instances_by_name),
		cmocka_unit_test(groups_by_name),
		cmocka_unit_test(definitions),
		cmocka_unit_test(events),
		cmocka_unit_test(a_taken_name),
		cmocka_unit_test(only_the_dead_are_adopted),
		cmocka_unit_test(sweeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
