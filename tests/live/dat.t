#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dat.t - what -w records is what was printed, for -r and for trace-cmd.
#
# In: the workloads; trace-cmd in PATH. Out: TAP. What -r prints is held against what the live run printed and against
# the workloads' own reports, what trace-cmd prints against what was printed live.
. "$(dirname "$0")/lib.sh"

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

# --- every call, thread and denial; who was there before ----------------------------------------------

tick call 600 100 >/dev/null &
ticker=$!
run mempoltrace -e all -w b.dat -o b.json -f json --denied=always -d 2s
kill "$ticker"
wait "$ticker"
replays b.dat b.json "whole system"
ok "whole system: there were calls of who was there before" grep -q '"comm":"tick"' b.json

run mempoltrace -e all -w c.dat -o c.json -f json -- sh -c 'family >/dev/null; denied >/dev/null; threads >/dev/null'
replays c.dat c.json "all calls, threads, denied calls"
like c.json '"denied":true' "there were denied calls"
mempoltrace -r c.dat -f json -e mbind >replayed
{ grep '"syscall":"mbind"' c.json | grep -v '"type":"end"'; } >c.mbind
without_proc c.mbind >expected
without_proc replayed | grep -v '"type":"end"' >got
same expected got "-r -e: the calls of that name"
reports c.dat "all calls"

run mempoltrace -w d.dat -o d.json -f json -b 16K -- spin 4 20000
made=$(tail -n 1 stdout)
ok "losses: there were some" test "$(lost d.json)" -gt 0
mempoltrace -r d.dat -f json >replayed 2>stderr
is "$(tail -n 1 replayed)" "$(tail -n 1 d.json)" "losses: -r tells the same"
like stderr 'calls were lost' "losses: -r says so on standard error"
sum=$(($(end_number replayed calls) + $(lost replayed)))
echo "made $made, calls and lost $sum" >why
[ "$sum" -ge "$made" ] && [ "$sum" -le $((made + made / 100)) ]
result $? "losses: calls and lost add up"

# --- nothing is printed that was not asked for --------------------------------------------------------

run mempoltrace -w e.dat -- get_mempolicy -n 20
mv stdout truth
is "$status:$(wc -l <truth | tr -d ' '):$(wc -c <stderr | tr -d ' ')" 0:20:0 "-w alone prints nothing"
mempoltrace -r e.dat -f json >out
compare truth out 20 "-w alone"

# --- ends that are none -------------------------------------------------------------------------------

# $1: signal. The recording is in f.dat, what was called in truth.
stopped_by() {
	rm -f enough truth
	mempoltrace -w f.dat 2>stderr &
	tracer=$!
	wait_armed "$tracer"
	get_mempolicy -n 200 >truth
	sleep 1
	kill -"$1" "$tracer"
	wait_end "$tracer"
}

stopped_by TERM
is "$status" 0 "SIGTERM: status"
mempoltrace -r f.dat -f json >out 2>stderr
is "$?:$(wc -c <stderr | tr -d ' ')" 0:0 "SIGTERM: -r has nothing to complain of"
grep '"comm":"get_mempolicy"\|"type":"end"' out >mine
compare truth mine 200 "SIGTERM"
unchanged "SIGTERM"

stopped_by KILL
mempoltrace -r f.dat -f json >out 2>stderr
is "$?:$(grep -c 'was not finished' stderr):$(wc -l <stderr | tr -d ' ')" 0:1:1 "SIGKILL: -r says that it is not all"
grep '"comm":"get_mempolicy"\|"type":"end"' out >mine
compare truth mine 200 "SIGKILL, a second after the last call"
reports f.dat "SIGKILL"
mempoltrace --cleanup >removed 2>&1
unchanged "SIGKILL"

mkdir small
mount -t tmpfs -o size=1M none small
run mempoltrace -w small/g.dat -o g.json -f json -- spin 1 20000
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
