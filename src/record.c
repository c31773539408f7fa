/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.c - from raw records to events.
 *
 * In: event formats, which libtraceevent parses, and raw records. Out: events
 * with their fields as 64-bit values. A record is never read beyond its end,
 * whatever its format claims; nothing is allocated per record.
 */
#include "record.h"

#include <byteswap.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "file.h"
#include "format.h"
#include "merge.h"
#include "oldlibs.h"

/* Where a field lies and where its value goes; or several that are copied as they are. */
struct load {
	uint16_t offset;
	uint16_t size; /* bytes */
	bool is_signed;
	bool swapped; /* in the other byte order than ours */
	bool copied;  /* numbers of 8 bytes of ours, which follow each other here and there */
	uint16_t to;  /* index in val, or one of these: */
};

enum { TO_TASK = MPT_NSLOTS, TO_CLONE_FLAGS, TO_COMM };

struct binding {
	enum mpt_event_type type;
	const struct mpt_def *def;
	uint32_t need; /* bytes that a record must have for all of them */
	bool swapped;
	unsigned nloads;
	struct load *loads;
};

enum { SUB_BUFFER_MIN = 4096 };		       /* a page, of any architecture */
enum { BINDINGS_MAX = 64, IDS_MAX = 1 << 16 }; /* common_type is an unsigned short */

struct directory {
	struct mpt_formats formats;
	int fd;
};

struct mpt_decoder {
	struct directory directory; /* where formats is of it */
	const struct mpt_formats *formats;
	struct tep_handle *tep;
	int page_size;	       /* bytes of a sub-buffer */
	struct load type, pid; /* common fields, the same in every event */
	uint32_t need;	       /* bytes that a record must have for them */
	unsigned n;
	struct binding bindings[BINDINGS_MAX];
	uint8_t by_id[IDS_MAX]; /* binding + 1, or 0 */
};

static void unbind_all(struct mpt_decoder *d)
{
	while (d->n > 0)
		free(d->bindings[--d->n].loads);
	memset(d->by_id, 0, sizeof(d->by_id));
}

static int read_file(const struct mpt_formats *formats, const char *path, struct mpt_buf *ret)
{
	return mpt_file_read(((const struct directory *)formats)->fd, path, ret);
}

static int set_page_size(struct mpt_decoder *d, const char *header)
{
	d->page_size = mpt_oldlibs_page_size(d->tep, header);
	return d->page_size;
}

static int read_header(struct mpt_decoder *d, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf page = { 0 };
	unsigned long_size = d->formats->long_size ? d->formats->long_size : sizeof(long);
	int rc = d->formats->read(d->formats, "header_page", &page);

	if (rc < 0)
		return mpt_err_set(err, -rc, "events/header_page");
	d->tep = tep_alloc();
	if (!d->tep)
		return mpt_err_set(err, ENOMEM, "events/header_page");
	tep_set_loglevel(TEP_LOG_NONE); /* a bad format is told once, by us */
	/* the length before the NUL: the parser wants both */
	mpt_buf_cstr(&page);
	if (!mpt_format_check(&page) ||
	    tep_parse_header_page(d->tep, page.data, page.len, (int)long_size) != 0 ||
	    set_page_size(d, page.data) < SUB_BUFFER_MIN)
		return mpt_err_set(err, EPROTO, "events/header_page is no page format");
	return 0;
}

/* @formats: NULL for those of the directory */
static int create(const struct mpt_formats *formats, int eventsdir, struct mpt_decoder **ret,
		  struct mpt_err *err)
{
	struct mpt_decoder *d = calloc(1, sizeof(*d));
	int rc;

	if (!d)
		return mpt_err_set(err, ENOMEM, "events/header_page");
	d->directory = (struct directory){ .formats.read = read_file, .fd = eventsdir };
	d->formats = formats ? formats : &d->directory.formats;
	rc = read_header(d, err);
	if (rc < 0) {
		mpt_decoder_destroy(d);
		return rc;
	}
	*ret = d;
	return 0;
}

int mpt_decoder_create(int eventsdir, struct mpt_decoder **ret, struct mpt_err *err)
{
	return create(NULL, eventsdir, ret, err);
}

int mpt_decoder_create_from(const struct mpt_formats *formats, struct mpt_decoder **ret,
			    struct mpt_err *err)
{
	return create(formats, -1, ret, err);
}

void mpt_decoder_destroy(struct mpt_decoder *d)
{
	if (!d)
		return;
	unbind_all(d);
	if (d->tep)
		tep_free(d->tep);
	free(d);
}

