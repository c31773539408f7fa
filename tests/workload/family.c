/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * family.c - pseudo-random calls of the whole family, hostile ones included.
 *
 * In: a seed, a number of calls, a number of threads, and the name of the one
 * call to make instead of all. Out: on standard output one line of JSON per
 * call that was made, in the form of the tool's own `call`
 * lines, without what only a tracer knows. What pointers led to it reads out of
 * its own memory, of which it knows what can be read and what cannot; where a
 * page may not have been there when the call returned (or two words are read
 * at once, see word_readable()), a last key, `maybe`, names what a tool may then say it could not
 * read. It moves no memory but that of a range of its own, and makes no call that it does not tell
 * of.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"
#include "report.h"

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

enum call { GET, SET, MBIND, HOME, MIGRATE, MOVE, NCALLS };
enum { SHOWN_MAX = 32, FILLED = 40, WORD = sizeof(unsigned long), LINES_AT_ONCE = 500 };

static const char *const names[NCALLS] = {
	"get_mempolicy",	   "set_mempolicy", "mbind",
	"set_mempolicy_home_node", "migrate_pages", "move_pages",
};

static const long numbers[NCALLS] = {
	SYS_get_mempolicy,	     SYS_set_mempolicy, SYS_mbind,
	SYS_set_mempolicy_home_node, SYS_migrate_pages, SYS_move_pages,
};

/* How an argument is printed, and which pointers are followed by whom. */
enum kind { END, ULONG, INT, U32, ADDR };

static const struct {
	const char *name;
	enum kind kind;
} args_of[NCALLS][6] = {
	[GET] = { { "mode", ADDR },
		  { "nodemask", ADDR },
		  { "maxnode", ULONG },
		  { "addr", ADDR },
		  { "flags", ULONG } },
	[SET] = { { "mode", U32 }, { "nodemask", ADDR }, { "maxnode", ULONG } },
	[MBIND] = { { "addr", ADDR },
		    { "len", ULONG },
		    { "mode", ULONG },
		    { "nodemask", ADDR },
		    { "maxnode", ULONG },
		    { "flags", U32 } },
	[HOME] = { { "start", ADDR },
		   { "len", ULONG },
		   { "home_node", ULONG },
		   { "flags", ULONG } },
	[MIGRATE] = { { "pid", INT },
		      { "maxnode", ULONG },
		      { "old_nodes", ADDR },
		      { "new_nodes", ADDR } },
	[MOVE] = { { "pid", INT },
		   { "count", ULONG },
		   { "pages", ADDR },
		   { "nodes", ADDR },
		   { "status", ADDR },
		   { "flags", U32 } },
};

/*
 * The pages of one piece of memory, of which a thread has three, one for each
 * pointer of a call: as many good ones as MANY pointers need.
 */
enum {
	MANY = 70000,
	GOOD_PAGES = 140,
	LAZY = GOOD_PAGES,
	GUARD,
	SHORT,
	GUARD2,
	READ_ONLY,
	GUARD3,
	NPAGES
};

struct piece {
	char *at;
	char *file; /* FILE_PAGES of a file, not read yet */
};

enum { FILE_PAGES = 3, NPIECES = 3, RANGE_PAGES = 4 };

/* Below vm.mmap_min_addr, and the page behind the range: nothing is there. */
enum { UNMAPPED = 0x1000, UNTOUCHED = RANGE_PAGES };

enum { NO, YES, MAYBE };

struct caller {
	struct piece pieces[NPIECES];
	char *range;	/* what policies are set for, and pages moved of; and UNTOUCHED */
	enum call only; /* NCALLS: any */
	uint64_t random;
	unsigned long calls;
	char *text;
	size_t len, size;
	const char *maybe[6]; /* of the present line */
	unsigned nmaybe;
};

static unsigned long possible;
static bool has_call[NCALLS] = { true, true, true, true, true, true };

#if __SIZEOF_LONG__ == 8
static const unsigned long kernel_address = 0xffffffff81000000;
#else
static const unsigned long kernel_address = 0xffffe000;
#endif

static void __attribute__((format(printf, 2, 3))) put(struct caller *c, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(c->text + c->len, c->size - c->len, format, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= c->size - c->len)
		die("line");
	c->len += (size_t)n;
}

