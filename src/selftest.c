/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * selftest.c - whether calls of our own are shown as they were made.
 *
 * In: an armed rig. Out: how many calls were compared, or the first that was
 * shown otherwise, and how. The calls go the whole way that others' calls go,
 * through ring buffer, decoder and pairing; what is held against them is what
 * the kernel told us ourselves: results, and what it wrote into our memory.
 */
#include "selftest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "call.h"
#include "cleanup.h"
#include "err.h"
#include "line.h"
#include "rig.h"
#include "thread.h"

enum {
	CALLS = 10 + MPT_NSYSCALLS,
	MADE_MAX = CALLS * MPT_ABIS_MAX,
	PAGE_MAX = 65536,
	MAXNODE = MPT_NODES_MAX + 1,
	MASK_BYTES = MPT_NODES_MAX / 8 + 8, /* some kernels write a word more for 32-bit callers */
	BIND = 2			    /* MPOL_BIND */
};

/* What an argument is to be shown to lead to. */
struct want {
	bool set; /* else nothing */
	enum mpt_value_type type;
	uint64_t num; /* a mode, a node, or the one element of an array */
	struct mpt_nodeset nodes;
};

/* A call that was made, and what came of it. */
struct made {
	int nr;
	const struct mpt_view *view;
	uint64_t args[MPT_NARGS];
	int64_t ret;
	uint64_t before, after; /* the times between which it was made */
	struct want want[MPT_NARGS];
};

struct test {
	struct mpt_emit_context context; /* first: the emitter is given this */
	const struct mpt_rig *rig;
	struct made made[MADE_MAX];
	unsigned n;    /* made */
	unsigned seen; /* of them shown, in their order */
	struct mpt_err *err;
	bool failed;
	char comm[MPT_COMM_LEN]; /* our own */
	/* of the call that is being made */
	const struct mpt_view *view;
	struct memory *memory;
};

/* What the calls read and write, where every ABI's pointers lead. */
struct memory {
	char page[PAGE_MAX];
	uint32_t mode;	      /* as it was returned last, */
	char was[MASK_BYTES]; /* and the nodes of the policy that we came with */
	char allowed[MASK_BYTES];
	char got[MASK_BYTES];
	char pages[8]; /* an array of one address */
	int32_t status;
};

/* --- making them ------------------------------------------------------------------------ */

static struct made *make(struct test *t, int nr, const uint64_t *args)
{
	const struct mpt_syscall *sys = &mpt_syscalls[nr];
	struct made *made = &t->made[t->n++];
	unsigned i;

	*made = (struct made){ .nr = nr, .view = t->view, .before = mpt_clock_now() };
	memcpy(made->args, args, sizeof(made->args));
	made->ret = mpt_call_make(t->view->abi, sys->nr[t->view->abi->nr_table], args);
	made->after = mpt_clock_now();
	for (i = 0; i < sys->nargs; i++)
		if (sys->args[i].kind == MPT_ARG_MODE)
			made->want[i] =
				(struct want){ true, MPT_VALUE_MODE, (uint32_t)args[i], { { 0 } } };
	return made;
}

static void want_number(struct made *made, unsigned arg, enum mpt_value_type type, uint64_t num)
{
	made->want[arg].set = true;
	made->want[arg].type = type;
	made->want[arg].num = num;
}

static void want_nodes(const struct test *t, struct made *made, unsigned arg, const char *mask)
{
	unsigned possible = t->rig->caps.possible, size = t->view->abi->word_size;
	unsigned n = mpt_nodeset_words(possible, size), i;
	uint64_t words[MPT_NODES_MAX / 32] = { 0 };

	for (i = 0; i < n; i++)
		memcpy(&words[i], mask + i * size, size);
	made->want[arg].set = true;
	made->want[arg].type = MPT_VALUE_NODES;
	mpt_nodeset_from_words(&made->want[arg].nodes, words, n, size, possible);
}

/* What get_mempolicy answers, it wrote into our own memory. */
static void get(struct test *t, const void *addr, uint64_t flags, char *mask)
{
	const uint64_t args[MPT_NARGS] = { (uintptr_t)&t->memory->mode, (uintptr_t)mask, MAXNODE,
					   (uintptr_t)addr, flags };
	struct made *made = make(t, MPT_SYS_GET_MEMPOLICY, args);

	if (made->ret < 0)
		return;
	if (flags & MPT_MPOL_F_NODE)
		want_number(made, 0, MPT_VALUE_NODE, t->memory->mode);
	else if (!(flags & MPT_MPOL_F_MEMS_ALLOWED))
		want_number(made, 0, MPT_VALUE_MODE, t->memory->mode);
	want_nodes(t, made, 1, mask);
}

