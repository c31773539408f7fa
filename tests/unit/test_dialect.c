/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_dialect.c - definitions of probes as older kernels take them.
 *
 * In: README of tracefs as kernels have it: what 5.10 and 7.2 were seen to print,
 * and what 4.16's and 5.3's sources have (kernel/trace/trace.c, readme_msg[]). Out: whether
 * what they lack is known, and put into their words.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "cleanup.h"
#include "dialect.h"
#include "fixture.h"

#define ADD    "  kprobe_events\t\t- Add/remove/show the kernel dynamic events\n"
#define APPEND "  kprobe_events\t\t- Create/append/remove/show the kernel dynamic events\n"
#define FORMAT                                                  \
	"\t   Format: p[:[<group>/]<event>] <place> [<args>]\n" \
	"\t           r[maxactive][:[<group>/]<event>] <place> [<args>]\n"
#define TYPES "\t     type: s8/16/32/64, u8/16/32/64, x8/16/32/64, string,\n"

static const struct {
	const char *readme;
	unsigned lacks;
} kernels[] = {
	/* 5.10 and 7.2 */
	{ APPEND FORMAT
	  "\t           +|-[u]<offset>(<fetcharg>), \\imm-value, \\\"imm-string\"\n" TYPES,
	  0 },
	{ APPEND "\t           r[maxactive][:[<group>/][<event>]] <place> [<args>]\n"
		 "\t           +|-[u]<offset>(<fetcharg>), \\imm-value, \\\"imm-string\"\n"
		 "\t     type: s8/16/32/64, u8/16/32/64, x8/16/32/64, char, string, symbol,\n",
	  0 },
	/* 5.3, 5.2 */
	{ ADD FORMAT "\t           +|-[u]<offset>(<fetcharg>)\n" TYPES,
	  MPT_LACKS_IMM | MPT_LACKS_APPEND },
	{ ADD FORMAT "\t           +|-<offset>(<fetcharg>)\n" TYPES,
	  MPT_LACKS_USER | MPT_LACKS_IMM | MPT_LACKS_APPEND },
	/* before it told of them at all */
	{ "tracing mini-HOWTO:\n", MPT_LACKS_ALL },
};

static void by_readme(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(kernels); i++) {
		struct fx_tree tree;

		fx_tree_make(&tree);
		fx_tree_write(&tree, "README", kernels[i].readme);
		assert_int_equal(mpt_dialect_read(tree.fd), kernels[i].lacks);
		fx_tree_remove(&tree);
	}
}

/* The kernel will refuse what it does not take. */
static void without_readme(void **state)
{
	struct fx_tree tree;

	(void)state;
	fx_tree_make(&tree);
	assert_int_equal(mpt_dialect_read(tree.fd), 0);
	fx_tree_remove(&tree);
}

static void assert_dup(unsigned lacks, const char *text, const char *expected)
{
	cleanup_free char *got = mpt_dialect_dup(lacks, text);

	assert_string_equal(got, expected);
}

static void words(void **state)
{
	static const char newest[] = "r4096:m_1_2/exit_mbind_r4 __x64_sys_mbind "
				     "nr=\\0xcafef00d:x32 u_x1=+u8(+u0(+104(%bx))):x64"
				     " insn=-u2(+128(%r12)):x16 ret=$retval:s64";

	(void)state;
	assert_dup(0, newest, newest);
	assert_dup(MPT_LACKS_MAXACTIVE, newest,
		   "r:m_1_2/exit_mbind_r4 __x64_sys_mbind nr=\\0xcafef00d:x32 "
		   "u_x1=+u8(+u0(+104(%bx))):x64"
		   " insn=-u2(+128(%r12)):x16 ret=$retval:s64");
	assert_dup(MPT_LACKS_ALL, newest,
		   "r:m_1_2/exit_mbind_r4 __x64_sys_mbind nr=@linux_banner:u32 "
		   "u_x1=+8(+0(+104(%bx))):u64"
		   " insn=-2(+128(%r12)):u16 ret=$retval:s64");
	assert_dup(MPT_LACKS_ALL, "p:m_1_2/enter sys_mbind mode=%dx:u64",
		   "p:m_1_2/enter sys_mbind mode=%dx:u64");
	assert_dup(MPT_LACKS_ALL, "r:m_1_2/search", "r:m_1_2/search");
	assert_dup(MPT_LACKS_ALL, "", "");
}

/* init/version.c: "Linux version ..." */
static void the_banner(void **state)
{
	static const char banner[] = "Linux version 4.9.0";
	uint64_t word;

	(void)state;
	memcpy(&word, banner, sizeof(word));
	if (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
		assert_true(word == MPT_BANNER);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(by_readme),
		cmocka_unit_test(without_readme),
		cmocka_unit_test(words),
		cmocka_unit_test(the_banner),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
