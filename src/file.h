/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * file.h - whole small files below a directory.
 *
 * Everything that is read from /proc, /sys and tracefs goes through a
 * directory descriptor, so that a test can hand in a recorded tree instead.
 */
#ifndef MPT_FILE_H
#define MPT_FILE_H

#include <stdint.h>

struct mpt_buf;

/*
 * Reads a whole file.
 * @dirfd: the directory below which @path is looked up, or AT_FDCWD
 * @ret: what it holds is appended here; at most 64 MiB are read
 * Returns 0 or -errno.
 */
int mpt_file_read(int dirfd, const char *path, struct mpt_buf *ret);

/*
 * Writes @text with one write(2), which is what files of the kernel want.
 * @flags: O_TRUNC, O_APPEND or 0; the file must be there
 * Returns 0 or -errno (-EIO for a short write).
 */
int mpt_file_write(int dirfd, const char *path, const char *text, int flags);

/*
 * Reads a file that holds one decimal number.
 * Returns 0 or -errno (-EINVAL: no number).
 */
int mpt_file_read_u64(int dirfd, const char *path, uint64_t *ret);

#endif
