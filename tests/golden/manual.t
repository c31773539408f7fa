#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recorded runs, tests/golden/SYSCALL/CASE/, and man/mempoltrace-output.5.  What comes out: TAP.  Every
# key of json, tracee and the summary, and every column of csv and table, has its place in the manual.

set -eu
srcdir=${top_srcdir:-.}
decode=${MPT_BUILDDIR:-.}/tests/golden/decode
page=$srcdir/man/mempoltrace-output.5
n=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

command -v jq >/dev/null || {
	echo '1..0 # SKIP jq is not here'
	exit 0
}

# $1: what the names are of, $2: from which line of the manual on they must be, $3: how many there are at the least.
# The names are in the file found.
all_are_there() {
	n=$((n + 1))
	sort -u "$tmp/found" >"$tmp/names"
	sed -n "/^\.S[hs] $2\$/,/^\.Sh S/p" "$page" | sed 's/\\&//g' | tr -cs 'A-Za-z_' '\n' | sort -u >"$tmp/manual"
	comm -23 "$tmp/names" "$tmp/manual" >"$tmp/missing"
	if [ ! -s "$tmp/missing" ] && [ "$(wc -l <"$tmp/names")" -ge "$3" ]; then
		echo "ok $n - $1: $(wc -l <"$tmp/names") names are in the manual"
	else
		echo "not ok $n - $1"
		sed 's/^/# not in the manual: /' "$tmp/missing"
		sed 's/^/# there is: /' "$tmp/names"
	fi
}

# $1: the format. All recorded runs in it.
all_runs() {
	for capture in "$srcdir"/tests/golden/*/*/capture; do
		"$decode" "${capture%/capture}" "$1"
	done
}

all_runs json >"$tmp/json"
jq -r 'select(.type == "call") | paths | .[-1] | strings' "$tmp/json" >"$tmp/found"
all_are_there 'json, calls' call 25
jq -r 'select(.type == "end") | paths | .[-1] | strings' "$tmp/json" >"$tmp/found"
all_are_there 'json, end' end 8
jq -r '.unread // empty | to_entries[] | .value' "$tmp/json" | tr ' ' '\n' >"$tmp/found"
all_are_there 'json, reasons' call 3
# Names of errors are values in truth, and there are too many to tell.
all_runs summary-json | jq -r 'select(.type == "summary") | paths | select(.[-2] != "by_error") | .[-1] | strings' >"$tmp/found"
all_are_there 'json, summary' summary 15
all_runs tracee | jq -r 'paths | .[0] | strings' >"$tmp/found"
all_are_there tracee tracee 12
all_runs csv | grep '^time,' | tr -d '\r' | tr ',' '\n' >"$tmp/found"
all_are_there csv csv 15
all_runs table | sed -n '1{s/  */\n/g;p;}' >"$tmp/found"
all_are_there table table 6
# The other way: what the manual lists of a call is there, but for what only a live run knows.
n=$((n + 1))
sed -n '/^\.Ss call$/,/^\.Pp$/p' "$page" | sed -n 's/^\.It //p' | tr -d ' ' | tr ',' '\n' | sort -u |
	grep -vx 'cgroup\|explain\|stack\|addr\|object\|symbol\|offset' >"$tmp/names"
jq -r 'select(.type == "call") | paths | .[-1] | strings' "$tmp/json" | sort -u >"$tmp/there"
if [ "$(wc -l <"$tmp/names")" -gt 20 ] && comm -23 "$tmp/names" "$tmp/there" >"$tmp/missing" && [ ! -s "$tmp/missing" ]; then
	echo "ok $n - json, calls: what the manual lists is there"
else
	echo "not ok $n - json, calls: what the manual lists is there"
	sed 's/^/# never seen: /' "$tmp/missing"
fi
echo "1..$n"
