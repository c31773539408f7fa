/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu.c - what a command costs.
 *
 *     cpu COMMAND [ARG]...
 *
 * In: a command, whose output is thrown away. Out: one line, its CPU time
 * (user and system, with that of its children) in microseconds, its peak of
 * memory in KiB, its exit status.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static long long us(struct timeval t)
{
	return t.tv_sec * 1000000LL + t.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	pid = fork();
	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	if (pid < 0 || wait4(pid, &status, 0, &used) < 0) {
		perror(argv[1]);
		return 1;
	}
	printf("%lld %ld %d\n", us(used.ru_utime) + us(used.ru_stime), used.ru_maxrss, status);
	return 0;
}
