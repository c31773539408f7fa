/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * call.c - system calls of our own, by any ABI that this process can use.
 *
 * In: an ABI, a number, the registers. Out: the kernel's answer. The one file
 * that has code for a machine; it knows nothing of what the calls mean.
 */
#include "call.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* A call that has no arguments, changes nothing, and is never refused. */
static int getpid_of(const struct mpt_abi *abi)
{
	static const int nr[MPT_NR_TABLES] = {
		[MPT_NR_X86_64] = 39, [MPT_NR_X32] = 0x40000000 | 39,
		[MPT_NR_I386] = 20,   [MPT_NR_GENERIC] = 172,
		[MPT_NR_ARM] = 20,    [MPT_NR_POWERPC] = 20,
	};

	return nr[abi->nr_table];
}

#ifdef __x86_64__
/* The sixth argument is in ebp, which the compiler may be using. */
static long int_0x80(int nr, const uint64_t *a)
{
	register uint64_t sixth __asm__("r12") = (uint32_t)a[5];
	long ret;

	__asm__ volatile("xchgq %%r12, %%rbp; int $0x80; xchgq %%r12, %%rbp"
			 : "=a"(ret), "+r"(sixth)
			 : "0"((long)nr), "b"((uint64_t)(uint32_t)a[0]),
			   "c"((uint64_t)(uint32_t)a[1]), "d"((uint64_t)(uint32_t)a[2]),
			   "S"((uint64_t)(uint32_t)a[3]), "D"((uint64_t)(uint32_t)a[4])
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	return (int)ret;
}
#else
static long int_0x80(int nr, const uint64_t *a)
{
	(void)nr, (void)a;
	return -ENOSYS;
}
#endif

static long by_libc(int nr, const uint64_t *a)
{
	long ret = syscall(nr, a[0], a[1], a[2], a[3], a[4], a[5]);

	return ret == -1 ? -errno : ret;
}

long mpt_call_make(const struct mpt_abi *abi, int nr, const uint64_t args[MPT_NARGS])
{
	/* 64-bit code has no way to make one of these */
	if (abi->nr_table == MPT_NR_ARM)
		return -ENOSYS;
	return abi->nr_table == MPT_NR_I386 ? int_0x80(nr, args) : by_libc(nr, args);
}

/* In a child. arm64 refuses this personality where the processor has no 32-bit code. */
static bool can_be_made(const struct mpt_abi *abi)
{
	static const uint64_t none[MPT_NARGS];

	if (abi->nr_table == MPT_NR_ARM)
		return personality(PER_LINUX32) != -1;
	return mpt_call_make(abi, getpid_of(abi), none) == getpid();
}

bool mpt_call_can(const struct mpt_abi *abi)
{
	static const struct rlimit no_core;
	pid_t child = fork();
	int status;

	if (child == 0 && setrlimit(RLIMIT_CORE, &no_core) == 0)
		_exit(can_be_made(abi) ? 0 : 1);
	if (child == 0)
		_exit(1);
	if (child < 0)
		return false;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

void *mpt_call_memory(size_t len)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	void *at;

#ifdef MAP_32BIT
	flags |= MAP_32BIT;
#endif
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, flags, -1, 0);
	return at == MAP_FAILED ? NULL : at;
}
