/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_write.h - writing a trace.dat.
 *
 * The file can be read at any moment, whatever stops the writing: what was
 * written until the last mpt_dat_sync() is there.
 */
#ifndef MPT_DAT_WRITE_H
#define MPT_DAT_WRITE_H

#include <stddef.h>
#include <stdint.h>

#include "note.h"

struct mpt_dat_writer;
struct mpt_err;
struct mpt_source;

/*
 * Makes the file, or empties it.
 * @ret: closed with mpt_dat_close()
 * Returns 0 or -errno.
 */
int mpt_dat_create(const char *path, struct mpt_dat_writer **ret, struct mpt_err *err);

/* NULL is fine. */
void mpt_dat_close(struct mpt_dat_writer *writer);

/*
 * Writes the header.
 * @eventsdir: tracefs' events, of which header and formats are copied
 * @note: what its reader will need; copied
 * @source: where the sub-buffers will come from
 * Returns 0 or -errno.
 */
int mpt_dat_begin(struct mpt_dat_writer *writer, int eventsdir, const struct mpt_note *note,
		  const struct mpt_source *source, struct mpt_err *err);

/*
 * A source that hands on what @from has, and writes each sub-buffer on the way.
 * @from: must outlive it
 * Returns NULL when memory ran out; closed with mpt_source_close().
 */
struct mpt_source *mpt_dat_tee(struct mpt_dat_writer *writer, struct mpt_source *from);

/* Notes what /proc said of a thread; it is written with the next mpt_dat_sync(). */
void mpt_dat_known(struct mpt_dat_writer *writer, const struct mpt_known *known);

/* Makes what was written a part of the file. */
void mpt_dat_sync(struct mpt_dat_writer *writer);

/* 0, or the -errno with which writing failed: nothing more is written since. */
int mpt_dat_failed(const struct mpt_dat_writer *writer);

/*
 * Writes names of processes, "pid name" lines, and totals, and takes the holes out.
 * @names: text
 * Returns 0 or -errno, also when writing failed before.
 */
int mpt_dat_finish(struct mpt_dat_writer *writer, const struct mpt_buf *names, uint64_t lost,
		   uint64_t duration, struct mpt_err *err);

#endif
