/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_undo.c - taking changes back, and the names of what is ours.
 *
 * In: changes that only note that they were taken back; recorded trees of
 * /proc. Out: their order, and names by proc(5)'s field 22.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "owner.h"
#include "undo.h"

static char order[256];

static int note(void *arg)
{
	strcat(order, arg);
	return 0;
}

static int note_and_fail(void *arg)
{
	strcat(order, arg);
	return -EBUSY;
}

static void *name(const char *s)
{
	return (void *)(uintptr_t)s;
}

static void last_in_first_out(void **state)
{
	struct mpt_undo undo = { 0 };

	(void)state;
	order[0] = '\0';
	mpt_undo_push(&undo, note, name("a"), "a");
	mpt_undo_push(&undo, note, name("b"), "b");
	mpt_undo_push(&undo, note, name("c"), "c");
	assert_int_equal(mpt_undo_to(&undo, 1), 0);
	assert_string_equal(order, "cb");
	assert_int_equal(mpt_undo_to(&undo, 0), 0);
	assert_int_equal(mpt_undo_to(&undo, 0), 0);
	assert_string_equal(order, "cba");
}

/* One that fails does not keep the others from being taken back. */
static void a_failure_stops_nothing(void **state)
{
	struct mpt_undo undo = { 0 };

	(void)state;
	order[0] = '\0';
	mpt_undo_push(&undo, note, name("a"), "a");
	mpt_undo_push(&undo, note_and_fail, name("b"), "b");
	mpt_undo_push(&undo, note, name("c"), "c");
	assert_int_equal(mpt_undo_to(&undo, 0), -EBUSY);
	assert_string_equal(order, "cba");
}

static void a_full_log_takes_back_at_once(void **state)
{
	struct mpt_undo undo = { 0 };
	int i;

	(void)state;
	order[0] = '\0';
	for (i = 0; i < MPT_UNDO_MAX; i++)
		assert_int_equal(mpt_undo_push(&undo, note, name(""), ""), 0);
	assert_int_equal(mpt_undo_push(&undo, note, name("x"), "x"), -ENOSPC);
	assert_string_equal(order, "x");
}

/* A /proc/self/stat in a tree of its own. */
static int proc_with(const char *stat)
{
	char dir[] = "/tmp/test_undo.XXXXXX", path[64];
	FILE *f;
	int fd;

	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/proc", dir);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/proc/self", dir);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "%s/proc/self/stat", dir);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(stat, f);
	fclose(f);
	fd = open(dir, O_RDONLY | O_DIRECTORY);
	assert_true(fd >= 0);
	return fd;
}

static void names(void **state)
{
	int fd = proc_with(
		"4711 (a) b ( 1 2) S 1 1 1 0 -1 4194304 1 0 0 0 0 0 0 0 20 0 1 0 987654 1 1\n");
	struct mpt_owner owner;
	struct mpt_err err;

	(void)state;
	assert_int_equal(mpt_owner_self(fd, &owner, &err), 0);
	assert_string_equal(owner.instance, "mempoltrace.4711.987654");
	assert_string_equal(owner.group, "mempoltrace_4711_987654");
	close(fd);
	fd = proc_with("4711 (a) S 1\n");
	assert_int_equal(mpt_owner_self(fd, &owner, &err), -EINVAL);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(last_in_first_out),
		cmocka_unit_test(a_failure_stops_nothing),
		cmocka_unit_test(a_full_log_takes_back_at_once),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
