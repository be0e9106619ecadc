#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The stripped binary has no more bytes than its budget allows. Budgets are for Debian 12's musl-gcc
# on x86_64; `make size` prints where the bytes go.

cd "$(dirname "$0")/.." || exit 1

oneTimeSetUp() {
	work=$SHUNIT_TMPDIR
}

# may_measure: is this the compiler that the budgets are for?
may_measure() {
	[ "$(uname -m)" = x86_64 ] && command -v musl-gcc >/dev/null &&
		[ "$(musl-gcc -dumpversion)" = 12 ] && return
	echo "skipped: the budgets are for gcc 12's musl-gcc on x86_64"
	return 1
}

# over_budget FILE BYTES: prints by how much the file is larger.
over_budget() {
	size=$(wc -c <"$1")
	[ "$size" -le "$2" ] || echo "$size bytes are $((size - $2)) more than $2"
}

# readme_differs ROW FILE: prints README's bytes in this row, if they are not those of the file.
readme_differs() {
	said=$(sed -n "s/^| $1 | \([0-9,]*\) |\$/\1/p" README.md | tr -d ,)
	size=$(wc -c <"$2")
	[ "${said:-0}" -gt $((size - 150)) ] && [ "$said" -lt $((size + 150)) ] ||
		echo "README says '$said', measured are $size"
}

# expect_within BYTES NAME PRESET SET ROW: the binary of this configuration is no larger, and README
# has its bytes in this row.
expect_within() {
	may_measure || return 0
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u CFLAGS -u CPPFLAGS -u LDFLAGS -u SANITIZE -u STRIP \
		make -s --no-print-directory CC=musl-gcc "O=$work/$2" "PRESET=$3" "SET=$4" all \
		>"$work/log" 2>&1 || fail "make: $(cat "$work/log")"
	assertEquals "$2" '' "$(over_budget "$work/$2/refreshbox" "$1")"
	assertEquals "$2" '' "$(readme_differs "$5" "$work/$2/refreshbox")"
}

test_a_byte_too_many_is_found() {
	head -c 98305 /dev/zero >"$work/large"
	assertEquals '98305 bytes are 1 more than 98304' "$(over_budget "$work/large" 98304)"
	assertEquals '' "$(over_budget "$work/large" 98305)"
	assertContains "$(readme_differs 'allnoconfig and run-parts' "$work/large")" 'measured are 98305'
}

test_the_default_configuration() {
	expect_within 106496 default def '' 'default (for a ramdisk)'
}

test_run_parts_alone() {
	expect_within 40960 run-parts no RUN_PARTS=y 'allnoconfig and run-parts'
}

# shellcheck source=/dev/null
. shunit2
