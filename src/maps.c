/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * maps.c - what code lies where in a process.
 *
 * In: /proc/PID/maps, what the kernel tells of programs as they load, and the
 * files that these name, opened by way of the process while it lives; that they
 * are the very ones, their inode shows. Out: the code at an address and a
 * time. Memory and descriptors are bounded: of processes that were not heard
 * of for longest nothing is kept.
 */
#include "maps.h"

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
#include "clock.h"
#include "file.h"
#include "loads.h"
#include "object.h"
#include "uthash.h"

enum {
	PROCESSES_MAX = 512,
	SPACES_MAX = 16,     /* of a process */
	FILES_MAX = 256,     /* open at once */
	AREAS_MAX = 1 << 14, /* of a process */
	READS_MAX = 4,	     /* of a program's maps because a record came: it loads its libraries */
	VDSO_MAX = 1 << 16,  /* bytes */
};

/* Not more often, whatever the process does. */
static const uint64_t read_interval = 1000000;
/* How long after its end a program may be asked about. */
static const uint64_t spaces_age = UINT64_C(10) * 1000 * 1000 * 1000;

/* A file that several processes can have. */
struct file {
	uint64_t key[2]; /* device and inode */
	unsigned users;
	struct mpt_object *object;
	UT_hash_handle hh;
};

struct area {
	uint64_t start, end, file_off;
	char *path;
	uint64_t key[2];   /* of its file */
	bool tried;	   /* to open that */
	struct file *file; /* NULL: not tried yet, or none that could be opened */
};

struct mpt_space {
	struct mpt_space *next;
	uint64_t since, until; /* it is that of calls in between */
	uint64_t read;	       /* when reading began */
	uint64_t read_end;
	bool complete; /* all that was loaded since it began is told: reading would add nothing */
	unsigned n, room;
	struct area *areas; /* code only, by address */
};

struct process {
	pid_t pid;
	uint64_t changed;   /* the last time that is known of */
	unsigned reads;	    /* since then */
	uint64_t last_read; /* when */
	struct mpt_space *spaces;
	UT_hash_handle hh; /* in the order of use */
};

struct mpt_maps {
	int rootfd;
	struct process *by_pid;
	struct file *files;
};

struct mpt_maps *mpt_maps_create(int rootfd)
{
	struct mpt_maps *maps = calloc(1, sizeof(*maps));

	if (maps)
		maps->rootfd = rootfd;
	return maps;
}

static void drop_file(struct mpt_maps *maps, struct file *file)
{
	if (!file || --file->users > 0)
		return;
	HASH_DEL(maps->files, file);
	mpt_object_close(file->object);
	free(file);
}

static void free_area(struct mpt_maps *maps, struct area *area)
{
	drop_file(maps, area->file);
	free(area->path);
}

static void free_space(struct mpt_maps *maps, struct mpt_space *space)
{
	unsigned i;

	for (i = 0; i < space->n; i++)
		free_area(maps, &space->areas[i]);
	free(space->areas);
	free(space);
}

static void drop_process(struct mpt_maps *maps, struct process *process)
{
	HASH_DEL(maps->by_pid, process);
	while (process->spaces) {
		struct mpt_space *space = process->spaces;

		process->spaces = space->next;
		free_space(maps, space);
	}
	free(process);
}

void mpt_maps_destroy(struct mpt_maps *maps)
{
	struct process *process, *next;

	if (!maps)
		return;
	HASH_ITER (hh, maps->by_pid, process, next)
		drop_process(maps, process);
	free(maps);
}

/* --- files ----------------------------------------------------------------- */

/*
 * Opens what a path leads to, if it is a regular file with that inode; a
 * device is not even opened, since that can do something.
 */
static int open_file(const struct mpt_maps *maps, const char *path, uint64_t inode)
{
	cleanup_close int fd = openat(maps->rootfd, path, O_PATH | O_CLOEXEC);
	char self[40];
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || st.st_ino != inode)
		return -1;
	snprintf(self, sizeof(self), "proc/self/fd/%d", fd);
	return openat(maps->rootfd, self, O_RDONLY | O_CLOEXEC);
}

/* By the mapping itself, which knows deleted files and other mounts; else by the name there. */
static int open_area(const struct mpt_maps *maps, pid_t pid, const struct area *area,
		     uint64_t inode)
{
	cleanup_buf struct mpt_buf path = { 0 };
	int fd;

	mpt_buf_printf(&path, "proc/%d/map_files/%" PRIx64 "-%" PRIx64, (int)pid, area->start,
		       area->end);
	fd = open_file(maps, mpt_buf_cstr(&path), inode);
	if (fd >= 0)
		return fd;
	path.len = 0;
	mpt_buf_printf(&path, "proc/%d/root%s", (int)pid, area->path);
	fd = open_file(maps, mpt_buf_cstr(&path), inode);
	/* it has ended: by the name here, if that is the same file */
	return fd >= 0 ? fd : open_file(maps, area->path + 1, inode);
}

