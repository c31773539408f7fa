/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hits.h - how often the kernel came by our probes.
 *
 * The kernel counts each hit of a probe, whoever made it and whether or not it
 * was recorded: so that nobody made more calls than that.
 */
#ifndef MPT_HITS_H
#define MPT_HITS_H

#include <stdbool.h>
#include <stdint.h>

struct mpt_plan;

struct mpt_hits {
	uint64_t calls;	 /* not less than were made */
	uint64_t misses; /* calls for which a return probe had no instance */
};

/*
 * Counts the hits so far of the probes of a plan that is armed.
 * @tracefd: the tracing directory
 * Returns 0 or -errno (-EAGAIN: others defined or removed probes meanwhile;
 * -ENODATA: it has no probes, or what the kernel shows cannot be told apart).
 */
int mpt_hits_read(int tracefd, const struct mpt_plan *plan, struct mpt_hits *ret);

/*
 * Whether a kernel's misses are that: until 5.14 (ec6aba3d2be1, "kprobes: Remove
 * kprobe::fault_handler") every fetch that faulted was counted, too; seen on 5.10.
 * @release: as uname(2) has it
 */
bool mpt_hits_knows_misses(const char *release);

#endif
