/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_cli.c - the command line.
 *
 * In: argument vectors. Out: what was understood, or the status that the man
 * page gives for wrong usage and a line that names what was wrong.
 */
#include "unit.h"

#include "cli.h"
#include "emit.h"
#include "err.h"
#include "syscalls.h"

static struct mpt_err err;

static int parse(struct mpt_conf *conf, const char *const *args)
{
	static char *argv[16]; /* what was parsed points into it */
	int argc = 0;

	argv[argc++] = (char *)(uintptr_t) "mempoltrace";
	for (; *args; args++)
		argv[argc++] = (char *)(uintptr_t)*args;
	argv[argc] = NULL;
	err = (struct mpt_err){ 0 };
	return mpt_cli_parse(argc, argv, conf, &err);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void defaults(void **state)
{
	struct mpt_conf conf;

	(void)state;
	assert_int_equal(parse(&conf, ARGS("true")), 0);
	assert_int_equal(conf.action, MPT_TRACE);
	assert_string_equal(conf.format->name, "text");
	assert_int_equal(conf.timestamps, MPT_TIME_LOCAL);
	assert_int_equal(conf.syscalls, 1);
	assert_string_equal(conf.command[0], "true");
	assert_null(conf.output);
	mpt_conf_free(&conf);
}

static void each_option(void **state)
{
	struct mpt_conf conf;

	(void)state;
	assert_int_equal(parse(&conf, ARGS("-f", "json", "-t", "utc", "-o", "x", "-n", "3", "-d",
					   "500ms", "-b", "4M", "-q", "--strict")),
			 0);
	assert_string_equal(conf.format->name, "json");
	assert_int_equal(conf.timestamps, MPT_TIME_UTC);
	assert_string_equal(conf.output, "x");
	assert_int_equal(conf.count, 3);
	assert_int_equal(conf.duration, 500000000);
	assert_int_equal(conf.buffer_kb, 4096);
	assert_true(conf.quiet && conf.strict);
	assert_null(conf.command);
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("-o", "a", "-o", "100%%")), 0);
	assert_string_equal(conf.output, "100%");
	mpt_conf_free(&conf);
}

/* The command's own options are its own. */
static void command_ends_options(void **state)
{
	struct mpt_conf conf;

	(void)state;
	assert_int_equal(parse(&conf, ARGS("-q", "ls", "-x", "--format")), 0);
	assert_string_equal(conf.command[1], "-x");
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("--", "-x")), 0);
	assert_string_equal(conf.command[0], "-x");
	mpt_conf_free(&conf);
}

static void lists(void **state)
{
	struct mpt_conf conf;

	(void)state;
	assert_int_equal(parse(&conf, ARGS("-p", "12,4711", "--pid=7", "-e", "trace=all")), 0);
	assert_int_equal(conf.npids, 3);
	assert_int_equal(conf.pids[1], 4711);
	assert_int_equal(conf.pids[2], 7);
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("--trace=get_mempolicy")), 0);
	assert_int_equal(conf.syscalls, 1);
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("-e", "mbind,set_mempolicy")), 0);
	assert_int_equal(conf.syscalls, 1 << MPT_SYS_MBIND | 1 << MPT_SYS_SET_MEMPOLICY);
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("-e", "!get_mempolicy,move_pages")), 0);
	assert_int_equal(conf.syscalls, ((1 << MPT_NSYSCALLS) - 1) & ~(1 << MPT_SYS_GET_MEMPOLICY) &
						~(1 << MPT_SYS_MOVE_PAGES));
	mpt_conf_free(&conf);
}

static void wrong_usage(void **state)
{
	static const char *const wrong[][3] = {
		{ "-x" },	   { "--nonsense" },
		{ "-f" },	   { "--format" },
		{ "-f", "xml" },   { "-t", "noon" },
		{ "-d", "0" },	   { "-d", "1y" },
		{ "-d", "-1" },	   { "-d", "nan" },
		{ "-d", "1e300" }, { "-n", "0" },
		{ "-n", "1x" },	   { "-n", "-1" },
		{ "-b", "0" },	   { "-b", "4X" },
		{ "-o", "" },	   { "-o", "t.%x" },
		{ "-p", "0" },	   { "-p", "1,,2" },
		{ "-p", "x" },	   { "-p", "99999999999" },
		{ "-e", "read" },  { "-e", "!all" },
		{ "-e", "" },	   { "-p1", "true" },
		{ "--quiet=yes" }, { "--s", "true=x" },
		{ "-p", "-1" },	   { "--denied", "x" },
		{ "--cgroup=" },   { "--cgroup=/a", "true" },
	};
	struct mpt_conf conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (strcmp(wrong[i][0], "--s") == 0)
			continue; /* an unambiguous prefix is fine */
		if (parse(&conf, wrong[i]) == 0)
			fail_msg("%s %s was taken", wrong[i][0], wrong[i][1] ? wrong[i][1] : "");
		assert_int_equal(err.status, MPT_EXIT_USAGE);
		assert_true(err.what[0] && err.hint[0]);
		mpt_conf_free(&conf);
	}
}

