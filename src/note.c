/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * note.c - what a recorded run needs beside its sub-buffers.
 *
 * In: a plan, or lines of text that nobody vouches for. Out: the lines, or a
 * plan all of whose indexes are within their bounds. It touches no file.
 */
#include "note.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "arch.h"
#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "nodeset.h"

enum { WORDS_MAX = 12, DEFS_MAX = MPT_ABIS_MAX * (MPT_NSYSCALLS * 3 + 2) };

static const char *const role_names[MPT_NROLES] = {
	[MPT_ROLE_ENTER] = "enter", [MPT_ROLE_POISON] = "poison", [MPT_ROLE_EXIT] = "exit",
	[MPT_ROLE_ASKED] = "asked", [MPT_ROLE_DENIED] = "denied",
};

/* --- writing ------------------------------------------------------------- */

/* A name that may hold anything: what is no plain ASCII becomes %XX. */
static void put_name(struct mpt_buf *buf, const char *name, size_t n)
{
	size_t i;

	mpt_buf_putc(buf, '=');
	for (i = 0; i < n; i++) {
		unsigned char c = (unsigned char)name[i];

		if (c > ' ' && c < 0x7f && c != '%')
			mpt_buf_putc(buf, (char)c);
		else
			mpt_buf_printf(buf, "%%%02x", c);
	}
}

void mpt_note_put_known(struct mpt_buf *buf, const struct mpt_known *known)
{
	mpt_buf_printf(buf, "thread %d %d %" PRIu64 " ", (int)known->tid, (int)known->tgid,
		       known->ts);
	if (known->has_comm)
		put_name(buf, known->comm, strnlen(known->comm, sizeof(known->comm)));
	else
		mpt_buf_putc(buf, '-');
	if (known->settled)
		mpt_buf_puts(buf, " settled");
	if (known->unfiltered)
		mpt_buf_puts(buf, " unfiltered");
	if (known->ended)
		mpt_buf_puts(buf, " ended");
	if (known->knows_inside)
		mpt_buf_printf(buf, " %" PRId64, known->inside);
	mpt_buf_putc(buf, '\n');
}

static void put_def(struct mpt_buf *buf, const struct mpt_def *def)
{
	unsigned i;

	mpt_buf_printf(buf, "def %s %s %s %s %s %d %d%s%s%s%s%s\n", role_names[def->role],
		       def->event, def->abi->name, def->guest ? def->guest->name : "-",
		       def->syscall < 0 ? "-" : mpt_syscalls[def->syscall].name, def->has_args,
		       def->has_nr, def->is_event ? " tracepoint" : "",
		       def->shows_denied ? " shows_denied" : "", def->has_state ? " state" : "",
		       def->view.nprefixes > 1 ? " second" : "",
		       def->view.by_registers ? " registers" : "");
	for (i = 0; i < MPT_NARGS; i++)
		if (def->words[i].count)
			mpt_buf_printf(buf, "words %u %u %u\n", i, def->words[i].first,
				       def->words[i].count);
	for (i = 0; i < def->nfields; i++)
		mpt_buf_printf(buf, "field %u %u %d %s\n", def->fields[i].slot, def->fields[i].size,
			       def->fields[i].off,
			       def->fields[i].name[0] ? def->fields[i].name : "-");
}

void mpt_note_put(struct mpt_buf *buf, const struct mpt_note *note)
{
	const struct mpt_plan *plan = &note->plan;
	unsigned i;

	mpt_buf_puts(buf, "host ");
	put_name(buf, note->host, strlen(note->host));
	mpt_buf_printf(buf, "\nclock %" PRId64 " %" PRId64 " %" PRIu64 "\n", note->to_realtime,
		       note->to_boottime, note->start);
	mpt_buf_printf(buf, "ignore %d\n", (int)note->ignore);
	mpt_buf_printf(buf, "plan %s %u %u %" PRIu64 " %d %d\n", plan->group, plan->possible,
		       plan->page_size, plan->poison, plan->lean, plan->denied);
	if (plan->lacks)
		mpt_buf_printf(buf, "lacks %u\n", plan->lacks);
	for (i = 0; i < plan->nviews; i++)
		mpt_buf_printf(buf, "view %s\n", plan->views[i].abi->name);
	for (i = 0; i < plan->ndefs; i++)
		if (plan->defs[i].role != MPT_ROLE_POISON)
			put_def(buf, &plan->defs[i]);
}

/* --- reading ------------------------------------------------------------- */

