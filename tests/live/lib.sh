# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2034
#
# lib.sh - what the live tests share; they source it.
#
# In: root on a kernel that can be traced; mempoltrace, the workloads, jq, numactl and strace in PATH;
# an empty current directory. Out: functions that print TAP and compare, and $before, the state of
# tracefs when the test began. It never changes anything in the kernel, and has no test pass that had
# nothing to look at.
set -u
export LC_ALL=C

# Tests that unmount it mount it again.
tracefs=/sys/kernel/tracing
live_dir=$(cd "$(dirname "$0")" && pwd)
count=0

# --- results ----------------------------------------------------------------------------------------

# Prints the result of the last command. $1: its status, $2: what was tested. What there is to say on a
# failure stands in the file "why", if anything does.
result() {
	count=$((count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		[ ! -s why ] || head -n 20 why | cut -c 1-400 | sed 's/^/# /'
	fi
	rm -f why
}

# $1: what is tested; the rest: a command that has status 0 if it is so.
ok() {
	ok_what=$1
	shift
	"$@" >why 2>&1
	result $? "$ok_what"
}

# $1: what there is, $2: what there should be, $3: what is tested.
is() {
	printf 'got      "%s"\nexpected "%s"\n' "$1" "$2" >why
	[ "$1" = "$2" ]
	result $? "$3"
}

# $1: a file, $2: an extended regular expression that one of its lines matches, $3: what is tested.
like() {
	printf 'no line of %s matches %s:\n' "$1" "$2" >why
	cat "$1" >>why 2>&1
	grep -Eq -- "$2" "$1"
	result $? "$3"
}

# The same, and no line does.
unlike() {
	grep -E -- "$2" "$1" >why
	[ $? -eq 1 ]
	result $? "$3"
}

# $1, $2: files, $3: what is tested. Two empty files are not the same: nothing was compared.
same() {
	if [ ! -s "$1" ]; then
		echo "$1 is empty" >why
		false
	else
		diff "$1" "$2" >why 2>&1
	fi
	result $? "$3"
}

# $1: what is not tested, $2: why.
skip() {
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# Ends the script as skipped. $1: why.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# Ends the script. Its status is 0: what went wrong stands in the results.
done_testing() {
	echo "1..$count"
	exit 0
}

# --- running ----------------------------------------------------------------------------------------

# Runs a command; its status is in $status, its output in the files stdout and stderr.
run() {
	status=0
	"$@" >stdout 2>stderr </dev/null || status=$?
}

# Waits at most $1 seconds until the command that follows has status 0; else, status 1.
wait_until() {
	wait_left=$(($1 * 20))
	shift
	while ! "$@" >/dev/null 2>&1; do
		wait_left=$((wait_left - 1))
		[ "$wait_left" -gt 0 ] || return 1
		usleep 50000
	done
}

# usleep is busybox's.
command -v usleep >/dev/null || usleep() {
	sleep 0.05
}

# It is on for a moment at start-up too, for calls of mempoltrace's own; the events that say who is who come
# after that.
is_armed() {
	for armed in "$tracefs/instances/mempoltrace.$1".*; do
		[ "$(cat "$armed/events/task/task_rename/enable" 2>/dev/null)" = 1 ] &&
			[ "$(cat "$armed/tracing_on" 2>/dev/null)" = 1 ] && return 0
	done
	return 1
}

is_gone() {
	! kill -0 "$1"
}

# Waits until the run of mempoltrace with process id $1 records. Says so if it never does.
wait_armed() {
	wait_until 30 is_armed "$1" || ok "mempoltrace $1 records within 30 s" false
}

# Waits for process $1, a child, and sets $status; kills it if that takes more than 30 s.
wait_end() {
	wait_until 30 is_gone "$1" || {
		ok "process $1 ends within 30 s" false
		kill -9 "$1"
	}
	status=0
	wait "$1" || status=$?
}

# The kernel takes pages away for a moment to see who uses them, and no probe can read them then.
balancing_off() {
	had_balancing=$(cat /proc/sys/kernel/numa_balancing 2>/dev/null)
	[ -z "$had_balancing" ] || echo 0 >/proc/sys/kernel/numa_balancing
}

# As it was.
balancing_back() {
	[ -z "$had_balancing" ] || echo "$had_balancing" >/proc/sys/kernel/numa_balancing
}

# --- the state of tracefs ---------------------------------------------------------------------------

# Prints what another tracer could notice, in a form in which two such states can be compared.
tracefs_state() {
	(
		cd "$tracefs" || exit
		[ -e kprobe_events ] || echo "no kprobe_events"
		sort kprobe_events 2>/dev/null | sed 's/^/kprobe_events: /'
		for state_file in current_tracer tracing_on trace_clock set_event set_event_pid trace_options; do
			sort "$state_file" 2>/dev/null | sed "s/^/$state_file: /"
		done
		# Small, and to be "expanded" when it is used first: as good as expanded, up to a page.
		sed 's/.*expanded: \([0-9]*\).*/\1/; s/[0-9][0-9]$/../; s/^/buffer_size_kb: /' buffer_size_kb 2>/dev/null
		for state_dir in instances/*; do
			[ -d "$state_dir" ] || continue
			echo "$state_dir"
			for state_file in tracing_on set_event set_event_pid; do
				sort "$state_dir/$state_file" 2>/dev/null | sed "s|^|$state_dir/$state_file: |"
			done
		done
		ls -d events/mempoltrace* 2>/dev/null
	)
}

# $1: what was done. Nothing of it is left. What is left is said once, and of those who left it.
unchanged() {
	tracefs_state >after
	same before "after" "$1: tracefs is as before"
	mv after before
}

# --- recordings -------------------------------------------------------------------------------------

# Prints a trace in json without what /proc alone says.
without_proc() {
	sed -e 's/"uid":[0-9a-z]*,//' -e 's/,"cgroup":"[^"]*"//' "$1"
}

# $1: a recording, $2: the trace in json that was printed when it was made, $3: what was done.
replays() {
	mempoltrace -r "$1" -f json >replayed 2>stderr
	is "$?:$(wc -c <stderr | tr -d ' ')" 0:0 "$3: -r has nothing to complain of"
	without_proc "$2" >expected
	without_proc replayed >got
	same expected got "$3: -r prints what was printed live"
}

# --- calls ------------------------------------------------------------------------------------------

# Prints the call lines of the trace in json in file $1 as the workloads report them: without what only
# a tracer knows, by thread. By sed, since jq 1.6 takes large numbers for floating point.
calls() {
	sed -n '/^{"type":"call",/{
		s/^{"type":"call","time":[^,]*,"host":"[^"]*","cpu":[0-9]*,/{/
		s/"uid":[0-9a-z]*,//
		s/,"cgroup":"[^"]*"//
		s/,"duration_ns":[0-9a-z]*}$/}/
		p
	}' "$1" | by_thread
}

# Sorts reports by thread id, and leaves the calls of each in their order.
by_thread() {
	sort -s -t : -k 3n,3
}

# Status 1 on a kernel without kprobes, where the syscall tracepoints are all that there is: what pointers lead
# to is not captured there, and of a denied call the result alone.
has_kprobes() {
	[ -e "$tracefs/kprobe_events" ]
}

# Makes of the reports in the files expected and got what can be compared without kprobes.
without_kprobes() {
	sed '/"denied":true/s/"args":.*,"ret":/"args":{},"decoded":{},"ret":/' expected >expected.less
	sed '/"denied":true/s/,"unread":{[^}]*}//' got >got.less
}

# $1: a report, $2: a trace in json. What is to be compared, into the files expected and got.
to_compare() {
	by_thread <"$1" >expected
	calls "$2" >got
}

# $1: what is tested, $2, $3: files that are the same but for memory that could not be read; $4: an option for awk. What
# was not read is counted in the last line of the file judged.
same_but_unread() {
	# shellcheck disable=SC2086 # an option of two words, or none
	awk ${4-} -f "$live_dir/match.awk" "$2" "$3" >judged
	same_status=$?
	cp judged why
	[ "$same_status" -eq 0 ]
	result $? "$1"
}

# $1: what is tested. The files expected and got are the same but for what there is no way to read.
same_without_kprobes() {
	without_kprobes
	same_but_unread "$1, but for what cannot be read" expected.less got.less "-v unsupported=1"
}

# $1: a report, $2: a trace in json, $3: how many calls there are at the least, $4: what was done.
compare() {
	to_compare "$1" "$2"
	if has_kprobes; then
		same expected got "$4: each call is shown as it was"
	else
		same_without_kprobes "$4: each call is shown as it was"
	fi
	ok "$4: there were $3 calls or more" test "$(wc -l <got)" -ge "$3"
	is "$(lost "$2")" 0 "$4: none is said to be lost"
}

# Prints number $2 of the end line of the trace in json in file $1.
end_number() {
	sed -n '$s/^{"type":"end".*"'"$2"'":\([0-9]*\).*/\1/p' "$1"
}

# Prints how many calls the trace in json in file $1 says were lost.
lost() {
	lost_sum=$(end_number "$1" overrun)+$(end_number "$1" missed_returns)+$(end_number "$1" unpaired)
	# shellcheck disable=SC2004 # dash wants the dollar
	case $lost_sum in
	+* | *++* | *+) echo "nothing of" ;;
	*) echo $(($lost_sum)) ;;
	esac
}

# $1: a trace in json, $2: what was done. The last line, and no other, is the end line.
has_end() {
	is "$(grep -c '^{"type":"end",' "$1"):$(tail -n 1 "$1" | grep -c '^{"type":"end",.*}$')" 1:1 \
		"$2: the end line is there, once and last"
}

[ "$(id -u)" -eq 0 ] || skip_all "not root"
tracefs_state >before
