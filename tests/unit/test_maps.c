/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_maps.c - what code lies where in a process, and in its file.
 *
 * In: trees that stand for /proc, in which processes change and end; and this
 * program itself, whose functions' addresses it knows. Out: whether each call
 * is looked up in the program that made it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "fixture.h"
#include "loads.h"
#include "maps.h"
#include "object.h"

#define MAPS(path)                                                    \
	"00400000-00401000 r--p 00000000 fd:01 10         " path "\n" \
	"00401000-00402000 r-xp 00001000 fd:01 10         " path "\n" \
	"7f0000000000-7f0000001000 rwxp 00000000 00:00 0 \n"          \
	"7f0000002000-7f0000003000 r-xp 00000000 00:00 0          [vdso]\n"

struct world {
	struct fx_tree root;
	struct mpt_maps *maps;
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	fx_tree_make(&w->root);
	w->maps = mpt_maps_create(w->root.fd);
	*state = w;
	return w->maps ? 0 : -1;
}

static int teardown(void **state)
{
	struct world *w = *state;

	mpt_maps_destroy(w->maps);
	fx_tree_remove(&w->root);
	free(w);
	return 0;
}

/* Longer than the shortest time between two readings. */
static uint64_t later(void)
{
	nanosleep(&(struct timespec){ .tv_nsec = 2000000 }, NULL);
	return mpt_clock_now();
}

/* The path at 0x401500 for a call at @ts; "" where nothing is known. */
static const char *path_at(struct world *w, uint64_t ts)
{
	const struct mpt_space *space = mpt_maps_space(w->maps, 7, ts);
	struct mpt_place place;

	if (!space || !mpt_space_find(space, 0x401500, &place))
		return "";
	assert_int_equal(place.file_off, 0x1500);
	return place.path;
}

static void places(void **state)
{
	struct world *w = *state;
	uint64_t ts = mpt_clock_now();
	const struct mpt_space *space;
	struct mpt_place place;

	fx_tree_write(&w->root, "proc/7/maps", MAPS("/bin/a b (deleted)"));
	assert_null(mpt_maps_space(w->maps, 7, ts));
	mpt_maps_meet(w->maps, 7, ts);
	space = mpt_maps_space(w->maps, 7, ts);
	assert_non_null(space);
	assert_string_equal(path_at(w, ts), "/bin/a b (deleted)");
	/* what is no code is not there; of memory without a file there is no path */
	assert_false(mpt_space_find(space, 0x400fff, &place));
	assert_true(mpt_space_find(space, 0x401000, &place));
	assert_false(mpt_space_find(space, 0x402000, &place));
	assert_true(mpt_space_find(space, 0x7f0000000500, &place));
	assert_null(place.path);
	assert_false(mpt_space_find(space, 0, &place));
	assert_false(mpt_space_find(space, UINT64_MAX, &place));
	/* another process is another's */
	assert_null(mpt_maps_space(w->maps, 8, ts));
}

static void what_is_no_line(void **state)
{
	struct world *w = *state;

	fx_tree_write(&w->root, "proc/7/maps",
		      "\n-\nx\n00402000-00401000 r-xp 0 fd:01 10 /down\n"
		      "00401000-00402000 r-xp 00001000 fd:01 10\n");
	mpt_maps_meet(w->maps, 7, 1);
	assert_null(path_at(w, 1));
}

/* Two programs, one after the other, at the same addresses. */
static void an_exec(void **state)
{
	struct world *w = *state;
	uint64_t first, exec, second;

	fx_tree_write(&w->root, "proc/7/maps", MAPS("/first"));
	first = later();
	mpt_maps_meet(w->maps, 7, first);
	exec = later();
	fx_tree_write(&w->root, "proc/7/maps", MAPS("/second"));
	second = later();
	mpt_maps_changed(w->maps, 7, exec);
	mpt_maps_meet(w->maps, 7, second);
	assert_string_equal(path_at(w, first), "/first");
	assert_string_equal(path_at(w, second), "/second");
	assert_string_equal(path_at(w, exec - 1), "/first");
	assert_string_equal(path_at(w, exec), "/second");
}

/* The record of the exec arrives after the maps were read: those are of what came after it. */
static void an_exec_that_is_told_late(void **state)
{
	struct world *w = *state;
	uint64_t first = later(), exec = later(), second = later();

	fx_tree_write(&w->root, "proc/7/maps", MAPS("/second"));
	mpt_maps_meet(w->maps, 7, first);
	mpt_maps_changed(w->maps, 7, exec);
	assert_string_equal(path_at(w, first), "");
	assert_string_equal(path_at(w, second), "/second");
	assert_null(mpt_maps_again(w->maps, 7, first));
}