static unsigned long below(struct caller *c, unsigned long n)
{
	return (unsigned long)(next_random(&c->random) % n);
}

/* --- memory --------------------------------------------------------------------------------------
 */

static void make_piece(struct piece *p, uint64_t *random)
{
	size_t page = page_size(), len = FILE_PAGES * page;
	char bytes[4096];
	int fd = memfd_create("family", MFD_CLOEXEC);
	size_t i;

	p->at = map_pages(NPAGES, PROT_READ | PROT_WRITE);
	fill_random(p->at, GOOD_PAGES * page, random);
	fill_random(p->at + SHORT * page, page, random);
	fill_random(p->at + READ_ONLY * page, page, random);
	if (mprotect(p->at + GUARD * page, page, PROT_NONE) < 0 ||
	    mprotect(p->at + GUARD2 * page, page, PROT_NONE) < 0 ||
	    mprotect(p->at + READ_ONLY * page, page, PROT_READ) < 0 ||
	    mprotect(p->at + GUARD3 * page, page, PROT_NONE) < 0)
		die("mprotect");
	for (i = 0; i < len / sizeof(bytes); i++) {
		fill_random(bytes, sizeof(bytes), random);
		if (fd < 0 || write(fd, bytes, sizeof(bytes)) != (ssize_t)sizeof(bytes))
			die("memfd");
	}
	/* Nothing lies behind it: move_pages() of very many writes until it cannot. */
	p->file = map_pages(FILE_PAGES + 1, PROT_NONE);
	p->file = mmap(p->file, len, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, fd, 0);
	if (p->file == MAP_FAILED)
		die("mmap");
	close(fd);
}

static int page_readable(const struct caller *c, unsigned long addr)
{
	size_t page = page_size(), i;

	for (i = 0; i < NPIECES; i++) {
		unsigned long n = (addr - (unsigned long)c->pieces[i].at) / page;

		if (n == LAZY)
			return MAYBE;
		if (n < NPAGES)
			return n == GUARD || n == GUARD2 || n == GUARD3 ? NO : YES;
		if ((addr - (unsigned long)c->pieces[i].file) / page < FILE_PAGES)
			return MAYBE;
	}
	return NO;
}

/* Whether a word can be read: all of it, or it cannot. */
static int readable(const struct caller *c, unsigned long addr, size_t len)
{
	int first = page_readable(c, addr), last = page_readable(c, addr + len - 1);

	if (first == NO || last == NO)
		return NO;
	return first == YES && last == YES ? YES : MAYBE;
}

/*
 * The same of word @i of an array of unsigned longs. A 32-bit caller that comes in by the functions
 * of 64-bit ones has two read at once, as one of theirs; a tool may say so where the other cannot
 * be read.
 */
static int word_readable(const struct caller *c, unsigned long array, unsigned long i)
{
	int r = readable(c, array + i * WORD, WORD);

#ifdef __arm__
	if (r == YES && readable(c, array + i / 2 * 2 * WORD, 2 * WORD) != YES)
		return MAYBE;
#endif
	return r;
}

static uint64_t read_word(unsigned long addr, size_t len)
{
	uint64_t word = 0;

	memcpy(&word, (void *)addr, len);
	return word;
}

/* A pointer of some kind to about @len bytes. */
static unsigned long pointer(struct caller *c, const struct piece *p, size_t len)
{
	static const unsigned long bad[] = {
		UNMAPPED,
#if __SIZEOF_LONG__ == 8
		0x0123456789abcde0,
		0x7ffffffffff8,
#else
		0xfffffffc,
#endif
		~0UL,
	};
	size_t page = page_size(), all = len;
	unsigned long at = (unsigned long)p->at, cut = below(c, 40);

	len = len > page ? page : len;
	switch (below(c, 16)) {
	case 0:
		return 0;
	case 1:
		return below(c, 4) ? bad[below(c, ARRAY_SIZE(bad))] : kernel_address;
	case 2: /* ends where memory ends */
		return at + GUARD2 * page - len;
	case 3: /* or begins before its end, and goes on */
		return at + GUARD2 * page - cut;
	case 4: /* into a page that was not touched */
		return at + LAZY * page - cut;
	case 5:
		return at + LAZY * page + cut;
	case 6:
		return at + GUARD * page + cut;
	case 7:
		return at + READ_ONLY * page + 8 * cut;
	case 8:
		return (unsigned long)p->file + below(c, 2) * page + page - 8 - cut;
	case 9: /* misaligned */
		return at + below(c, page) + 1;
	default: /* the beginning where it goes on for long */
		return at + below(c, all > page ? 8 : page / 8) * 8;
	}
}

