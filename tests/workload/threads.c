/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * threads.c - many callers at once, who change their names.
 *
 * In: nothing, or --wait. Out: a line per call (report.h); those of one
 * thread id stand in order, those of different ones do not. Eight threads
 * name themselves, set a policy each and make calls; some fork, and of the
 * children one executes another program, one does so from a thread that is
 * not its first. Lines of two callers are never mixed: whoever writes holds
 * the lock, and a child writes while its parent holds it for it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "report.h"

enum { THREADS = 8, ROUNDS = 10, MASK_WORDS = 16, MAXNODE = MASK_WORDS * 64 };

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;
static pthread_barrier_t start;

struct caller {
	struct report report;
	uint64_t random;
	int mode;
	uint64_t mask[MASK_WORDS];
};

static const struct {
	int mode;
	unsigned long nodes;
} policies[THREADS] = {
	{ POLICY_DEFAULT, 0 },	      { POLICY_BIND, 1 << 0 },
	{ POLICY_BIND, 1 << 1 },      { POLICY_INTERLEAVE, 1 << 0 | 1 << 1 },
	{ POLICY_PREFERRED, 1 << 1 }, { POLICY_BIND | POLICY_STATIC_NODES, 1 << 0 | 1 << 1 },
	{ POLICY_LOCAL, 0 },	      { POLICY_INTERLEAVE | POLICY_RELATIVE_NODES, 1 << 1 },
};

static void make_one(struct caller *caller, unsigned flags, bool has_mask)
{
	struct gm_args args = {
		.mode = (unsigned long)(uintptr_t)&caller->mode,
		.maxnode = MAXNODE,
		.addr = flags & GET_ADDR ? (unsigned long)(uintptr_t)caller : 0,
		.flags = flags,
	};

	if (has_mask)
		args.nodemask = (unsigned long)(uintptr_t)caller->mask;
	fill_random(&caller->mode, sizeof(caller->mode), &caller->random);
	fill_random(caller->mask, sizeof(caller->mask), &caller->random);
	report_call(&caller->report, &args);
}

static void make_calls(struct caller *caller)
{
	static const unsigned flags[] = {
		0, GET_NODE, GET_ADDR, GET_NODE | GET_ADDR, GET_MEMS_ALLOWED, 1 << 4,
	};
	unsigned round, i;

	for (round = 0; round < ROUNDS; round++)
		for (i = 0; i < ARRAY_SIZE(flags); i++)
			make_one(caller, flags[i], round % 2 == 0);
}

static void caller_init(struct caller *caller, uint64_t seed)
{
	memset(caller, 0, sizeof(*caller));
	caller->random = seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	report_reserve(&caller->report, (size_t)3 * ROUNDS * 6);
}

static void __attribute__((noreturn)) become_another(void)
{
	static char name[] = "threads", again[] = "--again";
	char *const argv[] = { name, again, NULL };

	execv("/proc/self/exe", argv);
	die("/proc/self/exe");
}

/* A child may write when its parent says so, by a byte in a pipe. */
static void write_in_turn(struct report *report, int turn)
{
	char byte;

	if (read(turn, &byte, 1) != 1)
		die("turn");
	report_write(report);
}

struct fork_job {
	int turn;
};

static void child_plain(int turn)
{
	struct caller caller;

	caller_init(&caller, 101);
	make_calls(&caller);
	write_in_turn(&caller.report, turn);
}

static void child_exec(int turn)
{
	child_plain(turn);
	become_another();
}

static void *exec_from_thread(void *arg)
{
	const struct fork_job *job = arg;
	struct caller caller;

	prctl(PR_SET_NAME, "not the first");
	caller_init(&caller, 102);
	make_calls(&caller);
	write_in_turn(&caller.report, job->turn);
	become_another();
}

static void child_thread_exec(int turn)
{
	struct fork_job job = { .turn = turn };
	pthread_t thread;

	if (pthread_create(&thread, NULL, exec_from_thread, &job) != 0)
		die("pthread_create");
	for (;;)
		pause();
}

static void reap(pid_t pid)
{
	int status;

	if (waitpid(pid, &status, 0) != pid || status != 0)
		die("a child failed");
}

static void fork_and_wait(void (*run)(int turn))
{
	int turn[2];
	pid_t pid;

	if (pipe(turn) < 0)
		die("pipe");
	pid = fork();
	if (pid < 0)
		die("fork");
	if (pid == 0) {
		close(turn[1]);
		run(turn[0]);
		_exit(0);
	}
	pthread_mutex_lock(&output);
	if (write(turn[1], "", 1) != 1)
		die("turn");
	reap(pid);
	pthread_mutex_unlock(&output);
	close(turn[0]);
	close(turn[1]);
}

static void have_children(unsigned i)
{
	static void (*const jobs[THREADS])(int turn) = {
		[0] = child_plain,
		[2] = child_exec,
		[4] = child_thread_exec,
		[5] = child_plain,
	};

	if (jobs[i])
		fork_and_wait(jobs[i]);
}

static void *run_thread(void *arg)
{
	unsigned i = *(unsigned *)arg;
	struct caller caller;
	char name[16];

	snprintf(name, sizeof(name), "w%u", i);
	prctl(PR_SET_NAME, name);
	caller_init(&caller, i + 1);
	set_policy(policies[i].mode, policies[i].nodes);
	pthread_barrier_wait(&start);
	make_calls(&caller);
	have_children(i);
	snprintf(name, sizeof(name), "w%u, second", i);
	prctl(PR_SET_NAME, name);
	make_calls(&caller);
	pthread_mutex_lock(&output);
	report_write(&caller.report);
	pthread_mutex_unlock(&output);
	return NULL;
}

static void run_threads(void)
{
	unsigned numbers[THREADS], i;
	pthread_t threads[THREADS];

	pthread_barrier_init(&start, NULL, THREADS);
	for (i = 0; i < THREADS; i++) {
		numbers[i] = i;
		if (pthread_create(&threads[i], NULL, run_thread, &numbers[i]) != 0)
			die("pthread_create");
	}
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	struct caller caller;
	bool again = argc > 1 && strcmp(argv[1], "--again") == 0;

	if (argc > 1 && strcmp(argv[1], "--wait") == 0)
		wait_for_line();
	caller_init(&caller, 100);
	make_calls(&caller);
	report_write(&caller.report);
	if (!again)
		run_threads();
	return 0;
}
