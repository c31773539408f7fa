/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calib_denied.c - seeing that the probes of denied calls show what was denied.
 *
 * In: an instance. Out: a register, or whether an armed plan is right. The
 * calls are made by a child of ours under a filter that answers EPERM, so no
 * function of the kernel is ever entered for them; this process itself gets no
 * filter.
 */
#include "calib_denied.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "call.h"
#include "caps.h"
#include "denied.h"
#include "err.h"

bool mpt_denied_can_filter(void)
{
	/* without a program it changes nothing: EFAULT, where a program would have been taken */
	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, NULL) < 0 && errno == EFAULT;
}

static int nr_of(const struct mpt_sample *sample)
{
	return mpt_syscalls[sample->syscall].nr[sample->abi->nr_table];
}

/* EPERM for the numbers of the samples, whatever ABI they come by. */
static bool set_filter(const struct mpt_samples *samples)
{
	struct sock_filter code[2 + 2 * MPT_ABIS_MAX * MPT_PROBE_CALLS];
	struct sock_fprog prog = { .filter = code };
	unsigned i;

	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
							offsetof(struct seccomp_data, nr));
	for (i = 0; i < samples->n; i++) {
		uint32_t nr = (uint32_t)nr_of(&samples->list[i]);

		code[prog.len++] =
			(struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1);
		code[prog.len++] =
			(struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
	}
	code[prog.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	       syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &prog) == 0;
}

static void __attribute__((noreturn)) filtered_child(const struct mpt_samples *samples)
{
	unsigned i;
	bool denied = set_filter(samples);

	for (i = 0; i < samples->n && denied; i++) {
		const struct mpt_sample *s = &samples->list[i];

		denied = mpt_call_make(s->abi, nr_of(s), s->args) == -EPERM;
	}
	_exit(denied ? 0 : 1);
}

static int run_child(const struct mpt_samples *samples)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		filtered_child(samples);
	if (child < 0)
		return -errno;
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -EPROTO;
}

/* Some calls by each ABI, made by a child while it is recorded. */
static int record_denied(struct mpt_denied_bench *b, struct mpt_err *err)
{
	unsigned view, i;
	int rc, rc_child;

	b->samples->n = 0;
	for (view = 0; view < b->caps->nviews; view++)
		for (i = 0; i < MPT_PROBE_CALLS && b->caps->views[view].asker; i++)
			mpt_sample_make(&b->samples->list[b->samples->n++],
					b->caps->views[view].abi, b->syscall);
	rc = mpt_arm_self(b->armed, err);
	if (rc == 0)
		rc = mpt_arm_switch(b->armed, true, err);
	if (rc < 0)
		return rc;
	rc_child = run_child(b->samples);
	rc = mpt_arm_switch(b->armed, false, err);
	if (rc == 0 && rc_child < 0)
		rc = mpt_err_set(err, -rc_child, "a child of mempoltrace's under a seccomp filter");
	return rc;
}

/*
 * How many of each ABI's samples each candidate has shown, in their order.
 * Other calls of the child are recorded too, so what fits no sample says
 * nothing.
 */
struct search {
	const struct mpt_denied_bench *bench;
	const char *const *regs;
	unsigned shown[MPT_ABIS_MAX][MPT_SAVED_MAX];
};

/* The first argument is where the machine's own ABI has it: by others only the number is known. */
static void check_candidate(struct search *search, unsigned candidate, uint64_t nr, uint64_t arg)
{
	unsigned view;

	for (view = 0; view < search->bench->caps->nviews; view++) {
		unsigned *shown = &search->shown[view][candidate];
		const struct mpt_sample *sample = mpt_samples_nth(
			search->bench->samples, search->bench->caps->views[view].abi, *shown);

		if (sample && nr == (uint64_t)nr_of(sample) && (view > 0 || arg == sample->args[0]))
			++*shown;
	}
}

static void check_candidates(const struct mpt_event *event, void *arg)
{
	struct search *search = arg;
	unsigned i;

	if (event->type != MPT_EVENT_SEARCH)
		return;
	for (i = 0; i < MPT_SAVED_MAX && search->regs[i]; i++)
		check_candidate(search, i, event->val[2 * i], event->val[2 * i + 1]);
}

