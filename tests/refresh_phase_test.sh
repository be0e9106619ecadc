#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# refresh-phase, and what scripts learn of their phase from their environment.
# shellcheck disable=SC2016,SC2119 # the scripts' own $; with_limits calls orc with arguments
. "$(dirname "$0")/lib.sh"

# phase [OPTION]... PHASE...: refresh-phase on the base directory "base", with a lock of its own.
phase() {
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock "$@"
}

# three_scripts PHASE...: 1-a, 2-b and 10-c print their phase and name.
three_scripts() {
	for name; do
		for part in 1-a 2-b 10-c; do
			script "base/$name.d/$part" "echo $name \${0##*/}"
		done
	done
}

test_phases_run_in_the_order_given() {
	three_scripts configure pre-configure migration
	phase migration pre-configure
	expect 0 'migration 1-a
migration 2-b
migration 10-c
pre-configure 1-a
pre-configure 2-b
pre-configure 10-c'
	expect_log '(refresh-phase) [INFO] Starting phase migration'
	expect_log '(refresh-phase) [INFO] Completed phase pre-configure'
	expect_no_log 'phase configure'
}

test_a_phase_may_be_named_by_its_directory_and_more_than_once() {
	script base/configure.d/1 'echo one'
	phase configure.d configure
	expect 0 'one
one'
}

test_the_error_phase_runs_by_name() {
	script base/error.d/1 'echo "$OS_REFRESH_CONFIG_PHASE"'
	phase error
	expect 0 error
}

test_an_error_handler_that_fails_is_not_handled() {
	script base/error.d/1 'echo once; exit 3'
	phase error
	expect 1 once
	expect_no_log 'Calling error handlers'
	expect_log 'Aborting...'
}

test_an_unknown_phase_is_wrong_usage() {
	script base/configure.d/1 'echo ran'
	for name in nope configur configure.dd .d '' configure/; do
		phase configure "$name"
		expect 2 ''
		expect_log "refresh-phase: error: unknown phase $name (choose from pre-configure, configure, post-configure, migration, error)"
	done
	phase
	expect 2 ''
	expect_log 'refresh-phase: error: the following arguments are required: PHASE'
}

test_what_is_mistyped_is_named() {
	script base/configure.d/1 'echo ran'
	while read -r words; do
		# shellcheck disable=SC2086 # words
		phase ${words%|*}
		expect 2 ''
		expect_log "did you mean ${words#*|}?"
	done <<-'END'
		preconfigure|pre-configure
		configur|configure
		errors|error
		configure --form=1|--from
		configure --no-errorhandlers|--no-error-handlers
		configure --lokfile=x|--lockfile
	END
	for word in configuration --nothing -x; do
		phase "$word"
		expect 2 ''
		expect_no_log 'did you mean'
	done
}

test_a_missing_directory_is_a_warning() {
	three_scripts configure
	phase migration configure
	expect 0 'configure 1-a
configure 2-b
configure 10-c'
	expect_line '\[\] \(refresh-phase\) \[WARN\] Phase migration has no directory base/migration\.d'
	phase --dry-run migration
	expect 0 ''
	expect_line '\[\] \(refresh-phase\) \[WARN\] Phase migration has no directory base/migration\.d'
}

test_only_some_scripts() {
	three_scripts configure
	while read -r glob names; do
		phase configure --only "$glob" --dry-run
		expect 0
		assertEquals "$glob" "$names" "$(sed 's,.*/,,' <"$SUITE/out" | paste -sd ' ')"
	done <<-'END'
		1-a 1-a
		1* 1-a 10-c
		?-? 1-a 2-b
		[12]-* 1-a 2-b
		[!1]* 2-b
		[^2]* 1-a 10-c
		*[a-b] 1-a 2-b
		* 1-a 2-b 10-c
		**c 10-c
		\1-a 1-a
	END
}

# SEED (see lib.sh) chooses other patterns.
test_only_is_as_fnmatch() {
	if ! has_program python3 || ! python3 -c 'import ctypes; ctypes.CDLL("libc.so.6")' 2>/dev/null; then
		echo 'skipped: no glibc for python3 to call'
		return 0
	fi
	seed=$(seed)
	python3 -B "$TESTS/tools/glob_check.py" "$seed" 300 >"$SUITE/out" 2>&1
	assertEquals "seed $seed" '0 ' "$? $(cat "$SUITE/out")"
}

