/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arm.c - carrying a plan out.
 *
 * In: a plan and a tracefs. Out: an instance whose buffer fills with the
 * plan's records, and its undo log. It never opens kprobe_events for
 * truncation, which would delete other tracers' idle probes, and touches
 * nothing outside its instance and its event group.
 */
#include "arm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "oldlibs.h"
#include "tracedir.h"

static int append_kprobe(int tracefd, const char *text)
{
	cleanup_buf struct mpt_buf line = { 0 };

	mpt_buf_printf(&line, "%s\n", text);
	return mpt_file_write(tracefd, "kprobe_events", mpt_buf_cstr(&line), O_APPEND);
}

/* The last of error_log's complaints, which are about what was just written. */
static int explain_define(int rc, const char *text, struct mpt_err *err)
{
	cleanup_free char *log = tracefs_error_last(NULL);
	char *words = log ? strstr(log, "error: ") : NULL;

	if (words)
		words[strcspn(words, "\n")] = '\0';
	return mpt_err_set(err, -rc, "the kernel refuses the probe '%s'%s%s%s", text,
			   words ? " (" : "", words ? words : "", words ? ")" : "");
}

static int write_setting(struct mpt_armed *armed, const char *file, const char *value,
			 struct mpt_err *err)
{
	int rc = mpt_file_write(armed->fd, file, value, O_TRUNC);

	if (rc < 0)
		return mpt_err_set(err, -rc, "cannot write '%s' to instances/%s/%s", value,
				   armed->owner.instance, file);
	return 0;
}

static int undo_instance(void *arg)
{
	struct mpt_armed *armed = arg;
	int rc;

	/* an instance with open files is busy */
	if (armed->switchfd >= 0)
		close(armed->switchfd);
	armed->switchfd = -1;
	rc = mpt_owner_remove(armed->dir->fd, &armed->owner);
	/* the lock goes last */
	close(armed->fd);
	armed->fd = -1;
	return rc;
}

static int make_instance(struct mpt_armed *armed, struct mpt_owner *owner, struct mpt_err *err)
{
	tracefs_set_tracing_dir((char *)(uintptr_t)armed->dir->path);
	tracefs_set_loglevel(TEP_LOG_NONE); /* what fails is told once, by us */
	armed->fd = mpt_owner_claim(armed->dir->fd, owner, err);
	if (armed->fd < 0)
		return armed->fd;
	armed->owner = *owner;
	snprintf(armed->group_enable, sizeof(armed->group_enable), "events/%s/enable",
		 owner->group);
	return mpt_undo_push(&armed->undo, undo_instance, armed, "the instance");
}

/*
 * Before 6.6 or so the kernel grows its top-level buffer from 7 kB to the
 * usual size when an event is first enabled anywhere, but no more once any
 * instance's size was set: others would be left with the 7 kB. Writing to an
 * event's switch, be it "off", is enough (seen on 6.1).
 */
static void let_buffers_expand(struct mpt_armed *armed)
{
	mpt_file_write(armed->fd, "events/task/task_newtask/enable", "0", O_TRUNC);
}

static int open_switch(struct mpt_armed *armed, struct mpt_err *err)
{
	armed->switchfd = openat(armed->fd, "tracing_on", O_RDWR | O_CLOEXEC);
	if (armed->switchfd < 0) {
		int rc = mpt_err_set(err, errno, "cannot use the instance that was made, %s",
				     armed->owner.instance);

		if (rc == -EACCES)
			mpt_err_hint(err, "its files belong to who owns instances/, and that must "
					  "be you");
		return rc;
	}
	return mpt_arm_switch(armed, false, err);
}

static int configure(struct mpt_armed *armed, uint64_t buffer_kb, struct mpt_err *err)
{
	static const char *const settings[][2] = {
		{ "trace_clock", MPT_TRACE_CLOCK }, /* the default is not comparable across CPUs */
	};
	char kb[32];
	size_t i;
	int rc;

	rc = open_switch(armed, err);
	if (rc < 0)
		return rc;
	let_buffers_expand(armed);
	for (i = 0; i < ARRAY_SIZE(settings); i++) {
		rc = write_setting(armed, settings[i][0], settings[i][1], err);
		if (rc < 0)
			return rc;
	}
	/* poll() wakes at the first record; not there before 4.21, when it always does */
	mpt_file_write(armed->fd, "buffer_percent", "0", O_TRUNC);
	snprintf(kb, sizeof(kb), "%llu", (unsigned long long)buffer_kb);
	rc = write_setting(armed, "buffer_size_kb", kb, err);
	if (rc < 0)
		mpt_err_hint(err, "ask for a smaller buffer with -b");
	return rc;
}

