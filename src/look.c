/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * look.c - how lines are to look, by where they go.
 *
 * In: a descriptor, --color and the environment. Out: whether to colour, and
 * how wide. It never writes to the terminal to find out; a pipe, to a pager
 * too, is none.
 */
#include "look.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* https://no-color.org; an unknown terminal is one that cannot, as for grep(1) */
bool mpt_look_wants_color(enum mpt_when when, bool tty, const char *no_color, const char *term)
{
	if (when != MPT_AUTO)
		return when == MPT_ALWAYS;
	return tty && !(no_color && *no_color) && term && strcmp(term, "dumb") != 0;
}

bool mpt_look_color(int fd, enum mpt_when when)
{
	return mpt_look_wants_color(when, isatty(fd), getenv("NO_COLOR"), getenv("TERM"));
}

unsigned mpt_look_width(int fd)
{
	struct winsize size;

	return ioctl(fd, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}
