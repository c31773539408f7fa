/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inspect.c - what this kernel allows (--dry-run, --list, --doctor), and --cleanup.
 *
 * In: what the user asked for. Out: a report, on standard output or in a
 * file. Probes are armed for a moment, where that is allowed, and taken back
 * before anything is printed; nobody is traced but ourselves.
 */
#include "inspect.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "cleanup.h"
#include "conf.h"
#include "doctor.h"
#include "emit.h"
#include "err.h"
#include "filter.h"
#include "list.h"
#include "look.h"
#include "pidns.h"
#include "rig.h"
#include "sink.h"
#include "stale.h"
#include "tracedir.h"

static bool wants_json(const struct mpt_conf *conf)
{
	return conf->format == &mpt_emit_json;
}

/* Everything at once, as --list and --doctor look at it. */
static struct mpt_conf everything(const struct mpt_conf *conf)
{
	struct mpt_conf all = *conf;

	all.syscalls = (UINT64_C(1) << MPT_NSYSCALLS) - 1;
	all.denied = MPT_ALWAYS;
	return all;
}

/* Writes and closes. Returns 0 or -errno, or @rc where something failed before. */
static int finish(struct mpt_sink *sink, int rc, struct mpt_err *err)
{
	int closed;

	if (rc == 0)
		rc = mpt_sink_flush(sink, -1, err);
	closed = mpt_sink_close(sink);
	if (rc == 0 && closed < 0)
		rc = mpt_err_set(err, -closed, "cannot write the report");
	return rc;
}

static void put_ladder(struct mpt_rig *rig, struct mpt_buf *buf, const struct mpt_err *why)
{
	struct mpt_view *view = rig->caps.views;
	struct mpt_err ignored;

	mpt_buf_printf(
		buf,
		"# This kernel was not asked: %s.\n"
		"# It would be offered these, and of them the first would be armed that it takes\n"
		"# and that shows calls of mempoltrace's own rightly; and the same for the other\n"
		"# ABIs that it serves.\n",
		why->what);
	for (;;) {
		if (mpt_rig_plan(rig, &ignored) == 0)
			mpt_plan_put(buf, &rig->plan);
		mpt_plan_free(&rig->plan);
		if (view->rung == MPT_RUNG_EVENTS)
			return;
		if (mpt_rung_sees_args(view->rung))
			mpt_caps_refute(view);
		else
			mpt_caps_use_events(&rig->caps);
	}
}

int mpt_inspect_dry_run(const struct mpt_conf *conf, struct mpt_err *err)
{
	struct mpt_sink sink;
	struct mpt_rig rig = { 0 };
	int rc = mpt_sink_open(&sink, conf->output, STDOUT_FILENO, err);

	if (rc < 0)
		return rc;
	rc = mpt_rig_open(&rig, conf, err);
	if (rc == 0 && mpt_rig_arm(&rig, 0, err) == 0) {
		mpt_rig_disarm(&rig);
		mpt_plan_put(&sink.buf, &rig.plan);
		mpt_filter_put(&sink.buf, conf->filter, &rig.plan);
	} else if (rc == 0 && err->status == MPT_EXIT_USAGE) {
		rc = -EINVAL;
	} else if (rc == 0) {
		mpt_rig_disarm(&rig);
		put_ladder(&rig, &sink.buf, err);
	}
	mpt_rig_close(&rig);
	return finish(&sink, rc, err);
}

int mpt_inspect_list(const struct mpt_conf *conf, struct mpt_err *err)
{
	const struct mpt_conf all = everything(conf);
	struct mpt_err why = { 0 };
	struct mpt_sink sink;
	struct mpt_rig rig = { 0 };
	bool asked;
	int rc = mpt_sink_open(&sink, conf->output, STDOUT_FILENO, err);

	if (rc < 0)
		return rc;
	rc = mpt_rig_open(&rig, &all, err);
	if (rc == 0) {
		asked = mpt_rig_arm(&rig, 0, &why) == 0;
		mpt_rig_disarm(&rig);
		if (wants_json(conf))
			mpt_list_put_json(&sink.buf, &rig.caps, asked ? NULL : why.what);
		else
			mpt_list_put(&sink.buf, &rig.caps, asked ? NULL : why.what,
				     mpt_look_width(sink.fd));
	}
	mpt_rig_close(&rig);
	return finish(&sink, rc, err);
}

int mpt_inspect_doctor(const struct mpt_conf *conf, int *status, struct mpt_err *err)
{
	const struct mpt_conf all = everything(conf);
	struct mpt_doctor doctor = { 0 };
	struct mpt_sink sink;
	int rc = mpt_sink_open(&sink, conf->output, STDOUT_FILENO, err);

	if (rc < 0)
		return rc;
	mpt_doctor_examine(&doctor, &all);
	if (wants_json(conf))
		mpt_doctor_put_json(&doctor, &sink.buf);
	else
		mpt_doctor_put(&doctor, mpt_look_width(sink.fd), &sink.buf);
	*status = doctor.works ? MPT_EXIT_OK : MPT_EXIT_NO_CAPTURE;
	return finish(&sink, rc, err);
}

/* --- --cleanup ---------------------------------------------------------------------------- */

struct swept {
	struct mpt_buf *buf;
	unsigned failed;
	char first[160];
	int errnum;
};

static void put_swept(void *arg, const char *what, int errnum)
{
	struct swept *swept = arg;

	if (errnum == 0) {
		mpt_buf_printf(swept->buf, "removed %s\n", what);
	} else if (swept->failed++ == 0) {
		snprintf(swept->first, sizeof(swept->first), "%s", what);
		swept->errnum = errnum;
	}
}

static int explain_swept(const struct swept *swept, struct mpt_err *err)
{
	char more[32] = "";

	if (swept->failed == 0)
		return 0;
	if (swept->failed > 1)
		snprintf(more, sizeof(more), " and %u more", swept->failed - 1);
	mpt_err_set(err, swept->errnum, "cannot remove %s%s", swept->first, more);
	if (swept->errnum == EBUSY)
		mpt_err_hint(err, "another tracer has it enabled or open: stop that one, and "
				  "try again");
	return -swept->errnum;
}

int mpt_inspect_cleanup(const struct mpt_conf *conf, struct mpt_err *err)
{
	cleanup_close int rootfd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct swept swept = { 0 };
	struct mpt_tracedir dir;
	struct mpt_stale stale;
	struct mpt_sink sink;
	int rc = mpt_sink_open(&sink, conf->output, STDOUT_FILENO, err);

	if (rc < 0)
		return rc;
	rc = mpt_tracedir_open(rootfd, &dir, err);
	if (rc < 0)
		return finish(&sink, rc, err);
	swept.buf = &sink.buf;
	stale = (struct mpt_stale){ .rootfd = rootfd,
				    .tracefd = dir.fd,
				    .by_process = mpt_pidns_is_initial(rootfd),
				    .tell = put_swept,
				    .arg = &swept };
	rc = mpt_stale_sweep(&stale);
	if (rc < 0)
		mpt_tracedir_explain(rootfd, -rc, "tracefs cannot be read", err);
	mpt_tracedir_close(&dir);
	rc = finish(&sink, rc, err);
	return rc < 0 ? rc : explain_swept(&swept, err);
}
