/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_record.c - from raw records to events.
 *
 * In: event formats as kernels print them, in a directory that stands for
 * tracefs, and records laid out by hand to fit or to break them. Out: whether
 * each field came out with its width and sign, and whether what does not fit
 * was turned away. No kernel is asked.
 */
#include <byteswap.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"
#include "fixture.h"
#include "merge.h"
#include "record.h"

struct bench {
	struct fx_tree tree;
	struct mpt_decoder *decoder;
	struct mpt_err err;
};

static int setup(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	*state = b;
	assert_non_null(b);
	fx_tree_make(&b->tree);
	fx_write_events(&b->tree, "g");
	assert_int_equal(mpt_decoder_create(b->tree.fd, &b->decoder, &b->err), 0);
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	mpt_decoder_destroy(b->decoder);
	fx_tree_remove(&b->tree);
	free(b);
	return 0;
}

/* Decodes what lies in a block of its own, so that reading beyond its end is noticed. */
static struct mpt_event decode(const struct bench *b, const void *data, size_t size)
{
	cleanup_free void *copy = malloc(size ? size : 1);
	struct mpt_record record = { .data = copy, .size = (uint32_t)size, .cpu = 3, .ts = 77 };
	struct mpt_event event;

	assert_non_null(copy);
	memcpy(copy, data, size);
	memset(&event, 0xee, sizeof(event));
	mpt_decode(b->decoder, &record, &event);
	return event;
}

/* A plan with definitions of the test's own. */
static struct mpt_plan plan_of(struct mpt_def *defs, unsigned n)
{
	return (struct mpt_plan){ .group = "g", .defs = defs, .ndefs = n };
}

static const struct mpt_def enter_def = {
	.role = MPT_ROLE_ENTER,
	.event = "enter_get_mempolicy",
	.nfields = 5,
	.fields = { { "mode", MPT_SLOT_ARG0, 8 },
		    { "nodemask", MPT_SLOT_ARG0 + 1, 8 },
		    { "maxnode", MPT_SLOT_ARG0 + 2, 8 },
		    { "addr", MPT_SLOT_ARG0 + 3, 8 },
		    { "flags", MPT_SLOT_ARG0 + 4, 8 } },
};

static const struct mpt_def exit_def = {
	.role = MPT_ROLE_EXIT,
	.event = "exit_get_mempolicy",
	.nfields = 3,
	.fields = { { "u_mode0", MPT_SLOT_WORD0, 4 },
		    { "u_nodemask0", MPT_SLOT_WORD0 + 1, 8 },
		    { "ret", MPT_SLOT_RET, 8 } },
};

static const struct fx_enter an_entry = {
	.common = { .type = FX_ID_ENTER, .flags = 1, .preempt_count = 2, .pid = 4711 },
	.ip = UINT64_C(0xffffffff81000000),
	.mode = UINT64_C(0x7ffd14e4314),
	.nodemask = UINT64_MAX,
	.maxnode = UINT64_C(1) << 63,
	.addr = 0,
	.flags = 3,
};

static const struct fx_exit a_return = {
	.common = { .type = FX_ID_EXIT, .pid = 4711 },
	.func = UINT64_C(0xffffffff81000000),
	.ret_ip = UINT64_C(0xffffffff82000000),
	.u_mode0 = 0x80008002,
	.u_nodemask0 = UINT64_C(0x8000000000000002),
	.ret = -22,
};

static void entry_and_return(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);
	struct mpt_event event;

	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	event = decode(b, &an_entry, sizeof(an_entry));
	assert_int_equal(event.type, MPT_EVENT_ENTER);
	assert_ptr_equal(event.def, &defs[0]);
	assert_int_equal(event.cpu, 3);
	assert_int_equal(event.ts, 77);
	assert_int_equal(event.tid, 4711);
	assert_true(event.val[MPT_SLOT_ARG0] == UINT64_C(0x7ffd14e4314));
	assert_true(event.val[MPT_SLOT_ARG0 + 1] == UINT64_MAX);
	assert_true(event.val[MPT_SLOT_ARG0 + 2] == UINT64_C(1) << 63);
	assert_true(event.val[MPT_SLOT_ARG0 + 3] == 0);
	assert_true(event.val[MPT_SLOT_ARG0 + 4] == 3);
	event = decode(b, &a_return, sizeof(a_return));
	assert_int_equal(event.type, MPT_EVENT_EXIT);
	assert_ptr_equal(event.def, &defs[1]);
	assert_true(event.val[MPT_SLOT_RET] == (uint64_t)-22);
	/* a word of user memory has no sign */
	assert_true(event.val[MPT_SLOT_WORD0] == 0x80008002);
	assert_true(event.val[MPT_SLOT_WORD0 + 1] == UINT64_C(0x8000000000000002));
}

