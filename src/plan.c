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

/*
 * kretprobe instances per return probe: as many calls as can be inside at
 * once without losing a return. 4096 is the kernel's limit (KRETPROBE_MAXACTIVE_MAX);
 * an instance is 63 to 84 bytes, and the default of 4 to 10 loses nearly all
 * returns where hundreds of threads sleep in a call.
 */
enum { MAXACTIVE = 4096 };

/* The poison probe must run and never record; the exit probe must be filtered and always record. */
static const char filter_never[] = "common_pid==0";
static const char filter_always[] = "common_pid!=0";

uint64_t mpt_plan_poison(uint64_t poison, unsigned size)
{
	/* no policy and no node has the top bit, so an int can never equal it by chance */
	return size == 4 ? (uint32_t)poison | UINT32_C(0x80000000) : poison;
}

/* Where the pt_regs pointer is for a return probe of this plan. */
static const char *regs_at_return(const struct mpt_plan *plan)
{
	return plan->rung == MPT_RUNG_ARGS ? "$arg1" : plan->saved;
}

static struct mpt_field *add_field(struct mpt_def *def, unsigned slot, unsigned size)
{
	struct mpt_field *field = &def->fields[def->nfields++];

	field->slot = (uint8_t)slot;
	field->size = (uint8_t)size;
	return field;
}

/* " mode=+112(%di):x64" */
static void put_arg(struct mpt_buf *buf, struct mpt_def *def, unsigned n, const char *regs)
{
	const struct mpt_arg *arg = &mpt_syscalls[def->syscall].args[n];
	const char *base = arg->kind == MPT_ARG_ULONG ? "u" : "x";
	struct mpt_field *field = add_field(def, MPT_SLOT_ARG0 + n, def->abi->word_size);

	snprintf(field->name, sizeof(field->name), "%s", arg->name);
	mpt_buf_printf(buf, " %s=+%d(%s):%s%d", field->name, def->abi->arg_off[n], regs, base,
		       def->abi->word_size * 8);
}

static void put_args(struct mpt_buf *buf, struct mpt_def *def, const char *regs)
{
	unsigned n;

	for (n = 0; n < mpt_syscalls[def->syscall].nargs; n++)
		put_arg(buf, def, n, regs);
	def->has_args = true;
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
			       def->abi->arg_off[n], regs_at_return(plan));
	mpt_buf_printf(buf, ":x%u", size * 8);
}

/* What the pointer argument @n leads to: no more words than the possible nodes need. */
static void put_words_of(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan,
			 unsigned n, unsigned *used)
{
	unsigned size = def->abi->word_size, count, i;

	switch (mpt_syscalls[def->syscall].args[n].kind) {
	case MPT_ARG_INT_PTR:
		count = 1;
		size = 4;
		break;
	case MPT_ARG_MASK_PTR:
		count = mpt_nodeset_words(plan->possible, size);
		break;
	case MPT_ARG_NONE:
	case MPT_ARG_ULONG:
	case MPT_ARG_ADDR:
	case MPT_ARG_FLAGS:
	default:
		return;
	}
	def->words[n].first = (uint8_t)*used;
	for (i = 0; i < count && *used < MPT_WORDS_MAX; i++, ++*used)
		put_word(buf, def, plan, n, i, size);
}

static void put_words(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan)
{
	unsigned n, used = 0;

	for (n = 0; n < mpt_syscalls[def->syscall].nargs; n++)
		put_words_of(buf, def, plan, n, &used);
}

static void put_result(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_plan *plan)
{
	struct mpt_field *field = add_field(def, MPT_SLOT_RET, 8);

	snprintf(field->name, sizeof(field->name), "ret");
	mpt_buf_puts(buf, " ret=$retval:s64");
	if (plan->rung != MPT_RUNG_SAVED)
		return;
	/* a register is only believed to hold pt_regs: each record proves it again */
	field = add_field(def, MPT_SLOT_NR, 8);
	snprintf(field->name, sizeof(field->name), "nr");
	mpt_buf_printf(buf, " nr=+%d(%s):s64", def->abi->nr_off, plan->saved);
	def->has_nr = true;
}

static void put_probe(struct mpt_buf *buf, const struct mpt_plan *plan, struct mpt_def *def)
{
	if (def->role == MPT_ROLE_ENTER)
		mpt_buf_putc(buf, 'p');
	else
		mpt_buf_printf(buf, "r%d", MAXACTIVE);
	mpt_buf_printf(buf, ":%s/%s %s%s", plan->group, def->event, def->abi->prefix,
		       mpt_syscalls[def->syscall].name);
}

