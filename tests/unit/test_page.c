/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_page.c - walking sub-buffers.
 *
 * In: sub-buffers written byte by byte, in every form that the kernel's ring
 * buffer knows. Out: whether each record came, once, in order, with its time,
 * its length and the losses before it. No kernel is asked.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

struct walk {
	struct mpt_pages pages;
	struct mpt_page *free_list;
};

static int setup(void **state)
{
	struct walk *w = calloc(1, sizeof(*w));

	*state = w;
	if (w)
		mpt_pages_init(&w->pages, FX_PAGE_SIZE, false, 0);
	return w ? 0 : -1;
}

static size_t free_all(struct mpt_page *page)
{
	struct mpt_page *next;
	size_t n = 0;

	for (; page; page = next, n++) {
		next = page->next;
		free(page);
	}
	return n;
}

static int teardown(void **state)
{
	struct walk *w = *state;

	free_all(w->pages.head);
	free_all(w->free_list);
	free(w);
	return 0;
}

/* As the merge does: after a push onto an empty record, the next one is looked for. */
static void push(struct walk *w, struct fx_page *page)
{
	mpt_pages_push(&w->pages, fx_page_copy(page));
	if (!w->pages.data)
		mpt_pages_next(&w->pages, &w->free_list);
}

static void step(struct walk *w)
{
	mpt_pages_next(&w->pages, &w->free_list);
}

static void assert_record(const struct walk *w, uint64_t ts, const void *record, size_t size)
{
	assert_non_null(w->pages.data);
	assert_true(w->pages.ts == ts);
	assert_int_equal(w->pages.size, size);
	assert_memory_equal(w->pages.data, record, size);
}

/* One that is 8 bytes long. */
static void assert_word(const struct walk *w, uint64_t ts, uint64_t word)
{
	assert_record(w, ts, &word, sizeof(word));
}

static void put_word(struct fx_page *page, uint64_t ts, uint64_t word)
{
	fx_page_record(page, ts, &word, sizeof(word));
}

static void records_come_in_order(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 1000);
	put_word(&page, 1000, 1);
	put_word(&page, 1000, 2);
	put_word(&page, 1005, 3);
	push(w, &page);
	assert_word(w, 1000, 1);
	step(w);
	assert_word(w, 1000, 2);
	step(w);
	assert_word(w, 1005, 3);
	step(w);
	assert_null(w->pages.data);
	step(w);
	assert_null(w->pages.data);
}

/* 4 to 112 bytes: the length is in the first word; above that it has a word of its own. */
static void every_length(void **state)
{
	static const size_t sizes[] = { 4, 8, 108, 112, 116, 120, 1000, 2000 };
	struct walk *w = *state;
	unsigned char record[2000];
	struct fx_page page;
	size_t i;

	fx_page_begin(&page, 7);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(record, (int)i + 1, sizeof(record));
		fx_page_record(&page, 7 + i, record, sizes[i]);
	}
	push(w, &page);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		memset(record, (int)i + 1, sizeof(record));
		assert_record(w, 7 + i, record, sizes[i]);
		step(w);
	}
	assert_null(w->pages.data);
}

/* 27 bits hold a distance of 134 ms; what is longer has a time extend before it. */
static void time_extends(void **state)
{
	static const uint64_t at[] = {
		UINT64_C(1) << 40,
		(UINT64_C(1) << 40) + (1 << 27) - 1,
		(UINT64_C(1) << 40) + (1 << 28),
		(UINT64_C(1) << 41) + 5,
		(UINT64_C(1) << 58) + 5, /* nine years later: 31 of the 32 upper bits */
	};
	struct walk *w = *state;
	struct fx_page page;
	size_t i;

	fx_page_begin(&page, at[0]);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++)
		put_word(&page, at[i], i);
	push(w, &page);
	for (i = 0; i < sizeof(at) / sizeof(at[0]); i++, step(w))
		assert_word(w, at[i], i);
	assert_null(w->pages.data);
}

