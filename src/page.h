/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.h - walking one CPU's sub-buffers.
 *
 * A cursor over a queue of sub-buffers. libtraceevent's kbuffer knows their
 * format; this keeps them alive as long as a record in them is looked at.
 */
#ifndef MPT_PAGE_H
#define MPT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct kbuffer;

struct mpt_page {
	struct mpt_page *next;
	unsigned char data[];
};

struct mpt_pages {
	struct kbuffer *kbuf;
	struct mpt_page *head; /* the one that the cursor is in */
	struct mpt_page *tail;
	void *data;	 /* the record under the cursor, or NULL: none left */
	uint64_t ts;	 /* and its time */
	bool gap;	 /* records were lost just before it */
	unsigned queued; /* sub-buffers, the head included */
};

/* Returns 0 or -ENOMEM. */
int mpt_pages_init(struct mpt_pages *pages);

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

/* Length in bytes of the record under the cursor. */
size_t mpt_pages_size(const struct mpt_pages *pages);

/* The time at which a sub-buffer begins: nothing in it or after it is earlier. */
uint64_t mpt_page_time(struct mpt_pages *pages, struct mpt_page *page);

/* Bytes of records in a sub-buffer. */
size_t mpt_page_fill(const struct mpt_page *page);

#endif
