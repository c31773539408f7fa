/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * failing.c - each mistake that can be made with the family, made once.
 *
 * In: the names of the groups of mistakes to make (see main()). Out: on
 * standard output a line for each call that failed: the call, the errno it
 * got, and an extended regular expression of what is wrong with it, parted by
 * tabs. What is wrong stands here because it was done on purpose; that the
 * kernel answered as it should is checked. It stays a while after its last
 * call, so that /proc can be asked about it, unless "haste" is named.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "errname.h"
#include "report.h"

#ifndef SYS_set_mempolicy_home_node
#define SYS_set_mempolicy_home_node 450
#endif

enum {
	NOBODY = 65534,
	BEFORE_END_MS = 2000,
	MF_STRICT = 1,
	MF_MOVE = 2,
	MF_MOVE_ALL = 4,
	BITS = 8 * sizeof(long)
};

#define NAMES(X)                   \
	X(get_mempolicy)           \
	X(set_mempolicy)           \
	X(mbind)                   \
	X(set_mempolicy_home_node) \
	X(migrate_pages)           \
	X(move_pages)
#define ROW(name) { SYS_##name, #name },
static const struct {
	long nr;
	const char *name;
} calls[] = { NAMES(ROW) };

static char *pages; /* eight, of which the fourth is not there and the fifth may only be read */
static size_t size; /* of one */
static int wrong;   /* calls that the kernel answered otherwise */
static unsigned long word[64];
static bool in_haste; /* not to stay after the last call */

static unsigned long page(unsigned n)
{
	return (unsigned long)pages + n * size;
}

static const char *name_of(long nr)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(calls); i++)
		if (calls[i].nr == nr)
			return calls[i].name;
	return "?";
}

/* What the kernel said of the call that has just been made. @cause: as printf() has it */
__attribute__((format(printf, 4, 5))) static void tell(long nr, long rc, int errnum,
						       const char *cause, ...)
{
	int got = rc < 0 ? errno : 0;
	va_list args;

	if (got == ENOSYS)
		return;
	if (got != errnum) {
		fprintf(stderr, "%s: %s, expected %s (%s)\n", name_of(nr), strerrorname_np(got),
			strerrorname_np(errnum), cause);
		wrong++;
	}
	if (got == 0)
		return;
	printf("%s\t%s\t", name_of(nr), strerrorname_np(got));
	va_start(args, cause);
	vprintf(cause, args);
	va_end(args);
	putchar('\n');
}

#define GET(errnum, mode, mask, maxnode, addr, flags, ...)                                    \
	tell(SYS_get_mempolicy, syscall(SYS_get_mempolicy, mode, mask, maxnode, addr, flags), \
	     errnum, __VA_ARGS__)
#define SET(errnum, mode, mask, maxnode, ...)                                            \
	tell(SYS_set_mempolicy, syscall(SYS_set_mempolicy, mode, mask, maxnode), errnum, \
	     __VA_ARGS__)
#define BIND(errnum, addr, len, mode, mask, maxnode, flags, ...)                           \
	tell(SYS_mbind, syscall(SYS_mbind, addr, len, mode, mask, maxnode, flags), errnum, \
	     __VA_ARGS__)
#define HOME(errnum, start, len, node, flags, ...) \
	tell(SYS_set_mempolicy_home_node,          \
	     syscall(SYS_set_mempolicy_home_node, start, len, node, flags), errnum, __VA_ARGS__)
#define MIGRATE(errnum, pid, maxnode, from, to, ...)                                        \
	tell(SYS_migrate_pages, syscall(SYS_migrate_pages, pid, maxnode, from, to), errnum, \
	     __VA_ARGS__)
#define MOVE(errnum, pid, count, addrs, nodes, status, flags, ...)                             \
	tell(SYS_move_pages, syscall(SYS_move_pages, pid, count, addrs, nodes, status, flags), \
	     errnum, __VA_ARGS__)

/* A mask with those bits. */
static unsigned long *mask(unsigned long bits)
{
	word[0] = bits;
	return word;
}

