/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * color.h - colours on terminals (ECMA-48, "Select Graphic Rendition").
 *
 * They only stress what the text says too.
 */
#ifndef MPT_COLOR_H
#define MPT_COLOR_H

#include "buf.h"
#include "emit.h"

enum mpt_color { MPT_COLOR_NONE, MPT_COLOR_HEAD, MPT_COLOR_NAME, MPT_COLOR_ERROR };

static inline void mpt_color_begin(const struct mpt_emit_context *ctx, enum mpt_color color,
				   struct mpt_buf *buf)
{
	static const char *const codes[] = {
		[MPT_COLOR_HEAD] = "\033[1m",
		[MPT_COLOR_NAME] = "\033[36m",
		[MPT_COLOR_ERROR] = "\033[31m",
	};

	if (ctx->color && color != MPT_COLOR_NONE)
		mpt_buf_puts(buf, codes[color]);
}

static inline void mpt_color_end(const struct mpt_emit_context *ctx, enum mpt_color color,
				 struct mpt_buf *buf)
{
	if (ctx->color && color != MPT_COLOR_NONE)
		mpt_buf_put(buf, "\033[m", 3);
}

#endif