int mpt_arm_instance(struct mpt_armed *armed, const struct mpt_tracedir *dir,
		     struct mpt_owner *owner, uint64_t buffer_kb, struct mpt_err *err)
{
	int rc;

	*armed = (struct mpt_armed){ .dir = dir, .fd = -1, .switchfd = -1 };
	armed->self = (pid_t)syscall(SYS_gettid);
	rc = make_instance(armed, owner, err);
	if (rc == 0)
		rc = configure(armed, buffer_kb, err);
	if (rc < 0)
		mpt_undo_to(&armed->undo, 0);
	armed->mark = armed->undo.n;
	return rc;
}

/* What a definition's reversal needs. */
struct defined {
	int tracefd;
	char line[128];
};

static int undo_define(void *arg)
{
	cleanup_free struct defined *def = arg;

	return append_kprobe(def->tracefd, def->line);
}

static int define_one(int tracefd, const char *text, struct mpt_err *err)
{
	int rc = append_kprobe(tracefd, text);

	return rc < 0 ? explain_define(rc, text, err) : 0;
}

/* One event, on each of its functions. @texts: NULL ends them, or MPT_PREFIXES_MAX of them */
static int define(struct mpt_undo *undo, int tracefd, const char *group, const char *event,
		  char *const *texts, struct mpt_err *err)
{
	cleanup_free struct defined *def = malloc(sizeof(*def));
	int rc, i;

	if (!def)
		return mpt_err_set(err, ENOMEM, "probes");
	def->tracefd = tracefd;
	snprintf(def->line, sizeof(def->line), "-:%s/%s", group, event);
	rc = define_one(tracefd, texts[0], err);
	if (rc == 0)
		/* one deletion takes the event off all of its functions */
		rc = mpt_undo_push(undo, undo_define, take_ptr(def), event);
	for (i = 1; i < MPT_PREFIXES_MAX && texts[i] && rc == 0; i++)
		rc = define_one(tracefd, texts[i], err);
	return rc;
}

static int define_all(struct mpt_undo *undo, int tracefd, const struct mpt_plan *plan,
		      const struct mpt_def **refused, struct mpt_err *err)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];
		int rc = def->is_event
				 ? 0
				 : define(undo, tracefd, plan->group, def->event, def->texts, err);

		*refused = rc < 0 ? def : NULL;
		if (rc < 0)
			return rc;
	}
	return 0;
}

static int set_filter(struct mpt_armed *armed, const struct mpt_plan *plan,
		      const struct mpt_def *def, const char *filter, struct mpt_err *err)
{
	char path[160];

	snprintf(path, sizeof(path), "events/%s/%s/filter", mpt_def_group(plan, def), def->event);
	return write_setting(armed, path, filter, err);
}

int mpt_arm_filter(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_def *def,
		   const char *expr, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf filter = { 0 };
	int rc;

	if (def->filter)
		mpt_buf_printf(&filter, "%s&&(%s)", def->filter, expr);
	else
		mpt_buf_puts(&filter, expr);
	rc = set_filter(armed, plan, def, mpt_buf_cstr(&filter), err);
	if (rc < 0) {
		struct mpt_err ignored;

		set_filter(armed, plan, def, def->filter ? def->filter : "0", &ignored);
		return rc;
	}
	free(def->filter);
	def->filter = strdup(mpt_buf_cstr(&filter));
	return def->filter ? 0 : mpt_err_set(err, ENOMEM, "filter");
}

static int set_filters(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_err *err)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];
		int rc = def->filter ? set_filter(armed, plan, def, def->filter, err) : 0;

		if (rc < 0)
			return rc;
	}
	return 0;
}

