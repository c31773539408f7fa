#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# dialect.t - probes in the words of the oldest kernels: no value is wrong, and what is not zero is shown; and how the
# older kind of functions is found.
#
# In: misled, which takes the kernel for one of the oldest; the workloads, which tell what they passed and
# were answered. Out: TAP. That such kernels write zero where they could not read is not to be seen here: a zero must
# be shown as not read all the same.
. "$(dirname "$0")/lib.sh"

command -v misled >/dev/null || skip_all "the build has not made it"
has_kprobes || skip_all "this kernel has no kprobes"
MPT_MISLED=old
export MPT_MISLED

# $1: calls; the rest: a workload that tells of them, and its arguments.
shows_but_zeros() {
	traced=$1
	shift
	run misled -e "$traced" -f json -o out -- "$@"
	is "$status" 0 "$1: status"
	like stderr 'a zero in memory is shown as not read' "$1: it is said"
	to_compare stdout out
	same_but_unread "$1: each call is shown as it was, but for what is said not to be read" expected got "-v zeros=1"
	tail -n 1 judged | sed 's/^/# /'
	is "$(lost out)" 0 "$1: none is said to be lost"
	ok "$1: with modes" grep -Eq '"mode":"MPOL_(BIND|INTERLEAVE|PREFERRED)"' got
	ok "$1: and node sets" grep -q '"nodes":\[[0-9]' got
	unchanged "$1"
}

balancing_off
shows_but_zeros get_mempolicy get_mempolicy -s 21 -n 1500
like expected '"mode":"MPOL_DEFAULT"' "get_mempolicy: there were modes of zero"
unlike got '"mode":"MPOL_DEFAULT"' "get_mempolicy: which are not shown"
# 5.10 warns, once, where a probe follows an address that is nobody's in a way that newer kernels spare it.
case $(uname -m)$(uname -r) in
x86_645.*) skip "family" "this kernel warns where a probe follows such addresses without u" ;;
*) shows_but_zeros all family -s 22 -n 600 -j 1 ;;
esac
balancing_back

run misled -e all --dry-run
like stdout '^r:[^ ]*/poison_mbind .*=@linux_banner:u64' "--dry-run: the oldest words"
unlike stdout '^r[0-9]|^[pr].*([+-]u[0-9]|\\0x|:x[0-9])' "--dry-run: and no newer ones"

# Under a filter, and in a recording.
if grep -q '^Seccomp:' /proc/self/status; then
	run misled -e all -w denied.dat -f json -o out -- denied
	is "$status" 0 "denied: status"
	ok "denied: they are shown" grep -q '"denied":true' out
	# Where the machine has another ABI, its callers may not be shown.
	calls out | grep '"denied":true' | grep "\"abi\":\"$(uname -m)\"" >got
	by_thread <stdout | grep '"denied":true' | grep "\"abi\":\"$(uname -m)\"" >expected
	same expected got "denied: as they were"
	replays denied.dat out "a recording"
	unchanged "denied"
fi

# --- functions of the older kind --------------------------------------------------------------------------

# The table is one by which those are not there that newer kernels have.
if [ "$(uname -m)" = x86_64 ]; then
	MPT_MISLED=older
	balancing_off
	for options in "" "-t none"; do
		# shellcheck disable=SC2086 # options are words
		run misled -e all $options -f json -o out -- family -s 23 -n 600 -j 1
		is "$status" 0 "older functions $options: status"
		to_compare stdout out
		same_but_unread "older functions $options: each call is shown as it was" expected got
		is "$(wc -l <got | tr -d ' ')" 600 "older functions $options: all of them"
		ok "older functions $options: with node sets" grep -q '"nodes":\[[0-9]' got
	done
	balancing_back
	if command -v family-32 >/dev/null && family-32 -s 1 -n 1 >why 2>&1; then
		run misled -e all -f json -o out -- family-32 -s 24 -n 50 -j 1
		is "$(grep -c '"type":"call"' out),$(lost out)" 0,0 "older functions: 32-bit calls are not shown, and not lost"
		like stderr 'calls by the i386 ABI are not shown: this kernel.s functions serve several ABIs alike' "older functions: which is said"
	else
		skip "older functions: a 32-bit caller" "the build has no compiler for it, or the kernel does not run it"
	fi
	run misled -e all --dry-run
	like stdout '^# x86_64: the functions have their arguments in registers$' "older functions: --dry-run says so"
	unchanged "older functions"
fi
done_testing
