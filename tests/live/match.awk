# SPDX-License-Identifier: GPL-2.0-or-later
#
# match.awk - compares what was shown with what was done, line by line.
#
# In: two files of call lines, by thread and in order: first the workload's own report, then what was
# shown of it. Out: up to five differences, and a last line with counts; exit status 1 if anything was
# wrong or missing. Lines are to be equal, but where the report ends in "maybe":[...] a tool may say that
# what is named there could not be read: then the rest of the line is to be equal. It never passes over
# a value that is shown and wrong.
#
# Written for any awk: numbers are kept as text, since some are beyond what it counts exactly.

function fail(what) {
	if (bad++ < 5)
		print what
}

# The line without ,"KEY":VALUE in it; VALUE is a string, a number, an array or an object without such
# brackets of its own kind inside a string.
function without(line, key, at, rest, i, depth, ch) {
	at = index(line, "\"" key "\":")
	if (at == 0)
		return line
	rest = substr(line, at + length(key) + 3)
	depth = 0
	for (i = 1; i <= length(rest); i++) {
		ch = substr(rest, i, 1)
		if (depth == 0 && (ch == "," || ch == "}"))
			break
		if (ch == "[" || ch == "{")
			depth++
		if (ch == "]" || ch == "}")
			depth--
	}
	rest = substr(rest, i)
	line = substr(line, 1, at - 1)
	# one of the two commas goes with it
	if (substr(rest, 1, 1) == ",")
		rest = substr(rest, 2)
	else
		sub(/,$/, "", line)
	return line rest
}

# Both lines without what may be unread; `mode` stands for whatever may stand there.
function reduced(line, keys, n, i, parts) {
	n = split(keys, parts, ",")
	for (i = 1; i <= n; i++) {
		gsub(/"/, "", parts[i])
		if (parts[i] == "mode") {
			line = without_decoded(line, "mode")
			line = without_decoded(line, "mode_flags")
			line = without_decoded(line, "node")
		} else if (parts[i] == "nodes") {
			line = without_decoded(line, "nodes")
		} else
			line = without_decoded(line, parts[i])
	}
	return line
}

# Keys of args have the same names: only what is behind "decoded" is meant.
function without_decoded(line, key, at) {
	at = index(line, "\"decoded\":")
	return substr(line, 1, at - 1) without(substr(line, at), key)
}

# The items of two "pages": what the second shows is to be what the first has there.
function check_pages(truth, tool, n, m, i, k, a, b, fields, f) {
	if (!match(truth, /"pages":\[[^]]*\]/))
		return 1
	truth = substr(truth, RSTART + 9, RLENGTH - 10)
	if (!match(tool, /"pages":\[[^]]*\]/))
		return 0
	tool = substr(tool, RSTART + 9, RLENGTH - 10)
	n = split(truth, a, /\},?/)
	m = split(tool, b, /\},?/)
	if (n != m)
		return 0
	for (i = 1; i <= n; i++) {
		sub(/^\{/, "", a[i])
		sub(/^\{/, "", b[i])
		k = split(b[i], fields, ",")
		for (f = 1; f <= k; f++)
			if (index("," a[i] ",", "," fields[f] ",") == 0)
				return 0
	}
	return 1
}

function compare(truth, tool, maybe, keys, a, b) {
	if (match(truth, /,"maybe":\[[^]]*\]/)) {
		keys = substr(truth, RSTART + 10, RLENGTH - 11)
		truth = substr(truth, 1, RSTART - 1) substr(truth, RSTART + RLENGTH)
		maybe = 1
	}
	if (truth == tool) {
		exact++
		return 1
	}
	if (!maybe || index(tool, "\"fault\"") == 0)
		return 0
	if (keys ~ /pages/ && !check_pages(truth, tool))
		return 0
	a = without(reduced(truth, keys), "unread")
	b = without(reduced(tool, keys), "unread")
	return a == b
}

NR == FNR { report[FNR] = $0; made = FNR; next }
{
	shown = FNR
	fault += index($0, "\"fault\"") > 0
	long += index($0, "\"too long\"") > 0
	unsupported += index($0, "\"unsupported\"") > 0
	if (!compare(report[FNR], $0))
		fail("call " FNR ":\n made  " report[FNR] "\n shown " $0)
}
END {
	if (made != shown)
		fail(made + 0 " calls were made, " shown + 0 " shown")
	printf "calls %d, exact %d, unread by reason: fault %d, too long %d, unsupported %d\n",
		shown, exact, fault, long, unsupported
	exit bad > 0
}
