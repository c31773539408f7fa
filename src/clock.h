/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.h - from the trace's clock to times that people read.
 *
 * Records carry CLOCK_MONOTONIC. What turns that into the time of day is read
 * once, when tracing begins, and is plain data, so that a capture can carry
 * its own.
 */
#ifndef MPT_CLOCK_H
#define MPT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

struct mpt_buf;

enum mpt_timestamps {
	MPT_TIME_LOCAL,
	MPT_TIME_UTC,
	MPT_TIME_UNIX,
	MPT_TIME_RELATIVE,
	MPT_TIME_BOOT,
	MPT_TIME_NONE,
};

/* What the numbers of one capture are held against; all nanoseconds. */
struct mpt_clock {
	int64_t to_realtime; /* added to the trace's clock: CLOCK_REALTIME */
	int64_t to_boottime; /* added to the trace's clock: CLOCK_BOOTTIME */
	uint64_t start;	     /* when tracing was switched on, trace's clock */
	/* the second that was formatted last, so that calendar work is done once a second */
	int64_t cached_second;
	int cached_kind;
	char cached[32];
	uint8_t cached_len;
};

/* The kernel's name of the trace clock that all this is about. */
#define MPT_TRACE_CLOCK "mono"

/* CLOCK_MONOTONIC now, nanoseconds: what the trace's clock says too. */
uint64_t mpt_clock_now(void);

/* Reads the offsets from this host's clocks; `start` is now. */
void mpt_clock_init(struct mpt_clock *clock);

/*
 * Writes @ts of the trace's clock for people, to the microsecond:
 * local HH:MM:SS.ffffff, utc the same with Z, unix, relative and boot in seconds.
 */
void mpt_clock_put(struct mpt_buf *buf, struct mpt_clock *clock, uint64_t ts,
		   enum mpt_timestamps kind);

/* Writes @ts as RFC 3339 UTC to the nanosecond, without quotes. */
void mpt_clock_put_rfc3339(struct mpt_buf *buf, struct mpt_clock *clock, uint64_t ts);

/* Writes a duration of @ns nanoseconds as seconds with six digits. */
void mpt_clock_put_seconds(struct mpt_buf *buf, uint64_t ns);

#endif
