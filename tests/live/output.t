#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# output.t - outputs that end before the trace does.
#
# In: /dev/full. Out: TAP. A reader that has gone is an end like another; a full disk is an error.
. "$(dirname "$0")/lib.sh"

# Calls, again and again, until the file "enough" is there.
calls_on_and_on() {
	while [ ! -e enough ]; do
		get_mempolicy -n 20 >/dev/null
		usleep 50000
	done
}

# --- a pipe whose reader goes -------------------------------------------------------------------------

rm -f status
calls_on_and_on &
caller=$!
{
	mempoltrace -o - 2>stderr
	echo $? >status
} | head -n 1 >first &
pipe=$!
wait_end "$pipe"
wait_until 30 test -s status
is "$(cat status)" 0 "closed pipe: status"
like first 'get_mempolicy\(.*\) = ' "closed pipe: a line came"
is "$(wc -c <stderr | tr -d ' ')" 0 "closed pipe: nothing to complain of"
unchanged "closed pipe"

# Nobody calls any more, and nothing would be written; the reader's leaving is an end even so.
: >enough
wait "$caller"
rm -f status
{
	mempoltrace -o - 2>stderr
	echo $? >status
} | true &
wait_until 30 test -s status
is "$(cat status)" 0 "closed pipe and no calls: status"
unchanged "closed pipe and no calls"

rm -f status truth
{
	mempoltrace -f json -o - 2>stderr -- sh -c 'get_mempolicy -n 300 >truth; sleep 1; get_mempolicy -n 50 >>truth; exit 5'
	echo $? >status
} | head -n 1 >first
wait_until 30 test -s status
is "$(cat status)" 5 "closed pipe with COMMAND: status is COMMAND's"
is "$(wc -l <truth | tr -d ' ')" 350 "closed pipe with COMMAND: COMMAND was let alone"
calls first >got
head -n 1 truth >expected
same expected got "closed pipe with COMMAND: what was read is right"
unchanged "closed pipe with COMMAND"

# --- no room ------------------------------------------------------------------------------------------

run mempoltrace -o /dev/full -- get_mempolicy -n 100
is "$status" 125 "/dev/full: status"
is "$(grep -c '^mempoltrace: ' stderr),$(wc -l <stderr | tr -d ' ')" 1,1 "/dev/full: one line on standard error"
like stderr 'No space left' "/dev/full: it says why"
unchanged "/dev/full"

run mempoltrace -o /dev/full -d 200ms -f json
is "$status" 125 "/dev/full, end line only: status"
unchanged "/dev/full, end line only"

# --- a FIFO whose reader comes late --------------------------------------------------------------------

mkfifo fifo
mempoltrace -f json -o fifo -- get_mempolicy -n 100 >truth 2>stderr &
tracer=$!
sleep 1
cat fifo >out
wait_end "$tracer"
is "$status" 0 "FIFO: status"
compare truth out 100 "FIFO"
has_end out "FIFO"
unchanged "FIFO"
done_testing
