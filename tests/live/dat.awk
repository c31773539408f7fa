# SPDX-License-Identifier: GPL-2.0-or-later
#
# dat.awk - from what trace-cmd report -t prints, or from a trace in json, to lines that can be compared.
#
# In: either, of calls of get_mempolicy by the machine's own ABI; -v from=json for the latter. Out: for each call, in
# the order of return, its CPU, thread, result, raw arguments, how long it took in nanoseconds, and how long after the
# first one it was entered. Times of the day lose nothing as numbers here; those since the Epoch would.

function number(line, key, more) {
	if (!match(line, key more))
		return "none"
	line = substr(line, RSTART + length(key), RLENGTH - length(key))
	gsub(/"/, "", line)
	return line
}

# busybox's awk reads a number that begins with 0 as octal, if it can.
function decimal(text) {
	sub(/^0+/, "", text)
	return text + 0
}

# "13:04:11.123456789" and "11.123456789" to nanoseconds
function nanoseconds(text, n, part, seconds) {
	n = split(text, part, /[:.]/)
	seconds = n == 4 ? decimal(part[1]) * 3600 + decimal(part[2]) * 60 + decimal(part[3]) : decimal(part[1])
	return seconds * 1000000000 + decimal(part[n])
}

# Flags in hex; what awk's numbers do not hold is compared by json itself, in what -r prints.
function flags_of(text) {
	if (text ~ /^0x/)
		return length(text) > 8 ? "large" : text
	return length(text) > 9 || text + 0 > 16777215 ? "large" : sprintf("0x%x", text)
}

function show(cpu, tid, ret, args, entered, duration) {
	if (first == "")
		first = entered
	printf "%d %d %s %s %.0f %.0f\n", cpu, tid, ret, args, duration, entered - first
}

from == "json" && /"type":"call"/ {
	args = sprintf("%s %s %s %s %s", number($0, "\"mode\":\"", "0x[0-9a-f]*"), number($0, "\"nodemask\":\"", "0x[0-9a-f]*"),
		number($0, "\"maxnode\":", "[0-9]*"), number($0, "\"addr\":\"", "0x[0-9a-f]*"), flags_of(number($0, "\"flags\":", "[0-9]*")))
	match($0, /T[0-9:.]*Z/)
	now = nanoseconds(substr($0, RSTART + 1, RLENGTH - 2))
	show(number($0, "\"cpu\":", "[0-9]*"), number($0, "\"tid\":", "[0-9]*"), number($0, "\"ret\":", "-?[0-9]*"), args,
		now, number($0, "\"duration_ns\":", "[0-9]*"))
}

from != "json" && match($0, /-[0-9]+ +\[[0-9]+\] +[0-9.]+: (enter|exit)_get_mempolicy: /) {
	split(substr($0, RSTART + 1, RLENGTH - 1), part, / +/)
	tid = part[1]
	cpu = substr(part[2], 2, length(part[2]) - 2)
	now = nanoseconds(substr(part[3], 1, length(part[3]) - 1))
	if (part[4] ~ /^enter/) {
		entered[tid] = now
		args[tid] = number($0, " mode=", "0x[0-9a-f]*") " " number($0, " nodemask=", "0x[0-9a-f]*") " " \
			number($0, " maxnode=", "[0-9]*") " " number($0, " addr=", "0x[0-9a-f]*") " " flags_of(number($0, " flags=", "0x[0-9a-f]*"))
	} else {
		ret = number($0, " ret=", "-?[0-9]*")
		show(cpu, tid, ret < 0 ? -1 : ret, args[tid], entered[tid], now - entered[tid])
	}
}
