#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recorded runs, tests/golden/SYSCALL/CASE/.  What comes out: TAP.  The formats beside text and json
# say of each call what json says of it: csv as sqlite3 reads it, tracee as jq reads it, and table in lines
# that fit a terminal and whose columns are aligned.

set -eu
srcdir=${top_srcdir:-.}
decode=${MPT_BUILDDIR:-.}/tests/golden/decode
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$srcdir/tests/golden/lib.sh"

# csv: sqlite3 reads what jq then sees as the object that json has. A name of a process that is not UTF-8 differs
# by design, and there is none in these runs. Numbers stay text on both sides, as jq 1.6 rounds large ones.
csv() { # FIXTURE NAME
	"$decode" "$1" csv >"$tmp/csv"
	sqlite3 :memory: -cmd '.mode csv' -cmd ".import $tmp/csv calls" -cmd '.mode list' -cmd '.separator |' \
		'select time, host, cpu, pid, tid, uid, comm, abi, syscall, args, decoded, ret, error, denied, duration_ns from calls' \
		>"$tmp/got"
	"$decode" "$1" json | sed -n '/"type":"call"/{
		s/^{"type":"call","time"://
		s/,"host":/|/; s/,"cpu":/|/; s/,"pid":/|/; s/,"tid":/|/; s/,"uid":/|/; s/,"comm":/|/
		s/,"cgroup":"[^"]*"//; s/,"abi":/|/; s/,"syscall":/|/; s/,"args":/|/; s/,"decoded":/|/
		s/,"unread":{[^}]*}//; s/,"ret":/|/; s/,"error":/|/; s/,"denied":/|/; s/,"duration_ns":/|/; s/}$//
		p
	}' | awk -F '|' -v OFS='|' '{
		for (i = 1; i <= NF; i++)
			if (i != 10 && i != 11)
				$i = $i == "null" ? "" : $i ~ /^".*"$/ ? substr($i, 2, length($i) - 2) : $i
		print
	}' >"$tmp/want"
	same "$tmp/want" "$tmp/got" "$2: csv, read by sqlite3, says what json says"
	sed 's/\r$//' "$tmp/csv" | cmp -s "$tmp/csv" - && echo "no CRLF" >"$tmp/why" && result 1 "$2: csv: lines end as RFC 4180 has it"
	return 0
}

tracee() { # FIXTURE NAME
	"$decode" "$1" tracee >"$tmp/tracee"
	status=0
	jq -r -f "$srcdir/tests/golden/tracee.jq" "$tmp/tracee" >"$tmp/why" 2>&1 || status=1
	[ ! -s "$tmp/why" ] || status=1
	result "$status" "$2: tracee: each line is a trace.Event"
	jq -c '[.processorId, .hostProcessId, .hostThreadId, (if .userId == 4294967295 then null else .userId end),
		.processName, .eventName, .returnValue < 0, [.args[].name], .decoded]' "$tmp/tracee" >"$tmp/got"
	"$decode" "$1" json | jq -c 'select(.type == "call") | [.cpu, .pid, .tid, .uid, .comm, .syscall,
		.error != null, (.args | keys_unsorted), .decoded]' >"$tmp/want"
	same "$tmp/want" "$tmp/got" "$2: tracee says what json says"
}

table() { # FIXTURE NAME
	"$decode" "$1" table >"$tmp/table"
	status=0
	awk 'length > 80 { print "too wide: " $0; bad = 1 }
	NR == 1 { at = index($0, "CALL "); result = index($0, "RESULT "); next }
	substr($0, at - 1, 2) !~ /^ [a-z]/ || substr($0, result - 1, 2) !~ /^ [A-Z0-9?]/ { print "not aligned: " $0; bad = 1 }
	END { exit bad || NR < 2 }' "$tmp/table" >"$tmp/why" || status=1
	result "$status" "$2: table: aligned, in 80 columns"
	"$decode" "$1" json | jq -r 'select(.type == "call") | "\(.tid) \(.error // (.ret // "?"))"' >"$tmp/want"
	awk 'NR == 1 { tid = index($0, "TID "); result = index($0, "RESULT "); next }
	{ print substr($0, tid, 7) + 0, substr($0, result, index(substr($0, result) " ", " ") - 1) }' "$tmp/table" >"$tmp/got"
	same "$tmp/want" "$tmp/got" "$2: table says what json says"
}

# The summary's counts are those of the calls, counted by jq.
summary() { # FIXTURE NAME
	"$decode" "$1" summary-json | head -n 1 >"$tmp/summary"
	"$decode" "$1" json | jq -c 'select(.type == "call")' >"$tmp/calls"
	jq -c '[.calls[] | [.syscall, .calls, .errors, .denied, .by_error, .total_ns, .max_ns, ([.histogram[].calls] | add)]] | sort' "$tmp/summary" >"$tmp/got"
	jq -s -c '[group_by(.syscall)[] | [.[0].syscall, length, ([.[] | select(.error)] | length), ([.[] | select(.denied)] | length),
		([group_by(.error)[] | select(.[0].error) | {key: .[0].error, value: length}] | sort_by(.key) | from_entries),
		([.[].duration_ns] | add), ([.[].duration_ns] | max), ([.[] | select(.duration_ns)] | length | if . == 0 then null else . end)]] | sort' "$tmp/calls" >"$tmp/want"
	jq -c 'map(.[4] |= (to_entries | sort_by(.key) | from_entries))' "$tmp/got" >"$tmp/got2"
	same "$tmp/want" "$tmp/got2" "$2: summary, by call"
	jq -c '[.processes[] | [.pid, .comm, .calls, .errors, .total_ns]] | sort' "$tmp/summary" >"$tmp/got"
	jq -s -c '[group_by([.pid, .comm])[] | [.[0].pid, .[0].comm, length, ([.[] | select(.error)] | length), ([.[].duration_ns] | add)]] | sort' "$tmp/calls" >"$tmp/want"
	same "$tmp/want" "$tmp/got" "$2: summary, by process"
	jq -c '[.policies[] | [.mode, .mode_flags, (.nodes // "?"), .set + .bound + .returned, .failed]] | sort' "$tmp/summary" >"$tmp/got"
	jq -s -c '[.[] | select(.decoded.mode)] | [group_by([.decoded.mode, .decoded.mode_flags, (.decoded.nodes // "?")])[]
		| [.[0].decoded.mode, .[0].decoded.mode_flags, (.[0].decoded.nodes // "?"), ([.[] | select(.error | not)] | length), ([.[] | select(.error)] | length)]] | sort' "$tmp/calls" >"$tmp/want"
	same "$tmp/want" "$tmp/got" "$2: summary, by policy"
	"$decode" "$1" summary-text >"$tmp/text"
	status=0
	awk 'length > 80 { print "too wide: " $0; bad = 1 } END { exit bad || NR < 5 }' "$tmp/text" >"$tmp/why" || status=1
	result "$status" "$2: summary, in 80 columns"
}

for tool in jq sqlite3; do
	command -v "$tool" >/dev/null || {
		echo "1..0 # SKIP $tool is not here"
		exit 0
	}
done
for capture in "$srcdir"/tests/golden/*/*/capture; do
	fixture=${capture%/capture}
	name=${fixture#"$srcdir"/tests/golden/}
	csv "$fixture" "$name"
	tracee "$fixture" "$name"
	table "$fixture" "$name"
	summary "$fixture" "$name"
done
echo "1..$n"