/* What was not touched is not touched again; new random bytes now and then. */
static void refresh(struct caller *c)
{
	size_t page = page_size(), i;

	for (i = 0; i < NPIECES; i++) {
		struct piece *p = &c->pieces[i];

		madvise(p->at + LAZY * page, page, MADV_DONTNEED);
		madvise(p->file, FILE_PAGES * page, MADV_DONTNEED);
		fill_random(p->at + below(c, 2 * page - 256), 256, &c->random);
	}
}

/* --- truth ---------------------------------------------------------------------------------------
 */

struct unread {
	const char *name, *why;
};

static void put_names(struct caller *c, unsigned long bits, const char *const *bit_names)
{
	const char *comma = "";
	unsigned i;

	put(c, "[");
	for (i = 0; bit_names[i]; i++) {
		if (!(bits & 1UL << i) || !*bit_names[i])
			continue;
		put(c, "%s\"%s\"", comma, bit_names[i]);
		bits &= ~(1UL << i);
		comma = ",";
	}
	if (bits)
		put(c, "%s\"0x%lx\"", comma, bits);
	put(c, "]");
}

static void put_flags(struct caller *c, enum call call, const unsigned long *a)
{
	static const char *const get[] = { "MPOL_F_NODE", "MPOL_F_ADDR", "MPOL_F_MEMS_ALLOWED",
					   NULL };
	static const char *const mf[] = { "MPOL_MF_STRICT", "MPOL_MF_MOVE", "MPOL_MF_MOVE_ALL",
					  "MPOL_MF_LAZY", NULL };
	static const char *const none[] = { NULL };

	put(c, "\"flags\":");
	if (call == GET)
		put_names(c, a[4], get);
	else if (call == HOME)
		put_names(c, a[3], none);
	else
		put_names(c, (uint32_t)a[5], mf);
}

static void put_mode(struct caller *c, uint32_t word)
{
	static const char *const modes[] = { "MPOL_DEFAULT",
					     "MPOL_PREFERRED",
					     "MPOL_BIND",
					     "MPOL_INTERLEAVE",
					     "MPOL_LOCAL",
					     "MPOL_PREFERRED_MANY",
					     "MPOL_WEIGHTED_INTERLEAVE" };
	uint32_t mode = word & ~(uint32_t)POLICY_FLAGS;
	const char *comma = "";

	if (mode < ARRAY_SIZE(modes))
		put(c, "\"mode\":\"%s\"", modes[mode]);
	else
		put(c, "\"mode\":\"0x%x\"", mode);
	put(c, ",\"mode_flags\":[");
	if (word & POLICY_STATIC_NODES)
		put(c, "\"MPOL_F_STATIC_NODES\""), comma = ",";
	if (word & POLICY_RELATIVE_NODES)
		put(c, "%s\"MPOL_F_RELATIVE_NODES\"", comma), comma = ",";
	if (word & POLICY_NUMA_BALANCING)
		put(c, "%s\"MPOL_F_NUMA_BALANCING\"", comma);
	put(c, "]");
}

/* The word of the tool for what it cannot have read; NULL: it has. */
static const char *mask_unread(struct caller *c, const char *name, unsigned long at, uint64_t bits)
{
	unsigned long word;
	bool maybe = false;

	for (word = 0; word * WORD * 8 < bits && word * WORD * 8 < possible; word++) {
		int r = word_readable(c, at, word);

		if (r == NO)
			return "fault";
		maybe = maybe || r == MAYBE;
	}
	if (maybe)
		c->maybe[c->nmaybe++] = name;
	return NULL;
}

