/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_facts.c - what is known of a caller and of its host.
 *
 * In: texts as /proc has them, a directory that stands for the root of a
 * machine, and this very process, of which system calls tell what its status
 * file should say. Out: whether each fact is the one, and what is said to be
 * known.
 */
#include <errno.h>
#include <sched.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/capability.h>

#include "facts.h"
#include "facts_live.h"
#include "fixture.h"
#include "pair.h"
#include "unit.h"

/* As Debian's 6.1 has it, of a thread in a container; lines that nobody asks for are left out. */
static const char contained[] = "Name:\tUid:\\n7\nState:\tS (sleeping)\nTgid:\t70\nPid:\t71\n"
				"Uid:\t1000\t1001\t1002\t1003\nGid:\t100\t101\t102\t103\n"
				"NSpid:\t71\t4\nVmSize:\t    2556 kB\n"
				"CapEff:\t00000000a80425fb\nSeccomp:\t2\nSeccomp_filters:\t1\n"
				"Mems_allowed:\t00000001,00000000,00000006\n"
				"Mems_allowed_list:\t1-2,64\n";

static void a_status_file(void **state)
{
	struct mpt_task_facts task;

	(void)state;
	mpt_task_facts_parse(contained, &task);
	assert_true(task.known && task.fresh && task.has_mems && task.has_caps && task.has_ids);
	assert_int_equal(task.mems_allowed.words[0], 6);
	assert_int_equal(task.mems_allowed.words[1], 1);
	assert_int_equal(task.max_nodes, 96);
	assert_int_equal(task.caps, 0xa80425fb);
	assert_int_equal(task.seccomp, 2);
	assert_int_equal(task.uid[0], 1000);
	assert_int_equal(task.uid[2], 1002);
	assert_int_equal(task.gid[1], 101);
	assert_true(task.has_mm);
	assert_true(task.in_pidns);
}

static void what_is_not_there_is_not_known(void **state)
{
	struct mpt_task_facts task;

	(void)state;
	mpt_task_facts_parse("Name:\tkthreadd\nNSpid:\t2\nUid:\t0\t0\nMems_allowed_list:\t1-x\n",
			     &task);
	assert_true(task.known);
	assert_false(task.has_mems || task.has_caps || task.has_ids || task.has_mm ||
		     task.in_pidns);
	assert_int_equal(task.seccomp, -1);
	assert_int_equal(task.max_nodes, 0);
	assert_false(mpt_task_unknown.known);
}

/* The kernel says the same of us by other ways. */
static void this_process(void **state)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	struct mpt_task_facts task;
	char text[8192] = "";
	uid_t r, e, s;
	FILE *file = fopen("/proc/self/status", "r");

	(void)state;
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) > 0);
	fclose(file);
	mpt_task_facts_parse(text, &task);
	assert_int_equal(syscall(SYS_capget, &head, caps), 0);
	assert_true(task.caps == ((uint64_t)caps[1].effective << 32 | caps[0].effective));
	getresuid(&r, &e, &s);
	assert_true(task.uid[0] == r && task.uid[1] == e && task.uid[2] == s);
	assert_int_equal(task.gid[1], getegid());
	assert_int_equal(task.seccomp, prctl(PR_GET_SECCOMP));
	assert_true(task.has_mm);
}

static void maps(void **state)
{
	static const char text[] =
		"00400000-00401000 r-xp 00000000 fe:00 17    /bin/a 500000-600000 rw-p\n"
		"00401000-00403000 rw-p 00000000 00:00 0 \n"
		"00404000-00405000 r--p 00000000 00:00 0\n"
		"ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0   [vsyscall]\n";

	(void)state;
	assert_false(mpt_maps_at(text, 0x3fffff).mapped);
	assert_true(mpt_maps_at(text, 0x400000).mapped);
	assert_false(mpt_maps_at(text, 0x400fff).writable);
	assert_true(mpt_maps_at(text, 0x402fff).writable);
	assert_false(mpt_maps_at(text, 0x403000).mapped);
	assert_false(mpt_maps_at(text, 0x500000).mapped);
	assert_true(mpt_maps_at(text, UINT64_C(0xffffffffff600fff)).mapped);
	assert_int_equal(mpt_maps_count(text), 4);
	assert_int_equal(mpt_maps_hole(text, 0x400000, 0x403000), 0x403000);
	assert_int_equal(mpt_maps_hole(text, 0x400800, 0x404000), 0x403000);
	assert_int_equal(mpt_maps_hole(text, 0x100000, 0x404000), 0x100000);
	assert_int_equal(mpt_maps_hole(text, 0x404000, 0x500000), 0x405000);
	assert_int_equal(mpt_maps_hole("", 0x1000, 0x2000), 0x1000);
	assert_int_equal(mpt_maps_count("no maps\n"), 0);
}

static struct mpt_call call_of(int sys, int errnum, const struct mpt_thread *thread)
{
	return (struct mpt_call){
		.sys = &mpt_syscalls[sys], .thread = thread, .returned = true, .ret = -errnum
	};
}

