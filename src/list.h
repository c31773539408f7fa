/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.h - the traced calls, for people.
 */
#ifndef MPT_LIST_H
#define MPT_LIST_H

#include "caps.h"

struct mpt_buf;

/*
 * Appends the calls: each argument with its C type, direction, origin tag, and
 * where it is captured from.
 * @caps: what this kernel was found to do
 * @asked: whether it could be asked at all
 */
void mpt_list_put(struct mpt_buf *buf, const struct mpt_caps *caps, bool asked);

#endif