/* A whole decimal number from @min to @max. */
static bool to_number(const char *word, int64_t min, int64_t max, int64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoll(word, &end, 10);
	return !errno && end != word && !*end && *ret >= min && *ret <= max;
}

static bool to_u64(const char *word, uint64_t *ret)
{
	char *end;

	errno = 0;
	*ret = strtoull(word, &end, 10);
	return *word >= '0' && *word <= '9' && !errno && !*end;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* What put_name() wrote; false where it does not fit @size, its NUL included. */
static bool to_name(const char *word, char *ret, size_t size)
{
	size_t n = 0;

	memset(ret, 0, size);
	if (*word++ != '=')
		return false;
	while (*word) {
		int c = *word++;

		if (c == '%') {
			int high = hex_digit(word[0]), low = high < 0 ? -1 : hex_digit(word[1]);

			if (low < 0)
				return false;
			c = high * 16 + low;
			word += 2;
		}
		if (n + 1 >= size)
			return false;
		ret[n++] = (char)c;
	}
	return true;
}

/* Whether one of the words that are left is @word. */
static bool has_word(char **w, const char *word)
{
	while (*w && strcmp(*w, word) != 0)
		w++;
	return *w;
}

static bool read_host(struct mpt_note *note, char **w)
{
	return to_name(w[0], note->host, sizeof(note->host));
}

static bool read_clock(struct mpt_note *note, char **w)
{
	return to_number(w[0], INT64_MIN, INT64_MAX, &note->to_realtime) &&
	       to_number(w[1], INT64_MIN, INT64_MAX, &note->to_boottime) &&
	       to_u64(w[2], &note->start);
}

static bool read_ignore(struct mpt_note *note, char **w)
{
	int64_t n;

	if (!to_number(w[0], 0, INT32_MAX, &n))
		return false;
	note->ignore = (pid_t)n;
	return true;
}

static bool read_plan(struct mpt_note *note, char **w)
{
	struct mpt_plan *plan = &note->plan;
	int64_t possible, page, lean, denied;

	if (plan->defs || strlen(w[0]) >= sizeof(plan->group) ||
	    !to_number(w[1], 1, MPT_NODES_MAX, &possible) ||
	    !to_number(w[2], 512, 1 << 20, &page) || !to_u64(w[3], &plan->poison) ||
	    (page & (page - 1)) != 0 || !to_number(w[4], 0, 1, &lean) ||
	    !to_number(w[5], 0, 1, &denied))
		return false;
	snprintf(plan->group, sizeof(plan->group), "%s", w[0]);
	plan->possible = (unsigned)possible;
	plan->page_size = (unsigned)page;
	plan->lean = lean;
	plan->denied = denied;
	plan->defs = calloc(DEFS_MAX, sizeof(*plan->defs));
	return plan->defs;
}

static bool read_lacks(struct mpt_note *note, char **w)
{
	int64_t lacks;

	if (!to_number(w[0], 0, MPT_LACKS_ALL, &lacks))
		return false;
	note->plan.lacks = (unsigned)lacks;
	return true;
}

static bool read_view(struct mpt_note *note, char **w)
{
	struct mpt_plan *plan = &note->plan;
	const struct mpt_abi *abi = mpt_abi_find(w[0]);

	if (!abi || plan->nviews == MPT_ABIS_MAX)
		return false;
	plan->views[plan->nviews++].abi = abi;
	return true;
}

static bool find_role(const char *name, enum mpt_role *ret)
{
	int i;

	for (i = 0; i < MPT_NROLES; i++) {
		if (strcmp(role_names[i], name) != 0)
			continue;
		*ret = (enum mpt_role)i;
		return i != MPT_ROLE_POISON;
	}
	return false;
}

static bool is_about_call(enum mpt_role role)
{
	return role == MPT_ROLE_ENTER || role == MPT_ROLE_EXIT;
}

static bool read_def(struct mpt_note *note, char **w)
{
	struct mpt_plan *plan = &note->plan;
	struct mpt_def def = { 0 };
	int64_t args, nr;

	if (!plan->defs || plan->ndefs == DEFS_MAX || !find_role(w[0], &def.role) ||
	    strlen(w[1]) >= sizeof(def.event) || !to_number(w[5], 0, 1, &args) ||
	    !to_number(w[6], 0, 1, &nr))
		return false;
	snprintf(def.event, sizeof(def.event), "%s", w[1]);
	def.abi = mpt_abi_find(w[2]);
	def.view.abi = def.abi;
	def.guest = mpt_abi_find(w[3]);
	def.syscall = mpt_syscall_find(w[4], (unsigned)strlen(w[4]));
	def.has_args = args;
	def.has_nr = nr;
	def.is_event = has_word(w + 7, "tracepoint");
	def.shows_denied = has_word(w + 7, "shows_denied");
	def.has_state = has_word(w + 7, "state");
	def.view.nprefixes = has_word(w + 7, "second") ? 2 : 1;
	def.view.by_registers = has_word(w + 7, "registers");
	if (!def.abi || is_about_call(def.role) != (def.syscall >= 0))
		return false;
	plan->defs[plan->ndefs++] = def;
	return true;
}

static struct mpt_def *last_def(struct mpt_note *note)
{
	return note->plan.ndefs ? &note->plan.defs[note->plan.ndefs - 1] : NULL;
}

static bool read_words(struct mpt_note *note, char **w)
{
	struct mpt_def *def = last_def(note);
	int64_t arg, first, count;

	if (!def || !to_number(w[0], 0, MPT_NARGS - 1, &arg) ||
	    !to_number(w[1], 0, MPT_WORDS_MAX, &first) ||
	    !to_number(w[2], 0, MPT_WORDS_MAX - first, &count))
		return false;
	def->words[arg].first = (uint8_t)first;
	def->words[arg].count = (uint8_t)count;
	return true;
}

/* Whether it can be an argument that goes by its place alone. */
static bool is_nth_arg(const struct mpt_def *def, int64_t slot, int64_t size)
{
	return def->syscall >= 0 && slot < mpt_syscalls[def->syscall].nargs &&
	       (size == 4 || size == 8);
}

static bool read_field(struct mpt_note *note, char **w)
{
	struct mpt_def *def = last_def(note);
	struct mpt_field *field = def ? &def->fields[def->nfields] : NULL;
	int64_t slot, size, off;

	if (!def || def->nfields == MPT_NSLOTS || !to_number(w[0], 0, MPT_NSLOTS - 1, &slot) ||
	    !to_number(w[1], 0, 8, &size) || !to_number(w[2], INT16_MIN, INT16_MAX, &off) ||
	    strlen(w[3]) >= sizeof(field->name))
		return false;
	if (strcmp(w[3], "-") != 0)
		snprintf(field->name, sizeof(field->name), "%s", w[3]);
	else if (!is_nth_arg(def, slot, size))
		return false;
	field->slot = (uint8_t)slot;
	field->size = (uint8_t)size;
	field->off = (int16_t)off;
	def->nfields++;
	return true;
}

/* Room for one more; it doubles, so that it is never more than twice what was read. */
static struct mpt_known *new_known(struct mpt_note *note)
{
	size_t n = note->nknown;
	struct mpt_known *more;

	if (n >= 64 ? (n & (n - 1)) == 0 : n == 0) {
		more = realloc(note->known, (n ? 2 * n : 64) * sizeof(*more));
		if (!more)
			return NULL;
		note->known = more;
	}
	return &note->known[note->nknown];
}

static bool read_thread(struct mpt_note *note, char **w)
{
	struct mpt_known *known = new_known(note);
	int64_t tid, tgid;

	if (!known || !to_number(w[0], 0, INT32_MAX, &tid) || !to_number(w[1], 0, INT32_MAX, &tgid))
		return false;
	*known = (struct mpt_known){ .tid = (pid_t)tid, .tgid = (pid_t)tgid };
	if (!to_u64(w[2], &known->ts))
		return false;
	known->settled = has_word(w + 4, "settled");
	known->unfiltered = has_word(w + 4, "unfiltered");
	known->ended = has_word(w + 4, "ended");
	known->has_comm = strcmp(w[3], "-") != 0;
	if (known->has_comm && !to_name(w[3], known->comm, sizeof(known->comm)))
		return false;
	for (w += 4; *w; w++)
		if (to_number(*w, INT64_MIN, INT64_MAX, &known->inside))
			known->knows_inside = true;
	known->nth = note->nknown++;
	return true;
}

static const struct {
	const char *key;
	unsigned words; /* after it */
	bool (*read)(struct mpt_note *note, char **words);
} kinds[] = {
	{ "thread", 4, read_thread }, { "field", 4, read_field }, { "words", 3, read_words },
	{ "def", 7, read_def },	      { "view", 1, read_view },	  { "plan", 6, read_plan },
	{ "host", 1, read_host },     { "clock", 3, read_clock }, { "ignore", 1, read_ignore },
	{ "lacks", 1, read_lacks },
};

static unsigned split(char *line, char **words)
{
	char *next = NULL, *word;
	unsigned n = 0;

	for (word = strtok_r(line, " ", &next); word && n < WORDS_MAX;
	     word = strtok_r(NULL, " ", &next))
		words[n++] = word;
	words[n] = NULL;
	return n;
}

int mpt_note_read(struct mpt_note *note, char *line, struct mpt_err *err)
{
	char *words[WORDS_MAX + 1];
	unsigned n = split(line, words), i;

	for (i = 0; n && i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(words[0], kinds[i].key) != 0)
			continue;
		if (n - 1 >= kinds[i].words && kinds[i].read(note, words + 1))
			return 0;
		return mpt_err_set(err, EPROTO, "its line '%s' cannot be used", kinds[i].key);
	}
	return 0;
}

