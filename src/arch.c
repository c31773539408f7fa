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
		.prefix = "__x64_sys_",
		.word_size = 8,
		.regs = "%di",
		.arg_off = { 112, 104, 96, 56, 72, 64 },
		.nr_off = 120,
		.saved = { "%bx", "%bp", "%r12", "%r13", "%r14", "%r15" },
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
