# SPDX-License-Identifier: GPL-2.0-or-later
#
# match.awk - compares what was shown with what was done, line by line.
#
# In: two files of call lines, by thread and in order: first the workload's own report, then what was
# shown of it; -v unsupported=1 on a kernel that gives no way to read what pointers lead to, -v zeros=1 on one that
# gives none to tell a zero from what could not be read. Out: up to five differences, and a last line with counts; exit status 1 if anything was
# wrong or missing. Lines are to be equal, but where the report ends in "maybe":[...] a tool may say that
# what is named there could not be read: then the rest of the line is to be equal; and with unsupported, say
# so of whatever it names; and with zeros, of what was zero. It never passes over a value that is shown and wrong.
#
# Written for any awk: numbers are kept as text, since some are beyond what it counts exactly.

function fail(what) {
	if (bad++ < 5)
		print what
}

# The inside of an object without "KEY":VALUE; VALUE is a string, a number or an array, and no string in it
# has a comma or a bracket.
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

# Takes a line apart: before and in "decoded", in "unread", and what follows. comm, which may hold
# anything, stands before and has its quotes escaped.
function take_apart(line, who, at, rest) {
	at = index(line, ",\"decoded\":{") + 12
	rest = substr(line, at)
	head[who] = substr(line, 1, at - 1)
	at = index(rest, "},\"ret\":")
	tail[who] = substr(rest, at)
	decoded[who] = substr(rest, 1, at - 1)
	unread[who] = ""
	at = index(decoded[who], "},\"unread\":{")
	if (at > 0) {
		unread[who] = substr(decoded[who], at + 12)
		decoded[who] = substr(decoded[who], 1, at - 1)
	}
}

function has(object, key) {
	return index(object, "\"" key "\":") > 0
}

function is_fault(who, key) {
	return index("," unread[who] ",", ",\"" key "\":\"fault\",") > 0
}

# The items of two "pages": what the tool shows is to be what was reported there. Out: how many of the
# report's fields it does not show; -1 if it shows anything else.
function missing_fields(n, m, i, k, l, a, b, ours, theirs, f, missing) {
	if (!match(decoded["truth"], /"pages":\[[^]]*\]/))
		return -1
	n = split(substr(decoded["truth"], RSTART + 9, RLENGTH - 10), a, /[}],?/)
	if (!match(decoded["tool"], /"pages":\[[^]]*\]/))
		return -1
	m = split(substr(decoded["tool"], RSTART + 9, RLENGTH - 10), b, /[}],?/)
	if (n != m)
		return -1
	missing = 0
	for (i = 1; i <= n; i++) {
		sub(/^[{]/, "", a[i])
		sub(/^[{]/, "", b[i])
		k = split(a[i], ours, ",")
		l = split(b[i], theirs, ",")
		for (f = 1; f <= l; f++)
			if (index("," a[i] ",", "," theirs[f] ",") == 0)
				return -1
		missing += k - l
	}
	return missing
}

# What is left to be compared where the tool could not read some of the items: all but the items. It has
# to lack one, or the report has to say the same.
function allow_pages(missing) {
	if (!is_fault("tool", "pages"))
		return
	missing = missing_fields()
	if (missing < 0 || (missing == 0 && !is_fault("truth", "pages")))
		return
	decoded["truth"] = without(decoded["truth"], "pages")
	decoded["tool"] = without(decoded["tool"], "pages")
	unread["truth"] = without(unread["truth"], "pages")
	unread["tool"] = without(unread["tool"], "pages")
}

# The same for a value that is not shown at all.
function allow(key) {
	if (!is_fault("tool", key) || has(unread["truth"], key) || has(decoded["tool"], key))
		return
	decoded["truth"] = without(decoded["truth"], key)
	if (key == "mode")
		decoded["truth"] = without(decoded["truth"], "mode_flags")
	unread["tool"] = without(unread["tool"], key)
}

# What is said to be unsupported is not to be shown, and had to be decoded: the report has it, or why not.
function allow_unsupported(n, i, keys, key) {
	n = split(unread["tool"], keys, ",")
	for (i = 1; i <= n; i++) {
		if (!match(keys[i], /^"[a-z_]*":"unsupported"$/))
			continue
		key = substr(keys[i], 2, RLENGTH - 16)
		if (has(decoded["tool"], key) || !(has(decoded["truth"], key) || has(unread["truth"], key)))
			continue
		decoded["truth"] = without(decoded["truth"], key)
		unread["truth"] = without(unread["truth"], key)
		if (key == "mode")
			decoded["truth"] = without(decoded["truth"], "mode_flags")
		if (key == "pages")
			decoded["truth"] = without(decoded["truth"], "not_shown")
		unread["tool"] = without(unread["tool"], key)
	}
}

# Whether the report has nothing but zeros there.
function is_zero(key) {
	if (key == "mode")
		return index(decoded["truth"] ",", "\"mode\":\"MPOL_DEFAULT\",\"mode_flags\":[],") > 0
	if (key == "node")
		return index(decoded["truth"] ",", "\"node\":0,") > 0
	return index(decoded["truth"], "\"" key "\":[]") > 0
}

# The items without what is zero in them: then nothing else may be missing there.
function drop_zero_items(pages) {
	if (!match(decoded["truth"], /"pages":\[[^]]*\]/))
		return
	pages = substr(decoded["truth"], RSTART, RLENGTH)
	if (!gsub(/"addr":"0x0"|"node":0|"status":0/, "", pages))
		return
	gsub(/,,+/, ",", pages)
	gsub(/[{],/, "{", pages)
	gsub(/,[}]/, "}", pages)
	decoded["truth"] = substr(decoded["truth"], 1, RSTART - 1) pages \
		substr(decoded["truth"], RSTART + RLENGTH)
	unread["truth"] = without(unread["truth"], "pages")
	unread["tool"] = without(unread["tool"], "pages")
}

