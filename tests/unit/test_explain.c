/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_explain.c - why a call failed.
 *
 * In: calls that failed, the words that their pointers led to, and facts about
 * caller and host, all made by hand. Out: whether the cause that is told is the
 * one that mm/mempolicy.c and mm/migrate.c have for it, what is said where
 * facts are wanting, and that nothing is said for sure which is not.
 *
 * The host has nodes 0 to 3 at most: 3 is offline, 2 has no memory. The caller
 * may use 0 and 2. The kernel is built for 1024.
 */
#include <errno.h>

#include "explain.h"
#include "facts.h"
#include "unit.h"
#include "value.h"

#define POISON UINT64_C(0xdeadbeefcafef00d)

enum { DEFAULT, PREFERRED, BIND, INTERLEAVE, LOCAL, MANY, WEIGHTED };
enum { BALANCING = 1 << 13, RELATIVE = 1 << 14, STATIC = 1 << 15 };
enum { PTR = 0x10000, WORDS = 4, CAP_NICE = 1 << 23, CAP_PTRACE = 1 << 19 };

static const struct mpt_abi native = { .name = "x86_64", .word_size = 8 };
static const struct mpt_abi small = { .name = "i386", .word_size = 4 };

struct bench {
	struct mpt_thread thread;
	struct mpt_call call;
	struct mpt_def def;
	struct mpt_values values;
	struct mpt_plan plan;
	struct mpt_task_facts caller, target;
	struct mpt_host_facts host;
	struct mpt_facts facts;
	uint64_t words[MPT_NARGS][WORDS]; /* that each argument led to */
	unsigned nwords;		  /* that a probe reads of them */
};

static struct mpt_nodeset nodes(uint64_t bits)
{
	return (struct mpt_nodeset){ .words = { bits } };
}

/* A call that failed, of which everything is known; its pointers lead to zeros. */
static struct bench bench(int sys, int errnum, uint64_t a0, uint64_t a1, uint64_t a2, uint64_t a3,
			  uint64_t a4, uint64_t a5)
{
	struct mpt_task_facts task = { .known = true,
				       .fresh = true,
				       .has_mems = true,
				       .mems_allowed = nodes(5),
				       .has_caps = true,
				       .seccomp = 0,
				       .has_ids = true,
				       .has_mm = true };

	return (struct bench){
		.thread = { .tid = 71, .tgid = 70 },
		.call = { .sys = &mpt_syscalls[sys],
			  .abi = &native,
			  .returned = true,
			  .ret = -errnum,
			  .args = { a0, a1, a2, a3, a4, a5 } },
		.plan = { .possible = 4, .page_size = 4096, .poison = POISON },
		.caller = task,
		.target = task,
		.host = { .has_online = true,
			  .online = nodes(7),
			  .has_memory = true,
			  .memory = nodes(3),
			  .max_nodes = 1024,
			  .max_map_count = 65530,
			  .is_5_15 = true,
			  .is_6_9 = true },
		.nwords = 1,
	};
}

static struct mpt_value value(const struct bench *b, unsigned arg)
{
	const struct mpt_arg *cell = &b->call.sys->args[arg];
	bool is_mask = cell->kind == MPT_ARG_MASK_PTR, fault = b->words[arg][0] == POISON;
	uint64_t len = b->call.args[cell->len];

	return (struct mpt_value){
		.status = fault				? MPT_VALUE_FAULT
			  : !is_mask && len > b->nwords ? MPT_VALUE_TOO_LONG
							: MPT_VALUE_OK,
		.type = is_mask ? MPT_VALUE_NODES : MPT_VALUE_ITEMS,
		.items = b->words[arg],
		.nitems = b->nwords,
		.count = (uint32_t)(len < b->nwords ? len : b->nwords),
		.addr = b->call.args[arg],
		.size = cell->kind == MPT_ARG_INTS_PTR ? 4 : b->call.abi->word_size,
		.plan = &b->plan,
	};
}

