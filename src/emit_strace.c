/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit_strace.c - strace's format, to be diffed with strace's own.
 *
 * In: a call and its values. Out: the line that `strace -f -o FILE` writes of
 * it, as seen of strace 6.1: masks as words of the caller's size, arrays cut at
 * -s. It differs where strace is wrong - a returned mode with mode flags, a
 * node for a mode, a mode that the kernel leaves unset - and ends in "..."
 * where more was passed than was caught.
 */
#include "buf.h"
#include "emit.h"
#include "put.h"
#include "summary.h"

enum { RESULT_COLUMN = 40 }; /* strace's -a */

/* The flags that strace has names for, which are those that the call may be given. */
static const struct mpt_xlat mbind_flags[] = {
	{ 1, "MPOL_MF_STRICT" },
	{ 2, "MPOL_MF_MOVE" },
	{ 4, "MPOL_MF_MOVE_ALL" },
	{ 0 },
};
static const struct mpt_xlat *const known_flags[MPT_NSYSCALLS] = {
	[MPT_SYS_GET_MEMPOLICY] = mpt_get_mempolicy_flags,
	[MPT_SYS_SET_MEMPOLICY_HOME_NODE] = mpt_no_flags,
	[MPT_SYS_MBIND] = mbind_flags,
	[MPT_SYS_MOVE_PAGES] = mbind_flags + 1,
};

static void put_unknown(uint64_t n, const char *kind, struct mpt_buf *buf)
{
	mpt_buf_hex(buf, n);
	mpt_buf_put(buf, " /* ", 4);
	mpt_buf_puts(buf, kind);
	mpt_buf_puts(buf, "??? */");
}

static void put_flags(const struct mpt_xlat *table, uint64_t flags, struct mpt_buf *buf)
{
	uint64_t rem = flags;

	if (flags && table->name && !mpt_xlat_next_flag(table, &rem))
		put_unknown(flags, "MPOL_", buf);
	else
		mpt_put_flags(table, flags, buf);
}

/* A mode as strace has it: the mode flags first where the mode has no name. */
static void put_mode(uint64_t word, struct mpt_buf *buf)
{
	uint64_t flags = word & MPT_MPOL_MODE_FLAGS;
	const char *name = mpt_xlat_name(mpt_mpol_modes, word & ~flags);

	if (!name && !flags) {
		put_unknown(word, "MPOL_", buf);
	} else if (!name) {
		mpt_put_flags(mpt_mpol_mode_flags, word, buf);
	} else {
		mpt_buf_puts(buf, name);
		if (!flags)
			return;
		mpt_buf_putc(buf, '|');
		mpt_put_flags(mpt_mpol_mode_flags, flags, buf);
	}
}

/* printf's "%#0*llx", of twice as many columns as a word has bytes. */
static void put_word(uint64_t word, unsigned bytes, struct mpt_buf *buf)
{
	static const char digits[] = "0123456789abcdef";
	unsigned columns = word ? 2 * bytes - 2 : 2 * bytes, n = columns;

	while (n < 16 && word >> 4 * n)
		n++;
	if (word)
		mpt_buf_put(buf, "0x", 2);
	while (n > 0)
		mpt_buf_putc(buf, digits[word >> 4 * --n & 15]);
}

/* An element by the kind of its array, of which a mask is one too. */
static void put_element(const struct mpt_call *call, const struct mpt_arg *cell, uint64_t n,
			struct mpt_buf *buf)
{
	int32_t i = (int32_t)n;

	if (cell->kind == MPT_ARG_MASK_PTR) {
		put_word(n, call->abi->word_size, buf);
	} else if (cell->kind == MPT_ARG_ADDRS_PTR) {
		mpt_put_pointer(n, buf);
	} else if (cell->dir == MPT_OUT && i < 0 && mpt_errno_name(-i)) {
		mpt_buf_putc(buf, '-');
		mpt_put_errno(-i, buf);
	} else {
		mpt_buf_s64(buf, i);
	}
}

/*
 * The elements from the first one on that were caught and are to be shown.
 * @bytes: of an element in memory
 */
static void put_elements(const struct mpt_emit_context *ctx, const struct mpt_call *call,
			 unsigned arg, const struct mpt_value *value, uint64_t count,
			 unsigned bytes, struct mpt_buf *buf)
{
	unsigned caught = mpt_value_caught(value), i;
	uint64_t item;

	for (i = 0; i < count; i++) {
		if (i > 0)
			mpt_buf_put(buf, ", ", 2);
		if (i >= caught || i >= ctx->array_limit) {
			mpt_buf_put(buf, "...", 3);
			return;
		}
		if (!mpt_value_item(value, i, &item)) {
			mpt_buf_puts(buf, "... /* ");
			mpt_buf_hex(buf, call->args[arg] + (uint64_t)i * bytes);
			mpt_buf_puts(buf, " */");
			return;
		}
		put_element(call, &call->sys->args[arg], item, buf);
	}
}

