/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * doctor.h - what this kernel allows, what is missing, and the remedy.
 */
#ifndef MPT_DOCTOR_H
#define MPT_DOCTOR_H

#include <stdbool.h>

struct mpt_buf;
struct mpt_conf;

enum mpt_state {
	MPT_STATE_OK,
	MPT_STATE_UNSEEN,  /* nothing tells; the self-test will */
	MPT_STATE_NOTE,	   /* less is captured, and it works */
	MPT_STATE_MISSING, /* nothing can be captured */
};

enum { MPT_FINDINGS_MAX = 48 };

struct mpt_finding {
	const char *name;
	enum mpt_state state;
	bool suspect; /* the likely cause if capture does not work; else no lack at all */
	char what[600];
	char remedy[256]; /* one line; empty where there is nothing to do */
};

struct mpt_doctor {
	struct mpt_finding findings[MPT_FINDINGS_MAX];
	unsigned n;
	bool works; /* calls of our own were captured rightly */
};

/*
 * Looks at everything, also after something was found missing, arms for a
 * moment where that is possible and makes calls of our own.
 * @conf: with all calls, denied ones included
 */
void mpt_doctor_examine(struct mpt_doctor *doctor, const struct mpt_conf *conf);

/* The part of it that asks nothing of the kernel but to read files. */
void mpt_doctor_look(struct mpt_doctor *doctor, int rootfd);

/* Adds a finding; beyond MPT_FINDINGS_MAX it takes the place of the last. @name: constant */
struct mpt_finding *mpt_doctor_find(struct mpt_doctor *doctor, const char *name,
				    enum mpt_state state, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Says what is to be done about a finding. */
void mpt_doctor_remedy(struct mpt_finding *finding, const char *text);

/* A table, the remedies below it, and last the verdict. */
void mpt_doctor_put(const struct mpt_doctor *doctor, unsigned width, struct mpt_buf *buf);

/* The same as one object on one line, of type "doctor". */
void mpt_doctor_put_json(const struct mpt_doctor *doctor, struct mpt_buf *buf);

#endif
