#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# faults.t - memory that could not be read is never shown as something else.
#
# In: the workload races, each of whose calls passes numbers that no other call has, through memory that
# another thread takes away all the time, or that was just taken away. Out: TAP. A value that is neither
# the call's own nor what its memory may hold (races.c) is stale: it was left in the record by somebody
# else. What the memory may hold from before is counted apart.
#
# MPT_LONG=1: hundreds of thousands of calls instead of thousands.
. "$(dirname "$0")/lib.sh"

# In pieces: what is passed and what is shown of it would fill the memory of a VM.
calls=5000
pieces=1
[ -z "${MPT_LONG:-}" ] || pieces=8

# Compares what was shown (second file) with what was passed (first file), call by call.
# shellcheck disable=SC2016 # awk's own
judge='
function fail(what) {
	if (bad++ < 5)
		print "call " FNR ": " what
}
# Whether element I (its address or its node) of a call that used the same memory, 7 places, was GOT.
function was_there(i, kind, got,    before, element, value) {
	for (before = FNR - 7; before > 0 && before > FNR - 140; before -= 7) {
		split(passed[before], element, " ")
		split(element[i + 1], value, ":")
		if (value[kind] == got)
			return 1
	}
	return 0
}
function judge(i, kind, got, new_page, own) {
	if (got == own) right++
	else if (own == "-") fail("item " i ": " got ", of a page that is not there")
	else if (got == new_page) zero++
	else if (was_there(i, kind, got)) older++
	else fail("item " i ": " got ", not " own)
}
NR == FNR { passed[FNR] = $0; n = FNR; next }
{
	shown++
	count = split(passed[FNR], own, " ") - 1
	if (!match($0, /"pages":\[.*\]/)) {
		fail("no pages at all")
		next
	}
	items = split(substr($0, RSTART + 9, RLENGTH - 10), item, /[}],[{]/)
	if (items != count)
		fail(items " items")
	for (i = 1; i <= items; i++) {
		split(own[i + 1], want, ":")
		if (match(item[i], /"addr":"0x[0-9a-f]*"/))
			judge(i, 1, substr(item[i], RSTART + 8, RLENGTH - 9), "0x0", want[1])
		else unread++
		if (match(item[i], /"node":-?[0-9]*/))
			judge(i, 2, substr(item[i], RSTART + 7, RLENGTH - 7), "0", want[2])
		else unread++
	}
	if ((unread > before) != (index($0, "\"unread\":{\"pages\":\"fault\"}") > 0))
		fail("unread does not say so, or says it wrongly")
	before = unread
}
END {
	if (shown != n)
		fail(shown + 0 " calls, not " n)
	print "right " right + 0 ", new page " zero + 0 ", older memory " older + 0 ", unread " unread + 0
	exit bad > 0
}'

# $1: the workload, $2: options, $3: its second argument
try() {
	what=$1${3:+ $3}${2:+ $2}
	# shellcheck disable=SC2086 # options are words
	run mempoltrace -q -e move_pages $2 -f json -o out -- "$1" "$calls" $3
	is "$status" 0 "$what: status"
	is "$(lost out)" 0 "$what: none is said to be lost"
	cp stdout passed
	grep '"type":"call"' out >shown
	awk "$judge" passed shown >judged
	result=$?
	cp judged why
	[ "$result" -eq 0 ]
	result $? "$what: of $calls calls no stale value is shown"
	echo "# $(tail -n 1 judged)"
	# else nothing was tested
	ok "$what: some could not be read" grep -Eq 'unread [1-9]' judged
	ok "$what: some could" grep -Eq 'right [1-9]' judged
}

has_32=
command -v races-32 >/dev/null && races-32 1 >/dev/null 2>&1 && has_32=yes
while [ "$pieces" -gt 0 ]; do
	try races "" ""
	try races "-t none" ""
	try races "" alone
	if [ -n "$has_32" ]; then
		try races-32 "" ""
		try races-32 "" alone
	fi
	pieces=$((pieces - 1))
done
if [ -z "$has_32" ]; then
	skip "32-bit callers" "the build has no compiler for them, or the kernel does not run them"
fi
unchanged "races"
done_testing
