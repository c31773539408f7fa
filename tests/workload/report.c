/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.c - a call, made and told of.
 *
 * In: arguments. Out: the call and a line on it, as report.h says. The lines
 * are kept in memory until asked for, so that nothing but calls happens
 * between two calls; it never looks at memory that the kernel did not write.
 */
#define _GNU_SOURCE
#include "report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "errname.h"

enum { COMM_LEN = 16, LINE_MAX_LEN = 512, WORD_BITS = 8 * sizeof(unsigned long) };

struct bit_name {
	unsigned long bit;
	const char *name;
};

static const char *const mode_names[] = {
	"MPOL_DEFAULT",
	"MPOL_PREFERRED",
	"MPOL_BIND",
	"MPOL_INTERLEAVE",
	"MPOL_LOCAL",
	"MPOL_PREFERRED_MANY",
	"MPOL_WEIGHTED_INTERLEAVE",
};

static const struct bit_name mode_flag_names[] = {
	{ POLICY_STATIC_NODES, "MPOL_F_STATIC_NODES" },
	{ POLICY_RELATIVE_NODES, "MPOL_F_RELATIVE_NODES" },
	{ POLICY_NUMA_BALANCING, "MPOL_F_NUMA_BALANCING" },
	{ 0, NULL },
};

static const struct bit_name get_flag_names[] = {
	{ GET_NODE, "MPOL_F_NODE" },
	{ GET_ADDR, "MPOL_F_ADDR" },
	{ GET_MEMS_ALLOWED, "MPOL_F_MEMS_ALLOWED" },
	{ 0, NULL },
};

void die(const char *what)
{
	fprintf(stderr, "%s: %s: %s\n", program_invocation_short_name, what, strerror(errno));
	exit(99);
}

static void grow(struct report *report, size_t more)
{
	if (report->size - report->len >= more)
		return;
	report->size = 2 * report->size + more;
	report->text = realloc(report->text, report->size);
	if (!report->text)
		die("realloc");
}

void report_reserve(struct report *report, size_t lines)
{
	grow(report, lines * LINE_MAX_LEN);
}

static void __attribute__((format(printf, 2, 3)))
put(struct report *report, const char *format, ...)
{
	va_list ap;
	int n;

	grow(report, LINE_MAX_LEN);
	va_start(ap, format);
	n = vsnprintf(report->text + report->len, LINE_MAX_LEN, format, ap);
	va_end(ap);
	if (n < 0 || n >= LINE_MAX_LEN)
		die("vsnprintf");
	report->len += (size_t)n;
}

/* Names of ours have no control characters but those that a test puts there. */
static void put_string(struct report *report, const char *s)
{
	put(report, "\"");
	for (; *s; s++) {
		if (*s == '"' || *s == '\\')
			put(report, "\\%c", *s);
		else if ((unsigned char)*s < ' ')
			put(report, "\\u%04x", (unsigned char)*s);
		else
			put(report, "%c", *s);
	}
	put(report, "\"");
}

static void put_bits(struct report *report, const struct bit_name *names, unsigned long bits)
{
	const char *comma = "";

	put(report, "[");
	for (; names->name; names++) {
		if (!(bits & names->bit))
			continue;
		put(report, "%s\"%s\"", comma, names->name);
		bits &= ~names->bit;
		comma = ",";
	}
	if (bits)
		put(report, "%s\"%#lx\"", comma, bits);
	put(report, "]");
}

/* The kernel knows no node beyond this, and the tool shows none: the highest possible one plus 1.
 */
static unsigned long possible_nodes(void)
{
	static unsigned long possible;
	FILE *file;
	char line[256], *last;

	if (possible)
		return possible;
	file = fopen("/sys/devices/system/node/possible", "re");
	if (!file || !fgets(line, sizeof(line), file))
		die("/sys/devices/system/node/possible");
	fclose(file);
	last = line + strcspn(line, "\n");
	while (last > line && last[-1] != '-' && last[-1] != ',')
		last--;
	possible = strtoul(last, NULL, 10) + 1;
	return possible;
}

/*
 * mm/mempolicy.c, copy_nodes_to_user(): ALIGN(maxnode - 1, 64) bits, whatever the ABI, and none
 * where that wraps around, as it does for the highest maxnodes.
 */
size_t report_mask_bytes(unsigned long maxnode)
{
	uint64_t bits = (uint64_t)maxnode - 1;

	return (size_t)((bits + 63) / 64 * 8 * (bits + 63 >= bits));
}

static void put_nodes(struct report *report, const struct gm_args *args)
{
	uint64_t bits = (uint64_t)report_mask_bytes(args->maxnode) * 8;
	unsigned long node, word = 0;
	const char *comma = "";

	put(report, ",\"nodes\":[");
	/* compat_put_bitmap() has no such sum; 5.10 takes maxnode 0 for 2^32, and later ones refuse
	 * it */
	if (bits > possible_nodes() || WORD_BITS == 32)
		bits = possible_nodes();
	for (node = 0; node < bits; node++) {
		if (node % WORD_BITS == 0) {
			uintptr_t at = args->nodemask + node / 8;

			memcpy(&word, (void *)at, sizeof(word)); /* may be misaligned */
		}
		if (!(word >> node % WORD_BITS & 1))
			continue;
		put(report, "%s%lu", comma, node);
		comma = ",";
	}
	put(report, "]");
}

