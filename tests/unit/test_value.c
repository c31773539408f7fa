/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_value.c - from raw words to what they mean.
 *
 * In: calls of get_mempolicy in raw words, as mm/mempolicy.c leaves the
 * caller's memory, and the poison where a fetch faulted. Out: whether each
 * value has the meaning that the kernel gives it, and the right status where
 * there is none. The rows are the truth; nothing is taken from the decoder.
 */
#include <errno.h>
#include <string.h>

#include "cleanup.h"
#include "fixture.h"
#include "value.h"

#define POISON UINT64_C(0xdeadbeefcafef00d)
/* the low half with its top bit set, which it has already */
#define POISON_INT UINT64_C(0xcafef00d)

enum { F_NODE = 1, F_ADDR = 2, F_MEMS_ALLOWED = 4, STATIC = 1 << 15 };
enum { BIND = 2, INTERLEAVE = 3 };
enum { WORDS_MAX = 17 };

/* A call that returned, and what it left; what is not said is 0. */
struct row {
	const char *name;
	unsigned possible;
	uint64_t flags, maxnode;
	int64_t ret;
	bool no_mode, no_mask;	   /* NULL pointers */
	uint64_t words[WORDS_MAX]; /* mode, then the mask */
	enum mpt_value_status mode_status;
	enum mpt_value_type mode_type;
	uint32_t mode;
	enum mpt_value_status nodes_status;
	int nodes[8]; /* each plus 1; 0 ends them */
};

#define OK	    MPT_VALUE_OK
#define NONE	    MPT_VALUE_NONE
#define FAULT	    MPT_VALUE_FAULT
#define UNSUPPORTED MPT_VALUE_UNSUPPORTED
#define MODE	    MPT_VALUE_MODE
#define NODE	    MPT_VALUE_NODE

