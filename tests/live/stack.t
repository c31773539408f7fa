#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# stack.t - -k says who called, and nothing that is not so.
#
# In: workload stack in several builds, which tells who called of each call; strace with -k. Out: TAP. All
# programs but two end at once, and most are traced in one go, since to start costs more than to trace.
. "$(dirname "$0")/lib.sh"

# Prints "ADDRESS SYMBOL" of the first $2 frames of each call in the trace $1, a line a call.
frames() {
	jq -r --argjson n "$2" '[.stack[:$n][] | .addr + " " + (.symbol // "?")] | join(" ")' "$1"
}

# Prints the same as the workload has it: $1: its report; $2: from which address on; the rest: symbols.
told() {
	told_from=$2
	told_file=$1
	shift 2
	jq -r --argjson from "$told_from" --arg symbols "$*" \
		'($symbols | split(" ")) as $s | .truth[$from:] | [range(length) as $i | .[$i] + " " + $s[$i]] | join(" ")' "$told_file"
}

# Prints the addresses of each call in the trace $1.
addresses() {
	jq -r '[.stack[].addr] | join(" ")' "$1"
}

# What is in trace $1 of the calls of each process: calls.1, calls.2, ... in the order of their first.
split_by_process() {
	split_n=0
	for split_pid in $(jq -r 'select(.type == "call") | .pid' "$1" | awk '!seen[$0]++'); do
		split_n=$((split_n + 1))
		jq -c --argjson pid "$split_pid" 'select(.type == "call" and .pid == $pid)' "$1" >calls.$split_n
	done
}

# $1: a trace of workload hostile, $2: its report, $3: which. Of a good call all is known; of one whose
# stack pointer leads nowhere the call alone; without a frame pointer as much, or what does not need it.
is_not_fooled() {
	addresses "$1" >got
	jq -r '.case + " " + (.truth | join(" "))' "$2" >cases
	paste -d '|' cases got | awk -F '|' '
		{
			split($1, t, " ")
			all = index($2, t[2] " " t[3] " " t[4] " " t[5]) == 1
			if (t[1] == "good" ? !all : $2 != t[2] && !(t[1] == "bp" && all)) {
				bad++
				print
			}
		}
		END { exit bad > 0 || NR != 32 }' >why
	result $? "hostile registers $3: no address that is not so"
}

# --- programs that have ended ---------------------------------------------------------------------------

cat >programs <<'EOP'
stack nested x >truth.1
stack-fp nested x >truth.2
stack-nofp nested x >truth.3
stack libc x >truth.4
stack hostile x >truth.5
numactl --membind=0 numactl --membind=1 stack nested x >truth.6
stack-32 nested x >truth.7
stack-32 libc >truth.8
EOP
run mempoltrace -q -k -e all -f json -o out -- sh programs
is "$(lost out)" 0 "no call is lost"
split_by_process out

for n in 1 2; do
	frames calls.$n 4 >got
	told truth.$n 0 innermost middle outermost nested >expected
	same expected got "$(sed -n "${n}s/ .*//p" programs): the call and its callers are those that it tells of"
done
is "$(jq -r '.stack[0].object' calls.1)" "$(command -v stack)" "the object is the program"

frames calls.3 16 >got
told truth.3 0 innermost | cut -d ' ' -f 1,2 >expected
same expected got "without tables and frame pointers: the call alone"

frames calls.4 1 | sed 's/^0x[0-9a-f]* //' >got
is "$(cat got)" syscall "by the C library: the call is in syscall()"
# the second is where syscall() returns to, which the program does not tell of
frames calls.4 5 | cut -d ' ' -f 5- >got
told truth.4 1 middle outermost nested >expected
same expected got "by the C library: its callers are those that the program tells of"

is_not_fooled calls.5 truth.5 ""

jq -r 'select(.comm == "numactl") | .stack[1].object // "nothing" | sub(".*/"; "") | sub("[.]so.*"; "")' calls.6 >objects
is "$(sort -u objects | xargs)" libnuma "three programs in one process: libnuma called syscall()"
jq -c 'select(.comm == "stack")' calls.6 >last
frames last 4 >got
told truth.6 0 innermost middle outermost nested >expected
same expected got "three programs in one process: the callers of the last are its own"

# --- 32-bit programs --------------------------------------------------------------------------------------

# the second stays for a while: the vdso is no file, and is read out of the process
if [ -s truth.8 ]; then
	frames calls.7 4 >got
	told truth.7 0 innermost middle outermost nested >expected
	same expected got "32-bit: the call and its callers are those that it tells of"

	jq -r '.stack[] | .symbol // "?"' calls.8 | head -n 5 | xargs >why
	grep -Eq '^(__kernel_vsyscall )?syscall innermost ' why && ! grep -q '?' why
	result $? "32-bit, by the C library: by way of the vdso or not, each caller is named"
	addresses calls.8 >why
	grep -q "$(jq -r '.truth[1:] | join(" ")' truth.8)" why
	result $? "32-bit, by the C library: its callers are those that the program tells of"
else
	skip "32-bit programs" "this kernel runs none, or the build has no compiler for them"
fi
unchanged "-k"

# --- registers that lead nowhere, where the return probe has everything -----------------------------------

run mempoltrace -q -k -t none -f json -o out -- stack hostile x
cp stdout truth
is "$(lost out):$(end_number out calls)" 0:32 "hostile registers with -t none: all calls are there"
split_by_process out
is_not_fooled calls.1 truth "with -t none"

# --- as strace has it -------------------------------------------------------------------------------------

# The first three: of those beyond, strace names functions that do not reach so far.
three() {
	grep -A 3 -E 'set_mempolicy\(.*INTERLEAVE|set_mempolicy\(MPOL_(DEFAULT|LOCAL)' "$1" | grep '^ > ' | tail -n 6
}

if strace -V 2>/dev/null | grep -q stack-trace; then
	strace -f -k -e trace=set_mempolicy -o theirs stack numa x 2>/dev/null
	run mempoltrace -q -k -e set_mempolicy -f strace -o ours -- stack numa x
	three theirs >want
	three ours >got
	same want got "libnuma: the callers are those that strace has"
	like got 'libnuma[^ ]*\(numa_set_' "libnuma: it is named"
else
	skip "the callers are those that strace has" "this strace has no -k"
fi

# --- a program that was there already, of which it is read what lies where ---------------------------------

# It is another user's, and its file, which nobody else may read, is gone.
theirs=/tmp/theirs.$$
mkdir -m 700 "$theirs"
cp "$(command -v stack)" "$theirs/stack"
chmod 500 "$theirs/stack"
chown -R nobody "$theirs"
under uid=65534 "$theirs/stack" nested waits >truth &
pid=$!
while [ "$(cat "/proc/$pid/comm")" != stack ]; do
	sleep 0.1
done
rm -r "$theirs"
mempoltrace -q -k -p $pid -f json -o out &
wait_armed $!
kill -USR1 $pid
wait_end $pid
wait
split_by_process out
frames calls.1 4 >got
told truth 0 innermost middle outermost nested >expected
same expected got "another user's program that was there already, whose file is gone: its callers are known"
done_testing