/* Words that are neighbours in the record alone, or in the event alone, are not copied together. */
static void words_apart(void **state)
{
	struct bench *b = *state;
	struct mpt_def def = enter_def;
	struct mpt_plan plan = plan_of(&def, 1);
	struct mpt_event event;

	def.nfields = 4;
	def.fields[1] = (struct mpt_field){ "maxnode", MPT_SLOT_ARG0 + 1, 8 };
	def.fields[2] = (struct mpt_field){ "addr", MPT_SLOT_ARG0 + 3, 8 };
	def.fields[3] = (struct mpt_field){ "nodemask", MPT_SLOT_ARG0 + 4, 8 };
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	event = decode(b, &an_entry, sizeof(an_entry));
	assert_true(event.val[MPT_SLOT_ARG0] == an_entry.mode);
	assert_true(event.val[MPT_SLOT_ARG0 + 1] == an_entry.maxnode);
	/* nothing was put where nothing belongs: the event was full of these */
	assert_true(event.val[MPT_SLOT_ARG0 + 2] == UINT64_C(0xeeeeeeeeeeeeeeee));
	assert_true(event.val[MPT_SLOT_ARG0 + 3] == an_entry.addr);
	assert_true(event.val[MPT_SLOT_ARG0 + 4] == an_entry.nodemask);
	assert_true(event.val[MPT_SLOT_ARG0 + 5] == UINT64_C(0xeeeeeeeeeeeeeeee));
}

/* Every width, with and without a sign, each with its highest bit set. */
static void widths_and_signs(void **state)
{
	static const char format[] =
		"name: numbers\nID: 700\n" FX_COMMON_FIELDS
		"\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
		"\tfield:u8 u1;\toffset:16;\tsize:1;\tsigned:0;\n"
		"\tfield:s8 s1;\toffset:17;\tsize:1;\tsigned:1;\n"
		"\tfield:u16 u2;\toffset:18;\tsize:2;\tsigned:0;\n"
		"\tfield:s16 s2;\toffset:20;\tsize:2;\tsigned:1;\n"
		"\tfield:u32 u4;\toffset:22;\tsize:4;\tsigned:0;\n"
		"\tfield:s32 s4;\toffset:26;\tsize:4;\tsigned:1;\n"
		"\tfield:u64 u8;\toffset:30;\tsize:8;\tsigned:0;\n"
		"\tfield:s64 s8;\toffset:38;\tsize:8;\tsigned:1;\n\n"
		"print fmt: \"(%lx)\", REC->__probe_ip\n";
	struct mpt_def def = {
		.event = "numbers",
		.nfields = 8,
		.fields = { { "u1", 0, 1 },
			    { "s1", 1, 1 },
			    { "u2", 2, 2 },
			    { "s2", 3, 2 },
			    { "u4", 4, 4 },
			    { "s4", 5, 4 },
			    { "u8", 6, 8 },
			    { "s8", 7, 8 } },
	};
	static const uint64_t expected[] = { 0x81,
					     (uint64_t)INT64_C(-127),
					     0x8281,
					     (uint64_t)INT64_C(-32127),
					     0x84838281,
					     (uint64_t)INT64_C(-2071756159),
					     UINT64_C(0x8887868584838281),
					     UINT64_C(0x8887868584838281) };
	static const unsigned char record[48] = {
		0xbc, 0x02, 0,	  0,	1,    0,    0,	  0,	0,    0,    0,	  0,
		0,    0,    0,	  0,	0x81, 0x81, 0x81, 0x82, 0x81, 0x82, 0x81, 0x82,
		0x83, 0x84, 0x81, 0x82, 0x83, 0x84, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86,
		0x87, 0x88, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88,
	};
	struct bench *b = *state;
	struct mpt_plan plan = plan_of(&def, 1);
	struct mpt_event event;
	size_t i;

	fx_tree_write(&b->tree, "g/numbers/format", format);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	event = decode(b, record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_ENTER);
	for (i = 0; i < ARRAY_SIZE(expected); i++)
		assert_true(event.val[i] == expected[i]);
}

