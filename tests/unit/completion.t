#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# completion.t - completion, as bash asks for it.
#
# In: the built completion; bash. Out: TAP. What is typed is parted into words as bash would part it (at =
# too, readline(3)); the truth is what a person would want to stand there next. That the options are all there is for
# tests/lint/options.t to say.

n=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
# shellcheck disable=SC1091
. "$MPT_BUILDDIR/completion/mempoltrace"
mkdir -p "$scratch/dir"
: >"$scratch/file.json"
: >"$scratch/file two"
cd "$scratch" || exit

# Prints what completion offers. $1: the line up to the cursor.
offers() {
	local parted=${1//=/ = }
	read -ra COMP_WORDS <<<"$parted"
	[[ $1 != *' ' ]] || COMP_WORDS+=('')
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMPREPLY=()
	_mempoltrace 2>&1
	local IFS='|'
	echo "${COMPREPLY[*]}"
}

# $1: the line, $2: a pattern that all that is offered, parted by |, matches as one text.
completes() {
	local got
	n=$((n + 1))
	got=$(offers "mempoltrace $1")
	# shellcheck disable=SC2053 # it is a pattern
	if [[ $got == $2 ]]; then
		echo "ok $n - '$1'"
	else
		printf 'not ok %d - %s\n# got      %.200s\n# expected %s\n' "$n" "'$1'" "$got" "$2"
	fi
}

completes '--form' '--format='
completes '--format' '--format='
completes '--strict' '--strict'
completes '-' '*--trace=*-e*--format=*-f*--help*-h*--version*'
completes '--color' '--color='
completes '--nonsense' ''

completes '-f ' 'text|table|strace|json|csv|tracee'
completes '-f j' 'json'
completes '-fj' '-fjson'
completes '-qfj' '-qfjson'
completes '-qf j' 'json'
completes '--format=' 'text|table|strace|json|csv|tracee'
completes '--format=t' 'text|table|tracee'
completes '--format t' 'text|table|tracee'
completes '-t ut' 'utc'
completes '--denied=a' 'auto|always'
completes '--color n' 'never'
completes '-f json --color=' 'auto|always|never'
completes '-f json -t ' 'local|utc|unix|relative|boot|none'

completes '-e mb' 'mbind'
completes '-e get_mempolicy,mi' 'get_mempolicy,migrate_pages'
completes '-e !mo' '!move_pages'
completes '-e !mbind,mo' '!mbind,move_pages'
completes '-e trace=mb' 'mbind'
completes '-e trace=mbind,mo' 'mbind,move_pages'
completes '--trace=set_mempolicy_' 'set_mempolicy_home_node'
completes '--mode=MPOL_B' 'MPOL_BIND'
completes '--flags=MPOL_F_NODE,MPOL_F_A' 'MPOL_F_NODE,MPOL_F_ADDR'
completes '--errno EPERM,EIN' 'EPERM,EINVAL'
completes "-p $$" "*$$*"
completes "--pid=1,$$" "*1,$$*"
completes '-u roo' 'root'
completes '--uid=root,nobod' 'root,nobody'

completes '-o fi' 'file.json|file two'
completes '-ofile.' '-ofile.json'
completes '--output=file.' 'file.json'
completes '--cgroup=' 'dir'
completes '-d ' ''
completes '-n ' ''

# COMMAND, and what belongs to it
completes 'bas' '*bash*'
completes '-q -f json bas' '*bash*'
completes '-- bas' '*bash*'
completes 'cat file.' 'file.json'
completes 'cat -f ' '*file.json*'
completes '-f json -- cat --form' ''

# bash-completion has a say in what belongs to COMMAND, where it is there
_command_offset() {
	echo "offset $1" >called
}
completes '-f json -o=x cat fi' ''
n=$((n + 1))
[[ $(cat called) == 'offset 6' ]] && echo "ok $n - _command_offset" || echo "not ok $n - _command_offset # $(cat called)"

# Some take = from the characters that part words.
COMP_WORDS=(mempoltrace --format=js) COMP_CWORD=1
_mempoltrace
n=$((n + 1))
[[ ${COMPREPLY[*]} == --format=json ]] && echo "ok $n - = is part of a word" || echo "not ok $n - = is part of a word"
n=$((n + 1))
[[ $(complete -p mempoltrace) == *'-F _mempoltrace mempoltrace' ]] && echo "ok $n - bash knows it" || echo "not ok $n - bash knows it"
echo "1..$n"
