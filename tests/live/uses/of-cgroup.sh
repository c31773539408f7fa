#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# of-cgroup.sh CGROUP - what the processes of a cgroup (/sys/fs/cgroup/...) do, and what they fork, until
# all have ended.
mempoltrace -q -e all -f json --cgroup="$1"
