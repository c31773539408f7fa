/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.c - from the trace's clock to times that people read.
 *
 * In: nanoseconds of CLOCK_MONOTONIC, and the offsets of the capture. Out:
 * text. The calendar is asked at most once for each second that is printed.
 */
#include "clock.h"

#include <time.h>

#include "buf.h"

enum { NS_PER_US = 1000, NS_PER_S = 1000000000, RFC3339 = -1 };

static int64_t read_clock(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return ts.tv_sec * (int64_t)NS_PER_S + ts.tv_nsec;
}

uint64_t mpt_clock_now(void)
{
	return (uint64_t)read_clock(CLOCK_MONOTONIC);
}

/*
 * The distance of two clocks. Of some tries the one with the shortest span
 * between the two monotonic readings is taken: preemption in between would
 * shift every time that is printed.
 */
static int64_t offset_of(clockid_t id)
{
	int64_t best = INT64_MAX, offset = 0;
	int i;

	for (i = 0; i < 5; i++) {
		int64_t before = read_clock(CLOCK_MONOTONIC);
		int64_t other = read_clock(id);
		int64_t span = read_clock(CLOCK_MONOTONIC) - before;

		if (span < best) {
			best = span;
			offset = other - before - span / 2;
		}
	}
	return offset;
}

void mpt_clock_init(struct mpt_clock *clock)
{
	*clock = (struct mpt_clock){
		.to_realtime = offset_of(CLOCK_REALTIME),
		.to_boottime = offset_of(CLOCK_BOOTTIME),
		.start = mpt_clock_now(),
		.cached_second = INT64_MIN,
	};
}

static void put_second(struct mpt_buf *buf, struct mpt_clock *clock, int64_t second, int kind)
{
	if (second != clock->cached_second || kind != clock->cached_kind) {
		time_t t = (time_t)second;
		struct tm tm;

		if (kind == MPT_TIME_LOCAL)
			localtime_r(&t, &tm);
		else
			gmtime_r(&t, &tm);
		clock->cached_len = (uint8_t)strftime(clock->cached, sizeof(clock->cached),
						      kind == RFC3339 ? "%Y-%m-%dT%T" : "%T", &tm);
		clock->cached_second = second;
		clock->cached_kind = kind;
	}
	mpt_buf_put(buf, clock->cached, clock->cached_len);
}

void mpt_clock_put_seconds(struct mpt_buf *buf, uint64_t ns)
{
	mpt_buf_u64(buf, ns / NS_PER_S);
	mpt_buf_fraction(buf, (uint32_t)(ns % NS_PER_S / NS_PER_US), 6);
}

static void put_time_of_day(struct mpt_buf *buf, struct mpt_clock *clock, uint64_t real,
			    enum mpt_timestamps kind)
{
	put_second(buf, clock, (int64_t)(real / NS_PER_S), kind);
	mpt_buf_fraction(buf, (uint32_t)(real % NS_PER_S / NS_PER_US), 6);
	if (kind == MPT_TIME_UTC)
		mpt_buf_putc(buf, 'Z');
}

void mpt_clock_put(struct mpt_buf *buf, struct mpt_clock *clock, uint64_t ts,
		   enum mpt_timestamps kind)
{
	uint64_t real = ts + (uint64_t)clock->to_realtime;

	switch (kind) {
	case MPT_TIME_LOCAL:
	case MPT_TIME_UTC:
		put_time_of_day(buf, clock, real, kind);
		break;
	case MPT_TIME_UNIX:
		mpt_clock_put_seconds(buf, real);
		break;
	case MPT_TIME_RELATIVE:
		/* a call that began before tracing did is not later than its start */
		mpt_clock_put_seconds(buf, ts > clock->start ? ts - clock->start : 0);
		break;
	case MPT_TIME_BOOT:
		mpt_clock_put_seconds(buf, ts + (uint64_t)clock->to_boottime);
		break;
	case MPT_TIME_NONE:
		break;
	}
}

void mpt_clock_put_rfc3339(struct mpt_buf *buf, struct mpt_clock *clock, uint64_t ts)
{
	uint64_t real = ts + (uint64_t)clock->to_realtime;

	put_second(buf, clock, (int64_t)(real / NS_PER_S), RFC3339);
	mpt_buf_fraction(buf, (uint32_t)(real % NS_PER_S), 9);
	mpt_buf_putc(buf, 'Z');
}
