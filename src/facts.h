/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - what is known of a caller and of its host, beside the call itself.
 *
 * The kernel holds a call's arguments against these. Plain data: whoever fills
 * it, from /proc and /sys or from a recording, says of each part whether it is
 * known. All zero is valid: nothing is known.
 */
#ifndef MPT_FACTS_H
#define MPT_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "nodeset.h"

enum { MPT_CAP_SYS_PTRACE = 19, MPT_CAP_SYS_NICE = 23 };

/* A thread, by its /proc/TID/status. */
struct mpt_task_facts {
	bool known;    /* else nothing below is */
	bool fresh;    /* read after the call returned; else earlier, or of its parent */
	bool has_mems; /* known, and it has none: the kernel has no cpusets, all may be used */
	struct mpt_nodeset mems_allowed;
	unsigned max_nodes; /* as for the host */
	bool has_caps;
	uint64_t caps; /* effective */
	int seccomp;   /* mode; -1: not known, or the kernel has none */
	bool has_ids;
	int64_t uid[3], gid[3]; /* real, effective, saved */
	bool has_mm;		/* it has memory of its own: no kernel thread, and not ended */
	bool in_pidns;		/* process ids mean others to it than to us */
};

struct mpt_host_facts {
	bool has_online, has_memory;
	struct mpt_nodeset online;
	struct mpt_nodeset memory; /* nodes that have some: the kernel's N_MEMORY */
	unsigned max_nodes;	   /* MAX_NUMNODES, up to a multiple of 4; 0: not known */
	uint64_t max_map_count;	   /* vm.max_map_count; 0: not known */
	bool is_5_15;		   /* it surely knows MPOL_PREFERRED_MANY and what came before */
	bool is_6_9;		   /* and MPOL_WEIGHTED_INTERLEAVE */
};

struct mpt_facts {
	const struct mpt_task_facts *caller;
	const struct mpt_task_facts *target; /* of migrate_pages, move_pages: whose pages */
	const struct mpt_host_facts *host;
	const char *maps; /* /proc/TID/maps of the caller; NULL: not known */
};

/* Nothing is known. */
extern const struct mpt_task_facts mpt_task_unknown;
extern const struct mpt_host_facts mpt_host_unknown;

/* Takes what the text of a status file says; the result is known and fresh. */
void mpt_task_facts_parse(const char *status, struct mpt_task_facts *ret);

/* What the text of a maps file says of an address. */
struct mpt_map {
	bool mapped;
	bool writable;
};
struct mpt_map mpt_maps_at(const char *maps, uint64_t addr);

/* The first address in [@start, @end) that is not mapped; @end where all is. */
uint64_t mpt_maps_hole(const char *maps, uint64_t start, uint64_t end);

/* How many mappings there are. */
uint64_t mpt_maps_count(const char *maps);

#endif
