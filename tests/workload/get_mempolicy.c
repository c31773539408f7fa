/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * get_mempolicy.c - the call, in all its forms.
 *
 * In: nothing, or a seed and a number. Out: on standard output one line of
 * JSON per call that was made, in order (report.h). The systematic list has
 * every pair of the features below; what the rest of a call looks like is
 * chosen by a fixed sequence. It never passes over a failing call: failures
 * are half of what is to be told. A policy that this machine refuses is done
 * without.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "report.h"

enum feature { TASK, RANGE, FLAGS, ADDR, MODE, NODEMASK, MAXNODE, NFEATURES };

/* What an out pointer can be. The first is the usual. */
enum out_kind {
	OUT_GOOD,
	OUT_NULL,
	OUT_ODD,       /* misaligned */
	OUT_EDGE,      /* ends where memory ends */
	OUT_CROSS,     /* crosses into a page not yet touched */
	OUT_FILE,      /* in a page of a file, not yet read */
	OUT_CUT,       /* begins in memory, ends out of it */
	OUT_NONE,      /* may not be touched */
	OUT_READ_ONLY, /* may not be written */
	OUT_UNMAPPED,
	OUT_KERNEL,
	OUT_NOWHERE, /* an address that the CPU does not have */
	NOUT
};

enum addr_kind {
	ADDR_NULL,
	ADDR_TOUCHED,
	ADDR_UNTOUCHED,
	ADDR_ODD,   /* in the middle of a page */
	ADDR_PLAIN, /* memory that no policy was set for */
	ADDR_FILE,
	ADDR_NONE,
	ADDR_UNMAPPED,
	ADDR_KERNEL,
	ADDR_NOWHERE,
	ADDR_LAST, /* ~0 */
	NADDR
};

struct policy {
	int mode;
	unsigned long nodes;
};

enum { INTERLEAVES = 3 };

static const struct policy policies[] = {
	{ POLICY_DEFAULT, 0 },
	{ POLICY_BIND, 1 << 0 },
	{ POLICY_BIND, 1 << 1 },
	[INTERLEAVES] = { POLICY_INTERLEAVE, 1 << 0 | 1 << 1 },
	{ POLICY_PREFERRED, 1 << 1 },
	{ POLICY_PREFERRED, 0 }, /* reads back as MPOL_LOCAL */
	{ POLICY_LOCAL, 0 },
	{ POLICY_BIND | POLICY_STATIC_NODES, 1 << 0 | 1 << 1 },
	/* relative nodes may be more than there are, and are read back as they were set */
	{ POLICY_INTERLEAVE | POLICY_RELATIVE_NODES, 1 << 1 | 1 << 3 },
	{ POLICY_PREFERRED_MANY, 1 << 0 | 1 << 1 },
	{ POLICY_WEIGHTED_INTERLEAVE, 1 << 0 | 1 << 1 },
	{ POLICY_BIND | POLICY_NUMA_BALANCING, 1 << 0 | 1 << 1 },
	{ POLICY_PREFERRED_MANY | POLICY_NUMA_BALANCING | POLICY_STATIC_NODES, 1 << 0 },
	{ POLICY_PREFERRED | POLICY_STATIC_NODES, 1 << 0 },
	{ POLICY_WEIGHTED_INTERLEAVE + 1, 1 << 0 }, /* no kernel yet knows it */
};

/* The first of them are not refused. */
enum { USUAL_FLAGS = 5 };

static const unsigned long flag_words[] = {
	0,
	GET_NODE,
	GET_ADDR,
	GET_NODE | GET_ADDR,
	GET_MEMS_ALLOWED,
	GET_NODE | GET_MEMS_ALLOWED,
	GET_ADDR | GET_MEMS_ALLOWED,
	GET_NODE | GET_ADDR | GET_MEMS_ALLOWED,
	1UL << 3,
	1UL << 31,
	GET_ADDR | 1UL << 3,
	~0UL,
	~7UL,
#if __SIZEOF_LONG__ == 8
	1UL << 32,
	GET_NODE | 1UL << 63,
#endif
};