/* The kernel's names are others than ours, and of an int only the low half is the argument. */
static void a_syscall_tracepoint(void **state)
{
	static const char format[] =
		"name: sys_enter_migrate_pages\nID: 734\n" FX_COMMON_FIELDS
		"\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
		"\tfield:pid_t pid;\toffset:16;\tsize:8;\tsigned:0;\n"
		"\tfield:unsigned long maxnode;\toffset:24;\tsize:8;\tsigned:0;\n"
		"\tfield:const unsigned long * old;\toffset:32;\tsize:8;\tsigned:0;\n"
		"\tfield:const unsigned long * new;\toffset:40;\tsize:8;\tsigned:0;\n\n"
		"print fmt: \"pid: 0x%08lx\", ((unsigned long)(REC->pid))\n";
	/* the common fields, the number, the registers */
	static const uint64_t record[] = {
		734 | UINT64_C(9) << 32, 256, UINT64_C(0xdeadbeeffffffffe), UINT64_MAX,
		UINT64_C(1) << 40,	 7,
	};
	const struct mpt_caps caps = {
		.views = { { .abi = mpt_abi_of_machine("x86_64"), .rung = MPT_RUNG_EVENTS } },
		.nviews = 1,
		.possible = 2,
	};
	const struct mpt_wish wish = { .syscalls = UINT64_C(1) << MPT_SYS_MIGRATE_PAGES,
				       .group = "g" };
	struct bench *b = *state;
	struct mpt_plan plan;
	struct mpt_event event;

	fx_tree_write(&b->tree, "syscalls/sys_enter_migrate_pages/format", format);
	fx_tree_write(&b->tree, "syscalls/sys_exit_migrate_pages/format",
		      "name: sys_exit_migrate_pages\nID: 733\n" FX_COMMON_FIELDS
		      "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
		      "\tfield:long ret;\toffset:16;\tsize:8;\tsigned:1;\n\n"
		      "print fmt: \"0x%lx\", REC->ret\n");
	assert_int_equal(mpt_plan_make(&wish, &caps, &plan, &b->err), 0);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	event = decode(b, record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_ENTER);
	assert_int_equal(event.tid, 9);
	assert_int_equal((int64_t)event.val[0], -2);
	assert_true(event.val[1] == UINT64_MAX);
	assert_true(event.val[2] == UINT64_C(1) << 40);
	assert_true(event.val[3] == 7);
	/* one argument less than we know */
	fx_tree_write(&b->tree, "syscalls/sys_enter_migrate_pages/format",
		      "name: sys_enter_migrate_pages\nID: 734\n" FX_COMMON_FIELDS
		      "\tfield:int __syscall_nr;\toffset:8;\tsize:4;\tsigned:1;\n"
		      "\tfield:pid_t pid;\toffset:16;\tsize:8;\tsigned:0;\n\n"
		      "print fmt: \"pid: 0x%08lx\", ((unsigned long)(REC->pid))\n");
	assert_true(mpt_decoder_bind_plan(b->decoder, &plan, &b->err) < 0);
	mpt_plan_free(&plan);
}

static void records_that_are_too_short(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);
	size_t size;

	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	for (size = 0; size < sizeof(an_entry); size++)
		assert_int_equal(decode(b, &an_entry, size).type, MPT_EVENT_OTHER);
	assert_int_equal(decode(b, &an_entry, size).type, MPT_EVENT_ENTER);
	for (size = 0; size < sizeof(a_return); size++)
		assert_int_equal(decode(b, &a_return, size).type, MPT_EVENT_OTHER);
	assert_int_equal(decode(b, &a_return, size).type, MPT_EVENT_EXIT);
}

