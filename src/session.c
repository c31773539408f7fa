/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * session.c - one run.
 *
 * In: what the user asked for. Out: lines, an exit status, and a kernel as it
 * was before. It owns the poll loop and the order of things: COMMAND is
 * forked before anything is changed that it would inherit, released when the
 * probes are armed; at the end the probes go first, and only then does
 * anything else that can take time.
 */
#include "session.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aim.h"
#include "cleanup.h"
#include "conf.h"
#include "dat_write.h"
#include "err.h"
#include "facts_live.h"
#include "hits.h"
#include "line.h"
#include "loads.h"
#include "log.h"
#include "look.h"
#include "maps.h"
#include "rig.h"
#include "rights.h"
#include "sink.h"
#include "source_ahead.h"
#include "source_live.h"
#include "target.h"
#include "tracedir.h"

enum {
	ROUND_MS = 50,	    /* between rounds while there is something to read, */
	FIRST_ROUND_MS = 5, /* and where it is much, or not known yet how much */
	MUCH = 64,	    /* sub-buffers in a round, */
	MUCH_PART = 4,	    /* or, where that is less, a quarter of what a CPU's buffer has */
	STACK_ROUND_MS = 1, /* with -k: of what has ended no code may be known */
	LOADS_MS = 1000,    /* with -k, between looks at what is loaded, though nobody calls */
	PID_CHECK_MS = 200, /* between looks at whether all -p processes have ended */
	BLIND_MS = 100,	    /* and at buffers that cannot be waited for */
	NICE = -10,	    /* while reading: 0.9 of a CPU that another process wants, too */
	NS_PER_MS = 1000000,
};

struct session {
	const struct mpt_conf *conf;
	int signals; /* signalfd */
	sigset_t old_mask;
	struct mpt_sink sink;
	struct mpt_command command;
	bool command_ended;
	int command_wstatus;
	struct mpt_rig rig;
	struct mpt_aim aim;
	struct mpt_threads *threads;
	struct mpt_facts_live *facts; /* --explain; else NULL */
	struct mpt_maps *maps;
	struct mpt_loads *loads;
	struct mpt_dat_writer *dat; /* -w, or NULL */
	struct mpt_source *tee;	    /* and by what it sees the sub-buffers */
	struct mpt_source *ahead;   /* what waits to be decoded; NULL with -k */
	struct mpt_emit_context context;
	struct mpt_line line;
	struct mpt_stats stats;
	struct pollfd *fds; /* signals, output, then a descriptor per CPU */
	int round_ms;	    /* until the next round, while not idle */
	int much;	    /* sub-buffers in a round that are a hint to hurry */
	uint64_t deadline;  /* of -d; 0: none */
	uint64_t records_lost;
	struct mpt_hits hits; /* of the probes, when tracing began */
	bool knows_hits;
	bool stop;	  /* tracing is to end */
	bool give_up;	  /* and nothing more is to be written */
	bool output_gone; /* nobody reads any more */
	bool blind;	  /* a CPU's buffer cannot be waited for */
};

enum { FD_SIGNALS, FD_OUTPUT, FD_CPUS };

/*
 * SIGINT and SIGTERM count even where a script's & had them ignored; SIGHUP
 * stays ignored under nohup. A closed pipe is to be an error, not a death.
 */
static int take_signals(struct session *s, struct mpt_err *err)
{
	struct sigaction hup;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGCHLD);
	sigaction(SIGHUP, NULL, &hup);
	if (hup.sa_handler != SIG_IGN)
		sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &s->old_mask);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	s->signals = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->signals < 0 ? mpt_err_set(err, errno, "signalfd") : 0;
}

/*
 * It is only looked at, and waited for at the end: until then /proc tells of it
 * whose the calls are that have not been shown yet.
 */
static void see_command(struct session *s)
{
	siginfo_t info = { .si_pid = 0 };

	if (s->command.pid <= 0)
		return;
	if (waitid(P_PID, (id_t)s->command.pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid == s->command.pid)
		s->stop = true;
}

static void read_signals(struct session *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == sizeof(info)) {
		if (info.ssi_signo == SIGCHLD) {
			see_command(s);
			continue;
		}
		/* asked a second time: do not even write what is left */
		s->give_up = s->stop;
		s->stop = true;
	}
}