static void put_mode(struct report *report, const struct gm_args *args)
{
	uint32_t word;
	unsigned mode;

	memcpy(&word, (void *)(uintptr_t)args->mode, sizeof(word));
	if (args->flags & GET_NODE) {
		put(report, ",\"node\":%" PRIu32, word);
		return;
	}
	mode = word & ~(unsigned)POLICY_FLAGS;
	if (mode < ARRAY_SIZE(mode_names))
		put(report, ",\"mode\":\"%s\"", mode_names[mode]);
	else
		put(report, ",\"mode\":\"%#x\"", mode);
	put(report, ",\"mode_flags\":");
	put_bits(report, mode_flag_names, word & POLICY_FLAGS);
}

static void put_decoded(struct report *report, const struct gm_args *args, bool ok)
{
	put(report, "\"decoded\":{\"flags\":");
	put_bits(report, get_flag_names, args->flags);
	if (ok && args->mode && !(args->flags & GET_MEMS_ALLOWED))
		put_mode(report, args);
	if (ok && args->nodemask)
		put_nodes(report, args);
	put(report, "},");
}

/* The `#' of printf leaves 0 alone; pointers are 0x0 there. */
static void put_args(struct report *report, const struct gm_args *args)
{
	put(report,
	    "\"args\":{\"mode\":\"0x%lx\",\"nodemask\":\"0x%lx\",\"maxnode\":%lu,"
	    "\"addr\":\"0x%lx\",\"flags\":%lu},",
	    args->mode, args->nodemask, args->maxnode, args->addr, args->flags);
}

static void put_line(struct report *report, const char *comm, const struct gm_args *args, long ret,
		     int error)
{
	put(report, "{\"pid\":%ld,\"tid\":%ld,\"comm\":", (long)getpid(), syscall(SYS_gettid));
	put_string(report, comm);
	put(report, ",\"abi\":\"" ABI "\",\"syscall\":\"get_mempolicy\",");
	put_args(report, args);
	put_decoded(report, args, error == 0);
	/* 5.10 returns what it could not clear to 32-bit callers: a success that is not 0 */
	put(report, "\"ret\":%ld,\"error\":", ret);
	put(report, error ? "\"%s\"" : "%s", error ? strerrorname_np(error) : "null");
	put(report, ",\"denied\":false}\n");
}

long report_call(struct report *report, const struct gm_args *args)
{
	char comm[COMM_LEN] = "";
	long ret;
	int error;

	if (prctl(PR_GET_NAME, comm) < 0)
		die("PR_GET_NAME");
	possible_nodes(); /* read before the call: the mode of this task's memory is its policy's */
	ret = syscall(SYS_get_mempolicy, args->mode, args->nodemask, args->maxnode, args->addr,
		      args->flags);
	error = ret < 0 ? errno : 0;
	put_line(report, comm, args, ret, error);
	report->calls++;
	return ret;
}

void report_write(struct report *report)
{
	size_t done = 0;

	while (done < report->len) {
		ssize_t n = write(STDOUT_FILENO, report->text + done, report->len - done);

		if (n < 0 && errno != EINTR)
			die("standard output");
		done += n > 0 ? (size_t)n : 0;
	}
	free(report->text);
	*report = (struct report){ 0 };
}

/* A mask of 64 bits, in words of the ABI's size; with the off by one that the kernel wants. */
struct mask {
	unsigned long words[64 / WORD_BITS];
};

enum { MASK_MAXNODE = 64 + 1 };

static unsigned long mask_of(struct mask *mask, unsigned long nodes)
{
	memset(mask, 0, sizeof(*mask));
	mask->words[0] = nodes;
	return nodes ? (unsigned long)(uintptr_t)mask : 0;
}

bool set_policy(int mode, unsigned long nodes)
{
	struct mask mask;

	return syscall(SYS_set_mempolicy, mode, mask_of(&mask, nodes), MASK_MAXNODE) == 0;
}

bool bind_range(void *start, size_t len, int mode, unsigned long nodes)
{
	struct mask mask;

	return syscall(SYS_mbind, start, len, mode, mask_of(&mask, nodes), MASK_MAXNODE, 0) == 0;
}

size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

void *map_pages(size_t pages, int prot)
{
	void *at = mmap(NULL, pages * page_size(), prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (at == MAP_FAILED)
		die("mmap");
	return at;
}

/* xorshift64*: the same sequence everywhere, which rand() does not promise. */
uint64_t next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return *state * UINT64_C(2685821657736338717) >> 16;
}

void fill_random(void *start, size_t len, uint64_t *state)
{
	unsigned char *at = start;

	while (len--)
		*at++ = (unsigned char)next_random(state);
}

void wait_for_line(void)
{
	char c = 0;
	ssize_t n;

	do {
		n = read(STDIN_FILENO, &c, 1);
	} while ((n == 1 && c != '\n') || (n < 0 && errno == EINTR));
}