static void ids_that_nobody_asked_for(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);
	struct fx_enter other = an_entry;
	unsigned id;

	/* nothing is bound yet */
	assert_int_equal(decode(b, &an_entry, sizeof(an_entry)).type, MPT_EVENT_OTHER);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	for (id = 0; id <= UINT16_MAX; id++) {
		other.common.type = (uint16_t)id;
		if (id != FX_ID_ENTER && id != FX_ID_EXIT)
			assert_int_equal(decode(b, &other, sizeof(other)).type, MPT_EVENT_OTHER);
	}
}

/* The poison probe never records; if a record with its id came, it would mean nothing. */
static void poison_is_not_decoded(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { exit_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);

	defs[0].role = MPT_ROLE_POISON;
	snprintf(defs[0].event, sizeof(defs[0].event), "poison_get_mempolicy");
	/* it has no format here, and none is missed */
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	assert_ptr_equal(decode(b, &a_return, sizeof(a_return)).def, &defs[1]);
}

static void a_field_that_is_missing(void **state)
{
	struct bench *b = *state;
	struct mpt_def def = exit_def;
	struct mpt_plan plan = plan_of(&def, 1);

	snprintf(def.fields[1].name, sizeof(def.fields[1].name), "u_nodemask9");
	assert_true(mpt_decoder_bind_plan(b->decoder, &plan, &b->err) < 0);
	assert_non_null(strstr(b->err.what, "u_nodemask9"));
	assert_non_null(strstr(b->err.what, "exit_get_mempolicy"));
	assert_int_equal(b->err.status, MPT_EXIT_FAILED);
}

static void a_format_that_is_missing(void **state)
{
	struct bench *b = *state;
	struct mpt_def def = exit_def;
	struct mpt_plan plan = plan_of(&def, 1);

	fx_tree_unlink(&b->tree, "g/exit_get_mempolicy/format");
	assert_true(mpt_decoder_bind_plan(b->decoder, &plan, &b->err) < 0);
	assert_non_null(strstr(b->err.what, "exit_get_mempolicy/format"));
	assert_non_null(strstr(b->err.what, strerror(ENOENT)));
}

static void formats_that_are_none(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"rubbish\n",
		"name: exit_get_mempolicy\n",
		"name: exit_get_mempolicy\nID: x\nformat:\n",
		"name: exit_get_mempolicy\nID: 99999999\n" FX_COMMON_FIELDS "\n\nprint fmt: \"\"\n",
		"name: exit_get_mempolicy\nID: 12\nformat:\n\n"
		"\tfield:u32 u_mode0;\toffset:24;\tsize:4;\tsigned:0;\n"
		"\tfield:u64 u_nodemask0;\toffset:28;\tsize:8;\tsigned:0;\n"
		"\tfield:s64 ret;\toffset:36;\tsize:8;\tsigned:1;\n\nprint fmt: \"\"\n",
		/* over which libtraceevent loses memory */
		"name: exit_get_mempolicy\nID: 12\n" FX_COMMON_FIELDS
		"\tfield:unsigned LOCAL_PR_FMT;\toffset:20;\tsize:4;\tsigned:0;\n"
		"\tfield:u32 u_mode0;\toffset:24;\tsize:4;\tsigned:0;\n"
		"\tfield:u64 u_nodemask0;\toffset:28;\tsize:8;\tsigned:0;\n"
		"\tfield:s64 ret;\toffset:36;\tsize:8;\tsigned:1;\n\nprint fmt: \"\"\n",
	};
	struct bench *b = *state;
	struct mpt_def def = exit_def;
	struct mpt_plan plan = plan_of(&def, 1);
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		fx_tree_write(&b->tree, "g/exit_get_mempolicy/format", texts[i]);
		b->err = (struct mpt_err){ 0 };
		assert_true(mpt_decoder_bind_plan(b->decoder, &plan, &b->err) < 0);
		assert_non_null(strstr(b->err.what, "exit_get_mempolicy/format"));
		assert_int_equal(decode(b, &a_return, sizeof(a_return)).type, MPT_EVENT_OTHER);
	}
}

