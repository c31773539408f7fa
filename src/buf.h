/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * buf.h - a growing run of bytes.
 *
 * Everything that is printed is first put together here, without stdio: on
 * the path of a call nothing else formats. The memory is kept between lines,
 * so that after the first few nothing is allocated.
 */
#ifndef MPT_BUF_H
#define MPT_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct mpt_buf {
	char *data; /* not NUL-terminated unless mpt_buf_cstr() was called */
	size_t len;
	size_t cap;
	bool failed; /* memory ran out: what was put since is missing */
};

/* Frees what the buffer holds; it can be used again, empty. */
void mpt_buf_free(struct mpt_buf *buf);

/* Makes memory for @n more bytes; false, and failed set, when there is none. */
bool mpt_buf_grow(struct mpt_buf *buf, size_t n);

/* Makes room for @n more bytes and returns where they go, or NULL when memory ran out. */
static inline char *mpt_buf_room(struct mpt_buf *buf, size_t n)
{
	if (buf->cap - buf->len < n && !mpt_buf_grow(buf, n))
		return NULL;
	return buf->data + buf->len;
}

/* These are what most of the time of printing is spent in, hence inline. */
static inline void mpt_buf_put(struct mpt_buf *buf, const void *bytes, size_t n)
{
	char *room = n ? mpt_buf_room(buf, n) : NULL;

	if (!room)
		return;
	memcpy(room, bytes, n);
	buf->len += n;
}

static inline void mpt_buf_putc(struct mpt_buf *buf, char c)
{
	char *room = mpt_buf_room(buf, 1);

	if (!room)
		return;
	*room = c;
	buf->len++;
}

static inline void mpt_buf_puts(struct mpt_buf *buf, const char *s)
{
	mpt_buf_put(buf, s, strlen(s));
}

/* A decimal point and @n as so many digits, with leading zeros; @n has no more. */
void mpt_buf_fraction(struct mpt_buf *buf, uint32_t n, int digits);

/* For mpt_buf_u64(). */
void mpt_buf_u64_many(struct mpt_buf *buf, uint64_t n);

/* Decimal. Most numbers are results and nodes, of one digit. */
static inline void mpt_buf_u64(struct mpt_buf *buf, uint64_t n)
{
	if (n < 10)
		mpt_buf_putc(buf, (char)('0' + n));
	else
		mpt_buf_u64_many(buf, n);
}

static inline void mpt_buf_s64(struct mpt_buf *buf, int64_t n)
{
	if (n < 0)
		mpt_buf_putc(buf, '-');
	mpt_buf_u64(buf, n < 0 ? -(uint64_t)n : (uint64_t)n);
}

/* "0x" and lower-case hex without leading zeros. */
void mpt_buf_hex(struct mpt_buf *buf, uint64_t n);

/* For lines that are not on the path of a call. */
void mpt_buf_printf(struct mpt_buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The bytes as a C string, valid until the next put; "" where memory ran out. */
const char *mpt_buf_cstr(struct mpt_buf *buf);

static inline void mpt_cleanup_buf(struct mpt_buf *buf)
{
	mpt_buf_free(buf);
}

/* Frees the buffer's memory at the end of the scope. */
#define cleanup_buf __attribute__((cleanup(mpt_cleanup_buf)))

#endif
