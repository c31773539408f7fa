/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.c - which probes, with which fetch args, and what their fields mean.
 *
 * In: a wish, the kernel's capabilities, the tables. Out: definitions in the
 * kernel's kprobe event syntax (Documentation/trace/kprobetrace.rst), and the
 * map of their fields. It touches no file and asks nobody.
 */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "nodeset.h"

/* The poison probe must run and never record; the exit probe must be filtered and always record. */
static const char filter_never[] = "common_pid==0";
static const char filter_always[] = "common_pid!=0";

/* Where the pt_regs pointer is at return. */
static const char *regs_at_return(const struct mpt_def *def)
{
	return def->view.rung == MPT_RUNG_ARGS ? "$arg1" : def->view.saved;
}

/* And at entry. The older functions are not given it, and their caller has it all the same. */
static const char *regs_at_entry(const struct mpt_def *def)
{
	return def->view.by_registers ? def->view.saved : def->abi->regs;
}

/* How much farther up pt_regs lies where the call itself has just put something on the stack. */
static int regs_shift(const struct mpt_def *def)
{
	bool entry = def->role == MPT_ROLE_ENTER && def->view.by_registers;

	return entry && strcmp(def->view.saved, "%sp") == 0 ? def->abi->older.call_bytes : 0;
}

/*
 * Bytes of an argument that are fetched. Of a pointer always the whole
 * register: the probe follows that, while a kernel that serves a 32-bit caller
 * takes the lower half, and where the two differ nothing was read rightly.
 */
static unsigned arg_size(const struct mpt_def *def, const struct mpt_arg *arg)
{
	if (arg->bytes)
		return arg->bytes;
	return mpt_arg_is_pointer(arg) ? sizeof(uint64_t) : def->abi->word_size;
}

static struct mpt_field *add_field(struct mpt_def *def, unsigned slot, unsigned size)
{
	struct mpt_field *field = &def->fields[def->nfields++];

	field->slot = (uint8_t)slot;
	field->size = (uint8_t)size;
	return field;
}

/* " mode=+112(%di):x64"; an int is what the register's low half holds */
static void put_arg(struct mpt_buf *buf, struct mpt_def *def, unsigned n, const char *regs)
{
	static const char base[] = { [MPT_ARG_ULONG] = 'u', [MPT_ARG_INT] = 's' };
	const struct mpt_arg *arg = &mpt_syscalls[def->syscall].args[n];
	unsigned size = arg_size(def, arg);
	struct mpt_field *field = add_field(def, MPT_SLOT_ARG0 + n, size);
	char type = arg->kind < sizeof(base) && base[arg->kind] ? base[arg->kind] : 'x';

	snprintf(field->name, sizeof(field->name), "%s", arg->name);
	if (def->role == MPT_ROLE_ENTER && def->view.by_registers)
		mpt_buf_printf(buf, " %s=%s", field->name, def->abi->older.arg_regs[n]);
	else
		mpt_buf_printf(buf, " %s=+%d(%s)", field->name, def->abi->arg_off[n], regs);
	mpt_buf_printf(buf, ":%c%u", type, size * 8);
}

static void put_args(struct mpt_buf *buf, struct mpt_def *def, const char *regs)
{
	unsigned n;

	for (n = 0; n < mpt_syscalls[def->syscall].nargs; n++)
		put_arg(buf, def, n, regs);
	def->has_args = true;
}

/* Those that the filter looks at, so that it decides of a return as of its entry. */
static void put_filter_args(struct mpt_buf *buf, struct mpt_def *def, unsigned args)
{
	unsigned n;

	for (n = 0; n < mpt_syscalls[def->syscall].nargs; n++)
		if (args & 1u << n)
			put_arg(buf, def, n, regs_at_return(def));
	def->filter_args = args != 0;
}

/*
 * One word of user memory, " u_nodemask1=+u8(+104($arg1)):x64", or the poison
 * that stands at its place: the two must have the same names, types and order,
 * so that they lie at the same offsets.
 */
