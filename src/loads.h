/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * loads.h - which code processes load, as the kernel tells while it happens.
 *
 * By perf_event_open(2): records of each exec, fork and mapping of code, of
 * all processes, in memory shared with the kernel. So what a process had
 * loaded is known after it has ended. Nothing of it outlives the descriptors.
 */
#ifndef MPT_LOADS_H
#define MPT_LOADS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mpt_loads;

enum mpt_load_type {
	MPT_LOAD_EXEC,	 /* pid begins anew, with nothing */
	MPT_LOAD_FORK,	 /* pid begins with what parent has */
	MPT_LOAD_MAPPED, /* code of a file, or of none, at an address */
	MPT_LOAD_LOST,	 /* records were lost: from here on nothing is known for certain */
};

struct mpt_load {
	enum mpt_load_type type;
	pid_t pid, parent;
	uint64_t ts; /* CLOCK_MONOTONIC, as mpt_clock_now() */
	uint64_t start, len, file_off;
	uint64_t device, inode; /* as in /proc/PID/maps: major << 32 | minor */
	char *path;		/* NULL: of no file */
};

/* Returns NULL where the kernel does not allow it, or memory ran out. */
struct mpt_loads *mpt_loads_open(void);

/* NULL is fine. */
void mpt_loads_close(struct mpt_loads *loads);

/*
 * Hands over what has happened until a moment ago, in order of time.
 * @all: nothing more will happen: hand over everything
 */
typedef void (*mpt_load_fn)(const struct mpt_load *load, void *arg);
void mpt_loads_read(struct mpt_loads *loads, bool all, mpt_load_fn fn, void *arg);

#endif