/* Where processes have other numbers for us than for the trace, nothing can be known. */
static int make_maps(struct session *s)
{
	s->maps = mpt_maps_create(s->rig.foreign ? -1 : s->rig.rootfd);
	if (s->maps && !s->rig.foreign)
		s->loads = mpt_loads_open();
	return s->maps ? 0 : -ENOMEM;
}

/* With -w nothing is printed that was not asked for. */
static bool prints_calls(const struct mpt_conf *conf)
{
	bool prints = !conf->write || conf->output || conf->format_given;

	return prints && conf->summary != MPT_SUMMARY_ONLY;
}

static void record_known(void *arg, const struct mpt_known *known)
{
	mpt_dat_known(arg, known);
}

static int make_tee(struct session *s, struct mpt_err *err)
{
	if (!s->dat)
		return 0;
	mpt_threads_tell(s->threads, record_known, s->dat);
	s->tee = mpt_dat_tee(s->dat, s->rig.source);
	return s->tee ? 0 : mpt_err_set(err, ENOMEM, "-w");
}

/*
 * What reads on while the rest of us is busy, above -w, which is not to wait for the
 * decoding. With -k nothing may wait: of what has ended no code may be known.
 */
static int make_ahead(struct session *s, struct mpt_err *err)
{
	if (s->conf->stack)
		return 0;
	s->ahead = mpt_ahead_open(s->tee ? s->tee : s->rig.source, mpt_rig_ahead_bytes(&s->rig));
	return s->ahead ? 0 : mpt_err_set(err, ENOMEM, "per_cpu");
}

static void read_ahead(void *arg)
{
	struct session *s = arg;

	if (s->ahead)
		mpt_ahead_sweep(s->ahead, mpt_clock_now());
}

/* The recording's header, when all is known that stands there. */
static int begin_recording(struct session *s, struct mpt_err *err)
{
	const struct mpt_clock *clock = &s->context.clock;
	struct mpt_note note = { .to_realtime = clock->to_realtime,
				 .to_boottime = clock->to_boottime,
				 .start = clock->start,
				 .ignore = s->rig.armed.self,
				 .plan = s->rig.plan };

	if (!s->dat)
		return 0;
	snprintf(note.host, sizeof(note.host), "%s", s->context.host);
	return mpt_dat_begin(s->dat, s->rig.eventsfd, &note, s->rig.source, err);
}

static int make_line(struct session *s, struct mpt_err *err)
{
	int rc;

	s->threads = mpt_threads_create(s->rig.foreign ? -1 : s->rig.rootfd);
	if (!s->threads)
		return mpt_err_set(err, ENOMEM, "threads");
	if (s->conf->explain) {
		mpt_threads_want_facts(s->threads);
		s->facts = mpt_facts_live_create(s->rig.rootfd, !s->rig.foreign);
		if (!s->facts)
			return mpt_err_set(err, ENOMEM, "--explain");
	}
	if (s->conf->stack && make_maps(s) < 0)
		return mpt_err_set(err, ENOMEM, "maps");
	s->aim = (struct mpt_aim){ .conf = s->conf,
				   .rootfd = s->rig.rootfd,
				   .armed = &s->rig.armed,
				   .threads = s->threads };
	s->line = (struct mpt_line){
		.decoder = s->rig.decoder,
		.threads = s->threads,
		.plan = &s->rig.plan,
		.emitter = s->conf->format,
		.context = &s->context,
		.out = &s->sink.buf,
		.limit = s->conf->count,
		.ignore = s->rig.armed.self,
		.stats = s->conf->summary ? &s->stats : NULL,
		.silent = !prints_calls(s->conf),
		.explain = s->conf->explain,
		.facts = s->facts,
		.maps = s->maps,
		.loads = s->loads,
	};
	if (make_tee(s, err) < 0 || make_ahead(s, err) < 0)
		return -ENOMEM;
	s->sink.meanwhile = read_ahead;
	s->sink.arg = s;
	rc = mpt_merge_create(s->ahead ? s->ahead
			      : s->tee ? s->tee
				       : s->rig.source,
			      &s->line.merge, err);
	if (rc == 0)
		mpt_line_watch(&s->line);
	return rc;
}

