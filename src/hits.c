/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hits.c - how often the kernel came by our probes.
 *
 * In: kprobe_events and kprobe_profile, which list the same probes in the same
 * order; only the first names their groups, and other runs' probes are named
 * as ours. Out: a sum over ours. It never changes anything, and gives no
 * number where the two do not fit each other.
 */
#include "hits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "file.h"
#include "plan.h"

/* A call comes by one of these at the least. */
static bool is_counted(const struct mpt_plan *plan, enum mpt_role role)
{
	return role == MPT_ROLE_ASKED || role == (plan->lean ? MPT_ROLE_EXIT : MPT_ROLE_ENTER);
}

static const struct mpt_def *find_def(const struct mpt_plan *plan, const char *event)
{
	unsigned i;

	for (i = 0; i < plan->ndefs; i++)
		if (strcmp(event, plan->defs[i].event) == 0)
			return &plan->defs[i];
	return NULL;
}

/* One probe, as "p:GROUP/EVENT FUNCTION ..." (r4096 for p) and as "  EVENT  HITS  MISSES". */
static int add_probe(const struct mpt_plan *plan, const char *text, const char *count,
		     struct mpt_hits *sum)
{
	char group[64], event[64], name[64];
	unsigned long long hits, misses;
	const struct mpt_def *def;

	if (sscanf(text, "%*[pr0-9]:%63[^/]/%63s", group, event) != 2 ||
	    sscanf(count, " %63s %llu %llu", name, &hits, &misses) != 3 || strcmp(event, name) != 0)
		return -ENODATA;
	def = strcmp(group, plan->group) == 0 ? find_def(plan, event) : NULL;
	if (def && is_counted(plan, def->role))
		sum->calls += hits;
	if (def && def->role == MPT_ROLE_EXIT)
		sum->misses += misses;
	return 0;
}

static bool is_end(const char *line)
{
	return !line || !*line;
}

static int add_probes(const struct mpt_plan *plan, char *texts, char *counts, struct mpt_hits *sum)
{
	char *text = strsep(&texts, "\n"), *count = strsep(&counts, "\n");

	while (!is_end(text) && !is_end(count)) {
		if (add_probe(plan, text, count, sum) < 0)
			return -ENODATA;
		text = strsep(&texts, "\n");
		count = strsep(&counts, "\n");
	}
	return is_end(text) && is_end(count) ? 0 : -ENODATA;
}

int mpt_hits_read(int tracefd, const struct mpt_plan *plan, struct mpt_hits *ret)
{
	cleanup_buf struct mpt_buf before = { 0 }, counts = { 0 }, after = { 0 };
	int rc = plan->defs[0].is_event ? -ENODATA : 0;

	*ret = (struct mpt_hits){ 0 };
	if (rc == 0)
		rc = mpt_file_read(tracefd, "kprobe_events", &before);
	if (rc == 0)
		rc = mpt_file_read(tracefd, "kprobe_profile", &counts);
	if (rc == 0)
		rc = mpt_file_read(tracefd, "kprobe_events", &after);
	if (rc == 0 && strcmp(mpt_buf_cstr(&before), mpt_buf_cstr(&after)) != 0)
		rc = -EAGAIN;
	if (rc < 0)
		return rc;
	mpt_buf_cstr(&counts);
	if (!before.data || !counts.data)
		return -ENODATA;
	return add_probes(plan, before.data, counts.data, ret);
}

bool mpt_hits_knows_misses(const char *release)
{
	unsigned major, minor;

	return sscanf(release, "%u.%u", &major, &minor) == 2 &&
	       (major > 5 || (major == 5 && minor >= 14));
}
