/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cleanup.h - scope guards.
 *
 * What goes in is a variable declared with one of these attributes; what it
 * holds is released when the variable goes out of scope, on every path. They
 * are for memory and descriptors only: what lives in the kernel is reversed
 * by the undo log, in order, and never by a scope.
 */
#ifndef MPT_CLEANUP_H
#define MPT_CLEANUP_H

#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

static inline void mpt_cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void mpt_cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void mpt_cleanup_dir(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Frees a malloc'ed pointer at the end of the scope. */
#define cleanup_free __attribute__((cleanup(mpt_cleanup_free)))
/* Closes a descriptor, unless it is negative, at the end of the scope. */
#define cleanup_close __attribute__((cleanup(mpt_cleanup_close)))
/* Closes a directory stream, unless it is NULL, at the end of the scope. */
#define cleanup_dir __attribute__((cleanup(mpt_cleanup_dir)))

/* Hands on what a guarded pointer holds, so that the guard leaves it alone. */
#define take_ptr(p)                         \
	({                                  \
		__typeof__(p) taken_ = (p); \
		(p) = NULL;                 \
		taken_;                     \
	})

/* The same for a descriptor. */
static inline int take_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
