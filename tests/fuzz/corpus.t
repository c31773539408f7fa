#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: tests/fuzz/corpus/TARGET/, inputs that once found something or that lead far.  What comes out:
# TAP, a line per target, which takes them all.  With --enable-asan and --enable-ubsan more would be noticed.

set -eu
srcdir=${top_srcdir:-.}
n=0
tmp=$(mktemp)
trap 'rm -f "$tmp"' EXIT

for corpus in "$srcdir"/tests/fuzz/corpus/*/; do
	n=$((n + 1))
	name=$(basename "$corpus")
	if "${MPT_BUILDDIR:-.}/tests/fuzz/$name" "$corpus"* >"$tmp" 2>&1; then
		echo "ok $n - $name"
	else
		echo "not ok $n - $name"
		tail -n 20 "$tmp" | sed 's/^/# /'
	fi
done
echo "1..$n"
