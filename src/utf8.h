/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * utf8.h - what may be shown of bytes that somebody else chose.
 *
 * Process names are any 15 bytes that a process likes. These two ways of
 * writing them cannot damage a line, a terminal or a JSON string.
 */
#ifndef MPT_UTF8_H
#define MPT_UTF8_H

#include <stddef.h>
#include <stdint.h>

struct mpt_buf;

/*
 * The length of the well-formed UTF-8 sequence (RFC 3629) at @s, of which
 * @n bytes can be read, and its code point; 0 where there is none.
 */
size_t mpt_utf8_next(const char *s, size_t n, uint32_t *code);

/*
 * For text: printable UTF-8 as it is, every other byte, and the backslash
 * that would make it ambiguous, as \ooo.
 */
void mpt_utf8_put_text(struct mpt_buf *buf, const char *s, size_t n);

/*
 * For the inside of a JSON string (RFC 8259): controls, whatever else a terminal
 * could take for a command, quote and backslash escaped, each byte that is no UTF-8 as U+FFFD.
 */
void mpt_utf8_put_json(struct mpt_buf *buf, const char *s, size_t n);

#endif
