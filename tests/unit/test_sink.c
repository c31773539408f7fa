/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_sink.c - where the lines go.
 *
 * Pipes, files and devices of this machine; the truth is what comes out at
 * their other end.
 */
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "err.h"
#include "sink.h"

static struct mpt_err err;

static void a_pipe(void **state)
{
	struct mpt_sink sink;
	char got[8] = "";
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(mpt_sink_open(&sink, NULL, fds[1], &err), 0);
	assert_false(sink.is_regular);
	mpt_buf_puts(&sink.buf, "line\n");
	assert_int_equal(mpt_sink_flush(&sink, -1, &err), 0);
	assert_int_equal(read(fds[0], got, sizeof(got)), 5);
	assert_string_equal(got, "line\n");
	close(fds[0]);
	mpt_buf_puts(&sink.buf, "line\n");
	assert_int_equal(mpt_sink_flush(&sink, -1, &err), -EPIPE);
	mpt_sink_close(&sink);
	assert_int_equal(fcntl(fds[1], F_GETFD), 0); /* not ours: left open, as it was */
	close(fds[1]);
}

/* Nobody reads, and a wake-up comes: what is left stays, and nothing is lost or doubled. */
static void a_full_pipe_and_a_wake(void **state)
{
	enum { MORE_THAN_A_PIPE = 300000 };
	struct mpt_sink sink;
	size_t left, got = 0;
	int fds[2], wake[2];
	char page[4096];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pipe(wake), 0);
	assert_int_equal(write(wake[1], "", 1), 1);
	assert_int_equal(mpt_sink_open(&sink, NULL, fds[1], &err), 0);
	memset(mpt_buf_room(&sink.buf, MORE_THAN_A_PIPE), 'x', MORE_THAN_A_PIPE);
	sink.buf.len = MORE_THAN_A_PIPE;
	assert_int_equal(mpt_sink_flush(&sink, wake[0], &err), -EINTR);
	left = sink.buf.len;
	assert_in_range(left, 1, MORE_THAN_A_PIPE - 1);
	while (got < MORE_THAN_A_PIPE - left)
		got += (size_t)read(fds[0], page, sizeof(page));
	assert_int_equal(got, MORE_THAN_A_PIPE - left);
	assert_int_equal(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
	mpt_sink_close(&sink);
	close(fds[0]), close(fds[1]), close(wake[0]), close(wake[1]);
}

struct reader {
	int fd;
	unsigned asked; /* times */
	size_t got;
};

/* Reads when it was asked more often than a pipe has room: it was waited for. */
static void read_late(void *arg)
{
	struct reader *reader = arg;
	char page[4096];
	ssize_t n;

	if (++reader->asked < 40)
		return;
	n = read(reader->fd, page, sizeof(page));
	assert_true(n > 0);
	reader->got += (size_t)n;
}

/* While a slow reader is waited for, something else is done again and again. */
static void meanwhile(void **state)
{
	enum { MORE_THAN_A_PIPE = 80000 };
	struct mpt_sink sink;
	struct reader reader = { 0 };
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	reader.fd = fds[0];
	assert_int_equal(mpt_sink_open(&sink, NULL, fds[1], &err), 0);
	sink.meanwhile = read_late;
	sink.arg = &reader;
	memset(mpt_buf_room(&sink.buf, MORE_THAN_A_PIPE), 'x', MORE_THAN_A_PIPE);
	sink.buf.len = MORE_THAN_A_PIPE;
	assert_int_equal(mpt_sink_flush(&sink, -1, &err), 0);
	assert_int_equal(sink.buf.len, 0);
	assert_true(reader.got > 0);
	mpt_sink_close(&sink);
	close(fds[0]), close(fds[1]);
}

static void a_file(void **state)
{
	char path[] = "/tmp/test_sink.XXXXXX", got[16] = "";
	int fd = mkstemp(path);
	struct mpt_sink sink;

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, "older and longer", 16), 16);
	assert_int_equal(mpt_sink_open(&sink, path, -1, &err), 0);
	assert_true(sink.is_regular);
	mpt_buf_puts(&sink.buf, "new\n");
	assert_int_equal(mpt_sink_flush(&sink, -1, &err), 0);
	assert_int_equal(mpt_sink_close(&sink), 0);
	assert_int_equal(pread(fd, got, sizeof(got), 0), 4);
	assert_string_equal(got, "new\n");
	unlink(path);
	close(fd);
}

static void what_cannot_be_written(void **state)
{
	struct mpt_sink sink;

	(void)state;
	assert_int_equal(mpt_sink_open(&sink, "/nowhere/x", -1, &err), -ENOENT);
	assert_non_null(strstr(err.what, "/nowhere/x"));
	assert_int_equal(mpt_sink_open(&sink, "/dev/full", -1, &err), 0);
	mpt_buf_puts(&sink.buf, "x");
	assert_int_equal(mpt_sink_flush(&sink, -1, &err), -ENOSPC);
	assert_int_equal(err.status, MPT_EXIT_FAILED);
	mpt_sink_close(&sink);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pipe),
		cmocka_unit_test(a_full_pipe_and_a_wake),
		cmocka_unit_test(meanwhile),
		cmocka_unit_test(a_file),
		cmocka_unit_test(what_cannot_be_written),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
