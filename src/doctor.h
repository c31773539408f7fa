/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor.h - what this kernel allows, what is missing, and the remedy.
 */
#ifndef MPT_DOCTOR_H
#define MPT_DOCTOR_H

#include <stdbool.h>

struct mpt_buf;
struct mpt_conf;
struct mpt_err;

enum mpt_state {
	MPT_STATE_OK,
	MPT_STATE_NOTE,	   /* less is captured, and it works */
	MPT_STATE_MISSING, /* nothing can be captured */
};

enum { MPT_FINDINGS_MAX = 32 };

struct mpt_finding {
	const char *name;
	enum mpt_state state;
	char what[400];
	char remedy[256]; /* one line; empty where there is nothing to do */
};

struct mpt_doctor {
	struct mpt_finding findings[MPT_FINDINGS_MAX];
	unsigned n;
	bool works; /* calls of our own were captured rightly */
};

/*
 * Looks at everything, arms for a moment and makes calls of our own.
 * @conf: with all calls, denied ones included
 * Returns 0 whatever it found; -errno where it could not even look.
 */
int mpt_doctor_examine(struct mpt_doctor *doctor, const struct mpt_conf *conf, struct mpt_err *err);

/* A table, the remedies below it, and last the verdict. */
void mpt_doctor_put(const struct mpt_doctor *doctor, unsigned width, struct mpt_buf *buf);

/* The same as one object on one line, of type "doctor". */
void mpt_doctor_put_json(const struct mpt_doctor *doctor, struct mpt_buf *buf);

#endif
