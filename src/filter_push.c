/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter_push.c - the part of a filter that the kernel can decide.
 *
 * In: a filter and an event of the plan. Out: an expression for the event's
 * filter file (Documentation/trace/events.rst), which lets through every call
 * that passes the filter, and as few others as can be said there.
 *
 * The entry and the return of a call are dropped together or not at all: what
 * is left alone would be taken for a loss. So the result can decide only where
 * a call makes one record, and arguments only where the return probe has them;
 * and where that reads them through a register that is believed in, a record
 * whose number shows that it was another's passes.
 */
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "filter.h"

/* No task with this id makes system calls. */
static const char never[] = "common_pid==0";

enum { ERRNOS_FEW = 64 };

/* Parts of an expression that all must hold. */
static void put_and(struct mpt_buf *buf, size_t start)
{
	if (buf->len > start)
		mpt_buf_puts(buf, "&&");
}

/* Each bit by itself: the kernel's & asks whether any of them is set. */
static void put_bits(struct mpt_buf *buf, size_t start, const char *field, uint64_t bits)
{
	for (; bits; bits &= bits - 1) {
		put_and(buf, start);
		mpt_buf_printf(buf, "%s&0x%llx", field, (unsigned long long)(bits & -bits));
	}
}

/* A mode word but for its mode flags, in its low 32 bits. */
static void put_mode(struct mpt_buf *buf, const char *field, uint32_t mode)
{
	uint32_t others = ~mode & ~(uint32_t)MPT_MPOL_MODE_FLAGS;
	size_t start = buf->len;

	put_bits(buf, start, field, mode);
	put_and(buf, start);
	mpt_buf_printf(buf, "!(%s&0x%x)", field, others);
}

static void put_modes(struct mpt_buf *buf, size_t start, const struct mpt_filter *f,
		      const char *field)
{
	unsigned i;

	if (f->nmodes == 0)
		return;
	put_and(buf, start);
	mpt_buf_putc(buf, '(');
	for (i = 0; i < f->nmodes; i++) {
		mpt_buf_puts(buf, i ? "||(" : "(");
		put_mode(buf, field, f->modes[i]);
		mpt_buf_putc(buf, ')');
	}
	mpt_buf_putc(buf, ')');
}

/* The argument of a kind, with flags of that table, or -1. */
static int find_arg(const struct mpt_syscall *sys, enum mpt_arg_kind kind,
		    const struct mpt_xlat *flags)
{
	unsigned i;

	for (i = 0; i < sys->nargs; i++)
		if (sys->args[i].kind == kind && (!flags || sys->args[i].flags == flags))
			return (int)i;
	return -1;
}

/* A call's arguments that can be asked for what the filter wants; -1 for none. */
struct asked {
	int get, mf, mode;
	bool never; /* it has none that is asked for, so it never passes */
};

static struct asked asked_of(const struct mpt_filter *f, const struct mpt_syscall *sys)
{
	struct asked a = {
		.get = find_arg(sys, MPT_ARG_FLAGS, mpt_get_mempolicy_flags),
		.mf = find_arg(sys, MPT_ARG_FLAGS, mpt_mpol_mf_flags),
		.mode = find_arg(sys, MPT_ARG_MODE, NULL),
	};
	/* a mode that the kernel returns is not there at entry */
	bool returns_mode = find_arg(sys, MPT_ARG_INT_PTR, NULL) >= 0;

	a.never = (f->get_flags && a.get < 0) || (f->mf_flags && a.mf < 0) ||
		  ((f->mode_flags || f->nmodes) && a.mode < 0 && !returns_mode);
	a.get = f->get_flags ? a.get : -1;
	a.mf = f->mf_flags ? a.mf : -1;
	a.mode = f->mode_flags || f->nmodes ? a.mode : -1;
	return a;
}

unsigned mpt_filter_args(const struct mpt_filter *f, int syscall)
{
	struct asked a = asked_of(f, &mpt_syscalls[syscall]);

	if (a.never)
		return 0;
	return (a.get < 0 ? 0 : 1u << a.get) | (a.mf < 0 ? 0 : 1u << a.mf) |
	       (a.mode < 0 ? 0 : 1u << a.mode);
}

static void put_args(struct mpt_buf *buf, size_t start, const struct mpt_filter *f,
		     const struct mpt_syscall *sys)
{
	struct asked a = asked_of(f, sys);

	if (a.get >= 0)
		put_bits(buf, start, sys->args[a.get].name, f->get_flags);
	if (a.mf >= 0)
		put_bits(buf, start, sys->args[a.mf].name, f->mf_flags);
	if (a.mode >= 0) {
		put_bits(buf, start, sys->args[a.mode].name, f->mode_flags);
		put_modes(buf, start, f, sys->args[a.mode].name);
	}
}

