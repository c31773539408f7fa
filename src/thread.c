/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thread.c - what is known of each thread.
 *
 * In: task events and /proc. Out: thread group, name and real uid, or that
 * they are not known; never those of an earlier thread with the same number,
 * since a new task's event replaces them. Memory is bounded: what was not
 * used for long is dropped and can be learnt again.
 */
#include "thread.h"

#include <ctype.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "file.h"

const struct mpt_mark mpt_mark_start = { .cpu = UINT32_MAX };

/* Above this many, threads that were not heard of for a while are dropped. */
enum { THREADS_MANY = 16384 };

struct mpt_threads {
	int rootfd;
	uint64_t round;
	unsigned limit;
	bool wants_facts;
	struct mpt_thread *by_tid;
	struct mpt_thread *last; /* found last: most records are of the same as the one before */
	const struct mpt_known *known; /* in place of /proc, or NULL */
	size_t nknown;
	void (*tell)(void *arg, const struct mpt_known *known); /* or NULL */
	void *tell_arg;
};

struct mpt_threads *mpt_threads_create(int rootfd)
{
	struct mpt_threads *threads = calloc(1, sizeof(*threads));

	if (!threads)
		return NULL;
	threads->rootfd = rootfd;
	threads->round = 1;
	threads->limit = THREADS_MANY;
	return threads;
}

void mpt_threads_tell(struct mpt_threads *threads,
		      void (*fn)(void *arg, const struct mpt_known *known), void *arg)
{
	threads->tell = fn;
	threads->tell_arg = arg;
}

void mpt_threads_recall(struct mpt_threads *threads, const struct mpt_known *known, size_t n)
{
	threads->known = known;
	threads->nknown = n;
}

void mpt_threads_each(const struct mpt_threads *threads,
		      void (*fn)(void *arg, const struct mpt_thread *thread), void *arg)
{
	struct mpt_thread *thread, *next;

	HASH_ITER (hh, threads->by_tid, thread, next)
		fn(arg, thread);
}

static void drop(struct mpt_threads *threads, struct mpt_thread *thread)
{
	HASH_DEL(threads->by_tid, thread);
	if (threads->last == thread)
		threads->last = NULL;
	free(thread->cgroup);
	free(thread);
}

void mpt_threads_destroy(struct mpt_threads *threads)
{
	struct mpt_thread *thread, *next;

	if (!threads)
		return;
	HASH_ITER (hh, threads->by_tid, thread, next)
		drop(threads, thread);
	free(threads);
}

/* A field of /proc/TID/status: the number after "\nName:\t". */
static bool status_number(const char *status, const char *name, int64_t *ret)
{
	const char *at = strstr(status, name);

	if (!at)
		return false;
	*ret = strtoll(at + strlen(name), NULL, 10);
	return true;
}

static bool read_proc(const struct mpt_threads *threads, pid_t tid, const char *file,
		      struct mpt_buf *ret)
{
	char path[64];

	if (threads->rootfd < 0)
		return false;
	snprintf(path, sizeof(path), "proc/%d/%s", (int)tid, file);
	return mpt_file_read(threads->rootfd, path, ret) == 0;
}

static void tell(const struct mpt_threads *threads, const struct mpt_thread *thread)
{
	struct mpt_known known = { .tid = thread->tid,
				   .tgid = thread->tgid,
				   .ts = thread->used,
				   .has_comm = thread->has_comm,
				   .settled = thread->settled,
				   .unfiltered = thread->unfiltered,
				   .knows_inside = thread->knows_inside,
				   .inside = thread->inside,
				   .ended = thread->ended };

	memcpy(known.comm, thread->comm, sizeof(known.comm));
	if (threads->tell)
		threads->tell(threads->tell_arg, &known);
}

/* What was said last of the thread of that number before @ts; NULL: nothing. */
static const struct mpt_known *recall(const struct mpt_threads *threads, pid_t tid, uint64_t ts)
{
	size_t first = 0, end = threads->nknown;

	while (first < end) {
		size_t i = first + (end - first) / 2;
		const struct mpt_known *known = &threads->known[i];

		if (known->tid < tid || (known->tid == tid && known->ts <= ts))
			first = i + 1;
		else
			end = i;
	}
	return first > 0 && threads->known[first - 1].tid == tid ? &threads->known[first - 1]
								 : NULL;
}

