/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * dat_read.c - reading a trace.dat that we wrote.
 *
 * In: a file that nobody vouches for. Out: sub-buffers whose lengths are true,
 * the texts of event formats, the note; or one line that says what is wrong,
 * and where. It never maps the file, which may change under it.
 */
#include "dat_read.h"

#include <byteswap.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "buf.h"
#include "cleanup.h"
#include "err.h"
#include "page.h"

enum {
	TEXT_MAX = 1 << 20,  /* of one event's format: 128 fields are a fortieth of that */
	FORMATS_MAX = 128,   /* ours are 21 at the most */
	NAME_MAX_LEN = 64,   /* of a group, of an event */
	LINE_MAX_LEN = 1024, /* of the note */
	CPUS_MAX = 8192,     /* NR_CPUS of any kernel */
	PAGE_MIN = 4096,
	PAGE_MAX = 1 << 20,
	/* a page of the file that is being looked at */
	WINDOW = 4096,
};

/* Where the text of a format is. */
struct format {
	char path[2 * NAME_MAX_LEN + 8];
	uint64_t offset;
	uint64_t size;
};

struct mpt_dat {
	struct mpt_source source; /* first: it is what others have a pointer to */
	struct mpt_formats formats;
	char *name;
	int fd;
	uint64_t size;
	uint64_t at; /* while the header is read */
	struct format texts[FORMATS_MAX];
	unsigned ntexts;
	bool has_clock;
	struct mpt_dat_cpu *cpus;
	uint64_t *done; /* bytes of each CPU that were read */
	struct mpt_dat_mark mark;
	struct mpt_note note;
	struct mpt_err damage;
	int damaged; /* -errno */
};

/* --- bytes ---------------------------------------------------------------- */

static int bad(const struct mpt_dat *dat, struct mpt_err *err, const char *what)
{
	return mpt_err_set(err, EPROTO, "'%s' at offset %" PRIu64 ": %s", dat->name, dat->at, what);
}

static int foreign(const struct mpt_dat *dat, struct mpt_err *err)
{
	mpt_err_set(err, 0, "'%s' is a trace.dat that mempoltrace did not write", dat->name);
	mpt_err_hint(err, "trace-cmd report reads it");
	return -EPROTO;
}

static int read_at(const struct mpt_dat *dat, void *to, size_t n, uint64_t at, struct mpt_err *err)
{
	ssize_t rc;

	do {
		rc = pread(dat->fd, to, n, (off_t)at);
	} while (rc < 0 && errno == EINTR);
	if (rc < 0)
		return mpt_err_set(err, errno, "'%s' at offset %" PRIu64, dat->name, at);
	if ((size_t)rc != n)
		return mpt_err_set(err, EPROTO, "'%s' ends at offset %" PRIu64, dat->name,
				   at + (uint64_t)rc);
	return 0;
}

/* The next @n bytes of the header; what is to come is said where the file ends. */
static int take(struct mpt_dat *dat, void *to, size_t n, const char *what, struct mpt_err *err)
{
	int rc;

	if (n > dat->size - dat->at)
		return mpt_err_set(err, EPROTO, "'%s' ends at offset %" PRIu64 ", within %s",
				   dat->name, dat->size, what);
	rc = read_at(dat, to, n, dat->at, err);
	dat->at += n;
	return rc;
}

static int skip(struct mpt_dat *dat, uint64_t n, const char *what, struct mpt_err *err)
{
	if (n > dat->size - dat->at)
		return mpt_err_set(err, EPROTO, "'%s' ends at offset %" PRIu64 ", within %s",
				   dat->name, dat->size, what);
	dat->at += n;
	return 0;
}

static int take_u16(struct mpt_dat *dat, uint16_t *ret, const char *what, struct mpt_err *err)
{
	int rc = take(dat, ret, sizeof(*ret), what, err);

	if (dat->source.swapped)
		*ret = bswap_16(*ret);
	return rc;
}

static int take_u32(struct mpt_dat *dat, uint32_t *ret, const char *what, struct mpt_err *err)
{
	int rc = take(dat, ret, sizeof(*ret), what, err);

	if (dat->source.swapped)
		*ret = bswap_32(*ret);
	return rc;
}

