/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_write.c - writing a trace.dat.
 *
 * In: sub-buffers as they are read, and what their reader will need. Out: a
 * file that can be read at any moment. The format wants the sub-buffers of a
 * CPU in one piece, whose length nobody knows before the end: so each CPU, and
 * the note, gets a region of the file that no disk could fill, and the file is
 * mostly holes while it grows. At the end the holes are taken out, where the
 * file system can without copying. It decodes nothing.
 */
#include "dat_write.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "clock.h"
#include "create.h"
#include "dat.h"
#include "err.h"
#include "file.h"
#include "source.h"

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

/* Of a region, as a power of two: what ext4 has room for, and what is too small for a trace. */
enum { REGION_BITS_MAX = 40, REGION_BITS_MIN = 24 };
enum { COPY_BYTES = 1 << 20, NOTE_RESERVE = 1 << 16 };
enum { NAMES_ROOM = 1 << 13 }; /* some 400 threads */

struct mpt_dat_writer {
	char *path;
	int fd;
	unsigned ncpus;
	size_t page_size;
	uint64_t region;     /* bytes; the header's is the first, the note's the last */
	struct mpt_buf head; /* of the header: up to the names */
	struct mpt_buf tail; /* and from there on */
	size_t table_at;     /* in tail: the table of CPUs */
	size_t mark_at;
	struct mpt_buf plan; /* of the note: what is known from the beginning */
	struct mpt_dat_cpu *table;
	struct mpt_dat_mark mark;
	struct mpt_buf pending; /* of the note */
	bool dirty;
	int failed; /* -errno */
};

/* --- bytes ---------------------------------------------------------------- */

static int write_at(int fd, const void *bytes, size_t n, uint64_t at)
{
	while (n > 0) {
		ssize_t rc = pwrite(fd, bytes, n, (off_t)at);

		if (rc < 0 && errno == EINTR)
			continue;
		if (rc <= 0)
			return rc < 0 ? -errno : -EIO;
		bytes = (const char *)bytes + rc;
		n -= (size_t)rc;
		at += (uint64_t)rc;
	}
	return 0;
}

static int read_at(int fd, void *bytes, size_t n, uint64_t at)
{
	ssize_t rc;

	do {
		rc = pread(fd, bytes, n, (off_t)at);
	} while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return -errno;
	return (size_t)rc == n ? 0 : -EIO;
}

static void put_u16(struct mpt_buf *buf, uint16_t n)
{
	mpt_buf_put(buf, &n, sizeof(n));
}

static void put_u32(struct mpt_buf *buf, uint32_t n)
{
	mpt_buf_put(buf, &n, sizeof(n));
}

static void put_u64(struct mpt_buf *buf, uint64_t n)
{
	mpt_buf_put(buf, &n, sizeof(n));
}

static void put_sized(struct mpt_buf *buf, const struct mpt_buf *bytes)
{
	put_u64(buf, bytes->len);
	mpt_buf_put(buf, bytes->data, bytes->len);
}

static void put_option(struct mpt_buf *buf, enum mpt_dat_option option, const char *text)
{
	size_t n = text ? strlen(text) + 1 : 0;

	put_u16(buf, (uint16_t)option);
	put_u32(buf, (uint32_t)n);
	mpt_buf_put(buf, text, n);
}

/* --- the file -------------------------------------------------------------- */

/* ftruncate(2), for which a limit (ulimit -f) is an error and not a death. */
static int set_size(int fd, uint64_t size)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN }, old;
	int rc;

	sigaction(SIGXFSZ, &ignore, &old);
	rc = ftruncate(fd, (off_t)size) < 0 ? -errno : 0;
	sigaction(SIGXFSZ, &old, NULL);
	return rc;
}

/* A file system without holes would fill them with zeros. */
static int check_holes(int fd)
{
	struct stat st;
	int rc = set_size(fd, COPY_BYTES);

	if (rc < 0)
		return rc;
	if (fstat(fd, &st) < 0)
		return -errno;
	return st.st_blocks * 512 < COPY_BYTES ? 0 : -EOPNOTSUPP;
}

