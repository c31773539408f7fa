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
#include <sys/utsname.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "conf.h"
#include "err.h"
#include "file.h"
#include "jsonw.h"
#include "pidns.h"
#include "rig.h"
#include "selftest.h"
#include "tab.h"

static struct mpt_finding *find(struct mpt_doctor *doctor, const char *name, enum mpt_state state,
				const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static struct mpt_finding *find(struct mpt_doctor *doctor, const char *name, enum mpt_state state,
				const char *fmt, ...)
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

static void remedy(struct mpt_finding *f, const char *text)
{
	snprintf(f->remedy, sizeof(f->remedy), "%s", text);
}

static void look_at_kernel(struct mpt_doctor *doctor)
{
	struct utsname uts;

	uname(&uts);
	find(doctor, "kernel", MPT_STATE_OK, "%s %s %s", uts.sysname, uts.release, uts.machine);
}

static void look_at_rights(struct mpt_doctor *doctor)
{
	struct mpt_finding *f;

	if (geteuid() == 0) {
		find(doctor, "rights", MPT_STATE_OK, "root");
		return;
	}
	f = find(doctor, "rights", MPT_STATE_NOTE, "user %u, not root", (unsigned)geteuid());
	remedy(f, "run it with sudo");
}

/* "none [integrity] confidentiality": the level in brackets. */
static void look_at_lockdown(struct mpt_doctor *doctor, int rootfd)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;
	struct mpt_finding *f;

	if (mpt_file_read(rootfd, "sys/kernel/security/lockdown", &buf) < 0 ||
	    !(at = strchr(mpt_buf_cstr(&buf), '['))) {
		find(doctor, "lockdown", MPT_STATE_OK, "none that can be seen");
		return;
	}
	at++;
	f = find(doctor, "lockdown", strncmp(at, "conf", 4) == 0 ? MPT_STATE_MISSING : MPT_STATE_OK,
		 "%.*s", (int)strcspn(at, "]"), at);
	if (f->state == MPT_STATE_MISSING)
		remedy(f, "boot with lockdown=integrity or less");
}

static void look_at_nodes(struct mpt_doctor *doctor, const struct mpt_rig *rig)
{
	cleanup_buf struct mpt_buf online = { 0 };

	mpt_file_read(rig->rootfd, "sys/devices/system/node/online", &online);
	find(doctor, "nodes", MPT_STATE_OK, "online %.*s, possible 0-%u",
	     (int)strcspn(mpt_buf_cstr(&online), "\n"), mpt_buf_cstr(&online),
	     rig->caps.possible - 1);
}

static void look_at_namespace(struct mpt_doctor *doctor, const struct mpt_rig *rig)
{
	struct mpt_finding *f;

	if (mpt_pidns_is_initial(rig->rootfd))
		return;
	f = find(doctor, "namespace", MPT_STATE_NOTE,
		 "a PID namespace: pids shown are those of the initial one; -p and --cgroup "
		 "do not work");
	remedy(f, "run it in the initial PID namespace for these");
}

static void look_at_view(struct mpt_doctor *doctor, const struct mpt_view *view)
{
	struct mpt_finding *f;

	if (view->rung == MPT_RUNG_EVENTS) {
		f = find(
			doctor, view->abi->name, MPT_STATE_NOTE,
			"by syscall tracepoints: arguments and results; not what pointers lead to, "
			"and no other ABI's calls");
		remedy(f,
		       "a kernel with CONFIG_KPROBE_EVENTS, whose kprobe_events can be written to");
		return;
	}
	if (view->rung == MPT_RUNG_NONE) {
		f = find(doctor, view->abi->name, MPT_STATE_NOTE,
			 "what pointers lead to is not captured; arguments and results are");
		remedy(f, "a kernel from 6.9 on shows the arguments to return probes");
		return;
	}
	find(doctor, view->abi->name, MPT_STATE_OK, "memory is read at return by %s",
	     view->rung == MPT_RUNG_ARGS ? "$argN" : view->saved);
}

static void look_at_denied(struct mpt_doctor *doctor, const struct mpt_view *view)
{
	struct mpt_finding *f;

	if (view->asker) {
		find(doctor, "denied calls", MPT_STATE_OK, "%s: seen, by %s", view->abi->name,
		     view->asker);
		return;
	}
	f = find(doctor, "denied calls", MPT_STATE_NOTE, "%s: %s", view->abi->name,
		 view->rung == MPT_RUNG_EVENTS ? "result only, without arguments" : "not captured");
	remedy(f, "a kernel with CONFIG_SECCOMP_FILTER, whose __secure_computing can be probed");
}

static void look_at_calls(struct mpt_doctor *doctor, const struct mpt_caps *caps)
{
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		if (caps->missing & UINT64_C(1) << nr)
			find(doctor, "calls", MPT_STATE_NOTE, "this kernel has no %s",
			     mpt_syscalls[nr].name);
}

