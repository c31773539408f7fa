/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * object.h - programs and libraries: names of functions, and how frames end.
 *
 * Places in an object are given as offsets in its file, which is what
 * /proc/PID/maps knows of them. Built without libdw there are no names.
 */
#ifndef MPT_OBJECT_H
#define MPT_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mpt_object;

struct mpt_symbol {
	const char *name; /* any bytes; valid as long as the object */
	uint64_t offset;  /* of the place from where the function begins */
};

/*
 * How the frame of a function is undone at one place of it, by the tables for
 * exceptions: its canonical address (CFA) is a register's value and an
 * offset; at offsets from that lie the return address and perhaps the
 * caller's frame pointer.
 */
struct mpt_unwind {
	unsigned word; /* bytes that a call pushes */
	bool by_bp;    /* the register is the frame pointer, not the stack pointer */
	int64_t cfa_off;
	int64_t ra_off;
	enum { MPT_BP_SAME, MPT_BP_SAVED, MPT_BP_LOST } bp; /* the caller's frame pointer */
	int64_t bp_off;					    /* where it was saved */
};

/* Whether there can be names at all. */
bool mpt_object_can_name(void);

/*
 * An object in a file, which is read when it is first asked about.
 * @fd: of a regular file; the object's from now on, also after a failure
 * Returns what mpt_object_close() frees, or NULL when memory ran out.
 */
struct mpt_object *mpt_object_open(int fd);

/* An object in memory, such as the vdso: @image is malloc'ed and the object's from now on. */
struct mpt_object *mpt_object_of_memory(char *image, size_t size);

/* NULL is fine. */
void mpt_object_close(struct mpt_object *object);

/*
 * The function that the byte at @file_off is in.
 * Returns false where none is known.
 */
bool mpt_object_symbol(struct mpt_object *object, uint64_t file_off, struct mpt_symbol *ret);

/* Returns false where the tables say nothing of that place, or nothing simple. */
bool mpt_object_unwind(struct mpt_object *object, uint64_t file_off, struct mpt_unwind *ret);

/* Whether a table tells how frames end at that place, simply or not. */
bool mpt_object_has_unwind(struct mpt_object *object, uint64_t file_off);

/* Bytes that a call pushes in this object's code: 4, 8; 0 where frames are not known here. */
unsigned mpt_object_word(struct mpt_object *object);

/* Reads @n bytes of the file. Returns false where there are not that many. */
bool mpt_object_read(struct mpt_object *object, uint64_t file_off, void *ret, size_t n);

#endif
