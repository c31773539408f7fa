/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * denied.c - calls that a seccomp filter answers, in all the ways it can.
 *
 * In: nothing; or "-x", by which it runs itself under a filter that it was
 * given; or "--wait", and a line before the first call under a filter; or "--few", to leave out
 * those that are many for the sake of it. Out: on standard output one line of JSON per call that
 * was made, as report.h has it; of denied ones each line is written before the call, since some do
 * not come back. Every process that may be killed is a child.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

/* What the tool shows of a call that was never made: what the registers held. */
struct row {
	const char *name;
	long nr;
	unsigned long args[6];
	const char *text; /* args, decoded and unread */
};

#define MASK	 0xdead1000ul
#define MASK_STR "0xdead1000"

static const struct row rows[] = {
	{ "set_mempolicy",
	  SYS_set_mempolicy,
	  { 0x8002, MASK, 65 },
	  "\"args\":{\"mode\":32770,\"nodemask\":\"" MASK_STR "\",\"maxnode\":65},"
	  "\"decoded\":{\"mode\":\"MPOL_BIND\",\"mode_flags\":[\"MPOL_F_STATIC_NODES\"]},"
	  "\"unread\":{\"nodes\":\"unsupported\"}" },
	{ "mbind",
	  SYS_mbind,
	  { 0x10000, 4096, 3, MASK, 33, 2 },
	  "\"args\":{\"addr\":\"0x10000\",\"len\":4096,\"mode\":3,\"nodemask\":\"" MASK_STR
	  "\",\"maxnode\":33,\"flags\":2},\"decoded\":{\"flags\":[\"MPOL_MF_MOVE\"],"
	  "\"mode\":\"MPOL_INTERLEAVE\",\"mode_flags\":[]},\"unread\":{\"nodes\":"
	  "\"unsupported\"}" },
	{ "migrate_pages",
	  SYS_migrate_pages,
	  { 0, 9, MASK, 0 },
	  "\"args\":{\"pid\":0,\"maxnode\":9,\"old_nodes\":\"" MASK_STR
	  "\",\"new_nodes\":\"0x0\"},\"decoded\":{},\"unread\":{\"old_nodes\":\"unsupported\"}" },
	{ "move_pages",
	  SYS_move_pages,
	  { 0, 3, MASK, MASK, MASK, 4 },
	  "\"args\":{\"pid\":0,\"count\":3,\"pages\":\"" MASK_STR "\",\"nodes\":\"" MASK_STR
	  "\",\"status\":\"" MASK_STR "\",\"flags\":4},\"decoded\":{\"flags\":"
	  "[\"MPOL_MF_MOVE_ALL\"]},\"unread\":{\"pages\":\"unsupported\"}" },
	{ "get_mempolicy",
	  SYS_get_mempolicy,
	  { MASK, MASK, 1025, 0, 4 },
	  "\"args\":{\"mode\":\"" MASK_STR "\",\"nodemask\":\"" MASK_STR
	  "\",\"maxnode\":1025,\"addr\":\"0x0\",\"flags\":4},\"decoded\":{\"flags\":"
	  "[\"MPOL_F_MEMS_ALLOWED\"]}" },
	/* the last, since older kernels do not have it */
	{ "set_mempolicy_home_node",
	  SYS_set_mempolicy_home_node,
	  { 0x20000, 8192, 1, 0 },
	  "\"args\":{\"start\":\"0x20000\",\"len\":8192,\"home_node\":1,\"flags\":0},"
	  "\"decoded\":{\"flags\":[]}" },
};

static size_t nrows = ARRAY_SIZE(rows);

static void write_all(const char *text)
{
	size_t len = strlen(text);

	if (write(STDOUT_FILENO, text, len) != (ssize_t)len)
		die("standard output");
}

static void tell(const struct row *row, const char *ret, bool denied)
{
	char line[1024], comm[16] = "";

	prctl(PR_GET_NAME, comm);
	snprintf(line, sizeof(line),
		 "{\"pid\":%d,\"tid\":%ld,\"comm\":\"%s\",\"abi\":\"" ABI
		 "\",\"syscall\":\"%s\",%s,%s,\"denied\":%s}\n",
		 (int)getpid(), syscall(SYS_gettid), comm, row->name, row->text, ret,
		 denied ? "true" : "false");
	write_all(line);
}

static long make(const struct row *row)
{
	const unsigned long *a = row->args;

	return syscall(row->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* @action: what a filter returns for each of the rows */
static void set_filter(uint32_t action)
{
	struct sock_filter code[2 + 2 * ARRAY_SIZE(rows)];
	struct sock_fprog prog = { .filter = code };
	size_t i;

	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							offsetof(struct seccomp_data, nr));
	for (i = 0; i < nrows; i++) {
		code[prog.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K,
								(uint32_t)rows[i].nr, 0, 1);
		code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, action);
	}
	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) < 0)
		die("seccomp");
}