static void get(void)
{
	int mode;

	GET(EINVAL, &mode, word, 1UL, 0UL, 0UL,
	    "maxnode 1 is less than the number of possible nodes, [0-9]+");
	GET(EINVAL, &mode, NULL, 0UL, 0UL, 0x108UL, "0x108 is no flag that get_mempolicy takes");
	GET(EINVAL, &mode, NULL, 0UL, page(0), 6UL, "MPOL_F_MEMS_ALLOWED goes with no other flag");
	GET(EINVAL, &mode, NULL, 0UL, page(0), 0UL,
	    "addr is not NULL, and flags are without MPOL_F_ADDR");
	GET(EINVAL, &mode, NULL, 0UL, page(0), 1UL,
	    "addr is not NULL, and flags are without MPOL_F_ADDR");
	GET(EINVAL, &mode, NULL, 0UL, 0UL, 1UL,
	    "MPOL_F_NODE without MPOL_F_ADDR .* policy is not interleaving");
	GET(EINVAL, NULL, word, 64 * size + 64, 0UL, 0UL,
	    "maxnode %zu is more than a page of bits.*", 64 * size + 64);
	GET(EFAULT, &mode, NULL, 0UL, 0UL, 2UL, "nothing is mapped at addr 0x0");
	GET(EFAULT, &mode, NULL, 0UL, page(3), 2UL, "nothing is mapped at addr 0x%lx", page(3));
	GET(EFAULT, &mode, NULL, 0UL, page(5), 3UL, "by exclusion: the page at addr 0x%lx .*",
	    page(5));
	GET(EFAULT, 16UL, NULL, 0UL, 0UL, 0UL, "mode 0x10 cannot be written");
	GET(EFAULT, page(4), NULL, 0UL, 0UL, 0UL, "mode 0x%lx cannot be written", page(4));
	GET(EFAULT, page(4), NULL, 0UL, page(0), 2UL, "mode 0x%lx cannot be written", page(4));
	GET(EFAULT, NULL, page(4), 1024UL, 0UL, 0UL, "nodemask 0x%lx cannot be written", page(4));
	GET(EFAULT, NULL, page(3), 1024UL, 0UL, 4UL, "nodemask 0x%lx cannot be written", page(3));
	/* of its 128 bytes the first 8 are there */
	GET(EFAULT, NULL, page(3) - 8, 1024UL, 0UL, 4UL, "nodemask 0x%lx cannot be written",
	    page(3) - 8);
}