static void put_mask(struct caller *c, const char *comma, const char *name, unsigned long at,
		     uint64_t bits)
{
	const char *sep = "";
	unsigned long node;

	put(c, "%s\"%s\":[", comma, name);
	for (node = 0; node < bits && node < possible; node++) {
		uint64_t word = read_word(at + node / (WORD * 8) * WORD, WORD);

		if (!(word >> node % (WORD * 8) & 1))
			continue;
		put(c, "%s%lu", sep, node);
		sep = ",";
	}
	put(c, "]");
}

/* An input mask: maxnode - 1 bits, of which the kernel takes at most a page. */
static void put_input_mask(struct caller *c, const char **comma, const char *name, unsigned long at,
			   unsigned long maxnode, struct unread *unread)
{
	uint64_t bits = (uint64_t)maxnode - 1;

	if (!at)
		return;
	unread->name = name;
	unread->why = bits > 8 * page_size() ? "too long" : mask_unread(c, name, at, bits);
	if (unread->why)
		return;
	put_mask(c, *comma, name, at, bits);
	*comma = ",";
}

static void put_get(struct caller *c, const unsigned long *a, bool ok, struct unread *unread)
{
	uint64_t bits = WORD == 4 ? possible : report_mask_bytes(a[2]) * 8;

	put_flags(c, GET, a);
	if (ok && a[0] && !(a[4] & GET_MEMS_ALLOWED)) {
		if (readable(c, a[0], 4) == MAYBE)
			c->maybe[c->nmaybe++] = "mode";
		put(c, ",");
		if (a[4] & GET_NODE)
			put(c, "\"node\":%u", (unsigned)read_word(a[0], 4));
		else
			put_mode(c, (uint32_t)read_word(a[0], 4));
	}
	if (!ok || !a[1])
		return;
	unread->name = "nodes";
	unread->why = mask_unread(c, "nodes", a[1], bits);
	if (!unread->why)
		put_mask(c, ",", "nodes", a[1], bits);
}

/* One element of an array; false where it cannot be read. */
static bool put_item(struct caller *c, const char *comma, unsigned which, unsigned long array,
		     unsigned long i, bool *maybe)
{
	static const size_t sizes[3] = { WORD, 4, 4 };
	size_t size = sizes[which];
	unsigned long at = array + i * size;
	int r = which == 0 ? word_readable(c, array, i) : readable(c, at, size);

	*maybe = *maybe || r == MAYBE;
	if (r == NO)
		return false;
	if (which == 0)
		put(c, "%s\"addr\":\"0x%lx\"", comma, (unsigned long)read_word(at, size));
	else
		put(c, "%s\"%s\":%d", comma, which == 1 ? "node" : "status",
		    (int)read_word(at, size));
	return true;
}

static void put_items(struct caller *c, const unsigned long *arrays, unsigned long n, bool *faults,
		      bool *maybe)
{
	unsigned long i;
	unsigned which;

	put(c, ",\"pages\":[");
	for (i = 0; i < n; i++) {
		const char *comma = "";

		put(c, "%s{", i ? "," : "");
		for (which = 0; which < 3; which++) {
			if (!arrays[which])
				continue;
			if (put_item(c, comma, which, arrays[which], i, maybe))
				comma = ",";
			else
				faults[which] = true;
		}
		put(c, "}");
	}
	put(c, "]");
}

static void put_move(struct caller *c, const unsigned long *a, bool ok, struct unread *unread)
{
	unsigned long arrays[3] = { a[2], a[3], ok ? a[4] : 0 }, count = a[1];
	unsigned long n = count < SHOWN_MAX ? count : SHOWN_MAX;
	bool faults[3] = { false }, maybe = false;
	unsigned which;

	put_flags(c, MOVE, a);
	if (!arrays[0] && !arrays[1] && !arrays[2])
		return;
	put_items(c, arrays, n, faults, &maybe);
	if (count > n)
		put(c, ",\"not_shown\":%lu", count - n);
	if (maybe)
		c->maybe[c->nmaybe++] = "pages";
	unread->name = "pages";
	if (count > n)
		unread->why = "too long";
	/* says more */
	for (which = 0; which < 3; which++)
		if (faults[which])
			unread->why = "fault";
}

static void put_decoded(struct caller *c, enum call call, const unsigned long *a, bool ok,
			struct unread *unread)
{
	const char *comma = "";

