#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# lockdown.t - on a kernel that is locked down, what works is shown, and what does not is said with its cause.
#
# In: a kernel that was booted with lockdown=; jq. Out: TAP. It mounts securityfs, so that both are seen:
# that the level is known with it, and without.
. "$(dirname "$0")/lib.sh"

level=$(sed -n 's/.*lockdown=\([a-z]*\).*/\1/p' /proc/cmdline)
[ -n "$level" ] || skip_all "this kernel was not booted with lockdown="
command -v jq >/dev/null || skip_all "jq is not here"

found() {
	jq -r --arg check "$1" --arg key "${2:-found}" '.findings[] | select(.check == $check) | .[$key] // empty' json
}

# $1: where the level is known from
locked() {
	run mempoltrace --doctor -f json
	mv stdout json
	is "$(found lockdown)" "$level" "$1: the level"
	if [ "$level" = integrity ]; then
		is "$status:$(jq .works json):$(found lockdown state)" 0:true:ok "$1: capture works"
		return
	fi
	is "$status:$(jq .works json):$(found lockdown state)" 1:false:missing "$1: capture does not work"
	is "$(found lockdown remedy)" "boot with lockdown=integrity or less: confidentiality closes tracefs" "$1: what to do"
	is "$(jq -r '[.findings[] | select(.remedy) | .remedy] | unique | length' json)" 1 "$1: and nothing else"
	run mempoltrace -o out -- true
	is "$status" 125 "$1: a trace: status"
	like stderr 'boot with lockdown=integrity or less' "$1: a trace: what to do"
	is "$(wc -l <stderr | tr -d ' ')" 1 "$1: a trace: in one line"
}

locked "without securityfs"
mount -t securityfs none /sys/kernel/security 2>/dev/null
if [ -e /sys/kernel/security/lockdown ]; then
	is "$(sed 's/.*\[\(.*\)\].*/\1/' /sys/kernel/security/lockdown)" "$level" "the kernel's own word on it"
	locked "with securityfs"
else
	skip "with securityfs" "this kernel has no /sys/kernel/security/lockdown"
fi

run mempoltrace -f json -o out -- get_mempolicy -s 1 -n 50
if [ "$level" = integrity ]; then
	cp stdout truth
	compare truth out 50 "a trace"
	# debugfs can be mounted, and its files are closed
	mount -t debugfs none /sys/kernel/debug
	run mempoltrace --doctor -f json
	mv stdout json
	is "$status:$(found kprobes state)" 0:unseen "kprobes/enabled, which nobody may read, is not taken for an off switch"
else
	is "$status" 125 "a trace: nothing is shown"
	run mempoltrace --list
	is "$status" 0 "--list: status"
	like stdout 'was not asked \(.*(No such file|not permitted)' "--list: it could not ask"
	run mempoltrace --dry-run
	is "$(grep -c '^r[0-9]*:.*/exit_get_mempolicy ' stdout)" 3 "--dry-run: each rung of the ladder"
fi
done_testing