static void what_has_ended(void **state)
{
	struct world *w = *state;
	uint64_t ts = later();

	mpt_maps_meet(w->maps, 7, ts);
	assert_null(mpt_maps_space(w->maps, 7, ts));
	/* it was seen, and then it ended: that is remembered */
	fx_tree_write(&w->root, "proc/7/maps", MAPS("/first"));
	later();
	mpt_maps_meet(w->maps, 7, ts);
	fx_tree_write(&w->root, "proc/7/maps", "");
	ts = later();
	assert_non_null(mpt_maps_again(w->maps, 7, ts));
	assert_string_equal(path_at(w, ts), "/first");
}

static void what_is_loaded_later(void **state)
{
	struct world *w = *state;
	const struct mpt_space *space;
	struct mpt_place place;
	uint64_t ts;

	fx_tree_write(&w->root, "proc/7/maps", MAPS("/first"));
	mpt_maps_meet(w->maps, 7, later());
	fx_tree_write(&w->root, "proc/7/maps",
		      MAPS("/first") "7f0000004000-7f0000005000 r-xp 0 fd:01 11 /plugin\n");
	ts = later();
	assert_false(mpt_space_find(mpt_maps_space(w->maps, 7, ts), 0x7f0000004500, &place));
	space = mpt_maps_again(w->maps, 7, ts);
	assert_true(mpt_space_find(space, 0x7f0000004500, &place));
	assert_string_equal(place.path, "/plugin");
}

/* Memory is bounded: the oldest of many is forgotten, and can be learnt again. */
static void many(void **state)
{
	struct world *w = *state;
	char path[32];
	int pid;

	for (pid = 1; pid <= 600; pid++) {
		snprintf(path, sizeof(path), "proc/%d/maps", pid);
		fx_tree_write(&w->root, path, MAPS("/many"));
		mpt_maps_meet(w->maps, pid, 5);
	}
	assert_null(mpt_maps_space(w->maps, 1, 5));
	assert_non_null(mpt_maps_space(w->maps, 600, 5));
	mpt_maps_meet(w->maps, 1, 5);
	assert_non_null(mpt_maps_space(w->maps, 1, 5));
}

/* --- what is loaded --------------------------------------------------------------- */

static void take(struct world *w, enum mpt_load_type type, uint64_t ts, pid_t pid, uint64_t start,
		 const char *path)
{
	char copy[64] = "";

	strcat(copy, path);
	mpt_maps_take(w->maps, &(struct mpt_load){ .type = type,
						   .pid = pid,
						   .parent = 7,
						   .ts = ts,
						   .start = start,
						   .len = 0x1000,
						   .file_off = 0x1000,
						   .inode = 10,
						   .path = *path ? copy : NULL });
}

static void what_is_told(void **state)
{
	struct world *w = *state;
	const struct mpt_space *space;
	struct mpt_place place;

	/* of a program that was there before, nothing can be told */
	take(w, MPT_LOAD_MAPPED, 10, 7, 0x401000, "/stray");
	assert_null(mpt_maps_space(w->maps, 7, 11));
	take(w, MPT_LOAD_EXEC, 20, 7, 0, "");
	take(w, MPT_LOAD_MAPPED, 21, 7, 0x7f0000000000, "/lib");
	take(w, MPT_LOAD_MAPPED, 22, 7, 0x401000, "/first");
	take(w, MPT_LOAD_FORK, 30, 8, 0, "");
	take(w, MPT_LOAD_MAPPED, 31, 7, 0x7f0000010000, "/later");
	take(w, MPT_LOAD_EXEC, 40, 7, 0, "");
	take(w, MPT_LOAD_MAPPED, 41, 7, 0x401000, "/second");
	assert_string_equal(path_at(w, 19), "");
	assert_string_equal(path_at(w, 25), "/first");
	assert_string_equal(path_at(w, 39), "/first");
	assert_string_equal(path_at(w, 45), "/second");
	/* nobody asks /proc any more, whatever it says */
	fx_tree_write(&w->root, "proc/7/maps", MAPS("/proc"));
	later();
	mpt_maps_meet(w->maps, 7, mpt_clock_now());
	mpt_maps_changed(w->maps, 7, 44);
	assert_string_equal(path_at(w, 43), "/second");
	assert_string_equal(path_at(w, mpt_clock_now()), "/second");
	assert_non_null(mpt_maps_again(w->maps, 7, mpt_clock_now()));
	assert_string_equal(path_at(w, mpt_clock_now()), "/second");
	/* the child has what its parent had then */
	space = mpt_maps_space(w->maps, 8, 50);
	assert_non_null(space);
	assert_true(mpt_space_find(space, 0x401500, &place));
	assert_string_equal(place.path, "/first");
	assert_true(mpt_space_find(space, 0x7f0000000500, &place));
	assert_false(mpt_space_find(space, 0x7f0000010500, &place));
	assert_null(mpt_maps_space(w->maps, 8, 29));
}

