#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recorded runs, tests/golden/SYSCALL/CASE/, and beside each what must come of it, expected.FORMAT.
# What comes out: TAP, a line per expected file.  With `regen' as its argument it writes the expected files
# instead of comparing, for somebody to read the difference; it never does so by itself.

set -eu
srcdir=${top_srcdir:-.}
decode=${MPT_BUILDDIR:-.}/tests/golden/decode
n=0
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

compare() { # FIXTURE FORMAT EXPECTED
	n=$((n + 1))
	if "$decode" "$1" "$2" 2>&1 | diff -u "$3" - >"$tmp/diff"; then
		echo "ok $n - ${3#"$srcdir"/tests/golden/}"
	else
		echo "not ok $n - ${3#"$srcdir"/tests/golden/}"
		head -20 "$tmp/diff" | sed 's/^/# /'
	fi
}

# Where the recorded command was one of our workloads, it told the truth itself: what it printed is held
# against what was decoded, less the keys that it cannot know.
compare_truth() { # FIXTURE
	n=$((n + 1))
	sort -s -t : -k 3n,3 "$1/truth" >"$tmp/truth"
	"$decode" "$1" json | sed -n -e '/"type":"call"/!d' \
		-e 's/"type":"call","time":[^,]*,"host":"[^"]*","cpu":[0-9]*,//' \
		-e 's/"uid":[^,]*,//' -e 's/,"cgroup":"[^"]*"//' -e 's/,"duration_ns":[^}]*//p' |
		sort -s -t : -k 3n,3 >"$tmp/shown"
	if awk -f "$srcdir/tests/live/match.awk" "$tmp/truth" "$tmp/shown" >"$tmp/why" 2>&1; then
		echo "ok $n - ${1#"$srcdir"/tests/golden/} agrees with the workload's own report"
	else
		echo "not ok $n - ${1#"$srcdir"/tests/golden/} agrees with the workload's own report"
		cut -c 1-400 "$tmp/why" | sed 's/^/# /'
	fi
}

for capture in "$srcdir"/tests/golden/*/*/capture; do
	fixture=${capture%/capture}
	if [ -e "$fixture/truth" ] && [ "${1:-}" != regen ]; then
		compare_truth "$fixture"
	fi
	for format in text json; do
		if [ "${1:-}" = regen ]; then
			"$decode" "$fixture" "$format" >"$fixture/expected.$format"
		elif [ -e "$fixture/expected.$format" ]; then
			compare "$fixture" "$format" "$fixture/expected.$format"
		else
			n=$((n + 1))
			echo "not ok $n - ${fixture#"$srcdir"/tests/golden/} has no expected.$format"
		fi
	done
done
echo "1..$n"
