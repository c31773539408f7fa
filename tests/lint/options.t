#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# options.t - the options are the same everywhere.
#
# In: src/options.def, man/mempoltrace.8, the built program and completion. Out: TAP. Each is brought into
# the form "-e --trace SET", a line for an option, and compared with the table. Names of values that
# completion offers are those that the program takes, by its own messages. What an option does is for other
# tests.
. "$(dirname "$0")/common.sh"

program=$MPT_BUILDDIR/mempoltrace
completion=$MPT_BUILDDIR/completion/mempoltrace

# $1: what differs, if it does: the file "want" has what should be, "got" what is.
same() {
	if [ ! -s "$scratch/want" ]; then
		echo 'nothing to compare with' >"$scratch/out"
		result 1 "$1" "$scratch/out"
		return
	fi
	diff "$scratch/want" "$scratch/got" >"$scratch/out"
	result $? "$1" "$scratch/out"
}

# By awk on the characters, since the completion is made by awk on the quotes.
sed -n "s/^OPTION([A-Z]*, \('\(.\)'\|0\), \"\([^\"]*\)\", \(\"\([^\"]*\)\"\|NULL\), .*/-\2 --\3 \5/p" src/options.def |
	sed 's/^- //; s/ $//' | sort >"$scratch/want"
rows=$(grep -c '^OPTION(' src/options.def)
echo "$rows rows, $(wc -l <"$scratch/want") read" >"$scratch/out"
[ "$rows" -gt 25 ] && [ "$(wc -l <"$scratch/want")" -eq "$rows" ]
result $? 'every row of options.def can be read' "$scratch/out"
sort "$scratch/want" | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^-/ && seen[$i]++) print $i }' >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? 'no option is there twice' "$scratch/out"

"$program" --help >"$scratch/help"
sed -n 's/^  \(-.,\|   \) \(--[a-z-]*\)=*\([A-Z]*\)  *[^ ].*/\1 \2 \3/p' "$scratch/help" |
	sed 's/^ *//; s/,//; s/ $//' | sort >"$scratch/got"
same '--help has the options'
grep -n '.\{81\}' "$scratch/help" >"$scratch/out"
[ $? -eq 1 ]
result $? '--help: 80 columns will do' "$scratch/out"
sed -n '/^$/,$p' "$scratch/help" | sed -n '/^  /p' | grep -v '^  \(-.,\|   \) --' | sort >"$scratch/out"
[ ! -s "$scratch/out" ]
result $? '--help: each option is one line' "$scratch/out"

# .It Fl e , -trace Ns = Ns Ar set
sed -n 's/^\.It Fl \(.*\)/\1/p' man/mempoltrace.8 |
	sed 's/^-\([a-z]\)/--\1/; s/^\([^-]\) , -/-\1 --/; s/ Ns = Ns Ar \([a-z]*\)$/ \1/' |
	awk '{ if ($NF !~ /^-/) $NF = toupper($NF); print }' | sort >"$scratch/got"
same 'the man page has the options'

sed -n 's/^\t\(-.*\)) option=\(--[a-z-]*\)\( argument=\([A-Z]*\)\)* ;;$/\1 \2 \4/p' "$completion" |
	sed 's/ | / /; s/ $//' | awk '{
		long = $1 ~ /^--/ ? $1 : $2
		if ($1 !~ /^--/)
			printf "%s ", $1
		printf "%s", long
		for (i = 1; i <= NF; i++)
			if ($i ~ /^--/ && $i != long)
				printf " (not %s)", $i
		print $NF ~ /^-/ ? "" : " " $NF
	}' | sort >"$scratch/got"
same 'completion has the options'

# The values that are offered. $1: the option.
offered() {
	MPT_OPTION=$1 MPT_COMPLETION=$completion bash --norc -c '
		. "$MPT_COMPLETION"
		COMP_WORDS=(mempoltrace "$MPT_OPTION" "") COMP_CWORD=2
		_mempoltrace
		printf "%s\n" "${COMPREPLY[@]}"' 2>&1 | sort
}

# The names in a message. $@: the command.
named() {
	"$@" 2>&1 | sed "s/.*; there are //; s/.*' is not \(.*\); .*/\1/; s/, /\n/g; s/ or /\n/" | sort
}

for option in --trace --format --timestamps --denied --color; do
	offered "$option" >"$scratch/got"
	named "$program" "$option" no-such-name >"$scratch/want"
	same "completion: $option"
done
grep -o '"MPOL_[A-Z_]*"' src/xlat.c | tr -d '"' | grep -v '_M\?F_' | sort >"$scratch/want"
offered --mode >"$scratch/got"
same 'completion: --mode'
grep -o '"MPOL_[A-Z_]*"' src/xlat.c | tr -d '"' | grep '_M\?F_' | sort >"$scratch/want"
offered --flags >"$scratch/got"
same 'completion: --flags'
for option in --trace --format --timestamps --denied --color --errno --mode --flags; do
	for value in $(offered "$option"); do
		"$program" "$option" "$value" --help >/dev/null || echo "$option $value"
	done
done >"$scratch/out" 2>&1
[ ! -s "$scratch/out" ]
result $? 'completion: the program takes each value' "$scratch/out"
finish
