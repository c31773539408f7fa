#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dat.t - what -w records is what was printed, for -r and for trace-cmd.
#
# In: the workloads; trace-cmd in PATH. Out: TAP. What -r prints is held against what the live run printed and against
# the workloads' own reports, what trace-cmd prints against what was printed live.
. "$(dirname "$0")/lib.sh"

# $1: a recording, $2: what was done. trace-cmd reads it without a word; its report is in the file report.
reports() {
	if ! command -v trace-cmd >/dev/null; then
		skip "$2: trace-cmd report" "there is no trace-cmd"
		return
	fi
	# shellcheck disable=SC2094 # it writes no file
	trace-cmd report -t "$1" >report 2>stderr
	is "$?:$(wc -c <stderr | tr -d ' ')" 0:0 "$2: trace-cmd report has nothing to complain of"
}

# --- a recording, and all that reads it ---------------------------------------------------------------

run mempoltrace -w a.dat -o a.json -f json -- get_mempolicy -n 100
is "$status:$(wc -c <stderr | tr -d ' ')" 0:0 "-w and -o: status, and nothing to say"
compare stdout a.json 100 "-w and -o"
replays a.dat a.json "-w and -o"
reports a.dat "-w and -o"
if [ -e report ]; then
	awk -f "$MPT_LIVE_DIR/dat.awk" report >got
	awk -v from=json -f "$MPT_LIVE_DIR/dat.awk" a.json >expected
	same expected got "trace-cmd report: the same calls, arguments, results, CPUs and times"
	ok "trace-cmd report: there were 100 calls" test "$(wc -l <got)" -eq 100
	# shellcheck disable=SC2094 # the same
	trace-cmd dump --all a.dat >dump 2>stderr
	is "$(wc -c <stderr | tr -d ' ')" 0 "trace-cmd dump has nothing to complain of"
	like dump '\[mono\]' "trace-cmd dump: the clock"
	like dump '^[0-9]+ get_mempolicy$' "trace-cmd dump: names of processes"
fi
pages=$((($(wc -c <a.dat) + 4095) / 4096))
is "$(du -k a.dat | cut -f 1)" "$((pages * 4))" "there are no holes"
unchanged "-w and -o"

# --- every call, thread and denial --------------------------------------------------------------------

run mempoltrace -e all -w c.dat -o c.json -f json -- sh -c 'family >/dev/null; denied >/dev/null; threads >/dev/null'
replays c.dat c.json "all calls, threads, denied calls"
like c.json '"denied":true' "there were denied calls"
mempoltrace -r c.dat -f json -e mbind >replayed
{ grep '"syscall":"mbind"' c.json | grep -v '"type":"end"'; } >c.mbind
without_proc c.mbind >expected
without_proc replayed | grep -v '"type":"end"' >got
same expected got "-r -e: the calls of that name"
reports c.dat "all calls"

run mempoltrace -w d.dat -o d.json -f json -b 16K -- spin 4 8000
made=$(tail -n 1 stdout)
ok "losses: there were some" test "$(lost d.json)" -gt 0
mempoltrace -r d.dat -f json >replayed 2>stderr
is "$(tail -n 1 replayed)" "$(tail -n 1 d.json)" "losses: -r tells the same"
like stderr 'calls were lost' "losses: -r says so on standard error"
sum=$(($(end_number replayed calls) + $(lost replayed)))
echo "made $made, calls and lost $sum" >why
[ "$sum" -ge "$made" ] && [ "$sum" -le $((made + made / 100)) ]
result $? "losses: calls and lost add up"

# --- ends that are none; who was there before ---------------------------------------------------------

# $1: how many calls; the rest: options. They are made while the whole system is recorded by $tracer; truth has them.
record_all() {
	calls=$1
	shift
	mempoltrace "$@" >stdout 2>stderr &
	tracer=$!
	wait_armed "$tracer"
	get_mempolicy -n "$calls" >truth
}

# $1: signal
stop_by() {
	kill -"$1" "$tracer"
	wait_end "$tracer"
}

tick call 6000 20 >/dev/null &
ticker=$!
record_all 200 -e all -w b.dat -o b.json -f json --denied=always
stop_by TERM
kill "$ticker"
wait "$ticker"
is "$status" 0 "SIGTERM: status"
replays b.dat b.json "SIGTERM, whole system"
ok "whole system: there were calls of who was there before" grep -q '"comm":"tick"' b.json
grep '"comm":"get_mempolicy".*"syscall":"get_mempolicy"\|"type":"end"' replayed >mine
compare truth mine 200 "SIGTERM, whole system"
unchanged "SIGTERM"

record_all 200 -w f.dat
sleep 1
stop_by KILL
is "$(wc -c <stdout | tr -d ' '):$(wc -c <stderr | tr -d ' ')" 0:0 "-w alone prints nothing"
mempoltrace -r f.dat -f json >out 2>stderr
is "$?:$(grep -c 'was not finished' stderr):$(wc -l <stderr | tr -d ' ')" 0:1:1 "SIGKILL: -r says that it is not all"
grep '"comm":"get_mempolicy"\|"type":"end"' out >mine
compare truth mine 200 "SIGKILL, a second after the last call"
reports f.dat "SIGKILL"
mempoltrace --cleanup >removed 2>&1
unchanged "SIGKILL"

# On one CPU: of others the file can have what comes later than what it has no room for.
mkdir small
mount -t tmpfs -o size=1M none small
run mempoltrace -w small/g.dat -o g.json -f json -- taskset 1 spin 1 20000
is "$status:$(wc -l <stderr | tr -d ' ')" 125:1 "full disk: status, and a line on standard error"
like stderr '^mempoltrace: .*small/g.dat.*No space left' "full disk: it says what and why"
has_end g.json "full disk"
mempoltrace -r small/g.dat -f json >out 2>stderr
is "$?:$(grep -c 'No space left' stderr)" 0:1 "full disk: -r says that it is not all"
without_proc g.json | grep '"type":"call"' | head -n "$(grep -c '"type":"call"' out)" >expected
without_proc out | grep '"type":"call"' >got
same expected got "full disk: what was written is right"
ok "full disk: that is nearly as much as there was room for" test "$(grep -c '"type":"call"' out)" -gt 3000
reports small/g.dat "full disk"
umount small
unchanged "full disk"

done_testing
