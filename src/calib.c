/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * calib.c - finding the best plan that this kernel proves.
 *
 * In: a wish and a switched-off instance. Out: an armed plan whose probes have
 * shown calls of our own rightly. Those calls carry random arguments and an
 * invalid flag, so that the kernel answers EINVAL and touches no memory. One
 * call is no proof, since a fetch that faults can leave the right value of an
 * earlier record: each of several calls, all different, must be shown.
 */
#include "calib.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arm.h"
#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "log.h"
#include "merge.h"
#include "nodeset.h"
#include "record.h"

enum { PROBE_CALLS = 4 };

/* A call of ours: what it was given, and what lay behind its pointers. */
struct sample {
	uint64_t args[MPT_NARGS];
	uint32_t mode;
	uint64_t mask[MPT_NODES_MAX / 64];
};

enum verdict {
	PROVEN,
	WRONG,	/* something was recorded, but not what was done */
	SILENT, /* nothing was recorded */
};

static void make_samples(struct sample *samples)
{
	const uint64_t invalid_flag = UINT64_C(1) << 40;
	int i;

	if (getrandom(samples, PROBE_CALLS * sizeof(*samples), 0) < 0)
		memset(samples, 0x5a, PROBE_CALLS * sizeof(*samples));
	for (i = 0; i < PROBE_CALLS; i++) {
		struct sample *s = &samples[i];

		s->args[0] = (uintptr_t)&s->mode;
		s->args[1] = (uintptr_t)s->mask;
		/* enough for any kernel's possible nodes, and different each time */
		s->args[2] = MPT_NODES_MAX + s->args[2] % 4096;
		s->args[4] |= invalid_flag;
	}
}

/* Returns 0 when the kernel answered as it must for the probes to be judged, or -errno. */
static int call_samples(const struct sample *samples)
{
	int i;

	for (i = 0; i < PROBE_CALLS; i++) {
		const uint64_t *a = samples[i].args;

		if (syscall(SYS_get_mempolicy, a[0], a[1], a[2], a[3], a[4]) == 0 ||
		    errno != EINVAL)
			return errno ? -errno : -EPROTO;
	}
	return 0;
}

/* Makes the calls while the instance records this thread, and only it. */
static int record_samples(struct mpt_armed *armed, const struct sample *samples,
			  struct mpt_err *err)
{
	pid_t self = (pid_t)syscall(SYS_gettid);
	int rc = mpt_arm_threads(armed, &self, 1, false, err), called;

	if (rc == 0)
		rc = mpt_arm_switch(armed, true, err);
	if (rc < 0)
		return rc;
	called = call_samples(samples);
	rc = mpt_arm_switch(armed, false, err);
	if (rc == 0 && called < 0) {
		mpt_err_set(err, -called, "get_mempolicy answers mempoltrace itself strangely");
		mpt_err_hint(err, called == -ENOSYS
					  ? "this kernel has no such call (CONFIG_NUMA)"
					  : "run it outside of the seccomp filter or container");
		return called;
	}
	return rc;
}

static bool has_args(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_syscall *sys = &mpt_syscalls[event->def->syscall];

	return memcmp(event->val + MPT_SLOT_ARG0, sample->args, sys->nargs * sizeof(uint64_t)) == 0;
}

static bool has_words(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_words *words = event->def->words;
	const uint64_t *val = event->val + MPT_SLOT_WORD0;

	return (words[0].count == 0 || val[words[0].first] == sample->mode) &&
	       memcmp(val + words[1].first, sample->mask, words[1].count * sizeof(uint64_t)) == 0;
}

/* Whether a record shows the call as it was made. */
static bool is_right(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_def *def = event->def;

	if (def->has_args && !has_args(event, sample))
		return false;
	if (event->type == MPT_EVENT_ENTER)
		return true;
	return event->val[MPT_SLOT_RET] == (uint64_t)-EINVAL && has_words(event, sample) &&
	       (!def->has_nr ||
		event->val[MPT_SLOT_NR] == (uint64_t)mpt_syscalls[def->syscall].nr_x86_64);
}

typedef void (*event_fn)(const struct mpt_event *event, void *arg);

/* Everything that the instance has recorded, in order; it is empty afterwards. */
static int read_events(struct mpt_source *source, const struct mpt_decoder *decoder, event_fn fn,
		       void *arg, struct mpt_err *err)
{
	struct mpt_merge *merge;
	struct mpt_record record;
	struct mpt_event event;
	int rc = mpt_merge_create(source, &merge, err);

	if (rc < 0)
		return rc;
	while ((rc = mpt_merge_fill(merge, UINT64_MAX)) > 0) {
		while (mpt_merge_next(merge, &record)) {
			mpt_decode(decoder, &record, &event);
			fn(&event, arg);
		}
	}
	mpt_merge_destroy(merge);
	return rc < 0 ? mpt_err_set(err, -rc, "trace_pipe_raw") : 0;
}

struct tally {
	const struct sample *samples;
	int seen[2]; /* records of entry and return; each in the order of the calls */
	bool wrong;
};

static void check_event(const struct mpt_event *event, void *arg)
{
	struct tally *tally = arg;
	int *seen;

	if (event->type != MPT_EVENT_ENTER && event->type != MPT_EVENT_EXIT)
		return;
	seen = &tally->seen[event->type == MPT_EVENT_EXIT];
	if (*seen >= PROBE_CALLS || !is_right(event, &tally->samples[*seen]))
		tally->wrong = true;
	++*seen;
}

static int prove(struct mpt_armed *armed, const struct mpt_decoder *decoder,
		 struct mpt_source *source, const struct mpt_plan *plan, enum verdict *ret,
		 struct mpt_err *err)
{
	struct sample samples[PROBE_CALLS];
	struct tally tally = { .samples = samples };
	int rc;

