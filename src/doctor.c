/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor.c - what this kernel allows, what is missing, and the remedy.
 *
 * In: the running system. Out: findings in the order in which one looks for a
 * cause, each with its remedy, and a verdict by calls of our own. What it does
 * to the kernel it takes back before it returns.
 */
#include "doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "calib_denied.h"
#include "call.h"
#include "conf.h"
#include "err.h"
#include "log.h"
#include "rig.h"
#include "selftest.h"

struct mpt_finding *mpt_doctor_find(struct mpt_doctor *doctor, const char *name,
				    enum mpt_state state, const char *fmt, ...)
{
	struct mpt_finding *f = &doctor->findings[doctor->n];
	va_list args;

	if (doctor->n < MPT_FINDINGS_MAX - 1)
		doctor->n++;
	*f = (struct mpt_finding){ .name = name, .state = state };
	va_start(args, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, args);
	va_end(args);
	return f;
}

void mpt_doctor_remedy(struct mpt_finding *f, const char *text)
{
	snprintf(f->remedy, sizeof(f->remedy), "%s", text);
}

static void look_at_view(struct mpt_doctor *doctor, const struct mpt_view *view)
{
	struct mpt_finding *f;

	if (view->rung == MPT_RUNG_EVENTS) {
		f = mpt_doctor_find(
			doctor, view->abi->name, MPT_STATE_NOTE,
			"by syscall tracepoints: arguments and results; not what pointers lead to, "
			"and no other ABI's calls");
		mpt_doctor_remedy(f, "a kernel with CONFIG_KPROBE_EVENTS, whose kprobe_events can "
				     "be written to");
		return;
	}
	if (view->rung == MPT_RUNG_NONE) {
		f = mpt_doctor_find(doctor, view->abi->name, MPT_STATE_NOTE,
				    "arguments and results; not what pointers lead to");
		mpt_doctor_remedy(f,
				  "a kernel whose return probes see the arguments: 6.9 or newer");
		return;
	}
	mpt_doctor_find(doctor, view->abi->name, MPT_STATE_OK,
			"arguments, results and what pointers lead to (%s at return)",
			view->rung == MPT_RUNG_ARGS ? "$argN" : view->saved);
}

/* An ABI of this machine by which calls may come in and are not seen. */
static void look_at_absent(struct mpt_doctor *doctor, const struct mpt_caps *caps,
			   const struct mpt_abi *abi)
{
	struct mpt_finding *f;
	unsigned i;

	for (i = 0; i < caps->nviews; i++)
		if (caps->views[i].abi == abi)
			return;
	if (caps->guest == abi) {
		mpt_doctor_find(doctor, abi->name, MPT_STATE_OK, "as %s", caps->views[0].abi->name);
	} else if (!mpt_call_can(abi)) {
		mpt_doctor_find(doctor, abi->name, MPT_STATE_OK, "this kernel has no such callers");
	} else {
		f = mpt_doctor_find(doctor, abi->name, MPT_STATE_NOTE,
				    "calls are served, and cannot be seen");
		mpt_doctor_remedy(f,
				  caps->views[0].by_registers
					  ? "a newer kernel: this one's functions serve several "
					    "ABIs alike"
					  : "report it, with the output of --dry-run and uname -a");
	}
}

static void look_at_abis(struct mpt_doctor *doctor, const struct mpt_caps *caps)
{
	const struct mpt_abi *abi;
	unsigned i;

	for (i = 0; i < caps->nviews; i++)
		look_at_view(doctor, &caps->views[i]);
	for (abi = mpt_abis; abi->name; abi++)
		if (strcmp(abi->machine, caps->views[0].abi->machine) == 0)
			look_at_absent(doctor, caps, abi);
}

static void look_at_denied(struct mpt_doctor *doctor, const struct mpt_view *view)
{
	struct mpt_finding *f;

	if (view->asker) {
		mpt_doctor_find(doctor, "denied calls", MPT_STATE_OK,
				"%s: what seccomp answered, and arguments (%s)", view->abi->name,
				view->asker);
		return;
	}
	/* where no task can have a filter, nothing is denied and nothing missed */
	if (!mpt_denied_can_filter())
		return;
	f = mpt_doctor_find(doctor, "denied calls", MPT_STATE_NOTE, "%s: %s", view->abi->name,
			    mpt_view_tells_denied(view) ? "result only, without arguments"
							: "not captured");
	mpt_doctor_remedy(f, "a kernel with CONFIG_SECCOMP_FILTER that lets __secure_computing be "
			     "probed");
}

static void look_at_calls(struct mpt_doctor *doctor, const struct mpt_caps *caps)
{
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		if (caps->missing & UINT64_C(1) << nr)
			mpt_doctor_find(doctor, "calls", MPT_STATE_OK,
					"all but %s, which this "
					"kernel does not have",
					mpt_syscalls[nr].name);
}

static void look_at_armed(struct mpt_doctor *doctor, const struct mpt_rig *rig)
{
	unsigned long long kb = mpt_rig_buffer_kb(rig);
	unsigned i;

	look_at_abis(doctor, &rig->caps);
	for (i = 0; i < rig->caps.nviews; i++)
		look_at_denied(doctor, &rig->caps.views[i]);
	look_at_calls(doctor, &rig->caps);
	mpt_doctor_find(doctor, "buffer", MPT_STATE_OK,
			"%llu KiB for each of %u CPUs, %llu MiB in all (-b)", kb,
			rig->source->ncpus, kb * rig->source->ncpus / 1024);
}

static void test(struct mpt_doctor *doctor, struct mpt_rig *rig)
{
	struct mpt_finding *f;
	struct mpt_err err = { 0 };
	int n = mpt_selftest(rig, &err);

	doctor->works = n > 0;
	if (n > 0) {
		mpt_doctor_find(doctor, "self-test", MPT_STATE_OK,
				"ok: %d calls of our own are shown as they were made", n);
		return;
	}
	f = mpt_doctor_find(doctor, "self-test", MPT_STATE_MISSING, "%s", err.what);
	mpt_doctor_remedy(f, err.hint[0] ? err.hint
					 : "report it, with the output of --dry-run and uname -a");
}

static void tell_untested(struct mpt_doctor *doctor, const struct mpt_err *why)
{
	struct mpt_finding *f =
		mpt_doctor_find(doctor, "self-test", MPT_STATE_MISSING, "not made: %s", why->what);

	mpt_doctor_remedy(f, why->hint);
}

/* Where all works, what might have been the cause is none. */
static void clear_suspects(struct mpt_doctor *doctor)
{
	unsigned i;

	for (i = 0; i < doctor->n; i++) {
		struct mpt_finding *f = &doctor->findings[i];

		if (!f->suspect)
			continue;
		f->state = MPT_STATE_OK;
		f->remedy[0] = '\0';
	}
}

void mpt_doctor_examine(struct mpt_doctor *doctor, const struct mpt_conf *conf)
{
	struct mpt_rig rig = { 0 };
	struct mpt_err why = { 0 };
	int rc;

	mpt_log_quiet(true); /* what notes tell stands among the findings */
	rc = mpt_rig_open(&rig, conf, &why);
	if (rig.rootfd >= 0)
		mpt_doctor_look(doctor, rig.rootfd);
	if (rc == 0)
		rc = mpt_rig_arm(&rig, 0, &why);
	if (rc == 0) {
		look_at_armed(doctor, &rig);
		test(doctor, &rig);
	} else {
		tell_untested(doctor, &why);
	}
	if (doctor->works)
		clear_suspects(doctor);
	mpt_rig_close(&rig);
}
