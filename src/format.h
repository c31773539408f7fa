/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.h - whether the text of an event format is one.
 */
#ifndef MPT_FORMAT_H
#define MPT_FORMAT_H

#include <stdbool.h>

struct mpt_buf;

/*
 * Looks at the text of an event's format, or of header_page, and cuts off how
 * the event would be printed, which nobody here asks for.
 * Returns false where it is not as the kernel writes it, and nobody should
 * parse it.
 */
bool mpt_format_check(struct mpt_buf *text);

#endif
