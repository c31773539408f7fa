#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# match.t - tests/live/match.awk finds what is wrong, and lets pass only what may be.
#
# In: pairs of lines made by hand: what a workload reports of a call, and what a tool shows of it. Out: TAP,
# once for each awk of this machine, since it is written for any. It never runs the workload or the tool.
set -u
export LC_ALL=C

match=${top_srcdir:-$(dirname "$0")/../..}/tests/live/match.awk
count=0
options=
dir=$(mktemp -d) || exit 99
trap 'rm -rf "$dir"' EXIT

# Prints a call line. $1: system call, $2: inside of "decoded", $3: inside of "unread", $4: inside of "maybe".
# The name has what could be taken for keys.
line() {
	printf '{"pid":7,"tid":8,"comm":"a\\"},\\"ret\\":{","abi":"x86_64","syscall":"%s",' "$1"
	printf '"args":{"nodes":"0x0","pages":"0x7f00"},"decoded":{%s}' "$2"
	[ -z "$3" ] || printf ',"unread":{%s}' "$3"
	printf ',"ret":0,"error":null,"denied":false'
	[ -z "$4" ] || printf ',"maybe":[%s]' "$4"
	printf '}\n'
}

# $1: what is tested, $2: status of match.awk, $3: a line that its output has, whole.
check() {
	status=0
	# shellcheck disable=SC2086 # options are words
	$awk $options -f "$match" "$dir/truth" "$dir/tool" >"$dir/out" 2>&1 || status=$?
	count=$((count + 1))
	if [ "$status" -eq "$2" ] && grep -qxF -- "$3" "$dir/out"; then
		echo "ok $count - $awk: $1"
	else
		echo "not ok $count - $awk: $1"
		echo "# status $status, expected $2, and the line: $3"
		cut -c 1-300 "$dir/out" | sed 's/^/# /'
	fi
}

# $1: what is tested; then syscall, decoded, unread and maybe of the report; decoded and unread of the tool.
pair() {
	line "$2" "$3" "$4" "$5" >"$dir/truth"
	line "$2" "$6" "$7" "" >"$dir/tool"
}

fine() {
	pair "$@"
	check "$1: passes" 0 "$(summary)"
}

wrong() {
	pair "$@"
	check "$1: does not pass" 1 "call 1:"
}

# The last line for one pair, by what the tool's line has.
summary() {
	exact=0
	[ "$(sed 's/,"maybe":.*/}/' "$dir/truth")" != "$(cat "$dir/tool")" ] || exact=1
	echo "calls 1, exact $exact, unread by reason: fault $(grep -c '"fault"' "$dir/tool"), too long" \
		"$(grep -c '"too long"' "$dir/tool"), unsupported $(grep -c '"unsupported"' "$dir/tool")"
}

masks() {
	fine "equal" set_mempolicy '"nodes":[0,1]' '' '' '"nodes":[0,1]' ''
	fine "equal, and could have been unread" set_mempolicy '"nodes":[0]' '' '"nodes"' '"nodes":[0]' ''
	fine "equal, both too long" set_mempolicy '' '"nodes":"too long"' '' '' '"nodes":"too long"'
	fine "a mask that could be unread" set_mempolicy '"mode":"MPOL_BIND","mode_flags":[],"nodes":[0]' '' \
		'"nodes"' '"mode":"MPOL_BIND","mode_flags":[]' '"nodes":"fault"'
	fine "the only value" set_mempolicy '"nodes":[]' '' '"nodes"' '' '"nodes":"fault"'
	wrong "a mask that could be read" set_mempolicy '"nodes":[0]' '' '' '' '"nodes":"fault"'
	wrong "a wrong mask" set_mempolicy '"nodes":[0]' '' '' '"nodes":[1]' ''
	wrong "a wrong mask that could be unread" set_mempolicy '"nodes":[0]' '' '"nodes"' '"nodes":[1]' ''
	wrong "a wrong mask that is said to be unread" set_mempolicy '"nodes":[0]' '' '"nodes"' '"nodes":[1]' \
		'"nodes":"fault"'
	wrong "a right mask that is said to be unread" set_mempolicy '"nodes":[0]' '' '"nodes"' '"nodes":[0]' \
		'"nodes":"fault"'
	wrong "a mask that is absent without a word" set_mempolicy '"nodes":[0]' '' '"nodes"' '' ''
	wrong "unread for another reason" set_mempolicy '"nodes":[0]' '' '"nodes"' '' '"nodes":"too long"'
	wrong "a value that cannot have been read" set_mempolicy '' '"nodes":"fault"' '' '"nodes":[0]' ''
	wrong "a mask is unread and the mode is wrong" set_mempolicy '"mode":"MPOL_BIND","nodes":[0]' '' '"nodes"' \
		'"mode":"MPOL_LOCAL"' '"nodes":"fault"'
}

