/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_thread.c - what is known of each thread.
 *
 * In: task events, and a directory that stands for the root of a machine with
 * its /proc. Out: whether group, name and user are those of the thread that
 * has the number now, and whether memory stays bounded. The real /proc is
 * not read.
 */
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "thread.h"

struct bench {
	struct fx_tree tree;
	struct mpt_threads *threads;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	*state = b;
	assert_non_null(b);
	fx_tree_make(&b->tree);
	fx_write_proc(&b->tree, 100, 100, 1000, "numactl\n");
	fx_write_proc(&b->tree, 101, 100, 1000, "worker\n");
	b->threads = mpt_threads_create(b->tree.fd);
	return b->threads ? 0 : -1;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mpt_threads_destroy(b->threads);
	fx_tree_remove(&b->tree);
	free(b);
	return 0;
}

static struct mpt_thread *thread(struct mpt_threads *threads, pid_t tid)
{
	const struct mpt_event event = { .type = MPT_EVENT_ENTER, .tid = tid, .ts = 1000 };
	struct mpt_thread *ret = mpt_thread_of(threads, &event);

	assert_non_null(ret);
	assert_int_equal(ret->tid, tid);
	return ret;
}

static void newtask(struct mpt_threads *threads, pid_t by, pid_t task, uint64_t clone_flags,
		    const char *comm)
{
	struct mpt_event event = { .type = MPT_EVENT_NEWTASK,
				   .tid = by,
				   .task = task,
				   .ts = 1000,
				   .clone_flags = clone_flags };

	memcpy(event.comm, comm, strnlen(comm, sizeof(event.comm)));
	mpt_threads_learn(threads, &event);
}

static void rename_task(struct mpt_threads *threads, pid_t by, pid_t task, const char *comm)
{
	struct mpt_event event = { .type = MPT_EVENT_RENAME, .tid = by, .task = task, .ts = 1000 };

	memcpy(event.comm, comm, strnlen(comm, sizeof(event.comm)));
	mpt_threads_learn(threads, &event);
}

static void assert_comm(const struct mpt_thread *t, const char *comm)
{
	char padded[MPT_COMM_LEN] = { 0 };

	memcpy(padded, comm, strlen(comm));
	assert_true(t->has_comm);
	assert_memory_equal(t->comm, padded, sizeof(padded));
}

static void assert_unknown(struct mpt_threads *threads, pid_t tid)
{
	struct mpt_thread *t = thread(threads, tid);

	assert_int_equal(t->tgid, 0);
	assert_false(t->has_comm);
	assert_int_equal(mpt_thread_uid(threads, t), -1);
}

static void proc_is_asked(void **state)
{
	struct bench *b = *state;
	struct mpt_thread *t = thread(b->threads, 101);

	assert_int_equal(t->tgid, 100);
	assert_comm(t, "worker");
	/* the real one of the four, and of the line Uid, not of a name that says so */
	assert_int_equal(mpt_thread_uid(b->threads, t), 1000);
	assert_ptr_equal(thread(b->threads, 101), t);
	assert_null(t->open);
}

static void nothing_is_made_up(void **state)
{
	struct bench *b = *state;

	assert_unknown(b->threads, 999);
	fx_tree_write(&b->tree, "proc/998/status", "");
	fx_tree_write(&b->tree, "proc/998/comm", "");
	assert_unknown(b->threads, 998);
}

static void a_capture_from_elsewhere(void **state)
{
	struct mpt_threads *threads = mpt_threads_create(-1);

	(void)state;
	assert_non_null(threads);
	assert_unknown(threads, 1);
	assert_unknown(threads, 100);
	mpt_threads_destroy(threads);
	mpt_threads_destroy(NULL);
}

/* A user id has 32 bits. */
static void the_highest_uid(void **state)
{
	struct bench *b = *state;

	fx_tree_write(&b->tree, "proc/97/status",
		      "Name:\tx\nTgid:\t97\nUid:\t4294967294\t0\t0\t0\n");
	assert_true(mpt_thread_uid(b->threads, thread(b->threads, 97)) == 4294967294);
}

