#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# check.sh [-u [ARCH:]UNIT_PROGRAM]... [ARCH:]SUITE...: runs the unit tests and the shunit2 suites and
# adds them up. After ARCH:, a suite tests the binary $CROSS/ARCH/refreshbox and not that of REFRESHBOX.
# ARCH is one of Debian's architectures, where such programs run (see emulate.sh), or "yes": that is
# this machine's, with all features.
# A test function counts once. One that prints a line "skipped: REASON" counts as skipped. A suite
# that dies, hangs or runs nothing counts as a failure. The output of what failed is shown; of what
# passed, lines "tried: WHAT".
# CHECK_JOBS suites run at a time, by default one for each processor; what is printed, and its order,
# do not depend on it.
set -u

emulate=$(dirname "$0")/emulate.sh
limit=${SUITE_TIMEOUT:-900}
jobs=${CHECK_JOBS:-$(nproc 2>/dev/null || echo 1)}
passed=0 failed=0 skipped=0
export SHUNIT_COLOR=none LC_ALL=C

dir=$(mktemp -d) || exit 1
out=$dir/unit
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# verdict NAME PASSED FAILED SKIPPED
verdict() {
	passed=$((passed + $2))
	failed=$((failed + $3))
	skipped=$((skipped + $4))
	if [ "$3" -gt 0 ]; then
		echo "---- $1"
		cat "$out"
		echo "FAIL $1: $2 passed, $3 failed, $4 skipped"
	else
		grep -E '^ *(skipped|tried): ' "$out"
		echo "ok   $1: $2 passed, $4 skipped"
	fi
}

# Prints what shunit2's output in $out comes to, as PASSED FAILED SKIPPED. $1: the exit status.
count_suite() {
	awk -v status="$1" '
		/^test[A-Za-z0-9_]*$/ { name = $0 }
		/^ASSERT:|returned non-zero return code/ { if (name != "") bad[name] = 1 }
		/^ *skipped: / { if (name != "") skip[name] = 1 }
		/^Ran [0-9]+ tests?\.$/ { ran = $2 }
		/^(OK|FAILED) .*skipped=/ { unnamed = 1 }
		END {
			for (name in bad)
				fails++
			for (name in skip)
				if (!(name in bad))
					skips++
			if (unnamed && !skips)
				skips = 1
			if (status != 0 && !fails || ran == 0)
				fails++
			good = ran - fails - skips
			print (good > 0 ? good : 0), fails + 0, skips + 0
		}' "$out"
}

# arch [ARCH:]PROGRAM: prints ARCH, or nothing.
arch() {
	case $1 in
	*:*) echo "${1%%:*}" ;;
	esac
}

# title [ARCH:]SUITE: its name in what is printed, and that of its files in $dir.
title() {
	case $1 in
	*:*) echo "${1##*/} (${1%%:*})" ;;
	*) echo "${1##*/}" ;;
	esac
}

# start_suites [ARCH:]SUITE...: runs them behind our back, each with its output in $dir/TITLE.out
# and then its exit status in $dir/TITLE.status.
start_suites() {
	for suite; do
		printf '%s\n' "$(arch "$suite")" "${suite#*:}" "$(title "$suite")"
	done | xargs -d '\n' -n 3 -P "$jobs" sh -c 'name=$3/$6
		[ -z "$4" ] || export REFRESHBOX="$CROSS/$4/refreshbox"
		timeout -k 10 "$1" ${4:+"$2" "$4"} "$5" >"$name.out" 2>&1 </dev/null
		echo $? >"$name.new"; mv "$name.new" "$name.status"' sh "$limit" "$emulate" "$dir" &
	runner=$!
	trap 'kill "$runner"; exit 130' INT TERM
}

finish_suite() {
	name=$(title "$1")
	out=$dir/$name.out
	while [ ! -e "$dir/$name.status" ] && kill -0 "$runner" 2>/dev/null; do
		sleep 0.1
	done
	status=$(cat "$dir/$name.status") || status=1
	[ "$status" -ne 124 ] || echo "check.sh: still running after $limit s" >>"$out"
	if [ "$status" -eq 77 ] && [ -n "$(arch "$1")" ]; then
		verdict "$name" 0 0 1
		return
	fi
	# shellcheck disable=SC2046 # three numbers
	verdict "$name" $(count_suite "$status")
}

run_unit() {
	arch=$(arch "$1")
	REFRESHBOX=${arch:+$CROSS/$arch/refreshbox} timeout -k 10 "$limit" \
		${arch:+"$emulate" "$arch"} "${1#*:}" >"$out" 2>&1 </dev/null
	status=$?
	if [ "$status" -eq 77 ] && [ -n "$arch" ]; then
		verdict "$1" 0 0 1
		return
	fi
	# shellcheck disable=SC2046 # three numbers
	verdict "$1" $(awk -v status="$status" '
		/^unit: [0-9]+ passed, [0-9]+ failed$/ { pass = $2; fail = $4 }
		END { print pass + 0, fail || (status == 0 && pass) ? fail : 1, 0 }' "$out")
}

while [ "${1:-}" = -u ]; do
	run_unit "$2"
	shift 2
done
[ $# -eq 0 ] || start_suites "$@"
for suite; do
	finish_suite "$suite"
done
[ "$skipped" -eq 0 ] || tail=", $skipped skipped"
echo "$passed passed, $failed failed${tail:-}"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
