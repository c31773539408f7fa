#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: recordings that -w made, tests/golden/dat; trace-cmd; tests/golden/kshark, which is built where
# libkshark is there (Debian: libkshark-dev, libjson-c-dev, libtracecmd-dev).  What comes out: TAP.  KernelShark opens
# them, has nothing to say, and sees in each record what trace-cmd sees: time, CPU, process, event and its fields.

set -eu
srcdir=${top_srcdir:-.}
kshark=${MPT_BUILDDIR:-.}/tests/golden/kshark
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$srcdir/tests/golden/lib.sh"

[ -x "$kshark" ] || {
	echo '1..0 # SKIP libkshark is not here (Debian: libkshark-dev libjson-c-dev libtracecmd-dev)'
	exit 0
}
command -v trace-cmd >"$tmp/why" || {
	echo '1..0 # SKIP trace-cmd is not here'
	exit 0
}

# One blank each, and none at an end.
squeezed() {
	sed 's/^ *//; s/  */ /g; s/ $//'
}

for file in "$srcdir"/tests/golden/dat/*.dat; do
	name=$(basename "$file" .dat)
	status=0
	"$kshark" "$file" >"$tmp/out" 2>"$tmp/err" || status=$?
	is "$status:$(wc -c <"$tmp/err" | tr -d ' ')" 0:0 "$name: KernelShark has nothing to complain of"
	trace-cmd report -t "$file" 2>"$tmp/err" | sed 1d | squeezed >"$tmp/expected"
	squeezed <"$tmp/out" >"$tmp/got"
	same "$tmp/expected" "$tmp/got" "$name: KernelShark sees what trace-cmd sees"
done

echo "1..$n"
