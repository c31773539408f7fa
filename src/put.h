/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * put.h - strace's grammar, as far as several formats share it.
 */
#ifndef MPT_PUT_H
#define MPT_PUT_H

#include <stdint.h>

struct mpt_buf;
struct mpt_call;
struct mpt_emit_context;
struct mpt_xlat;

/* NULL, or hex. */
void mpt_put_pointer(uint64_t p, struct mpt_buf *buf);

/* Names joined by '|', what has no name last in hex; 0 where no bit is set. */
void mpt_put_flags(const struct mpt_xlat *table, uint64_t flags, struct mpt_buf *buf);

/* A mode with its mode flags; one that has no name in hex. */
void mpt_put_mode(uint32_t word, struct mpt_buf *buf);

/* The same without MPOL_ and the like before each name, and nothing where no bit is set. */
void mpt_put_short_flags(const struct mpt_xlat *table, uint64_t flags, struct mpt_buf *buf);
void mpt_put_short_mode(uint32_t word, struct mpt_buf *buf);

/* The name of an errno, or its number where it has none. */
void mpt_put_errno(int errnum, struct mpt_buf *buf);

/*
 * --explain: a line with the cause, where the call has one.
 * @width: it is broken into lines of so many columns; 0: it is not
 */
void mpt_put_cause(const struct mpt_call *call, unsigned width, struct mpt_buf *buf);
/* A line for each caller, as strace -k writes them, where that was asked for. */
void mpt_put_frames(const struct mpt_call *call, struct mpt_buf *buf);
/* The host and a space, where calls of several hosts are shown. */
void mpt_put_host(const struct mpt_emit_context *ctx, struct mpt_buf *buf);

/* "0", "-1 EINVAL (Invalid argument)"; "?" where the call has not returned. */
void mpt_put_result(const struct mpt_call *call, struct mpt_buf *buf);

#endif
