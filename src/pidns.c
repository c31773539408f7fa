/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pidns.c - who we are to the trace, inside a PID namespace.
 *
 * In: a process by its number here. Out: its number there, from the kernel's
 * own record of a signal: who sent it, who gets it, and a number that only we
 * know. The signal is SIGCONT, which does nothing to a process that is not
 * stopped; nobody else's is ever sent one.
 */
#include "pidns.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arm.h"
#include "err.h"
#include "record.h"
#include "sample.h"

/* include/linux/proc_ns.h: PROC_PID_INIT_INO */
#define INITIAL_INO UINT32_C(0xeffffffc)

bool mpt_pidns_is_initial(int rootfd)
{
	struct stat st;

	return fstatat(rootfd, "proc/self/ns/pid", &st, 0) < 0 || st.st_ino == INITIAL_INO;
}

static int send_signal(pid_t pid, int mark)
{
	siginfo_t info;

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGCONT;
	info.si_errno = mark;
	info.si_code = SI_QUEUE;
	info.si_pid = getpid();
	info.si_uid = getuid();
	return syscall(SYS_rt_sigqueueinfo, pid, SIGCONT, &info) < 0 ? -errno : 0;
}

struct found {
	int mark;
	pid_t from, to;
};

static void check_event(const struct mpt_event *event, void *arg)
{
	struct found *found = arg;

	if (event->type != MPT_EVENT_SIGNAL || (int)event->val[0] != found->mark)
		return;
	found->from = event->tid;
	found->to = event->task;
}

int mpt_pidns_learn(struct mpt_armed *armed, struct mpt_decoder *decoder, struct mpt_source *source,
		    pid_t pid, pid_t *ret, struct mpt_err *err)
{
	struct found found = { .mark = 0 };
	int rc = mpt_decoder_bind_signals(decoder, err), rc_off, sent = 0;

	if (getrandom(&found.mark, sizeof(found.mark), 0) < 0)
		found.mark = getpid();
	if (rc == 0)
		rc = mpt_arm_signals(armed, true, err);
	if (rc == 0)
		rc = mpt_arm_switch(armed, true, err);
	if (rc == 0)
		sent = send_signal(pid, found.mark);
	rc_off = mpt_arm_switch(armed, false, err);
	if (rc_off == 0)
		rc_off = mpt_arm_signals(armed, false, err);
	if (rc == 0)
		rc = rc_off;
	if (rc == 0)
		rc = mpt_sample_read(source, decoder, check_event, &found, err);
	if (rc < 0)
		return rc;
	if (sent < 0 || found.to <= 0) {
		mpt_err_set(err, sent < 0 ? -sent : 0,
			    "cannot learn who mempoltrace is outside of this PID namespace");
		mpt_err_hint(err, "run it in the initial one");
		return sent < 0 ? sent : -EPROTO;
	}
	armed->self = found.from;
	*ret = found.to;
	return 0;
}
