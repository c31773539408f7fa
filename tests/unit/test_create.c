/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_create.c - making the files that the user named.
 *
 * In: a directory of our own, and one like /tmp, with what another user has
 * put into it; that takes root. Out: what was made, and that what was not to
 * be touched is as it was.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "create.h"
#include "fixture.h"

enum { ME = 0, OTHER = 4711, THIRD = 4712 };

static struct fx_tree tree;

static const char *in_tree(const char *name)
{
	static char path[2][200];
	static int turn;

	turn = !turn;
	snprintf(path[turn], sizeof(path[turn]), "%s/%s", tree.path, name);
	return path[turn];
}

static int setup(void **state)
{
	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "home/secret", "secret");
	mkdirat(tree.fd, "tmp", 0755);
	assert_int_equal(fchmodat(tree.fd, "tmp", 01777, 0), 0);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fx_tree_remove(&tree);
	return 0;
}

static void link_of(int uid, const char *to, const char *name)
{
	assert_int_equal(symlinkat(to, tree.fd, name), 0);
	assert_int_equal(fchownat(tree.fd, name, uid, uid, AT_SYMLINK_NOFOLLOW), 0);
}

/* Opens it, writes to it, and says how that went. */
static int writes(const char *name)
{
	int fd = mpt_create(in_tree(name), O_WRONLY);

	if (fd < 0)
		return fd;
	assert_int_equal(write(fd, "trace", 5), 5);
	close(fd);
	return 0;
}

static void assert_file(const char *name, const char *text)
{
	char got[16] = "";
	int fd = openat(tree.fd, name, O_RDONLY);

	assert_true(fd >= 0);
	assert_true(read(fd, got, sizeof(got) - 1) >= 0);
	assert_string_equal(got, text);
	close(fd);
}

static void new_and_old(void **state)
{
	mode_t mask = umask(027);
	struct stat st;

	(void)state;
	assert_int_equal(writes("home/new"), 0);
	umask(mask);
	assert_file("home/new", "trace");
	fstatat(tree.fd, "home/new", &st, 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	assert_int_equal(writes("home/secret"), 0);
	assert_file("home/secret", "trace");
	assert_int_equal(writes("home"), -EISDIR);
	assert_int_equal(writes("home/new/"), -EISDIR);
	assert_int_equal(writes("none/new"), -ENOENT);
	assert_int_equal(mpt_create("", O_WRONLY), -ENOENT);
}

static void links_of_our_own(void **state)
{
	(void)state;
	assert_int_equal(symlinkat("secret", tree.fd, "home/relative"), 0);
	assert_int_equal(symlinkat("../home/relative", tree.fd, "tmp/chain"), 0);
	assert_int_equal(symlinkat(in_tree("home/made"), tree.fd, "tmp/absolute"), 0);
	assert_int_equal(symlinkat("loop", tree.fd, "home/loop"), 0);
	assert_int_equal(writes("tmp/chain"), 0);
	assert_file("home/secret", "trace");
	assert_int_equal(writes("tmp/absolute"), 0);
	assert_file("home/made", "trace");
	assert_int_equal(writes("home/loop"), -ELOOP);
}

/* They lead to what has no name. */
static void magic_links(void **state)
{
	char path[32], got[6] = "";
	int fds[2], fd;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[1]);
	fd = mpt_create(path, O_WRONLY);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "trace", 5), 5);
	assert_int_equal(read(fds[0], got, 5), 5);
	assert_string_equal(got, "trace");
	close(fd);
	close(fds[0]);
	close(fds[1]);
	fd = mpt_create("/dev/null", O_WRONLY);
	assert_true(fd >= 0);
	close(fd);
}

static void planted_links(void **state)
{
	(void)state;
	if (geteuid() != ME)
		skip();
	link_of(OTHER, "../home/secret", "tmp/evil");
	link_of(OTHER, "../home/dangling", "tmp/dangling");
	link_of(ME, "../tmp/evil", "home/to-evil");
	assert_int_equal(writes("tmp/evil"), -EACCES);
	assert_int_equal(writes("home/to-evil"), -EACCES);
	assert_int_equal(writes("tmp/dangling"), -EACCES);
	assert_file("home/secret", "secret");
	assert_int_equal(faccessat(tree.fd, "home/dangling", F_OK, 0), -1);
	/* where nobody but the owner of the directory could have put it, it is his business */
	link_of(OTHER, "secret", "home/handed-over");
	assert_int_equal(writes("home/handed-over"), 0);
}

static void planted_files(void **state)
{
	(void)state;
	if (geteuid() != ME)
		skip();
	fx_tree_write(&tree, "tmp/file", "secret");
	assert_int_equal(fchownat(tree.fd, "tmp/file", OTHER, OTHER, 0), 0);
	assert_int_equal(mkfifoat(tree.fd, "tmp/fifo", 0666), 0);
	assert_int_equal(fchownat(tree.fd, "tmp/fifo", OTHER, OTHER, 0), 0);
	assert_int_equal(writes("tmp/file"), -EACCES);
	assert_file("tmp/file", "secret");
	assert_int_equal(writes("tmp/fifo"), -EACCES);
	/* whose directory it is may */
	assert_int_equal(fchownat(tree.fd, "tmp", OTHER, OTHER, 0), 0);
	assert_int_equal(writes("tmp/file"), 0);
	assert_int_equal(fchownat(tree.fd, "tmp/file", THIRD, THIRD, 0), 0);
	assert_int_equal(writes("tmp/file"), -EACCES);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(new_and_old, setup, teardown),
		cmocka_unit_test_setup_teardown(links_of_our_own, setup, teardown),
		cmocka_unit_test_setup_teardown(magic_links, setup, teardown),
		cmocka_unit_test_setup_teardown(planted_links, setup, teardown),
		cmocka_unit_test_setup_teardown(planted_files, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
