#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# x32.t - callers of the x32 ABI, which come in by the 64-bit functions, are told apart.
#
# In: the workload x32, a 64-bit program that makes calls by x32's numbers too, and tells of them. Out: TAP.
# Only a kernel that was asked to serves x32 (syscall.x32=y).
. "$(dirname "$0")/lib.sh"

x32 >/dev/null 2>&1 || skip_all "this kernel does not serve x32"

for options in "" "-t none"; do
	# shellcheck disable=SC2086 # options are words
	run mempoltrace -q -e all $options -f json -o out -- x32
	is "$status" 0 "x32 $options: status"
	cp stdout truth
	compare truth out 60 "x32 $options"
	is "$(grep -c '"abi":"x32"' got)" "$(grep -c '"abi":"x32"' truth)" "x32 $options: as many of x32"
done
unchanged "x32"
done_testing
