#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# cppcheck.t - cppcheck finds no fault in the C source.
#
# In: the .c files of src and tests; cppcheck.supp, where each exception has
# its reason. Out: TAP, one test per directory, with what was found. System
# headers are not read: cppcheck brings its own knowledge of them, and
# cppcheck.cfg has what it must know of the others.
. "$(dirname "$0")/common.sh"

need cppcheck cppcheck

for dir in $(source_files | sed -n 's|/[^/]*\.c$||p' | sort -u); do
	cppcheck --quiet --std=c11 --library=posix --library=gnu \
		--library=tests/lint/cppcheck.cfg \
		--enable=warning,style,performance,portability \
		--suppressions-list=tests/lint/cppcheck.supp --inline-suppr \
		--error-exitcode=1 -j 2 -I src -D_GNU_SOURCE=1 -D__linux__=1 -D__x86_64__=1 \
		'--template={file}:{line}: {severity}: {message} [{id}]' \
		"$dir"/*.c >"$scratch/out" 2>&1
	result $? "$dir" "$scratch/out"
done
finish
