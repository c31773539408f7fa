/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.h - one run.
 */
#ifndef MPT_SESSION_H
#define MPT_SESSION_H

struct mpt_conf;
struct mpt_err;
struct mpt_lost;

/*
 * Traces as @conf says, until it ends.
 * @status: the exit status where this returns 0
 * Returns 0 or -errno; whatever it did to the kernel is taken back either way.
 */
int mpt_session_run(const struct mpt_conf *conf, int *status, struct mpt_err *err);

/* Says on standard error what was lost, if anything was. */
void mpt_session_tell_losses(const struct mpt_lost *lost);

#endif