static int by_tid(const void *a, const void *b)
{
	const struct mpt_known *x = a, *y = b;

	if (x->tid != y->tid)
		return x->tid < y->tid ? -1 : 1;
	if (x->ts != y->ts)
		return x->ts < y->ts ? -1 : 1;
	return (x->nth > y->nth) - (x->nth < y->nth);
}

static bool has_slots(const struct mpt_def *def, unsigned first, unsigned n, unsigned size)
{
	unsigned i, slot;

	for (slot = first; slot < first + n; slot++) {
		for (i = 0; i < def->nfields && def->fields[i].slot != slot; i++)
			;
		if (i == def->nfields || (size && def->fields[i].size % size != 0) ||
		    (size && def->fields[i].size == 0))
			return false;
	}
	return true;
}

static bool has_words(const struct mpt_def *def)
{
	unsigned i;

	for (i = 0; i < MPT_NARGS; i++)
		if (!has_slots(def, MPT_SLOT_WORD0 + def->words[i].first, def->words[i].count, 4))
			return false;
	return true;
}

static bool tells_whose(const struct mpt_def *def)
{
	return has_slots(def, MPT_SLOT_NR, def->has_nr, 0) &&
	       has_slots(def, MPT_SLOT_STATE, def->has_state, 0) &&
	       (!def->has_state || (def->has_nr && def->guest));
}

