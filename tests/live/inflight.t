#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# inflight.t - calls that have not returned when the tracing ends, and that had begun before it.
#
# In: userfaultfd, by which the workload keeps its threads inside their calls; MPT_LONG=1 for more of them than a
# kretprobe can have instances for. Out: TAP.
. "$(dirname "$0")/lib.sh"

: >nothing
inflight 1 <nothing >inside 2>why &
pid=$!
wait_until 10 grep -q inside inside || {
	reason=$(tail -n 1 why)
	kill "$pid" 2>/dev/null
	skip_all "no call can be kept from returning: ${reason:-it does not come inside}"
}
kill "$pid"
wait "$pid" 2>/dev/null
rm -f why

# --- inside at the end ----------------------------------------------------------------------------------

mkfifo gate
mempoltrace -f json -o out -- inflight 8 <gate >inside 2>stderr &
tracer=$!
exec 9>gate
wait_until 60 grep -q 'inside 8' inside
kill -INT "$tracer"
wait_until 30 grep -q '^{"type":"end"' out
result $? "in flight: the end does not wait for them"
unchanged "in flight, COMMAND still inside"
echo >&9
exec 9>&-
wait_end "$tracer"
is "$status" 0 "in flight: COMMAND's calls return, and it ends well"
# What they returned nobody saw; the rest is as they tell.
sed -n '/^{"pid"/s/"decoded":.*/"decoded":{"flags":[]},"ret":null,"error":null,"denied":false}/p' inside | by_thread >expected
calls out >got
same expected got "in flight: they are shown, with no result and nothing that is not known"
is "$(end_number out calls),$(end_number out shown)" 8,8 "in flight: the end line counts them"
is "$(lost out)" 0 "in flight: and does not call them lost"
has_end out "in flight"
unchanged "in flight"

mempoltrace -o out -d 1 -- inflight 1 <nothing >inside 2>stderr &
tracer=$!
wait_until 60 grep -q ' = ?$' out
result $? "in flight, text: there is no result"
like out 'inflight\[[0-9]+\] get_mempolicy\(mode=0x[0-9a-f]+, nodemask=0x[0-9a-f]+, maxnode=1024, addr=NULL, flags=0\) = \?$' \
	"in flight, text: and the raw arguments"
inside=$(pidof inflight)
# shellcheck disable=SC2086 # one or more
kill $inside
wait_end "$tracer"
is "$status" 143 "in flight, text: COMMAND is killed inside its call, status"
unchanged "in flight, text"

# --- returns that are missed ------------------------------------------------------------------------------

# Where nothing tells of a thread's end, and the next call tells of the one before, the last one is the question.
if has_kprobes; then
	mempoltrace -f json --denied=never -w recorded -o out 2>stderr &
	tracer=$!
	wait_armed "$tracer"
	for file in "$tracefs/instances/mempoltrace.$tracer".*/events/mempoltrace*/exit*get_mempolicy*/enable; do
		echo 0 >"$file"
	done
	get_mempolicy -n 5 >made
	for file in "$tracefs/instances/mempoltrace.$tracer".*/events/mempoltrace*/exit*get_mempolicy*/enable; do
		echo 1 >"$file"
	done
	kill -INT "$tracer"
	wait_end "$tracer"
	is "$status" 0 "returns that are missed: status"
	is "$(wc -l <made | tr -d ' '),$(end_number out shown)" 5,0 "returns that are missed: none is shown, as in flight either"
	is "$(end_number out missed_returns),$(lost out)" 5,5 "returns that are missed: each is counted as that"
	like out '"at_most":true' "returns that are missed: the last may have come after the end"
	mempoltrace -r recorded -f json >replayed 2>stderr
	like stderr 'at most 5 calls were lost.*missed returns 5' "returns that are missed: -r says so, too"
	same out replayed "returns that are missed: -r counts what was counted live"
	unchanged "returns that are missed"
fi

# --- inside at the start --------------------------------------------------------------------------------

rm -f gate
mkfifo gate
inflight 4 <gate >inside &
pid=$!
exec 9>gate
wait_until 30 grep -q 'inside 4' inside
mempoltrace -f json -o out -p "$pid" 2>stderr &
tracer=$!
wait_armed "$tracer"
echo >&9
exec 9>&-
wait_end "$pid"
wait_end "$tracer"
is "$status" 0 "begun before: status"
is "$(wc -l <inside | tr -d ' ')" 5 "begun before: the calls returned while tracing was on"
is "$(end_number out calls),$(wc -l <out | tr -d ' ')" 0,1 "begun before: none is shown"
is "$(lost out)" 0 "begun before: nor counted as lost"
unchanged "begun before"

# --- more than a kretprobe has instances for by default ---------------------------------------------------

rm -f gate
mkfifo gate
mempoltrace -f json -o out -- inflight 200 <gate >inside 2>stderr &
tracer=$!
exec 9>gate
wait_until 90 grep -q 'inside 200' inside
echo >&9
exec 9>&-
wait_end "$tracer"
grep '^{"pid"' inside >truth
compare truth out 200 "200 threads inside at once"
unchanged "200 threads inside at once"

# --- more than it can have ----------------------------------------------------------------------------------

# The most that kernels take, and some 100 threads more.
if [ -n "${MPT_LONG-}" ] && has_kprobes; then
	rm -f gate
	mkfifo gate
	mempoltrace -f json -o out -- inflight 4200 <gate >inside 2>stderr &
	tracer=$!
	exec 9>gate
	wait_until 600 grep -q 'inside 4200' inside
	result $? "4200 threads inside at once: they come inside"
	echo >&9
	exec 9>&-
	wait_until 600 is_gone "$tracer"
	wait_end "$tracer"
	grep '^{"pid"' inside | sort >truth
	calls out | sort >got
	echo "# $(wc -l <got) shown, $(end_number out missed_returns) missed returns"
	is "$(wc -l <truth | tr -d ' ')" 4200 "4200 threads inside at once: as many calls were made"
	is "$(($(wc -l <got) + $(lost out)))" 4200 "4200 threads inside at once: each is shown or counted"
	is "$(lost out)" "$(end_number out missed_returns)" "4200 threads inside at once: those that are lost as missed returns"
	ok "4200 threads inside at once: some are" test "$(lost out)" -gt 0
	ok "4200 threads inside at once: most are shown" test "$(wc -l <got)" -ge 4000
	awk 'NR == FNR { made[$0]; next } !($0 in made)' truth got >wrong
	is "$(head -n 1 wrong)" '' "4200 threads inside at once: and each of those as it was"
	unchanged "4200 threads inside at once"
fi
done_testing