static void join(struct bench *b)
{
	unsigned i, n = 0;

	for (i = 0; i < b->call.sys->nargs; i++) {
		if (!mpt_arg_is_pointer(&b->call.sys->args[i]))
			continue;
		b->def.words[i] = (struct mpt_words){ .first = (uint8_t)n, .count = WORDS };
		n += WORDS;
		if (b->call.sys->args[i].dir == MPT_IN && b->call.args[i] != 0 &&
		    b->values.arg[i].status == MPT_VALUE_NONE)
			b->values.arg[i] = value(b, i);
	}
	b->def.abi = b->call.abi;
	b->call.thread = &b->thread;
	b->facts.caller = &b->caller;
	b->facts.target = &b->target;
	b->facts.host = &b->host;
}

static void assert_cause(struct bench *b, const char *expected)
{
	struct mpt_question q = {
		.call = &b->call, .values = &b->values, .plan = &b->plan, .facts = &b->facts
	};
	uint64_t caught[MPT_NARGS * WORDS];
	struct mpt_buf buf = { 0 };
	unsigned i, n = 0;

	join(b);
	for (i = 0; i < b->call.sys->nargs; i++)
		if (mpt_arg_is_pointer(&b->call.sys->args[i])) {
			memcpy(caught + n, b->words[i], sizeof(b->words[i]));
			n += WORDS;
		}
	if (!b->call.denied)
		b->call.def = &b->def;
	b->call.words = caught;
	assert_true(mpt_explain_applies(&b->call));
	mpt_explain(&q, &buf);
	assert_text(&buf, expected);
	mpt_buf_free(&buf);
}

/* What a call with these arguments is told; what is not there is 0. */
static void check(int sys, int errnum, const uint64_t *args, uint64_t mask, const char *expected)
{
	struct bench b = bench(sys, errnum, args[0], args[1], args[2], args[3], args[4], args[5]);
	unsigned i;

	for (i = 0; i < MPT_NARGS; i++)
		b.words[i][0] = mask;
	assert_cause(&b, expected);
}

#define ARGS(...) ((const uint64_t[MPT_NARGS]){ __VA_ARGS__ })
#define GET(errnum, expected, ...) \
	check(MPT_SYS_GET_MEMPOLICY, errnum, ARGS(__VA_ARGS__), 0, expected)
#define SET(errnum, mask, expected, ...) \
	check(MPT_SYS_SET_MEMPOLICY, errnum, ARGS(__VA_ARGS__), mask, expected)
#define MBIND(errnum, mask, expected, ...) \
	check(MPT_SYS_MBIND, errnum, ARGS(__VA_ARGS__), mask, expected)
#define HOME(errnum, expected, ...) \
	check(MPT_SYS_SET_MEMPOLICY_HOME_NODE, errnum, ARGS(__VA_ARGS__), 0, expected)
#define MIGRATE(errnum, mask, expected, ...) \
	check(MPT_SYS_MIGRATE_PAGES, errnum, ARGS(__VA_ARGS__), mask, expected)
#define MOVE(errnum, mask, expected, ...) \
	check(MPT_SYS_MOVE_PAGES, errnum, ARGS(__VA_ARGS__), mask, expected)

/* --- each call ------------------------------------------------------------- */

static void get_mempolicy(void **state)
{
	(void)state;
	GET(EINVAL, "maxnode 3 is less than the number of possible nodes, 4", PTR, PTR, 3, 0, 0);
	GET(EINVAL, "0x10 is no flag that get_mempolicy takes", PTR, PTR, 4, 0, 0x12);
	GET(EINVAL, "MPOL_F_MEMS_ALLOWED goes with no other flag", PTR, PTR, 4, PTR, 5);
	GET(EINVAL, "addr is not NULL, and flags are without MPOL_F_ADDR", PTR, 0, 0, PTR, 1);
	GET(EINVAL, "maxnode 32770 is more than a page of bits, 32768", PTR, PTR, 32770, 0, 1);
	GET(EINVAL,
	    "MPOL_F_NODE without MPOL_F_ADDR asks for the next interleave node, and the thread's "
	    "policy is not interleaving",
	    PTR, PTR, 32769, 0, 1);
	GET(EINVAL, "not known; excluded: maxnode, flags, addr", PTR, PTR, 32769, PTR, 4);
	GET(EFAULT, "nothing is mapped at addr 0x0", PTR, PTR, 4, 0, 2);
	GET(EFAULT, "by exclusion: mode 0x10000 cannot be written", PTR, 0, 0, 0, 0);
	GET(EFAULT, "either mode 0x10000 cannot be written, or nodemask 0x10000 cannot be written",
	    PTR, PTR, 4, 0, 0);
	GET(EFAULT, "either nothing is mapped at addr 0x20000, or mode 0x10000 cannot be written",
	    PTR, 0, 0, 0x20000, 2);
	GET(EFAULT, "not known; excluded: addr, mode, nodemask", 0, PTR, 1, 0, 0);
	GET(EPERM, "not known: get_mempolicy has no EPERM of its own", PTR, PTR, 4, 0, 0);
}

