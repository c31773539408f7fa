/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * summary.h - what -c and -C print.
 */
#ifndef MPT_SUMMARY_H
#define MPT_SUMMARY_H

#include "emit.h"
#include "stats.h"

/* Tables for people: calls, errors, durations, processes, policies, losses. */
void mpt_summary_text(const struct mpt_emit_context *ctx, struct mpt_stats *stats,
		      const struct mpt_totals *totals, struct mpt_buf *buf);

/* The same as one line of JSON, of type "summary". */
void mpt_summary_json(const struct mpt_emit_context *ctx, struct mpt_stats *stats,
		      const struct mpt_totals *totals, struct mpt_buf *buf);

#endif
