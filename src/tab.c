/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tab.c - tables for people.
 *
 * In: cells, of which those that somebody else chose are escaped. Out: a table
 * at the end of a buffer. It prints what it is given, and decides nothing.
 */
#include "tab.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HAVE_SMARTCOLS
#include <libsmartcols.h>
#include <locale.h>
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

enum { ROOM_MIN = 16 };

/* The columns of the terminal that the others leave to the one that wraps. */
static unsigned room_of(const struct mpt_tab *tab, unsigned ncolumns, unsigned width)
{
	size_t widest[MPT_TAB_COLUMNS] = { 0 }, others = ncolumns - 1;
	const char *at = tab->cells.data;
	unsigned i;

	for (i = 0; i < ncolumns; i++)
		widest[i] = strlen(tab->columns[i].name);
	for (i = 0; i < tab->ncells; i++, at += strlen(at) + 1)
		if (strlen(at) > widest[i % ncolumns])
			widest[i % ncolumns] = strlen(at);
	for (i = 0; i < ncolumns; i++)
		others += tab->columns[i].wrap ? 0 : widest[i];
	return width > others + ROOM_MIN ? width - (unsigned)others : ROOM_MIN;
}

/* How much of @text stands in one line: whole words, if there are any. */
static size_t line_of(const char *text, unsigned room)
{
	size_t n = room;

	if (strlen(text) <= room)
		return strlen(text);
	while (n > 0 && text[n] != ' ' && text[n - 1] != '|')
		n--;
	return n > 0 ? n : room;
}

/* @text in lines of at most @room bytes. */
static void put_lines(struct mpt_buf *buf, const char *text, unsigned room)
{
	size_t n = line_of(text, room);

	for (;;) {
		mpt_buf_put(buf, text, n);
		text += n + (text[n] == ' ');
		if (!*text)
			return;
		mpt_buf_putc(buf, '\n');
		n = line_of(text, room);
	}
}

static void fill_cell(const struct mpt_tab_column *column, const char *text, unsigned room,
		      struct libscols_line *line, unsigned n)
{
	cleanup_buf struct mpt_buf lines = { 0 };

	if (column->wrap) {
		put_lines(&lines, text, room);
		text = mpt_buf_cstr(&lines);
	}
	scols_line_set_data(line, n, text);
}

static void add_column(struct libscols_table *table, const struct mpt_tab_column *column)
{
	struct libscols_column *made = scols_table_new_column(
		table, column->name, 0,
		(column->right ? SCOLS_FL_RIGHT : 0) | (column->wrap ? SCOLS_FL_WRAP : 0));

	if (made && column->wrap) {
		scols_column_set_safechars(made, "\n");
		scols_column_set_wrapfunc(made, scols_wrapnl_chunksize, scols_wrapnl_nextchunk,
					  NULL);
	}
}

static void fill(const struct mpt_tab *tab, unsigned ncolumns, unsigned width,
		 struct libscols_table *table)
{
	unsigned room = room_of(tab, ncolumns, width);
	const char *at = tab->cells.data;
	struct libscols_line *line = NULL;
	unsigned i;

	for (i = 0; i < ncolumns; i++)
		add_column(table, &tab->columns[i]);
	for (i = 0; i < tab->ncells; i++, at += strlen(at) + 1) {
		if (i % ncolumns == 0)
			line = scols_table_new_line(table, NULL);
		if (line)
			fill_cell(&tab->columns[i % ncolumns], at, room, line, i % ncolumns);
	}
}

static void print_in_locale(const struct mpt_tab *tab, unsigned width, struct mpt_buf *buf)
{
	struct libscols_table *table = scols_new_table();
	char *text = NULL;

	if (!table) {
		buf->failed = true;
		return;
	}
	fill(tab, count_columns(tab), width, table);
	scols_table_set_termforce(table, SCOLS_TERMFORCE_ALWAYS);
	scols_table_set_termwidth(table, width);
	/* in a locale of bytes it would not come to an end of what is none of ASCII's */
	scols_table_enable_noencoding(table, MB_CUR_MAX > 1);
	if (scols_print_table_to_string(table, &text) < 0)
		buf->failed = true;
	else if (text)
		mpt_buf_puts(buf, text);
	free(text);
	scols_unref_table(table);
}

/* Names are UTF-8 whatever the locale; how wide they are the C library has to be told. */
static void print(const struct mpt_tab *tab, unsigned width, struct mpt_buf *buf)
{
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t old = utf8 ? uselocale(utf8) : (locale_t)0;

	print_in_locale(tab, width, buf);
	if (!utf8)
		return;
	uselocale(old);
	freelocale(utf8);
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
