/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oldlibs.c - what the libraries of older distributions lack.
 *
 * In: what the functions of the same names take in newer ones. Out: what
 * those give, as far as it is used here. It never replaces a function that
 * the library has, and is tested by building with one that has not.
 */
#include "oldlibs.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"

#ifndef HAVE_TRACEFS_ERROR_LAST
static char *tracing_dir;

int tracefs_set_tracing_dir(char *dir)
{
	free(tracing_dir);
	tracing_dir = strdup(dir);
	return tracing_dir ? 0 : -1;
}

/* Each error begins with "[ time ]", at the beginning of a line. */
char *tracefs_error_last(struct tracefs_instance *instance)
{
	cleanup_buf struct mpt_buf path = { 0 }, log = { 0 };
	const char *last, *next;

	(void)instance;
	mpt_buf_printf(&path, "%s/error_log", tracing_dir ? tracing_dir : "");
	if (!tracing_dir || mpt_file_read(AT_FDCWD, mpt_buf_cstr(&path), &log) < 0)
		return NULL;
	last = mpt_buf_cstr(&log);
	while ((next = strstr(last, "\n[")))
		last = next + 1;
	return last[0] == '[' ? strdup(last) : NULL;
}
#endif

#ifndef HAVE_TRACEFS_CPU_READ
struct tracefs_cpu {
	int fd;
	size_t page_size;
};

struct tracefs_cpu *tracefs_cpu_alloc_fd(int fd, int page_size, bool nonblock)
{
	struct tracefs_cpu *cpu = calloc(1, sizeof(*cpu));

	(void)nonblock; /* fd was opened so */
	if (cpu)
		*cpu = (struct tracefs_cpu){ .fd = fd, .page_size = (size_t)page_size };
	return cpu;
}

/* The descriptor stays open. */
void tracefs_cpu_free_fd(struct tracefs_cpu *cpu)
{
	free(cpu);
}

int tracefs_cpu_read(struct tracefs_cpu *cpu, void *page, bool nonblock)
{
	(void)nonblock;
	return (int)read(cpu->fd, page, cpu->page_size);
}
#endif

#ifdef HAVE_TEP_GET_SUB_BUFFER_SIZE
int mpt_oldlibs_page_size(struct tep_handle *tep, const char *text)
{
	(void)text;
	return tep_get_sub_buffer_size(tep);
}
#else
/* "field: char data;	offset:16;	size:4080;	signed:1;": the last, and all that follows.
 */
int mpt_oldlibs_page_size(struct tep_handle *tep, const char *text)
{
	const char *data = strstr(text, "char data;");
	int offset, size;

	(void)tep;
	return data && sscanf(data, "char data; offset:%d; size:%d;", &offset, &size) == 2 &&
			       offset >= 0 && offset < 4096 && size >= 0 && size < 1 << 30
		       ? offset + size
		       : 0;
}
#endif
