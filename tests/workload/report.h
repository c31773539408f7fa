/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * report.h - a call, made and told of.
 *
 * In: the arguments of a get_mempolicy call. Out: the call, made by the raw
 * system call, and one line of JSON on it in the form of the tool's own `call`
 * lines, without what only a tracer knows (time, host, cpu, uid, duration).
 * What it tells it read out of its own memory; it never makes a call of the
 * family that it does not tell of, which is why libnuma is not linked: its
 * constructor makes some.
 */
#ifndef WORKLOAD_REPORT_H
#define WORKLOAD_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

/* As the tool names it. */
#if defined __x86_64__ && defined __ILP32__
#define ABI "x32"
#elif defined __x86_64__
#define ABI "x86_64"
#elif defined __i386__
#define ABI "i386"
#elif defined __aarch64__
#define ABI "aarch64"
#elif defined __arm__
#define ABI "arm"
#elif defined __powerpc64__
#define ABI "ppc64le"
#else
#error "how does the tool name this ABI?"
#endif

/* include/uapi/linux/mempolicy.h; spelt out, since the header of the build machine may be older
 * than the kernel of the test. */
enum {
	POLICY_DEFAULT,
	POLICY_PREFERRED,
	POLICY_BIND,
	POLICY_INTERLEAVE,
	POLICY_LOCAL,
	POLICY_PREFERRED_MANY,
	POLICY_WEIGHTED_INTERLEAVE,

	POLICY_NUMA_BALANCING = 1 << 13,
	POLICY_RELATIVE_NODES = 1 << 14,
	POLICY_STATIC_NODES = 1 << 15,
	POLICY_FLAGS = 7 << 13,

	GET_NODE = 1,
	GET_ADDR = 2,
	GET_MEMS_ALLOWED = 4,
};

/* The arguments as the registers hold them: any of them may be a wrong address. */
struct gm_args {
	unsigned long mode;
	unsigned long nodemask;
	unsigned long maxnode;
	unsigned long addr;
	unsigned long flags;
};

/* Lines not yet written. Zero is empty; each thread has its own. */
struct report {
	char *text;
	size_t len;
	size_t size;
	unsigned long calls;
};

/* How many bytes the kernel writes to a node mask on success. */
size_t report_mask_bytes(unsigned long maxnode);

/* Makes one call and adds its line; returns what the call returned. */
long report_call(struct report *report, const struct gm_args *args);

/* Room for that many more lines, so that no allocation comes between two calls. */
void report_reserve(struct report *report, size_t lines);

/* Writes the lines to standard output, in one write(2), and forgets them. */
void report_write(struct report *report);

/* Sets the policy of the task; false where this kernel or machine refuses it. */
bool set_policy(int mode, unsigned long nodes);

/* The same for a range of memory. */
bool bind_range(void *start, size_t len, int mode, unsigned long nodes);

/* A page to fill, and the like: ends the program if there is none. */
void *map_pages(size_t pages, int prot);
size_t page_size(void);

/* Bytes that look like nothing: what a tool shows of them was never written by the kernel. */
void fill_random(void *start, size_t len, uint64_t *state);
uint64_t next_random(uint64_t *state);

/* Returns when a line, or the end, came on standard input. */
void wait_for_line(void);

/* Says what failed and ends the program with status 99. */
void die(const char *what) __attribute__((noreturn));

#endif
