/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source.h - where sub-buffers come from.
 *
 * A source hands out the sub-buffers ("pages") of each CPU in their order. A
 * live ring buffer is one, a recorded file another; what reads them cannot
 * tell which.
 */
#ifndef MPT_SOURCE_H
#define MPT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

struct mpt_source;

struct mpt_source_ops {
	/*
	 * Copies the next sub-buffer of @cpu to @page (page_size bytes).
	 * Returns its length, 0 where there is none at the moment, or -errno.
	 */
	int (*read)(struct mpt_source *source, unsigned cpu, void *page);
	/*
	 * Copies sub-buffers of @cpu that are full, and so nothing that is being
	 * written, at most @max of them one after the other to @pages.
	 * Returns how many, or -errno. NULL: nobody may ask.
	 */
	int (*read_full)(struct mpt_source *source, unsigned cpu, void *pages, unsigned max);
	void (*close)(struct mpt_source *source);
};

struct mpt_source {
	const struct mpt_source_ops *ops;
	unsigned ncpus;	    /* CPUs are numbered from 0; one may have no data at all */
	size_t page_size;   /* bytes of a sub-buffer */
	bool swapped;	    /* its numbers are in the other byte order than ours */
	unsigned long_size; /* of the kernel, bytes; 0: as here */
};

static inline int mpt_source_read(struct mpt_source *source, unsigned cpu, void *page)
{
	return source->ops->read(source, cpu, page);
}

static inline int mpt_source_read_full(struct mpt_source *source, unsigned cpu, void *pages,
				       unsigned max)
{
	return source->ops->read_full(source, cpu, pages, max);
}

/* Closes and frees; NULL is fine. */
static inline void mpt_source_close(struct mpt_source *source)
{
	if (source)
		source->ops->close(source);
}

#endif