test_only_and_from_run_what_they_list() {
	three_scripts configure
	phase configure --only '1*'
	expect 0 'configure 1-a
configure 10-c'
	phase configure --from 2-b
	expect 0 'configure 2-b
configure 10-c'
	phase configure --from 2-b --log-level DEBUG
	expect_log '[DEBUG] Left out base/configure.d/1-a: --only or --from leaves it out'
}

test_nothing_chosen_is_an_error_and_calls_no_handler() {
	three_scripts configure error
	for choice in --only=z --only= '--only=[1' --only=10-c- --from=3-x --from= --from=1; do
		phase configure "$choice"
		expect 1 ''
		expect_log "(refresh-phase) [ERROR] No script in base/configure.d matches '${choice#*=}'"
		phase configure "$choice" --dry-run
		expect 1 ''
	done
}

# An unusual name, but one that a pattern lets in.
test_a_bracket_that_is_not_closed_is_itself() {
	script 'base/configure.d/[1' 'echo ran'
	RUN_PARTS_REGEX=. phase configure --only '[1'
	expect 0 ran
}

test_a_choice_by_only_is_for_one_phase() {
	three_scripts configure migration
	phase configure migration --only 1-a
	expect 2 ''
	expect_log 'error: --only needs exactly one PHASE and no --from'
	phase configure --only 1-a --from 1-a
	expect 2 ''
	expect_log 'error: --only needs exactly one PHASE and no --from'
}

# It is where the first phase begins; the later ones run as a whole.
test_a_choice_by_from_is_for_the_first_phase() {
	three_scripts configure migration
	phase configure migration --from 2-b
	expect 0 'configure 2-b
configure 10-c
migration 1-a
migration 2-b
migration 10-c'
	phase configure migration configure --from 10-c --dry-run
	expect 0 'configure	base/configure.d/10-c
migration	base/migration.d/1-a
migration	base/migration.d/2-b
migration	base/migration.d/10-c
configure	base/configure.d/1-a
configure	base/configure.d/2-b
configure	base/configure.d/10-c'
	phase post-configure configure migration --from 20-d
	expect 1 ''
	expect_log "No script in base/configure.d matches '20-d'"
}

test_a_choice_does_not_hold_for_error_handlers() {
	script base/configure.d/1 'exit 4'
	script base/configure.d/2 'echo ran'
	script base/error.d/9 'echo handled'
	phase configure --only 1
	expect 1 handled
}

test_without_error_handlers() {
	script base/configure.d/1 'exit 4'
	script base/error.d/1 'echo handled'
	script base/migration.d/1 'echo ran'
	phase --no-error-handlers configure migration
	expect 1 ''
	expect_no_log 'Calling error handlers'
	expect_log 'Aborting...'
	phase configure migration
	expect 1 handled
}

test_it_takes_the_lock_and_the_environment() {
	script base/configure.d/1 'echo "$NODE"; cat lock'
	file base/environment.d/1 'export NODE=n0\n'
	phase configure
	expect 0
	assertEquals 'n0' "$(head -n 1 "$SUITE/out")"
	assertTrue 'it holds the lock' "grep -q 'pid==' '$SUITE/out'"
	script base/configure.d/2 'refresh-phase --lockfile lock configure; echo "inner $?"'
	phase configure --only 2
	expect 0 'inner 11'
}

test_limits_hold() {
	script base/configure.d/1 'sleep 100'
	script base/error.d/1 'echo "$OS_REFRESH_CONFIG_FAILED_REASON $OS_REFRESH_CONFIG_FAILED_STATUS"'
	with_limits 'phase configure --script-timeout $LIMIT' grep -q timeout "$SUITE/out"
	expect 1 'timeout 137'
	with_limits 'phase configure --timeout $LIMIT' grep -q timeout "$SUITE/out"
	expect 1 'timeout 137'
}

