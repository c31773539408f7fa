/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cli.c - the command line.
 *
 * In: argv. Out: a conf, or one line that says what was wrong. Everything
 * hangs on the rows of options.def; an option is a row and a function here.
 */
#include "cli.h"

#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "emit.h"
#include "err.h"
#include "expand.h"
#include "filter.h"
#include "list_item.h"
#include "syscalls.h"
#include "user.h"

typedef int (*set_fn)(struct mpt_conf *conf, const char *arg, struct mpt_err *err);

enum group { WHAT, WHOM, WHICH, WHEN, OUTPUT, CAPTURE, OTHER, NGROUPS };

static const char *const group_titles[NGROUPS] = {
	[WHAT] = "What is traced:", [WHOM] = "Whom:",	  [WHICH] = "Which calls are shown:",
	[WHEN] = "When it ends:",   [OUTPUT] = "Output:", [CAPTURE] = "Capture:",
	[OTHER] = "Other:",
};

/* Numbers with a unit: the unit's factor, or 0 where it is none of them. */
struct unit {
	const char *name;
	uint64_t factor;
};

static int parse_unit(const char *text, const struct unit *units, uint64_t *ret)
{
	char *end;
	double n = isdigit((unsigned char)*text) ? strtod(text, &end) : -1;

	if (n < 0)
		return -EINVAL;
	for (; units->name; units++) {
		if (strcmp(units->name, end) != 0)
			continue;
		n *= (double)units->factor;
		if (!isfinite(n) || n >= (double)INT64_MAX)
			return -EINVAL;
		*ret = (uint64_t)n;
		return 0;
	}
	return -EINVAL;
}

int mpt_parse_time(const char *text, uint64_t *ret)
{
	static const struct unit units[] = {
		{ "", 1000000000 }, { "s", 1000000000 },  { "ms", 1000000 },	  { "us", 1000 },
		{ "ns", 1 },	    { "m", 60000000000 }, { "h", 3600000000000 }, { NULL, 0 },
	};

	return parse_unit(text, units, ret);
}

int mpt_parse_size(const char *text, uint64_t *ret)
{
	static const struct unit units[] = {
		{ "", 1 },	  { "K", 1 << 10 }, { "k", 1 << 10 },
		{ "M", 1 << 20 }, { "G", 1 << 30 }, { NULL, 0 },
	};

	return parse_unit(text, units, ret);
}

/* The names that there are instead of one that there is not, put together one by one. */
struct names {
	char text[200];
};

static void add_name(struct names *names, const char *name)
{
	size_t len = strlen(names->text);

	snprintf(names->text + len, sizeof(names->text) - len, "%s%s", len ? ", " : "", name);
}

static int unknown_syscall(const char *name, size_t len, struct mpt_err *err)
{
	struct names names = { "all" };
	int i;

	for (i = 0; i < MPT_NSYSCALLS; i++)
		add_name(&names, mpt_syscalls[i].name);
	mpt_err_usage(err, "-e: '%.*s' is not traced", (int)len, name);
	mpt_err_hint(err, "there are %s", names.text);
	return -EINVAL;
}

static int set_syscalls(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	const uint64_t all = (UINT64_C(1) << MPT_NSYSCALLS) - 1;
	uint64_t set = 0;
	bool rest;
	const char *item;
	size_t len;

	if (strncmp(arg, "trace=", 6) == 0)
		arg += 6;
	rest = *arg == '!';
	arg += rest;
	while (mpt_list_item(&arg, &item, &len)) {
		int nr = mpt_syscall_find(item, (unsigned)len);

		if (len == 3 && memcmp(item, "all", 3) == 0)
			set = all;
		else if (nr < 0)
			return unknown_syscall(item, len, err);
		else
			set |= UINT64_C(1) << nr;
	}
	conf->syscalls = rest ? all & ~set : set;
	conf->syscalls_given = true;
	return conf->syscalls ? 0 : mpt_err_usage(err, "-e: no system call is left to trace");
}

