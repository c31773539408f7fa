/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kshark.c - what KernelShark's library sees in a recording.
 *
 * In: a trace.dat. Out: each of its records in a line, as `trace-cmd report -t'
 * writes it. It has nothing of ours.
 */
#define _GNU_SOURCE 1 /* libkshark.h is written for it */
#include <inttypes.h>
#include <libkshark.h>
#include <stdio.h>
#include <string.h>

enum { NS_PER_S = 1000000000 };

static void put(const struct kshark_entry *entry)
{
	const char *event = kshark_get_event_name(entry), *name = strrchr(event, '/');

	printf("%s-%d [%03d] %" PRId64 ".%09" PRId64 ": %s: %s\n", kshark_get_task(entry),
	       kshark_get_pid(entry), entry->cpu, entry->ts / NS_PER_S, entry->ts % NS_PER_S,
	       name ? name + 1 : event, kshark_get_info(entry));
}

int main(int argc, char **argv)
{
	struct kshark_context *context = NULL;
	struct kshark_entry **rows = NULL;
	ssize_t i, n;
	int stream;

	if (argc != 2 || !kshark_instance(&context))
		return 2;
	stream = kshark_open(context, argv[1]);
	n = stream < 0 ? -1 : kshark_load_entries(context, stream, &rows);
	for (i = 0; i < n; i++)
		put(rows[i]);
	return n < 0;
}
