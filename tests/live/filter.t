#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# filter.t - what is filtered away is what jq would filter away.
#
# In: the workload family, watched by two runs at once: the outer one shows all calls, the inner one those
# that pass. Out: TAP. jq applies the same condition to what the outer one shows; the two must be equal,
# whether the kernel decided or we did. What the kernel decides takes no room in the buffer.
. "$(dirname "$0")/lib.sh"

command -v jq >/dev/null || skip_all "jq is not here"

# The calls of the workload, one line each, without what two runs see differently.
bare() {
	sed -n '/"type":"call"/{/"comm":"'"$comm"'"/!d
		s/"type":"call","time":[^,]*,"host":"[^"]*","cpu":[0-9]*,//
		s/,"duration_ns":[0-9a-z]*}/}/; s/"uid":[0-9a-z]*,//; s/,"cgroup":"[^"]*"//; p
	}' "$1" | by_thread
}

# paste is busybox's; where it is not
command -v paste >/dev/null || paste() {
	awk 'NR == FNR { flag[FNR] = $0; next } { print flag[FNR], $0 }' "$3" "$4"
}

# Not every kernel has threads for 32-bit programs.
threads=2

# jq 1.6 rounds large numbers: it says which lines pass, and they are taken from the text itself.
# $1: the filter's options, $2: what jq must find true of a call, $3: more options of both runs
comm=family
filtered() {
	rm -f all some
	# shellcheck disable=SC2086 # options are words
	mempoltrace -q -e all ${3:-} -f json -o all -- \
		mempoltrace -q -e all ${3:-} -f json -o some $1 -- \
		family -s 5 -n 1200 -j $threads >truth 2>stderr
	is "$?" 0 "$1 ${3:-}: status"
	is "$(lost some)" 0 "$1 ${3:-}: none is said to be lost"
	bare all >all.bare
	jq -r "if ($2) then 1 else 0 end" all.bare | paste -d ' ' - all.bare | sed -n 's/^1 //p' >want
	bare some >got
	same want got "$1 ${3:-}: the calls that pass are shown, and no other"
	is "$(sed -n '/"type":"end"/s/.*"calls":\([0-9]*\).*/\1/p' some)" "$(wc -l <want | tr -d ' ')" "$1 ${3:-}: calls in the end line"
	echo "# $1: $(wc -l <got) of $(wc -l <all.bare)"
}

filtered -Z '.error != null'
filtered -z '.error == null and .ret != null' '-t none'
filtered '--errno=14,ESRCH' '.error == "EFAULT" or .error == "ESRCH"' '-t none'
filtered '--flags=MPOL_F_NODE,MPOL_F_ADDR' '.syscall == "get_mempolicy" and ([.decoded.flags[]] | contains(["MPOL_F_NODE", "MPOL_F_ADDR"]))'
filtered '--flags=MPOL_F_STATIC_NODES' '.decoded.mode_flags != null and (.decoded.mode_flags | any(. == "MPOL_F_STATIC_NODES"))' '-t none'
filtered '--mode=bind,MPOL_DEFAULT,0x1fff' '.decoded.mode == "MPOL_BIND" or .decoded.mode == "MPOL_DEFAULT" or .decoded.mode == "0x1fff"'
filtered '--nodes=1' '[.decoded.nodes, .decoded.old_nodes, .decoded.new_nodes, [.decoded.node], [.decoded.pages[]? | .node, .status],
	[if .syscall == "set_mempolicy_home_node" then .args.home_node else null end]] | any(.[]?; . != null and any(.[]?; . == 1))'