static int add_pid(struct mpt_conf *conf, pid_t pid, struct mpt_err *err)
{
	pid_t *pids = realloc(conf->pids, (conf->npids + 1) * sizeof(pid_t));

	if (!pids)
		return mpt_err_set(err, ENOMEM, "-p");
	conf->pids = pids;
	conf->pids[conf->npids++] = pid;
	return 0;
}

static int set_pids(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	const char *item;
	size_t len;

	while (mpt_list_item(&arg, &item, &len)) {
		char *end;
		long pid = isdigit((unsigned char)*item) ? strtol(item, &end, 10) : 0;
		int rc;

		if (pid <= 0 || pid > INT_MAX || end != item + len)
			return mpt_err_usage(err, "-p: '%.*s' is no process id", (int)len, item);
		rc = add_pid(conf, (pid_t)pid, err);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int set_cgroup(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (*arg == '\0')
		return mpt_err_usage(err, "--cgroup: the path is empty");
	conf->cgroup = arg;
	return 0;
}

static int set_user(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (!conf->user)
		conf->user = calloc(1, sizeof(*conf->user));
	if (!conf->user)
		return mpt_err_set(err, ENOMEM, "-u");
	mpt_user_free(conf->user);
	if (mpt_user_find(arg, conf->user) < 0)
		return mpt_err_usage(err, "-u: there is no user '%s'", arg);
	return 0;
}

static int set_no_follow(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->no_follow = true;
	return 0;
}

static int set_successful(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg;
	if (conf->filter->outcome == MPT_FAILED)
		return mpt_err_usage(err, "-z and -Z together leave nothing to show");
	conf->filter->outcome = MPT_SUCCESSFUL;
	return 0;
}

static int set_failed(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg;
	if (conf->filter->outcome == MPT_SUCCESSFUL)
		return mpt_err_usage(err, "-z and -Z together leave nothing to show");
	conf->filter->outcome = MPT_FAILED;
	return 0;
}

static int set_errno(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return mpt_filter_add_errnos(conf->filter, arg, err);
}

static int set_comm(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)err;
	conf->filter->comm = arg;
	return 0;
}

static int set_uid(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return mpt_filter_add_uids(conf->filter, arg, err);
}

static int set_flags(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return mpt_filter_add_flags(conf->filter, arg, err);
}

static int set_mode(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return mpt_filter_add_modes(conf->filter, arg, err);
}

static int set_nodes(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return mpt_filter_set_nodes(conf->filter, arg, err);
}

static int set_min_duration(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (mpt_parse_time(arg, &conf->filter->min_ns) < 0 || conf->filter->min_ns == 0)
		return mpt_err_usage(err, "--min-duration: '%s' is no time (2ms, 0.5)", arg);
	return 0;
}

static int set_duration(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (mpt_parse_time(arg, &conf->duration) < 0 || conf->duration == 0)
		return mpt_err_usage(err, "-d: '%s' is no time (seconds, or 500ms, 2m)", arg);
	return 0;
}

/* A decimal number that may not be followed by anything; false where it is none. */
static bool parse_number(const char *text, uint64_t max, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret = strtoull(text, &end, 10);
	return !errno && !*end && *ret <= max;
}

static int set_count(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (!parse_number(arg, UINT64_MAX, &conf->count) || conf->count == 0)
		return mpt_err_usage(err, "-n: '%s' is no number of calls", arg);
	return 0;
}

static int set_array_limit(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	uint64_t n;

	if (!parse_number(arg, UINT_MAX, &n))
		return mpt_err_usage(err, "-s: '%s' is no number of elements", arg);
	conf->array_limit = (unsigned)n;
	return 0;
}

static int unknown_format(const char *name, struct mpt_err *err)
{
	struct names names = { "" };
	int i;

	for (i = 0; mpt_emitters[i]; i++)
		add_name(&names, mpt_emitters[i]->name);
	mpt_err_usage(err, "-f: there is no format '%s'", name);
	mpt_err_hint(err, "there are %s", names.text);
	return -EINVAL;
}

static int set_format(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	conf->format = mpt_emitter_find(arg);
	conf->format_given = true;
	return conf->format ? 0 : unknown_format(arg, err);
}

static int set_timestamps(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	static const char *const kinds[] = {
		[MPT_TIME_LOCAL] = "local", [MPT_TIME_UTC] = "utc",
		[MPT_TIME_UNIX] = "unix",   [MPT_TIME_RELATIVE] = "relative",
		[MPT_TIME_BOOT] = "boot",   [MPT_TIME_NONE] = "none",
	};
	struct names names = { "" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(kinds[i], arg) == 0) {
			conf->timestamps = (enum mpt_timestamps)i;
			return 0;
		}
		add_name(&names, kinds[i]);
	}
	mpt_err_usage(err, "-t: there is no kind of timestamp '%s'", arg);
	mpt_err_hint(err, "there are %s", names.text);
	return -EINVAL;
}