	make_samples(samples);
	rc = record_samples(armed, samples, err);
	if (rc == 0)
		rc = read_events(source, decoder, check_event, &tally, err);
	if (tally.seen[0] + tally.seen[1] == 0)
		*ret = SILENT;
	else if (tally.wrong || tally.seen[1] != PROBE_CALLS ||
		 tally.seen[0] != (plan->lean ? 0 : PROBE_CALLS))
		*ret = WRONG;
	else
		*ret = PROVEN;
	return rc;
}

/* Which of the candidates held pt_regs in every call so far. */
struct search {
	const struct sample *samples;
	const struct mpt_abi *abi;
	int seen;
	unsigned candidates; /* bit n: abi->saved[n] */
};

static void check_candidates(const struct mpt_event *event, void *arg)
{
	struct search *search = arg;
	unsigned i;

	if (event->type != MPT_EVENT_SEARCH || search->seen >= PROBE_CALLS)
		return;
	for (i = 0; i < MPT_SAVED_MAX && search->abi->saved[i]; i++)
		if (event->val[2 * i] != SYS_get_mempolicy ||
		    event->val[2 * i + 1] != search->samples[search->seen].args[0])
			search->candidates &= ~(1u << i);
	search->seen++;
}

/* The one register that is left, or NULL: none, or not one alone. */
static const char *found(const struct search *search)
{
	unsigned c = search->candidates;

	if (search->seen != PROBE_CALLS || c == 0 || (c & (c - 1)) != 0)
		return NULL;
	return search->abi->saved[__builtin_ctz(c)];
}

static int search_saved(const struct mpt_wish *wish, struct mpt_caps *caps, struct mpt_armed *armed,
			struct mpt_decoder *decoder, struct mpt_source *source, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf text = { 0 };
	struct sample samples[PROBE_CALLS];
	struct search search = { .samples = samples, .abi = caps->abi };
	int rc, i;

	for (i = 0; i < MPT_SAVED_MAX && caps->abi->saved[i]; i++)
		search.candidates |= 1u << i;
	make_samples(samples);
	mpt_plan_put_search(&text, wish->group, caps->abi, MPT_SYS_GET_MEMPOLICY);
	rc = mpt_arm_extra(armed, MPT_SEARCH_EVENT, mpt_buf_cstr(&text), err);
	if (rc == 0)
		rc = mpt_decoder_bind_search(decoder, wish->group, caps->abi, err);
	if (rc == 0)
		rc = record_samples(armed, samples, err);
	if (rc == 0)
		rc = read_events(source, decoder, check_candidates, &search, err);
	mpt_arm_unplan(armed);
	caps->saved = found(&search);
	return rc;
}

static int explain_silence(struct mpt_err *err)
{
	mpt_err_set(err, 0, "the probes are armed but do not fire");
	mpt_err_hint(err, "see whether sysctl kernel.ftrace_enabled is 1, and "
			  "/sys/kernel/debug/kprobes/enabled");
	return -EIO;
}

/* Arms one plan. Returns 1 when the kernel refused it and the next rung may be tried. */
static int arm_plan(const struct mpt_wish *wish, const struct mpt_caps *caps,
		    struct mpt_armed *armed, struct mpt_decoder *decoder, struct mpt_plan *plan,
		    struct mpt_err *err)
{
	const struct mpt_def *refused = NULL;
	int rc;

	mpt_plan_free(plan);
	rc = mpt_plan_make(wish, caps, plan, err);
	if (rc < 0)
		return rc;
	rc = mpt_arm_plan(armed, plan, &refused, err);
	if (rc < 0)
		return refused && refused->role != MPT_ROLE_ENTER && caps->rung != MPT_RUNG_NONE
			       ? 1
			       : rc;
	rc = mpt_decoder_bind_plan(decoder, plan, err);
	return rc;
}

/* After a wrong answer: another register, or else the rung below. */
static int step_down(const struct mpt_wish *wish, struct mpt_caps *caps, struct mpt_armed *armed,
		     struct mpt_decoder *decoder, struct mpt_source *source, bool *searched,
		     struct mpt_err *err)
{
	int rc = 0;

	mpt_arm_unplan(armed);
	if (caps->rung == MPT_RUNG_SAVED && !*searched) {
		*searched = true;
		rc = search_saved(wish, caps, armed, decoder, source, err);
		if (rc == 0 && caps->saved)
			return 0;
	}
	mpt_caps_refute(caps);
	if (caps->rung == MPT_RUNG_NONE)
		mpt_log_note("this kernel gives no way to read memory when a call returns: "
			     "policies and node sets are not shown");
	return rc;
}

int mpt_calibrate(const struct mpt_wish *wish, struct mpt_caps *caps, struct mpt_armed *armed,
		  struct mpt_decoder *decoder, struct mpt_source *source, struct mpt_plan *plan,
		  struct mpt_err *err)
{
	bool searched = false;

	for (;;) {
		enum verdict verdict = WRONG;
		int rc = arm_plan(wish, caps, armed, decoder, plan, err);

		if (rc == 1) {
			mpt_caps_refute(caps);
			continue;
		}
		if (rc == 0)
			rc = prove(armed, decoder, source, plan, &verdict, err);
		if (rc < 0)
			return rc;
		if (verdict == PROVEN)
			return 0;
		if (verdict == SILENT)
			return explain_silence(err);
		if (caps->rung == MPT_RUNG_NONE) {
			mpt_err_set(err, 0, "the probes show mempoltrace's own calls wrongly");
			mpt_err_hint(err,
				     "please report this kernel, with the output of --dry-run");
			return -EPROTO;
		}
		rc = step_down(wish, caps, armed, decoder, source, &searched, err);
		if (rc < 0)
			return rc;
	}
}
