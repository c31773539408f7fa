#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# whom.t - the calls of running processes (-p), and of the whole system.
#
# In: the workloads, which wait until they are traced and then tell of every call they make. Out: TAP.
# It judges no calls but those of its own processes.
. "$(dirname "$0")/lib.sh"

# Starts workload $1 held until "go", with its report in the file truth; its pid is in $workload.
start_held() {
	rm -f gate
	mkfifo gate
	"$@" --wait <gate >truth &
	workload=$!
	exec 9>gate
}

go() {
	echo >&9
	exec 9>&-
}

# --- processes that run already -----------------------------------------------------------------------

start_held get_mempolicy
mempoltrace -f json -o out -p "$workload" 2>stderr &
tracer=$!
wait_armed "$tracer"
go
wait_end "$workload"
wait_end "$tracer"
is "$status" 0 "-p: ends when the process has, status 0"
compare truth out 400 "-p"
has_end out "-p"
unchanged "-p"

start_held threads
mempoltrace -f json -o out -p "$workload" 2>stderr &
tracer=$!
wait_armed "$tracer"
go
wait_end "$workload"
wait_end "$tracer"
is "$status" 0 "-p, threads and forks: ends when all have, status 0"
compare truth out 1000 "-p, threads and forks"
unchanged "-p, threads and forks"

# --- the whole system ---------------------------------------------------------------------------------

mempoltrace -f json -o out 2>stderr &
tracer=$!
wait_armed "$tracer"
get_mempolicy >truth
# Others' calls are not ours to judge.
numactl --show >numactl-show
kill -INT "$tracer"
wait_end "$tracer"
is "$status" 0 "whole system: status after ^C"
pid=$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth)
grep -E "\"pid\":$pid,|\"type\":\"end\"" out >ours
compare truth ours 400 "whole system"
like out '"comm":"numactl"' "whole system: another program's calls are shown too"
unlike out '"comm":"mempoltrace"' "whole system: mempoltrace's own are not"
has_end out "whole system"
unchanged "whole system"

done_testing
