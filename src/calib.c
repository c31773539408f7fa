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

#include "arm.h"
#include "buf.h"
#include "calib_denied.h"
#include "call.h"
#include "cleanup.h"
#include "err.h"
#include "log.h"
#include "record.h"
#include "sample.h"

enum verdict {
	PROVEN,
	WRONG,	/* something was recorded, but not what was done */
	ASTRAY, /* and at entry, too, where nothing is looked for */
	SILENT, /* nothing was recorded */
};

/* Some calls of each kind that the plan has. */
static void make_samples(struct mpt_samples *samples, const struct mpt_plan *plan)
{
	unsigned i, n;

	samples->n = 0;
	for (i = 0; i < plan->ndefs; i++) {
		const struct mpt_def *def = &plan->defs[i];

		for (n = 0; def->role == MPT_ROLE_EXIT && n < MPT_PROBE_CALLS; n++)
			mpt_sample_make(&samples->list[samples->n++], def->abi, def->syscall);
	}
}

static int call_samples(const struct mpt_samples *samples, struct mpt_err *err)
{
	unsigned i;

	for (i = 0; i < samples->n; i++) {
		int rc = mpt_sample_call(&samples->list[i]);

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
static int record_samples(struct mpt_armed *armed, const struct mpt_samples *samples,
			  struct mpt_err *err)
{
	int rc = mpt_arm_self(armed, err), called;

	if (rc == 0)
		rc = mpt_arm_switch(armed, true, err);
	if (rc < 0)
		return rc;
	called = call_samples(samples, err);
	if (called < 0)
		return called;
	return mpt_arm_switch(armed, false, err);
}

/* What was seen of the calls by one ABI. */
struct tally {
	const struct mpt_abi *abi;
	unsigned made;
	unsigned seen[2]; /* records of entry and return; each in the order of the calls */
	bool wrong;
	bool wrong_entry; /* and an entry was */
};

struct tallies {
	const struct mpt_samples *samples;
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

static void check_event(const struct mpt_event *event, void *arg)
{
	struct tallies *tallies = arg;
	const struct mpt_sample *sample;
	struct tally *tally;
	unsigned *seen;

	if (event->type != MPT_EVENT_ENTER && event->type != MPT_EVENT_EXIT)
		return;
	tally = tally_of(tallies, event->def->abi);
	seen = &tally->seen[event->type == MPT_EVENT_EXIT];
	sample = mpt_samples_nth(tallies->samples, tally->abi, (*seen)++);
	if (sample && mpt_sample_is_shown(event, sample))
		return;
	tally->wrong = true;
	tally->wrong_entry |= event->type == MPT_EVENT_ENTER;
}

static enum verdict judge(const struct tally *tally, const struct mpt_plan *plan)
{
	unsigned entries = plan->lean ? 0 : tally->made;

	if (tally->seen[0] + tally->seen[1] == 0)
		return SILENT;
	if (tally->wrong_entry)
		return ASTRAY;
	return tally->wrong || tally->seen[1] != tally->made || tally->seen[0] != entries ? WRONG
											  : PROVEN;
}

static void begin_tallies(struct tallies *tallies, const struct mpt_samples *samples,
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
		 struct mpt_source *source, struct mpt_samples *samples,
		 const struct mpt_plan *plan, enum verdict *verdicts, struct mpt_err *err)
{
	struct tallies tallies;
	unsigned i;
	int rc;

	make_samples(samples, plan);
	begin_tallies(&tallies, samples, plan);
	rc = record_samples(armed, samples, err);
	if (rc == 0)
		rc = mpt_sample_read(source, decoder, check_event, &tallies, err);
	for (i = 0; i < plan->nviews; i++)
		verdicts[i] = judge(&tallies.list[i], plan);
	return rc;
}

/* Which of the candidates held pt_regs in every call so far. */
struct search {
	const struct mpt_samples *samples;
	const struct mpt_abi *abi;
	unsigned seen;
	const char *const *saved;
	unsigned candidates; /* bit n: saved[n] */
};

/* The first argument, at whose place the whole register was read. */
static bool is_first_arg(const struct mpt_sample *sample, uint64_t raw)
{
	return sample->abi->word_size == 4 ? (uint32_t)raw == (uint32_t)sample->args[0]
					   : raw == sample->args[0];
}

static void check_candidates(const struct mpt_event *event, void *arg)
{
	struct search *search = arg;
	const struct mpt_sample *sample;
	uint64_t nr;
	unsigned i;

	if (event->type != MPT_EVENT_SEARCH || search->seen >= search->samples->n)
		return;
	sample = &search->samples->list[search->seen++];
	nr = (uint64_t)mpt_syscalls[sample->syscall].nr[search->abi->nr_table];
	for (i = 0; i < MPT_SAVED_MAX && search->saved[i]; i++)
		if (event->val[2 * i] != nr || !is_first_arg(sample, event->val[2 * i + 1]))
			search->candidates &= ~(1u << i);
}

/* The one register that is left, or NULL: none, or not one alone. */
static const char *found(const struct search *search)
{
	unsigned c = search->candidates;

	if (search->seen != search->samples->n || c == 0 || (c & (c - 1)) != 0)
		return NULL;
	return search->saved[__builtin_ctz(c)];
}

/* What the loop below works on. */
struct calib {
	const struct mpt_wish *wish;
	struct mpt_caps *caps;
	struct mpt_armed *armed;
	struct mpt_decoder *decoder;
	struct mpt_source *source;
	struct mpt_plan *plan;
	struct mpt_samples *samples;
	bool searched_askers;
};

static int arm_search(struct calib *c, const struct mpt_view *view, int syscall,
		      struct mpt_err *err)
{
	char *texts[MPT_PREFIXES_MAX + 1] = { NULL };
	unsigned i;
	int rc;

	for (i = 0; i < view->nprefixes; i++) {
		struct mpt_buf buf = { 0 };

		mpt_plan_put_search(&buf, c->wish->group, view, syscall, i);
		texts[i] = mpt_dialect_dup(c->caps->lacks, mpt_buf_cstr(&buf));
		mpt_buf_free(&buf);
	}
	rc = mpt_arm_extra(c->armed, MPT_SEARCH_EVENT, texts, err);
	for (i = 0; i < MPT_PREFIXES_MAX; i++)
		free(texts[i]);
	return rc;
}

/* The register is the same for all calls that come in by one path, so one of them will do. */
static int search_saved(struct calib *c, struct mpt_view *view, struct mpt_err *err)
{
	struct search search = { .samples = c->samples,
				 .abi = view->abi,
				 .saved = mpt_view_saved(view) };
	int rc, i, syscall = c->plan->defs[0].syscall;

	for (i = 0; i < MPT_SAVED_MAX && search.saved[i]; i++)
		search.candidates |= 1u << i;
	for (i = 0; i < MPT_PROBE_CALLS; i++)
		mpt_sample_make(&c->samples->list[i], view->abi, syscall);
	c->samples->n = MPT_PROBE_CALLS;
	rc = arm_search(c, view, syscall, err);
	if (rc == 0)
		rc = mpt_decoder_bind_search(c->decoder, c->wish->group, search.saved, err);
	if (rc == 0)
		rc = record_samples(c->armed, c->samples, err);
	if (rc == 0)
		rc = mpt_sample_read(c->source, c->decoder, check_candidates, &search, err);
	mpt_arm_unplan(c->armed);
	view->saved = found(&search);
	view->searched = true;
	return rc;
}

static struct mpt_denied_bench denied_bench(const struct calib *c)
{
	return (struct mpt_denied_bench){
		.armed = c->armed,
		.decoder = c->decoder,
		.source = c->source,
		.caps = c->caps,
		.samples = c->samples,
		.syscall = c->plan->defs[0].syscall,
		.group = c->wish->group,
	};
}

static void drop_askers(struct calib *c, const char *why)
{
	unsigned i;

	for (i = 0; i < c->caps->nviews; i++)
		c->caps->views[i].asker = NULL;
	mpt_log_warn("calls that seccomp denies are not shown: %s", why);
}

static void tell_askers(const struct calib *c)
{
	unsigned i;

	for (i = 0; i < c->caps->nviews; i++)
		if (!c->caps->views[i].asker)
			mpt_log_warn("calls by the %s ABI that seccomp denies are not shown: this "
				     "kernel gives no way to see them",
				     c->caps->views[i].abi->name);
}

/* Looks for the registers, once. No failure of that is one of the whole. */
static void search_askers(struct calib *c)
{
	struct mpt_denied_bench bench = denied_bench(c);
	struct mpt_err err = { 0 };

	c->searched_askers = true;
	if (mpt_denied_search(&bench, &err) < 0)
		drop_askers(c, err.what);
	else
		tell_askers(c);
}

/* Returns 1 when another plan is to be tried. */
static int prove_denied(struct calib *c)
{
	struct mpt_denied_bench bench = denied_bench(c);
	struct mpt_err err = { 0 };
	bool right;

	if (!c->plan->denied)
		return 0;
	if (mpt_denied_prove(&bench, c->plan, &right, &err) == 0 && right)
		return 0;
	mpt_arm_unplan(c->armed);
	if (c->searched_askers)
		drop_askers(c, err.what[0] ? err.what : "mempoltrace's own are shown wrongly");
	else
		search_askers(c);
	return 1;
}

static int explain_silence(const struct mpt_plan *plan, struct mpt_err *err)
{
	if (plan->defs[0].is_event)
		return mpt_err_set(err, EIO, "the syscall tracepoints are on but do not fire");
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

/* Registers as on the kernels of that kind, for a start. */
static void guess(struct calib *c, enum mpt_kind kind)
{
	unsigned i;

	for (i = 0; i < c->caps->nviews; i++) {
		struct mpt_view *view = &c->caps->views[i];

		if (!view->searched && !view->by_registers)
			view->saved = view->abi->guess[kind].saved;
		if (view->asker && !c->searched_askers)
			view->asker = view->abi->guess[kind].asker;
	}
}

/* What those show of denied calls, where that was asked for. */
static const char *denied_by_events(const struct calib *c)
{
	if (!c->wish->denied)
		return "";
	return mpt_view_tells_denied(c->caps->views)
		       ? "; of calls that seccomp denies the result alone"
		       : "; calls that seccomp denies are not shown";
}

/* Callers that this kernel serves, and whose calls are not shown. */
static void tell_others(const struct mpt_abi *own, const char *why)
{
	const struct mpt_abi *abi;

	for (abi = mpt_abis; abi->name; abi++)
		if (abi != own && strcmp(abi->machine, own->machine) == 0 && mpt_call_can(abi))
			mpt_log_note("calls by the %s ABI are not shown: %s", abi->name, why);
}

/*
 * Without probes there are the tracepoints of the system calls, which show less: it is told what
 * of this kernel's they do not show.
 */
static void use_events(struct calib *c, const char *why)
{
	mpt_caps_use_events(c->caps);
	mpt_log_note("%s: by its syscall tracepoints arguments and results are shown, and not what "
		     "pointers lead to%s",
		     why, denied_by_events(c));
	tell_others(c->caps->views[0].abi, "the syscall tracepoints leave them out");
}

/* Whether the kernel has functions whose names begin so. */
static bool has_functions(const struct calib *c, const char *prefix)
{
	cleanup_buf struct mpt_buf text = { 0 };

	mpt_plan_put_ask(&text, c->wish->group, prefix);
	return mpt_arm_try(c->armed, MPT_ASK_EVENT, mpt_buf_cstr(&text));
}

/* Before pt_regs wrappers. Returns false where that cannot be so, or was tried. */
static bool use_older(struct calib *c)
{
	const struct mpt_abi *own = c->caps->views[0].abi;

	if (!own->older.prefix || !has_functions(c, own->older.prefix) ||
	    !mpt_caps_use_older(c->caps))
		return false;
	tell_others(own, "this kernel's functions serve several ABIs alike");
	return true;
}

/*
 * Where the older functions are and pt_regs is not found, nothing tells whose call a record is
 * of: the tracepoints do.
 */
static int use_events_for_older(struct calib *c, struct mpt_err *err)
{
	if (!c->caps->has_events) {
		mpt_err_set(err, 0, "this kernel gives no way to tell whose a call is");
		mpt_err_hint(err, "it needs CONFIG_FTRACE_SYSCALLS: its functions are those of "
				  "Linux before 4.17");
		return -ENOTSUP;
	}
	use_events(c, "pt_regs is not found");
	return 0;
}

/*
 * To the rung below, or from a guessed register to one that was looked for:
 * probes for that are few and small, while a whole plan that turns out to be
 * wrong takes seconds to arm and disarm on some kernels.
 */
static int step_down(struct calib *c, struct mpt_view *view, struct mpt_err *err)
{
	int rc = 0;

	if (view->rung != MPT_RUNG_SAVED || view->searched)
		mpt_caps_refute(view);
	if (view->rung == MPT_RUNG_SAVED)
		rc = search_saved(c, view, err);
	/* where that guess was wrong, the other is not to be believed either */
	if (view->rung == MPT_RUNG_SAVED && view->asker && !c->searched_askers && rc == 0)
		search_askers(c);
	if (view->rung == MPT_RUNG_SAVED && !view->saved)
		mpt_caps_refute(view);
	if (view->by_registers && !mpt_rung_sees_args(view->rung) && rc == 0)
		return use_events_for_older(c, err);
	if (!mpt_rung_sees_args(view->rung))
		mpt_log_note("this kernel gives no way to read memory when a call by the %s ABI "
			     "returns: policies and node sets are not shown",
			     view->abi->name);
	return rc;
}

/*
 * What the kernel refuses in one ABI's return probe it refuses in all that are
 * on the same rung. Without $argN the usual registers are tried at once: so the
 * usual start arms once, and it is proven all the same.
 */
static int step_down_all(struct calib *c, enum mpt_rung rung, struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	for (i = 0; i < c->caps->nviews && rc == 0; i++) {
		struct mpt_view *view = &c->caps->views[i];

		if (view->rung != rung)
			continue;
		if (rung == MPT_RUNG_ARGS)
			mpt_caps_refute(view);
		else
			rc = step_down(c, view, err);
	}
	if (rung == MPT_RUNG_ARGS)
		guess(c, MPT_KIND_PLAIN);
	return rc;
}

/*
 * After a definition was refused: what other than a return probe's reads can be
 * refused is its function, and that an ABI of another size may have none.
 * Returns 1 when another plan may be taken, or -errno.
 */
static int learn_refusal(struct calib *c, const struct mpt_def *refused, int rc,
			 struct mpt_err *err)
{
	struct mpt_view *view = refused ? view_of(c->caps, refused->abi) : NULL;

	if (refused && (refused->role == MPT_ROLE_ASKED || refused->role == MPT_ROLE_DENIED)) {
		drop_askers(c, "the kernel refuses a probe on " MPT_ASKER);
		return 1;
	}
	if (view && refused->role == MPT_ROLE_ENTER && view != c->caps->views) {
		drop_view(c->caps, view, "this kernel has no functions of its own for them");
		return 1;
	}
	if (view && refused->role != MPT_ROLE_ENTER && mpt_rung_sees_args(view->rung)) {
		rc = step_down_all(c, view->rung, err);
		if (rc == 0)
			return 1;
	}
	if (view == c->caps->views && rc != -ENOMEM && use_older(c))
		return 1;
	if (!view || !c->caps->has_events || rc == -ENOMEM)
		return rc;
	use_events(c, err->what);
	return 1;
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
static int learn_wrong(struct calib *c, struct mpt_view *view, enum verdict verdict,
		       struct mpt_err *err)
{
	/* where the older functions have other names, these are not they */
	if (verdict == ASTRAY && view == c->caps->views && view->abi->older.prefix &&
	    strcmp(view->abi->older.prefix, view->abi->prefixes[0]) == 0 && use_older(c))
		return 0;
	if (mpt_rung_sees_args(view->rung))
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
		return explain_silence(c->plan, err);
	for (i = 0; i < nviews; i++)
		all = all && verdicts[i] == PROVEN;
	if (all)
		return 0;
	mpt_arm_unplan(c->armed);
	for (i = 0; i < nviews; i++) {
		int rc = verdicts[i] == PROVEN
				 ? 0
				 : learn_wrong(c, view_of(c->caps, c->plan->views[i].abi),
					       verdicts[i], err);

		if (rc < 0)
			return rc;
	}
	return 1;
}

/* A call that the kernel does not have answers ENOSYS, and its symbol may be another's. */
static void ask_missing(const struct mpt_wish *wish, struct mpt_caps *caps)
{
	struct mpt_sample sample;
	int nr;

	for (nr = 0; nr < MPT_NSYSCALLS; nr++) {
		if (!(wish->syscalls & UINT64_C(1) << nr))
			continue;
		mpt_sample_make(&sample, caps->views[0].abi, nr);
		if (mpt_sample_call(&sample) != -ENOSYS)
			continue;
		caps->missing |= UINT64_C(1) << nr;
		mpt_log_note("this kernel has no %s", mpt_syscalls[nr].name);
	}
}

/*
 * Whether calls may come in by functions of another prefix too. Where one event cannot be on both,
 * such an ABI's calls are better not shown at all than some of them.
 */
static void ask_prefix(const struct calib *c, struct mpt_view *view)
{
	static const char why[] = "this kernel cannot have one event on two functions";

	if (!view->abi->prefixes[1] || !has_functions(c, view->abi->prefixes[1]))
		return;
	if (!(c->caps->lacks & MPT_LACKS_APPEND))
		view->nprefixes++;
	else if (view != c->caps->views)
		drop_view(c->caps, view, why);
	else
		mpt_log_warn("some calls by the %s ABI are not shown: %s", c->caps->guest->name,
			     why);
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
	for (i = caps->nviews; i-- > (caps->guest ? 0u : 1u);)
		ask_prefix(c, &caps->views[i]);
}

/* Where no task can have a filter nothing is denied, and nothing need be said. */
static void ask_denied(const struct calib *c)
{
	bool wanted = c->wish->denied && mpt_denied_can_filter();
	struct mpt_caps *caps = c->caps;
	unsigned i;

	for (i = 0; i < caps->nviews && wanted; i++)
		caps->views[i].asker = caps->views[i].abi->guess[MPT_KIND_ARGS].asker;
	/* of the machine's own, others' guesses aside */
	if (wanted && !caps->views[0].asker)
		tell_askers(c);
}

/* Kernels with functions of a second prefix are older than $argN at return: they need not refuse
 * it. */
static void guess_compat(struct calib *c)
{
	bool compat = false;
	unsigned i;

	for (i = 0; i < c->caps->nviews; i++)
		compat = compat || c->caps->views[i].nprefixes > 1;
	if (!compat)
		return;
	for (i = 0; i < c->caps->nviews; i++)
		mpt_caps_refute(&c->caps->views[i]);
	guess(c, MPT_KIND_COMPAT);
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
		if (rc == 0)
			rc = prove_denied(c);
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
	if (caps->lacks & MPT_LACKS_IMM)
		mpt_log_note(
			"a zero in memory is shown as not read: this kernel's probes may write "
			"one where they could not read");
	if (caps->has_probes) {
		ask_abis(&c);
		ask_denied(&c);
		guess_compat(&c);
	} else {
		use_events(&c, "this kernel has no kprobe events");
	}
	rc = calibrate(&c, err);
	munmap(c.samples, sizeof(*c.samples));
	return rc;
}
