/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_emit_json.c - the json format.
 *
 * In: calls and values made by hand. Out: whether each line is the one that
 * was written here from the description of the format, to the byte, and
 * whether jq, where there is one, takes all of them for JSON.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "emit.h"
#include "fixture.h"

/* 2026-11-23 12:04:11 UTC; the trace's clock is this far behind */
static const int64_t second = INT64_C(1795435451);
static const uint64_t uptime = UINT64_C(1000000000000);

static const struct mpt_abi abi = { .name = "x86_64", .word_size = 8 };
static const struct mpt_def def = { .role = MPT_ROLE_EXIT, .abi = &abi };

struct line {
	struct mpt_emit_context ctx;
	struct mpt_thread thread;
	struct mpt_call call;
	struct mpt_values values;
};

/* Every line of every test, for jq at the end. */
static struct mpt_buf all;
static unsigned nlines;

/* get_mempolicy(mode, nodemask, 1025, NULL, 0) = 0 of numactl[145], nothing decoded. */
static struct line line(void)
{
	return (struct line){
		.ctx = { .clock = { .to_realtime = second * 1000000000 - (int64_t)uptime,
				    .start = uptime,
				    .cached_second = INT64_MIN },
			 .host = "n1" },
		.thread = { .tid = 145, .tgid = 145, .has_comm = true, .comm = "numactl" },
		.call = { .sys = &mpt_syscalls[MPT_SYS_GET_MEMPOLICY],
			  .def = &def,
			  .abi = &abi,
			  .uid = 0,
			  .cpu = 2,
			  .has_enter = true,
			  .returned = true,
			  .ts_enter = uptime + 123456789,
			  .ts_exit = uptime + 123456789 + 12345,
			  .args = { 0x7ffd14e4314, 0x55eac1f4c140, 1025, 0, 0 } },
	};
}

static void set_mode(struct line *l, enum mpt_value_type type, uint32_t num)
{
	l->values.arg[0] = (struct mpt_value){ .status = MPT_VALUE_OK, .type = type, .num = num };
}

static void set_nodes(struct line *l, uint64_t low, uint64_t high)
{
	l->values.arg[1] = (struct mpt_value){ .status = MPT_VALUE_OK,
					       .type = MPT_VALUE_NODES,
					       .nodes = { .words = { low, high } } };
}

static void assert_text(struct mpt_buf *buf, const char *expected)
{
	assert_string_equal(mpt_buf_cstr(buf), expected);
	mpt_buf_put(&all, buf->data, buf->len);
	nlines++;
	mpt_buf_free(buf);
}

static void assert_line(struct line *l, const char *expected)
{
	struct mpt_buf buf = { 0 };

	l->call.thread = &l->thread;
	mpt_emit_json.call(&l->ctx, &l->call, &l->values, &buf);
	assert_text(&buf, expected);
}

#define HEAD                                                                                   \
	"{\"type\":\"call\",\"time\":\"2026-11-23T12:04:11.123456789Z\",\"host\":\"n1\""       \
	",\"cpu\":2,\"pid\":145,\"tid\":145,\"uid\":0,\"comm\":\"numactl\",\"abi\":\"x86_64\"" \
	",\"syscall\":\"get_mempolicy\""
#define ARGS(flags)                                                             \
	",\"args\":{\"mode\":\"0x7ffd14e4314\",\"nodemask\":\"0x55eac1f4c140\"" \
	",\"maxnode\":1025,\"addr\":\"0x0\",\"flags\":" flags "}"
#define TAIL ",\"ret\":0,\"error\":null,\"denied\":false,\"duration_ns\":12345}\n"

static void the_example_of_the_manual(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 0x8002);
	set_nodes(&l, 2, 0);
	assert_line(&l,
		    HEAD ARGS("0") ",\"decoded\":{\"flags\":[],\"mode\":\"MPOL_BIND\""
				   ",\"mode_flags\":[\"MPOL_F_STATIC_NODES\"],\"nodes\":[1]}" TAIL);
}

static void a_node_in_place_of_a_mode(void **state)
{
	struct line l = line();

	(void)state;
	l.call.args[4] = 3;
	set_mode(&l, MPT_VALUE_NODE, 0);
	set_nodes(&l, UINT64_C(0x8000000000000001), 1);
	assert_line(
		&l,
		HEAD ARGS(
			"3") ",\"decoded\":{\"flags\":[\"MPOL_F_NODE\",\"MPOL_F_ADDR\"],\"node\":0"
			     ",\"nodes\":[0,63,64]}" TAIL);
}