/* clang-format off */
static const struct row rows[] = {
	/* what the flags make of the two answers */
	{"flags 0: the task's policy", 2, 0, 1025, 0, false, false, {BIND, 2},
	 OK, MODE, BIND, OK, {2}},
	{"mode flags come with the mode", 2, 0, 1025, 0, false, false, {BIND | STATIC, 2},
	 OK, MODE, BIND | STATIC, OK, {2}},
	{"no policy: MPOL_DEFAULT, no nodes", 2, 0, 1025, 0, false, false, {0, 0},
	 OK, MODE, 0, OK, {0}},
	{"MPOL_F_ADDR: the policy of the area", 2, F_ADDR, 1025, 0, false, false, {INTERLEAVE, 3},
	 OK, MODE, INTERLEAVE, OK, {1, 2}},
	{"MPOL_F_NODE|MPOL_F_ADDR: the page's node", 2, F_NODE | F_ADDR, 1025, 0, false, false,
	 {1, 3}, OK, NODE, 1, OK, {1, 2}},
	{"MPOL_F_NODE: the next interleave node", 2, F_NODE, 1025, 0, false, false, {0, 3},
	 OK, NODE, 0, OK, {1, 2}},
	{"MPOL_F_MEMS_ALLOWED: nodes, and a 0 that means nothing", 2, F_MEMS_ALLOWED, 1025, 0,
	 false, false, {0, 3}, NONE, MODE, 0, OK, {1, 2}},
	{"MPOL_F_MEMS_ALLOWED, the 0 not even read", 2, F_MEMS_ALLOWED, 1025, 0, false, false,
	 {POISON_INT, 3}, NONE, MODE, 0, OK, {1, 2}},

	/* what was not asked for */
	{"no mode asked for", 2, 0, 1025, 0, true, false, {POISON_INT, 1}, NONE, MODE, 0, OK, {1}},
	{"no mask asked for", 2, 0, 0, 0, false, true, {BIND, POISON}, OK, MODE, BIND, NONE, {0}},
	{"nothing asked for", 2, 0, 0, 0, true, true, {POISON_INT, POISON}, NONE, MODE, 0,
	 NONE, {0}},
	{"only a node asked for", 2, F_NODE | F_ADDR, 0, 0, false, true, {1, POISON},
	 OK, NODE, 1, NONE, {0}},

	/* outputs of failed calls mean nothing, though the mode may have been written */
	{"EINVAL", 2, 0, 1025, -EINVAL, false, false, {BIND, 2}, NONE, MODE, 0, NONE, {0}},
	{"EFAULT", 2, 0, 1025, -EFAULT, false, false, {BIND, POISON}, NONE, MODE, 0, NONE, {0}},
	{"EPERM", 2, F_NODE, 1025, -EPERM, false, false, {BIND, 2}, NONE, MODE, 0, NONE, {0}},
	{"an errno that programs never see", 2, 0, 1025, -512, false, false, {BIND, 2},
	 NONE, MODE, 0, NONE, {0}},

	/* ALIGN(maxnode - 1, 64) bits are written */
	{"maxnode 1: no word is written", 1, 0, 1, 0, false, false, {BIND, 1},
	 OK, MODE, BIND, OK, {0}},
	{"maxnode 1: so none need be read", 1, 0, 1, 0, false, false, {BIND, POISON},
	 OK, MODE, BIND, OK, {0}},
	{"maxnode 2: a whole word", 2, 0, 2, 0, false, false, {BIND, 2}, OK, MODE, BIND, OK, {2}},
	{"maxnode 64: 63 bits are one word", 64, 0, 64, 0, false, false,
	 {BIND, UINT64_C(0x8000000000000001)}, OK, MODE, BIND, OK, {1, 64}},
	{"maxnode 65, 65 possible: one word, and not the second", 65, 0, 65, 0, false, false,
	 {BIND, 2, 1}, OK, MODE, BIND, OK, {2}},
	{"maxnode 65: the second need not be read", 65, 0, 65, 0, false, false,
	 {BIND, 2, POISON}, OK, MODE, BIND, OK, {2}},
	{"maxnode 66, 65 possible: both words", 65, 0, 66, 0, false, false, {BIND, 2, 1},
	 OK, MODE, BIND, OK, {2, 65}},
	{"maxnode 1025, 65 possible: both words", 65, 0, 1025, 0, false, false, {BIND, 0, 1},
	 OK, MODE, BIND, OK, {65}},
	{"maxnode 32768, 65 possible", 65, 0, 32768, 0, false, false, {BIND, 1, 0},
	 OK, MODE, BIND, OK, {1}},
	{"maxnode 1024, 1024 possible: 16 words", 1024, 0, 1024, 0, false, false,
	 {BIND, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, UINT64_C(1) << 63},
	 OK, MODE, BIND, OK, {1, 1024}},
	{"maxnode 1025, 1024 possible", 1024, 0, 1025, 0, false, false,
	 {BIND, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 4},
	 OK, MODE, BIND, OK, {65, 449, 963}},
	{"nothing beyond the possible nodes", 2, 0, 1025, 0, false, false, {BIND, UINT64_MAX},
	 OK, MODE, BIND, OK, {1, 2}},
	{"nothing beyond 65 either", 65, 0, 1025, 0, false, false, {BIND, 8, UINT64_MAX},
	 OK, MODE, BIND, OK, {4, 65}},
	{"maxnode 2^64 - 1: the sum wraps, nothing is written", 2, 0, UINT64_MAX, 0, false, false,
	 {BIND, POISON}, OK, MODE, BIND, OK, {0}},
	{"maxnode 2^64 - 62: likewise", 2, 0, UINT64_MAX - 61, 0, false, false, {BIND, POISON},
	 OK, MODE, BIND, OK, {0}},

	/* a word that still holds the poison was not read; zero is a value like any other */
	{"the mode was not read", 2, 0, 1025, 0, false, false, {POISON_INT, 1},
	 FAULT, MODE, 0, OK, {1}},
	{"the node was not read", 2, F_NODE, 1025, 0, false, false, {POISON_INT, 1},
	 FAULT, NODE, 0, OK, {1}},
	{"the mask was not read", 2, 0, 1025, 0, false, false, {BIND, POISON},
	 OK, MODE, BIND, FAULT, {0}},
	{"neither was read", 2, 0, 1025, 0, false, false, {POISON_INT, POISON},
	 FAULT, MODE, 0, FAULT, {0}},
	{"the first of two words was not read", 65, 0, 1025, 0, false, false, {BIND, POISON, 1},
	 OK, MODE, BIND, FAULT, {0}},
	{"the second of two words was not read", 65, 0, 1025, 0, false, false, {BIND, 1, POISON},
	 OK, MODE, BIND, FAULT, {0}},
	{"the last of 16 words was not read", 1024, 0, 1025, 0, false, false,
	 {BIND, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, POISON},
	 OK, MODE, BIND, FAULT, {0}},
	{"one in the middle was not read", 1024, 0, 1025, 0, false, false,
	 {BIND, 1, 0, 0, 0, 0, 0, POISON, 0, 0, 0, 0, 0, 0, 0, 0, 0},
	 OK, MODE, BIND, FAULT, {0}},
	{"the poison of an int is not that of a word", 16, 0, 1025, 0, false, false,
	 {BIND, POISON_INT}, OK, MODE, BIND, OK, {1, 3, 4, 13, 14, 15, 16}},
};
/* clang-format on */

