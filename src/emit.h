/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit.h - output formats.
 *
 * A format is one emit_*.c and one row in emit.c. It appends whole lines to a
 * buffer and knows nothing of where they go.
 */
#ifndef MPT_EMIT_H
#define MPT_EMIT_H

#include <stdbool.h>

#include "buf.h"
#include "clock.h"
#include "pair.h"
#include "value.h"

struct mpt_stats;

/* What every line of a run has in common. */
struct mpt_emit_context {
	struct mpt_clock clock;
	enum mpt_timestamps timestamps;
	char host[65];		/* HOST_NAME_MAX + 1 */
	bool tells_host;	/* calls of several hosts are shown */
	bool color;		/* the lines go to a terminal that is to be coloured */
	unsigned width;		/* columns of a line, where a format cares */
	struct mpt_buf scratch; /* for what has to be put together before it is quoted */
	unsigned array_limit;	/* -s: elements of an array that strace's format shows */
};

/* What the last line tells. */
struct mpt_totals {
	uint64_t calls; /* captured, and passed the filters; shown or not */
	uint64_t shown;
	uint64_t denied;      /* of the calls: answered by seccomp */
	bool asks_uid;	      /* --uid was given, */
	uint64_t uid_unknown; /* and of these calls nobody knows whether they pass it */
	struct mpt_lost lost;
	uint64_t duration_ns; /* how long tracing was on */
};

struct mpt_emitter {
	const char *name; /* of -f */
	const char *help;
	bool tells_cgroup; /* else nobody need ask */
	/* What stands above the first call; NULL where the format has nothing there. */
	void (*begin)(struct mpt_emit_context *ctx, struct mpt_buf *buf);
	/* One call, as one line. */
	void (*call)(struct mpt_emit_context *ctx, const struct mpt_call *call,
		     const struct mpt_values *values, struct mpt_buf *buf);
	/* The last line; NULL where the format has none. */
	void (*end)(struct mpt_emit_context *ctx, const struct mpt_totals *totals,
		    struct mpt_buf *buf);
	/* What -c and -C print; NULL where the format has no place for it. */
	void (*summary)(const struct mpt_emit_context *ctx, struct mpt_stats *stats,
			const struct mpt_totals *totals, struct mpt_buf *buf);
};

extern const struct mpt_emitter mpt_emit_text, mpt_emit_table, mpt_emit_strace, mpt_emit_json,
	mpt_emit_csv, mpt_emit_tracee;

/* The formats in the order of --help; NULL ends them. The first is the default. */
extern const struct mpt_emitter *const mpt_emitters[];

/* The format of that name, or NULL. */
const struct mpt_emitter *mpt_emitter_find(const char *name);

#endif