static void the_empty_set(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 0);
	set_nodes(&l, 0, 0);
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[],\"mode\":\"MPOL_DEFAULT\","
				       "\"mode_flags\":[]"
				       ",\"nodes\":[]}" TAIL);
}

/* MPOL_F_MEMS_ALLOWED: there is no mode, and none is missing. */
static void nodes_alone(void **state)
{
	struct line l = line();

	(void)state;
	l.call.args[4] = 4;
	set_nodes(&l, 3, 0);
	assert_line(&l, HEAD ARGS("4") ",\"decoded\":{\"flags\":[\"MPOL_F_MEMS_ALLOWED\"],"
				       "\"nodes\":[0,1]}" TAIL);
}

static void what_has_no_name(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 0xe007);
	l.call.args[4] = UINT64_MAX;
	assert_line(&l, HEAD ARGS("18446744073709551615") ",\"decoded\":{\"flags\":[\"MPOL_F_"
							  "NODE\",\"MPOL_F_ADDR\""
							  ",\"MPOL_F_MEMS_ALLOWED\","
							  "\"0xfffffffffffffff8\"],\"mode\":\"0x7\""
							  ",\"mode_flags\":[\"MPOL_F_STATIC_"
							  "NODES\",\"MPOL_F_RELATIVE_NODES\""
							  ",\"MPOL_F_NUMA_BALANCING\"]}" TAIL);
}

static void a_failed_call(void **state)
{
	struct line l = line();

	(void)state;
	l.call.ret = -EINVAL;
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[]},\"ret\":-1,\"error\":\"EINVAL\""
				       ",\"denied\":false,\"duration_ns\":12345}\n");
	l.call.ret = -EPERM;
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[]},\"ret\":-1,\"error\":\"EPERM\""
				       ",\"denied\":false,\"duration_ns\":12345}\n");
}

/* `error` is a name or null; no number stands for a name. */
static void an_errno_without_a_name(void **state)
{
	struct line l = line();

	(void)state;
	l.call.ret = -4095;
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[]},\"ret\":-1,\"error\":null"
				       ",\"denied\":false,\"duration_ns\":12345}\n");
}

static void in_flight(void **state)
{
	struct line l = line();

	(void)state;
	l.call.returned = false;
	l.call.ts_exit = 0;
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[]},\"ret\":null,\"error\":null"
				       ",\"denied\":false,\"duration_ns\":null}\n");
}

static void what_was_not_read(void **state)
{
	struct line l = line();

	(void)state;
	set_mode(&l, MPT_VALUE_MODE, 2);
	set_nodes(&l, 1, 0);
	l.values.arg[0].status = MPT_VALUE_FAULT;
	assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[],\"nodes\":[0]},\"unread\":{"
				       "\"mode\":\"fault\"}" TAIL);
	l.values.arg[0].status = MPT_VALUE_UNSUPPORTED;
	l.values.arg[1].status = MPT_VALUE_UNSUPPORTED;
	assert_line(
		&l,
		HEAD ARGS("0") ",\"decoded\":{\"flags\":[]},\"unread\":{\"mode\":\"unsupported\""
			       ",\"nodes\":\"unsupported\"}" TAIL);
	/* a node that was not read is not a missing mode */
	l.values.arg[0].type = MPT_VALUE_NODE;
	l.values.arg[0].status = MPT_VALUE_FAULT;
	l.values.arg[1].status = MPT_VALUE_TOO_LONG;
	l.call.args[4] = 1;
	assert_line(&l, HEAD ARGS("1") ",\"decoded\":{\"flags\":[\"MPOL_F_NODE\"]},\"unread\":{"
				       "\"node\":\"fault\""
				       ",\"nodes\":\"too long\"}" TAIL);
}