function allow_zeros(n, i, keys, key) {
	n = split(unread["tool"], keys, ",")
	for (i = 1; i <= n; i++) {
		if (!match(keys[i], /^"[a-z_]*":"fault"$/))
			continue
		key = substr(keys[i], 2, RLENGTH - 10)
		if (key == "pages")
			drop_zero_items()
		else if (is_zero(key))
			allow(key)
	}
}

function compare(truth, tool, n, i, keys) {
	n = 0
	if (match(truth, /,"maybe":\[[^]]*\]/)) {
		n = split(substr(truth, RSTART + 10, RLENGTH - 11), keys, ",")
		truth = substr(truth, 1, RSTART - 1) substr(truth, RSTART + RLENGTH)
	}
	if (truth == tool) {
		exact++
		return 1
	}
	take_apart(truth, "truth")
	take_apart(tool, "tool")
	for (i = 1; i <= n; i++) {
		gsub(/"/, "", keys[i])
		# where a node came back, the tool names it so
		if (keys[i] == "mode" && has(decoded["truth"], "node"))
			keys[i] = "node"
		if (keys[i] == "pages")
			allow_pages()
		else
			allow(keys[i])
	}
	if (unsupported)
		allow_unsupported()
	if (zeros)
		allow_zeros()
	return head["truth"] == head["tool"] && decoded["truth"] == decoded["tool"] &&
		unread["truth"] == unread["tool"] && tail["truth"] == tail["tool"]
}

NR == FNR { report[FNR] = $0; made = FNR; next }
{
	shown = FNR
	fault += index($0, "\"fault\"") > 0
	long += index($0, "\"too long\"") > 0
	lacking += index($0, "\"unsupported\"") > 0
	if (!compare(report[FNR], $0))
		fail("call " FNR ":\n made  " report[FNR] "\n shown " $0)
}
END {
	if (made != shown)
		fail(made + 0 " calls were made, " shown + 0 " shown")
	printf "calls %d, exact %d, unread by reason: fault %d, too long %d, unsupported %d\n",
		shown, exact, fault, long, lacking
	exit bad > 0
}
