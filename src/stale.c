/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stale.c - what dead runs left in the kernel, found and removed.
 *
 * In: a tracefs. Out: one without what runs left that were killed. It removes
 * nothing but under the lock of the instance of that name, so that two that
 * sweep at the same time, or a run that is just starting, are not in each
 * other's way; and nothing that somebody else made, whatever its name.
 *
 * A run makes its instance before its definitions, and removes it after them.
 * Definitions are therefore looked for first: those whose instance is not
 * there, a moment later, have nobody.
 */
#include "stale.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "file.h"
#include "owner.h"

/* --- what looks like ours --------------------------------------------------------------- */

/* The first word of the names of our events (plan.c, plan_denied.c, calib.c). */
static bool is_our_event(const char *event)
{
	static const char *const words[] = { "enter", "poison", "exit",	 "denied",
					     "asked", "ask",	"search" };
	size_t i, len = strcspn(event, "_");

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == len && strncmp(event, words[i], len) == 0)
			return true;
	return false;
}

bool mpt_stale_parse_def(const char *line, struct mpt_stale_def *ret)
{
	struct mpt_owner owner;
	const char *at = line + 1;

	if (*line != 'p' && *line != 'r')
		return false;
	at += strspn(at, "0123456789"); /* rN: for N instances */
	return sscanf(at, ":%63[^/ \n]/%63[^/ \n]", ret->group, ret->event) == 2 &&
	       mpt_owner_of_group(ret->group, &owner) && is_our_event(ret->event);
}

bool mpt_stale_are_our_events(const char *text, const char *group)
{
	static const char *const others[] = {
		"task:task_newtask",
		"task:task_rename",
		"sched:sched_process_exit",
		"signal:signal_generate",
	};
	size_t len, i, group_len = strlen(group);

	for (; *text; text += len + (text[len] == '\n')) {
		bool ours;

		len = strcspn(text, "\n");
		ours = len == 0 || (strncmp(text, group, group_len) == 0 && text[group_len] == ':');
		for (i = 0; i < ARRAY_SIZE(others) && !ours; i++)
			ours = strlen(others[i]) == len && strncmp(text, others[i], len) == 0;
		if (!ours)
			return false;
	}
	return true;
}

/* An instance of a name of ours that somebody made by hand and works with is not ours. */
static bool is_our_instance(int fd, const struct mpt_owner *owner)
{
	cleanup_buf struct mpt_buf events = { 0 }, tracer = { 0 };

	if (mpt_file_read(fd, "set_event", &events) < 0 ||
	    !mpt_stale_are_our_events(mpt_buf_cstr(&events), owner->group))
		return false;
	return mpt_file_read(fd, "current_tracer", &tracer) < 0 ||
	       strcmp(mpt_buf_cstr(&tracer), "nop\n") == 0;
}

/* One in which nothing was done yet may be that of a run that has not come to locking it. */
static bool is_just_made(const struct mpt_stale *stale, int fd, const struct mpt_owner *owner,
			 const char *kprobes)
{
	cleanup_buf struct mpt_buf events = { 0 };

	return mpt_file_read(fd, "set_event", &events) == 0 && events.len == 0 &&
	       !strstr(kprobes, owner->group) && mpt_owner_has_process(stale->rootfd, owner);
}

/* --- removing ------------------------------------------------------------------------- */

/* What is gone by itself was somebody else's to remove, and is not told. */
static void tell(const struct mpt_stale *stale, const char *kind, const char *name, int rc)
{
	char what[160];

	if (rc == -ENOENT)
		return;
	snprintf(what, sizeof(what), "%s %s", kind, name);
	stale->tell(stale->arg, what, -rc);
}

static void remove_def(const struct mpt_stale *stale, const struct mpt_stale_def *def)
{
	char name[130], line[140];

	snprintf(name, sizeof(name), "%s/%s", def->group, def->event);
	snprintf(line, sizeof(line), "-:%s\n", name);
	tell(stale, "probe", name, mpt_file_write(stale->tracefd, "kprobe_events", line, O_APPEND));
}

/* Of an event on several functions, the first deletion takes all, and the others find none. */
static void remove_defs(const struct mpt_stale *stale, const struct mpt_owner *owner,
			const char *kprobes)
{
	const char *line = kprobes;

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		struct mpt_stale_def def;

		if (mpt_stale_parse_def(line, &def) && strcmp(def.group, owner->group) == 0)
			remove_def(stale, &def);
	}
}

/*
 * One dead run's. Where its instance was gone already it is made again for a
 * moment: its lock keeps others off.
 */
static void remove_run(const struct mpt_stale *stale, const struct mpt_owner *owner,
		       const char *kprobes, bool has_instance)
{
	cleanup_close int fd = mpt_owner_adopt(stale->rootfd, stale->tracefd, owner, !has_instance,
					       stale->by_process);
	char enable[96];
	int rc;

	if (fd == -EWOULDBLOCK)
		return;
	if (fd < 0) {
		tell(stale, "instance", owner->instance, fd);
		return;
	}
	if (has_instance &&
	    (!is_our_instance(fd, owner) || is_just_made(stale, fd, owner, kprobes)))
		return;
	/* recording off first, as in undo_enable() of arm.c */
	snprintf(enable, sizeof(enable), "events/%s/enable", owner->group);
	mpt_file_write(fd, "tracing_on", "0", O_TRUNC);
	mpt_file_write(fd, enable, "0", O_TRUNC);
	remove_defs(stale, owner, kprobes);
	rc = mpt_owner_remove(stale->tracefd, owner);
	if (has_instance || rc < 0)
		tell(stale, "instance", owner->instance, rc);
}

/* --- finding --------------------------------------------------------------------------- */

struct found {
	struct mpt_owner *owners;
	size_t n;
	size_t with_instance; /* the first so many have one */
};

static int add(struct found *found, const struct mpt_owner *owner)
{
	struct mpt_owner *grown;
	size_t i;

	for (i = 0; i < found->n; i++)
		if (strcmp(found->owners[i].instance, owner->instance) == 0)
			return 0;
	grown = realloc(found->owners, (found->n + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	found->owners = grown;
	grown[found->n++] = *owner;
	return 0;
}

static int find_instances(struct found *found, int tracefd)
{
	int fd = openat(tracefd, "instances", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct mpt_owner owner;
	int rc = 0;

	if (!dir)
		return -errno;
	while (rc == 0 && (entry = readdir(dir)))
		if (mpt_owner_of_instance(entry->d_name, &owner))
			rc = add(found, &owner);
	found->with_instance = found->n;
	return rc;
}

static int find_defs(struct found *found, const char *kprobes)
{
	const char *line = kprobes;
	int rc = 0;

	for (; *line && rc == 0; line += strcspn(line, "\n"), line += *line == '\n') {
		struct mpt_stale_def def;
		struct mpt_owner owner;

		if (mpt_stale_parse_def(line, &def) && mpt_owner_of_group(def.group, &owner))
			rc = add(found, &owner);
	}
	return rc;
}

int mpt_stale_sweep(const struct mpt_stale *stale)
{
	cleanup_buf struct mpt_buf kprobes = { 0 };
	struct found found = { 0 };
	size_t i;
	int rc = mpt_file_read(stale->tracefd, "kprobe_events", &kprobes);

	if (rc == 0)
		rc = find_instances(&found, stale->tracefd);
	if (rc == 0)
		rc = find_defs(&found, mpt_buf_cstr(&kprobes));
	for (i = 0; i < found.n; i++)
		remove_run(stale, &found.owners[i], mpt_buf_cstr(&kprobes),
			   i < found.with_instance);
	free(found.owners);
	return rc;
}