static int make_fds(struct session *s, struct mpt_err *err)
{
	s->fds = calloc(FD_CPUS + s->rig.source->ncpus, sizeof(*s->fds));
	if (!s->fds)
		return mpt_err_set(err, ENOMEM, "poll");
	s->fds[FD_SIGNALS] = (struct pollfd){ .fd = s->signals, .events = POLLIN };
	/* no event is asked for: what comes of itself is that nobody reads any more */
	s->fds[FD_OUTPUT] = (struct pollfd){ .fd = s->sink.is_regular ? -1 : s->sink.fd };
	mpt_source_live_pollfds(s->rig.source, s->fds + FD_CPUS);
	return 0;
}

/* A small buffer (-b) is full long before the usual number has been read. */
static int much_of(const struct mpt_rig *rig)
{
	uint64_t part = mpt_rig_buffer_kb(rig) * 1024 / rig->source->page_size / MUCH_PART;

	return part < MUCH ? (int)part : MUCH;
}

static int begin(struct session *s, struct mpt_err *err)
{
	int rc = mpt_decoder_bind_tasks(s->rig.decoder, s->rig.plan.denied, err);

	if (rc == 0)
		rc = make_line(s, err);
	if (rc == 0)
		rc = make_fds(s, err);
	if (rc == 0)
		rc = mpt_aim_take(&s->aim, s->command.pid, s->rig.command_tid, err);
	/* --no-follow is part of it by now */
	s->line.filter = mpt_filter_asks(s->conf->filter) ? s->conf->filter : NULL;
	if (rc == 0)
		rc = mpt_arm_task_events(&s->rig.armed, s->rig.plan.denied, err);
	mpt_clock_init(&s->context.clock);
	s->much = much_of(&s->rig);
	if (rc == 0)
		rc = begin_recording(s, err);
	if (s->conf->format->begin && !s->line.silent)
		s->conf->format->begin(&s->context, &s->sink.buf);
	s->knows_hits = rc == 0 && mpt_hits_read(s->rig.dir.fd, &s->rig.plan, &s->hits) == 0;
	if (rc == 0)
		rc = mpt_arm_switch(&s->rig.armed, true, err);
	/* whoever was inside a call by then began it before, or has an entry recorded */
	if (s->rig.plan.defs[0].shows_denied)
		mpt_threads_ask_inside(s->threads);
	mpt_arm_seal(&s->rig.armed);
	if (s->conf->duration)
		s->deadline = s->context.clock.start + s->conf->duration;
	return rc;
}

/*
 * Writes what is in the sink. Who reads it may be slow, and then a signal
 * must still be heard.
 */
static int flush(struct session *s, struct mpt_err *err)
{
	int rc;

	do {
		if (s->output_gone || s->give_up) {
			s->sink.buf.len = 0;
			return 0;
		}
		rc = mpt_sink_flush(&s->sink, s->signals, err);
		if (rc == -EINTR)
			read_signals(s);
	} while (rc == -EINTR);
	if (rc != -EPIPE)
		return rc;
	s->output_gone = true;
	s->stop = true;
	s->sink.buf.len = 0;
	return 0;
}

/*
 * Everything that is ripe, read, shown and written. Much can have been read ahead, so
 * that reading goes on and signals are heard meanwhile. Returns sub-buffers read, or
 * -errno.
 */
static int round_once(struct session *s, uint64_t now, struct mpt_err *err)
{
	bool more;
	int rc, n = mpt_line_round(&s->line, now);

	if (n < 0)
		return mpt_err_set(err, -n, "trace_pipe_raw");
	if (s->dat && mpt_dat_failed(s->dat))
		s->stop = true;
	do {
		more = mpt_line_drain(&s->line);
		rc = flush(s, err);
		read_ahead(s);
		read_signals(s);
	} while (rc == 0 && more && !s->give_up);
	if (s->dat)
		mpt_dat_sync(s->dat);
	if (mpt_line_is_done(&s->line))
		s->stop = true;
	return rc < 0 ? rc : n;
}

