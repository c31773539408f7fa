/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_read.h - reading a trace.dat that we wrote.
 *
 * Nothing in the file is believed: each offset and length is held against the
 * file's size, and memory is never more than in proportion to that.
 */
#ifndef MPT_DAT_READ_H
#define MPT_DAT_READ_H

#include "dat.h"
#include "note.h"
#include "record.h"
#include "source.h"

struct mpt_dat;
struct mpt_err;

/*
 * Reads all but the sub-buffers.
 * @fd: the file, which is ours from now on, also after a failure
 * @name: for messages
 * @ret: freed with mpt_dat_free()
 * Returns 0 or -errno.
 */
int mpt_dat_open_fd(int fd, const char *name, struct mpt_dat **ret, struct mpt_err *err);

/* The same of a file by its name. */
int mpt_dat_open(const char *path, struct mpt_dat **ret, struct mpt_err *err);

/* NULL is fine. */
void mpt_dat_free(struct mpt_dat *dat);

/* Its sub-buffers; goes with mpt_dat_free(), not with mpt_source_close(). */
struct mpt_source *mpt_dat_source(struct mpt_dat *dat);

/* Its event formats; go with mpt_dat_free(). */
const struct mpt_formats *mpt_dat_formats(const struct mpt_dat *dat);

const struct mpt_note *mpt_dat_note(const struct mpt_dat *dat);
const struct mpt_dat_mark *mpt_dat_mark(const struct mpt_dat *dat);

/*
 * What was wrong with the sub-buffers that were read so far: they end where it
 * began.
 * Returns 0 or -errno.
 */
int mpt_dat_damage(const struct mpt_dat *dat, struct mpt_err *err);

#endif
