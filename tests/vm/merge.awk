# SPDX-License-Identifier: GPL-2.0-or-later
#
# merge.awk - makes one TAP stream of the streams of many scripts.
#
# In: what each prints; variables kernel (the name that goes before all), expected (the names of the
# scripts, parted by blanks), limit (seconds that each had), why (what became of the VM, if it did not
# last), complained (1 if the kernel did). Out: a line per test, "ok - KERNEL: SCRIPT: DESCRIPTION", and the plan; exit status 1 if
# anything is not ok. A script that ends badly or breaks its plan, and one that never ran, is not ok.

function result(good, what) {
	sub(/[ \t]+$/, "", what)
	print (good ? "ok" : "not ok") " - " kernel ": " script (what == "" ? "" : what ~ /^#/ ? " " : ": ") what
	results++
	if (!good)
		failed = 1
}

function diagnostic(text) {
	print "# " kernel ": " script ": " text
}

function end(status) {
	if (status == 124 || status == 143 || status == 137)
		result(0, "was killed, status " status " (it may take " limit " s)")
	else if (status != 0)
		result(0, "ended with status " status)
	if (bailed)
		return
	if (plan == "")
		result(0, "ended without a plan")
	else if (plan == 0 && ran == 0 && reason == "")
		result(0, "ran nothing, and gave no reason")
	else if (plan != ran)
		result(0, "planned " plan " tests, ran " ran)
}

$1 == "@@" && $2 == "begin" {
	script = $3
	ran = 0
	plan = reason = ""
	bailed = 0
	begun[script] = 1
	next
}

$1 == "@@" && $2 == "end" {
	end($4)
	ended[$3] = 1
	script = ""
	next
}

script == "" {
	if ($0 != "")
		print "# " kernel ": " $0
	next
}

/^(not )?ok($|[ \t])/ {
	text = $0
	sub(/^(not )?ok[ \t]*/, "", text)
	sub(/^[0-9]+[ \t]*/, "", text)
	sub(/^-[ \t]*/, "", text)
	ran++
	# A test that is known to fail (TODO) is for the driver to judge.
	good = /^ok/
	if (!good && text ~ /# *TODO/) {
		print "not ok - " kernel ": " script ": " text
		results++
	} else {
		result(good, text)
	}
	next
}

/^1\.\.[0-9]+/ {
	plan = $1
	sub(/^1\.\./, "", plan)
	plan += 0
	if (match($0, /# *[Ss][Kk][Ii][Pp][^ ]* */)) {
		reason = substr($0, RSTART + RLENGTH)
		if (reason == "")
			reason = "no reason given"
		if (plan == 0) {
			print "ok - " kernel ": " script " # SKIP " reason
			results++
		}
	}
	next
}

/^Bail out!/ {
	bailed = 1
	result(0, "bailed out" substr($0, 10))
	next
}

/^#/ {
	sub(/^# ?/, "")
	diagnostic($0)
	next
}

$0 != "" {
	diagnostic($0)
}

END {
	n = split(expected, name, " ")
	for (i = 1; i <= n; i++) {
		script = name[i]
		if (script in ended)
			continue
		if (script in begun)
			result(0, "did not end" (why == "" ? "" : ": " why))
		else
			result(0, "did not begin" (why == "" ? "" : ": " why))
	}
	if (complained) {
		script = "kernel log"
		result(0, "the kernel complained")
	}
	print "1.." results + 0
	exit failed
}
