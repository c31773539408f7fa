/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_look.c - how lines are to look, by where they go.
 *
 * Terminals of this machine whose size the test sets, pipes and files; the
 * truth is https://no-color.org and the manual.
 */
#include "unit.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "look.h"

struct decision {
	enum mpt_when when;
	bool tty;
	const char *no_color, *term;
	bool colored;
};

static void decisions(void **state)
{
	static const struct decision decisions[] = {
		{ MPT_AUTO, true, NULL, "xterm", true },
		{ MPT_AUTO, true, "", "xterm", true },
		{ MPT_AUTO, true, "1", "xterm", false },
		{ MPT_AUTO, true, "0", "xterm", false },
		{ MPT_AUTO, true, NULL, "dumb", false },
		{ MPT_AUTO, true, NULL, NULL, false },
		{ MPT_AUTO, false, NULL, "xterm", false },
		{ MPT_ALWAYS, false, "1", "dumb", true },
		{ MPT_ALWAYS, true, "1", NULL, true },
		{ MPT_NEVER, true, NULL, "xterm", false },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(decisions) / sizeof(decisions[0]); i++) {
		const struct decision *d = &decisions[i];

		if (mpt_look_wants_color(d->when, d->tty, d->no_color, d->term) != d->colored)
			fail_msg("decision %zu", i);
	}
}

/* Returns the terminal's side of a new one. */
static int open_terminal(unsigned short columns)
{
	struct winsize size = { .ws_row = 24, .ws_col = columns };
	int controller = posix_openpt(O_RDWR | O_NOCTTY), terminal;

	assert_true(controller >= 0);
	assert_int_equal(grantpt(controller), 0);
	assert_int_equal(unlockpt(controller), 0);
	terminal = open(ptsname(controller), O_RDWR | O_NOCTTY);
	assert_true(terminal >= 0);
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	return terminal; /* the other side stays open until the test ends */
}

static void terminals(void **state)
{
	int narrow = open_terminal(40), wide = open_terminal(200), unknown = open_terminal(0);

	(void)state;
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
	assert_true(mpt_look_color(narrow, MPT_AUTO));
	assert_false(mpt_look_color(narrow, MPT_NEVER));
	setenv("NO_COLOR", "1", 1);
	assert_false(mpt_look_color(narrow, MPT_AUTO));
	assert_true(mpt_look_color(narrow, MPT_ALWAYS));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	assert_false(mpt_look_color(narrow, MPT_AUTO));
	assert_int_equal(mpt_look_width(narrow), 40);
	assert_int_equal(mpt_look_width(wide), 200);
	assert_int_equal(mpt_look_width(unknown), 80);
	close(narrow), close(wide), close(unknown);
}

static void no_terminals(void **state)
{
	int fds[2], null = open("/dev/null", O_WRONLY);

	(void)state;
	setenv("TERM", "xterm", 1);
	assert_int_equal(pipe(fds), 0);
	assert_false(mpt_look_color(fds[1], MPT_AUTO));
	assert_true(mpt_look_color(fds[1], MPT_ALWAYS));
	assert_int_equal(mpt_look_width(fds[1]), 80);
	assert_false(mpt_look_color(null, MPT_AUTO));
	assert_int_equal(mpt_look_width(null), 80);
	close(fds[0]), close(fds[1]), close(null);
	assert_int_equal(mpt_look_width(-1), 80);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decisions),
		cmocka_unit_test(terminals),
		cmocka_unit_test(no_terminals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
