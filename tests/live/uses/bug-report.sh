#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bug-report.sh FILE - makes one file to attach to a report: the machine, what works here, the probes.
{
	mempoltrace --version
	uname -a
	mempoltrace --doctor -f json
	mempoltrace --dry-run -e all
} >"$1" 2>&1