static int take_u64(struct mpt_dat *dat, uint64_t *ret, const char *what, struct mpt_err *err)
{
	int rc = take(dat, ret, sizeof(*ret), what, err);

	if (dat->source.swapped)
		*ret = bswap_64(*ret);
	return rc;
}

/* A string with its NUL. */
static int take_string(struct mpt_dat *dat, char *ret, size_t size, struct mpt_err *err)
{
	size_t n = 0;

	do {
		int rc = n < size ? take(dat, ret + n, 1, "a name", err)
				  : bad(dat, err, "a name is too long");

		if (rc < 0)
			return rc;
	} while (ret[n++]);
	return 0;
}

static int expect(struct mpt_dat *dat, const char *text, size_t n, struct mpt_err *err)
{
	char have[16];
	uint64_t at = dat->at;
	int rc = take(dat, have, n, text, err);

	if (rc == 0 && memcmp(have, text, n) != 0) {
		dat->at = at;
		return mpt_err_set(err, EPROTO, "'%s' at offset %" PRIu64 ": there is no '%s'",
				   dat->name, at, text);
	}
	return rc;
}

/* --- the header ------------------------------------------------------------- */

static int read_magic(struct mpt_dat *dat, struct mpt_err *err)
{
	char magic[sizeof(MPT_DAT_MAGIC) - 1], version[16];
	struct mpt_err ignored = { 0 };

	if (take(dat, magic, sizeof(magic), "", &ignored) < 0 ||
	    memcmp(magic, MPT_DAT_MAGIC, sizeof(magic)) != 0) {
		mpt_err_set(err, 0, "'%s' is no trace.dat", dat->name);
		return -EPROTO;
	}
	if (take_string(dat, version, sizeof(version), err) < 0)
		return -EPROTO;
	return strcmp(version, MPT_DAT_VERSION) == 0 ? 0 : foreign(dat, err);
}

static int read_machine(struct mpt_dat *dat, struct mpt_err *err)
{
	unsigned char order_and_long[2];
	uint32_t page = 0;
	int rc = take(dat, order_and_long, 2, "the header", err);

	if (rc < 0)
		return rc;
	dat->source.swapped = (order_and_long[0] != 0) != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__);
	dat->source.long_size = order_and_long[1];
	rc = take_u32(dat, &page, "the header", err);
	if (rc < 0)
		return rc;
	if (dat->source.long_size != 4 && dat->source.long_size != 8)
		return bad(dat, err, "no size of a long is like that");
	if (page < PAGE_MIN || page > PAGE_MAX || (page & (page - 1)) != 0)
		return bad(dat, err, "no size of a page is like that");
	dat->source.page_size = page;
	return 0;
}

/* A text with its length before it; where it is is kept under the name of @path. */
static int read_text(struct mpt_dat *dat, const char *path, struct mpt_err *err)
{
	struct format *text = &dat->texts[dat->ntexts];
	uint64_t size = 0;
	int rc = take_u64(dat, &size, "a text", err);

	if (rc == 0 && path) {
		if (size > TEXT_MAX || dat->ntexts == FORMATS_MAX)
			return bad(dat, err, "this is too much for an event");
		snprintf(text->path, sizeof(text->path), "%s", path);
		text->offset = dat->at;
		text->size = size;
		dat->ntexts++;
	}
	return rc < 0 ? rc : skip(dat, size, "a text", err);
}

/* "name: NAME\n" begins each; only those that we have probes or a use for are kept. */
static int read_format(struct mpt_dat *dat, const char *system, struct mpt_err *err)
{
	char head[NAME_MAX_LEN + 8] = "", path[2 * NAME_MAX_LEN + 8];
	uint64_t left = dat->size - dat->at, size;
	char name[NAME_MAX_LEN];

	size = left < 8 ? 0 : left - 8;
	if (size > sizeof(head) - 1)
		size = sizeof(head) - 1;
	if (read_at(dat, head, (size_t)size, dat->at + 8, err) < 0)
		return -EPROTO;
	if (sscanf(head, "name: %63[^\n]\n", name) != 1)
		return read_text(dat, NULL, err);
	snprintf(path, sizeof(path), "%s/%s/format", system, name);
	return read_text(dat, path, err);
}

