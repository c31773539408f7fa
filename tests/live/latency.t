#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# latency.t - a call is printed within 0.2 s of its return.
#
# In: tick, which tells when it made a call and when a line came; MPT_SHARED=yes where other VMs run beside
# this one. Out: TAP. Emulation on a busy machine stops a VM for longer than that, so of all calls eight in
# ten must be in time, and the rest within two seconds; beside others, half of them and five seconds; on
# hardware all should be.
. "$(dirname "$0")/lib.sh"

in_time=200 # ms
late=2000
share=0.8
if [ "${MPT_SHARED:-}" = yes ]; then
	late=5000
	share=0.5
fi
[ "${MPT_KERNEL:-host}" != host ] || late=$in_time

# $1: what; looks at the files ticks (0xN T) and stamped (T LINE, with the N of the call in the line).
check() {
	awk -v in_time="$in_time" -v late="$late" -v share="$share" '
		FNR == NR { made[$1] = $2; n++; next }
		match($0, /"addr":"0x[0-9a-f]+"|addr=0x[0-9a-f]+/) {
			at = substr($0, RSTART, RLENGTH)
			gsub(/"/, "", at)
			sub(/addr[:=]/, "", at)
			if (!(at in made))
				next
			ms = ($1 - made[at]) / 1000000
			seen++
			sum += ms
			if (ms > most)
				most = ms
			if (ms <= in_time)
				good++
			if (ms > late)
				bad++
			delete made[at]
		}
		END {
			printf "%d of %d calls seen, %d within %d ms, %d later than %d ms, mean %d ms, most %d ms\n",
				seen, n, good, in_time, bad, late, seen ? sum / seen : 0, most
			exit !(n > 0 && seen == n && good >= share * n && !bad)
		}' ticks stamped >why
	check_status=$?
	sed 's/^/# /' why
	result "$check_status" "$1: every call is printed in time"
}

mempoltrace -f json -o - -- sh -c 'tick call 30 150 >ticks' 2>stderr | tick stamp >stamped
check "json, a call now and then"
mempoltrace -o - -- sh -c 'tick call 200 10 >ticks' 2>stderr | tick stamp >stamped
check "text, calls every 10 ms"
mempoltrace -o - -- sh -c 'tick call 3 1500 >ticks' 2>stderr | tick stamp >stamped
check "text, calls after long silence"

# A file is read while it is written, too.
rm -f out
: >stamped
mempoltrace -f json -o out -- sh -c 'tick call 3 1000 >ticks; sleep 2' 2>stderr &
tracer=$!
wait_until 60 test -s ticks
wait_until 20 grep -q '"addr":"0x3"' out
result $? "a file: the last call is in it"
ok "a file: while COMMAND still runs" kill -0 "$tracer"
wait_end "$tracer"

# The whole system, and another process's calls.
mkfifo fifo
tick stamp <fifo >stamped &
reader=$!
mempoltrace -o fifo 2>stderr &
tracer=$!
wait_armed "$tracer"
tick call 30 150 >ticks
sleep 1
kill -INT "$tracer"
wait_end "$tracer"
wait_end "$reader"
check "whole system, text"
unchanged "latency"
done_testing
