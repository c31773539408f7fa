#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# endings.t - exit statuses, and the ends that the user asked for (-d, -n).
#
# In: nothing. Out: TAP. After every ending the state of tracefs is what it was before, and the end line
# is the last one. What signals and bad outputs do is for signals.t and output.t.
. "$(dirname "$0")/lib.sh"

# $1: what is expected, $2: what is done, $3 and on: COMMAND. Runs it and looks at the status.
passes_on() {
	expected=$1 what=$2
	shift 2
	run mempoltrace -f json -o out -- "$@"
	is "$status" "$expected" "$what: its status"
	has_end out "$what"
	unchanged "$what"
}

# --- COMMAND's status -----------------------------------------------------------------------------------

passes_on 0 "COMMAND succeeds" true
passes_on 3 "COMMAND fails" sh -c 'exit 3'
passes_on 143 "COMMAND is killed by SIGTERM" sh -c 'kill -TERM $$'
passes_on 137 "COMMAND is killed by SIGKILL" sh -c 'kill -KILL $$'

# --- mempoltrace's own ----------------------------------------------------------------------------------

# $1: expected status, $2: what, $3 and on: arguments.
refuses() {
	expected=$1 what=$2
	shift 2
	run mempoltrace "$@"
	is "$status" "$expected" "$what: status"
	is "$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' ')" 1,1 "$what: one line on standard error"
	unchanged "$what"
}

: >not-executable
chmod 644 not-executable
sleep 0 &
dead=$!
wait "$dead"
refuses 127 "COMMAND that is not there" -o out -- no-such-command
refuses 127 "COMMAND's path that is not there" -o out -- ./no-such-command
refuses 126 "COMMAND that is not executable" -o out -- ./not-executable
refuses 126 "COMMAND that is a directory" -o out -- /tmp
refuses 125 "-p of a process that has ended" -p "$dead"
refuses 125 "-p of a process that cannot be" -p 2147483647
refuses 2 "a bad option" --no-such-option

# --- -d -------------------------------------------------------------------------------------------------

run mempoltrace -f json -o out -d 300ms
is "$status" 0 "-d: status"
has_end out "-d"
ok "-d: it took as long as that" test "$(end_number out duration_ns)" -ge 300000000
# Emulation is slow, and others use the machine; ten times as long is another matter.
ok "-d: and not much longer" test "$(end_number out duration_ns)" -lt 3000000000
unchanged "-d"

# COMMAND looks for itself what is there of us before -d is over, and when it should be.
cat >looks.sh <<'LOOKS'
cd /sys/kernel/tracing || exit
tries=0
while [ "$(cat instances/mempoltrace.*/tracing_on)" = 1 ] && [ $((tries += 1)) -lt 200 ]; do
	get_mempolicy -n 1 >>"$1/seen"
	usleep 50000
done
# It is off first, and gone a little later.
tries=0
while ls -d instances/mempoltrace.* && [ $((tries += 1)) -lt 200 ]; do
	usleep 50000
done
ls -d instances/mempoltrace.* events/mempoltrace* >"$1/left"
grep mempoltrace kprobe_events >>"$1/left"
get_mempolicy -n 7 >/dev/null
usleep 300000
tail -n 1 "$1/out" >"$1/last"
exit 7
LOOKS
rm -f seen
run mempoltrace -f json -o out -d 4 -- sh looks.sh "$PWD"
is "$status" 7 "-d with COMMAND: status is COMMAND's"
ok "-d with COMMAND: it made calls before" test -s seen
ok "-d with COMMAND: it goes on when the probes are gone" test -e left
is "$(wc -c <left | tr -d ' ')" 0 "-d with COMMAND: nothing is left while COMMAND still runs"
like last '^\{"type":"end",' "-d with COMMAND: the end line is written before COMMAND ends"
by_thread <seen >expected
calls out >got
printf '%s of %s calls\n' "$(wc -l <got)" "$(wc -l <expected)" >why
[ "$(wc -l <got)" -gt 0 ] && [ "$(wc -l <got)" -le "$(wc -l <expected)" ]
result $? "-d with COMMAND: calls are shown, and only those made before"
has_end out "-d with COMMAND"
unchanged "-d with COMMAND"

# --- -n -------------------------------------------------------------------------------------------------

run mempoltrace -f json -o out -n 5 -- sh -c 'get_mempolicy -n 400 >truth; exit 6'
is "$status" 6 "-n with COMMAND: status is COMMAND's"
is "$(wc -l <truth | tr -d ' ')" 400 "-n with COMMAND: COMMAND makes all its calls"
calls out >got
head -n 5 truth >expected
same expected got "-n with COMMAND: the first 5 are shown, and no more"
is "$(end_number out shown)" 5 "-n with COMMAND: the end line says so"
has_end out "-n with COMMAND"
unchanged "-n with COMMAND"

mempoltrace -f json -o out -n 5 2>stderr &
tracer=$!
wait_armed "$tracer"
get_mempolicy -n 50 >truth
wait_end "$tracer"
is "$status" 0 "-n: status"
is "$(grep -c '"type":"call"' out)" 5 "-n: 5 calls are shown, and no more"
has_end out "-n"
unchanged "-n"

# --- fewer calls than none ------------------------------------------------------------------------------

run mempoltrace -f json -o out -- true
is "$(end_number out calls),$(wc -l <out | tr -d ' ')" 0,1 "no call: the end line alone"
run mempoltrace -- true
is "$(wc -c <stderr | tr -d ' '),$(wc -c <stdout | tr -d ' ')" 0,0 "no call: text has nothing to say"
done_testing
