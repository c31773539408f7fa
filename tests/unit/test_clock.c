/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_clock.c - times for people.
 *
 * The truth is the calendar: dates that were looked up with date(1), among
 * them a leap day and the last second of a year.
 */
#include "unit.h"

#include <time.h>

#include "clock.h"

enum { S = 1000000000 };

static struct mpt_clock at(int64_t realtime)
{
	return (struct mpt_clock){ .to_realtime = realtime, .cached_second = INT64_MIN };
}

static void rfc3339(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_clock clock = at(0);

	(void)state;
	mpt_clock_put_rfc3339(&buf, &clock,
			      UINT64_C(951827696) * S + 7); /* date -u -d @951827696 */
	assert_text(&buf, "2000-02-29T12:34:56.000000007Z");
	mpt_clock_put_rfc3339(&buf, &clock, UINT64_C(1798761599) * S + 999999999);
	assert_text(&buf, "2026-12-31T23:59:59.999999999Z");
	mpt_clock_put_rfc3339(&buf, &clock, UINT64_C(1798761600) * S);
	assert_text(&buf, "2027-01-01T00:00:00.000000000Z");
}

static void kinds(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_clock clock = at(INT64_C(951827696) * S);
	uint64_t ts = UINT64_C(2) * S + 34567890;

	(void)state;
	setenv("TZ", "UTC-5:30", 1);
	tzset();
	clock.to_boottime = INT64_C(100) * S;
	clock.start = S;
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_UTC);
	assert_text(&buf, "12:34:58.034567Z");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_LOCAL);
	assert_text(&buf, "18:04:58.034567");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_UTC);
	assert_text(&buf, "12:34:58.034567Z");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_UNIX);
	assert_text(&buf, "951827698.034567");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_RELATIVE);
	assert_text(&buf, "1.034567");
	mpt_clock_put(&buf, &clock, 5, MPT_TIME_RELATIVE);
	assert_text(&buf, "0.000000");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_BOOT);
	assert_text(&buf, "102.034567");
	mpt_clock_put(&buf, &clock, ts, MPT_TIME_NONE);
	assert_text(&buf, "");
}

/* What the offsets say of now must be what the clocks say. */
static void offsets(void **state)
{
	struct mpt_clock clock;
	struct timespec real;
	int64_t ours, theirs;

	(void)state;
	mpt_clock_init(&clock);
	ours = (int64_t)mpt_clock_now() + clock.to_realtime;
	clock_gettime(CLOCK_REALTIME, &real);
	theirs = real.tv_sec * (int64_t)S + real.tv_nsec;
	assert_in_range(theirs - ours + S, S - S / 2, S + S / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc3339),
		cmocka_unit_test(kinds),
		cmocka_unit_test(offsets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
