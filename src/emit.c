/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * emit.c - output formats.
 *
 * The array in which a format stands, and nothing else.
 */
#include "emit.h"

#include <stddef.h>
#include <string.h>

const struct mpt_emitter *const mpt_emitters[] = {
	&mpt_emit_text, &mpt_emit_table, &mpt_emit_strace,
	&mpt_emit_json, &mpt_emit_csv,	 &mpt_emit_tracee,
	NULL,
};

const struct mpt_emitter *mpt_emitter_find(const char *name)
{
	int i;

	for (i = 0; mpt_emitters[i]; i++)
		if (strcmp(mpt_emitters[i]->name, name) == 0)
			return mpt_emitters[i];
	return NULL;
}