static const unsigned long maxnodes[] = {
	1025,	   0,	   1,
	2,	   3,	   63,
	64,	   65,	   66,
	128,	   129,	   1024,
	4097,	   32768,  32769, /* a page: the most that is taken */
	32770,	   262208, ~0UL / 2 + 1,
	~0UL - 61, /* the first to wrap around to no word at all */
	~0UL - 62, /* the last that does not */
	~0UL,
};

static const unsigned counts[NFEATURES] = {
	[TASK] = ARRAY_SIZE(policies),
	[RANGE] = ARRAY_SIZE(policies),
	[FLAGS] = ARRAY_SIZE(flag_words),
	[ADDR] = NADDR,
	[MODE] = NOUT,
	[NODEMASK] = NOUT,
	[MAXNODE] = ARRAY_SIZE(maxnodes),
};

/* One call to make: for each feature which of its values. */
struct choice {
	unsigned of[NFEATURES];
};

/*
 * Memory that one out pointer is put in: all kinds of it. The border lies after the second page of
 * `edge' and after the first of `cross'; both are followed by what their names say.
 */
struct place {
	char *good;
	char *edge;
	char *cross;
	char *file;
	char *none;
	char *read_only;
};

enum { GOOD_PAGES = 3, RANGE_PAGES = 2, MAX_COUNT = 24, RANDOM_CALLS = 1100 };

_Static_assert(ARRAY_SIZE(maxnodes) <= MAX_COUNT, "MAX_COUNT");

/* Never mapped: below vm.mmap_min_addr. */
enum { UNMAPPED = 0x1000 };

#if __SIZEOF_LONG__ == 8
static const unsigned long kernel_address = 0xffffffff81000000;
static const unsigned long nowhere = 0x0123456789abcde0;
#else
static const unsigned long kernel_address = 0xffffe000;
static const unsigned long nowhere = 0xfffffffc;
#endif

struct workload {
	struct report report;
	struct place mode, nodemask;
	char *range; /* a page touched and one that is not */
	uint64_t random;
};

/* A page in the page cache, and not yet in the page table of anybody. */
static char *map_file(size_t pages, uint64_t *random)
{
	int fd = memfd_create("workload", MFD_CLOEXEC);
	size_t len = pages * page_size();
	char *bytes = malloc(len);
	char *at;

	if (fd < 0 || !bytes)
		die("memfd_create");
	fill_random(bytes, len, random);
	if (write(fd, bytes, len) != (ssize_t)len)
		die("memfd");
	at = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (at == MAP_FAILED)
		die("mmap");
	free(bytes);
	close(fd);
	return at;
}

static void place_init(struct place *place, uint64_t *random)
{
	size_t page = page_size();

	place->good = map_pages(GOOD_PAGES, PROT_READ | PROT_WRITE);
	place->edge = map_pages(3, PROT_READ | PROT_WRITE);
	if (mprotect(place->edge + 2 * page, page, PROT_NONE) < 0)
		die("mprotect");
	place->cross = map_pages(3, PROT_READ | PROT_WRITE);
	place->file = map_file(3, random);
	place->none = map_pages(1, PROT_NONE);
	place->read_only = map_pages(2, PROT_READ);
}

static unsigned long filled(void *at, size_t len, uint64_t *random)
{
	fill_random(at, len, random);
	return (unsigned long)(uintptr_t)at;
}

/* What the page held is gone, and the next access faults. */
static void forget(char *page, size_t pages)
{
	if (madvise(page, pages * page_size(), MADV_DONTNEED) < 0)
		die("madvise");
}

/* Begins in one page and ends in the next: by half of what is written, or by all but a word. */
static size_t before_border(size_t len)
{
	return len > 8 ? 8 : (len + 1) / 2;
}

static unsigned long place_cross(const struct place *place, size_t len, uint64_t *random)
{
	char *border = place->cross + page_size();
	size_t before = before_border(len);

	forget(border, 2);
	return filled(border - before, before, random);
}

