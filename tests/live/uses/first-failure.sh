#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# first-failure.sh [OPTION]... [COMMAND [ARG]...] - waits for the first call that fails, and shows it: of
# COMMAND, of the processes of -p or --cgroup, or of any.
mempoltrace -q -e all -Z -n 1 "$@"