/* An answer that could not even be read after the call could not be written either. */
static void answers_that_cannot_be_written(void **state)
{
	struct bench b = bench(MPT_SYS_GET_MEMPOLICY, EFAULT, PTR, PTR, 4, 0, 0, 0);

	(void)state;
	b.words[0][0] = (uint32_t)POISON;
	assert_cause(&b, "mode 0x10000 cannot be written");
	b.words[0][0] = 0;
	b.words[1][0] = POISON;
	assert_cause(&b, "either mode 0x10000 cannot be written, or nodemask 0x10000 cannot be "
			 "written");
	/* /proc says more: that the one can be written, the other only read */
	b.facts.maps = "10000-20000 rw-p 00000000 00:00 0 \n30000-31000 r--p 00000000 00:00 0 \n";
	b.call.args[1] = 0x30000;
	assert_cause(&b, "nodemask 0x30000 cannot be written");
	b.call.args[0] = 0x30ff0;
	assert_cause(&b, "mode 0x30ff0 cannot be written");
	/* 1016 bytes of it are not there */
	b = bench(MPT_SYS_GET_MEMPOLICY, EFAULT, 0, 0x1fff8, 8192, 0, 0, 0);
	b.facts.maps = "10000-20000 rw-p 00000000 00:00 0 \n";
	assert_cause(&b, "nodemask 0x1fff8 cannot be written");
}

static void an_address_by_the_maps(void **state)
{
	struct bench b = bench(MPT_SYS_GET_MEMPOLICY, EFAULT, 0x10000, 0, 0, 0x20000, 2, 0);

	(void)state;
	b.facts.maps = "10000-20000 rw-p 00000000 00:00 0 \n20001-21000 ---p 00000000 00:00 0 \n";
	assert_cause(&b, "nothing is mapped at addr 0x20000");
	b.call.args[3] = 0x20001;
	assert_cause(&b, "not known; excluded: addr, mode, nodemask");
	b.call.args[4] = 3;
	assert_cause(&b,
		     "by exclusion: the page at addr 0x20001 cannot be had: it may not be read, "
		     "or is beyond the end of its file");
}