static int make_file(struct mpt_dat_writer *w, struct mpt_err *err)
{
	struct stat st;
	int rc;

	w->fd = mpt_create(w->path, O_RDWR | O_NONBLOCK);
	if (w->fd < 0)
		return mpt_err_set(err, -w->fd, "cannot write to '%s'", w->path);
	if (fstat(w->fd, &st) < 0)
		return mpt_err_set(err, errno, "cannot write to '%s'", w->path);
	if (!S_ISREG(st.st_mode)) {
		mpt_err_set(err, ENOTSUP, "cannot record to '%s', which is no regular file",
			    w->path);
		return -ENOTSUP;
	}
	rc = set_size(w->fd, 0);
	if (rc == 0)
		rc = check_holes(w->fd);
	if (rc == -EOPNOTSUPP) {
		mpt_err_set(err, 0, "cannot record to '%s': files have no holes there", w->path);
		mpt_err_hint(err, "record to another file system");
		return rc;
	}
	return rc < 0 ? mpt_err_set(err, -rc, "cannot write to '%s'", w->path) : 0;
}

int mpt_dat_create(const char *path, struct mpt_dat_writer **ret, struct mpt_err *err)
{
	struct mpt_dat_writer *w = calloc(1, sizeof(*w));
	int rc;

	if (!w)
		return mpt_err_set(err, ENOMEM, "cannot write to '%s'", path);
	w->fd = -1;
	w->path = strdup(path);
	rc = w->path ? make_file(w, err) : mpt_err_set(err, ENOMEM, "%s", path);
	if (rc < 0) {
		mpt_dat_close(w);
		return rc;
	}
	*ret = w;
	return 0;
}

void mpt_dat_close(struct mpt_dat_writer *w)
{
	if (!w)
		return;
	if (w->fd >= 0)
		close(w->fd);
	mpt_buf_free(&w->head);
	mpt_buf_free(&w->tail);
	mpt_buf_free(&w->plan);
	mpt_buf_free(&w->pending);
	free(w->table);
	free(w->path);
	free(w);
}

/* The largest regions that file system and limits allow. */
static int choose_region(struct mpt_dat_writer *w)
{
	unsigned bits;

	for (bits = REGION_BITS_MAX; bits >= REGION_BITS_MIN; bits--) {
		w->region = UINT64_C(1) << bits;
		if (w->ncpus + 2 <= INT64_MAX / w->region &&
		    set_size(w->fd, (w->ncpus + 2) * w->region) == 0)
			return set_size(w->fd, 0);
	}
	return -EFBIG;
}

/* --- the header ------------------------------------------------------------- */

static int put_file(struct mpt_buf *buf, int dir, const char *path, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf text = { 0 };
	int rc = mpt_file_read(dir, path, &text);

	if (rc < 0)
		return mpt_err_set(err, -rc, "events/%s", path);
	put_sized(buf, &text);
	return 0;
}

static int put_format(struct mpt_buf *buf, int dir, const char *system, const char *event,
		      struct mpt_err *err)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/%s/format", system, event);
	return put_file(buf, dir, path, err);
}

static void put_system(struct mpt_buf *buf, const char *name, unsigned events)
{
	mpt_buf_put(buf, name, strlen(name) + 1);
	put_u32(buf, events);
}

static unsigned count_recorded(const struct mpt_plan *plan)
{
	unsigned i, n = 0;

	for (i = 0; i < plan->ndefs; i++)
		n += plan->defs[i].role != MPT_ROLE_POISON;
	return n;
}

static int put_events(struct mpt_buf *buf, int dir, const struct mpt_plan *plan,
		      struct mpt_err *err)
{
	unsigned i;
	int rc = 0;

	put_u32(buf, plan->denied ? 3 : 2);
	/* one has them all: there are probes, or tracepoints */
	put_system(buf, mpt_def_group(plan, &plan->defs[0]), count_recorded(plan));
	for (i = 0; i < plan->ndefs && rc == 0; i++)
		if (plan->defs[i].role != MPT_ROLE_POISON)
			rc = put_format(buf, dir, mpt_def_group(plan, &plan->defs[i]),
					plan->defs[i].event, err);
	put_system(buf, "task", 2);
	if (rc == 0)
		rc = put_format(buf, dir, "task", "task_newtask", err);
	if (rc == 0)
		rc = put_format(buf, dir, "task", "task_rename", err);
	if (rc < 0 || !plan->denied)
		return rc;
	put_system(buf, "sched", 1);
	return put_format(buf, dir, "sched", "sched_process_exit", err);
}

/* Up to and with the texts of trace_printk(), of which there are none. */
static int put_head(struct mpt_dat_writer *w, int dir, const struct mpt_plan *plan,
		    struct mpt_err *err)
{
	struct mpt_buf *buf = &w->head;
	int rc;

