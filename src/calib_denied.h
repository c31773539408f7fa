/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calib_denied.h - seeing that the probes of denied calls show what was denied.
 */
#ifndef MPT_CALIB_DENIED_H
#define MPT_CALIB_DENIED_H

#include "arm.h"
#include "sample.h"

/* What the proofs work on; as struct calib of calib.c. */
struct mpt_denied_bench {
	struct mpt_armed *armed;
	struct mpt_decoder *decoder;
	struct mpt_source *source;
	struct mpt_caps *caps;
	struct mpt_samples *samples; /* in mpt_call_memory(); overwritten */
	int syscall;		     /* one that the kernel has, for the samples */
	const char *group;
};

/* Whether this kernel has filters at all, and lets us set one. */
bool mpt_denied_can_filter(void);

/*
 * Looks for the registers in which the callers of __secure_computing() keep
 * pt_regs, by calls of a child under a filter, and puts each into its view of
 * bench->caps: NULL where there is none, or not one alone. The instance is
 * without probes before and after.
 * Returns 0 or -errno.
 */
int mpt_denied_search(struct mpt_denied_bench *bench, struct mpt_err *err);

/*
 * Whether the probes of @plan, which are armed and bound, show the calls of a
 * child under a filter as they were made and answered, by each ABI that is
 * believed to be seen there. A pair of them that is needed for none is switched
 * off.
 * Returns 0 or -errno.
 */
int mpt_denied_prove(struct mpt_denied_bench *bench, struct mpt_plan *plan, bool *ret,
		     struct mpt_err *err);

#endif
