# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What goes in: nothing; it is sourced by the tests beside it.  What comes out: $tmp, a directory that goes when they
# end, and functions that print TAP and count in $n.

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
		head -20 "$tmp/why" | cut -c 1-300 | sed "s/$(printf '\033')/ESC/g; s/^/# /"
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
