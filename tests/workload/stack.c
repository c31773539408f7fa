/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack.c - calls from functions that know who called them.
 *
 * In: what to do. Out: for each call one line of JSON, the name of the case
 * and the addresses that a tracer may show: that after the system call
 * instruction, and the return addresses of the functions inside of which it
 * is. It stays for a while, so that a tracer can look at it, but not with a
 * second argument "x"; with "waits" it begins at SIGUSR1.
 *
 *   nested   a call by three functions, the innermost of which makes it itself
 *   libc     the same by the C library's syscall()
 *   hostile  calls with registers that lead nowhere, each after a good one
 *   numa     a policy by libnuma, loaded just before; the truth is strace's
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "report.h"

/* A function by its name, which gcc would otherwise change with its arguments. */
#if defined __has_attribute
#if __has_attribute(noipa)
#define KEEP __attribute__((noipa))
#endif
#endif
#ifndef KEEP
#define KEEP __attribute__((noinline))
#endif

static const char *what = "nested";
static unsigned long truth[8];
static unsigned depth;
static long result;

/* The call is get_mempolicy(NULL, NULL, 0, NULL, 0), which does nothing and succeeds. */
#if defined __x86_64__
/* What of its registers a call goes wrong with; 0: nothing. */
static unsigned long bad_sp, bad_bp;

static inline __attribute__((always_inline)) long call_here(unsigned long *ip)
{
	register unsigned long sp __asm__("r12") = bad_sp, bp __asm__("r13") = bad_bp;
	register unsigned long r10 __asm__("r10") = 0, r8 __asm__("r8") = 0;
	unsigned long after;
	long ret;

	__asm__ volatile("mov %%rsp, %%r14; mov %%rbp, %%r15\n\t"
			 "test %[sp], %[sp]; cmovnz %[sp], %%rsp\n\t"
			 "test %[bp], %[bp]; cmovnz %[bp], %%rbp\n\t"
			 "syscall\n"
			 "1:\tmov %%r14, %%rsp; mov %%r15, %%rbp\n\t"
			 "lea 1b(%%rip), %[after]"
			 : "=a"(ret), [after] "=&d"(after)
			 : "0"((long)SYS_get_mempolicy), "D"(0), "S"(0), "1"(0), "r"(r10),
			   "r"(r8), [sp] "r"(sp), [bp] "r"(bp)
			 : "rcx", "r11", "r14", "r15", "memory", "cc");
	*ip = after;
	return ret;
}
#elif defined __i386__
static inline __attribute__((always_inline)) long call_here(unsigned long *ip)
{
	unsigned long after;
	long ret;

	__asm__ volatile("int $0x80\n1:\tmov $1b, %%edx"
			 : "=a"(ret), "=d"(after)
			 : "0"((long)SYS_get_mempolicy), "b"(0), "c"(0), "1"(0), "S"(0), "D"(0)
			 : "memory", "cc");
	*ip = after;
	return ret;
}
#else
static long call_here(unsigned long *ip)
{
	*ip = 0;
	return syscall(SYS_get_mempolicy, 0, 0, 0, 0, 0);
}
#endif

static void add(const void *address)
{
	truth[depth++] = (unsigned long)(uintptr_t)address;
}

static KEEP int innermost(void)
{
	unsigned long ip = 0;
	const int local[4] = { 1, 2, 3, 4 };

	__asm__ volatile("" : : "r"(local) : "memory");
	depth = 1;
	add(__builtin_return_address(0));
	if (strcmp(what, "libc") == 0)
		result = syscall(SYS_get_mempolicy, 0, 0, 0, 0, 0);
	else
		result = call_here(&ip);
	truth[0] = ip;
	return local[0];
}

/* Each notes its own after the call, so that they are in the order of callers. */
static KEEP int middle(int n)
{
	int sum = innermost() + n;

	add(__builtin_return_address(0));
	return sum;
}

static KEEP int outermost(int n)
{
	int sum = middle(n) + 1;

	add(__builtin_return_address(0));
	return sum;
}

static void tell(const char *name)
{
	unsigned i;

	printf("{\"case\":\"%s\",\"ret\":%ld,\"truth\":[", name, result);
	for (i = 0; i < depth; i++)
		printf("%s\"0x%lx\"", i ? "," : "", truth[i]);
	puts("]}");
}

static KEEP void nested(const char *name)
{
	int sum = outermost(1);

	__asm__ volatile("" : : "r"(sum));
	tell(name);
}

#ifdef __x86_64__
static KEEP void hostile(void)
{
	char *pages = map_pages(3, PROT_READ | PROT_WRITE);
	unsigned long bad[8], page = page_size();
	unsigned i;

	memset(pages, 0x5a, 3 * page);
	mprotect(pages + page, page, PROT_NONE);
	bad[0] = (unsigned long)(pages + page);	    /* may not be read */
	bad[1] = (unsigned long)(pages + page - 4); /* begins where it may */
	bad[2] = (unsigned long)(pages + page - 8);
	bad[3] = 8;
	bad[4] = 0xffff888000000000;			/* the kernel's */
	bad[5] = 0x00dead0000000000;			/* nobody's */
	bad[6] = UINT64_MAX - 3;			/* wraps */
	bad[7] = (unsigned long)(pages + 2 * page) + 4; /* odd */
	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		bad_sp = bad_bp = 0;
		nested("good");
		bad_sp = bad[i];
		nested("sp");
		bad_sp = 0;
		bad_bp = bad[i];
		nested("bp");
		bad_sp = bad[i];
		nested("both");
	}
}
#else
static void hostile(void)
{
	die("hostile: not written for this ABI");
}
#endif

#ifndef __i386__ /* whose program is static */
static KEEP void by_numa(void)
{
	void *lib = dlopen("libnuma.so.1", RTLD_NOW);
	void (*set_localalloc)(void);
	void (*set_interleave)(void *mask);
	void **all;

	if (!lib)
		die("libnuma.so.1");
	*(void **)&set_localalloc = dlsym(lib, "numa_set_localalloc");
	*(void **)&set_interleave = dlsym(lib, "numa_set_interleave_mask");
	all = dlsym(lib, "numa_all_nodes_ptr");
	if (!set_localalloc || !set_interleave || !all)
		die("libnuma's functions");
	set_interleave(*all);
	set_localalloc();
}
#else
static void by_numa(void)
{
	die("numa: not for a static program");
}
#endif

/* Until SIGUSR1, which a shell can send. */
static void wait_for_signal(void)
{
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigwait(&set, &sig);
}

int main(int argc, char **argv)
{
	what = argc > 1 ? argv[1] : what;
	if (argc > 2 && strcmp(argv[2], "waits") == 0)
		wait_for_signal();
	if (strcmp(what, "numa") == 0) {
		by_numa();
	} else if (strcmp(what, "hostile") == 0) {
		hostile();
	} else {
		nested(what);
	}
	fflush(stdout);
	if (argc < 3 || argv[2][0] != 'x')
		nanosleep(&(struct timespec){ .tv_nsec = 600000000 }, NULL);
	return 0;
}