static const struct mpt_abi abi = { .name = "x86_64", .word_size = 8 };

static struct mpt_def def_of(unsigned possible)
{
	return (struct mpt_def){
		.role = MPT_ROLE_EXIT,
		.abi = &abi,
		.words = { { .first = 0, .count = 1 },
			   { .first = 1, .count = (uint8_t)((possible + 63) / 64) } },
	};
}

static void decode_row(const struct row *row, const struct mpt_def *def, const uint64_t *words,
		       struct mpt_values *ret)
{
	const struct mpt_plan plan = { .possible = row->possible,
				       .page_size = 4096,
				       .poison = POISON };
	const struct mpt_call call = {
		.sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
		.def = def,
		.abi = &abi,
		.returned = true,
		.args = { row->no_mode ? 0 : 0x7ffd1000, row->no_mask ? 0 : 0x7ffd2000,
			  row->maxnode, row->flags & F_ADDR ? 0x7ffd3000 : 0, row->flags },
		.ret = row->ret,
		.words = words,
	};

	/* what was there before must not shine through */
	memset(ret, 0xee, sizeof(*ret));
	mpt_value_decode(&call, &plan, ret);
}

static void assert_nodes(const struct mpt_nodeset *set, const int *nodes)
{
	uint64_t expected[MPT_NODES_MAX / 64] = { 0 };
	int i;

	for (i = 0; i < 8 && nodes[i]; i++)
		expected[(nodes[i] - 1) / 64] |= UINT64_C(1) << (nodes[i] - 1) % 64;
	assert_memory_equal(set->words, expected, sizeof(expected));
}

static void assert_row(const struct row *row, const struct mpt_values *values)
{
	const struct mpt_value *mode = &values->arg[0], *nodes = &values->arg[1];
	int i;

	assert_int_equal(mode->status, row->mode_status);
	if (mode->status != NONE)
		assert_int_equal(mode->type, row->mode_type);
	if (mode->status == OK)
		assert_int_equal(mode->num, row->mode);
	assert_int_equal(nodes->status, row->nodes_status);
	if (nodes->status != NONE)
		assert_int_equal(nodes->type, MPT_VALUE_NODES);
	if (nodes->status == OK)
		assert_nodes(&nodes->nodes, row->nodes);
	/* maxnode, addr and flags lead to nothing */
	for (i = 2; i < 5; i++)
		assert_int_equal(values->arg[i].status, NONE);
}

