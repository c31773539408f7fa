# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# common.sh - what the lint tests share; they source it.
#
# In: top_srcdir from make, or the place of the script when it is run by hand.
# Out: the current directory at the top of the source, a scratch directory in
# $scratch (removed at the end), and functions that print TAP. It never writes
# to the source, which may be read-only.

set -u
LC_ALL=C
export LC_ALL

cd "${top_srcdir:-$(dirname "$0")/../..}" || exit 99
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
trap 'exit 99' HUP INT TERM

test_count=0

# Ends the script as skipped. $1: why.
skip_all() {
	echo "1..0 # SKIP $1"
	exit 0
}

# Ends the script as skipped unless a command is there. $1: the command, $2:
# the Debian package that has it.
need() {
	command -v "$1" >/dev/null 2>&1 ||
		skip_all "$1 is not installed (Debian: $2)"
}

# Prints one result. $1: exit status of the check, $2: its name, $3: a file with
# what it had to say, which is shown on failure.
result() {
	test_count=$((test_count + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $test_count - $2"
	else
		echo "not ok $test_count - $2"
		sed 's/^/# /' "$3"
	fi
}

# Ends a script: the plan comes last, since the number of files is not known
# before.
finish() {
	echo "1..$test_count"
}

# Lists the tree's own files, sorted, one a line: not what a build made (a
# directory below the top that has a config.status), not what configure and
# autoreconf made, not what git keeps. Works without git and in an unpacked
# release alike.
source_files() {
	find . -mindepth 2 -name config.status |
		sed 's|^\./||; s|/config\.status$|/|' >"$scratch/build-dirs"
	find . \( -name .git -o -name autom4te.cache -o -name .deps \
		-o -path ./build-aux -o -path './mempoltrace-[0-9]*' \) -prune \
		-o -type f ! -name '*.[oa]' ! -name '*.log' ! -name '*.trs' \
		! -name '*.tar.*' ! -name .dirstamp ! -path ./configure \
		! -path './configure~' \
		! -path ./aclocal.m4 ! -path './config.*' ! -path ./stamp-h1 \
		! -path ./Makefile ! -path ./Makefile.in -print |
		sed 's|^\./||' | sort | awk '
			FILENAME != "-" { dir[$0]; next }
			{
				for (d in dir)
					if (index($0, d) == 1)
						next
				print
			}' "$scratch/build-dirs" -
}

# Of the file names on standard input, those that are shell scripts: by their
# name or by their first line.
shell_scripts() {
	while IFS= read -r name; do
		case $name in
		*.sh | *.t)
			;;
		*.*)
			continue
			;;
		*)
			head -n 1 "$name" | grep -Eq '^#! ?/(usr/)?bin/(env )?(ba|da)?sh' ||
				continue
			;;
		esac
		echo "$name"
	done
}
