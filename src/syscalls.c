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

/* arch/x86/include/uapi/asm/unistd.h, __X32_SYSCALL_BIT */
#define X32(nr) (0x40000000 | (nr))

/* Its name, and how that stands in a line of text: counted here, since each call shows all of them.
 */
#define NAME(text)                                                            \
	.name = (text), .name_len = sizeof(text) - 1, .label = ", " text "=", \
	.label_len = sizeof(", " text "=") - 1

/* clang-format off */
const struct mpt_syscall mpt_syscalls[MPT_NSYSCALLS] = {
	[MPT_SYS_GET_MEMPOLICY] = {
		.name = "get_mempolicy",
		.nargs = 5,
		.args = {
			{ NAME("mode"), .ctype = "int *", .kind = MPT_ARG_INT_PTR,
			  .dir = MPT_OUT, .decoded = "mode" },
			{ NAME("nodemask"), .ctype = "unsigned long *", .kind = MPT_ARG_MASK_PTR,
			  .dir = MPT_OUT, .decoded = "nodes", .len = 2 },
			{ NAME("maxnode"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
			{ NAME("addr"), .ctype = "void *", .kind = MPT_ARG_ADDR },
			{ NAME("flags"), .ctype = "unsigned long", .kind = MPT_ARG_FLAGS,
			  .flags = mpt_get_mempolicy_flags, .decoded = "flags" },
		},
		.nr = { 239, X32(239), 275, 236, 320, 260 },
		.harmless_arg = 4,
		.harmless = UINT64_C(1) << 20, /* no such flag */
		.meaning = get_mempolicy_meaning,
	},
	[MPT_SYS_SET_MEMPOLICY] = {
		.name = "set_mempolicy",
		.nargs = 3,
		.args = {
			{ NAME("mode"), .ctype = "int", .kind = MPT_ARG_MODE, .decoded = "mode",
			  .bytes = 4 },
			{ NAME("nodemask"), .ctype = "const unsigned long *",
			  .kind = MPT_ARG_MASK_PTR, .decoded = "nodes", .len = 2 },
			{ NAME("maxnode"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
		},
		.nr = { 238, X32(238), 276, 237, 321, 261 },
		.harmless_arg = 0,
		.harmless = 0x1fff, /* no such mode */
	},
	[MPT_SYS_MBIND] = {
		.name = "mbind",
		.nargs = 6,
		.args = {
			{ NAME("addr"), .ctype = "void *", .kind = MPT_ARG_ADDR },
			{ NAME("len"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
			{ NAME("mode"), .ctype = "unsigned long", .kind = MPT_ARG_MODE,
			  .decoded = "mode" },
			{ NAME("nodemask"), .ctype = "const unsigned long *",
			  .kind = MPT_ARG_MASK_PTR, .decoded = "nodes", .len = 4 },
			{ NAME("maxnode"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
			{ NAME("flags"), .ctype = "unsigned int", .kind = MPT_ARG_FLAGS,
			  .flags = mpt_mpol_mf_flags, .decoded = "flags", .bytes = 4 },
		},
		.nr = { 237, X32(237), 274, 235, 319, 259 },
		.can_eperm = true,
		.harmless_arg = 2,
		.harmless = 0x1fff, /* no such mode */
	},
	[MPT_SYS_SET_MEMPOLICY_HOME_NODE] = {
		.name = "set_mempolicy_home_node",
		.brief = "set_home_node",
		.nargs = 4,
		.args = {
			{ NAME("start"), .ctype = "unsigned long", .kind = MPT_ARG_ADDR },
			{ NAME("len"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
			{ NAME("home_node"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG,
			  .about = true, .is_node = true },
			{ NAME("flags"), .ctype = "unsigned long", .kind = MPT_ARG_FLAGS,
			  .flags = mpt_no_flags, .decoded = "flags" },
		},
		.nr = { 450, X32(450), 450, 450, 450, 450 },
		.harmless_arg = 3,
		.harmless = UINT64_C(1) << 20, /* no such flag */
	},
	[MPT_SYS_MIGRATE_PAGES] = {
		.name = "migrate_pages",
		.nargs = 4,
		.args = {
			{ NAME("pid"), .ctype = "int", .kind = MPT_ARG_INT, .bytes = 4,
			  .about = true },
			{ NAME("maxnode"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG },
			{ NAME("old_nodes"), .ctype = "const unsigned long *",
			  .kind = MPT_ARG_MASK_PTR, .decoded = "old_nodes", .len = 1 },
			{ NAME("new_nodes"), .ctype = "const unsigned long *",
			  .kind = MPT_ARG_MASK_PTR, .decoded = "new_nodes", .len = 1 },
		},
		.nr = { 256, X32(256), 294, 238, 400, 258 },
		.can_eperm = true,
		.harmless_arg = 1,
		.harmless = 0, /* of which the kernel takes 1, and that is more than a page of bits */
	},
	[MPT_SYS_MOVE_PAGES] = {
		.name = "move_pages",
		.nargs = 6,
		.args = {
			{ NAME("pid"), .ctype = "int", .kind = MPT_ARG_INT, .bytes = 4,
			  .about = true },
			{ NAME("count"), .ctype = "unsigned long", .kind = MPT_ARG_ULONG,
			  .about = true },
			{ NAME("pages"), .ctype = "const void **", .kind = MPT_ARG_ADDRS_PTR,
			  .decoded = "pages", .item = "addr", .len = 1 },
			{ NAME("nodes"), .ctype = "const int *", .kind = MPT_ARG_INTS_PTR,
			  .decoded = "pages", .item = "node", .len = 1 },
			{ NAME("status"), .ctype = "int *", .kind = MPT_ARG_INTS_PTR,
			  .dir = MPT_OUT, .decoded = "pages", .item = "status", .len = 1 },
			{ NAME("flags"), .ctype = "int", .kind = MPT_ARG_FLAGS,
			  .flags = mpt_mpol_mf_flags, .decoded = "flags", .bytes = 4 },
		},
		.nr = { 279, X32(533), 317, 239, 344, 301 },
		.can_eperm = true,
		.harmless_arg = 5,
		.harmless = UINT64_C(1) << 20, /* no such flag */
		.zero_args = 1 << 1, /* 5.10's compat function first copies so many addresses */
	},
};
/* clang-format on */

int mpt_syscall_find(const char *name, unsigned len)
{
	int i;

	for (i = 0; i < MPT_NSYSCALLS; i++)
		if (strlen(mpt_syscalls[i].name) == len &&
		    memcmp(mpt_syscalls[i].name, name, len) == 0)
			return i;
	return -1;
}
