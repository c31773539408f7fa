/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * build.c - what this build of mempoltrace is, and is made of.
 *
 * In: what configure found, and what the kernel says of the running program.
 * Out: --version. The versions are those that it was built with; a library
 * that is loaded may be newer.
 */
#include "build.h"

#include <stddef.h>
#include <sys/auxv.h>

#include "buf.h"
#include "cleanup.h"

/* What a build can do without, and what that means here. */
static const struct feature {
	const char *name, *text;
} features[] = {
#ifdef HAVE_SMARTCOLS
	{ "tables", "aligned, by libsmartcols" },
#else
	{ "tables", "tabs between columns, without libsmartcols" },
#endif
#ifdef HAVE_LIBDW
	{ "symbols", "by libdw" },
#else
	{ "symbols", "none, and no callers beyond the system call, without libdw" },
#endif
};

/* The kernel tells where it put the loader: nowhere, for a static program. */
bool mpt_build_is_static(void)
{
	return getauxval(AT_BASE) == 0;
}

void mpt_build_put(struct mpt_buf *buf)
{
	size_t i;

	mpt_buf_puts(buf,
		     PACKAGE_STRING "\n"
				    "Licence: GNU GPL version 2 or later; there is no warranty\n"
				    "\nBuilt with:\n" MPT_BUILT_WITH "\nThis build:\n");
	for (i = 0; i < ARRAY_SIZE(features); i++)
		mpt_buf_printf(buf, "  %s: %s\n", features[i].name, features[i].text);
	mpt_buf_printf(buf, "  linked: %s\n",
		       mpt_build_is_static() ? "statically; users as in /etc/passwd"
					     : "dynamically");
}