static void set(void)
{
	SET(EINVAL, POLICY_BIND, mask(4), 64UL,
	    "node 2 is not in Mems_allowed 0-1 \\(there is no node 2\\)");
	SET(EINVAL, POLICY_INTERLEAVE, mask(0x30), 64UL,
	    "nodes 4-5 are not in Mems_allowed 0-1 \\(there are no nodes 4-5\\)");
	SET(EINVAL, POLICY_PREFERRED, mask(0xc), 4UL,
	    "node 2 is not in Mems_allowed 0-1 .*; maxnode 4 leaves out node 3 of nodemask");
	SET(EINVAL, POLICY_BIND, mask(1), 1UL,
	    "maxnode 1 covers no bit, and MPOL_BIND needs a node");
	SET(EINVAL, POLICY_BIND, mask(2), 2UL,
	    "maxnode 2 covers node 0 only: node 1 is in nodemask, and not counted, .*");
	SET(EINVAL, POLICY_BIND, mask(0x80), 8UL,
	    "maxnode 8 covers nodes 0-6 only: node 7 is in nodemask, and not counted, .*");
	SET(EINVAL, POLICY_INTERLEAVE, NULL, 0UL,
	    "nodemask is NULL, and MPOL_INTERLEAVE needs a node");
	SET(EINVAL, POLICY_BIND, mask(0), 64UL,
	    "nodemask (is empty|holds no possible node), and MPOL_BIND needs a node");
	SET(EINVAL, POLICY_BIND, mask(0), 1024UL,
	    "(either .*, or )?nodemask holds no possible node, and MPOL_BIND needs a node");
	SET(EINVAL, POLICY_BIND, mask(1), 0UL,
	    "maxnode is 0 and nodemask is not NULL: the kernel counts maxnode - 1 bits");
	SET(EINVAL, POLICY_BIND, mask(1), 16 * size, "maxnode %zu is more than a page of bits.*",
	    16 * size);
	SET(EINVAL, POLICY_DEFAULT, mask(1), 64UL,
	    "MPOL_DEFAULT takes no nodes, and node 0 is in nodemask");
	SET(EINVAL, POLICY_LOCAL, mask(3), 64UL,
	    "MPOL_LOCAL takes no nodes, and nodes 0-1 are in nodemask");
	SET(EINVAL, POLICY_LOCAL | POLICY_STATIC_NODES, NULL, 0UL,
	    "MPOL_LOCAL does not go with MPOL_F_STATIC_NODES");
	SET(EINVAL, POLICY_PREFERRED | POLICY_RELATIVE_NODES, NULL, 0UL,
	    "nodemask is NULL, and MPOL_PREFERRED\\|MPOL_F_RELATIVE_NODES needs a node");
	SET(EINVAL, POLICY_BIND | POLICY_STATIC_NODES | POLICY_RELATIVE_NODES, mask(1), 64UL,
	    "MPOL_F_STATIC_NODES and MPOL_F_RELATIVE_NODES exclude each other");
	SET(EINVAL, POLICY_INTERLEAVE | POLICY_NUMA_BALANCING, mask(1), 64UL,
	    "MPOL_F_NUMA_BALANCING does not go with MPOL_INTERLEAVE");
	SET(EINVAL, 0x999, mask(1), 64UL, "mode 0x999 does not exist");
	SET(EINVAL, 30, mask(1), 64UL, "by exclusion: this kernel does not know mode 0x1e");
	SET(EFAULT, POLICY_BIND, page(3), 64UL, "nodemask 0x%lx cannot be read", page(3));
	SET(EFAULT, POLICY_BIND, page(3) - 8, 1024UL,
	    "by exclusion: nodemask 0x%lx cannot be read as far as maxnode 1024 reaches",
	    page(3) - 8);
	word[1500 / BITS] = 1UL << 1500 % BITS;
	SET(EINVAL, POLICY_BIND, mask(1), 2048UL,
	    "by exclusion: nodemask holds a node, not captured, that the kernel is not built for");
	word[1500 / BITS] = 0;
}

/* Of each source of what is known one. */
static void few(void)
{
	SET(EINVAL, POLICY_BIND, mask(4), 64UL, "node 2 is not in Mems_allowed 0-1 .*");
	SET(EINVAL, POLICY_LOCAL, mask(3), 64UL, "MPOL_LOCAL takes no nodes, .*");
	SET(EFAULT, POLICY_BIND, page(3), 64UL, "nodemask 0x%lx cannot be read", page(3));
}

static void bind(void)
{
	BIND(EINVAL, page(0) + 1, size, POLICY_BIND, mask(1), 64UL, 0, "addr is not page aligned");
	BIND(EINVAL, page(0), size, POLICY_BIND, mask(1), 64UL, 9,
	     "MPOL_MF_LAZY is no flag that .*");
	/* the kernel counts in 64 bits */
	if (BITS == 64)
		BIND(EINVAL, page(0), 0UL - 2 * size, POLICY_BIND, mask(1), 64UL, 0,
		     "addr \\+ len wraps around");
	BIND(EINVAL, page(0), size, POLICY_BIND, mask(4), 64UL, 0,
	     "node 2 is not in Mems_allowed 0-1 .*");
	BIND(EINVAL, page(0), size, POLICY_BIND, mask(1), 1UL, 0, "maxnode 1 covers no bit, .*");
	BIND(EINVAL, page(0), size, POLICY_BIND, mask(1), 0UL, 0, "maxnode is 0 and nodemask .*");
	BIND(EINVAL, page(0), size, POLICY_DEFAULT, mask(1), 64UL, 0,
	     "MPOL_DEFAULT takes no nodes, and node 0 is in nodemask");
	BIND(EINVAL, page(0), size, 0x777, mask(1), 64UL, 0, "mode 0x777 does not exist");
	BIND(EFAULT, page(0), size, POLICY_BIND, page(3), 64UL, 0, "nodemask 0x%lx cannot be read",
	     page(3));
	BIND(EFAULT, page(0), 8 * size, POLICY_BIND, mask(1), 64UL, 0,
	     "nothing is mapped at 0x%lx, in the range", page(3));
	BIND(EFAULT, page(3), size, POLICY_DEFAULT, NULL, 0UL, 0,
	     "nothing is mapped at 0x%lx, in the range", page(3));
	/* the page is there, on the node that the policy was before */
	if (syscall(SYS_mbind, page(7), size, POLICY_BIND, mask(1), 64UL, 0) < 0)
		die("mbind");
	*(volatile char *)page(7) = 1;
	BIND(EIO, page(7), size, POLICY_BIND, mask(2), 64UL, MF_STRICT,
	     "a page of the range is not where the policy wants it, .*");
}

