# SPDX-License-Identifier: GPL-2.0-or-later
#
# options.awk - the completion of bash, made from the table of options.
#
# In: src/options.def, then mempoltrace.in. Out: the same, with a line for each option in place of the
# line @OPTIONS@. It knows the rows by their quotes, and nothing of what the options mean.

BEGIN { FS = "\"" }

# OPTION(GROUP, 'e' or 0, "trace", "SET" or NULL, function, "help")
/^OPTION\(/ {
	quote = index($1, "'")
	short = quote ? "-" substr($1, quote + 1, 1) " | " : ""
	argument = $3 ~ /NULL/ ? "" : " argument=" $4
	cases = cases "\t" short "--" $2 ") option=--" $2 argument " ;;\n"
	words = words (words ? " " : "") "--" $2 (argument ? "=" : "")
	if (quote)
		words = words " -" substr($1, quote + 1, 1)
	next
}

FILENAME ~ /\.def$/ { next }
/^@OPTIONS@$/ { printf "%s", cases; next }
{
	if (i = index($0, "@WORDS@"))
		$0 = substr($0, 1, i - 1) words substr($0, i + 7)
	print
}
