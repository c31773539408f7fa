# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What goes in: mempoltrace and the workloads in PATH; root on a kernel that is recorded.  What comes out: in /out, the
# recordings NAME.dat of tests/golden/dat, and what the workloads reported, NAME.truth.  A recording is small, so few
# CPUs help (run -s 2):
#
#     tests/vm/run -k 7.2 -s 2 -o DIR tests/golden/dat-in-vm.sh BUILD/mempoltrace BUILD/tests/workload/...
#
# With tests/misled/misled among the programs it is old-KERNEL alone that is recorded.
set -e
kernel=$(uname -r | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')
[ "$(uname -m)" = x86_64 ] || kernel=$kernel-$(uname -m)
cd /out

# $1: its name; $2...: options, and the command
record() {
	name=$1-$kernel
	shift
	mempoltrace -q -w "$name.dat" "$@" >"$name.truth"
}

if [ ! -e /sys/kernel/tracing/kprobe_events ]; then
	record tracepoints -e get_mempolicy,mbind -- sh -c 'family -s 7 -n 40 -o get_mempolicy; family -s 8 -n 30 -o mbind'
	exit
fi
# What the oldest kernels lack, and, on ppc64le's 5.10, functions that have their arguments in registers.
if command -v misled >/dev/null; then
	mempoltrace() {
		MPT_MISLED=old misled "$@"
	}
	record old -- get_mempolicy -s 5 -n 40
	exit
fi
record family -e all -- sh -c 'family -s 7 -n 60 -j 2; family-32 -s 8 -n 60 -j 2'
record get_mempolicy -- sh -c 'get_mempolicy -s 5 -n 20; get_mempolicy-32 -s 6 -n 20'
record denied -e get_mempolicy,mbind --denied=always -- sh -c 'denied --few; denied-32 --few'
# it makes all calls, of which these were recorded
sed -i -e '/"syscall":"get_mempolicy"/b' -e '/"syscall":"mbind"/b' -e d "denied-$kernel.truth"
record lean -t none -- sh -c 'get_mempolicy -s 9 -n 20; get_mempolicy-32 -s 10 -n 20'
