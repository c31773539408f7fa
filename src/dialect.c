/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dialect.c - definitions of probes as older kernels take them.
 *
 * In: tracefs' README, and definitions in the words of the newest kernel. Out:
 * what a kernel lacks, and the same definitions in its own. It knows nothing of
 * what is fetched, and changes no name, order or size.
 */
#include "dialect.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "file.h"

/* kernel/trace/trace.c, readme_msg[]: what is there since the feature is. */
static const struct {
	unsigned lacks;
	const char *tells;
} features[] = {
	{ MPT_LACKS_HEX, "x8/16/32/64" },	{ MPT_LACKS_MAXACTIVE, "r[maxactive]" },
	{ MPT_LACKS_USER, "[u]<offset>" },	{ MPT_LACKS_IMM, "\\imm-value" },
	{ MPT_LACKS_APPEND, "Create/append/" },
};

unsigned mpt_dialect_read(int tracefd)
{
	cleanup_buf struct mpt_buf readme = { 0 };
	unsigned lacks = 0;
	size_t i;

	if (mpt_file_read(tracefd, "README", &readme) < 0)
		return 0;
	for (i = 0; i < ARRAY_SIZE(features); i++)
		if (!strstr(mpt_buf_cstr(&readme), features[i].tells))
			lacks |= features[i].lacks;
	return lacks;
}

/* A word of the newest kernel's, and what older ones have in its place. */
struct word {
	unsigned lacks;
	const char *begins; /* a digit follows */
	const char *instead;
	size_t keeps;	   /* bytes of the beginning that stay, in front of that */
	const char *skips; /* and what follows it that goes, too */
};

static const struct word words[] = {
	{ MPT_LACKS_MAXACTIVE, "r", "", 1, "0123456789" },
	{ MPT_LACKS_USER, "+u", "", 1, "" },
	{ MPT_LACKS_USER, "-u", "", 1, "" },
	{ MPT_LACKS_IMM, "=\\", "@linux_banner", 1, "0123456789abcdefx" },
	{ MPT_LACKS_HEX, ":x", "u", 1, "" },
};

/* The word that stands at @at, if any; the first is one of the definition's beginning alone. */
static const struct word *word_at(const char *at, unsigned lacks, bool begins)
{
	size_t i;

	for (i = begins ? 0 : 1; i < ARRAY_SIZE(words); i++) {
		const struct word *word = &words[i];
		size_t n = strlen(word->begins);

		if ((lacks & word->lacks) && strncmp(at, word->begins, n) == 0 &&
		    isdigit((unsigned char)at[n]))
			return word;
	}
	return NULL;
}

char *mpt_dialect_dup(unsigned lacks, const char *text)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at = text;

	while (*at) {
		const struct word *word = word_at(at, lacks, at == text);

		if (!word) {
			mpt_buf_putc(&buf, *at++);
			continue;
		}
		mpt_buf_put(&buf, at, word->keeps);
		mpt_buf_puts(&buf, word->instead);
		at += strlen(word->begins);
		at += strspn(at, word->skips);
	}
	return buf.failed ? NULL : strdup(mpt_buf_cstr(&buf));
}
