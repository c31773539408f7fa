#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# man.t - the man pages are free of what mandoc warns of.
#
# In: man/*. Out: TAP, one test per page. Whether the page is true is not for
# this test to say.
. "$(dirname "$0")/common.sh"

need mandoc mandoc

for name in $(source_files | grep '^man/'); do
	mandoc -T lint -W warning "$name" >"$scratch/out" 2>&1
	result $? "$name" "$scratch/out"
done
[ "$test_count" -gt 0 ] || skip_all 'there is no man page'
finish