/* The vdso, out of the process's memory. */
static struct mpt_object *copy_vdso(const struct mpt_maps *maps, pid_t pid, const struct area *area)
{
	size_t size = area->end - area->start;
	cleanup_free char *image = size <= VDSO_MAX ? malloc(size) : NULL;
	cleanup_close int fd = -1;
	char path[40];

	snprintf(path, sizeof(path), "proc/%d/mem", (int)pid);
	fd = openat(maps->rootfd, path, O_RDONLY | O_CLOEXEC);
	if (!image || fd < 0 || pread(fd, image, size, (off_t)area->start) != (ssize_t)size)
		return NULL;
	return mpt_object_of_memory(take_ptr(image), size);
}

static struct mpt_object *open_object(const struct mpt_maps *maps, pid_t pid,
				      const struct area *area, uint64_t inode)
{
	int fd;

	if (strcmp(area->path, "[vdso]") == 0)
		return copy_vdso(maps, pid, area);
	if (area->path[0] != '/' || HASH_COUNT(maps->files) >= FILES_MAX)
		return NULL;
	fd = open_area(maps, pid, area, inode);
	return fd < 0 ? NULL : mpt_object_open(fd);
}

/* Another process's vdso of the same size can be another one (32 bits), so it has no key. */
static struct file *find_file(struct mpt_maps *maps, const uint64_t *key)
{
	struct file *file;

	HASH_FIND(hh, maps->files, key, sizeof(file->key), file);
	return file;
}

static struct file *file_of(struct mpt_maps *maps, pid_t pid, const struct area *area,
			    const uint64_t *key)
{
	struct file *file = key[1] ? find_file(maps, key) : NULL;
	struct mpt_object *object;

	if (!file) {
		object = area->path && mpt_object_can_name() ? open_object(maps, pid, area, key[1])
							     : NULL;
		file = object ? calloc(1, sizeof(*file)) : NULL;
		if (!file) {
			mpt_object_close(object);
			return NULL;
		}
		file->object = object;
		file->key[0] = key[0];
		/* where there is no inode, its own address is nobody else's key */
		file->key[1] = key[1] ? key[1] : (uintptr_t)file;
		HASH_ADD(hh, maps->files, key, sizeof(file->key), file);
	}
	file->users++;
	return file;
}

/* --- spaces ---------------------------------------------------------------- */

/* "55d0c000-55d0d000 r-xp 00001000 fd:01 1234   /usr/bin/true"; false: no code, or no such line */
static bool parse_area(const char *line, struct area *ret, uint64_t *key)
{
	unsigned major, minor;
	char execute;
	int at = 0;

	*ret = (struct area){ 0 };
	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %*c%*c%c%*c %" SCNx64 " %x:%x %" SCNu64 "%n",
		   &ret->start, &ret->end, &execute, &ret->file_off, &major, &minor, &key[1],
		   &at) < 7 ||
	    execute != 'x' || ret->end <= ret->start)
		return false;
	key[0] = (uint64_t)major << 32 | minor;
	line += at + strspn(line + at, " ");
	ret->path = *line ? strdup(line) : NULL;
	return true;
}

/* Room for one more area. */
static bool has_room(struct mpt_space *space)
{
	unsigned room = space->room ? 2 * space->room : 8;
	struct area *areas;

	if (space->n < space->room)
		return true;
	areas = space->n < AREAS_MAX ? realloc(space->areas, room * sizeof(*areas)) : NULL;
	if (!areas)
		return false;
	space->areas = areas;
	space->room = room;
	return true;
}

static void add_area(struct mpt_maps *maps, pid_t pid, struct mpt_space *space, const char *line)
{
	struct area area;
	uint64_t key[2];

	if (!parse_area(line, &area, key))
		return;
	area.file = file_of(maps, pid, &area, key);
	area.tried = true;
	if (!has_room(space)) {
		free_area(maps, &area);
		return;
	}
	space->areas[space->n++] = area;
}

/* Returns NULL where there is none to be had any more. */
static struct mpt_space *read_space(struct mpt_maps *maps, pid_t pid)
{
	cleanup_buf struct mpt_buf text = { 0 };
	struct mpt_space *space = calloc(1, sizeof(*space));
	char path[40], *line, *save = NULL;

