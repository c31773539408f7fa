/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pidns.h - who we are to the trace, inside a PID namespace.
 *
 * Traces number threads as the initial PID namespace does; getpid(2) and
 * /proc number them as ours does.
 */
#ifndef MPT_PIDNS_H
#define MPT_PIDNS_H

#include <stdbool.h>
#include <sys/types.h>

struct mpt_armed;
struct mpt_decoder;
struct mpt_err;
struct mpt_source;

/* Whether our numbers are those of the initial PID namespace, as far as /proc tells. */
bool mpt_pidns_is_initial(int rootfd);

/*
 * Learns how the trace numbers a process of ours, or this one.
 * @armed: switched off, without probes; armed->self is set
 * @decoder: without bindings, also afterwards
 * @source: empty afterwards
 * @pid: in our namespace; a child of ours that is not stopped, or getpid()
 * @ret: in the trace
 * Returns 0 or -errno.
 */
int mpt_pidns_learn(struct mpt_armed *armed, struct mpt_decoder *decoder, struct mpt_source *source,
		    pid_t pid, pid_t *ret, struct mpt_err *err);

#endif
