/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat.c - fuzz: a file that is no trace.dat, or not all of one.
 *
 * In: the file's bytes. Out: nothing; -r takes it or refuses it in a message, what it prints is
 * JSON, and neither that nor the memory it takes is beyond a bound in the file's size.
 */
#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli.h"
#include "err.h"
#include "fuzz.h"
#include "replay.h"

/*
 * A thread of which there is one record of 12 bytes takes 700, a call of two such records a line of
 * 500 characters. What is fixed is a window of output, tables by number of an event, and
 * sub-buffers, of which one more is made than there is.
 */
enum { MEMORY_FIXED = 3 << 20, MEMORY_PER_BYTE = 128, OUTPUT_FIXED = 4096, OUTPUT_PER_BYTE = 64 };

/* --- memory: the linker's --wrap brings here all that our own code asks for ---------------------
 */

static size_t held, peak;

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *p, size_t n);
void __real_free(void *p);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *p, size_t n);
void __wrap_free(void *p);

static void *count(void *p)
{
	held += malloc_usable_size(p);
	peak = held > peak ? held : peak;
	return p;
}

/* What the C library made, and we free, was not counted. */
static void uncount(void *p)
{
	size_t n = malloc_usable_size(p);

	held -= n < held ? n : held;
}

void *__wrap_malloc(size_t n)
{
	return count(__real_malloc(n));
}

void *__wrap_calloc(size_t n, size_t size)
{
	return count(__real_calloc(n, size));
}

void *__wrap_realloc(void *p, size_t n)
{
	uncount(p);
	return count(__real_realloc(p, n));
}

void __wrap_free(void *p)
{
	uncount(p);
	__real_free(p);
}

/* --- one run
 * -------------------------------------------------------------------------------------- */

/* What is said of a file that is not whole would be said a million times. */
void __wrap_mpt_log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

void __wrap_mpt_log_warn(const char *fmt, ...)
{
	char text[1000];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	FUZZ_CHECK(text[0] != '\0');
}

/* As from the command line: the file is the one that is given, and what is printed goes to another.
 */
static struct mpt_conf conf;
static char in_name[32];

static void set_up(void)
{
	static char name[] = "mempoltrace", quiet[] = "-q", read[] = "-r", format[] = "-f",
		    json[] = "json", *argv[] = { name, quiet, format, json, read, in_name, NULL };
	struct mpt_err err;

	FUZZ_CHECK(dup2(memfd_create("out", MFD_CLOEXEC), STDOUT_FILENO) == STDOUT_FILENO);
	FUZZ_CHECK(mpt_cli_parse(6, argv, &conf, &err) == 0);
}

static int make_file(const uint8_t *data, size_t size)
{
	int fd = memfd_create("in", MFD_CLOEXEC);

	FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(in_name, sizeof(in_name), "/proc/self/fd/%d", fd);
	FUZZ_CHECK(ftruncate(STDOUT_FILENO, 0) == 0 && lseek(STDOUT_FILENO, 0, SEEK_SET) == 0);
	return fd;
}

static void check_output(size_t size)
{
	off_t n = lseek(STDOUT_FILENO, 0, SEEK_CUR);
	char *text = malloc((size_t)n + 1);

	FUZZ_CHECK(text != NULL);
	FUZZ_CHECK((size_t)n <= OUTPUT_FIXED + OUTPUT_PER_BYTE * size);
	FUZZ_CHECK(pread(STDOUT_FILENO, text, (size_t)n, 0) == n);
	fuzz_check_json(text, (size_t)n);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mpt_err err = { 0 };
	int fd, status = 0;

	if (!conf.nreads)
		set_up();
	fd = make_file(data, size);
	held = peak = 0;
	if (mpt_replay_run(&conf, &status, &err) < 0)
		FUZZ_CHECK(err.what[0] != '\0');
	FUZZ_CHECK(peak <= MEMORY_FIXED + MEMORY_PER_BYTE * size);
	close(fd);
	check_output(size);
	return 0;
}
