/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build.h - what this build of mempoltrace is, and is made of.
 */
#ifndef MPT_BUILD_H
#define MPT_BUILD_H

#include <stdbool.h>

struct mpt_buf;

/* Whether the program has no dynamic loader, and so can load no library at run time. */
bool mpt_build_is_static(void);

/* The text of --version. */
void mpt_build_put(struct mpt_buf *buf);

#endif
