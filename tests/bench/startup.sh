#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# startup.sh - how long it takes to arm and to take back, in the VM that startup boots.
#
# In: mempoltrace and stamp in PATH, trace-cmd if it is there; a kernel whose time counts instructions. Out: a
# line per condition, "NAME|START|STOP|KIB": from exec to main() of COMMAND, from then to the end, nanoseconds;
# the largest resident memory. The bare writes are those of the shell itself, without a process of its own.
set -u
tracefs=/sys/kernel/tracing
rounds=5
sleep 10

median() {
	sort -n | sed -n "$(((rounds + 1) / 2))p"
}

# $1: condition; the rest: a command that ends by running stamp, whose output is the last line of stdout.
measure() {
	name=$1
	shift
	: >starts
	: >stops
	i=0
	while [ $i -lt $rounds ]; do
		before=$(stamp)
		"$@" >out 2>/dev/null
		after=$(stamp)
		at=$(tail -n 1 out)
		echo $((at - before)) >>starts
		echo $((after - at)) >>stops
		i=$((i + 1))
	done
	echo "$name|$(median <starts)|$(median <stops)|"
}

# Makes the file bare: what must be written to arm the definitions of file $1 and to take them back.
make_bare() {
	group=$(sed -n 's/^[pr][0-9]*:\([^/]*\)\/.*/\1/p;q' "$1")
	here=$tracefs/instances/hand
	{
		echo "mkdir $here"
		echo "echo 0 >$here/tracing_on"
		echo "echo mono >$here/trace_clock"
		echo "echo 8192 >$here/buffer_size_kb"
		sed -n "s/^[pr].*/echo '&' >>\$tracefs\/kprobe_events/p" "$1"
		sed -n "s|^# filter of \([^:]*\): \(.*\)$|echo '\2' >$here/events/$group/\1/filter|p" "$1"
		echo "echo 1 >$here/events/$group/enable"
		echo "echo \$\$ >$here/set_event_pid"
		echo "echo 1 >$here/options/event-fork"
		echo "echo 1 >$here/events/task/task_newtask/enable"
		echo "echo 1 >$here/events/task/task_rename/enable"
		[ -z "${2:-}" ] || echo "echo 1 >$here/events/sched/sched_process_exit/enable"
		echo "echo 1 >$here/tracing_on"
		echo stamp
		echo "echo 0 >$here/tracing_on"
		echo "echo 0 >$here/events/$group/enable"
		sed -n "s|^[pr][0-9]*:\([^ ]*\) .*|\1|p" "$1" | uniq | sed "s|.*|echo '-:&' >>\$tracefs/kprobe_events|"
		echo "rmdir $here"
	} >bare
}

bare() {
	# shellcheck disable=SC1091
	. ./bare
}

cd /tmp || exit 1
echo "nothing|$(measure nothing stamp | cut -d '|' -f 2-)"
for options in "" "-e all" "-t none --denied=never"; do
	# shellcheck disable=SC2086 # options are words
	mempoltrace --dry-run --denied=always $options >plan
	make_bare plan ends
	# shellcheck disable=SC2016
	measure "bare writes${options:+, }$options" bare
	# shellcheck disable=SC2086
	measure "mempoltrace${options:+ }$options" mempoltrace -q -o /dev/null $options -- stamp
done
if command -v trace-cmd >/dev/null; then
	sed -n 's/^\([pr]\)[0-9]*:[^/]*/\1:peer/p' plan >peer
	cat peer >>$tracefs/kprobe_events
	measure "trace-cmd record, probes defined before" trace-cmd record -q -o /tmp/peer.dat -e peer stamp
fi
mempoltrace -q -o /dev/null -- sleep 3 &
sleep 2
echo "resident memory|||$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$!/status)"
wait
