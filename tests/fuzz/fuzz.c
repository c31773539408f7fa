/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz.c - what the fuzz targets share.
 *
 * In: an input, or text that the program made of one. Out: pieces of it, or
 * the end of the program where the text is not what its format promises. It
 * uses nothing of the code under test.
 */
#include "fuzz.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void fuzz_check(bool ok, const char *what, const char *file, int line)
{
	if (ok)
		return;
	fprintf(stderr, "%s:%d: not so: %s\n", file, line, what);
	abort();
}

void fuzz_take(struct fuzz_input *in, void *ret, size_t n)
{
	size_t have = n < in->size ? n : in->size;

	memset(ret, 0, n);
	if (have)
		memcpy(ret, in->data, have);
	in->data += have;
	in->size -= have;
}

uint8_t fuzz_byte(struct fuzz_input *in)
{
	uint8_t byte;

	fuzz_take(in, &byte, sizeof(byte));
	return byte;
}

uint64_t fuzz_u64(struct fuzz_input *in)
{
	uint64_t n;

	fuzz_take(in, &n, sizeof(n));
	return n;
}

void *fuzz_copy(const void *bytes, size_t n)
{
	void *copy = malloc(n ? n : 1);

	FUZZ_CHECK(copy != NULL);
	if (n)
		memcpy(copy, bytes, n);
	return copy;
}

char *fuzz_string(struct fuzz_input *in, uint8_t end)
{
	const uint8_t *at = in->size ? memchr(in->data, end, in->size) : NULL;
	size_t n = at ? (size_t)(at - in->data) : in->size;
	char *text = malloc(n + 1);

	FUZZ_CHECK(text != NULL);
	fuzz_take(in, text, n);
	text[n] = '\0';
	if (at)
		fuzz_byte(in);
	return text;
}

/* --- UTF-8 ---------------------------------------------------------------- */

/* The Unicode Standard, table 3-7: the second byte's range decides all that is special. */
static size_t utf8_length(const unsigned char *s, size_t n)
{
	static const struct {
		unsigned char first, last, low, high, length;
	} rows[] = {
		{ 0x00, 0x7f, 0, 0, 1 },       { 0xc2, 0xdf, 0x80, 0xbf, 2 },
		{ 0xe0, 0xe0, 0xa0, 0xbf, 3 }, { 0xe1, 0xec, 0x80, 0xbf, 3 },
		{ 0xed, 0xed, 0x80, 0x9f, 3 }, { 0xee, 0xef, 0x80, 0xbf, 3 },
		{ 0xf0, 0xf0, 0x90, 0xbf, 4 }, { 0xf1, 0xf3, 0x80, 0xbf, 4 },
		{ 0xf4, 0xf4, 0x80, 0x8f, 4 },
	};
	size_t i, k;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (s[0] >= rows[i].first && s[0] <= rows[i].last)
			break;
	if (i == sizeof(rows) / sizeof(rows[0]) || rows[i].length > n)
		return 0;
	if (rows[i].length > 1 && (s[1] < rows[i].low || s[1] > rows[i].high))
		return 0;
	for (k = 2; k < rows[i].length; k++)
		if ((s[k] & 0xc0) != 0x80)
			return 0;
	return rows[i].length;
}

void fuzz_check_lines(const char *text, size_t n)
{
	const unsigned char *s = (const unsigned char *)text, *end;

	if (n == 0)
		return;
	FUZZ_CHECK(text[n - 1] == '\n');
	end = s + n;
	while (s < end) {
		size_t len = utf8_length(s, (size_t)(end - s));

		FUZZ_CHECK(len > 0);
		FUZZ_CHECK(*s >= 0x20 || *s == '\n' || (*s == '\r' && s[1] == '\n'));
		FUZZ_CHECK(*s != 0x7f);
		s += len;
	}
}

/* --- JSON ----------------------------------------------------------------- */

static const char *json_value(const char *s, const char *end);

static const char *json_string(const char *s, const char *end)
{
	FUZZ_CHECK(s < end && *s == '"');
	for (s++; s < end && *s != '"'; s++) {
		FUZZ_CHECK((unsigned char)*s >= 0x20);
		if (*s != '\\')
			continue;
		FUZZ_CHECK(++s < end && strchr("\"\\/bfnrtu", *s));
		if (*s != 'u')
			continue;
		FUZZ_CHECK(end - s > 4 && strspn(s + 1, "0123456789abcdefABCDEF") >= 4);
		s += 4;
	}
	FUZZ_CHECK(s < end);
	return s + 1;
}

static const char *json_number(const char *s, const char *end)
{
	if (s < end && *s == '-')
		s++;
	FUZZ_CHECK(s < end && isdigit((unsigned char)*s));
	if (*s == '0') /* nothing may follow a zero: every number here is whole */
		return s + 1;
	while (s < end && isdigit((unsigned char)*s))
		s++;
	return s;
}

/* What stands between brackets: values, or pairs of a string and a value. */
static const char *json_list(const char *s, const char *end, char close)
{
	if (++s < end && *s == close)
		return s + 1;
	for (;;) {
		if (close == '}') {
			s = json_string(s, end);
			FUZZ_CHECK(s < end && *s == ':');
			s++;
		}
		s = json_value(s, end);
		FUZZ_CHECK(s < end && (*s == ',' || *s == close));
		if (*s++ == close)
			return s;
	}
}

static const char *json_value(const char *s, const char *end)
{
	static const char *const words[] = { "true", "false", "null" };
	size_t i;

	FUZZ_CHECK(s < end);
	if (*s == '"')
		return json_string(s, end);
	if (*s == '{' || *s == '[')
		return json_list(s, end, *s == '{' ? '}' : ']');
	for (i = 0; i < 3; i++)
		if ((size_t)(end - s) >= strlen(words[i]) &&
		    memcmp(s, words[i], strlen(words[i])) == 0)
			return s + strlen(words[i]);
	return json_number(s, end);
}

void fuzz_check_json(const char *text, size_t n)
{
	const char *s = text, *end = n ? text + n : text;

	fuzz_check_lines(text, n);
	while (s < end) {
		FUZZ_CHECK(*s == '{');
		s = json_value(s, end);
		FUZZ_CHECK(s < end && *s == '\n');
		s++;
	}
}

/* --- CSV ------------------------------------------------------------------ */

static const char *csv_field(const char *s, const char *end)
{
	if (*s != '"') {
		while (s < end && !strchr(",\r\n\"", *s))
			s++;
		return s;
	}
	for (s++; s < end; s++) {
		if (*s != '"')
			continue;
		if (s + 1 == end || s[1] != '"')
			return s + 1;
		s++;
	}
	FUZZ_CHECK(!"a quote that does not end");
	return end;
}

void fuzz_check_csv(const char *text, size_t n)
{
	const char *s = text, *end = n ? text + n : text;
	unsigned fields = 1, first = 0;

	fuzz_check_lines(text, n);
	while (s < end) {
		s = csv_field(s, end);
		FUZZ_CHECK(s < end);
		if (*s++ == ',') {
			fields++;
			continue;
		}
		FUZZ_CHECK(s[-1] == '\r' && s < end && *s == '\n');
		s++;
		FUZZ_CHECK(first == 0 || fields == first);
		first = fields;
		fields = 1;
	}
}
