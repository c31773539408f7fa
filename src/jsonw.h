/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jsonw.h - a streaming JSON writer.
 *
 * It writes tokens into a buffer as they come and puts the commas; it builds
 * no objects, since that would cost twenty times as much per call. Whether
 * what is written nests rightly is the caller's business.
 */
#ifndef MPT_JSONW_H
#define MPT_JSONW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "buf.h"

struct mpt_jsonw {
	struct mpt_buf *buf;
	bool comma; /* a value stands before: the next one needs a comma */
};

/* What a value begins with: a comma, if one stands before it. */
static inline void mpt_jsonw_value(struct mpt_jsonw *w)
{
	if (w->comma)
		mpt_buf_putc(w->buf, ',');
	w->comma = true;
}

/* '{' or '[' as a value, and its end. */
static inline void mpt_jsonw_begin(struct mpt_jsonw *w, char bracket)
{
	mpt_jsonw_value(w);
	mpt_buf_putc(w->buf, bracket);
	w->comma = false;
}

static inline void mpt_jsonw_end(struct mpt_jsonw *w, char bracket)
{
	mpt_buf_putc(w->buf, bracket);
	w->comma = true;
}

static inline void mpt_jsonw_put_name(struct mpt_jsonw *w, const char *name, size_t n, bool is_key)
{
	char *room = mpt_buf_room(w->buf, n + 4), *at = room;

	if (!room)
		return;
	if (w->comma)
		*at++ = ',';
	*at++ = '"';
	memcpy(at, name, n);
	at += n;
	*at++ = '"';
	if (is_key)
		*at++ = ':';
	w->buf->len += (size_t)(at - room);
	w->comma = !is_key;
}

/*
 * The name of the next value; @name must need no escaping. Inline, since most names are literals,
 * of which nothing need be counted then.
 */
static inline void mpt_jsonw_key(struct mpt_jsonw *w, const char *name)
{
	mpt_jsonw_put_name(w, name, strlen(name), true);
}

/* The same of a name of @n bytes. */
static inline void mpt_jsonw_key_bytes(struct mpt_jsonw *w, const char *name, size_t n)
{
	mpt_jsonw_put_name(w, name, n, true);
}

/* A string that needs no escaping: a name of ours, or of our tables. */
static inline void mpt_jsonw_name(struct mpt_jsonw *w, const char *name)
{
	mpt_jsonw_put_name(w, name, strlen(name), false);
}

void mpt_jsonw_u64(struct mpt_jsonw *w, uint64_t n);
void mpt_jsonw_s64(struct mpt_jsonw *w, int64_t n);
void mpt_jsonw_bool(struct mpt_jsonw *w, bool b);
void mpt_jsonw_null(struct mpt_jsonw *w);

/* A number as a string in hex, as pointers and unknown bits are written. */
void mpt_jsonw_hex(struct mpt_jsonw *w, uint64_t n);

/* A string of @n bytes that need not be UTF-8 (see mpt_utf8_put_json). */
void mpt_jsonw_bytes(struct mpt_jsonw *w, const char *s, size_t n);
void mpt_jsonw_str(struct mpt_jsonw *w, const char *s);

#endif
