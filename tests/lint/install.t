#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install.t - what a distribution's package would get: the files, and how the program was built.
#
# In: top_builddir from make, with all built. Out: TAP. It installs below a scratch directory only, and says nothing
# of what the program does.
. "$(dirname "$0")/common.sh"

need readelf binutils
[ -n "${top_builddir:-}" ] || skip_all 'there is no top_builddir: run it by make check'
# make's own, of the make that runs this.
unset MAKEFLAGS MAKELEVEL MFLAGS

make -C "$top_builddir" install prefix=/usr DESTDIR="$scratch/root" >"$scratch/out" 2>&1
result $? 'make install with DESTDIR' "$scratch/out"

(cd "$scratch/root" && find . ! -type d -exec ls -l {} + | awk '{ print $1, $NF }' | sort -k 2) >"$scratch/got"
cat >"$scratch/expected" <<'END'
-rwxr-xr-x ./usr/bin/mempoltrace
-rw-r--r-- ./usr/share/bash-completion/completions/mempoltrace
-rw-r--r-- ./usr/share/man/man5/mempoltrace-output.5
-rw-r--r-- ./usr/share/man/man8/mempoltrace.8
END
diff "$scratch/expected" "$scratch/got" >"$scratch/out"
result $? 'these files, and no others, below it' "$scratch/out"

program=$scratch/root/usr/bin/mempoltrace
readelf -hldW "$program" >"$scratch/elf" 2>&1

# $1: an extended regular expression; $2: what a line that matches it shows.
shows() {
	grep -Eq "$1" "$scratch/elf"
	result $? "$2" "$scratch/elf"
}

# The opposite.
shows_not() {
	! grep -E "$1" "$scratch/elf" >"$scratch/out"
	result $? "$2" "$scratch/out"
}

shows 'Type: +DYN' 'it can be loaded anywhere (PIE)'
shows 'GNU_RELRO' 'what is relocated is read-only then'
shows 'BIND_NOW|Flags:.* NOW' 'all of it, since all is bound at start'
shows_not 'GNU_STACK.* RWE ' 'no code on the stack'
shows_not '\(R(UN)?PATH\)' 'no rpath'
readelf -sW "$program" | grep __stack_chk_fail >"$scratch/out"
result $? 'with stack protector' "$scratch/out"

# A distribution's flags are the last on their lines, so that they prevail. Made of main.c alone, and not really.
make -C "$top_builddir" -n -W "$PWD/src/main.c" V=1 CPPFLAGS=-DtheirsP CFLAGS=-DtheirsC LDFLAGS=-LtheirsL \
	mempoltrace >"$scratch/lines" 2>&1
grep -E -- '-fPIE.* -DtheirsC .*-c .*main' "$scratch/lines" | grep -q -- "-DtheirsP"
result $? 'CPPFLAGS and CFLAGS go to the compiler' "$scratch/lines"
grep -E -- '-z,now.* -LtheirsL .*-o mempoltrace' "$scratch/lines" | grep -q -- '-DtheirsC'
result $? 'CFLAGS and LDFLAGS to the linker' "$scratch/lines"
finish
