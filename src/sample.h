/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sample.h - calls of our own, to see whether the probes show them.
 *
 * A sample's arguments are random, and its pointers lead to random memory, so
 * that nothing but that very call can look like it; one argument makes the
 * kernel answer EINVAL before it touches anything. One sample is no proof,
 * since a fetch that faults can leave the right value of an earlier record:
 * each of several, all different, must be shown.
 */
#ifndef MPT_SAMPLE_H
#define MPT_SAMPLE_H

#include "plan.h"
#include "record.h"

struct mpt_err;
struct mpt_source;

enum { MPT_PROBE_CALLS = 4 };

/*
 * Each argument has a piece of memory of its own, as large as any array or
 * mask that a probe reads. Samples of 32-bit ABIs must lie in
 * mpt_call_memory().
 */
struct mpt_sample {
	const struct mpt_abi *abi;
	int syscall;
	uint64_t args[MPT_NARGS];
	unsigned char memory[MPT_NARGS][256];
};

struct mpt_samples {
	unsigned n;
	struct mpt_sample list[MPT_ABIS_MAX * MPT_NSYSCALLS * MPT_PROBE_CALLS];
};

/* The @nth sample by an ABI, or NULL. */
const struct mpt_sample *mpt_samples_nth(const struct mpt_samples *samples,
					 const struct mpt_abi *abi, unsigned nth);

void mpt_sample_make(struct mpt_sample *sample, const struct mpt_abi *abi, int syscall);

/* Makes the call. Returns 0 where the kernel answered EINVAL, as it must, or -errno. */
int mpt_sample_call(const struct mpt_sample *sample);

/* Argument @n as the kernel's function gets it: an int is the low half. */
uint64_t mpt_sample_arg(const struct mpt_sample *sample, unsigned n);

/* Whether an entry or return record shows the call as it was made. */
bool mpt_sample_is_shown(const struct mpt_event *event, const struct mpt_sample *sample);

/*
 * Hands everything that the instance has recorded to @fn, in order; it is
 * empty afterwards.
 * Returns 0 or -errno.
 */
typedef void (*mpt_event_fn)(const struct mpt_event *event, void *arg);
int mpt_sample_read(struct mpt_source *source, const struct mpt_decoder *decoder, mpt_event_fn fn,
		    void *arg, struct mpt_err *err);

#endif