static void put_word(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
		     unsigned n, unsigned index, unsigned size)
{
	const struct mpt_arg *arg = &mpt_syscalls[def->syscall].args[n];
	struct mpt_words *words = &def->words[n];
	struct mpt_field *field =
		add_field(def, MPT_SLOT_WORD0 + words->first + words->count++, size);

	snprintf(field->name, sizeof(field->name), "u_%s%u", arg->name, index);
	if (def->role == MPT_ROLE_POISON)
		mpt_buf_printf(buf, " %s=\\0x%llx", field->name,
			       (unsigned long long)mpt_plan_poison(plan->poison, size));
	else
		mpt_buf_printf(buf, " %s=+u%u(+%d(%s))", field->name, index * size,
			       def->abi->arg_off[n], regs_at_return(def));
	mpt_buf_printf(buf, ":x%u", size * 8);
}

/* How many words of what size are read behind an argument: no more than can be needed. */
static unsigned count_words(const struct mpt_plan *plan, enum mpt_arg_kind kind, unsigned *size)
{
	switch (kind) {
	case MPT_ARG_INT_PTR:
		*size = 4;
		return 1;
	case MPT_ARG_MASK_PTR:
		return mpt_nodeset_words(plan->possible, *size);
	case MPT_ARG_ADDRS_PTR:
		return MPT_ARRAY_WORDS;
	case MPT_ARG_INTS_PTR:
		*size = 4;
		return MPT_ARRAY_WORDS;
	case MPT_ARG_NONE:
	case MPT_ARG_ULONG:
	case MPT_ARG_INT:
	case MPT_ARG_ADDR:
	case MPT_ARG_FLAGS:
	case MPT_ARG_MODE:
		break;
	}
	return 0;
}

static void put_words_of(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
			 unsigned n, unsigned *used)
{
	unsigned size = def->abi->word_size, i;
	unsigned count = count_words(plan, mpt_syscalls[def->syscall].args[n].kind, &size);

	def->words[n].first = (uint8_t)*used;
	for (i = 0; i < count && *used < MPT_WORDS_MAX; i++, ++*used)
		put_word(buf, def, plan, n, i, size);
}

/* Returns how many there are. */
static unsigned put_words(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan)
{
	unsigned n, used = 0;

	for (n = 0; n < mpt_syscalls[def->syscall].nargs; n++)
		put_words_of(buf, def, plan, n, &used);
	return used;
}

/* The row of the machine's own ABI, which says where pt_regs has what every ABI needs. */
static const struct mpt_abi *own_abi(const struct mpt_def *def)
{
	const struct mpt_abi *own = mpt_abi_of_machine(def->abi->machine);

	return own ? own : def->abi;
}

/*
 * How many words on top of the stack there is room for beside those of the
 * arguments: a probe takes 128 fetches, and its text is at most a page.
 */
static unsigned count_top(unsigned words)
{
	if (words <= 64)
		return MPT_STACK_TOP;
	return words <= 96 ? 10 : 0;
}

static void put_ip(struct mpt_buf *buf, struct mpt_def *def, const char *regs)
{
	int off = own_abi(def)->ip_off;

	if (!off)
		return;
	snprintf(add_field(def, MPT_SLOT_IP, 8)->name, sizeof(def->fields[0].name), "ip");
	mpt_buf_printf(buf, " ip=+%d(%s):x64", off + regs_shift(def), regs);
	def->has_ip = true;
}

/* A word of the stack, or the poison at its place; @where: the fetch, complete. */
static void put_stack_word(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
			   char kind, unsigned n, const char *where)
{
	unsigned slot = (kind == 't' ? MPT_SLOT_TOP0 : MPT_SLOT_LINK0) + n;
	struct mpt_field *field = add_field(def, slot, 8);

	snprintf(field->name, sizeof(field->name), "%c%u", kind, n);
	if (def->role == MPT_ROLE_POISON)
		mpt_buf_printf(buf, " %s=\\0x%llx:x64", field->name,
			       (unsigned long long)mpt_plan_poison(plan->poison, 8));
	else
		mpt_buf_printf(buf, " %s=%s:x64", field->name, where);
}

/* "+u8(+u0(+32(%bx)))": where a frame begins lie the frame pointer of its caller and the return
 * address. */
