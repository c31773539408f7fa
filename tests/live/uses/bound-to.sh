#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bound-to.sh NODE COMMAND [ARG]... - runs COMMAND; says "yes" if it was bound to NODE, and to no other, or "no".
node=$1
shift
mempoltrace -q -z -e set_mempolicy -f json -o policies.json -- "$@" || exit
jq -r -s --argjson node "$node" '
	map(select(.type == "call")) |
	if length > 0 and all(.[]; .decoded.mode == "MPOL_BIND" and .decoded.nodes == [$node]) then "yes" else "no" end
' policies.json