static void put_fetches(struct mpt_buf *buf, const struct mpt_plan *plan, struct mpt_def *def)
{
	switch (def->role) {
	case MPT_ROLE_ENTER:
		put_args(buf, def, def->abi->regs);
		break;
	case MPT_ROLE_POISON:
		put_words(buf, def, plan);
		def->filter = filter_never;
		break;
	case MPT_ROLE_EXIT:
		if (plan->rung != MPT_RUNG_NONE) {
			put_words(buf, def, plan);
			def->filter = filter_always;
		}
		put_result(buf, def, plan);
		if (plan->lean)
			put_args(buf, def, regs_at_return(plan));
		break;
	}
}

static int add_def(struct mpt_plan *plan, enum mpt_role role, const struct mpt_abi *abi, int nr)
{
	static const char *const prefix[] = { "enter", "poison", "exit" };
	struct mpt_def *def = &plan->defs[plan->ndefs];
	cleanup_buf struct mpt_buf buf = { 0 };

	def->role = role;
	def->abi = abi;
	def->syscall = nr;
	snprintf(def->event, sizeof(def->event), "%s_%s%s%s", prefix[role], mpt_syscalls[nr].name,
		 abi->suffix[0] ? "_" : "", abi->suffix);
	put_probe(&buf, plan, def);
	put_fetches(&buf, plan, def);
	def->text = strdup(mpt_buf_cstr(&buf));
	plan->ndefs++;
	return def->text && !buf.failed ? 0 : -ENOMEM;
}

/* The probes of one call; the poison must be defined before what it protects. */
static int add_call(struct mpt_plan *plan, const struct mpt_abi *abi, int nr)
{
	int rc = 0;

	if (!plan->lean)
		rc = add_def(plan, MPT_ROLE_ENTER, abi, nr);
	if (rc == 0 && plan->rung != MPT_RUNG_NONE)
		rc = add_def(plan, MPT_ROLE_POISON, abi, nr);
	return rc < 0 ? rc : add_def(plan, MPT_ROLE_EXIT, abi, nr);
}

int mpt_plan_make(const struct mpt_wish *wish, const struct mpt_caps *caps, struct mpt_plan *ret,
		  struct mpt_err *err)
{
	int nr, rc = 0;

	*ret = (struct mpt_plan){
		.rung = caps->rung,
		.saved = caps->rung == MPT_RUNG_SAVED ? caps->saved : NULL,
		.possible = caps->possible,
		.poison = wish->poison,
		/* without a view of the arguments at return, the entry is needed for them */
		.lean = wish->lean && caps->rung != MPT_RUNG_NONE,
	};
	snprintf(ret->group, sizeof(ret->group), "%s", wish->group);
	ret->defs = calloc(MPT_NSYSCALLS * 3, sizeof(*ret->defs));
	if (!ret->defs)
		return mpt_err_set(err, ENOMEM, "plan");
	for (nr = 0; nr < MPT_NSYSCALLS && rc == 0; nr++)
		if (wish->syscalls & UINT64_C(1) << nr)
			rc = add_call(ret, caps->abi, nr);
	if (rc < 0)
		return mpt_err_set(err, -rc, "plan");
	return ret->ndefs ? 0 : mpt_err_usage(err, "no system call to trace");
}

void mpt_plan_free(struct mpt_plan *plan)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++)
		free(plan->defs[i].text);
	free(plan->defs);
	*plan = (struct mpt_plan){ 0 };
}

void mpt_plan_put_search(struct mpt_buf *buf, const char *group, const struct mpt_abi *abi,
			 int syscall)
{
	int i;

	mpt_buf_printf(buf, "r:%s/%s %s%s", group, MPT_SEARCH_EVENT, abi->prefix,
		       mpt_syscalls[syscall].name);
	for (i = 0; i < MPT_SAVED_MAX && abi->saved[i]; i++)
		mpt_buf_printf(buf, " nr%d=+%d(%s):s64 a%d=+%d(%s):x64", i, abi->nr_off,
			       abi->saved[i], i, abi->arg_off[0], abi->saved[i]);
}

void mpt_plan_put(struct mpt_buf *buf, const struct mpt_plan *plan)
{
	unsigned i;

	mpt_buf_printf(buf, "# %s%s%s\n", mpt_rung_text(plan->rung), plan->saved ? ": " : "",
		       plan->saved ? plan->saved : "");
	if (plan->lean)
		mpt_buf_puts(buf, "# no times: one record a call, without an entry probe\n");
	for (i = 0; i < plan->ndefs; i++) {
		mpt_buf_printf(buf, "%s\n", plan->defs[i].text);
		if (plan->defs[i].filter)
			mpt_buf_printf(buf, "# filter of %s: %s\n", plan->defs[i].event,
				       plan->defs[i].filter);
	}
}
