# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
#
# What goes in: CALLS; mempoltrace, spin, trace-cmd and perf in PATH; root on a kernel with kprobes.  What comes out: in
# /out, the same calls as three tools recorded them at once: mempoltrace.dat, by our own probes; trace-cmd.dat and
# perf.data, by a pair of probes that fetch what can be had by hand (arguments and result); and half.dat, half as many
# calls by mempoltrace alone.  They are made in pieces, with a pause after each, so that nobody loses any.
set -e
cd /out
tracing=/sys/kernel/tracing
pieces=100
cat >>$tracing/kprobe_events <<'EOT'
p:bench/enter __x64_sys_get_mempolicy mode=+112(%di):x64 nodemask=+104(%di):x64 maxnode=+96(%di):u64 addr=+56(%di):x64 flags=+72(%di):x64
r:bench/exit __x64_sys_get_mempolicy ret=$retval:s64
EOT
# $1: how many pieces
cat >/tmp/spin <<'EOT'
i=0
while [ $i -lt "$1" ]; do
	spin 4 $((CALLS / 4 / $2)) >/dev/null
	usleep 200000
	i=$((i + 1))
done
EOT
mempoltrace -b 16M -w half.dat -- sh /tmp/spin $((pieces / 2)) $pieces
# trace-cmd keeps what each CPU had beside the file until all is in it.
perf record -q -a -m 4096 -e bench:enter,bench:exit -o perf.data -- \
	trace-cmd record -q -b 16000 --compression none --file-version 6 -e bench -o trace-cmd.dat \
	mempoltrace -b 16M -w mempoltrace.dat -- sh /tmp/spin $pieces $pieces
