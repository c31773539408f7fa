# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# common.sh - what fetch, run and live share; they source it.
#
# In: kernels.tsv beside it, MPT_VM_CACHE, MPT_KERNELS. Out: variables $vm_dir, $cache and row_*, and
# functions that answer where things are. It never makes, fetches or changes anything.

vm_dir=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# A user without a home (a build daemon) still has a place for files that may go.
host_arch=$(uname -m)
cache=${MPT_VM_CACHE:-${XDG_CACHE_HOME:-${HOME:-${TMPDIR:-/tmp}}/.cache}/mempoltrace}

# What is tested on every kernel: that nothing wrong is shown, and nothing missing. The rest is tested on the
# oldest and the newest, since all of it on all takes two hours.
# shellcheck disable=SC2034 # live uses it
core_tests='abi.t compare.t denied.t doctor.t explain.t family.t faults.t nobpf.t static.t strace.t who.t'

# Ends the script. $1: its exit status; $2: why.
die() {
	echo "${0##*/}: $2" >&2
	exit "$1"
}

# Prints the names of all rows.
row_names() {
	grep -v '^#' "$vm_dir/kernels.tsv" | cut -f1
}

# Sets row_* to the columns of row $1. Status 1 if there is none.
row_find() {
	local line
	line=$(awk -F '\t' -v name="$1" '!/^#/ && $1 == name' "$vm_dir/kernels.tsv")
	[ -n "$line" ] || return 1
	# shellcheck disable=SC2034 # those who source this file use them
	IFS=$'\t' read -r row_name row_arch row_suites row_package row_append row_qemu10 row_only row_machine <<<"$line"
	row_image_name=$(image_name)
	arch_find "$row_arch"
}

# Sets arch_* to the columns of row $1 of arches.tsv. Status 1 if there is none.
arch_find() {
	local line
	line=$(awk -F '\t' -v name="$1" '!/^#/ && $1 == name' "$vm_dir/arches.tsv")
	[ -n "$line" ] || return 1
	# shellcheck disable=SC2034 # those who source this file use them
	IFS=$'\t' read -r arch_name arch_debian arch_triplet arch_qemu arch_package arch_machine arch_console \
		arch_output arch_control arch_callers <<<"$line"
	# Programs of that architecture, with the libraries that they need; of this machine's own, the system has them.
	arch_root=
	[ "$arch_name" = "$host_arch" ] || arch_root=$cache/$arch_name/root
	arch_unpacked=$cache/qemu
	[ "$arch_name" = x86_64 ] || arch_unpacked=$cache/$arch_name/qemu
}

# Prints the name by which the cache has the row's image: that of the first row of the same version with
# the same package, so that rows which differ in how they are booted share it.
image_name() {
	awk -F '\t' -v name="$row_name" -v arch="$row_arch" -v suites="$row_suites" -v package="$row_package" '
		function version(row) { sub(/-.*/, "", row); return row }
		!/^#/ && $2 == arch && $3 == suites && $4 == package && version($1) == version(name) { print $1; exit }
	' "$vm_dir/kernels.tsv"
}

# Prints where the image of the row is. Status 1 if it is not here (yet).
row_image() {
	local file
	if [ "$row_suites" != - ]; then
		set -- "$cache/kernels/$row_image_name/vmlinuz"
	else
		# Beside the source tree is where images lie that several trees share.
		set -- ${MPT_KERNELS:+"$MPT_KERNELS/$row_package"} "$cache/kernels/$row_package" \
			"$vm_dir/../../../shared/kernels/$row_package"
	fi
	for file; do
		if [ -r "$file" ]; then
			echo "$file"
			return
		fi
	done
	return 1
}

# Whether what the row's programs need is here: of another architecture than this machine's, busybox.
row_root() {
	[ -z "$arch_root" ] || [ -x "$arch_root/bin/busybox" ]
}

# Prints where program $1 of the row's architecture is. Status 1 if it is not here.
row_program() {
	if [ -z "$arch_root" ]; then
		command -v "$1"
	else
		find "$arch_root/bin" "$arch_root/usr/bin" -maxdepth 1 -name "$1" 2>/dev/null | grep .
	fi
}

# Prints the major version of QEMU program $1. Status 1 if it does not run.
qemu_major() {
	local version
	version=$("$1" --version 2>/dev/null) || return 1
	version=${version#*version }
	echo "${version%%.*}"
}

# Sets the array qemu to the command that boots the row: the system's, or the one that fetch keeps in
# the cache. Status 1 if there is none that is new enough (yet).
row_qemu() {
	local program=$arch_qemu unpacked=$arch_unpacked/usr major
	if major=$(qemu_major "$program") && { [ "$row_qemu10" != yes ] || [ "$major" -ge 9 ]; }; then
		qemu=("$program")
	elif [ -x "$unpacked/bin/$program" ]; then
		# shellcheck disable=SC2034 # run uses it
		qemu=("$unpacked/bin/$program" -L "$unpacked/share/qemu" -L "$unpacked/share/seabios")
	else
		return 1
	fi
}

# Debian's tools are found by their names, and find their own libraries where they would have been installed.
# $1: the compiler, as fetch -c prints it.
use_tools_of() {
	local compiler_root=${1%/usr/bin/*} libraries
	for libraries in "$compiler_root"/usr/lib/*-linux-gnu; do
		export LD_LIBRARY_PATH=$libraries${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
	done
	export PATH=$compiler_root/usr/bin:$PATH
}
