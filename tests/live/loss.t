#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# loss.t - every call is shown or counted as lost.
#
# In: spin, which makes a known number of calls. Out: TAP. It never asks how many are lost, only that the
# sum is right; with the smallest buffers some must be.
. "$(dirname "$0")/lib.sh"

# $1: what was done. The trace is in out, spin's count in stdout, what was said in stderr.
adds_up() {
	made=$(tail -n 1 stdout)
	echo "# $1: $made made, $(end_number out calls) calls, $(end_number out shown) shown," \
		"lost: overrun $(end_number out overrun), missed $(end_number out missed_returns), unpaired $(end_number out unpaired)"
	ok "$1: calls were made" test "$made" -gt 0
	# Records of tasks can be among the lost ones; then the count is an upper bound, and says so.
	sum=$(($(end_number out calls) + $(lost out)))
	more=0
	! grep -q '"at_most":true' out || more=$((made / 100))
	echo "made $made, calls and lost $sum" >why
	[ "$sum" -ge "$made" ] && [ "$sum" -le $((made + more)) ]
	result $? "$1: calls and lost add up to what was made"
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

run mempoltrace -f json --strict -b 16K -o out -- sh -c 'spin 4 20000; exit 4'
is "$status" 4 "--strict, COMMAND fails: its status goes before"
adds_up "--strict, COMMAND fails"
done_testing
