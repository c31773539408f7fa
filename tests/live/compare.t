#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# compare.t - what mempoltrace shows of calls is what the callers themselves report.
#
# In: the workloads, which tell of every call they make. Out: TAP. It never compares less than whole
# lines: arguments, what pointers led to, result, error, name, thread.
. "$(dirname "$0")/lib.sh"

random_seed() {
	od -A n -N 3 -t u4 /dev/urandom | tr -d ' '
}

# --- COMMAND ----------------------------------------------------------------------------------------

run mempoltrace -f json -o out -- get_mempolicy
is "$status" 0 "get_mempolicy: status"
cp stdout truth
compare truth out 400 "get_mempolicy"
has_end out "get_mempolicy"
is "$(end_number out calls),$(end_number out shown)" "$(wc -l <truth | tr -d ' '),$(wc -l <truth | tr -d ' ')" \
	"get_mempolicy: the end line counts them"
like out '^\{"type":"call","time":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]{9}Z","host":"[^"]*","cpu":[0-9]+,"pid":[0-9]+,"tid":[0-9]+,"uid":(0|null),.*"duration_ns":[0-9]+\}$' \
	"get_mempolicy: time, host, cpu, uid and duration are there"
is "$(grep -Evc '^\{"type":"(call","time":"[^"]*","host":"[^"]*","cpu":[0-9]+,"pid":[0-9]+,"tid":[0-9]+,"uid":(0|null),.*,"duration_ns":[0-9]+|end",.*)\}$' out)" 0 \
	"get_mempolicy: in every line"
unchanged "get_mempolicy"

run mempoltrace -f json -t none -o out -- get_mempolicy
cp stdout truth
compare truth out 400 "get_mempolicy, -t none"
is "$(grep -c '"type":"call","time":null,.*"duration_ns":null}$' out)" "$(wc -l <truth | tr -d ' ')" \
	"get_mempolicy, -t none: there is no time in any line"
unlike out '"duration_ns":[0-9]' "get_mempolicy, -t none: no duration, at the end neither"
unchanged "get_mempolicy, -t none"

run mempoltrace -f json -o out -- threads
is "$status" 0 "threads: status"
cp stdout truth
compare truth out 1000 "threads"
ok "threads: of 12 threads or more" test "$(grep -o '"tid":[0-9]*' got | sort -u | wc -l)" -ge 12
unchanged "threads"

run mempoltrace -f json -t none -o out -- threads
cp stdout truth
compare truth out 1000 "threads, -t none"

seed=$(random_seed)
run mempoltrace -f json -o out -- get_mempolicy -s "$seed" -n 1000
cp stdout truth
compare truth out 1000 "random calls, seed $seed"

# --- a second opinion ---------------------------------------------------------------------------------

if command -v strace >/dev/null; then
	run mempoltrace -f json -o out -- strace -f -e trace=get_mempolicy -o strace-out get_mempolicy -s 1 -n 300
	is "$status" 0 "under strace: status"
	cp stdout truth
	compare truth out 300 "under strace"
	sed -n -E 's/^([0-9]+) +get_mempolicy\(.*, ([0-9]+), (NULL|0x[0-9a-f]+), [^,]*\) += (-?[0-9]+)( (E[A-Z]+) .*)?$/\1 \2 \4 \6/p' \
		strace-out | sed 's/ $//' >theirs
	sed -n -E 's/.*"tid":([0-9]+),.*"maxnode":([0-9]+),.*"ret":(-?[0-9]+),"error":(null|"(E[A-Z]+)").*/\1 \2 \3 \5/p' \
		out | sed 's/ $//' >ours
	same theirs ours "strace saw the same threads, maxnodes, results and errors, in the same order"
	is "$(wc -l <theirs)" "$(wc -l <truth)" "and as many"
else
	skip "strace sees the same" "strace is not here"
fi
done_testing
