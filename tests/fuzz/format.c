/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * format.c - fuzz: header_page and event formats that no kernel would write.
 *
 * In: the texts, in the order in which the decoder asks for them, each ended
 * by "\n%%\n"; the last piece is a record's bytes. Out: nothing; the record is
 * decoded by whatever the texts made of it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "fuzz.h"
#include "merge.h"
#include "record.h"

/* file.c's, as the linker's --wrap has it: what the decoder reads comes from here. */
int __wrap_mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret);

static struct fuzz_input texts;

int __wrap_mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret)
{
	static const char end[] = "\n%%\n";
	const uint8_t *at = memmem(texts.data, texts.size, end, strlen(end));
	size_t n = at ? (size_t)(at - texts.data) + 1 : texts.size;

	(void)dirfd, (void)path;
	if (texts.size == 0)
		return -ENOENT;
	mpt_buf_put(ret, texts.data, n);
	n += at ? strlen(end) - 1 : 0;
	texts.data += n;
	texts.size -= n;
	return 0;
}

static const struct mpt_plan *plan(void)
{
	static struct mpt_plan plan;
	struct mpt_caps caps = { .possible = 64, .page_size = 4096 };
	struct mpt_wish wish = { .syscalls = 1, .poison = 0x5a5a, .group = "g" };
	struct mpt_err err;

	if (plan.ndefs)
		return &plan;
	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	FUZZ_CHECK(mpt_plan_make(&wish, &caps, &plan, &err) == 0);
	return &plan;
}

static void decode(const struct mpt_decoder *decoder)
{
	struct mpt_record record = { .size = (uint32_t)texts.size };
	struct mpt_event event;
	void *copy = fuzz_copy(texts.data, texts.size);

	record.data = copy;
	mpt_decode(decoder, &record, &event);
	/* not a loop over all ids: the record's own first bytes are one */
	if (texts.size >= 2) {
		record.size = 2;
		mpt_decode(decoder, &record, &event);
	}
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const regs[] = { "%bp", "%bx", NULL };
	struct mpt_decoder *decoder;
	struct mpt_err err;

	texts = (struct fuzz_input){ data, size };
	if (mpt_decoder_create(-1, &decoder, &err) < 0)
		return 0;
	FUZZ_CHECK(mpt_decoder_page_size(decoder) >= 4096);
	if (mpt_decoder_bind_plan(decoder, plan(), &err) == 0 &&
	    mpt_decoder_bind_tasks(decoder, true, &err) == 0)
		decode(decoder);
	if (mpt_decoder_bind_signals(decoder, &err) == 0 &&
	    mpt_decoder_bind_search(decoder, "g", regs, &err) == 0)
		decode(decoder);
	mpt_decoder_destroy(decoder);
	return 0;
}
