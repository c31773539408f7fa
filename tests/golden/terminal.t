#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# What goes in: a recorded run, script(1), which makes terminals.  What comes out: TAP.  Colours come on
# terminals that can show them, and wherever they are asked for, and the text below them is the same; a narrow
# terminal gets narrow lines.

set -eu
srcdir=${top_srcdir:-.}
decode=${MPT_BUILDDIR:-.}/tests/golden/decode
program=${MPT_BUILDDIR:-.}/mempoltrace
run=$srcdir/tests/golden/family/64-7.2
# shellcheck source-path=SCRIPTDIR source=lib.sh
. "$srcdir/tests/golden/lib.sh"
ln -s out "$tmp/why" # on a failure, what the terminal got says it
escape=$(printf '\033')

command -v script >/dev/null || {
	echo '1..0 # SKIP script(1) is not here (Debian: bsdutils)'
	exit 0
}

# Runs a command on a terminal; what it writes is in $tmp/out. $1: the columns, $2: the command.
on_terminal() {
	script -q -e -c "stty cols $1; $2" /dev/null </dev/null | tr -d '\r' >"$tmp/out"
}

plain() {
	sed "s/$escape\\[[0-9;]*m//g" "$tmp/out"
}

# $1: what was done. The text is that of a file, with colours or without.
is_colored() {
	status=0
	grep -q "$escape\\[[0-9]" "$tmp/out" || status=1
	plain | cmp -s - "$tmp/want" || status=1
	result "$status" "$1: coloured"
}

is_plain() {
	status=0
	cmp -s "$tmp/out" "$tmp/want" || status=1
	result "$status" "$1: plain"
}

# Whoever runs the tests may have an opinion, too.
unset NO_COLOR
export TERM=xterm
for format in text table; do
	"$decode" "$run" "$format" >"$tmp/want"
	on_terminal 80 "$decode $run $format auto"
	is_colored "$format on a terminal"
	on_terminal 80 "NO_COLOR= $decode $run $format auto"
	is_colored "$format, NO_COLOR that is empty"
	on_terminal 80 "NO_COLOR=1 $decode $run $format auto"
	is_plain "$format, NO_COLOR"
	on_terminal 80 "TERM=dumb $decode $run $format auto"
	is_plain "$format, TERM=dumb"
	on_terminal 80 "env -u TERM $decode $run $format auto"
	is_plain "$format, no TERM"
	on_terminal 80 "$decode $run $format never"
	is_plain "$format, --color=never"
	on_terminal 80 "$decode $run $format auto | cat"
	is_plain "$format into a pager's pipe"
	on_terminal 80 "$decode $run $format always | cat"
	is_colored "$format into a pager's pipe, --color=always"
	NO_COLOR=1 "$decode" "$run" "$format" always >"$tmp/out"
	is_colored "$format into a file, --color=always over NO_COLOR"
	"$decode" "$run" "$format" auto >"$tmp/out"
	is_plain "$format into a file"
done
for format in strace json csv tracee; do
	"$decode" "$run" "$format" | tr -d '\r' >"$tmp/want"
	on_terminal 80 "$decode $run $format always"
	is_plain "$format is for programs"
done

# $1: the columns. No line is wider, and some line needs them; text is never cut.
fits() {
	on_terminal "$1" "$decode $run table never"
	status=0
	awk -v max="$1" 'length > max { exit 1 }' "$tmp/out" || status=1
	awk -v max="$1" 'length == max { found = 1 } END { exit !found || NR < 20 }' "$tmp/out" || status=1
	result "$status" "table, $1 columns"
	# Columns that are there are aligned.
	awk 'NR == 1 { at = index($0, "CALL "); result = index($0, "RESULT "); next }
		substr($0, at - 1, 2) !~ /^ [a-z]/ || substr($0, result - 1, 2) !~ /^ [A-Z0-9?]/ { exit 1 }' "$tmp/out" || status=1
	result "$status" "table, $1 columns: aligned"
}

for columns in 40 52 53 69 70 80 100; do
	fits "$columns"
done
on_terminal 80 "$decode $run table never | cat"
"$decode" "$run" table >"$tmp/want"
is_plain 'table into a pipe is 80 columns wide'
on_terminal 40 "$decode $run text never"
"$decode" "$run" text >"$tmp/want"
is_plain 'text, 40 columns: not cut'
on_terminal 40 "$program --doctor"
status=0
awk 'length > 40 { exit 1 } END { exit NR < 5 }' "$tmp/out" || status=1
result "$status" '--doctor, 40 columns'
on_terminal 40 "$program --help | cat"
"$program" --help >"$tmp/want"
is_plain '--help, 40 columns: the same'
echo "1..$n"