static int parse_when(const char *option, const char *arg, enum mpt_when *ret, struct mpt_err *err)
{
	static const char *const names[] = {
		[MPT_AUTO] = "auto", [MPT_ALWAYS] = "always", [MPT_NEVER] = "never"
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (strcmp(names[i], arg) != 0)
			continue;
		*ret = (enum mpt_when)i;
		return 0;
	}
	return mpt_err_usage(err, "%s: '%s' is not auto, always or never", option, arg);
}

static int set_denied(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return parse_when("--denied", arg, &conf->denied, err);
}

static int set_color(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	return parse_when("--color", arg, &conf->color, err);
}

static int set_output(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (*arg == '\0')
		return mpt_err_usage(err, "-o: the file's name is empty");
	free(conf->output);
	conf->output = NULL;
	return mpt_expand("-o", arg, &conf->output, err);
}

static int set_write(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	if (*arg == '\0' || strcmp(arg, "-") == 0)
		return mpt_err_usage(err, "-w: a recording needs a file to go to");
	free(conf->write);
	conf->write = NULL;
	return mpt_expand("-w", arg, &conf->write, err);
}

static int set_read(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	const char **more = realloc(conf->reads, (conf->nreads + 1) * sizeof(*more));

	if (!more)
		return mpt_err_set(err, ENOMEM, "-r");
	conf->reads = more;
	conf->reads[conf->nreads++] = arg;
	return 0;
}

static int set_summary_only(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->summary = MPT_SUMMARY_ONLY;
	return 0;
}

static int set_summary(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->summary = MPT_SUMMARY_TOO;
	return 0;
}

static int set_buffer(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	uint64_t bytes;

	if (mpt_parse_size(arg, &bytes) < 0 || bytes == 0)
		return mpt_err_usage(err, "-b: '%s' is no size (4M, 512K)", arg);
	conf->buffer_kb = (bytes + 1023) / 1024;
	return 0;
}

static int set_stack(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->stack = true;
	return 0;
}

static int set_quiet(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->quiet = true;
	return 0;
}

static int set_explain(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->explain = true;
	return 0;
}

static int set_strict(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->strict = true;
	return 0;
}

static int set_dry_run(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_DRY_RUN;
	return 0;
}

static int set_doctor(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_DOCTOR;
	return 0;
}

static int set_cleanup(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_CLEANUP;
	return 0;
}

static int set_list(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_LIST;
	return 0;
}

static int set_help(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_HELP;
	return 0;
}

static int set_version(struct mpt_conf *conf, const char *arg, struct mpt_err *err)
{
	(void)arg, (void)err;
	conf->action = MPT_VERSION;
	return 0;
}

struct row {
	enum group group;
	char short_name;
	const char *long_name;
	const char *arg;
	set_fn set;
	const char *help;
};

static const struct row rows[] = {
#define OPTION(group, short_name, long_name, arg, set, help) \
	{ group, short_name, long_name, arg, set, help },
#include "options.def"
#undef OPTION
};

