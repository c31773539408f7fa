/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.h - walking one CPU's sub-buffers.
 *
 * A cursor over a queue of sub-buffers, which are kept as long as a record in
 * them is looked at. libtraceevent's kbuffer walks them too, but believes
 * every length in them, and a recorded file can come from anybody.
 */
#ifndef MPT_PAGE_H
#define MPT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mpt_page {
	struct mpt_page *next;
	unsigned char data[];
};

struct mpt_pages {
	size_t page_size;
	bool swapped;	       /* as in struct mpt_source, */
	unsigned long_size;    /* this too, but never 0 */
	struct mpt_page *head; /* the one that the cursor is in */
	struct mpt_page *tail;
	const unsigned char *at;  /* what comes after the record */
	const unsigned char *end; /* of the head's records */
	const void *data;	  /* the record under the cursor, or NULL: none left */
	size_t size;		  /* its length in bytes */
	uint64_t ts;		  /* and its time */
	bool gap;		  /* records were lost just before it */
	bool broken;		  /* the head could not be walked to its end */
	unsigned queued;	  /* sub-buffers, the head included */
};

/*
 * @page_size: bytes of each sub-buffer that will be pushed, its header included
 * @swapped, @long_size: as in struct mpt_source
 */
void mpt_pages_init(struct mpt_pages *pages, size_t page_size, bool swapped, unsigned long_size);

/*
 * Whether all that a sub-buffer says of lengths is true. From one that is not
 * sound a walk takes what stands before the first length that is not; whoever
 * reads a file can say so.
 */
bool mpt_page_is_sound(const unsigned char *data, size_t page_size, bool swapped,
		       unsigned long_size);

/*
 * Appends a sub-buffer to the queue; it is the queue's until the cursor has
 * left it.
 */
void mpt_pages_push(struct mpt_pages *pages, struct mpt_page *page);

/*
 * Steps to the next record. Sub-buffers that are done with go to *@free_list.
 * Afterwards pages->data is the record, or NULL.
 */
void mpt_pages_next(struct mpt_pages *pages, struct mpt_page **free_list);

/* The time at which a sub-buffer begins: nothing in it or after it is earlier. */
uint64_t mpt_page_time(const struct mpt_pages *pages, const struct mpt_page *page);

/* Hands every record of a sub-buffer to @fn, whether it is in the queue or not; the cursor stays.
 */
typedef void (*mpt_page_fn)(const void *data, size_t size, uint64_t ts, void *arg);
void mpt_page_each(const struct mpt_pages *pages, struct mpt_page *page, mpt_page_fn fn, void *arg);

/* Bytes of records in a sub-buffer. */
size_t mpt_page_fill(const struct mpt_pages *pages, const struct mpt_page *page);

#endif