	mpt_buf_puts(buf, MPT_DAT_MAGIC);
	mpt_buf_put(buf, MPT_DAT_VERSION, sizeof(MPT_DAT_VERSION));
	mpt_buf_putc(buf, __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	mpt_buf_putc(buf, sizeof(long));
	put_u32(buf, (uint32_t)w->page_size);
	mpt_buf_put(buf, MPT_DAT_PAGE, sizeof(MPT_DAT_PAGE));
	rc = put_file(buf, dir, "header_page", err);
	mpt_buf_put(buf, MPT_DAT_EVENT, sizeof(MPT_DAT_EVENT));
	if (rc == 0)
		rc = put_file(buf, dir, "header_event", err);
	put_u32(buf, 0); /* ftrace's own events */
	if (rc == 0)
		rc = put_events(buf, dir, plan, err);
	put_u32(buf, 0); /* kallsyms */
	put_u32(buf, 0); /* printk */
	return rc;
}

static void put_uname(struct mpt_buf *buf)
{
	struct utsname uts;
	char text[sizeof(uts) + 4];

	uname(&uts);
	snprintf(text, sizeof(text), "%s %s %s %s", uts.sysname, uts.nodename, uts.release,
		 uts.machine);
	put_option(buf, MPT_DAT_UNAME, text);
}

/*
 * Names are known at the end only, and what follows them must not move then: a kill in
 * the midst of it would leave a header that is half of each. Empty lines are none.
 */
static void put_names(struct mpt_buf *buf, const struct mpt_buf *names)
{
	size_t room = names->len > NAMES_ROOM ? names->len : NAMES_ROOM, i;

	put_u64(buf, room);
	mpt_buf_put(buf, names->data, names->len);
	for (i = names->len; i < room; i++)
		mpt_buf_putc(buf, '\n');
}

/* From the names on; table and mark are those of the moment. */
static void put_tail(struct mpt_dat_writer *w, const struct mpt_buf *names)
{
	static const char clock[] = "[" MPT_TRACE_CLOCK "]\n";
	struct mpt_buf *buf = &w->tail;

	buf->len = 0;
	put_names(buf, names);
	put_u32(buf, w->ncpus);
	mpt_buf_put(buf, MPT_DAT_OPTIONS, sizeof(MPT_DAT_OPTIONS));
	put_option(buf, MPT_DAT_TRACECLOCK, NULL);
	put_uname(buf);
	put_option(buf, MPT_DAT_WRITER, PACKAGE_STRING);
	put_u16(buf, MPT_DAT_END);
	mpt_buf_put(buf, MPT_DAT_RECORD, sizeof(MPT_DAT_RECORD));
	w->table_at = buf->len;
	mpt_buf_put(buf, w->table, w->ncpus * sizeof(*w->table));
	put_u64(buf, sizeof(clock));
	mpt_buf_put(buf, clock, sizeof(clock));
	w->mark_at = buf->len;
	mpt_buf_put(buf, &w->mark, sizeof(w->mark));
	mpt_buf_put(buf, w->plan.data, w->plan.len);
}

/* What changes of the header while the file grows is in one piece. */
static int write_table(struct mpt_dat_writer *w)
{
	size_t n = w->mark_at + sizeof(w->mark) - w->table_at;

	memcpy(w->tail.data + w->table_at, w->table, w->ncpus * sizeof(*w->table));
	memcpy(w->tail.data + w->mark_at, &w->mark, sizeof(w->mark));
	return write_at(w->fd, w->tail.data + w->table_at, n, w->head.len + w->table_at);
}

/* Where nothing else has moved. */
static int write_names(struct mpt_dat_writer *w)
{
	int rc = write_at(w->fd, w->tail.data, sizeof(uint64_t) + NAMES_ROOM, w->head.len);

	return rc < 0 ? rc : write_table(w);
}

static int lay_out(struct mpt_dat_writer *w, const struct mpt_source *source)
{
	unsigned i;
	int rc;

	w->ncpus = source->ncpus;
	w->page_size = source->page_size;
	rc = choose_region(w);
	w->table = calloc(w->ncpus + 1, sizeof(*w->table));
	if (!w->table)
		return -ENOMEM;
	for (i = 0; i < w->ncpus; i++)
		w->table[i].offset = (i + 1) * w->region;
	w->mark = (struct mpt_dat_mark){ .name = MPT_DAT_MARK,
					 .version = MPT_DAT_MARK_VERSION,
					 .note_offset = (w->ncpus + 1) * w->region };
	return rc;
}

static int write_header(struct mpt_dat_writer *w)
{
	int rc = w->head.failed || w->tail.failed ? -ENOMEM : 0;

	if (rc == 0)
		rc = write_at(w->fd, w->head.data, w->head.len, 0);
	return rc < 0 ? rc : write_at(w->fd, w->tail.data, w->tail.len, w->head.len);
}

int mpt_dat_begin(struct mpt_dat_writer *w, int eventsdir, const struct mpt_note *note,
		  const struct mpt_source *source, struct mpt_err *err)
{
	const struct mpt_buf no_names = { 0 };
	int rc = lay_out(w, source);

	if (rc < 0)
		return mpt_err_set(err, -rc, "cannot write to '%s'", w->path);
	rc = put_head(w, eventsdir, &note->plan, err);
	if (rc < 0)
		return rc;
	mpt_note_put(&w->plan, note);
	w->mark.plan_size = w->plan.len;
	put_tail(w, &no_names);
	/* so that a full disk leaves room to say who is who */
	fallocate(w->fd, FALLOC_FL_KEEP_SIZE, (off_t)w->mark.note_offset, NOTE_RESERVE);
	rc = write_header(w);
	if (rc < 0)
		return mpt_err_set(err, -rc, "cannot write to '%s'", w->path);
	mpt_dat_sync(w);
	return 0;
}

/* --- while it grows --------------------------------------------------------- */

static int put_pages(struct mpt_dat_writer *w, struct mpt_dat_cpu *row, const void *pages,
		     size_t size)
{
	int rc = row->size + size > w->region
			 ? -EFBIG
			 : write_at(w->fd, pages, size, row->offset + row->size);

	if (rc < 0)
		return rc;
	row->size += size;
	w->dirty = true;
	return 0;
}

/* In one piece; where there is no room for it, as much as there is room for. */
static void take_pages(struct mpt_dat_writer *w, unsigned cpu, const void *pages, unsigned n)
{
	struct mpt_dat_cpu *row = &w->table[cpu];
	const char *page = pages;

	if (w->failed || put_pages(w, row, pages, n * w->page_size) == 0)
		return;
	for (; n > 0 && w->failed == 0; n--, page += w->page_size)
		w->failed = put_pages(w, row, page, w->page_size);
}

struct tee {
	struct mpt_source source;
	struct mpt_source *from;
	struct mpt_dat_writer *to;
};

static int tee_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct tee *tee = (struct tee *)source;
	int n = mpt_source_read(tee->from, cpu, page);

