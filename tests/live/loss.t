#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# loss.t - every call is shown or counted as lost.
#
# In: spin, which makes a known number of calls; MPT_LONG=1 for 2,000,000 of them, else 80,000. Out: TAP. It
# never asks how many are lost, only that the sum is right; with the smallest buffers some must be.
. "$(dirname "$0")/lib.sh"

# $1: what was done. The trace is in out, spin's count in stdout, what was said in stderr.
adds_up() {
	made=$(tail -n 1 stdout)
	echo "# $1: $made made, $(end_number out calls) calls, $(end_number out shown) shown," \
		"lost: overrun $(end_number out overrun), missed $(end_number out missed_returns), unpaired $(end_number out unpaired)"
	ok "$1: calls were made" test "$made" -gt 0
	# Records of tasks are among the lost ones, but nobody else calls here.
	is "$(($(end_number out calls) + $(lost out)))" "$made" "$1: calls and lost add up to what was made"
	is "$(end_number out shown)" "$(end_number out calls)" "$1: what is no loss is shown"
	is "$(grep -c '"type":"call"' out)" "$(end_number out shown)" "$1: that many lines are there"
	is "$(grep -c '"ret":0,' out)" "$(end_number out shown)" "$1: with results"
	has_end out "$1"
	unchanged "$1"
}

# $1: what was done.
lost_some() {
	ok "$1: some were lost" test "$(lost out)" -gt 0
	like stderr '^mempoltrace: .*lost' "$1: standard error says so"
	is "$(wc -l <stderr | tr -d ' ')" 1 "$1: in one line"
}

run mempoltrace -f json -b 16K -o out -- spin 4 20000
is "$status" 0 "4 threads, -b 16K: status"
adds_up "4 threads, -b 16K"
lost_some "4 threads, -b 16K"

run mempoltrace -f json -b 16K --strict -q -o out -- spin 1 20000
is "$status" 3 "--strict -q: status"
adds_up "--strict -q"
lost_some "--strict -q"

run mempoltrace -f json -t none -b 16K -o out -- spin 4 20000
adds_up "-t none, -b 16K"
lost_some "-t none, -b 16K"

run mempoltrace -f json -b 1 -o out -- spin 8 2000
adds_up "8 threads, -b 1"

run mempoltrace -f json --strict -o out -- spin 4 3000
is "$status" 0 "default buffer, --strict: status"
adds_up "default buffer"
is "$(lost out)" 0 "default buffer: nothing is lost"
is "$(wc -c <stderr | tr -d ' ')" 0 "default buffer: nothing to say"

# Faster than they can be decoded, and more than the ring buffers have room for. How fast four CPUs are
# read while others want them is a matter of the machine.
if [ "${MPT_KERNEL:-host}" != host ]; then
	run mempoltrace -f json -b 1M -o out -- spin 4 50000
	adds_up "at full speed, -b 1M"
	[ "${MPT_SHARED:-}" = yes ] || is "$(lost out)" 0 "at full speed, -b 1M: nothing is lost"
fi

run mempoltrace -f json --strict -b 16K -o out -- sh -c 'spin 4 20000; exit 4'
is "$status" 4 "--strict, COMMAND fails: its status goes before"
adds_up "--strict, COMMAND fails"
# --- to the call ----------------------------------------------------------------------------------------

each=20000
[ -z "${MPT_LONG-}" ] || each=500000

# $1: what was done, $2: calls that were made. The end line alone is looked at, since nothing else was asked for.
adds_up_to() {
	echo "# $1: $2 made, $(end_number out calls) calls, $(lost out) lost"
	lost_some "$1"
	is "$(($(end_number out calls) + $(lost out)))" "$2" "$1: calls and lost are what was made, to the call"
	unchanged "$1"
}

run mempoltrace -c -f json -b 16K -o out -- spin 4 "$each"
adds_up_to "counted, COMMAND" $((4 * each))

# That records of new processes and of their ends are lost, too, does not matter: the probes' hits are counted.
# shellcheck disable=SC2016 # the inner shell's
run mempoltrace -c -f json -b 16K -o out -- sh -c 'spin 4 20000 & for n in $(seq 300); do (:); done; wait'
adds_up_to "counted, beside 300 other processes" 80000

# Threads that are there before: no record of anything but their calls is made.
rm -f gate && mkfifo gate
spin 4 "$each" --wait <gate >made &
spin=$!
exec 9>gate
wait_until 30 grep -q ready made
mempoltrace -c -f json -b 16K --denied=never -o out -p "$spin" 2>stderr &
tracer=$!
wait_armed "$tracer"
echo >&9
exec 9>&-
peak=0 niceness='' expected=$(cut -d ' ' -f 19 /proc/self/stat)
[ "$expected" != 0 ] || expected=-10
while [ "$(wc -l <made)" -lt 2 ]; do
	now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$tracer/status")
	peak=${now:-$peak}
	now=$(cut -d ' ' -f 19 "/proc/$tracer/stat")
	niceness=${now:-$niceness}
	usleep 100000
done
wait "$spin"
wait_end "$tracer"
echo "# counted, -p: at most $peak KiB resident"
is "$niceness" "$expected" "counted, -p: it reads at a niceness of its own, where it was given none"
ok "counted, -p: resident memory is below 8 MiB" test "$peak" -gt 0 -a "$peak" -lt 8192
is "$status" 0 "counted, -p: status"
adds_up_to "counted, -p" "$(tail -n 1 made)"
unlike out '"at_most":true' "counted, -p: and nothing makes it an upper bound"
done_testing
