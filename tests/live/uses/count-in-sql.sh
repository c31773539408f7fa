#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# count-in-sql.sh COMMAND [ARG]... - runs COMMAND; of each call, how often it was made and how often it failed.
mempoltrace -q -e all -f csv -o calls.csv -- "$@" || exit
sqlite3 :memory: '.import --csv calls.csv calls' \
	"select syscall, count(*), sum(error <> '') from calls group by syscall order by syscall"