static void a_row(void **state)
{
	const struct row *row = *state;
	struct mpt_def def = def_of(row->possible);
	struct mpt_values values;

	decode_row(row, &def, row->words, &values);
	assert_row(row, &values);
}

/* The search for pt_regs went wrong in this record: pointers only. */
static void words_that_cannot_be_believed(void **state)
{
	struct row row = rows[0];
	struct mpt_def def = def_of(row.possible);
	struct mpt_values values;

	(void)state;
	row.mode_status = row.nodes_status = UNSUPPORTED;
	decode_row(&row, &def, NULL, &values);
	assert_row(&row, &values);
	/* what needs no word is known all the same */
	row.maxnode = 1;
	row.nodes_status = OK;
	row.nodes[0] = 0;
	decode_row(&row, &def, NULL, &values);
	assert_row(&row, &values);
	/* and what was not asked for is not missing */
	row.no_mode = row.no_mask = true;
	row.mode_status = row.nodes_status = NONE;
	decode_row(&row, &def, NULL, &values);
	assert_row(&row, &values);
}

static void a_kernel_that_shows_results_only(void **state)
{
	const struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = &abi };
	struct row row = rows[0];
	struct mpt_values values;

	(void)state;
	row.mode_status = row.nodes_status = UNSUPPORTED;
	decode_row(&row, &def, row.words, &values);
	assert_row(&row, &values);
	row.flags = F_MEMS_ALLOWED;
	row.mode_status = NONE;
	decode_row(&row, &def, row.words, &values);
	assert_row(&row, &values);
}

/* More words were written than the probe reads: a part of a set is not the set. */
static void fewer_words_than_were_written(void **state)
{
	struct mpt_values values;
	struct mpt_def def = def_of(64);
	struct row row = { .possible = 65, .maxnode = 1025, .words = { BIND, 1 } };

	(void)state;
	row.mode_status = OK;
	row.mode_type = MODE;
	row.mode = BIND;
	row.nodes_status = MPT_VALUE_TOO_LONG;
	decode_row(&row, &def, row.words, &values);
	assert_row(&row, &values);
	/* where the caller asked for no more than one word, one is all */
	row.maxnode = 65;
	row.nodes_status = OK;
	row.nodes[0] = 1;
	decode_row(&row, &def, row.words, &values);
	assert_row(&row, &values);
}

static void in_flight(void **state)
{
	const struct mpt_plan plan = { .possible = 2, .page_size = 4096, .poison = POISON };
	struct mpt_def def = def_of(2);
	struct mpt_call call = { .sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
				 .def = &def,
				 .abi = &abi,
				 .args = { 1, 2, 1025, 0, 0 } };
	struct mpt_values values;
	int i;

	(void)state;
	memset(&values, 0xee, sizeof(values));
	mpt_value_decode(&call, &plan, &values);
	for (i = 0; i < 5; i++)
		assert_int_equal(values.arg[i].status, NONE);
}

/* --- other calls than get_mempolicy ---------------------------------------- */

enum { PAGE = 4096 };

static const struct mpt_abi abi_32 = { .name = "i386", .word_size = 4 };
static const struct mpt_abi guest = { .name = "x32", .word_size = 4 };
static const struct mpt_plan plan_of_2 = { .possible = 2, .page_size = PAGE, .poison = POISON };

/* set_mempolicy(mode, nodemask, maxnode), of which one word was read */
static struct mpt_value input_mask(uint64_t addr, uint64_t maxnode, uint64_t word, int64_t ret)
{
	static const struct mpt_def def = { .role = MPT_ROLE_EXIT,
					    .abi = &abi,
					    .words = { [1] = { .first = 0, .count = 1 } } };
	const struct mpt_call call = {
		.sys = &mpt_syscalls[MPT_SYS_SET_MEMPOLICY],
		.def = &def,
		.abi = &abi,
		.returned = true,
		.args = { 0xffff8003, addr, maxnode },
		.ret = ret,
		.words = &word,
	};
	struct mpt_values values;

