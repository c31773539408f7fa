#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# topology.t - node sets are right where nodes are many, without memory or not there; and CPUs come and go.
#
# In: /sys/devices/system/node, the workloads and numactl, on a machine of any kind; that of the row 6.1-wide
# has more than 64 nodes, one without memory among them and one that is only possible. Out: TAP.
. "$(dirname "$0")/lib.sh"

has_kprobes || skip_all "what pointers lead to cannot be read on this kernel"

nodes=/sys/devices/system/node
possible=$(cat $nodes/possible)
last=${possible##*[-,]}
memory=$(cat $nodes/has_memory)
highest=${memory##*[-,]}
echo "# possible $possible, online $(cat $nodes/online), with memory $memory, with CPUs $(cat $nodes/has_cpu)"
case ${MPT_KERNEL:-} in
*-wide)
	ok "there are more than 64 nodes" test "$highest" -ge 65
	ok "and one that is possible and not online" test "$last" -gt "$(sed 's/.*[-,]//' $nodes/online)"
	ok "and one without memory below others" test "$memory" != "0-$highest"
	;;
esac

# The kernel takes pages away for a moment to see who uses them; no probe can read them then.
balancing=/proc/sys/kernel/numa_balancing
had_balancing=$(cat $balancing 2>/dev/null)
[ -z "$had_balancing" ] || echo 0 >$balancing

# --- every node set ---------------------------------------------------------------------------------------

run mempoltrace -f json -o out -- get_mempolicy
cp stdout truth
compare truth out 400 "get_mempolicy"
like got "\"nodes\":\[.*\b$highest\]" "get_mempolicy: the highest node was among those returned"

# What the kernel lets this process use, by another file of it.
allowed=$(sed -n 's/^Mems_allowed_list:[[:space:]]*//p' /proc/self/status)
run mempoltrace -o out -- get_mempolicy
is "$(sed -n 's/.*nodemask=\[\([^]]*\)\], maxnode=1025, addr=NULL, flags=MPOL_F_MEMS_ALLOWED) = 0.*/\1/p' out | sort -u)" "$allowed" \
	"MPOL_F_MEMS_ALLOWED: the nodes that /proc/self/status has"

# $1: a workload
family_calls() {
	run mempoltrace -q -b 8M -e all -f json -o out -- "$1" -s 11 -n 1500 -j 2
	is "$status" 0 "$1: status"
	to_compare stdout out
	same_but_unread "$1: each call is shown as it was" expected got
	is "$(lost out)" 0 "$1: none is said to be lost"
	[ "${memory#0,}" = "$memory" ] || ok "$1: and sets with a node that has no memory" grep -Eq '"(old_|new_)?nodes":\[([0-9]+,)*1[],]' got
	[ "$last" -lt 64 ] || ok "$1: nodes beyond 64 were among those shown" grep -Eq '"(old_|new_)?nodes":\[([0-9]+,)*(6[4-9]|70)[],]' got
}

family_calls family
if command -v family-32 >/dev/null && get_mempolicy-32 -n 1 -s 1 >/dev/null 2>&1; then
	family_calls family-32
else
	skip "32-bit callers" "the build has no compiler for them, or the kernel does not run them"
fi

if command -v numactl >/dev/null; then
	run mempoltrace -e set_mempolicy -o out -- numactl --membind="$highest" true
	is "$status" 0 "numactl --membind=$highest: status"
	like out "set_mempolicy\(mode=MPOL_BIND, nodemask=\[$highest\], maxnode=[0-9]+\) = 0 " "numactl --membind=$highest: is shown"
	run mempoltrace -e set_mempolicy --nodes="$highest" -o out -- numactl --interleave="$memory" true
	like out "set_mempolicy\(mode=MPOL_INTERLEAVE, nodemask=\[$memory\], " "numactl --interleave=$memory: is shown, and passes --nodes=$highest"
	run mempoltrace -e set_mempolicy --nodes="$last" -o out -- numactl --membind=0 true
	if [ "$last" -gt 0 ]; then
		unlike out 'set_mempolicy' "--nodes=$last: which may be there one day, passes no other node"
	fi
fi
run mempoltrace --nodes=$((last + 1)) -- true
is "$status" 2 "--nodes: none beyond the possible ones"
run mempoltrace --doctor
like stdout "^nodes +ok +online $(cat $nodes/online), possible 0-$last$" "--doctor: the nodes"
unchanged "nodes"

# --- CPUs that go and come ----------------------------------------------------------------------------------

cpu=$(($(grep -c '^processor' /proc/cpuinfo) - 1))
online=/sys/devices/system/cpu/cpu$cpu/online
if [ "$cpu" -gt 0 ] && [ -w "$online" ] && command -v taskset >/dev/null; then
	cat >comes.sh <<'COMES'
mask=$(printf %x $((1 << $1)))
taskset $mask get_mempolicy -s 1 -n 80
echo 0 >"$2" && get_mempolicy -s 2 -n 80
echo 1 >"$2" && taskset $mask get_mempolicy -s 3 -n 80
COMES
	run mempoltrace -f json -o out -- sh comes.sh "$cpu" "$online"
	cp stdout truth
	compare truth out 240 "a CPU goes and comes"
	ok "a CPU goes and comes: it made calls" test "$(grep -c "\"cpu\":$cpu," out)" -ge 160
	unchanged "a CPU goes and comes"

	# At the start it is not there.
	echo 0 >"$online"
	sed -i '2,3d' comes.sh
	run mempoltrace -f json -o out -- sh comes.sh "$cpu" "$online"
	echo 1 >"$online" 2>/dev/null
	cp stdout truth
	compare truth out 80 "a CPU comes"
	ok "a CPU comes: it made calls" test "$(grep -c "\"cpu\":$cpu," out)" -ge 80
	unchanged "a CPU comes"
else
	skip "CPUs that go and come" "none can be taken away here"
fi
[ -z "$had_balancing" ] || echo "$had_balancing" >$balancing
done_testing