	put(c, "\"decoded\":{");
	switch (call) {
	case GET:
		put_get(c, a, ok, &unread[0]);
		break;
	case SET:
		put_mode(c, (uint32_t)a[0]);
		comma = ",";
		put_input_mask(c, &comma, "nodes", a[1], a[2], &unread[0]);
		break;
	case MBIND:
		put_flags(c, MBIND, a);
		put(c, ",");
		put_mode(c, (uint32_t)a[2]);
		comma = ",";
		put_input_mask(c, &comma, "nodes", a[3], a[4], &unread[0]);
		break;
	case HOME:
		put_flags(c, HOME, a);
		break;
	case MIGRATE:
		put_input_mask(c, &comma, "old_nodes", a[2], a[1], &unread[0]);
		put_input_mask(c, &comma, "new_nodes", a[3], a[1], &unread[1]);
		break;
	case MOVE:
		put_move(c, a, ok, &unread[0]);
		break;
	case NCALLS:
		break;
	}
	put(c, "}");
}

static void put_args(struct caller *c, enum call call, const unsigned long *a)
{
	int i;

	put(c, "\"args\":{");
	for (i = 0; i < 6 && args_of[call][i].kind != END; i++) {
		put(c, "%s\"%s\":", i ? "," : "", args_of[call][i].name);
		switch (args_of[call][i].kind) {
		case ADDR:
			put(c, "\"0x%lx\"", a[i]);
			break;
		case INT:
			put(c, "%d", (int)a[i]);
			break;
		case U32:
			put(c, "%u", (unsigned)a[i]);
			break;
		case ULONG:
		case END:
			put(c, "%lu", a[i]);
			break;
		}
	}
	put(c, "},");
}

static void put_unread(struct caller *c, const struct unread *unread)
{
	const char *comma = "";
	int i;

	if (!unread[0].why && !unread[1].why)
		return;
	put(c, ",\"unread\":{");
	for (i = 0; i < 2; i++) {
		if (!unread[i].why)
			continue;
		put(c, "%s\"%s\":\"%s\"", comma, unread[i].name, unread[i].why);
		comma = ",";
	}
	put(c, "}");
}

static void put_maybe(struct caller *c)
{
	unsigned i;

	for (i = 0; i < c->nmaybe; i++)
		put(c, "%s\"%s\"", i ? "," : ",\"maybe\":[", c->maybe[i]);
	if (c->nmaybe)
		put(c, "]");
}

static void tell(struct caller *c, enum call call, const unsigned long *a, long ret, int error)
{
	struct unread unread[2] = { { NULL, NULL }, { NULL, NULL } };

	c->nmaybe = 0;
	put(c, "{\"pid\":%d,\"tid\":%ld,\"comm\":\"%s\",\"abi\":\"" ABI "\",\"syscall\":\"%s\",",
	    (int)getpid(), syscall(SYS_gettid), program_invocation_short_name, names[call]);
	put_args(c, call, a);
	put_decoded(c, call, a, error == 0, unread);
	put_unread(c, unread);
	put(c, ",\"ret\":%ld,\"error\":", ret);
	put(c, error ? "\"%s\"" : "%s", error ? strerrorname_np(error) : "null");
	put(c, ",\"denied\":false");
	put_maybe(c);
	put(c, "}\n");
}

/* --- calls ---------------------------------------------------------------------------------------
 */

static unsigned long garbage_above(struct caller *c, unsigned long low)
{
#if __SIZEOF_LONG__ == 8
	if (below(c, 4) == 0)
		return low | next_random(&c->random) << 32;
#endif
	(void)c;
	return low;
}

static unsigned long any_maxnode(struct caller *c)
{
	static const unsigned long some[] = {
		0,     1,     2,     3,		31,	    32,	       33,	  34,
		63,    64,    65,    66,	128,	    1024,      1025,	  4097,
		32768, 32769, 32770, 1UL << 31, 0xffffffff, ~0UL - 62, ~0UL - 61, ~0UL,
	};

	if (below(c, 8))
		return some[below(c, ARRAY_SIZE(some))];
	return below(c, 2) ? below(c, 2048) : (unsigned long)next_random(&c->random);
}