static int undo_enable(void *arg)
{
	struct mpt_armed *armed = arg;
	struct mpt_err ignored;

	/* off first, so that no exit probe records while its poison is already gone */
	mpt_arm_switch(armed, false, &ignored);
	return mpt_file_write(armed->fd, armed->group_enable, "0", O_TRUNC);
}

/* One write for the whole group: each one waits for all CPUs. */
static int enable(struct mpt_armed *armed, struct mpt_err *err)
{
	int rc = write_setting(armed, armed->group_enable, "1", err);

	return rc < 0 ? rc : mpt_undo_push(&armed->undo, undo_enable, armed, "the probes");
}

static int undo_events(void *arg)
{
	struct mpt_armed *armed = arg;

	/* off first, so that no return is recorded whose entry is not */
	mpt_file_write(armed->fd, "tracing_on", "0", O_TRUNC);
	return mpt_file_write(armed->fd, "events/" MPT_EVENTS_GROUP "/enable", "0", O_TRUNC);
}

/* The tracepoints of a plan that has no probes, each by itself: their group has some for every
 * call. */
static int enable_events(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_err *err)
{
	int rc = mpt_undo_push(&armed->undo, undo_events, armed, "the tracepoints");
	unsigned i;

	for (i = 0; i < plan->ndefs && rc == 0; i++) {
		char path[160];

		snprintf(path, sizeof(path), "events/" MPT_EVENTS_GROUP "/%s/enable",
			 plan->defs[i].event);
		rc = write_setting(armed, path, "1", err);
	}
	return rc;
}

int mpt_arm_plan(struct mpt_armed *armed, const struct mpt_plan *plan,
		 const struct mpt_def **refused, struct mpt_err *err)
{
	int mark = armed->undo.n;
	int rc = define_all(&armed->undo, armed->dir->fd, plan, refused, err);

	if (rc == 0)
		rc = set_filters(armed, plan, err);
	if (rc == 0)
		rc = plan->defs[0].is_event ? enable_events(armed, plan, err) : enable(armed, err);
	if (rc < 0)
		mpt_undo_to(&armed->undo, mark);
	return rc;
}

int mpt_arm_idle(struct mpt_armed *armed, const struct mpt_plan *plan, struct mpt_def *def,
		 struct mpt_err *err)
{
	char path[160];

	def->idle = true;
	snprintf(path, sizeof(path), "events/%s/%s/enable", plan->group, def->event);
	return write_setting(armed, path, "0", err);
}

int mpt_arm_unplan(struct mpt_armed *armed)
{
	return mpt_undo_to(&armed->undo, armed->mark);
}

int mpt_arm_extra(struct mpt_armed *armed, const char *event, char *const *texts,
		  struct mpt_err *err)
{
	int rc = define(&armed->undo, armed->dir->fd, armed->owner.group, event, texts, err);

	return rc < 0 ? rc : enable(armed, err);
}

bool mpt_arm_try(struct mpt_armed *armed, const char *event, const char *text)
{
	char *texts[] = { (char *)(uintptr_t)text, NULL };
	int mark = armed->undo.n;
	struct mpt_err ignored;
	int rc = define(&armed->undo, armed->dir->fd, armed->owner.group, event, texts, &ignored);

	mpt_undo_to(&armed->undo, mark);
	return rc == 0;
}

static const char *const task_events[] = {
	"events/task/task_newtask/enable",
	"events/task/task_rename/enable",
	"events/sched/sched_process_exit/enable",
};

static int undo_task_events(void *arg)
{
	struct mpt_armed *armed = arg;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(task_events); i++)
		mpt_file_write(armed->fd, task_events[i], "0", O_TRUNC);
	return 0;
}

int mpt_arm_task_events(struct mpt_armed *armed, bool ends, struct mpt_err *err)
{
	size_t i, n = ARRAY_SIZE(task_events) - !ends;
	int rc = mpt_undo_push(&armed->undo, undo_task_events, armed, "task events");

	for (i = 0; i < n && rc == 0; i++)
		rc = write_setting(armed, task_events[i], "1", err);
	return rc;
}

