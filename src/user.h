/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user.h - users of this machine, and becoming one.
 */
#ifndef MPT_USER_H
#define MPT_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct mpt_err;

/* What a process has that logged in as a user. */
struct mpt_user {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary ones; owned */
	size_t ngroups;
};

/*
 * Looks up a user.
 * @name: a name, or the number of a user that has a name
 * @ret: freed with mpt_user_free(), also after a failure
 * Returns 0, -ENOENT where there is none, or another -errno.
 */
int mpt_user_find(const char *name, struct mpt_user *ret);

/* The same from files of the form of passwd(5) and group(5). */
int mpt_user_find_in_files(const char *passwd, const char *group, const char *name,
			   struct mpt_user *ret);

void mpt_user_free(struct mpt_user *user);

/*
 * Makes this process one of that user, for good. Allocates nothing, so that
 * it can be called between fork and exec.
 * Returns 0 or -errno; the process is then to end, as it may be neither.
 */
int mpt_user_become(const struct mpt_user *user);

#endif