static void set_mempolicy(void **state)
{
	(void)state;
	SET(EINVAL, 1, "mode 0x1fff does not exist", 0x1fff, PTR, 64);
	SET(EINVAL, 1, "by exclusion: this kernel does not know mode 0x7", 7, PTR, 64);
	SET(EINVAL, 0,
	    "either this kernel does not know mode 0x7, or nodemask is empty, and 0x7 needs a node",
	    7, PTR, 64);
	SET(EINVAL, 1, "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other",
	    BIND | STATIC | RELATIVE, PTR, 64);
	SET(EINVAL, 1, "MPOL_F_NUMA_BALANCING does not go with MPOL_PREFERRED",
	    PREFERRED | BALANCING, PTR, 64);
	SET(EINVAL, 1, "by exclusion: this kernel takes MPOL_F_NUMA_BALANCING with MPOL_BIND only",
	    MANY | BALANCING, PTR, 64);
	SET(EINVAL, 1, "maxnode is 0 and nodemask is not NULL: the kernel counts maxnode - 1 bits",
	    BIND, PTR, 0);
	SET(EINVAL, 1, "maxnode 32770 is more than a page of bits, 32768", BIND, PTR, 32770);
	SET(EINVAL, 1,
	    "by exclusion: nodemask holds a node, not captured, that the kernel is not built for",
	    BIND, PTR, 1026);
	SET(EINVAL, 0, "nodemask is NULL, and MPOL_BIND needs a node", BIND, 0, 64);
	SET(EINVAL, 1, "maxnode 1 covers no bit, and MPOL_INTERLEAVE needs a node", INTERLEAVE, PTR,
	    1);
	SET(EINVAL, 2,
	    "maxnode 2 covers node 0 only: node 1 is in nodemask, and not counted, and MPOL_BIND "
	    "needs a node",
	    BIND, PTR, 2);
	SET(EINVAL, 0xc0,
	    "maxnode 7 covers nodes 0-5 only: nodes 6-7 are in nodemask, and not counted, and "
	    "MPOL_WEIGHTED_INTERLEAVE needs a node",
	    WEIGHTED | STATIC, PTR, 7);
	SET(EINVAL, 0, "nodemask is empty, and MPOL_BIND needs a node", BIND, PTR, 65);
	SET(EINVAL, 0, "nodemask holds no possible node, and MPOL_BIND needs a node", BIND, PTR,
	    66);
	SET(EINVAL, 3, "MPOL_DEFAULT takes no nodes, and nodes 0-1 are in nodemask", DEFAULT, PTR,
	    64);
	SET(EINVAL, 0,
	    "by exclusion: MPOL_DEFAULT takes no nodes, and one that was not captured is in "
	    "nodemask",
	    DEFAULT, PTR, 1024);
	SET(EINVAL, 1, "MPOL_LOCAL takes no nodes, and node 0 is in nodemask", LOCAL, PTR, 64);
	SET(EINVAL, 0, "MPOL_LOCAL does not go with MPOL_F_RELATIVE_NODES", LOCAL | RELATIVE, 0, 0);
	SET(EINVAL, 0, "nodemask is empty, and MPOL_PREFERRED|MPOL_F_STATIC_NODES needs a node",
	    PREFERRED | STATIC, PTR, 64);
	SET(EFAULT, POISON, "nodemask 0x10000 cannot be read", BIND, PTR, 64);
	SET(EFAULT, 1, "not known; excluded: nodemask", BIND, PTR, 1024);
	SET(EFAULT, 1,
	    "by exclusion: nodemask 0x10fc0 cannot be read as far as maxnode 1024 reaches", BIND,
	    PTR + 0xfc0, 1024);
	SET(ENOMEM, 1, "the kernel could get no memory", BIND, PTR, 64);
	SET(EPERM, 1, "not known: set_mempolicy has no EPERM of its own", BIND, PTR, 64);
	SET(EINVAL, 1, "not known; excluded: mode, mode flags, maxnode, nodemask, Mems_allowed",
	    BIND, PTR, 1024);
}

/* Of nodes that the policy could use there is none. */
static void nodes_that_cannot_be_used(void **state)
{
	(void)state;
	SET(EINVAL, 2, "node 1 is not in Mems_allowed 0,2", BIND, PTR, 64);
	SET(EINVAL, 4, "node 2 has no memory", BIND, PTR, 64);
	SET(EINVAL, 6, "node 1 is not in Mems_allowed 0,2, and node 2 has no memory", BIND, PTR,
	    64);
	SET(EINVAL, 8, "node 3 is not in Mems_allowed 0,2 (node 3 is offline)", BIND, PTR, 64);
	SET(EINVAL, 0x38,
	    "nodes 3-5 are not in Mems_allowed 0,2 (there are no nodes 4-5, node 3 is offline)",
	    PREFERRED, PTR, 64);
	SET(EINVAL, 0x12,
	    "node 1 is not in Mems_allowed 0,2; maxnode 4 leaves out node 4 of nodemask", BIND, PTR,
	    4);
	/* one is enough, and relative nodes are always there */
	SET(EINVAL, 0xf, "not known; excluded: mode, mode flags, maxnode, nodemask, Mems_allowed",
	    BIND, PTR, 64);
	SET(EINVAL, 2, "not known; excluded: mode, mode flags, maxnode, nodemask, Mems_allowed",
	    BIND | RELATIVE, PTR, 64);
}

static void old_kernels(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, MANY, PTR, 64, 0, 0, 0);

	(void)state;
	b.host.is_5_15 = b.host.is_6_9 = false;
	b.words[1][0] = 1;
	assert_cause(&b, "by exclusion: this kernel does not know mode MPOL_PREFERRED_MANY");
	b.call.args[0] = BIND | BALANCING;
	assert_cause(&b, "by exclusion: this kernel does not know MPOL_F_NUMA_BALANCING");
	/* 5.10's function for 32-bit callers took any maxnode */
	b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 0, 0, 0, 0);
	b.call.abi = &small;
	b.host.is_5_15 = false;
	b.words[1][0] = 1;
	assert_cause(&b, "by exclusion: maxnode is 0 and nodemask is not NULL: the kernel counts "
			 "maxnode - 1 bits");
}

