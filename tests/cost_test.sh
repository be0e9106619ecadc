#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What a part costs, in instructions and system calls, does not rise above tests/cost.record without
# a reason; and what `make bench` measures beside is what it says. tests/tools/cost.sh counts.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

RECORD=$TESTS/cost.record

# quiet_make ARGUMENT...: make as from a clean command line, whatever make runs these tests.
quiet_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u PRESET -u SET -u CONFIG_AWK -u SANITIZE \
		-u CFLAGS -u LDFLAGS -u KCONFIG_CONFIG \
		make -s --no-print-directory -C "$TESTS/.." "O=$SUITE/o" "$@"
}

# Measures once for all tests, into $SUITE/measured, or skips the test.
needs_measures() {
	[ -e "$SUITE/measured" ] || quiet_make cost >"$SUITE/measured" 2>"$SUITE/make"
	! grep '^skipped: ' "$SUITE/measured" || {
		startSkipping
		return 1
	}
	grep -q '^bench_calls system-calls [0-9.]*$' "$SUITE/measured" || {
		fail "make cost: $(cat "$SUITE/measured" "$SUITE/make")"
		return 1
	}
}

toolchain_of() {
	sed -nE 's/^(compiler|libc) //p' "$1" | paste -sd, -
}

# compare RECORD MEASURED: prints "more: ..." for each number that is higher than the record, and
# "less: ..." for each that is lower; of instructions, 1 % up or down do not count.
compare() {
	awk '/^(#|compiler |libc )/ { next }
		FNR == NR { record[$1 " " $2] = $3; next }
		{
			name = $1 " " $2
			slack = $2 == "instructions" ? record[name] / 100 : 0
			if (!(name in record))
				print "more: " name ": " $3 ", and no record"
			else if ($3 > record[name] + slack)
				print "more: " name ": " $3 ", recorded are " record[name]
			else if ($3 < record[name] - slack)
				print "less: " name ": " $3 ", recorded are " record[name]
			delete record[name]
		}
		END {
			for (name in record)
				print "more: " name " was not measured"
		}' "$1" "$2"
}

test_the_cost_of_a_part_does_not_rise() {
	needs_measures || return 0
	if [ "$(toolchain_of "$RECORD")" != "$(toolchain_of "$SUITE/measured")" ]; then
		echo "skipped: the record is that of $(toolchain_of "$RECORD")," \
			"this is $(toolchain_of "$SUITE/measured")"
		startSkipping
		return
	fi
	compare "$RECORD" "$SUITE/measured" >found
	sed -n 's/^less: /tried: less than recorded, so run make cost-record: /p' found
	assertEquals "Where there is a reason, run make cost-record and give it in the commit." '' \
		"$(grep '^more: ' found)"
}

# The loop of bench_calls.c stands for the system calls of run-parts. Whether reading the clock is a
# system call depends on the libc.
test_the_bench_makes_the_calls_of_run_parts() {
	needs_measures || return 0
	for name in run-parts bench_calls; do
		sed -n "/^$name system-calls-before-exec/{n;p;}" "$SUITE/measured" | sed 's/^# //; s/; before exec/ |/' |
			sed -E 's/[a-z0-9_]+ 0\.[0-9]+ ?//g; s/clock_gettime [0-9.]+ ?//' >"$name"
		assertTrue "calls of $name: $(cat "$name")" "grep -q 'clone 1.00.* | .*execve 1.00' $name"
	done
	assertEquals "$(cat run-parts)" "$(cat bench_calls)"
}

# expect_comparison LINES RECORD MEASURED: LINES is what the comparison says.
expect_comparison() {
	printf 'libc a\n%s\n' "$2" >record
	printf 'libc a\n# calls\n%s\n' "$3" >measured
	assertEquals "$2 and then $3" "$1" "$(compare record measured)"
}

test_more_is_found() {
	expect_comparison '' 'a instructions 1000' 'a instructions 1010'
	expect_comparison 'more: a instructions: 1011, recorded are 1000' \
		'a instructions 1000' 'a instructions 1011'
	expect_comparison 'less: a instructions: 989, recorded are 1000' \
		'a instructions 1000' 'a instructions 989'
	expect_comparison '' 'a system-calls 9.00' 'a system-calls 9.00'
	expect_comparison 'more: a system-calls: 9.01, recorded are 9.00' \
		'a system-calls 9.00' 'a system-calls 9.01'
	expect_comparison 'less: a system-calls: 8.00, recorded are 9.00' \
		'a system-calls 9.00' 'a system-calls 8.00'
	expect_comparison 'more: b system-calls: 1, and no record
more: a system-calls was not measured' 'a system-calls 1' 'b system-calls 1'
}

# A row has a name, milliseconds and a ratio.
test_the_bench_has_a_row_for_each() {
	quiet_make all bench-tools >/dev/null 2>"$SUITE/make" || fail "make: $(cat "$SUITE/make")"
	mkdir -p reference/usr/bin
	ln -s "$SUITE/o/refreshbox" reference/usr/bin/dib-run-parts
	quiet_make PRESET=yes O="$SUITE/yes" all >/dev/null 2>"$SUITE/make" || fail "make: $(cat "$SUITE/make")"
	run env PARTS=3 ROUNDS=2 JOBS_ROUNDS=1 REFERENCE_ROUNDS=1 "REFERENCE=$HERE/reference" \
		"$TESTS/tools/bench.sh" "$SUITE/o/refreshbox" "$SUITE/o/tests/tools" "$SUITE/yes/refreshbox"
	expect 0
	for name in 'bare loop' 'our system calls alone' run-parts dib-run-parts os-refresh-config \
		'reference dib-run-parts' 'xargs -P 2' 'run-parts --jobs 2'; do
		grep -qE "^$name +[0-9]+\.[0-9]+ +[0-9]+\.[0-9]+ " "$SUITE/out" ||
			fail "no row of $name: $(cat "$SUITE/out")"
	done
	grep -q '^skipped: reference os-refresh-config: ' "$SUITE/out" || fail 'no word of what is not there'
}

# shellcheck source=/dev/null
. shunit2
