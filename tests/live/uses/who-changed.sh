#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# who-changed.sh [TIME] - the processes of this machine that change a memory policy within TIME (10 s), and
# how often each does.
mempoltrace -q -d "${1:-10}" -z -e set_mempolicy,mbind,set_mempolicy_home_node -f json |
	jq -r 'select(.type == "call") | "\(.pid) \(.comm)"' | sort | uniq -c
