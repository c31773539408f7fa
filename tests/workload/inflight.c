/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * inflight.c - calls that do not return.
 *
 * In: how many threads (1), and a line on standard input when they may go on.
 * Out: "inside THREADS" on a line once all threads are inside their call,
 * which the kernel cannot finish since the page that it writes to is ours to
 * give (userfaultfd); after the line on standard input, the report of the
 * calls. At the end of the input it goes on waiting, to be killed. Exit
 * status 77 where there is no userfaultfd for this user.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "report.h"

enum { MAX_THREADS = 8192, SKIP = 77 };

struct caller {
	struct report report;
	pthread_t thread;
	char *page;
};

static struct caller callers[MAX_THREADS];

/* userfaultfd(2), as a user who may have it also for faults inside the kernel. */
static int open_faults(void)
{
	struct uffdio_api api = { .api = UFFD_API };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0 || ioctl(fd, UFFDIO_API, &api) < 0) {
		perror("inflight: userfaultfd");
		exit(SKIP);
	}
	return fd;
}

static void watch_pages(int fd, char *pages, size_t len)
{
	struct uffdio_register range = {
		.range = { .start = (unsigned long)(uintptr_t)pages, .len = len },
		.mode = UFFDIO_REGISTER_MODE_MISSING,
	};

	if (ioctl(fd, UFFDIO_REGISTER, &range) < 0)
		die("UFFDIO_REGISTER");
}

static void give_pages(int fd, char *pages, size_t len)
{
	struct uffdio_zeropage zero = {
		.range = { .start = (unsigned long)(uintptr_t)pages, .len = len },
	};

	if (ioctl(fd, UFFDIO_ZEROPAGE, &zero) < 0)
		die("UFFDIO_ZEROPAGE");
}

static void wait_for_faults(int fd, unsigned long n)
{
	struct uffd_msg msg;

	while (n--)
		if (read(fd, &msg, sizeof(msg)) != (ssize_t)sizeof(msg))
			die("userfaultfd");
}

static void *run_thread(void *arg)
{
	struct caller *caller = arg;
	struct gm_args args = {
		.mode = (unsigned long)(uintptr_t)caller->page,
		.nodemask = (unsigned long)(uintptr_t)caller->page + 64,
		.maxnode = 1024,
	};

	report_call(&caller->report, &args);
	return NULL;
}

static void start_callers(unsigned long n, char *pages)
{
	unsigned long i;

	for (i = 0; i < n; i++) {
		report_reserve(&callers[i].report, 1);
		callers[i].page = pages + i * page_size();
		if (pthread_create(&callers[i].thread, NULL, run_thread, &callers[i]) != 0)
			die("pthread_create");
	}
}

static void wait_for_leave(void)
{
	char c;
	ssize_t n;

	do {
		n = read(STDIN_FILENO, &c, 1);
		if (n == 0)
			pause();
	} while (n != 1 || c != '\n');
}

int main(int argc, char **argv)
{
	unsigned long n = argc > 1 ? strtoul(argv[1], NULL, 10) : 1, i;
	size_t len = n * page_size();
	char *pages;
	int fd;

	if (n == 0 || n > MAX_THREADS) {
		fputs("usage: inflight [THREADS]\n", stderr);
		return 2;
	}
	fd = open_faults();
	pages = map_pages(n, PROT_READ | PROT_WRITE);
	watch_pages(fd, pages, len);
	start_callers(n, pages);
	wait_for_faults(fd, n);
	printf("inside %lu\n", n);
	fflush(stdout);
	wait_for_leave();
	give_pages(fd, pages, len);
	for (i = 0; i < n; i++) {
		pthread_join(callers[i].thread, NULL);
		report_write(&callers[i].report);
	}
	return 0;
}
