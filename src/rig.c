/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rig.c - the probes, armed, and what is needed to read them.
 *
 * In: what the user asked for. Out: an instance of our own with the best plan
 * that this kernel proves, switched off, and a source and a decoder for what it
 * will record. It knows nothing of COMMAND but its number, and shows nothing.
 */
#include "rig.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "aim.h"
#include "buf.h"
#include "calib.h"
#include "cleanup.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "filter.h"
#include "log.h"
#include "pidns.h"
#include "source_live.h"
#include "stale.h"

enum {
	BUFFER_KB_MAX = 8192, /* loses nothing at full speed where 1.4 MB lost a tenth */
	BUFFER_KB_MIN = 64,
	BUFFER_MEMORY_SHARE = 64,
	AHEAD_MB_MAX = 512,
	AHEAD_MEMORY_SHARE = 4,
	AHEAD_BUFFERS = 16, /* so that -b says how much memory it may cost, too */
};

uint64_t mpt_rig_buffer_kb(const struct mpt_rig *r)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	uint64_t kb = r->caps.available_kb / BUFFER_MEMORY_SHARE / (uint64_t)(cpus > 0 ? cpus : 1);

	if (r->conf->buffer_kb)
		return r->conf->buffer_kb;
	if (kb > BUFFER_KB_MAX)
		return BUFFER_KB_MAX;
	return kb < BUFFER_KB_MIN ? BUFFER_KB_MIN : kb;
}

uint64_t mpt_rig_ahead_bytes(const struct mpt_rig *r)
{
	uint64_t buffers = AHEAD_BUFFERS * mpt_rig_buffer_kb(r) * r->source->ncpus;
	uint64_t kb = r->caps.spendable_kb / AHEAD_MEMORY_SHARE;

	if (kb > AHEAD_MB_MAX * 1024)
		kb = AHEAD_MB_MAX * 1024;
	return (kb < buffers ? kb : buffers) * 1024;
}

/* While seccomp is watched every system call of a task under a filter costs more. */
static bool wants_denied(const struct mpt_conf *conf)
{
	if (conf->denied == MPT_AUTO)
		return conf->command || mpt_aim_has_targets(conf);
	return conf->denied == MPT_ALWAYS;
}

static struct mpt_wish wish_of(const struct mpt_rig *r)
{
	struct mpt_wish wish = {
		.syscalls = r->conf->syscalls,
		.lean = r->conf->timestamps == MPT_TIME_NONE,
		.denied = wants_denied(r->conf),
		.stack = r->conf->stack,
		.group = r->owner.group,
	};
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		wish.filter_args[nr] = (uint8_t)mpt_filter_args(r->conf->filter, nr);

	if (getrandom(&wish.poison, sizeof(wish.poison), 0) < 0)
		wish.poison = UINT64_C(0xd3a5c96b1e7f4288) ^ mpt_clock_now();
	wish.poison &= MPT_POISON_MASK;
	return wish;
}

int mpt_rig_open(struct mpt_rig *r, const struct mpt_conf *conf, struct mpt_err *err)
{
	struct utsname uts;
	int rc;

	*r = (struct mpt_rig){ .conf = conf, .rootfd = -1, .eventsfd = -1 };
	r->dir.fd = -1;
	r->armed.fd = -1;
	r->rootfd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->rootfd < 0)
		return mpt_err_set(err, errno, "/");
	uname(&uts);
	snprintf(r->host, sizeof(r->host), "%s", uts.nodename);
	rc = mpt_caps_read(r->rootfd, uts.machine, &r->caps, err);
	return rc < 0 ? rc : mpt_owner_self(r->rootfd, &r->owner, err);
}

