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
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "arm.h"
#include "buf.h"
#include "call.h"
#include "cleanup.h"
#include "err.h"
#include "log.h"
#include "merge.h"
#include "nodeset.h"
#include "record.h"

enum { PROBE_CALLS = 4 };

/*
 * A call of ours: what it was given, and what lay behind its pointers. Each
 * argument has a piece of memory of its own, as large as any array or mask
 * that a probe reads.
 */
struct sample {
	const struct mpt_abi *abi;
	int syscall;
	uint64_t args[MPT_NARGS];
	unsigned char memory[MPT_NARGS][256];
};

struct samples {
	unsigned n;
	struct sample list[MPT_ABIS_MAX * MPT_NSYSCALLS * PROBE_CALLS];
};

enum verdict {
	PROVEN,
	WRONG,	/* something was recorded, but not what was done */
	SILENT, /* nothing was recorded */
};

/* Random but for what makes the call harmless. */
static void make_sample(struct sample *sample, const struct mpt_abi *abi, int syscall)
{
	const struct mpt_syscall *sys = &mpt_syscalls[syscall];
	unsigned i;

	if (getrandom(sample, sizeof(*sample), 0) < 0)
		memset(sample, 0x5a, sizeof(*sample));
	sample->abi = abi;
	sample->syscall = syscall;
	for (i = 0; i < sys->nargs; i++) {
		if (mpt_arg_is_pointer(&sys->args[i]))
			sample->args[i] = (uintptr_t)sample->memory[i];
		if (sys->zero_args & 1u << i)
			sample->args[i] = 0;
	}
	sample->args[sys->harmless_arg] = sys->harmless;
}

/* Some calls of each kind that the plan has. */
static void make_samples(struct samples *samples, const struct mpt_plan *plan)
{
	unsigned i, n;

	samples->n = 0;
	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		for (n = 0; def->role == MPT_ROLE_EXIT && n < PROBE_CALLS; n++)
			make_sample(&samples->list[samples->n++], def->abi, def->syscall);
	}
}

/* Returns 0 when the kernel answered as it must for the probes to be judged, or -errno. */
static int call_sample(const struct sample *sample)
{
	int nr = mpt_syscalls[sample->syscall].nr[sample->abi->nr_table];
	long ret = mpt_call_make(sample->abi, nr, sample->args);

	if (ret >= 0)
		return -EPROTO;
	return ret == -EINVAL ? 0 : (int)ret;
}

static int call_samples(const struct samples *samples, struct mpt_err *err)
{
	unsigned i;

	for (i = 0; i < samples->n; i++) {
		int rc = call_sample(&samples->list[i]);

		if (rc == 0)
			continue;
		mpt_err_set(err, -rc, "%s answers mempoltrace itself strangely",
			    mpt_syscalls[samples->list[i].syscall].name);
		mpt_err_hint(err, rc == -ENOSYS
					  ? "this kernel has no such call"
					  : "run it outside of the seccomp filter or container");
		return rc;
	}
	return 0;
}

/* Makes the calls while the instance records this thread, and only it. */
static int record_samples(struct mpt_armed *armed, const struct samples *samples,
			  struct mpt_err *err)
{
	pid_t self = (pid_t)syscall(SYS_gettid);
	int rc = mpt_arm_threads(armed, &self, 1, false, err), called;

	if (rc == 0)
		rc = mpt_arm_switch(armed, true, err);
	if (rc < 0)
		return rc;
	called = call_samples(samples, err);
	if (called < 0)
		return called;
	return mpt_arm_switch(armed, false, err);
}

/* An argument as the kernel's function gets it: an int is the low half. */
static uint64_t as_passed(const struct mpt_abi *abi, const struct mpt_arg *arg, uint64_t raw)
{
	if (arg->bytes != 4 && abi->word_size != 4)
		return raw;
	return arg->kind == MPT_ARG_INT ? (uint64_t)(int32_t)raw : (uint32_t)raw;
}