/* How long to sleep at the most, milliseconds; -1: until something happens. */
static int timeout_ms(const struct session *s, bool idle)
{
	uint64_t now = mpt_clock_now();
	int ms = idle ? -1 : s->maps ? STACK_ROUND_MS : s->round_ms;

	if (mpt_merge_is_behind(s->line.merge))
		return 0;
	if (s->loads && ms < 0)
		ms = LOADS_MS;
	if (mpt_aim_has_targets(s->conf) && idle)
		ms = PID_CHECK_MS;
	if (s->blind && idle)
		ms = BLIND_MS;
	if (s->deadline) {
		uint64_t left = s->deadline > now ? (s->deadline - now) / NS_PER_MS + 1 : 0;

		if (ms < 0 || left < (uint64_t)ms)
			ms = left > 1000000 ? 1000000 : (int)left;
	}
	return ms;
}

/*
 * Some kernels have no buffer for a CPU that was never on line yet, and poll()
 * would return at once for ever. It may come: then it is looked at by time.
 */
static void skip_unreadable(struct session *s)
{
	unsigned i;

	for (i = 0; i < s->rig.source->ncpus; i++) {
		struct pollfd *fd = &s->fds[FD_CPUS + i];

		if (fd->fd < 0 || !(fd->revents & (POLLERR | POLLHUP | POLLNVAL)))
			continue;
		fd->fd = -1;
		s->blind = true;
	}
}

/*
 * Waits. While idle the first record wakes us; while there is something to
 * read only time does, since waking for each record would cost a sub-buffer
 * copy each.
 */
static int wait_for_work(struct session *s, bool idle, struct mpt_err *err)
{
	nfds_t n = idle ? FD_CPUS + s->rig.source->ncpus : FD_CPUS;

	if (poll(s->fds, n, timeout_ms(s, idle)) < 0 && errno != EINTR)
		return mpt_err_set(err, errno, "poll");
	skip_unreadable(s);
	if (s->fds[FD_SIGNALS].revents)
		read_signals(s);
	if (s->fds[FD_OUTPUT].revents & (POLLERR | POLLHUP)) {
		s->output_gone = true;
		s->stop = true;
	}
	if (s->deadline && mpt_clock_now() >= s->deadline)
		s->stop = true;
	return 0;
}

/* Callers that begin, or that are fast, would fill the buffer before a long sleep ends. */
static int next_round_ms(const struct session *s, int n, bool idle)
{
	if (idle || n > s->much)
		return FIRST_ROUND_MS;
	return s->round_ms > ROUND_MS / 2 ? ROUND_MS : 2 * s->round_ms;
}

static int loop(struct session *s, struct mpt_err *err)
{
	bool idle = true;

	while (!s->stop) {
		int n, rc = wait_for_work(s, idle, err);

		if (rc < 0)
			return rc;
		n = round_once(s, mpt_clock_now(), err);
		if (n < 0)
			return n;
		idle = n == 0 && !mpt_merge_is_holding(s->line.merge) &&
		       !(s->ahead && mpt_ahead_holds(s->ahead));
		s->round_ms = next_round_ms(s, n, idle);
		rc = idle ? mpt_aim_is_gone(&s->aim) : 0;
		if (rc < 0)
			return mpt_tracedir_explain(s->rig.rootfd, -rc,
						    "who is traced could not be learnt", err);
		s->stop |= rc > 0;
	}
	return 0;
}

/*
 * Records of tasks are among those that are lost, and the probes' own count tells
 * them apart. Where a return is all that a call leaves, it tells of missed ones, too;
 * of those of all tasks.
 */
static void count_lost(struct session *s, struct mpt_lost *lost)
{
	struct utsname uts;
	struct mpt_hits hits;
	bool knows = s->knows_hits && (s->records_lost || s->rig.plan.lean) &&
		     mpt_hits_read(s->rig.dir.fd, &s->rig.plan, &hits) == 0 &&
		     hits.calls >= s->hits.calls;

	if (knows)
		s->records_lost =
			mpt_line_cap(&s->line, s->records_lost, hits.calls - s->hits.calls);
	mpt_line_lost(&s->line, s->records_lost, lost);
	if (!knows || !s->rig.plan.lean || uname(&uts) < 0 || !mpt_hits_knows_misses(uts.release))
		return;
	lost->missed_returns += hits.misses - s->hits.misses;
	lost->at_most = lost->at_most || hits.misses > s->hits.misses;
}

