/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.h - which calls are shown.
 *
 * A filter is plain data, made of what the user wrote. Whether a call passes
 * is decided here, after decoding, and that decides alone; what of it the
 * kernel can decide too is handed to it, to save room in the buffer.
 */
#ifndef MPT_FILTER_H
#define MPT_FILTER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "nodeset.h"
#include "pair.h"
#include "value.h"

struct mpt_armed;
struct mpt_buf;
struct mpt_err;

enum mpt_outcome { MPT_ANY, MPT_SUCCESSFUL, MPT_FAILED };

enum { MPT_ERRNOS = 4096, MPT_FILTER_MODES = 16, MPT_FILTER_UIDS = 64 };

struct mpt_filter {
	enum mpt_outcome outcome;
	bool has_errnos;
	uint64_t errnos[MPT_ERRNOS / 64]; /* bit n: errno n passes */
	const char *comm;		  /* as of fnmatch(3), or NULL */
	uint32_t uids[MPT_FILTER_UIDS];
	unsigned nuids;
	/* bits that must be set: of get_mempolicy's flags, of the others', of a mode word */
	uint64_t get_flags;
	uint64_t mf_flags;
	uint32_t mode_flags;
	uint32_t modes[MPT_FILTER_MODES];
	unsigned nmodes;
	bool has_nodes;
	bool all_nodes; /* any node will do */
	struct mpt_nodeset nodes;
	uint64_t min_ns;
	const pid_t *tgids; /* --no-follow: these processes alone; NULL: any */
	size_t ntgids;
};

/*
 * What was written after --errno, --uid, --flags, --mode, --nodes: adds it to
 * the filter.
 * Returns 0, or -EINVAL with the item that is wrong in @err.
 */
int mpt_filter_add_errnos(struct mpt_filter *filter, const char *list, struct mpt_err *err);
int mpt_filter_add_uids(struct mpt_filter *filter, const char *list, struct mpt_err *err);
int mpt_filter_add_flags(struct mpt_filter *filter, const char *list, struct mpt_err *err);
int mpt_filter_add_modes(struct mpt_filter *filter, const char *list, struct mpt_err *err);
int mpt_filter_set_nodes(struct mpt_filter *filter, const char *list, struct mpt_err *err);

/* Whether a node is asked for that cannot exist where the capture was made. */
int mpt_filter_check_nodes(const struct mpt_filter *filter, unsigned possible, struct mpt_err *err);

/* Whether there is a call that would not pass. */
bool mpt_filter_asks(const struct mpt_filter *filter);

/* Whether the call passes, but for its user. */
bool mpt_filter_passes(const struct mpt_filter *filter, const struct mpt_call *call,
		       const struct mpt_values *values);

/* Whether a call by that user passes; -1, a user who is not known, passes no --uid. */
bool mpt_filter_passes_uid(const struct mpt_filter *filter, int64_t uid);

/*
 * The arguments of a call (bit n: argument n) that the kernel's part of the
 * filter looks at: its return probe has to fetch them too, so that entry and
 * return are kept or dropped together.
 */
unsigned mpt_filter_args(const struct mpt_filter *filter, int syscall);

/*
 * Appends what the kernel can decide of the filter for an event of the plan,
 * in the syntax of its event filters; nothing where that is nothing.
 * @lean: the event is a call's only record, so that its result may count
 */
void mpt_filter_put_kernel(struct mpt_buf *buf, const struct mpt_filter *filter,
			   const struct mpt_def *def, bool lean);

/* For people: which options the kernel decides, and which are left to us. */
void mpt_filter_put(struct mpt_buf *buf, const struct mpt_filter *filter,
		    const struct mpt_plan *plan);

#endif