/* An event that interrupted another one is stamped with the time itself. */
static void absolute_times(void **state)
{
	const uint64_t at = (UINT64_C(1) << 58) + 12345678901;
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, at);
	put_word(&page, at, 1);
	fx_page_stamp(&page, at + 100);
	put_word(&page, at + 100, 2);
	put_word(&page, at + 103, 3);
	push(w, &page);
	assert_word(w, at, 1);
	step(w);
	assert_word(w, at + 100, 2);
	step(w);
	assert_word(w, at + 103, 3);
}

/* The stamp has 59 bits; the upper five are the sub-buffer's. */
static void huge_times(void **state)
{
	const uint64_t at = UINT64_MAX - (UINT64_C(1) << 32);
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, at);
	put_word(&page, at, 1);
	fx_page_stamp(&page, at + 9);
	put_word(&page, UINT64_MAX, 2);
	push(w, &page);
	assert_word(w, at, 1);
	step(w);
	assert_word(w, UINT64_MAX, 2);
}

static void padding_is_stepped_over(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 50);
	fx_page_discarded(&page, 4);
	put_word(&page, 60, 1);
	fx_page_discarded(&page, 40);
	put_word(&page, 70, 2);
	/* the rest of a full sub-buffer is padding too */
	fx_page_discarded(&page, FX_PAGE_SIZE - FX_PAGE_HEADER - page.len - 4);
	assert_int_equal(page.len, FX_PAGE_SIZE - FX_PAGE_HEADER);
	push(w, &page);
	assert_word(w, 60, 1);
	step(w);
	assert_word(w, 70, 2);
	step(w);
	assert_null(w->pages.data);
}

static void a_full_page_of_many(void **state)
{
	struct walk *w = *state;
	struct fx_page page;
	uint64_t n = 0, i;

	fx_page_begin(&page, 0);
	while (fx_page_has_room(&page, sizeof(n))) {
		put_word(&page, n, n);
		n++;
	}
	assert_true(n > 300);
	push(w, &page);
	for (i = 0; i < n; i++, step(w))
		assert_word(w, i, i);
	assert_null(w->pages.data);
}

static void one_page_after_the_other(void **state)
{
	struct walk *w = *state;
	struct fx_page page;
	uint64_t i;

	for (i = 1; i <= 3; i++) {
		fx_page_begin(&page, 100 * i);
		put_word(&page, 100 * i, i);
		put_word(&page, 100 * i + 1, 10 * i);
		push(w, &page);
		assert_int_equal(w->pages.queued, i);
	}
	for (i = 1; i <= 3; i++) {
		assert_word(w, 100 * i, i);
		step(w);
		assert_word(w, 100 * i + 1, 10 * i);
		step(w);
		assert_int_equal(w->pages.queued, 3 - i);
	}
	assert_null(w->pages.data);
	assert_null(w->pages.head);
	assert_int_equal(free_all(w->free_list), 3);
	w->free_list = NULL;
	/* and it can go on */
	fx_page_begin(&page, 900);
	put_word(&page, 900, 9);
	push(w, &page);
	assert_word(w, 900, 9);
}

/* A record's memory stays until the cursor has left its sub-buffer. */
static void a_page_lives_while_it_is_read(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 1);
	put_word(&page, 1, 1);
	put_word(&page, 2, 2);
	push(w, &page);
	step(w);
	assert_null(w->free_list);
	fx_page_begin(&page, 3);
	put_word(&page, 3, 3);
	push(w, &page);
	assert_word(w, 2, 2);
	step(w);
	assert_non_null(w->free_list);
	assert_word(w, 3, 3);
}

static void empty_pages(void **state)
{
	struct walk *w = *state;
	struct fx_page empty, page;

	fx_page_begin(&empty, 5);
	push(w, &empty);
	assert_null(w->pages.data);
	assert_int_equal(w->pages.queued, 0);
	fx_page_begin(&page, 6);
	put_word(&page, 6, 1);
	push(w, &page);
	push(w, &empty);
	push(w, &empty);
	fx_page_begin(&page, 7);
	put_word(&page, 7, 2);
	push(w, &page);
	assert_word(w, 6, 1);
	step(w);
	assert_word(w, 7, 2);
	step(w);
	assert_null(w->pages.data);
	assert_int_equal(free_all(w->free_list), 5);
	w->free_list = NULL;
}

