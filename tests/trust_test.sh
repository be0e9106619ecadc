#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A script that others than root and the caller could have written: a warning, or with --strict an
# error.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

OTHERS='is not to be trusted: others can write to it'

setup_base() {
	script base/pre-configure.d/10-a 'echo first'
	script base/configure.d/10-a 'echo second'
	file base/environment.d/1 'A=1\n'
}

# doubted PATH: the run goes on, but says so in one line; with --strict nothing runs.
doubted() {
	orc
	expect 0 'first
second'
	expect_line ".*\[WARN\] $1 $OTHERS"
	orc --strict
	expect 1 ''
	expect_stderr "[] (os-refresh-config) [ERROR] $1 $OTHERS"
}

test_what_is_ours_alone_is_trusted() {
	setup_base
	orc --strict
	expect 0 'first
second'
	expect_no_log trusted
}

test_a_script() {
	setup_base
	chmod o+w base/configure.d/10-a
	doubted base/configure.d/10-a
}

test_a_directory_of_scripts() {
	setup_base
	chmod 1777 base/configure.d
	doubted base/configure.d
}

# Both phases read it.
test_an_environment_file_and_its_directory() {
	setup_base
	for path in base/environment.d/1 base/environment.d; do
		mode=$(stat -c %a "$path")
		chmod o+w "$path"
		orc
		expect 0
		assertEquals 2 "$(grep -cE "\[WARN\] .*/environment.d(/1)? $OTHERS" "$SUITE/err")"
		orc --strict
		expect 1 ''
		expect_log "$OTHERS"
		chmod "$mode" "$path"
	done
}

test_error_handlers_count_before_they_are_needed() {
	setup_base
	script base/error.d/10-e 'echo handled'
	chmod o+w base/error.d/10-e
	orc --strict
	expect 1 ''
	expect_log "base/error.d/10-e $OTHERS"
}

test_a_link_is_as_good_as_where_it_leads() {
	setup_base
	mv base/configure.d/10-a elsewhere
	ln -s ../../elsewhere base/configure.d/10-a
	orc --strict
	expect 0
	chmod o+w elsewhere
	doubted base/configure.d/10-a
}

test_a_group_counts_unless_it_is_private() {
	is_root || {
		echo 'skipped: only root can give files away'
		return 0
	}
	setup_base
	chmod g+w base/configure.d/10-a
	orc --strict
	expect 0
	chgrp 12345 base/configure.d/10-a
	doubted base/configure.d/10-a
}

test_another_owner() {
	is_root || {
		echo 'skipped: only root can give files away'
		return 0
	}
	setup_base
	chown 12345 base/configure.d/10-a
	orc --strict
	expect 1 ''
	expect_log 'base/configure.d/10-a is not to be trusted: it belongs to another user'
}

test_what_does_not_run_does_not_count() {
	setup_base
	script base/configure.d/20-b.sh 'echo wrong'
	chmod o+w base/configure.d/20-b.sh
	orc --strict
	expect 0
	chmod o+w base/configure.d/10-a
	orc --strict --dry-run
	expect 0
	expect_no_log trusted
}

test_the_other_applets() {
	script d/1 'echo one'
	chmod o+w d/1
	run dib-run-parts d
	expect 0 one
	expect_line "dib-run-parts WARN: d/1 $OTHERS"
	run dib-run-parts --strict d
	expect 1 ''
	run run-parts d
	expect 0 one
	expect_stderr "run-parts: d/1 $OTHERS"
	run run-parts --strict d
	expect 1 ''
	run run-parts --list d
	expect_stderr ''
}

# shellcheck source=/dev/null
. shunit2
