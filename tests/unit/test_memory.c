/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_memory.c - how much memory there is.
 *
 * Trees of files as /proc and the cgroup file systems show them; the truth is
 * what was written into them.
 */
#include "unit.h"

#include "fixture.h"
#include "memory.h"

static int setup(void **state)
{
	static struct fx_tree tree;

	fx_tree_make(&tree);
	*state = &tree;
	return 0;
}

static int teardown(void **state)
{
	fx_tree_remove(*state);
	return 0;
}

static void available(void **state)
{
	const struct fx_tree *tree = *state;

	assert_int_equal(mpt_memory_available_kb(tree->fd), 0);
	fx_tree_write(tree, "proc/meminfo",
		      "MemTotal:  996240 kB\nMemFree: 9 kB\nMemAvailable:     863464 kB\n");
	assert_int_equal(mpt_memory_available_kb(tree->fd), 863464);
}

static void no_cgroup_says_anything(void **state)
{
	const struct fx_tree *tree = *state;

	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000), 1000);
	fx_tree_write(tree, "proc/self/cgroup", "0::/a/b\nnonsense\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000), 1000);
	fx_tree_write(tree, "sys/fs/cgroup/a/b/memory.max", "max\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000), 1000);
}

/* The tightest of those that we are in, less what they hold and cannot give back. */
static void the_one_hierarchy(void **state)
{
	const struct fx_tree *tree = *state;

	fx_tree_write(tree, "proc/self/cgroup", "0::/a/b\n");
	fx_tree_write(tree, "sys/fs/cgroup/a/b/memory.max", "104857600\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 102400);
	fx_tree_write(tree, "sys/fs/cgroup/a/b/memory.current", "52428800\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 51200);
	fx_tree_write(tree, "sys/fs/cgroup/a/b/memory.stat",
		      "anon 1\nactive_file 7\ninactive_file 10485760\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 61440);
	fx_tree_write(tree, "sys/fs/cgroup/a/memory.max", "1048576\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 1024);
	fx_tree_write(tree, "sys/fs/cgroup/a/memory.current", "2097152\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 0);
}

/* In a container its own cgroup is the root of what it sees. */
static void a_root_with_a_limit(void **state)
{
	const struct fx_tree *tree = *state;

	fx_tree_write(tree, "proc/self/cgroup", "0::/\n");
	fx_tree_write(tree, "sys/fs/cgroup/memory.max", "1048576\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 1024);
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000), 1000);
}

static void a_hierarchy_of_its_own(void **state)
{
	const struct fx_tree *tree = *state;

	fx_tree_write(tree, "proc/self/cgroup",
		      "9:cpu,cpuacct:/c\n8:memory:/job/step\n1:name=systemd:/x\n0::/y\n");
	fx_tree_write(tree, "sys/fs/cgroup/memory/job/step/memory.limit_in_bytes",
		      "9223372036854771712\n");
	fx_tree_write(tree, "sys/fs/cgroup/memory/job/memory.limit_in_bytes", "10485760\n");
	fx_tree_write(tree, "sys/fs/cgroup/memory/job/memory.usage_in_bytes", "8388608\n");
	fx_tree_write(tree, "sys/fs/cgroup/memory/job/memory.stat",
		      "inactive_file 1\ntotal_inactive_file 1048576\n");
	assert_int_equal(mpt_memory_left_kb(tree->fd, 1000000), 3072);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(available),	   TEST(no_cgroup_says_anything), TEST(the_one_hierarchy),
		TEST(a_root_with_a_limit), TEST(a_hierarchy_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