/* A kernel that is built for fewer nodes than a word has bits. */
static void built_for_few(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.host.max_nodes = 8;
	b.words[1][0] = 0x101;
	assert_cause(&b, "node 8 is in nodemask, and the kernel is built for nodes 0-7");
}

static void mbind(void **state)
{
	struct bench b;

	(void)state;
	MBIND(EINVAL, 1, "addr is not page aligned", PTR + 8, 4096, BIND, PTR, 64, 0);
	MBIND(EINVAL, 1, "addr + len wraps around", PTR, UINT64_MAX - 0x8000, BIND, PTR, 64, 0);
	MBIND(EINVAL, 1, "MPOL_MF_LAZY|0x20 is no flag that mbind takes", PTR, 1, BIND, PTR, 64,
	      0x29);
	MBIND(EINVAL, 2, "node 1 is not in Mems_allowed 0,2", PTR, 1, BIND, PTR, 64, 0);
	MBIND(EINVAL, 1, "maxnode 1 covers no bit, and MPOL_BIND needs a node", PTR, 1, BIND, PTR,
	      1, 0);
	/* the first check of the kernel's that fails */
	MBIND(EINVAL, 2, "mode 0x1fff does not exist", PTR + 1, 1, 0x1fff, PTR, 0, 0x20);
	MBIND(EINVAL, 1, "by exclusion: the range begins or ends inside a page of hugetlbfs", PTR,
	      1, BIND, PTR, 64, 0);
	MBIND(EPERM, 1, "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, which the caller has not", PTR, 1,
	      BIND, PTR, 64, 4);
	MBIND(EPERM, 1, "not known; excluded: MPOL_MF_MOVE_ALL", PTR, 1, BIND, PTR, 64, 2);
	MBIND(EFAULT, POISON, "nodemask 0x10000 cannot be read", PTR, 1, BIND, PTR, 64, 0);
	MBIND(EFAULT, 1, "by exclusion: something in the range is not mapped", PTR, 1, BIND, PTR,
	      64, 0);
	MBIND(EIO, 1,
	      "a page of the range is not where the policy wants it, and MPOL_MF_STRICT was given",
	      PTR, 1, BIND, PTR, 64, 1);
	MBIND(EIO, 1,
	      "a page of the range could not be moved to where the policy wants it, and "
	      "MPOL_MF_STRICT was given",
	      PTR, 1, BIND, PTR, 64, 3);
	MBIND(ENOMEM, 1,
	      "either the process would have had more mappings than vm.max_map_count allows "
	      "(65530), or the kernel could get no memory",
	      PTR, 1, BIND, PTR, 64, 0);
	b = bench(MPT_SYS_MBIND, ENOMEM, 0x10000, 0x20000, DEFAULT, 0, 0, 0);
	b.facts.maps = "10000-20000 rw-p 0 00:00 0 /a 1-2\n20000-21000 rw-p 0 00:00 0\n";
	assert_cause(&b, "the kernel could get no memory");
	b.host.max_map_count = 4;
	assert_cause(&b, "the process has 2 mappings, and vm.max_map_count is 4");
	b.call.ret = -EFAULT;
	assert_cause(&b, "nothing is mapped at 0x21000, in the range");
	b.call.args[1] = 0x10001;
	assert_cause(&b, "not known; excluded: nodemask, the range");
}

static void set_mempolicy_home_node(void **state)
{
	(void)state;
	HOME(EINVAL, "start is not page aligned", 1, 1, 0, 0);
	HOME(EINVAL, "0x1 is no flag that set_mempolicy_home_node takes", 0, 1, 0, 1);
	HOME(EINVAL, "there is no node 4", 0, 1, 4, 0);
	HOME(EINVAL, "node 3 is offline", 0, 1, 3, 0);
	HOME(EINVAL, "start + len wraps around", PTR, UINT64_MAX - 0x8000, 2, 0);
	HOME(ENOENT, "no memory in the range has a policy of its own: mbind gives it one", 0, 1, 0,
	     0);
	HOME(EOPNOTSUPP, "a policy in the range is neither MPOL_BIND nor MPOL_PREFERRED_MANY", 0, 1,
	     0, 0);
}