size_t mpt_decoder_page_size(const struct mpt_decoder *d)
{
	return (size_t)d->page_size;
}

static void fill_load(struct load *load, const struct tep_format_field *field, bool swapped,
		      unsigned to)
{
	*load = (struct load){
		.offset = (uint16_t)field->offset,
		.size = (uint16_t)field->size,
		.is_signed = field->flags & TEP_FIELD_IS_SIGNED,
		.swapped = swapped,
		.to = (uint16_t)to,
	};
}

/* Where a record must not end before, with one more field. */
static uint32_t farther(uint32_t need, const struct load *load)
{
	uint32_t end = (uint32_t)load->offset + load->size;

	return end > need ? end : need;
}

static bool is_number(const struct tep_format_field *field)
{
	return field->size == 1 || field->size == 2 || field->size == 4 || field->size == 8;
}

/*
 * The last load of a binding is complete. Most are words of 64 bits, each beside
 * the one before: those are copied at once, which takes a third of the time.
 */
static void seal_load(struct binding *b)
{
	struct load *load = &b->loads[b->nloads - 1], *before = load - 1;

	b->need = farther(b->need, load);
	load->copied = load->size == sizeof(uint64_t) && !load->swapped && load->to < MPT_NSLOTS;
	if (!load->copied || b->nloads == 1 || !before->copied ||
	    before->offset + before->size != load->offset ||
	    before->to + before->size / sizeof(uint64_t) != load->to)
		return;
	before->size = (uint16_t)(before->size + load->size);
	b->nloads--;
}

/* Adds a field to a binding; false where the event has none of that name and kind. */
static bool add_load(struct binding *b, struct tep_event *event, const char *name, unsigned to)
{
	struct tep_format_field *field = tep_find_field(event, name);

	if (!field || field->offset < 0 || field->offset > UINT16_MAX)
		return false;
	if (to == TO_COMM ? field->size != MPT_COMM_LEN : !is_number(field))
		return false;
	fill_load(&b->loads[b->nloads++], field, b->swapped, to);
	seal_load(b);
	return true;
}

static struct tep_event *read_format(struct mpt_decoder *d, const char *group, const char *name,
				     struct mpt_err *err)
{
	cleanup_buf struct mpt_buf text = { 0 };
	struct tep_event *event = NULL;
	char path[160];
	int rc;

	snprintf(path, sizeof(path), "%s/%s/format", group, name);
	rc = d->formats->read(d->formats, path, &text);
	if (rc < 0) {
		mpt_err_set(err, -rc, "events/%s", path);
		return NULL;
	}
	mpt_buf_cstr(&text);
	if (!mpt_format_check(&text)) {
		mpt_err_set(err, EPROTO, "events/%s is no event format", path);
		return NULL;
	}
	mpt_buf_cstr(&text);
	/* not looked up by name: an earlier plan's event may have had the same */
	if (tep_parse_format(d->tep, &event, text.data, text.len, group) != 0 || !event) {
		mpt_err_set(err, EPROTO, "events/%s is no event format", path);
		return NULL;
	}
	return event;
}

/* The two fields that stand in every record, by the first event that is bound. */
static bool bind_common(struct mpt_decoder *d, struct tep_event *event)
{
	struct tep_format_field *type = tep_find_common_field(event, "common_type");
	struct tep_format_field *pid = tep_find_common_field(event, "common_pid");

	if (!type || type->size != 2 || !pid || pid->size != 4)
		return false;
	fill_load(&d->type, type, d->formats->swapped, 0);
	fill_load(&d->pid, pid, d->formats->swapped, 0);
	d->need = farther(farther(0, &d->type), &d->pid);
	return true;
}

/*
 * Argument @n of a syscall tracepoint: they follow the call's number. Each is
 * a register; of an int only its low half is the argument.
 */
static bool add_nth_load(struct binding *b, struct tep_event *event, const struct mpt_field *field,
			 bool is_signed)
{
	struct tep_format_field *at = event->format.fields;
	unsigned n = 1u + field->slot - MPT_SLOT_ARG0;
	struct load *load;

	for (; at && n > 0; n--)
		at = at->next;
	if (!at || at->size != sizeof(uint64_t) || at->offset < 0 || at->offset > UINT16_MAX)
		return false;
	load = &b->loads[b->nloads++];
	*load = (struct load){
		.offset = (uint16_t)at->offset,
		.size = field->size,
		.is_signed = is_signed,
		.swapped = b->swapped,
		.to = field->slot,
	};
	/* where the low half comes last */
	if ((__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__) != b->swapped)
		load->offset = (uint16_t)(load->offset + sizeof(uint64_t) - field->size);
	seal_load(b);
	return true;
}