static unsigned long any_mode(struct caller *c)
{
	unsigned long mode = below(c, 9);

	if (below(c, 3) == 0)
		mode |= below(c, 8) << 13;
	if (below(c, 20) == 0)
		mode |= 1UL << below(c, 32);
	return mode;
}

static unsigned long any_flags(struct caller *c)
{
	return below(c, 20) ? below(c, 8) : 1UL << below(c, 32) | below(c, 16);
}

/* Of a call that takes a word of them. */
static unsigned long any_flag_word(struct caller *c)
{
	return below(c, 40) ? any_flags(c) : ~0UL << below(c, 8 * WORD);
}

/* Mostly the caller, and nobody whose memory must not move: see harmless_init(). */
static int any_pid(struct caller *c)
{
	static const int some[] = { 0x7ffffffe, -1, -77, 1 };

	if (below(c, 2))
		return 0;
	return below(c, 4) ? some[below(c, ARRAY_SIZE(some))] : getpid();
}

static bool is_self(int pid)
{
	return pid == 0 || pid == getpid();
}

static void choose_get(struct caller *c, unsigned long *a)
{
	a[0] = pointer(c, &c->pieces[0], 4);
	a[1] = pointer(c, &c->pieces[1], 128);
	a[2] = any_maxnode(c);
	a[3] = below(c, 2) ? 0 : (unsigned long)c->range + below(c, RANGE_PAGES * page_size());
	a[4] = any_flag_word(c);
}

/* Pages are moved in the range alone, since a page on its way cannot be read for a moment. */
static void choose_mbind(struct caller *c, unsigned long *a)
{
	unsigned long flags = any_flags(c);
	size_t page = page_size();

	a[0] = (unsigned long)c->range;
	a[1] = below(c, RANGE_PAGES + 1) * page;
	if (!(flags & 6) && below(c, 4) == 0) {
		a[0] += below(c, page);
		a[1] = (unsigned long)next_random(&c->random);
	}
	a[2] = below(c, 10) ? any_mode(c) : garbage_above(c, any_mode(c));
	a[3] = pointer(c, &c->pieces[0], 128);
	a[4] = any_maxnode(c);
	a[5] = garbage_above(c, flags);
}

/* An element for an array of addresses: mostly of a page that is there. */
static unsigned long any_page(struct caller *c)
{
	unsigned long range = (unsigned long)c->range;
	size_t page = page_size();

	switch (below(c, 16)) {
	case 0:
		return 0;
	case 1:
		return kernel_address;
	case 2:
		return UNMAPPED;
	case 3:
		return range + UNTOUCHED * page;
	case 4: /* in the middle of one */
		return range + below(c, RANGE_PAGES * page);
	default:
		return range + below(c, RANGE_PAGES) * page;
	}
}

/* One for an array of nodes. */
static int any_node(struct caller *c)
{
	static const int bad[] = { -1, -0x7fffffff - 1, 0x7fffffff, 1024 };

	return below(c, 100) ? (int)below(c, possible) : bad[below(c, ARRAY_SIZE(bad))];
}

static bool writable(const struct caller *c, const struct piece *p, unsigned long at, size_t len)
{
	return readable(c, at, len) == YES &&
	       (at - (unsigned long)p->at) / page_size() != READ_ONLY;
}

/* Puts elements there that mean something, as far as it can be written. Out: how many. */
static unsigned long fill_pages(struct caller *c, unsigned long at, unsigned long count)
{
	unsigned long i, element;

	for (i = 0; i < count && i < FILLED && writable(c, &c->pieces[0], at, WORD); i++) {
		element = any_page(c);
		memcpy((void *)at, &element, WORD);
		at += WORD;
	}
	return i;
}

static void fill_nodes(struct caller *c, unsigned long at, unsigned long count)
{
	unsigned long i;
	int element;

	for (i = 0; i < count && i < FILLED && writable(c, &c->pieces[1], at, 4); i++) {
		element = any_node(c);
		memcpy((void *)at, &element, 4);
		at += 4;
	}
}

/*
 * Process 1 is asked for only together with an argument that every kernel
 * refuses before it looks at memory: 5.10's compat function cuts a maxnode that
 * is too large, but reads the mask.
 */
