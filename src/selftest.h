/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.h - whether calls of our own are shown as they were made.
 */
#ifndef MPT_SELFTEST_H
#define MPT_SELFTEST_H

struct mpt_err;
struct mpt_rig;

/*
 * Makes calls of the family that change nothing but the policy of a page of
 * our own, for a moment that of this thread too, and compares all that is
 * captured with what they did.
 * @rig: armed for all calls; switched off afterwards, and its source used up
 * Returns the number of calls that were compared; -errno with the first
 * difference in @err.
 */
int mpt_selftest(struct mpt_rig *rig, struct mpt_err *err);

#endif
