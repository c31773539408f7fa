/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_target.c - COMMAND, held and released.
 *
 * Real children of this process; the truth is what waitpid(2) and /proc say
 * of them.
 */
#include "unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
#include "fixture.h"
#include "target.h"

static struct mpt_err err;

static char **argv_of(const char *a, const char *b, const char *c)
{
	static char *argv[4];

	argv[0] = (char *)(uintptr_t)a;
	argv[1] = (char *)(uintptr_t)b;
	argv[2] = (char *)(uintptr_t)c;
	return argv;
}

static void held_until_released(void **state)
{
	struct mpt_command cmd;
	int wstatus;

	(void)state;
	assert_int_equal(mpt_command_start(&cmd, argv_of("sh", "-c", "exit 7"), NULL, &err), 0);
	nanosleep(&(struct timespec){ .tv_nsec = 100000000 }, NULL);
	assert_int_equal(waitpid(cmd.pid, &wstatus, WNOHANG), 0);
	assert_int_equal(mpt_command_release(&cmd, &err), 0);
	assert_int_equal(waitpid(cmd.pid, &wstatus, 0), cmd.pid);
	assert_int_equal(mpt_command_status(wstatus), 7);
	mpt_command_drop(&cmd); /* harmless now */
}

static void killed(void **state)
{
	struct mpt_command cmd;
	int wstatus;

	(void)state;
	assert_int_equal(mpt_command_start(&cmd, argv_of("sh", "-c", "kill -9 $$"), NULL, &err), 0);
	assert_int_equal(mpt_command_release(&cmd, &err), 0);
	waitpid(cmd.pid, &wstatus, 0);
	assert_int_equal(mpt_command_status(wstatus), 128 + SIGKILL);
}

/* What was never released never ran. */
static void dropped(void **state)
{
	char path[] = "/tmp/test_target.XXXXXX";
	struct mpt_command cmd;
	pid_t pid;

	(void)state;
	close(mkstemp(path));
	assert_int_equal(mpt_command_start(&cmd, argv_of("rm", path, NULL), NULL, &err), 0);
	pid = cmd.pid;
	mpt_command_drop(&cmd);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(errno, ESRCH);
	assert_int_equal(unlink(path), 0);
}

static void what_cannot_run(void **state)
{
	struct mpt_command cmd;

	(void)state;
	assert_int_equal(mpt_command_start(&cmd, argv_of("/nowhere/x", NULL, NULL), NULL, &err), 0);
	assert_int_equal(mpt_command_release(&cmd, &err), -ENOENT);
	assert_int_equal(err.status, MPT_EXIT_NOT_FOUND);
	assert_int_equal(mpt_command_start(&cmd, argv_of("/", NULL, NULL), NULL, &err), 0);
	assert_int_equal(mpt_command_release(&cmd, &err), -EACCES);
	assert_int_equal(err.status, MPT_EXIT_CANNOT_RUN);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nothing left to reap */
}

static void threads(void **state)
{
	int root = open("/", O_RDONLY | O_DIRECTORY);
	pid_t *tids = NULL;
	size_t n = 0;

	(void)state;
	assert_int_equal(mpt_target_threads(root, getpid(), &tids, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(tids[0], getpid());
	free(tids);
	tids = NULL;
	assert_int_equal(mpt_target_threads(root, 0x3fffffff, &tids, &n), -ESRCH);
	close(root);
}

static int by_number(const void *a, const void *b)
{
	return *(const pid_t *)a - *(const pid_t *)b;
}

/* @expected: the numbers in their order; 0 ends them */
static void assert_cgroup(const char *path, int rc, const pid_t *expected)
{
	pid_t *pids = NULL;
	size_t n = 0, i;

	assert_int_equal(mpt_target_cgroup(path, &pids, &n), rc);
	if (n)
		qsort(pids, n, sizeof(*pids), by_number);
	for (i = 0; i < n; i++)
		assert_int_equal(pids[i], expected[i]);
	assert_int_equal(expected[n], 0);
	free(pids);
}

/* Those of a cgroup and of all below it; of others none. */
static void cgroups(void **state)
{
	struct fx_tree tree;
	char path[256];

	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "a/cgroup.procs", "12\n3\n0\n");
	fx_tree_write(&tree, "a/memory.max", "max\n");
	fx_tree_write(&tree, "a/b/cgroup.procs", "4\n");
	fx_tree_write(&tree, "a/b/c/cgroup.procs", "");
	fx_tree_write(&tree, "a/b/c/d/cgroup.procs", "5\n");
	fx_tree_write(&tree, "e/cgroup.procs", "99\n");
	snprintf(path, sizeof(path), "%s/a", tree.path);
	assert_cgroup(path, 0, (pid_t[]){ 3, 4, 5, 12, 0 });
	snprintf(path, sizeof(path), "%s/a/b/c", tree.path);
	assert_cgroup(path, 0, (pid_t[]){ 5, 0 });
	snprintf(path, sizeof(path), "%s/none", tree.path);
	assert_cgroup(path, -ENOENT, (pid_t[]){ 0 });
	/* a directory, but no cgroup */
	assert_cgroup(tree.path, -ENOENT, (pid_t[]){ 0 });
	fx_tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_until_released),
		cmocka_unit_test(killed),
		cmocka_unit_test(dropped),
		cmocka_unit_test(what_cannot_run),
		cmocka_unit_test(threads),
		cmocka_unit_test(cgroups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