static void harmless_init(enum call call, unsigned long *a)
{
	if ((int)a[0] != 1)
		return;
	if (call == MOVE) {
		a[5] |= 1 << 20;
		return;
	}
	a[1] = 64;
	a[2] = UNMAPPED;
}

static void choose_move(struct caller *c, unsigned long *a)
{
	static const unsigned long counts[] = {
		0,  1,	 2,    3,    31,	32,   33,
		40, 100, 1000, MANY, 1UL << 31, ~0UL, ~0UL / sizeof(void *) + 1
	};
	unsigned long filled;

	a[0] = garbage_above(c, (uint32_t)any_pid(c));
	a[1] = counts[below(c, below(c, 4) ? 8 : ARRAY_SIZE(counts))];
	a[2] = pointer(c, &c->pieces[0], a[1] > MANY ? WORD : a[1] * WORD);
	a[3] = below(c, 3) ? 0 : pointer(c, &c->pieces[1], a[1] > MANY ? 4 : a[1] * 4);
	a[4] = pointer(c, &c->pieces[2], a[1] > MANY ? 4 : a[1] * 4);
	a[5] = garbage_above(c, below(c, 2) ? below(c, 2) * 2 : any_flags(c));
	filled = fill_pages(c, a[2], a[1]);
	fill_nodes(c, a[3], a[1]);
	/* random words of 32 bits are addresses, of what another thread may be about to show */
	if (WORD == 4 && is_self((int)a[0]) && filled < a[1])
		a[3] = 0;
	harmless_init(MOVE, a);
}

static void choose_migrate(struct caller *c, unsigned long *a)
{
	a[0] = garbage_above(c, (uint32_t)any_pid(c));
	a[1] = any_maxnode(c);
	a[2] = pointer(c, &c->pieces[0], 128);
	/* from where to there: nothing moves */
	a[3] = is_self((int)a[0]) ? a[2] : pointer(c, &c->pieces[1], 128);
	harmless_init(MIGRATE, a);
}

static void choose(struct caller *c, enum call call, unsigned long *a)
{
	switch (call) {
	case GET:
		choose_get(c, a);
		break;
	case SET:
		a[0] = garbage_above(c, any_mode(c));
		a[1] = pointer(c, &c->pieces[0], 128);
		a[2] = any_maxnode(c);
		break;
	case MBIND:
		choose_mbind(c, a);
		break;
	case HOME:
		a[0] = (unsigned long)c->range + (below(c, 4) ? 0 : below(c, page_size()));
		a[1] = below(c, 4) ? below(c, 5) * page_size()
				   : (unsigned long)next_random(&c->random);
		a[2] = below(c, 3);
		a[3] = below(c, 3) ? 0 : any_flag_word(c);
		break;
	case MIGRATE:
		choose_migrate(c, a);
		break;
	case MOVE:
		choose_move(c, a);
		break;
	case NCALLS:
		break;
	}
}

static void make_call(struct caller *c, enum call call)
{
	unsigned long a[6] = { 0 };
	long ret;
	int error;

	choose(c, call, a);
	ret = syscall(numbers[call], a[0], a[1], a[2], a[3], a[4], a[5]);
	error = ret == -1 ? errno : 0;
	tell(c, call, a, ret, error);
}

static void flush(struct caller *c)
{
	size_t done = 0;

	while (done < c->len) {
		ssize_t n = write(STDOUT_FILENO, c->text + done, c->len - done);

		if (n < 0 && errno != EINTR)
			die("standard output");
		done += n > 0 ? (size_t)n : 0;
	}
	c->len = 0;
}

static pthread_mutex_t output = PTHREAD_MUTEX_INITIALIZER;

static enum call any_call(struct caller *c)
{
	enum call call = c->only == NCALLS ? (enum call)below(c, NCALLS) : c->only;

	return has_call[call] ? call : GET;
}

static void *run(void *arg)
{
	struct caller *c = arg;
	unsigned long i;

	for (i = 0; i < c->calls; i++) {
		enum call call = any_call(c);

		if (i % 16 == 0)
			refresh(c);
		c->range[below(c, RANGE_PAGES) * page_size()]++;
		make_call(c, call);
		if (i % LINES_AT_ONCE && i + 1 < c->calls)
			continue;
		pthread_mutex_lock(&output);
		flush(c);
		pthread_mutex_unlock(&output);
	}
	return NULL;
}

