#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# uses.t - scripts such as its users write, in uses/, each held against what is known of the workload.
#
# In: jq, sqlite3, numactl; the workloads. Out: TAP.
. "$(dirname "$0")/lib.sh"

uses=$(cd "$(dirname "$0")" && pwd)/uses
for tool in jq sqlite3 numactl; do
	command -v $tool >/dev/null || skip_all "$tool is not here"
done

# Whether any run records.
any_armed() {
	for armed in "$tracefs"/instances/mempoltrace.*; do
		[ "$(cat "$armed/events/task/task_rename/enable" 2>/dev/null)" = 1 ] &&
			[ "$(cat "$armed/tracing_on" 2>/dev/null)" = 1 ] && return 0
	done
	return 1
}

# Waits until script $1 records.
wait_script() {
	wait_until 30 any_armed || ok "$1 records within 30 s" false
}

# --- who changed its policy -----------------------------------------------------------------------------

sh "$uses/who-changed.sh" 4 >changed 2>stderr &
script=$!
wait_script who-changed.sh
one=$(numactl --membind=1 sh -c 'echo $$')
two=$(numactl --interleave=all numactl --show | sed -n 's/^policy: //p')
get_mempolicy --name bystander -n 1 -s 1 >/dev/null
wait_end $script
ok "who-changed.sh: the one that we know" grep -Eq "^ *[0-9]+ $one numactl$" changed
is "$two:$(grep -c ' numactl$' changed)" interleave:2 "who-changed.sh: as many as there were"
is "$(awk '{ print NF }' changed | sort -u)" 3 "who-changed.sh: how often, which process, its name"

# --- was it bound ------------------------------------------------------------------------------------------

# $1: what it is to say, the rest: a job
bound() {
	bound_want=$1
	shift
	is "$(sh "$uses/bound-to.sh" 1 "$@" 2>&1)" "$bound_want" "bound-to.sh 1 $*"
}
bound yes numactl --membind=1 true
bound no numactl --membind=0 true
bound no numactl --interleave=1 true
bound no true

# --- was a call denied ---------------------------------------------------------------------------------------

run sh "$uses/none-denied.sh" get_mempolicy -n 20 -s 1
is "$status:$(wc -l <stderr | tr -d ' ')" 0:0 "none-denied.sh: a job of which none is passes"
run sh "$uses/none-denied.sh" sh -c 'exit 7'
is "$status" 7 "none-denied.sh: a job that fails by itself fails with its status"
if grep -q '^Seccomp:' /proc/self/status; then
	# 239: get_mempolicy
	run sh "$uses/none-denied.sh" under deny=239 "$(command -v get_mempolicy)" -n 3 -s 1
	is "$status" 1 "none-denied.sh: a job of which some are fails"
	is "$(grep -c '^\["get_mempolicy","get_mempolicy","EPERM"\]$' stderr)" 3 "none-denied.sh: and says which"
else
	skip "none-denied.sh: a job of which some are" "this kernel has no seccomp"
fi

# --- the first failure -----------------------------------------------------------------------------------------

run sh "$uses/first-failure.sh" family -s 5 -n 200 -j 1
is "$(wc -l <stderr | tr -d ' ')" 1 "first-failure.sh: one line"
is "$(sed 's/.*\] \([a-z_]*\)(.*) = -1 \([A-Z0-9]*\) .*/\1 \2/' stderr)" \
	"$(sed -n 's/.*"syscall":"\([a-z_]*\)".*"error":"\([A-Z0-9]*\)".*/\1 \2/p' stdout | head -n 1)" "first-failure.sh: the first"

# --- of a cgroup --------------------------------------------------------------------------------------------------

group=/sys/fs/cgroup/uses
if mkdir $group 2>/dev/null && [ -e $group/cgroup.procs ]; then
	mkfifo go
	# shellcheck disable=SC2016 # the inner shell's
	sh -c 'echo $$ >'$group'/cgroup.procs; read -r line <go; get_mempolicy --name inside -n 30 -s 1' >truth &
	member=$!
	wait_until 10 grep -q . $group/cgroup.procs
	sh "$uses/of-cgroup.sh" $group >out 2>stderr &
	script=$!
	wait_script of-cgroup.sh
	get_mempolicy --name outside -n 30 -s 1 >/dev/null
	echo go >go
	wait $member
	wait_end $script
	# the workload tells of its get_mempolicy(2) alone
	grep '"syscall":"get_mempolicy"\|"type":"end"' out >told
	compare truth told 30 "of-cgroup.sh"
	rmdir $group
	rm go
else
	skip "of-cgroup.sh" "no cgroup can be made at $group"
fi

# --- line by line, as it happens --------------------------------------------------------------------------------

mkfifo lines
# shellcheck disable=SC2016 # the inner shell's
sh -c 'while read -r seed; do get_mempolicy --name worker -n 1 -s "$seed"; done' <lines >truth &
worker=$!
exec 9>lines
sh "$uses/watch.sh" -p $worker >seen 2>stderr 9>&- &
script=$!
wait_script watch.sh
# Status 0 when as many lines were seen.
seen() {
	[ "$(grep -c ' get_mempolicy ' seen)" -ge "$1" ]
}
for n in 1 2 3; do
	echo $n >&9
	ok "watch.sh: line $n is there before there is another" wait_until 10 seen $n
done
exec 9>&-
wait $worker
wait_end $script
jq -r '"\(.comm)[\(.pid)] \(.syscall) \(.error // "ok")"' truth >want
grep ' get_mempolicy ' seen >told
same want told "watch.sh: what happened, line by line"

# --- sqlite3, awk -------------------------------------------------------------------------------------------------

run sh "$uses/count-in-sql.sh" sh -c 'family -s 6 -n 400 -j 1 >truth'
is "$status" 0 "count-in-sql.sh: status"
jq -r '"\(.syscall) \(if .error then 1 else 0 end)"' truth | awk '
	{ n[$1]++; failed[$1] += $2 }
	END { for (name in n) print name "|" n[name] "|" failed[name] }' | sort >want
sort stdout >sorted
same want sorted "count-in-sql.sh: as many as there were"

run sh "$uses/errors.sh" sh -c 'family -s 7 -n 400 -j 1 >truth'
jq -r 'select(.error).error' truth | sort | uniq -c | awk '{ print $2, $1 }' >want
same want stdout "errors.sh: as many as there were"

# --- a report -----------------------------------------------------------------------------------------------------

run sh "$uses/bug-report.sh" report.txt
is "$status" 0 "bug-report.sh: status"
is "$(sed -n 's/^\(mempoltrace [0-9].*\)/version/p; /^Linux /s/.*/uname/p; s/^{"type":"doctor","works":true.*}$/doctor/p' report.txt | xargs)" \
	"version uname doctor" "bug-report.sh: what program, what machine, what works"
ok "bug-report.sh: the machine is this one" grep -qxF "$(uname -a)" report.txt
known=$(mempoltrace -q --list -f json | jq '[.calls[] | select(.available)] | length')
is "$(grep -c '/exit_[a-z_]* __x64_sys_' report.txt)" "$known" "bug-report.sh: a return probe for each call"
unchanged "uses"
done_testing