	memset(&values, 0xee, sizeof(values));
	mpt_value_decode(&call, &plan_of_2, &values);
	assert_int_equal(values.arg[0].status, OK);
	assert_int_equal(values.arg[0].type, MODE);
	assert_true(values.arg[0].num == 0xffff8003);
	return values.arg[1];
}

/* Of an input the kernel uses maxnode - 1 bits, whatever it answers in the end. */
static void inputs(void **state)
{
	struct mpt_value value;

	(void)state;
	value = input_mask(0x5000, 3, 0xff, 0);
	assert_int_equal(value.status, OK);
	assert_nodes(&value.nodes, (int[]){ 1, 2, 0 });
	value = input_mask(0x5000, 2, 0xff, -EINVAL);
	assert_int_equal(value.status, OK);
	assert_nodes(&value.nodes, (int[]){ 1, 0 });
	/* none of it is used: it need not be there */
	value = input_mask(0x5000, 1, POISON, -EINVAL);
	assert_int_equal(value.status, OK);
	assert_nodes(&value.nodes, (int[]){ 0 });
	assert_int_equal(input_mask(0x5000, 3, POISON, -EFAULT).status, FAULT);
	assert_int_equal(input_mask(0, 3, POISON, 0).status, NONE);
	/* get_nodes(): more than a page of bits, and 0 wraps around to that */
	assert_int_equal(input_mask(0x5000, 0, 3, -EINVAL).status, MPT_VALUE_TOO_LONG);
	assert_int_equal(input_mask(0x5000, PAGE * 8 + 2, 3, -EINVAL).status, MPT_VALUE_TOO_LONG);
	assert_int_equal(input_mask(0x5000, PAGE * 8 + 1, 3, -EINVAL).status, OK);
}

/* A word across the end of a page: the fetch may have got no further than that (seen on 6.1). */
static void words_read_in_part(void **state)
{
	uint64_t low = UINT64_C(0xffff), two = (POISON & ~low) | 3;

	(void)state;
	/* two bytes of it lie in the first page */
	assert_int_equal(input_mask(PAGE - 2, 3, two, -EFAULT).status, FAULT);
	/* fewer were got than lie there */
	assert_int_equal(input_mask(PAGE - 2, 3, (POISON & ~UINT64_C(0xff)) | 3, -EFAULT).status,
			 FAULT);
	assert_int_equal(input_mask(PAGE - 7, 3, (POISON & ~(UINT64_MAX >> 8)) | 3, 0).status,
			 FAULT);
	/* all were, and differ from the poison in the rest */
	assert_int_equal(input_mask(PAGE - 2, 3, 3, 0).status, OK);
	/* not across: such a value is one */
	assert_int_equal(input_mask(PAGE - 8, 3, two, 0).status, OK);
	assert_int_equal(input_mask(PAGE, 3, two, 0).status, OK);
}

static void move(struct mpt_values *values, const struct mpt_abi *caller, uint64_t count,
		 const uint64_t *words, int64_t ret)
{
	static struct mpt_def def = { .role = MPT_ROLE_EXIT,
				      .abi = &abi,
				      .words = { [2] = { .first = 0, .count = 2 },
						 [3] = { .first = 2, .count = 2 },
						 [4] = { .first = 4, .count = 2 } } };
	static struct mpt_call call;

	call = (struct mpt_call){
		.sys = &mpt_syscalls[MPT_SYS_MOVE_PAGES],
		.def = &def,
		.abi = caller,
		.returned = true,
		.args = { 0, count, 0x5000, 0x6000, 0x7000, 0 },
		.ret = ret,
		.words = words,
	};
	memset(values, 0xee, sizeof(*values));
	mpt_value_decode(&call, &plan_of_2, values);
}

