/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_live.h - what /proc and /sys say of callers and of this host.
 */
#ifndef MPT_FACTS_LIVE_H
#define MPT_FACTS_LIVE_H

#include <stdbool.h>

struct mpt_call;
struct mpt_facts;
struct mpt_facts_live;

/*
 * @rootfd: the directory below which proc and sys are; must outlive it
 * @has_proc: its /proc numbers threads as the trace does
 * Returns NULL when memory ran out.
 */
struct mpt_facts_live *mpt_facts_live_create(int rootfd, bool has_proc);

/* NULL is fine. */
void mpt_facts_live_destroy(struct mpt_facts_live *live);

/* Begins a round: what was read before it is read anew. */
void mpt_facts_live_round(struct mpt_facts_live *live);

/*
 * What is known of a call that failed; of its caller, what call->thread has.
 * @ret: valid until asked again
 */
void mpt_facts_live_get(struct mpt_facts_live *live, const struct mpt_call *call,
			struct mpt_facts *ret);

#endif
