#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/tools/check.sh: nothing that fails, dies or does nothing may pass for a success.

cd "$(dirname "$0")/.." || exit 1

setUp() {
	dir=$SHUNIT_TMPDIR/case
	rm -rf "$dir"
	mkdir "$dir"
}

# make_suite NAME: makes a suite of the shell lines on standard input. "TEST X" there stands for "testX",
# which shunit2 would take for a test of this file.
make_suite() {
	{
		echo '#!/bin/sh'
		sed 's/^TEST /test/'
		echo '. shunit2'
	} >"$dir/$1_test.sh"
	chmod +x "$dir/$1_test.sh"
}

# assert_count 'LAST LINE' STATUS ARG...
assert_count() {
	line=$1 want=$2
	shift 2
	SUITE_TIMEOUT=${SUITE_TIMEOUT:-60} tests/tools/check.sh "$@" >"$dir/out" 2>&1
	status=$?
	assertEquals "status: $(cat "$dir/out")" "$want" "$status"
	assertEquals "$line" "$(tail -n 1 "$dir/out")"
}

# assert_same_lines WHAT FILE: standard input has the lines of FILE.
assert_same_lines() {
	assertEquals "$1" "$(cat "$2")" "$(cat)"
}

make_good() {
	make_suite good <<-'E'
		TEST One() { assertEquals 1 1; }
		TEST Two() { assertEquals 1 1; assertEquals 2 2; }
	E
}

test_test_functions_are_counted_not_asserts() {
	make_good
	assert_count '2 passed, 0 failed' 0 "$dir/good_test.sh"
}

test_suites_add_up() {
	make_good
	make_suite bad <<-'E'
		TEST Good() { assertTrue 0; }
		TEST Bad() { assertEquals 1 2; assertEquals 1 3; }
		TEST Returns() { return 3; }
	E
	assert_count '3 passed, 2 failed' 1 "$dir/good_test.sh" "$dir/bad_test.sh"
	assertTrue 'the failure is not shown' "grep -q 'expected:<1> but was:<3>' '$dir/out'"
}

# As many suites run at a time as there are processors: each of these two waits for the other.
test_each_processor_has_a_suite() {
	mkfifo "$dir/meet"
	make_suite first <<-E
		TEST One() { read line <"$dir/meet"; assertEquals met "\$line"; }
	E
	make_suite second <<-E
		TEST One() { echo met >"$dir/meet"; assertTrue 0; }
	E
	mkdir "$dir/bin"
	printf '#!/bin/sh\necho 2\n' >"$dir/bin/nproc"
	chmod +x "$dir/bin/nproc"
	PATH=$dir/bin:$PATH CHECK_JOBS='' assert_count '2 passed, 0 failed' 0 \
		"$dir/first_test.sh" "$dir/second_test.sh"
}

# What is printed of two at a time is printed of one after the other, in the order asked for.
test_suites_run_side_by_side() {
	mkfifo "$dir/meet"
	make_suite first <<-E
		TEST One() { read line <"$dir/meet"; assertEquals met "\$line"; echo of the first; assertTrue 1; }
	E
	make_suite second <<-E
		TEST One() { echo met >"$dir/meet"; assertTrue 0; }
	E
	CHECK_JOBS=2 assert_count '1 passed, 1 failed' 1 "$dir/first_test.sh" "$dir/second_test.sh"
	assertEquals 'FAIL first_test.sh ok   second_test.sh' \
		"$(sed -nE 's/^(FAIL|ok  ) ([a-z_.]*):.*/\1 \2/p' "$dir/out" | paste -sd' ' -)"
}

test_a_suite_that_dies_fails() {
	make_suite dies <<-'E'
		TEST One() { assertTrue 0; }
		TEST Two() { exit 0; }
		TEST Three() { assertTrue 0; }
	E
	tests/tools/check.sh "$dir/dies_test.sh" >"$dir/out" 2>&1
	assertFalse 'passes' $?
	assertFalse 'no failure' "tail -n 1 '$dir/out' | grep -q ' 0 failed'"
	make_suite dead <<-'E'
		exit 0
	E
	assert_count '0 passed, 1 failed' 1 "$dir/dead_test.sh"
	printf '#!/bin/sh\necho "Ran 7 tests."\nkill -9 $$\n' >"$dir/killed_test.sh"
	chmod +x "$dir/killed_test.sh"
	assert_count '6 passed, 1 failed' 1 "$dir/killed_test.sh"
}

test_an_empty_suite_fails() {
	make_suite empty <<-'E'
		helper() { :; }
	E
	assert_count '0 passed, 1 failed' 1 "$dir/empty_test.sh"
	assert_count '0 passed, 1 failed' 1 "$dir/absent_test.sh"
	assert_count '0 passed, 0 failed' 1
}

test_a_hanging_suite_fails() {
	make_suite hangs <<-'E'
		TEST One() { sleep 60; }
	E
	SUITE_TIMEOUT=1 assert_count '0 passed, 1 failed' 1 "$dir/hangs_test.sh"
}

test_skipped_tests_are_not_passed() {
	make_suite skips <<-'E'
		TEST One() { assertTrue 0; }
		TEST Two() { echo 'skipped: no such tool'; }
		TEST Three() { echo 'skipped: no such tool'; assertEquals 1 2; }
	E
	assert_count '1 passed, 1 failed, 1 skipped' 1 "$dir/skips_test.sh"
	make_suite silent <<-'E'
		TEST One() { assertTrue 0; }
		TEST Two() { startSkipping; assertTrue 0; }
	E
	assert_count '1 passed, 0 failed, 1 skipped' 0 "$dir/silent_test.sh"
}