static void huge_numbers(void **state)
{
	struct line l = line();

	(void)state;
	l.ctx.clock.to_realtime = 0;
	l.call.cpu = UINT32_MAX;
	l.call.uid = 4294967294;
	l.thread.tid = l.thread.tgid = INT32_MAX;
	memset(l.call.args, 0xff, sizeof(l.call.args));
	l.call.args[4] = 0;
	l.call.ts_enter = UINT64_C(9223372036854775807);
	l.call.ts_exit = l.call.ts_enter + INT64_MAX;
	l.call.ret = INT64_MAX;
	set_mode(&l, MPT_VALUE_NODE, UINT32_MAX);
	assert_line(&l,
		    "{\"type\":\"call\",\"time\":\"2262-04-11T23:47:16.854775807Z\",\"host\":\"n1\""
		    ",\"cpu\":4294967295,\"pid\":2147483647,\"tid\":2147483647,\"uid\":4294967294"
		    ",\"comm\":\"numactl\",\"abi\":\"x86_64\",\"syscall\":\"get_mempolicy\""
		    ",\"args\":{\"mode\":\"0xffffffffffffffff\""
		    ",\"nodemask\":\"0xffffffffffffffff\",\"maxnode\":18446744073709551615"
		    ",\"addr\":\"0xffffffffffffffff\",\"flags\":0}"
		    ",\"decoded\":{\"flags\":[],\"node\":4294967295}"
		    ",\"ret\":9223372036854775807,\"error\":null,\"denied\":false"
		    ",\"duration_ns\":9223372036854775807}\n");
}

/* What could not be learnt is null, and not 0 or root. */
static void who_is_not_known(void **state)
{
	struct line l = line();

	(void)state;
	l.thread.tgid = 0;
	l.call.uid = -1;
	assert_line(&l,
		    "{\"type\":\"call\",\"time\":\"2026-11-23T12:04:11.123456789Z\",\"host\":\"n1\""
		    ",\"cpu\":2,\"pid\":null,\"tid\":145,\"uid\":null,\"comm\":\"numactl\""
		    ",\"abi\":\"x86_64\",\"syscall\":\"get_mempolicy\"" ARGS(
			    "0") ",\"decoded\":{\"flags\":[]}" TAIL);
	l.thread.has_comm = false;
	memcpy(l.thread.comm, "stale", 6);
	assert_line(&l,
		    "{\"type\":\"call\",\"time\":\"2026-11-23T12:04:11.123456789Z\",\"host\":\"n1\""
		    ",\"cpu\":2,\"pid\":null,\"tid\":145,\"uid\":null,\"comm\":null"
		    ",\"abi\":\"x86_64\",\"syscall\":\"get_mempolicy\"" ARGS(
			    "0") ",\"decoded\":{\"flags\":[]}" TAIL);
}

static void assert_name(const char *comm, const char *expected)
{
	struct line l = line();
	char text[1024];

	memset(l.thread.comm, 0, sizeof(l.thread.comm));
	memcpy(l.thread.comm, comm, strnlen(comm, sizeof(l.thread.comm)));
	snprintf(text, sizeof(text),
		 "{\"type\":\"call\",\"time\":\"2026-11-23T12:04:11.123456789Z\",\"host\":\"n1\""
		 ",\"cpu\":2,\"pid\":145,\"tid\":145,\"uid\":0,\"comm\":\"%s\""
		 ",\"abi\":\"x86_64\",\"syscall\":\"get_mempolicy\"" ARGS(
			 "0") ",\"decoded\":{\"flags\":[]}" TAIL,
		 expected);
	assert_line(&l, text);
}

static void names(void **state)
{
	(void)state;
	assert_name("\",\"uid\":0,\"x\":\"", "\\\",\\\"uid\\\":0,\\\"x\\\":\\\"");
	assert_name("back\\slash", "back\\\\slash");
	assert_name("a\nb\tc\033", "a\\u000ab\\u0009c\\u001b");
	assert_name("na\xc3\xafve", "na\xc3\xafve");
	/* a name is cut at 15 bytes, also in the middle of a letter */
	assert_name("cut in\xc3", "cut in\xef\xbf\xbd");
	assert_name("\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd");
	assert_name("0123456789abcdef", "0123456789abcdef");
}

static void without_any_time(void **state)
{
	struct line l = line();

	(void)state;
	l.ctx.timestamps = MPT_TIME_NONE;
	assert_line(
		&l,
		"{\"type\":\"call\",\"time\":null,\"host\":\"n1\",\"cpu\":2,\"pid\":145"
		",\"tid\":145,\"uid\":0,\"comm\":\"numactl\",\"abi\":\"x86_64\""
		",\"syscall\":\"get_mempolicy\"" ARGS(
			"0") ",\"decoded\":{\"flags\":[]},\"ret\":0,\"error\":null,\"denied\":false"
			     ",\"duration_ns\":null}\n");
}