/* Only what the kernel's matching (lib/glob.c) and fnmatch(3) are sure to see alike. */
static bool is_plain_glob(const char *glob)
{
	return *glob && strlen(glob) < MPT_COMM_LEN &&
	       glob[strspn(glob, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				 "0123456789_.:/-*?")] == '\0';
}

static void put_comm(struct mpt_buf *buf, size_t start, const struct mpt_filter *f)
{
	if (!f->comm || !is_plain_glob(f->comm))
		return;
	put_and(buf, start);
	mpt_buf_printf(buf, "comm %s \"%s\"", strpbrk(f->comm, "*?") ? "~" : "==", f->comm);
}

/* The kernel takes less than a page of text: with very many errnos, we decide. */
static bool are_errnos_few(const struct mpt_filter *f)
{
	int n = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(f->errnos); i++)
		n += __builtin_popcountll(f->errnos[i]);
	return n <= ERRNOS_FEW;
}

static void put_errnos(struct mpt_buf *buf, const struct mpt_filter *f)
{
	const char *bar = "";
	int n;

	mpt_buf_putc(buf, '(');
	for (n = 1; n < MPT_ERRNOS; n++) {
		if (!(f->errnos[n / 64] >> n % 64 & 1))
			continue;
		mpt_buf_printf(buf, "%sret==-%d", bar, n);
		bar = "||";
	}
	mpt_buf_putc(buf, ')');
}

static void put_result(struct mpt_buf *buf, size_t start, const struct mpt_filter *f)
{
	if (f->has_errnos && are_errnos_few(f)) {
		put_and(buf, start);
		put_errnos(buf, f);
	}
	if (f->outcome == MPT_ANY)
		return;
	put_and(buf, start);
	mpt_buf_puts(buf, f->outcome == MPT_FAILED ? "ret<0&&ret>=-4095" : "(ret>=0||ret<-4095)");
}

/* "nr!=239||": the record is not this call's, and nothing is decided of it here */
static void put_unless_other(struct mpt_buf *buf, const struct mpt_def *def)
{
	mpt_buf_printf(buf, "(nr!=%llu", (unsigned long long)mpt_plan_nr(def, def->abi));
	if (def->guest)
		mpt_buf_printf(buf, "&&nr!=%llu", (unsigned long long)mpt_plan_nr(def, def->guest));
	mpt_buf_puts(buf, ")||(");
}

static bool can_ask_args(const struct mpt_def *def)
{
	return def->role == MPT_ROLE_ENTER ? mpt_rung_sees_args(def->view.rung)
					   : def->has_args || def->filter_args;
}

void mpt_filter_put_kernel(struct mpt_buf *buf, const struct mpt_filter *f,
			   const struct mpt_def *def, bool lean)
{
	const struct mpt_syscall *sys = &mpt_syscalls[def->syscall];
	cleanup_buf struct mpt_buf args = { 0 };

	put_comm(buf, buf->len, f);
	if (asked_of(f, sys).never) {
		put_and(buf, 0);
		mpt_buf_puts(buf, never);
		return;
	}
	if (can_ask_args(def))
		put_args(&args, 0, f, sys);
	if (lean)
		put_result(&args, 0, f);
	if (args.len == 0)
		return;
	put_and(buf, 0);
	mpt_buf_putc(buf, '(');
	if (def->has_nr)
		put_unless_other(buf, def);
	mpt_buf_put(buf, args.data, args.len);
	mpt_buf_puts(buf, def->has_nr ? "))" : ")");
}

static void put_option(struct mpt_buf *buf, bool given, bool kernel, const char *option,
		       bool *said_ours)
{
	if (!given)
		return;
	mpt_buf_printf(buf, "# %s: %s\n", option,
		       kernel ? "decided by the kernel, costs no buffer space where it says no"
			      : "decided after decoding");
	*said_ours |= !kernel;
}

void mpt_filter_put(struct mpt_buf *buf, const struct mpt_filter *f, const struct mpt_plan *plan)
{
	bool args = mpt_plan_has_args_at_return(plan), ours = false;

	put_option(buf, f->outcome != MPT_ANY, plan->lean, f->outcome == MPT_FAILED ? "-Z" : "-z",
		   &ours);
	put_option(buf, f->has_errnos, plan->lean && are_errnos_few(f), "--errno", &ours);
	put_option(buf, f->comm, f->comm && is_plain_glob(f->comm), "--comm", &ours);
	put_option(buf, f->nuids, false, "--uid", &ours);
	put_option(buf, f->get_flags || f->mf_flags, args, "--flags", &ours);
	put_option(buf, f->mode_flags, args, "--flags, of modes that are passed", &ours);
	put_option(buf, f->nmodes, args, "--mode, of modes that are passed", &ours);
	put_option(buf, f->nmodes || f->mode_flags, false, "the same, of modes that are returned",
		   &ours);
	put_option(buf, f->has_nodes, false, "--nodes", &ours);
	put_option(buf, f->min_ns, false, "--min-duration", &ours);
	put_option(buf, f->tgids, false, "--no-follow", &ours);
}
