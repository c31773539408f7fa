/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf.h - what the user asked for.
 *
 * Plain data: filled by the command line, read by everything else, changed by
 * nobody afterwards.
 */
#ifndef MPT_CONF_H
#define MPT_CONF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "clock.h"

struct mpt_emitter;
struct mpt_filter;
struct mpt_user;

/* --denied, --color */
enum mpt_when { MPT_AUTO, MPT_ALWAYS, MPT_NEVER };

/* -c and -C */
enum mpt_summary { MPT_NO_SUMMARY, MPT_SUMMARY_ONLY, MPT_SUMMARY_TOO };

enum mpt_action {
	MPT_TRACE,
	MPT_DRY_RUN,
	MPT_LIST,
	MPT_DOCTOR,
	MPT_CLEANUP,
	MPT_HELP,
	MPT_VERSION,
};

struct mpt_conf {
	enum mpt_action action;
	uint64_t syscalls; /* bit n: row n of mpt_syscalls */
	pid_t *pids;	   /* -p; owned */
	size_t npids;
	const char *cgroup; /* --cgroup; NULL where not given */
	uint64_t duration;  /* -d, nanoseconds; 0: no end */
	uint64_t count;	    /* -n; 0: no end */
	uint64_t buffer_kb; /* -b, per CPU; 0: by the memory there is */
	const struct mpt_emitter *format;
	enum mpt_timestamps timestamps;
	unsigned array_limit; /* -s */
	enum mpt_when color;
	char *output;	    /* -o, expanded; owned; NULL where not given */
	char *write;	    /* -w, the same */
	const char **reads; /* -r, each time that it was given; owned, the names are not */
	size_t nreads;
	bool syscalls_given; /* -e */
	bool format_given;   /* -f */
	enum mpt_when denied;
	struct mpt_filter *filter; /* owned */
	bool no_follow;
	enum mpt_summary summary;
	bool explain;
	bool stack; /* -k */
	bool strict;
	bool quiet;
	struct mpt_user *user; /* -u; owned; NULL where not given */
	char **command;	       /* NULL-terminated, in argv; NULL: none */
};

#endif
