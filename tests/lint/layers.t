#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# layers.t - the files of src/ include only what their layer allows.
#
# In: src/*.c, src/*.h and layers.tsv. Out: TAP, one test per file. A file that
# the table does not know fails: a new module must be given its layer. It reads
# #include lines as text, so an #include that the preprocessor would leave out
# counts too.
. "$(dirname "$0")/common.sh"

files=$(source_files | grep '^src/[^/]*\.[ch]$')
for name in $files; do
	awk -v name="$name" -v all="$files" '
	BEGIN {
		n = split(all, path, /[ \n]/)
		for (i = 1; i <= n; i++) {
			sub(/^.*\//, "", path[i])
			ours[path[i]]
		}
		file = name
		sub(/^.*\//, "", file)
		module = file
		sub(/\.[ch]$/, "", module)
	}
	FNR == NR {
		if ($1 == "module") {
			layer[$2] = $3
		} else if ($1 == "header") {
			confined[$2] = " "
			for (i = 3; i <= NF; i++)
				confined[$2] = confined[$2] $i " "
		}
		next
	}
	FNR == 1 && !(module in layer) {
		print "no row for the module " module " in tests/lint/layers.tsv"
		bad = 1
	}
	/^[ \t]*#[ \t]*include[ \t]*["<]/ {
		split($0, part, /["<>]/)
		other = part[2]
		sub(/^.*\//, "", other)
		if (!(other in ours)) {
			if (other in confined && !index(confined[other], " " file " ")) {
				print FNR ": " part[2] " is for" confined[other] "only"
				bad = 1
			}
			next
		}
		sub(/\.[a-z]*$/, "", other)
		if (other in layer && module in layer && layer[other] > layer[module]) {
			print FNR ": layer " layer[module] " must not include " \
			      part[2] " of layer " layer[other]
			bad = 1
		}
	}
	END { exit bad }
	' tests/lint/layers.tsv "$name" >"$scratch/out" 2>&1
	result $? "$name" "$scratch/out"
done
finish