static void put_links(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan)
{
	char bp[64], where[72];
	unsigned i;

	snprintf(bp, sizeof(bp), "+%d(%s)", own_abi(def)->bp_off, regs_at_return(def));
	for (i = 0; i < MPT_STACK_LINKS; i++) {
		snprintf(where, sizeof(where), "+u8(%s)", bp);
		put_stack_word(buf, def, plan, 'l', 2 * i + 1, where);
		snprintf(where, sizeof(where), "+u0(%s)", bp);
		put_stack_word(buf, def, plan, 'l', 2 * i, where);
		memcpy(bp, where, sizeof(bp));
	}
}

/* What a caller's stack holds; always words of 8 bytes, two of a 32-bit caller's in each. */
static void put_stack(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
		      unsigned words)
{
	char where[32];
	unsigned i;

	def->ntop = (uint8_t)count_top(words);
	if (!def->ntop)
		return;
	for (i = 0; i < def->ntop; i++) {
		snprintf(where, sizeof(where), "+u%u(+%d(%s))", i * 8, own_abi(def)->sp_off,
			 regs_at_return(def));
		put_stack_word(buf, def, plan, 't', i, where);
	}
	put_links(buf, def, plan);
	def->has_stack = true;
}

/* The registers by which the stack is read. */
static void put_stack_regs(struct mpt_buf *buf, struct mpt_def *def)
{
	const struct mpt_abi *own = own_abi(def);
	const char *regs = regs_at_return(def);

	put_ip(buf, def, regs);
	if (!def->has_stack)
		return;
	snprintf(add_field(def, MPT_SLOT_SP, 8)->name, sizeof(def->fields[0].name), "sp");
	snprintf(add_field(def, MPT_SLOT_BP, 8)->name, sizeof(def->fields[0].name), "bp");
	mpt_buf_printf(buf, " sp=+%d(%s):x64 bp=+%d(%s):x64", own->sp_off, regs, own->bp_off, regs);
}

/*
 * The call's number, which proves that a register held pt_regs; it is read
 * over the poison too, so that a register that leads nowhere is found out.
 */
static void put_nr(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
		   const char *regs)
{
	/* an int to the kernel (syscall_get_nr()); its place begins with the low half */
	unsigned size = sizeof(int);
	struct mpt_field *field = add_field(def, MPT_SLOT_NR, size);

	snprintf(field->name, sizeof(field->name), "nr");
	if (def->role == MPT_ROLE_POISON)
		mpt_buf_printf(buf, " nr=\\0x%llx",
			       (unsigned long long)mpt_plan_poison(plan->poison, size));
	else
		mpt_buf_printf(buf, " nr=+%d(%s)", def->abi->nr_off + regs_shift(def), regs);
	mpt_buf_printf(buf, ":x%u", size * 8);
	def->has_nr = true;
}

/* Whose call it is, where that may be a guest's. The older functions serve whoever calls. */
static void put_whose(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
		      const char *regs)
{
	if (!def->guest && !def->view.by_registers)
		return;
	if (!def->has_nr)
		put_nr(buf, def, plan, regs);
	if (!def->guest || mpt_plan_nr(def, def->abi) != mpt_plan_nr(def, def->guest))
		return;
	snprintf(add_field(def, MPT_SLOT_STATE, 8)->name, sizeof(def->fields[0].name), "state");
	mpt_buf_printf(buf, " state=+%d(%s):x64", def->abi->cs_off, regs);
	def->has_state = true;
}

static void put_result(struct mpt_buf *buf, struct mpt_def *def)
{
	struct mpt_field *field = add_field(def, MPT_SLOT_RET, 8);

	snprintf(field->name, sizeof(field->name), "ret");
	mpt_buf_puts(buf, " ret=$retval:s64");
}

static bool has_pointers(const struct mpt_def *def)
{
	const struct mpt_syscall *sys = &mpt_syscalls[def->syscall];
	unsigned n;

	for (n = 0; n < sys->nargs; n++)
		if (mpt_arg_is_pointer(&sys->args[n]))
			return true;
	return false;
}

/* Whether stacks are wanted, and known to lie where. */
static bool reads_stack(const struct mpt_plan *plan, const struct mpt_def *def)
{
	return plan->stack && own_abi(def)->sp_off;
}