static void home(void)
{
	HOME(EINVAL, page(0) + 8, size, 0UL, 0UL, "start is not page aligned");
	HOME(EINVAL, page(0), size, 0UL, 3UL, "0x3 is no flag that set_mempolicy_home_node takes");
	HOME(EINVAL, page(0), size, 9UL, 0UL, "there is no node 9");
	if (BITS == 64)
		HOME(EINVAL, page(0), 0UL - 2 * size, 0UL, 0UL, "start \\+ len wraps around");
	HOME(ENOENT, page(0), size, 0UL, 0UL, "no memory in the range has a policy of its own.*");
	if (syscall(SYS_mbind, page(1), size, POLICY_INTERLEAVE, mask(3), 64UL, 0) < 0)
		die("mbind");
	HOME(EOPNOTSUPP, page(1), size, 0UL, 0UL,
	     "a policy in the range is neither MPOL_BIND nor MPOL_PREFERRED_MANY");
}

static void migrate(void)
{
	unsigned long one = 1, none = 0, two = 4;

	MIGRATE(ESRCH, 4000000, 64UL, &one, &one, "there is no process 4000000");
	MIGRATE(EINVAL, 0, 0UL, &one, &one, "maxnode is 0 and old_nodes is not NULL.*");
	MIGRATE(EFAULT, 0, 64UL, page(3), &one, "old_nodes 0x%lx cannot be read", page(3));
	MIGRATE(EFAULT, 0, 64UL, &one, page(3), "new_nodes 0x%lx cannot be read", page(3));
	MIGRATE(EINVAL, 0, 64UL, &one, &two, "node 2 is not in Mems_allowed 0-1 .*");
	MIGRATE(EINVAL, 0, 64UL, &one, NULL, "new_nodes is NULL");
	MIGRATE(EINVAL, 0, 64UL, &one, &none, "new_nodes holds no possible node");
	MIGRATE(EINVAL, 0, 1UL, &one, &one, "maxnode 1 covers no bit");
	MIGRATE(EINVAL, 2, 64UL, &one, &one, "process 2 has no memory: .*");
}

static void move(void)
{
	unsigned long addrs[4] = { page(0), page(1), page(2), page(6) };
	int nodes[4] = { 0, 0, 7, -1 }, status[4];
	unsigned i;

	for (i = 0; i < 4; i++)
		*(volatile char *)addrs[i] = 1;
	MOVE(EINVAL, 0, 1UL, addrs, nodes, status, MF_STRICT, "MPOL_MF_STRICT is no flag that .*");
	MOVE(ESRCH, 4000000, 1UL, addrs, nodes, status, 0, "there is no process 4000000");
	MOVE(EINVAL, 2, 1UL, addrs, nodes, status, 0, "process 2 has no memory: .*");
	MOVE(ENODEV, 0, 3UL, addrs, nodes, status, MF_MOVE,
	     "nodes\\[2\\] is 7: there is no such node");
	MOVE(ENODEV, 0, 1UL, addrs, nodes + 3, status, MF_MOVE,
	     "nodes\\[0\\] is -1: there is no such node");
	MOVE(EFAULT, 0, 1UL, NULL, nodes, status, 0, "pages is NULL");
	MOVE(EFAULT, 0, 1UL, page(3), nodes, status, 0, "pages\\[0\\] cannot be read");
	MOVE(EFAULT, 0, 1UL, addrs, page(3), status, 0, "nodes\\[0\\] cannot be read");
	MOVE(EFAULT, 0, 1UL, addrs, NULL, NULL, 0, "status is NULL");
	MOVE(EFAULT, 0, 1UL, addrs, NULL, page(3), 0, "status 0x%lx cannot be written", page(3));
}

