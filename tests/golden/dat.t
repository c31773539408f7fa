#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recordings that -w made on other kernels, tests/golden/dat/NAME.dat, and what was printed then, NAME.json.
# What comes out: TAP.  -r prints the same, wherever it runs and whoever runs it; trace-cmd reads them; several are
# merged; and what is no recording, or not all of one, is told in a line.

set -eu
export LC_ALL=C
srcdir=${top_srcdir:-.}
mempoltrace=${MPT_BUILDDIR:-.}/mempoltrace
dat=$srcdir/tests/golden/dat
n=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# $1: status, $2: what was tested; what there is to say on a failure is in $tmp/why
result() {
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		echo "not ok $n - $2"
		head -20 "$tmp/why" | cut -c 1-300 | sed 's/^/# /'
	fi
}

# $1, $2: files; $3: what was tested. Two empty files are not the same.
same() {
	status=1
	if [ ! -s "$1" ]; then
		echo "nothing to compare" >"$tmp/why"
	elif diff "$1" "$2" >"$tmp/why"; then
		status=0
	fi
	result "$status" "$3"
}

# $1, $2: what there is and should be; $3: what was tested
is() {
	status=0
	printf 'got      "%s"\nexpected "%s"\n' "$1" "$2" >"$tmp/why"
	[ "$1" = "$2" ] || status=1
	result "$status" "$3"
}

# Runs mempoltrace; its status is in $status, its output in $tmp/out and $tmp/err.
run() {
	status=0
	"$mempoltrace" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

lines() {
	wc -l <"$1" | tr -d ' '
}

# What only /proc says is not in a recording.
without_proc() {
	sed -e 's/"uid":[0-9a-z]*,//' -e 's/,"cgroup":"[^"]*"//' "$1"
}

for file in "$dat"/*.dat; do
	name=$(basename "$file" .dat)
	case $name in
	lean*) run -r "$file" -f json -t none ;; # as it was recorded
	*) run -r "$file" -f json ;;
	esac
	is "$status" 0 "$name: status"
	without_proc "$tmp/out" >"$tmp/got"
	without_proc "$dat/$name.json" >"$tmp/expected"
	same "$tmp/expected" "$tmp/got" "$name: -r prints what was printed live"
	if command -v trace-cmd >"$tmp/why"; then
		trace-cmd report "$file" >"$tmp/report" 2>"$tmp/err"
		is "$?:$(lines "$tmp/err")" 0:0 "$name: trace-cmd report has nothing to complain of"
		# returns and denials; calls in flight have neither
		is "$(grep -Ec ': (exit_[a-z0-9_]*|denied[a-z0-9_]*): ' "$tmp/report")" \
			"$(grep -c '"type":"call".*"ret":[-0-9]' "$dat/$name.json")" "$name: trace-cmd report has as many calls" || :
	fi
done

# --- several ------------------------------------------------------------------------------------------

a=$dat/get_mempolicy-6.1 b=$tmp/other
# The same from another host.
host=$(sed -n '1s/.*"host":"\([^"]*\)".*/\1/p' "$a.json")
sed "s/host =$host\$/host =n2/" "$a.dat" >"$b.dat"
sed "s/\"host\":\"$host\"/\"host\":\"n2\"/" "$a.json" >"$b.json"
run -f json -r "$b.dat" -r "$a.dat"
is "$status" 0 "two: status"
grep '"type":"call"' "$tmp/out" >"$tmp/calls"
for one in "$a" "$b"; do
	host=$(sed -n '1s/.*"host":"\([^"]*\)".*/\1/p' "$one.json")
	grep "\"host\":\"$host\"" "$tmp/calls" >"$tmp/of_host"
	without_proc "$tmp/of_host" >"$tmp/got"
	grep '"type":"call"' "$one.json" >"$tmp/of_host"
	without_proc "$tmp/of_host" >"$tmp/expected"
	same "$tmp/expected" "$tmp/got" "two: the calls of $host are those of its own recording"
done
is "$(tail -n 1 "$tmp/out" | sed 's/.*"calls":\([0-9]*\).*/\1/')" "$(lines "$tmp/calls")" "two: the end line counts both"
sed 's/.*"time":"\([^"]*\)".*"duration_ns":\([0-9]*\).*/\1 \2/' "$tmp/calls" | sort -s -k 1,1 >"$tmp/expected"
sed 's/.*"time":"\([^"]*\)".*"duration_ns":\([0-9]*\).*/\1 \2/' "$tmp/calls" >"$tmp/got"
same "$tmp/expected" "$tmp/got" "two: in the order of time"
for format in text table strace; do
	run -r "$a.dat" -r "$b.dat" -f "$format" -t none
	is "$(grep -Ec '^(vm|n2) ' "$tmp/out"):$(grep -c get_ "$tmp/out")" "$(lines "$tmp/calls"):$(lines "$tmp/calls")" \
		"two, $format: each line has its host"
done

# --- filters and summaries ----------------------------------------------------------------------------

run -r "$a.dat" -f json -Z
is "$(grep -c '"type":"call"' "$tmp/out")" "$(grep '"type":"call"' "$a.json" | grep -vc '"error":null')" \
	"-Z: the calls that failed"
run -r "$a.dat" -f json -e mbind
is "$(lines "$tmp/out")" 1 "-e: no call of another name"
run -r "$a.dat" -f json -c
is "$(tail -n 1 "$tmp/out" | sed 's/.*"calls":\([0-9]*\).*/\1/')" "$(grep -c '"type":"call"' "$a.json")" "-c: all calls"
run -r "$a.dat" -n 3
is "$status:$(lines "$tmp/out")" 0:3 "-n: so many lines"

# --- what is none, or not all -------------------------------------------------------------------------

# $1: what was done. One line, which names the file, and status 125.
complains() {
	is "$status:$(lines "$tmp/err"):$(grep -c '^mempoltrace: .*\.dat' "$tmp/err")" 125:1:1 "$1: one line, and status 125"
}

: >"$tmp/empty.dat"
run -r "$tmp/empty.dat"
complains "an empty file"
run -r "$tmp/none.dat"
complains "no file"
if command -v trace-cmd >"$tmp/why" && trace-cmd convert -i "$a.dat" -o "$tmp/seven.dat" --file-version 7 >"$tmp/why" 2>&1; then
	run -r "$tmp/seven.dat"
	complains "a trace.dat of trace-cmd"
	is "$(grep -c 'did not write' "$tmp/err")" 1 "a trace.dat of trace-cmd: it says so"
fi
head -c -100 "$a.dat" >"$tmp/cut.dat"
run -r "$tmp/cut.dat" -f json
complains "cut off"
grep '"type":"call"' "$tmp/out" | sed 's/.*"time":"\([^"]*\)".*/\1/' >"$tmp/got"
grep -Fc -f "$tmp/got" "$a.json" >"$tmp/count" || :
is "$(cat "$tmp/count"):$([ -s "$tmp/got" ] && echo some)" "$(lines "$tmp/got"):some" "cut off: some calls, and no others"

echo "1..$n"
