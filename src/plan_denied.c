/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_denied.c - the probes that see calls which never reach their function.
 *
 * In: the calls and ABIs of a plan. Out: two more definitions, on
 * __secure_computing(), which the kernel calls for tasks under a seccomp
 * filter alone. Where it is entered the caller's registers are recorded,
 * whatever the call's ABI; where it returns, what it answered. The entry is
 * needed for a call whose answer is that the thread ends: nothing returns then
 * (5.10 ends every killed thread there, later kernels one of several).
 *
 * Both read pt_regs, on the kernel's own stack, through a register of the
 * caller. That is another one where the compiler put the caller into several
 * functions (7.2: r12, but bx for int 0x80), so there is a pair of probes for
 * each, and for any one call all but one lead nowhere. What such a fetch leaves
 * in the record is what the last filtered event of that CPU had there. No
 * event has a call's number at the offset of another's: the number of the
 * first pair comes first, where every return probe has an address; that of
 * the second lies where the first pair, which runs just before, writes a
 * constant. So the filters let none of them through.
 *
 * The one read of user memory is the instruction that made the call, which the
 * thread has just executed; it tells int 0x80 of 64-bit code, and no value is
 * shown of it.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "plan.h"

static struct mpt_field *add_field(struct mpt_def *def, unsigned slot, const char *name)
{
	struct mpt_field *field = &def->fields[def->nfields++];

	field->slot = (uint8_t)slot;
	snprintf(field->name, sizeof(field->name), "%s", name);
	return field;
}

static void put_fetch(struct mpt_buf *buf, struct mpt_def *def, unsigned slot, const char *name,
		      int off, const char *reg)
{
	add_field(def, slot, name);
	mpt_buf_printf(buf, " %s=+%d(%s):x64", name, off, reg);
}

/* The call's number, which beside what is no part of it is an int. */
static void put_nr(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_abi *own,
		   const char *reg)
{
	add_field(def, MPT_SLOT_NR, "nr");
	mpt_buf_printf(buf, " nr=+%d(%s):x%u", own->nr_off, reg, own->nr_size * 8u);
}

static bool has_register(const struct mpt_def *def, int off)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++)
		if (def->fields[i].off == off && def->fields[i].slot >= MPT_SLOT_WORD0 &&
		    def->fields[i].slot < MPT_SLOT_IP)
			return true;
	return false;
}

/* The registers of one ABI's arguments, each offset once: ABIs share some. */
static void put_registers(struct mpt_buf *buf, struct mpt_def *def, const struct mpt_abi *abi,
			  const char *reg, unsigned *used)
{
	unsigned n;

	for (n = 0; n < MPT_NARGS; n++) {
		int16_t off = mpt_abi_asked_off(abi, n);
		char name[24];

		if (has_register(def, off))
			continue;
		snprintf(name, sizeof(name), "r%d", off);
		put_fetch(buf, def, MPT_SLOT_WORD0 + (*used)++, name, off, reg);
		def->fields[def->nfields - 1].off = off;
	}
}

/* "nr==239||nr==275": whatever ABI it is; who reads the record knows better. */
static void put_numbers(struct mpt_buf *buf, const struct mpt_plan *plan)
{
	const char *bar = "";
	unsigned i;

	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		if (def->role != MPT_ROLE_EXIT)
			continue;
		mpt_buf_printf(buf, "%snr==%llu", bar,
			       (unsigned long long)mpt_plan_nr(def, def->abi));
		bar = "||";
		if (def->guest)
			mpt_buf_printf(buf, "||nr==%llu",
				       (unsigned long long)mpt_plan_nr(def, def->guest));
	}
}

static int finish(struct mpt_plan *plan, struct mpt_def *def, const struct mpt_buf *fetches,
		  struct mpt_buf *filter)
{
	cleanup_buf struct mpt_buf text = { 0 };

	if (def->role == MPT_ROLE_ASKED)
		mpt_buf_putc(&text, 'p');
	else
		mpt_buf_printf(&text, "r%d", MPT_MAXACTIVE);
	mpt_buf_printf(&text, ":%s/%s " MPT_ASKER, plan->group, def->event);
	mpt_buf_put(&text, fetches->data, fetches->len);
	def->texts[0] = mpt_dialect_dup(plan->lacks, mpt_buf_cstr(&text));
	def->filter = strdup(mpt_buf_cstr(filter));
	plan->ndefs++;
	return def->texts[0] && def->filter && !text.failed && !fetches->failed && !filter->failed
		       ? 0
		       : -ENOMEM;
}

