/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jsonw.c - a streaming JSON writer.
 *
 * In: tokens in the order of the text. Out: RFC 8259 JSON without white
 * space, appended to a buffer. It allocates nothing and checks no nesting.
 */
#include "jsonw.h"

#include <string.h>

#include "buf.h"
#include "utf8.h"

void mpt_jsonw_u64(struct mpt_jsonw *w, uint64_t n)
{
	mpt_jsonw_value(w);
	mpt_buf_u64(w->buf, n);
}

void mpt_jsonw_s64(struct mpt_jsonw *w, int64_t n)
{
	mpt_jsonw_value(w);
	mpt_buf_s64(w->buf, n);
}

void mpt_jsonw_bool(struct mpt_jsonw *w, bool b)
{
	mpt_jsonw_value(w);
	mpt_buf_puts(w->buf, b ? "true" : "false");
}

void mpt_jsonw_null(struct mpt_jsonw *w)
{
	mpt_jsonw_value(w);
	mpt_buf_put(w->buf, "null", 4);
}

void mpt_jsonw_hex(struct mpt_jsonw *w, uint64_t n)
{
	mpt_jsonw_value(w);
	mpt_buf_putc(w->buf, '"');
	mpt_buf_hex(w->buf, n);
	mpt_buf_putc(w->buf, '"');
}

void mpt_jsonw_bytes(struct mpt_jsonw *w, const char *s, size_t n)
{
	mpt_jsonw_value(w);
	mpt_buf_putc(w->buf, '"');
	mpt_utf8_put_json(w->buf, s, n);
	mpt_buf_putc(w->buf, '"');
}

void mpt_jsonw_str(struct mpt_jsonw *w, const char *s)
{
	mpt_jsonw_bytes(w, s, strlen(s));
}
