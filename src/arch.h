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

#include <stdbool.h>
#include <stdint.h>

enum { MPT_NARGS = 6, MPT_SAVED_MAX = 6, MPT_PREFIXES_MAX = 2, MPT_ABIS_MAX = 4 };

/* The system call tables, and the columns of a call's row that give its numbers there. */
enum mpt_nr_table {
	MPT_NR_X86_64,	/* arch/x86/entry/syscalls/syscall_64.tbl */
	MPT_NR_X32,	/* the same file, its x32 rows, with __X32_SYSCALL_BIT */
	MPT_NR_I386,	/* arch/x86/entry/syscalls/syscall_32.tbl */
	MPT_NR_GENERIC, /* include/uapi/asm-generic/unistd.h: arm64, riscv64 */
	MPT_NR_ARM,	/* arch/arm64/include/asm/unistd32.h, arch/arm/tools/syscall.tbl */
	MPT_NR_POWERPC, /* arch/powerpc/kernel/syscalls/syscall.tbl */
	MPT_NR_TABLES
};

/* Kernels that keep pt_regs elsewhere, by what can be asked of them. */
enum mpt_kind {
	MPT_KIND_ARGS,	 /* return probes have $argN: 6.9 and later */
	MPT_KIND_PLAIN,	 /* they have not */
	MPT_KIND_COMPAT, /* nor that, and the second prefix has functions: seen on 5.10 */
	MPT_NKINDS
};

/* Where a kernel of some kind is believed to keep it, until calls of our own tell. */
struct mpt_guess {
	const char *saved; /* as in struct mpt_abi */
	const char *asker;
};

/*
 * Kernels before pt_regs wrappers: the syscall function has its arguments in
 * registers, as any C function. Its caller has pt_regs all the same.
 */
struct mpt_older {
	const char *prefix;		 /* of such functions; NULL: no kernel has them */
	const char *arg_regs[MPT_NARGS]; /* where they have their arguments at entry */
	/*
	 * As below; and the stack pointer, where assembler calls the function with
	 * pt_regs on top of the stack.
	 */
	const char *saved[MPT_SAVED_MAX];
	uint8_t call_bytes; /* that a call puts on the stack, above what was its top */
};

struct mpt_abi {
	const char *name;    /* as in the output: "x86_64" */
	const char *machine; /* of which uname(2) machine: "x86_64" */
	const char *suffix;  /* of our event names: "" for the machine's own ABI */
	uint8_t word_size;   /* sizeof(long) of the caller, bytes */
	/*
	 * Of the syscall functions: "__x64_sys_". The first every kernel has that
	 * serves the ABI; by the second, where there is one, calls may come in too.
	 * None at all: they come in by the functions of the machine's own ABI, and
	 * their number tells them apart.
	 */
	const char *prefixes[MPT_PREFIXES_MAX];
	enum mpt_nr_table nr_table;
	/* Of one that has none: where the own ABI's second prefix has functions, they are for it.
	 */
	bool by_second;

	/* The syscall function's one argument is a pointer to pt_regs. */
	const char *regs;	    /* register that holds it at entry */
	int16_t arg_off[MPT_NARGS]; /* offsets of the arguments in pt_regs, bytes */
	int16_t nr_off;		    /* offset of the system call's number, */
	uint8_t nr_size;	    /* and its bytes */

	/*
	 * Callee-saved registers in which the function's caller may keep that
	 * pointer; NULL fills the rest.
	 */
	const char *saved[MPT_SAVED_MAX];
	struct mpt_older older;

	/*
	 * The same of the function that asks seccomp, __secure_computing(), whose
	 * caller is another one, and what else of pt_regs is needed there: in the
	 * row of a machine's own ABI.
	 */
	const char *asker[MPT_SAVED_MAX];
	/* Where the first argument is meanwhile, if its place holds another thing; 0: it is there.
	 */
	int16_t asked_arg0_off;
	struct mpt_guess guess[MPT_NKINDS];
	int16_t result_off; /* of the result */
	int16_t ip_off;	    /* of the address after the system call instruction */
	int16_t sp_off;	    /* of the stack pointer; 0: how stacks lie there is not known here */
	int16_t bp_off;	    /* of the frame pointer */
	/*
	 * Of what tells 32-bit code: the code segment, or the processor's state. In
	 * the bits of the mask it has that value then.
	 */
	int16_t cs_off;
	uint16_t cs_mask, cs_32;
	/*
	 * 32-bit code has numbers of its own, and no functions: where it is denied a
	 * call, cs alone tells which. Elsewhere cs is asked for where there is a
	 * choice, and with it the instruction that made the call.
	 */
	bool cs_alone;
	bool result_is_arg0; /* the result takes the first argument's place */
	/*
	 * sigreturn(2) ends as whatever its thread was interrupted in, to the syscall
	 * tracepoints too: a return without an entry says nothing.
	 */
	bool has_stray_returns;
};

/* The rows; a row without a name ends them. */
extern const struct mpt_abi mpt_abis[];

/* The row of @machine's own ABI, or NULL where we have none. */
const struct mpt_abi *mpt_abi_of_machine(const char *machine);

/* The row of that name, or NULL. */
const struct mpt_abi *mpt_abi_find(const char *name);

/* Whether @state, of which @abi's cs_off is the place, is that of 32-bit code. */
bool mpt_abi_is_32bit(const struct mpt_abi *abi, uint64_t state);

/* Where in pt_regs argument @n is while seccomp is asked. */
int16_t mpt_abi_asked_off(const struct mpt_abi *abi, unsigned n);

/* Whether @abi's calls come in by the functions of the machine's own ABI. */
bool mpt_abi_is_guest(const struct mpt_abi *abi);

#endif
