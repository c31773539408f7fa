# SPDX-License-Identifier: GPL-2.0-or-later
#
# support.awk - makes the table of what was run on which kernel.
#
# In: areas.tsv, kernels.tsv, then logs of live.t; variable full (the names of all live tests, parted by blanks).
# Out: a table in Markdown, a row per kernel. A later log's results of a kernel take the place of an earlier one's. It says
# "passed" of an area of which all tests ran there and all was ok, "passed 2/4" where only two of four ran, "FAILED" where
# anything was not ok, and "never run" of what was not run or was skipped whole.

BEGIN {
	FS = "\t"
	nfull = split(full, tests, " ")
}

FNR == 1 {
	file++
}

/^#/ && file <= 2 {
	next
}

file == 1 {
	areas[++nareas] = $1
	n = split($2, names, " ")
	for (i = 1; i <= n; i++)
		area_of[names[i]] = nareas
	next
}

file == 2 {
	kernels[++nkernels] = $1
	arch[$1] = $2
	next
}

# "ok 12 - 6.1: abi.t: what was tested"; of a kernel that could not be had no test is named.
/^(not )?ok [0-9]+ - [^ :]+: [a-z0-9_]+\.t/ {
	line = $0
	good = line ~ /^ok/
	sub(/^(not )?ok [0-9]+ - /, "", line)
	kernel = line
	sub(/: .*/, "", kernel)
	test = substr(line, length(kernel) + 3)
	sub(/[: ].*/, "", test)
	if (seen[kernel] != file) {
		for (i = 1; i <= nfull; i++)
			delete results[kernel, tests[i]]
		seen[kernel] = file
	}
	if (!good)
		results[kernel, test] = "failed"
	else if (line !~ /# SKIP/ && results[kernel, test] == "")
		results[kernel, test] = "passed"
}

function cell(kernel, area,    i, n, ran, failed) {
	for (i = 1; i <= nfull; i++) {
		if (area_of[tests[i]] + 0 != area)
			continue
		n++
		ran += results[kernel, tests[i]] != ""
		failed += results[kernel, tests[i]] == "failed"
	}
	if (failed)
		return "**FAILED**"
	if (!ran)
		return "never run"
	return ran == n ? "passed" : "passed " ran "/" n
}

function has_other(    i) {
	for (i = 1; i <= nfull; i++)
		if (!(tests[i] in area_of))
			return 1
	return 0
}

END {
	if (file < 3 || nfull == 0)
		exit 2
	first = has_other() ? 0 : 1
	areas[0] = "other"
	line = "| kernel | machine |"
	rule = "|---|---|"
	for (i = 1; i <= nareas + 1 - first; i++) {
		line = line " " areas[i > nareas ? 0 : i] " |"
		rule = rule "---|"
	}
	print line
	print rule
	for (k = 1; k <= nkernels; k++) {
		line = "| " kernels[k] " | " arch[kernels[k]] " |"
		for (i = 1; i <= nareas + 1 - first; i++)
			line = line " " cell(kernels[k], i > nareas ? 0 : i) " |"
		print line
	}
}
