/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main.c - parses, runs, prints the error, exits.
 *
 * The only file that ends the process, and the only one that prints an error
 * object.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "build.h"
#include "cli.h"
#include "err.h"
#include "inspect.h"
#include "log.h"
#include "replay.h"
#include "session.h"

static int print(struct mpt_buf *buf, struct mpt_err *err)
{
	size_t n = fwrite(buf->data, 1, buf->len, stdout);

	if (n != buf->len || fflush(stdout) != 0)
		return mpt_err_set(err, 0, "cannot write to standard output");
	return 0;
}

static int help(struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	mpt_cli_put_help(&buf);
	return print(&buf, err);
}

static int version(struct mpt_err *err)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	mpt_build_put(&buf);
	return print(&buf, err);
}

static int act(const struct mpt_conf *conf, int *status, struct mpt_err *err)
{
	switch (conf->action) {
	case MPT_HELP:
		return help(err);
	case MPT_VERSION:
		return version(err);
	case MPT_DRY_RUN:
		return mpt_inspect_dry_run(conf, err);
	case MPT_LIST:
		return mpt_inspect_list(conf, err);
	case MPT_DOCTOR:
		return mpt_inspect_doctor(conf, status, err);
	case MPT_CLEANUP:
		return mpt_inspect_cleanup(conf, err);
	case MPT_TRACE:
		break;
	}
	return conf->nreads ? mpt_replay_run(conf, status, err)
			    : mpt_session_run(conf, status, err);
}

int main(int argc, char **argv)
{
	struct mpt_err err = { 0 };
	struct mpt_conf conf;
	int status = MPT_EXIT_OK;
	int rc = mpt_cli_parse(argc, argv, &conf, &err);

	mpt_log_quiet(conf.quiet);
	if (rc == 0)
		rc = act(&conf, &status, &err);
	if (rc < 0) {
		mpt_log_err(&err);
		status = err.status ? err.status : MPT_EXIT_FAILED;
	}
	mpt_conf_free(&conf);
	return status;
}
