/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rights.c - giving up what is no longer needed.
 *
 * In: nothing. Out: a process that can still read and take back what it armed,
 * and little else. tracefs asks for file modes and not for capabilities, so its
 * owner needs none of them once everything is in place; what is read of /proc
 * from then on is what everybody may read.
 */
#include "rights.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int is_ours(int tracefd, const char *path)
{
	struct stat st;

	return fstatat(tracefd, path, &st, 0) == 0 && st.st_uid == geteuid();
}

static int keep_file_access(cap_t caps)
{
	static const cap_value_t keep[] = { CAP_DAC_OVERRIDE };
	cap_flag_value_t have = CAP_CLEAR;
	cap_t now = cap_get_proc();

	if (now)
		cap_get_flag(now, keep[0], CAP_PERMITTED, &have);
	cap_free(now);
	if (have != CAP_SET)
		return 0;
	if (cap_set_flag(caps, CAP_PERMITTED, 1, keep, CAP_SET) < 0 ||
	    cap_set_flag(caps, CAP_EFFECTIVE, 1, keep, CAP_SET) < 0)
		return -errno;
	return 0;
}

int mpt_rights_drop(int tracefd)
{
	cap_t caps = cap_init();
	int rc = caps ? 0 : -errno;

	if (rc == 0 && !(is_ours(tracefd, "kprobe_events") && is_ours(tracefd, "instances")))
		rc = keep_file_access(caps);
	if (rc == 0 && cap_set_proc(caps) < 0)
		rc = -errno;
	cap_free(caps);
	/* else a program that root starts has them all again */
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		rc = -errno;
	return rc;
}
