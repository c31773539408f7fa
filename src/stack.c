/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack.c - who called: from the words of a stack to frames.
 *
 * In: a call's record, with registers and some words of the stack; the code of
 * the process. Out: the system call instruction and the return addresses that
 * are certain, with names where there are any. A word that was not read is
 * never used, and where it is not certain how to go on, the walk ends.
 */
#include "stack.h"

#include <stddef.h>

#include "maps.h"
#include "pair.h"

/* How far from the stack pointer a frame may begin, where only its chain says so. */
static const uint64_t chain_reach = UINT64_C(1) << 20;

/* Adds a word if it was read. */
static bool add_word(struct mpt_stack *stack, const struct mpt_plan *plan, uint64_t addr,
		     uint64_t value)
{
	if (addr > UINT64_MAX - 8 || !mpt_plan_was_read(plan, addr, 8, value))
		return false;
	stack->words[stack->n++] = (struct mpt_stack_word){ .addr = addr, .value = value };
	return true;
}

void mpt_stack_read(const struct mpt_call *call, const struct mpt_plan *plan, struct mpt_stack *ret)
{
	const uint64_t *val = call->stack;
	uint64_t link;
	unsigned i;

	*ret = (struct mpt_stack){ .ip = call->ip };
	if (!val)
		return;
	ret->sp = val[MPT_SLOT_SP];
	ret->bp = link = val[MPT_SLOT_BP];
	for (i = 0; i < call->def->ntop; i++)
		add_word(ret, plan, ret->sp + (uint64_t)i * 8, val[MPT_SLOT_TOP0 + i]);
	for (i = 0; i < MPT_STACK_LINKS; i++) {
		const uint64_t *words = val + MPT_SLOT_LINK0 + (size_t)i * 2;

		add_word(ret, plan, link + 8, words[1]);
		if (!add_word(ret, plan, link, words[0]))
			break;
		link = words[0];
	}
}

/* A word of the caller's size out of those that were read. */
static bool read_word(const struct mpt_stack *stack, uint64_t addr, unsigned size, uint64_t *ret)
{
	unsigned i;

	for (i = 0; i < stack->n; i++) {
		uint64_t at = addr - stack->words[i].addr;

		if (at > 8 - size)
			continue;
		*ret = stack->words[i].value >> at * 8;
		if (size == 4)
			*ret = (uint32_t)*ret;
		return true;
	}
	return false;
}

/* Where the walk is. */
struct cursor {
	uint64_t ip, sp, bp;
	bool has_sp; /* registers that are known */
	bool has_bp;
};

/* One frame up by a rule. */
static bool step_by_rule(const struct mpt_stack *stack, const struct mpt_unwind *rule,
			 struct cursor *c)
{
	uint64_t cfa = (rule->by_bp ? c->bp : c->sp) + (uint64_t)rule->cfa_off;

	if (!(rule->by_bp ? c->has_bp : c->has_sp) || cfa % rule->word != 0 ||
	    (c->has_sp && cfa <= c->sp) ||
	    !read_word(stack, cfa + (uint64_t)rule->ra_off, rule->word, &c->ip))
		return false;
	if (rule->bp == MPT_BP_SAVED)
		c->has_bp = read_word(stack, cfa + (uint64_t)rule->bp_off, rule->word, &c->bp);
	else if (rule->bp == MPT_BP_LOST)
		c->has_bp = false;
	c->sp = cfa;
	c->has_sp = true;
	return true;
}

/* One frame up by the chain of frame pointers, if it is believable. */
static bool step_by_chain(const struct mpt_stack *stack, unsigned word, struct cursor *c)
{
	uint64_t frame = c->bp;

	if (!c->has_bp || !c->has_sp || frame % word != 0 || frame < c->sp ||
	    frame - stack->sp > chain_reach || !read_word(stack, frame + word, word, &c->ip))
		return false;
	c->has_bp = read_word(stack, frame, word, &c->bp);
	c->sp = frame + 2 * (uint64_t)word;
	return true;
}

static bool step(const struct mpt_stack *stack, const struct mpt_stack_code *code, struct cursor *c)
{
	uint64_t at = c->ip - 1; /* inside of the instruction that left */
	struct mpt_unwind rule;
	unsigned word;

	if (code->unwind(code->arg, at, &rule))
		return step_by_rule(stack, &rule, c) && c->ip != 0 &&
		       code->is_code(code->arg, c->ip - 1);
	word = code->word(code->arg, at);
	return word && step_by_chain(stack, word, c) && c->ip != 0 &&
	       code->is_code(code->arg, c->ip - 1) && code->is_after_call(code->arg, c->ip);
}

