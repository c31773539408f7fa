#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# side_by_side.t - runs at the same time, and another tracer, do not see one another.
#
# In: MPT_LONG=1 for 16 runs at once, else 6. Out: TAP. The other tracer is made by hand: a probe on the very function that we trace,
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
		is "$(cat "stderr.$run")" '' "run $run of $1: nothing to complain of"
		compare "truth.$run" "out.$run" $((run * 150)) "run $run of $1"
		is "$(end_number "out.$run" calls)" $((run * 150)) "run $run of $1: no others' calls are counted"
		has_end "out.$run" "run $run of $1"
	done
	unchanged "$1 runs at once"
}

# Others' probes see the calls of COMMAND, and those that mempoltrace makes to prove its own.
: >"$tracefs/trace"
: >"$tracefs/instances/by_hand/trace"
many=6
[ -z "${MPT_LONG-}" ] || many=16
side_by_side "$many"
ok "the other tracer saw these calls at the top level" test "$(calls_by_hand "$tracefs")" -ge 450
ok "and in its instance" test "$(calls_by_hand "$tracefs/instances/by_hand")" -ge 450
unlike "$tracefs/trace" 'mempoltrace_' "and nothing of us is in its buffer"

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

# --- in a container, and outside of it ------------------------------------------------------------------

if unshare -m -p -f -u -i -n --mount-proc true 2>/dev/null; then
	unshare -m -p -f -u -i -n --mount-proc mempoltrace -q -f json -o out.in -- get_mempolicy -s 3 -n 400 >truth.in 2>stderr.in &
	inside=$!
	mempoltrace -f json -o out.beside -- get_mempolicy -s 4 -n 300 >truth.beside 2>stderr.beside &
	beside=$!
	wait_end "$inside"
	is "$status,$(cat stderr.in)" 0, "a run in a container: status"
	wait_end "$beside"
	is "$status,$(cat stderr.beside)" 0, "a run beside a container: status"
	compare truth.beside out.beside 300 "a run beside a container"
	is "$(end_number out.beside calls)" 300 "a run beside a container: no others' calls are counted"
	# Inside, the report has other numbers for processes than the trace.
	for side in truth.in out.in; do
		sed -n '/"type":"end"/d; s/^.*"abi"/"abi"/; s/,"duration_ns":[0-9a-z]*}$/}/; p' "$side" >"$side.calls"
	done
	same truth.in.calls out.in.calls "a run in a container: each call is shown as it was"
	is "$(end_number out.in calls)" 400 "a run in a container: no others' calls are counted"
	unchanged "a run in a container"
else
	skip "a run in a container" "unshare cannot make namespaces here"
fi

# --- beside trace-cmd -----------------------------------------------------------------------------------

if command -v trace-cmd >/dev/null; then
	plugin=''
	! grep -q -w function "$tracefs/available_tracers" || plugin="-p function -l $symbol"
	[ -n "$plugin" ] || echo "# this kernel has no function tracer: trace-cmd has the probe alone"
	# shellcheck disable=SC2086 # options
	run trace-cmd record -q -o trace.dat -B beside $plugin -e by_hand:call \
		mempoltrace -f json -o out -- get_mempolicy -n 200
	[ ! -s stderr ] || sed 's/^/# /' stderr
	grep '^{' stdout >truth
	is "$status" 0 "under trace-cmd: status"
	compare truth out 200 "under trace-cmd"
	is "$(end_number out calls)" 200 "under trace-cmd: no others' calls are counted"
	trace-cmd report -i trace.dat >recorded 2>/dev/null
	ok "trace-cmd saw these calls too" test "$(grep -c ' call: ' recorded)" -ge 200
	[ -z "$plugin" ] || ok "and its function tracer" test "$(grep -c ' function: *'"$symbol" recorded)" -ge 200
	unlike recorded 'mempoltrace_' "and no event of ours"
	unchanged "under trace-cmd"
else
	skip "under trace-cmd" "trace-cmd is not here"
fi

# --- and back -------------------------------------------------------------------------------------------

echo 0 >"$tracefs/events/by_hand/call/enable"
echo 0 >"$tracefs/instances/by_hand/events/by_hand/call/enable"
rmdir "$tracefs/instances/by_hand"
echo '-:by_hand/call' >>"$tracefs/kprobe_events"
echo '-:by_hand/idle' >>"$tracefs/kprobe_events"
done_testing