static bool is_ours(const char *system)
{
	return strncmp(system, "mempoltrace_", 12) == 0 || strcmp(system, MPT_EVENTS_GROUP) == 0 ||
	       strcmp(system, "task") == 0 || strcmp(system, "sched") == 0;
}

static int read_system(struct mpt_dat *dat, struct mpt_err *err)
{
	char name[NAME_MAX_LEN];
	uint32_t n = 0, i;
	int rc = take_string(dat, name, sizeof(name), err);

	if (rc == 0)
		rc = take_u32(dat, &n, "the event formats", err);
	for (i = 0; i < n && rc == 0; i++)
		rc = is_ours(name) && dat->ntexts < FORMATS_MAX ? read_format(dat, name, err)
								: read_text(dat, NULL, err);
	return rc;
}

static int read_systems(struct mpt_dat *dat, struct mpt_err *err)
{
	uint32_t n = 0, i;
	int rc = take_u32(dat, &n, "the event formats", err);

	for (i = 0; i < n && rc == 0; i++)
		rc = read_system(dat, err);
	return rc;
}

static int read_ftrace(struct mpt_dat *dat, struct mpt_err *err)
{
	uint32_t n = 0, i;
	int rc = take_u32(dat, &n, "the formats of ftrace", err);

	for (i = 0; i < n && rc == 0; i++)
		rc = read_text(dat, NULL, err);
	return rc;
}

static int skip_u32(struct mpt_dat *dat, const char *what, struct mpt_err *err)
{
	uint32_t n = 0;
	int rc = take_u32(dat, &n, what, err);

	return rc < 0 ? rc : skip(dat, n, what, err);
}

static int read_option(struct mpt_dat *dat, bool *end, struct mpt_err *err)
{
	uint16_t option = 0;
	int rc = take_u16(dat, &option, "the options", err);

	*end = option == MPT_DAT_END;
	if (rc < 0 || *end)
		return rc;
	dat->has_clock = dat->has_clock || option == MPT_DAT_TRACECLOCK;
	return skip_u32(dat, "the options", err);
}

static int read_options(struct mpt_dat *dat, struct mpt_err *err)
{
	char kind[sizeof(MPT_DAT_OPTIONS)];
	bool end = false;
	int rc = take(dat, kind, sizeof(kind), "the header", err);

	if (rc < 0 || memcmp(kind, MPT_DAT_RECORD, sizeof(kind)) == 0)
		return rc;
	if (memcmp(kind, MPT_DAT_OPTIONS, sizeof(kind)) != 0)
		return foreign(dat, err);
	while (rc == 0 && !end)
		rc = read_option(dat, &end, err);
	return rc < 0 ? rc : expect(dat, MPT_DAT_RECORD, sizeof(MPT_DAT_RECORD), err);
}

static int make_cpus(struct mpt_dat *dat, struct mpt_err *err)
{
	unsigned n = dat->source.ncpus;

	if (n > CPUS_MAX || n > dat->size / sizeof(*dat->cpus))
		return bad(dat, err, "there cannot be so many CPUs");
	dat->cpus = calloc(n + 1, sizeof(*dat->cpus));
	dat->done = calloc(n + 1, sizeof(*dat->done));
	return dat->cpus && dat->done ? 0 : mpt_err_set(err, ENOMEM, "'%s'", dat->name);
}

/* The first damage is the one that is told. */
static int note_damage(struct mpt_dat *dat, int rc, const struct mpt_err *why)
{
	if (dat->damaged)
		return dat->damaged;
	dat->damage = *why;
	dat->damaged = rc;
	return rc;
}

static int read_cpu(struct mpt_dat *dat, struct mpt_dat_cpu *cpu, struct mpt_err *err)
{
	int rc = take_u64(dat, &cpu->offset, "the table of CPUs", err);

	return rc < 0 ? rc : take_u64(dat, &cpu->size, "the table of CPUs", err);
}

