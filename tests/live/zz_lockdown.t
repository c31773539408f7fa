#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# zz_lockdown.t - the kernel is locked down while we trace.
#
# In: a VM, since only a boot takes it back; the last test of a run, hence the name. Out: TAP. What the
# kernel lets nobody remove any more is said to be left.
. "$(dirname "$0")/lib.sh"

lockdown=/sys/kernel/security/lockdown
[ "${MPT_KERNEL:-host}" != host ] || skip_all "this machine would stay locked down"
[ -e "$lockdown" ] || mount -t securityfs securityfs /sys/kernel/security 2>/dev/null
[ -w "$lockdown" ] || skip_all "this kernel has no lockdown"
grep -q '\[none\]' "$lockdown" || skip_all "it is locked down already"

cat >locks.sh <<'LOCKS'
get_mempolicy -n 50
echo "$1" >/sys/kernel/security/lockdown
get_mempolicy -n 50
LOCKS

run mempoltrace -f json -o out -- sh locks.sh integrity
cp stdout truth
is "$status,$(cat stderr)" 0, "integrity, while it runs: status"
compare truth out 100 "integrity, while it runs"
unchanged "integrity, while it runs"

run mempoltrace -f json -o out -- sh locks.sh confidentiality
cp stdout truth
like "$lockdown" '\[confidentiality\]' "confidentiality, while it runs: so it is"
calls out >got
by_thread <truth >expected
same expected got "confidentiality, while it runs: what was recorded is shown"
sed 's/^/# /' stderr
is "$status" 125 "confidentiality, while it runs: status 125, since it cannot be known what was lost"
like stderr 'lost could not be learnt.*confidentiality' "confidentiality, while it runs: it says so"
like stderr 'could not take back .*Operation not permitted' "and what is left"
is "$(ls -d "$tracefs"/instances/mempoltrace.* 2>/dev/null)" '' "the instance is gone, and what is left costs nothing"

run mempoltrace -o out -- true
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "locked down: another run has status 125, one line"
like stderr 'lockdown' "locked down: it says why"
run mempoltrace --cleanup
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "locked down: --cleanup has status 125, one line"
run mempoltrace -f json -o out -p $$
is "$status" 125 "locked down: -p"
done_testing
