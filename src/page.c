/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.c - walking one CPU's sub-buffers.
 *
 * In: sub-buffers in their order. Out: their records, one after the other. It
 * copies nothing and reads no file.
 */
#include "page.h"

#include <errno.h>
#include <kbuffer.h>
#include <string.h>

/* The header of a sub-buffer: time, then commit, of whose bits the low ones are the length. */
enum { COMMIT_OFFSET = 8, COMMIT_LENGTH_MASK = (1 << 20) - 1 };
/* kernel/trace/ring_buffer.c, RB_MISSED_EVENTS: records were lost before this sub-buffer */
static const uint64_t missed_events = UINT64_C(1) << 31;

static uint64_t commit_of(const struct mpt_page *page)
{
	uint64_t commit;

	memcpy(&commit, page->data + COMMIT_OFFSET, sizeof(commit));
	return commit;
}

int mpt_pages_init(struct mpt_pages *pages)
{
	*pages = (struct mpt_pages){ 0 };
	pages->kbuf = kbuffer_alloc(KBUFFER_LSIZE_SAME_AS_HOST, KBUFFER_ENDIAN_SAME_AS_HOST);
	return pages->kbuf ? 0 : -ENOMEM;
}

/* The cursor to the first record of the head page. */
static void load_head(struct mpt_pages *pages)
{
	unsigned long long ts = 0;

	kbuffer_load_subbuffer(pages->kbuf, pages->head->data);
	/* asked here: kbuffer_missed_events() forgets it where a time extend comes first */
	if (commit_of(pages->head) & missed_events)
		pages->gap = true;
	pages->data = kbuffer_read_event(pages->kbuf, &ts);
	pages->ts = ts;
}

static void drop_head(struct mpt_pages *pages, struct mpt_page **free_list)
{
	struct mpt_page *page = pages->head;

	pages->queued--;
	pages->head = page->next;
	if (!pages->head)
		pages->tail = NULL;
	page->next = *free_list;
	*free_list = page;
}

void mpt_pages_push(struct mpt_pages *pages, struct mpt_page *page)
{
	page->next = NULL;
	pages->queued++;
	if (pages->tail)
		pages->tail->next = page;
	else
		pages->head = page;
	pages->tail = page;
	if (pages->head == page)
		load_head(pages);
}

void mpt_pages_next(struct mpt_pages *pages, struct mpt_page **free_list)
{
	unsigned long long ts = 0;

	if (pages->data) {
		pages->gap = false;
		pages->data = kbuffer_next_event(pages->kbuf, &ts);
		pages->ts = ts;
	}
	while (!pages->data && pages->head) {
		drop_head(pages, free_list);
		if (pages->head)
			load_head(pages);
	}
}

size_t mpt_pages_size(const struct mpt_pages *pages)
{
	return (size_t)kbuffer_event_size(pages->kbuf);
}

uint64_t mpt_page_time(struct mpt_pages *pages, struct mpt_page *page)
{
	return kbuffer_subbuf_timestamp(pages->kbuf, page->data);
}

size_t mpt_page_fill(const struct mpt_page *page)
{
	return commit_of(page) & COMMIT_LENGTH_MASK;
}
