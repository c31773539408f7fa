/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * list_item.h - the items of a comma-separated list.
 */
#ifndef MPT_LIST_ITEM_H
#define MPT_LIST_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * The items of a list, one after the other.
 * @list: what is left of it; NULL after the last one
 * @item, @len: the item, within the list
 * Returns false at its end.
 */
static inline bool mpt_list_item(const char **list, const char **item, size_t *len)
{
	if (!*list)
		return false;
	*item = *list;
	*len = strcspn(*list, ",");
	*list = (*list)[*len] ? *list + *len + 1 : NULL;
	return true;
}

#endif
