#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# side_by_side.t - runs at the same time, and another tracer, do not see one another.
#
# In: nothing. Out: TAP. The other tracer is made by hand: a probe on the very function that we trace,
# enabled at the top level, and an instance of its own; both are taken back.
. "$(dirname "$0")/lib.sh"

# --- another tracer -------------------------------------------------------------------------------------

symbol=$(grep -o -E '__(x64|arm64)_sys_get_mempolicy$' /proc/kallsyms | head -n 1)
[ -n "$symbol" ] || skip_all "no symbol to put a probe of another tracer on"
echo "p:by_hand/call $symbol" >>"$tracefs/kprobe_events"
echo "p:by_hand/idle $symbol" >>"$tracefs/kprobe_events"
echo 1 >"$tracefs/events/by_hand/call/enable"
mkdir "$tracefs/instances/by_hand"
echo 1 >"$tracefs/instances/by_hand/events/by_hand/call/enable"
tracefs_state >before
like before '^set_event: by_hand:call' "another tracer is at work"

calls_by_hand() {
	grep -c " call: ($symbol" "$1/trace"
}

# --- runs -----------------------------------------------------------------------------------------------

# $1: how many runs. Each traces calls of its own, the later ones more of them, so that they end one by one.
side_by_side() {
	rm -f out.* truth.* status.*
	for run in $(seq "$1"); do
		{
			mempoltrace -f json -o "out.$run" -- get_mempolicy -s "$run" -n $((run * 150)) >"truth.$run" 2>"stderr.$run"
			echo $? >"status.$run"
		} &
	done
	wait
	for run in $(seq "$1"); do
		is "$(cat "status.$run")" 0 "run $run of $1: status"
		[ ! -s "stderr.$run" ] || sed 's/^/# /' "stderr.$run"
		compare "truth.$run" "out.$run" $((run * 150)) "run $run of $1"
		is "$(end_number "out.$run" calls)" $((run * 150)) "run $run of $1: no others' calls are counted"
		has_end "out.$run" "run $run of $1"
	done
	unchanged "$1 runs at once"
}

# Others' probes see the calls of COMMAND, and those that mempoltrace makes to prove its own.
: >"$tracefs/trace"
: >"$tracefs/instances/by_hand/trace"
side_by_side 2
ok "the other tracer saw these calls at the top level" test "$(calls_by_hand "$tracefs")" -ge 450
ok "and in its instance" test "$(calls_by_hand "$tracefs/instances/by_hand")" -ge 450
unlike "$tracefs/trace" 'mempoltrace_' "and nothing of us is in its buffer"
side_by_side 4

# One sees the whole system, and so what another one's COMMAND does.
mempoltrace -f json -o all 2>stderr &
tracer=$!
wait_armed "$tracer"
run mempoltrace -f json -o out -- get_mempolicy -n 200
cp stdout truth
kill -INT "$tracer"
wait_end "$tracer"
compare truth out 200 "a run beside one on the whole system"
grep -E "\"pid\":$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth),|\"type\":\"end\"" all >ours
compare truth ours 200 "the one on the whole system"
unchanged "a run beside one on the whole system"

# --- and back -------------------------------------------------------------------------------------------

echo 0 >"$tracefs/events/by_hand/call/enable"
echo 0 >"$tracefs/instances/by_hand/events/by_hand/call/enable"
rmdir "$tracefs/instances/by_hand"
echo '-:by_hand/call' >>"$tracefs/kprobe_events"
echo '-:by_hand/idle' >>"$tracefs/kprobe_events"
done_testing