/* Ten programs one after the other, before anything of the first is shown; long after, none of it.
 */
static void many_execs(void **state)
{
	static const uint64_t second = 1000000000;
	struct world *w = *state;
	char path[16];
	unsigned i;

	for (i = 1; i <= 10; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		take(w, MPT_LOAD_EXEC, i * 1000, 7, 0, "");
		take(w, MPT_LOAD_MAPPED, i * 1000 + 1, 7, 0x401000, path);
	}
	for (i = 1; i <= 10; i++) {
		snprintf(path, sizeof(path), "/%u", i);
		assert_string_equal(path_at(w, i * 1000 + 500), path);
	}
	assert_string_equal(path_at(w, 999), "");
	take(w, MPT_LOAD_EXEC, 60 * second, 7, 0, "");
	assert_string_equal(path_at(w, 5500), "");
	assert_string_equal(path_at(w, 10500), "/10");
}

/* Over each other, as a linker does: the last one counts. */
static void over_each_other(void **state)
{
	struct world *w = *state;
	struct mpt_place place;
	const struct mpt_space *space;

	take(w, MPT_LOAD_EXEC, 20, 7, 0, "");
	take(w, MPT_LOAD_MAPPED, 21, 7, 0x1000, "/a");
	take(w, MPT_LOAD_MAPPED, 22, 7, 0x2000, "/b");
	take(w, MPT_LOAD_MAPPED, 23, 7, 0x1800, "/c");
	take(w, MPT_LOAD_MAPPED, 24, 7, 0x8000, "/d");
	take(w, MPT_LOAD_MAPPED, 25, 7, 0x8000, "");
	space = mpt_maps_space(w->maps, 7, 30);
	assert_true(mpt_space_find(space, 0x17ff, &place));
	assert_string_equal(place.path, "/a");
	assert_int_equal(place.file_off, 0x17ff);
	assert_true(mpt_space_find(space, 0x1800, &place));
	assert_string_equal(place.path, "/c");
	assert_true(mpt_space_find(space, 0x2800, &place));
	assert_string_equal(place.path, "/b");
	assert_int_equal(place.file_off, 0x1800);
	assert_true(mpt_space_find(space, 0x8000, &place));
	assert_null(place.path);
	assert_false(mpt_space_find(space, 0x3000, &place));
}

/* After a loss /proc is asked again. */
static void a_loss(void **state)
{
	struct world *w = *state;

	take(w, MPT_LOAD_EXEC, 20, 7, 0, "");
	take(w, MPT_LOAD_MAPPED, 21, 7, 0x401000, "/told");
	take(w, MPT_LOAD_LOST, 22, 0, 0, "");
	fx_tree_write(&w->root, "proc/7/maps", MAPS("/read"));
	later();
	mpt_maps_meet(w->maps, 7, mpt_clock_now());
	assert_string_equal(path_at(w, mpt_clock_now()), "/read");
}

/* --- this kernel -------------------------------------------------------------------- */

struct told {
	struct mpt_maps *maps;
	pid_t pid;
	unsigned forks, execs;
	uint64_t ts, start;
};

static void note(const struct mpt_load *load, void *arg)
{
	struct told *told = arg;

	assert_true(load->ts >= told->ts);
	told->ts = load->ts;
	told->forks +=
		load->type == MPT_LOAD_FORK && load->pid == told->pid && load->parent == getpid();
	told->execs += load->type == MPT_LOAD_EXEC && load->pid == told->pid;
	if (load->type == MPT_LOAD_MAPPED && load->pid == told->pid && load->path &&
	    strstr(load->path, "test_maps"))
		told->start = load->start;
	mpt_maps_take(told->maps, load);
}