/* A sub-buffer of discarded records alone is as good as empty. */
static void nothing_but_padding(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 5);
	fx_page_discarded(&page, 16);
	fx_page_extend(&page, UINT64_C(1) << 30);
	push(w, &page);
	assert_null(w->pages.data);
	assert_int_equal(w->pages.queued, 0);
}

static void lost_before(struct walk *w, int64_t lost)
{
	struct fx_page page;

	fx_page_begin(&page, 10);
	put_word(&page, 10, 1);
	push(w, &page);
	fx_page_begin(&page, 20);
	put_word(&page, 20, 2);
	put_word(&page, 21, 3);
	page.lost = lost;
	push(w, &page);
	assert_word(w, 10, 1);
	assert_false(w->pages.gap);
	step(w);
	assert_word(w, 20, 2);
	assert_true(w->pages.gap);
	step(w);
	assert_word(w, 21, 3);
	assert_false(w->pages.gap);
	step(w);
	assert_null(w->pages.data);
}

static void a_gap_of_known_size(void **state)
{
	lost_before(*state, 1695);
}

static void a_gap_of_unknown_size(void **state)
{
	lost_before(*state, -1);
}

static void a_gap_before_an_empty_page(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 10);
	page.lost = 3;
	push(w, &page);
	fx_page_begin(&page, 20);
	put_word(&page, 20, 2);
	push(w, &page);
	assert_word(w, 20, 2);
	assert_true(w->pages.gap);
}

/* After an idle time of more than 134 ms the first thing in a sub-buffer is a time extend. */
static void a_gap_before_a_time_extend(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 10);
	fx_page_extend(&page, UINT64_C(1) << 30);
	put_word(&page, 10 + (UINT64_C(1) << 30), 1);
	page.lost = 3;
	push(w, &page);
	assert_word(w, 10 + (UINT64_C(1) << 30), 1);
	assert_true(w->pages.gap);
}

static void a_gap_before_padding(void **state)
{
	struct walk *w = *state;
	struct fx_page page;

	fx_page_begin(&page, 10);
	fx_page_discarded(&page, 8);
	put_word(&page, 20, 1);
	page.lost = -1;
	push(w, &page);
	assert_word(w, 20, 1);
	assert_true(w->pages.gap);
}

static void header_of_a_page(void **state)
{
	struct walk *w = *state;
	struct mpt_page *copy;
	struct fx_page page;

	fx_page_begin(&page, UINT64_C(0x123456789abcdef0));
	put_word(&page, page.ts, 1);
	put_word(&page, page.ts + 1, 2);
	page.lost = 77;
	copy = fx_page_copy(&page);
	assert_true(mpt_page_time(&w->pages, copy) == UINT64_C(0x123456789abcdef0));
	/* two records of a word and 8 bytes: the flags of the loss are no part of the length */
	assert_int_equal(mpt_page_fill(&w->pages, copy), 24);
	free(copy);
	fx_page_begin(&page, 0);
	copy = fx_page_copy(&page);
	assert_int_equal(mpt_page_fill(&w->pages, copy), 0);
	assert_true(mpt_page_time(&w->pages, copy) == 0);
	free(copy);
}