	if (n <= 0)
		return n;
	memset((char *)page + n, 0, source->page_size - (size_t)n);
	take_pages(tee->to, cpu, page, 1);
	return n;
}

/* What is behind the records of a full one the kernel has cleared. */
static int tee_read_full(struct mpt_source *source, unsigned cpu, void *pages, unsigned max)
{
	struct tee *tee = (struct tee *)source;
	int n = mpt_source_read_full(tee->from, cpu, pages, max);

	if (n > 0)
		take_pages(tee->to, cpu, pages, (unsigned)n);
	return n;
}

static void tee_close(struct mpt_source *source)
{
	free(source);
}

static const struct mpt_source_ops tee_ops = { .read = tee_read,
					       .read_full = tee_read_full,
					       .close = tee_close };

struct mpt_source *mpt_dat_tee(struct mpt_dat_writer *w, struct mpt_source *from)
{
	struct tee *tee = malloc(sizeof(*tee));

	if (!tee)
		return NULL;
	*tee = (struct tee){ .source = *from, .from = from, .to = w };
	tee->source.ops = &tee_ops;
	return &tee->source;
}

void mpt_dat_known(struct mpt_dat_writer *w, const struct mpt_known *known)
{
	mpt_note_put_known(&w->pending, known);
}

static int write_note(struct mpt_dat_writer *w)
{
	int rc = w->pending.failed ? -ENOMEM : 0;

	if (rc == 0)
		rc = write_at(w->fd, w->pending.data, w->pending.len,
			      w->mark.note_offset + w->mark.note_size);
	if (rc == 0)
		w->mark.note_size += w->pending.len;
	w->pending.len = 0;
	w->dirty = true;
	return rc;
}

/* Even after a failure: what is there already needs no more room. */
void mpt_dat_sync(struct mpt_dat_writer *w)
{
	int rc = 0;

	if (w->pending.len)
		rc = write_note(w);
	if (rc == 0 && w->dirty)
		rc = write_table(w);
	w->dirty = false;
	if (rc < 0 && !w->failed)
		w->failed = rc;
}

