/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * aim.c - whose calls the instance records.
 *
 * In: what the user asked for, an armed instance. Out: its list of threads, and
 * what is known of each of them before anything is recorded. It judges no
 * call: that is the filter's business.
 */
#include "aim.h"

#include <errno.h>
#include <stdlib.h>

#include "arm.h"
#include "cleanup.h"
#include "clock.h"
#include "conf.h"
#include "err.h"
#include "filter.h"
#include "pair.h"
#include "target.h"
#include "thread.h"

bool mpt_aim_has_targets(const struct mpt_conf *conf)
{
	return conf->npids || conf->cgroup;
}

/*
 * --no-follow: new threads are traced, since they are the process; of its
 * children none is shown.
 */
static int follow_only(struct mpt_aim *a, pid_t tid)
{
	const struct mpt_thread *thread = mpt_threads_find(a->threads, tid);
	struct mpt_filter *filter = a->conf->filter;
	pid_t *tgids;

	if (!a->conf->no_follow || !thread)
		return 0;
	tgids = realloc(a->tgids, (filter->ntgids + 1) * sizeof(*tgids));
	if (!tgids)
		return -ENOMEM;
	tgids[filter->ntgids++] = thread->tgid;
	filter->tgids = a->tgids = tgids;
	return 0;
}

/*
 * One look at a process's threads; *added counts those that were not recorded
 * before. One that ends meanwhile is no failure.
 */
static int add_threads(struct mpt_aim *a, pid_t pid, size_t *added)
{
	cleanup_free pid_t *tids = NULL;
	size_t n = 0, i;
	int rc = mpt_target_threads(a->rootfd, pid, &tids, &n);

	*added = 0;
	for (i = 0; i < n && rc == 0; i++)
		if (mpt_threads_meet(a->threads, tids[i], mpt_clock_now()))
			tids[(*added)++] = tids[i];
	return rc < 0 ? rc : mpt_arm_add_threads(a->armed, tids, *added);
}

/* A process's threads, until a look finds none that is new. */
static int add_process(struct mpt_aim *a, pid_t pid, struct mpt_err *err)
{
	size_t added;
	int rc;

	do {
		rc = add_threads(a, pid, &added);
	} while (rc == 0 && added > 0);
	if (rc == 0)
		rc = follow_only(a, pid);
	if (rc == 0)
		return 0;
	mpt_err_set(err, -rc, "cannot trace process %d", (int)pid);
	return rc;
}

/* The processes of a cgroup, until a look finds none that is new. */
static int add_cgroup(struct mpt_aim *a, struct mpt_err *err)
{
	size_t n = 0, before, i;
	int rc;

	do {
		cleanup_free pid_t *pids = NULL;

		before = n;
		n = 0;
		rc = mpt_target_cgroup(a->conf->cgroup, &pids, &n);
		if (rc < 0)
			return mpt_err_set(err, -rc, "cannot trace cgroup %s", a->conf->cgroup);
		for (i = 0; i < n; i++)
			/* one that has ended meanwhile is no failure */
			add_process(a, pids[i], err);
	} while (n != before);
	if (n > 0)
		return 0;
	mpt_err_set(err, 0, "cannot trace cgroup %s: no process is in it", a->conf->cgroup);
	return -ESRCH;
}

/* COMMAND's own thread as the trace numbers it, and what is known of it. */
static int take_command(struct mpt_aim *a, pid_t pid, pid_t tid, struct mpt_err *err)
{
	struct mpt_thread *thread;

	if (pid == tid)
		mpt_threads_meet(a->threads, pid, mpt_clock_now());
	else
		mpt_threads_add(a->threads, tid, tid, mpt_clock_now());
	thread = mpt_threads_find(a->threads, tid);
	if (thread)
		/* it waits to be released */
		mpt_pair_settle(NULL, thread, NULL);
	if (follow_only(a, tid) < 0)
		return mpt_err_set(err, ENOMEM, "--no-follow");
	return mpt_arm_threads(a->armed, &tid, 1, true, err);
}

int mpt_aim_take(struct mpt_aim *a, pid_t command, pid_t tid, struct mpt_err *err)
{
	size_t i;
	int rc;

	if (command > 0)
		return take_command(a, command, tid, err);
	rc = mpt_aim_has_targets(a->conf) ? mpt_arm_self(a->armed, err)
					  : mpt_arm_threads(a->armed, NULL, 0, false, err);
	for (i = 0; i < a->conf->npids && rc == 0; i++)
		rc = add_process(a, a->conf->pids[i], err);
	if (a->conf->cgroup && rc == 0)
		rc = add_cgroup(a, err);
	if (!mpt_aim_has_targets(a->conf))
		mpt_threads_meet_all(a->threads, mpt_clock_now());
	return rc;
}

int mpt_aim_is_gone(const struct mpt_aim *a)
{
	size_t i;
	int rc;

	if (!mpt_aim_has_targets(a->conf))
		return 0;
	for (i = 0; a->conf->no_follow && i < a->conf->filter->ntgids; i++)
		if (mpt_target_is_there(a->rootfd, a->tgids[i]))
			return 0;
	rc = a->conf->no_follow ? 0 : mpt_arm_has_threads(a->armed, a->rootfd);
	return rc < 0 ? rc : !rc;
}

void mpt_aim_free(struct mpt_aim *a)
{
	free(a->tgids);
	a->tgids = NULL;
}