enum { NROWS = ARRAY_SIZE(rows) };

/* getopt_long() takes the options twice; both are made from the rows. */
static void make_getopt(char *short_opts, struct option *long_opts)
{
	int i;

	*short_opts++ = '+'; /* COMMAND ends the options */
	*short_opts++ = ':'; /* a missing argument is told apart */
	for (i = 0; i < NROWS; i++) {
		long_opts[i] =
			(struct option){ .name = rows[i].long_name,
					 .has_arg = rows[i].arg ? required_argument : no_argument,
					 .val = 256 + i };
		if (!rows[i].short_name)
			continue;
		*short_opts++ = rows[i].short_name;
		if (rows[i].arg)
			*short_opts++ = ':';
	}
	*short_opts = '\0';
	long_opts[NROWS] = (struct option){ 0 };
}

static const struct row *row_of(int opt)
{
	int i;

	if (opt >= 256)
		return &rows[opt - 256];
	for (i = 0; i < NROWS; i++)
		if (rows[i].short_name == opt)
			return &rows[i];
	return NULL;
}

/* A name that is not whole could be that of several. */
static int no_such_name(const char *word, struct mpt_err *err)
{
	size_t len = strcspn(word, "=");
	struct names names = { "" };
	int i;

	for (i = 0; len > 2 && i < NROWS; i++)
		if (strncmp(rows[i].long_name, word + 2, len - 2) == 0)
			add_name(&names, rows[i].long_name);
	if (!names.text[0])
		return mpt_err_usage(err, "there is no option '%.*s'", (int)len, word);
	mpt_err_usage(err, "option '%.*s' could be several", (int)len, word);
	mpt_err_hint(err, "there are %s", names.text);
	return -EINVAL;
}

/* @at: the word of argv that getopt stumbled over */
static int bad_option(int opt, const char *at, struct mpt_err *err)
{
	if (opt == ':')
		return mpt_err_usage(err, "option '%s' needs an argument", at);
	if (optopt > 0 && optopt < 256)
		return mpt_err_usage(err, "there is no option '-%c'", optopt);
	if (optopt >= 256)
		return mpt_err_usage(err, "option '--%s' takes no argument",
				     rows[optopt - 256].long_name);
	return no_such_name(at, err);
}

static int parse_options(int argc, char **argv, struct mpt_conf *conf, struct mpt_err *err)
{
	char short_opts[2 * NROWS + 3];
	struct option long_opts[NROWS + 1];
	int opt;

	make_getopt(short_opts, long_opts);
	opterr = 0;
	optind = 0; /* GNU: start anew, also in a process that parsed before */
	while ((opt = getopt_long(argc, argv, short_opts, long_opts, NULL)) != -1) {
		const struct row *row = row_of(opt);
		int rc = row ? row->set(conf, optarg, err) : bad_option(opt, argv[optind - 1], err);

		if (rc < 0)
			return rc;
	}
	return 0;
}