test_what_was_tried_is_told() {
	make_suite tries <<-'E'
		TEST One() { echo 'tried: 3 injections'; echo 'more'; assertTrue 0; }
	E
	assert_count '1 passed, 0 failed' 0 "$dir/tries_test.sh"
	assertEquals 'tried: 3 injections' "$(grep -E 'tried|more' "$dir/out")"
}

# suites_of TARGET: the suites that make TARGET would run.
suites_of() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL make -n --no-print-directory "$1" >"$dir/make"
	grep -oE ' (yes:)?tests/[a-z0-9_]*_test\.sh' "$dir/make" | sed 's/^ //; s/^yes://' | sort
}

test_check_all_runs_every_suite_and_check_tells_of_it() {
	printf '%s\n' tests/*_test.sh | sort >"$dir/all"
	suites_of check-all | assert_same_lines 'check-all' "$dir/all"
	left=$(sed -n "s/^echo 'make check-all runs these too: \(.*\)'$/\1/p" "$dir/make")
	assertEquals 'check-all leaves something out' '' "$left"
	suites_of check >"$dir/quick"
	left=$(sed -n "s/^echo 'make check-all runs these too: \(.*\)'$/\1/p" "$dir/make")
	assertTrue 'check leaves nothing out' "[ -n '$left' ]"
	for name in $left; do
		echo "tests/${name}_test.sh"
	done | cat - "$dir/quick" | sort | assert_same_lines 'check and what it leaves out' "$dir/all"
	assertTrue '.ci/run' "grep -qx 'make check-all' .ci/run"
	assertTrue README "grep -q '^    make deps check-all' README.md"
}

test_unit_tests_count() {
	make_good
	printf '#!/bin/sh\necho "unit: 40 passed, 0 failed"\n' >"$dir/unit"
	chmod +x "$dir/unit"
	assert_count '42 passed, 0 failed' 0 -u "$dir/unit" "$dir/good_test.sh"
	assert_count '82 passed, 0 failed' 0 -u "$dir/unit" -u "$dir/unit" "$dir/good_test.sh"
	printf '#!/bin/sh\necho "unit: 39 passed, 1 failed"\nexit 1\n' >"$dir/unit"
	assert_count '39 passed, 1 failed' 1 -u "$dir/unit"
	printf '#!/bin/sh\necho "unit: 40 passed, 0 failed"\nexit 1\n' >"$dir/unit"
	assert_count '40 passed, 1 failed' 1 -u "$dir/unit"
	printf '#!/bin/sh\nkill -SEGV $$\n' >"$dir/unit"
	assert_count '0 passed, 1 failed' 1 -u "$dir/unit"
	printf '#!/bin/sh\n' >"$dir/unit"
	assert_count '0 passed, 1 failed' 1 -u "$dir/unit"
}

test_a_suite_can_test_another_binary_too() {
	make_suite says <<-'E'
		TEST One() { echo "tried: $REFRESHBOX"; assertTrue 0; }
	E
	mkdir "$dir/other"
	printf '#!/bin/sh\n' >"$dir/other/refreshbox"
	chmod +x "$dir/other/refreshbox"
	REFRESHBOX=one CROSS=$dir assert_count '2 passed, 0 failed' 0 "$dir/says_test.sh" \
		"other:$dir/says_test.sh"
	assertEquals 'tried: one
ok   says_test.sh: 1 passed, 0 skipped
tried: '"$dir"'/other/refreshbox
ok   says_test.sh (other): 1 passed, 0 skipped' "$(sed '$d' "$dir/out")"
}

test_a_binary_that_is_not_there_is_skipped_with_the_reason() {
	make_good
	mkdir -p "$dir/cross/other"
	echo 'there is no compiler' >"$dir/cross/other/reason"
	CROSS=$dir assert_count '2 passed, 0 failed, 2 skipped' 0 -u "other:$dir/unit" \
		"$dir/good_test.sh" "other:$dir/good_test.sh"
	assertEquals 2 "$(grep -c '^skipped: other: there is no compiler$' "$dir/out")"
}

# A binary that only its owner can reach and that has no applet but run-parts, and a PATH with other
# programs of the applets' names.
test_an_applet_s_name_leads_to_the_binary_under_test_alone() {
	mkdir "$dir/private" "$dir/other"
	chmod 700 "$dir/private"
	printf '#!/bin/sh\n[ "$1" = --list ] && echo run-parts || echo "ours as ${0##*/}"\n' \
		>"$dir/private/refreshbox"
	printf '#!/bin/sh\necho other\n' >"$dir/other/run-parts"
	cp "$dir/other/run-parts" "$dir/other/dib-run-parts"
	chmod 755 "$dir"/*/*
	ln -s "$PWD/tests/lib.sh" "$dir"
	make_suite names <<-'E'
		PATH=$(dirname "$0")/other:$PATH
		REFRESHBOX=$(dirname "$0")/private/refreshbox
		. "$(dirname "$0")/lib.sh"
		TEST Names() {
			assertEquals 'ours as run-parts' "$(run-parts)"
			assertEquals 'ours as dib-run-parts' "$(dib-run-parts)"
			assertTrue 'has_applet run-parts'
			assertFalse 'has_applet dib-run-parts'
		}
		TEST OtherUsers() {
			may_drop || return 0
			assertEquals 'ours as run-parts' "$(unprivileged run-parts)"
		}
	E
	assert_count '2 passed, 0 failed' 0 "$dir/names_test.sh"
}

# shellcheck source=/dev/null
. shunit2
