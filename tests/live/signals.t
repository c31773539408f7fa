#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# signals.t - ^C, SIGTERM and SIGHUP end the tracing, and never COMMAND.
#
# In: nothing. Out: TAP. After every ending the state of tracefs is what it was before, and the end line
# is the last one.
. "$(dirname "$0")/lib.sh"

# Starts mempoltrace on a COMMAND that makes calls, says so, and makes more when it may go on; its pid
# is in $tracer. $@: what is to stand before it.
start_command() {
	rm -f gate out truth status
	mkfifo gate
	# An asynchronous command of sh ignores SIGINT: so must COMMAND inherit it, and we must not.
	"$@" mempoltrace -f json -o out -- \
		sh -c 'get_mempolicy -n 100 >truth; echo done >made; read -r line; get_mempolicy -n 50 >>truth; exit 9' \
		<gate >stdout 2>stderr &
	tracer=$!
	exec 9>gate
	wait_until 60 test -s made
	rm -f made
}

# $1: the signal, $2: what was done. Sends it to mempoltrace alone.
ends_tracing() {
	kill "-$1" "$tracer"
	wait_until 30 grep -q '^{"type":"end"' out
	result $? "$2: the end line is there while COMMAND runs"
	unchanged "$2, COMMAND runs"
	ok "$2: mempoltrace waits for COMMAND" kill -0 "$tracer"
	echo >&9
	exec 9>&-
	wait_end "$tracer"
	is "$status" 9 "$2: status is COMMAND's"
	is "$(wc -l <truth | tr -d ' ')" 150 "$2: COMMAND was let alone"
	head -n 100 truth >before-signal
	calls out >got
	same before-signal got "$2: what it had done before is shown"
	has_end out "$2"
	unchanged "$2"
}

start_command env
ends_tracing INT "SIGINT"
start_command env
ends_tracing TERM "SIGTERM"
start_command under default=1
ends_tracing HUP "SIGHUP"
start_command under ignore=2 ignore=15
ends_tracing TERM "SIGTERM that was ignored"

# --- without COMMAND ------------------------------------------------------------------------------------

# $1: signal, $2: what is done, then what is to stand before mempoltrace.
ends_all() {
	signal=$1 what=$2
	shift 2
	"$@" mempoltrace -f json -o out 2>stderr &
	tracer=$!
	wait_armed "$tracer"
	get_mempolicy -n 20 >truth
	kill "-$signal" "$tracer"
	wait_end "$tracer"
	is "$status" 0 "$what: status"
	grep -E "\"pid\":$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth),|\"type\":\"end\"" out >ours
	compare truth ours 20 "$what"
	has_end out "$what"
	unchanged "$what"
}

ends_all INT "SIGINT, whole system" env
ends_all TERM "SIGTERM, whole system, ignored at the start" under ignore=2 ignore=15
ends_all HUP "SIGHUP, whole system" under default=1

# --- nohup ----------------------------------------------------------------------------------------------

under ignore=1 mempoltrace -f json -o out 2>stderr &
tracer=$!
wait_armed "$tracer"
kill -HUP "$tracer"
sleep 1
get_mempolicy -n 20 >truth
kill -INT "$tracer"
wait_end "$tracer"
is "$status" 0 "SIGHUP under nohup: status"
grep -E "\"pid\":$(sed -n '1s/^{"pid":\([0-9]*\),.*/\1/p' truth),|\"type\":\"end\"" out >ours
compare truth ours 20 "SIGHUP under nohup: tracing goes on"
unchanged "SIGHUP under nohup"
done_testing