static void arrays(void **state)
{
	static const uint64_t words[] = { 0x1000, 0x2000, 1, POISON_INT, 0, (uint32_t)-2 };
	struct mpt_values values;
	uint64_t item;

	(void)state;
	move(&values, &abi, 2, words, 0);
	assert_int_equal(values.arg[2].status, OK);
	assert_int_equal(values.arg[2].count, 2);
	assert_true(mpt_value_item(&values.arg[2], 1, &item) && item == 0x2000);
	assert_int_equal(values.arg[3].status, FAULT);
	assert_true(mpt_value_item(&values.arg[3], 0, &item) && item == 1);
	assert_false(mpt_value_item(&values.arg[3], 1, &item));
	assert_true(mpt_value_item(&values.arg[4], 1, &item) && (int32_t)item == -2);
	/* what no probe reads is counted */
	move(&values, &abi, 7, words, 3);
	assert_int_equal(values.arg[2].status, MPT_VALUE_TOO_LONG);
	assert_int_equal(values.arg[2].count, 2);
	assert_true(values.arg[2].more == 5);
	assert_true(mpt_value_has_items(&values.arg[2]));
	/* the answer is none where the call failed; what was passed is known */
	move(&values, &abi, 2, words, -EFAULT);
	assert_int_equal(values.arg[2].status, OK);
	assert_int_equal(values.arg[4].status, NONE);
	move(&values, &abi, 0, words, 0);
	assert_int_equal(values.arg[2].status, OK);
	assert_int_equal(values.arg[2].count, 0);
}

/* x32 comes in by the 64-bit function: two of its addresses lie in one word. */
/* The compat function takes maxnode 0 for 2^32; the other writes nothing then. */
static void maxnode_0_of_a_guest(void **state)
{
	static const struct mpt_abi arm = { .name = "arm", .word_size = 4, .by_second = true };
	static const uint64_t words[] = { BIND, 3 };
	unsigned nprefixes;

	(void)state;
	for (nprefixes = 1; nprefixes <= 2; nprefixes++) {
		const struct mpt_def def = { .role = MPT_ROLE_EXIT,
					     .view = { .nprefixes = nprefixes },
					     .abi = &abi,
					     .guest = &arm,
					     .words = { { 0, 1 }, { 1, 1 } } };
		const struct mpt_call call = {
			.sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
			.def = &def,
			.abi = &arm,
			.returned = true,
			.args = { 0x1000, 0x2000, 0 },
			.words = words,
		};
		struct mpt_values values;

		mpt_value_decode(&call, &plan_of_2, &values);
		assert_int_equal(values.arg[1].status, OK);
		assert_int_equal(mpt_nodeset_has(&values.arg[1].nodes, 1), nprefixes == 2);
	}
}

static void arrays_of_a_guest(void **state)
{
	static const uint64_t words[] = { UINT64_C(0x0000200000001000), POISON, 1, 2, 0, 0 };
	struct mpt_values values;
	uint64_t item;

	(void)state;
	move(&values, &guest, 2, words, 0);
	assert_true(mpt_value_item(&values.arg[2], 0, &item) && item == 0x1000);
	assert_true(mpt_value_item(&values.arg[2], 1, &item) && item == 0x2000);
	assert_int_equal(values.arg[2].status, OK);
	assert_true(mpt_value_item(&values.arg[3], 1, &item) && item == 2);
}