/* A program that ran and ended before anybody looked. */
static void watch_a_program(struct mpt_loads *loads, struct told *told)
{
	const struct mpt_space *space;
	struct mpt_place place;

	told->pid = fork();
	if (told->pid == 0) {
		execl("/proc/self/exe", "test_maps", "end", (char *)NULL);
		_exit(1);
	}
	assert_int_equal(waitpid(told->pid, NULL, 0), told->pid);
	mpt_loads_read(loads, true, note, told);
	assert_int_equal(told->forks, 1);
	assert_int_equal(told->execs, 1);
	assert_true(told->start > 0);
	space = mpt_maps_space(told->maps, told->pid, mpt_clock_now());
	assert_non_null(space);
	assert_true(mpt_space_find(space, told->start, &place));
	assert_non_null(strstr(place.path, "test_maps"));
	/* the file was found by its name and inode */
	assert_int_equal(mpt_object_can_name(), place.object != NULL);
}

static void told_by_the_kernel(void **state)
{
	struct mpt_loads *loads = mpt_loads_open();
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct told told = { .maps = mpt_maps_create(root) };

	(void)state;
	if (!loads)
		print_message("this kernel does not tell us what is loaded\n");
	else
		watch_a_program(loads, &told);
	mpt_loads_close(loads);
	mpt_maps_destroy(told.maps);
	close(root);
	if (!loads)
		skip();
}

/* --- this program -------------------------------------------------------------- */

static __attribute__((noinline, used)) int a_function_of_this_program(int n)
{
	__asm__ volatile("");
	return n + 1;
}

static void names(void **state)
{
	struct mpt_maps *maps;
	uint64_t at = (uintptr_t)a_function_of_this_program, ts = mpt_clock_now();
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	struct mpt_symbol symbol;
	struct mpt_place place;
	struct mpt_unwind rule;

	(void)state;
	if (!mpt_object_can_name())
		skip();
	maps = mpt_maps_create(root);
	assert_non_null(maps);
	mpt_maps_meet(maps, getpid(), ts);
	assert_true(mpt_space_find(mpt_maps_space(maps, getpid(), ts), at, &place));
	assert_non_null(strstr(place.path, "test_maps"));
	assert_non_null(place.object);
	assert_true(mpt_object_symbol(place.object, place.file_off, &symbol));
	assert_string_equal(symbol.name, "a_function_of_this_program");
	assert_int_equal(symbol.offset, 0);
#ifdef __x86_64__
	/* where a function begins the return address is on top of the stack */
	assert_true(mpt_object_unwind(place.object, place.file_off, &rule));
	assert_int_equal(rule.word, 8);
	assert_false(rule.by_bp);
	assert_int_equal(rule.cfa_off, 8);
	assert_int_equal(rule.ra_off, -8);
	assert_int_equal(rule.bp, MPT_BP_SAME);
#else
	(void)rule;
#endif
	/* beyond the end of the file there is nothing */
	assert_false(mpt_object_symbol(place.object, UINT64_MAX, &symbol));
	mpt_maps_destroy(maps);
	close(root);
}

/* A file that is no ELF file, or whose tables lead beyond its end, has no names. */
static void what_is_no_object(void **state)
{
	static const char *const bytes[] = { "", "x", "\177ELF\2\1\1" };
	struct mpt_symbol symbol;
	struct mpt_unwind rule;
	size_t i;

	(void)state;
	if (!mpt_object_can_name())
		skip();
	for (i = 0; i < 3; i++) {
		size_t size = strlen(bytes[i]) + 64;
		char *image = calloc(1, size);
		struct mpt_object *o;

		assert_non_null(image);
		memcpy(image, bytes[i], strlen(bytes[i]));
		o = mpt_object_of_memory(image, size);
		assert_non_null(o);
		assert_false(mpt_object_symbol(o, 0, &symbol));
		assert_false(mpt_object_unwind(o, 0, &rule));
		assert_false(mpt_object_has_unwind(o, 0));
		assert_int_equal(mpt_object_word(o), 0);
		mpt_object_close(o);
	}
}

int main(int argc, char **argv)
{
#define IN_WORLD(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		IN_WORLD(places),	  IN_WORLD(what_is_no_line),
		IN_WORLD(an_exec),	  IN_WORLD(an_exec_that_is_told_late),
		IN_WORLD(what_has_ended), IN_WORLD(what_is_loaded_later),
		IN_WORLD(many),		  IN_WORLD(what_is_told),
		IN_WORLD(many_execs),	  IN_WORLD(over_each_other),
		IN_WORLD(a_loss),	  cmocka_unit_test(told_by_the_kernel),
		cmocka_unit_test(names),  cmocka_unit_test(what_is_no_object),
	};

	/* told_by_the_kernel() runs it for that */
	if (argc > 1 && strcmp(argv[1], "end") == 0)
		return 0;
	return cmocka_run_group_tests_name("maps", tests, NULL, NULL);
}
