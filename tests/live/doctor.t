#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# doctor.t - --doctor says of this kernel what the kernel says itself, finds what was put out of order, and
# its remedies, typed as they are told, mend it.
#
# In: jq; the workloads under, get_mempolicy-32 and x32. Out: TAP. Each thing that is put out of order is put
# back, by the remedy.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all "jq is not here"
grep -q '\[confidentiality\]' /sys/kernel/security/lockdown 2>/dev/null && skip_all "this kernel is locked down"

# Runs --doctor, under the words $@ if there are any; what came of it is in $status and the file json.
doctor() {
	if [ $# -gt 0 ]; then
		run under "$@" "$(command -v mempoltrace)" --doctor -f json
	else
		run mempoltrace --doctor -f json
	fi
	mv stdout json
}

# Prints what was found of check $1, or its other field $2.
found() {
	jq -r --arg check "$1" --arg key "${2:-found}" '.findings[] | select(.check == $check) | .[$key] // empty' json
}

# --- as it is -------------------------------------------------------------------------------------------

doctor
is "$status" 0 "status"
is "$(wc -l <json | tr -d ' '):$(jq -r '.type, .works' json | xargs)" "1:doctor true" "one object, which says that it works"
is "$(found kernel)" "$(uname -s -r -m)" "the kernel, as uname has it"
nodes=/sys/devices/system/node
is "$(found nodes)" "online $(cat $nodes/online), possible $(cat $nodes/possible)" "the nodes, as /sys has them"
is "$(found ftrace)" "$([ -e /proc/sys/kernel/ftrace_enabled ] && echo kernel.ftrace_enabled is 1 || echo this kernel has no switch for it)" \
	"the switch of ftrace"
is "$(found rights):$(found tracefs)" "root:$tracefs" "rights and tracefs"

# $1: an ABI, $2: a program that makes its calls and fails where the kernel has no such callers
has_abi() {
	if ! command -v "${2%% *}" >/dev/null; then
		skip "$1 callers" "the build has no compiler for them"
	elif $2 >/dev/null 2>&1; then
		unlike json "\"check\":\"$1\",\"state\":\"ok\",\"found\":\"this kernel has no" "$1 callers: there are"
		abis=$((abis + 1))
	else
		is "$(found "$1")" "this kernel has no such callers" "$1 callers: there are none"
	fi
}
abis=1
has_abi i386 "get_mempolicy-32 -n 1 -s 1"
[ "$(found i386 state)" = ok ] && [ "$(found i386)" != "this kernel has no such callers" ] || abis=1
rows=$(grep -c ' T __x64_sys_\(get_mempolicy\|set_mempolicy\|mbind\|set_mempolicy_home_node\|migrate_pages\|move_pages\)$' /proc/kallsyms)
is "$(jq -r '[.findings[] | select(.check == "calls")] | length' json)" $((6 - rows)) "calls that are not here, as kallsyms has it"
# nine calls with contents, and one that is refused of each that there is
is "$(found self-test)" "ok: $((abis * (9 + rows))) calls of our own are shown as they were made" "the self-test: how many calls"

# The kernel's own word on how memory can be read at return.
# shellcheck disable=SC2016 # so it is called
echo 'r:doctor_t/try __x64_sys_get_mempolicy a=$arg1' 2>/dev/null >>$tracefs/kprobe_events
# shellcheck disable=SC2016 # so it is called
if [ -d $tracefs/events/doctor_t ]; then
	echo '-:doctor_t/try' >>$tracefs/kprobe_events
	how='$argN'
else
	how='%[a-z0-9]*'
fi
is "$(found x86_64 | sed "s/($how at return)/by what the kernel takes/")" "arguments, results and what pointers lead to by what the kernel takes" \
	"x86_64: how it is captured"
is "$(found "denied calls" state | sort -u)" "$(grep -q '^Seccomp:' /proc/self/status && echo ok)" "denied calls, where there can be any"

available=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo)
kib=$(found buffer | sed 's/ KiB.*//')
share=$((available / 64))
ok "the buffer: at most 1/64 of the memory in all" test $((kib * $(nproc))) -le $((share * 11 / 10))
ok "the buffer: and not much less" test $((kib * $(nproc))) -ge $((share * 8 / 10))
unchanged "--doctor"

run mempoltrace --doctor
is "$status" 0 "for people: status"
is "$(awk 'length > 80' stdout)" "" "for people: in 80 columns"
is "$(tail -n 1 stdout)" "capture works here" "for people: the verdict"
unlike stdout 'What to do' "for people: nothing is to be done"
is "$(cat stderr)" "" "for people: nothing beside it"

