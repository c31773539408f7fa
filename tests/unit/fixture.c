/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fixture.c - what the unit tests put into the modules that read.
 *
 * In: records, times and texts. Out: bytes as the kernel would have written
 * them. It fails the test where the test asks for what cannot be, and never
 * calls the code under test.
 */
#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* enum ring_buffer_type, and the bits of a record's first word: 5 of type_len, 27 of time */
enum { TYPE_PADDING = 29, TYPE_TIME_EXTEND = 30, TYPE_TIME_STAMP = 31 };
enum { TYPE_BITS = 5, TIME_BITS = 27, TYPE_DATA_MAX = 28 };
static const uint64_t time_mask = (UINT64_C(1) << TIME_BITS) - 1;

/* The bits of the header's second word: kernel/trace/ring_buffer.c, RB_MISSED_EVENTS */
static const uint64_t missed_events = UINT64_C(1) << 31;
static const uint64_t missed_stored = UINT64_C(1) << 30;

void fx_page_begin(struct fx_page *page, uint64_t ts)
{
	memset(page, 0, sizeof(*page));
	/* what nobody wrote must not look like anything */
	memset(page->data, 0xa5, sizeof(page->data));
	page->ts = ts;
	memcpy(page->data, &ts, sizeof(ts));
}

static size_t room(const struct fx_page *page)
{
	return FX_PAGE_SIZE - FX_PAGE_HEADER - page->len;
}

bool fx_page_has_room(const struct fx_page *page, size_t size)
{
	return room(page) >= size + 4 + 8 + 8;
}

static void put(struct fx_page *page, const void *bytes, size_t n)
{
	assert_true(room(page) >= n);
	memcpy(page->data + FX_PAGE_HEADER + page->len, bytes, n);
	page->len += n;
}

static void put_u32(struct fx_page *page, uint32_t n)
{
	put(page, &n, sizeof(n));
}

/* The first word of a record. */
static void put_head(struct fx_page *page, uint32_t type_len, uint64_t delta)
{
	put_u32(page, (uint32_t)(delta & time_mask) << TYPE_BITS | type_len);
}

void fx_page_extend(struct fx_page *page, uint64_t delta)
{
	put_head(page, TYPE_TIME_EXTEND, delta);
	put_u32(page, (uint32_t)(delta >> TIME_BITS));
	page->ts += delta;
}

void fx_page_stamp(struct fx_page *page, uint64_t ts)
{
	put_head(page, TYPE_TIME_STAMP, ts);
	put_u32(page, (uint32_t)(ts >> TIME_BITS));
	page->ts = ts;
}

static void put_record(struct fx_page *page, uint64_t delta, const void *record, size_t size)
{
	static const unsigned char zero[4];
	size_t padded = (size + 3) & ~(size_t)3;

	if (padded > 0 && padded <= TYPE_DATA_MAX * 4) {
		put_head(page, (uint32_t)(padded / 4), delta);
	} else {
		put_head(page, 0, delta);
		put_u32(page, (uint32_t)(padded + 4));
	}
	put(page, record, size);
	put(page, zero, padded - size);
}

void fx_page_record(struct fx_page *page, uint64_t ts, const void *record, size_t size)
{
	uint64_t delta = ts - page->ts;

	assert_true(ts >= page->ts);
	if (delta > time_mask) {
		fx_page_extend(page, delta);
		delta = 0;
	}
	put_record(page, delta, record, size);
	page->ts = ts;
}

void fx_page_discarded(struct fx_page *page, size_t size)
{
	size_t i;

	/* rb_event_discard(): the length after the first word, and a time that is not 0 */
	put_head(page, TYPE_PADDING, 1);
	page->ts += 1;
	put_u32(page, (uint32_t)size);
	for (i = 4; i < size; i += 4)
		put_u32(page, UINT32_C(0xffffffff));
}

const void *fx_page_end(struct fx_page *page)
{
	uint64_t commit = page->len;

	if (page->lost)
		commit |= missed_events;
	if (page->lost > 0) {
		assert_true(room(page) >= sizeof(page->lost));
		memcpy(page->data + FX_PAGE_HEADER + page->len, &page->lost, sizeof(page->lost));
		commit |= missed_stored;
	}
	memcpy(page->data + 8, &commit, sizeof(commit));
	return page->data;
}

