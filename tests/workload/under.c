/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * under.c - starts a program under circumstances.
 *
 * In: WORD=VALUE..., then a command, in the order in which they are to be
 * brought about (uid= last, since it takes the right to the rest). Out: the
 * command, executed in this very process. It prints nothing, and what it was
 * not asked for it leaves as it was.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "report.h"

struct word {
	const char *name;
	int (*apply)(int value);
};

static int apply_uid(int id)
{
	gid_t group = (gid_t)id;

	if (setgroups(1, &group) < 0 || setresgid(group, group, group) < 0)
		return -1;
	return setresuid((uid_t)id, (uid_t)id, (uid_t)id);
}

static int apply_block(int sig)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, sig);
	return sigprocmask(SIG_BLOCK, &mask, NULL);
}

static int apply_ignore(int sig)
{
	return signal(sig, SIG_IGN) == SIG_ERR ? -1 : 0;
}

static int apply_default(int sig)
{
	return signal(sig, SIG_DFL) == SIG_ERR ? -1 : 0;
}

static int apply_close(int fd)
{
	return close(fd);
}

/* A descriptor that nobody knows of. */
static int apply_open(int fd)
{
	int null = open("/dev/null", O_RDWR);

	return null < 0 || dup2(null, fd) < 0 || (null != fd && close(null) < 0) ? -1 : 0;
}

static int apply_files(int n)
{
	struct rlimit limit = { (rlim_t)n, (rlim_t)n };

	return setrlimit(RLIMIT_NOFILE, &limit);
}

static int apply_core(int n)
{
	struct rlimit limit = { (rlim_t)n, (rlim_t)n };

	return setrlimit(RLIMIT_CORE, &limit);
}

static int apply_stack(int kilobytes)
{
	struct rlimit limit = { (rlim_t)kilobytes * 1024, (rlim_t)kilobytes * 1024 };

	return setrlimit(RLIMIT_STACK, &limit);
}

static int apply_umask(int mask)
{
	umask((mode_t)mask);
	return 0;
}

static int apply_policy(int mode)
{
	return set_policy(mode, 1) ? 0 : -1;
}

static int apply_nice(int nice)
{
	return setpriority(PRIO_PROCESS, 0, nice);
}

static int apply_batch(int priority)
{
	struct sched_param param = { .sched_priority = priority };

	return sched_setscheduler(0, SCHED_BATCH, &param);
}

static int apply_cpu(int cpu)
{
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	CPU_SET((unsigned)cpu, &cpus);
	return sched_setaffinity(0, sizeof(cpus), &cpus);
}

static int apply_oom(int adj)
{
	FILE *file = fopen("/proc/self/oom_score_adj", "we");

	return !file || fprintf(file, "%d", adj) < 0 || fclose(file) != 0 ? -1 : 0;
}

static int apply_nnp(int on)
{
	return prctl(PR_SET_NO_NEW_PRIVS, on, 0, 0, 0);
}

static int apply_drop(int cap)
{
	return prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
}

/* The system call of that number answers EPERM, as a container's filter has it. */
static int apply_deny(int nr)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = { ARRAY_SIZE(code), code };

	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0);
}

static int apply_slack(int ns)
{
	return prctl(PR_SET_TIMERSLACK, ns, 0, 0, 0);
}

static int apply_nonblock(int fd)
{
	return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
}

static const struct word words[] = {
	{ "uid", apply_uid },		{ "block", apply_block },   { "ignore", apply_ignore },
	{ "default", apply_default },	{ "close", apply_close },   { "open", apply_open },
	{ "files", apply_files },	{ "core", apply_core },	    { "stack", apply_stack },
	{ "umask", apply_umask },	{ "policy", apply_policy }, { "nice", apply_nice },
	{ "batch", apply_batch },	{ "cpu", apply_cpu },	    { "oom", apply_oom },
	{ "nnp", apply_nnp },		{ "drop", apply_drop },	    { "slack", apply_slack },
	{ "nonblock", apply_nonblock }, { "deny", apply_deny },
};

/* 0 or -1 from the word; 1 if @arg is none, and so the command. */
static int apply(const char *arg)
{
	const char *value = strchr(arg, '=');
	size_t i;

	for (i = 0; value && i < ARRAY_SIZE(words); i++)
		if (strlen(words[i].name) == (size_t)(value - arg) &&
		    strncmp(words[i].name, arg, (size_t)(value - arg)) == 0)
			return words[i].apply((int)strtol(value + 1, NULL, 0));
	return 1;
}

int main(int argc, char **argv)
{
	int i, rc;

	for (i = 1; i < argc; i++) {
		rc = apply(argv[i]);
		if (rc < 0)
			die(argv[i]);
		if (rc > 0)
			break;
	}
	if (i >= argc) {
		fputs("usage: under [WORD=VALUE]... COMMAND [ARG]...\n", stderr);
		return 2;
	}
	execvp(argv[i], argv + i);
	die(argv[i]);
}
