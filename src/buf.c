/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buf.c - a growing run of bytes.
 *
 * In: bytes, strings and numbers. Out: the bytes, one after the other. When
 * memory runs out it says so in `failed` and drops what follows; it never
 * writes to a descriptor.
 */
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MPT_BUF_FIRST = 4096 };

void mpt_buf_free(struct mpt_buf *buf)
{
	free(buf->data);
	*buf = (struct mpt_buf){ 0 };
}

bool mpt_buf_grow(struct mpt_buf *buf, size_t n)
{
	size_t cap = buf->cap ? buf->cap : MPT_BUF_FIRST;
	char *data;

	while (cap - buf->len < n)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (!data) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

void mpt_buf_u64_width(struct mpt_buf *buf, uint64_t n, int width)
{
	char digits[20];
	int at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + n % 10);
		n /= 10;
	} while (n);
	while ((int)sizeof(digits) - at < width && at > 0)
		digits[--at] = '0';
	mpt_buf_put(buf, digits + at, sizeof(digits) - (size_t)at);
}

void mpt_buf_u64(struct mpt_buf *buf, uint64_t n)
{
	mpt_buf_u64_width(buf, n, 1);
}

void mpt_buf_s64(struct mpt_buf *buf, int64_t n)
{
	if (n < 0)
		mpt_buf_putc(buf, '-');
	mpt_buf_u64(buf, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

void mpt_buf_hex(struct mpt_buf *buf, uint64_t n)
{
	static const char hex[] = "0123456789abcdef";
	char digits[16];
	int at = sizeof(digits);

	do {
		digits[--at] = hex[n & 15];
		n >>= 4;
	} while (n);
	mpt_buf_put(buf, "0x", 2);
	mpt_buf_put(buf, digits + at, sizeof(digits) - (size_t)at);
}

void mpt_buf_printf(struct mpt_buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *room;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	room = n < 0 ? NULL : mpt_buf_room(buf, (size_t)n + 1);
	if (!room)
		return;
	va_start(ap, fmt);
	vsnprintf(room, (size_t)n + 1, fmt, ap);
	va_end(ap);
	buf->len += (size_t)n;
}

const char *mpt_buf_cstr(struct mpt_buf *buf)
{
	char *room = mpt_buf_room(buf, 1);

	if (!room)
		return "";
	*room = '\0';
	return buf->data;
}