static void make_all(const char *ret)
{
	size_t i;

	for (i = 0; i < nrows; i++) {
		tell(&rows[i], ret, true);
		make(&rows[i]);
	}
}

/* One that the filter does not know, before and after those that it does. */
static void make_allowed(void)
{
	static const struct row allowed = {
		"get_mempolicy",
		SYS_get_mempolicy,
		{ 0 },
		"\"args\":{\"mode\":\"0x0\",\"nodemask\":\"0x0\",\"maxnode\":0,\"addr\":\"0x0\","
		"\"flags\":0},\"decoded\":{\"flags\":[]}"
	};

	make(&allowed);
	tell(&allowed, "\"ret\":0,\"error\":null", false);
}

static void on_sigsys(int sig)
{
	(void)sig;
}

static const char eperm[] = "\"ret\":-1,\"error\":\"EPERM\"";
static const char enosys[] = "\"ret\":-1,\"error\":\"ENOSYS\"";
static const char nothing[] = "\"ret\":null,\"error\":null";

static void in_child(void (*fn)(void))
{
	pid_t child = fork();

	if (child == 0) {
		make_allowed();
		fn();
		_exit(0);
	}
	if (child < 0 || waitpid(child, NULL, 0) < 0)
		die("fork");
}

static void by_errno(void)
{
	set_filter(SECCOMP_RET_ERRNO | EPERM);
	make_all(eperm);
}

static void by_enosys(void)
{
	set_filter(SECCOMP_RET_ERRNO | ENOSYS);
	make_all(enosys);
}

/* Nobody traces it, which the kernel answers with ENOSYS. */
static void by_trace(void)
{
	set_filter(SECCOMP_RET_TRACE);
	make_all(enosys);
}

static void by_trap(void)
{
	signal(SIGSYS, on_sigsys);
	set_filter(SECCOMP_RET_TRAP);
	make_all(nothing);
}

static void by_kill(void)
{
	set_filter(SECCOMP_RET_KILL_PROCESS);
	make_all(nothing);
}

static void *run_thread(void *arg)
{
	(void)arg;
	make_all(nothing);
	return NULL;
}

/* One thread of several: on many kernels the function that asks never returns. */
static void by_kill_thread(void)
{
	pthread_t thread;

	set_filter(SECCOMP_RET_KILL_THREAD);
	if (pthread_create(&thread, NULL, run_thread, NULL) != 0)
		die("pthread_create");
	pthread_join(thread, NULL);
}

static void by_kill_of_a_threaded_process(void)
{
	pthread_t thread;

	set_filter(SECCOMP_RET_KILL_PROCESS);
	if (pthread_create(&thread, NULL, run_thread, NULL) != 0)
		die("pthread_create");
	pthread_join(thread, NULL);
}

/* Many, fast, in several threads. */
static void *run_many(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < 50; i++)
		make_all(eperm);
	return NULL;
}

static void many(void)
{
	pthread_t threads[4];
	size_t i;

	set_filter(SECCOMP_RET_ERRNO | EPERM);
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		if (pthread_create(&threads[i], NULL, run_many, NULL) != 0)
			die("pthread_create");
	for (i = 0; i < ARRAY_SIZE(threads); i++)
		pthread_join(threads[i], NULL);
}

/* A container's runtime: the filter is there before the program is. */
static void inherited(void)
{
	set_filter(SECCOMP_RET_ERRNO | EPERM);
	execl("/proc/self/exe", program_invocation_short_name, "-x", NULL);
	die("exec");
}

/* Older kernels do not have the last of the rows: whether this one does is a call, too. */
static void ask_home_node(bool denied)
{
	static const struct row try = {
		"set_mempolicy_home_node",
		SYS_set_mempolicy_home_node,
		{ 0, 0, 0, 1 },
		"\"args\":{\"start\":\"0x0\",\"len\":0,\"home_node\":0,\"flags\":1},"
		"\"decoded\":{\"flags\":[\"0x1\"]}"
	};

	if (make(&try) < 0 && errno == ENOSYS)
		nrows--;
	else
		tell(&try, denied ? eperm : "\"ret\":-1,\"error\":\"EINVAL\"", denied);
}

int main(int argc, char **argv)
{
	static void (*const ways[])(
		void) = { by_errno, by_enosys,	    by_trace, by_trap,
			  by_kill,  by_kill_thread, many,     by_kill_of_a_threaded_process,
			  inherited };
	bool few = argc > 1 && strcmp(argv[1], "--few") == 0, under = argc > 1 && !few;
	size_t i;

	if (under && strcmp(argv[1], "--wait") == 0) {
		set_filter(SECCOMP_RET_ERRNO | EPERM);
		wait_for_line();
	}
	ask_home_node(under);
	if (under) {
		make_all(eperm);
		return 0;
	}
	for (i = 0; i < ARRAY_SIZE(ways); i++)
		if (!few || ways[i] != many)
			in_child(ways[i]);
	return 0;
}