static int read_table(struct mpt_dat *dat, struct mpt_err *err)
{
	unsigned i;
	int rc = make_cpus(dat, err);

	for (i = 0; i < dat->source.ncpus && rc == 0; i++)
		rc = read_cpu(dat, &dat->cpus[i], err);
	return rc < 0 || !dat->has_clock ? rc : read_text(dat, NULL, err);
}

static void swap_mark(struct mpt_dat_mark *mark)
{
	mark->version = bswap_32(mark->version);
	mark->state = bswap_32(mark->state);
	mark->error = bswap_32(mark->error);
	mark->plan_size = bswap_64(mark->plan_size);
	mark->note_offset = bswap_64(mark->note_offset);
	mark->note_size = bswap_64(mark->note_size);
	mark->lost = bswap_64(mark->lost);
	mark->duration = bswap_64(mark->duration);
}

static int read_mark(struct mpt_dat *dat, struct mpt_err *err)
{
	struct mpt_dat_mark *mark = &dat->mark;
	struct mpt_err ignored = { 0 };

	if (take(dat, mark, sizeof(*mark), "", &ignored) < 0 ||
	    memcmp(mark->name, MPT_DAT_MARK, sizeof(mark->name)) != 0)
		return foreign(dat, err);
	if (dat->source.swapped)
		swap_mark(mark);
	if (mark->version != MPT_DAT_MARK_VERSION)
		return bad(dat, err, "another version of mempoltrace wrote this");
	return 0;
}

/* Where the first gap begins, and how long it is; 0: there is none. */
static uint64_t find_gap(const struct mpt_dat *dat, uint64_t *ret)
{
	uint64_t page = dat->source.page_size, end = dat->at + dat->mark.plan_size;
	unsigned i;

	for (i = 0; i < dat->source.ncpus; i++) {
		const struct mpt_dat_cpu *cpu = &dat->cpus[i];

		*ret = (end + page - 1) / page * page;
		if (cpu->size && cpu->offset != *ret)
			return cpu->offset - *ret;
		end = cpu->size ? cpu->offset + cpu->size : end;
	}
	*ret = (end + page - 1) / page * page;
	return dat->mark.note_offset - *ret;
}

/*
 * At the end the writer takes out the gaps, one by one, and the file is as long
 * as the table says before each. Where it was killed before the table said that
 * one is gone, the file is shorter by just that one.
 */
static void close_gap(struct mpt_dat *dat)
{
	uint64_t from, gap = find_gap(dat, &from);
	unsigned i;

	if (dat->mark.state == MPT_DAT_OPEN || gap == 0 ||
	    dat->mark.note_offset + dat->mark.note_size - gap != dat->size)
		return;
	for (i = 0; i < dat->source.ncpus; i++)
		if (dat->cpus[i].offset > from)
			dat->cpus[i].offset -= gap;
	dat->mark.note_offset -= gap;
}

/* What lies beyond the file's end is missing; the rest can be read. */
static void check_cpu(struct mpt_dat *dat, struct mpt_dat_cpu *cpu)
{
	uint64_t room = cpu->offset < dat->size ? dat->size - cpu->offset : 0;
	struct mpt_err why = { 0 };
	int rc;

	if (cpu->size <= room)
		return;
	cpu->size = room;
	rc = mpt_err_set(&why, EPROTO,
			 "'%s' ends at offset %" PRIu64 ", within the records of a CPU", dat->name,
			 dat->size);
	note_damage(dat, rc, &why);
}

/* A record belongs to one CPU, or a small file could be read for ever. */
static int check_cpus(struct mpt_dat *dat, struct mpt_err *err)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < dat->source.ncpus; i++) {
		check_cpu(dat, &dat->cpus[i]);
		sum += dat->cpus[i].size;
	}
	return sum <= dat->size ? 0 : bad(dat, err, "CPUs have the same records");
}