int mpt_arm_signals(struct mpt_armed *armed, bool on, struct mpt_err *err)
{
	static const char filter[] = "events/signal/signal_generate/filter";
	char only[32];
	int rc;

	snprintf(only, sizeof(only), "sig==%d", SIGCONT);
	rc = write_setting(armed, filter, on ? only : "0", err);
	if (rc == 0)
		rc = write_setting(armed, "events/signal/signal_generate/enable", on ? "1" : "0",
				   err);
	return rc;
}

int mpt_arm_switch(struct mpt_armed *armed, bool on, struct mpt_err *err)
{
	if (pwrite(armed->switchfd, on ? "1" : "0", 1, 0) != 1)
		return mpt_err_set(err, errno, "cannot switch recording %s in instances/%s",
				   on ? "on" : "off", armed->owner.instance);
	return 0;
}

static char first_of(int dirfd, const char *path)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	return mpt_file_read(dirfd, path, &buf) < 0 ? '\0' : mpt_buf_cstr(&buf)[0];
}

void mpt_arm_seal(struct mpt_armed *armed)
{
	armed->seal = first_of(armed->fd, armed->group_enable);
}

int mpt_arm_check(const struct mpt_armed *armed, struct mpt_err *err)
{
	char probes = first_of(armed->fd, armed->group_enable), on = '1';

	if (!armed->seal)
		return 0;
	if (pread(armed->switchfd, &on, 1, 0) == 1 && on == '0')
		mpt_err_set(err, 0, "somebody else switched recording off in instances/%s",
			    armed->owner.instance);
	else if (probes && probes != armed->seal)
		mpt_err_set(err, 0, "somebody else switched probes off in instances/%s",
			    armed->owner.instance);
	else
		return 0;
	mpt_err_hint(err, "calls made since then are not shown, and not counted");
	return -EIO;
}

int mpt_arm_threads(struct mpt_armed *armed, const pid_t *tids, size_t n, bool follow,
		    struct mpt_err *err)
{
	int rc = write_setting(armed, "options/event-fork", follow ? "1" : "0", err);
	/*
	 * Opening it for truncation empties the list, which means everybody, and waits for
	 * all CPUs. We ourselves may stay: we make no more calls, and fork nobody.
	 */
	bool empties = armed->has_list && !(armed->self_only && n > 0);

	armed->self_only = false;
	if (rc == 0 && empties)
		rc = write_setting(armed, "set_event_pid", "", err);
	if (rc < 0)
		return rc;
	armed->has_list = armed->has_list && !empties;
	rc = mpt_arm_add_threads(armed, tids, n);
	if (rc < 0)
		mpt_err_set(err, -rc, "cannot trace thread %d", (int)tids[0]);
	return rc;
}

int mpt_arm_self(struct mpt_armed *armed, struct mpt_err *err)
{
	int rc = armed->self_only ? 0 : mpt_arm_threads(armed, &armed->self, 1, true, err);

	armed->self_only = rc == 0;
	return rc;
}

int mpt_arm_add_threads(struct mpt_armed *armed, const pid_t *tids, size_t n)
{
	cleanup_buf struct mpt_buf text = { 0 };
	size_t i;

	if (n == 0)
		return 0;
	for (i = 0; i < n; i++)
		mpt_buf_printf(&text, "%d ", (int)tids[i]);
	armed->has_list = true;
	armed->self_only = false;
	return mpt_file_write(armed->fd, "set_event_pid", mpt_buf_cstr(&text), O_APPEND);
}

static bool is_alive(int rootfd, long tid)
{
	char path[32];

	snprintf(path, sizeof(path), "proc/%ld", tid);
	return faccessat(rootfd, path, F_OK, 0) == 0;
}

int mpt_arm_has_threads(const struct mpt_armed *armed, int rootfd)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;
	char *end;
	int rc = mpt_file_read(armed->fd, "set_event_pid", &buf);

	if (rc < 0)
		return rc;
	for (at = mpt_buf_cstr(&buf); *at; at = *end ? end + 1 : end) {
		long tid = strtol(at, &end, 10);

		if (end != at && tid != armed->self && is_alive(rootfd, tid))
			return 1;
	}
	return 0;
}

int mpt_disarm(struct mpt_armed *armed)
{
	return mpt_undo_to(&armed->undo, 0);
}