two_masks() {
	fine "the first of two" migrate_pages '"old_nodes":[0],"new_nodes":[1]' '' '"old_nodes"' '"new_nodes":[1]' \
		'"old_nodes":"fault"'
	fine "both of two" migrate_pages '"old_nodes":[0],"new_nodes":[1]' '' '"old_nodes","new_nodes"' '' \
		'"old_nodes":"fault","new_nodes":"fault"'
	fine "one of two that could be unread" migrate_pages '"old_nodes":[0],"new_nodes":[1]' '' \
		'"old_nodes","new_nodes"' '"old_nodes":[0]' '"new_nodes":"fault"'
	fine "one, and the other cannot be read" migrate_pages '"old_nodes":[0]' '"new_nodes":"fault"' '"old_nodes"' \
		'' '"old_nodes":"fault","new_nodes":"fault"'
	wrong "the other of two" migrate_pages '"old_nodes":[0],"new_nodes":[1]' '' '"old_nodes"' '"old_nodes":[0]' \
		'"new_nodes":"fault"'
	wrong "a wrong one, and the other is unread" migrate_pages '"old_nodes":[0]' '"new_nodes":"fault"' \
		'"old_nodes"' '"old_nodes":[7]' '"new_nodes":"fault"'
	wrong "a wrong reason, and the other is unread" migrate_pages '"old_nodes":[0]' '"new_nodes":"fault"' \
		'"old_nodes"' '' '"old_nodes":"too long","new_nodes":"fault"'
	wrong "the reason for the other is absent" migrate_pages '"old_nodes":[0]' '"new_nodes":"fault"' \
		'"old_nodes"' '' '"old_nodes":"fault"'
}

modes() {
	fine "a mode" get_mempolicy '"flags":[],"mode":"MPOL_BIND","mode_flags":["X"],"nodes":[0]' '' '"mode"' \
		'"flags":[],"nodes":[0]' '"mode":"fault"'
	fine "a node" get_mempolicy '"flags":[],"node":1,"nodes":[0]' '' '"mode"' '"flags":[],"nodes":[0]' \
		'"node":"fault"'
	fine "mode and nodes" get_mempolicy '"flags":[],"mode":"MPOL_BIND","mode_flags":[],"nodes":[0]' '' \
		'"mode","nodes"' '"flags":[]' '"mode":"fault","nodes":"fault"'
	wrong "a wrong mode, and nodes are unread" get_mempolicy \
		'"flags":[],"mode":"MPOL_BIND","mode_flags":[],"nodes":[0]' '' '"mode","nodes"' \
		'"flags":[],"mode":"MPOL_LOCAL","mode_flags":[]' '"nodes":"fault"'
	wrong "a mode that could be read" get_mempolicy '"flags":[],"mode":"MPOL_BIND","mode_flags":[]' '' '"nodes"' \
		'"flags":[]' '"mode":"fault"'
	wrong "half of a mode" get_mempolicy '"flags":[],"mode":"MPOL_BIND","mode_flags":[]' '' '"mode"' \
		'"flags":[],"mode_flags":[]' '"mode":"fault"'
	wrong "a node under another name" get_mempolicy '"flags":[],"node":1' '' '"mode"' '"flags":[]' '"mode":"fault"'
}

