#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# errors.t - what goes wrong is said in one line, and leaves nothing behind.
#
# In: the right to unmount tracefs, which is mounted again. Out: TAP. COMMAND is never run when
# mempoltrace cannot trace it.
. "$(dirname "$0")/lib.sh"

# $1: expected status, $2: what, the rest: a command. COMMAND's mark, if it has any, is the file "ran".
refuses() {
	expected=$1 what=$2
	shift 2
	rm -f ran
	run "$@"
	is "$status" "$expected" "$what: status"
	is "$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' ')" 1,1 "$what: one line on standard error"
	# The line was shown above, if it was wrong; here it is for those who read along.
	sed 's/^/# /' stderr
	is "$(wc -c <stdout | tr -d ' ')" 0 "$what: nothing on standard output"
	ok "$what: COMMAND is not run" test ! -e ran
	unchanged "$what"
}

# --- usage ----------------------------------------------------------------------------------------------

# One state for all of these: they should not even look at tracefs.
quickly_refuses() {
	run mempoltrace "$@"
	is "$status,$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' '),$(wc -c <stdout | tr -d ' ')" 2,1,1,0 \
		"usage: $*: status 2, one line on standard error, nothing on standard output"
}

quickly_refuses --no-such-option
quickly_refuses -Y
quickly_refuses -f no-such-format -- touch ran
quickly_refuses --format=
quickly_refuses -t no-such-timestamps -- touch ran
quickly_refuses -e no_such_syscall -- touch ran
quickly_refuses -e '!all' -- touch ran
quickly_refuses -b no-size -- touch ran
quickly_refuses -b 0 -- touch ran
quickly_refuses -b -4K -- touch ran
quickly_refuses -d no-time -- touch ran
quickly_refuses -d -1 -- touch ran
quickly_refuses -d 0 -- touch ran
quickly_refuses -n 0 -- touch ran
quickly_refuses -n 5x -- touch ran
quickly_refuses -p no-pid
quickly_refuses -p 1,
quickly_refuses -p 0
quickly_refuses -p -1
quickly_refuses -p 1 -- touch ran
quickly_refuses -o
quickly_refuses -o '' -- touch ran
quickly_refuses --strict=yes -- touch ran
ok "usage: COMMAND is never run" test ! -e ran
unchanged "usage"

run mempoltrace --help
is "$status,$(wc -c <stderr | tr -d ' ')" 0,0 "--help: status 0, nothing on standard error"
like stdout '--format' "--help: has the options"
run mempoltrace --version
is "$status,$(wc -c <stderr | tr -d ' ')" 0,0 "--version: status 0, nothing on standard error"
like stdout '^mempoltrace [0-9]' "--version: has the version"
run mempoltrace --help -f no-such-format
is "$status" 2 "--help does not hide a mistake"

# --- outputs --------------------------------------------------------------------------------------------

mkdir -p directory
refuses 125 "-o in a directory that is not there" mempoltrace -o /nowhere/out -- touch ran
refuses 125 "-o to a directory" mempoltrace -o directory -- touch ran

# --- rights ---------------------------------------------------------------------------------------------

# A place where nobody may write, so that this is not what fails.
mkdir -p anyone
chmod 777 . anyone
refuses 125 "as nobody" under uid=65534 mempoltrace -o anyone/out -- touch ran
refuses 125 "as nobody, whole system" under uid=65534 mempoltrace -o anyone/out2 -d 1
like stderr 'root|permission|Permission|CAP_|capab' "as nobody: it says that rights are wanting"

# --- tracefs --------------------------------------------------------------------------------------------

umount "$tracefs" || {
	skip "tracefs unmounted" "it cannot be unmounted"
	done_testing
}
is "$(find "$tracefs" | wc -l | tr -d ' ')" 1 "tracefs is unmounted"
cat /proc/mounts >mounts-before

refuses_nothing_mounted() {
	run under uid=65534 mempoltrace -o anyone/out3 -- touch ran
	is "$status,$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' ')" 125,1,1 \
		"unmounted, as nobody: status 125 and one line"
	ok "unmounted, as nobody: COMMAND is not run" test ! -e ran
}
refuses_nothing_mounted

: >err
status mounts places >printed 2>err
mv printed bare
mempoltrace -f json -o out status mounts places >printed 2>err
is "$?" 0 "unmounted: it works all the same"
[ ! -s err ] || sed 's/^/# /' err
mv printed traced
same bare traced "unmounted: COMMAND sees the same mounts, in the same namespace"
run mempoltrace -f json -o out -- get_mempolicy -n 200
cp stdout truth
compare truth out 200 "unmounted"
has_end out "unmounted"
cat /proc/mounts >mounts-after
same mounts-before mounts-after "unmounted: nothing is mounted afterwards"

mkdir -p /sys/kernel/debug
if mount -t debugfs debugfs /sys/kernel/debug; then
	cat /proc/mounts >mounts-before
	: >err
	status mounts places >printed 2>err
	mv printed bare
	mempoltrace -f json -o out status mounts places >printed 2>err
	is "$?" 0 "debugfs only: it works"
	mv printed traced
	# Whoever looks into debugfs/tracing has tracefs mounted there by the kernel.
	grep -v ' /sys/kernel/debug/tracing ' bare >bare-rest
	grep -v ' /sys/kernel/debug/tracing ' traced >traced-rest
	same bare-rest traced-rest "debugfs only: COMMAND sees the same mounts"
	run mempoltrace -f json -o out -- get_mempolicy -n 200
	cp stdout truth
	compare truth out 200 "debugfs only"
	umount /sys/kernel/debug/tracing 2>/dev/null
	umount /sys/kernel/debug
else
	skip "debugfs only" "debugfs cannot be mounted"
fi

mount -t tracefs tracefs "$tracefs"
unchanged "tracefs is mounted again"
done_testing