/* The other kinds are those of text: here it is always the same. */
static void kinds_of_timestamps(void **state)
{
	static const enum mpt_timestamps kinds[] = { MPT_TIME_UTC, MPT_TIME_UNIX, MPT_TIME_RELATIVE,
						     MPT_TIME_BOOT };
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct line l = line();

		l.ctx.timestamps = kinds[i];
		assert_line(&l, HEAD ARGS("0") ",\"decoded\":{\"flags\":[]}" TAIL);
	}
}

/* The return's time stands where the entry's is not known. */
static void without_an_entry(void **state)
{
	struct line l = line();

	(void)state;
	l.call.has_enter = false;
	l.call.ts_enter = 0;
	l.call.ts_exit = uptime + 123456789;
	assert_line(
		&l,
		HEAD ARGS(
			"0") ",\"decoded\":{\"flags\":[]},\"ret\":0,\"error\":null,\"denied\":false"
			     ",\"duration_ns\":null}\n");
}

/* @part: what the line has somewhere */
static void assert_part(struct line *l, const char *part)
{
	struct mpt_buf buf = { 0 };

	l->call.thread = &l->thread;
	mpt_emit_json.call(&l->ctx, &l->call, &l->values, &buf);
	if (!strstr(mpt_buf_cstr(&buf), part))
		fail_msg("'%s' is not in %s", part, mpt_buf_cstr(&buf));
	mpt_buf_put(&all, buf.data, buf.len);
	nlines++;
	mpt_buf_free(&buf);
}

/* move_pages(0, count, pages, nodes, status, 2) of a 32-bit caller */
static struct line move_line(void)
{
	struct line l = line();

	l.call.sys = &mpt_syscalls[MPT_SYS_MOVE_PAGES];
	l.call.args[0] = (uint64_t)-1;
	l.call.args[1] = 2;
	l.call.args[2] = 0x1000;
	l.call.args[3] = 0;
	l.call.args[4] = 0x2000;
	l.call.args[5] = 2;
	return l;
}

static struct mpt_value items(const struct mpt_plan *plan, const uint64_t *words, unsigned size,
			      enum mpt_value_status status, uint64_t more)
{
	return (struct mpt_value){ .status = status,
				   .type = MPT_VALUE_ITEMS,
				   .items = words,
				   .count = 2,
				   .more = more,
				   .plan = plan,
				   .addr = 0x1000,
				   .size = size };
}

static void arrays(void **state)
{
	static const struct mpt_plan plan = { .page_size = 4096, .poison = 0x80000077 };
	static const uint64_t pages[] = { 0x7000, 0x8000 }, status[] = { 1, (uint32_t)-14 };
	static const uint64_t not_read[] = { 0, 0x80000077 };
	struct line l = move_line();

	(void)state;
	l.values.arg[2] = items(&plan, pages, 8, MPT_VALUE_OK, 0);
	l.values.arg[4] = items(&plan, status, 4, MPT_VALUE_OK, 0);
	assert_part(&l,
		    "\"args\":{\"pid\":-1,\"count\":2,\"pages\":\"0x1000\",\"nodes\":\"0x0\","
		    "\"status\":\"0x2000\",\"flags\":2},\"decoded\":{\"flags\":[\"MPOL_MF_MOVE\"],"
		    "\"pages\":[{\"addr\":\"0x7000\",\"status\":1},{\"addr\":\"0x8000\","
		    "\"status\":-14}]},\"ret\":0,");
	/* what was not read is absent, and said once for all of them: that says more than the rest
	 */
	l.values.arg[2] = items(&plan, pages, 8, MPT_VALUE_TOO_LONG, 9);
	l.values.arg[4] = items(&plan, not_read, 4, MPT_VALUE_FAULT, 9);
	assert_part(&l, "\"pages\":[{\"addr\":\"0x7000\",\"status\":0},{\"addr\":\"0x8000\"}],"
			"\"not_shown\":9},\"unread\":{\"pages\":\"fault\"},\"ret\":0,");
}

/* As interface.md has it: what seccomp answered is denied, and took no time that we know. */
static void denied(void **state)
{
	struct line l = move_line();

	(void)state;
	l.call.denied = true;
	l.call.ret = -1;
	l.values.arg[2].status = MPT_VALUE_UNSUPPORTED;
	l.values.arg[2].type = MPT_VALUE_ITEMS;
	assert_part(&l, "\"decoded\":{\"flags\":[\"MPOL_MF_MOVE\"]},\"unread\":{\"pages\":"
			"\"unsupported\"},\"ret\":-1,\"error\":\"EPERM\",\"denied\":true,"
			"\"duration_ns\":null}\n");
	l.call.returned = false;
	assert_part(&l, "\"ret\":null,\"error\":null,\"denied\":true,\"duration_ns\":null}\n");
}

