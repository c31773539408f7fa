/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.c - whether calls of our own are shown as they were made.
 *
 * In: an armed rig. Out: how many calls were compared, or the first that was
 * shown otherwise. The calls go the whole way that others' calls go, through
 * ring buffer, decoder and pairing; what is held against them is what the
 * kernel told us ourselves: results, and what it wrote into our memory.
 */
#include "selftest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

#include "call.h"
#include "cleanup.h"
#include "err.h"
#include "line.h"
#include "rig.h"
#include "thread.h"

enum {
	CALLS = 4 + MPT_NSYSCALLS,
	MADE_MAX = CALLS * MPT_ABIS_MAX,
	PAGE_MAX = 65536,
	MAXNODE = MPT_NODES_MAX + 1
};

/* A call that was made, and what came of it. */
struct made {
	int nr;
	const struct mpt_abi *abi;
	uint64_t args[MPT_NARGS];
	int64_t ret;
	bool has_mode;
	uint32_t mode;
	bool has_nodes;
	struct mpt_nodeset nodes;
};

struct test {
	struct mpt_emit_context context; /* first: the emitter is given this */
	struct made made[MADE_MAX];
	unsigned n;    /* made */
	unsigned seen; /* of them shown, in their order */
	struct mpt_err *err;
	bool failed;
	/* of the call that is being made */
	const struct mpt_abi *abi;
	struct memory *memory;
};

/* What the calls read and write, where every ABI's pointers lead. */
struct memory {
	char page[PAGE_MAX];
	uint32_t mode;
	char mask[MPT_NODES_MAX / 8];
};

/* --- making them ------------------------------------------------------------------------ */

static struct made *make(struct test *t, int nr, const uint64_t *args)
{
	struct made *made = &t->made[t->n++];

	*made = (struct made){ .nr = nr, .abi = t->abi };
	memcpy(made->args, args, sizeof(made->args));
	made->ret = mpt_call_make(t->abi, mpt_syscalls[nr].nr[t->abi->nr_table], args);
	return made;
}

static void expect_mode(struct made *made, uint32_t mode)
{
	made->has_mode = true;
	made->mode = mode;
}

static void expect_nodes(struct test *t, struct made *made, unsigned possible)
{
	unsigned size = t->abi->word_size, n = mpt_nodeset_words(possible, size), i;
	uint64_t words[MPT_NODES_MAX / 32] = { 0 };

	for (i = 0; i < n; i++)
		memcpy(&words[i], t->memory->mask + i * size, size);
	made->has_nodes = true;
	mpt_nodeset_from_words(&made->nodes, words, n, size, possible);
}

/* What get_mempolicy answers, it wrote into our own memory. */
static void get(struct test *t, unsigned possible, const void *addr, uint64_t flags)
{
	const uint64_t args[MPT_NARGS] = { (uintptr_t)&t->memory->mode, (uintptr_t)t->memory->mask,
					   MAXNODE, (uintptr_t)addr, flags };
	struct made *made = make(t, MPT_SYS_GET_MEMPOLICY, args);

	if (made->ret < 0)
		return;
	if (!(flags & MPT_MPOL_F_MEMS_ALLOWED))
		expect_mode(made, t->memory->mode);
	expect_nodes(t, made, possible);
}

/* Binds a page of ours to the nodes that were returned last: those that are allowed. */
static void bind_page(struct test *t, unsigned possible, const void *page, unsigned page_size)
{
	const uint64_t args[MPT_NARGS] = { (uintptr_t)page,   page_size,
					   2 /* MPOL_BIND */, (uintptr_t)t->memory->mask,
					   MAXNODE,	      0 };
	struct made *made = make(t, MPT_SYS_MBIND, args);

	expect_mode(made, 2);
	expect_nodes(t, made, possible);
}

static void make_refused(struct test *t, int nr)
{
	uint64_t args[MPT_NARGS] = { 0 };

	args[mpt_syscalls[nr].harmless_arg] = mpt_syscalls[nr].harmless;
	make(t, nr, args);
}

static void make_calls(struct test *t, const struct mpt_rig *rig)
{
	unsigned possible = rig->caps.possible, page_size = rig->caps.page_size;
	const char *page = t->memory->page;
	int nr;

	get(t, possible, NULL, 0);
	get(t, possible, NULL, MPT_MPOL_F_MEMS_ALLOWED);
	bind_page(t, possible, page, page_size);
	get(t, possible, page, MPT_MPOL_F_ADDR);
	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		if (!(rig->caps.missing & UINT64_C(1) << nr))
			make_refused(t, nr);
}

