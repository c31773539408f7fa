#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# names.t - a program may be called anything, and the trace stays readable.
#
# In: jq. Out: TAP. Each name is given to a program that makes one call, and is looked for in json as
# code points and in text as bytes.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all "jq is not here"

# A name a line: what it is; the name, for printf; its code points in json; what text shows of it, for
# printf. A name is cut after 15 bytes by the kernel. A backslash of the name's own is shown as a byte,
# so that it cannot be taken for one of ours.
cat >names <<'NAMES'
a plain one|plain|112,108,97,105,110|plain
quotes|a"b'c`|97,34,98,39,99,96|a"b'c`
a backslash|back\\slash|98,97,99,107,92,115,108,97,115,104|back\\134slash
a newline|new\nline|110,101,119,10,108,105,110,101|new\\012line
an escape|\033[31mred|27,91,51,49,109,114,101,100|\\033[31mred
a tab, a bell, delete|\t\007\177x|9,7,127,120|\\011\\007\\177x
bytes that are no UTF-8|\377\376bad|65533,65533,98,97,100|\\377\\376bad
what ends the JSON|"},{"|34,125,44,123,34|"},{"
UTF-8|na\303\257ve\342\200\223\303\251|110,97,239,118,101,8211,233|na\303\257ve\342\200\223\303\251
UTF-8 cut in the middle|12345678901234\303\251|49,50,51,52,53,54,55,56,57,48,49,50,51,52,65533|12345678901234\\303
a control character of UTF-8|x\302\205y|120,133,121|x\\302\\205y
a slash in too many bytes|\300\257|65533,65533|\\300\\257
half a surrogate pair|\355\240\200|65533,65533,65533|\\355\\240\\200
format characters|%%s%%n%%d|37,115,37,110,37,100|%%s%%n%%d
spaces and brackets| a [1] (b)|32,97,32,91,49,93,32,40,98,41| a [1] (b)
a colour of four bytes|\360\237\224\264|128308|\360\237\224\264
nothing|||
NAMES

cat >caller.sh <<'CALLER'
while IFS='|' read -r what name points shown; do
	# A newline at the end would go, so that none stands there.
	# shellcheck disable=SC2059 # the names are meant for printf
	get_mempolicy --name "$(printf "$name")" -n 1 >/dev/null
done <names
CALLER
lines=$(wc -l <names | tr -d ' ')

run mempoltrace -f json -o out -- sh caller.sh
is "$status" 0 "json: status"
is "$(wc -l <out | tr -d ' ')" $((lines + 1)) "json: a line a call, and the end"
ok "json: jq reads it" jq -e . out
is "$(jq -c . out | wc -l | tr -d ' ')" $((lines + 1)) "json: an object a line"
jq -r 'select(.type == "call") | .comm | explode | map(tostring) | join(",")' out >got
cut -d '|' -f 3 names >expected
paste -d '|' expected got >both
number=0
while IFS='|' read -r what _ points shown; do
	number=$((number + 1))
	is "$(sed -n "${number}p" got)" "$points" "json: $what"
done <names
has_end out "json"

run mempoltrace -o out -- sh caller.sh
is "$status" 0 "text: status"
is "$(wc -l <out | tr -d ' ')" "$lines" "text: a line a call"
is "$(grep -c '^[0-9:.]* .*\[[0-9]*\] get_mempolicy(.*) = .* <[0-9.]*>$' out)" "$lines" "text: and each is whole"
number=0
while IFS='|' read -r what _ points shown; do
	number=$((number + 1))
	# shellcheck disable=SC2059 # the names are meant for printf
	is "$(sed -n "${number}s/^[0-9:.]* \\(.*\\)\\[[0-9]*\\] get_mempolicy(.*/\\1/p" out)" "$(printf "$shown")" "text: $what"
done <names
is "$(tr -d '\n -~\200-\377' <out | wc -c | tr -d ' ')" 0 "text: no control characters"
unchanged "names"
done_testing