/* A plan is taken back and another one made: same names, other ids, other places. */
static void an_event_defined_anew(void **state)
{
	static const char format[] =
		"name: exit_get_mempolicy\nID: 1700\n" FX_COMMON_FIELDS
		"\tfield:unsigned long __probe_func;\toffset:8;\tsize:8;\tsigned:0;\n"
		"\tfield:unsigned long __probe_ret_ip;\toffset:16;\tsize:8;\tsigned:0;\n"
		"\tfield:u64 u_nodemask0;\toffset:24;\tsize:8;\tsigned:0;\n"
		"\tfield:u32 u_mode0;\toffset:32;\tsize:4;\tsigned:0;\n"
		"\tfield:s64 ret;\toffset:36;\tsize:8;\tsigned:1;\n\n"
		"print fmt: \"(%lx <- %lx)\", REC->__probe_func, REC->__probe_ret_ip\n";
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);
	struct fx_exit record = a_return;
	struct mpt_event event;

	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	fx_tree_write(&b->tree, "g/exit_get_mempolicy/format", format);
	plan = plan_of(&defs[1], 1);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	assert_int_equal(decode(b, &record, sizeof(record)).type, MPT_EVENT_OTHER);
	assert_int_equal(decode(b, &an_entry, sizeof(an_entry)).type, MPT_EVENT_OTHER);
	record.common.type = 1700;
	event = decode(b, &record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_EXIT);
	assert_true(event.val[MPT_SLOT_WORD0 + 1] == UINT64_C(0x0000000280008002));
	assert_true(event.val[MPT_SLOT_WORD0] == 0x80000000);
}

static void many_plans_one_after_the_other(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);
	int i;

	for (i = 0; i < 200; i++)
		assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	assert_int_equal(decode(b, &a_return, sizeof(a_return)).type, MPT_EVENT_EXIT);
}

static const struct fx_newtask a_newtask = {
	.common = { .type = FX_ID_NEWTASK, .pid = 100 },
	.pid = 4194304,
	.comm = "fifteen bytes..",
	.clone_flags = UINT64_C(0x8000000000010f00),
};

static void new_tasks(void **state)
{
	struct bench *b = *state;
	struct mpt_event event;

	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &b->err), 0);
	event = decode(b, &a_newtask, sizeof(a_newtask));
	assert_int_equal(event.type, MPT_EVENT_NEWTASK);
	assert_int_equal(event.tid, 100);
	assert_int_equal(event.task, 4194304);
	assert_true(event.clone_flags == UINT64_C(0x8000000000010f00));
	assert_memory_equal(event.comm, "fifteen bytes..", 16);
	assert_int_equal(decode(b, &a_newtask, 39).type, MPT_EVENT_OTHER);
}

/* 5.10: clone_flags is an unsigned long, and comm counts as signed. */
static void new_tasks_of_older_kernels(void **state)
{
	struct bench *b = *state;
	struct fx_newtask record = a_newtask;

	fx_tree_write(&b->tree, "task/task_newtask/format",
		      "name: task_newtask\nID: 123\n" FX_COMMON_FIELDS
		      "\tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;\n"
		      "\tfield:char comm[16];\toffset:12;\tsize:16;\tsigned:1;\n"
		      "\tfield:unsigned long clone_flags;\toffset:32;\tsize:8;\tsigned:0;\n"
		      "\tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;\n\n"
		      "print fmt: \"pid=%d comm=%s clone_flags=%lx oom_score_adj=%hd\", REC->pid, "
		      "REC->comm, REC->clone_flags, REC->oom_score_adj\n");
	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &b->err), 0);
	record.common.type = 123;
	assert_int_equal(decode(b, &record, sizeof(record)).type, MPT_EVENT_NEWTASK);
	assert_true(decode(b, &record, sizeof(record)).clone_flags == a_newtask.clone_flags);
}

static void renames(void **state)
{
	static const struct fx_rename record = {
		.common = { .type = FX_ID_RENAME, .pid = 100 },
		.pid = 101,
		.oldcomm = "old",
		.newcomm = "new name",
	};
	struct bench *b = *state;
	struct mpt_event event;
	size_t size;

	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &b->err), 0);
	event = decode(b, &record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_RENAME);
	assert_int_equal(event.tid, 100);
	assert_int_equal(event.task, 101);
	assert_string_equal(event.comm, "new name");
	for (size = 0; size < offsetof(struct fx_rename, oom_score_adj); size++)
		assert_int_equal(decode(b, &record, size).type, MPT_EVENT_OTHER);
}

