/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tab.h - tables for people.
 *
 * Cells are put in row by row; the widths come out by themselves. A thin layer
 * over libsmartcols; a build without it prints the same cells parted by tabs.
 */
#ifndef MPT_TAB_H
#define MPT_TAB_H

#include <stdbool.h>

#include "buf.h"

enum { MPT_TAB_COLUMNS = 8 };

struct mpt_tab_column {
	const char *name;
	bool right; /* numbers */
	bool wrap;  /* goes on in the next line where the terminal is too narrow; at most one */
};

struct mpt_tab {
	const struct mpt_tab_column *columns; /* a column without a name ends them */
	struct mpt_buf cells;		      /* each ended by NUL */
	unsigned ncells;
};

/* Adds the next cell of the row, or the first of the next. */
void mpt_tab_cell(struct mpt_tab *tab, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * Appends the table to @buf and empties it.
 * @width: columns of the terminal
 */
void mpt_tab_put(struct mpt_tab *tab, unsigned width, struct mpt_buf *buf);

#endif
