/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stack.h - who called: from the words of a stack to frames.
 */
#ifndef MPT_STACK_H
#define MPT_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "object.h"
#include "plan.h"

struct mpt_call;
struct mpt_maps;

enum { MPT_FRAMES_MAX = 16, MPT_STACK_WORDS_MAX = MPT_STACK_TOP + 2 * MPT_STACK_LINKS };

/* A word of user memory that was read. */
struct mpt_stack_word {
	uint64_t addr;
	uint64_t value;
};

/* What is known of a thread in a call. */
struct mpt_stack {
	uint64_t ip; /* after the system call instruction */
	uint64_t sp, bp;
	unsigned n;
	struct mpt_stack_word words[MPT_STACK_WORDS_MAX]; /* of 8 bytes */
};

/* What the walk asks of the code; @addr is of a byte inside of an instruction. */
struct mpt_stack_code {
	void *arg;
	/* Returns false where there is no rule, or none that is simple. */
	bool (*unwind)(void *arg, uint64_t addr, struct mpt_unwind *ret);
	/*
	 * Where there is no rule at all: the size of a word in code whose frame
	 * pointers may be followed, else 0.
	 */
	unsigned (*word)(void *arg, uint64_t addr);
	/* Whether it is code, and where a rule did not say so, what precedes it a call. */
	bool (*is_code)(void *arg, uint64_t addr);
	bool (*is_after_call)(void *arg, uint64_t addr);
};

/* A frame as it is shown. */
struct mpt_frame {
	uint64_t addr;
	const char *object; /* path as /proc/PID/maps has it; NULL: not known */
	uint64_t place;	    /* in the object's file */
	const char *symbol; /* NULL: not known */
	uint64_t offset;    /* from the symbol */
};

struct mpt_frames {
	unsigned n;
	struct mpt_frame frame[MPT_FRAMES_MAX];
};

/*
 * What a record tells of the stack: only words that were read.
 * @plan: by which it was captured
 */
void mpt_stack_read(const struct mpt_call *call, const struct mpt_plan *plan,
		    struct mpt_stack *ret);

/*
 * The addresses of the system call and of its callers, as far as that is
 * certain. The rules for exceptions lead from frame to frame; in code that has
 * none the chain of frame pointers does, as long as it is believable: it
 * grows, is aligned, stays within 1 MiB, and leads to code after a call.
 * @ret: MPT_FRAMES_MAX of them
 * Returns how many there are.
 */
unsigned mpt_stack_walk(const struct mpt_stack *stack, const struct mpt_stack_code *code,
			uint64_t *ret);

/*
 * The frames of a call, with their names.
 * @maps: what is known of processes
 * @ret: its strings are valid until maps learn more
 */
void mpt_stack_frames(const struct mpt_call *call, const struct mpt_plan *plan,
		      struct mpt_maps *maps, struct mpt_frames *ret);

#endif
