/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.c - the traced calls, and where their arguments come from.
 *
 * In: the tables, and what this kernel was found to do. Out: a table, or one object. Of what
 * will not be captured it says so; it asks nobody and guesses nothing.
 */
#include "list.h"

#include "buf.h"
#include "jsonw.h"
#include "syscalls.h"
#include "tab.h"

/* Tracee's: the value comes from the kernel's side of the call, or lies in user memory. */
static const char *origin(const struct mpt_arg *arg)
{
	return mpt_arg_is_pointer(arg) ? "KU" : "K";
}

static const char *direction(const struct mpt_arg *arg)
{
	return mpt_arg_is_pointer(arg) && arg->dir == MPT_OUT ? "out" : "in";
}

/* How one ABI's calls show what a pointer leads to. */
static void put_how(struct mpt_buf *buf, const struct mpt_view *view)
{
	if (view->rung == MPT_RUNG_ARGS)
		mpt_buf_puts(buf, "read at return by $argN");
	else if (view->rung == MPT_RUNG_SAVED)
		mpt_buf_printf(buf, "read at return by %s", view->saved);
	else
		mpt_buf_puts(buf, "not captured");
}

/* By which ABIs a pointer's content is captured: by all, mostly; how is told below the table. */
static void put_content(struct mpt_buf *buf, const struct mpt_caps *caps)
{
	unsigned i, n = 0;

	for (i = 0; i < caps->nviews; i++)
		n += mpt_rung_sees_args(caps->views[i].rung);
	mpt_buf_puts(buf, n ? "user memory at return" : "not captured");
	for (i = 0; i < caps->nviews && n > 0; i++)
		if (!mpt_rung_sees_args(caps->views[i].rung))
			mpt_buf_printf(buf, "; not of %s callers", caps->views[i].abi->name);
}

static void put_arg(struct mpt_tab *tab, const struct mpt_arg *arg, const struct mpt_caps *caps,
		    bool asked)
{
	cleanup_buf struct mpt_buf from = { 0 };

	mpt_tab_cell(tab, "  %s", arg->name);
	mpt_tab_cell(tab, "%s", arg->ctype);
	mpt_tab_cell(tab, "%s", direction(arg));
	mpt_tab_cell(tab, "%s", origin(arg));
	if (!mpt_arg_is_pointer(arg))
		mpt_buf_puts(&from, "the caller's register");
	else if (asked)
		put_content(&from, caps);
	else
		mpt_buf_puts(&from, "user memory at return");
	mpt_tab_cell(tab, "%s", mpt_buf_cstr(&from));
}

static void put_call(struct mpt_tab *tab, int nr, const struct mpt_caps *caps, bool asked)
{
	const struct mpt_syscall *sys = &mpt_syscalls[nr];
	bool missing = caps->missing & UINT64_C(1) << nr;
	unsigned i;

	mpt_tab_cell(tab, "%s", sys->name);
	for (i = 0; i < 3; i++)
		mpt_tab_cell(tab, "%s", "");
	mpt_tab_cell(tab, "%s", missing ? "not in this kernel" : "");
	for (i = 0; i < sys->nargs && !missing; i++)
		put_arg(tab, &sys->args[i], caps, asked);
}

static const char *denied_how(const struct mpt_view *view)
{
	if (view->asker)
		return "by ";
	return mpt_view_tells_denied(view) ? "by their result alone" : "are not captured";
}

/* What is told of each ABI below the table. */
static void put_abis(struct mpt_buf *buf, const struct mpt_caps *caps)
{
	unsigned i;

	for (i = 0; i < caps->nviews; i++) {
		const struct mpt_view *view = &caps->views[i];

		mpt_buf_printf(buf, "%s callers: user memory is ", view->abi->name);
		put_how(buf, view);
		mpt_buf_printf(buf, "; denied calls %s%s\n", denied_how(view),
			       view->asker ? view->asker : "");
	}
	if (caps->guest)
		mpt_buf_printf(buf, "%s callers: as %s\n", caps->guest->name,
			       caps->views[0].abi->name);
}