static struct mpt_def *begin(struct mpt_plan *plan, enum mpt_role role, const struct mpt_view *view)
{
	struct mpt_def *def = &plan->defs[plan->ndefs];
	const char *suffix = view->abi->suffix;

	*def = (struct mpt_def){ .role = role, .view = *view, .abi = view->abi, .syscall = -1 };
	snprintf(def->event, sizeof(def->event), "%s%s%s",
		 role == MPT_ROLE_ASKED ? "asked" : "denied", suffix[0] ? "_" : "", suffix);
	return def;
}

/* See above; no system call has that number. */
static void put_guard(struct mpt_buf *buf, struct mpt_def *def)
{
	add_field(def, MPT_SLOT_GUARD, "guard");
	mpt_buf_puts(buf, " guard=\\0xffffffff:x64");
}

static int add_asked(struct mpt_plan *plan, const struct mpt_view *view)
{
	struct mpt_def *def = begin(plan, MPT_ROLE_ASKED, view);
	const struct mpt_abi *own = plan->views[0].abi;
	cleanup_buf struct mpt_buf fetches = { 0 }, filter = { 0 };
	unsigned i, used = 0;

	if (view != plan->views)
		put_guard(&fetches, def);
	put_nr(&fetches, def, own, view->asker);
	if (view == plan->views)
		put_guard(&fetches, def);
	/* also where other ABIs' calls are not shown: they must not be taken for the own one's */
	if (own->cs_off)
		put_fetch(&fetches, def, MPT_SLOT_CS, "cs", own->cs_off, view->asker);
	if (own->cs_off && !own->cs_alone) {
		add_field(def, MPT_SLOT_INSN, "insn");
		mpt_buf_printf(&fetches, " insn=-u2(+%d(%s)):x16", own->ip_off, view->asker);
	}
	if (plan->stack && own->ip_off) {
		put_fetch(&fetches, def, MPT_SLOT_IP, "ip", own->ip_off, view->asker);
		def->has_ip = true;
	}
	for (i = 0; i < plan->nviews; i++)
		put_registers(&fetches, def, plan->views[i].abi, view->asker, &used);
	put_numbers(&filter, plan);
	return finish(plan, def, &fetches, &filter);
}

static int add_denied(struct mpt_plan *plan, const struct mpt_view *view)
{
	struct mpt_def *def = begin(plan, MPT_ROLE_DENIED, view);
	const struct mpt_abi *own = plan->views[0].abi;
	cleanup_buf struct mpt_buf fetches = { 0 }, filter = { 0 };

	add_field(def, MPT_SLOT_RET, "ret");
	mpt_buf_puts(&fetches, " ret=$retval:s32");
	put_nr(&fetches, def, own, view->asker);
	put_fetch(&fetches, def, MPT_SLOT_RESULT, "result", own->result_off, view->asker);
	mpt_buf_puts(&filter, "ret==-1&&(");
	put_numbers(&filter, plan);
	mpt_buf_putc(&filter, ')');
	return finish(plan, def, &fetches, &filter);
}

/* Whether an earlier view has its pt_regs in the same register. */
static bool is_covered(const struct mpt_plan *plan, const struct mpt_view *view)
{
	const struct mpt_view *other;

	for (other = plan->views; other < view; other++)
		if (other->asker && strcmp(other->asker, view->asker) == 0)
			return true;
	return false;
}

int mpt_plan_add_denied(struct mpt_plan *plan)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < plan->nviews && rc == 0; i++) {
		const struct mpt_view *view = &plan->views[i];

		if (!view->asker || is_covered(plan, view))
			continue;
		plan->denied = true;
		rc = add_asked(plan, view);
		if (rc == 0)
			rc = add_denied(plan, view);
	}
	return rc;
}

uint64_t mpt_plan_asked_arg(const struct mpt_def *def, const uint64_t *val,
			    const struct mpt_abi *abi, unsigned n)
{
	unsigned i;

	for (i = 0; i < def->nfields; i++)
		if (def->fields[i].off == mpt_abi_asked_off(abi, n) &&
		    def->fields[i].slot >= MPT_SLOT_WORD0 && def->fields[i].slot < MPT_SLOT_IP)
			return val[def->fields[i].slot];
	return 0;
}
