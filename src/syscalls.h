/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * syscalls.h - the traced system calls, as data.
 *
 * A row per call with a cell per argument: everything that the plan, the
 * decoder and the formats need to know of a call stands there, and a new call
 * is a new row.
 */
#ifndef MPT_SYSCALLS_H
#define MPT_SYSCALLS_H

#include <stdint.h>

#include "arch.h"
#include "xlat.h"

/* What an argument's word is. */
enum mpt_arg_kind {
	MPT_ARG_NONE = 0,
	MPT_ARG_ULONG,	  /* a count: decimal */
	MPT_ARG_ADDR,	  /* an address that is not followed: hex */
	MPT_ARG_FLAGS,	  /* a mask of the bits in .flags */
	MPT_ARG_INT_PTR,  /* leads to an int */
	MPT_ARG_MASK_PTR, /* leads to a node mask of argument .len - 1 bits */
};

enum mpt_arg_dir { MPT_IN, MPT_OUT };

struct mpt_arg {
	const char *name;    /* Tracee's name, and ours */
	const char *ctype;   /* as in the man page */
	const char *decoded; /* the key of what it led to, or NULL */
	enum mpt_arg_kind kind;
	enum mpt_arg_dir dir;
	int8_t len;		      /* MASK_PTR: which argument gives its length */
	const struct mpt_xlat *flags; /* FLAGS: the names of its bits */
};

/* What one word that an OUT int pointer led to means, by the other arguments. */
enum mpt_meaning {
	MPT_MEANS_NOTHING, /* written, but no answer to anything */
	MPT_MEANS_MODE,	   /* a policy with its mode flags */
	MPT_MEANS_NODE,	   /* a node number */
};

struct mpt_syscall {
	const char *name;
	uint8_t nargs;
	struct mpt_arg args[MPT_NARGS];
	int nr_x86_64; /* arch/x86/entry/syscalls/syscall_64.tbl */
	/* What the int that an argument of this call led to means; NULL: always a mode. */
	enum mpt_meaning (*meaning)(const uint64_t *args);
};

/* The rows; their number is MPT_NSYSCALLS. */
enum { MPT_SYS_GET_MEMPOLICY, MPT_NSYSCALLS };
extern const struct mpt_syscall mpt_syscalls[MPT_NSYSCALLS];

/* The row's number in mpt_syscalls, or -1: @name of @len bytes is not traced. */
int mpt_syscall_find(const char *name, unsigned len);

#endif
