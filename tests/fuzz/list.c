/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list.c - fuzz: lists of items, and lists of nodes.
 *
 * In: text. Out: nothing; the items and the commas between them are the text,
 * and a set of nodes that was read comes out as a list that reads the same.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fuzz.h"
#include "list_item.h"
#include "nodeset.h"

static void check_items(const char *text)
{
	const char *list = text, *item;
	size_t len, total = 0, n = 0;

	while (mpt_list_item(&list, &item, &len)) {
		FUZZ_CHECK(item == text + total + n);
		FUZZ_CHECK(!memchr(item, ',', len));
		total += len;
		n++;
	}
	FUZZ_CHECK(total + n == strlen(text) + 1);
}

static void check_nodes(const char *text, unsigned possible)
{
	struct mpt_nodeset set, again;
	struct mpt_buf buf = { 0 };

	if (mpt_nodeset_parse(text, possible, &set) == 0) {
		FUZZ_CHECK(mpt_nodeset_next(&set, (int)possible) < 0);
		mpt_nodeset_put(&buf, &set);
		FUZZ_CHECK(mpt_nodeset_parse(mpt_buf_cstr(&buf), possible, &again) == 0);
		FUZZ_CHECK(memcmp(&set, &again, sizeof(set)) == 0);
	}
	mpt_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	char *text = fuzz_string(&in, 0);

	check_items(text);
	check_nodes(text, MPT_NODES_MAX);
	check_nodes(text, 8);
	free(text);
	return 0;
}