# --- what is out of order ----------------------------------------------------------------------------------

# Types the remedy that was told of check $1.
mend() {
	found "$1" remedy | sed -n 's/^type: //p' >typed
	ok "$1: a remedy can be typed, in one line" test "$(wc -l <typed)" -eq 1
	ok "$1: and it can be done" sh typed
}

# $1: the check, $2: what is found. Then it is mended, and works.
out_of_order() {
	is "$status:$(jq .works json)" 1:false "$1: it does not work, says the status too"
	is "$(found "$1" state)" missing "$1: it is found"
	ok "$1: and what it is" grep -q "$2" json
	mend "$1"
	doctor
	is "$status:$(jq .works json)" 0:true "$1: after that it works"
}

if [ -w /proc/sys/kernel/ftrace_enabled ]; then
	echo 0 >/proc/sys/kernel/ftrace_enabled
	doctor uid=65534
	is "$(found ftrace state):$(found rights state)" missing:missing "as nobody, and ftrace off: both are found"
	doctor
	out_of_order ftrace 'kernel.ftrace_enabled is 0'
else
	skip "ftrace" "this kernel has no switch for it"
fi

if mount -t debugfs none /sys/kernel/debug 2>/dev/null; then
	if [ -w /sys/kernel/debug/kprobes/enabled ]; then
		echo 0 >/sys/kernel/debug/kprobes/enabled
		doctor
		out_of_order kprobes 'kprobes are switched off'
		is "$(cat /sys/kernel/debug/kprobes/enabled)" 1 "kprobes: they are on again"
	fi
	umount /sys/kernel/debug
else
	skip "kprobes" "this kernel has no debugfs"
fi

mount -o remount,ro $tracefs
doctor
out_of_order instances 'Read-only file system'

umount $tracefs
doctor
case $(found tracefs) in
*"without a mount"*) is "$status" 0 "tracefs is not mounted: it works all the same" ;;
*) out_of_order tracefs 'not mounted' ;;
esac
doctor drop=21
is "$(found rights)" "root without CAP_SYS_ADMIN" "no mount, nor the right to: what is missing is found"
out_of_order tracefs 'not mounted'
[ -e $tracefs/instances ] || mount -t tracefs tracefs $tracefs
doctor drop=21
is "$status:$(found rights state):$(found rights remedy)" 0:ok: "with a mount: no right is needed that root has not"

doctor uid=65534
is "$status" 1 "as nobody: status"
is "$(found rights remedy)" "tracing needs root: run it with sudo" "as nobody: what to do"
is "$(found nodes)" "online $(cat $nodes/online), possible $(cat $nodes/possible)" "as nobody: the nodes all the same"

if grep -q '^Seccomp:' /proc/self/status; then
	# 239: get_mempolicy
	doctor deny=239
	is "$status:$(found seccomp state)" 1:missing "under a filter that denies the call: it is found"
	is "$(found self-test remedy)" "run it outside of the seccomp filter or container" "under a filter: what to do"
else
	skip "under a filter" "this kernel has no seccomp"
fi
unchanged "what was out of order"

# --- --list and --dry-run as nobody ------------------------------------------------------------------------

run under uid=65534 "$(command -v mempoltrace)" --list
is "$status" 0 "--list as nobody: status"
like stdout '^# this kernel was not asked \(tracefs cannot be used: Permission denied\)$' "--list as nobody: that it could not ask"
like stdout '^  nodemask +unsigned long \* +out +KU ' "--list as nobody: the arguments all the same"
unlike stdout '%[a-z]|argN' "--list as nobody: nothing of what only the kernel can tell"
is "$(awk 'length > 80' stdout)" "" "--list as nobody: in 80 columns"
run under uid=65534 "$(command -v mempoltrace)" --list -f json
is "$(jq -r '.type, .asked, (.calls | length)' stdout | xargs)" "list false 6" "--list as nobody, in json"
run mempoltrace --list -f json
is "$(jq -r '.type, .asked, ([.calls[] | select(.available)] | length)' stdout | xargs)" "list true $rows" "--list, in json"
run under uid=65534 "$(command -v mempoltrace)" --dry-run
is "$status" 0 "--dry-run as nobody: status"
like stdout 'was not asked' "--dry-run as nobody: that it could not ask"
is "$(grep -c '^r[0-9]*:.*/exit_get_mempolicy __x64_sys_get_mempolicy ' stdout)" 3 "--dry-run as nobody: each rung of the ladder"
like stdout 'arg1' "--dry-run as nobody: the first of them"
unchanged "--list and --dry-run"
done_testing