static unsigned long place_cut(const struct place *place, size_t len, uint64_t *random)
{
	size_t before = before_border(len);

	return filled(place->edge + 2 * page_size() - before, before, random);
}

/*
 * The address of @len bytes of that kind, with the random pattern behind it wherever the kind lets
 * us write.
 */
static unsigned long place_out(const struct place *place, unsigned kind, size_t len,
			       uint64_t *random)
{
	size_t slack = 64; /* a tool that takes too much shall find the pattern */

	switch (kind) {
	case OUT_GOOD:
		return filled(place->good + 128, len + slack, random);
	case OUT_ODD:
		return filled(place->good + 131, len + slack, random);
	case OUT_EDGE:
		return filled(place->edge + 2 * page_size() - len, len, random);
	case OUT_CROSS:
		return place_cross(place, len, random);
	case OUT_CUT:
		return place_cut(place, len, random);
	case OUT_FILE:
		forget(place->file, 3);
		return (unsigned long)(uintptr_t)place->file + 256;
	case OUT_NONE:
		return (unsigned long)(uintptr_t)place->none + 64;
	case OUT_READ_ONLY:
		return (unsigned long)(uintptr_t)place->read_only + 64;
	case OUT_UNMAPPED:
		return UNMAPPED;
	case OUT_KERNEL:
		return kernel_address;
	case OUT_NOWHERE:
		return nowhere;
	default:
		return 0;
	}
}

static unsigned long place_addr(const struct workload *w, unsigned kind)
{
	unsigned long range = (unsigned long)(uintptr_t)w->range;

	switch (kind) {
	case ADDR_TOUCHED:
		return range;
	case ADDR_UNTOUCHED:
		return range + page_size();
	case ADDR_ODD:
		return range + 123;
	case ADDR_PLAIN:
		return (unsigned long)(uintptr_t)w->mode.good;
	case ADDR_FILE:
		return (unsigned long)(uintptr_t)w->mode.file + 2 * page_size();
	case ADDR_NONE:
		return (unsigned long)(uintptr_t)w->mode.none;
	case ADDR_UNMAPPED:
		return UNMAPPED;
	case ADDR_KERNEL:
		return kernel_address;
	case ADDR_NOWHERE:
		return nowhere;
	case ADDR_LAST:
		return ~0UL;
	default:
		return 0;
	}
}

/* The policy of the task and that of the range; refused ones leave the default in force. */
static void set_policies(const struct workload *w, const struct choice *choice)
{
	const struct policy *task = &policies[choice->of[TASK]];
	const struct policy *range = &policies[choice->of[RANGE]];
	size_t len = RANGE_PAGES * page_size();

	set_policy(POLICY_DEFAULT, 0);
	set_policy(task->mode, task->nodes);
	bind_range(w->range, len, POLICY_DEFAULT, 0);
	bind_range(w->range, len, range->mode, range->nodes);
	w->range[0]++;
	forget(w->range + page_size(), 1);
}

static void make_call(struct workload *w, const struct choice *choice)
{
	struct gm_args args = {
		.maxnode = maxnodes[choice->of[MAXNODE]],
		.addr = place_addr(w, choice->of[ADDR]),
		.flags = flag_words[choice->of[FLAGS]],
	};
	size_t bytes = report_mask_bytes(args.maxnode);

	if (bytes > page_size())
		bytes = 8; /* refused: the kernel will not write that much */
	set_policies(w, choice);
	args.mode = place_out(&w->mode, choice->of[MODE], sizeof(int), &w->random);
	args.nodemask = place_out(&w->nodemask, choice->of[NODEMASK], bytes, &w->random);
	report_call(&w->report, &args);
}

static bool one_in(unsigned n, uint64_t *random)
{
	return next_random(random) % n == 0;
}

static unsigned any(unsigned n, uint64_t *random)
{
	return (unsigned)(next_random(random) % n);
}

/*
 * Values of all features: mostly such that the call succeeds, since of a call that fails for two
 * reasons only the first is seen.
 */
