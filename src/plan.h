/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan.h - which probes, with which fetch args, and what their fields mean.
 *
 * A pure function of what is wanted (mpt_wish), what the kernel can do
 * (mpt_caps) and the tables. It yields the text that is written to
 * kprobe_events, and the map by which records are decoded: whoever reads a
 * record needs nothing but the plan and the event's format.
 */
#ifndef MPT_PLAN_H
#define MPT_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "caps.h"
#include "dialect.h"
#include "syscalls.h"

struct mpt_buf;
struct mpt_err;

/*
 * The most words of user memory that one return probe reads. The kernel takes
 * 128 fetch args a probe (MAX_TRACE_ARGS); ours has room for the rest beside.
 */
enum { MPT_WORDS_MAX = 112 };

/*
 * -k: words on top of the user stack that are read, at the most, and links of the
 * chain of frame pointers, of two words each.
 */
enum { MPT_STACK_TOP = 24, MPT_STACK_LINKS = 4 };

/* Where a field of a record goes in struct mpt_event's values. */
enum mpt_slot {
	MPT_SLOT_ARG0,
	MPT_SLOT_RET = MPT_SLOT_ARG0 + MPT_NARGS,
	MPT_SLOT_NR,
	MPT_SLOT_WORD0,
	MPT_SLOT_IP = MPT_SLOT_WORD0 + MPT_WORDS_MAX,
	MPT_SLOT_SP,
	MPT_SLOT_BP,
	MPT_SLOT_TOP0,
	MPT_SLOT_LINK0 = MPT_SLOT_TOP0 + MPT_STACK_TOP,
	/* of MPT_ROLE_ENTER and MPT_ROLE_EXIT: as MPT_SLOT_CS below */
	MPT_SLOT_STATE = MPT_SLOT_LINK0 + 2 * MPT_STACK_LINKS,
	MPT_NSLOTS,
	/* of MPT_ROLE_ASKED: where the call came from; registers are from MPT_SLOT_WORD0 on */
	MPT_SLOT_CS = MPT_SLOT_ARG0,
	MPT_SLOT_INSN,
	MPT_SLOT_GUARD,
	/* of MPT_ROLE_DENIED: what the caller was given */
	MPT_SLOT_RESULT = MPT_SLOT_ARG0,
};

enum mpt_role {
	MPT_ROLE_ENTER,
	/*
	 * A fetch that faults leaves in the record what the buffer held before.
	 * Events with a filter are put together in a buffer of the CPU's own: the
	 * poison probe, never recorded, fills that with known bytes just before
	 * the exit probe reads user memory into the same place.
	 */
	MPT_ROLE_POISON,
	MPT_ROLE_EXIT,
	/*
	 * seccomp is asked before the call's function is entered: what was asked,
	 * by a task under a filter, and that the answer was no.
	 */
	MPT_ROLE_ASKED,
	MPT_ROLE_DENIED,
	MPT_NROLES
};

struct mpt_field {
	char name[24]; /* empty: the nth argument of a syscall tracepoint, whatever its name */
	uint8_t slot;  /* enum mpt_slot */
	uint8_t size;  /* bytes; words of user memory only */
	int16_t off;   /* MPT_ROLE_ASKED: where in pt_regs the register is */
};

/* Which of a record's words a pointer argument led to. */
struct mpt_words {
	uint8_t first;
	uint8_t count; /* 0: nothing behind this argument is read */
};

struct mpt_def {
	enum mpt_role role;
	struct mpt_view view;	   /* of which ABI, and how its return probes find pt_regs */
	const struct mpt_abi *abi; /* view.abi */
	/*
	 * another ABI, whose calls come by the same functions: the number tells, and
	 * where that is the same, the caller's state; or NULL
	 */
	const struct mpt_abi *guest;
	int syscall;	/* row of mpt_syscalls */
	char event[48]; /* name of the event in our group */
	/* MPT_RUNG_EVENTS: an event of the kernel's, in group MPT_EVENTS_GROUP; texts[0] names it
	 */
	bool is_event;
	bool shows_denied; /* a return without an entry is a call that seccomp answered */
	/*
	 * The definitions, as written to kprobe_events: the same event on each
	 * function by which the call can come in.
	 */
	char *texts[MPT_PREFIXES_MAX];
	char *filter; /* event filter in our instance, or NULL */
	unsigned nfields;
	struct mpt_field fields[MPT_NSLOTS];
	struct mpt_words words[MPT_NARGS];
	bool has_args;	  /* its records carry the call's arguments */
	bool filter_args; /* or some of them, for its filter alone */
	bool has_nr;	  /* and the call's number, to be checked */
	bool has_state;	  /* and what tells 32-bit code, since a guest's number is the same */
	bool has_ip;	  /* and where the system call instruction is */
	bool has_stack;	  /* and the stack: the words on top of it, and the chain */
	uint8_t ntop;	  /* how many words on top */
	bool idle;	  /* it was seen to be needed for nothing, and is switched off */
};

/* What the user asked for, as far as the plan goes. */
struct mpt_wish {
	uint64_t syscalls; /* bit n: row n of mpt_syscalls */
	bool lean;	   /* no times wanted: leave out what only times need */
	bool denied;	   /* calls that seccomp answers, too */
	bool stack;	   /* who called, too */
	uint64_t poison;   /* random; see mpt_plan_unread() */
	const char *group; /* name of our event group */
	/* bit n: the filter of the call's return looks at argument n (mpt_filter_args()) */
	uint8_t filter_args[MPT_NSYSCALLS];
};

