#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Regular expressions compared with those of glibc and GNU grep, and the time that they take, which
# must be linear. LONG=1 makes more comparisons, from a new seed.
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# Its calls are counted (-finstrument-functions) to judge the time by.
test_expressions_mean_the_same_as_elsewhere() {
	make -s -C "$ROOT" "O=$HERE/o" CC="${HOST_CC:-cc}" PRESET=yes \
		CFLAGS='-O2 -finstrument-functions' ere-diff >make.out 2>&1 ||
		fail "make: $(cat make.out)"
	size=
	[ -z "${LONG:-}" ] || size="-s $(date +%s) -n 3000000 -g 40000"
	# shellcheck disable=SC2086 # options
	run o/ere-diff $size
	cat "$SUITE/out"
	assertEquals "differences: $(cat "$SUITE/err")" 0 "$RC"
	if grep 'not compared' "$SUITE/out"; then
		echo 'skipped: not all that it is compared with is here'
		startSkipping
	fi
}

# shellcheck source=/dev/null
. shunit2
