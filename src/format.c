/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.c - whether the text of an event format is one.
 *
 * In: a text, of a kernel or of anybody's file. Out: whether each of its lines
 * is as the kernel writes them. libtraceevent, which parses it, loses memory
 * over others, and it knows a whole language of how events are printed, which
 * is cut off. What the fields mean is not looked at.
 */
#include "format.h"

#include <ctype.h>
#include <string.h>

#include "buf.h"

/* Long enough for every number that is one: offsets, sizes, ids. */
enum { DIGITS_MAX = 7 };

/* Steps over @text; NULL where something else stands there. */
static const char *literal(const char *at, const char *text)
{
	size_t n = strlen(text);

	return at && strncmp(at, text, n) == 0 ? at + n : NULL;
}

static const char *number(const char *at)
{
	const char *end = at;

	while (end && isdigit((unsigned char)*end))
		end++;
	return end && end > at && end - at <= DIGITS_MAX ? end : NULL;
}

/* libtraceevent takes this for a string wherever it stands, and loses memory over it in a field. */
static bool is_macro(const char *at, size_t n)
{
	static const char macro[] = "LOCAL_PR_FMT";

	return n == sizeof(macro) - 1 && memcmp(at, macro, n) == 0;
}

static const char *word(const char *at)
{
	const char *end = at;

	if (!at || isdigit((unsigned char)*at))
		return NULL;
	while (isalnum((unsigned char)*end) || *end == '_')
		end++;
	return end > at && !is_macro(at, (size_t)(end - at)) ? end : NULL;
}

/* "[16]", "[TASK_COMM_LEN]" */
static const char *length(const char *at)
{
	at = literal(at, "[");
	return literal(at && isdigit((unsigned char)*at) ? number(at) : word(at), "]");
}

/* "unsigned long name", "const void * call_site" */
static const char *words(const char *at)
{
	unsigned n = 0;

	for (;;) {
		const char *next;

		at = word(at);
		n++;
		next = literal(at, " * ");
		/* "const void * * pages", of a syscall tracepoint */
		while (next && *next == '*')
			next = literal(next, "* ");
		if (!next)
			next = literal(at, " ");
		if (!next)
			return n > 1 ? at : NULL;
		at = next;
	}
}

/* The same, or "char comm[16]", "__data_loc char[] comm" */
static const char *declaration(const char *at)
{
	const char *dynamic = literal(at, "__data_loc ");

	if (dynamic)
		return word(literal(word(dynamic), "[] "));
	at = words(at);
	return at && *at == '[' ? length(at) : at;
}

static const char *field(const char *at)
{
	at = literal(at, "field:");
	if (at && *at == ' ') /* in header_page */
		at++;
	at = number(literal(declaration(at), ";\toffset:"));
	at = number(literal(at, ";\tsize:"));
	at = literal(at, ";");
	if (at && *at == '\t')
		at = literal(number(literal(at, "\tsigned:")), ";");
	return at;
}

/* "name: get_mempolicy", "ID: 1651", "format:": what an event's text begins with. */
static const char *head(const char *at)
{
	at = literal(word(literal(at, "name: ")), "\n");
	at = literal(number(literal(at, "ID: ")), "\n");
	return literal(at, "format:\n");
}

/* Lines of fields, and empty ones. */
static const char *fields(const char *at)
{
	while (at && (*at == '\t' || *at == '\n'))
		at = literal(*at == '\t' ? field(at + 1) : at, "\n");
	return at;
}

bool mpt_format_check(struct mpt_buf *text)
{
	static const char print[] = "print fmt: ";
	const char *start = mpt_buf_cstr(text), *at;

	if (*start == '\t') { /* header_page has fields alone */
		at = fields(start);
		return at == start + text->len;
	}
	at = literal(fields(head(start)), print);
	if (!at)
		return false;
	text->len = (size_t)(at - start);
	mpt_buf_puts(text, "\"\"\n");
	return !text->failed;
}
