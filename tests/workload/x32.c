/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * x32.c - calls by the x32 ABI and by the 64-bit one, in turn.
 *
 * In: nothing. Out: on standard output one line of JSON per call, as report.h
 * has it; exit status 1 where the kernel serves no x32. A 64-bit program can
 * make them: it is the number that makes a call one of x32, and the kernel
 * then takes words of 32 bits. Nothing else of x32 is needed.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

#ifdef __x86_64__

enum { X32 = 0x40000000, X32_MOVE_PAGES = X32 | 533 };
enum { ROUNDS = 16, ITEMS = 5 };

static void tell(const char *abi, const char *name, const char *args, const char *decoded, long ret)
{
	printf("{\"pid\":%d,\"tid\":%d,\"comm\":\"x32\",\"abi\":\"%s\",\"syscall\":\"%s\","
	       "\"args\":{%s},\"decoded\":{%s},\"ret\":%ld,\"error\":null,\"denied\":false}\n",
	       (int)getpid(), (int)getpid(), abi, name, args, decoded, ret);
	if (ret < 0)
		die(name);
}

static void set(const char *abi, long bit, unsigned long node)
{
	uint32_t mask[4] = { 1u << node };
	char args[128], decoded[128];
	long ret = syscall(SYS_set_mempolicy | bit, POLICY_BIND, mask, 65);

	snprintf(args, sizeof(args), "\"mode\":2,\"nodemask\":\"%p\",\"maxnode\":65", (void *)mask);
	snprintf(decoded, sizeof(decoded),
		 "\"mode\":\"MPOL_BIND\",\"mode_flags\":[],\"nodes\":[%lu]", node);
	tell(abi, "set_mempolicy", args, decoded, ret);
}

static void get(const char *abi, long bit, unsigned long node)
{
	uint32_t mask[40] = { 0 };
	char args[160], decoded[128];
	int mode = -1;
	long ret = syscall(SYS_get_mempolicy | bit, &mode, mask, 1024, 0UL, 0UL);

	if (mode != POLICY_BIND || mask[0] != 1u << node)
		die("the policy");
	snprintf(
		args, sizeof(args),
		"\"mode\":\"%p\",\"nodemask\":\"%p\",\"maxnode\":1024,\"addr\":\"0x0\",\"flags\":0",
		(void *)&mode, (void *)mask);
	snprintf(decoded, sizeof(decoded),
		 "\"flags\":[],\"mode\":\"MPOL_BIND\",\"mode_flags\":[],\"nodes\":[%lu]", node);
	tell(abi, "get_mempolicy", args, decoded, ret);
}

/* Of x32 the array has addresses of 32 bits, which are nobody's here. */
static void move(uint32_t first)
{
	uint32_t pages[ITEMS + 1];
	int status[ITEMS] = { 0 }, i;
	char args[200], decoded[512];
	size_t len;
	long ret;

	for (i = 0; i < ITEMS; i++)
		pages[i] = first + 0x1000u * (uint32_t)i;
	ret = syscall(X32_MOVE_PAGES, 0, (unsigned long)ITEMS, pages, NULL, status, 0);
	snprintf(args, sizeof(args),
		 "\"pid\":0,\"count\":%d,\"pages\":\"%p\",\"nodes\":\"0x0\",\"status\":\"%p\","
		 "\"flags\":0",
		 ITEMS, (void *)pages, (void *)status);
	len = (size_t)snprintf(decoded, sizeof(decoded), "\"flags\":[],\"pages\":[");
	for (i = 0; i < ITEMS; i++)
		len += (size_t)snprintf(decoded + len, sizeof(decoded) - len,
					"%s{\"addr\":\"0x%x\",\"status\":%d}", i ? "," : "",
					pages[i], status[i]);
	snprintf(decoded + len, sizeof(decoded) - len, "]");
	tell("x32", "move_pages", args, decoded, ret);
}

int main(void)
{
	int i;

	if (syscall(X32 | SYS_getpid) != getpid())
		return 1;
	for (i = 0; i < ROUNDS; i++) {
		set(i % 2 ? "x86_64" : "x32", i % 2 ? 0 : X32, i / 2 % 2);
		get("x32", X32, i / 2 % 2);
		get("x86_64", 0, i / 2 % 2);
		move(0x10000u * (uint32_t)(i + 1));
	}
	return 0;
}

#else

int main(void)
{
	return 1;
}

#endif
