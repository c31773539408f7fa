/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * xlat.h - names of numbers.
 *
 * One table per kind of number, in the order in which names are printed. Two
 * shapes only: the name of a value, and the names of the bits of a mask with
 * what is left over.
 */
#ifndef MPT_XLAT_H
#define MPT_XLAT_H

#include <stdint.h>

struct mpt_xlat {
	uint64_t value;
	const char *name; /* NULL ends a table */
};

/* include/uapi/linux/mempolicy.h: enum, and "Flags for set_mempolicy" */
extern const struct mpt_xlat mpt_mpol_modes[];
extern const struct mpt_xlat mpt_mpol_mode_flags[];
/* include/uapi/linux/mempolicy.h: "Flags for get_mempolicy" */
extern const struct mpt_xlat mpt_get_mempolicy_flags[];
/* include/uapi/linux/mempolicy.h: "Flags for mbind"; move_pages takes them too */
extern const struct mpt_xlat mpt_mpol_mf_flags[];
/* set_mempolicy_home_node has none yet */
extern const struct mpt_xlat mpt_no_flags[];

/* The bits of a mode word that are mode flags: the kernel's MPOL_MODE_FLAGS. */
enum { MPT_MPOL_MODE_FLAGS = 1 << 15 | 1 << 14 | 1 << 13 };
/* The bits of get_mempolicy's flags argument. */
enum { MPT_MPOL_F_NODE = 1, MPT_MPOL_F_ADDR = 2, MPT_MPOL_F_MEMS_ALLOWED = 4 };

/* The name of @value, or NULL where it has none. */
const char *mpt_xlat_name(const struct mpt_xlat *table, uint64_t value);

/*
 * The first row whose bits are all in *rem, which are taken out of it; NULL
 * when no more row fits. Call until NULL; what *rem then holds has no name.
 */
const struct mpt_xlat *mpt_xlat_next_flag(const struct mpt_xlat *table, uint64_t *rem);

/*
 * "EINVAL" for 22, or NULL. Numbers are those of include/uapi/asm-generic
 * (x86, arm, arm64, riscv, s390 and powerpc agree but for EDEADLOCK), and of
 * the kernel's own include/linux/errno.h.
 */
const char *mpt_errno_name(int errnum);

#endif