static bool has_args(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_syscall *sys = &mpt_syscalls[sample->syscall];
	unsigned i;

	for (i = 0; i < sys->nargs; i++)
		if (event->val[MPT_SLOT_ARG0 + i] !=
		    as_passed(sample->abi, &sys->args[i], sample->args[i]))
			return false;
	return true;
}

/* Whether every word that was read is the one that lies there. */
static bool has_words(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_def *def = event->def;
	unsigned arg, i;

	for (arg = 0; arg < mpt_syscalls[sample->syscall].nargs; arg++) {
		for (i = 0; i < def->words[arg].count; i++) {
			unsigned at = def->words[arg].first + i;
			unsigned size = mpt_def_word_size(def, at);
			uint64_t word = 0;

			memcpy(&word, sample->memory[arg] + i * size, size);
			if (event->val[MPT_SLOT_WORD0 + at] != word)
				return false;
		}
	}
	return true;
}

/* Whether a record shows the call as it was made. */
static bool is_right(const struct mpt_event *event, const struct sample *sample)
{
	const struct mpt_def *def = event->def;

	if (def->syscall != sample->syscall || def->abi != sample->abi ||
	    (def->has_args && !has_args(event, sample)))
		return false;
	if (event->type == MPT_EVENT_ENTER)
		return true;
	return event->val[MPT_SLOT_RET] == (uint64_t)-EINVAL && has_words(event, sample) &&
	       (!def->has_nr || event->val[MPT_SLOT_NR] == mpt_plan_nr(def, def->abi));
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

/* What was seen of the calls by one ABI. */
struct tally {
	const struct mpt_abi *abi;
	unsigned made;
	unsigned seen[2]; /* records of entry and return; each in the order of the calls */
	bool wrong;
};

struct tallies {
	const struct samples *samples;
	unsigned n;
	struct tally list[MPT_ABIS_MAX];
};

static struct tally *tally_of(struct tallies *tallies, const struct mpt_abi *abi)
{
	unsigned i;

	for (i = 0; i < tallies->n; i++)
		if (tallies->list[i].abi == abi)
			return &tallies->list[i];
	return NULL;
}

/* The nth sample of an ABI, or NULL. */
static const struct sample *nth_sample(const struct samples *samples, const struct mpt_abi *abi,
				       unsigned nth)
{
	unsigned i;

	for (i = 0; i < samples->n; i++)
		if (samples->list[i].abi == abi && nth-- == 0)
			return &samples->list[i];
	return NULL;
}

static void check_event(const struct mpt_event *event, void *arg)
{
	struct tallies *tallies = arg;
	const struct sample *sample;
	struct tally *tally;
	unsigned *seen;

	if (event->type != MPT_EVENT_ENTER && event->type != MPT_EVENT_EXIT)
		return;
	tally = tally_of(tallies, event->def->abi);
	seen = &tally->seen[event->type == MPT_EVENT_EXIT];
	sample = nth_sample(tallies->samples, tally->abi, (*seen)++);
	if (!sample || !is_right(event, sample))
		tally->wrong = true;
}

static enum verdict judge(const struct tally *tally, const struct mpt_plan *plan)
{
	unsigned entries = plan->lean ? 0 : tally->made;

	if (tally->seen[0] + tally->seen[1] == 0)
		return SILENT;
	return tally->wrong || tally->seen[1] != tally->made || tally->seen[0] != entries ? WRONG
											  : PROVEN;
}

static void begin_tallies(struct tallies *tallies, const struct samples *samples,
			  const struct mpt_plan *plan)
{
	unsigned i;

	*tallies = (struct tallies){ .samples = samples, .n = plan->nviews };
	for (i = 0; i < plan->nviews; i++)
		tallies->list[i].abi = plan->views[i].abi;
	for (i = 0; i < samples->n; i++)
		tally_of(tallies, samples->list[i].abi)->made++;
}

/* @verdicts: one for each view of the plan */
static int prove(struct mpt_armed *armed, const struct mpt_decoder *decoder,
		 struct mpt_source *source, struct samples *samples, const struct mpt_plan *plan,
		 enum verdict *verdicts, struct mpt_err *err)
{
	struct tallies tallies;
	unsigned i;
	int rc;

	make_samples(samples, plan);
	begin_tallies(&tallies, samples, plan);
	rc = record_samples(armed, samples, err);
	if (rc == 0)
		rc = read_events(source, decoder, check_event, &tallies, err);
	for (i = 0; i < plan->nviews; i++)
		verdicts[i] = judge(&tallies.list[i], plan);
	return rc;
}

/* Which of the candidates held pt_regs in every call so far. */
struct search {
	const struct samples *samples;
	const struct mpt_abi *abi;
	unsigned seen;
	unsigned candidates; /* bit n: abi->saved[n] */
};

/* The first argument, at whose place the whole register was read. */
static bool is_first_arg(const struct sample *sample, uint64_t raw)
{
	return sample->abi->word_size == 4 ? (uint32_t)raw == (uint32_t)sample->args[0]
					   : raw == sample->args[0];
}

static void check_candidates(const struct mpt_event *event, void *arg)
{
	struct search *search = arg;
	const struct sample *sample;
	uint64_t nr;
	unsigned i;

	if (event->type != MPT_EVENT_SEARCH || search->seen >= search->samples->n)
		return;
	sample = &search->samples->list[search->seen++];
	nr = (uint64_t)mpt_syscalls[sample->syscall].nr[search->abi->nr_table];
	for (i = 0; i < MPT_SAVED_MAX && search->abi->saved[i]; i++)
		if (event->val[2 * i] != nr || !is_first_arg(sample, event->val[2 * i + 1]))
			search->candidates &= ~(1u << i);
}

/* The one register that is left, or NULL: none, or not one alone. */
static const char *found(const struct search *search)
{
	unsigned c = search->candidates;

	if (search->seen != search->samples->n || c == 0 || (c & (c - 1)) != 0)
		return NULL;
	return search->abi->saved[__builtin_ctz(c)];
}

static int arm_search(struct mpt_armed *armed, const char *group, const struct mpt_view *view,
		      int syscall, struct mpt_err *err)
{
	char *texts[MPT_PREFIXES_MAX + 1] = { NULL };
	unsigned i;
	int rc;

	for (i = 0; i < view->nprefixes; i++) {
		struct mpt_buf buf = { 0 };

		mpt_plan_put_search(&buf, group, view->abi, syscall, i);
		texts[i] = strdup(mpt_buf_cstr(&buf));
		mpt_buf_free(&buf);
	}
	rc = mpt_arm_extra(armed, MPT_SEARCH_EVENT, texts, err);
	for (i = 0; i < MPT_PREFIXES_MAX; i++)
		free(texts[i]);
	return rc;
}

/* What the loop below works on. */
struct calib {
	const struct mpt_wish *wish;
	struct mpt_caps *caps;
	struct mpt_armed *armed;
	struct mpt_decoder *decoder;
	struct mpt_source *source;
	struct mpt_plan *plan;
	struct samples *samples;
};

/* The register is the same for all calls that come in by one path, so one of them will do. */
static int search_saved(struct calib *c, struct mpt_view *view, struct mpt_err *err)
{
	struct search search = { .samples = c->samples, .abi = view->abi };
	int rc, i, syscall = c->plan->defs[0].syscall;

	for (i = 0; i < MPT_SAVED_MAX && view->abi->saved[i]; i++)
		search.candidates |= 1u << i;
	for (i = 0; i < PROBE_CALLS; i++)
		make_sample(&c->samples->list[i], view->abi, syscall);
	c->samples->n = PROBE_CALLS;
	rc = arm_search(c->armed, c->wish->group, view, syscall, err);
	if (rc == 0)
		rc = mpt_decoder_bind_search(c->decoder, c->wish->group, view->abi, err);
	if (rc == 0)
		rc = record_samples(c->armed, c->samples, err);
	if (rc == 0)
		rc = read_events(c->source, c->decoder, check_candidates, &search, err);
	mpt_arm_unplan(c->armed);
	view->saved = found(&search);
	return rc;
}

static int explain_silence(struct mpt_err *err)
{
	mpt_err_set(err, 0, "the probes are armed but do not fire");
	mpt_err_hint(err, "see whether sysctl kernel.ftrace_enabled is 1, and "
			  "/sys/kernel/debug/kprobes/enabled");
	return -EIO;
}

static struct mpt_view *view_of(struct mpt_caps *caps, const struct mpt_abi *abi)
{
	unsigned i;

	for (i = 0; i < caps->nviews; i++)
		if (caps->views[i].abi == abi)
			return &caps->views[i];
	return NULL;
}

/* Calls by that ABI cannot be seen; those by others can. */
static void drop_view(struct mpt_caps *caps, struct mpt_view *view, const char *why)
{
	mpt_log_warn("calls by the %s ABI are not shown: %s", view->abi->name, why);
	mpt_caps_drop(caps, view);
}

/*
 * To the rung below. Entering that of the saved register means looking for
 * it: probes for that are few and small, while a whole plan that turns out to
 * be wrong takes seconds to arm and disarm on some kernels.
 */
static int step_down(struct calib *c, struct mpt_view *view, struct mpt_err *err)
{
	int rc = 0;

	mpt_caps_refute(view);
	if (view->rung == MPT_RUNG_SAVED)
		rc = search_saved(c, view, err);
	if (view->rung == MPT_RUNG_SAVED && !view->saved)
		mpt_caps_refute(view);
	if (view->rung == MPT_RUNG_NONE)
		mpt_log_note("this kernel gives no way to read memory when a call by the %s ABI "
			     "returns: policies and node sets are not shown",
			     view->abi->name);
	return rc;
}

/* What the kernel refuses in one ABI's return probe it refuses in all that are on the same rung. */
static int step_down_all(struct calib *c, enum mpt_rung rung, struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < c->caps->nviews && rc == 0; i++)
		if (c->caps->views[i].rung == rung)
			rc = step_down(c, &c->caps->views[i], err);
	return rc;
}

