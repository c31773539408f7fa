#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# none-denied.sh COMMAND [ARG]... - runs a job of CI, and fails it if a filter denied one of its calls.
mempoltrace -q -e all -f json -o calls.json -- "$@" || exit
denied=$(jq -c 'select(.denied == true) | [.comm, .syscall, .error]' calls.json)
if [ -n "$denied" ]; then
	echo "$denied" >&2
	echo "calls were denied: see above" >&2
	exit 1
fi