/* What was recorded before the end is shown, and what was lost counted. */
static int drain(struct session *s, struct mpt_totals *totals, struct mpt_err *err)
{
	int n, rc;

	totals->duration_ns = mpt_clock_now() - s->context.clock.start;
	while (!s->give_up && (n = round_once(s, UINT64_MAX, err)) != 0)
		if (n < 0)
			return n;
	mpt_line_in_flight(&s->line);
	rc = mpt_source_live_lost(s->rig.source, &s->records_lost);
	count_lost(s, &totals->lost);
	totals->calls = s->line.calls;
	totals->shown = s->line.silent ? 0 : s->line.shown;
	totals->denied = s->line.denied;
	totals->asks_uid = s->conf->filter->nuids > 0;
	totals->uid_unknown = s->line.uid_unknown;
	if (rc < 0)
		mpt_tracedir_explain(s->rig.rootfd, -rc,
				     "how many calls were lost could not be learnt", err);
	return rc;
}

void mpt_session_tell_losses(const struct mpt_lost *lost)
{
	uint64_t sum = lost->overrun + lost->missed_returns + lost->unpaired;

	if (sum == 0)
		return;
	mpt_log_warn("%s%llu calls were lost: overrun %llu, missed returns %llu, unpaired %llu%s",
		     lost->at_most ? "at most " : "", (unsigned long long)sum,
		     (unsigned long long)lost->overrun, (unsigned long long)lost->missed_returns,
		     (unsigned long long)lost->unpaired,
		     lost->overrun ? "; a larger buffer (-b) loses less" : "");
}

static void put_name(void *arg, const struct mpt_thread *thread)
{
	if (thread->has_comm)
		mpt_buf_printf(arg, "%d %.*s\n", (int)thread->tid, MPT_COMM_LEN, thread->comm);
}

static int end_recording(struct session *s, const struct mpt_totals *totals, struct mpt_err *err)
{
	cleanup_buf struct mpt_buf names = { 0 };

	if (!s->dat)
		return 0;
	mpt_threads_each(s->threads, put_name, &names);
	return mpt_dat_finish(s->dat, &names, s->records_lost, totals->duration_ns, err);
}

/* The order of the end: recording off, read, probes gone, the last line, COMMAND. */
static int end(struct session *s, struct mpt_totals *totals, struct mpt_err *err)
{
	struct mpt_err changed, recording;
	int rc, rc_recording, rc_check = mpt_arm_check(&s->rig.armed, &changed);

	mpt_arm_switch(&s->rig.armed, false, err);
	rc = drain(s, totals, err);
	mpt_merge_destroy(s->line.merge);
	s->line.merge = NULL;
	mpt_source_close(s->ahead);
	s->ahead = NULL; /* what it reads is closed now */
	mpt_rig_disarm(&s->rig);
	if (rc == 0 && s->conf->summary)
		s->conf->format->summary(&s->context, &s->stats, totals, &s->sink.buf);
	if (rc == 0 && s->conf->format->end && (prints_calls(s->conf) || s->conf->summary))
		s->conf->format->end(&s->context, totals, &s->sink.buf);
	if (rc == 0)
		rc = flush(s, err);
	rc_recording = end_recording(s, totals, &recording);
	mpt_session_tell_losses(&totals->lost);
	if (rc == 0 && rc_check < 0)
		*err = changed;
	rc = rc < 0 ? rc : rc_check;
	if (rc == 0 && rc_recording < 0)
		*err = recording;
	return rc < 0 ? rc : rc_recording;
}

/* COMMAND goes on without us; its status is ours. Signals are its own business by now. */
static void wait_command(struct session *s)
{
	int wstatus;

	if (s->command.pid <= 0)
		return;
	while (waitpid(s->command.pid, &wstatus, 0) < 0 && errno == EINTR)
		;
	s->command_ended = true;
	s->command_wstatus = wstatus;
}

static void drop_rights(const struct session *s)
{
	int rc = mpt_rights_drop(s->rig.dir.fd, s->conf->explain, s->conf->stack);

	if (rc < 0)
		mpt_log_warn("capabilities could not be dropped: %s", strerror(-rc));
}

/*
 * Callers on all CPUs leave us no more than one of them, and of that half, while
 * what we do not read in time is lost. Whoever was given another niceness keeps it;
 * COMMAND has its own.
 */
