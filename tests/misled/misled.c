/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * misled.c - mempoltrace with a table of calling conventions that does not fit the kernel.
 *
 * In: MPT_MISLED, the mistake: "register", pt_regs is looked for where it never
 * is; "twice", where it is and under two names, so that what is found is
 * ambiguous; "offset", the arguments lie elsewhere in it; "old", nothing is wrong, but
 * the kernel is thought to take what the oldest take alone; "older", the functions are where
 * only the older kind of them is looked for. Out: all else is
 * mempoltrace. misled.t wants to see that nothing of that is believed, and dialect.t
 * that the oldest words say the same.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "arch.h"
#include "dialect.h"

/* The table cannot be written, until it can. */
static struct mpt_abi *open_table(void)
{
	uintptr_t size = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t first = (uintptr_t)mpt_abis & ~(size - 1), end;
	const struct mpt_abi *last = mpt_abis;

	while (last->name)
		last++;
	end = (uintptr_t)(last + 1);
	if (mprotect((void *)first, end - first, PROT_READ | PROT_WRITE) < 0) {
		perror("misled: mprotect");
		exit(125);
	}
	return (struct mpt_abi *)(uintptr_t)mpt_abis;
}

/* Registers that the callers of a syscall function and of seccomp's never keep it in. */
static void name_wrong_registers(struct mpt_abi *abi)
{
	static const char *const wrong[MPT_SAVED_MAX] = { "%r14", "%r15" };
	unsigned i;

	memcpy(abi->saved, wrong, sizeof(abi->saved));
	memcpy(abi->asker, wrong, sizeof(abi->asker));
	for (i = 0; i < MPT_NKINDS; i++)
		abi->guess[i] = (struct mpt_guess){ "%r14", abi->asker[0] };
}

/* The guess is wrong, or it would be proven, and nothing looked for. */
static void name_each_twice(struct mpt_abi *abi)
{
	static const char *const twice[MPT_SAVED_MAX] = {
		"%bx", "%bx", "%bp", "%bp", "%r12", "%r12"
	};

	name_wrong_registers(abi);
	memcpy(abi->saved, twice, sizeof(abi->saved));
}

static void misplace_arguments(struct mpt_abi *abi)
{
	abi->arg_off[1] = abi->arg_off[0];
}

static void change_nothing(struct mpt_abi *abi)
{
	(void)abi;
}

/*
 * The newer kind is not there, and the older one has pt_regs where the newer has it: that is said
 * in the place of registers, which are text.
 */
static void make_functions_older(struct mpt_abi *abi)
{
	static const struct mpt_older older = {
		.prefix = "__x64_sys_",
		.arg_regs = { "+112(%di)", "+104(%di)", "+96(%di)", "+56(%di)", "+72(%di)",
			      "+64(%di)" },
		.saved = { "%r14", "%sp", "%bp", "%bx", "%r12", "%r13" },
	};

	if (strcmp(abi->name, "x86_64") != 0)
		return;
	abi->prefixes[0] = "__no_sys_";
	abi->older = older;
}

/* By the linker in place of mpt_dialect_read() and in front of it. */
unsigned __real_mpt_dialect_read(int tracefd);
unsigned __wrap_mpt_dialect_read(int tracefd);

unsigned __wrap_mpt_dialect_read(int tracefd)
{
	const char *name = getenv("MPT_MISLED");

	return name && strcmp(name, "old") == 0 ? MPT_LACKS_ALL : __real_mpt_dialect_read(tracefd);
}

static const struct {
	const char *name;
	void (*make)(struct mpt_abi *abi);
} mistakes[] = {
	{ "register", name_wrong_registers }, { "twice", name_each_twice },
	{ "offset", misplace_arguments },     { "old", change_nothing },
	{ "older", make_functions_older },
};

__attribute__((constructor)) static void mislead(void)
{
	const char *name = getenv("MPT_MISLED");
	struct mpt_abi *abi = open_table();
	unsigned i;

	for (i = 0; i < sizeof(mistakes) / sizeof(mistakes[0]); i++) {
		if (!name || strcmp(mistakes[i].name, name) != 0)
			continue;
		for (; abi->name; abi++)
			mistakes[i].make(abi);
		return;
	}
	fprintf(stderr, "misled: MPT_MISLED names no mistake\n");
	exit(125);
}