static void linger(void)
{
	/* not nanosleep(), which a kernel without CONFIG_COMPAT_32BIT_TIME denies 32-bit callers */
	if (!in_haste)
		poll(NULL, 0, BEFORE_END_MS);
}

/* What only root may. */
static void rights(void)
{
	unsigned long one = 1, two = 4;
	unsigned long addr = page(0);
	int status;

	fflush(stdout);
	if (fork() > 0) {
		wait(&status);
		wrong += status != 0;
		return;
	}
	if (setgid(NOBODY) < 0 || setuid(NOBODY) < 0)
		die("setuid");
	wrong = 0;
	BIND(EPERM, page(0), size, POLICY_BIND, mask(1), 64UL, MF_MOVE_ALL,
	     "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, which the caller has not");
	MIGRATE(EPERM, 1, 64UL, &one, &one,
		"process 1 is of uid 0 gid 0, the caller of uid 65534 gid 65534 without "
		"CAP_SYS_PTRACE");
	MIGRATE(EPERM, 0, 64UL, &one, &two,
		"node 2 is not in Mems_allowed 0-1, and the caller has no CAP_SYS_NICE");
	MOVE(EPERM, 0, 1UL, &addr, NULL, &status, MF_MOVE_ALL,
	     "MPOL_MF_MOVE_ALL needs CAP_SYS_NICE, which the caller has not");
	MOVE(EPERM, 1, 1UL, &addr, NULL, &status, 0, "process 1 is of uid 0 gid 0, .*");
	fflush(stdout);
	linger();
	_exit(wrong ? 1 : 0);
}

/* In a cpuset of node 0 alone. */
static void cpuset(void)
{
	unsigned long addr = page(0);
	int node = 1, status;

	*(volatile char *)addr = 1;
	SET(EINVAL, POLICY_BIND, mask(2), 64UL, "node 1 is not in Mems_allowed 0");
	BIND(EINVAL, page(0), size, POLICY_PREFERRED, mask(2), 64UL, 0,
	     "node 1 is not in Mems_allowed 0");
	MOVE(EACCES, 0, 1UL, &addr, &node, &status, MF_MOVE,
	     "nodes\\[0\\] is 1, which is not in Mems_allowed 0");
}

/* From here on. */
static void haste(void)
{
	in_haste = true;
}

/* With a small vm.max_map_count: each page has a policy other than its neighbours'. */
static void mappings(void)
{
	char *at = mmap(NULL, 4096 * size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned i;

	if (at == MAP_FAILED)
		die("mmap");
	for (i = 0; i < 4096; i += 2)
		if (syscall(SYS_mbind, at + i * size, size, POLICY_BIND, mask(1), 64UL, 0) < 0)
			break;
	tell(SYS_mbind, i < 4096 ? -1 : 0, ENOMEM,
	     "the process has [0-9]+ mappings, and vm.max_map_count is [0-9]+");
}

static void lay_out(void)
{
	size = page_size();
	pages = mmap(NULL, 8 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pages == MAP_FAILED || munmap(pages + 3 * size, size) < 0 ||
	    mprotect(pages + 4 * size, size, PROT_READ) < 0 ||
	    mprotect(pages + 5 * size, size, PROT_NONE) < 0)
		die("mmap");
	/* so that all that is there can be read */
	memset(pages, 0, 3 * size);
	(void)*(volatile char *)(pages + 4 * size);
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*make)(void);
	} groups[] = {
		{ "get", get },		  { "set", set },	{ "few", few },
		{ "bind", bind },	  { "home", home },	{ "migrate", migrate },
		{ "move", move },	  { "rights", rights }, { "cpuset", cpuset },
		{ "mappings", mappings }, { "haste", haste },
	};
	size_t i;
	int n;

	lay_out();
	for (n = 1; n < argc; n++)
		for (i = 0; i < ARRAY_SIZE(groups); i++)
			if (strcmp(argv[n], groups[i].name) == 0)
				groups[i].make();
	fflush(stdout);
	linger();
	return wrong != 0;
}