static void choose(struct choice *choice, uint64_t *random)
{
	unsigned i, flags;

	for (i = 0; i < NFEATURES; i++) {
		bool usual = i != TASK && i != RANGE && !one_in(6, random);

		choice->of[i] = usual ? 0 : any(counts[i], random);
	}
	if (!one_in(8, random))
		choice->of[FLAGS] = any(USUAL_FLAGS, random);
	flags = (unsigned)flag_words[choice->of[FLAGS]];
	/* an address means something under one flag only, and without it is an error */
	if (flags & GET_ADDR)
		choice->of[ADDR] =
			one_in(4, random) ? any(NADDR, random) : 1 + any(ADDR_NONE - 1, random);
	/* the next node to interleave on is told of one kind of policy only */
	if (flags == GET_NODE && !one_in(4, random))
		choice->of[TASK] = INTERLEAVES;
}

/* Which value of one feature went together with which of another. */
static bool seen[NFEATURES][MAX_COUNT][NFEATURES][MAX_COUNT];

static void see(const struct choice *choice)
{
	unsigned a, b;

	for (a = 0; a < NFEATURES; a++)
		for (b = 0; b < NFEATURES; b++)
			seen[a][choice->of[a]][b][choice->of[b]] = true;
}

static void make_pair(struct workload *w, enum feature a, enum feature b)
{
	struct choice choice;
	unsigned i, j;

	for (i = 0; i < counts[a]; i++) {
		for (j = 0; j < counts[b]; j++) {
			if (seen[a][i][b][j])
				continue;
			choose(&choice, &w->random);
			choice.of[a] = i;
			choice.of[b] = j;
			see(&choice);
			make_call(w, &choice);
		}
	}
}

static void make_pairs(struct workload *w)
{
	unsigned a, b;

	for (a = 0; a < NFEATURES; a++)
		for (b = a + 1; b < NFEATURES; b++)
			make_pair(w, (enum feature)a, (enum feature)b);
}

static void make_random(struct workload *w, unsigned long n)
{
	struct choice choice;

	while (n--) {
		choose(&choice, &w->random);
		make_call(w, &choice);
	}
}

/* The pairs, and as many again as are likely to succeed: those that are decoded whole. */
static void make_systematic(struct workload *w)
{
	make_pairs(w);
	make_random(w, RANDOM_CALLS);
}

static void usage(void)
{
	fputs("usage: get_mempolicy [--wait] [--name NAME] [-s SEED] [-n N]\n", stderr);
	exit(2);
}

struct options {
	unsigned long n;
	uint64_t seed;
	bool wait;
};

static void parse(int argc, char **argv, struct options *ret)
{
	static const struct option longs[] = {
		{ "wait", no_argument, NULL, 'w' },
		{ "name", required_argument, NULL, 'c' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "s:n:", longs, NULL)) != -1) {
		if (opt == 's')
			ret->seed = strtoull(optarg, NULL, 0);
		else if (opt == 'n')
			ret->n = strtoul(optarg, NULL, 0);
		else if (opt == 'w')
			ret->wait = true;
		else if (opt == 'c')
			prctl(PR_SET_NAME, optarg);
		else
			usage();
	}
	if (optind < argc)
		usage();
}

int main(int argc, char **argv)
{
	struct options options = { .seed = 1 };
	struct workload w = { .range = NULL };

	parse(argc, argv, &options);
	/* xorshift has no way out of 0, and close seeds begin alike */
	w.random = options.seed * UINT64_C(0x9e3779b97f4a7c15) | 1;
	place_init(&w.mode, &w.random);
	place_init(&w.nodemask, &w.random);
	w.range = map_pages(RANGE_PAGES, PROT_READ | PROT_WRITE);
	report_reserve(&w.report, options.n ? options.n : 4000);
	if (options.wait)
		wait_for_line();
	if (options.n)
		make_random(&w, options.n);
	else
		make_systematic(&w);
	set_policy(POLICY_DEFAULT, 0);
	report_write(&w.report);
	return 0;
}
