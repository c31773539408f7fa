#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recordings that -w made on other kernels (see dat-in-vm.sh), tests/golden/dat/NAME.dat, and what was
# printed then, NAME.json, or what the workload that was recorded reported itself, NAME.truth.  NAME-swapped.dat is
# NAME.dat as a machine with the other byte order would have written it (swap.py).
# What comes out: TAP.  -r prints the same, wherever it runs and whoever runs it; trace-cmd reads them; several are
# merged; and what is no recording, or not all of one, is told in a line.

set -eu
export LC_ALL=C
srcdir=${top_srcdir:-.}
mempoltrace=${MPT_BUILDDIR:-.}/mempoltrace
dat=$srcdir/tests/golden/dat
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$srcdir/tests/golden/lib.sh"

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

# $1: name of a recording, which is in $tmp/out. As the live tests do it; in what the tracepoints show of a call it is
# said what is lacking.
as_reported() {
	sort -s -t : -k 3n,3 "$dat/${1%-swapped}.truth" >"$tmp/expected"
	sed -n -e '/"type":"call"/!d' -e 's/"type":"call","time":[^,]*,"host":"[^"]*","cpu":[0-9]*,//' \
		-e 's/"uid":[^,]*,//' -e 's/,"cgroup":"[^"]*"//' -e 's/,"duration_ns":[^}]*//p' "$tmp/out" |
		sort -s -t : -k 3n,3 >"$tmp/got"
	unsupported=0
	zeros=0
	case $1 in
	tracepoints*) unsupported=1 ;;
	old*) zeros=1 ;;
	esac
	status=0
	[ -s "$tmp/expected" ] &&
		awk -v unsupported=$unsupported -v zeros=$zeros -f "$srcdir/tests/live/match.awk" "$tmp/expected" "$tmp/got" >"$tmp/why" 2>&1 || status=1
	result "$status" "$1: -r prints what the workload reported"
	is "$(tail -n 1 "$tmp/out" | sed 's/.*"lost":{\([^}]*\)}.*/\1/')" '"overrun":0,"missed_returns":0,"unpaired":0' "$1: none is said to be lost"
}

for file in "$dat"/*.dat; do
	name=$(basename "$file" .dat)
	case $name in
	lean*) run -r "$file" -f json -t none ;; # as it was recorded
	*) run -r "$file" -f json ;;
	esac
	is "$status" 0 "$name: status"
	cp "$tmp/out" "$tmp/all"
	[ ! -e "$dat/${name%-swapped}.truth" ] || as_reported "$name"
	if [ -e "$dat/$name.json" ]; then
		without_proc "$tmp/out" >"$tmp/got"
		without_proc "$dat/$name.json" >"$tmp/expected"
		same "$tmp/expected" "$tmp/got" "$name: -r prints what was printed live"
	fi
	if command -v trace-cmd >"$tmp/why"; then
		trace-cmd report "$file" >"$tmp/report" 2>"$tmp/err"
		is "$?:$(lines "$tmp/err")" 0:0 "$name: trace-cmd report has nothing to complain of"
		# returns and denials, which leave the thread a result or none; calls in flight have neither, nor have those
		# that killed their caller
		is "$(grep -Ec ': (exit_[a-z0-9_]*|sys_exit_[a-z0-9_]*|denied[a-z0-9_]*): ' "$tmp/report")" \
			"$(grep -c '"type":"call".*"ret":\([-0-9]\|null,"error":null,"denied":true\)' "$tmp/all")" \
			"$name: trace-cmd report has as many calls" || :
	fi
done

# --- the other byte order -----------------------------------------------------------------------------

for file in "$dat"/*-swapped.dat; do
	name=$(basename "$file" -swapped.dat)
	run -r "$dat/$name.dat" -f json
	cp "$tmp/out" "$tmp/expected"
	run -r "$file" -f json
	same "$tmp/expected" "$tmp/out" "$name: the same of both byte orders, times and all"
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

# --- cut, flipped and spliced -------------------------------------------------------------------------

# $1: a file made of recordings; $2: what was done. Calls and nothing else are printed, and where that is not all a line
# says so; else something is said here.
survives() {
	status=0
	timeout 20 "$mempoltrace" -r "$1" -f json >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
	case $status in
	0) [ "$(tail -n 1 "$tmp/out" | cut -c 1-13)" = '{"type":"end"' ] || echo "$2: there is no end" ;;
	125) grep -q "^mempoltrace: .*'$1'" "$tmp/err" || echo "$2: the file is not named" ;;
	*) echo "$2: status $status" ;;
	esac
	[ "$(grep -cv '^mempoltrace: ' "$tmp/err")" = 0 ] || echo "$2: strange things are said"
	[ "$(grep -cv '^{"type":"\(call\|end\)",.*}$' "$tmp/out")" = 0 ] || echo "$2: strange things are printed"
}

# A call's line does not depend on others, but those of two that are cut apart.
for file in "$dat"/*.dat; do
	name=$(basename "$file" .dat)
	size=$(wc -c <"$file" | tr -d ' ')
	"$mempoltrace" -r "$file" -f json 2>"$tmp/err" | sed '/"ret":null/d' >"$tmp/whole"
	: >"$tmp/why"
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		at=$((size * i / 13 + i * 37))
		head -c "$at" "$file" >"$tmp/m.dat"
		survives "$tmp/m.dat" "cut at $at" >>"$tmp/why"
		[ "$status" = 125 ] || echo "cut at $at: nobody noticed" >>"$tmp/why"
		grep '"type":"call"' "$tmp/out" | grep -v '"ret":null' | sed 's/"comm":\("[^"]*"\|null\)//; s/"pid":[a-z0-9]*,//' >"$tmp/some" || :
		sed 's/"comm":\("[^"]*"\|null\)//; s/"pid":[a-z0-9]*,//' "$tmp/whole" >"$tmp/of"
		[ "$(grep -Fvxc -f "$tmp/of" "$tmp/some")" = 0 ] || echo "cut at $at: a call that was not there" >>"$tmp/why"
	done
	result "$([ ! -s "$tmp/why" ] && echo 0 || echo 1)" "$name, cut: some of its calls, and a line that says so"
	: >"$tmp/why"
	x=$size
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		x=$(((x * 1103515245 + 12345) % 2147483648))
		cp "$file" "$tmp/m.dat"
		# shellcheck disable=SC2059 # it is a byte
		printf "\\$(printf %o $((x / 65536 % 256)))" | dd of="$tmp/m.dat" bs=1 seek=$((x % size)) conv=notrunc 2>"$tmp/err"
		survives "$tmp/m.dat" "byte $((x % size)) set to $((x / 65536 % 256))" >>"$tmp/why"
	done
	result "$([ ! -s "$tmp/why" ] && echo 0 || echo 1)" "$name, a byte changed: JSON, or a line that says what is wrong"
	: >"$tmp/why"
	for other in "$dat"/*.dat; do
		[ "$other" != "$file" ] || continue
		pages=$((size / 4096))
		for at in 1 $((pages / 2)) $((pages - 1)); do
			at=$((at * 4096))
			{ head -c "$at" "$file" && tail -c +"$((at + 1))" "$other"; } >"$tmp/m.dat"
			survives "$tmp/m.dat" "$(basename "$other") from $at on" >>"$tmp/why"
		done
	done
	result "$([ ! -s "$tmp/why" ] && echo 0 || echo 1)" "$name, spliced with each other: JSON, or a line that says what is wrong"
done

echo "1..$n"