static void of_a_cgroup(void **state)
{
	struct line l = line();

	(void)state;
	l.call.cgroup = "/a \"b\"";
	assert_part(&l, "\"comm\":\"numactl\",\"cgroup\":\"/a \\\"b\\\"\",\"abi\":\"x86_64\",");
}

static void with_a_cause(void **state)
{
	struct line l = line();

	(void)state;
	l.call.ret = -EINVAL;
	l.call.cause = "a \"b\"";
	assert_part(&l, ",\"duration_ns\":12345,\"explain\":\"a \\\"b\\\"\"}\n");
}

static void assert_end(enum mpt_timestamps kind, const struct mpt_totals *totals,
		       const char *expected)
{
	struct mpt_emit_context ctx = { .timestamps = kind };
	struct mpt_buf buf = { 0 };

	mpt_emit_json.end(&ctx, totals, &buf);
	assert_text(&buf, expected);
}

static void the_last_line(void **state)
{
	struct mpt_totals totals = { .calls = 7, .shown = 7, .denied = 2, .duration_ns = 1020304 };

	(void)state;
	assert_end(MPT_TIME_LOCAL, &totals,
		   "{\"type\":\"end\",\"version\":1,\"calls\":7,\"shown\":7,\"lost\":{\"overrun\":0"
		   ",\"missed_returns\":0,\"unpaired\":0},\"duration_ns\":1020304,\"denied\":2}\n");
	totals.shown = 3;
	totals.lost = (struct mpt_lost){ .overrun = 1, .missed_returns = 2, .unpaired = 3 };
	assert_end(MPT_TIME_UTC, &totals,
		   "{\"type\":\"end\",\"version\":1,\"calls\":7,\"shown\":3,\"lost\":{\"overrun\":1"
		   ",\"missed_returns\":2,\"unpaired\":3},\"duration_ns\":1020304,\"denied\":2}\n");
	assert_end(MPT_TIME_NONE, &totals,
		   "{\"type\":\"end\",\"version\":1,\"calls\":7,\"shown\":3,\"lost\":{\"overrun\":1"
		   ",\"missed_returns\":2,\"unpaired\":3},\"duration_ns\":null,\"denied\":2}\n");
}

static void found_by_its_name(void **state)
{
	(void)state;
	assert_ptr_equal(mpt_emitter_find("json"), &mpt_emit_json);
	assert_null(mpt_emitter_find("jsonl"));
}

/* Every line above, by a parser that is not ours. */
static void jq_takes_all_of_it(void **state)
{
	char command[128];
	FILE *jq;

	(void)state;
	if (system("command -v jq >/dev/null 2>&1") != 0)
		skip();
	snprintf(command, sizeof(command),
		 "jq -es 'length == %u and all(.[]; .type == \"call\" or .type == \"end\")' "
		 ">/dev/null",
		 nlines);
	jq = popen(command, "w");
	assert_non_null(jq);
	assert_int_equal(fwrite(all.data, 1, all.len, jq), all.len);
	assert_int_equal(pclose(jq), 0);
	mpt_buf_free(&all);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_example_of_the_manual),
		cmocka_unit_test(a_node_in_place_of_a_mode),
		cmocka_unit_test(the_empty_set),
		cmocka_unit_test(nodes_alone),
		cmocka_unit_test(what_has_no_name),
		cmocka_unit_test(a_failed_call),
		cmocka_unit_test(an_errno_without_a_name),
		cmocka_unit_test(in_flight),
		cmocka_unit_test(what_was_not_read),
		cmocka_unit_test(huge_numbers),
		cmocka_unit_test(who_is_not_known),
		cmocka_unit_test(names),
		cmocka_unit_test(without_any_time),
		cmocka_unit_test(kinds_of_timestamps),
		cmocka_unit_test(without_an_entry),
		cmocka_unit_test(arrays),
		cmocka_unit_test(denied),
		cmocka_unit_test(of_a_cgroup),
		cmocka_unit_test(with_a_cause),
		cmocka_unit_test(the_last_line),
		cmocka_unit_test(found_by_its_name),
		cmocka_unit_test(jq_takes_all_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
