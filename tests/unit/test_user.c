/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_user.c - users of this machine, and becoming one.
 *
 * The truth is what id(1) says of the users of this machine, what the test
 * wrote into files of its own, and, of a process that became another, what
 * /proc says (as root only).
 */
#include "unit.h"

#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli.h"
#include "err.h"
#include "fixture.h"
#include "target.h"
#include "user.h"

static const char passwd[] = "root:x:0:0:root:/root:/bin/sh\n"
			     "# a comment\n"
			     "ada:x:1000:100:Ada:/srv/ada:/bin/sh\n"
			     "broken line\n"
			     "2000:x:7:8::/:\n"
			     "bob:x:2000:200::/:/bin/sh\n"
			     "twin:x:2000:201::/:/bin/sh\n";

static const char group[] = "root:x:0:\n"
			    "users:x:100:ada\n"
			    "wheel:x:10:root,ada\n"
			    "adar:x:11:adar,bob\n"
			    "numa:x:12:bob,ada\n";

struct expected {
	uid_t uid;
	gid_t gid;
	size_t ngroups;
	gid_t groups[4]; /* in the order of the file, the user's own before them */
};

static void assert_found(const struct fx_tree *tree, const char *name,
			 const struct expected *expected)
{
	char passwd_path[128], group_path[128];
	struct mpt_user user;
	size_t i;

	snprintf(passwd_path, sizeof(passwd_path), "%s/passwd", tree->path);
	snprintf(group_path, sizeof(group_path), "%s/group", tree->path);
	assert_int_equal(mpt_user_find_in_files(passwd_path, group_path, name, &user),
			 expected ? 0 : -ENOENT);
	if (!expected)
		return;
	assert_int_equal(user.uid, expected->uid);
	assert_int_equal(user.gid, expected->gid);
	assert_int_equal(user.ngroups, expected->ngroups);
	for (i = 0; i < user.ngroups; i++)
		assert_int_equal(user.groups[i], expected->groups[i]);
	mpt_user_free(&user);
}

static void files(void **state)
{
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "passwd", passwd);
	fx_tree_write(&tree, "group", group);
	assert_found(&tree, "root", &(struct expected){ 0, 0, 2, { 0, 10 } });
	assert_found(&tree, "ada", &(struct expected){ 1000, 100, 3, { 100, 10, 12 } });
	assert_found(&tree, "1000", &(struct expected){ 1000, 100, 3, { 100, 10, 12 } });
	/* a name of digits is a name first */
	assert_found(&tree, "2000", &(struct expected){ 7, 8, 1, { 8 } });
	assert_found(&tree, "bob", &(struct expected){ 2000, 200, 3, { 200, 11, 12 } });
	assert_found(&tree, "ad", NULL);
	assert_found(&tree, "", NULL);
	assert_found(&tree, "1001", NULL);
	assert_found(&tree, "-1", NULL);
	assert_found(&tree, "4294967295", NULL);
	assert_found(&tree, "4294967296", NULL); /* not root */
	assert_found(&tree, "0x0", NULL);
	fx_tree_unlink(&tree, "group");
	assert_found(&tree, "ada", &(struct expected){ 1000, 100, 1, { 100 } });
	fx_tree_unlink(&tree, "passwd");
	assert_found(&tree, "ada", NULL);
	fx_tree_remove(&tree);
}

/* Numbers, as a program prints them. */
static size_t numbers_of(const char *command, long *ret, size_t max)
{
	FILE *f = popen(command, "r");
	size_t n = 0;

	assert_non_null(f);
	while (n < max && fscanf(f, "%ld", &ret[n]) == 1)
		n++;
	assert_int_equal(pclose(f), 0);
	return n;
}

static bool has_group(const struct mpt_user *user, long gid)
{
	size_t i;

	for (i = 0; i < user->ngroups; i++)
		if (user->groups[i] == (gid_t)gid)
			return true;
	return false;
}