/* compat_put_bitmap(): of a 32-bit caller whole words of 32 bits are written. */
static void outputs_of_32_bits(void **state)
{
	static const uint64_t words[] = { BIND, 0x2, 0x1 };
	static const struct mpt_def def = {
		.role = MPT_ROLE_EXIT,
		.abi = &abi_32,
		.words = { { .first = 0, .count = 1 }, { .first = 1, .count = 2 } },
	};
	struct mpt_plan plan = { .possible = 33, .page_size = PAGE, .poison = POISON };
	struct mpt_call call = {
		.sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
		.def = &def,
		.abi = &abi_32,
		.returned = true,
		.args = { 0x5000, 0x6000, 1025 },
		.words = words,
	};
	struct mpt_values values;

	(void)state;
	mpt_value_decode(&call, &plan, &values);
	assert_int_equal(values.arg[1].status, OK);
	assert_nodes(&values.arg[1].nodes, (int[]){ 2, 33, 0 });
	/* 5.10 takes 0 for 2^32, others refuse it */
	call.args[2] = 0;
	mpt_value_decode(&call, &plan, &values);
	assert_nodes(&values.arg[1].nodes, (int[]){ 2, 33, 0 });
	/* the kernels differ here in how many words they write */
	call.args[2] = 33;
	mpt_value_decode(&call, &plan, &values);
	assert_int_equal(values.arg[1].status, UNSUPPORTED);
	call.args[2] = 34;
	mpt_value_decode(&call, &plan, &values);
	assert_int_equal(values.arg[1].status, OK);
}

/* Nothing was read of a call that never was made; what it passed is named. */
static void denied(void **state)
{
	const struct mpt_call call = {
		.sys = &mpt_syscalls[MPT_SYS_MOVE_PAGES],
		.abi = &abi,
		.denied = true,
		.returned = true,
		.args = { 0, 2, 0x5000, 0, 0x7000, 0 },
		.ret = -EPERM,
	};
	struct mpt_values values;

	(void)state;
	memset(&values, 0xee, sizeof(values));
	mpt_value_decode(&call, &plan_of_2, &values);
	assert_int_equal(values.arg[2].status, UNSUPPORTED);
	assert_false(mpt_value_has_items(&values.arg[2]));
	assert_int_equal(values.arg[3].status, NONE);
	assert_int_equal(values.arg[4].status, NONE);
}

/* IS_ERR_VALUE(): the last 4095 numbers, and no other negative one. */
static void results_that_are_errors(void **state)
{
	(void)state;
	assert_true(mpt_ret_is_error(-1));
	assert_true(mpt_ret_is_error(-4095));
	assert_false(mpt_ret_is_error(-4096));
	assert_false(mpt_ret_is_error(0));
	assert_false(mpt_ret_is_error(1));
	assert_false(mpt_ret_is_error(INT64_MIN));
	assert_false(mpt_ret_is_error(INT64_MAX));
}

static void words_for_what_is_missing(void **state)
{
	(void)state;
	assert_null(mpt_value_unread(NONE));
	assert_null(mpt_value_unread(OK));
	assert_string_equal(mpt_value_unread(FAULT), "fault");
	assert_string_equal(mpt_value_unread(UNSUPPORTED), "unsupported");
	assert_string_equal(mpt_value_unread(MPT_VALUE_TOO_LONG), "too long");
}

int main(void)
{
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(words_that_cannot_be_believed),
		cmocka_unit_test(a_kernel_that_shows_results_only),
		cmocka_unit_test(fewer_words_than_were_written),
		cmocka_unit_test(in_flight),
		cmocka_unit_test(inputs),
		cmocka_unit_test(words_read_in_part),
		cmocka_unit_test(arrays),
		cmocka_unit_test(maxnode_0_of_a_guest),
		cmocka_unit_test(arrays_of_a_guest),
		cmocka_unit_test(outputs_of_32_bits),
		cmocka_unit_test(denied),
		cmocka_unit_test(results_that_are_errors),
		cmocka_unit_test(words_for_what_is_missing),
	};
	struct CMUnitTest tests[ARRAY_SIZE(rows) + ARRAY_SIZE(others)];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++)
		tests[i] = (struct CMUnitTest){
			.name = rows[i].name,
			.test_func = a_row,
			.initial_state = (void *)(uintptr_t)&rows[i],
		};
	memcpy(tests + ARRAY_SIZE(rows), others, sizeof(others));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