/*
 * A binding for one event, without fields yet.
 * @max: how many will be added at the most
 */
static struct binding *bind_event(struct mpt_decoder *d, const char *group, const char *name,
				  enum mpt_event_type type, unsigned max, struct tep_event **event,
				  struct mpt_err *err)
{
	struct binding *b = &d->bindings[d->n];

	*event = read_format(d, group, name, err);
	if (!*event)
		return NULL;
	if (d->n == BINDINGS_MAX || (*event)->id < 0 || (*event)->id >= IDS_MAX ||
	    !bind_common(d, *event)) {
		mpt_err_set(err, EPROTO, "events/%s/%s/format cannot be used", group, name);
		return NULL;
	}
	*b = (struct binding){ .type = type,
			       .swapped = d->formats->swapped,
			       .loads = calloc(max, sizeof(struct load)) };
	if (!b->loads) {
		mpt_err_set(err, ENOMEM, "events/%s/%s/format", group, name);
		return NULL;
	}
	d->by_id[(*event)->id] = (uint8_t)++d->n;
	return b;
}

static int missing_field(const char *group, const char *name, const char *field,
			 struct mpt_err *err)
{
	return mpt_err_set(err, EPROTO, "events/%s/%s/format has no usable field '%s'", group, name,
			   field);
}

static bool add_field(struct binding *b, struct tep_event *event, const struct mpt_def *def,
		      const struct mpt_field *field)
{
	const struct mpt_arg *arg;

	if (field->name[0])
		return add_load(b, event, field->name, field->slot);
	arg = &mpt_syscalls[def->syscall].args[field->slot - MPT_SLOT_ARG0];
	return add_nth_load(b, event, field, arg->kind == MPT_ARG_INT);
}

static int bind_def(struct mpt_decoder *d, const char *group, const struct mpt_def *def,
		    struct mpt_err *err)
{
	static const enum mpt_event_type types[MPT_NROLES] = {
		[MPT_ROLE_ENTER] = MPT_EVENT_ENTER,
		[MPT_ROLE_EXIT] = MPT_EVENT_EXIT,
		[MPT_ROLE_ASKED] = MPT_EVENT_ASKED,
		[MPT_ROLE_DENIED] = MPT_EVENT_DENIED,
	};
	struct tep_event *event;
	struct binding *b =
		bind_event(d, group, def->event, types[def->role], def->nfields, &event, err);
	unsigned i;

	if (!b)
		return -EPROTO;
	b->def = def;
	for (i = 0; i < def->nfields; i++)
		if (!add_field(b, event, def, &def->fields[i]))
			return missing_field(group, def->event, def->fields[i].name, err);
	return 0;
}

int mpt_decoder_bind_plan(struct mpt_decoder *d, const struct mpt_plan *plan, struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	unbind_all(d);
	for (i = 0; i < plan->ndefs && rc == 0; i++)
		if (plan->defs[i].role != MPT_ROLE_POISON)
			rc = bind_def(d, mpt_def_group(plan, &plan->defs[i]), &plan->defs[i], err);
	return rc;
}

int mpt_decoder_bind_tasks(struct mpt_decoder *d, bool ends, struct mpt_err *err)
{
	struct tep_event *event;
	struct binding *b =
		bind_event(d, "task", "task_newtask", MPT_EVENT_NEWTASK, 3, &event, err);

	if (!b)
		return -EPROTO;
	if (!add_load(b, event, "pid", TO_TASK) ||
	    !add_load(b, event, "clone_flags", TO_CLONE_FLAGS) ||
	    !add_load(b, event, "comm", TO_COMM))
		return missing_field("task", "task_newtask", "pid, clone_flags, comm", err);
	b = bind_event(d, "task", "task_rename", MPT_EVENT_RENAME, 2, &event, err);
	if (!b)
		return -EPROTO;
	add_load(b, event, "pid", TO_TASK); /* gone from newer kernels; then task stays 0 */
	if (!add_load(b, event, "newcomm", TO_COMM))
		return missing_field("task", "task_rename", "newcomm", err);
	/* who ends is who runs: no field is needed */
	if (ends && !bind_event(d, "sched", "sched_process_exit", MPT_EVENT_END, 1, &event, err))
		return -EPROTO;
	return 0;
}