/* Only the last line break of /proc/PID/comm is the kernel's. */
static void names_with_line_breaks(void **state)
{
	struct bench *b = *state;

	fx_write_proc(&b->tree, 96, 96, 0, "a\nb\n\n");
	assert_comm(thread(b->threads, 96), "a\nb\n");
	fx_write_proc(&b->tree, 95, 95, 0, "\n");
	assert_comm(thread(b->threads, 95), "");
	/* kernel threads have longer names there */
	fx_write_proc(&b->tree, 94, 94, 0, "kworker/u8:3-events_unbound\n");
	assert_comm(thread(b->threads, 94), "kworker/u8:3-ev");
}

static void forked_processes(void **state)
{
	struct bench *b = *state;

	newtask(b->threads, 100, 200, 0x1200011, "numactl");
	assert_int_equal(thread(b->threads, 200)->tgid, 200);
	assert_comm(thread(b->threads, 200), "numactl");
	/* vfork: one memory, two processes */
	newtask(b->threads, 101, 201, CLONE_VM | CLONE_VFORK, "worker");
	assert_int_equal(thread(b->threads, 201)->tgid, 201);
}

static void threads_of_a_group(void **state)
{
	struct bench *b = *state;

	/* made by a thread that is not the leader */
	newtask(b->threads, 101, 202, CLONE_VM | CLONE_THREAD | CLONE_SIGHAND, "worker");
	assert_int_equal(thread(b->threads, 202)->tgid, 100);
	newtask(b->threads, 202, 203, CLONE_THREAD, "worker");
	assert_int_equal(thread(b->threads, 203)->tgid, 100);
	/* and what such a thread forks is its own group */
	newtask(b->threads, 203, 204, 0, "worker");
	assert_int_equal(thread(b->threads, 204)->tgid, 204);
}

/* Of whom the parent's group is not known, the group is not known. */
static void threads_of_nobody(void **state)
{
	struct bench *b = *state;

	newtask(b->threads, 900, 901, CLONE_THREAD, "x");
	assert_int_equal(thread(b->threads, 901)->tgid, 0);
	assert_comm(thread(b->threads, 901), "x");
}

static void names_change(void **state)
{
	struct bench *b = *state;

	newtask(b->threads, 100, 200, 0, "numactl");
	rename_task(b->threads, 200, 200, "after exec");
	assert_comm(thread(b->threads, 200), "after exec");
	/* somebody else writes to its comm */
	rename_task(b->threads, 100, 200, "other");
	assert_comm(thread(b->threads, 200), "other");
	assert_comm(thread(b->threads, 100), "numactl");
	/* a shorter name leaves nothing of the longer one */
	rename_task(b->threads, 100, 200, "o");
	assert_comm(thread(b->threads, 200), "o");
	/* where the kernel does not say whose it is, it is the running thread's */
	rename_task(b->threads, 100, 0, "mine");
	assert_comm(thread(b->threads, 100), "mine");
	/* a thread that was not heard of before */
	rename_task(b->threads, 101, 101, "known now");
	assert_comm(thread(b->threads, 101), "known now");
	assert_int_equal(thread(b->threads, 101)->tgid, 100);
}

/* Records are somebody's bytes: 16 of them without a NUL must not run over. */
static void names_without_an_end(void **state)
{
	struct bench *b = *state;

	rename_task(b->threads, 100, 100, "0123456789abcdef");
	assert_comm(thread(b->threads, 100), "0123456789abcde");
	newtask(b->threads, 100, 200, 0, "0123456789abcdef");
	assert_comm(thread(b->threads, 200), "0123456789abcde");
}

static void a_number_used_again(void **state)
{
	struct bench *b = *state;
	static const struct mpt_def def = { .role = MPT_ROLE_ENTER };
	struct mpt_thread *t = thread(b->threads, 101);

	assert_int_equal(mpt_thread_uid(b->threads, t), 1000);
	t->open = &def;
	/* the thread has ended; its number goes to a process of another user */
	fx_write_proc(&b->tree, 101, 101, 33, "www\n");
	newtask(b->threads, 100, 101, 0, "forked");
	t = thread(b->threads, 101);
	assert_int_equal(t->tgid, 101);
	assert_comm(t, "forked");
	assert_int_equal(mpt_thread_uid(b->threads, t), 33);
	assert_null(t->open);
	/* and again, before the records of the one between are read: theirs is its own group */
	fx_write_proc(&b->tree, 101, 100, 0, "worker\n");
	mpt_threads_round(b->threads);
	mpt_thread_uid(b->threads, t);
	assert_int_equal(t->tgid, 101);
	assert_comm(t, "forked");
}

