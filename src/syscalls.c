/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscalls.c - the traced system calls, as data.
 *
 * A call is one row. What cannot be said in a cell, because it hangs on the
 * other arguments, is a small function beside the row.
 */
#include "syscalls.h"

#include <stddef.h>
#include <string.h>

/* mm/mempolicy.c, do_get_mempolicy(): with MPOL_F_MEMS_ALLOWED it writes 0 "just so it's
 * initialized" */
static enum mpt_meaning get_mempolicy_meaning(const uint64_t *args)
{
	uint64_t flags = args[4];

	if (flags & MPT_MPOL_F_MEMS_ALLOWED)
		return MPT_MEANS_NOTHING;
	return flags & MPT_MPOL_F_NODE ? MPT_MEANS_NODE : MPT_MEANS_MODE;
}

const struct mpt_syscall mpt_syscalls[MPT_NSYSCALLS] = {
	[MPT_SYS_GET_MEMPOLICY] =
		{
			.name = "get_mempolicy",
			.nargs = 5,
			.args =
				{
					{.name = "mode",
					 .ctype = "int *",
					 .kind = MPT_ARG_INT_PTR,
					 .dir = MPT_OUT,
					 .decoded = "mode"},
					{.name = "nodemask",
					 .ctype = "unsigned long *",
					 .kind = MPT_ARG_MASK_PTR,
					 .dir = MPT_OUT,
					 .decoded = "nodes",
					 .len = 2},
					{.name = "maxnode",
					 .ctype = "unsigned long",
					 .kind = MPT_ARG_ULONG},
					{.name = "addr", .ctype = "void *", .kind = MPT_ARG_ADDR},
					{.name = "flags",
					 .ctype = "unsigned long",
					 .kind = MPT_ARG_FLAGS,
					 .flags = mpt_get_mempolicy_flags,
					 .decoded = "flags"},
				},
			.nr_x86_64 = 239,
			.meaning = get_mempolicy_meaning,
		},
};

int mpt_syscall_find(const char *name, unsigned len)
{
	int i;

	for (i = 0; i < MPT_NSYSCALLS; i++)
		if (strlen(mpt_syscalls[i].name) == len &&
		    memcmp(mpt_syscalls[i].name, name, len) == 0)
			return i;
	return -1;
}
