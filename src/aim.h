/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aim.h - whose calls the instance records: COMMAND's, those of processes that
 * run already, or everybody's.
 */
#ifndef MPT_AIM_H
#define MPT_AIM_H

#include <stdbool.h>
#include <sys/types.h>

struct mpt_armed;
struct mpt_conf;
struct mpt_err;
struct mpt_threads;

struct mpt_aim {
	/* set by the caller */
	const struct mpt_conf *conf;
	int rootfd;
	struct mpt_armed *armed;
	struct mpt_threads *threads;
	/* --no-follow: of these processes alone */
	pid_t *tgids;
};

/* Whether processes that run already are traced, not the whole system. */
bool mpt_aim_has_targets(const struct mpt_conf *conf);

/*
 * Says whom to record.
 * @command: COMMAND's process, or 0
 * @tid: its thread as the trace numbers it
 * Returns 0 or -errno.
 */
int mpt_aim_take(struct mpt_aim *aim, pid_t command, pid_t tid, struct mpt_err *err);

/*
 * Whether all -p processes, and what they forked, have ended.
 * Returns 1 or 0, or -errno where it could not be learnt.
 */
int mpt_aim_is_gone(const struct mpt_aim *aim);

void mpt_aim_free(struct mpt_aim *aim);

#endif
