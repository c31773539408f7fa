/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_ahead.h - sub-buffers read ahead of their decoding.
 *
 * To decode takes longer than to copy. While callers are faster than that, full
 * sub-buffers are moved from the kernel's ring buffer, where new records run
 * over old ones, to memory of ours, where they wait. Who reads cannot tell.
 */
#ifndef MPT_SOURCE_AHEAD_H
#define MPT_SOURCE_AHEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source.h"

/*
 * A source that hands on what @from has, in its order.
 * @from: must outlive it, and know of full sub-buffers
 * @bytes_max: what waits in memory at the most, over all CPUs
 * Returns NULL when memory ran out; closed with mpt_source_close().
 */
struct mpt_source *mpt_ahead_open(struct mpt_source *from, uint64_t bytes_max);

/*
 * Moves what is full, if the last time is long enough ago; to be called whenever
 * something has taken a while. That it failed the next read tells.
 * @now: CLOCK_MONOTONIC, nanoseconds
 */
void mpt_ahead_sweep(struct mpt_source *ahead, uint64_t now);

/* Whether anything waits. */
bool mpt_ahead_holds(const struct mpt_source *ahead);

#endif
