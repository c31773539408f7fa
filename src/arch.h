/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arch.h - calling conventions, as data.
 *
 * A row says where a kernel finds the arguments of a system call that came in
 * by one ABI. All rows are compiled everywhere: which one serves is decided
 * at run time, and the plan for any of them can be tested on any host.
 */
#ifndef MPT_ARCH_H
#define MPT_ARCH_H

#include <stdint.h>

enum { MPT_NARGS = 6, MPT_SAVED_MAX = 6 };

struct mpt_abi {
	const char *name;    /* as in the output: "x86_64" */
	const char *machine; /* of which uname(2) machine: "x86_64" */
	const char *suffix;  /* of our event names: "" for the machine's own ABI */
	const char *prefix;  /* of the syscall functions: "__x64_sys_" */
	uint8_t word_size;   /* sizeof(long) of the caller, bytes */

	/* The syscall function's one argument is a pointer to pt_regs. */
	const char *regs;	    /* register that holds it at entry */
	int16_t arg_off[MPT_NARGS]; /* offsets of the arguments in pt_regs, bytes */
	int16_t nr_off;		    /* offset of the system call's number */

	/*
	 * Callee-saved registers in which the function's caller may keep that
	 * pointer, the likeliest first; NULL fills the rest.
	 */
	const char *saved[MPT_SAVED_MAX];
};

/* The rows; a row without a name ends them. */
extern const struct mpt_abi mpt_abis[];

/* The row of @machine's own ABI, or NULL where we have none. */
const struct mpt_abi *mpt_abi_of_machine(const char *machine);

#endif
