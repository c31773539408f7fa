/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filter_parse.c - filters as they are written on the command line.
 *
 * In: lists, their items parted by commas. Out: a filter, or the item that is
 * wrong. Names are those of the header files; their prefix may be left out,
 * and small letters will do.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "err.h"
#include "filter.h"
#include "list_item.h"
#include "user.h"
#include "xlat.h"

/* Whether an item is that name, with or without the prefix that names of its kind have. */
static bool is_name(const char *item, size_t len, const char *name)
{
	static const char *const prefixes[] = { "", "MPOL_", "MPOL_F_", "MPOL_MF_" };
	size_t i;

	for (i = 0; i < 4; i++) {
		size_t n = strlen(prefixes[i]);

		if (strncmp(name, prefixes[i], n) == 0 && strlen(name + n) == len &&
		    strncasecmp(name + n, item, len) == 0)
			return true;
	}
	return false;
}

static const struct mpt_xlat *find(const struct mpt_xlat *table, const char *item, size_t len)
{
	for (; table->name; table++)
		if (is_name(item, len, table->name))
			return table;
	return NULL;
}

/* The whole item as a number, in C's notation; false where it is none. */
static bool number(const char *item, size_t len, uint64_t max, uint64_t *ret)
{
	char *end;

	if (!isdigit((unsigned char)*item))
		return false;
	errno = 0;
	*ret = strtoull(item, &end, 0);
	return end == item + len && !errno && *ret <= max;
}

static int errno_of(const char *item, size_t len)
{
	uint64_t n;
	int i;

	if (number(item, len, MPT_ERRNOS - 1, &n))
		return (int)n;
	for (i = 1; i < MPT_ERRNOS; i++) {
		const char *name = mpt_errno_name(i);

		if (name && strlen(name) == len && strncasecmp(name, item, len) == 0)
			return i;
	}
	return 0;
}

int mpt_filter_add_errnos(struct mpt_filter *f, const char *list, struct mpt_err *err)
{
	const char *item;
	size_t len;

	f->has_errnos = true;
	while (mpt_list_item(&list, &item, &len)) {
		int n = errno_of(item, len);

		if (n == 0)
			return mpt_err_usage(err, "--errno: '%.*s' is no errno (EPERM, EINVAL)",
					     (int)len, item);
		f->errnos[n / 64] |= UINT64_C(1) << n % 64;
	}
	return 0;
}

static bool uid_of(const char *item, size_t len, uint64_t *ret)
{
	char name[64];
	struct mpt_user user;
	bool found;

	if (number(item, len, UINT32_MAX, ret))
		return true;
	if (len == 0 || len >= sizeof(name))
		return false;
	memcpy(name, item, len);
	name[len] = '\0';
	found = mpt_user_find(name, &user) == 0;
	*ret = user.uid;
	mpt_user_free(&user);
	return found;
}

int mpt_filter_add_uids(struct mpt_filter *f, const char *list, struct mpt_err *err)
{
	const char *item;
	uint64_t uid;
	size_t len;

	while (mpt_list_item(&list, &item, &len)) {
		if (!uid_of(item, len, &uid))
			return mpt_err_usage(err, "--uid: there is no user '%.*s'", (int)len, item);
		if (f->nuids == MPT_FILTER_UIDS)
			return mpt_err_usage(err, "--uid: at most %d users", MPT_FILTER_UIDS);
		f->uids[f->nuids++] = (uint32_t)uid;
	}
	return 0;
}

int mpt_filter_add_flags(struct mpt_filter *f, const char *list, struct mpt_err *err)
{
	const struct mpt_xlat *flag;
	const char *item;
	size_t len;

	while (mpt_list_item(&list, &item, &len)) {
		if ((flag = find(mpt_get_mempolicy_flags, item, len)))
			f->get_flags |= flag->value;
		else if ((flag = find(mpt_mpol_mf_flags, item, len)))
			f->mf_flags |= flag->value;
		else if ((flag = find(mpt_mpol_mode_flags, item, len)))
			f->mode_flags |= (uint32_t)flag->value;
		else
			return mpt_err_usage(err,
					     "--flags: '%.*s' is no flag (MPOL_F_NODE, "
					     "MPOL_MF_MOVE, MPOL_F_STATIC_NODES, ...)",
					     (int)len, item);
	}
	return 0;
}

int mpt_filter_add_modes(struct mpt_filter *f, const char *list, struct mpt_err *err)
{
	const struct mpt_xlat *mode;
	const char *item;
	uint64_t n;
	size_t len;

	while (mpt_list_item(&list, &item, &len)) {
		if ((mode = find(mpt_mpol_modes, item, len)))
			n = mode->value;
		else if (!number(item, len, UINT32_MAX, &n))
			return mpt_err_usage(err,
					     "--mode: '%.*s' is no mode (MPOL_BIND, "
					     "MPOL_INTERLEAVE, ...)",
					     (int)len, item);
		if (f->nmodes == MPT_FILTER_MODES)
			return mpt_err_usage(err, "--mode: at most %d modes", MPT_FILTER_MODES);
		f->modes[f->nmodes++] = (uint32_t)n;
	}
	return 0;
}

int mpt_filter_set_nodes(struct mpt_filter *f, const char *list, struct mpt_err *err)
{
	f->has_nodes = true;
	f->all_nodes = strcmp(list, "all") == 0;
	if (f->all_nodes)
		return 0;
	if (*list == '\0' || mpt_nodeset_parse(list, MPT_NODES_MAX, &f->nodes) < 0)
		return mpt_err_usage(err, "--nodes: '%s' is no list of nodes (0-1,4, or all)",
				     list);
	return 0;
}

int mpt_filter_check_nodes(const struct mpt_filter *f, unsigned possible, struct mpt_err *err)
{
	int node = f->has_nodes && !f->all_nodes ? mpt_nodeset_next(&f->nodes, (int)possible) : -1;

	if (node < 0)
		return 0;
	mpt_err_usage(err, "--nodes: there can be no node %d", node);
	mpt_err_hint(err, "possible are 0 to %u", possible - 1);
	return -EINVAL;
}
