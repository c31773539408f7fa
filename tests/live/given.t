#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# given.t - tracefs that root has given to a user, or to a group.
#
# In: the right to change whose the files of tracefs are, which is taken back. Out: TAP. What the man page
# says of it (SECURITY CONSIDERATIONS) is so.
. "$(dirname "$0")/lib.sh"

chmod 777 .
cd "$tracefs" || exit 1
stat -c 'chmod %a %n && chown %u:%g %n' . instances kprobe_events >/tmp/as-it-was
chmod 711 .
chown nobody instances kprobe_events
under uid=65534 mkdir instances/mine
owner=$(stat -c %U instances/mine/tracing_on)
rmdir instances/mine
cd - >/dev/null || exit 1

run under uid=65534 mempoltrace -f json -o out -- get_mempolicy -n 100
cp stdout truth
if [ "$owner" = nobody ]; then
	is "$status,$(cat stderr)" 0, "given to a user: status"
	compare truth out 100 "given to a user"
else
	# Before 5.16, and unless it was backported, the files of an instance are root's, whoever makes it.
	is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "given to a user, on this kernel: status 125, one line"
	like stderr 'Permission denied; its files belong to' "given to a user, on this kernel: it says why"
fi
is "$(cd "$tracefs" && ls -d instances/mempoltrace* events/mempoltrace* 2>/dev/null)" '' "given to a user: nothing is left"

# Root is another than the owner then, and without capabilities could not take back what it did.
run mempoltrace -f json -o out-root -- get_mempolicy -n 100
cp stdout truth
is "$status,$(cat stderr)" 0, "given to a user, run by root: status"
compare truth out-root 100 "given to a user, run by root"
is "$(cd "$tracefs" && ls -d instances/mempoltrace* events/mempoltrace* 2>/dev/null)" '' "given to a user, run by root: nothing is left"

(cd "$tracefs" && chown root:nogroup instances kprobe_events && chmod 770 instances && chmod 660 kprobe_events)
run under uid=65534 mempoltrace -f json -o out-group -- get_mempolicy -n 100
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "given to a group: status 125, one line"
like stderr 'Permission denied; its files belong to' "given to a group: it says why"

(cd "$tracefs" && sh /tmp/as-it-was)
rm -f /tmp/as-it-was
unchanged "given to a user and to a group"
done_testing