static void migrate_pages(void **state)
{
	(void)state;
	MIGRATE(ESRCH, 1, "there is no process 9", 9, 64, PTR, PTR);
	MIGRATE(EINVAL, 1,
		"maxnode is 0 and old_nodes is not NULL: the kernel counts maxnode - 1 "
		"bits",
		0, 0, PTR, PTR);
	MIGRATE(EINVAL, 1,
		"maxnode is 0 and new_nodes is not NULL: the kernel counts maxnode - 1 "
		"bits",
		0, 0, 0, PTR);
	MIGRATE(EFAULT, POISON, "old_nodes 0x10000 cannot be read", 0, 64, PTR, PTR);
	MIGRATE(EFAULT, POISON, "new_nodes 0x10000 cannot be read", 0, 64, 0, PTR);
	MIGRATE(EINVAL, 2, "node 1 is not in Mems_allowed 0,2", 0, 64, PTR, PTR);
	MIGRATE(EINVAL, 1, "new_nodes is NULL", 0, 64, PTR, 0);
	MIGRATE(EINVAL, 1, "maxnode 1 covers no bit", 0, 1, PTR, PTR);
	MIGRATE(EINVAL, 2,
		"new_nodes holds no possible node; maxnode 2 leaves out node 1 of "
		"new_nodes",
		0, 2, PTR, PTR);
	MIGRATE(EPERM, 2, "node 1 is not in Mems_allowed 0,2, and the caller has no CAP_SYS_NICE",
		0, 64, PTR, PTR);
	MIGRATE(EPERM, 1,
		"not known; excluded: the user and group of the process, Mems_allowed of the "
		"process",
		0, 64, PTR, PTR);
	MIGRATE(EINVAL, 1,
		"not known; excluded: maxnode, old_nodes, new_nodes, Mems_allowed, whether the "
		"process has memory",
		9, 64, PTR, PTR);
	MIGRATE(EACCES, 1, "not known: migrate_pages has no EACCES of its own", 0, 64, PTR, PTR);
}

static void move_pages(void **state)
{
	struct bench b;

	(void)state;
	MOVE(EINVAL, 0, "MPOL_MF_STRICT is no flag that move_pages takes", 0, 1, PTR, PTR, PTR, 1);
	MOVE(EPERM, 0, "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, which the caller has not", 0, 1, PTR,
	     PTR, PTR, 4);
	MOVE(ESRCH, 0, "there is no process 9", 9, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, 2, "nodes[0] is 2: node 2 has no memory", 0, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, 3, "nodes[0] is 3: node 3 is offline", 0, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, 4, "nodes[0] is 4: there is no such node", 0, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, UINT32_MAX, "nodes[0] is -1: there is no such node", 0, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, 1, "not known; excluded: nodes", 0, 1, PTR, PTR, PTR, 0);
	MOVE(ENODEV, 1,
	     "by exclusion: an element of nodes that was not captured is no node, or one without "
	     "memory",
	     0, 2, PTR, PTR, PTR, 0);
	MOVE(EACCES, 1, "nodes[0] is 1, which is not in Mems_allowed 0,2", 0, 1, PTR, PTR, PTR, 0);
	MOVE(EACCES, 1, "nodes[0] is 1, which is not in Mems_allowed 0,2 of process 9", 9, 1, PTR,
	     PTR, PTR, 0);
	MOVE(EFAULT, 0, "pages is NULL", 0, 1, 0, PTR, PTR, 0);
	MOVE(EFAULT, POISON, "pages[0] cannot be read", 0, 1, PTR, PTR, PTR, 0);
	MOVE(EFAULT, 0, "status is NULL", 0, 1, PTR, PTR, 0, 0);
	MOVE(EFAULT, 0, "by exclusion: status 0x10000 cannot be written", 0, 1, PTR, 0, PTR, 0);
	MOVE(EFAULT, 0,
	     "either pages[1] or one behind it, not captured, cannot be read, or status 0x10000 "
	     "cannot be written",
	     0, 2, PTR, 0, PTR, 0);
	b = bench(MPT_SYS_MOVE_PAGES, EFAULT, 0, 1, PTR, PTR, PTR, 0);
	b.words[3][0] = (uint32_t)POISON;
	assert_cause(&b, "nodes[0] cannot be read");
	b = bench(MPT_SYS_MOVE_PAGES, EFAULT, 0, 1, PTR, PTR, PTR, 0);
	b.words[4][0] = (uint32_t)POISON;
	assert_cause(&b, "status 0x10000 cannot be written");
	b = bench(MPT_SYS_MOVE_PAGES, ENODEV, 0, 3, PTR, PTR, PTR, 0);
	b.nwords = WORDS;
	b.words[3][2] = 7;
	assert_cause(&b, "nodes[2] is 7: there is no such node");
}