int mpt_decoder_bind_signals(struct mpt_decoder *d, struct mpt_err *err)
{
	struct tep_event *event;
	struct binding *b;

	unbind_all(d);
	b = bind_event(d, "signal", "signal_generate", MPT_EVENT_SIGNAL, 2, &event, err);
	if (!b)
		return -EPROTO;
	if (!add_load(b, event, "pid", TO_TASK) || !add_load(b, event, "errno", 0))
		return missing_field("signal", "signal_generate", "pid, errno", err);
	return 0;
}

int mpt_decoder_bind_search(struct mpt_decoder *d, const char *group, const char *const *regs,
			    struct mpt_err *err)
{
	struct tep_event *event;
	struct binding *b = bind_event(d, group, MPT_SEARCH_EVENT, MPT_EVENT_SEARCH,
				       2 * MPT_SAVED_MAX, &event, err);
	unsigned i;

	for (i = 0; b && i < MPT_SAVED_MAX && regs[i]; i++) {
		char nr[8], arg[8];

		snprintf(nr, sizeof(nr), "nr%u", i);
		snprintf(arg, sizeof(arg), "a%u", i);
		if (!add_load(b, event, nr, 2 * i) || !add_load(b, event, arg, 2 * i + 1))
			return missing_field(group, MPT_SEARCH_EVENT, nr, err);
	}
	return b ? 0 : -EPROTO;
}

/* A number of a record that is long enough for it. */
static uint64_t number(const struct mpt_record *record, const struct load *load)
{
	const unsigned char *at = (const unsigned char *)record->data + load->offset;
	uint64_t n64;
	uint32_t n32;
	uint16_t n16;

	switch (load->size) {
	case 8:
		memcpy(&n64, at, sizeof(n64));
		return load->swapped ? bswap_64(n64) : n64;
	case 4:
		memcpy(&n32, at, sizeof(n32));
		n32 = load->swapped ? bswap_32(n32) : n32;
		return load->is_signed ? (uint64_t)(int32_t)n32 : n32;
	case 2:
		memcpy(&n16, at, sizeof(n16));
		n16 = load->swapped ? bswap_16(n16) : n16;
		return load->is_signed ? (uint64_t)(int16_t)n16 : n16;
	default:
		return load->is_signed ? (uint64_t)(int8_t)*at : *at;
	}
}

/* The common fields, whose sizes are the same everywhere (bind_common()). */
static uint16_t type_of(const struct mpt_record *record, const struct load *load)
{
	uint16_t n;

	memcpy(&n, (const char *)record->data + load->offset, sizeof(n));
	return load->swapped ? bswap_16(n) : n;
}

static pid_t pid_of(const struct mpt_record *record, const struct load *load)
{
	uint32_t n;

	memcpy(&n, (const char *)record->data + load->offset, sizeof(n));
	return (pid_t)(load->swapped ? bswap_32(n) : n);
}

static void load_field(const struct mpt_record *record, const struct load *load,
		       struct mpt_event *ret)
{
	if (load->copied)
		memcpy(&ret->val[load->to], (const char *)record->data + load->offset, load->size);
	else if (load->to < MPT_NSLOTS)
		ret->val[load->to] = number(record, load);
	else if (load->to == TO_COMM)
		memcpy(ret->comm, (const char *)record->data + load->offset, MPT_COMM_LEN);
	else if (load->to == TO_TASK)
		ret->task = (pid_t)number(record, load);
	else
		ret->clone_flags = number(record, load);
}

/* NULL for a record that is not ours, or too short for its format. */
static const struct binding *binding_of(const struct mpt_decoder *d,
					const struct mpt_record *record)
{
	const struct binding *b;
	uint16_t id;

	if (d->n == 0 || record->size < d->need)
		return NULL;
	id = type_of(record, &d->type);
	if (d->by_id[id] == 0)
		return NULL;
	b = &d->bindings[d->by_id[id] - 1];
	return record->size < b->need ? NULL : b;
}

void mpt_decode(const struct mpt_decoder *d, const struct mpt_record *record, struct mpt_event *ret)
{
	const struct binding *b = binding_of(d, record);
	unsigned i;

	ret->type = b ? b->type : MPT_EVENT_OTHER;
	if (!b)
		return;
	ret->cpu = record->cpu;
	ret->ts = record->ts;
	ret->tid = pid_of(record, &d->pid);
	ret->def = b->def;
	ret->task = 0;
	for (i = 0; i < b->nloads; i++)
		load_field(record, &b->loads[i], ret);
}
