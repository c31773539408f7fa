#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# denied.t - calls that seccomp answered are shown as what they were, and counted.
#
# In: the workload denied, which tells of every call it makes and what its filters do to it, and is killed
# for some. Out: TAP. A kernel without seccomp has nothing to show, and says so.
. "$(dirname "$0")/lib.sh"

# Status 0 if a filter can be set here, by the kernel's own word.
has_seccomp() {
	grep -q '^Seccomp:' /proc/self/status
}

has_seccomp || skip_all "this kernel has no seccomp"

# $1: a workload, $2: what it is.
compare_denied() {
	run mempoltrace -e all -f json -o out -- "$1"
	is "$status" 0 "$2: status"
	cp stdout truth
	compare truth out 1000 "$2"
	is "$(end_number out denied)" "$(grep -c '"denied":true' truth)" "$2: the end line counts the denied ones"
	ok "$2: some have no result" grep -q '"ret":null,"error":null,"denied":true' got
	unlike stderr 'not shown|strangely' "$2: nothing is complained of"
	unchanged "$2"
}

compare_denied denied "64-bit"
if command -v denied-32 >/dev/null; then
	compare_denied denied-32 "32-bit"
else
	skip "a 32-bit caller" "the build has no compiler for it"
fi

# Without times there is one record less a call, and the same lines.
run mempoltrace -e all -t none -f json -o out -- denied
cp stdout truth
compare truth out 1000 "-t none"

run mempoltrace -e set_mempolicy,mbind -o out -- denied
like out '^[0-9:.]+ denied\[[0-9]+\] set_mempolicy\(mode=MPOL_BIND\|MPOL_F_STATIC_NODES, nodemask=0xdead1000, maxnode=65\) = -1 EPERM \(Operation not permitted\) denied before entry$' \
	"text says what was answered, and that it was no answer of the call"
like out '\) = \? denied before entry$' "text: a killed one has no result"
unlike out 'move_pages' "calls that were not asked for are not shown"

run mempoltrace -e all --denied=never -f json -o out -- denied
unlike out '"denied":true' "--denied=never: none is shown"
is "$(end_number out denied)" 0 "--denied=never: none is counted"
run mempoltrace --denied=never --dry-run
unlike stdout '__secure_computing' "--denied=never: nothing is armed for them"
run mempoltrace --dry-run
unlike stdout '__secure_computing' "the whole system: nothing is armed for them"
run mempoltrace --denied=always --dry-run
like stdout '__secure_computing' "--denied=always: something is"
run mempoltrace --denied=sometimes -- true
is "$status" 2 "--denied=sometimes: wrong usage"

# The whole system, with the denied calls of what began before.
mempoltrace --denied=always -e all -f json -o out 2>stderr &
pid=$!
wait_armed "$pid"
denied >truth
kill -INT "$pid"
wait_end "$pid"
grep -v '"comm":"mempoltrace"' out >out2
compare truth out2 1000 "--denied=always, the whole system"
unchanged "--denied=always"

# --- a container-like sandbox -------------------------------------------------------------------------

# Namespaces of its own and a filter as Docker's: the family is answered EPERM.
if unshare -m -p -f --mount-proc true 2>/dev/null; then
	run mempoltrace -e all -f json -o out -- unshare -m -p -f --mount-proc denied
	is "$status" 0 "in namespaces of its own: status"
	# Inside, the numbers are others.
	sed 's/^{"pid":[0-9]*,"tid":[0-9]*,/{/' stdout | sort >expected
	calls out | sed 's/^{"pid":[0-9]*,"tid":[0-9]*,/{/' | sort >got
	same expected got "in namespaces of its own: each call is shown as it was"
	is "$(lost out)" 0 "in namespaces of its own: none is lost"
	unchanged "in namespaces of its own"
else
	skip "a container-like sandbox" "unshare cannot make namespaces here"
fi

# The operator's question: which calls of the job were denied, and what did the rest answer?
run mempoltrace -e all -f json -o out -- denied
is "$(jq -r 'select(.denied) | .syscall' out | sort -u | head -n 1)" get_mempolicy "jq tells which calls were denied"
done_testing
