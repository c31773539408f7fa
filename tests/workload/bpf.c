/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bpf.c - whether this kernel has bpf(2).
 *
 * In: nothing. Out: the name of the error of a call with a command that there
 * is not: "ENOSYS" where the call itself is not there. It loads nothing.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"

int main(void)
{
	long ret = syscall(SYS_bpf, 0x7fffffff, NULL, 0);

	printf("bpf: %s\n", ret < 0 ? strerrorname_np(errno) : "0");
	return 0;
}