/* Looking at the header of a page that is to come does not disturb the one being read. */
static void headers_are_read_meanwhile(void **state)
{
	struct walk *w = *state;
	struct mpt_page *copy;
	struct fx_page page;

	fx_page_begin(&page, 10);
	put_word(&page, 10, 1);
	put_word(&page, 11, 2);
	push(w, &page);
	fx_page_begin(&page, 500);
	copy = fx_page_copy(&page);
	assert_true(mpt_page_time(&w->pages, copy) == 500);
	free(copy);
	step(w);
	assert_word(w, 11, 2);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

/* --- sub-buffers that no kernel writes ------------------------------------ */

/* Of a page of one good record and one that lies about its length, the good one comes. */
static void lies(struct walk *w, uint32_t head, uint32_t length)
{
	struct fx_page page;

	fx_page_begin(&page, 100);
	put_word(&page, 101, 7);
	put_word(&page, 102, 8);
	memcpy(page.data + FX_PAGE_HEADER + 12, &head, sizeof(head));
	memcpy(page.data + FX_PAGE_HEADER + 16, &length, sizeof(length));
	push(w, &page);
	assert_word(w, 101, 7);
	step(w);
	assert_null(w->pages.data);
	/* what follows cannot be joined with what came before */
	fx_page_begin(&page, 200);
	put_word(&page, 201, 9);
	push(w, &page);
	assert_word(w, 201, 9);
	assert_true(w->pages.gap);
	step(w);
	assert_false(w->pages.gap);
}

static void a_record_beyond_the_end(void **state)
{
	lies(*state, 0, 16);
	lies(*state, 0, UINT32_MAX);
	lies(*state, 3, 0);
}

static void a_record_shorter_than_its_length(void **state)
{
	lies(*state, 0, 0);
	lies(*state, 0, 3);
}

static void padding_beyond_the_end(void **state)
{
	lies(*state, 29 | 1 << 5, 1 << 20);
	lies(*state, 29 | 1 << 5, UINT32_MAX);
}

static void more_than_a_page_holds(void **state)
{
	struct walk *w = *state;
	struct mpt_page *copy;
	struct fx_page page;
	uint64_t commit = 1 << 19, n = 0;

	fx_page_begin(&page, 100);
	while (fx_page_has_room(&page, 8))
		put_word(&page, page.ts, n++);
	copy = fx_page_copy(&page);
	/* what nobody wrote is walked too, but not beyond the page */
	memcpy(copy->data + 8, &commit, sizeof(commit));
	mpt_pages_push(&w->pages, copy);
	for (; w->pages.data; step(w), n--)
		assert_in_range((uintptr_t)w->pages.data + w->pages.size, 0,
				(uintptr_t)copy->data + FX_PAGE_SIZE);
}

/* Sub-buffers of which the last entry, or the length of one, leads beyond their end. */
static void soundness(void **state)
{
	unsigned char *data = calloc(1, FX_PAGE_SIZE);
	uint32_t head = 3, type, size;

	(void)state;
	assert_non_null(data);
	assert_true(mpt_page_is_sound(data, FX_PAGE_SIZE, false, 8));
	/* a record of 12 bytes, then an entry that begins in the last 4 bytes */
	memcpy(data + 16, &head, 4);
	for (type = 0; type < 32; type++) {
		memcpy(data + 32, &type, 4);
		data[8] = 20;
		/* beyond padding without a time, 29, nobody looks */
		assert_int_equal(mpt_page_is_sound(data, FX_PAGE_SIZE, false, 8), type == 29);
		data[8] = 16;
		assert_true(mpt_page_is_sound(data, FX_PAGE_SIZE, false, 8));
	}
	/* a length of its own: it counts itself, and is rounded up; what comes next is too long */
	data[8] = 16 + 24;
	memset(data + 32, 0, 4);
	memset(data + 40, 28, 100);
	for (size = 0; size < 32; size++) {
		memcpy(data + 36, &size, 4);
		assert_int_equal(mpt_page_is_sound(data, FX_PAGE_SIZE, false, 8),
				 size >= 17 && size <= 20);
	}
	size = 4096 - 16 + 1;
	memcpy(data + 8, &size, 4);
	assert_false(mpt_page_is_sound(data, FX_PAGE_SIZE, false, 8));
	free(data);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(records_come_in_order),
		TEST(every_length),
		TEST(time_extends),
		TEST(absolute_times),
		TEST(huge_times),
		TEST(padding_is_stepped_over),
		TEST(a_full_page_of_many),
		TEST(one_page_after_the_other),
		TEST(a_page_lives_while_it_is_read),
		TEST(empty_pages),
		TEST(nothing_but_padding),
		TEST(a_gap_of_known_size),
		TEST(a_gap_of_unknown_size),
		TEST(a_gap_before_an_empty_page),
		TEST(a_gap_before_a_time_extend),
		TEST(a_gap_before_padding),
		TEST(header_of_a_page),
		TEST(headers_are_read_meanwhile),
		TEST(a_record_beyond_the_end),
		TEST(a_record_shorter_than_its_length),
		TEST(padding_beyond_the_end),
		TEST(more_than_a_page_holds),
		cmocka_unit_test(soundness),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
