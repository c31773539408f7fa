/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_nodeset.c - sets of nodes.
 *
 * The truth is list notation as /sys and cpuset(7) have it, and a bit-by-bit
 * reading of the words in the test itself.
 */
#include "unit.h"

#include "nodeset.h"

static void lists(void **state)
{
	static const char *const good[] = { "", "0", "0-1", "0-1,4", "0,2,4-7", "63-64", "1023" };
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_nodeset set;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(mpt_nodeset_parse(good[i], MPT_NODES_MAX, &set), 0);
		mpt_nodeset_put(&buf, &set);
		assert_text(&buf, good[i]);
	}
	assert_int_equal(mpt_nodeset_parse("0-3\n", 4, &set), 0);
	mpt_nodeset_put(&buf, &set);
	assert_text(&buf, "0-3");
}

static void bad_lists(void **state)
{
	static const struct {
		const char *text;
		int rc;
	} bad[] = {
		{ "x", -EINVAL },   { "1-", -EINVAL },	{ "1,", -EINVAL },
		{ "2-1", -EINVAL }, { "-1", -EINVAL },	{ "0 1", -EINVAL },
		{ "4", -ERANGE },   { "0-4", -ERANGE }, { "99999999999999999999", -ERANGE },
	};
	struct mpt_nodeset set;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mpt_nodeset_parse(bad[i].text, 4, &set), bad[i].rc);
}

static bool bit_of(const uint64_t *words, unsigned size, unsigned node)
{
	return words[node / (size * 8)] >> node % (size * 8) & 1;
}

/* Words of 4 and 8 bytes, and a limit inside, at and beyond the last one. */
static void words(void **state)
{
	static const uint64_t bits[] = { 0x8000000180000001, 0xffffffff00000003, 0x10 };
	static const unsigned limits[] = { 0, 1, 2, 31, 32, 33, 64, 65, 96, 129, 192, 1024 };
	struct mpt_nodeset set;
	unsigned size, i, node;

	(void)state;
	for (size = 4; size <= 8; size += 4) {
		for (i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
			int next = -1;

			mpt_nodeset_from_words(&set, bits, 3, size, limits[i]);
			for (node = 0; node < 3 * size * 8 && node < limits[i]; node++) {
				if (!bit_of(bits, size, node))
					continue;
				next = mpt_nodeset_next(&set, next + 1);
				assert_int_equal(next, node);
			}
			assert_int_equal(mpt_nodeset_next(&set, next + 1), -1);
		}
	}
}

static void counts(void **state)
{
	(void)state;
	assert_int_equal(mpt_nodeset_words(0, 8), 0);
	assert_int_equal(mpt_nodeset_words(1, 8), 1);
	assert_int_equal(mpt_nodeset_words(64, 8), 1);
	assert_int_equal(mpt_nodeset_words(65, 8), 2);
	assert_int_equal(mpt_nodeset_words(65, 4), 3);
}

static void of_two(void **state)
{
	struct mpt_nodeset a = { .words = { 6, [15] = UINT64_C(1) << 63 } };
	struct mpt_nodeset b = { .words = { 3 } }, set;

	(void)state;
	mpt_nodeset_and(&a, &b, &set);
	assert_int_equal(set.words[0], 2);
	assert_int_equal(set.words[15], 0);
	mpt_nodeset_minus(&a, &b, &set);
	assert_int_equal(set.words[0], 4);
	assert_true(mpt_nodeset_has(&set, 1023));
	assert_false(mpt_nodeset_has(&set, 1) || mpt_nodeset_has(&set, 1024));
	assert_false(mpt_nodeset_is_empty(&set));
	mpt_nodeset_minus(&set, &set, &set);
	assert_true(mpt_nodeset_is_empty(&set));
	mpt_nodeset_below(65, &set);
	assert_true(set.words[0] == UINT64_MAX && set.words[1] == 1 && set.words[2] == 0);
	mpt_nodeset_below(MPT_NODES_MAX, &set);
	assert_true(mpt_nodeset_has(&set, 1023));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lists),  cmocka_unit_test(bad_lists), cmocka_unit_test(words),
		cmocka_unit_test(counts), cmocka_unit_test(of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
