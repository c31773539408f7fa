#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# errors.sh COMMAND [ARG]... - runs COMMAND; which errors its calls met, and how often.
mempoltrace -q -e all -o calls.txt -- "$@" || exit
awk 'sub(/.*\) = -1 /, "") { n[$1]++ } END { for (error in n) print error, n[error] }' calls.txt | sort