filtered '--comm=fam*y -Z --flags=MPOL_MF_MOVE_ALL' '(.syscall == "mbind" or .syscall == "move_pages") and .error != null and ([.decoded.flags[]] | any(. == "MPOL_MF_MOVE_ALL"))'
if command -v family-32 >/dev/null && family-32 -n 1 >/dev/null 2>&1; then
	family-32 -n 2 -j 2 >/dev/null 2>&1 || threads=1
	cp "$(command -v family-32)" family && PATH=$PWD:$PATH
	filtered '--mode=MPOL_INTERLEAVE --flags=MPOL_F_STATIC_NODES' '.decoded.mode == "MPOL_INTERLEAVE" and (.decoded.mode_flags | any(. == "MPOL_F_STATIC_NODES"))'
	rm family
fi

# --- how long, who, of whom ---------------------------------------------------------------------------

run mempoltrace -q -f json -o some --min-duration=1h -- get_mempolicy
is "$(grep -c '"type":"call"' some)" 0 "--min-duration=1h: no call is"
run mempoltrace -q -f json -o some --min-duration=1ns -- get_mempolicy -n 100
cp stdout truth
compare truth some 100 "--min-duration=1ns: all are"
run mempoltrace -q -f json -o some --uid=12345 -- get_mempolicy -n 100
is "$(grep -c '"type":"call"' some)" 0 "--uid: not another's"
run mempoltrace -q -f json -o some --uid=root -- sh -c 'get_mempolicy -n 100; sleep 1'
# of a process that has ended by then nobody can tell the user; of all of them something is said
sum=$(sed -n '/"type":"end"/s/.*"calls":\([0-9]*\).*"uid_unknown":\([0-9]*\).*/\1+\2/p' some)
is "$((${sum:-0}))" "$(wc -l <stdout | tr -d ' ')" "--uid: by name; shown or counted"
ok "--uid: whose uid was not known is counted" grep -q '"uid_unknown":[0-9]' some
run mempoltrace -q -f json -o some --no-follow -- sh -c 'get_mempolicy -n 50; exit 3'
is "$status" 3 "--no-follow: status"
is "$(grep -c '"type":"call"' some)" 0 "--no-follow: not what the shell forked"
run mempoltrace -q -f json -o some --no-follow -- threads
ok "--no-follow: the process itself, and its threads" test "$(jq -r 'select(.type == "call") | .tid' some | sort -u | wc -l)" -gt 1
is "$(jq -r 'select(.type == "call") | .pid' some | sort -u | wc -l | tr -d ' ')" 1 "--no-follow: and no other"

# --- no room in the buffer ------------------------------------------------------------------------------

# Far more calls than 16K of buffer hold while nobody reads them, all of them filtered away by the kernel.
run mempoltrace -q -b 16K -f json -o some --flags=MPOL_F_MEMS_ALLOWED -- spin 2 40000
is "$(lost some)" 0 "--flags: none is lost, as none was recorded"
is "$(grep -c '"type":"call"' some)" 0 "--flags: none passes"
run mempoltrace -q -b 16K -f json -o some --comm=nobody -- spin 2 40000
is "$(lost some)" 0 "--comm: none is lost, as none was recorded"

# --- what is said -----------------------------------------------------------------------------------------

run mempoltrace --dry-run -e all -Z --mode=MPOL_BIND --nodes=1 --comm='num*'
like stdout '^# -Z: decided after decoding$' "--dry-run: -Z with an entry record is ours to decide"
like stdout '^# --mode, of modes that are passed: decided by the kernel' "--dry-run: --mode is the kernel's"
like stdout '^# --nodes: decided after decoding$' "--dry-run: --nodes is ours"
like stdout '^# filter of enter_mbind: comm ~ "num\*"&&\(.*mode&0x2&&!\(mode&0xffff1ffd\).*\)$' "--dry-run: as it was given to the kernel"
run mempoltrace --dry-run -Z -t none
like stdout '^# -Z: decided by the kernel' "--dry-run: -Z is the kernel's where a call makes one record"
run mempoltrace --nodes=900 -- true
is "$status" 2 "a node that cannot exist: status"
like stderr 'there can be no node 900; possible are 0 to ' "a node that cannot exist: what is said"
unchanged "filters"
done_testing