unsigned mpt_stack_walk(const struct mpt_stack *stack, const struct mpt_stack_code *code,
			uint64_t *ret)
{
	bool known = stack->n > 0;
	struct cursor c = {
		.ip = stack->ip, .sp = stack->sp, .bp = stack->bp, .has_sp = known, .has_bp = known
	};
	unsigned n = 0;

	if (c.ip == 0)
		return 0;
	do
		ret[n++] = c.ip;
	while (n < MPT_FRAMES_MAX && step(stack, code, &c));
	return n;
}

/* --- the code of a process ------------------------------------------------ */

/* The address space that a call was made in. */
struct view {
	struct mpt_maps *maps;
	pid_t pid;
	uint64_t ts;
	const struct mpt_space *space;
};

/* Looks once more where the address is nowhere: libraries are loaded at any time. */
static bool find(struct view *view, uint64_t addr, struct mpt_place *ret)
{
	if (view->space && mpt_space_find(view->space, addr, ret))
		return true;
	view->space = mpt_maps_again(view->maps, view->pid, view->ts);
	return view->space && mpt_space_find(view->space, addr, ret);
}

/* The object that an address is in, or NULL. */
static struct mpt_object *object_at(void *arg, uint64_t addr, struct mpt_place *place)
{
	return find(arg, addr, place) ? place->object : NULL;
}

static bool unwind(void *arg, uint64_t addr, struct mpt_unwind *ret)
{
	struct mpt_place place;
	struct mpt_object *object = object_at(arg, addr, &place);

	return object && mpt_object_unwind(object, place.file_off, ret);
}

/* A rule that is not simple is one all the same: the chain must not pass it by. */
static unsigned chain_word(void *arg, uint64_t addr)
{
	struct mpt_place place;
	struct mpt_object *object = object_at(arg, addr, &place);

	if (!object || mpt_object_has_unwind(object, place.file_off))
		return 0;
	return mpt_object_word(object);
}

static bool is_code(void *arg, uint64_t addr)
{
	struct mpt_place place;

	return find(arg, addr, &place);
}

/*
 * x86: e8 and four bytes, or ff with 2 in the middle of the next byte (ModRM),
 * which two to seven bytes in all have.
 */
static bool is_after_call(void *arg, uint64_t addr)
{
	struct mpt_place place;
	struct mpt_object *object = object_at(arg, addr - 1, &place);
	unsigned char code[7]; /* up to addr */
	unsigned len;

	if (!object || place.file_off + 1 < sizeof(code) ||
	    !mpt_object_read(object, place.file_off + 1 - sizeof(code), code, sizeof(code)))
		return false;
	if (code[sizeof(code) - 5] == 0xe8)
		return true;
	for (len = 2; len <= sizeof(code); len++)
		if (code[sizeof(code) - len] == 0xff &&
		    (code[sizeof(code) - len + 1] >> 3 & 7) == 2)
			return true;
	return false;
}

/* Names are of the instruction that left; the offset leads to where it comes back to. */
static void name_frame(struct view *view, struct mpt_frame *frame)
{
	struct mpt_symbol symbol;
	struct mpt_place place;

	if (!view->space || !mpt_space_find(view->space, frame->addr - 1, &place) || !place.path)
		return;
	frame->object = place.path;
	frame->place = place.file_off + 1;
	if (!place.object || !mpt_object_symbol(place.object, place.file_off, &symbol))
		return;
	frame->symbol = symbol.name;
	frame->offset = symbol.offset + 1;
}

void mpt_stack_frames(const struct mpt_call *call, const struct mpt_plan *plan,
		      struct mpt_maps *maps, struct mpt_frames *ret)
{
	const struct mpt_thread *thread = call->thread;
	struct view view = { .maps = maps,
			     .pid = thread->tgid > 0 ? thread->tgid : thread->tid,
			     .ts = call->stack ? call->ts_exit : call->ts_enter };
	const struct mpt_stack_code code = { .arg = &view,
					     .unwind = unwind,
					     .word = chain_word,
					     .is_code = is_code,
					     .is_after_call = is_after_call };
	uint64_t addrs[MPT_FRAMES_MAX];
	struct mpt_stack stack;
	unsigned i;

	mpt_stack_read(call, plan, &stack);
	view.space = mpt_maps_space(maps, view.pid, view.ts);
	ret->n = mpt_stack_walk(&stack, &code, addrs);
	for (i = 0; i < ret->n; i++) {
		ret->frame[i] = (struct mpt_frame){ .addr = addrs[i] };
		name_frame(&view, &ret->frame[i]);
	}
}