static void a_host(void **state)
{
	struct mpt_thread thread = { .tid = 71, .tgid = 70, .facts = { .known = true } };
	struct mpt_call call = call_of(MPT_SYS_MOVE_PAGES, EPERM, &thread);
	struct mpt_facts_live *live;
	struct mpt_facts facts;
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "sys/devices/system/node/online", "0-2\n");
	fx_tree_write(&tree, "sys/devices/system/node/has_memory", "0\n");
	fx_tree_write(&tree, "sys/kernel/mm/numa/demotion_enabled", "false\n");
	fx_tree_write(&tree, "proc/sys/vm/max_map_count", "65530\n");
	fx_tree_write(&tree, "proc/self/status", contained);
	fx_tree_write(&tree, "proc/9/status", contained);
	live = mpt_facts_live_create(tree.fd, true);
	assert_non_null(live);
	mpt_facts_live_get(live, &call, &facts);
	assert_ptr_equal(facts.caller, &thread.facts);
	/* pid 0 is the caller itself */
	assert_ptr_equal(facts.target, &thread.facts);
	assert_true(facts.host->has_online && facts.host->has_memory);
	assert_int_equal(facts.host->online.words[0], 7);
	assert_int_equal(facts.host->memory.words[0], 1);
	assert_int_equal(facts.host->max_nodes, 96);
	assert_int_equal(facts.host->max_map_count, 65530);
	assert_true(facts.host->is_5_15);
	assert_false(facts.host->is_6_9);

	call.args[0] = 9;
	mpt_facts_live_get(live, &call, &facts);
	assert_true(facts.target->known);
	assert_int_equal(facts.target->uid[0], 1000);
	/* it ends, and is asked about anew in the next round only */
	fx_tree_unlink(&tree, "proc/9/status");
	mpt_facts_live_get(live, &call, &facts);
	assert_true(facts.target->known);
	mpt_facts_live_round(live);
	mpt_facts_live_get(live, &call, &facts);
	assert_false(facts.target->known);
	/* in another PID namespace 9 is another */
	fx_tree_write(&tree, "proc/9/status", contained);
	mpt_facts_live_round(live);
	thread.facts.in_pidns = true;
	mpt_facts_live_get(live, &call, &facts);
	assert_false(facts.target->known);

	mpt_facts_live_destroy(live);
	fx_tree_remove(&tree);
}

static void maps_where_they_matter(void **state)
{
	struct mpt_thread thread = { .tid = 71, .tgid = 70 };
	struct mpt_call call = call_of(MPT_SYS_MBIND, EFAULT, &thread);
	struct mpt_facts_live *live;
	struct mpt_facts facts;
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "proc/71/maps", "1000-2000 rw-p 0 0:0 0\n");
	live = mpt_facts_live_create(tree.fd, true);
	mpt_facts_live_get(live, &call, &facts);
	assert_string_equal(facts.maps, "1000-2000 rw-p 0 0:0 0\n");
	/* of a host that says nothing nothing is known */
	assert_false(facts.host->has_online || facts.host->has_memory || facts.host->is_5_15);
	assert_int_equal(facts.host->max_nodes, 0);
	call.ret = -EINVAL;
	mpt_facts_live_get(live, &call, &facts);
	assert_null(facts.maps);
	/* what a process that has ended leaves */
	call.ret = -ENOMEM;
	fx_tree_write(&tree, "proc/71/maps", "");
	mpt_facts_live_round(live);
	mpt_facts_live_get(live, &call, &facts);
	assert_null(facts.maps);
	mpt_facts_live_destroy(live);

	/* threads are numbered otherwise there */
	fx_tree_write(&tree, "proc/71/maps", "1000-2000 rw-p 0 0:0 0\n");
	live = mpt_facts_live_create(tree.fd, false);
	mpt_facts_live_get(live, &call, &facts);
	assert_null(facts.maps);
	mpt_facts_live_destroy(live);
	fx_tree_remove(&tree);
}

/* A thread is asked about after its call; where it has ended, what was known stands. */
static void of_threads(void **state)
{
	struct mpt_event event = { .type = MPT_EVENT_NEWTASK, .tid = 71, .task = 72 };
	struct mpt_threads *threads;
	struct mpt_thread *parent, *child;
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	fx_tree_write(&tree, "proc/71/status", contained);
	threads = mpt_threads_create(tree.fd);
	mpt_threads_want_facts(threads);
	assert_true(mpt_threads_meet(threads, 71, 1));
	parent = mpt_threads_find(threads, 71);
	assert_true(parent->facts.known && parent->facts.fresh);
	mpt_threads_learn(threads, &event);
	child = mpt_threads_find(threads, 72);
	assert_non_null(child);
	assert_true(child->facts.known && !child->facts.fresh);
	assert_int_equal(child->facts.seccomp, 2);
	fx_tree_unlink(&tree, "proc/71/status");
	mpt_threads_round(threads);
	assert_int_equal(mpt_thread_uid(threads, parent), -1);
	assert_true(parent->facts.known && !parent->facts.fresh);
	fx_tree_write(&tree, "proc/72/status", "Name:\ta\nUid:\t5\t5\t5\t5\nSeccomp:\t0\n");
	assert_int_equal(mpt_thread_uid(threads, child), 5);
	assert_true(child->facts.fresh);
	assert_int_equal(child->facts.seccomp, 0);
	mpt_threads_destroy(threads);
	fx_tree_remove(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_file), cmocka_unit_test(what_is_not_there_is_not_known),
		cmocka_unit_test(this_process),	 cmocka_unit_test(maps),
		cmocka_unit_test(a_host),	 cmocka_unit_test(maps_where_they_matter),
		cmocka_unit_test(of_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
