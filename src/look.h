/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * look.h - how lines are to look, by where they go.
 */
#ifndef MPT_LOOK_H
#define MPT_LOOK_H

#include <stdbool.h>

#include "conf.h"

/*
 * Whether to colour.
 * @when: --color
 * @tty: whether the lines go to a terminal
 * @no_color, @term: the variables of the environment, NULL where not set
 */
bool mpt_look_wants_color(enum mpt_when when, bool tty, const char *no_color, const char *term);

/* The same for what is written to a descriptor, in this process's environment. */
bool mpt_look_color(int fd, enum mpt_when when);

/* The columns of the terminal that a descriptor is; 80 where it is none, or does not know. */
unsigned mpt_look_width(int fd);

#endif
