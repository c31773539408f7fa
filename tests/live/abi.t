#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# abi.t - callers of every ABI are shown as they are.
#
# In: 32-bit builds of the workloads (NAME-32), which tell of every call they make. Out: TAP.
. "$(dirname "$0")/lib.sh"

abi_32=i386
[ "$(uname -m)" != aarch64 ] || abi_32=arm

# The oldest way in, open to 64-bit code too; and there with something in the upper halves of registers.
for caller in int80 int80-32; do
	if ! command -v $caller >/dev/null || ! $caller >/dev/null 2>&1; then
		skip "$caller" "there is no int 0x80 here, or no compiler for 32-bit programs"
		continue
	fi
	for options in "" "-t none"; do
		# shellcheck disable=SC2086 # options are words
		run mempoltrace -q -e all $options -f json -o out -- $caller
		is "$status" 0 "$caller $options: status"
		cp stdout truth
		compare truth out 80 "$caller $options"
	done
done
unchanged "int 0x80"

command -v get_mempolicy-32 >/dev/null || { skip "32-bit programs" "the build has no compiler for them"; done_testing; }
get_mempolicy-32 -n 1 -s 1 >/dev/null 2>&1 || { skip "32-bit programs" "this kernel runs none"; done_testing; }

run mempoltrace -f json -o out -- get_mempolicy-32
is "$status" 0 "32-bit get_mempolicy: status"
cp stdout truth
compare truth out 400 "32-bit get_mempolicy"
is "$(grep -c "\"abi\":\"$abi_32\"" got)" "$(wc -l <got)" "32-bit get_mempolicy: all are of $abi_32"
unchanged "32-bit get_mempolicy"

run mempoltrace -f json -t none -o out -- get_mempolicy-32
cp stdout truth
compare truth out 400 "32-bit get_mempolicy, -t none"

if threads-32 >/dev/null 2>&1; then
	run mempoltrace -f json -o out -- threads-32
	cp stdout truth
	compare truth out 1000 "32-bit threads"
	unchanged "32-bit threads"
else
	skip "32-bit threads" "the C library has none on this kernel (CONFIG_COMPAT_32BIT_TIME)"
fi

# Both at once, so that the records of both ABIs come interleaved.
run mempoltrace -f json -o out -- sh -c 'get_mempolicy-32 -s 5 -n 2000 >truth-32 & get_mempolicy -s 6 -n 2000 >truth-64; wait'
cat truth-32 truth-64 >truth
compare truth out 4000 "64-bit and 32-bit at once"
is "$(grep -c "\"abi\":\"$abi_32\"" got)" "$(wc -l <truth-32)" "64-bit and 32-bit at once: as many of $abi_32"

# Inside at the end: by which ABI it came in is known by its entry alone.
mkfifo gate
mempoltrace -f json -o out -- inflight-32 4 <gate >inside 2>stderr &
tracer=$!
exec 9>gate
if wait_until 60 grep -q 'inside 4' inside; then
	kill -INT "$tracer"
	wait_until 30 grep -q '^{"type":"end"' out
	echo >&9
	exec 9>&-
	wait_end "$tracer"
	sed -n '/^{"pid"/s/"decoded":.*/"decoded":{"flags":[]},"ret":null,"error":null,"denied":false}/p' inside | by_thread >expected
	calls out >got
	same expected got "32-bit, in flight: they are shown as what they are"
	is "$(grep -c "\"abi\":\"$abi_32\"" got)" 4 "32-bit, in flight: and there are as many"
	unchanged "32-bit, in flight"
else
	exec 9>&-
	wait_end "$tracer"
	skip "32-bit, in flight" "no call can be kept from returning: $(tail -n 1 stderr)"
fi
done_testing
