/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - records a run for the golden tests.
 *
 *     record [-t none] DIR COMMAND [ARG]...
 *
 * In: a kernel with kprobes, root, a command. Out: DIR as capture.h has it,
 * the sub-buffers as they were read, before any of our code looked into them.
 * It decodes nothing; it is run in a virtual machine when a fixture is made,
 * never by the tests.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "arm.h"
#include "buf.h"
#include "calib.h"
#include "caps.h"
#include "capture.h"
#include "cleanup.h"
#include "clock.h"
#include "err.h"
#include "file.h"
#include "log.h"
#include "record.h"
#include "source_live.h"
#include "target.h"
#include "tracedir.h"

static struct mpt_armed armed;

static void __attribute__((noreturn)) die(const struct mpt_err *err)
{
	mpt_log_err(err);
	mpt_disarm(&armed);
	exit(1);
}

static void check(int rc, const struct mpt_err *err)
{
	if (rc < 0)
		die(err);
}

static void make_dirs(const char *dir, const char *path)
{
	char full[512];
	char *at;

	snprintf(full, sizeof(full), "%s/%s", dir, path);
	for (at = strchr(full + 1, '/'); at; at = strchr(at + 1, '/')) {
		*at = '\0';
		mkdir(full, 0755);
		*at = '/';
	}
}

static void copy_file(int from, const char *src, const char *dir, const char *path)
{
	cleanup_buf struct mpt_buf buf = { 0 };
	char full[512];
	FILE *f;

	make_dirs(dir, path);
	snprintf(full, sizeof(full), "%s/%s", dir, path);
	f = fopen(full, "w");
	if (mpt_file_read(from, src, &buf) < 0 || !f ||
	    fwrite(buf.data, 1, buf.len, f) != buf.len || fclose(f) != 0) {
		fprintf(stderr, "record: %s: %s\n", full, strerror(errno));
		exit(1);
	}
}

static void copy_formats(const char *dir, const struct mpt_plan *plan)
{
	static const char *const fixed[] = { "header_page", "task/task_newtask/format",
					     "task/task_rename/format" };
	char src[256], dst[256];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fixed) + plan->ndefs; i++) {
		if (i < ARRAY_SIZE(fixed))
			snprintf(src, sizeof(src), "events/%s", fixed[i]);
		else
			snprintf(src, sizeof(src), "events/%s/%s/format", plan->group,
				 plan->defs[i - ARRAY_SIZE(fixed)].event);
		snprintf(dst, sizeof(dst), "%s", src);
		copy_file(armed.fd, src, dir, dst);
	}
}

static void copy_proc(const char *dir, int rootfd, pid_t pid)
{
	static const char *const files[] = { "comm", "status" };
	char path[64];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		snprintf(path, sizeof(path), "proc/%d/%s", (int)pid, files[i]);
		copy_file(rootfd, path, dir, path);
	}
}

static void copy_pages(const char *dir, struct mpt_source *source)
{
	cleanup_free char *page = malloc(source->page_size);
	unsigned cpu;

	for (cpu = 0; cpu < source->ncpus; cpu++) {
		char path[512];
		FILE *f;

		snprintf(path, sizeof(path), "%s/cpu%u.raw", dir, cpu);
		f = fopen(path, "w");
		while (f && page && mpt_source_read(source, cpu, page) > 0)
			fwrite(page, 1, source->page_size, f);
		if (!f || fclose(f) != 0)
			exit(1);
	}
}

static void write_capture(const char *dir, const struct capture *c)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/capture", dir);
	f = fopen(path, "w");
	if (!f)
		exit(1);
#define ROW(key, in, out, to, value) fprintf(f, key " " out "\n", value);
	CAPTURE_FIELDS(ROW)
#undef ROW
	fclose(f);
}