void mpt_list_put(struct mpt_buf *buf, const struct mpt_caps *caps, const char *why, unsigned width)
{
	static const struct mpt_tab_column columns[] = {
		{ "CALL, ARGUMENT", false, false },
		{ "TYPE", false, false },
		{ "DIR", false, false },
		{ "TAG", false, false },
		{ "CAPTURED FROM", false, true },
		{ NULL },
	};
	struct mpt_tab tab = { .columns = columns };
	int nr;

	if (why)
		mpt_buf_printf(buf, "# this kernel was not asked (%s)\n", why);
	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		put_call(&tab, nr, caps, !why);
	mpt_tab_put(&tab, width, buf);
	if (!why)
		put_abis(buf, caps);
}

static void put_str(struct mpt_jsonw *w, const char *key, const char *value)
{
	mpt_jsonw_key(w, key);
	mpt_jsonw_str(w, value);
}

/* By ABI, how a pointer's content is captured; where nobody was asked, null. */
static void json_content(struct mpt_jsonw *w, const struct mpt_caps *caps, bool asked)
{
	unsigned i;

	mpt_jsonw_key(w, "content");
	if (!asked) {
		mpt_jsonw_null(w);
		return;
	}
	mpt_jsonw_begin(w, '{');
	for (i = 0; i < caps->nviews; i++) {
		cleanup_buf struct mpt_buf how = { 0 };

		put_how(&how, &caps->views[i]);
		put_str(w, caps->views[i].abi->name, mpt_buf_cstr(&how));
	}
	mpt_jsonw_end(w, '}');
}

static void json_call(struct mpt_jsonw *w, int nr, const struct mpt_caps *caps, bool asked)
{
	const struct mpt_syscall *sys = &mpt_syscalls[nr];
	unsigned i;

	mpt_jsonw_begin(w, '{');
	put_str(w, "syscall", sys->name);
	mpt_jsonw_key(w, "available");
	mpt_jsonw_bool(w, !(caps->missing & UINT64_C(1) << nr));
	mpt_jsonw_key(w, "args");
	mpt_jsonw_begin(w, '[');
	for (i = 0; i < sys->nargs; i++) {
		const struct mpt_arg *arg = &sys->args[i];

		mpt_jsonw_begin(w, '{');
		put_str(w, "name", arg->name);
		put_str(w, "type", arg->ctype);
		put_str(w, "direction", direction(arg));
		put_str(w, "origin", origin(arg));
		if (mpt_arg_is_pointer(arg))
			json_content(w, caps, asked);
		mpt_jsonw_end(w, '}');
	}
	mpt_jsonw_end(w, ']');
	mpt_jsonw_end(w, '}');
}

static void json_denied(struct mpt_jsonw *w, const struct mpt_caps *caps)
{
	unsigned i;

	mpt_jsonw_key(w, "denied");
	mpt_jsonw_begin(w, '{');
	for (i = 0; i < caps->nviews; i++) {
		mpt_jsonw_key(w, caps->views[i].abi->name);
		mpt_jsonw_bool(w, caps->views[i].asker || mpt_view_tells_denied(&caps->views[i]));
	}
	mpt_jsonw_end(w, '}');
}

void mpt_list_put_json(struct mpt_buf *buf, const struct mpt_caps *caps, const char *why)
{
	struct mpt_jsonw w = { .buf = buf };
	int nr;

	mpt_jsonw_begin(&w, '{');
	put_str(&w, "type", "list");
	mpt_jsonw_key(&w, "asked");
	mpt_jsonw_bool(&w, !why);
	if (why)
		put_str(&w, "why", why);
	mpt_jsonw_key(&w, "calls");
	mpt_jsonw_begin(&w, '[');
	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		json_call(&w, nr, caps, !why);
	mpt_jsonw_end(&w, ']');
	if (!why)
		json_denied(&w, caps);
	mpt_jsonw_end(&w, '}');
	mpt_buf_putc(buf, '\n');
}
