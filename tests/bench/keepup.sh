#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# keepup.sh - what is lost of CALLS calls by four threads, in the VM that keepup boots.
#
# In: CALLS; mempoltrace and spin in PATH, trace-cmd and perf if they are there. Out: a line per tool: calls that
# are lost by its own account, of the calls made; seconds from its start to its end; memory beside the ring buffer.
# Each has its own default buffer. trace-cmd and perf are given a pair of probes that fetch less than ours, and lose
# events: two are a call.
set -u
tracefs=/sys/kernel/tracing
each=$((CALLS / 4))
cd /tmp || exit 1
sleep 5

now() {
	sed 's/^\([0-9]*\)\.\([0-9]*\) .*/\1\2/' /proc/uptime
}

# $1: condition; the rest: a command that runs spin. What it says is in the file said, and in $peak how many MiB of
# memory it had at the most.
timed() {
	name=$1 peak=0
	shift
	began=$(now)
	"$@" >made 2>said &
	while kill -0 $! 2>/dev/null; do
		kib=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' /proc/$!/status 2>/dev/null)
		peak=$((${kib:-$((peak * 1024))} / 1024))
		usleep 100000
	done
	wait $!
	took=$((($(now) - began) / 100))
}

# $1: calls that are lost; $2: and what else there is to say
report() {
	printf '%-44s lost %8s of %s calls, %3d s%s\n' "$name" "$1" "$((4 * each))" "$took" "${2:+ ($2)}"
}

ours() {
	timed "$@"
	[ "$(tail -n 1 made)" = $((4 * each)) ] || {
		echo "$name: $(cat said)"
		return
	}
	lost=$(sed -n 's/^mempoltrace: \(at most \)\{0,1\}\([0-9]*\) calls were lost.*/\2/p' said)
	report "${lost:-0}" "$(sed -n 's/.*at most.*/an upper bound, /p' said)$peak MiB at the most"
}

timed "untraced" spin 4 $each
report 0
ours "mempoltrace -c" mempoltrace -c -o /dev/null -- spin 4 $each
ours "mempoltrace" mempoltrace -o /dev/null -- spin 4 $each
ours "mempoltrace -f json" mempoltrace -f json -o /dev/null -- spin 4 $each
ours "mempoltrace -w" mempoltrace -w ours.dat -- spin 4 $each
rm -f ours.dat

mempoltrace --dry-run --denied=never | sed -n -e 's/^\(p[0-9]*\):[^/]*\/enter_get_mempolicy /\1:peer\/enter /p' \
	-e '/^r.*\/exit_get_mempolicy /{s/^r[0-9]*:[^ ]*/r:peer\/exit/; s/ nr=[^ ]*//; s/ u_nodemask[1-9][0-9]*=[^ ]*//g; p}' >peer
# The caller of the native ABI alone: the first of each.
sed -n -e '/^p/{p;q}' peer >>$tracefs/kprobe_events
sed -n -e '/^r/{p;q}' peer >>$tracefs/kprobe_events
if command -v trace-cmd >/dev/null; then
	timed "trace-cmd record" trace-cmd record -o peer.dat -e peer spin 4 $each
	events=$(cat made said | sed -n 's/.*: \([0-9]*\) events lost.*/\1/p' | awk '{ n += $1 } END { print n + 0 }')
	report $(((events + 1) / 2)) "$events events, by $(grep -c processor /proc/cpuinfo) processes, one of them with $peak MiB"
	rm -f peer.dat
fi
if command -v perf >/dev/null; then
	timed "perf record" perf record -a -e 'peer:*' -o peer.data -- spin 4 $each
	samples=$(perf report --stats -i peer.data 2>/dev/null | sed -n 's/.* SAMPLE events: *\([0-9]*\).*/\1/p' | head -n 1)
	report $(((8 * each - ${samples:-0}) / 2)) "${samples:-0} of $((8 * each)) samples are there"
	rm -f peer.data
fi