static const char *found(const struct search *search, const unsigned *shown)
{
	const char *reg = NULL;
	unsigned i, n = 0;

	for (i = 0; i < MPT_SAVED_MAX && search->regs[i]; i++) {
		if (shown[i] != MPT_PROBE_CALLS)
			continue;
		reg = search->regs[i];
		n++;
	}
	return n == 1 ? reg : NULL;
}

int mpt_denied_search(struct mpt_denied_bench *b, struct mpt_err *err)
{
	const struct mpt_abi *own = b->caps->views[0].abi;
	struct search search = { .bench = b, .regs = own->asker };
	cleanup_buf struct mpt_buf text = { 0 };
	char *texts[2] = { NULL };
	unsigned i;
	int rc;

	mpt_plan_put_search_asker(&text, b->group, own);
	texts[0] = mpt_dialect_dup(b->caps->lacks, mpt_buf_cstr(&text));
	rc = mpt_arm_extra(b->armed, MPT_SEARCH_EVENT, texts, err);
	free(texts[0]);
	if (rc == 0)
		rc = mpt_decoder_bind_search(b->decoder, b->group, own->asker, err);
	if (rc == 0)
		rc = record_denied(b, err);
	if (rc == 0)
		rc = mpt_sample_read(b->source, b->decoder, check_candidates, &search, err);
	mpt_arm_unplan(b->armed);
	for (i = 0; i < b->caps->nviews && rc == 0; i++)
		b->caps->views[i].asker = found(&search, search.shown[i]);
	return rc;
}

/* The records go the way that all will go: into calls. */
struct proof {
	const struct mpt_plan *plan;
	const struct mpt_samples *samples;
	struct mpt_pairing pairing;
	struct mpt_thread thread;
	unsigned shown;
	uint64_t answered; /* bit n: by the pair of row n of mpt_abis */
	bool wrong;
};

static bool is_sample(const struct mpt_call *call, const struct mpt_sample *sample)
{
	unsigned n;

	if (call->abi != sample->abi || call->sys != &mpt_syscalls[sample->syscall] ||
	    !call->returned || call->ret != -EPERM)
		return false;
	for (n = 0; n < call->sys->nargs; n++)
		if (call->args[n] != mpt_sample_arg(sample, n))
			return false;
	return true;
}

static void check_call(const struct mpt_event *event, void *arg)
{
	struct proof *proof = arg;
	struct mpt_call call;

	if (event->type == MPT_EVENT_ASKED)
		mpt_denied_asked(&proof->pairing, &proof->thread, proof->plan, event);
	if (event->type != MPT_EVENT_DENIED ||
	    !mpt_denied_answered(&proof->pairing, &proof->thread, event, &call))
		return;
	proof->answered |= UINT64_C(1) << (event->def->abi - mpt_abis);
	if (proof->shown >= proof->samples->n ||
	    !is_sample(&call, &proof->samples->list[proof->shown]))
		proof->wrong = true;
	proof->shown++;
}

/* A pair that had nothing to tell, since another has its ABI's register too, only costs. */
static int idle_others(struct mpt_denied_bench *b, struct mpt_plan *plan, uint64_t answered,
		       struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < plan->ndefs && rc == 0; i++) {
		struct mpt_def *def = &plan->defs[i];
		bool ours = def->role == MPT_ROLE_ASKED || def->role == MPT_ROLE_DENIED;

		if (ours && !(answered & UINT64_C(1) << (def->abi - mpt_abis)))
			rc = mpt_arm_idle(b->armed, plan, def, err);
	}
	return rc;
}

int mpt_denied_prove(struct mpt_denied_bench *b, struct mpt_plan *plan, bool *ret,
		     struct mpt_err *err)
{
	struct proof *proof = calloc(1, sizeof(*proof));
	int rc;

	if (!proof)
		return mpt_err_set(err, ENOMEM, "calibration");
	proof->plan = plan;
	proof->samples = b->samples;
	rc = record_denied(b, err);
	if (rc == 0)
		rc = mpt_sample_read(b->source, b->decoder, check_call, proof, err);
	*ret = rc == 0 && !proof->wrong && proof->shown == b->samples->n;
	if (*ret)
		rc = idle_others(b, plan, proof->answered, err);
	free(proof);
	return rc;
}
