/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tab.c - tables for people.
 *
 * In: cells. Out: a table at the end of a buffer. It prints what it is given,
 * names of processes included, as libsmartcols escapes it; it decides nothing.
 */
#include "tab.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_SMARTCOLS
#include <libsmartcols.h>
#endif

#include "cleanup.h"

void mpt_tab_cell(struct mpt_tab *tab, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	mpt_buf_put(&tab->cells, text, strlen(text) + 1);
	tab->ncells++;
}

static unsigned count_columns(const struct mpt_tab *tab)
{
	unsigned n = 0;

	while (tab->columns[n].name)
		n++;
	return n;
}

#ifdef HAVE_SMARTCOLS

static void fill(const struct mpt_tab *tab, unsigned ncolumns, struct libscols_table *table)
{
	const char *at = tab->cells.data;
	struct libscols_line *line = NULL;
	unsigned i;

	for (i = 0; i < ncolumns; i++)
		scols_table_new_column(table, tab->columns[i].name, 0,
				       (tab->columns[i].right ? SCOLS_FL_RIGHT : 0) |
					       (tab->columns[i].wrap ? SCOLS_FL_WRAP : 0));
	for (i = 0; i < tab->ncells; i++, at += strlen(at) + 1) {
		if (i % ncolumns == 0)
			line = scols_table_new_line(table, NULL);
		if (line)
			scols_line_set_data(line, i % ncolumns, at);
	}
}

static void print(const struct mpt_tab *tab, unsigned width, struct mpt_buf *buf)
{
	struct libscols_table *table = scols_new_table();
	char *text = NULL;

	if (!table) {
		buf->failed = true;
		return;
	}
	fill(tab, count_columns(tab), table);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, width);
	if (scols_print_table_to_string(table, &text) < 0)
		buf->failed = true;
	else if (text)
		mpt_buf_puts(buf, text);
	free(text);
	scols_unref_table(table);
}

#else

static void print(const struct mpt_tab *tab, unsigned width, struct mpt_buf *buf)
{
	const char *at = tab->cells.data;
	unsigned ncolumns = count_columns(tab), i;

	(void)width;
	for (i = 0; i < ncolumns; i++)
		mpt_buf_printf(buf, "%s%c", tab->columns[i].name, i + 1 < ncolumns ? '\t' : '\n');
	for (i = 0; i < tab->ncells; i++, at += strlen(at) + 1)
		mpt_buf_printf(buf, "%s%c", at, i % ncolumns + 1 < ncolumns ? '\t' : '\n');
}

#endif

/* libsmartcols ends its text without a line break, and pads the last column. */
static void trim(struct mpt_buf *buf, size_t start)
{
	size_t from = start, to = start;

	for (; from < buf->len; from++) {
		while (buf->data[from] == '\n' && to > start && buf->data[to - 1] == ' ')
			to--;
		buf->data[to++] = buf->data[from];
	}
	while (to > start && (buf->data[to - 1] == ' ' || buf->data[to - 1] == '\n'))
		to--;
	buf->len = to;
	mpt_buf_putc(buf, '\n');
}

void mpt_tab_put(struct mpt_tab *tab, unsigned width, struct mpt_buf *buf)
{
	size_t start = buf->len;

	print(tab, width, buf);
	trim(buf, start);
	mpt_buf_free(&tab->cells);
	tab->ncells = 0;
}