struct mpt_plan {
	char group[64];
	struct mpt_view views[MPT_ABIS_MAX];
	unsigned nviews;
	unsigned possible;  /* nodes that can exist */
	unsigned page_size; /* bytes */
	unsigned lacks;	    /* as in mpt_caps */
	uint64_t poison;
	bool lean;			    /* one record a call: there are no entry probes */
	uint8_t filter_args[MPT_NSYSCALLS]; /* as in the wish */
	bool denied;			    /* there are probes for denied calls */
	bool stack;			    /* as in the wish */
	unsigned ndefs;
	struct mpt_def *defs; /* in the order in which they must be defined */
};

/*
 * Makes the plan.
 * @ret: freed with mpt_plan_free(), also after a failure
 * Returns 0 or -errno (-ENOMEM; -EINVAL for a wish without a call, -ENOSYS
 * for one without a call that the kernel has).
 */
int mpt_plan_make(const struct mpt_wish *wish, const struct mpt_caps *caps, struct mpt_plan *ret,
		  struct mpt_err *err);

void mpt_plan_free(struct mpt_plan *plan);

/* The group in which a definition's event is. */
const char *mpt_def_group(const struct mpt_plan *plan, const struct mpt_def *def);

/* Whether every return probe could have the call's arguments, too. */
bool mpt_plan_has_args_at_return(const struct mpt_plan *plan);

/* The bits that a wish's poison may have, so that as an int it is no -errno. */
#define MPT_POISON_MASK (~(UINT64_C(1) << 30))

/*
 * What a word of @size bytes (4 or 8) holds when its fetch faulted: as an int
 * with the top bit, which no policy and no node has, and without bit 30, which no
 * -errno lacks (MPT_POISON_MASK).
 */
static inline uint64_t mpt_plan_poison(uint64_t poison, unsigned size)
{
	return size == 4 ? (uint32_t)poison | UINT32_C(0x80000000) : poison;
}

/* What such a word holds when its fetch faulted, in this plan. */
static inline uint64_t mpt_plan_unread(const struct mpt_plan *plan, unsigned size)
{
	if (plan->lacks & MPT_LACKS_IMM)
		return size == 4 ? (uint32_t)MPT_BANNER : MPT_BANNER;
	return mpt_plan_poison(plan->poison, size);
}

/* Whether an older kernel may have put @word there though it read nothing of the caller's. */
static inline bool mpt_plan_is_doubtful(const struct mpt_plan *plan, uint64_t addr, uint64_t word)
{
	return ((plan->lacks & MPT_LACKS_IMM) && word == 0) ||
	       ((plan->lacks & MPT_LACKS_USER) && addr >> 63);
}

/*
 * Whether the word of @size bytes at @addr was read. One that lies across the
 * end of a page may have been read in part, up to there, and then only the
 * rest of it is still the poison.
 */
static inline bool mpt_plan_was_read(const struct mpt_plan *plan, uint64_t addr, unsigned size,
				     uint64_t word)
{
	uint64_t left = plan->page_size - (addr & (plan->page_size - 1)); /* bytes of that page */
	uint64_t differs = word ^ mpt_plan_unread(plan, size);

	if (plan->lacks && mpt_plan_is_doubtful(plan, addr, word))
		return false;
	return (left < size ? differs >> left * 8 : differs) != 0;
}

/* The size in bytes of a word of user memory that @def's records hold. */
unsigned mpt_def_word_size(const struct mpt_def *def, unsigned word);

/* The call's number as a record has it, in the ABI of @abi. */
uint64_t mpt_plan_nr(const struct mpt_def *def, const struct mpt_abi *abi);

/*
 * The definition of a probe that is only defined, to see whether the kernel
 * has functions whose names begin with @prefix.
 */
void mpt_plan_put_ask(struct mpt_buf *buf, const char *group, const char *prefix);

/*
 * Adds the probes that see denied calls, for the calls and ABIs that the plan
 * has: a pair for each register in which one of them has pt_regs there. For
 * mpt_plan_make() alone.
 */
int mpt_plan_add_denied(struct mpt_plan *plan);

/*
 * Argument @n of a call by @abi in the registers of a MPT_ROLE_ASKED record.
 */
uint64_t mpt_plan_asked_arg(const struct mpt_def *def, const uint64_t *val,
			    const struct mpt_abi *abi, unsigned n);

/*
 * The definition of a return probe that fetches the call's number and first
 * argument through each register that could hold pt_regs, fields nr0, a0,
 * nr1, a1, ...: for finding the one that does.
 * @prefix: on the function with which of the ABI's prefixes
 */
void mpt_plan_put_search(struct mpt_buf *buf, const char *group, const struct mpt_view *view,
			 int syscall, unsigned prefix);

/* The same, of a probe where __secure_computing() is entered, for abi->asker. */
void mpt_plan_put_search_asker(struct mpt_buf *buf, const char *group, const struct mpt_abi *abi);

/* kernel/seccomp.c: asked by the kernel for every system call of a task under a filter. */
#define MPT_ASKER "__secure_computing"

/*
 * kretprobe instances per return probe: as many calls as can be inside at
 * once without losing a return. 4096 is the kernel's limit (KRETPROBE_MAXACTIVE_MAX);
 * an instance is 63 to 84 bytes, and the default of 4 to 10 loses nearly all
 * returns where hundreds of threads sleep in a call.
 */
enum { MPT_MAXACTIVE = 4096 };

/* The group of the syscall tracepoints (kernel/trace/trace_syscalls.c). */
#define MPT_EVENTS_GROUP "syscalls"

/* Names of those events, in the group of the run. */
#define MPT_ASK_EVENT	 "ask"
#define MPT_SEARCH_EVENT "search"

/* For --dry-run: the rung in words and the definitions, a line each. */
void mpt_plan_put(struct mpt_buf *buf, const struct mpt_plan *plan);

#endif
