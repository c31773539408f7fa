/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * value.h - from raw words to what they mean.
 *
 * Every value says how it is known: read, not read and why, or that there is
 * nothing to be known. No status but MPT_VALUE_OK comes with a number.
 */
#ifndef MPT_VALUE_H
#define MPT_VALUE_H

#include "nodeset.h"
#include "pair.h"

enum mpt_value_status {
	MPT_VALUE_NONE, /* nothing to decode: NULL, a failed call, no meaning */
	MPT_VALUE_OK,
	MPT_VALUE_FAULT,       /* the memory could not be read */
	MPT_VALUE_UNSUPPORTED, /* this kernel gave no way to read it */
	MPT_VALUE_TOO_LONG,    /* more than the probe reads */
};

enum mpt_value_type {
	MPT_VALUE_MODE,	 /* num: a mode with its mode flags */
	MPT_VALUE_NODE,	 /* num: a node number */
	MPT_VALUE_NODES, /* nodes */
	MPT_VALUE_ITEMS, /* count, more, and items by mpt_value_item() */
};

struct mpt_value {
	enum mpt_value_status status;
	enum mpt_value_type type; /* set whatever the status, but for MPT_VALUE_NONE */
	uint32_t num;
	struct mpt_nodeset nodes;
	uint32_t count; /* elements of an array that were read or tried */
	uint64_t more;	/* and elements beyond, which no probe reads */
	/* the words of an array or a mask as they were caught; NULL: none were */
	const uint64_t *items;
	uint32_t nitems;
	bool packed;   /* two elements of 32 bits in each of them */
	uint64_t addr; /* where they were read, */
	unsigned size; /* and bytes of each */
	const struct mpt_plan *plan;
};

/* Of each argument, what it led to. */
struct mpt_values {
	struct mpt_value arg[MPT_NARGS];
};

/*
 * Decodes what a call's pointers led to.
 * @plan: by which it was captured (possible nodes, poison)
 */
void mpt_value_decode(const struct mpt_call *call, const struct mpt_plan *plan,
		      struct mpt_values *ret);

/* Whether an array was read at all, be it in part. */
bool mpt_value_has_items(const struct mpt_value *value);

/*
 * Element @i of an array, or word @i, of the caller's size, of a mask; there
 * are mpt_value_caught() of them.
 * Returns false where the memory could not be read.
 */
bool mpt_value_item(const struct mpt_value *value, unsigned i, uint64_t *ret);

/* How many elements or words were caught, whether or not they could be read. */
unsigned mpt_value_caught(const struct mpt_value *value);

/*
 * How the first word was read that an argument leads to, whatever it means: of
 * a failed call's outputs, too. MPT_VALUE_NONE: NULL, or a call that was denied.
 */
enum mpt_value_status mpt_value_peek(const struct mpt_call *call, const struct mpt_plan *plan,
				     unsigned arg);

/* The word in `unread` for a status: "fault", or NULL for one that is no lack. */
const char *mpt_value_unread(enum mpt_value_status status);

enum { MPT_MAX_ERRNO = 4095 }; /* include/linux/err.h */

/* Whether a result is an error: -errno, as the kernel's IS_ERR_VALUE() has it. */
static inline bool mpt_ret_is_error(int64_t ret)
{
	return ret < 0 && ret >= -MPT_MAX_ERRNO;
}

#endif
