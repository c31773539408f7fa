#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tracepoints.t - where kprobes are not to be had, the syscall tracepoints show what they can, and what they
# cannot is said.
#
# In: a kernel without kprobes, or one with, whose kprobe_events is made to refuse everything. Out: TAP. The
# workloads' reports are held against what is shown, but for what there is no way to read.
. "$(dirname "$0")/lib.sh"

[ -d "$tracefs/events/syscalls" ] || skip_all "this kernel has no syscall tracepoints"

# Writing to it fails, in the mount namespace of mempoltrace alone.
reason='the kernel refuses the probe'
if has_kprobes; then
	unshare -m true 2>/dev/null || skip_all "kprobe_events cannot be made to refuse: no mount namespaces here"
	mempoltrace_here() {
		# shellcheck disable=SC2016 # the inner shell's
		exec unshare -m sh -c 'mount --bind /dev/full "$0" && exec mempoltrace "$@"' "$tracefs/kprobe_events" "$@"
	}
	has_kprobes() {
		false
	}
else
	reason='this kernel has no kprobe events'
	mempoltrace_here() {
		exec mempoltrace "$@"
	}
fi

# As the command, which is a child.
tracepoints() {
	(mempoltrace_here "$@")
}

run tracepoints -e all -w out.dat -f json -o out -- family -s 7 -n 600 -j 3
is "$status" 0 "family: status"
cp stdout truth
cp stderr said
compare truth out 600 "family"
like out '"nodes":"unsupported"' "family: node sets are said not to be read"
like out '"pages":"unsupported"' "family: and arrays"
# An empty set is known where it has no bits.
unlike got '"(nodes|old_nodes|new_nodes|pages)":\[[^]]|"node":[0-9]' "family: none is shown"
is "$(grep -c "^mempoltrace: $reason.*: by its syscall tracepoints arguments and results are shown, and not what pointers lead to" said)" 1 \
	"what is not captured is said once"
is "$(grep -Ecv ': by its syscall tracepoints|calls by the (i386|x32) ABI are not shown|has no set_mempolicy_home_node' said)" 0 "and no more is complained of"
replays out.dat out "family"
unchanged "family"

run tracepoints -q -t none -f json -o out -- get_mempolicy -s 4 -n 300
cp stdout truth
compare truth out 300 "get_mempolicy, -t none"
unlike out '"duration_ns":[0-9]' "-t none: no duration"
unlike stderr 'tracepoints show|: by its' "-q: nothing is said of it"
run tracepoints -q -f json -o out -- threads
cp stdout truth
compare truth out 1000 "threads"
has_end out "threads"
unchanged "threads"

# --- callers that tracepoints leave out -------------------------------------------------------------------

if command -v get_mempolicy-32 >/dev/null && get_mempolicy-32 -n 1 -s 1 >/dev/null 2>&1; then
	run tracepoints -f json -o out -- sh -c 'get_mempolicy -s 1 -n 50; get_mempolicy-32 -s 1 -n 50'
	like stderr 'calls by the i386 ABI are not shown' "32-bit callers: it is said that they are not shown"
	grep '"abi":"x86_64"' stdout >truth
	ok "32-bit callers: there were some" grep -q '"abi":"i386"' stdout
	compare truth out 50 "32-bit callers: those of 64 bits are shown as they were, no other"
	unchanged "32-bit callers"
else
	skip "32-bit callers" "the build has no compiler for them, or the kernel does not run them"
fi

# --- denied calls -----------------------------------------------------------------------------------------

# A thread that is killed for a call, alone of several, leaves nothing at all; on 5.10 no killed one does.
shown_denied() {
	case $(uname -r) in
	5.10.*) grep -v '"ret":null,"error":null,"denied":true' ;;
	*) sed '/"ret":null,"error":null,"denied":true/{
		/"pid":\([0-9]*\),"tid":\1,/!d
	}' ;;
	esac
}

if [ "$(uname -m)" = ppc64le ]; then
	# sigreturn(2) ends there as what it interrupted, so that a return without an entry says nothing.
	run tracepoints -e all -f json -o out -- denied
	grep -v '"denied":true' stdout >truth
	compare truth out 5 "denied: those that were not"
	unlike out '"denied":true' "denied: none is made up"
	unchanged "denied"