test_help_and_version() {
	run refresh-phase --help
	expect 0
	assertTrue 'usage' "grep -qx 'usage: refresh-phase \[OPTION\]... PHASE...' '$SUITE/out'"
	run refresh-phase --version
	expect 0
	assertTrue version "grep -q '^refresh-phase (refreshbox) [0-9.]*$' '$SUITE/out'"
	run refresh-phase --nope configure
	expect 2 ''
	expect_log 'refresh-phase: error: unrecognized option: --nope'
}

CONTEXT='env | grep "^OS_REFRESH_CONFIG_[PF]" | sort'

test_every_script_knows_its_phase() {
	for name in pre-configure configure post-configure migration; do
		script "base/$name.d/1" "$CONTEXT"
	done
	orc
	expect 0 'OS_REFRESH_CONFIG_PHASE=pre-configure
OS_REFRESH_CONFIG_PHASE=configure
OS_REFRESH_CONFIG_PHASE=post-configure
OS_REFRESH_CONFIG_PHASE=migration'
}

test_environment_files_know_the_phase() {
	file base/environment.d/1 'export HERE="in $OS_REFRESH_CONFIG_PHASE"\n'
	script base/configure.d/1 'echo "$HERE"'
	orc
	expect 0 'in configure'
}

# failed PHASE SCRIPT STATUS REASON: what error.d has been told.
failed() {
	expect 1 "OS_REFRESH_CONFIG_FAILED_PHASE=$1
OS_REFRESH_CONFIG_FAILED_REASON=$4
${2:+OS_REFRESH_CONFIG_FAILED_SCRIPT=$2
}OS_REFRESH_CONFIG_FAILED_STATUS=$3
OS_REFRESH_CONFIG_PHASE=error"
}

test_error_handlers_know_what_failed() {
	script base/error.d/1 "$CONTEXT"
	script base/configure.d/1 'exit 42'
	orc
	failed configure base/configure.d/1 42 exit
	script base/pre-configure.d/5 'kill -SEGV $$'
	orc
	failed pre-configure base/pre-configure.d/5 139 signal
	script base/pre-configure.d/5 'sleep 100'
	with_limits 'orc --script-timeout $LIMIT' grep -q PHASE=error "$SUITE/out"
	failed pre-configure base/pre-configure.d/5 137 timeout
	with_limits 'orc --timeout $LIMIT' grep -q PHASE=error "$SUITE/out"
	failed pre-configure base/pre-configure.d/5 137 timeout
	script base/pre-configure.d/5 'trap "exit 0" TERM; sleep 100 & wait'
	with_limits 'orc --script-timeout $LIMIT --kill-after 20' grep -q PHASE=error "$SUITE/out"
	failed pre-configure base/pre-configure.d/5 143 timeout
	printf '#!/nowhere\n' >base/pre-configure.d/5
	orc
	failed pre-configure base/pre-configure.d/5 127 start
	rm base/pre-configure.d/5
	ln -s 5 base/pre-configure.d/5
	orc
	failed pre-configure base/pre-configure.d/5 1 directory
}

# With a bad environment the error handlers do not run, for they would have it as well: one that is
# bad for its phase alone tells.
test_error_handlers_know_of_a_bad_environment() {
	script base/error.d/1 "$CONTEXT"
	script base/configure.d/1 'echo ran'
	file base/environment.d/1 '[ "$OS_REFRESH_CONFIG_PHASE" = error ]\n'
	orc
	failed configure base/environment.d/1 1 environment
}

test_what_an_outer_run_left_is_taken_out() {
	script base/configure.d/1 "$CONTEXT"
	OS_REFRESH_CONFIG_FAILED_PHASE=old OS_REFRESH_CONFIG_FAILED_STATUS=7 \
		OS_REFRESH_CONFIG_PHASE=error orc
	expect 0 'OS_REFRESH_CONFIG_PHASE=configure'
}

test_other_runners_have_no_phase() {
	script scratch/1 "$CONTEXT; echo end"
	run dib-run-parts scratch
	expect 0 end
	run run-parts scratch
	expect 0 end
}

# shellcheck source=/dev/null
. shunit2
