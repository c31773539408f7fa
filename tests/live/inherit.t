#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# inherit.t - COMMAND gets what mempoltrace was started with: no more, no less.
#
# In: status, which prints what a program was started with. Out: TAP. The same program is run bare and
# under mempoltrace, both from the same circumstances; every line must be the same.
. "$(dirname "$0")/lib.sh"

# $1: what the circumstances are; the rest: how `under' is to make them.
inherits() {
	what=$1
	shift
	# The same names in both runs, since open files are compared too; in the background or not, too.
	: >err
	under "$@" status >printed 2>err </dev/null
	mv printed bare
	under "$@" mempoltrace -f json -o out status >printed 2>err </dev/null
	is "$?" 0 "$what: status"
	mv printed traced
	same bare traced "$what: COMMAND finds the same"
	ok "$what: that is a lot" test "$(wc -l <bare)" -ge 60
	like out '"comm":"status"' "$what: and its calls are traced"
	unchanged "$what"
}

inherits "as we are" umask=022
inherits "signals blocked and ignored" block=10 block=17 block=2 block=15 ignore=17 ignore=13 ignore=1 ignore=12
inherits "low limits, a policy, open files" files=64 core=0 stack=4096 umask=077 policy=2 open=7 open=50 open=63
inherits "scheduling" nice=5 batch=0 cpu=1 oom=500 slack=77777
inherits "fewer rights" drop=24 drop=23 nnp=1
inherits "no standard input" close=0
inherits "no standard input and error" close=0 close=2
inherits "files that do not block" open=20 nonblock=20
done_testing
