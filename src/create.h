/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * create.h - making the files that the user named.
 */
#ifndef MPT_CREATE_H
#define MPT_CREATE_H

/*
 * Opens a file for writing, made with the caller's umask where it is not
 * there, emptied where it is.
 * In a directory such as /tmp, where everybody may make files and nobody
 * remove another's, neither another user's symbolic link is followed nor his
 * file or FIFO written to, whatever fs.protected_symlinks and
 * fs.protected_regular say.
 * @flags: of open(2): O_WRONLY or O_RDWR, and what else is wanted
 * Returns the descriptor, close-on-exec, or -errno: -EACCES where it is another
 * user's.
 */
int mpt_create(const char *path, int flags);

#endif