static void recordings(void **state)
{
	static const char *const wrong[][2] = {
		{ "-w", "-" },	     { "-w", "" },	    { "-w", "t.%x" },
		{ "-rf", "true" },   { "-rf", "-p1" },	    { "-rf", "-wg" },
		{ "-rf", "-d1" },    { "-rf", "-b1M" },	    { "-rf", "--denied=never" },
		{ "-rf", "--list" }, { "-rf", "--doctor" }, { "-rf", "--cleanup" },
		{ "-rf", "-k" },     { "-wf", "-k" },	    { "-rf", "--dry-run" },
	};
	struct mpt_conf conf;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		if (parse(&conf, ARGS(wrong[i][0], wrong[i][1])) == 0)
			fail_msg("%s %s was taken", wrong[i][0], wrong[i][1]);
		assert_int_equal(err.status, MPT_EXIT_USAGE);
		mpt_conf_free(&conf);
	}
	assert_int_equal(parse(&conf, ARGS("-r", "a", "-rb", "--explain", "-C", "-n1")), 0);
	assert_int_equal(conf.nreads, 2);
	assert_string_equal(conf.reads[1], "b");
	mpt_conf_free(&conf);
	assert_int_equal(parse(&conf, ARGS("-w", "a%%", "true")), 0);
	assert_string_equal(conf.write, "a%");
	mpt_conf_free(&conf);
}

/* What there is instead is named. */
static void wrong_names(void **state)
{
	static const char *const wrong[][3] = {
		/* option, argument, a part of the hint */
		{ "-f", "xml", "text, table, strace, json, csv, tracee" },
		{ "-t", "noon", "local, utc, unix, relative, boot, none" },
		{ "-e", "read", "all, get_mempolicy, " },
		{ "--su", NULL, "successful-only, summary-only, summary" },
		{ "--nonsense", NULL, "--help" },
		{ "--", NULL, NULL },
	};
	struct mpt_conf conf;
	size_t i;

	(void)state;
	for (i = 0; wrong[i][2]; i++) {
		assert_int_equal(parse(&conf, ARGS(wrong[i][0], wrong[i][1])), -EINVAL);
		assert_int_equal(err.status, MPT_EXIT_USAGE);
		if (!strstr(err.hint, wrong[i][2]))
			fail_msg("%s: %s", wrong[i][0], err.hint);
		mpt_conf_free(&conf);
	}
}

static void units(void **state)
{
	uint64_t n;

	(void)state;
	assert_int_equal(mpt_parse_time("2m", &n), 0);
	assert_int_equal(n, UINT64_C(120000000000));
	assert_int_equal(mpt_parse_time("0.5", &n), 0);
	assert_int_equal(n, 500000000);
	assert_int_equal(mpt_parse_time("1h", &n), 0);
	assert_int_equal(n, UINT64_C(3600000000000));
	assert_int_equal(mpt_parse_time("7us", &n), 0);
	assert_int_equal(n, 7000);
	assert_int_equal(mpt_parse_size("1", &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(mpt_parse_size("2G", &n), 0);
	assert_int_equal(n, UINT64_C(2147483648));
	assert_int_equal(mpt_parse_size("", &n), -EINVAL);
}

/* --help has a line for every row of options.def. */
static void help_is_whole(void **state)
{
	static const char *const names[] = {
#define OPTION(group, short_name, long_name, arg, set, help) "--" long_name,
#include "options.def"
#undef OPTION
	};
	cleanup_buf struct mpt_buf buf = { 0 };
	size_t i;

	(void)state;
	mpt_cli_put_help(&buf);
	assert_true(sizeof(names) / sizeof(names[0]) > 20);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strstr(mpt_buf_cstr(&buf), names[i]))
			fail_msg("%s is not in the help", names[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults),
		cmocka_unit_test(each_option),
		cmocka_unit_test(command_ends_options),
		cmocka_unit_test(lists),
		cmocka_unit_test(wrong_usage),
		cmocka_unit_test(recordings),
		cmocka_unit_test(wrong_names),
		cmocka_unit_test(units),
		cmocka_unit_test(help_is_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
