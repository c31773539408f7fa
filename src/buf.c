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
static void put_digits(char *room, uint64_t n, int digits)
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

	for (; digits >= 2; n /= 100) {
		digits -= 2;
		memcpy(room + digits, pairs + n % 100 * 2, 2);
	}
	if (digits)
		*room = (char)('0' + n % 10);
}

void mpt_buf_u64_many(struct mpt_buf *buf, uint64_t n)
{
	int digits = digits_of(n);
	char *room = mpt_buf_room(buf, (size_t)digits);

	if (!room)
		return;
	buf->len += (size_t)digits;
	put_digits(room, n, digits);
}

void mpt_buf_fraction(struct mpt_buf *buf, uint32_t n, int digits)
{
	char *room = mpt_buf_room(buf, 1 + (size_t)digits);

	if (!room)
		return;
	buf->len += 1 + (size_t)digits;
	*room = '.';
	put_digits(room + 1, n, digits);
}

void mpt_buf_hex(struct mpt_buf *buf, uint64_t n)
{
	static const char pairs[] = "000102030405060708090a0b0c0d0e0f"
				    "101112131415161718191a1b1c1d1e1f"
				    "202122232425262728292a2b2c2d2e2f"
				    "303132333435363738393a3b3c3d3e3f"
				    "404142434445464748494a4b4c4d4e4f"
				    "505152535455565758595a5b5c5d5e5f"
				    "606162636465666768696a6b6c6d6e6f"
				    "707172737475767778797a7b7c7d7e7f"
				    "808182838485868788898a8b8c8d8e8f"
				    "909192939495969798999a9b9c9d9e9f"
				    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf"
				    "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf"
				    "c0c1c2c3c4c5c6c7c8c9cacbcccdcecf"
				    "d0d1d2d3d4d5d6d7d8d9dadbdcdddedf"
				    "e0e1e2e3e4e5e6e7e8e9eaebecedeeef"
				    "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff";
	int bits = 64 - __builtin_clzll(n | 1), digits = (bits + 3) / 4;
	char *room = mpt_buf_room(buf, 2 + 16);

	if (!room)
		return;
	buf->len += 2 + (size_t)digits;
	memcpy(room, "0x", 2);
	for (room += 2; digits >= 2; n >>= 8) {
		digits -= 2;
		memcpy(room + digits, pairs + (n & 255) * 2, 2);
	}
	if (digits)
		*room = pairs[n * 2 + 1];
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