static int open_reading(struct mpt_rig *r, struct mpt_err *err)
{
	int rc;

	r->eventsfd = openat(r->armed.fd, "events", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (r->eventsfd < 0)
		return mpt_err_set(err, errno, "instances/%s/events", r->owner.instance);
	rc = mpt_decoder_create(r->eventsfd, &r->decoder, err);
	if (rc == 0)
		rc = mpt_source_live_open(r->armed.fd, mpt_decoder_page_size(r->decoder),
					  &r->source, err);
	return rc;
}

/*
 * In a PID namespace the trace has other numbers for threads than we and our
 * /proc have: those of ours can be learnt, others' cannot.
 */
static int learn_numbers(struct mpt_rig *r, pid_t command, struct mpt_err *err)
{
	pid_t pid = command > 0 ? command : getpid();

	r->command_tid = command;
	if (mpt_pidns_is_initial(r->rootfd))
		return 0;
	if (mpt_aim_has_targets(r->conf)) {
		mpt_err_set(err, 0, "-p and --cgroup do not work in a PID namespace");
		mpt_err_hint(err, "the kernel traces by the numbers of the initial one: run "
				  "mempoltrace there");
		return -ENOTSUP;
	}
	r->foreign = true;
	mpt_log_note("this is a PID namespace: pids and tids are those of the initial one");
	return mpt_pidns_learn(&r->armed, r->decoder, r->source, pid, &r->command_tid, err);
}

/* What the kernel can decide it decides, once our own calls have been seen. */
static int push_filters(struct mpt_rig *r, struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < r->plan.ndefs && rc == 0; i++) {
		struct mpt_def *def = &r->plan.defs[i];
		cleanup_buf struct mpt_buf expr = { 0 };

		if (def->role != MPT_ROLE_ENTER && def->role != MPT_ROLE_EXIT)
			continue;
		mpt_filter_put_kernel(&expr, r->conf->filter, def, r->plan.lean);
		if (expr.len)
			rc = mpt_arm_filter(&r->armed, &r->plan, def, mpt_buf_cstr(&expr), err);
	}
	return rc;
}

int mpt_rig_plan(struct mpt_rig *r, struct mpt_err *err)
{
	struct mpt_wish wish = wish_of(r);

	return mpt_plan_make(&wish, &r->caps, &r->plan, err);
}

struct swept {
	unsigned gone, left;
	char what[160]; /* the first that is left, and why */
	int errnum;
};

static void count_swept(void *arg, const char *what, int errnum)
{
	struct swept *swept = arg;

	if (errnum == 0) {
		swept->gone++;
		return;
	}
	if (swept->left++ == 0)
		snprintf(swept->what, sizeof(swept->what), "%s", what);
	swept->errnum = swept->errnum ? swept->errnum : errnum;
}

/* What cannot be removed now is no reason not to trace: --cleanup does it later. */
static void sweep(const struct mpt_rig *r)
{
	struct swept swept = { 0 };
	const struct mpt_stale stale = { .rootfd = r->rootfd,
					 .tracefd = r->dir.fd,
					 .by_process = mpt_pidns_is_initial(r->rootfd),
					 .tell = count_swept,
					 .arg = &swept };

	mpt_stale_sweep(&stale);
	if (swept.gone)
		mpt_log_note("removed what a run left that was killed: %u probes and instances",
			     swept.gone);
	if (swept.left)
		mpt_log_note("a run that was killed left %s, and %u more: %s; type: mempoltrace "
			     "--cleanup, when nobody uses them any more",
			     swept.what, swept.left - 1, strerror(swept.errnum));
}

/* The instance with the best plan that is proven, switched off. */
int mpt_rig_arm(struct mpt_rig *r, pid_t command, struct mpt_err *err)
{
	uint64_t kb = mpt_rig_buffer_kb(r);
	struct mpt_wish wish = wish_of(r);
	int rc = mpt_tracedir_open(r->rootfd, &r->dir, err);

	if (rc < 0)
		return rc;
	r->caps.has_probes = r->dir.has_probes;
	r->caps.has_events = r->dir.has_events;
	r->caps.lacks = r->caps.has_probes ? mpt_dialect_read(r->dir.fd) : 0;
	sweep(r);
	rc = mpt_arm_instance(&r->armed, &r->dir, &r->owner, kb, err);
	if (rc == 0)
		rc = open_reading(r, err);
	if (rc == 0)
		rc = learn_numbers(r, command, err);
	if (rc == 0)
		rc = mpt_calibrate(&wish, &r->caps, &r->armed, r->decoder, r->source, &r->plan,
				   err);
	if (rc == 0)
		rc = mpt_filter_check_nodes(r->conf->filter, r->caps.possible, err);
	return rc < 0 ? rc : push_filters(r, err);
}

/* Closes what has the instance's files open, then takes the kernel's state back. */
int mpt_rig_disarm(struct mpt_rig *r)
{
	mpt_source_close(r->source);
	r->source = NULL;
	if (r->eventsfd >= 0)
		close(r->eventsfd);
	r->eventsfd = -1;
	return mpt_disarm(&r->armed);
}

void mpt_rig_close(struct mpt_rig *r)
{
	mpt_rig_disarm(r);
	mpt_decoder_destroy(r->decoder);
	r->decoder = NULL;
	mpt_plan_free(&r->plan);
	mpt_tracedir_close(&r->dir);
	if (r->rootfd >= 0)
		close(r->rootfd);
	r->rootfd = -1;
}