static void assert_as_id_says(const char *name)
{
	char command[128];
	struct mpt_user user;
	long ids[256];
	size_t i, n;

	snprintf(command, sizeof(command), "id -u %s; id -g %s; id -G %s", name, name, name);
	n = numbers_of(command, ids, 256);
	assert_true(n >= 3);
	assert_int_equal(mpt_user_find(name, &user), 0);
	assert_int_equal(user.uid, ids[0]);
	assert_int_equal(user.gid, ids[1]);
	assert_int_equal(user.ngroups, n - 2);
	for (i = 2; i < n; i++)
		assert_true(has_group(&user, ids[i]));
	mpt_user_free(&user);
}

static void this_machine(void **state)
{
	struct mpt_user user;

	(void)state;
	assert_as_id_says("root");
	assert_as_id_says("nobody");
	assert_int_equal(mpt_user_find("no such user", &user), -ENOENT);
	mpt_user_free(&user);
	assert_int_equal(mpt_user_find("0", &user), 0);
	assert_int_equal(user.uid, 0);
	mpt_user_free(&user);
}

static void option(void **state)
{
	static const char *const args[][4] = {
		{ "mempoltrace", "-u", "root" },
		{ "mempoltrace", "-u", "no such user", "true" },
	};
	struct mpt_conf conf;
	struct mpt_err err;
	size_t i, n;

	(void)state;
	for (i = 0; i < 2; i++) {
		char *argv[5] = { NULL };

		for (n = 0; n < 4; n++)
			argv[n] = (char *)(uintptr_t)args[i][n];
		err = (struct mpt_err){ 0 };
		assert_int_equal(mpt_cli_parse(argv[3] ? 4 : 3, argv, &conf, &err), -EINVAL);
		assert_int_equal(err.status, MPT_EXIT_USAGE);
		assert_non_null(strstr(err.what, i ? "'no such user'" : "no command"));
		mpt_conf_free(&conf);
	}
}

/* COMMAND as a user, whose status line of /proc is written to a pipe. */
static void read_status(const struct mpt_user *user, int *wstatus, int *rc, char *text, size_t size,
			struct mpt_err *err)
{
	char *argv[] = { (char *)(uintptr_t) "cat", (char *)(uintptr_t) "/proc/self/status", NULL };
	struct mpt_command cmd;
	int fds[2], saved = dup(1);
	ssize_t n;

	assert_int_equal(pipe(fds), 0);
	dup2(fds[1], 1);
	assert_int_equal(mpt_command_start(&cmd, argv, user, err), 0);
	dup2(saved, 1);
	close(saved), close(fds[1]);
	*rc = mpt_command_release(&cmd, err);
	if (*rc == 0)
		waitpid(cmd.pid, wstatus, 0);
	n = read(fds[0], text, size - 1);
	text[n > 0 ? n : 0] = '\0';
	close(fds[0]);
}

static void becoming(void **state)
{
	gid_t groups[] = { 65533, 4711 };
	const struct mpt_user user = { .uid = 65534, .gid = 65533, .groups = groups, .ngroups = 2 };
	struct mpt_err err = { 0 };
	char text[4096];
	int wstatus = -1, rc;

	(void)state;
	read_status(&user, &wstatus, &rc, text, sizeof(text), &err);
	if (geteuid() == 0) {
		assert_int_equal(rc, 0);
		assert_int_equal(wstatus, 0);
		assert_non_null(strstr(text, "\nUid:\t65534\t65534\t65534\t65534\n"));
		assert_non_null(strstr(text, "\nGid:\t65533\t65533\t65533\t65533\n"));
		assert_non_null(strstr(text, "\nGroups:\t4711 65533 \n"));
		assert_non_null(strstr(text, "\nCapEff:\t0000000000000000\n"));
	} else {
		assert_int_equal(rc, -EPERM);
		assert_int_equal(err.status, MPT_EXIT_FAILED);
		assert_non_null(strstr(err.hint, "root"));
		assert_string_equal(text, "");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(files),
		cmocka_unit_test(this_machine),
		cmocka_unit_test(option),
		cmocka_unit_test(becoming),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
