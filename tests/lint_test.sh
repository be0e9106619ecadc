#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/tools/lint.sh finds nothing in the sources.

cd "$(dirname "$0")/.." || exit 1

assert_no_finding() {
	found=$(tests/tools/lint.sh "$1" 2>&1)
	status=$?
	case $found in
	skipped:*)
		echo "$found"
		startSkipping
		;;
	esac
	assertEquals "$1: $found" 0 "$status"
}

test_fanalyzer() {
	assert_no_finding fanalyzer
}

test_clang_tidy() {
	assert_no_finding clang_tidy
}

test_cppcheck() {
	assert_no_finding cppcheck
}

test_shellcheck() {
	assert_no_finding shellcheck
}

test_mandoc() {
	assert_no_finding mandoc
}

# shellcheck source=/dev/null
. shunit2