elif grep -q '^Seccomp:' /proc/self/status; then
	run tracepoints -e all -w out.dat -f json -o out -- denied
	replays out.dat out "denied"
	shown_denied <stdout >truth
	shown_denied <out >out.shown
	compare truth out.shown 1000 "denied"
	is "$(grep '"denied":true' out | grep -vc '"args":{},"decoded":{},"unread":{.*"unsupported"')" 0 \
		"denied: there are no arguments, and what is lacking is named"
	is "$(grep -c '"denied":true' out)" "$(end_number out denied)" "denied: they are counted"
	ok "denied: some have no result" grep -q '"ret":null,"error":null,"denied":true' out
	run tracepoints -q -e set_mempolicy -o out -- denied
	like out '^[0-9:.]+ denied\[[0-9]+\] set_mempolicy\(\.\.\.\) = -1 EPERM \(Operation not permitted\) denied before entry$' \
		"denied, text: what it was called with is left open"
	run tracepoints -q -e all --denied=never -f json -o out -- denied
	unlike out '"denied":true' "--denied=never: none is shown"
	is "$(lost out)" 0 "--denied=never: nor called lost"
	run tracepoints -q -e set_mempolicy_home_node,mbind --nodes=0 -f json -o out -- denied
	unlike out '"denied":true' "--nodes: of what is not known nothing passes"

	# It was there before the trace, so that what it is inside of may have begun before, too.
	mkfifo gate
	denied --wait <gate >truth &
	workload=$!
	exec 9>gate
	mempoltrace_here -q -e all -f json -o out -p "$workload" 2>stderr &
	tracer=$!
	wait_armed "$tracer"
	echo >&9
	exec 9>&-
	wait_end "$workload"
	wait_end "$tracer"
	# The filter answers for a call that this kernel may not have; the trace leaves it out.
	grep -q set_mempolicy_home_node /proc/kallsyms || sed -i /set_mempolicy_home_node/d truth
	compare truth out 5 "denied, -p"
	unchanged "denied"
else
	skip "denied calls" "this kernel has no seccomp"
fi

# --- filters and formats ----------------------------------------------------------------------------------

# $1: options, $2: what lines of the report pass
passes() {
	# shellcheck disable=SC2086 # options are words
	run tracepoints -q -e all -f json -o out $1 -- family -s 3 -n 600
	grep -E "$2" stdout >truth
	compare truth out 5 "$1"
}

passes '-Z -e get_mempolicy' '"syscall":"get_mempolicy".*"error":"E'
passes '--mode=MPOL_BIND -e set_mempolicy' '"syscall":"set_mempolicy".*"mode":"MPOL_BIND"'
run tracepoints -q -f json -o out --comm=nobody -- get_mempolicy -n 20
is "$(end_number out calls),$(lost out)" 0,0 "--comm: by the kernel, and none is lost"

for format in strace csv tracee; do
	run tracepoints -q -f $format -o out -- get_mempolicy -s 2 -n 30
	is "$(grep -c get_mempol out)" 30 "-f $format: as many lines as calls"
done
like out '"args":\[\{"name":"mode","type":"int\*","value":"0x' "-f tracee: with arguments"
run tracepoints -q -c -o out -- get_mempolicy -s 2 -n 30
like out 'get_mempolicy[[:blank:]]+30[[:blank:]]' "-c counts them"
unchanged "formats"

# --- loss ---------------------------------------------------------------------------------------------

run tracepoints -q -b 16K -f json -o out -- spin 4 20000
# Records of tasks can be among the lost ones; then the count is an upper bound, and says so.
sum=$(($(end_number out calls) + $(lost out)))
more=0
! grep -q '"at_most":true' out || more=800
echo "calls and lost: $sum" >why
[ "$sum" -ge 80000 ] && [ "$sum" -le $((80000 + more)) ]
result $? "a small buffer: calls and lost add up to what was made"
ok "a small buffer: some are lost" test "$(lost out)" -gt 0
unchanged "a small buffer"

# --- everybody --------------------------------------------------------------------------------------------

mempoltrace_here -q -f json -o out 2>stderr &
tracer=$!
wait_armed "$tracer"
get_mempolicy -n 100 >truth
kill -INT "$tracer"
wait_end "$tracer"
is "$status" 0 "whole system: status after ^C"
pid=$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth)
grep -E "\"pid\":$pid,|\"type\":\"end\"" out >ours
compare truth ours 100 "whole system"
unchanged "whole system"

# --- what is told -----------------------------------------------------------------------------------------

case $(uname -m) in
ppc64le) in_list='are not captured' in_doctor='not captured' ;;
*) in_list='by their result alone' in_doctor='result only' ;;
esac
run tracepoints --list
is "$status" 0 "--list: status"
like stdout '^  nodemask[[:blank:]].*KU[[:blank:]]+not captured$' "--list: what pointers lead to is not captured"
like stdout "^$(uname -m) callers: user memory is not captured; denied calls $in_list\$" "--list: denied calls"
run tracepoints --doctor
is "$status" 0 "--doctor: capture works here"
like stdout "^$(uname -m)[[:blank:]]+less[[:blank:]]+by syscall tracepoints" "--doctor: but less of it"
like stdout "^ *$(uname -m): a kernel with CONFIG_KPROBE_EVENTS" "--doctor: and the remedy"
if grep -q '^Seccomp:' /proc/self/status; then
	like stdout "^denied calls[[:blank:]]+less[[:blank:]]+$(uname -m): $in_doctor" "--doctor: denied calls"
else
	unlike stdout '^denied calls' "--doctor: nothing of denied calls, where there are none"
fi
run tracepoints --dry-run
like stdout '^syscalls:sys_enter_get_mempolicy$' "--dry-run: the tracepoints"
unlike stdout '^[pr][0-9]*:' "--dry-run: and no probe"
unchanged "--dry-run"
done_testing
