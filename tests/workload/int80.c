/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * int80.c - calls by int 0x80, from 64-bit code and from 32-bit code.
 *
 * In: nothing. Out: on standard output one line of JSON per call, as report.h
 * has it; exit status 1 where there is no such way in. 64-bit code leaves
 * something in the upper halves of the registers in every other call: the
 * kernel takes the lower halves, and what a tool reads by the whole register
 * is not what the kernel read.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#if defined __x86_64__ || defined __i386__

/* arch/x86/entry/syscalls/syscall_32.tbl */
enum { NR_GETPID = 20, NR_GET = 275, NR_SET = 276 };
enum { ROUNDS = 40 };

static long int_80(long nr, unsigned long a, unsigned long b, unsigned long c, unsigned long d,
		   unsigned long e)
{
	long ret;

	__asm__ volatile("int $0x80"
			 : "=a"(ret)
			 : "0"(nr), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "cc"
#ifdef __x86_64__
			   ,
			   "r8", "r9", "r10", "r11"
#endif
	);
	return (int)ret;
}

static void on_signal(int sig)
{
	(void)sig;
	_exit(1);
}

/* What stands in the upper halves in round @i. */
static unsigned long upper(int i)
{
#ifdef __x86_64__
	return i % 2 ? 0xdead000000000000ul : 0;
#else
	(void)i;
	return 0;
#endif
}

static void tell(const char *name, const char *args, const char *decoded, const char *unread,
		 bool fault)
{
	printf("{\"pid\":%d,\"tid\":%d,\"comm\":\"%s\",\"abi\":\"i386\",\"syscall\":\"%s\","
	       "\"args\":{%s},\"decoded\":{%s}%s,\"ret\":%d,\"error\":%s,\"denied\":false}\n",
	       (int)getpid(), (int)getpid(), program_invocation_short_name, name, args, decoded,
	       unread, fault ? -1 : 0, fault ? "\"EFAULT\"" : "null");
}

static void set(uint32_t *mask, int i)
{
	unsigned long up = upper(i), low = (unsigned long)mask;
	unsigned node = (unsigned)i / 2 % 2;
	char args[128], decoded[128];

	mask[0] = 1u << node;
	if (int_80(NR_SET, POLICY_BIND | up, low | up, 33 | up, 0, 0) != 0)
		die("set_mempolicy");
	snprintf(args, sizeof(args), "\"mode\":2,\"nodemask\":\"0x%lx\",\"maxnode\":33", low);
	snprintf(decoded, sizeof(decoded),
		 "\"mode\":\"MPOL_BIND\",\"mode_flags\":[],\"nodes\":[%u]", node);
	tell("set_mempolicy", args, up ? "\"mode\":\"MPOL_BIND\",\"mode_flags\":[]" : decoded,
	     up ? ",\"unread\":{\"nodes\":\"unsupported\"}" : "", false);
}

/* To 64-bit code 5.10 answers EFAULT, where later kernels write the mask. */
static void get(uint32_t *mask, int *mode, int i)
{
	unsigned long up = upper(i), low = (unsigned long)mask, at = (unsigned long)mode;
	unsigned node = (unsigned)i / 2 % 2;
	char args[160], decoded[160];
	long ret;

	mask[0] = 0;
	ret = int_80(NR_GET, at | up, low | up, 1025 | up, 0, 0);
	if (ret != -EFAULT && (ret != 0 || mask[0] != 1u << node))
		die("get_mempolicy");
	snprintf(args, sizeof(args),
		 "\"mode\":\"0x%lx\",\"nodemask\":\"0x%lx\",\"maxnode\":1025,\"addr\":\"0x0\","
		 "\"flags\":0",
		 at, low);
	snprintf(decoded, sizeof(decoded),
		 "\"flags\":[],\"mode\":\"MPOL_BIND\",\"mode_flags\":[],\"nodes\":[%u]", node);
	if (ret)
		up = 0;
	tell("get_mempolicy", args, up || ret ? "\"flags\":[]" : decoded,
	     up ? ",\"unread\":{\"mode\":\"unsupported\",\"nodes\":\"unsupported\"}" : "",
	     ret != 0);
}

int main(void)
{
	int flags = MAP_PRIVATE | MAP_ANONYMOUS, i;
	uint32_t *low;

#ifdef MAP_32BIT
	flags |= MAP_32BIT;
#endif
	low = mmap(NULL, page_size(), PROT_READ | PROT_WRITE, flags, -1, 0);
	if (low == MAP_FAILED)
		die("mmap");
	signal(SIGSEGV, on_signal);
	if (int_80(NR_GETPID, 0, 0, 0, 0, 0) != getpid())
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		set(low, i);
		get(low + 16, (int *)(low + 512), i);
	}
	return 0;
}

#else

int main(void)
{
	return 1;
}

#endif
