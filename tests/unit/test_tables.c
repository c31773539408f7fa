/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_tables.c - the const tables, and what is read of this machine.
 *
 * The truth is the headers of this machine (linux/mempolicy.h, asm/unistd.h,
 * asm/ptrace.h, errno.h) and recorded trees of /sys and /proc.
 */
#include "unit.h"

#include <asm/ptrace.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/mempolicy.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../workload/errname.h"
#include "arch.h"
#include "caps.h"
#include "err.h"
#include "syscalls.h"
#include "xlat.h"

static void names_of_numbers(void **state)
{
	uint64_t flags = MPOL_F_NODE | MPOL_F_MEMS_ALLOWED | 0x100;

	(void)state;
	assert_string_equal(mpt_xlat_name(mpt_mpol_modes, MPOL_BIND), "MPOL_BIND");
	assert_string_equal(mpt_xlat_name(mpt_mpol_modes, MPOL_LOCAL), "MPOL_LOCAL");
	assert_string_equal(mpt_xlat_name(mpt_mpol_modes, MPOL_DEFAULT), "MPOL_DEFAULT");
	assert_null(mpt_xlat_name(mpt_mpol_modes, 7));
#ifdef MPOL_F_NUMA_BALANCING /* headers older than 5.12 have two */
	assert_int_equal(MPT_MPOL_MODE_FLAGS, MPOL_MODE_FLAGS);
#else
	assert_int_equal(MPT_MPOL_MODE_FLAGS & MPOL_MODE_FLAGS, MPOL_MODE_FLAGS);
#endif
	assert_string_equal(mpt_xlat_next_flag(mpt_get_mempolicy_flags, &flags)->name,
			    "MPOL_F_NODE");
	assert_string_equal(mpt_xlat_next_flag(mpt_get_mempolicy_flags, &flags)->name,
			    "MPOL_F_MEMS_ALLOWED");
	assert_null(mpt_xlat_next_flag(mpt_get_mempolicy_flags, &flags));
	assert_int_equal(flags, 0x100);
}

/* Before glibc 2.32 they are held against some of errno.h's names. */
static void errnos(void **state)
{
	int i;

	(void)state;
	for (i = 1; i < 134; i++) {
		const char *libc = strerrorname_np(i);

		if (libc && strcmp(libc, "E?") == 0)
			continue;
		if (libc)
			assert_string_equal(mpt_errno_name(i), libc);
		else
			assert_null(mpt_errno_name(i));
	}
	assert_string_equal(mpt_errno_name(512), "ERESTARTSYS");
	assert_null(mpt_errno_name(4095));
	assert_null(mpt_errno_name(-1));
	assert_null(mpt_errno_name(INT_MIN));
	assert_null(mpt_errno_name(INT_MAX));
}

static void rows(void **state)
{
	int nr, i;

	(void)state;
	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		const struct mpt_syscall *sys = &mpt_syscalls[nr];

		assert_int_equal(mpt_syscall_find(sys->name, (unsigned)strlen(sys->name)), nr);
		for (i = 0; i < MPT_NARGS; i++) {
			const struct mpt_arg *arg = &sys->args[i];

			assert_true((i < sys->nargs) == (arg->name != NULL));
			if (arg->kind == MPT_ARG_MASK_PTR)
				assert_int_equal(sys->args[arg->len].kind, MPT_ARG_ULONG);
			if (arg->kind == MPT_ARG_FLAGS)
				assert_non_null(arg->flags);
		}
	}
	assert_int_equal(mpt_syscall_find("get_mempolic", 12), -1);
}

#ifdef __x86_64__
static void of_x86_64(void **state)
{
	const struct mpt_abi *abi = mpt_abi_of_machine("x86_64");
	static const size_t offsets[] = {
		offsetof(struct pt_regs, rdi), offsetof(struct pt_regs, rsi),
		offsetof(struct pt_regs, rdx), offsetof(struct pt_regs, r10),
		offsetof(struct pt_regs, r8),  offsetof(struct pt_regs, r9)
	};
	int i;

	(void)state;
	assert_non_null(abi);
	for (i = 0; i < MPT_NARGS; i++)
		assert_int_equal(abi->arg_off[i], offsets[i]);
	assert_int_equal(abi->nr_off, offsetof(struct pt_regs, orig_rax));
	assert_int_equal(mpt_syscalls[MPT_SYS_GET_MEMPOLICY].nr[MPT_NR_X86_64], SYS_get_mempolicy);
	assert_null(mpt_abi_of_machine("pdp11"));
}
#endif

/* A tree with one file, or without any. */
static int tree_with(const char *possible)
{
	static const char *const dirs[] = { "sys", "sys/devices", "sys/devices/system",
					    "sys/devices/system/node" };
	char dir[] = "/tmp/test_tables.XXXXXX", path[128];
	size_t i;
	FILE *f;

	assert_non_null(mkdtemp(dir));
	for (i = 0; possible && i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, dirs[i]);
		mkdir(path, 0755);
	}
	snprintf(path, sizeof(path), "%s/sys/devices/system/node/possible", dir);
	f = possible ? fopen(path, "w") : NULL;
	if (f) {
		fputs(possible, f);
		fclose(f);
	}
	return open(dir, O_RDONLY | O_DIRECTORY);
}

static void possible_nodes(void **state)
{
	static const struct {
		const char *text;
		int rc;
		unsigned possible;
	} trees[] = {
		{ "0\n", 0, 1 },
		{ "0-1\n", 0, 2 },
		{ "0-3,8\n", 0, 9 },
		{ "0-1023\n", 0, 1024 },
		{ "garbage\n", -EINVAL, 0 },
		{ NULL, -ENOSYS, 0 },
		{ "0-1024\n", -ERANGE, 0 },
	};
	struct mpt_caps caps;
	struct mpt_err err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(trees) / sizeof(trees[0]); i++) {
		int fd = tree_with(trees[i].text);

		assert_int_equal(mpt_caps_read(fd, "x86_64", &caps, &err), trees[i].rc);
		if (trees[i].rc == 0)
			assert_int_equal(caps.possible, trees[i].possible);
		close(fd);
	}
	assert_int_equal(mpt_caps_read(AT_FDCWD, "pdp11", &caps, &err), -ENOTSUP);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_of_numbers),
		cmocka_unit_test(errnos),
		cmocka_unit_test(rows),
#ifdef __x86_64__
		cmocka_unit_test(of_x86_64),
#endif
		cmocka_unit_test(possible_nodes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
