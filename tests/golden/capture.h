/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * capture.h - a recorded run in a directory.
 *
 * What record writes and decode reads:
 *   capture          key and value a line: what the plan was made from, clocks, host
 *   events/          header_page and the formats of the events
 *   proc/PID/        comm and status of COMMAND before its exec
 *   cpuN.raw         the sub-buffers of CPU N, as they were read
 */
#ifndef MPT_TEST_CAPTURE_H
#define MPT_TEST_CAPTURE_H

#include "clock.h"
#include "plan.h"

struct capture {
	char machine[66];
	char group[64];
	char host[65];
	uint64_t syscalls; /* bit n: row n of mpt_syscalls */
	char saved[8];	   /* register, or - */
	int rung;
	/* the same of i386, if it was seen */
	unsigned has_32;
	char saved_32[8];
	int rung_32;
	unsigned prefixes_32;
	unsigned has_x32;
	unsigned page_size;
	int lean;
	unsigned possible;
	unsigned ncpus;
	uint64_t poison;
	uint64_t lost;
	int64_t to_realtime;
	int64_t to_boottime;
	uint64_t start;
};

/* One row per line of the file: both programs use it, so they cannot differ. */
#define CAPTURE_FIELDS(X)                                                         \
	X("machine", "%65s", "%s", c->machine, c->machine)                        \
	X("group", "%63s", "%s", c->group, c->group)                              \
	X("host", "%64s", "%s", c->host, c->host)                                 \
	X("syscalls", "%" SCNu64, "%" PRIu64, &c->syscalls, c->syscalls)          \
	X("saved", "%7s", "%s", c->saved, c->saved)                               \
	X("rung", "%d", "%d", &c->rung, c->rung)                                  \
	X("has_32", "%u", "%u", &c->has_32, c->has_32)                            \
	X("saved_32", "%7s", "%s", c->saved_32, c->saved_32)                      \
	X("rung_32", "%d", "%d", &c->rung_32, c->rung_32)                         \
	X("prefixes_32", "%u", "%u", &c->prefixes_32, c->prefixes_32)             \
	X("has_x32", "%u", "%u", &c->has_x32, c->has_x32)                         \
	X("page_size", "%u", "%u", &c->page_size, c->page_size)                   \
	X("lean", "%d", "%d", &c->lean, c->lean)                                  \
	X("possible", "%u", "%u", &c->possible, c->possible)                      \
	X("ncpus", "%u", "%u", &c->ncpus, c->ncpus)                               \
	X("poison", "%" SCNu64, "%" PRIu64, &c->poison, c->poison)                \
	X("lost", "%" SCNu64, "%" PRIu64, &c->lost, c->lost)                      \
	X("to_realtime", "%" SCNd64, "%" PRId64, &c->to_realtime, c->to_realtime) \
	X("to_boottime", "%" SCNd64, "%" PRId64, &c->to_boottime, c->to_boottime) \
	X("start", "%" SCNu64, "%" PRIu64, &c->start, c->start)

#endif
