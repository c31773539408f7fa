#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# watch.sh [OPTION]... - calls as they happen, a line each: process, call, result.
mempoltrace -q -e all -f json "$@" |
	jq -r --unbuffered 'select(.type == "call") | "\(.comm)[\(.pid)] \(.syscall) \(.error // "ok")"'