int mpt_dat_failed(const struct mpt_dat_writer *w)
{
	return w->failed;
}

/* --- the end ---------------------------------------------------------------- */

static uint64_t align(const struct mpt_dat_writer *w, uint64_t at)
{
	return (at + w->page_size - 1) / w->page_size * w->page_size;
}

/* Copies a region down, clear of itself. Where there is no room for both, it stays where it is. */
static int copy_down(struct mpt_dat_writer *w, uint64_t from, uint64_t to, uint64_t size)
{
	cleanup_free char *bytes = malloc(COPY_BYTES);
	uint64_t done = 0;
	int rc = bytes ? 0 : -ENOMEM;

	while (rc == 0 && done < size) {
		size_t n = size - done < COPY_BYTES ? (size_t)(size - done) : COPY_BYTES;

		rc = read_at(w->fd, bytes, n, from + done);
		if (rc == 0)
			rc = write_at(w->fd, bytes, n, to + done);
		done += n;
	}
	if (rc < 0)
		fallocate(w->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, (off_t)to,
			  (off_t)align(w, done));
	return rc;
}

static void shift_down(struct mpt_dat_writer *w, uint64_t from, uint64_t by)
{
	unsigned i;

	for (i = 0; i < w->ncpus; i++)
		if (w->table[i].offset >= from)
			w->table[i].offset -= by;
	if (w->mark.note_offset >= from)
		w->mark.note_offset -= by;
}

/*
 * Takes out what is between @end, where all before ends, and a region. ext4
 * and xfs need only write down that it is gone; elsewhere the region is copied.
 * Returns where the region ends now.
 */
static uint64_t close_gap(struct mpt_dat_writer *w, uint64_t end, uint64_t *offset, uint64_t size)
{
	uint64_t from = *offset;

	if (from == end) {
		;
	} else if (fallocate(w->fd, FALLOC_FL_COLLAPSE_RANGE, (off_t)end, (off_t)(from - end)) ==
		   0) {
		shift_down(w, from, from - end);
	} else if (end + size <= from && copy_down(w, from, end, size) == 0) {
		*offset = end;
	}
	write_table(w);
	return align(w, *offset + size);
}

/* What was never written is not moved, nor left where the file no longer reaches. */
static void compact(struct mpt_dat_writer *w)
{
	uint64_t end = align(w, w->head.len + w->tail.len);
	unsigned i;
	int rc;

	/* so that a reader can tell by it whether a gap is gone that the table still has */
	set_size(w->fd, w->mark.note_offset + w->mark.note_size);
	for (i = 0; i < w->ncpus; i++)
		if (w->table[i].size)
			end = close_gap(w, end, &w->table[i].offset, w->table[i].size);
	close_gap(w, end, &w->mark.note_offset, w->mark.note_size);
	for (i = 0; i < w->ncpus; i++)
		if (!w->table[i].size)
			w->table[i].offset = end;
	write_table(w);
	rc = set_size(w->fd, w->mark.note_offset + w->mark.note_size);
	if (rc < 0 && !w->failed)
		w->failed = rc;
}

static void write_end(struct mpt_dat_writer *w, const struct mpt_buf *names)
{
	size_t before = w->tail.len;
	int rc;

	put_tail(w, names);
	if (w->tail.len == before && !w->tail.failed)
		rc = write_names(w);
	else
		rc = write_header(w);
	if (rc < 0) {
		/* without the names it needs no room that it has not */
		const struct mpt_buf no_names = { 0 };

		put_tail(w, &no_names);
		rc = write_header(w);
	}
	if (rc < 0 && !w->failed)
		w->failed = rc;
}

int mpt_dat_finish(struct mpt_dat_writer *w, const struct mpt_buf *names, uint64_t lost,
		   uint64_t duration, struct mpt_err *err)
{
	int rc;

	mpt_dat_sync(w);
	w->mark.state = w->failed ? MPT_DAT_CUT : MPT_DAT_WHOLE;
	w->mark.error = (uint32_t)-w->failed;
	w->mark.lost = lost;
	w->mark.duration = duration;
	write_end(w, names);
	compact(w);
	rc = close(w->fd);
	w->fd = -1;
	if (rc < 0 && !w->failed)
		w->failed = -errno;
	if (!w->failed)
		return 0;
	mpt_err_set(err, -w->failed, "cannot write to '%s'", w->path);
	mpt_err_hint(err, "what it has can be read");
	return w->failed;
}
