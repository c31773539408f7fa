/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * page.c - fuzz: sub-buffers that no kernel would write.
 *
 * In: a byte that gives the number of CPUs and the kind of machine, then sub-buffers for them in
 * turn. Out: nothing; every byte of every record is read, so that one beyond the sub-buffer is
 * found.
 */
#include <stdlib.h>

#include "cleanup.h"
#include "err.h"
#include "fuzz.h"
#include "merge.h"
#include "source.h"

enum { PAGE_SIZE = 4096, CPUS_MAX = 4 };

struct fuzz_source {
	struct mpt_source source;
	struct fuzz_input in;
	unsigned pages;
};

static int read_page(struct mpt_source *source, unsigned cpu, void *page)
{
	struct fuzz_source *fuzz = (struct fuzz_source *)(uintptr_t)source;

	(void)cpu;
	if (fuzz->in.size == 0)
		return 0;
	fuzz_take(&fuzz->in, page, PAGE_SIZE);
	fuzz->pages++;
	return PAGE_SIZE;
}

static const struct mpt_source_ops ops = { .read = read_page };

static unsigned sum_of(const struct mpt_record *record)
{
	const unsigned char *data = record->data;
	unsigned sum = 0;
	uint32_t i;

	for (i = 0; i < record->size; i++)
		sum += data[i];
	return sum;
}

/* So that no reading is optimised away. */
static volatile unsigned seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_source fuzz = { .in = { data, size } };
	struct mpt_merge *merge;
	struct mpt_record record;
	struct mpt_err err;
	unsigned sum = 0;
	uint8_t kind;
	size_t n = 0;
	int rc;

	kind = fuzz_byte(&fuzz.in);
	fuzz.source = (struct mpt_source){ .ops = &ops,
					   .ncpus = 1 + kind % CPUS_MAX,
					   .page_size = PAGE_SIZE,
					   .swapped = kind & 64,
					   .long_size = kind & 128 ? 4 : 0 };
	FUZZ_CHECK(mpt_merge_create(&fuzz.source, &merge, &err) == 0);
	do {
		rc = mpt_merge_fill(merge, UINT64_MAX);
		while (mpt_merge_next(merge, &record)) {
			sum |= sum_of(&record);
			FUZZ_CHECK(record.size <= PAGE_SIZE);
			FUZZ_CHECK(++n <= fuzz.pages * (size_t)(PAGE_SIZE / 4));
		}
	} while (rc > 0);
	FUZZ_CHECK(!mpt_merge_is_holding(merge));
	mpt_merge_destroy(merge);
	seen = sum;
	return 0;
}