static void run(struct mpt_command *cmd, struct mpt_err *err)
{
	check(mpt_arm_threads(&armed, &cmd->pid, 1, true, err), err);
	check(mpt_arm_task_events(&armed, false, err), err);
	check(mpt_arm_switch(&armed, true, err), err);
	check(mpt_command_release(cmd, err), err);
	waitpid(cmd->pid, NULL, 0);
	check(mpt_arm_switch(&armed, false, err), err);
}

static void put_saved(char ret[8], const struct mpt_view *view)
{
	snprintf(ret, 8, "%s", view->saved ? view->saved : "-");
}

static struct capture describe(const struct mpt_plan *plan, const struct utsname *uts)
{
	struct mpt_clock clock;
	unsigned i;
	struct capture c = {
		.rung = plan->views[0].rung,
		.has_32 = plan->nviews > 1,
		.rung_32 = plan->views[1].rung,
		.prefixes_32 = plan->views[1].nprefixes,
		.has_x32 = plan->defs[0].guest != NULL,
		.page_size = plan->page_size,
		.lean = plan->lean,
		.possible = plan->possible,
		.ncpus = 0,
		.poison = plan->poison,
	};

	mpt_clock_init(&clock);
	c.to_realtime = clock.to_realtime;
	c.to_boottime = clock.to_boottime;
	c.start = clock.start;
	snprintf(c.machine, sizeof(c.machine), "%s", uts->machine);
	snprintf(c.group, sizeof(c.group), "%s", plan->group);
	snprintf(c.host, sizeof(c.host), "%s", "golden");
	put_saved(c.saved, &plan->views[0]);
	put_saved(c.saved_32, &plan->views[1]);
	for (i = 0; i < plan->ndefs; i++)
		c.syscalls |= UINT64_C(1) << plan->defs[i].syscall;
	return c;
}

int main(int argc, char **argv)
{
	struct mpt_err err = { 0 };
	struct mpt_wish wish = { .syscalls = ~UINT64_C(0) >> (64 - MPT_NSYSCALLS) };
	struct mpt_plan plan = { 0 };
	struct mpt_command cmd;
	struct mpt_tracedir dir;
	struct mpt_owner owner;
	struct mpt_caps caps;
	struct mpt_decoder *decoder;
	struct mpt_source *source;
	struct utsname uts;
	struct capture capture;
	int rootfd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC), eventsfd;

	if (argc > 3 && strcmp(argv[1], "-t") == 0) {
		wish.lean = true;
		argv += 2;
		argc -= 2;
	}
	if (argc < 3)
		return 2;
	wish.poison = UINT64_C(0xdeadbeefcafef00d);
	uname(&uts);
	check(mpt_command_start(&cmd, argv + 2, NULL, &err), &err);
	check(mpt_caps_read(rootfd, uts.machine, &caps, &err), &err);
	check(mpt_owner_self(rootfd, &owner, &err), &err);
	wish.group = owner.group;
	check(mpt_tracedir_open(rootfd, &dir, &err), &err);
	check(mpt_arm_instance(&armed, &dir, &owner, 4096, &err), &err);
	eventsfd = openat(armed.fd, "events", O_PATH | O_DIRECTORY | O_CLOEXEC);
	check(mpt_decoder_create(eventsfd, &decoder, &err), &err);
	check(mpt_source_live_open(armed.fd, mpt_decoder_page_size(decoder), &source, &err), &err);
	check(mpt_calibrate(&wish, &caps, &armed, decoder, source, &plan, &err), &err);
	copy_formats(argv[1], &plan);
	copy_proc(argv[1], rootfd, cmd.pid);
	capture = describe(&plan, &uts);
	run(&cmd, &err);
	copy_pages(argv[1], source);
	capture.ncpus = source->ncpus;
	check(mpt_source_live_lost(source, &capture.lost), &err);
	write_capture(argv[1], &capture);
	mpt_source_close(source);
	close(eventsfd);
	return mpt_disarm(&armed) < 0;
}
