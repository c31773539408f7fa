#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# live.t - the live tests on every kernel of tests/vm/kernels.tsv, each in a VM of its own.
#
# In: MPT_KERNELS_ONLY, the names of the kernels (all; "host" is this machine's own); MPT_LIVE=skip to
# leave them out; MPT_LIVE_TESTS, the names of the tests (all that the kernel's row wants); MPT_JOBS, how
# many VMs run side by side (2, on one CPU 1); top_srcdir and top_builddir from make, or the places of the script and the current directory when it is run by hand. Out: TAP, one
# test per test, script and kernel. A kernel that cannot be had is skipped with the reason; if none can
# be had, that is a failure. It writes nothing but the cache that tests/vm/README.md describes.
set -euo pipefail

top_srcdir=${top_srcdir:-$(cd "$(dirname "$0")/.." && pwd)}
export MPT_BUILDDIR=${MPT_BUILDDIR:-${top_builddir:-.}}
vm_dir=$top_srcdir/tests/vm

if [ "${MPT_LIVE-}" = skip ]; then
	echo "1..0 # SKIP MPT_LIVE=skip"
	exit 0
fi

read -r -d '' -a kernels <<<"${MPT_KERNELS_ONLY:-$(grep -v '^#' "$vm_dir/kernels.tsv" | cut -f1)}" || :
jobs=${MPT_JOBS:-$(($(nproc) > 1 ? 2 : 1))}
[ "$jobs" -eq 1 ] || export MPT_SHARED=yes
tmp=$(mktemp -d)
pids=()
trap 'rm -rf "$tmp"' EXIT
trap '[ ${#pids[@]} -eq 0 ] || kill "${pids[@]}" 2>/dev/null; wait; exit 99' HUP INT TERM

# Prints the result of kernel $1 with numbers, without its plan.
show() {
	local line
	while IFS= read -r line; do
		case $line in
		'ok - '* | 'not ok - '*)
			count=$((count + 1))
			echo "${line%%ok - *}ok $count - ${line#*ok - }"
			case $line in
			"ok - $1 # SKIP "*) ;;
			*) had=$((had + 1)) ;;
			esac
			;;
		1..*) ;;
		*) echo "$line" ;;
		esac
	done <"$tmp/$1"
}

# Shows the results of those that are done, in the order of the table.
show_ready() {
	while [ -n "${finished[shown]:-}" ]; do
		show "${kernels[shown]}"
		shown=$((shown + 1))
	done
}

# Waits for one, whichever ends first.
await_one() {
	local ended index
	wait -n -p ended || :
	for index in "${!pids[@]}"; do
		[ "${pids[index]}" = "$ended" ] || continue
		unset "pids[index]"
		finished[index]=yes
	done
	show_ready
}

count=0 had=0 shown=0 finished=()
for index in "${!kernels[@]}"; do
	[ "${#pids[@]}" -lt "$jobs" ] || await_one
	# shellcheck disable=SC2086 # a test a word
	"$vm_dir/live" "${kernels[index]}" ${MPT_LIVE_TESTS-} >"$tmp/${kernels[index]}" 2>&1 &
	pids[index]=$!
done
while [ "${#pids[@]}" -gt 0 ]; do
	await_one
done
if [ "$had" -eq 0 ]; then
	count=$((count + 1))
	echo "not ok $count - a kernel could be had (MPT_LIVE=skip leaves the live tests out)"
fi
echo "1..$count"
