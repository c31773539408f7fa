#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# world.t - what others do to the system meanwhile: a clear end, the right status, nothing lost untold.
#
# In: the right to unmount tracefs, to take CPUs off line and to limit memory, all of which is taken back.
# Out: TAP. Lockdown, which cannot be taken back, is for zz_lockdown.t.
. "$(dirname "$0")/lib.sh"

# $1: what was done. mempoltrace failed, and says in one line why: $2, a regular expression.
failed() {
	is "$status,$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' ')" 125,1,1 "$1: status 125, one line"
	like stderr "$2" "$1: it says why"
	sed 's/^/# /' stderr
	unchanged "$1"
}

# $1: what was done, $2: how many calls were made. Each is shown or counted as lost.
accounted() {
	is "$status" 0 "$1: status"
	has_end out "$1"
	# Where records of others are among the lost, it is an upper bound, and said to be one.
	bound=$2
	! grep -q 'at most' stderr || bound=$(($2 + 50))
	ok "$1: each call is shown or counted as lost" test "$(($(end_number out shown) + $(lost out)))" -ge "$2"
	ok "$1: and not more than that" test "$(($(end_number out shown) + $(lost out)))" -le "$bound"
	is "$(grep -c '"type":"call"' out)" "$(end_number out shown)" "$1: as many are shown as are said to be"
	unchanged "$1"
}

# --- tracefs ------------------------------------------------------------------------------------------------

cat >tries.sh <<'TRIES'
get_mempolicy -n 100
rmdir /sys/kernel/tracing/instances/mempoltrace.[0-9]* 2>/dev/null && echo removed >&2
umount -l /sys/kernel/tracing || echo not unmounted >&2
get_mempolicy -n 100
TRIES
run mempoltrace -f json -o out -- sh tries.sh
cp stdout truth
mount -t tracefs tracefs "$tracefs"
is "$status,$(cat stderr)" 0, "tracefs is unmounted, its instance cannot be removed: status"
compare truth out 200 "tracefs is unmounted"
unchanged "tracefs is unmounted"

# $1: what, $2: a command that COMMAND gives in the instance.
tampered() {
	run mempoltrace -f json -o out -- sh -c "get_mempolicy -n 50; usleep 300000; cd $tracefs/instances/mempoltrace.[0-9]* && $2; get_mempolicy -n 7 >/dev/null"
	cp stdout truth
	calls out >got
	by_thread <truth >expected
	same expected got "$1: what was recorded before is shown"
	failed "$1" "$3"
}

tampered "probes are switched off by hand" 'echo 0 >events/enable' 'somebody else switched probes off'
tampered "recording is switched off by hand" 'echo 0 >tracing_on' 'somebody else switched recording off'

# --- CPUs -----------------------------------------------------------------------------------------------

cpu=/sys/devices/system/cpu/cpu3/online
if [ -w "$cpu" ] && echo 0 >"$cpu"; then
	# Off line from the start: it is not waited for in circles, and seen when it comes.
	cat >cpus.sh <<'CPUS'
get_mempolicy -n 50
before=$(cut -d ' ' -f 14,15 "/proc/$PPID/stat")
sleep 2
after=$(cut -d ' ' -f 14,15 "/proc/$PPID/stat")
echo $((${after% *} + ${after#* } - ${before% *} - ${before#* })) >ticks
echo 1 >"$1"
taskset 8 get_mempolicy -n 50
echo 0 >"$1"
get_mempolicy -n 50
echo 1 >"$1"
taskset 8 get_mempolicy -n 50
CPUS
	run mempoltrace -f json -o out -- sh cpus.sh "$cpu"
	cp stdout truth
	echo 1 >"$cpu"
	is "$status" 0 "CPUs come and go: status"
	compare truth out 200 "CPUs come and go"
	ok "a CPU off line is not waited for in circles ($(cat ticks) ticks in 2 s)" test "$(cat ticks)" -lt 60
	ok "there were calls on the CPU that came" grep -q '"cpu":3,' out
	unchanged "CPUs come and go"
else
	skip "CPUs come and go" "CPU 3 cannot be taken off line"
fi

# --- outputs --------------------------------------------------------------------------------------------

mkdir small
mount -t tmpfs -o size=64k tmpfs small
run mempoltrace -f json -o small/out -- get_mempolicy -n 2000
failed "a disk that is full" 'No space left'
umount small

# Its reader sleeps; what the ring buffer does not hold is lost, and counted.
mkfifo fifo
{
	sleep 4
	cat
} <fifo >out &
reader=$!
run mempoltrace -b 16K -f json -o fifo -- get_mempolicy -n 4000
wait "$reader"
accounted "a reader that stops reading" 4000

# Reading goes on meanwhile. The calls are many times more than the ring buffer of their CPU has room for, but
# no hundred of them is, and there are pauses: a machine that is busy elsewhere is not what is tested.
cat >bursts.sh <<'BURSTS'
i=0
while [ $((i += 1)) -le 40 ]; do
	taskset 2 get_mempolicy -n 100
	usleep 100000
done
: >made
BURSTS
{
	while [ ! -e made ]; do sleep 0.1; done
	cat
} <fifo >out &
reader=$!
run mempoltrace -b 64K -f json -o fifo -- sh bursts.sh
: >made # whatever became of it
wait "$reader"
cp stdout truth
compare truth out 4000 "a reader that pauses"
unchanged "a reader that pauses"

# --- SIGSTOP --------------------------------------------------------------------------------------------

cat >stops.sh <<'STOPS'
get_mempolicy -n 50
kill -STOP "$PPID"
get_mempolicy -n 4000
kill -CONT "$PPID"
get_mempolicy -n 50
STOPS
run mempoltrace -b 16K -f json -o out -- sh stops.sh
accounted "SIGSTOP and SIGCONT" 4100
ok "SIGSTOP: some were lost, which is what it is about" test "$(end_number out overrun)" -gt 0
like stderr 'calls were lost' "SIGSTOP: and told on standard error"

# --- memory ---------------------------------------------------------------------------------------------

run mempoltrace -b 4G -o out -- true
failed "a buffer larger than memory" 'memory.* -b'

cgroup=/sys/fs/cgroup/mempoltrace-world
if [ "${MPT_KERNEL:-host}" != host ] && echo +memory >/sys/fs/cgroup/cgroup.subtree_control && mkdir "$cgroup"; then
	for limit in 2M 8M; do
		echo "$limit" >"$cgroup/memory.max"
		run sh -c "echo \$\$ >$cgroup/cgroup.procs && exec mempoltrace -f json -o out -- get_mempolicy -n 100"
		echo "# in $limit: status $status: $(cat stderr)"
		case $status in
		0) has_end out "in $limit of memory" ;;
		125) is "$(wc -l <stderr | tr -d ' ')" 1 "in $limit of memory: one line says why" ;;
		*) is "$status" 137 "in $limit of memory: the kernel kills it" ;;
		esac
		run mempoltrace --cleanup
		is "$status" 0 "in $limit of memory: --cleanup"
		unchanged "in $limit of memory, and --cleanup"
	done
	rmdir "$cgroup"
else
	skip "too little memory" "this kernel has no memory cgroups, or it is not ours to limit"
fi
done_testing
