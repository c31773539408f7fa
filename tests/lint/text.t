#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# text.t - plain rules for every text file of the tree.
#
# In: all files but COPYING, which is not ours, and recorded data, which is
# kept as the kernel gave it. Out: TAP, one test per rule, with file and line
# of each breach. It says nothing of layout: format.t does.
. "$(dirname "$0")/common.sh"

source_files | grep -Ev '^(COPYING$|tests/(fuzz|golden|plan)/.*/)' >"$scratch/files"

# Reports what a search found: finding nothing is the success.
none() {
	if [ -s "$scratch/out" ]; then
		result 1 "$1" "$scratch/out"
	else
		result 0 "$1" "$scratch/out"
	fi
}

# Searches all files. $@: arguments of grep; -I leaves binary files out.
search() {
	tr '\n' '\0' <"$scratch/files" | xargs -0 grep -nIE "$@" >"$scratch/out"
}

# The brackets keep the patterns from finding themselves.
search '(#|\*|//|dnl) ([T]ODO|[F]IXME|[X]XX)|([T]ODO|[F]IXME|[X]XX)[:(]'
none 'nothing is left to be done later'

search '(^|[^[:alnum:]_.$}/])/([h]ome|[w]ork|[U]sers|[r]oot)/[[:alnum:]_]'
none 'no path of one machine'

search '[[:space:]]$'
none 'no white space at the end of a line'

while IFS= read -r name; do
	[ ! -s "$name" ] || [ -z "$(tail -c 1 "$name" | tr -d '\000')" ] ||
		! grep -Iq . "$name" || echo "$name"
done <"$scratch/files" >"$scratch/out"
none 'every file ends with a newline'

grep -E '^src/.*\.[ch]$' "$scratch/files" | while IFS= read -r name; do
	awk '
	NR == 1 && !/^(\/\/|\/\*) SPDX-License-Identifier: GPL-2\.0-or-later( \*\/)?$/ {
		print FILENAME ": the first line is no SPDX line"
		exit
	}
	NR == 2 && !/^\/\*/ {
		print FILENAME ": no comment paragraph follows the SPDX line"
		exit
	}
	NR > 2 && /\*\// {
		if (words < 4)
			print FILENAME ": its opening comment says next to nothing"
		exit
	}
	NR > 1 { words += NF - 1 }
	' "$name"
done >"$scratch/out"
none 'each file of src/ opens with SPDX line and a paragraph on what it does'

while IFS= read -r name; do
	case $name in
	*.md | *.tsv | *.json | *.8 | .gitignore | .clang-format | src/*)
		continue
		;;
	esac
	! grep -Iq . "$name" || head -n 4 "$name" | grep -q SPDX-License-Identifier ||
		echo "$name"
done <"$scratch/files" >"$scratch/out"
none 'scripts, makefiles and tests name their licence'

finish
