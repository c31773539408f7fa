/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oldlibs.h - what the libraries of older distributions lack.
 *
 * The functions of libtracefs 1.6 and libtraceevent 1.7 that are used and that
 * 1.0 and 1.1 (Debian 11) have not, under their names; where the libraries
 * have them, nothing. Their man pages say what they do.
 */
#ifndef MPT_OLDLIBS_H
#define MPT_OLDLIBS_H

#include <event-parse.h>
#include <stdbool.h>
#include <stddef.h>
#include <tracefs.h>

struct mpt_buf;

#ifndef HAVE_TEP_SET_LOGLEVEL
enum { TEP_LOG_NONE };

static inline void tep_set_loglevel(int level)
{
	(void)level;
}
#endif

#ifndef HAVE_TRACEFS_SET_LOGLEVEL
static inline void tracefs_set_loglevel(int level)
{
	(void)level;
}
#endif

#ifndef HAVE_TRACEFS_ERROR_LAST
struct tracefs_instance;
int tracefs_set_tracing_dir(char *dir);
char *tracefs_error_last(struct tracefs_instance *instance);
#endif

#ifndef HAVE_TRACEFS_CPU_READ
struct tracefs_cpu *tracefs_cpu_alloc_fd(int fd, int page_size, bool nonblock);
void tracefs_cpu_free_fd(struct tracefs_cpu *cpu);
int tracefs_cpu_read(struct tracefs_cpu *cpu, void *page, bool nonblock);
#endif

/*
 * Bytes of a sub-buffer, by a header_page that @tep has parsed and of which
 * @text, with a NUL after it, is the text. 0 or less where it does not tell.
 */
int mpt_oldlibs_page_size(struct tep_handle *tep, const char *text);

#endif