/*
 * After a definition was refused: what other than an exit probe's reads can be
 * refused is its function, and that an ABI of another size may have none.
 * Returns 1 when another plan may be taken, or -errno.
 */
static int learn_refusal(struct calib *c, const struct mpt_def *refused, int rc,
			 struct mpt_err *err)
{
	struct mpt_view *view = refused ? view_of(c->caps, refused->abi) : NULL;

	if (view && refused->role != MPT_ROLE_EXIT && view != c->caps->views) {
		drop_view(c->caps, view, "this kernel has no functions of its own for them");
		return 1;
	}
	if (!view || refused->role != MPT_ROLE_EXIT || view->rung == MPT_RUNG_NONE)
		return rc;
	rc = step_down_all(c, view->rung, err);
	return rc < 0 ? rc : 1;
}

/* Arms one plan. Returns 1 when the kernel refused it and the next rung may be tried. */
static int arm_plan(struct calib *c, struct mpt_err *err)
{
	const struct mpt_def *refused = NULL;
	int rc;

	mpt_plan_free(c->plan);
	rc = mpt_plan_make(c->wish, c->caps, c->plan, err);
	if (rc < 0)
		return rc;
	rc = mpt_arm_plan(c->armed, c->plan, &refused, err);
	if (rc < 0)
		return learn_refusal(c, refused, rc, err);
	return mpt_decoder_bind_plan(c->decoder, c->plan, err);
}

