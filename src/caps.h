/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * caps.h - what this kernel can do.
 *
 * Facts that the plan is made from. Each was asked of the running system or
 * found out by trying; none is concluded from a version number.
 */
#ifndef MPT_CAPS_H
#define MPT_CAPS_H

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"

struct mpt_err;

/*
 * How a return probe finds the caller's pt_regs, best first. A rung is
 * believed in until the kernel refuses its definition or its answer is wrong.
 * The last does without probes, where the kernel has none.
 */
enum mpt_rung {
	MPT_RUNG_ARGS,	/* $argN in a return probe (6.9 and later) */
	MPT_RUNG_SAVED, /* the register in which the function's caller keeps it */
	MPT_RUNG_NONE,	/* not at all: results only */
	/*
	 * The syscall tracepoints: arguments and results of the machine's own ABI,
	 * since the kernel leaves all other callers out there.
	 */
	MPT_RUNG_EVENTS,
};

/* How the calls of one ABI are seen. */
struct mpt_view {
	const struct mpt_abi *abi;
	enum mpt_rung rung; /* the best that is not refuted */
	const char *saved;  /* MPT_RUNG_SAVED: the register that is believed in */
	bool searched;	    /* it was looked for, and not just guessed */
	/*
	 * The register in which the caller of __secure_computing() is believed to
	 * keep pt_regs; NULL: denied calls cannot be seen, or are not wanted.
	 */
	const char *asker;
	unsigned nprefixes; /* how many of the ABI's functions this kernel has */
	bool by_registers;  /* they are those of abi->older, with the arguments in registers */
};

struct mpt_caps {
	struct mpt_view views[MPT_ABIS_MAX]; /* the machine's own ABI first */
	unsigned nviews;
	const struct mpt_abi
		*guest;	       /* the ABI whose calls share the first one's functions, or NULL */
	unsigned possible;     /* nodes 0 to possible - 1 can exist (nr_node_ids) */
	unsigned page_size;    /* bytes */
	uint64_t available_kb; /* memory that could be had without swapping, */
	uint64_t spendable_kb; /* and of that, what cgroups leave to us */
	uint64_t missing;      /* bit n: the kernel has no call of row n of mpt_syscalls */
	unsigned lacks;	       /* what definitions of probes cannot have: bits of dialect.h */
	bool has_probes;       /* kprobe events can be defined */
	bool has_events;       /* there are syscall tracepoints */
};

/*
 * Reads what can be read before anything is tried: of ABIs, the machine's own
 * alone (mpt_caps_add() adds). Their rung is the best one; mpt_caps_refute()
 * steps down.
 * @rootfd: the directory that stands for / (a recorded tree in tests)
 * @machine: as uname(2) has it
 * Returns 0 or -errno, -ENOTSUP for a machine without a row in arch.c.
 */
int mpt_caps_read(int rootfd, const char *machine, struct mpt_caps *ret, struct mpt_err *err);

/* Adds an ABI that the kernel was seen to serve. */
void mpt_caps_add(struct mpt_caps *caps, const struct mpt_abi *abi);

/* Takes the view of an ABI away: its calls cannot be seen. */
void mpt_caps_drop(struct mpt_caps *caps, struct mpt_view *view);

/* Steps down to the rung below the present one, as long as there are probes. */
void mpt_caps_refute(struct mpt_view *view);

/*
 * The functions turned out to be of the older kind: of the machine's own ABI alone,
 * whose calls its number tells from others'. Returns false where there is no such kind,
 * or that was known.
 */
bool mpt_caps_use_older(struct mpt_caps *caps);

/* The first part of the name of the @n-th function by which a call can come in. */
const char *mpt_view_prefix(const struct mpt_view *view, unsigned n);

/* The registers in which pt_regs may be found; MPT_SAVED_MAX of them, or NULL ends them. */
const char *const *mpt_view_saved(const struct mpt_view *view);

/* Gives the probes up: to MPT_RUNG_EVENTS, with the machine's own ABI alone. */
void mpt_caps_use_events(struct mpt_caps *caps);

/* Whether a return probe sees what the caller passed. */
static inline bool mpt_rung_sees_args(enum mpt_rung rung)
{
	return rung < MPT_RUNG_NONE;
}

/* Whether denied calls are told by returns that have no entry, and so without arguments. */
static inline bool mpt_view_tells_denied(const struct mpt_view *view)
{
	return view->rung == MPT_RUNG_EVENTS && !view->abi->has_stray_returns;
}

/* For people: how the present rung reads memory at return. */
const char *mpt_rung_text(enum mpt_rung rung);

#endif
