/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inspect.h - what this kernel allows (--dry-run, --list, --doctor), and --cleanup.
 */
#ifndef MPT_INSPECT_H
#define MPT_INSPECT_H

struct mpt_conf;
struct mpt_err;

/*
 * Prints the probes that would be armed: those that were armed for a moment
 * and proven, where that is possible, else each rung of the ladder.
 * Returns 0 or -errno.
 */
int mpt_inspect_dry_run(const struct mpt_conf *conf, struct mpt_err *err);

/*
 * Prints the traced calls, and where each argument is captured from on this
 * kernel as far as it can be asked.
 * Returns 0 or -errno.
 */
int mpt_inspect_list(const struct mpt_conf *conf, struct mpt_err *err);

/*
 * Prints what this kernel allows, what is missing and what to do about it,
 * and how a test with calls of our own went.
 * @status: 0 where capture works here, else 1
 * Returns 0 or -errno.
 */
int mpt_inspect_doctor(const struct mpt_conf *conf, int *status, struct mpt_err *err);

/*
 * Removes what dead runs left behind, and prints what.
 * Returns 0, or -errno where something could not be removed.
 */
int mpt_inspect_cleanup(const struct mpt_conf *conf, struct mpt_err *err);

#endif
