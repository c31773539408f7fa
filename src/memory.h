/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.h - how much memory there is.
 */
#ifndef MPT_MEMORY_H
#define MPT_MEMORY_H

#include <stdint.h>

/*
 * What could be had without swapping, KiB; 0 where it is not told.
 * @rootfd: the directory that stands for /
 */
uint64_t mpt_memory_available_kb(int rootfd);

/* The same of @kb, or less where a memory cgroup that this process is in leaves less. */
uint64_t mpt_memory_left_kb(int rootfd, uint64_t kb);

#endif