/* Whether a return probe reads anything that may not be there to be read. */
static bool needs_poison(const struct mpt_plan *plan, const struct mpt_def *def)
{
	return mpt_rung_sees_args(def->view.rung) &&
	       (reads_stack(plan, def) || has_pointers(def) ||
		(plan->lean && def->view.rung == MPT_RUNG_SAVED));
}

/* What the poison probe and the exit probe have in common, at the same offsets. */
static void put_reads(struct mpt_buf *buf, const struct mpt_plan *plan, struct mpt_def *def)
{
	unsigned words;

	if (!needs_poison(plan, def))
		return;
	if (def->view.rung == MPT_RUNG_SAVED)
		put_nr(buf, def, plan, regs_at_return(def));
	words = put_words(buf, def, plan);
	if (reads_stack(plan, def))
		put_stack(buf, def, plan, words);
	def->filter = strdup(def->role == MPT_ROLE_POISON ? filter_never : filter_always);
}

static void put_exit(struct mpt_buf *buf, const struct mpt_plan *plan, struct mpt_def *def)
{
	put_reads(buf, plan, def);
	put_result(buf, def);
	if (mpt_rung_sees_args(def->view.rung))
		put_whose(buf, def, plan, regs_at_return(def));
	if (plan->stack && mpt_rung_sees_args(def->view.rung))
		put_stack_regs(buf, def);
	if (plan->lean)
		put_args(buf, def, regs_at_return(def));
	else if (mpt_rung_sees_args(def->view.rung))
		put_filter_args(buf, def, plan->filter_args[def->syscall]);
}

static void put_fetches(struct mpt_buf *buf, const struct mpt_plan *plan, struct mpt_def *def)
{
	switch (def->role) {
	case MPT_ROLE_ENTER:
		put_args(buf, def, regs_at_entry(def));
		put_whose(buf, def, plan, regs_at_entry(def));
		if (plan->stack)
			put_ip(buf, def, regs_at_entry(def));
		break;
	case MPT_ROLE_POISON:
		put_reads(buf, plan, def);
		break;
	case MPT_ROLE_EXIT:
		put_exit(buf, plan, def);
		break;
	case MPT_ROLE_ASKED:
	case MPT_ROLE_DENIED:
	case MPT_NROLES:
		break; /* plan_denied.c */
	}
}

/* A definition for each function by which the call can come in. */
static int put_texts(struct mpt_def *def, const struct mpt_plan *plan, const char *fetches)
{
	unsigned i;

	for (i = 0; i < def->view.nprefixes; i++) {
		cleanup_buf struct mpt_buf buf = { 0 };

		if (def->role == MPT_ROLE_ENTER)
			mpt_buf_putc(&buf, 'p');
		else
			mpt_buf_printf(&buf, "r%d", MPT_MAXACTIVE);
		mpt_buf_printf(&buf, ":%s/%s %s%s%s", plan->group, def->event,
			       mpt_view_prefix(&def->view, i), mpt_syscalls[def->syscall].name,
			       fetches);
		def->texts[i] = mpt_dialect_dup(plan->lacks, mpt_buf_cstr(&buf));
		if (!def->texts[i] || buf.failed)
			return -ENOMEM;
	}
	return 0;
}

static int add_def(struct mpt_plan *plan, enum mpt_role role, const struct mpt_def *proto)
{
	static const char *const prefix[] = { "enter", "poison", "exit" };
	struct mpt_def *def = &plan->defs[plan->ndefs++];
	const char *suffix = proto->abi->suffix;
	cleanup_buf struct mpt_buf fetches = { 0 };

	*def = *proto;
	def->role = role;
	snprintf(def->event, sizeof(def->event), "%s_%s%s%s", prefix[role],
		 mpt_syscalls[def->syscall].name, suffix[0] ? "_" : "", suffix);
	put_fetches(&fetches, plan, def);
	return fetches.failed ? -ENOMEM : put_texts(def, plan, mpt_buf_cstr(&fetches));
}

