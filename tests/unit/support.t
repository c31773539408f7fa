#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# support.t - the table of kernels says of each what the logs say, and nothing of what is in none.
#
# In: tests/vm/support, logs written here. Out: TAP. No kernel is booted.
set -u
cd "${top_srcdir:-$(dirname "$0")/../..}" || exit 99
scratch=$(mktemp -d) || exit 99
trap 'rm -rf "$scratch"' EXIT
count=0

# $1: a kernel, $2: a column, $3: what stands there.
cell_is() {
	local got
	got=$(awk -F ' *[|] *' -v kernel="$1" -v column="$2" '
		$2 == "kernel" { for (i = 2; i <= NF; i++) if ($i == column) at = i }
		$2 == kernel { print $at }' "$scratch/README")
	count=$((count + 1))
	[ "$got" = "$3" ] || printf 'not '
	echo "ok $count - $1, $2: $3"
	[ "$got" = "$3" ] || echo "# got '$got'"
}

printf '%s\n' before '<!-- support: begin -->' 'of old' '<!-- support: end -->' after >"$scratch/README"
cat >"$scratch/one" <<'END'
ok 1 - 5.10: compare.t: this
ok 2 - 5.10: compare.t: that # SKIP no strace
ok 3 - 5.10: family.t: this
ok 4 - 5.10: faults.t: this
ok 5 - 5.10: strace.t: this
ok 5 - 5.10: dialect.t: this
ok 5 - 5.10: misled.t: this
ok 6 - 5.10: denied.t # SKIP this kernel has no seccomp
ok 7 - 6.1: compare.t: this
ok 8 - 6.1: static.t: this
not ok 9 - 6.1: static.t: that
ok 10 - 6.1: static.t: that, too
ok 11 - 7.2 # SKIP the mirror does not have it
ok 12 - 6.12: static.t: this
END
echo 'not ok 1 - 6.12: denied.t: this' >"$scratch/two"
tests/vm/support "$scratch/README" "$scratch/one" "$scratch/two"

cell_is 5.10 calls passed
cell_is 5.10 'denied calls' 'never run'
cell_is 5.10 'static binary' 'never run'
cell_is 6.1 calls 'passed 1/6'
cell_is 6.1 'static binary' '**FAILED**'
cell_is 7.2 calls 'never run'
# A later log is all that there is of a kernel.
cell_is 6.12 'denied calls' '**FAILED**'
cell_is 6.12 'static binary' 'never run'

count=$((count + 1))
case $(sed -n '1p;$p' "$scratch/README" | xargs)$(grep -c 'of old' "$scratch/README") in
'before after0') echo "ok $count - what stands around the table stays" ;;
*) echo "not ok $count - what stands around the table stays" ;;
esac

count=$((count + 1))
echo '1..0 # SKIP MPT_LIVE=skip' >"$scratch/none"
cp "$scratch/README" "$scratch/README.before"
if tests/vm/support "$scratch/README" "$scratch/none" 2>/dev/null || ! cmp "$scratch/README" "$scratch/README.before"; then
	printf 'not '
fi
echo "ok $count - a log without results changes nothing"

echo "1..$count"