/* --- who asks, and about whom --------------------------------------------------- */

static void rights(void **state)
{
	struct bench b = bench(MPT_SYS_MOVE_PAGES, EPERM, 9, 1, PTR, PTR, PTR, 0);

	(void)state;
	assert_cause(&b, "by exclusion: the caller may not examine process 9: it is not dumpable, "
			 "has capabilities that the caller has not, or a security module refuses "
			 "it");
	b.caller.uid[0] = 1000;
	b.caller.gid[0] = 100;
	assert_cause(&b, "process 9 is of uid 0 gid 0, the caller of uid 1000 gid 100 without "
			 "CAP_SYS_PTRACE");
	b.caller.fresh = false;
	assert_cause(&b, "process 9 is of uid 0 gid 0, the caller of uid 1000 gid 100 without "
			 "CAP_SYS_PTRACE (read earlier)");
	b.caller.caps = CAP_PTRACE;
	assert_cause(&b,
		     "not known; excluded: MPOL_MF_MOVE_ALL, the user and group of the process");
	b.call.args[0] = 70; /* itself */
	b.caller.caps = 0;
	assert_cause(&b,
		     "not known; excluded: MPOL_MF_MOVE_ALL, the user and group of the process");
	b.call.args[5] = 4;
	b.caller.caps = CAP_NICE;
	b.caller.fresh = true;
	assert_cause(&b,
		     "by exclusion: MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, and the caller's counts "
		     "not: it is of another user namespace, or a security module refuses it");
	/* with it new nodes may be any */
	b = bench(MPT_SYS_MIGRATE_PAGES, EPERM, 0, 64, PTR, PTR, 0, 0);
	b.words[3][0] = 2;
	b.caller.caps = CAP_NICE;
	assert_cause(&b,
		     "not known; excluded: the user and group of the process, Mems_allowed of the "
		     "process");
}

static void processes(void **state)
{
	struct bench b = bench(MPT_SYS_MOVE_PAGES, EINVAL, 2, 1, PTR, PTR, PTR, 0);

	(void)state;
	b.target.has_mm = false;
	assert_cause(&b, "process 2 has no memory: it is a kernel thread, or was ending");
	b.target.known = false;
	assert_cause(&b, "by exclusion: process 2 has no memory: it is a kernel thread, or was "
			 "ending");
	b.call.ret = -ESRCH;
	b.caller.in_pidns = true;
	assert_cause(&b, "there is no process 2 in the caller's PID namespace");
}

/* --- what is not known ------------------------------------------------------------ */

static void nothing_known_of_the_caller(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.caller = b.target = mpt_task_unknown;
	b.words[1][0] = 2;
	assert_cause(&b, "by exclusion: node 1 is not in the caller's Mems_allowed, which is not "
			 "known");
	b.words[1][0] = 0xc; /* without memory they are no good to anybody */
	assert_cause(&b, "node 3 is offline, node 2 has no memory");
	b = bench(MPT_SYS_MBIND, EPERM, PTR, 1, BIND, PTR, 64, 4);
	b.caller = mpt_task_unknown;
	assert_cause(&b,
		     "by exclusion: MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, and whether the caller "
		     "has it is not known");
	b = bench(MPT_SYS_MIGRATE_PAGES, EPERM, 9, 64, PTR, PTR, 0, 0);
	b.caller = b.target = mpt_task_unknown;
	b.words[3][0] = 2;
	assert_cause(&b,
		     "either the caller may not examine process 9: whose it is, is not known, or "
		     "a node of new_nodes is not in Mems_allowed of process 9, and whether the "
		     "caller has CAP_SYS_NICE is not known");
	b = bench(MPT_SYS_MOVE_PAGES, EACCES, 9, 1, PTR, PTR, PTR, 0);
	b.target = mpt_task_unknown;
	assert_cause(&b, "by exclusion: an element of nodes is not in Mems_allowed, which is not "
			 "known");
}

