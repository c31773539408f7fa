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

/* How many digits a number has: about its bits by log2(10), by a table to be exact. */
static int digits_of(uint64_t n)
{
	static const uint64_t powers[] = {
		0,
		10,
		100,
		1000,
		10000,
		100000,
		1000000,
		10000000,
		100000000,
		1000000000,
		UINT64_C(10000000000),
		UINT64_C(100000000000),
		UINT64_C(1000000000000),
		UINT64_C(10000000000000),
		UINT64_C(100000000000000),
		UINT64_C(1000000000000000),
		UINT64_C(10000000000000000),
		UINT64_C(100000000000000000),
		UINT64_C(1000000000000000000),
		UINT64_C(10000000000000000000),
	};
	int about = (64 - __builtin_clzll(n | 1)) * 1233 >> 12;

	return about + (n >= powers[about]);
}

/* Two digits at a time, and from behind: a division is what costs. */
void mpt_buf_u64_width(struct mpt_buf *buf, uint64_t n, int width)
{
	static const char pairs[] = "00010203040506070809"
				    "10111213141516171819"
				    "20212223242526272829"
				    "30313233343536373839"
				    "40414243444546474849"
				    "50515253545556575859"
				    "60616263646566676869"
				    "70717273747576777879"
				    "80818283848586878889"
				    "90919293949596979899";
	int digits = digits_of(n), left = digits > width ? digits : width;
	char *room = mpt_buf_room(buf, (size_t)left);

	if (!room)
		return;
	buf->len += (size_t)left;
	for (; left >= 2; n /= 100) {
		left -= 2;
		memcpy(room + left, pairs + n % 100 * 2, 2);
	}
	if (left)
		*room = (char)('0' + n % 10);
}

void mpt_buf_hex(struct mpt_buf *buf, uint64_t n)
{
	int bits = 64 - __builtin_clzll(n | 1), digits = (bits + 3) / 4;
	char *room = mpt_buf_room(buf, 2 + 16);

	if (!room)
		return;
	buf->len += 2 + (size_t)digits;
	memcpy(room, "0x", 2);
	for (room += 2; digits > 0; n >>= 4)
		room[--digits] = "0123456789abcdef"[n & 15];
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
