/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * user.c - users of this machine, and becoming one.
 *
 * In: a name or a number. Out: user, group and supplementary groups, as the
 * name service knows them, else, and in a static program always, as
 * /etc/passwd and /etc/group say. It never makes up a group: a number that
 * belongs to nobody is no user.
 */
#include "user.h"

#include <ctype.h>
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "build.h"

/* More than a kernel takes are no user's (NGROUPS_MAX). */
enum { GROUPS_MAX = 65536 };

/* Whether that is a number that a uid can be; (uid_t)-1 means "none" to the kernel. */
static bool is_uid(const char *name, uid_t *ret)
{
	char *end;
	unsigned long long n;

	if (!isdigit((unsigned char)*name))
		return false;
	errno = 0;
	n = strtoull(name, &end, 10);
	*ret = (uid_t)n;
	return !errno && !*end && n < UINT32_MAX;
}

void mpt_user_free(struct mpt_user *user)
{
	free(user->groups);
	user->groups = NULL;
	user->ngroups = 0;
}

static int resize_groups(struct mpt_user *user, size_t n)
{
	gid_t *groups = realloc(user->groups, n * sizeof(gid_t));

	if (!groups)
		return -ENOMEM;
	user->groups = groups;
	user->ngroups = n;
	return 0;
}

/* As initgroups(3): what the name service says, the user's own group among it. */
static int list_groups(const struct passwd *pw, struct mpt_user *user)
{
	int rc, n = 32, had;

	do {
		had = n;
		rc = resize_groups(user, (size_t)n);
		if (rc < 0)
			return rc;
		rc = getgrouplist(pw->pw_name, pw->pw_gid, user->groups, &n);
		if (rc < 0 && n <= had)
			n = had * 2;
	} while (rc < 0 && n <= GROUPS_MAX);
	if (rc < 0)
		return -E2BIG;
	user->ngroups = (size_t)n;
	return 0;
}

/*
 * It is made of libraries that are loaded when it is asked; in a static program
 * glibc tries that too, and crashes.
 */
static bool has_name_service(void)
{
	return !mpt_build_is_static();
}

static const struct passwd *ask_name_service(const char *name)
{
	const struct passwd *pw = getpwnam(name);
	uid_t uid;

	return pw || !is_uid(name, &uid) ? pw : getpwuid(uid);
}

int mpt_user_find(const char *name, struct mpt_user *ret)
{
	const struct passwd *pw = has_name_service() ? ask_name_service(name) : NULL;

	*ret = (struct mpt_user){ 0 };
	if (!pw)
		return mpt_user_find_in_files("/etc/passwd", "/etc/group", name, ret);
	ret->uid = pw->pw_uid;
	ret->gid = pw->pw_gid;
	return list_groups(pw, ret);
}

static bool is_member(const struct group *gr, const char *name)
{
	char **member;

	for (member = gr->gr_mem; *member; member++)
		if (strcmp(*member, name) == 0)
			return true;
	return false;
}

static int list_groups_in(const char *file, const char *name, struct mpt_user *user)
{
	FILE *f = fopen(file, "re");
	const struct group *gr;
	int rc = resize_groups(user, 1);

	if (rc == 0)
		user->groups[0] = user->gid;
	while (f && rc == 0 && (gr = fgetgrent(f))) {
		if (gr->gr_gid == user->gid || !is_member(gr, name))
			continue;
		rc = user->ngroups < GROUPS_MAX ? resize_groups(user, user->ngroups + 1) : -E2BIG;
		if (rc == 0)
			user->groups[user->ngroups - 1] = gr->gr_gid;
	}
	if (f)
		fclose(f);
	return rc;
}

/* The entry of that name; else, where the name is a number, the first of that number. */
static const struct passwd *find_entry(FILE *f, const char *name)
{
	const struct passwd *pw;
	uid_t uid;

	while ((pw = fgetpwent(f)))
		if (strcmp(pw->pw_name, name) == 0)
			return pw;
	if (!is_uid(name, &uid))
		return NULL;
	rewind(f);
	while ((pw = fgetpwent(f)))
		if (pw->pw_uid == uid)
			return pw;
	return NULL;
}

int mpt_user_find_in_files(const char *passwd, const char *group, const char *name,
			   struct mpt_user *ret)
{
	FILE *f = fopen(passwd, "re");
	const struct passwd *pw;
	int rc = -ENOENT;

	*ret = (struct mpt_user){ 0 };
	if (!f)
		return rc;
	pw = find_entry(f, name);
	if (pw) {
		ret->uid = pw->pw_uid;
		ret->gid = pw->pw_gid;
		rc = list_groups_in(group, pw->pw_name, ret);
	}
	fclose(f);
	return rc;
}

/* Groups first: without being root they can no longer be changed. */
int mpt_user_become(const struct mpt_user *user)
{
	if (setgroups(user->ngroups, user->groups) < 0 ||
	    setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0)
		return -errno;
	return 0;
}
