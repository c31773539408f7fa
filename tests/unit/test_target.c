/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_target.c - COMMAND, held and released.
 *
 * Real children of this process; the truth is what waitpid(2) and /proc say
 * of them.
 */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "err.h"
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
	assert_int_equal(mpt_command_start(&cmd, argv_of("sh", "-c", "exit 7"), &err), 0);
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
	assert_int_equal(mpt_command_start(&cmd, argv_of("sh", "-c", "kill -9 $$"), &err), 0);
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
	assert_int_equal(mpt_command_start(&cmd, argv_of("rm", path, NULL), &err), 0);
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
	assert_int_equal(mpt_command_start(&cmd, argv_of("/nowhere/x", NULL, NULL), &err), 0);
	assert_int_equal(mpt_command_release(&cmd, &err), -ENOENT);
	assert_int_equal(err.status, MPT_EXIT_NOT_FOUND);
	assert_int_equal(mpt_command_start(&cmd, argv_of("/", NULL, NULL), &err), 0);
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(held_until_released),
		cmocka_unit_test(killed),
		cmocka_unit_test(dropped),
		cmocka_unit_test(what_cannot_run),
		cmocka_unit_test(threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