static int explain_wrong(struct mpt_err *err)
{
	mpt_err_set(err, 0, "the probes show mempoltrace's own calls wrongly");
	mpt_err_hint(err, "please report this kernel, with the output of --dry-run");
	return -EPROTO;
}

/* After a wrong answer. */
static int learn_wrong(struct calib *c, struct mpt_view *view, struct mpt_err *err)
{
	if (view->rung != MPT_RUNG_NONE)
		return step_down(c, view, err);
	if (view == c->caps->views)
		return explain_wrong(err);
	drop_view(c->caps, view, "mempoltrace's own are shown wrongly");
	return 0;
}

/* Steps down where the answer was wrong. Returns 1 when another plan is to be tried. */
static int learn_verdicts(struct calib *c, const enum verdict *verdicts, struct mpt_err *err)
{
	unsigned i, nviews = c->plan->nviews;
	bool all = true;

	if (verdicts[0] == SILENT)
		return explain_silence(err);
	for (i = 0; i < nviews; i++)
		all = all && verdicts[i] == PROVEN;
	if (all)
		return 0;
	mpt_arm_unplan(c->armed);
	for (i = 0; i < nviews; i++) {
		int rc = verdicts[i] == PROVEN
				 ? 0
				 : learn_wrong(c, view_of(c->caps, c->plan->views[i].abi), err);

		if (rc < 0)
			return rc;
	}
	return 1;
}

