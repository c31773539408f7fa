/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory.c - how much memory there is.
 *
 * In: /proc/meminfo, and the files of the cgroups that this process is in. Out:
 * KiB. What is not told limits nothing; it takes none.
 */
#include "memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "file.h"

/* The two kinds of cgroups: their lines in /proc/self/cgroup, where they are mounted, their files.
 */
static const struct kind {
	const char *controllers; /* as between the line's colons; "": the one hierarchy */
	const char *mount, *limit, *usage, *reclaimable;
} kinds[] = {
	{ "", "sys/fs/cgroup", "memory.max", "memory.current", "inactive_file " },
	{ "memory", "sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes",
	  "total_inactive_file " },
};

/* The number behind @key, which begins a line; @otherwise where there is none ("max", too). */
static uint64_t number_in(int rootfd, const char *path, const char *key, uint64_t otherwise)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	const char *at;
	char *end;
	uint64_t n;

	if (mpt_file_read(rootfd, path, &buf) < 0)
		return otherwise;
	at = mpt_buf_cstr(&buf);
	while (at && strncmp(at, key, strlen(key)) != 0) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (!at)
		return otherwise;
	at += strlen(key);
	n = strtoull(at, &end, 10);
	return end == at ? otherwise : n;
}

uint64_t mpt_memory_available_kb(int rootfd)
{
	return number_in(rootfd, "proc/meminfo", "MemAvailable:", 0);
}

/* What one cgroup leaves, bytes. What it holds of files can be had again. */
static uint64_t left_in(int rootfd, const struct kind *kind, const char *cgroup)
{
	char path[4200];
	uint64_t limit, used, files;

	snprintf(path, sizeof(path), "%s%s/%s", kind->mount, cgroup, kind->limit);
	limit = number_in(rootfd, path, "", UINT64_MAX);
	if (limit == UINT64_MAX)
		return limit;
	snprintf(path, sizeof(path), "%s%s/%s", kind->mount, cgroup, kind->usage);
	used = number_in(rootfd, path, "", 0);
	snprintf(path, sizeof(path), "%s%s/memory.stat", kind->mount, cgroup);
	files = number_in(rootfd, path, kind->reclaimable, 0);
	used -= files < used ? files : used;
	return limit > used ? limit - used : 0;
}

/* It and all that it is in; what is not mounted here leaves everything. */
static uint64_t left_up_from(int rootfd, const struct kind *kind, char *cgroup)
{
	uint64_t least = UINT64_MAX;
	char *slash;

	do {
		uint64_t left = left_in(rootfd, kind, strcmp(cgroup, "/") == 0 ? "" : cgroup);

		least = left < least ? left : least;
		slash = strrchr(cgroup, '/');
		if (slash)
			*slash = '\0';
	} while (slash);
	return least;
}

static bool is_among(const char *list, const char *name)
{
	size_t n = strlen(name);

	for (; list; list = strchr(list, ','), list = list ? list + 1 : NULL)
		if (strncmp(list, name, n) == 0 && (list[n] == '\0' || list[n] == ','))
			return true;
	return false;
}

/* "NUMBER:CONTROLLERS:CGROUP" */
static uint64_t left_by(int rootfd, char *line)
{
	char *controllers = strchr(line, ':'), *cgroup;
	unsigned i;

	cgroup = controllers ? strchr(controllers + 1, ':') : NULL;
	if (!cgroup)
		return UINT64_MAX;
	*controllers++ = *cgroup++ = '\0';
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is_among(controllers, kinds[i].controllers))
			return left_up_from(rootfd, &kinds[i], cgroup);
	return UINT64_MAX;
}

uint64_t mpt_memory_left_kb(int rootfd, uint64_t kb)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char *line, *rest;

	if (mpt_file_read(rootfd, "proc/self/cgroup", &buf) < 0 || buf.len == 0)
		return kb;
	mpt_buf_cstr(&buf);
	for (line = strtok_r(buf.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		uint64_t left = left_by(rootfd, line) / 1024;

		kb = left < kb ? left : kb;
	}
	return kb;
}