	if (!space)
		return NULL;
	space->read = mpt_clock_now();
	snprintf(path, sizeof(path), "proc/%d/maps", (int)pid);
	if (mpt_file_read(maps->rootfd, path, &text) == 0 && *mpt_buf_cstr(&text))
		for (line = strtok_r(text.data, "\n", &save); line;
		     line = strtok_r(NULL, "\n", &save))
			add_area(maps, pid, space, line);
	space->read_end = mpt_clock_now();
	space->until = UINT64_MAX;
	if (space->n)
		return space;
	free_space(maps, space);
	return NULL;
}

bool mpt_space_find(const struct mpt_space *space, uint64_t addr, struct mpt_place *ret)
{
	size_t low = 0, high = space->n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;
		const struct area *area = &space->areas[mid];

		if (addr < area->start) {
			high = mid;
		} else if (addr >= area->end) {
			low = mid + 1;
		} else {
			*ret = (struct mpt_place){ .path = area->path,
						   .object = area->file ? area->file->object : NULL,
						   .file_off =
							   addr - area->start + area->file_off };
			return true;
		}
	}
	return false;
}

/* --- processes ------------------------------------------------------------- */

static struct process *find_process(struct mpt_maps *maps, pid_t pid)
{
	struct process *process;

	HASH_FIND_INT(maps->by_pid, &pid, process);
	return process;
}

/* The process, as the last one in the order of use. */
static struct process *use_process(struct mpt_maps *maps, pid_t pid)
{
	struct process *process = find_process(maps, pid);

	if (process && !process->hh.next)
		return process;
	if (process) {
		HASH_DEL(maps->by_pid, process);
	} else {
		process = calloc(1, sizeof(*process));
		if (!process)
			return NULL;
		process->pid = pid;
		if (HASH_COUNT(maps->by_pid) >= PROCESSES_MAX)
			drop_process(maps, maps->by_pid); /* the head is the oldest */
	}
	HASH_ADD_INT(maps->by_pid, pid, process);
	return process;
}

/*
 * A new space in place of those that say as much. Those before it stay while
 * calls of theirs may have yet to be shown: three programs can come one after
 * the other before the first call of the first is ripe.
 */
static void add_space(struct mpt_maps *maps, struct process *process, struct mpt_space *space)
{
	struct mpt_space *newer = space, *old;
	unsigned n = 1;

	space->next = process->spaces;
	process->spaces = space;
	while ((old = newer->next)) {
		if (n < SPACES_MAX && old->since != space->since && old->since < old->until &&
		    newer->since + spaces_age > space->read) {
			newer = old;
			n++;
			continue;
		}
		newer->next = old->next;
		free_space(maps, old);
	}
}

static void read_process(struct mpt_maps *maps, struct process *process)
{
	struct mpt_space *space = read_space(maps, process->pid);

	process->last_read = mpt_clock_now();
	if (!space)
		return;
	space->since = process->changed;
	add_space(maps, process, space);
}

/* Files are opened for who makes calls, as soon as possible: then a process is likely there still.
 */
static void open_files(struct mpt_maps *maps, pid_t pid, struct mpt_space *space)
{
	unsigned i;

	for (i = 0; i < space->n; i++) {
		struct area *area = &space->areas[i];

		if (!area->tried && area->path)
			area->file = file_of(maps, pid, area, area->key);
		area->tried = true;
	}
}

void mpt_maps_meet(struct mpt_maps *maps, pid_t pid, uint64_t ts)
{
	struct process *process = maps->rootfd >= 0 ? use_process(maps, pid) : NULL;
	struct mpt_space *space = process ? process->spaces : NULL;

	if (!process)
		return;
	if (space)
		open_files(maps, pid, space);
	if (space && space->until == UINT64_MAX &&
	    (space->complete || space->read > ts || process->reads >= READS_MAX))
		return;
	if (mpt_clock_now() - process->last_read < read_interval)
		return;
	process->reads++;
	read_process(maps, process);
}

/* What was read while it changed is nothing; what before, until then; what after, since then. */
static void cut_space(struct mpt_space *space, uint64_t ts)
{
	if (ts <= space->since || ts >= space->until || space->complete)
		return;
	if (ts <= space->read)
		space->since = ts;
	else if (ts < space->read_end)
		space->until = space->since;
	else
		space->until = ts;
}

void mpt_maps_changed(struct mpt_maps *maps, pid_t pid, uint64_t ts)
{
	struct process *process = find_process(maps, pid);
	struct mpt_space *space;

	if (!process)
		return;
	for (space = process->spaces; space; space = space->next)
		cut_space(space, ts);
	if (ts <= process->changed)
		return;
	process->changed = ts;
	process->reads = 0;
}

const struct mpt_space *mpt_maps_space(struct mpt_maps *maps, pid_t pid, uint64_t ts)
{
	const struct process *process = find_process(maps, pid);
	struct mpt_space *space;

	for (space = process ? process->spaces : NULL; space; space = space->next)
		if (ts >= space->since && ts < space->until)
			break;
	if (space)
		open_files(maps, pid, space);
	return space;
}

