/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dialect.h - definitions of probes as older kernels take them.
 *
 * Plans are written as the newest kernel takes them. What a kernel lacks it
 * tells in tracefs' README, where perf probe looks for it, too; a definition is
 * then put into its words.
 */
#ifndef MPT_DIALECT_H
#define MPT_DIALECT_H

#include <stdint.h>

struct mpt_buf;

/* What a kernel's definitions cannot have yet; 0: nothing that ours have. */
enum {
	MPT_LACKS_HEX = 1 << 0,	      /* types x8 to x64 (4.9): u8 to u64 hold the same */
	MPT_LACKS_MAXACTIVE = 1 << 1, /* rN: (4.12): the kernel's own default is small */
	/*
	 * +u (5.3): memory is read without asking whose it is, and an address of the
	 * kernel's would lead into the kernel.
	 */
	MPT_LACKS_USER = 1 << 2,
	/*
	 * \IMM (5.4): instead something in the kernel whose bytes are known. Before 4.20 a
	 * fetch that faults writes zero (kernel/trace/trace_kprobe.c of 4.19,
	 * DEFINE_FETCH_memory), and so a zero is no proof of anything.
	 */
	MPT_LACKS_IMM = 1 << 3,
	MPT_LACKS_APPEND = 1 << 4, /* one event on several functions (5.5) */
	MPT_LACKS_ALL = (1 << 5) - 1,
};

/* The bytes with which linux_banner begins, "Linux ve", as a number of 8 bytes. */
#define MPT_BANNER UINT64_C(0x65762078756e694c)

/*
 * What the kernel lacks, by README of the tracefs at @tracefd; where that cannot be
 * read nothing is thought to be lacking, since the kernel will refuse what it
 * does not take.
 */
unsigned mpt_dialect_read(int tracefd);

/*
 * A definition as a kernel takes it that has not got @lacks.
 * Returns a string that free(3) frees, or NULL where memory ran out.
 */
char *mpt_dialect_dup(unsigned lacks, const char *text);

#endif
