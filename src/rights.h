/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rights.h - giving up what is no longer needed.
 */
#ifndef MPT_RIGHTS_H
#define MPT_RIGHTS_H

#include <stdbool.h>

/*
 * Gives up every capability of this process, for good, but those without which
 * the way down could not be gone: when tracefs is another user's, the right to
 * write to others' files; and those to read what others have mapped, or loaded,
 * if that is wanted. Nothing that it runs later can have more.
 * COMMAND must have been forked before.
 * @tracefd: the root of tracefs
 * @reads_maps: --explain
 * @reads_code: -k
 * Returns 0 or -errno; where it fails, what there was is kept.
 */
int mpt_rights_drop(int tracefd, bool reads_maps, bool reads_code);

#endif
