/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.h - the traced calls, and where their arguments come from.
 */
#ifndef MPT_LIST_H
#define MPT_LIST_H

#include "caps.h"

struct mpt_buf;

/*
 * Appends the calls: each argument with its C type, direction, origin tag, and
 * where it is captured from.
 * @caps: what this kernel was found to do
 * @why: why it could not be asked; NULL where it was
 * @width: columns of the terminal
 */
void mpt_list_put(struct mpt_buf *buf, const struct mpt_caps *caps, const char *why,
		  unsigned width);

/* The same as one object on one line, of type "list". */
void mpt_list_put_json(struct mpt_buf *buf, const struct mpt_caps *caps, const char *why);

#endif
