#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# static.t - the static build needs nothing: it traces from a root directory that holds it, proc and sys.
#
# In: mempoltrace-static, as ./configure --enable-static-binary makes it. Out: TAP. What it shows from in
# there of a workload out here is what the workload reports.
. "$(dirname "$0")/lib.sh"

static=$(command -v mempoltrace-static) || skip_all "there is no static build beside this one (../build-static/mempoltrace)"

mkdir -p root/proc root/sys root/dev
cp "$static" root/mempoltrace
busybox=$(command -v /bin/busybox || command -v busybox)
cp "$busybox" root/busybox
mount -t proc proc root/proc
mount -t sysfs sys root/sys
[ ! -e $tracefs/events ] || mount -t tracefs tracefs root/sys/kernel/tracing

# Runs it as a machine that has nothing else would.
empty() {
	chroot root /mempoltrace "$@"
}

run empty --version
is "$status" 0 "--version: it runs"
run empty --doctor
is "$status" 0 "--doctor: capture works"
like stdout '^self-test	ok	.*[0-9]+ calls of our own are shown as they were made$' "--doctor: by its own test, in columns parted by tabs"
run empty --list
like stdout '^CALL, ARGUMENT	TYPE' "--list: likewise"

chroot root /mempoltrace -f json >out 2>stderr &
tracer=$!
wait_armed "$tracer"
get_mempolicy >truth
kill -INT "$tracer"
wait_end "$tracer"
is "$status" 0 "the whole system: status after ^C"
pid=$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth)
grep -E "\"pid\":$pid,|\"type\":\"end\"" out >ours
compare truth ours 400 "the whole system"
unchanged "the whole system"

run empty -f json -o /out -- /busybox sh -c 'exit 7'
is "$status" 7 "COMMAND: its status"
has_end root/out "COMMAND"
run empty --uid=0 -o /out -- /busybox true
is "$status" 0 "--uid by number: status"
unchanged "COMMAND"

umount root/sys/kernel/tracing 2>/dev/null
umount root/sys root/proc
done_testing
