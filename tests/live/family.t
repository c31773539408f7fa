#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# family.t - pseudo-random calls of the whole family, hostile ones included, are shown as they were made.
#
# In: the workload family, in 64 and 32 bits, which tells of every call it makes; MPT_SEED, a seed to run
# again alone; MPT_LONG=1: 100,000 calls for each ABI instead of 5,000. Out: TAP, and how many values were
# not shown, by reason.
. "$(dirname "$0")/lib.sh"

calls=5000
[ -z "${MPT_LONG:-}" ] || calls=100000

balancing_off

# $1: the workload, $2: calls, $3: options of mempoltrace, $4: seed, $5: threads
try() {
	# shellcheck disable=SC2086 # options are words
	run mempoltrace -q -b 16M -e all $3 -f json -o out -- "$1" -s "$4" -n "$2" -j "$5"
	is "$status" 0 "$1 $3 seed $4: status"
	to_compare stdout out
	same_but_unread "$1 $3 seed $4: each of $2 calls is shown as it was" expected got
	echo "# $1 $3 seed $4: $(tail -n 1 judged)"
	is "$(lost out)" 0 "$1 $3 seed $4: none is said to be lost"
	ok "$1 $3 seed $4: there were as many as asked for" test "$(wc -l <got)" -ge "$2"
}

# In pieces, so that a failing one can be run again alone.
# $1: the workload, $2: options
tries() {
	left=$calls
	threads=4
	"$1" -j 2 -n 2 >/dev/null 2>&1 || threads=1
	[ "$threads" -gt 1 ] || echo "# $1 has no threads on this kernel"
	seed=$first_seed
	while [ "$left" -gt 0 ]; do
		try "$1" 5000 "$2" "$seed" $threads
		left=$((left - 5000))
		seed=$((seed + 1))
	done
}

first_seed=${MPT_SEED:-$(od -A n -N 3 -t u4 /dev/urandom | tr -d ' ')}
tries family ""
try family 2000 "-t none" "$first_seed" 4
try family 1000 "" "$first_seed" 1
for errno in EINVAL EFAULT ESRCH; do
	ok "$errno was among the answers" grep -q "\"error\":\"$errno\"" got
done
for name in get_mempolicy set_mempolicy mbind migrate_pages move_pages; do
	ok "$name was among the calls" grep -q "\"syscall\":\"$name\"" got
done
if command -v family-32 >/dev/null && get_mempolicy-32 -n 1 -s 1 >/dev/null 2>&1; then
	tries family-32 ""
	try family-32 2000 "-t none" "$first_seed" $threads
else
	skip "32-bit callers" "the build has no compiler for them, or the kernel does not run them"
fi
balancing_back
unchanged "family"
done_testing
