#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# who.t - whose calls they are: namespaces, cgroups, names.
#
# In: workloads that tell of every call they make, with their own process and thread ids. Out: TAP.
. "$(dirname "$0")/lib.sh"

# --- a PID namespace ----------------------------------------------------------------------------------

if unshare -p -f --mount-proc true 2>/dev/null; then
	# Beside it the same workload runs outside; its calls must not be there.
	threads >outside &
	run unshare -p -f --mount-proc mempoltrace -f json -o out -- threads
	wait
	is "$status" 0 "in a PID namespace: status"
	like stderr 'PID namespace: pids and tids are those of the initial one$' "it says whose numbers it prints"
	sed 's/^{"pid":[0-9]*,"tid":[0-9]*,/{/' stdout | sort >expected
	calls out | sed 's/^{"pid":[0-9]*,"tid":[0-9]*,/{/' | sort >got
	same expected got "in a PID namespace: COMMAND's calls and no others, as they were"
	is "$(lost out)" 0 "in a PID namespace: none is lost"
	# Each process inside has one process id outside, and none is missing.
	calls out | grep -c '"pid":null' >nulls
	is "$(cat nulls)" 0 "in a PID namespace: every process id is known"
	sed -n 's/^{"pid":\([0-9]*\),.*/\1/p' stdout | sort -u | wc -l >inside
	calls out | sed -n 's/^{"pid":\([0-9]*\),.*/\1/p' | sort -u | wc -l >ids
	same inside ids "in a PID namespace: as many processes"
	unchanged "in a PID namespace"

	run unshare -p -f --mount-proc mempoltrace -p 1
	is "$status" 125 "in a PID namespace: -p fails"
	like stderr 'initial one' "and says why, and what to do"
	unchanged "in a PID namespace, -p"
else
	skip "a PID namespace" "unshare cannot make one here"
fi

# --- cgroups --------------------------------------------------------------------------------------------

cgroups=$PWD/cgroups
mkdir cgroups
if mount -t cgroup2 none cgroups 2>/dev/null; then
	mkdir cgroups/job cgroups/job/below cgroups/empty
	# tick makes a call now and then; one is in the group below, another elsewhere.
	sh -c 'echo 0 >cgroups/job/below/cgroup.procs; exec tick call 400 50 >truth' &
	member=$!
	tick call 400 50 >elsewhere &
	stranger=$!
	wait_until 10 test -s truth || :
	run mempoltrace --cgroup="$cgroups/job" -f json -n 20 -o out
	kill "$member" "$stranger" 2>/dev/null
	wait "$member" "$stranger" 2>/dev/null
	is "$status" 0 "--cgroup: status"
	is "$(calls out | wc -l)" 20 "--cgroup: 20 calls"
	is "$(grep -c "\"pid\":$member,.*\"cgroup\":\"/job/below\"" out)" 20 "--cgroup: all of its process, with its cgroup"
	run mempoltrace --cgroup="$cgroups/none"
	is "$status" 125 "--cgroup that is not there: status"
	like stderr "cannot trace cgroup .*/none" "--cgroup that is not there: it says so"
	run mempoltrace --cgroup="$cgroups/empty"
	is "$status" 125 "an empty --cgroup: status"
	run mempoltrace --cgroup="$cgroups/job" -- true
	is "$status" 2 "--cgroup with COMMAND: wrong usage"
	sleep 0.2
	rmdir cgroups/empty cgroups/job/below cgroups/job
	umount cgroups
	unchanged "--cgroup"
else
	skip "--cgroup" "this kernel has no cgroup v2"
fi

# --- uid --------------------------------------------------------------------------------------------------

mempoltrace -f json -n 10 -o out 2>stderr &
pid=$!
wait_armed "$pid"
tick call 100 20 >truth &
ticker=$!
wait_end "$pid"
kill "$ticker" 2>/dev/null
wait "$ticker" 2>/dev/null
is "$(grep -c "\"pid\":$ticker,\"tid\":$ticker,\"uid\":0,\"comm\":\"tick\"" out)" 10 \
	"the whole system: pid, tid, uid and name of a process that lives"
done_testing
