#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# overhead.sh - what tracing costs the traced program, in the VM that overhead boots.
#
# In: mempoltrace and loop in PATH, strace, trace-cmd, perf and bpftrace if they are there; a kernel whose time
# counts instructions. Out: a line per condition, "NAME|get_mempolicy|getppid", instructions per call, or nothing
# and a line that says why. Probes that are armed by hand are those that --dry-run prints, and a smaller pair;
# nobody reads their buffer.
set -u
tracefs=/sys/kernel/tracing
calls=1000
# boot is over only some time after init has begun
sleep 10

# $1: condition, $2: loop's two numbers, or nothing
report() {
	echo "$1|$2" | sed 's/ \([0-9]*\)$/|\1/'
}

# $1: condition; the rest: a command whose last line of output is loop's.
measure() {
	name=$1
	shift
	got=$("$@" 2>/tmp/why | grep . | tail -n 1)
	report "$name" "$got"
	[ -n "$got" ] || echo "# $name: $(grep . /tmp/why | tail -n 1)"
}

# Arms the definitions of file $1 by hand, for $2: the pid that is recorded, or nothing for all.
by_hand() {
	mkdir $tracefs/instances/hand
	cd $tracefs/instances/hand || exit 1
	echo 0 >tracing_on
	echo mono >trace_clock
	echo 8192 >buffer_size_kb
	# one by one: what a write(2) ends with is taken for a whole line
	grep '^[pr]' "$1" | while read -r line; do
		echo "$line" >>$tracefs/kprobe_events
	done
	sed -n 's/^# filter of \([^:]*\): \(.*\)$/\1 \2/p' "$1" | while read -r event filter; do
		echo "$filter" >"$(echo events/mempoltrace_*/"$event")/filter"
	done
	[ -z "$2" ] || echo "$2" >set_event_pid
	for group in events/mempoltrace_*; do
		echo 1 >"$group/enable"
	done
	echo 1 >tracing_on
	cd /
}

take_back() {
	for group in "$tracefs"/instances/hand/events/mempoltrace_*; do
		echo 0 >"$group/enable"
	done
	sed -n 's/^[pr][0-9]*:\([^ ]*\) .*/-:\1/p' $tracefs/kprobe_events | while read -r line; do
		echo "$line" >>$tracefs/kprobe_events
	done
	rmdir $tracefs/instances/hand
}

# $1: condition, $2: definitions, the rest: loop's arguments. The pid of loop alone is recorded.
measure_by_hand() {
	name=$1
	defs=$2
	shift 2
	# held until its pid is known
	mkfifo /tmp/gate
	sh -c 'read -r line </tmp/gate; exec loop "$@"' sh "$@" >/tmp/hand &
	by_hand "$defs" $!
	echo go >/tmp/gate
	wait $!
	rm /tmp/gate
	take_back
	report "$name" "$(cat /tmp/hand)"
}

measure untraced loop $calls

mempoltrace --dry-run --denied=never >/tmp/plan
mempoltrace --dry-run --denied=never -t none >/tmp/lean
# 64-bit callers' own, as small as is useful: five arguments; result, mode, one word. No proof, no number.
sed -n -e '/:mempoltrace_[0-9_]*\/enter_get_mempolicy /p' \
	-e '/\/exit_get_mempolicy /{s/^r[0-9]*:/r:/; s/ nr=[^ ]*//; s/ u_nodemask[1-9][0-9]*=[^ ]*//g; p}' /tmp/plan >/tmp/smallest
measure_by_hand "smallest pair by hand" /tmp/smallest $calls
measure_by_hand "plan by hand" /tmp/plan $calls
measure mempoltrace mempoltrace -q -o /dev/null --denied=never -- loop $calls
measure_by_hand "lean plan by hand" /tmp/lean $calls
measure "mempoltrace -t none" mempoltrace -q -o /dev/null --denied=never -t none -- loop $calls
measure "mempoltrace -e all" mempoltrace -q -o /dev/null -e all -- loop $calls

# those who are not traced
sleep 1000 &
other=$!
mempoltrace -q -o /dev/null -p $other &
run=$!
sleep 3
measure "another process is traced" loop $calls
kill -INT $run
wait $run
measure "denied watched, no filter" mempoltrace -q -o /dev/null --denied=always -- loop $calls
measure "untraced, under a filter" loop $calls --filter
measure "denied watched, under a filter" mempoltrace -q -o /dev/null --denied=always -- loop $calls --filter

# side by side: each run adds its probes to the function, for those it does not trace too
for runs in 1 2 4 8; do
	pids=
	i=0
	while [ $i -lt $runs ]; do
		mempoltrace -q -o /dev/null -p $other &
		pids="$pids $!"
		i=$((i + 1))
	done
	sleep $((2 + runs))
	measure "$runs other runs" loop $calls
	# shellcheck disable=SC2086 # pids are words
	kill -INT $pids
	# shellcheck disable=SC2086
	wait $pids
done
kill $other

# peers, of which each records as much as it can by itself; a pair of probes is given to those that take one
peer() {
	mount -t debugfs debug /sys/kernel/debug 2>/dev/null
	tool=$1
	shift
	command -v "$tool" >/dev/null && measure "$@"
	rm -f /tmp/peer.out
}

sed 's/mempoltrace_[0-9_]*/peer/' /tmp/smallest >/tmp/peer
cat /tmp/peer >>$tracefs/kprobe_events
syscalls=syscalls:sys_enter_get_mempolicy,syscalls:sys_exit_get_mempolicy
peer trace-cmd "trace-cmd record, smallest pair" trace-cmd record -q -o /tmp/peer.out -e peer loop $calls
peer trace-cmd "trace-cmd record, tracepoints" trace-cmd record -q -o /tmp/peer.out -e syscalls:sys_enter_get_mempolicy \
	-e syscalls:sys_exit_get_mempolicy loop $calls
peer perf "perf record, smallest pair" perf record -q -o /tmp/peer.out -e 'peer:*' loop $calls
peer perf "perf record, tracepoints" perf record -q -o /tmp/peer.out -e $syscalls loop $calls
sed -n 's/^[pr][0-9]*:\(peer[^ ]*\) .*/-:\1/p' $tracefs/kprobe_events | while read -r line; do
	echo "$line" >>$tracefs/kprobe_events
done
peer perf "perf trace" perf trace -e get_mempolicy -o /tmp/peer.out loop $calls
# shellcheck disable=SC2016 # bpftrace's variables
peer bpftrace "bpftrace, printf of both, joined" bpftrace -q -o /tmp/peer.out -c "$(command -v loop) $calls" -e '
	tracepoint:syscalls:sys_enter_get_mempolicy { @policy[tid] = args->policy; @flags[tid] = args->flags; }
	tracepoint:syscalls:sys_exit_get_mempolicy {
		printf("%s %d %d %d %d\n", comm, tid, *(int32 *)uptr((int32 *)@policy[tid]), @flags[tid], args->ret);
		delete(@policy[tid]); delete(@flags[tid]); }'
peer strace "strace -f --seccomp-bpf" strace -f --seccomp-bpf -e trace=get_mempolicy -o /tmp/peer.out loop 200
peer strace "strace -f" strace -f -e trace=get_mempolicy -o /tmp/peer.out loop 200
