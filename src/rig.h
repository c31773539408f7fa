/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rig.h - the probes, armed, and what is needed to read them.
 */
#ifndef MPT_RIG_H
#define MPT_RIG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "arm.h"
#include "caps.h"
#include "owner.h"
#include "plan.h"
#include "record.h"
#include "source.h"
#include "tracedir.h"

struct mpt_conf;
struct mpt_err;

struct mpt_rig {
	const struct mpt_conf *conf;
	int rootfd;
	char host[65]; /* HOST_NAME_MAX + 1 */
	struct mpt_tracedir dir;
	struct mpt_owner owner;
	struct mpt_caps caps;
	struct mpt_plan plan;
	struct mpt_armed armed;
	int eventsfd;
	struct mpt_decoder *decoder;
	struct mpt_source *source;
	pid_t command_tid; /* COMMAND's thread as the trace numbers it */
	bool foreign;	   /* the trace numbers threads otherwise than our /proc */
};

/*
 * Reads what can be read before anything is tried; nothing is changed.
 * @rig: closed with mpt_rig_close(), also after a failure
 * Returns 0 or -errno.
 */
int mpt_rig_open(struct mpt_rig *rig, const struct mpt_conf *conf, struct mpt_err *err);

/*
 * Makes the instance and arms the best plan that is proven, switched off.
 * @command: COMMAND's process, or 0
 * Returns 0 or -errno; what was done is taken back by mpt_rig_disarm().
 */
int mpt_rig_arm(struct mpt_rig *rig, pid_t command, struct mpt_err *err);

/* Closes what has the instance's files open, then takes the kernel's state back. */
int mpt_rig_disarm(struct mpt_rig *rig);

/*
 * Makes the plan for what caps say now, without asking the kernel.
 * Returns 0 or -errno; the plan is freed with mpt_plan_free().
 */
int mpt_rig_plan(struct mpt_rig *rig, struct mpt_err *err);

void mpt_rig_close(struct mpt_rig *rig);

/* The size of the ring buffer of each CPU, KiB. */
uint64_t mpt_rig_buffer_kb(const struct mpt_rig *rig);

/* How much of memory may be filled with what was read and not decoded yet, bytes. */
uint64_t mpt_rig_ahead_bytes(const struct mpt_rig *rig);

#endif