static int read_header(struct mpt_dat *dat, struct mpt_err *err)
{
	int rc = read_magic(dat, err);

	if (rc == 0)
		rc = read_machine(dat, err);
	if (rc == 0)
		rc = expect(dat, MPT_DAT_PAGE, sizeof(MPT_DAT_PAGE), err);
	if (rc == 0)
		rc = read_text(dat, MPT_DAT_PAGE, err);
	if (rc == 0)
		rc = expect(dat, MPT_DAT_EVENT, sizeof(MPT_DAT_EVENT), err);
	if (rc == 0)
		rc = read_text(dat, NULL, err);
	if (rc == 0)
		rc = read_ftrace(dat, err);
	if (rc == 0)
		rc = read_systems(dat, err);
	if (rc == 0)
		rc = skip_u32(dat, "the symbols", err);
	if (rc == 0)
		rc = skip_u32(dat, "the texts of printk", err);
	if (rc == 0)
		rc = read_text(dat, NULL, err); /* names of processes */
	if (rc == 0)
		rc = take_u32(dat, &dat->source.ncpus, "the number of CPUs", err);
	if (rc == 0)
		rc = read_options(dat, err);
	if (rc == 0)
		rc = read_table(dat, err);
	if (rc == 0)
		rc = read_mark(dat, err);
	if (rc < 0)
		return rc;
	close_gap(dat);
	return check_cpus(dat, err);
}

/* --- the note --------------------------------------------------------------- */

static int take_line(struct mpt_dat *dat, struct mpt_buf *line, struct mpt_err *err)
{
	struct mpt_err why = { 0 };
	int rc;

	mpt_buf_cstr(line);
	rc = line->failed ? -ENOMEM : mpt_note_read(&dat->note, line->data, &why);
	line->len = 0;
	return rc < 0 ? mpt_err_set(err, 0, "'%s': %s", dat->name, why.what) : 0;
}

/* The lines of a piece; the last one goes on in the next. */
static int take_lines(struct mpt_dat *dat, const char *bytes, size_t n, struct mpt_buf *line,
		      struct mpt_err *err)
{
	size_t i;
	int rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		if (bytes[i] == '\n')
			rc = take_line(dat, line, err);
		else if (line->len < LINE_MAX_LEN)
			mpt_buf_putc(line, bytes[i]);
		else
			rc = mpt_err_set(err, EPROTO, "'%s': its note has too long a line",
					 dat->name);
	}
	return rc;
}

/* A line without an end was being written when the writer was killed, and is left out. */
static int read_lines(struct mpt_dat *dat, uint64_t at, uint64_t left, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf line = { 0 };
	char bytes[WINDOW];
	int rc = 0;

	if (left > 0 && (at > dat->size || left > dat->size - at))
		return mpt_err_set(err, EPROTO, "'%s' ends at offset %" PRIu64 ", within its note",
				   dat->name, dat->size);
	while (left > 0 && rc == 0) {
		size_t n = left < sizeof(bytes) ? (size_t)left : sizeof(bytes);

		rc = read_at(dat, bytes, n, at, err);
		if (rc == 0)
			rc = take_lines(dat, bytes, n, &line, err);
		at += n;
		left -= n;
	}
	return rc;
}

/* Without the first part nothing can be decoded, without the second it is not known who called. */
static int read_note(struct mpt_dat *dat, struct mpt_err *err)
{
	struct mpt_err why = { 0 };
	int rc = read_lines(dat, dat->at, dat->mark.plan_size, err);

	if (rc < 0)
		return rc;
	rc = read_lines(dat, dat->mark.note_offset, dat->mark.note_size, &why);
	if (rc < 0)
		note_damage(dat, rc, &why);
	if (mpt_note_finish(&dat->note, &why) < 0)
		return mpt_err_set(err, EPROTO, "'%s': %s", dat->name, why.what);
	return 0;
}

/* --- what is made of it -------------------------------------------------------- */