static void set(struct test *t, uint32_t mode, const char *mask)
{
	const uint64_t args[MPT_NARGS] = { mode, (uintptr_t)mask, MAXNODE };

	want_nodes(t, make(t, MPT_SYS_SET_MEMPOLICY, args), 1, mask);
}

static void bind_page(struct test *t)
{
	const uint64_t args[MPT_NARGS] = { (uintptr_t)t->memory->page,
					   t->rig->caps.page_size,
					   BIND,
					   (uintptr_t)t->memory->allowed,
					   MAXNODE,
					   0 };

	want_nodes(t, make(t, MPT_SYS_MBIND, args), 3, t->memory->allowed);
}

/* From where we may be to there: nothing moves. */
static void migrate(struct test *t)
{
	const uint64_t mask = (uintptr_t)t->memory->allowed;
	const uint64_t args[MPT_NARGS] = { 0, MAXNODE, mask, mask };
	struct made *made = make(t, MPT_SYS_MIGRATE_PAGES, args);

	want_nodes(t, made, 2, t->memory->allowed);
	want_nodes(t, made, 3, t->memory->allowed);
}

/* Asks where the page is. */
static void ask_page(struct test *t)
{
	const uint64_t page = (uintptr_t)t->memory->page;
	const uint64_t args[MPT_NARGS] = {
		0, 1, (uintptr_t)t->memory->pages, 0, (uintptr_t)&t->memory->status, 0
	};
	struct made *made;

	memcpy(t->memory->pages, &page, t->view->abi->word_size);
	made = make(t, MPT_SYS_MOVE_PAGES, args);
	want_number(made, 2, MPT_VALUE_ITEMS, page);
	if (made->ret >= 0)
		want_number(made, 4, MPT_VALUE_ITEMS, (uint32_t)t->memory->status);
}

static void make_refused(struct test *t, int nr)
{
	uint64_t args[MPT_NARGS] = { 0 };

	args[mpt_syscalls[nr].harmless_arg] = mpt_syscalls[nr].harmless;
	make(t, nr, args);
}

static void make_calls(struct test *t)
{
	struct memory *m = t->memory;
	uint32_t came_with;
	int nr;

	get(t, NULL, 0, m->was);
	came_with = m->mode;
	get(t, NULL, MPT_MPOL_F_MEMS_ALLOWED, m->allowed);
	set(t, BIND, m->allowed);
	set(t, came_with, m->was);
	bind_page(t);
	m->page[0]++;
	get(t, m->page, MPT_MPOL_F_ADDR, m->got);
	get(t, m->page, MPT_MPOL_F_NODE | MPT_MPOL_F_ADDR, m->got);
	migrate(t);
	ask_page(t);
	for (nr = 0; nr < MPT_NSYSCALLS; nr++)
		if (!(t->rig->caps.missing & UINT64_C(1) << nr))
			make_refused(t, nr);
}

/* --- comparing them --------------------------------------------------------------------- */

static void differ(struct test *t, const struct made *made, const char *name, const char *got,
		   const char *want)
{
	if (!t->failed)
		mpt_err_set(t->err, 0, "%s by %s, call %u: %s is shown as %s, and was %s",
			    mpt_syscalls[made->nr].name, made->view->abi->name, t->seen, name, got,
			    want);
	t->failed = true;
}

static void check_number(struct test *t, const struct made *made, const char *name, int64_t got,
			 int64_t want)
{
	char text[2][24];

	if (got == want)
		return;
	snprintf(text[0], sizeof(text[0]), "%lld", (long long)got);
	snprintf(text[1], sizeof(text[1]), "%lld", (long long)want);
	differ(t, made, name, text[0], text[1]);
}

static void check_nodes(struct test *t, const struct made *made, const char *name,
			const struct mpt_nodeset *got, const struct mpt_nodeset *want)
{
	cleanup_buf struct mpt_buf got_text = { 0 }, want_text = { 0 };

	if (memcmp(got, want, sizeof(*got)) == 0)
		return;
	mpt_nodeset_put(&got_text, got);
	mpt_nodeset_put(&want_text, want);
	differ(t, made, name, mpt_buf_cstr(&got_text), mpt_buf_cstr(&want_text));
}

