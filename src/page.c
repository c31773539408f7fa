/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.c - walking one CPU's sub-buffers.
 *
 * In: sub-buffers in their order, from a kernel or from anybody's file. Out:
 * their records, one after the other, none of which reaches beyond its
 * sub-buffer. It copies nothing and reads no file.
 */
#include "page.h"

#include <byteswap.h>
#include <string.h>

/* The header of a sub-buffer: time, then commit, of whose bits the low ones are the length. */
enum { COMMIT_OFFSET = 8, COMMIT_LENGTH_MASK = (1 << 20) - 1 };
/* kernel/trace/ring_buffer.c, RB_MISSED_EVENTS: records were lost before this sub-buffer */
static const uint32_t missed_events = UINT32_C(1) << 31;

/*
 * include/linux/ring_buffer.h, struct ring_buffer_event: a word with 5 bits of
 * type and 27 of time, and where the type does not tell all, a second word.
 * Types up to DATA_MAX are the length of a record in words, and with 0 the second
 * word has it, itself included.
 */
enum { TYPE_BITS = 5, TIME_BITS = 27, WORD = 4 };
enum { DATA_MAX = 28, PADDING = 29, TIME_EXTEND = 30, TIME_STAMP = 31 };
/* An absolute time has 59 bits; the others are those of the time before it. */
enum { STAMP_BITS = 59 };

static uint32_t number_at(const unsigned char *at, bool swapped)
{
	uint32_t n;

	memcpy(&n, at, sizeof(n));
	return swapped ? bswap_32(n) : n;
}

static bool is_big_endian(bool swapped)
{
	return (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != swapped;
}

/* Its low half, where all is that is looked at. */
static uint32_t commit_of(const unsigned char *data, bool swapped, unsigned long_size)
{
	bool is_second = is_big_endian(swapped) && long_size == 8;

	return number_at(data + COMMIT_OFFSET + (is_second ? 4 : 0), swapped);
}

static uint64_t time_of(const unsigned char *data, bool swapped)
{
	uint64_t time;

	memcpy(&time, data, sizeof(time));
	return swapped ? bswap_64(time) : time;
}

void mpt_pages_init(struct mpt_pages *pages, size_t page_size, bool swapped, unsigned long_size)
{
	*pages = (struct mpt_pages){ .page_size = page_size,
				     .swapped = swapped,
				     .long_size = long_size ? long_size : sizeof(long) };
}

/* kernel/trace/ring_buffer.c, rb_fix_abs_ts() */
static uint64_t whole_stamp(uint64_t stamp, uint64_t before)
{
	stamp |= before >> STAMP_BITS << STAMP_BITS;
	return stamp < before && before >> STAMP_BITS ? stamp + (UINT64_C(1) << STAMP_BITS) : stamp;
}

/* What follows the record cannot be told: the rest is lost. */
static bool give_up(struct mpt_pages *pages)
{
	pages->at = pages->end;
	pages->broken = true;
	return false;
}

/* Bytes from here to the end of the records. */
static size_t left(const struct mpt_pages *pages)
{
	return (size_t)(pages->end - pages->at);
}

/* A record of @size bytes, @head bytes from here. */
static bool take_record(struct mpt_pages *pages, size_t head, size_t size)
{
	if (size > left(pages) - head)
		return give_up(pages);
	pages->data = pages->at + head;
	pages->size = size;
	pages->at += head + size;
	return true;
}

/* A time extend, or an absolute time. */
static bool take_time(struct mpt_pages *pages, bool absolute, uint64_t time)
{
	pages->ts = absolute ? whole_stamp(time, pages->ts) : pages->ts + time;
	pages->at += 2 * WORD;
	return false;
}

/* What was discarded; and beyond a null event nothing was written, whatever the length says. */
static bool skip_padding(struct mpt_pages *pages, size_t size, uint64_t time)
{
	if (time == 0) {
		pages->at = pages->end;
		return false;
	}
	if (size > left(pages) - WORD)
		return give_up(pages);
	pages->ts += time;
	pages->at += WORD + size;
	return false;
}

/* What has its length, or the rest of a time, in a second word. */
static bool take_long(struct mpt_pages *pages, unsigned type, uint64_t time)
{
	uint64_t second;

	if (left(pages) < 2 * WORD)
		return type == PADDING && time == 0 ? skip_padding(pages, 0, 0) : give_up(pages);
	second = number_at(pages->at + WORD, pages->swapped);
	if (type == PADDING)
		return skip_padding(pages, second, time);
	if (type != 0)
		return take_time(pages, type == TIME_STAMP, second << TIME_BITS | time);
	if (second < WORD)
		return give_up(pages);
	pages->ts += time;
	return take_record(pages, 2 * WORD, (second - 1) / WORD * WORD);
}

/* Looks at what comes next in the head; false where that is no record. */
static bool take_next(struct mpt_pages *pages)
{
	uint32_t word = number_at(pages->at, pages->swapped);
	bool big = is_big_endian(pages->swapped);
	unsigned type = big ? word >> TIME_BITS : word & ((1 << TYPE_BITS) - 1);
	uint32_t time = big ? word & ((1 << TIME_BITS) - 1) : word >> TYPE_BITS;

	if (type == 0 || type > DATA_MAX)
		return take_long(pages, type, time);
	pages->ts += time;
	return take_record(pages, WORD, (size_t)type * WORD);
}

static void find_record(struct mpt_pages *pages)
{
	pages->data = NULL;
	while (left(pages) >= WORD)
		if (take_next(pages))
			return;
}

/* The cursor to the first record of a sub-buffer. */
static void enter(struct mpt_pages *pages, const unsigned char *data)
{
	size_t header = COMMIT_OFFSET + pages->long_size;
	uint32_t commit = commit_of(data, pages->swapped, pages->long_size);
	size_t room = pages->page_size - header, fill = commit & COMMIT_LENGTH_MASK;

	if ((commit & missed_events) || pages->broken)
		pages->gap = true;
	pages->broken = fill > room;
	pages->ts = time_of(data, pages->swapped);
	pages->at = data + header;
	pages->end = pages->at + (fill > room ? room : fill);
	find_record(pages);
}

bool mpt_page_is_sound(const unsigned char *data, size_t page_size, bool swapped,
		       unsigned long_size)
{
	struct mpt_pages pages;

	mpt_pages_init(&pages, page_size, swapped, long_size);
	enter(&pages, data);
	while (pages.data)
		find_record(&pages);
	return !pages.broken;
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
		enter(pages, pages->head->data);
}

void mpt_pages_next(struct mpt_pages *pages, struct mpt_page **free_list)
{
	if (pages->data) {
		pages->gap = false;
		find_record(pages);
	}
	while (!pages->data && pages->head) {
		drop_head(pages, free_list);
		if (pages->head)
			enter(pages, pages->head->data);
	}
}

uint64_t mpt_page_time(const struct mpt_pages *pages, const struct mpt_page *page)
{
	return time_of(page->data, pages->swapped);
}

void mpt_page_each(const struct mpt_pages *pages, struct mpt_page *page, mpt_page_fn fn, void *arg)
{
	struct mpt_pages peek;

	mpt_pages_init(&peek, pages->page_size, pages->swapped, pages->long_size);
	for (enter(&peek, page->data); peek.data; find_record(&peek))
		fn(peek.data, peek.size, peek.ts, arg);
}

size_t mpt_page_fill(const struct mpt_pages *pages, const struct mpt_page *page)
{
	return commit_of(page->data, pages->swapped, pages->long_size) & COMMIT_LENGTH_MASK;
}