static void read_status(struct mpt_threads *threads, struct mpt_thread *thread)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	int64_t n;

	thread->uid = -1;
	thread->uid_round = threads->round;
	thread->facts.fresh = false;
	if (!read_proc(threads, thread->tid, "status", &buf))
		return;
	if (status_number(mpt_buf_cstr(&buf), "\nUid:\t", &n))
		thread->uid = n;
	if (thread->tgid == 0 && status_number(mpt_buf_cstr(&buf), "\nTgid:\t", &n))
		thread->tgid = (pid_t)n;
	if (threads->wants_facts)
		mpt_task_facts_parse(mpt_buf_cstr(&buf), &thread->facts);
}

/* "239 0x7ffd...", "-1 0x..." where it sleeps outside of any, "running" where that cannot be told.
 */
static void ask_inside(struct mpt_threads *threads, struct mpt_thread *thread)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char *end;

	if (!read_proc(threads, thread->tid, "syscall", &buf))
		return;
	thread->inside = strtoll(mpt_buf_cstr(&buf), &end, 10);
	thread->knows_inside = end != mpt_buf_cstr(&buf);
}

void mpt_threads_ask_inside(struct mpt_threads *threads)
{
	struct mpt_thread *thread, *next;

	HASH_ITER (hh, threads->by_tid, thread, next) {
		if (!thread->settled)
			ask_inside(threads, thread);
		tell(threads, thread);
	}
}

void mpt_thread_ask_filter(struct mpt_threads *threads, struct mpt_thread *thread)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const struct mpt_known *known = recall(threads, thread->tid, thread->used);
	bool before = thread->unfiltered;
	int64_t mode = 0; /* a kernel without the line has no filters */

	if (threads->known) {
		thread->unfiltered = known && known->unfiltered;
		return;
	}
	thread->unfiltered =
		read_proc(threads, thread->tid, "status", &buf) &&
		(!status_number(mpt_buf_cstr(&buf), "\nSeccomp:\t", &mode) || mode == 0);
	if (thread->unfiltered != before)
		tell(threads, thread);
}

static void set_comm(struct mpt_thread *thread, const char *comm, size_t len)
{
	if (len > MPT_COMM_LEN - 1)
		len = MPT_COMM_LEN - 1;
	memset(thread->comm, 0, sizeof(thread->comm));
	memcpy(thread->comm, comm, len);
	thread->has_comm = true;
}

/* The name may hold line breaks; only the last one is the kernel's. */
static void read_comm(struct mpt_threads *threads, struct mpt_thread *thread)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	if (read_proc(threads, thread->tid, "comm", &buf) && buf.len > 0)
		set_comm(thread, buf.data, buf.len - 1);
}

/* Asks who a new thread is. */
static void ask(struct mpt_threads *threads, struct mpt_thread *thread)
{
	const struct mpt_known *known = recall(threads, thread->tid, thread->used);

	if (!threads->known) {
		read_status(threads, thread);
		read_comm(threads, thread);
		tell(threads, thread);
	} else if (known) {
		thread->tgid = known->tgid;
		thread->settled = known->settled;
		thread->settled_at = mpt_mark_start;
		thread->unfiltered = known->unfiltered;
		thread->knows_inside = known->knows_inside;
		thread->inside = known->inside;
		if (known->has_comm)
			set_comm(thread, known->comm, strnlen(known->comm, MPT_COMM_LEN));
	}
}

static void sweep(struct mpt_threads *threads, uint64_t now)
{
	static const uint64_t old = UINT64_C(10) * 1000 * 1000 * 1000;
	struct mpt_thread *thread, *next;

	HASH_ITER (hh, threads->by_tid, thread, next)
		if (!thread->open && !thread->asked.abi && now > thread->used + old)
			drop(threads, thread);
	/* if all of them are busy, there are simply many */
	threads->limit = 2 * HASH_COUNT(threads->by_tid);
	if (threads->limit < THREADS_MANY)
		threads->limit = THREADS_MANY;
}

struct mpt_thread *mpt_threads_find(const struct mpt_threads *threads, pid_t tid)
{
	struct mpt_thread *thread;