static void check_item(struct test *t, const struct made *made, const char *name,
		       const struct mpt_value *value, uint64_t want)
{
	uint64_t got = 0;

	if (value->count == 1 && mpt_value_item(value, 0, &got))
		check_number(t, made, name, (int64_t)got, (int64_t)want);
	else
		differ(t, made, name, "unread", "read");
}

static const char *status_text(enum mpt_value_status status)
{
	const char *unread = mpt_value_unread(status);

	if (unread)
		return unread;
	return status == MPT_VALUE_OK ? "something" : "nothing";
}

/* What an argument led to: shown where it is wanted and can be, and nowhere else. */
static void check_value(struct test *t, const struct made *made, unsigned arg,
			const struct mpt_value *value)
{
	const struct mpt_arg *cell = &mpt_syscalls[made->nr].args[arg];
	const struct want *want = &made->want[arg];
	bool blind = !mpt_rung_sees_args(made->view->rung) && mpt_arg_is_pointer(cell);
	enum mpt_value_status status = blind ? MPT_VALUE_UNSUPPORTED : MPT_VALUE_OK;

	if (!want->set)
		status = MPT_VALUE_NONE;
	if (value->status != status)
		differ(t, made, cell->name, status_text(value->status), status_text(status));
	else if (status != MPT_VALUE_OK)
		return;
	else if (value->type != want->type)
		differ(t, made, cell->name, "something else", "of another kind");
	else if (want->type == MPT_VALUE_NODES)
		check_nodes(t, made, cell->name, &value->nodes, &want->nodes);
	else if (want->type == MPT_VALUE_ITEMS)
		check_item(t, made, cell->name, value, want->num);
	else
		check_number(t, made, cell->name, value->num, (int64_t)want->num);
}

/* Whose it was, which in a PID namespace has other numbers, and when. */
static void check_context(struct test *t, const struct made *made, const struct mpt_call *call)
{
	const struct mpt_thread *thread = call->thread;

	if (!t->rig->foreign) {
		check_number(t, made, "pid", thread->tgid, getpid());
		check_number(t, made, "uid", call->uid, getuid());
		if (strncmp(thread->comm, t->comm, sizeof(t->comm)) != 0)
			differ(t, made, "comm", "another", "mempoltrace's");
	}
	if (mpt_call_has_duration(call) &&
	    (call->ts_enter < made->before || call->ts_exit > made->after))
		differ(t, made, "its time", "another", "that of the call");
}

static void check_call(struct mpt_emit_context *context, const struct mpt_call *call,
		       const struct mpt_values *values, struct mpt_buf *buf)
{
	struct test *t = (struct test *)context;
	const struct made *made = &t->made[t->seen < t->n ? t->seen : 0];
	unsigned i;

	(void)buf;
	t->seen++;
	if (t->seen > t->n || call->abi != made->view->abi ||
	    call->sys != &mpt_syscalls[made->nr]) {
		differ(t, made, "the call", call->sys->name, "another");
		return;
	}
	if (!call->returned)
		differ(t, made, "it", "not returned", "returned");
	check_number(t, made, "the result", call->ret, made->ret);
	check_context(t, made, call);
	for (i = 0; i < call->sys->nargs; i++) {
		check_number(t, made, call->sys->args[i].name, (int64_t)call->args[i],
			     (int64_t)made->args[i]);
		check_value(t, made, i, &values->arg[i]);
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

	line.threads = mpt_threads_create(rig->foreign ? -1 : rig->rootfd);
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
		t->view = &rig->caps.views[i];
		make_calls(t);
	}
	rc = mpt_arm_switch(&rig->armed, false, &ignored);
	return rc < 0 ? rc : read_all(t, rig);
}

int mpt_selftest(struct mpt_rig *rig, struct mpt_err *err)
{
	struct test t = { .rig = rig,
			  .err = err,
			  .memory = mpt_call_memory(sizeof(struct memory)) };
	int rc;

	if (!t.memory)
		return mpt_err_set(err, ENOMEM, "self-test");
	prctl(PR_GET_NAME, t.comm);
	rc = trace(&t, rig);
	munmap(t.memory, sizeof(struct memory));
	if (rc == 0 && !t.failed && t.seen < t.n)
		rc = mpt_err_set(err, 0, "%u of %u calls are shown", t.seen, t.n);
	if (rc < 0 || t.failed)
		return rc < 0 ? rc : -EIO;
	return (int)t.n;
}
