#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# rights.t - mempoltrace has no more rights than it needs, COMMAND as many as before, and nobody else's
# names are trusted.
#
# In: nothing. Out: TAP. What it looks like is asked of /proc while it runs.
. "$(dirname "$0")/lib.sh"

# --- capabilities ---------------------------------------------------------------------------------------

# COMMAND looks at itself and at its parent.
cat >looks.sh <<'LOOKS'
grep -E '^(Cap|NoNewPrivs)' /proc/self/status >"$1"
grep -E '^(Cap|NoNewPrivs)' "/proc/$PPID/status" >"$1-parent"
get_mempolicy -n 20
LOOKS
sh looks.sh bare >/dev/null
run mempoltrace -f json -o out -- sh looks.sh traced
cp stdout truth
is "$status" 0 "without capabilities: status"
same bare traced "COMMAND has the capabilities that it would have had"
ok "and has some" grep -q '^CapEff:.*[1-9a-f]' traced
is "$(sed -n 's/^Cap\(Inh\|Prm\|Eff\|Amb\):	*0*$/\1/p' traced-parent | xargs)" "Inh Prm Eff Amb" \
	"mempoltrace has none while it traces"
like traced-parent '^NoNewPrivs:	1$' "and can get none"
compare truth out 20 "without capabilities"
unchanged "without capabilities: the way down"

# -k reads which code others have loaded: CAP_DAC_READ_SEARCH, CAP_SYS_PTRACE and CAP_CHECKPOINT_RESTORE are left.
run mempoltrace -k -f json -o out -- sh looks.sh callers
same bare callers "with -k COMMAND has the capabilities that it would have had"
is "$(sed -n 's/^Cap\(Prm\|Eff\):	//p' callers-parent | sort -u)" 0000010000080004 "with -k mempoltrace has three"

# Some who trace have fewer from the start.
run under drop=24 mempoltrace -f json -o out -- sh looks.sh fewer
under drop=24 sh looks.sh bare >/dev/null
same bare fewer "COMMAND has no capability that it would not have had"

# It still learns who others are.
mempoltrace -f json -o out 2>stderr &
tracer=$!
wait_armed "$tracer"
under uid=65534 tick call 10 100 >truth
kill -INT "$tracer"
wait_end "$tracer"
like out '"uid":65534,"comm":"tick"' "another user's calls are shown with the user"
unchanged "another user's calls"

# --- others' links and files ------------------------------------------------------------------------------

# Where the kernel looks after it itself, it is told not to, so that it is mempoltrace that does.
knobs='protected_symlinks protected_regular protected_fifos'
for knob in $knobs; do
	cat "/proc/sys/fs/$knob" >"was-$knob"
	echo 0 >"/proc/sys/fs/$knob"
done
mkdir open
chmod 1777 open
echo secret >secret
mkfifo open/fifo
cp secret open/file
ln -s ../secret open/link
ln -s ../made open/dangling
chown -h nobody open/*
for name in link dangling file fifo; do
	rm -f ran
	run mempoltrace -o "open/$name" -- sh -c ': >ran'
	is "$status,$(wc -l <stderr | tr -d ' ')" 125,1 "-o another's $name in a directory open to all: status 125, one line"
	like stderr 'Permission denied' "-o another's $name: it says why"
	ok "-o another's $name: COMMAND is not run" test ! -e ran
done
is "$(cat secret open/file | xargs),$(ls made 2>/dev/null)" 'secret secret,' "nothing was written through them"
for knob in $knobs; do
	cat "was-$knob" >"/proc/sys/fs/$knob"
done

(
	umask 037
	exec mempoltrace -o new -- true
)
is "$(stat -c %a new)" 640 "a new file has the mode that the caller's umask leaves"

# --- names ------------------------------------------------------------------------------------------------

escape=$(printf '\033]0;title\a\233')
for words in "-o /no/$escape -- true" "--cgroup=/no/$escape" "-p 1$escape" "--bad$escape" "-- ./$escape"; do
	# shellcheck disable=SC2086 # a word a word
	run mempoltrace $words
	is "$(tr -d '\n -~' <stderr | wc -c | tr -d ' '),$(wc -l <stderr | tr -d ' ')" 0,1 \
		"no byte of a name reaches the terminal unescaped: mempoltrace $(echo "$words" | tr -d -c ' -~')"
done
cp "$(command -v get_mempolicy)" "$escape"
for format in text table csv; do
	run mempoltrace -o out -f "$format" --comm="*title*" -- "./$escape" -n 3
	is "$status,$(tr -d '\n\r -~' <out | wc -c | tr -d ' ')" 0,0 "a hostile process name, format $format: all printable"
	like out '\\033\]0;t' "a hostile process name, format $format: it is shown"
done
unchanged "hostile names"
done_testing
