/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter.c - fuzz: filters as anybody could write them.
 *
 * In: lines, each begun by the letter of the option that it is for. Out:
 * nothing; the filter that they make is printed for the kernel, for every event
 * of a plan, and asked of calls.
 */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "err.h"
#include "filter.h"
#include "fuzz.h"

static const struct mpt_plan *plan(void)
{
	static struct mpt_plan plan;
	struct mpt_caps caps = { .possible = 64, .page_size = 4096 };
	struct mpt_wish wish = { .syscalls = (1 << MPT_NSYSCALLS) - 1, .group = "g" };
	struct mpt_err err;

	if (plan.ndefs)
		return &plan;
	mpt_caps_add(&caps, mpt_abi_of_machine("x86_64"));
	mpt_caps_add(&caps, mpt_abi_find("i386"));
	FUZZ_CHECK(mpt_plan_make(&wish, &caps, &plan, &err) == 0);
	return &plan;
}

static void add(struct mpt_filter *filter, const char *line)
{
	struct mpt_err err = { 0 };
	int rc = 0;

	switch (*line ? *line++ : 0) {
	case 'e':
		rc = mpt_filter_add_errnos(filter, line, &err);
		break;
	case 'u':
		/* a name would be looked up in the user database */
		rc = line[strspn(line, "0123456789,x")] ? 0
							: mpt_filter_add_uids(filter, line, &err);
		break;
	case 'f':
		rc = mpt_filter_add_flags(filter, line, &err);
		break;
	case 'm':
		rc = mpt_filter_add_modes(filter, line, &err);
		break;
	case 'n':
		rc = mpt_filter_set_nodes(filter, line, &err);
		if (rc == 0)
			mpt_filter_check_nodes(filter, 64, &err);
		break;
	case 'c':
		filter->comm = line;
		break;
	case 'z':
		filter->outcome = MPT_SUCCESSFUL;
		break;
	}
	FUZZ_CHECK(rc == 0 || err.what[0]);
}

static void use(const struct mpt_filter *filter)
{
	struct mpt_thread thread = { .tid = 7, .has_comm = true, .comm = "0123456789abcde" };
	struct mpt_buf buf = { 0 };
	unsigned i;

	for (i = 0; i < plan()->ndefs; i++) {
		const struct mpt_def *def = &plan()->defs[i];
		struct mpt_call call = { .sys = &mpt_syscalls[def->syscall],
					 .def = def,
					 .abi = def->abi,
					 .thread = &thread,
					 .returned = true,
					 .args = { 1, 2, 3, 4, 5, 6 },
					 .ret = -22 };
		struct mpt_values values;

		mpt_filter_put_kernel(&buf, filter, def, i % 2);
		mpt_filter_args(filter, def->syscall);
		mpt_value_decode(&call, plan(), &values);
		mpt_filter_passes(filter, &call, &values);
		/* the kernel takes less than a page for a filter, one that is longer helps nobody
		 */
		FUZZ_CHECK(buf.len < 4096);
		buf.len = 0;
	}
	mpt_filter_put(&buf, filter, plan());
	mpt_buf_free(&buf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input in = { data, size };
	struct mpt_filter filter = { 0 };
	char *lines[16];
	int n = 0;

	while (in.size > 0 && n < 16) {
		lines[n] = fuzz_string(&in, '\n');
		add(&filter, lines[n++]);
	}
	use(&filter);
	while (n > 0)
		free(lines[--n]);
	return 0;
}
