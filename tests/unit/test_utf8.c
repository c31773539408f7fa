/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_utf8.c - names that nobody vouches for.
 *
 * The truth is RFC 3629's table of well-formed sequences, RFC 8259's escapes,
 * and the rule that text shows what is no printable UTF-8 as \ooo.
 */
#include "unit.h"

#include "jsonw.h"
#include "utf8.h"

struct sample {
	const char *bytes;
	size_t n;
	const char *text;
	const char *json;
};

#define FFFD "\xef\xbf\xbd"

static const struct sample samples[] = {
	{ "numactl", 7, "numactl", "numactl" },
	{ "a\"b\\c", 5, "a\"b\\134c", "a\\\"b\\\\c" },
	{ "x\ny\tz\033", 6, "x\\012y\\011z\\033", "x\\u000ay\\u0009z\\u001b" },
	{ "\177", 1, "\\177", "\\u007f" },
	{ "\xc3\xa9", 2, "\xc3\xa9", "\xc3\xa9" },			   /* U+00E9 */
	{ "\xf0\x9f\x98\x80", 4, "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80" }, /* U+1F600 */
	{ "\xc2\x9b", 2, "\\302\\233", "\\u009b" },			   /* C1: CSI */
	{ "\xe2\x80\xae", 3, "\\342\\200\\256", "\\u202e" },	  /* right-to-left override */
	{ "\xc0\x80", 2, "\\300\\200", FFFD FFFD },		  /* overlong NUL */
	{ "\xe0\x9f\xbf", 3, "\\340\\237\\277", FFFD FFFD FFFD }, /* overlong */
	{ "\xed\xa0\x80", 3, "\\355\\240\\200", FFFD FFFD FFFD }, /* surrogate */
	{ "\xf4\x90\x80\x80", 4, "\\364\\220\\200\\200", FFFD FFFD FFFD FFFD }, /* > U+10FFFF */
	{ "\xe2\x82", 2, "\\342\\202", FFFD FFFD },				/* cut short */
	{ "\xff"
	  "a",
	  2, "\\377a", FFFD "a" },
	{ "", 0, "", "" },
};

static void each_sample(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		mpt_utf8_put_text(&buf, samples[i].bytes, samples[i].n);
		assert_text(&buf, samples[i].text);
		mpt_utf8_put_json(&buf, samples[i].bytes, samples[i].n);
		assert_text(&buf, samples[i].json);
	}
}

/* Every code point that may be encoded is taken whole, and comes back as it was. */
static void every_code_point(void **state)
{
	uint32_t code, got;

	(void)state;
	for (code = 0; code < 0x110000; code++) {
		char s[4];
		size_t n = 0;

		if (code < 0x80) {
			s[n++] = (char)code;
		} else if (code < 0x800) {
			s[n++] = (char)(0xc0 | code >> 6);
		} else if (code < 0x10000) {
			s[n++] = (char)(0xe0 | code >> 12);
			s[n++] = (char)(0x80 | (code >> 6 & 63));
		} else {
			s[n++] = (char)(0xf0 | code >> 18);
			s[n++] = (char)(0x80 | (code >> 12 & 63));
			s[n++] = (char)(0x80 | (code >> 6 & 63));
		}
		if (code >= 0x80)
			s[n++] = (char)(0x80 | (code & 63));
		if (code >= 0xd800 && code < 0xe000) {
			assert_int_equal(mpt_utf8_next(s, n, &got), 0);
			continue;
		}
		assert_int_equal(mpt_utf8_next(s, n, &got), n);
		assert_int_equal(got, code);
	}
}

static void json_tokens(void **state)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_jsonw w = { .buf = &buf };

	(void)state;
	mpt_jsonw_begin(&w, '{');
	mpt_jsonw_key(&w, "a");
	mpt_jsonw_u64(&w, UINT64_MAX);
	mpt_jsonw_key(&w, "b");
	mpt_jsonw_begin(&w, '[');
	mpt_jsonw_end(&w, ']');
	mpt_jsonw_key(&w, "c");
	mpt_jsonw_begin(&w, '[');
	mpt_jsonw_s64(&w, -1);
	mpt_jsonw_null(&w);
	mpt_jsonw_bool(&w, true);
	mpt_jsonw_hex(&w, 0);
	mpt_jsonw_str(&w, "q\"");
	mpt_jsonw_end(&w, ']');
	mpt_jsonw_end(&w, '}');
	assert_text(&buf,
		    "{\"a\":18446744073709551615,\"b\":[],\"c\":[-1,null,true,\"0x0\",\"q\\\"\"]}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sample),
		cmocka_unit_test(every_code_point),
		cmocka_unit_test(json_tokens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
