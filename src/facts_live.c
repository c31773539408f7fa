/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts_live.c - what /proc and /sys say of callers and of this host.
 *
 * In: a root directory and calls that failed. Out: facts, each read once a
 * round at the most, and only where the call's errno can hang on it. A process
 * that is gone is not known; nothing is concluded from its absence.
 */
#include "facts_live.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <unistd.h>

#include "buf.h"
#include "facts.h"
#include "file.h"
#include "pair.h"

struct mpt_facts_live {
	int rootfd;
	bool has_proc;
	uint64_t round;
	struct mpt_host_facts host;
	uint64_t host_round; /* when that was read; 0: never */
	struct mpt_task_facts target;
	int64_t target_pid;
	uint64_t target_round;
	struct mpt_buf maps;
	bool has_maps;
	pid_t maps_tid;
	uint64_t maps_round;
};

struct mpt_facts_live *mpt_facts_live_create(int rootfd, bool has_proc)
{
	struct mpt_facts_live *live = calloc(1, sizeof(*live));

	if (!live)
		return NULL;
	live->rootfd = rootfd;
	live->has_proc = has_proc;
	live->round = 1;
	return live;
}

void mpt_facts_live_destroy(struct mpt_facts_live *live)
{
	if (!live)
		return;
	mpt_buf_free(&live->maps);
	free(live);
}

void mpt_facts_live_round(struct mpt_facts_live *live)
{
	live->round++;
}

static bool read_nodes(int rootfd, const char *path, struct mpt_nodeset *ret)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	return mpt_file_read(rootfd, path, &buf) == 0 &&
	       mpt_nodeset_parse(mpt_buf_cstr(&buf), MPT_NODES_MAX, ret) == 0;
}

/* What the kernel was built for, of which the status of any task tells. */
static unsigned read_max_nodes(int rootfd)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	struct mpt_task_facts self;

	if (mpt_file_read(rootfd, "proc/self/status", &buf) < 0)
		return 0;
	mpt_task_facts_parse(mpt_buf_cstr(&buf), &self);
	return self.max_nodes;
}

/* What came with 5.15 and with 6.9 shows in /sys, whatever a kernel calls itself. */
static void read_host(int rootfd, struct mpt_host_facts *ret)
{
	*ret = (struct mpt_host_facts){ 0 };
	ret->has_online = read_nodes(rootfd, "sys/devices/system/node/online", &ret->online);
	ret->has_memory = read_nodes(rootfd, "sys/devices/system/node/has_memory", &ret->memory);
	ret->max_nodes = read_max_nodes(rootfd);
	if (mpt_file_read_u64(rootfd, "proc/sys/vm/max_map_count", &ret->max_map_count) < 0)
		ret->max_map_count = 0;
	ret->is_6_9 =
		faccessat(rootfd, "sys/kernel/mm/mempolicy/weighted_interleave", F_OK, 0) == 0;
	ret->is_5_15 = ret->is_6_9 ||
		       faccessat(rootfd, "sys/kernel/mm/numa/demotion_enabled", F_OK, 0) == 0;
}

static const struct mpt_host_facts *get_host(struct mpt_facts_live *live)
{
	if (live->host_round != live->round)
		read_host(live->rootfd, &live->host);
	live->host_round = live->round;
	return &live->host;
}

static bool read_proc(const struct mpt_facts_live *live, int64_t pid, const char *file,
		      struct mpt_buf *ret)
{
	char path[64];

	if (!live->has_proc)
		return false;
	snprintf(path, sizeof(path), "proc/%lld/%s", (long long)pid, file);
	return mpt_file_read(live->rootfd, path, ret) == 0;
}

static void read_target(struct mpt_facts_live *live, int64_t pid)
{
	cleanup_buf struct mpt_buf buf = { 0 };

	live->target = mpt_task_unknown;
	live->target_pid = pid;
	live->target_round = live->round;
	if (read_proc(live, pid, "status", &buf))
		mpt_task_facts_parse(mpt_buf_cstr(&buf), &live->target);
}

/* Whose pages a call is about; its first argument says, if that is a process. */
static const struct mpt_task_facts *get_target(struct mpt_facts_live *live,
					       const struct mpt_call *call)
{
	const struct mpt_task_facts *caller = &call->thread->facts;
	int64_t pid = (int64_t)call->args[0];

	if (call->sys->args[0].kind != MPT_ARG_INT || pid == 0)
		return caller;
	if (!caller->known || caller->in_pidns)
		return &mpt_task_unknown;
	if (live->target_pid != pid || live->target_round != live->round)
		read_target(live, pid);
	return &live->target;
}

static bool hangs_on_maps(const struct mpt_call *call)
{
	unsigned i;

	for (i = 0; i < call->sys->nargs; i++)
		if (call->sys->args[i].kind == MPT_ARG_ADDR)
			return call->ret == -EFAULT || call->ret == -ENOMEM;
	return false;
}

static const char *get_maps(struct mpt_facts_live *live, const struct mpt_call *call)
{
	pid_t tid = call->thread->tid;

	if (!hangs_on_maps(call))
		return NULL;
	if (live->maps_tid != tid || live->maps_round != live->round) {
		live->maps.len = 0;
		/* of a process that has ended it is there, and empty */
		live->has_maps = read_proc(live, tid, "maps", &live->maps) && live->maps.len > 0;
		live->maps_tid = tid;
		live->maps_round = live->round;
	}
	return live->has_maps ? mpt_buf_cstr(&live->maps) : NULL;
}

void mpt_facts_live_get(struct mpt_facts_live *live, const struct mpt_call *call,
			struct mpt_facts *ret)
{
	*ret = (struct mpt_facts){
		.caller = &call->thread->facts,
		.target = get_target(live, call),
		.host = get_host(live),
		.maps = get_maps(live, call),
	};
}
