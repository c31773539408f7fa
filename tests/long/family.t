#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# family.t - 100,000 pseudo-random calls of the family by each ABI are shown as they were made.
#
# In: a build in MPT_BUILDDIR; MPT_KERNELS_ONLY, names of tests/vm/kernels.tsv (the five that run all tests);
# MPT_SEED, the first seed. Out: TAP. The calls are made and traced in VMs; the comparison, which emulation
# would make slow, is done here, with what the live tests use.
set -u
top=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)
builddir=$(cd "${MPT_BUILDDIR:-.}" && pwd)
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# shellcheck source=../live/lib.sh
. "$top/tests/live/lib.sh"
live_dir=$top/tests/live
cd "$tmp" || exit 1

export MPT_SEED="${MPT_SEED:-$(od -A n -N 3 -t u4 /dev/urandom | tr -d ' ')}"

# $1: kernel, $2: its directory, $3: workload, $4: seed
judge() {
	to_compare "$2/$3.$4.truth" "$2/$3.$4.json"
	same_but_unread "$1: $3 seed $4: each call is shown as it was" expected got
	echo "# $1: $3 seed $4: $(tail -n 1 judged)"
	is "$(lost "$2/$3.$4.json")" 0 "$1: $3 seed $4: none is said to be lost"
	made=$((made + $(wc -l <expected)))
}

# $1: kernel
kernel() {
	if ! "$top/tests/vm/run" -k "$1" -l 3000 -e MPT_SEED="$MPT_SEED" -o "$1" "$top/tests/long/family.sh" \
		"$builddir/mempoltrace" "$builddir/tests/workload/family" "$builddir/tests/workload/family-32" \
		>"$1.log" 2>&1; then
		cp "$1.log" why
		false
		result $? "$1: the VM"
		return
	fi
	for workload in family family-32; do
		made=0
		while read -r name seed status; do
			[ "$name" = "$workload" ] || continue
			is "$status" 0 "$1: $workload seed $seed: status"
			judge "$1" "$1" "$workload" "$seed"
		done <"$1/statuses"
		if [ "$made" -eq 0 ] && [ "$workload" = family-32 ]; then
			skip "$1: 32-bit callers" "the kernel does not run them"
			continue
		fi
		ok "$1: $workload: 100,000 calls or more" test "$made" -ge 100000
		echo "# $1: $workload: $made calls"
	done
	rm -rf "${1:?}"
}

for name in ${MPT_KERNELS_ONLY:-5.10 6.1 6.12 7.2 6.1-nobpf}; do
	kernel "$name"
done
done_testing
