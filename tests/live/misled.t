#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# misled.t - what calls of mempoltrace's own do not prove is not believed: it is switched off, which is said, and the
# rest works.
#
# In: misled, which is mempoltrace with a wrong table of calling conventions; the workloads; a kernel whose return
# probes may have no $argN, so that the table is needed. Out: TAP.
. "$(dirname "$0")/lib.sh"

command -v misled >/dev/null || skip_all "the build has not made it"
has_kprobes || skip_all "this kernel has no kprobes"
[ "$(uname -m)" = x86_64 ] || skip_all "the mistakes are of x86_64's table"

# Whether return probes have $argN, by which values are read without the table.
has_args() {
	# shellcheck disable=SC2016 # the kernel's
	echo 'r:misled_t/ask __x64_sys_get_mempolicy a=$arg1:x64' >>"$tracefs/kprobe_events" 2>/dev/null || return 1
	echo '-:misled_t/ask' >>"$tracefs/kprobe_events"
}

# $1: the mistake; the rest: arguments.
misled() {
	MPT_MISLED=$1
	export MPT_MISLED
	shift
	command misled "$@"
}

# $1: the mistake, $2: an ABI, $3: a workload. Its calls are shown without what was not to be had.
shows_less() {
	run misled "$1" -e all -f json -o out -- "$3" -s 11 -n 300 -j 1
	is "$status" 0 "$1, $2: status"
	to_compare stdout out
	same_without_kprobes "$1, $2: each call is shown as it was"
	ok "$1, $2: there were 300 calls" test "$(wc -l <got)" -ge 300
	is "$(lost out)" 0 "$1, $2: none is said to be lost"
	like out '"nodemask":"unsupported"|"nodes":"unsupported"' "$1, $2: node sets are said not to be read"
	unlike got '"(nodes|old_nodes|new_nodes|pages)":\[[^]]|"node":[0-9]' "$1, $2: and none is shown"
	is "$(grep -c "gives no way to read memory when a call by the $2 ABI returns" stderr)" 1 "$1, $2: it is said once"
}

# $1: the mistake
switches_off() {
	shows_less "$1" x86_64 family
	if command -v family-32 >/dev/null; then
		shows_less "$1" i386 family-32
	else
		skip "$1: a 32-bit caller" "the build has no compiler for it"
	fi
	run misled "$1" --list
	like stdout '^  nodemask .* KU +not captured$' "$1: --list says what is not captured"
	unchanged "$1"
}

# $1: the mistake
changes_nothing() {
	run misled "$1" -e all -f json -o out -- family -s 11 -n 300 -j 1
	to_compare stdout out
	same_but_unread "$1: by \$argN: each call is shown as it was" expected got
	ok "$1: by \$argN: with node sets" grep -q '"nodes":\[[0-9]' got
	unlike stderr "gives no way to read memory" "$1: nothing is said of memory"
	unchanged "$1"
}

balancing_off
if has_args; then
	changes_nothing register
else
	switches_off register
	switches_off twice
fi

# --- denied calls -------------------------------------------------------------------------------------

if grep -q '^Seccomp:' /proc/self/status; then
	run misled register -e all -f json -o out -- denied
	is "$status" 0 "denied: status"
	ok "denied: there were some" grep -q '"denied":true' stdout
	unlike out '"denied":true' "denied: none is shown"
	grep -v '"denied":true' stdout >truth
	like stderr 'by the x86_64 ABI that seccomp denies are not shown' "denied: which is said"
	run misled register --list
	like stdout '^x86_64 callers: .*; denied calls are not captured$' "denied: --list says it"
	unchanged "denied"
fi
balancing_back

# --- nothing is right -----------------------------------------------------------------------------------

run misled offset -f json -o out -- get_mempolicy -s 1 -n 5
is "$status" 125 "offset: status"
like stderr "the probes show mempoltrace's own calls wrongly" "offset: it says why"
ok "offset: there is no trace" test ! -s out
ok "offset: COMMAND was not run" test ! -s stdout
unchanged "offset"
done_testing
