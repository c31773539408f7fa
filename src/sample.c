/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sample.c - calls of our own, to see whether the probes show them.
 *
 * In: an ABI and a call. Out: that call, made, and whether a record of it is
 * right. It decides nothing.
 */
#include "sample.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "call.h"
#include "err.h"
#include "merge.h"

const struct mpt_sample *mpt_samples_nth(const struct mpt_samples *samples,
					 const struct mpt_abi *abi, unsigned nth)
{
	unsigned i;

	for (i = 0; i < samples->n; i++)
		if (samples->list[i].abi == abi && nth-- == 0)
			return &samples->list[i];
	return NULL;
}

void mpt_sample_make(struct mpt_sample *sample, const struct mpt_abi *abi, int syscall)
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

int mpt_sample_call(const struct mpt_sample *sample)
{
	int nr = mpt_syscalls[sample->syscall].nr[sample->abi->nr_table];
	long ret = mpt_call_make(sample->abi, nr, sample->args);

	if (ret >= 0)
		return -EPROTO;
	return ret == -EINVAL ? 0 : (int)ret;
}

uint64_t mpt_sample_arg(const struct mpt_sample *sample, unsigned n)
{
	const struct mpt_arg *arg = &mpt_syscalls[sample->syscall].args[n];
	uint64_t raw = sample->args[n];

	if (arg->bytes != 4 && sample->abi->word_size != 4)
		return raw;
	return arg->kind == MPT_ARG_INT ? (uint64_t)(int32_t)raw : (uint32_t)raw;
}

static bool has_args(const struct mpt_event *event, const struct mpt_sample *sample)
{
	const struct mpt_syscall *sys = &mpt_syscalls[sample->syscall];
	unsigned i;

	for (i = 0; i < sys->nargs; i++)
		if (event->val[MPT_SLOT_ARG0 + i] != mpt_sample_arg(sample, i))
			return false;
	return true;
}

/* Whether every word that was read is the one that lies there. */
static bool has_words(const struct mpt_event *event, const struct mpt_sample *sample)
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

bool mpt_sample_is_shown(const struct mpt_event *event, const struct mpt_sample *sample)
{
	const struct mpt_def *def = event->def;

	if (def->syscall != sample->syscall || def->abi != sample->abi ||
	    (def->has_args && !has_args(event, sample)))
		return false;
	if ((def->has_nr && event->val[MPT_SLOT_NR] != mpt_plan_nr(def, def->abi)) ||
	    (def->has_state && mpt_abi_is_32bit(def->abi, event->val[MPT_SLOT_STATE])))
		return false;
	if (event->type == MPT_EVENT_ENTER)
		return true;
	return event->val[MPT_SLOT_RET] == (uint64_t)-EINVAL && has_words(event, sample);
}

int mpt_sample_read(struct mpt_source *source, const struct mpt_decoder *decoder, mpt_event_fn fn,
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