	HASH_FIND_INT(threads->by_tid, &tid, thread);
	return thread;
}

static struct mpt_thread *add(struct mpt_threads *threads, pid_t tid, uint64_t now)
{
	struct mpt_thread *thread;

	if (HASH_COUNT(threads->by_tid) >= threads->limit)
		sweep(threads, now);
	thread = calloc(1, sizeof(*thread));
	if (!thread)
		return NULL;
	thread->tid = tid;
	thread->used = now;
	thread->uid = -1;
	thread->facts = mpt_task_unknown;
	HASH_ADD_INT(threads->by_tid, tid, thread);
	return thread;
}

static struct mpt_thread *find_or_ask(struct mpt_threads *threads, pid_t tid, uint64_t now)
{
	struct mpt_thread *thread = threads->last;

	if (!thread || thread->tid != tid)
		thread = mpt_threads_find(threads, tid);
	if (!thread) {
		thread = add(threads, tid, now);
		if (!thread)
			return NULL;
		ask(threads, thread);
	}
	thread->used = now;
	threads->last = thread;
	return thread;
}

struct mpt_thread *mpt_thread_of(struct mpt_threads *threads, const struct mpt_event *event)
{
	return find_or_ask(threads, event->tid, event->ts);
}

bool mpt_threads_meet(struct mpt_threads *threads, pid_t tid, uint64_t now)
{
	bool is_new = !mpt_threads_find(threads, tid);

	return find_or_ask(threads, tid, now) && is_new;
}

bool mpt_threads_add(struct mpt_threads *threads, pid_t tid, pid_t tgid, uint64_t now)
{
	struct mpt_thread *thread = mpt_threads_find(threads, tid);

	if (!thread)
		thread = add(threads, tid, now);
	if (!thread)
		return false;
	thread->tgid = tgid;
	thread->used = now;
	tell(threads, thread);
	return true;
}