/* A tracepoint of the kernel's. Its arguments have the kernel's names, but our order. */
static int add_event(struct mpt_plan *plan, enum mpt_role role, const struct mpt_def *proto)
{
	struct mpt_def *def = &plan->defs[plan->ndefs++];
	const struct mpt_syscall *sys = &mpt_syscalls[proto->syscall];
	cleanup_buf struct mpt_buf text = { 0 }, unused = { 0 };
	unsigned n;

	*def = *proto;
	def->role = role;
	def->is_event = true;
	def->has_args = role == MPT_ROLE_ENTER;
	snprintf(def->event, sizeof(def->event), "sys_%s_%s", def->has_args ? "enter" : "exit",
		 sys->name);
	for (n = 0; n < sys->nargs && def->has_args; n++)
		add_field(def, MPT_SLOT_ARG0 + n, arg_size(def, &sys->args[n]));
	if (!def->has_args)
		put_result(&unused, def);
	mpt_buf_printf(&text, MPT_EVENTS_GROUP ":%s", def->event);
	def->texts[0] = strdup(mpt_buf_cstr(&text));
	return def->texts[0] ? 0 : -ENOMEM;
}

/* The probes of one call; the poison must be defined before what it protects. */
static int add_call(struct mpt_plan *plan, const struct mpt_def *proto)
{
	int rc = 0;

	if (proto->view.rung == MPT_RUNG_EVENTS) {
		rc = add_event(plan, MPT_ROLE_ENTER, proto);
		return rc < 0 ? rc : add_event(plan, MPT_ROLE_EXIT, proto);
	}
	if (!plan->lean)
		rc = add_def(plan, MPT_ROLE_ENTER, proto);
	if (rc == 0 && needs_poison(plan, proto))
		rc = add_def(plan, MPT_ROLE_POISON, proto);
	return rc < 0 ? rc : add_def(plan, MPT_ROLE_EXIT, proto);
}

/* The probes of the calls that come in by one ABI. */
static int add_view(struct mpt_plan *plan, const struct mpt_view *view, const struct mpt_abi *guest,
		    const struct mpt_wish *wish, uint64_t missing)
{
	uint64_t syscalls = wish->syscalls & ~missing;
	int nr, rc = 0;

	plan->views[plan->nviews++] = *view;
	for (nr = 0; nr < MPT_NSYSCALLS && rc == 0; nr++) {
		const struct mpt_def proto = {
			.view = *view,
			.abi = view->abi,
			.guest = guest,
			.syscall = nr,
			.shows_denied = wish->denied && mpt_view_tells_denied(view),
		};

		if (syscalls & UINT64_C(1) << nr)
			rc = add_call(plan, &proto);
	}
	return rc;
}

bool mpt_plan_has_args_at_return(const struct mpt_plan *plan)
{
	unsigned i;

	for (i = 0; i < plan->nviews; i++)
		if (!mpt_rung_sees_args(plan->views[i].rung))
			return false;
	return true;
}

/* Without a view of the arguments at return, the entry is needed for them. */
static bool can_be_lean(const struct mpt_caps *caps)
{
	unsigned i;

	for (i = 0; i < caps->nviews; i++)
		if (!mpt_rung_sees_args(caps->views[i].rung))
			return false;
	return true;
}

int mpt_plan_make(const struct mpt_wish *wish, const struct mpt_caps *caps, struct mpt_plan *ret,
		  struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	*ret = (struct mpt_plan){
		.possible = caps->possible,
		.page_size = caps->page_size,
		.lacks = caps->lacks,
		.poison = wish->poison,
		.lean = wish->lean && can_be_lean(caps),
		.stack = wish->stack,
	};
	snprintf(ret->group, sizeof(ret->group), "%s", wish->group);
	memcpy(ret->filter_args, wish->filter_args, sizeof(ret->filter_args));
	/* three a call, and two for denied ones */
	ret->defs = calloc(MPT_ABIS_MAX * (MPT_NSYSCALLS * 3 + 2), sizeof(*ret->defs));
	if (!ret->defs)
		return mpt_err_set(err, ENOMEM, "plan");
	for (i = 0; i < caps->nviews && rc == 0; i++)
		rc = add_view(ret, &caps->views[i], i ? NULL : caps->guest, wish, caps->missing);
	if (rc == 0 && ret->ndefs && wish->denied)
		rc = mpt_plan_add_denied(ret);
	if (rc < 0)
		return mpt_err_set(err, -rc, "plan");
	if (ret->ndefs)
		return 0;
	if (wish->syscalls & caps->missing)
		return mpt_err_set(err, ENOSYS, "none of the calls to trace");
	return mpt_err_usage(err, "no system call to trace");
}

