# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# suites.sh - how packages of Debian's suites are got; fetch and build-kernel source it.
#
# In: the machine's own apt configuration, which knows a mirror and how to reach it. Out: functions, that write in
# the directories that they are given. It never installs anything, never changes apt's state or configuration, and
# never takes what is not signed by Debian's archive keys.

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# Prints the address of Debian's archive with label $1 (Debian or Debian-Security) by what apt has
# fetched from it, so that a third party's source is not taken for it. $2: a directory of our own for
# the case that apt has no lists, as in a new container.
mirror() {
	# shellcheck disable=SC2016 # apt replaces these
	local format='$(ORIGIN)|$(LABEL)|$(SITE)' site
	site=$(apt-get indextargets --format "$format" | sed -n "s/^Debian|$1|//p" | sed 1q)
	if [ -z "$site" ]; then
		mkdir -p "$2/lists/partial" "$2/cache/archives/partial"
		set -- "$1" -o Dir::State::Lists="$2/lists" -o Dir::Cache="$2/cache" \
			-o APT::Sandbox::User="$(id -un)"
		timeout 300 apt-get "${@:2}" update >/dev/null 2>&1 || :
		site=$(apt-get "${@:2}" indextargets --format "$format" | sed -n "s/^Debian|$1|//p" | sed 1q)
	fi
	echo "$site"
}

# Makes an apt state of its own in directory $1 for suite $2 and the architectures $3..., and reads the
# suite's lists. On failure the status is 1 and $reason says why.
suite_open() {
	local dir=$1 suite=$2 archs=("${@:3}") label=Debian site signed=''
	case $suite in
	*-security) label=Debian-Security ;;
	esac
	site=$(mirror "$label" "$dir/machine")
	if [ -z "$site" ]; then
		reason="apt knows no mirror of $label here"
		return 1
	fi
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	# Without the keyring apt's trusted keys must do; that the suite is signed is checked either way.
	[ ! -r "$keyring" ] || signed=" signed-by=$keyring"
	echo "deb [arch=$(IFS=, && echo "${archs[*]}")$signed] $site $suite main" >"$dir/sources.list"
	# The hooks are cleared because those of containers delete from the system's cache. An old suite's
	# Release file is not signed anew, and so outlives its date.
	cat >"$dir/apt.conf" <<-END
		#clear APT::Update::Pre-Invoke;
		#clear APT::Update::Post-Invoke;
		#clear APT::Update::Post-Invoke-Success;
		APT::Architecture "${archs[0]}";
		#clear APT::Architectures;
		APT::Architectures { $(printf '"%s"; ' "${archs[@]}")};
		APT::Sandbox::User "$(id -un)";
		APT::Update::Error-Mode "any";
		Acquire::Check-Valid-Until "false";
		Acquire::Languages "none";
		Acquire::Retries "2";
		Dir::Cache "$dir/cache";
		Dir::Etc::Preferences "/dev/null";
		Dir::Etc::PreferencesParts "/dev/null";
		Dir::Etc::SourceList "$dir/sources.list";
		Dir::Etc::SourceParts "/dev/null";
		Dir::State::Lists "$dir/lists";
		Dir::State::Status "/dev/null";
	END
	timeout 300 apt-get -c "$dir/apt.conf" update >"$dir/log" 2>&1 && return
	if grep -Eq 'NO_PUBKEY|EXPKEYSIG|is not signed|is no longer signed' "$dir/log"; then
		reason="the signature of $suite cannot be checked: its key is not in the keyring (debian-archive-keyring)"
	elif grep -Eq ' 404 |does not have a Release file' "$dir/log"; then
		reason="the mirror does not have the suite $suite (any more)"
	else
		reason="the lists of $suite cannot be fetched: $(grep -E '^[EW]:' "$dir/log" | sed 1q)"
	fi
	return 1
}

# Prints the newest version of package $2 in the suite that is open in $1, or nothing.
candidate() {
	apt-cache -c "$1/apt.conf" show --no-all-versions "$2" 2>/dev/null | sed -n 's/^Version: //p'
}

# Opens each of the suites $2, parted by commas, in a directory of its own in $1, for architecture $4, and sets $best to the
# one that has the newest $version of package $3; $reasons, why some could not be opened. On failure the status is 1
# and $reason says why.
suites_newest() {
	local suite other
	best='' version='' reasons=''
	for suite in ${2//,/ }; do
		mkdir -p "$1/$suite"
		if ! suite_open "$1/$suite" "$suite" "$4"; then
			reasons=${reasons:+$reasons; }$reason
			continue
		fi
		other=$(candidate "$1/$suite" "$3")
		if [ -n "$other" ] && { [ -z "$best" ] || dpkg --compare-versions "$other" gt "$version"; }; then
			best=$suite version=$other
		fi
	done
	reason=${reasons:-"no $3 in $2"}
	[ -n "$best" ]
}

# Downloads package $2 from the suite that is open in $1 and prints its file name.
download() {
	(cd "$1" && timeout 600 apt-get -c "$1/apt.conf" download "$2") >>"$1/log" 2>&1 &&
		find "$1" -maxdepth 1 -name "$2_*.deb" | grep .
}