/* Whether not even the first element can be shown, or the array would wrap around. */
static bool is_opaque(uint64_t addr, const struct mpt_value *value, uint64_t count, unsigned bytes)
{
	uint64_t item;

	if (mpt_value_caught(value) == 0 || count > UINT64_MAX / bytes)
		return true;
	return addr + count * bytes <= addr || !mpt_value_item(value, 0, &item);
}

static void put_array(const struct mpt_emit_context *ctx, const struct mpt_call *call, unsigned arg,
		      const struct mpt_value *value, uint64_t count, unsigned bytes,
		      struct mpt_buf *buf)
{
	uint64_t addr = call->args[arg];

	if (addr != 0 && count == 0) {
		mpt_buf_put(buf, "[]", 2);
	} else if (addr == 0 || is_opaque(addr, value, count, bytes)) {
		mpt_put_pointer(addr, buf);
	} else {
		mpt_buf_putc(buf, '[');
		put_elements(ctx, call, arg, value, count, bytes, buf);
		mpt_buf_putc(buf, ']');
	}
}

/* Whole words, whatever of them the kernel uses. */
static void put_mask(const struct mpt_emit_context *ctx, const struct mpt_call *call, unsigned arg,
		     const struct mpt_value *value, struct mpt_buf *buf)
{
	unsigned bytes = call->abi->word_size, bits = 8 * bytes;
	uint64_t maxnode = call->args[call->sys->args[arg].len];
	uint64_t count = (maxnode + bits - 2) / bits;

	if (count < maxnode / bits || (maxnode && !count))
		mpt_put_pointer(call->args[arg], buf);
	else
		put_array(ctx, call, arg, value, count, bytes, buf);
}

static void put_int(uint64_t addr, const struct mpt_value *value, struct mpt_buf *buf)
{
	if (value->status != MPT_VALUE_OK) {
		mpt_put_pointer(addr, buf);
		return;
	}
	mpt_buf_putc(buf, '[');
	if (value->type == MPT_VALUE_NODE)
		mpt_buf_s64(buf, (int32_t)value->num);
	else
		put_mode(value->num, buf);
	mpt_buf_putc(buf, ']');
}

static void put_arg(const struct mpt_emit_context *ctx, const struct mpt_call *call, unsigned n,
		    const struct mpt_value *value, struct mpt_buf *buf)
{
	const struct mpt_arg *cell = &call->sys->args[n];
	uint64_t raw = call->args[n];

	switch (cell->kind) {
	case MPT_ARG_ULONG:
		mpt_buf_u64(buf, raw);
		break;
	case MPT_ARG_INT:
		mpt_buf_s64(buf, (int64_t)raw);
		break;
	case MPT_ARG_FLAGS:
		put_flags(known_flags[call->sys - mpt_syscalls],
			  cell->bytes == 4 ? (uint32_t)raw : raw, buf);
		break;
	case MPT_ARG_MODE:
		put_mode(cell->bytes == 4 ? (uint32_t)raw : raw, buf);
		break;
	case MPT_ARG_INT_PTR:
		put_int(raw, value, buf);
		break;
	case MPT_ARG_MASK_PTR:
		put_mask(ctx, call, n, value, buf);
		break;
	case MPT_ARG_ADDRS_PTR:
		put_array(ctx, call, n, value, call->args[cell->len], call->abi->word_size, buf);
		break;
	case MPT_ARG_INTS_PTR:
		/* of an answer that was not given strace shows where it would have been */
		put_array(ctx, call, n, value, call->args[cell->len], 4, buf);
		break;
	case MPT_ARG_NONE:
	case MPT_ARG_ADDR:
		mpt_put_pointer(raw, buf);
		break;
	}
}

static void pad(struct mpt_buf *buf, size_t start, size_t column)
{
	while (buf->len - start < column && !buf->failed)
		mpt_buf_putc(buf, ' ');
}

static void strace_call(struct mpt_emit_context *ctx, const struct mpt_call *call,
			const struct mpt_values *values, struct mpt_buf *buf)
{
	const struct mpt_syscall *sys = call->sys;
	size_t start;
	unsigned i;

	mpt_put_host(ctx, buf);
	start = buf->len;
	mpt_buf_s64(buf, call->thread->tid);
	pad(buf, start, 5);
	mpt_buf_putc(buf, ' ');
	mpt_buf_puts(buf, sys->name);
	if (call->no_args)
		mpt_buf_put(buf, "(...", 4);
	for (i = 0; i < sys->nargs && !call->no_args; i++) {
		mpt_buf_puts(buf, i ? ", " : "(");
		put_arg(ctx, call, i, &values->arg[i], buf);
	}
	mpt_buf_put(buf, ") ", 2);
	pad(buf, start, RESULT_COLUMN);
	mpt_buf_put(buf, "= ", 2);
	mpt_put_result(call, buf);
	mpt_buf_putc(buf, '\n');
	mpt_put_cause(call, 0, buf);
	mpt_put_frames(call, buf);
}

const struct mpt_emitter mpt_emit_strace = {
	.name = "strace",
	.help = "a line a call, as strace -f -o writes it",
	.call = strace_call,
	.summary = mpt_summary_text,
};