/* The numbers that a directory of proc has entries for. */
static void each_number(const struct mpt_threads *threads, const char *path,
			void (*fn)(struct mpt_threads *threads, pid_t number, uint64_t now),
			uint64_t now)
{
	cleanup_close int fd = openat(threads->rootfd, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_dir DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (!dir)
		return;
	fd = -1; /* the stream's now */
	while ((entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			fn((struct mpt_threads *)(uintptr_t)threads, (pid_t)atoi(entry->d_name),
			   now);
}

static void meet_thread(struct mpt_threads *threads, pid_t tid, uint64_t now)
{
	mpt_threads_meet(threads, tid, now);
}

static void meet_process(struct mpt_threads *threads, pid_t pid, uint64_t now)
{
	char path[64];

	snprintf(path, sizeof(path), "proc/%d/task", (int)pid);
	each_number(threads, path, meet_thread, now);
}

void mpt_threads_meet_all(struct mpt_threads *threads, uint64_t now)
{
	if (threads->rootfd >= 0)
		each_number(threads, "proc", meet_process, now);
}

static void learn_newtask(struct mpt_threads *threads, const struct mpt_event *event)
{
	struct mpt_thread *parent = find_or_ask(threads, event->tid, event->ts);
	struct mpt_thread *child = mpt_threads_find(threads, event->task);

	if (!child)
		child = add(threads, event->task, event->ts);
	if (!child || !parent)
		return;
	child->tgid = (event->clone_flags & CLONE_THREAD) ? parent->tgid : event->task;
	child->used = event->ts;
	child->uid = -1;
	child->uid_round = 0;
	child->cgroup_round = 0;
	child->facts = parent->facts;
	child->facts.fresh = false;
	child->open = NULL;
	child->asked.abi = NULL;
	set_comm(child, event->comm, strnlen(event->comm, MPT_COMM_LEN));
}

/*
 * Where the kernel does not say whose name it is, it is the running thread's:
 * exec and prctl(PR_SET_NAME) change no other's. (A name written to another's
 * /proc/PID/comm cannot be told apart there.)
 */
static void learn_rename(struct mpt_threads *threads, const struct mpt_event *event)
{
	pid_t tid = event->task ? event->task : event->tid;
	struct mpt_thread *thread = find_or_ask(threads, tid, event->ts);

	if (thread)
		set_comm(thread, event->comm, strnlen(event->comm, MPT_COMM_LEN));
}

void mpt_threads_learn(struct mpt_threads *threads, const struct mpt_event *event)
{
	if (event->type == MPT_EVENT_NEWTASK)
		learn_newtask(threads, event);
	else if (event->type == MPT_EVENT_RENAME)
		learn_rename(threads, event);
}

void mpt_threads_want_facts(struct mpt_threads *threads)
{
	threads->wants_facts = true;
}

void mpt_threads_round(struct mpt_threads *threads)
{
	threads->round++;
}

/* What was learnt late is recorded, and recalled at the same record. */
static void ask_again(struct mpt_threads *threads, struct mpt_thread *thread)
{
	bool is_news = thread->tgid == 0;
	const struct mpt_known *known = is_news ? recall(threads, thread->tid, thread->used) : NULL;

	read_status(threads, thread);
	if (known && known->ts == thread->used)
		thread->tgid = known->tgid;
	else if (is_news && thread->tgid != 0)
		tell(threads, thread);
}

int64_t mpt_thread_uid(struct mpt_threads *threads, struct mpt_thread *thread)
{
	if (thread->uid_round != threads->round)
		ask_again(threads, thread);
	return thread->uid;
}

/* "0::/a/b", of v2; "4:memory:/a/b", of v1: the path, without the line's end. */
static char *cgroup_path(const char *text)
{
	const char *v2 = strncmp(text, "0::", 3) == 0 ? text : strstr(text, "\n0::");
	const char *at = v2 ? strstr(v2, "::") + 2 : strchr(text, ':');

	if (at && !v2) {
		at = strchr(at + 1, ':');
		at = at ? at + 1 : NULL;
	}
	return at ? strndup(at, strcspn(at, "\n")) : NULL;
}

const char *mpt_thread_cgroup(struct mpt_threads *threads, struct mpt_thread *thread)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	if (thread->cgroup_round == threads->round)
		return thread->cgroup;
	thread->cgroup_round = threads->round;
	free(thread->cgroup);
	thread->cgroup = read_proc(threads, thread->tid, "cgroup", &buf)
				 ? cgroup_path(mpt_buf_cstr(&buf))
				 : NULL;
	return thread->cgroup;
}

/* Where others' processes are hidden, that of a thread nothing is there says nothing. */
static bool sees_others(const struct mpt_threads *threads)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	return read_proc(threads, 1, "stat", &buf);
}

/* A process whose first thread has ended is there until it is waited for. */
static bool is_gone(const struct mpt_threads *threads, pid_t tid)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *state;

	if (!read_proc(threads, tid, "status", &buf))
		return sees_others(threads);
	state = strstr(mpt_buf_cstr(&buf), "\nState:\t");
	return state && (state[strlen("\nState:\t")] == 'Z' || state[strlen("\nState:\t")] == 'X');
}

bool mpt_thread_has_ended(struct mpt_threads *threads, struct mpt_thread *thread)
{
	const struct mpt_known *known = recall(threads, thread->tid, UINT64_MAX);

	if (threads->known)
		return known && known->ended;
	thread->ended = is_gone(threads, thread->tid);
	if (thread->ended)
		tell(threads, thread);
	return thread->ended;
}

static int by_entry(const void *a, const void *b)
{
	const struct mpt_thread *const *x = a, *const *y = b;

	uint64_t a_ts = (*x)->open ? (*x)->open_at.ts : (*x)->asked.at.ts;
	uint64_t b_ts = (*y)->open ? (*y)->open_at.ts : (*y)->asked.at.ts;

	return (a_ts > b_ts) - (a_ts < b_ts);
}

void mpt_threads_each_open(struct mpt_threads *threads,
			   void (*fn)(struct mpt_thread *thread, void *arg), void *arg)
{
	struct mpt_thread **open, *thread, *next;
	size_t n = 0, i;

	open = calloc(HASH_COUNT(threads->by_tid) + 1, sizeof(struct mpt_thread *));
	if (!open)
		return;
	HASH_ITER (hh, threads->by_tid, thread, next)
		if (thread->open || thread->asked.abi)
			open[n++] = thread;
	qsort(open, n, sizeof(struct mpt_thread *), by_entry);
	for (i = 0; i < n; i++)
		fn(open[i], arg);
	free(open);
}