/* What asks something of a kernel has no place where a recording is read. */
static int check_reading(const struct mpt_conf *conf, struct mpt_err *err)
{
	const struct {
		bool given;
		const char *option;
	} live[] = {
		{ conf->command, "a command to run" },
		{ conf->npids, "-p" },
		{ conf->cgroup, "--cgroup" },
		{ conf->user, "-u" },
		{ conf->no_follow, "--no-follow" },
		{ conf->write, "-w" },
		{ conf->duration, "-d" },
		{ conf->buffer_kb, "-b" },
		{ conf->stack, "-k" },
		{ conf->denied != MPT_AUTO, "--denied" },
		{ conf->action == MPT_DRY_RUN, "--dry-run" },
		{ conf->action == MPT_LIST, "--list" },
		{ conf->action == MPT_DOCTOR, "--doctor" },
		{ conf->action == MPT_CLEANUP, "--cleanup" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(live); i++)
		if (live[i].given)
			return mpt_err_usage(err, "-r does not go with %s", live[i].option);
	return 0;
}

/* What each option allows by itself can still make no sense beside another. */
static int check_together(const struct mpt_conf *conf, struct mpt_err *err)
{
	if (conf->command && (conf->npids || conf->cgroup))
		return mpt_err_usage(err, "%s does not go with a command to run",
				     conf->npids ? "-p" : "--cgroup");
	if (conf->user && !conf->command)
		return mpt_err_usage(err, "-u: there is no command to run as that user");
	if (conf->filter->min_ns && conf->timestamps == MPT_TIME_NONE)
		return mpt_err_usage(err, "--min-duration: with -t none no time is known");
	if (conf->summary && !conf->format->summary)
		return mpt_err_usage(err, "%s: format %s has no place for a summary",
				     conf->summary == MPT_SUMMARY_ONLY ? "-c" : "-C",
				     conf->format->name);
	if (conf->write && conf->stack)
		return mpt_err_usage(err, "-w does not go with -k");
	if (conf->nreads)
		return check_reading(conf, err);
	if (conf->no_follow && !conf->command && !conf->npids && !conf->cgroup)
		return mpt_err_usage(err, "--no-follow: say whom; the whole system is traced");
	return 0;
}

int mpt_cli_parse(int argc, char **argv, struct mpt_conf *ret, struct mpt_err *err)
{
	int rc;

	*ret = (struct mpt_conf){
		.syscalls = UINT64_C(1) << MPT_SYS_GET_MEMPOLICY,
		.format = mpt_emitters[0],
		.array_limit = MPT_ARRAY_WORDS,
	};
	ret->filter = calloc(1, sizeof(*ret->filter));
	if (!ret->filter)
		return mpt_err_set(err, ENOMEM, "filter");
	rc = parse_options(argc, argv, ret, err);
	if (rc < 0)
		return rc;
	if (argv[optind])
		ret->command = argv + optind;
	return check_together(ret, err);
}

void mpt_conf_free(struct mpt_conf *conf)
{
	free(conf->pids);
	conf->pids = NULL;
	free(conf->output);
	conf->output = NULL;
	free(conf->write);
	conf->write = NULL;
	if (conf->user)
		mpt_user_free(conf->user);
	free(conf->user);
	conf->user = NULL;
	free(conf->filter);
	conf->filter = NULL;
	free(conf->reads);
	conf->reads = NULL;
}

static void put_option(struct mpt_buf *buf, const struct row *row)
{
	char left[40];

	snprintf(left, sizeof(left), "  %c%c%c --%s%s%s", row->short_name ? '-' : ' ',
		 row->short_name ? row->short_name : ' ', row->short_name ? ',' : ' ',
		 row->long_name, row->arg ? "=" : "", row->arg ? row->arg : "");
	mpt_buf_printf(buf, "%-26s %s\n", left, row->help);
}

void mpt_cli_put_help(struct mpt_buf *buf)
{
	int group, i;

	mpt_buf_puts(
		buf,
		"Usage: mempoltrace [OPTION]... [--] COMMAND [ARG]...\n"
		"       mempoltrace [OPTION]... -p PID[,PID]...\n"
		"       mempoltrace [OPTION]...\n"
		"       mempoltrace [OPTION]... -r FILE\n"
		"Show NUMA memory-policy system calls, get_mempolicy(2) by default: of COMMAND\n"
		"and all that it starts, of running processes, or of the whole system until\n"
		"^C, -d or -n.\n");
	for (group = 0; group < NGROUPS; group++) {
		mpt_buf_printf(buf, "\n%s\n", group_titles[group]);
		for (i = 0; i < NROWS; i++)
			if (rows[i].group == (enum group)group)
				put_option(buf, &rows[i]);
	}
	mpt_buf_puts(buf,
		     "\nExit status: COMMAND's own (128+N if signal N killed it), else 0; 125 if\n"
		     "mempoltrace itself failed; 126, 127 if COMMAND could not be run, was not\n"
		     "found; 2 for wrong usage; 3 with --strict if calls were lost.\n");
}
