/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_buf.c - numbers and bytes as text.
 *
 * The truth is printf's. It checks what is put, not how memory grows, but for
 * that nothing is lost when it does.
 */
#include "unit.h"

#include <inttypes.h>

static const uint64_t numbers[] = { 0,
				    1,
				    9,
				    10,
				    99,
				    100,
				    4095,
				    4096,
				    0x7fffffff,
				    0xffffffff,
				    UINT64_C(999999999999999999),
				    INT64_MAX,
				    UINT64_MAX };

static void decimal_and_hex(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(text, sizeof(text), "%" PRIu64, numbers[i]);
		mpt_buf_u64(&buf, numbers[i]);
		assert_text(&buf, text);
		snprintf(text, sizeof(text), "0x%" PRIx64, numbers[i]);
		mpt_buf_hex(&buf, numbers[i]);
		assert_text(&buf, text);
		snprintf(text, sizeof(text), "%" PRId64, (int64_t)numbers[i]);
		mpt_buf_s64(&buf, (int64_t)numbers[i]);
		assert_text(&buf, text);
	}
	mpt_buf_s64(&buf, INT64_MIN);
	assert_text(&buf, "-9223372036854775808");
}

/* Where the number of digits changes. */
static void every_length(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	uint64_t power = 1;
	char text[32];
	int digits, by;

	(void)state;
	for (digits = 1; digits <= 20; digits++, power *= 10) {
		for (by = -1; by <= 1; by++) {
			snprintf(text, sizeof(text), "%" PRIu64, power + (uint64_t)by);
			mpt_buf_u64(&buf, power + (uint64_t)by);
			assert_text(&buf, text);
		}
	}
}

static void fractions(void **state)
{
	static const uint32_t numbers32[] = { 0, 1, 9, 10, 99, 100, 12345, 999999, 100000 };
	cleanup_buf struct mpt_buf buf = { 0 };
	char text[32];
	int digits;
	size_t i;

	(void)state;
	for (digits = 6; digits <= 9; digits++) {
		for (i = 0; i < sizeof(numbers32) / sizeof(numbers32[0]); i++) {
			snprintf(text, sizeof(text), ".%0*" PRIu32, digits, numbers32[i]);
			mpt_buf_fraction(&buf, numbers32[i], digits);
			assert_text(&buf, text);
		}
	}
}

static void grows_without_loss(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	int i;

	(void)state;
	for (i = 0; i < 100000; i++)
		mpt_buf_putc(&buf, (char)('a' + i % 26));
	assert_int_equal(buf.len, 100000);
	assert_false(buf.failed);
	for (i = 0; i < 100000; i++)
		assert_int_equal(buf.data[i], 'a' + i % 26);
}

static void formats(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	(void)state;
	mpt_buf_puts(&buf, "x");
	mpt_buf_printf(&buf, "%d-%s", 42, "y");
	mpt_buf_put(&buf, "zz", 1);
	mpt_buf_put(&buf, NULL, 0);
	assert_text(&buf, "x42-yz");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decimal_and_hex), cmocka_unit_test(every_length),
		cmocka_unit_test(fractions),	   cmocka_unit_test(grows_without_loss),
		cmocka_unit_test(formats),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