void mpt_plan_free(struct mpt_plan *plan)
{
	unsigned i, t;

	for (i = 0; i < plan->ndefs; i++) {
		for (t = 0; t < MPT_PREFIXES_MAX; t++)
			free(plan->defs[i].texts[t]);
		free(plan->defs[i].filter);
	}
	free(plan->defs);
	*plan = (struct mpt_plan){ 0 };
}

const char *mpt_def_group(const struct mpt_plan *plan, const struct mpt_def *def)
{
	return def->is_event ? MPT_EVENTS_GROUP : plan->group;
}

unsigned mpt_def_word_size(const struct mpt_def *def, unsigned word)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++)
		if (def->fields[i].slot == MPT_SLOT_WORD0 + word)
			return def->fields[i].size;
	return 0;
}

uint64_t mpt_plan_nr(const struct mpt_def *def, const struct mpt_abi *abi)
{
	return (uint64_t)mpt_syscalls[def->syscall].nr[abi->nr_table];
}

void mpt_plan_put_ask(struct mpt_buf *buf, const char *group, const char *prefix)
{
	/* of all the calls the one that had twins on every kernel that has any */
	mpt_buf_printf(buf, "p:%s/%s %s%s", group, MPT_ASK_EVENT, prefix,
		       mpt_syscalls[MPT_SYS_GET_MEMPOLICY].name);
}

/* @off: where the first argument is */
static void put_candidates(struct mpt_buf *buf, const struct mpt_abi *abi, const char *const *regs,
			   int off)
{
	int i;

	for (i = 0; i < MPT_SAVED_MAX && regs[i]; i++)
		mpt_buf_printf(buf, " nr%d=+%d(%s):x%u a%d=+%d(%s):x64", i, abi->nr_off, regs[i],
			       abi->nr_size * 8u, i, off, regs[i]);
}

void mpt_plan_put_search(struct mpt_buf *buf, const char *group, const struct mpt_view *view,
			 int syscall, unsigned prefix)
{
	mpt_buf_printf(buf, "r:%s/%s %s%s", group, MPT_SEARCH_EVENT, mpt_view_prefix(view, prefix),
		       mpt_syscalls[syscall].name);
	put_candidates(buf, view->abi, mpt_view_saved(view), view->abi->arg_off[0]);
}

void mpt_plan_put_search_asker(struct mpt_buf *buf, const char *group, const struct mpt_abi *abi)
{
	mpt_buf_printf(buf, "p:%s/%s " MPT_ASKER, group, MPT_SEARCH_EVENT);
	put_candidates(buf, abi, abi->asker, mpt_abi_asked_off(abi, 0));
}

static void put_view(struct mpt_buf *buf, const struct mpt_view *view)
{
	bool saved = view->rung == MPT_RUNG_SAVED;

	mpt_buf_printf(buf, "# %s: %s%s%s\n", view->abi->name, mpt_rung_text(view->rung),
		       saved ? ": " : "", saved ? view->saved : "");
	if (view->by_registers)
		mpt_buf_printf(buf, "# %s: the functions have their arguments in registers\n",
			       view->abi->name);
	if (view->asker)
		mpt_buf_printf(buf, "# %s: denied calls by a register of the caller: %s\n",
			       view->abi->name, view->asker);
}

void mpt_plan_put(struct mpt_buf *buf, const struct mpt_plan *plan)
{
	unsigned i, t;

	for (i = 0; i < plan->nviews; i++)
		put_view(buf, &plan->views[i]);
	if (plan->lean)
		mpt_buf_puts(buf, "# no times: one record a call, without an entry probe\n");
	for (i = 0; i < plan->ndefs; i++) {
		if (plan->defs[i].idle)
			continue;
		for (t = 0; t < MPT_PREFIXES_MAX && plan->defs[i].texts[t]; t++)
			mpt_buf_printf(buf, "%s\n", plan->defs[i].texts[t]);
		if (plan->defs[i].filter)
			mpt_buf_printf(buf, "# filter of %s: %s\n", plan->defs[i].event,
				       plan->defs[i].filter);
	}
}