/* --- comparing them --------------------------------------------------------------------- */

static void differ(struct test *t, const struct made *made, const char *what)
{
	if (!t->failed)
		mpt_err_set(t->err, 0, "%s by %s, call %u: %s", mpt_syscalls[made->nr].name,
			    made->abi->name, t->seen, what);
	t->failed = true;
}

/* Whether a value of that kind, if it is shown at all, is the expected one. */
static const char *check_value(const struct made *made, const struct mpt_value *value)
{
	if (value->status == MPT_VALUE_UNSUPPORTED)
		return NULL; /* said elsewhere */
	if (value->type == MPT_VALUE_MODE && made->has_mode)
		return value->status == MPT_VALUE_OK && value->num == made->mode
			       ? NULL
			       : "its mode is shown otherwise";
	if (value->type == MPT_VALUE_NODES && made->has_nodes)
		return value->status == MPT_VALUE_OK &&
				       memcmp(&value->nodes, &made->nodes, sizeof(made->nodes)) == 0
			       ? NULL
			       : "its node set is shown otherwise";
	return NULL;
}

static void check_call(struct mpt_emit_context *context, const struct mpt_call *call,
		       const struct mpt_values *values, struct mpt_buf *buf)
{
	struct test *t = (struct test *)context;
	const struct made *made = &t->made[t->seen < t->n ? t->seen : 0];
	unsigned i;

	(void)buf;
	t->seen++;
	if (t->seen > t->n || call->abi != made->abi || call->sys != &mpt_syscalls[made->nr]) {
		differ(t, made, "another one is shown in its place");
		return;
	}
	if (!call->returned || call->ret != made->ret)
		differ(t, made, "its result is shown otherwise");
	for (i = 0; i < call->sys->nargs; i++) {
		const char *what = values->arg[i].status == MPT_VALUE_NONE
					   ? NULL
					   : check_value(made, &values->arg[i]);

		if (what)
			differ(t, made, what);
		if (call->args[i] != made->args[i])
			differ(t, made, "an argument is shown otherwise");
	}
}

static const struct mpt_emitter checker = { .name = "self-test", .call = check_call };

/* Everything that was recorded, at once: nothing is being written any more. */
static int read_all(struct test *t, struct mpt_rig *rig)
{
	cleanup_buf struct mpt_buf out = { 0 };
	struct mpt_line line = {
		.decoder = rig->decoder,
		.plan = &rig->plan,
		.emitter = &checker,
		.context = &t->context,
		.out = &out,
	};
	int rc;

	line.threads = mpt_threads_create(-1);
	if (!line.threads)
		return mpt_err_set(t->err, ENOMEM, "self-test");
	rc = mpt_merge_create(rig->source, &line.merge, t->err);
	while (rc == 0 && mpt_line_round(&line, UINT64_MAX) > 0)
		while (mpt_line_drain(&line))
			;
	mpt_merge_destroy(line.merge);
	mpt_threads_destroy(line.threads);
	return rc;
}

/* By each ABI that is shown, in turn. */
static int trace(struct test *t, struct mpt_rig *rig)
{
	struct mpt_err ignored = { 0 };
	int rc = mpt_arm_self(&rig->armed, t->err);
	unsigned i;

	if (rc == 0)
		rc = mpt_arm_switch(&rig->armed, true, t->err);
	if (rc < 0)
		return rc;
	for (i = 0; i < rig->caps.nviews; i++) {
		t->abi = rig->caps.views[i].abi;
		make_calls(t, rig);
	}
	rc = mpt_arm_switch(&rig->armed, false, &ignored);
	return rc < 0 ? rc : read_all(t, rig);
}

int mpt_selftest(struct mpt_rig *rig, struct mpt_err *err)
{
	struct test t = { .err = err, .memory = mpt_call_memory(sizeof(struct memory)) };
	int rc;

	if (!t.memory)
		return mpt_err_set(err, ENOMEM, "self-test");
	rc = trace(&t, rig);
	munmap(t.memory, sizeof(struct memory));
	if (rc == 0 && !t.failed && t.seen < t.n)
		rc = mpt_err_set(err, 0, "%u of %u calls are shown", t.seen, t.n);
	if (rc < 0 || t.failed)
		return rc < 0 ? rc : -EIO;
	return (int)t.n;
}
