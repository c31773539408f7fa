/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.c - what is known of a caller and of its host, beside the call itself.
 *
 * In: the texts of /proc/TID/status and maps. Out: numbers and sets, each with
 * whether it is known. It opens nothing.
 */
#include "facts.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

const struct mpt_task_facts mpt_task_unknown = { .seccomp = -1 };
const struct mpt_host_facts mpt_host_unknown = { 0 };

/* The text after "\nName:\t", or NULL. */
static const char *field(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at ? at + strlen(name) : NULL;
}

/* "\t1000\t1000\t1000\t1000": real, effective, saved, and that for files, which is not wanted. */
static bool parse_ids(const char *at, int64_t *ret)
{
	char *end;
	int i;

	for (i = 0; at && i < 3; i++) {
		ret[i] = strtoll(at, &end, 10);
		if (end == at)
			return false;
		at = end;
	}
	return at != NULL;
}

/* "00000000,00000003": as many bits as the kernel was built for, the highest first. */
static unsigned count_bits(const char *mask)
{
	unsigned bits = 0;

	for (; isxdigit((unsigned char)*mask) || *mask == ','; mask++)
		bits += *mask != ',' ? 4 : 0;
	return bits;
}

static void parse_mems(const char *status, struct mpt_task_facts *ret)
{
	const char *mask = field(status, "\nMems_allowed:\t");
	const char *list = field(status, "\nMems_allowed_list:\t");

	if (mask)
		ret->max_nodes = count_bits(mask);
	ret->has_mems = list && mpt_nodeset_parse(list, MPT_NODES_MAX, &ret->mems_allowed) == 0;
}

/* One number of NSpid a namespace: more than one, and the task is not in ours. */
static bool is_in_pidns(const char *nspid)
{
	return nspid && memchr(nspid, '\t', strcspn(nspid, "\n"));
}

void mpt_task_facts_parse(const char *status, struct mpt_task_facts *ret)
{
	const char *caps = field(status, "\nCapEff:\t");
	const char *seccomp = field(status, "\nSeccomp:\t");

	*ret = (struct mpt_task_facts){ .known = true, .fresh = true };
	parse_mems(status, ret);
	ret->has_caps = caps != NULL;
	ret->caps = caps ? strtoull(caps, NULL, 16) : 0;
	ret->seccomp = seccomp ? atoi(seccomp) : -1;
	ret->has_ids = parse_ids(field(status, "\nUid:"), ret->uid) &&
		       parse_ids(field(status, "\nGid:"), ret->gid);
	ret->has_mm = field(status, "\nVmSize:") != NULL;
	ret->in_pidns = is_in_pidns(field(status, "\nNSpid:\t"));
}

/* A line of maps, "START-END rwxp ..."; returns the next one, or NULL where it is none. */
static const char *parse_line(const char *line, uint64_t *start, uint64_t *end, bool *writable)
{
	char *at;

	*start = strtoull(line, &at, 16);
	if (at == line || *at != '-')
		return NULL;
	*end = strtoull(at + 1, &at, 16);
	*writable = at[0] == ' ' && at[1] && at[2] == 'w';
	at += strcspn(at, "\n");
	return *at ? at + 1 : at;
}

struct mpt_map mpt_maps_at(const char *maps, uint64_t addr)
{
	uint64_t start, end;
	bool writable;

	while ((maps = parse_line(maps, &start, &end, &writable)))
		if (addr >= start && addr < end)
			return (struct mpt_map){ .mapped = true, .writable = writable };
	return (struct mpt_map){ 0 };
}

uint64_t mpt_maps_hole(const char *maps, uint64_t start, uint64_t end)
{
	uint64_t from, to;
	bool writable;

	while (start < end && (maps = parse_line(maps, &from, &to, &writable))) {
		if (from > start)
			return start;
		if (to > start)
			start = to;
	}
	return start < end ? start : end;
}

uint64_t mpt_maps_count(const char *maps)
{
	uint64_t start, end, n = 0;
	bool writable;

	while ((maps = parse_line(maps, &start, &end, &writable)))
		n++;
	return n;
}
