#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# abi.t - callers of every ABI are shown as they are.
#
# In: 32-bit builds of the workloads (NAME-32), which tell of every call they make. Out: TAP.
. "$(dirname "$0")/lib.sh"

command -v get_mempolicy-32 >/dev/null || skip_all "the build has no compiler for 32-bit programs"
get_mempolicy-32 -n 1 -s 1 >/dev/null 2>&1 || skip_all "this kernel runs no 32-bit programs"

run mempoltrace -f json -o out -- get_mempolicy-32
is "$status" 0 "32-bit get_mempolicy: status"
cp stdout truth
compare truth out 400 "32-bit get_mempolicy"
is "$(grep -c '"abi":"i386"' got)" "$(wc -l <got)" "32-bit get_mempolicy: all are of i386"
unchanged "32-bit get_mempolicy"

run mempoltrace -f json -t none -o out -- get_mempolicy-32
cp stdout truth
compare truth out 400 "32-bit get_mempolicy, -t none"

run mempoltrace -f json -o out -- threads-32
cp stdout truth
compare truth out 1000 "32-bit threads"
unchanged "32-bit threads"

# Both at once, so that the records of both ABIs come interleaved.
run mempoltrace -f json -o out -- sh -c 'get_mempolicy-32 -s 5 -n 2000 >truth-32 & get_mempolicy -s 6 -n 2000 >truth-64; wait'
cat truth-32 truth-64 >truth
compare truth out 4000 "64-bit and 32-bit at once"
is "$(grep -c '"abi":"i386"' got)" "$(wc -l <truth-32)" "64-bit and 32-bit at once: as many of i386"
done_testing
