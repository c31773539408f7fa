/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * status.c - what a program was started with.
 *
 * In: names of parts (none: all). Out: text in a fixed order, without what is
 * another at each start (pids, addresses, times), so that two outputs can be
 * compared: what differs, the starter changed. It never changes anything
 * before it has printed it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include "errname.h"
#include "report.h"

struct part {
	const char *name;
	void (*print)(void);
};

static void print_signals(void)
{
	struct sigaction action;
	sigset_t mask;
	int sig;

	if (sigprocmask(SIG_BLOCK, NULL, &mask) < 0)
		die("sigprocmask");
	for (sig = 1; sig < NSIG; sig++) {
		if (sigismember(&mask, sig) == 1)
			printf("signal %d blocked\n", sig);
		/* two in the middle are libc's own, which it does not tell of */
		if (sigaction(sig, NULL, &action) == 0 && action.sa_handler != SIG_DFL)
			printf("signal %d %s\n", sig,
			       action.sa_handler == SIG_IGN ? "ignored" : "caught");
	}
}

static void print_limits(void)
{
	struct rlimit limit;
	int i;

	for (i = 0; i < RLIM_NLIMITS; i++)
		if (getrlimit((__rlimit_resource_t)i, &limit) == 0)
			printf("limit %d %llx %llx\n", i, (unsigned long long)limit.rlim_cur,
			       (unsigned long long)limit.rlim_max);
}

static void print_umask(void)
{
	mode_t old = umask(0);

	umask(old);
	printf("umask %03o\n", (unsigned)old);
}

static void print_ids(void)
{
	gid_t groups[1024];
	uid_t r, e, s;
	int n, i;

	getresuid(&r, &e, &s);
	printf("uid %u %u %u\n", r, e, s);
	getresgid(&r, &e, &s);
	printf("gid %u %u %u\n", r, e, s);
	n = getgroups(ARRAY_SIZE(groups), groups);
	for (i = 0; i < n; i++)
		printf("group %u\n", groups[i]);
	printf("pgrp %ld\nsession %ld\n", (long)getpgrp(), (long)getsid(0));
}

static void print_policy(void)
{
	unsigned long mask[128] = { 0 };
	unsigned i;
	int mode = 0;

	if (syscall(SYS_get_mempolicy, &mode, mask, 8 * sizeof(mask), 0UL, 0UL) < 0) {
		printf("policy %s\n", strerrorname_np(errno));
		return;
	}
	printf("policy %#x", (unsigned)mode);
	for (i = 0; i < ARRAY_SIZE(mask); i++)
		if (mask[i])
			printf(" %u:%#lx", i, mask[i]);
	putchar('\n');
}

/* The flags of a file are shared with whoever else has it open, so O_NONBLOCK would leak both ways.
 */
static void print_fd(const char *name)
{
	char path[64], target[4096];
	int fd = atoi(name);
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return;
	target[n] = '\0';
	printf("fd %d %s flags %#x fdflags %#x\n", fd, target, (unsigned)fcntl(fd, F_GETFL),
	       (unsigned)fcntl(fd, F_GETFD));
}

static void print_fds(void)
{
	struct dirent **names;
	int n = scandir("/proc/self/fd", &names, NULL, versionsort), i;

	if (n < 0)
		die("/proc/self/fd");
	for (i = 0; i < n; i++)
		if (names[i]->d_name[0] != '.') /* scandir's own is closed by now */
			print_fd(names[i]->d_name);
}

static void print_link(const char *path)
{
	char target[4096];
	ssize_t n = readlink(path, target, sizeof(target) - 1);

	printf("%s %.*s\n", path, n > 0 ? (int)n : 0, target);
}

static void print_places(void)
{
	static const char *const names[] = {
		"cwd",	  "root",   "ns/mnt", "ns/pid",	   "ns/pid_for_children",
		"ns/net", "ns/uts", "ns/ipc", "ns/cgroup", "ns/user",
	};
	char path[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		snprintf(path, sizeof(path), "/proc/self/%s", names[i]);
		print_link(path);
	}
}

