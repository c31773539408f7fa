/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calib.h - finding the best plan that this kernel proves.
 *
 * A plan is armed and must then show calls of our own, with arguments that
 * only we know, exactly as they were made. What the kernel refuses or shows
 * wrongly is not believed again.
 */
#ifndef MPT_CALIB_H
#define MPT_CALIB_H

#include "plan.h"

struct mpt_armed;
struct mpt_decoder;
struct mpt_err;
struct mpt_source;

/*
 * Arms the best plan, stepping down the ladder of @caps as the kernel answers.
 * @armed: an instance, without probes; afterwards with them, switched off
 * @decoder: bound to the plan afterwards
 * @source: its sub-buffers; empty afterwards
 * @plan: freed with mpt_plan_free() by the caller, also after a failure
 * Returns 0 or -errno.
 */
int mpt_calibrate(const struct mpt_wish *wish, struct mpt_caps *caps, struct mpt_armed *armed,
		  struct mpt_decoder *decoder, struct mpt_source *source, struct mpt_plan *plan,
		  struct mpt_err *err);

#endif
