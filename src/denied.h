/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * denied.h - calls that seccomp answered before they reached their function.
 */
#ifndef MPT_DENIED_H
#define MPT_DENIED_H

#include "pair.h"

struct mpt_plan;

/*
 * Takes a MPT_EVENT_ASKED record: a call of @thread that may be denied. Of an
 * ABI or a call that the plan does not have it is passed over.
 */
void mpt_denied_asked(struct mpt_pairing *pairing, struct mpt_thread *thread,
		      const struct mpt_plan *plan, const struct mpt_event *event);

/*
 * Takes what ends a call that was asked about: a MPT_EVENT_DENIED record, or
 * MPT_EVENT_END of @thread, which then was killed for it.
 * Returns true when a call was denied, which is then in @ret.
 */
bool mpt_denied_answered(struct mpt_pairing *pairing, struct mpt_thread *thread,
			 const struct mpt_event *event, struct mpt_call *ret);

#endif
