#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# This test: no shell script of the tree has anything that shellcheck
# warns of.
#
# In: all shell scripts, found by name and by first line, and the built completion. Out: TAP, one test
# per script. Exceptions stand in the scripts, beside the lines and with their
# reasons, or in .shellcheckrc, never here.
. "$(dirname "$0")/common.sh"

need shellcheck shellcheck

for name in $(source_files | shell_scripts); do
	shellcheck "$name" >"$scratch/out" 2>&1
	result $? "$name" "$scratch/out"
done
# A shell script once it is made.
shellcheck "$MPT_BUILDDIR/completion/mempoltrace" >"$scratch/out" 2>&1
result $? 'completion, as built' "$scratch/out"
finish
