/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * expand.h - names of files that are different in each process of a job.
 */
#ifndef MPT_EXPAND_H
#define MPT_EXPAND_H

struct mpt_err;

/*
 * Replaces %p by the process id, %h by the host's name, %r by the rank that
 * MPI or Slurm gave this process, %% by a per cent sign.
 * @option: where @name was given, for messages ("-o")
 * @ret: the caller's to free; not touched on failure
 * Returns 0 or -errno; another letter after % is wrong usage, a %r without a
 * rank is a failure.
 */
int mpt_expand(const char *option, const char *name, char **ret, struct mpt_err *err);

#endif