static int read_formats(const struct mpt_formats *formats, const char *path, struct mpt_buf *ret)
{
	const struct mpt_dat *dat =
		(const struct mpt_dat *)((const char *)formats - offsetof(struct mpt_dat, formats));
	struct mpt_err ignored = { 0 };
	unsigned i;

	for (i = 0; i < dat->ntexts; i++) {
		size_t size = (size_t)dat->texts[i].size;
		char *room;

		if (strcmp(dat->texts[i].path, path) != 0)
			continue;
		room = mpt_buf_room(ret, size);
		if (!room)
			return -ENOMEM;
		if (read_at(dat, room, size, dat->texts[i].offset, &ignored) < 0)
			return -EPROTO;
		ret->len += size;
		return 0;
	}
	return -ENOENT;
}

/* Nothing more is read of that CPU. */
static int give_up(struct mpt_dat *dat, unsigned cpu, int rc, const struct mpt_err *why)
{
	note_damage(dat, rc, why);
	dat->done[cpu] = dat->cpus[cpu].size;
	return 0;
}

static int dat_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct mpt_dat *dat = (struct mpt_dat *)source;
	uint64_t left = dat->cpus[cpu].size - dat->done[cpu];
	uint64_t at = dat->cpus[cpu].offset + dat->done[cpu];
	struct mpt_err why = { 0 };
	int rc;

	if (left < source->page_size)
		return 0;
	rc = read_at(dat, page, source->page_size, at, &why);
	if (rc == 0 &&
	    !mpt_page_is_sound(page, source->page_size, source->swapped, source->long_size))
		rc = mpt_err_set(&why, EPROTO, "'%s' at offset %" PRIu64 ": this is no sub-buffer",
				 dat->name, at);
	if (rc < 0)
		return give_up(dat, cpu, rc, &why);
	dat->done[cpu] += source->page_size;
	return (int)source->page_size;
}

static void dat_close(struct mpt_source *source)
{
	(void)source; /* it goes with the rest */
}

static const struct mpt_source_ops dat_ops = { .read = dat_read, .close = dat_close };

int mpt_dat_open_fd(int fd, const char *name, struct mpt_dat **ret, struct mpt_err *err)
{
	struct mpt_dat *dat = calloc(1, sizeof(*dat));
	struct stat st;
	int rc = 0;

	if (!dat || fstat(fd, &st) < 0) {
		rc = mpt_err_set(err, dat ? errno : ENOMEM, "'%s'", name);
		free(dat);
		close(fd);
		return rc;
	}
	dat->fd = fd;
	dat->name = strdup(name);
	dat->size = st.st_size > 0 ? (uint64_t)st.st_size : 0;
	dat->source.ops = &dat_ops;
	if (!dat->name)
		rc = mpt_err_set(err, ENOMEM, "'%s'", name);
	else if (!S_ISREG(st.st_mode))
		rc = mpt_err_set(err, 0, "'%s' is no regular file", name);
	if (rc == 0)
		rc = read_header(dat, err);
	if (rc == 0)
		rc = read_note(dat, err);
	if (rc < 0) {
		mpt_dat_free(dat);
		return rc;
	}
	dat->formats = (struct mpt_formats){ .read = read_formats,
					     .swapped = dat->source.swapped,
					     .long_size = dat->source.long_size };
	*ret = dat;
	return 0;
}

int mpt_dat_open(const char *path, struct mpt_dat **ret, struct mpt_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return mpt_err_set(err, errno, "cannot read '%s'", path);
	return mpt_dat_open_fd(fd, path, ret, err);
}

void mpt_dat_free(struct mpt_dat *dat)
{
	if (!dat)
		return;
	close(dat->fd);
	mpt_note_free(&dat->note);
	free(dat->cpus);
	free(dat->done);
	free(dat->name);
	free(dat);
}

struct mpt_source *mpt_dat_source(struct mpt_dat *dat)
{
	return &dat->source;
}

const struct mpt_formats *mpt_dat_formats(const struct mpt_dat *dat)
{
	return &dat->formats;
}

const struct mpt_note *mpt_dat_note(const struct mpt_dat *dat)
{
	return &dat->note;
}

const struct mpt_dat_mark *mpt_dat_mark(const struct mpt_dat *dat)
{
	return &dat->mark;
}

int mpt_dat_damage(const struct mpt_dat *dat, struct mpt_err *err)
{
	if (dat->damaged)
		*err = dat->damage;
	return dat->damaged;
}
