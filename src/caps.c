/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * caps.c - what this kernel can do.
 *
 * In: a root directory. Out: facts for the plan. It changes nothing on the
 * system and looks at no version number.
 */
#include "caps.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "err.h"
#include "file.h"
#include "memory.h"
#include "nodeset.h"

/* nr_node_ids: one more than the highest node that can ever be there. */
static int read_possible(int rootfd, unsigned *ret, struct mpt_err *err)
{
	static const char path[] = "sys/devices/system/node/possible";
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_nodeset set;
	int node, rc = mpt_file_read(rootfd, path, &buf);

	if (rc == -ENOENT) {
		mpt_err_set(err, 0, "this kernel has no NUMA support (no /%s)", path);
		mpt_err_hint(err,
			     "it needs CONFIG_NUMA: without it these system calls do not exist");
		return -ENOSYS;
	}
	if (rc < 0)
		return mpt_err_set(err, -rc, "/%s", path);
	rc = mpt_nodeset_parse(mpt_buf_cstr(&buf), MPT_NODES_MAX, &set);
	if (rc < 0)
		return mpt_err_set(err, -rc, "/%s: '%s'", path, mpt_buf_cstr(&buf));
	*ret = 1;
	for (node = mpt_nodeset_next(&set, 0); node >= 0; node = mpt_nodeset_next(&set, node + 1))
		*ret = (unsigned)node + 1;
	return 0;
}

int mpt_caps_read(int rootfd, const char *machine, struct mpt_caps *ret, struct mpt_err *err)
{
	const struct mpt_abi *abi = mpt_abi_of_machine(machine);

	if (!abi) {
		mpt_err_set(err, 0, "this machine (%s) has no calling convention here", machine);
		return -ENOTSUP;
	}
	*ret = (struct mpt_caps){
		.page_size = (unsigned)sysconf(_SC_PAGESIZE),
		.available_kb = mpt_memory_available_kb(rootfd),
	};
	ret->spendable_kb = mpt_memory_left_kb(rootfd, ret->available_kb);
	mpt_caps_add(ret, abi);
	return read_possible(rootfd, &ret->possible, err);
}

void mpt_caps_add(struct mpt_caps *caps, const struct mpt_abi *abi)
{
	if (mpt_abi_is_guest(abi))
		caps->guest = abi;
	else if (caps->nviews < MPT_ABIS_MAX)
		caps->views[caps->nviews++] = (struct mpt_view){
			.abi = abi,
			.rung = MPT_RUNG_ARGS,
			.saved = abi->guess[MPT_KIND_ARGS].saved,
			.nprefixes = 1,
		};
}

void mpt_caps_drop(struct mpt_caps *caps, struct mpt_view *view)
{
	*view = caps->views[--caps->nviews];
}

void mpt_caps_refute(struct mpt_view *view)
{
	if (view->rung < MPT_RUNG_NONE)
		view->rung++;
}

bool mpt_caps_use_older(struct mpt_caps *caps)
{
	struct mpt_view *own = &caps->views[0];

	if (own->by_registers || !own->abi->older.prefix)
		return false;
	caps->nviews = 1;
	caps->guest = NULL;
	own->by_registers = true;
	own->rung = MPT_RUNG_SAVED; /* such kernels have no $argN at return */
	own->saved = own->abi->older.saved[0];
	own->searched = false;
	own->nprefixes = 1;
	return true;
}

const char *mpt_view_prefix(const struct mpt_view *view, unsigned n)
{
	return view->by_registers ? view->abi->older.prefix : view->abi->prefixes[n];
}

const char *const *mpt_view_saved(const struct mpt_view *view)
{
	return view->by_registers ? view->abi->older.saved : view->abi->saved;
}

void mpt_caps_use_events(struct mpt_caps *caps)
{
	caps->nviews = 1;
	caps->guest = NULL;
	caps->views[0].rung = MPT_RUNG_EVENTS;
	caps->views[0].by_registers = false;
	caps->views[0].nprefixes = 1;
	caps->views[0].asker = NULL;
}

const char *mpt_rung_text(enum mpt_rung rung)
{
	static const char *const text[] = {
		[MPT_RUNG_ARGS] = "the return probe sees the arguments ($argN)",
		[MPT_RUNG_SAVED] =
			"the return probe finds the arguments by a register of the caller",
		[MPT_RUNG_NONE] = "the return probe sees the result only",
		[MPT_RUNG_EVENTS] = "syscall tracepoints show arguments and result only",
	};

	return text[rung];
}
