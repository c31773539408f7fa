/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain.h - why a call failed.
 *
 * The kernel's checks are repeated on what was captured of the call and on
 * what is known of its caller and host. What cannot be told is said to be so.
 */
#ifndef MPT_EXPLAIN_H
#define MPT_EXPLAIN_H

#include <stdbool.h>

struct mpt_buf;
struct mpt_call;
struct mpt_facts;
struct mpt_plan;
struct mpt_values;

/* What a cause is told from. */
struct mpt_question {
	const struct mpt_call *call;
	const struct mpt_values *values; /* of the call, by mpt_value_decode() */
	const struct mpt_plan *plan;	 /* by which it was captured */
	const struct mpt_facts *facts;
};

/* Whether there is something to explain: the call failed, or was denied. */
bool mpt_explain_applies(const struct mpt_call *call);

/* Appends the cause, as one line without its end. */
void mpt_explain(const struct mpt_question *q, struct mpt_buf *ret);

#endif