static void nothing_known_of_the_host(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.host = mpt_host_unknown;
	b.words[1][0] = 2;
	assert_cause(&b, "node 1 is not in Mems_allowed 0,2");
	b.words[1][0] = 0x10;
	assert_cause(&b, "node 4 is not in Mems_allowed 0,2 (there is no node 4)");
	b.words[1][0] = 4;
	assert_cause(&b, "by exclusion: node 2 has no memory");
	b = bench(MPT_SYS_SET_MEMPOLICY_HOME_NODE, EINVAL, 0, 1, 1, 0, 0, 0);
	b.host = mpt_host_unknown;
	assert_cause(&b, "either node 1 is offline, or the range begins or ends inside a page of "
			 "hugetlbfs");
}

/* What was known before it may have changed, and is told so. */
static void known_from_before(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.words[1][0] = 2;
	b.caller.fresh = false;
	assert_cause(&b, "node 1 is not in Mems_allowed 0,2 (read earlier)");
}

/* A kernel without cpusets lets everybody use every node. */
static void no_cpusets(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.caller.has_mems = false;
	b.words[1][0] = 4;
	assert_cause(&b, "node 2 has no memory");
	b.words[1][0] = 2;
	assert_cause(&b, "not known; excluded: mode, mode flags, maxnode, nodemask, Mems_allowed");
}

/* No probe read what the pointers led to. */
static void nothing_captured(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EINVAL, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.values.arg[1] =
		(struct mpt_value){ .status = MPT_VALUE_UNSUPPORTED, .type = MPT_VALUE_NODES };
	assert_cause(&b,
		     "either nodemask, which was not captured, is empty, or no node of nodemask, "
		     "which was not captured, can be used");
	b.call.ret = -EFAULT;
	assert_cause(&b, "by exclusion: nodemask 0x10000 cannot be read");
}

/* --- seccomp ------------------------------------------------------------------------ */

static void denied(void **state)
{
	struct bench b = bench(MPT_SYS_SET_MEMPOLICY, EPERM, BIND, PTR, 64, 0, 0, 0);

	(void)state;
	b.call.denied = true;
	b.caller.seccomp = 2;
	assert_cause(&b, "the kernel has no EPERM for set_mempolicy: a seccomp filter answered "
			 "(Seccomp: 2)");
	b.call.ret = -EINVAL;
	assert_cause(&b, "a seccomp filter answered before the kernel's function (Seccomp: 2)");
	b.call.ret = 0;
	b.caller = mpt_task_unknown;
	assert_cause(&b, "a seccomp filter answered before the kernel's function");
	b.call.returned = false;
	assert_cause(&b, "a seccomp filter answered with a signal, or with death");
}

static void what_is_explained(void **state)
{
	struct mpt_call call = { .returned = true, .ret = 0 };

	(void)state;
	assert_false(mpt_explain_applies(&call));
	call.ret = 1; /* pages that could not be moved */
	assert_false(mpt_explain_applies(&call));
	call.ret = -EINVAL;
	assert_true(mpt_explain_applies(&call));
	call.returned = false; /* in flight */
	assert_false(mpt_explain_applies(&call));
	call.denied = true;
	assert_true(mpt_explain_applies(&call));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(get_mempolicy),
		cmocka_unit_test(answers_that_cannot_be_written),
		cmocka_unit_test(an_address_by_the_maps),
		cmocka_unit_test(set_mempolicy),
		cmocka_unit_test(nodes_that_cannot_be_used),
		cmocka_unit_test(old_kernels),
		cmocka_unit_test(built_for_few),
		cmocka_unit_test(mbind),
		cmocka_unit_test(set_mempolicy_home_node),
		cmocka_unit_test(migrate_pages),
		cmocka_unit_test(move_pages),
		cmocka_unit_test(rights),
		cmocka_unit_test(processes),
		cmocka_unit_test(nothing_known_of_the_caller),
		cmocka_unit_test(nothing_known_of_the_host),
		cmocka_unit_test(known_from_before),
		cmocka_unit_test(no_cpusets),
		cmocka_unit_test(nothing_captured),
		cmocka_unit_test(denied),
		cmocka_unit_test(what_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
