/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * merge.h - the records of all CPUs in the order of time.
 *
 * Records stay in the sub-buffers that they came in; nothing is copied, and
 * memory is bounded by a fixed number of sub-buffers.
 */
#ifndef MPT_MERGE_H
#define MPT_MERGE_H

#include <stdbool.h>
#include <stdint.h>

struct mpt_err;
struct mpt_merge;
struct mpt_source;

struct mpt_record {
	const void *data; /* valid until the next call of mpt_merge_next() or mpt_merge_fill() */
	uint32_t size;	  /* bytes */
	uint32_t cpu;
	uint64_t ts; /* trace's clock, nanoseconds */
	bool gap;    /* records of this CPU were lost just before */
	bool in_gap; /* at this time records of some CPU were being lost */
};

/*
 * How long a record is kept back for one of another CPU that comes late: its
 * writer may have been interrupted between taking the time and committing.
 * Seen up to 48 ms late, 2 in a million; with 50 ms none was.
 */
enum { MPT_HOLD_NS = 50 * 1000 * 1000 };

/*
 * @source: must outlive it
 * @ret: freed with mpt_merge_destroy()
 * Returns 0 or -errno.
 */
int mpt_merge_create(struct mpt_source *source, struct mpt_merge **ret, struct mpt_err *err);

/* NULL is fine. */
void mpt_merge_destroy(struct mpt_merge *merge);

/*
 * From now on each record is handed to @fn when it is read, in no order and
 * before it can be handed out; of a record only data, size and ts are set.
 */
typedef void (*mpt_arrival_fn)(const struct mpt_record *record, void *arg);
void mpt_merge_watch(struct mpt_merge *merge, mpt_arrival_fn fn, void *arg);

/*
 * Reads what the source has, as far as there is room.
 * @now: the trace's clock before the call; UINT64_MAX once nothing more will
 * be written, which lets everything out
 * Returns the number of sub-buffers read, or 1 where there was no room for any,
 * so that 0 means that the source had nothing more; or -errno.
 */
int mpt_merge_fill(struct mpt_merge *merge, uint64_t now);

/*
 * The next record that nothing earlier can come before any more (but for the
 * very late, which are let out at once).
 * Returns false when there is none at the moment.
 */
bool mpt_merge_next(struct mpt_merge *merge, struct mpt_record *ret);

/* The same, if it is not later than @until. */
bool mpt_merge_next_until(struct mpt_merge *merge, uint64_t until, struct mpt_record *ret);

/* The time of the record that mpt_merge_next() would give; false where that would give none. */
bool mpt_merge_peek(struct mpt_merge *merge, uint64_t *ts);

/* Whether records are waiting that mpt_merge_next() kept back. */
bool mpt_merge_is_holding(const struct mpt_merge *merge);

/* Whether the last fill stopped for want of room: fill again after next() said false. */
bool mpt_merge_is_behind(const struct mpt_merge *merge);

#endif
