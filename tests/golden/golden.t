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

compare() { # FIXTURE FORMAT EXPECTED
	n=$((n + 1))
	if "$decode" "$1" "$2" 2>&1 | diff -u "$3" - >"${TMPDIR:-/tmp}/golden.$$"; then
		echo "ok $n - ${3#"$srcdir"/tests/golden/}"
	else
		echo "not ok $n - ${3#"$srcdir"/tests/golden/}"
		head -20 "${TMPDIR:-/tmp}/golden.$$" | sed 's/^/# /'
	fi
	rm -f "${TMPDIR:-/tmp}/golden.$$"
}

for capture in "$srcdir"/tests/golden/*/*/capture; do
	fixture=${capture%/capture}
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