/* Whether a record of it sets all that is looked at. */
static bool is_whole(const struct mpt_plan *plan, const struct mpt_def *def)
{
	unsigned nargs = def->syscall < 0 ? 0 : mpt_syscalls[def->syscall].nargs;

	switch (def->role) {
	case MPT_ROLE_ENTER:
		return has_slots(def, MPT_SLOT_ARG0, nargs, 0) && tells_whose(def);
	case MPT_ROLE_EXIT:
		return has_slots(def, MPT_SLOT_ARG0, def->has_args ? nargs : 0, 0) &&
		       has_slots(def, MPT_SLOT_RET, 1, 0) && tells_whose(def) && has_words(def);
	case MPT_ROLE_ASKED:
		return has_slots(def, MPT_SLOT_NR, 1, 0) &&
		       has_slots(def, MPT_SLOT_CS, plan->views[0].abi->cs_alone, 0) &&
		       has_slots(def, MPT_SLOT_CS, plan->nviews > 1 ? 2 : 0, 0) &&
		       (has_slots(def, MPT_SLOT_CS, 1, 0) || !has_slots(def, MPT_SLOT_INSN, 1, 0));
	case MPT_ROLE_DENIED:
		return has_slots(def, MPT_SLOT_NR, 1, 0) && has_slots(def, MPT_SLOT_RESULT, 1, 0);
	case MPT_ROLE_POISON:
	case MPT_NROLES:
		break;
	}
	return false;
}

int mpt_note_finish(struct mpt_note *note, struct mpt_err *err)
{
	unsigned i;

	if (!note->plan.ndefs || !note->plan.nviews || !note->host[0])
		return mpt_err_set(err, EPROTO, "what decodes it is not all there");
	for (i = 0; i < note->plan.ndefs; i++)
		if (!is_whole(&note->plan, &note->plan.defs[i]))
			return mpt_err_set(err, EPROTO, "its event '%s' lacks fields",
					   note->plan.defs[i].event);
	if (note->nknown)
		qsort(note->known, note->nknown, sizeof(*note->known), by_tid);
	return 0;
}

void mpt_note_free(struct mpt_note *note)
{
	mpt_plan_free(&note->plan);
	free(note->known);
	note->known = NULL;
	note->nknown = 0;
}
