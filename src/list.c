/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.c - the traced calls, for people.
 *
 * In: the tables, and what this kernel was found to do. Out: a table. Of what
 * will not be captured it says so; it asks nobody and guesses nothing.
 */
#include "list.h"

#include <stdio.h>

#include "buf.h"
#include "syscalls.h"

/* Tracee's: the value comes from the kernel's side of the call, or lies in user memory. */
static const char *origin(const struct mpt_arg *arg)
{
	return mpt_arg_is_pointer(arg) ? "KU" : "K";
}

static const char *direction(const struct mpt_arg *arg)
{
	return mpt_arg_is_pointer(arg) && arg->dir == MPT_OUT ? "out" : "in";
}

/* Where what a pointer leads to is read, by each ABI. */
static void put_content(struct mpt_buf *buf, const struct mpt_caps *caps)
{
	unsigned i;

	for (i = 0; i < caps->nviews; i++) {
		const struct mpt_view *view = &caps->views[i];
		const char *how = view->rung == MPT_RUNG_ARGS	 ? "read at return by $argN"
				  : view->rung == MPT_RUNG_SAVED ? "read at return by "
								 : "not captured";

		mpt_buf_printf(buf, "%s%s: %s%s", i ? "; " : "", view->abi->name, how,
			       view->rung == MPT_RUNG_SAVED ? view->saved : "");
	}
}

static void put_arg(struct mpt_buf *buf, const struct mpt_arg *arg, const struct mpt_caps *caps,
		    bool asked)
{
	mpt_buf_printf(buf, "  %-10s %-22s %-3s %-2s  ", arg->name, arg->ctype, direction(arg),
		       origin(arg));
	if (!mpt_arg_is_pointer(arg))
		mpt_buf_puts(buf, "the caller's register");
	else if (asked)
		put_content(buf, caps);
	else
		mpt_buf_puts(buf, "read at return, where the kernel allows it");
	mpt_buf_putc(buf, '\n');
}

static void put_call(struct mpt_buf *buf, int nr, const struct mpt_caps *caps, bool asked)
{
	const struct mpt_syscall *sys = &mpt_syscalls[nr];
	unsigned i;

	if (caps->missing & UINT64_C(1) << nr) {
		mpt_buf_printf(buf, "%s: this kernel does not have it\n", sys->name);
		return;
	}
	mpt_buf_printf(buf, "%s\n", sys->name);
	for (i = 0; i < sys->nargs; i++)
		put_arg(buf, &sys->args[i], caps, asked);
}

static void put_denied(struct mpt_buf *buf, const struct mpt_caps *caps)
{
	unsigned i;

	for (i = 0; i < caps->nviews; i++) {
		const struct mpt_view *view = &caps->views[i];

		mpt_buf_printf(buf, "denied calls, %s: %s%s\n", view->abi->name,
			       view->asker ? "arguments and result by " : "not captured",
			       view->asker ? view->asker : "");
	}
}

void mpt_list_put(struct mpt_buf *buf, const struct mpt_caps *caps, bool asked)
{
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		put_call(buf, nr, caps, asked);
	if (asked)
		put_denied(buf, caps);
	if (caps->guest)
		mpt_buf_printf(buf, "calls by %s are shown as those of %s are\n", caps->guest->name,
			       caps->views[0].abi->name);
}
