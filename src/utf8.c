/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utf8.c - what may be shown of bytes that somebody else chose.
 *
 * In: bytes that nobody vouches for. Out: text that is safe in a line or in
 * a JSON string. It knows no locale: the output is UTF-8 everywhere.
 */
#include "utf8.h"

#include <stdbool.h>

#include "buf.h"

/* How long a sequence is by its first byte, and the least code point it may hold. */
static size_t lead(unsigned char c, uint32_t *bits, uint32_t *least)
{
	if (c < 0x80) {
		*bits = c;
		*least = 0;
		return 1;
	}
	if (c >= 0xc2 && c < 0xe0) {
		*bits = c & 0x1f;
		*least = 0x80;
		return 2;
	}
	if (c >= 0xe0 && c < 0xf0) {
		*bits = c & 0x0f;
		*least = 0x800;
		return 3;
	}
	if (c >= 0xf0 && c < 0xf5) {
		*bits = c & 0x07;
		*least = 0x10000;
		return 4;
	}
	return 0;
}

size_t mpt_utf8_next(const char *s, size_t n, uint32_t *code)
{
	uint32_t least;
	size_t len, i;

	if (n == 0)
		return 0;
	len = lead((unsigned char)s[0], code, &least);
	if (len == 0 || len > n)
		return 0;
	for (i = 1; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c & 0xc0) != 0x80)
			return 0;
		*code = *code << 6 | (c & 0x3f);
	}
	if (*code < least || *code > 0x10ffff || (*code >= 0xd800 && *code < 0xe000))
		return 0;
	return len;
}

/* Controls, and what turns the reading direction of a terminal or breaks its lines. */
static bool is_printable(uint32_t code)
{
	return code >= 0x20 && !(code >= 0x7f && code < 0xa0) && code != 0x2028 && code != 0x2029 &&
	       !(code >= 0x202a && code <= 0x202e) && !(code >= 0x2066 && code <= 0x2069) &&
	       code != 0xfeff;
}

static void put_octal(struct mpt_buf *buf, unsigned char c)
{
	char text[4] = { '\\', (char)('0' + (c >> 6)), (char)('0' + (c >> 3 & 7)),
			 (char)('0' + (c & 7)) };

	mpt_buf_put(buf, text, sizeof(text));
}

/* Bytes that are not printable ASCII, or that some format escapes. */
static const bool is_special[256] = {
	[0 ... 0x1f] = true, ['"'] = true, ['\\'] = true, [0x7f ... 0xff] = true
};

/* How many of the first bytes need no look: of what is printed, nearly all. */
static size_t plain(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && !is_special[(unsigned char)s[i]])
		i++;
	return i;
}

/* The first bytes of @s, which are not plain. Returns how many it took. */
static size_t put_text_special(struct mpt_buf *buf, const char *s, size_t n)
{
	uint32_t code;
	size_t len = mpt_utf8_next(s, n, &code);

	if (len > 0 && is_printable(code) && code != '\\') {
		mpt_buf_put(buf, s, len);
		return len;
	}
	put_octal(buf, (unsigned char)*s);
	return 1;
}

void mpt_utf8_put_text(struct mpt_buf *buf, const char *s, size_t n)
{
	for (;;) {
		size_t len = plain(s, n);

		mpt_buf_put(buf, s, len);
		if (len == n)
			return;
		len += put_text_special(buf, s + len, n - len);
		s += len;
		n -= len;
	}
}

static const char hex[] = "0123456789abcdef";

static void put_json_ascii(struct mpt_buf *buf, char c)
{
	if (c == '"' || c == '\\') {
		mpt_buf_putc(buf, '\\');
		mpt_buf_putc(buf, c);
	} else if ((unsigned char)c < 0x20 || c == 0x7f) {
		mpt_buf_puts(buf, "\\u00");
		mpt_buf_putc(buf, hex[c >> 4]);
		mpt_buf_putc(buf, hex[c & 15]);
	} else {
		mpt_buf_putc(buf, c);
	}
}

/* None of these is beyond U+FFFF. */
static void put_json_code(struct mpt_buf *buf, uint32_t code)
{
	int shift;

	mpt_buf_puts(buf, "\\u");
	for (shift = 12; shift >= 0; shift -= 4)
		mpt_buf_putc(buf, hex[code >> shift & 15]);
}

static size_t put_json_special(struct mpt_buf *buf, const char *s, size_t n)
{
	uint32_t code;
	size_t len = mpt_utf8_next(s, n, &code);

	if (len == 1)
		put_json_ascii(buf, *s);
	else if (len > 1 && !is_printable(code))
		put_json_code(buf, code);
	else if (len > 1)
		mpt_buf_put(buf, s, len);
	else
		mpt_buf_puts(buf, "\xef\xbf\xbd");
	return len ? len : 1;
}

void mpt_utf8_put_json(struct mpt_buf *buf, const char *s, size_t n)
{
	for (;;) {
		size_t len = plain(s, n);

		mpt_buf_put(buf, s, len);
		if (len == n)
			return;
		len += put_json_special(buf, s + len, n - len);
		s += len;
		n -= len;
	}
}
