/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.h - system calls of our own, by any ABI that this process can use.
 *
 * For seeing whether the probes show what was done: the caller knows each
 * argument, and each register is what the kernel gets.
 */
#ifndef MPT_CALL_H
#define MPT_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arch.h"

/*
 * Whether the kernel serves @abi to a process like this one. Asked in a child,
 * since int 0x80 kills where it is not served.
 */
bool mpt_call_can(const struct mpt_abi *abi);

/*
 * Makes the call.
 * @args: as the registers get them; of a 32-bit ABI the lower halves
 * Returns what the kernel returned: -errno where it failed.
 */
long mpt_call_make(const struct mpt_abi *abi, int nr, const uint64_t args[MPT_NARGS]);

/*
 * Memory to which every ABI's pointers can lead, zeroed; munmap(2) frees it.
 * NULL where there is none.
 */
void *mpt_call_memory(size_t len);

#endif