static void hurry(void)
{
	if (getpriority(PRIO_PROCESS, 0) == 0)
		setpriority(PRIO_PROCESS, 0, NICE);
}

static int trace(struct session *s, struct mpt_totals *totals, struct mpt_err *err)
{
	struct mpt_err ended = { 0 };
	int rc, rc_end;

	rc = begin(s, err);
	if (rc < 0)
		return rc;
	hurry();
	drop_rights(s);
	if (s->command.pid > 0)
		rc = mpt_command_release(&s->command, err);
	if (rc == 0)
		rc = loop(s, err);
	rc_end = end(s, totals, &ended);
	if (rc == 0 && rc_end < 0)
		*err = ended;
	return rc < 0 ? rc : rc_end;
}

static void init(struct session *s, const struct mpt_conf *conf)
{
	*s = (struct session){ .conf = conf, .signals = -1, .round_ms = FIRST_ROUND_MS };
	/* nothing is open yet, and it may stay so */
	s->rig.rootfd = s->rig.dir.fd = s->rig.armed.fd = s->rig.eventsfd = -1;
	s->context.timestamps = conf->timestamps;
	s->context.array_limit = conf->array_limit;
	s->stats.no_times = conf->timestamps == MPT_TIME_NONE;
}

/* In an order in which nothing is used after it is gone; all of it may never have been made. */
static void fini(struct session *s)
{
	mpt_merge_destroy(s->line.merge);
	mpt_source_close(s->ahead);
	mpt_source_close(s->tee);
	mpt_rig_disarm(&s->rig);
	mpt_dat_close(s->dat);
	mpt_command_drop(&s->command);
	mpt_threads_destroy(s->threads);
	mpt_facts_live_destroy(s->facts);
	mpt_buf_free(&s->line.cause);
	mpt_maps_destroy(s->maps);
	mpt_loads_close(s->loads);
	mpt_rig_close(&s->rig);
	free(s->fds);
	mpt_aim_free(&s->aim);
	mpt_buf_free(&s->context.scratch);
	mpt_stats_free(&s->stats);
	if (s->signals >= 0)
		close(s->signals);
}

static int run(struct session *s, struct mpt_totals *totals, struct mpt_err *err)
{
	const struct mpt_conf *conf = s->conf;
	int fallback = conf->command ? STDERR_FILENO : STDOUT_FILENO;
	int rc;

	/* before signals are blocked: opening a FIFO waits for its reader */
	rc = mpt_sink_open(&s->sink, conf->output, fallback, err);
	s->context.color = mpt_look_color(s->sink.fd, conf->color);
	s->context.width = mpt_look_width(s->sink.fd);
	if (rc == 0 && conf->write)
		rc = mpt_dat_create(conf->write, &s->dat, err);
	if (rc == 0 && conf->command)
		rc = mpt_command_start(&s->command, conf->command, conf->user, err);
	if (rc == 0)
		rc = take_signals(s, err);
	if (rc == 0)
		rc = mpt_rig_open(&s->rig, s->conf, err);
	if (rc == 0)
		rc = mpt_rig_arm(&s->rig, s->command.pid, err);
	snprintf(s->context.host, sizeof(s->context.host), "%s", s->rig.host);
	if (rc == 0)
		rc = trace(s, totals, err);
	return rc;
}

static int exit_status(const struct session *s, const struct mpt_totals *totals)
{
	const struct mpt_lost *lost = &totals->lost;
	int status = s->command_ended ? mpt_command_status(s->command_wstatus) : MPT_EXIT_OK;

	if (status == MPT_EXIT_OK && s->conf->strict &&
	    lost->overrun + lost->missed_returns + lost->unpaired > 0)
		return MPT_EXIT_LOST;
	return status;
}

int mpt_session_run(const struct mpt_conf *conf, int *status, struct mpt_err *err)
{
	struct mpt_totals totals = { 0 };
	struct session s;
	int rc, closed;

	init(&s, conf);
	rc = run(&s, &totals, err);
	closed = mpt_sink_close(&s.sink);
	if (rc == 0 && closed < 0)
		rc = mpt_err_set(err, -closed, "cannot write the trace");
	if (rc == 0)
		wait_command(&s);
	*status = exit_status(&s, &totals);
	fini(&s);
	return rc;
}
