/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay.h - recorded runs, decoded.
 */
#ifndef MPT_REPLAY_H
#define MPT_REPLAY_H

struct mpt_conf;
struct mpt_err;

/*
 * Decodes the files of -r as @conf says.
 * @status: the exit status where this returns 0
 * Returns 0 or -errno. What could be read of a damaged file was shown then.
 */
int mpt_replay_run(const struct mpt_conf *conf, int *status, struct mpt_err *err);

#endif
