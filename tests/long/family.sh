#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# family.sh - 100,000 pseudo-random calls by each ABI, recorded in the VM that family.t boots.
#
# In: mempoltrace, family and family-32 in PATH; MPT_SEED, the first seed. Out: in /out for each piece
# WORKLOAD.SEED.truth, what the workload told, WORKLOAD.SEED.json, what was shown, and in the file
# statuses the exit statuses. It compares nothing.
set -u
piece=20000

echo 0 >/proc/sys/kernel/numa_balancing
for workload in family family-32; do
	# a kernel may not run 32-bit programs, or have no threads for them
	"$workload" -n 2 -j 1 >/dev/null 2>&1 || continue
	threads=4
	"$workload" -n 2 -j 2 >/dev/null 2>&1 || threads=1
	seed=$MPT_SEED
	for _ in 1 2 3 4 5; do
		mempoltrace -q -b 16M -e all -f json -o "/out/$workload.$seed.json" -- \
			"$workload" -s "$seed" -n $piece -j $threads >"/out/$workload.$seed.truth"
		echo "$workload $seed $?" >>/out/statuses
		seed=$((seed + 1))
	done
done
