/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arch.c - calling conventions, as data.
 *
 * A new architecture or ABI is one row here. The file asks nothing of the
 * host it runs on.
 */
#include "arch.h"

#include <stddef.h>
#include <string.h>

const struct mpt_abi mpt_abis[] = {
	{
		/*
		 * arch/x86/include/asm/ptrace.h and arch/x86/include/asm/syscall_wrapper.h
		 * (4.17 and later). In do_syscall_64 the pointer was seen in bp on 5.10, in
		 * bx on 6.1 and 6.12, in r12 on 7.2.
		 */
		.name = "x86_64",
		.machine = "x86_64",
		.suffix = "",
		/* the second: what 5.10 has for x32's move_pages */
		.prefixes = { "__x64_sys_", "__x32_compat_sys_" },
		.word_size = 8,
		.nr_table = MPT_NR_X86_64,
		.regs = "%di",
		.arg_off = { 112, 104, 96, 56, 72, 64 },
		.nr_off = 120,
		.nr_size = 8,
		.saved = { "%bx", "%bp", "%r12", "%r13", "%r14", "%r15" },
		/*
		 * 4.16 and older; never run. do_syscall_64() calls it, or, up to 4.15, the
		 * fast path of entry_64.S with pt_regs on top of the stack.
		 */
		.older = { .prefix = "sys_",
			   .arg_regs = { "%di", "%si", "%dx", "%cx", "%r8", "%r9" },
			   .saved = { "%bx", "%sp", "%bp", "%r12", "%r13", "%r14" },
			   .call_bytes = 8 },
		/* syscall_trace_enter(): r12 on 6.12 and 7.2, r13 on 6.1, bp on 5.10 */
		.asker = { "%r12", "%r13", "%bp", "%bx", "%r14", "%r15" },
		.guess = { [MPT_KIND_ARGS] = { "%bx", "%r12" },
			   [MPT_KIND_PLAIN] = { "%bx", "%r13" },
			   [MPT_KIND_COMPAT] = { "%bp", "%bp" } },
		.result_off = 80,
		.ip_off = 128,
		.sp_off = 152,
		.bp_off = 32,
		/* arch/x86/include/asm/segment.h: __USER32_CS with its privilege */
		.cs_off = 136,
		.cs_mask = 0xffff,
		.cs_32 = 0x23,
	},
	{
		/*
		 * int 0x80 and the vdso's sysenter or syscall. 5.10 has
		 * __ia32_compat_sys_ for get_mempolicy and move_pages, and __ia32_sys_ for
		 * the rest; later kernels __ia32_sys_ for all. In do_int80_syscall_32 and
		 * do_fast_syscall_32 the pointer was seen in bp on 5.10, in bx on 6.1 and
		 * 6.12; on 7.2 in bx for int 0x80, in r12 for the vdso.
		 */
		.name = "i386",
		.machine = "x86_64",
		.suffix = "i386",
		.prefixes = { "__ia32_sys_", "__ia32_compat_sys_" },
		.word_size = 4,
		.nr_table = MPT_NR_I386,
		.regs = "%di",
		.arg_off = { 40, 88, 96, 104, 112, 32 },
		.nr_off = 120,
		.nr_size = 8,
		.saved = { "%bx", "%bp", "%r12", "%r13", "%r14", "%r15" },
		/* as above, but bx for int 0x80 on 7.2, where the caller is in several functions */
		.guess = { [MPT_KIND_ARGS] = { "%bx", "%bx" },
			   [MPT_KIND_PLAIN] = { "%bx", "%r13" },
			   [MPT_KIND_COMPAT] = { "%bp", "%bp" } },
	},
	{
		/* arch/x86/entry/syscalls/syscall_64.tbl; only with syscall.x32=y or alike */
		.name = "x32",
		.machine = "x86_64",
		.suffix = "x32",
		.word_size = 4,
		.nr_table = MPT_NR_X32,
	},
	{
		/*
		 * arch/arm64/include/asm/ptrace.h and syscall_wrapper.h (4.19 and later);
		 * beside the number, an int, is what was there before. In invoke_syscall()
		 * the pointer was seen in x19 on 5.10, 6.1 and 6.12; in syscall_trace_enter()
		 * too on 6.1 and 6.12. cs is pstate, arch/arm64/include/uapi/asm/ptrace.h:
		 * PSR_MODE32_BIT.
		 */
		.name = "aarch64",
		.machine = "aarch64",
		.suffix = "",
		/* the second: what 5.10 has for 32-bit callers */
		.prefixes = { "__arm64_sys_", "__arm64_compat_sys_" },
		.word_size = 8,
		.nr_table = MPT_NR_GENERIC,
		.regs = "%x0",
		.arg_off = { 0, 8, 16, 24, 32, 40 },
		.nr_off = 280,
		.nr_size = 4,
		.saved = { "%x19", "%x20", "%x21", "%x22", "%x23", "%x24" },
		/* 4.18 and older; never run. entry.S calls it with pt_regs on top of the stack. */
		.older = { .prefix = "sys_",
			   .arg_regs = { "%x0", "%x1", "%x2", "%x3", "%x4", "%x5" },
			   .saved = { "%sp", "%x19", "%x20", "%x21", "%x22", "%x23" } },
		.asker = { "%x19", "%x20", "%x21", "%x22", "%x23", "%x24" },
		.guess = { [MPT_KIND_ARGS] = { "%x19", "%x19" },
			   [MPT_KIND_PLAIN] = { "%x19", "%x19" },
			   [MPT_KIND_COMPAT] = { "%x19", "%x19" } },
		.result_off = 0,
		.cs_off = 264,
		.cs_mask = 0x10,
		.cs_32 = 0x10,
		.cs_alone = true,
		.result_is_arg0 = true,
	},
	{
		/*
		 * 32-bit arm, where arm64's kernel serves it: arch/arm64/include/asm/unistd32.h.
		 * On 6.1 its calls come in by the functions that 64-bit callers have, with the
		 * same pt_regs. 64-bit code cannot make one, so that none of our own proves
		 * this row: what the functions' own callers prove is where everything lies.
		 * set_mempolicy_home_node has the same number in both: pstate tells. On 5.10
		 * __arm64_compat_sys_ functions serve it.
		 */
		.name = "arm",
		.machine = "aarch64",
		.suffix = "arm",
		.word_size = 4,
		.nr_table = MPT_NR_ARM,
		.by_second = true,
	},
	{
		/*
		 * arch/powerpc/include/asm/ptrace.h and syscall_wrapper.h (6.1 and later; before
		 * that the functions of these names have their arguments in registers, and
		 * calls of our own tell). In system_call_exception() the pointer
		 * was seen in gpr30 on 5.10 and 6.1, in do_syscall_trace_enter() in gpr31. That
		 * puts -ENOSYS in the first argument's place before it asks seccomp; the argument
		 * is in orig_gpr3 then. What a filter answered by a signal was seen to have two
		 * returns there (sys_exit).
		 */
		.name = "ppc64le",
		.machine = "ppc64le",
		.suffix = "",
		.prefixes = { "sys_" },
		.word_size = 8,
		.nr_table = MPT_NR_POWERPC,
		.regs = "%gpr3",
		.arg_off = { 24, 32, 40, 48, 56, 64 },
		.nr_off = 0,
		.nr_size = 8,
		.saved = { "%gpr30", "%gpr31", "%gpr29", "%gpr28", "%gpr27", "%gpr26" },
		.older = { .prefix = "sys_",
			   .arg_regs = { "%gpr3", "%gpr4", "%gpr5", "%gpr6", "%gpr7", "%gpr8" },
			   .saved = { "%gpr30", "%gpr31", "%gpr29", "%gpr28", "%gpr27",
				      "%gpr26" } },
		.asker = { "%gpr31", "%gpr30", "%gpr29", "%gpr28", "%gpr27", "%gpr26" },
		.asked_arg0_off = 272,
		.guess = { [MPT_KIND_ARGS] = { "%gpr30", "%gpr31" },
			   [MPT_KIND_PLAIN] = { "%gpr30", "%gpr31" },
			   [MPT_KIND_COMPAT] = { "%gpr30", "%gpr31" } },
		.result_off = 24,
		.result_is_arg0 = true,
		.has_stray_returns = true,
	},
	{ .name = NULL },
};

const struct mpt_abi *mpt_abi_of_machine(const char *machine)
{
	const struct mpt_abi *abi;

	for (abi = mpt_abis; abi->name; abi++)
		if (strcmp(abi->machine, machine) == 0 && abi->suffix[0] == '\0')
			return abi;
	return NULL;
}

const struct mpt_abi *mpt_abi_find(const char *name)
{
	const struct mpt_abi *abi;

	for (abi = mpt_abis; abi->name; abi++)
		if (strcmp(abi->name, name) == 0)
			return abi;
	return NULL;
}

bool mpt_abi_is_32bit(const struct mpt_abi *abi, uint64_t state)
{
	return (state & abi->cs_mask) == abi->cs_32;
}

int16_t mpt_abi_asked_off(const struct mpt_abi *abi, unsigned n)
{
	return n == 0 && abi->asked_arg0_off ? abi->asked_arg0_off : abi->arg_off[n];
}

bool mpt_abi_is_guest(const struct mpt_abi *abi)
{
	return !abi->prefixes[0];
}