/* A call that the kernel does not have answers ENOSYS, and its symbol may be another's. */
static void ask_missing(const struct mpt_wish *wish, struct mpt_caps *caps)
{
	struct sample sample;
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		if (!(wish->syscalls & UINT64_C(1) << nr))
			continue;
		make_sample(&sample, caps->views[0].abi, nr);
		if (call_sample(&sample) != -ENOSYS)
			continue;
		caps->missing |= UINT64_C(1) << nr;
		mpt_log_note("this kernel has no %s", mpt_syscalls[nr].name);
	}
}

/* Whether calls may come in by functions of another prefix too. */
static void ask_prefix(const struct calib *c, struct mpt_view *view)
{
	cleanup_buf struct mpt_buf text = { 0 };

	if (!view->abi->prefixes[1])
		return;
	mpt_plan_put_ask(&text, c->wish->group, view->abi, 1);
	view->nprefixes += mpt_arm_try(c->armed, MPT_ASK_EVENT, mpt_buf_cstr(&text));
}

/* The other ABIs of this machine, as far as the kernel serves them to us. */
static void ask_abis(const struct calib *c)
{
	struct mpt_caps *caps = c->caps;
	const struct mpt_abi *own = caps->views[0].abi, *abi;
	unsigned i;

	for (abi = mpt_abis; abi->name; abi++)
		if (abi != own && strcmp(abi->machine, own->machine) == 0 && mpt_call_can(abi))
			mpt_caps_add(caps, abi);
	/* the own ABI's other functions are for the guest alone */
	for (i = caps->guest ? 0 : 1; i < caps->nviews; i++)
		ask_prefix(c, &caps->views[i]);
}

static int calibrate(struct calib *c, struct mpt_err *err)
{
	for (;;) {
		enum verdict verdicts[MPT_ABIS_MAX] = { SILENT };
		int rc = arm_plan(c, err);

		if (rc == 1)
			continue;
		if (rc == 0)
			rc = prove(c->armed, c->decoder, c->source, c->samples, c->plan, verdicts,
				   err);
		if (rc == 0)
			rc = learn_verdicts(c, verdicts, err);
		if (rc <= 0)
			return rc;
	}
}

int mpt_calibrate(const struct mpt_wish *wish, struct mpt_caps *caps, struct mpt_armed *armed,
		  struct mpt_decoder *decoder, struct mpt_source *source, struct mpt_plan *plan,
		  struct mpt_err *err)
{
	struct calib c = {
		.wish = wish,
		.caps = caps,
		.armed = armed,
		.decoder = decoder,
		.source = source,
		.plan = plan,
		.samples = mpt_call_memory(sizeof(*c.samples)),
	};
	int rc;

	if (!c.samples)
		return mpt_err_set(err, ENOMEM, "calibration");
	ask_missing(wish, caps);
	ask_abis(&c);
	rc = calibrate(&c, err);
	munmap(c.samples, sizeof(*c.samples));
	return rc;
}