static void init(struct caller *c, uint64_t seed, unsigned index, unsigned long calls,
		 enum call only)
{
	int i;

	/* never 0, which xorshift has no way out of */
	c->random =
		((seed + 1) * UINT64_C(0x9e3779b97f4a7c15) + index * UINT64_C(0xbf58476d1ce4e5b9)) |
		1;
	c->calls = calls;
	c->only = only;
	c->size = (LINES_AT_ONCE + 1) * 4096;
	c->text = malloc(c->size);
	c->range = map_pages(RANGE_PAGES + 1, PROT_READ | PROT_WRITE);
	if (!c->text)
		die("malloc");
	for (i = 0; i < NPIECES; i++)
		make_piece(&c->pieces[i], &c->random);
}

static void read_possible(void)
{
	FILE *file = fopen("/sys/devices/system/node/possible", "re");
	char line[256], *last;

	if (!file || !fgets(line, sizeof(line), file))
		die("/sys/devices/system/node/possible");
	fclose(file);
	last = line + strcspn(line, "\n");
	while (last > line && last[-1] != '-' && last[-1] != ',')
		last--;
	possible = strtoul(last, NULL, 10) + 1;
}

/* Older kernels lack one: whether this one has it is a call, too, and the first of all. */
static void ask_home(struct caller *c)
{
	unsigned long a[6] = { 0, 0, 0, 1 << 20 };
	long ret;
	int error;

	ret = syscall(numbers[HOME], a[0], a[1], a[2], a[3]);
	error = ret == -1 ? errno : 0;
	has_call[HOME] = error != ENOSYS;
	if (!has_call[HOME])
		return;
	tell(c, HOME, a, ret, error);
	c->calls--;
	flush(c);
}

static void usage(void)
{
	fputs("usage: family [-s SEED] [-n CALLS] [-j THREADS] [-o SYSCALL]\n", stderr);
	exit(2);
}

struct options {
	unsigned long calls, threads;
	uint64_t seed;
	enum call only;
};

static enum call find(const char *name)
{
	unsigned i;

	for (i = 0; i < NCALLS; i++)
		if (strcmp(names[i], name) == 0)
			return (enum call)i;
	usage();
	return NCALLS;
}

static void parse(int argc, char **argv, struct options *ret)
{
	int opt;

	while ((opt = getopt(argc, argv, "n:j:s:o:")) != -1) {
		if (opt == 'n')
			ret->calls = strtoul(optarg, NULL, 10);
		else if (opt == 'j')
			ret->threads = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			ret->seed = strtoull(optarg, NULL, 10);
		else if (opt == 'o')
			ret->only = find(optarg);
		else
			usage();
	}
	if (optind < argc || ret->threads == 0)
		usage();
}

static void run_all(struct caller *callers, unsigned long n)
{
	pthread_t *threads = calloc(n, sizeof(*threads));
	unsigned long i;

	if (!threads)
		die("calloc");
	for (i = 0; i < n; i++)
		if (pthread_create(&threads[i], NULL, run, &callers[i]) != 0)
			die("pthread_create");
	for (i = 0; i < n; i++)
		pthread_join(threads[i], NULL);
}

int main(int argc, char **argv)
{
	struct options options = { .calls = 5000, .threads = 4, .seed = 1, .only = NCALLS };
	struct caller *callers;
	unsigned long i, n;

	parse(argc, argv, &options);
	read_possible();
	n = options.threads;
	callers = calloc(n, sizeof(*callers));
	if (!callers)
		die("calloc");
	for (i = 0; i < n; i++)
		init(&callers[i], options.seed, (unsigned)i,
		     options.calls / n + (i < options.calls % n), options.only);
	if (callers[0].calls && (options.only == NCALLS || options.only == HOME))
		ask_home(&callers[0]);
	/* there is no such call, and no other was asked for */
	if (options.only != NCALLS && !has_call[options.only])
		return 0;
	/* a kernel without CONFIG_COMPAT_32BIT_TIME has no threads for the C library's 32-bit
	 * programs */
	if (n == 1)
		run(&callers[0]);
	else
		run_all(callers, n);
	return 0;
}
