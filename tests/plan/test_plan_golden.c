/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_plan_golden.c - the plans that kernels would be offered.
 *
 * In: the directories beside this file, KERNEL-MACHINE/, each with a sysroot
 * as tests/plan/record makes it, and what somebody has read and found right,
 * KERNEL-MACHINE/expected. Out: whether the same comes of the sysroot now. A
 * new kernel is a new directory. With -p and a directory it prints what comes
 * of that, for somebody to read; it never writes a file.
 */
#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "buf.h"
#include "caps.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"
#include "plan.h"

static const struct mpt_wish all_calls = {
	.syscalls = (UINT64_C(1) << MPT_NSYSCALLS) - 1,
	.poison = UINT64_C(0xdeadbeefcafef00d),
	.group = "mempoltrace_1_2",
};

/* Each rung, from the best down, with times and without. */
static void put_ladder(struct mpt_buf *buf, struct mpt_caps *caps)
{
	struct mpt_wish wish = all_calls;
	struct mpt_plan plan;
	struct mpt_err err;
	unsigned i;

	for (;;) {
		bool less = !mpt_rung_sees_args(caps->views[0].rung);

		for (wish.lean = false;; wish.lean = true) {
			assert_int_equal(mpt_plan_make(&wish, caps, &plan, &err), 0);
			mpt_buf_putc(buf, '\n');
			mpt_plan_put(buf, &plan);
			mpt_plan_free(&plan);
			if (wish.lean || less)
				break;
		}
		if (caps->views[0].rung == MPT_RUNG_EVENTS)
			return;
		if (less)
			mpt_caps_use_events(caps);
		for (i = 0; i < caps->nviews; i++)
			mpt_caps_refute(&caps->views[i]);
	}
}

/*
 * What kernels before pt_regs wrappers would be offered, which no machine here can boot but
 * ppc64le: in the words of the oldest.
 */
static void put_older(struct mpt_buf *buf, struct mpt_caps *caps)
{
	struct mpt_plan plan;
	struct mpt_err err;

	caps->lacks = MPT_LACKS_ALL;
	assert_true(mpt_caps_use_older(caps));
	mpt_buf_puts(buf, "\n# an old kernel\n");
	assert_int_equal(mpt_plan_make(&all_calls, caps, &plan, &err), 0);
	mpt_plan_put(buf, &plan);
	mpt_plan_free(&plan);
}

/* "any-x86_64": what follows the last '-' is what uname(2) says there. */
static const char *machine_of(const char *dir)
{
	const char *dash = strrchr(dir, '-');

	assert_non_null(dash);
	return dash + 1;
}

static void put_all(struct mpt_buf *buf, const char *dir)
{
	cleanup_close int dirfd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_close int rootfd = openat(dirfd, "sysroot", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct mpt_caps caps;
	struct mpt_err err;

	assert_true(rootfd >= 0);
	assert_int_equal(mpt_caps_read(rootfd, machine_of(dir), &caps, &err), 0);
	mpt_buf_printf(buf, "# %s, %u possible nodes, %llu KiB available\n",
		       caps.views[0].abi->name, caps.possible,
		       (unsigned long long)caps.available_kb);
	if (strcmp(machine_of(dir), "x86_64") == 0) {
		/* as where the kernel has both of i386's functions, and x32 */
		mpt_caps_add(&caps, mpt_abi_find("i386"));
		caps.views[1].nprefixes = 2;
		mpt_caps_add(&caps, mpt_abi_find("x32"));
	}
	put_ladder(buf, &caps);
	put_older(buf, &caps);
}

static void compare(void **state)
{
	const char *dir = *state;
	cleanup_buf struct mpt_buf path = { 0 }, expected = { 0 }, buf = { 0 };

	mpt_buf_printf(&path, "%s/expected", dir);
	assert_int_equal(mpt_file_read(AT_FDCWD, mpt_buf_cstr(&path), &expected), 0);
	put_all(&buf, dir);
	if (getenv("MPT_REGEN")) {
		/* for somebody to read the difference; never by itself */
		assert_true(mpt_file_write(AT_FDCWD, mpt_buf_cstr(&path), mpt_buf_cstr(&buf),
					   O_TRUNC) == 0);
		skip();
	}
	assert_string_equal(mpt_buf_cstr(&buf), mpt_buf_cstr(&expected));
}

static int run(const glob_t *dirs)
{
	cleanup_free struct CMUnitTest *tests = calloc(dirs->gl_pathc, sizeof(*tests));
	size_t i;

	for (i = 0; i < dirs->gl_pathc; i++) {
		/* the directory of expected, and its name for the report */
		*strrchr(dirs->gl_pathv[i], '/') = '\0';
		tests[i] = (struct CMUnitTest){
			.name = strrchr(dirs->gl_pathv[i], '/') + 1,
			.test_func = compare,
			.initial_state = dirs->gl_pathv[i],
		};
	}
	return _cmocka_run_group_tests("plan", tests, dirs->gl_pathc, NULL, NULL);
}

int main(int argc, char **argv)
{
	const char *srcdir = getenv("top_srcdir");
	cleanup_buf struct mpt_buf buf = { 0 };
	glob_t dirs;
	int rc;

	if (argc == 3 && strcmp(argv[1], "-p") == 0) {
		put_all(&buf, argv[2]);
		return fwrite(buf.data, 1, buf.len, stdout) == buf.len ? 0 : 1;
	}
	mpt_buf_printf(&buf, "%s/tests/plan/*/expected", srcdir ? srcdir : ".");
	if (glob(mpt_buf_cstr(&buf), 0, NULL, &dirs) != 0) {
		printf("1..0 # no %s\n", mpt_buf_cstr(&buf));
		return 1;
	}
	rc = run(&dirs);
	globfree(&dirs);
	return rc;
}
