#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# user.t - COMMAND as another user (-u), files by process, host and rank (-o), and no messages (-q).
#
# In: a user nobody, in groups. Out: TAP. What COMMAND finds is compared with what it finds without us, and
# with what id(1) says of the user.
. "$(dirname "$0")/lib.sh"

chmod 777 .

# --- -u -----------------------------------------------------------------------------------------------

uid=$(id -u nobody 2>/dev/null) || skip_all "there is no user nobody"
gid=$(id -g nobody)
groups=$(id -G nobody)
echo "# nobody is $uid, group $gid, groups $groups"

# What belongs to the user is put aside; all else must be as it is without us.
others() {
	grep -Ev '^(uid|gid|group) |^/proc/self/status (Uid|Gid|Groups|CapPrm|CapEff|CapAmb):' "$1"
}

: >err
umask 027
status >printed 2>err </dev/null
mv printed bare
mempoltrace -u nobody -f json -o out status >printed 2>err </dev/null
is "$?" 0 "-u: status"
[ ! -s err ] || sed 's/^/# /' err
mv printed traced
umask 022
others bare >bare.others
others traced >traced.others
same bare.others traced.others "-u: all but the user is as without it"
like traced '^umask 027$' "-u: the umask among it"
is "$(sed -n 's/^uid //p' traced)" "$uid $uid $uid" "-u: real, effective and saved user"
is "$(sed -n 's/^gid //p' traced)" "$gid $gid $gid" "-u: real, effective and saved group"
is "$(sed -n 's/^group //p' traced | sort -n | uniq | tr '\n' ' ')" \
	"$(echo "$groups" | tr ' ' '\n' | sort -n | uniq | tr '\n' ' ')" "-u: the groups that id says"
ok "-u: more than one group" test "$(echo "$groups" | wc -w)" -gt 1
like traced '^/proc/self/status CapEff:.0000000000000000$' "-u: no right is left"
like traced '^/proc/self/status CapPrm:.0000000000000000$' "-u: and none is permitted"
like out '"comm":"status"' "-u: its calls are traced"
unchanged "-u"

run mempoltrace -u "$uid" -f json -o out -- sh -c 'id -u; id -G; get_mempolicy -n 100 >truth; exit 9'
is "$status" 9 "-u by number: status is COMMAND's"
is "$(sed -n 1p stdout)" "$uid" "-u by number: id -u"
is "$(sed -n 2p stdout | tr ' ' '\n' | sort -n | tr '\n' ' ')" "$(echo "$groups" | tr ' ' '\n' | sort -n | tr '\n' ' ')" "-u by number: id -G"
compare truth out 100 "-u by number"

# What a process's user is can be seen while it lives.
run mempoltrace -u nobody -f json -o out -- tick call 4 300
like out "\"uid\":$uid,\"comm\":\"tick\"" "-u: the trace has the user"
unlike out '"uid":0,' "-u: and no other"

# Where the user may not go, COMMAND cannot be run, and that is no failure of ours.
mkdir -p shut && cp "$(command -v get_mempolicy)" shut/ && chmod 700 shut
run mempoltrace -u nobody -o out -- shut/get_mempolicy
is "$status" 126 "-u, a program the user may not run: status"
like stderr "^mempoltrace: cannot run 'shut/get_mempolicy': Permission denied" "-u, a program the user may not run: it says so"

echo old >out
for wrong in "-u no-such-user -- touch ran" "-u 4294967295 -- touch ran" "-u -- touch ran" "-u nobody" "-u nobody -p 1"; do
	# shellcheck disable=SC2086 # options are words
	run mempoltrace -o out $wrong
	is "$status,$(wc -l <stderr | tr -d ' ')" 2,1 "$wrong: status 2, one line"
	sed 's/^/# /' stderr
done
ok "-u, wrong: COMMAND is not run" test ! -e ran
is "$(cat out)" old "-u, wrong: the output is left alone"
run under uid="$uid" mempoltrace -u root -o out2 -- touch ran
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "-u, not as root: status, one line"
like stderr 'root|CAP_' "-u, not as root: it says what is wanting"
ok "-u, not as root: COMMAND is not run" test ! -e ran
unchanged "-u, wrong"

# --- -o -------------------------------------------------------------------------------------------------

mkdir -p files
export PMI_RANK=3 SLURM_PROCID=7
mempoltrace -f json -o 'files/%h.%r.%p%%' -- get_mempolicy -n 50 >truth &
tracer=$!
wait_end "$tracer"
is "$(ls files)" "$(hostname).3.$tracer%" "-o with host, rank and pid"
compare truth "files/$(hostname).3.$tracer%" 50 "-o with host, rank and pid"
unset PMI_RANK SLURM_PROCID
run mempoltrace -o 'files/%r' -- touch ran
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "-o %r without a rank: status, one line"
like stderr 'SLURM_PROCID' "-o %r without a rank: it says where ranks come from"
run mempoltrace -o 'files/%x' -- touch ran
is "$status,$(wc -l <stderr | tr -d ' ')" 2,1 "-o %x: status, one line"
ok "-o, wrong: COMMAND is not run" test ! -e ran

# --- -q -------------------------------------------------------------------------------------------------

if unshare -p -f --mount-proc true 2>/dev/null; then
	run unshare -p -f --mount-proc mempoltrace -o out -- true
	ok "without -q: there is something to say" test -s stderr
	run unshare -p -f --mount-proc mempoltrace -q -o out -- true
	is "$status,$(wc -c <stderr | tr -d ' ')" 0,0 "-q: nothing is said"
else
	skip "-q" "unshare cannot make a PID namespace here, about which there is something to say"
fi
run mempoltrace -q -o /nowhere/out -- touch ran
is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "-q: errors are said"
unchanged "-o and -q"
done_testing
