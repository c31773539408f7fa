#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# unarmed.t - probes that can be armed and do not fire are noticed at the start, not by an empty trace;
# and --list says what there is on this kernel.
#
# In: the switches that stop probes: kernel.ftrace_enabled and debugfs' kprobes/enabled. Out: TAP. It puts
# every switch back, and a run at the end shows that it did.
. "$(dirname "$0")/lib.sh"

# To disarm a probe while ftrace is off makes the kernel give it up until the next boot: that nothing was
# armed is what the run at the end shows, and the kernel log.
# $1: the switch, $2: what it is.
switched_off() {
	was=$(cat "$1")
	echo 0 >"$1"
	run mempoltrace -o out -- get_mempolicy -s 1 -n 5
	echo "$was" >"$1"
	# Not every kernel's probes hang on every switch.
	if [ "$status" -eq 0 ]; then
		is "$(wc -l <out)" 5 "$2 off: probes fire all the same, and show what there is"
	else
		is "$status" 125 "$2 off: status"
		like stderr 'armed but do not fire|no probe would fire' "$2 off: it says what is wrong"
		like stderr 'kernel.ftrace_enabled|kprobes/enabled' "$2 off: and where to look"
		ok "$2 off: no trace is made of it" test ! -s out
	fi
	unchanged "$2 off"
}

if [ -w /proc/sys/kernel/ftrace_enabled ]; then
	switched_off /proc/sys/kernel/ftrace_enabled "kernel.ftrace_enabled"
else
	skip "kernel.ftrace_enabled off" "this kernel has no such switch"
fi

debugfs=/sys/kernel/debug
mounted=
[ -e $debugfs/kprobes ] || { mount -t debugfs none $debugfs 2>/dev/null && mounted=yes; }
if [ -w $debugfs/kprobes/enabled ]; then
	switched_off $debugfs/kprobes/enabled "kprobes"
else
	skip "kprobes off" "this kernel has no such switch"
fi
[ -z "$mounted" ] || umount $debugfs

run mempoltrace -f json -o out -- get_mempolicy -s 1 -n 5
cp stdout truth
compare truth out 5 "with all switches as they were"

# --- what there is --------------------------------------------------------------------------------------

run mempoltrace --list
is "$status" 0 "--list: status"
for name in get_mempolicy set_mempolicy mbind migrate_pages move_pages; do
	like stdout "^$name\$" "--list: $name"
done
like stdout '^  nodemask +const unsigned long \* +in +KU +user memory at return$' "--list: a pointer, where it is read"
like stdout '^  maxnode +unsigned long +in +K +the caller' "--list: a number"
run mempoltrace -e set_mempolicy_home_node -o out -- true
if [ "$status" -eq 0 ]; then
	mempoltrace --list >stdout 2>stderr
	like stdout '^set_mempolicy_home_node$' "--list: set_mempolicy_home_node, which is here"
else
	is "$status" 125 "a call that is not here, alone: status"
	like stderr 'this kernel has no set_mempolicy_home_node' "a call that is not here is named"
	mempoltrace --list >stdout 2>stderr
	like stdout '^set_mempolicy_home_node +not in this kernel$' "--list: and in the list"
fi
unchanged "--list"
done_testing
