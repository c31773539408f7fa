/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodeset.h - sets of NUMA nodes.
 *
 * A set is libnuma's bitmask in storage of a fixed size, so that decoding a
 * call allocates nothing. Nothing here asks the host: which nodes can exist
 * is what the capture says, and a capture can come from another machine.
 */
#ifndef MPT_NODESET_H
#define MPT_NODESET_H

#include <stdbool.h>
#include <stdint.h>

struct mpt_buf;

/* The most nodes that any kernel can be built for: CONFIG_NODES_SHIFT is at most 10. */
enum { MPT_NODES_MAX = 1024 };

struct mpt_nodeset {
	uint64_t words[MPT_NODES_MAX / 64];
};

/* How many words of @word_size bytes (4 or 8) hold the bits of @nodes nodes. */
unsigned mpt_nodeset_words(unsigned nodes, unsigned word_size);

/*
 * Makes a set of @n words of @word_size bytes each, lowest first, as the
 * kernel writes them; what is not below @possible is left out.
 */
void mpt_nodeset_from_words(struct mpt_nodeset *ret, const uint64_t *words, unsigned n,
			    unsigned word_size, unsigned possible);

/* The lowest member that is at least @from, or -1. */
int mpt_nodeset_next(const struct mpt_nodeset *set, int from);

/* Nodes 0 to @n - 1. */
void mpt_nodeset_below(unsigned n, struct mpt_nodeset *ret);

/* @ret = those of @a that are also in @b, or that are not. */
void mpt_nodeset_and(const struct mpt_nodeset *a, const struct mpt_nodeset *b,
		     struct mpt_nodeset *ret);
void mpt_nodeset_minus(const struct mpt_nodeset *a, const struct mpt_nodeset *b,
		       struct mpt_nodeset *ret);

bool mpt_nodeset_is_empty(const struct mpt_nodeset *set);
bool mpt_nodeset_has(const struct mpt_nodeset *set, uint64_t node);

/* List notation, as in /sys and cpuset: "0-1,4"; nothing for the empty set. */
void mpt_nodeset_put(struct mpt_buf *buf, const struct mpt_nodeset *set);

/*
 * Reads list notation.
 * Returns 0, -EINVAL where @text is no list, -ERANGE for a node beyond @possible.
 */
int mpt_nodeset_parse(const char *text, unsigned possible, struct mpt_nodeset *ret);

#endif