/* The lines of a file that begin with one of the words; all, where there are no words. */
static void print_lines(const char *path, const char *const *words)
{
	FILE *file = fopen(path, "re");
	const char *const *word;
	char *line = NULL;
	size_t size = 0;

	while (file && getline(&line, &size, file) > 0) {
		for (word = words; word && *word; word++)
			if (strncmp(line, *word, strlen(*word)) == 0)
				break;
		if (!word || *word)
			printf("%s %s", path, line);
	}
	free(line);
	if (file)
		fclose(file);
}

static void print_proc(void)
{
	static const char *const words[] = {
		"Umask:",
		"TracerPid:",
		"Uid:",
		"Gid:",
		"Groups:",
		"SigPnd:",
		"ShdPnd:",
		"SigBlk:",
		"SigIgn:",
		"SigCgt:",
		"Cap",
		"NoNewPrivs:",
		"Seccomp",
		"Cpus_allowed_list:",
		"Mems_allowed_list:",
		"Threads:",
		"CoreDumping:",
		NULL,
	};

	print_lines("/proc/self/status", words);
	print_lines("/proc/self/oom_score_adj", NULL);
	print_lines("/proc/self/timerslack_ns", NULL);
	print_lines("/proc/self/coredump_filter", NULL);
	print_lines("/proc/self/personality", NULL);
	print_lines("/proc/self/cgroup", NULL);
}

static void print_mounts(void)
{
	print_lines("/proc/self/mountinfo", NULL);
}

static void print_sched(void)
{
	struct sched_param param = { 0 };
	cpu_set_t cpus;
	int policy = sched_getscheduler(0), i;

	sched_getparam(0, &param);
	printf("sched %d %d nice %d\n", policy, param.sched_priority, getpriority(PRIO_PROCESS, 0));
	printf("ioprio %ld\n", syscall(SYS_ioprio_get, 1, 0));
	if (sched_getaffinity(0, sizeof(cpus), &cpus) < 0)
		die("sched_getaffinity");
	for (i = 0; i < CPU_SETSIZE; i++)
		if (CPU_ISSET(i, &cpus))
			printf("cpu %d\n", i);
}

static void print_process(void)
{
	struct itimerval timer;
	int value, i;

	if (prctl(PR_GET_PDEATHSIG, &value) == 0)
		printf("parent death signal %d\n", value);
	printf("dumpable %d\n", prctl(PR_GET_DUMPABLE));
	printf("keep capabilities %d\n", prctl(PR_GET_KEEPCAPS));
	printf("secure bits %#x\n", (unsigned)prctl(PR_GET_SECUREBITS));
	printf("no huge pages %d\n", prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	for (i = 0; i < 3; i++)
		if (getitimer((__itimer_which_t)i, &timer) == 0)
			printf("timer %d %s\n", i, timer.it_value.tv_sec ? "runs" : "stands");
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_environment(void)
{
	size_t n = 0, i;

	while (environ[n])
		n++;
	qsort(environ, n, sizeof(*environ), compare);
	for (i = 0; i < n; i++)
		if (strncmp(environ[i], "_=", 2) != 0) /* the shell's: what it started */
			printf("environ %s\n", environ[i]);
}

static const struct part parts[] = {
	{ "fds", print_fds }, /* first: before anything else opens one */
	{ "signals", print_signals }, { "limits", print_limits },	{ "umask", print_umask },
	{ "ids", print_ids },	      { "policy", print_policy },	{ "places", print_places },
	{ "proc", print_proc },	      { "mounts", print_mounts },	{ "sched", print_sched },
	{ "process", print_process }, { "environ", print_environment },
};

static bool print_part(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(parts); i++) {
		if (strcmp(parts[i].name, name) == 0) {
			parts[i].print();
			return true;
		}
	}
	fprintf(stderr, "status: there is no part '%s'\n", name);
	return false;
}

int main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc < 2 && i < ARRAY_SIZE(parts); i++)
		parts[i].print();
	while (*++argv)
		if (!print_part(*argv))
			return 2;
	return 0;
}