/* Some kernels do not say whose name it is: then it is nobody's, not number 0's or an old one's. */
static void renames_without_a_pid(void **state)
{
	static const struct {
		struct fx_common common;
		char oldcomm[16], newcomm[16];
		int16_t oom_score_adj, end;
	} __attribute__((packed)) record = {
		.common = { .type = FX_ID_RENAME, .pid = 100 },
		.oldcomm = "old",
		.newcomm = "new",
	};
	struct bench *b = *state;
	struct mpt_event event;

	fx_tree_write(&b->tree, "task/task_rename/format",
		      "name: task_rename\nID: 204\n" FX_COMMON_FIELDS
		      "\tfield:char oldcomm[16];\toffset:8;\tsize:16;\tsigned:0;\n"
		      "\tfield:char newcomm[16];\toffset:24;\tsize:16;\tsigned:0;\n"
		      "\tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;\n\n"
		      "print fmt: \"oldcomm=%s newcomm=%s oom_score_adj=%hd\", REC->oldcomm, "
		      "REC->newcomm, REC->oom_score_adj\n");
	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &b->err), 0);
	event = decode(b, &record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_RENAME);
	assert_int_equal(event.tid, 100);
	assert_int_equal(event.task, 0);
	assert_string_equal(event.comm, "new");
}

static void the_search_event(void **state)
{
	static const struct mpt_abi abi = { .saved = { "%bx", "%bp" } };
	static const struct {
		struct fx_common common;
		uint64_t func, ret_ip;
		int64_t nr0;
		uint64_t a0;
		int64_t nr1;
		uint64_t a1;
	} __attribute__((packed)) record = {
		.common = { .type = 1800, .pid = 5 },
		.nr0 = 239,
		.a0 = 0x1111,
		.nr1 = -1,
		.a1 = UINT64_MAX,
	};
	struct bench *b = *state;
	struct mpt_event event;

	fx_tree_write(&b->tree, "g/search/format",
		      "name: search\nID: 1800\n" FX_COMMON_FIELDS
		      "\tfield:unsigned long __probe_func;\toffset:8;\tsize:8;\tsigned:0;\n"
		      "\tfield:unsigned long __probe_ret_ip;\toffset:16;\tsize:8;\tsigned:0;\n"
		      "\tfield:s64 nr0;\toffset:24;\tsize:8;\tsigned:1;\n"
		      "\tfield:u64 a0;\toffset:32;\tsize:8;\tsigned:0;\n"
		      "\tfield:s64 nr1;\toffset:40;\tsize:8;\tsigned:1;\n"
		      "\tfield:u64 a1;\toffset:48;\tsize:8;\tsigned:0;\n\n"
		      "print fmt: \"(%lx <- %lx) nr0=%Ld a0=0x%Lx nr1=%Ld a1=0x%Lx\", "
		      "REC->__probe_func, REC->__probe_ret_ip, REC->nr0, REC->a0, REC->nr1, "
		      "REC->a1\n");
	assert_int_equal(mpt_decoder_bind_search(b->decoder, "g", abi.saved, &b->err), 0);
	event = decode(b, &record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_SEARCH);
	assert_true(event.val[0] == 239);
	assert_true(event.val[1] == 0x1111);
	assert_true(event.val[2] == UINT64_MAX);
	assert_true(event.val[3] == UINT64_MAX);
}

/* A run binds the calls first and the tasks after them; both serve. */
static void calls_and_tasks(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { enter_def, exit_def };
	struct mpt_plan plan = plan_of(defs, 2);

	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	assert_int_equal(mpt_decoder_bind_tasks(b->decoder, false, &b->err), 0);
	assert_int_equal(decode(b, &an_entry, sizeof(an_entry)).type, MPT_EVENT_ENTER);
	assert_int_equal(decode(b, &a_return, sizeof(a_return)).type, MPT_EVENT_EXIT);
	assert_int_equal(decode(b, &a_newtask, sizeof(a_newtask)).type, MPT_EVENT_NEWTASK);
}

