# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What goes in: CALLS; record, spin, trace-cmd and perf in PATH; root on a kernel with kprobes.  What comes out: in
# /out, the same 4 * CALLS calls as three tools recorded them at once: capture/ (by our own probes), trace.dat and
# perf.data (by a pair of probes that fetch what can be had by hand: arguments and result).
set -e
cd /out
tracing=/sys/kernel/tracing
cat >>$tracing/kprobe_events <<'EOF'
p:bench/enter __x64_sys_get_mempolicy mode=+112(%di):x64 nodemask=+104(%di):x64 maxnode=+96(%di):u64 addr=+56(%di):x64 flags=+72(%di):x64
r:bench/exit __x64_sys_get_mempolicy ret=$retval:s64
EOF
perf record -a -m 2048 -e bench:enter,bench:exit -o perf.data -- \
	trace-cmd record -b 12000 -e bench -o trace.dat record capture spin 4 "$CALLS"
