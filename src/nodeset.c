/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodeset.c - sets of NUMA nodes.
 *
 * In: mask words as the kernel wrote them, or list notation. Out: libnuma
 * bitmasks in our own storage, and list notation. libnuma's string parser is
 * not used: it holds node numbers against this host.
 */
#include "nodeset.h"

#include <ctype.h>
#include <errno.h>
#include <numa.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

_Static_assert(sizeof(unsigned long) == sizeof(uint64_t), "libnuma's words are taken as 64 bits");

/* libnuma's view of our words; it writes through it only where @set may be written. */
static struct bitmask view(const struct mpt_nodeset *set)
{
	return (struct bitmask){ .size = MPT_NODES_MAX,
				 .maskp = (unsigned long *)(uintptr_t)set->words };
}

unsigned mpt_nodeset_words(unsigned nodes, unsigned word_size)
{
	unsigned bits = word_size * 8;

	return (nodes + bits - 1) / bits;
}

static void clear_from(struct mpt_nodeset *set, unsigned possible)
{
	unsigned word = possible / 64;

	if (possible >= MPT_NODES_MAX)
		return;
	set->words[word] &= (UINT64_C(1) << possible % 64) - 1;
	memset(set->words + word + 1, 0, sizeof(set->words) - (word + 1) * sizeof(uint64_t));
}

/* Two words of 32 bits make one. */
static void take_halves(struct mpt_nodeset *set, const uint64_t *words, unsigned n)
{
	unsigned i;

	for (i = 0; i < n && i < MPT_NODES_MAX / 32; i++)
		set->words[i / 2] |= (uint64_t)(uint32_t)words[i] << i % 2 * 32;
}

void mpt_nodeset_from_words(struct mpt_nodeset *ret, const uint64_t *words, unsigned n,
			    unsigned word_size, unsigned possible)
{
	unsigned i;

	*ret = (struct mpt_nodeset){ 0 };
	if (word_size == 4)
		take_halves(ret, words, n);
	for (i = 0; word_size == 8 && i < n && i < MPT_NODES_MAX / 64; i++)
		ret->words[i] = words[i];
	if (n * word_size * 8 > possible)
		clear_from(ret, possible);
}

int mpt_nodeset_next(const struct mpt_nodeset *set, int from)
{
	unsigned word = (unsigned)from / 64;
	uint64_t bits;

	if (from >= MPT_NODES_MAX)
		return -1;
	bits = set->words[word] >> (unsigned)from % 64 << (unsigned)from % 64;
	while (bits == 0) {
		if (++word == MPT_NODES_MAX / 64)
			return -1;
		bits = set->words[word];
	}
	return (int)(word * 64) + __builtin_ctzll(bits);
}

void mpt_nodeset_below(unsigned n, struct mpt_nodeset *ret)
{
	memset(ret, 0xff, sizeof(*ret));
	clear_from(ret, n);
}

void mpt_nodeset_and(const struct mpt_nodeset *a, const struct mpt_nodeset *b,
		     struct mpt_nodeset *ret)
{
	unsigned i;

	for (i = 0; i < MPT_NODES_MAX / 64; i++)
		ret->words[i] = a->words[i] & b->words[i];
}

void mpt_nodeset_minus(const struct mpt_nodeset *a, const struct mpt_nodeset *b,
		       struct mpt_nodeset *ret)
{
	unsigned i;

	for (i = 0; i < MPT_NODES_MAX / 64; i++)
		ret->words[i] = a->words[i] & ~b->words[i];
}

bool mpt_nodeset_is_empty(const struct mpt_nodeset *set)
{
	return mpt_nodeset_next(set, 0) < 0;
}

bool mpt_nodeset_has(const struct mpt_nodeset *set, uint64_t node)
{
	return node < MPT_NODES_MAX && (set->words[node / 64] >> node % 64 & 1);
}

static int run_end(const struct mpt_nodeset *set, int node)
{
	struct bitmask bm = view(set);

	while (node + 1 < MPT_NODES_MAX && numa_bitmask_isbitset(&bm, (unsigned)node + 1))
		node++;
	return node;
}

void mpt_nodeset_put(struct mpt_buf *buf, const struct mpt_nodeset *set)
{
	int node, last;
	bool comma = false;

	for (node = mpt_nodeset_next(set, 0); node >= 0; node = mpt_nodeset_next(set, last + 1)) {
		last = run_end(set, node);
		if (comma)
			mpt_buf_putc(buf, ',');
		comma = true;
		mpt_buf_u64(buf, (uint64_t)node);
		if (last > node) {
			mpt_buf_putc(buf, '-');
			mpt_buf_u64(buf, (uint64_t)last);
		}
	}
}

/* One number of a list; where it ends in *end. */
static int parse_node(const char *text, const char **end, unsigned possible, unsigned *ret)
{
	unsigned long n;
	char *stop;

	if (!isdigit((unsigned char)*text))
		return -EINVAL;
	n = strtoul(text, &stop, 10);
	*end = stop;
	if (n >= possible || n >= MPT_NODES_MAX)
		return -ERANGE;
	*ret = (unsigned)n;
	return 0;
}

/* One item of a list, "4" or "0-1", set in @bm. */
static int parse_item(const char *text, const char **end, unsigned possible, struct bitmask *bm)
{
	unsigned first, last;
	int rc = parse_node(text, end, possible, &first);

	last = first;
	if (rc == 0 && **end == '-')
		rc = parse_node(*end + 1, end, possible, &last);
	if (rc < 0)
		return rc;
	if (last < first)
		return -EINVAL;
	for (; first <= last; first++)
		numa_bitmask_setbit(bm, first);
	return 0;
}

int mpt_nodeset_parse(const char *text, unsigned possible, struct mpt_nodeset *ret)
{
	struct bitmask bm = view(ret);

	*ret = (struct mpt_nodeset){ 0 };
	if (*text == '\0' || *text == '\n')
		return 0;
	for (;;) {
		int rc = parse_item(text, &text, possible, &bm);

		if (rc < 0)
			return rc;
		if (*text == '\0' || *text == '\n')
			return 0;
		if (*text++ != ',')
			return -EINVAL;
	}
}