static void users_change_from_round_to_round(void **state)
{
	struct bench *b = *state;
	struct mpt_thread *t = thread(b->threads, 100);

	assert_int_equal(mpt_thread_uid(b->threads, t), 1000);
	fx_write_proc(&b->tree, 100, 100, 0, "numactl\n");
	/* asked once a round */
	assert_int_equal(mpt_thread_uid(b->threads, t), 1000);
	mpt_threads_round(b->threads);
	assert_int_equal(mpt_thread_uid(b->threads, t), 0);
	/* what cannot be asked any more is not known, and not what it was */
	fx_tree_unlink(&b->tree, "proc/100/status");
	mpt_threads_round(b->threads);
	assert_int_equal(mpt_thread_uid(b->threads, t), -1);
	/* who it is stays known */
	assert_int_equal(t->tgid, 100);
	assert_comm(t, "numactl");
}

static void met_before_the_first_record(void **state)
{
	struct bench *b = *state;

	assert_true(mpt_threads_meet(b->threads, 101, 5));
	assert_false(mpt_threads_meet(b->threads, 101, 6));
	fx_tree_unlink(&b->tree, "proc/101/status");
	fx_tree_unlink(&b->tree, "proc/101/comm");
	assert_int_equal(thread(b->threads, 101)->tgid, 100);
	assert_comm(thread(b->threads, 101), "worker");
}

struct order {
	pid_t tids[8];
	int n;
};

static void note(struct mpt_thread *t, void *arg)
{
	struct order *order = arg;

	assert_true(order->n < 8);
	order->tids[order->n++] = t->tid;
}

static void open_calls_in_order_of_entry(void **state)
{
	static const struct {
		pid_t tid;
		uint64_t ts;
	} entered[] = { { 104, 50 }, { 103, UINT64_MAX }, { 102, 7 }, { 101, UINT64_C(1) << 63 } };
	static const struct mpt_def def = { .role = MPT_ROLE_ENTER };
	struct bench *b = *state;
	struct order order = { .n = 0 };
	int i;

	mpt_threads_each_open(b->threads, note, &order);
	assert_int_equal(order.n, 0);
	thread(b->threads, 100);
	for (i = 0; i < 4; i++) {
		struct mpt_thread *t = thread(b->threads, entered[i].tid);

		t->open = &def;
		t->open_at.ts = entered[i].ts;
	}
	mpt_threads_each_open(b->threads, note, &order);
	assert_int_equal(order.n, 4);
	assert_int_equal(order.tids[0], 102);
	assert_int_equal(order.tids[1], 104);
	assert_int_equal(order.tids[2], 101);
	assert_int_equal(order.tids[3], 103);
}

/*
 * A machine that starts a hundred processes a second for an hour: those that
 * ended long ago are forgotten, one that is inside a call is not, and neither
 * are those of the last seconds.
 */