items() {
	three='"flags":[],"pages":[{"addr":"0x1","node":0},{"addr":"0x2","node":1},{"addr":"0x3","node":2}]'

	fine "items equal" move_pages "$three" '' '' "$three" ''
	fine "no items" move_pages '"pages":[]' '' '' '"pages":[]' ''
	fine "some fields of items" move_pages "$three" '' '"pages"' \
		'"flags":[],"pages":[{"addr":"0x1","node":0},{"node":1},{"addr":"0x3"}]' '"pages":"fault"'
	fine "all fields of items" move_pages "$three" '' '"pages"' '"flags":[],"pages":[{},{},{}]' '"pages":"fault"'
	fine "items that go on" move_pages '"pages":[{"node":1}],"not_shown":8' '"pages":"too long"' '"pages"' \
		'"pages":[{}],"not_shown":8' '"pages":"fault"'
	fine "more items than those that cannot be read" move_pages '"pages":[{"node":1},{}]' '"pages":"fault"' \
		'"pages"' '"pages":[{},{}]' '"pages":"fault"'
	wrong "items that could be read" move_pages "$three" '' '' '"flags":[],"pages":[{},{},{}]' '"pages":"fault"'
	wrong "a wrong field" move_pages "$three" '' '"pages"' \
		'"flags":[],"pages":[{"addr":"0x1","node":3},{},{}]' '"pages":"fault"'
	wrong "a longer number" move_pages "$three" '' '"pages"' \
		'"flags":[],"pages":[{"addr":"0x11"},{},{}]' '"pages":"fault"'
	wrong "a shorter number" move_pages '"pages":[{"node":12},{"node":1}]' '' '"pages"' \
		'"pages":[{"node":1},{}]' '"pages":"fault"'
	wrong "a field that was not reported" move_pages '"pages":[{"node":1},{}]' '"pages":"fault"' '"pages"' \
		'"pages":[{},{"node":1}]' '"pages":"fault"'
	wrong "the item of another" move_pages "$three" '' '"pages"' \
		'"flags":[],"pages":[{"addr":"0x2"},{},{}]' '"pages":"fault"'
	wrong "fewer items" move_pages "$three" '' '"pages"' '"flags":[],"pages":[{},{}]' '"pages":"fault"'
	wrong "no items at all" move_pages "$three" '' '"pages"' '"flags":[]' '"pages":"fault"'
	wrong "items without a word" move_pages "$three" '' '"pages"' '"flags":[],"pages":[{},{},{}]' ''
	wrong "all is there and said to be unread" move_pages "$three" '' '"pages"' "$three" '"pages":"fault"'
	wrong "items for another reason" move_pages "$three" '' '"pages"' '"flags":[],"pages":[{},{},{}]' \
		'"pages":"too long"'
	wrong "another count of what is not shown" move_pages '"pages":[{"node":1}],"not_shown":8' \
		'"pages":"too long"' '"pages"' '"pages":[{}],"not_shown":9' '"pages":"fault"'
}

# On a kernel that gives no way to read what pointers lead to.
unsupported() {
	options='-v unsupported=1'
	fine "a mask" set_mempolicy '"mode":"MPOL_BIND","mode_flags":[],"nodes":[0]' '' '' \
		'"mode":"MPOL_BIND","mode_flags":[]' '"nodes":"unsupported"'
	fine "a mode that came back, and nodes" get_mempolicy '"flags":[],"mode":"MPOL_BIND","mode_flags":["X"],"nodes":[0]' \
		'' '' '"flags":[]' '"mode":"unsupported","nodes":"unsupported"'
	fine "what could not be read either" migrate_pages '"old_nodes":[1]' '"new_nodes":"fault"' '' '' \
		'"old_nodes":"unsupported","new_nodes":"unsupported"'
	fine "items" move_pages '"flags":[],"pages":[{"addr":"0x1"}],"not_shown":8' '"pages":"too long"' '' '"flags":[]' \
		'"pages":"unsupported"'
	wrong "a wrong argument beside" set_mempolicy '"mode":"MPOL_BIND","mode_flags":[],"nodes":[0]' '' '' \
		'"mode":"MPOL_LOCAL","mode_flags":[]' '"nodes":"unsupported"'
	wrong "a mask that is shown, too" set_mempolicy '"nodes":[0]' '' '' '"nodes":[0]' '"nodes":"unsupported"'
	wrong "nothing that is there to be read" set_mempolicy '' '' '' '' '"nodes":"unsupported"'
	wrong "without a word" set_mempolicy '"nodes":[0]' '' '' '' ''
	wrong "for another reason" set_mempolicy '"nodes":[0]' '' '' '' '"nodes":"fault"'
	options=
	wrong "where there is a way" set_mempolicy '"nodes":[0]' '' '' '' '"nodes":"unsupported"'
}

