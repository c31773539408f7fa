/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_hits.c - how often the kernel came by our probes.
 *
 * In: kprobe_events and kprobe_profile, as kernels write them. Out: the sum, or that there is none.
 */
#include "unit.h"

#include <errno.h>

#include "cleanup.h"
#include "fixture.h"
#include "hits.h"
#include "plan.h"

static struct mpt_def defs[] = {
	{ .role = MPT_ROLE_ENTER, .event = "enter_get_mempolicy" },
	{ .role = MPT_ROLE_EXIT, .event = "exit_get_mempolicy" },
	{ .role = MPT_ROLE_ASKED, .event = "asked" },
	{ .role = MPT_ROLE_DENIED, .event = "denied" },
};
static struct mpt_plan plan = { .group = "mempoltrace_7_8",
				.ndefs = ARRAY_SIZE(defs),
				.defs = defs };

static const char probes[] =
	"p:by_hand/enter_get_mempolicy __x64_sys_get_mempolicy\n"
	"p:mempoltrace_7_8/enter_get_mempolicy __x64_sys_get_mempolicy a=%di\n"
	"p:mempoltrace_7_8/enter_get_mempolicy __x32_sys_get_mempolicy a=%di\n"
	"r4096:mempoltrace_7_8/exit_get_mempolicy __x64_sys_get_mempolicy r=$retval\n"
	"p:mempoltrace_7_80/enter_get_mempolicy __x64_sys_get_mempolicy\n"
	"p:mempoltrace_7_8/asked __secure_computing\n"
	"r4096:mempoltrace_7_8/denied __secure_computing\n";
static const char counts[] =
	"  enter_get_mempolicy                                        1000               0\n"
	"  enter_get_mempolicy                                         200               0\n"
	"  enter_get_mempolicy                                          30               5\n"
	"  exit_get_mempolicy                                          700              11\n"
	"  enter_get_mempolicy                                       20000               0\n"
	"  asked                                                         4               0\n"
	"  denied                                                      100               0\n";

static int read_hits(const char *events, const char *profile, struct mpt_hits *ret)
{
	struct fx_tree tree;
	int rc;

	fx_tree_make(&tree);
	fx_tree_write(&tree, "kprobe_events", events);
	fx_tree_write(&tree, "kprobe_profile", profile);
	rc = mpt_hits_read(tree.fd, &plan, ret);
	fx_tree_remove(&tree);
	return rc;
}

/* An entry, or a question of seccomp's, for each call; others' of the same name are not ours. */
static void ours(void **state)
{
	struct mpt_hits hits;

	(void)state;
	assert_int_equal(read_hits(probes, counts, &hits), 0);
	assert_int_equal(hits.calls, 234);
	assert_int_equal(hits.misses, 11);
	plan.lean = true;
	assert_int_equal(read_hits(probes, counts, &hits), 0);
	assert_int_equal(hits.calls, 704);
	plan.lean = false;
	assert_int_equal(read_hits("", "", &hits), 0);
	assert_int_equal(hits.calls, 0);
}

static void what_does_not_fit(void **state)
{
	static const char *const rows[][2] = {
		{ "p:a/b f\n", "" },
		{ "", "  b 1 0\n" },
		{ "p:a/b f\n", "  c 1 0\n" },
		{ "p:a/b f\n", "  b 1\n" },
		{ "p:a/b f\n", "  b x 0\n" },
		{ "p:a f\n", "  a 1 0\n" },
		{ "p:a/b f\np:a/c f\n", "  b 1 0\n" },
		{ "garbage", "garbage" },
	};
	struct mpt_hits hits;
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(rows); i++)
		assert_int_equal(read_hits(rows[i][0], rows[i][1], &hits), -ENODATA);
}

static void no_files(void **state)
{
	struct mpt_hits hits;
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	assert_int_equal(mpt_hits_read(tree.fd, &plan, &hits), -ENOENT);
	fx_tree_remove(&tree);
}

static void kernels(void **state)
{
	(void)state;
	assert_false(mpt_hits_knows_misses("5.10.0-32-cloud-amd64"));
	assert_false(mpt_hits_knows_misses("4.18.0-513.el8.x86_64"));
	assert_false(mpt_hits_knows_misses("garbage"));
	assert_true(mpt_hits_knows_misses("5.14.0"));
	assert_true(mpt_hits_knows_misses("6.1.0-40-cloud-amd64"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ours),
		cmocka_unit_test(what_does_not_fit),
		cmocka_unit_test(no_files),
		cmocka_unit_test(kernels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