struct mpt_page *fx_page_copy(struct fx_page *page)
{
	struct mpt_page *copy = malloc(sizeof(*copy) + FX_PAGE_SIZE);

	assert_non_null(copy);
	copy->next = NULL;
	memcpy(copy->data, fx_page_end(page), FX_PAGE_SIZE);
	return copy;
}

static int fx_read(struct mpt_source *source, unsigned cpu, void *page)
{
	struct fx_source *fx = (struct fx_source *)(uintptr_t)source;
	struct fx_queue *queue = &fx->cpus[cpu];

	if (fx->fail)
		return fx->fail;
	if (queue->next == queue->n)
		return 0;
	memcpy(page, fx_page_end(queue->pages[queue->next++]), FX_PAGE_SIZE);
	fx->reads++;
	return FX_PAGE_SIZE;
}

static int fx_read_full(struct mpt_source *source, unsigned cpu, void *pages, unsigned max)
{
	struct fx_source *fx = (struct fx_source *)(uintptr_t)source;
	struct fx_queue *queue = &fx->cpus[cpu];
	unsigned n = 0;

	for (; n < max && queue->next + 1 < queue->n; n++)
		fx_read(source, cpu, (char *)pages + (size_t)n * FX_PAGE_SIZE);
	return fx->fail ? fx->fail : (int)n;
}

static const struct mpt_source_ops fx_ops = { .read = fx_read, .read_full = fx_read_full };

void fx_source_init(struct fx_source *fx, unsigned ncpus)
{
	*fx = (struct fx_source){
		.source = { .ops = &fx_ops, .ncpus = ncpus, .page_size = FX_PAGE_SIZE },
		.cpus = calloc(ncpus, sizeof(struct fx_queue)),
	};
	assert_non_null(fx->cpus);
}

void fx_source_free(struct fx_source *fx)
{
	unsigned cpu;
	size_t i;

	for (cpu = 0; cpu < fx->source.ncpus; cpu++) {
		for (i = 0; i < fx->cpus[cpu].n; i++)
			free(fx->cpus[cpu].pages[i]);
		free(fx->cpus[cpu].pages);
	}
	free(fx->cpus);
}

struct fx_page *fx_source_page(struct fx_source *fx, unsigned cpu, uint64_t ts)
{
	struct fx_queue *queue = &fx->cpus[cpu];
	struct fx_page *page = malloc(sizeof(*page));

	if ((queue->n & (queue->n - 1)) == 0)
		queue->pages = realloc(queue->pages,
				       (queue->n ? 2 * queue->n : 1) * sizeof(struct fx_page *));
	assert_non_null(page);
	assert_non_null(queue->pages);
	queue->pages[queue->n++] = page;
	fx_page_begin(page, ts);
	return page;
}

