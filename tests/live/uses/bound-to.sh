#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bound-to.sh NODE COMMAND [ARG]... - runs COMMAND; says "yes" if the last policy of each thread that set one bound it to
# NODE, and to no other, or "no". (libnuma tries policies when it is loaded, so those before do not count.)
node=$1
shift
mempoltrace -q -z -e set_mempolicy -f json -o policies.json -- "$@" || exit
jq -r -s --argjson node "$node" '
	map(select(.type == "call")) | group_by(.tid) | map(last.decoded) |
	if length > 0 and all(.[]; .mode == "MPOL_BIND" and .nodes == [$node]) then "yes" else "no" end
' policies.json
