/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_expand.c - names of files that are different in each process of a job.
 *
 * The truth is what getpid(2) and uname(2) say, and what the test put into
 * the environment.
 */
#include "unit.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "err.h"
#include "expand.h"

static struct mpt_err err;

static const char *const ranks[] = { "OMPI_COMM_WORLD_RANK", "PMI_RANK", "PMIX_RANK",
				     "SLURM_PROCID" };

static int no_ranks(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ranks) / sizeof(ranks[0]); i++)
		unsetenv(ranks[i]);
	return 0;
}

static void assert_expands(const char *name, const char *to)
{
	char *got = NULL;

	assert_int_equal(mpt_expand("-o", name, &got, &err), 0);
	assert_string_equal(got, to);
	free(got);
}

static void assert_fails(const char *name, int status, const char *names)
{
	char untouched[] = "", *got = untouched;

	err = (struct mpt_err){ 0 };
	assert_int_equal(mpt_expand("-o", name, &got, &err), -EINVAL);
	assert_ptr_equal(got, untouched);
	assert_int_equal(err.status, status);
	assert_non_null(strstr(err.what, names));
	assert_int_equal(strncmp(err.what, "-o: ", 4), 0);
}

static void names(void **state)
{
	struct utsname uts;
	char expected[256];

	(void)state;
	assert_int_equal(uname(&uts), 0);
	assert_expands("-", "-");
	assert_expands("a/b.json", "a/b.json");
	assert_expands("100%%", "100%");
	assert_expands("%%p", "%p");
	snprintf(expected, sizeof(expected), "t.%d.%s.%d", (int)getpid(), uts.nodename,
		 (int)getpid());
	assert_expands("t.%p.%h.%p", expected);
}

/* The first in the order of the man page counts; an empty one is as good as none. */
static void rank(void **state)
{
	(void)state;
	assert_fails("t.%r", MPT_EXIT_FAILED, "%r");
	assert_non_null(strstr(err.hint, "SLURM_PROCID"));
	setenv("SLURM_PROCID", "4", 1);
	assert_expands("t.%r", "t.4");
	setenv("PMIX_RANK", "3", 1);
	assert_expands("t.%r", "t.3");
	setenv("PMI_RANK", "2", 1);
	assert_expands("t.%r", "t.2");
	setenv("OMPI_COMM_WORLD_RANK", "", 1);
	assert_expands("t.%r", "t.2");
	setenv("OMPI_COMM_WORLD_RANK", "1", 1);
	assert_expands("%r.%r", "1.1");
}

/* The environment may be anybody's. */
static void no_rank_at_all(void **state)
{
	(void)state;
	setenv("PMI_RANK", "../../etc/passwd", 1);
	assert_fails("t.%r", MPT_EXIT_FAILED, "PMI_RANK");
	setenv("PMI_RANK", "-1", 1);
	assert_fails("t.%r", MPT_EXIT_FAILED, "PMI_RANK");
}

static void unknown(void **state)
{
	(void)state;
	assert_fails("t.%x", MPT_EXIT_USAGE, "'%x'");
	assert_fails("t.%", MPT_EXIT_USAGE, "'%'");
	assert_fails("t.%%%", MPT_EXIT_USAGE, "'%'");
	assert_fails("%P", MPT_EXIT_USAGE, "'%P'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(names, no_ranks),
		cmocka_unit_test_setup(rank, no_ranks),
		cmocka_unit_test_setup(no_rank_at_all, no_ranks),
		cmocka_unit_test_setup(unknown, no_ranks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
