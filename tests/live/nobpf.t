#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# nobpf.t - nothing here needs BPF.
#
# In: the name of the kernel, $MPT_KERNEL. Out: TAP. On a kernel without BPF, bpf(2) is not there; on any,
# mempoltrace never calls it, nor asks for a map, a program or BTF.
. "$(dirname "$0")/lib.sh"

case ${MPT_KERNEL:-} in
*-nobpf)
	run bpf
	is "$status" 0 "a call of bpf(2)"
	like stdout '^bpf: ENOSYS$' "bpf(2) is not in this kernel"
	;;
*)
	skip "bpf(2) is not in this kernel" "this kernel has it"
	;;
esac

if command -v strace >/dev/null; then
	run strace -f -o calls mempoltrace -o out -- get_mempolicy -s 1 -n 20
	is "$status" 0 "under strace: status"
	ok "strace saw what it does" grep -q 'set_event_pid' calls
	unlike calls '(^|[^a-z_])bpf\(' "mempoltrace never calls bpf(2)"
	unlike calls 'vmlinux|/sys/fs/bpf|btf' "and never looks for BTF"
else
	skip "mempoltrace never calls bpf(2)" "strace is not here"
fi
done_testing
