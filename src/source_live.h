/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_live.h - sub-buffers of a running instance.
 */
#ifndef MPT_SOURCE_LIVE_H
#define MPT_SOURCE_LIVE_H

#include <stdint.h>

#include "source.h"

struct mpt_err;
struct pollfd;

/*
 * Opens per_cpu/cpuN/trace_pipe_raw of every CPU.
 * @instance: the instance's directory; must stay open
 * @page_size: of a sub-buffer, from events/header_page
 * @ret: closed with mpt_source_close()
 * Returns 0 or -errno.
 */
int mpt_source_live_open(int instance, size_t page_size, struct mpt_source **ret,
			 struct mpt_err *err);

/* Fills @fds (room for ncpus) for poll(2): readable where a CPU has data. */
void mpt_source_live_pollfds(const struct mpt_source *source, struct pollfd *fds);

/*
 * How many records the kernel has overwritten or dropped in all, or has still, by
 * per_cpu/cpuN/stats. Once everything was read it has none, and the number is exact.
 * Returns 0, or -errno where it could not be learnt; @ret then has what could be.
 */
int mpt_source_live_lost(const struct mpt_source *source, uint64_t *ret);

#endif
