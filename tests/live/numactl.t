#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# numactl.t - the example of the manual: whose policy does numactl show?
#
# In: a machine with a node 1. Out: TAP. The output of numactl is never mixed with the trace.
. "$(dirname "$0")/lib.sh"

command -v numactl >/dev/null || skip_all "numactl is not here"
[ -d /sys/devices/system/node/node1 ] || skip_all "this machine has no node 1"

numactl --membind=1 numactl --show >bare
run mempoltrace -- numactl --membind=1 numactl --show
is "$status" 0 "text: status"
same bare stdout "text: what numactl prints is what it prints without us"
like stderr '^[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6} numactl\[[0-9]+\] get_mempolicy\(mode=\[MPOL_BIND\], nodemask=\[1\], maxnode=[0-9]+, addr=NULL, flags=0\) = 0 <[0-9]+\.[0-9]{6}>$' \
	"text: the policy is shown, on standard error"
is "$(grep -Evc '^[0-9:.]+ numactl\[[0-9]+\] get_mempolicy\(.*\) = .* <[0-9.]+>$' stderr)" 0 "text: nothing else is printed"
unchanged "text"

run mempoltrace -o - -- numactl --membind=1 numactl --show
like stdout 'get_mempolicy\(mode=\[MPOL_BIND\], nodemask=\[1\],' "-o -: the trace goes to standard output"
grep -v get_mempolicy stdout >rest
same bare rest "-o -: among what numactl prints"
is "$(wc -c <stderr | tr -d ' ')" 0 "-o -: and nothing to standard error"

run mempoltrace -f json -o out -- numactl --membind=1 numactl --show
is "$status" 0 "json: status"
same bare stdout "json: what numactl prints is what it prints without us"
like out '"comm":"numactl",.*"decoded":\{"flags":\[\],"mode":"MPOL_BIND","mode_flags":\[\],"nodes":\[1\]\},"ret":0,"error":null,"denied":false,' \
	"json: the policy is shown"
# The first numactl binds itself, and the one that it executes finds what it did.
is "$(grep -o '"pid":[0-9]*' out | sort -u | wc -l | tr -d ' ')" 1 "json: all calls are of one process"
ok "json: jq reads every line" jq -e . out
has_end out "json"
unchanged "json"
done_testing
