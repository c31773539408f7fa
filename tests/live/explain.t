#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# explain.t - under each failed call stands its cause, and it is the one.
#
# In: the workload failing, which makes each mistake once, on purpose, and tells what is wrong with each
# call; denied, whose calls seccomp answers; the right to make a cpuset and to set vm.max_map_count.
# Out: TAP.
. "$(dirname "$0")/lib.sh"

tab=$(printf '\t')

# $1: JSON of mempoltrace. Prints a line a failed call, as the workload does.
causes() {
	jq -r 'select(.type == "call" and .error != null) | [.syscall, .error, .explain] | @tsv' "$1" |
		sed 's/\\\\/\\/g'
}

# $1: what the workload said, $2: causes, $3: what is tested. One test a call: its expression must match.
compare_causes() {
	is "$(wc -l <"$2" | tr -d ' ')" "$(wc -l <"$1" | tr -d ' ')" "$3: as many causes as mistakes"
	while IFS=$tab read -r call error cause <&3; do
		IFS=$tab read -r got_call got_error got <&4 || got_call='' got_error='' got=''
		printf 'got      %s %s %s\nexpected %s %s %s\n' "$got_call" "$got_error" "$got" \
			"$call" "$error" "$cause" >why
		[ "$got_call,$got_error" = "$call,$error" ] && printf '%s\n' "$got" | grep -Eqx -- "$cause"
		result $? "$3: $call $error: $cause"
	done 3<"$1" 4<"$2"
}

# $1: what is tested; the rest: the workload's arguments.
explains() {
	what=$1
	shift
	run mempoltrace -e all -Z --explain -f json -o out -- "${failing:-failing}" "$@"
	is "$status" 0 "$what: the kernel answers as the workload thinks"
	cp stdout truth
	causes out >got
	ok "$what: mistakes were made" test -s truth
	compare_causes truth got "$what"
}

explains mistakes get set bind home migrate move rights
unchanged "mistakes"

if ! command -v failing-32 >/dev/null; then
	skip "a 32-bit caller" "the build has no compiler for it"
elif [ ! -e /sys/kernel/mm/numa/demotion_enabled ]; then
	skip "a 32-bit caller" "before 5.15 what it may not is another thing"
else
	failing="failing-32"
	explains "32-bit" get set bind home migrate move
	failing="failing"
fi

# --- callers that do not stay -------------------------------------------------------------------------

# COMMAND itself can be asked about even when it has ended, and its errors are its last words.
explains "COMMAND ended at once" haste few
# Another can not: of that it is told as it began, which is said.
run mempoltrace -e set_mempolicy -Z --explain -f json -o out -- sh -c 'failing haste few; exit $?'
is "$status" 0 "a child that ended at once: the kernel answers as the workload thinks"
sed 's/Mems_allowed 0-1/&( \\(read earlier\\))?/' stdout >truth
causes out >got
compare_causes truth got "a child that ended at once"

# --- a cpuset -----------------------------------------------------------------------------------------

# Prints a directory for tasks that may use node 0 alone; status 1 where there can be none.
make_cpuset() {
	mkdir -p cg
	if mount -t cgroup2 cgroup2 cg 2>/dev/null && echo +cpuset >cg/cgroup.subtree_control 2>/dev/null; then
		mkdir -p cg/one
		echo 0 >cg/one/cpuset.mems
	elif umount cg 2>/dev/null || :; mount -t cgroup -o cpuset cpuset cg 2>/dev/null; then
		mkdir -p cg/one
		cat cg/cpuset.cpus >cg/one/cpuset.cpus
		echo 0 >cg/one/cpuset.mems
	else
		return 1
	fi
}

if make_cpuset; then
	sh -c 'echo $$ >cg/one/cgroup.procs; exec "$@"' sh \
		mempoltrace -e all -Z --explain -f json -o out -- failing cpuset >truth 2>stderr
	is "$?" 0 "cpuset: the kernel answers as the workload thinks"
	causes out >got
	compare_causes truth got "cpuset"
	rmdir cg/one
	umount cg
else
	skip "a cpuset" "this kernel has none"
fi

# --- mappings -----------------------------------------------------------------------------------------

old=$(cat /proc/sys/vm/max_map_count)
echo 1000 >/proc/sys/vm/max_map_count
explains "vm.max_map_count" mappings
echo "$old" >/proc/sys/vm/max_map_count

# --- seccomp ------------------------------------------------------------------------------------------

if grep -q '^Seccomp:' /proc/self/status; then
	run mempoltrace -e all --explain -f json -o out -- denied
	jq -r 'select(.type == "call" and .denied) | .explain' out >got
	ok "denied calls are there" test -s got
	ok "each has its cause" sh -c '! grep -v "a seccomp filter answered" got'
	like got '^the kernel has no EPERM for set_mempolicy: a seccomp filter answered' \
		"EPERM that the kernel does not have"
	like got '^a seccomp filter answered with a signal, or with death' "a killed one"
	is "$(jq -r 'select(.type == "call" and .ret == 0 and .denied == false and .explain) | 1' out)" "" \
		"what succeeded has none"
fi

# --- formats ------------------------------------------------------------------------------------------

run mempoltrace -e set_mempolicy --explain -t none -o out -- failing set
like out '^    cause: node 2 is not in Mems_allowed 0-1 \(there is no node 2\)$' "text: an indented line below"
is "$(grep -c '^    cause: ' out)" "$(wc -l <stdout | tr -d ' ')" "text: one a call that failed"
run mempoltrace -e set_mempolicy -t none -o out -- failing set
unlike out 'cause: ' "without --explain there is none"
unchanged "--explain"
done_testing
