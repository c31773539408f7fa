/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rights.c - giving up what is no longer needed.
 *
 * In: nothing. Out: a process that can still read and take back what it armed,
 * and little else. tracefs asks for file modes and not for capabilities, so its
 * owner needs none of them once everything is in place; what is read of /proc
 * from then on is what everybody may read, but for --explain and -k, which want
 * more.
 */
#include "rights.h"

#include <errno.h>
#include <sys/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"

static int is_ours(int tracefd, const char *path)
{
	struct stat st;

	return fstatat(tracefd, path, &st, 0) == 0 && st.st_uid == geteuid();
}

/* What lies where in others' programs: /proc/PID/maps, mem and root; map_files; the files
 * themselves. */
static const cap_value_t for_code[] = { CAP_SYS_PTRACE, CAP_CHECKPOINT_RESTORE,
					CAP_DAC_READ_SEARCH };
/* /proc/PID/maps of who has, or had, more rights than we are left with. */
static const cap_value_t for_maps[] = { CAP_SYS_PTRACE };
static const cap_value_t for_tracefs[] = { CAP_DAC_OVERRIDE };

/* Of these, those that there are. */
static int keep(cap_t caps, const cap_value_t *list, size_t n)
{
	cap_t now = cap_get_proc();
	size_t i;
	int rc = 0;

	for (i = 0; now && i < n && rc == 0; i++) {
		cap_flag_value_t have = CAP_CLEAR;

		cap_get_flag(now, list[i], CAP_PERMITTED, &have);
		if (have == CAP_SET &&
		    (cap_set_flag(caps, CAP_PERMITTED, 1, &list[i], CAP_SET) < 0 ||
		     cap_set_flag(caps, CAP_EFFECTIVE, 1, &list[i], CAP_SET) < 0))
			rc = -errno;
	}
	cap_free(now);
	return rc;
}

int mpt_rights_drop(int tracefd, bool reads_maps, bool reads_code)
{
	cap_t caps = cap_init();
	int rc = caps ? 0 : -errno;

	if (rc == 0 && !(is_ours(tracefd, "kprobe_events") && is_ours(tracefd, "instances")))
		rc = keep(caps, for_tracefs, ARRAY_SIZE(for_tracefs));
	if (rc == 0 && reads_maps)
		rc = keep(caps, for_maps, ARRAY_SIZE(for_maps));
	if (rc == 0 && reads_code)
		rc = keep(caps, for_code, ARRAY_SIZE(for_code));
	if (rc == 0 && cap_set_proc(caps) < 0)
		rc = -errno;
	cap_free(caps);
	/* else a program that root starts has them all again */
	if (rc == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		rc = -errno;
	return rc;
}