const struct mpt_space *mpt_maps_again(struct mpt_maps *maps, pid_t pid, uint64_t ts)
{
	const struct mpt_space *space = mpt_maps_space(maps, pid, ts);
	struct process *process = maps->rootfd >= 0 ? use_process(maps, pid) : NULL;

	/* what was read later than that shows what there was then, or it is gone */
	if (!process || ts < process->changed || (space && (space->complete || space->read > ts)))
		return space;
	read_process(maps, process);
	return mpt_maps_space(maps, pid, ts);
}

/* --- what is loaded --------------------------------------------------------- */

static struct mpt_space *complete_space(struct process *process, uint64_t ts)
{
	struct mpt_space *space = process->spaces;

	return space && space->complete && space->until == UINT64_MAX && ts >= space->since ? space
											    : NULL;
}

/* A space that begins at a time; being the newest, it hides the one before from then on. */
static struct mpt_space *begin_space(struct mpt_maps *maps, pid_t pid, uint64_t ts)
{
	struct process *process = use_process(maps, pid);
	struct mpt_space *space = process ? calloc(1, sizeof(*space)) : NULL;

	if (!space)
		return NULL;
	if (process->changed < ts)
		process->changed = ts;
	space->until = UINT64_MAX;
	space->complete = true;
	space->since = space->read = space->read_end = ts;
	add_space(maps, process, space);
	return space;
}

/* What lay at those addresses is gone, or a part of it. */
static void cut_areas(struct mpt_maps *maps, struct mpt_space *space, uint64_t start, uint64_t end)
{
	unsigned i, n = 0;

	for (i = 0; i < space->n; i++) {
		struct area *area = &space->areas[i];

		if (area->start < start && area->end > start) {
			area->end = start;
		} else if (area->start < end && area->end > end) {
			area->file_off += end - area->start;
			area->start = end;
		} else if (area->start >= start && area->end <= end) {
			free_area(maps, area);
			continue;
		}
		space->areas[n++] = *area;
	}
	space->n = n;
}

/* By address: new ones come anywhere. */
static void insert_area(struct mpt_maps *maps, struct mpt_space *space, struct area *area)
{
	unsigned i;

	cut_areas(maps, space, area->start, area->end);
	if (!has_room(space)) {
		free_area(maps, area);
		return;
	}
	for (i = space->n++; i > 0 && space->areas[i - 1].start > area->start; i--)
		space->areas[i] = space->areas[i - 1];
	space->areas[i] = *area;
}

static void take_mapped(struct mpt_maps *maps, const struct mpt_load *load)
{
	struct process *process = find_process(maps, load->pid);
	struct mpt_space *space = process ? complete_space(process, load->ts) : NULL;
	struct area area = { .start = load->start,
			     .end = load->start + load->len,
			     .file_off = load->file_off,
			     .key = { load->device, load->inode } };

	if (!space)
		return;
	if (load->path)
		area.path = strdup(load->path);
	insert_area(maps, space, &area);
}

static void copy_areas(const struct mpt_space *from, struct mpt_space *to)
{
	unsigned i;

	for (i = 0; i < from->n && has_room(to); i++) {
		struct area area = from->areas[i];

		if (area.path)
			area.path = strdup(area.path);
		if (area.file)
			area.file->users++;
		to->areas[to->n++] = area;
	}
}

static void take_fork(struct mpt_maps *maps, const struct mpt_load *load)
{
	struct process *parent = find_process(maps, load->parent);
	const struct mpt_space *from = parent ? complete_space(parent, load->ts) : NULL;
	struct mpt_space *to;

	if (!from)
		return;
	to = begin_space(maps, load->pid, load->ts);
	/* making room for it can have dropped its parent */
	parent = find_process(maps, load->parent);
	from = parent ? complete_space(parent, load->ts) : NULL;
	if (to && from)
		copy_areas(from, to);
}

/* From here on everything has to be read again. */
static void take_lost(struct mpt_maps *maps)
{
	struct process *process, *next;

	HASH_ITER (hh, maps->by_pid, process, next)
		if (process->spaces)
			process->spaces->complete = false;
}

void mpt_maps_take(struct mpt_maps *maps, const struct mpt_load *load)
{
	switch (load->type) {
	case MPT_LOAD_EXEC:
		begin_space(maps, load->pid, load->ts);
		break;
	case MPT_LOAD_FORK:
		take_fork(maps, load);
		break;
	case MPT_LOAD_MAPPED:
		take_mapped(maps, load);
		break;
	case MPT_LOAD_LOST:
		take_lost(maps);
		break;
	}
}