static void create_with_page(struct bench *b, const char *header_page, size_t size)
{
	mpt_decoder_destroy(b->decoder);
	b->decoder = NULL;
	fx_tree_write(&b->tree, "header_page", header_page);
	assert_int_equal(mpt_decoder_create(b->tree.fd, &b->decoder, &b->err), 0);
	assert_int_equal(mpt_decoder_page_size(b->decoder), size);
}

static void sizes_of_sub_buffers(void **state)
{
	struct bench *b = *state;

	create_with_page(b, fx_header_page, 4096);
	/* buffer_subbuf_size_kb of 64: newer kernels can be told so */
	create_with_page(b,
			 "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			 "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
			 "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
			 "\tfield: char data;\toffset:16;\tsize:65520;\tsigned:0;\n",
			 65536);
}

/* Either it is an error, or there is a size that a sub-buffer can have. */
static void page_headers_that_are_none(void **state)
{
	static const char *const texts[] = { "", "rubbish\n" };
	struct bench *b = *state;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(texts); i++) {
		mpt_decoder_destroy(b->decoder);
		b->decoder = NULL;
		fx_tree_write(&b->tree, "header_page", texts[i]);
		if (mpt_decoder_create(b->tree.fd, &b->decoder, &b->err) == 0)
			assert_true(mpt_decoder_page_size(b->decoder) >= 4096);
		else
			b->decoder = NULL;
	}
}

static void no_page_header(void **state)
{
	struct bench *b = *state;
	struct mpt_decoder *decoder = NULL;

	fx_tree_unlink(&b->tree, "header_page");
	assert_int_equal(mpt_decoder_create(b->tree.fd, &decoder, &b->err), -ENOENT);
	assert_non_null(strstr(b->err.what, "header_page"));
	mpt_decoder_destroy(NULL);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* --- a recording of a machine with the other byte order ---------------------- */

static int formats_fd;

static int read_from_tree(const struct mpt_formats *formats, const char *path, struct mpt_buf *ret)
{
	(void)formats;
	return mpt_file_read(formats_fd, path, ret);
}

static void the_other_byte_order(void **state)
{
	struct bench *b = *state;
	struct mpt_def defs[] = { exit_def };
	struct mpt_plan plan = plan_of(defs, 1);
	const struct mpt_formats formats = { .read = read_from_tree,
					     .swapped = true,
					     .long_size = 8 };
	const struct fx_exit record = {
		.common = { .type = bswap_16(FX_ID_EXIT), .pid = (int32_t)bswap_32(4711) },
		.u_mode0 = bswap_32(0x80008002),
		.u_nodemask0 = bswap_64(UINT64_C(0x8000000000000002)),
		.ret = (int64_t)bswap_64((uint64_t)-22),
	};
	struct mpt_event event;

	mpt_decoder_destroy(b->decoder);
	formats_fd = b->tree.fd;
	assert_int_equal(mpt_decoder_create_from(&formats, &b->decoder, &b->err), 0);
	assert_int_equal(mpt_decoder_bind_plan(b->decoder, &plan, &b->err), 0);
	event = decode(b, &record, sizeof(record));
	assert_int_equal(event.type, MPT_EVENT_EXIT);
	assert_int_equal(event.tid, 4711);
	assert_true(event.val[MPT_SLOT_WORD0] == 0x80008002);
	assert_true(event.val[MPT_SLOT_WORD0 + 1] == UINT64_C(0x8000000000000002));
	assert_true((int64_t)event.val[MPT_SLOT_RET] == -22);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(entry_and_return),
		TEST(words_apart),
		TEST(widths_and_signs),
		TEST(a_syscall_tracepoint),
		TEST(records_that_are_too_short),
		TEST(ids_that_nobody_asked_for),
		TEST(poison_is_not_decoded),
		TEST(a_field_that_is_missing),
		TEST(a_format_that_is_missing),
		TEST(formats_that_are_none),
		TEST(an_event_defined_anew),
		TEST(many_plans_one_after_the_other),
		TEST(new_tasks),
		TEST(new_tasks_of_older_kernels),
		TEST(renames),
		TEST(renames_without_a_pid),
		TEST(the_search_event),
		TEST(calls_and_tasks),
		TEST(sizes_of_sub_buffers),
		TEST(page_headers_that_are_none),
		TEST(no_page_header),
		TEST(the_other_byte_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