static void look_at_armed(struct mpt_doctor *doctor, struct mpt_rig *rig)
{
	unsigned i;

	find(doctor, "tracefs", MPT_STATE_OK, "%s", rig->dir.how);
	for (i = 0; i < rig->caps.nviews; i++)
		look_at_view(doctor, &rig->caps.views[i]);
	if (rig->caps.guest)
		find(doctor, rig->caps.guest->name, MPT_STATE_OK, "as %s",
		     rig->caps.views[0].abi->name);
	for (i = 0; i < rig->caps.nviews; i++)
		look_at_denied(doctor, &rig->caps.views[i]);
	look_at_calls(doctor, &rig->caps);
	find(doctor, "buffer", MPT_STATE_OK, "%llu KiB for each of %u CPUs, in all %llu MiB",
	     (unsigned long long)mpt_rig_buffer_kb(rig), rig->source->ncpus,
	     (unsigned long long)(mpt_rig_buffer_kb(rig) * rig->source->ncpus / 1024));
}

static void test(struct mpt_doctor *doctor, struct mpt_rig *rig)
{
	struct mpt_finding *f;
	struct mpt_err err = { 0 };
	int n = mpt_selftest(rig, &err);

	doctor->works = n > 0;
	if (n > 0) {
		find(doctor, "self-test", MPT_STATE_OK, "ok: %d calls of our own are shown as made",
		     n);
		return;
	}
	f = find(doctor, "self-test", MPT_STATE_MISSING, "%s", err.what);
	remedy(f, err.hint[0] ? err.hint : "report it, with the output of --dry-run and uname -a");
}

int mpt_doctor_examine(struct mpt_doctor *doctor, const struct mpt_conf *conf, struct mpt_err *err)
{
	struct mpt_rig rig = { 0 };
	struct mpt_err why = { 0 };
	int rc = mpt_rig_open(&rig, conf, &why);

	look_at_kernel(doctor);
	look_at_rights(doctor);
	if (rig.rootfd >= 0)
		look_at_lockdown(doctor, rig.rootfd);
	if (rc == 0) {
		look_at_nodes(doctor, &rig);
		look_at_namespace(doctor, &rig);
		rc = mpt_rig_arm(&rig, 0, &why);
	}
	if (rc == 0) {
		look_at_armed(doctor, &rig);
		test(doctor, &rig);
	} else {
		remedy(find(doctor, "tracing", MPT_STATE_MISSING, "%s", why.what), why.hint);
	}
	mpt_rig_close(&rig);
	(void)err;
	return 0;
}

static const char *state_text(enum mpt_state state)
{
	static const char *const text[] = {
		[MPT_STATE_OK] = "ok", [MPT_STATE_NOTE] = "less", [MPT_STATE_MISSING] = "missing"
	};

	return text[state];
}

static void put_remedies(const struct mpt_doctor *doctor, struct mpt_buf *buf)
{
	unsigned i;

	for (i = 0; i < doctor->n; i++)
		if (doctor->findings[i].remedy[0])
			mpt_buf_printf(buf, "%s: %s\n", doctor->findings[i].name,
				       doctor->findings[i].remedy);
}

void mpt_doctor_put(const struct mpt_doctor *doctor, unsigned width, struct mpt_buf *buf)
{
	static const struct mpt_tab_column columns[] = { { "CHECK", false, false },
							 { "STATE", false, false },
							 { "FOUND", false, true },
							 { NULL } };
	struct mpt_tab tab = { .columns = columns };
	unsigned i;

	for (i = 0; i < doctor->n; i++) {
		mpt_tab_cell(&tab, "%s", doctor->findings[i].name);
		mpt_tab_cell(&tab, "%s", state_text(doctor->findings[i].state));
		mpt_tab_cell(&tab, "%s", doctor->findings[i].what);
	}
	mpt_tab_put(&tab, width, buf);
	put_remedies(doctor, buf);
	mpt_buf_puts(buf, doctor->works ? "capture works here\n" : "capture does not work here\n");
}

static void put_str(struct mpt_jsonw *w, const char *key, const char *value)
{
	mpt_jsonw_key(w, key);
	mpt_jsonw_str(w, value);
}

void mpt_doctor_put_json(const struct mpt_doctor *doctor, struct mpt_buf *buf)
{
	struct mpt_jsonw w = { .buf = buf };
	unsigned i;

	mpt_jsonw_begin(&w, '{');
	put_str(&w, "type", "doctor");
	mpt_jsonw_key(&w, "works");
	mpt_jsonw_bool(&w, doctor->works);
	mpt_jsonw_key(&w, "findings");
	mpt_jsonw_begin(&w, '[');
	for (i = 0; i < doctor->n; i++) {
		const struct mpt_finding *f = &doctor->findings[i];

		mpt_jsonw_begin(&w, '{');
		put_str(&w, "check", f->name);
		put_str(&w, "state", state_text(f->state));
		put_str(&w, "found", f->what);
		if (f->remedy[0])
			put_str(&w, "remedy", f->remedy);
		mpt_jsonw_end(&w, '}');
	}
	mpt_jsonw_end(&w, ']');
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}
