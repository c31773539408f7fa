/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracedir.h - reaching tracefs.
 *
 * tracefs is used through a directory descriptor, wherever it was found. Where
 * it is not mounted, it is opened without a mount that anybody else would see.
 */
#ifndef MPT_TRACEDIR_H
#define MPT_TRACEDIR_H

#include <stdbool.h>

struct mpt_err;

/* The remedy where lockdown closes it. */
#define MPT_TRACEDIR_LOCKED "boot with lockdown=integrity or less: confidentiality closes tracefs"

struct mpt_tracedir {
	int fd;		 /* the root of a tracefs; close-on-exec */
	const char *how; /* for people: where it was found */
	char path[32];	 /* a path to it that this process can use */
	bool has_probes; /* kprobe_events is there */
	bool has_events; /* there are syscall tracepoints */
};

/*
 * Finds tracefs: at /sys/kernel/tracing, else through a descriptor of its
 * own (fsopen(2), Linux 5.2), else at its old place under debugfs.
 * @rootfd: the directory that stands for /
 * Returns 0, or -errno with the remedy in @err; when this returns 0, instances
 * is there and may be written to, and one of has_probes and has_events is true.
 */
int mpt_tracedir_open(int rootfd, struct mpt_tracedir *ret, struct mpt_err *err);

/* The same without a look at what can be done there. */
int mpt_tracedir_find(int rootfd, struct mpt_tracedir *ret, struct mpt_err *err);

/* What must be so for probes to be armed, and to fire. A row without a name ends them. */
struct mpt_tracedir_check {
	const char *name;
	const char *good;   /* for people: how it is where it is as it must be, */
	const char *unseen; /* and where nothing tells */
	/*
	 * @dir: tracefs; its descriptor may be -1 where none was found
	 * Returns 0, 1 where nothing tells, or -errno with the remedy in @err.
	 */
	int (*fn)(int rootfd, const struct mpt_tracedir *dir, struct mpt_err *err);
};
extern const struct mpt_tracedir_check mpt_tracedir_checks[];

void mpt_tracedir_close(struct mpt_tracedir *dir);

/*
 * Says why a file of tracefs could not be used, by what else the system
 * tells: lockdown, rights, a kernel built without it.
 * @what: what was tried; @errnum: how it failed
 * Returns -errnum.
 */
int mpt_tracedir_explain(int rootfd, int errnum, const char *what, struct mpt_err *err);

#endif
