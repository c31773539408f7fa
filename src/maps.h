/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maps.h - what code lies where in a process.
 *
 * Of a program that was started while somebody tells what is loaded (loads.h)
 * that is enough. Of others /proc/PID/maps is read while they live, as soon as
 * a record of them arrives, which is before that record is decoded. What was
 * learnt before an exec is used for calls before it, and for no others.
 */
#ifndef MPT_MAPS_H
#define MPT_MAPS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct mpt_load;
struct mpt_maps;
struct mpt_object;
struct mpt_space;

/* Where an address is. */
struct mpt_place {
	const char *path;	   /* as /proc/PID/maps has it; NULL: no file's */
	struct mpt_object *object; /* NULL: it could not be had */
	uint64_t file_off;
};

/*
 * @rootfd: the directory below which proc is; must outlive it. -1: there is
 * no /proc to ask
 * Returns NULL when memory ran out.
 */
struct mpt_maps *mpt_maps_create(int rootfd);

/* NULL is fine. */
void mpt_maps_destroy(struct mpt_maps *maps);

/*
 * A record of a process has arrived: reads its maps, if that is news.
 * @ts: of the record; the trace's clock must be that of mpt_clock_now()
 */
void mpt_maps_meet(struct mpt_maps *maps, pid_t pid, uint64_t ts);

/* At that time the process may have become another program, or the number another process's. */
void mpt_maps_changed(struct mpt_maps *maps, pid_t pid, uint64_t ts);

/*
 * Takes what a process has loaded (loads.h), in the order of time. From an
 * exec on it is all that is needed of a process, and /proc is not asked.
 */
void mpt_maps_take(struct mpt_maps *maps, const struct mpt_load *load);

/*
 * The address space of a process at a time, or NULL where it is not known.
 * Valid until any other function is called with these maps.
 */
const struct mpt_space *mpt_maps_space(struct mpt_maps *maps, pid_t pid, uint64_t ts);

/*
 * Reads anew where that can show more than was known at that time: what was
 * loaded since.
 */
const struct mpt_space *mpt_maps_again(struct mpt_maps *maps, pid_t pid, uint64_t ts);

/* Returns false where there is no code at that address. */
bool mpt_space_find(const struct mpt_space *space, uint64_t addr, struct mpt_place *ret);

#endif
