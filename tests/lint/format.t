#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# format.t - the C source is laid out as .clang-format says.
#
# In: all .c and .h files of the tree. Out: TAP, one test per file, with
# clang-format's complaints. It changes no file: `make format' does.
. "$(dirname "$0")/common.sh"

need clang-format clang-format
# Versions differ in details that .clang-format cannot settle; one must be the
# judge, and it is Debian 12's.
version=$(clang-format --version | sed 's/.*version \([0-9]*\).*/\1/')
[ "$version" = 14 ] ||
	skip_all "clang-format is version $version, and 14 decides on the layout"

for name in $(source_files | grep '\.[ch]$'); do
	clang-format --dry-run -Werror "$name" 2>"$scratch/out"
	result $? "$name" "$scratch/out"
done
finish