void fx_tree_make(struct fx_tree *tree)
{
	const char *tmp = getenv("TMPDIR");

	snprintf(tree->path, sizeof(tree->path), "%s/mpt-test.XXXXXX",
		 tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	assert_non_null(mkdtemp(tree->path));
	tree->fd = open(tree->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree->fd >= 0);
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fx_tree_remove(struct fx_tree *tree)
{
	nftw(tree->path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	close(tree->fd);
}

static void make_parents(const struct fx_tree *tree, const char *path)
{
	char dir[256];
	char *slash = dir;

	snprintf(dir, sizeof(dir), "%s", path);
	while ((slash = strchr(slash, '/'))) {
		*slash = '\0';
		assert_true(mkdirat(tree->fd, dir, 0755) == 0 || errno == EEXIST);
		*slash++ = '/';
	}
}

void fx_tree_write(const struct fx_tree *tree, const char *path, const char *text)
{
	size_t len = strlen(text);
	int fd;

	make_parents(tree, path);
	fd = openat(tree->fd, path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), len);
	close(fd);
}

void fx_tree_unlink(const struct fx_tree *tree, const char *path)
{
	assert_int_equal(unlinkat(tree->fd, path, 0), 0);
}

/* The texts are those of Debian's 7.2 on x86_64. */

const char fx_header_page[] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
			      "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
			      "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
			      "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:0;\n";

static const char task_newtask[] =
	"name: task_newtask\nID: 205\n" FX_COMMON_FIELDS
	"\tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:char comm[16];\toffset:12;\tsize:16;\tsigned:0;\n"
	"\tfield:u64 clone_flags;\toffset:32;\tsize:8;\tsigned:0;\n"
	"\tfield:short oom_score_adj;\toffset:40;\tsize:2;\tsigned:1;\n"
	"\n"
	"print fmt: \"pid=%d comm=%s clone_flags=%llx oom_score_adj=%hd\", REC->pid, REC->comm, "
	"REC->clone_flags, REC->oom_score_adj\n";

static const char task_rename[] =
	"name: task_rename\nID: 204\n" FX_COMMON_FIELDS
	"\tfield:pid_t pid;\toffset:8;\tsize:4;\tsigned:1;\n"
	"\tfield:char oldcomm[16];\toffset:12;\tsize:16;\tsigned:0;\n"
	"\tfield:char newcomm[16];\toffset:28;\tsize:16;\tsigned:0;\n"
	"\tfield:short oom_score_adj;\toffset:44;\tsize:2;\tsigned:1;\n"
	"\n"
	"print fmt: \"pid=%d oldcomm=%s newcomm=%s oom_score_adj=%hd\", REC->pid, REC->oldcomm, "
	"REC->newcomm, REC->oom_score_adj\n";

static const char enter_get_mempolicy[] =
	"name: enter_get_mempolicy\nID: 1649\n" FX_COMMON_FIELDS
	"\tfield:unsigned long __probe_ip;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 mode;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 nodemask;\toffset:24;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 maxnode;\toffset:32;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 addr;\toffset:40;\tsize:8;\tsigned:0;\n"
	"\tfield:u64 flags;\toffset:48;\tsize:8;\tsigned:0;\n"
	"\n"
	"print fmt: \"(%lx) mode=0x%Lx nodemask=0x%Lx maxnode=%Lu addr=0x%Lx flags=0x%Lx\", "
	"REC->__probe_ip, REC->mode, REC->nodemask, REC->maxnode, REC->addr, REC->flags\n";

static const char exit_get_mempolicy[] =
	"name: exit_get_mempolicy\nID: 1651\n" FX_COMMON_FIELDS
	"\tfield:unsigned long __probe_func;\toffset:8;\tsize:8;\tsigned:0;\n"
	"\tfield:unsigned long __probe_ret_ip;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u32 u_mode0;\toffset:24;\tsize:4;\tsigned:0;\n"
	"\tfield:u64 u_nodemask0;\toffset:28;\tsize:8;\tsigned:0;\n"
	"\tfield:s64 ret;\toffset:36;\tsize:8;\tsigned:1;\n"
	"\n"
	"print fmt: \"(%lx <- %lx) u_mode0=0x%x u_nodemask0=0x%Lx ret=%Ld\", REC->__probe_func, "
	"REC->__probe_ret_ip, REC->u_mode0, REC->u_nodemask0, REC->ret\n";

void fx_write_events(const struct fx_tree *tree, const char *group)
{
	char path[128];

	fx_tree_write(tree, "header_page", fx_header_page);
	fx_tree_write(tree, "task/task_newtask/format", task_newtask);
	fx_tree_write(tree, "task/task_rename/format", task_rename);
	snprintf(path, sizeof(path), "%s/enter_get_mempolicy/format", group);
	fx_tree_write(tree, path, enter_get_mempolicy);
	snprintf(path, sizeof(path), "%s/exit_get_mempolicy/format", group);
	fx_tree_write(tree, path, exit_get_mempolicy);
}

/* The lines before and between those that matter are there to be stepped over. */
void fx_write_proc(const struct fx_tree *tree, int tid, int tgid, int uid, const char *comm)
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "proc/%d/status", tid);
	snprintf(text, sizeof(text),
		 "Name:\tUid:\tTgid:\nUmask:\t0022\nState:\tS (sleeping)\nTgid:\t%d\nNgid:\t0\n"
		 "Pid:\t%d\nPPid:\t1\nTracerPid:\t0\nUid:\t%d\t%d\t%d\t%d\nGid:\t7\t7\t7\t7\n",
		 tgid, tid, uid, uid + 1, uid + 2, uid + 3);
	fx_tree_write(tree, path, text);
	snprintf(path, sizeof(path), "proc/%d/comm", tid);
	fx_tree_write(tree, path, comm);
}
