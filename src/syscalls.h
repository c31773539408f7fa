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

#include <stdbool.h>
#include <stdint.h>

#include "arch.h"
#include "xlat.h"

/* What an argument's word is. */
enum mpt_arg_kind {
	MPT_ARG_NONE = 0,
	MPT_ARG_ULONG,	   /* a count: decimal */
	MPT_ARG_INT,	   /* an int, as a process id: signed decimal */
	MPT_ARG_ADDR,	   /* an address that is not followed: hex */
	MPT_ARG_FLAGS,	   /* a mask of the bits in .flags */
	MPT_ARG_MODE,	   /* a policy with its mode flags, in its low 32 bits */
	MPT_ARG_INT_PTR,   /* leads to an int; from here on all lead to something */
	MPT_ARG_MASK_PTR,  /* leads to a node mask of argument .len - 1 bits */
	MPT_ARG_ADDRS_PTR, /* leads to an array of .len addresses */
	MPT_ARG_INTS_PTR,  /* leads to an array of .len ints */
};

enum mpt_arg_dir { MPT_IN, MPT_OUT };

struct mpt_arg {
	const char *name;  /* Tracee's name, and ours */
	const char *label; /* ", name=" */
	uint8_t name_len;  /* bytes of both */
	uint8_t label_len;
	const char *ctype;   /* as in the man page */
	const char *decoded; /* the key of what it led to, or NULL */
	const char *item;    /* arrays that share a key: the key of theirs in each item */
	enum mpt_arg_kind kind;
	enum mpt_arg_dir dir;
	bool about;		      /* a number that says what the call is about */
	bool is_node;		      /* a number of a node */
	int8_t len;		      /* which argument gives the length of what it leads to */
	uint8_t bytes;		      /* of the C type, where that is not a long; else 0 */
	const struct mpt_xlat *flags; /* FLAGS: the names of its bits */
};

/*
 * The elements of an array that a probe reads: with three arrays, as many as
 * the kernel's limit of 128 fetch args (MAX_TRACE_ARGS) and its limit of 4096
 * bytes for a definition leave room for; and what strace shows by default.
 */
enum { MPT_ARRAY_WORDS = 32 };

/* What one word that an OUT int pointer led to means, by the other arguments. */
enum mpt_meaning {
	MPT_MEANS_NOTHING, /* written, but no answer to anything */
	MPT_MEANS_MODE,	   /* a policy with its mode flags */
	MPT_MEANS_NODE,	   /* a node number */
};

struct mpt_syscall {
	const char *name;
	const char *brief; /* a shorter name, where a column is too narrow; else NULL */
	uint8_t nargs;
	struct mpt_arg args[MPT_NARGS];
	int nr[MPT_NR_TABLES]; /* its number, by the tables of enum mpt_nr_table */
	/*
	 * One argument, and a value for it, with which the kernel answers EINVAL
	 * whatever the others are, before it reads or changes anything: so that we
	 * can make calls of our own to see whether the probes show them.
	 */
	uint8_t harmless_arg;
	uint64_t harmless;
	uint8_t zero_args; /* bit n: and argument n must be 0 */
	bool can_eperm;	   /* the call itself, and not only a filter, can answer EPERM */
	/* What the int that an argument of this call led to means; NULL: always a mode. */
	enum mpt_meaning (*meaning)(const uint64_t *args);
};

/* The rows; their number is MPT_NSYSCALLS. */
enum {
	MPT_SYS_GET_MEMPOLICY,
	MPT_SYS_SET_MEMPOLICY,
	MPT_SYS_MBIND,
	MPT_SYS_SET_MEMPOLICY_HOME_NODE,
	MPT_SYS_MIGRATE_PAGES,
	MPT_SYS_MOVE_PAGES,
	MPT_NSYSCALLS
};
extern const struct mpt_syscall mpt_syscalls[MPT_NSYSCALLS];

/* Whether what the argument leads to is read. */
static inline bool mpt_arg_is_pointer(const struct mpt_arg *arg)
{
	return arg->kind >= MPT_ARG_INT_PTR;
}

/* The row's number in mpt_syscalls, or -1: @name of @len bytes is not traced. */
int mpt_syscall_find(const char *name, unsigned len);

#endif