# On a kernel that gives no way to tell a zero from what could not be read.
zeros() {
	options='-v zeros=1'
	fine "an empty mask" set_mempolicy '"mode":"MPOL_BIND","mode_flags":[],"nodes":[]' '' '' \
		'"mode":"MPOL_BIND","mode_flags":[]' '"nodes":"fault"'
	fine "the default mode, and no nodes" get_mempolicy '"flags":[],"mode":"MPOL_DEFAULT","mode_flags":[],"nodes":[]' \
		'' '' '"flags":[]' '"mode":"fault","nodes":"fault"'
	fine "node 0" get_mempolicy '"flags":["MPOL_F_NODE"],"node":0' '' '' '"flags":["MPOL_F_NODE"]' '"node":"fault"'
	fine "items" move_pages '"flags":[],"pages":[{"addr":"0x0","node":0,"status":0},{"addr":"0x10","node":1,"status":0}]' \
		'' '' '"flags":[],"pages":[{},{"addr":"0x10","node":1}]' '"pages":"fault"'
	wrong "a mask that is not empty" set_mempolicy '"nodes":[0]' '' '' '' '"nodes":"fault"'
	wrong "another mode" get_mempolicy '"mode":"MPOL_BIND","mode_flags":[]' '' '' '' '"mode":"fault"'
	wrong "the default mode with a flag" get_mempolicy '"mode":"MPOL_DEFAULT","mode_flags":["X"]' '' '' '' '"mode":"fault"'
	wrong "node 10" get_mempolicy '"node":10' '' '' '' '"node":"fault"'
	wrong "an item that is not zero" move_pages '"pages":[{"addr":"0x0","node":1}]' '' '' '"pages":[{}]' '"pages":"fault"'
	wrong "an item that is shown wrongly" move_pages '"pages":[{"addr":"0x0","node":0}]' '' '' '"pages":[{"node":1}]' \
		'"pages":"fault"'
	wrong "without a word" set_mempolicy '"nodes":[]' '' '' '' ''
	options=
	wrong "where there is a way" set_mempolicy '"nodes":[]' '' '' '' '"nodes":"fault"'
}

# Beyond one pair.
files() {
	line set_mempolicy '"nodes":[0]' '' '' >"$dir/truth"
	sed 's/"ret":0/"ret":1/' "$dir/truth" >"$dir/tool"
	check "another result: does not pass" 1 "call 1:"
	line set_mempolicy '"nodes":[0]' '' '"nodes"' >"$dir/truth"
	line set_mempolicy '' '"nodes":"fault"' '' | sed 's/"ret":0/"ret":1/' >"$dir/tool"
	check "another result, and a mask is unread: does not pass" 1 "call 1:"
	line set_mempolicy '' '"nodes":"fault"' '' | sed 's/"pages":"0x7f00"/"pages":"0x7f08"/' >"$dir/tool"
	check "another argument, and a mask is unread: does not pass" 1 "call 1:"
	# both are one in floating point
	line move_pages '"not_shown":18446744073709551583' '' '' >"$dir/truth"
	line move_pages '"not_shown":18446744073709551582' '' '' >"$dir/tool"
	check "numbers beyond 2^53: does not pass" 1 "call 1:"

	line set_mempolicy '"nodes":[0]' '' '' >"$dir/tool"
	cat "$dir/tool" "$dir/tool" >"$dir/truth"
	check "a line too few: does not pass" 1 "2 calls were made, 1 shown"
	: >"$dir/tool"
	check "no line at all: does not pass" 1 "2 calls were made, 0 shown"
	head -n 1 "$dir/truth" >"$dir/tool"
	cat "$dir/truth" >>"$dir/tool"
	check "a line too many: does not pass" 1 "2 calls were made, 3 shown"
	line set_mempolicy '"nodes":[1]' '' '' | sed 'p;p;p;p;p;p' >"$dir/truth"
	line set_mempolicy '"nodes":[0]' '' '' | sed 'p;p;p;p;p;p' >"$dir/tool"
	check "seven differences: does not pass" 1 \
		"calls 7, exact 0, unread by reason: fault 0, too long 0, unsupported 0"
	[ "$(grep -c '^call ' "$dir/out")" -eq 5 ]
	status=$?
	count=$((count + 1))
	[ "$status" -eq 0 ] || printf 'not '
	echo "ok $count - $awk: and five of them are shown"
}

for awk in awk mawk gawk 'original-awk' 'busybox awk'; do
	if ! $awk 'BEGIN { exit 0 }' >/dev/null 2>&1; then
		count=$((count + 1))
		echo "ok $count - $awk # SKIP not installed"
		continue
	fi
	masks
	two_masks
	modes
	items
	unsupported
	zeros
	files
done
echo "1..$count"
