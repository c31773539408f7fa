/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor_look.c - what can be seen of this kernel without arming anything.
 *
 * In: the files of the system. Out: findings, each with its remedy, in the
 * order in which one looks for a cause. Every one is looked at, whatever was
 * found before it, so that nobody mends one thing to be told of the next.
 */
#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "doctor.h"
#include "err.h"
#include "file.h"
#include "pidns.h"
#include "tracedir.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

static void look_at_kernel(struct mpt_doctor *doctor)
{
	struct utsname uts;

	uname(&uts);
	mpt_doctor_find(doctor, "program", MPT_STATE_OK, PACKAGE_STRING);
	mpt_doctor_find(doctor, "kernel", MPT_STATE_OK, "%s %s %s", uts.sysname, uts.release,
			uts.machine);
}

/* A field of our own /proc/self/status; @base: of the number. 0 where it is not told. */
static uint64_t status_number(int rootfd, const char *name, int base)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;

	if (mpt_file_read(rootfd, "proc/self/status", &buf) < 0)
		return 0;
	at = strstr(mpt_buf_cstr(&buf), name);
	return at ? strtoull(at + strlen(name), NULL, base) : 0;
}

/* Whether user 0 here need not be user 0 of the machine. */
static bool is_in_user_namespace(int rootfd)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	unsigned long long inside, outside, count;

	if (mpt_file_read(rootfd, "proc/self/uid_map", &buf) < 0)
		return false;
	return sscanf(mpt_buf_cstr(&buf), "%llu %llu %llu", &inside, &outside, &count) == 3 &&
	       (inside != 0 || outside != 0 || count != UINT32_MAX);
}

/* What may be the cause, or do no harm: the self-test tells. */
static void suspect(struct mpt_doctor *doctor, const char *name, const char *what,
		    const char *to_do)
{
	struct mpt_finding *f = mpt_doctor_find(doctor, name, MPT_STATE_MISSING, "%s", what);

	f->suspect = true;
	mpt_doctor_remedy(f, to_do);
}

static void look_at_rights(struct mpt_doctor *doctor, int rootfd)
{
	bool admin = status_number(rootfd, "\nCapEff:\t", 16) & UINT64_C(1) << CAP_SYS_ADMIN;

	if (geteuid() != 0)
		suspect(doctor, "rights", "not root", "tracing needs root: run it with sudo");
	else if (is_in_user_namespace(rootfd))
		suspect(doctor, "rights", "root of a user namespace",
			"run it as root of the machine, outside of the namespace");
	else if (!admin)
		suspect(doctor, "rights", "root without CAP_SYS_ADMIN",
			"give it CAP_SYS_ADMIN, or mount tracefs where it runs");
	else
		mpt_doctor_find(doctor, "rights", MPT_STATE_OK, "root");
}

static void look_at_seccomp(struct mpt_doctor *doctor, int rootfd)
{
	if (status_number(rootfd, "\nSeccomp:\t", 10) != 0)
		suspect(doctor, "seccomp", "this process is under a filter",
			"run it outside of the container, or with its seccomp filter off");
}

/* "none [integrity] confidentiality": the level in brackets. */
static void look_at_lockdown(struct mpt_doctor *doctor, int rootfd)
{
	static const char file[] = "sys/kernel/security/lockdown";
	cleanup_buf struct mpt_buf buf = { 0 }, cmdline = { 0 };
	const char *at = NULL;
	struct mpt_finding *f;

	if (mpt_file_read(rootfd, file, &buf) == 0) {
		at = strchr(mpt_buf_cstr(&buf), '[');
		at = at ? at + 1 : NULL;
	} else if (mpt_file_read(rootfd, "proc/cmdline", &cmdline) == 0) {
		at = strstr(mpt_buf_cstr(&cmdline), "lockdown=");
		at = at ? at + strlen("lockdown=") : NULL;
	}
	if (!at) {
		mpt_doctor_find(doctor, "lockdown", MPT_STATE_OK, "none that can be seen");
		return;
	}
	f = mpt_doctor_find(doctor, "lockdown",
			    strncmp(at, "conf", 4) == 0 ? MPT_STATE_MISSING : MPT_STATE_OK, "%.*s",
			    (int)strcspn(at, "] \n"), at);
	if (f->state == MPT_STATE_MISSING)
		mpt_doctor_remedy(f, MPT_TRACEDIR_LOCKED);
}

static void look_at_nodes(struct mpt_doctor *doctor, int rootfd)
{
	cleanup_buf struct mpt_buf online = { 0 }, possible = { 0 };
	struct mpt_finding *f;

	if (mpt_file_read(rootfd, "sys/devices/system/node/online", &online) == 0 &&
	    mpt_file_read(rootfd, "sys/devices/system/node/possible", &possible) == 0) {
		mpt_doctor_find(doctor, "nodes", MPT_STATE_OK, "online %.*s, possible %.*s",
				(int)strcspn(mpt_buf_cstr(&online), "\n"), mpt_buf_cstr(&online),
				(int)strcspn(mpt_buf_cstr(&possible), "\n"),
				mpt_buf_cstr(&possible));
		return;
	}
	f = mpt_doctor_find(doctor, "nodes", MPT_STATE_MISSING, "this kernel has no NUMA support");
	mpt_doctor_remedy(f, "it needs CONFIG_NUMA: without it these calls do not exist");
}

static void look_at_namespace(struct mpt_doctor *doctor, int rootfd)
{
	struct mpt_finding *f;

	if (mpt_pidns_is_initial(rootfd))
		return;
	f = mpt_doctor_find(doctor, "namespace", MPT_STATE_NOTE,
			    "a PID namespace: pids are shown as the initial one has them, and "
			    "-p and --cgroup do not work");
	mpt_doctor_remedy(f, "run it in the initial PID namespace for these");
}

static void look_at_check(struct mpt_doctor *doctor, int rootfd, const struct mpt_tracedir *dir,
			  const struct mpt_tracedir_check *check)
{
	struct mpt_err err = { 0 };
	int rc = check->fn(rootfd, dir, &err);

	if (rc >= 0)
		mpt_doctor_find(doctor, check->name, rc == 0 ? MPT_STATE_OK : MPT_STATE_UNSEEN,
				"%s", rc == 0 ? check->good : check->unseen);
	else
		mpt_doctor_remedy(
			mpt_doctor_find(doctor, check->name, MPT_STATE_MISSING, "%s", err.what),
			err.hint);
}

/* tracefs, and what of it must be so. */
static void look_at_tracefs(struct mpt_doctor *doctor, int rootfd)
{
	const struct mpt_tracedir_check *check;
	struct mpt_err err = { 0 };
	struct mpt_tracedir dir;
	struct mpt_finding *f;

	if (mpt_tracedir_find(rootfd, &dir, &err) == 0) {
		mpt_doctor_find(doctor, "tracefs", MPT_STATE_OK, "%s", dir.how);
	} else {
		f = mpt_doctor_find(doctor, "tracefs", MPT_STATE_MISSING, "%s", err.what);
		mpt_doctor_remedy(f, err.hint);
	}
	for (check = mpt_tracedir_checks; check->name; check++)
		look_at_check(doctor, rootfd, &dir, check);
	mpt_tracedir_close(&dir);
}

void mpt_doctor_look(struct mpt_doctor *doctor, int rootfd)
{
	look_at_kernel(doctor);
	look_at_rights(doctor, rootfd);
	look_at_namespace(doctor, rootfd);
	look_at_seccomp(doctor, rootfd);
	look_at_lockdown(doctor, rootfd);
	look_at_nodes(doctor, rootfd);
	look_at_tracefs(doctor, rootfd);
}