static void memory_is_bounded(void **state)
{
	enum { N = 360000, STEP = 10000000, SAMPLE = 100, RECENT = 500 };
	static const struct mpt_def def = { .role = MPT_ROLE_ENTER };
	struct mpt_threads *threads = mpt_threads_create(-1);
	struct mpt_thread *inside;
	int tid, known = 0;

	(void)state;
	mpt_threads_meet(threads, N + 1, 0);
	inside = thread(threads, N + 1);
	inside->open = &def;
	inside->open_at.ts = 1;
	for (tid = 1; tid <= N; tid++) {
		mpt_threads_meet(threads, tid, (uint64_t)tid * STEP);
		if (tid > RECENT)
			assert_false(mpt_threads_meet(threads, tid - RECENT, (uint64_t)tid * STEP));
	}
	assert_false(mpt_threads_meet(threads, N + 1, (uint64_t)N * STEP));
	assert_ptr_equal(inside->open, &def);
	for (tid = SAMPLE; tid <= N / 2; tid += SAMPLE)
		known += !mpt_threads_meet(threads, tid, (uint64_t)N * STEP);
	assert_int_equal(known, 0);
	mpt_threads_destroy(threads);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

static const char *cgroup(struct bench *b, const char *text)
{
	fx_tree_write(&b->tree, "proc/100/cgroup", text);
	mpt_threads_round(b->threads);
	return mpt_thread_cgroup(b->threads, thread(b->threads, 100));
}

/* As cgroups(7) has the file: version 2's line where there is one, else the first of version 1. */
static void cgroups(void **state)
{
	struct bench *b = *state;
	struct mpt_thread *t;

	assert_string_equal(cgroup(b, "0::/user.slice/a:b\n"), "/user.slice/a:b");
	assert_string_equal(cgroup(b, "0::/\n"), "/");
	assert_string_equal(cgroup(b, "12:memory:/x\n1:name=systemd:/y\n0::/z\n"), "/z");
	assert_string_equal(cgroup(b, "12:memory,cpu:/x/y\n1:name=systemd:/z\n"), "/x/y");
	assert_null(cgroup(b, ""));
	assert_null(cgroup(b, "12\n"));
	assert_null(cgroup(b, "12:memory\n"));
	/* within a round it is not asked again, after it it is */
	assert_string_equal(cgroup(b, "0::/a\n"), "/a");
	fx_tree_write(&b->tree, "proc/100/cgroup", "0::/b\n");
	t = thread(b->threads, 100);
	assert_string_equal(mpt_thread_cgroup(b->threads, t), "/a");
	mpt_threads_round(b->threads);
	assert_string_equal(mpt_thread_cgroup(b->threads, t), "/b");
	/* gone */
	fx_tree_unlink(&b->tree, "proc/100/cgroup");
	mpt_threads_round(b->threads);
	assert_null(mpt_thread_cgroup(b->threads, t));
}

/* A new task with an old number has nothing of the old one's. */
static void a_number_is_used_again(void **state)
{
	struct bench *b = *state;
	struct mpt_thread *t;

	assert_string_equal(cgroup(b, "0::/old\n"), "/old");
	fx_tree_write(&b->tree, "proc/100/cgroup", "0::/new\n");
	newtask(b->threads, 1, 100, 0, "other");
	t = thread(b->threads, 100);
	assert_string_equal(mpt_thread_cgroup(b->threads, t), "/new");
}

/* Where /proc is another namespace's, nothing is asked, and what we say counts. */
static void without_proc(void **state)
{
	struct mpt_threads *threads = mpt_threads_create(-1);
	struct mpt_thread *t;

	(void)state;
	assert_true(mpt_threads_add(threads, 5, 5, 1000));
	t = thread(threads, 5);
	assert_int_equal(t->tgid, 5);
	assert_false(t->has_comm);
	assert_int_equal(mpt_thread_uid(threads, t), -1);
	assert_null(mpt_thread_cgroup(threads, t));
	newtask(threads, 5, 6, CLONE_THREAD, "child");
	assert_int_equal(thread(threads, 6)->tgid, 5);
	mpt_threads_destroy(threads);
}

/* The names of all that are there, before anything is recorded. */
static void all_of_them(void **state)
{
	struct bench *b = *state;

	fx_tree_write(&b->tree, "proc/100/task/100/x", "");
	fx_tree_write(&b->tree, "proc/100/task/101/x", "");
	fx_tree_write(&b->tree, "proc/self/x", "");
	mpt_threads_meet_all(b->threads, 1000);
	fx_tree_write(&b->tree, "proc/101/comm", "later\n");
	/* known by now: not asked again */
	assert_false(mpt_threads_meet(b->threads, 101, 1000));
	assert_string_equal(thread(b->threads, 101)->comm, "worker");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(proc_is_asked),
		TEST(nothing_is_made_up),
		TEST(a_capture_from_elsewhere),
		TEST(the_highest_uid),
		TEST(names_with_line_breaks),
		TEST(forked_processes),
		TEST(threads_of_a_group),
		TEST(threads_of_nobody),
		TEST(names_change),
		TEST(names_without_an_end),
		TEST(a_number_used_again),
		TEST(users_change_from_round_to_round),
		TEST(met_before_the_first_record),
		TEST(open_calls_in_order_of_entry),
		TEST(memory_is_bounded),
		cmocka_unit_test_setup_teardown(cgroups, setup, teardown),
		cmocka_unit_test_setup_teardown(a_number_is_used_again, setup, teardown),
		cmocka_unit_test(without_proc),
		cmocka_unit_test_setup_teardown(all_of_them, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
