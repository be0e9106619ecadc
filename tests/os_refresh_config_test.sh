#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# os-refresh-config: its command line, phases, error handlers, exit statuses and what it says.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

REFERENCE_OPTIONS='help print-base print-phases log-level lockfile timeout'

# profiled: the names in the profile tables, in their order, in one line.
profiled() {
	grep -oE '[^ ]+ +[0-9]+\.[0-9]{3}$' "$SUITE/err" | sed 's/ .*//' | paste -sd' ' -
}

# jailed COMMAND [ARGUMENT]...: in the root directory "jail", which holds only the binary.
jailed() {
	if is_root; then chroot jail "$@"; else unshare -Ur chroot jail "$@"; fi
}

make_jail() {
	mkdir -p jail
	cp "$REFRESHBOX" jail/os-refresh-config
	jailed /os-refresh-config --version >/dev/null 2>&1 && return 0
	echo 'skipped: may not change the root directory, or the binary is not static'
	return 1
}

# ---- the command line

test_help_documents_every_option() {
	run os-refresh-config --help=all
	expect 0
	expect_stderr ''
	for option in '-h, --help\[=all\]' --print-base --print-phases '--lockfile LOCKFILE' \
		'--log-level LEVEL' '--timeout TIMEOUT' --dry-run --version; do
		assertEquals "$option" 1 "$(grep -cE -e "^  $option( |\$)" "$SUITE/out")"
	done
}

test_help_tells_environment_and_exit_statuses() {
	run os-refresh-config --help
	for word in OS_REFRESH_CONFIG_BASE_DIR RUN_PARTS_REGEX DIB_DEBUG_TRACE \
		/usr/libexec/os-refresh-config /var/run/os-refresh-config.lock 'Exit status'; do
		assertTrue "$word" "grep -qF -e '$word' '$SUITE/out'"
	done
	assertFalse 'lines are at most 80 wide' "grep -q '.\{81\}' '$SUITE/out'"
}

test_help_has_the_name_it_was_called_by() {
	run os-refresh-config -h
	expect 0
	assertTrue "$(head -1 "$SUITE/out")" "head -1 '$SUITE/out' | grep -q '^usage: os-refresh-config '"
}

test_version() {
	run os-refresh-config --version
	expect 0
	expect_stderr ''
	assertTrue "$(cat "$SUITE/out")" \
		"grep -qxE 'os-refresh-config \(refreshbox\) [0-9.]+' '$SUITE/out'"
}

# matches PREFIX: how many options of the reference begin so.
matches() {
	count=0
	for candidate in $REFERENCE_OPTIONS; do
		case $candidate in "$1"*) count=$((count + 1)) ;; esac
	done
	echo $count
}

# value_of OPTION: a value it takes, as "=VALUE".
value_of() {
	case $1 in
	log-level) echo '=INFO' ;;
	lockfile) echo '=lock' ;;
	timeout) echo '=5' ;;
	esac
}

# expect_prefix PREFIX OPTION: accepted if the reference would accept it, else ambiguous.
expect_prefix() {
	if [ "$(matches "$1")" -eq 1 ] || [ "$1" = "$2" ]; then
		run os-refresh-config "--$1$(value_of "$2")" --print-base
		assertEquals "--$1: $(cat "$SUITE/err")" 0 "$RC"
	else
		run os-refresh-config "--$1" --print-base
		expect 2 ''
		expect_log "error: ambiguous option: --$1 could match --"
	fi
}

test_every_prefix_of_the_reference_means_the_same() {
	tried=0
	for option in $REFERENCE_OPTIONS; do
		prefix=$option
		while [ -n "$prefix" ]; do
			expect_prefix "$prefix" "$option"
			prefix=${prefix%?}
			tried=$((tried + 1))
		done
	done
	assertEquals 'prefixes tried' 50 $tried
}

test_prefixes_act_as_their_option() {
	run os-refresh-config --print-p
	expect 0 "$(printf 'pre-configure\tconfigure\tpost-configure\tmigration')"
	run os-refresh-config --print-b
	expect 0 /usr/libexec/os-refresh-config
	script base/configure.d/10-a 'exit 1'
	orc --log=CRITICAL
	expect 1
	expect_no_log '(os-refresh-config)'
	orc --loc other-lock
	assertTrue 'no lock of that name' '[ -e other-lock ]'
}

test_usage_errors_have_the_words_of_the_reference() {
	while IFS='|' read -r words message; do
		# shellcheck disable=SC2086 # the words
		run os-refresh-config $words
		expect 2 ''
		assertEquals "$words" "os-refresh-config: error: $message
See os-refresh-config --help." "$(cat "$SUITE/err")"
	done <<-'END'
		foo|unrecognized arguments: foo
		-x --nope|unrecognized arguments: -x --nope
		--print-base foo|unrecognized arguments: foo
		-- --print-base|unrecognized arguments: -- --print-base
		--print|ambiguous option: --print could match --print-base, --print-phases
		--lo x|ambiguous option: --lo could match --log-level, --lockfile
		--print-base=1|argument --print-base: ignored explicit argument '1'
		--dry-run=1|argument --dry-run: ignored explicit argument '1'
		--timeout|argument --timeout: expected one argument
		--timeout --print-base|argument --timeout: expected one argument
		--timeout abc|argument --timeout: invalid int value: 'abc' (seconds, or 90s, 5m, 1.5h)
		--timeout=1.5x|argument --timeout: invalid int value: '1.5x' (seconds, or 90s, 5m, 1.5h)
		--timeout=|argument --timeout: invalid int value: '' (seconds, or 90s, 5m, 1.5h)
		--log-level debug|argument --log-level: invalid choice: 'debug' (choose from 'ERROR', 'WARN', 'CRITICAL', 'INFO', 'DEBUG')
		--log-level bad --help|argument --log-level: invalid choice: 'bad' (choose from 'ERROR', 'WARN', 'CRITICAL', 'INFO', 'DEBUG')
	END
}

test_quiet_logs_only_what_is_wrong() {
	script base/configure.d/1 'echo out; echo err >&2'
	for option in -q --quiet '--quiet --log-level DEBUG'; do
		# shellcheck disable=SC2086 # words
		orc $option
		expect 0 out
		assertEquals "$option" err "$(cat "$SUITE/err")"
	done
	export DIB_DEBUG_TRACE=1
	orc -q
	unset DIB_DEBUG_TRACE
	assertEquals 'with a trace' err "$(cat "$SUITE/err")"
	file base/configure.d/2-not-executable '#!/bin/sh\n'
	orc -q
	expect 0 out
	expect_line '.* \[WARN\] Left out base/configure.d/2-not-executable: .*'
	script base/configure.d/3 'exit 3'
	orc -q
	expect 1 out
	expect_log 'base/configure.d/3 failed with exit status 3'
	expect_no_log PROFILING
	expect_no_log Running
	orc
	expect_log PROFILING
}

test_help_wins_over_what_is_wrong_to_its_right() {
	run os-refresh-config foo --nope -h --log-level bad
	expect 0
	expect_stderr ''
}

test_the_last_of_repeated_options_counts() {
	script base/configure.d/10-a 'exit 1'
	orc --log-level DEBUG --log-level CRITICAL --timeout x --timeout 5
	expect 2
	orc --log-level DEBUG --log-level=CRITICAL
	expect_no_log '(os-refresh-config)'
}

# ---- the base directory

test_print_base() {
	run os-refresh-config --print-base --print-phases
	expect 0 /usr/libexec/os-refresh-config
	expect_stderr ''
	OS_REFRESH_CONFIG_BASE_DIR="a\\b//c" run os-refresh-config --print-base
	expect 0 'a\b//c'
	OS_REFRESH_CONFIG_BASE_DIR='' run os-refresh-config --print-base
	expect 0 ''
	assertEquals 'an empty line' 1 "$(wc -l <"$SUITE/out")"
}

test_an_empty_base_is_the_current_directory() {
	script configure.d/10-a 'echo ran'
	BASE='' orc
	expect 0 ran
	expect_log 'Running configure.d/10-a'
}

test_the_base_is_spelt_as_given() {
	script base/configure.d/10-a 'echo "$0"'
	BASE=base/ orc
	expect 0 base/configure.d/10-a
	BASE=base/. orc
	expect 0 base/./configure.d/10-a
	BASE=$HERE/base orc
	expect 0 "$HERE/base/configure.d/10-a"
}

test_the_old_base_warns_once() {
	make_jail || return 0
	mkdir -p jail/opt/stack/os-config-refresh
	run jailed /os-refresh-config --print-base
	expect 0 /opt/stack/os-config-refresh
	expect_stderr '[] (os-refresh-config) [WARN] Base directory /opt/stack/os-config-refresh is deprecated. The recommended base directory is /usr/libexec/os-refresh-config'
}

test_the_old_base_doubles_no_line() {
	make_jail || return 0
	mkdir -p jail/opt/stack/os-config-refresh/configure.d
	run jailed /os-refresh-config --lockfile /lock
	expect 0 ''
	expect_line '.*is deprecated.*'
	expect_line '.*Starting phase configure'
	expect_line '.*Completed phase configure'
}

test_the_old_base_is_used_only_for_want_of_the_new() {
	make_jail || return 0
	mkdir -p jail/opt/stack/os-config-refresh jail/usr/libexec/os-refresh-config
	run jailed /os-refresh-config --print-base
	expect 0 /usr/libexec/os-refresh-config
	expect_stderr ''
	rmdir jail/usr/libexec/os-refresh-config
	OS_REFRESH_CONFIG_BASE_DIR=/mine run jailed /os-refresh-config --print-base
	expect 0 /mine
	expect_stderr ''
}

test_an_empty_base_says_nothing() {
	mkdir base
	orc
	expect 0 ''
	expect_stderr ''
}

test_a_missing_base_is_an_error() {
	BASE=nope orc
	expect_one_line 1 '[ERROR] Base directory nope: No such file or directory (set OS_REFRESH_CONFIG_BASE_DIR)'
	assertFalse 'the lock was made' '[ -e lock ]'
}

test_a_base_that_is_a_file_is_an_error() {
	file base text
	orc
	expect_one_line 1 '[ERROR] Base directory base: Not a directory (set OS_REFRESH_CONFIG_BASE_DIR)'
	orc --dry-run
	expect_one_line 1 '[ERROR] Base directory base: Not a directory (set OS_REFRESH_CONFIG_BASE_DIR)'
}

# ---- --dry-run

test_dry_run_prints_all_in_run_order() {
	for part in migration.d/1-m configure.d/10-b configure.d/2-a configure.d/100-c \
		post-configure.d/p pre-configure.d/1-p error.d/1-e other.d/1-x; do
		script base/$part 'touch ran'
	done
	file base/configure.d/README 'not a script'
	orc --dry-run
	expect 0 "$(printf '%s\t%s\n' pre-configure base/pre-configure.d/1-p \
		configure base/configure.d/2-a configure base/configure.d/10-b \
		configure base/configure.d/100-c post-configure base/post-configure.d/p \
		migration base/migration.d/1-m)"
	assertFalse 'something was run' '[ -e ran ]'
	assertFalse 'a lock was made' '[ -e lock ]'
}

test_dry_run_of_nothing_prints_nothing() {
	mkdir -p base/configure.d
	orc --dry-run
	expect 0 ''
	expect_stderr ''
}

test_dry_run_does_not_care_for_the_lock() {
	script base/configure.d/10-a 'os-refresh-config --lockfile lock --dry-run'
	orc
	expect 0 "$(printf 'configure\tbase/configure.d/10-a')"
	orc --dry-run --lockfile no/such/dir/lock
	expect 0
}

test_dry_run_tells_what_is_left_out() {
	script base/configure.d/10-a.sh 'echo ran'
	orc --dry-run
	expect 0 ''
	expect_line '.*\[WARN\] Left out base/configure.d/10-a.sh: .*'
}

test_dry_run_fails_where_a_run_would() {
	script base/configure.d/10-a 'echo ran'
	ln -s 20-b base/configure.d/20-b
	orc --dry-run
	expect 1
	expect_line '.*\[ERROR\] base/configure.d/20-b cannot be examined: .*'
}

# ---- phases

test_phases_run_in_order() {
	for phase in migration configure post-configure pre-configure error other; do
		script base/$phase.d/10-a "echo $phase"
	done
	orc
	expect 0 "$(printf 'pre-configure\nconfigure\npost-configure\nmigration')"
	assertEquals 'pre-configure configure post-configure migration' \
		"$(sed -n 's/.*Completed phase //p' "$SUITE/err" | paste -sd' ' -)"
	expect_no_log 'Calling error handlers.'
}

test_phases_without_a_directory_are_passed_over() {
	script base/migration.d/10-a 'echo ran'
	orc --log-level DEBUG
	expect 0 ran
	expect_line '.*\[DEBUG\] Checking base/configure.d'
	expect_line '.*\[DEBUG\] No dir for phase configure'
	expect_line ".*\[DEBUG\] Running \['dib-run-parts', 'base/migration.d'\]"
}

test_a_symlinked_phase_directory_runs() {
	script elsewhere/10-a 'echo ran'
	mkdir base
	ln -s ../elsewhere base/configure.d
	orc
	expect 0 ran
	expect_log 'Running base/configure.d/10-a'
}

test_phases_after_a_failure_are_not_run() {
	script base/pre-configure.d/10-a 'echo pre'
	script base/configure.d/10-a 'echo fails; exit 5'
	script base/configure.d/20-b 'echo wrong'
	script base/post-configure.d/10-a 'echo wrong'
	orc
	expect 1 "$(printf 'pre\nfails')"
	expect_line ".*\[ERROR\] during configure phase. \[Command '\['dib-run-parts', 'base/configure.d'\]' returned non-zero exit status 5.\]"
	assertEquals 'an empty line after it' '' "$(sed -n '/during configure phase/{n;p;}' "$SUITE/err")"
	expect_line '.*\[ERROR\] Aborting\.\.\.'
	expect_no_log 'Completed phase configure'
	expect_no_log 'phase post-configure'
}

test_what_is_said_of_a_good_run() {
	script base/configure.d/10-a 'echo out; echo err >&2'
	orc
	assertEquals stderr "$(cat <<-'END'
		[] (os-refresh-config) [INFO] Starting phase configure
		dib-run-parts Running base/configure.d/10-a
		err
		dib-run-parts 10-a completed
		dib-run-parts ----------------------- PROFILING -----------------------
		dib-run-parts
		dib-run-parts Target: configure.d
		dib-run-parts
		dib-run-parts Script                                     Seconds
		dib-run-parts ---------------------------------------  ----------
		dib-run-parts
		dib-run-parts 10-a                                          0.000
		dib-run-parts
		dib-run-parts --------------------- END PROFILING ---------------------
		[] (os-refresh-config) [INFO] Completed phase configure
		[] (os-refresh-config) [INFO] Phase configure: 1 script run, 0 left out, 0.000 s
	END
	)" "$(undated <"$SUITE/err" | sed 's/[0-9]\.[0-9]\{3\}\( s\)*$/0.000\1/; s/ $//')"
	expect 0 out
}

test_log_levels() {
	script base/configure.d/10-a 'exit 1'
	script base/error.d/10-e ':'
	orc --log-level WARN
	expect_no_log '[INFO]'
	expect_line '.*\[ERROR\] during configure phase\..*'
	expect_line '.*\[ERROR\] Script base/configure.d/10-a failed.*'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
	orc --log-level ERROR
	expect_line '.*\[ERROR\] Aborting\.\.\.'
	orc --log-level CRITICAL
	expect 1
	expect_no_log '(os-refresh-config)'
	expect_line 'dib-run-parts Running base/configure.d/10-a'
}

# ---- the failing script

test_a_failing_script_is_named_with_its_status_and_time() {
	script base/configure.d/10-a 'exit 5'
	orc
	expect 1
	expect_line '.*\[ERROR\] Script base/configure.d/10-a failed with exit status 5 after [0-9]+\.[0-9]{3} s'
}

test_a_killed_script_is_named_with_its_signal_and_time() {
	script base/configure.d/10-a 'kill -TERM $$'
	orc
	expect 1
	expect_line '.*\[ERROR\] Script base/configure.d/10-a was killed by signal 15 \(SIGTERM\) after [0-9]+\.[0-9]{3} s \(process [0-9]+.*\)'
	expect_line '.*returned non-zero exit status 143\.\]'
}

test_a_script_that_cannot_start_is_named_with_its_cause() {
	script base/configure.d/10-a ':'
	sed -i '1s|.*|#!/no/such/interpreter|' base/configure.d/10-a
	orc
	expect 1
	expect_line '.*\[ERROR\] Script base/configure.d/10-a could not be started: its interpreter '\''/no/such/interpreter'\'' does not exist \(exit status 127\)'
}

test_the_profile_follows_a_failure_too_in_run_order() {
	for name in 10-b 2-a 100-c 30-z; do
		script base/configure.d/$name "[ $name != 30-z ]"
	done
	orc
	expect 1
	assertEquals '2-a 10-b 30-z' "$(profiled)"
}

# ---- error.d

test_error_handlers_run_once_after_a_failure() {
	script base/pre-configure.d/10-a 'exit 1'
	script base/configure.d/10-a 'exit 1'
	script base/error.d/2-e 'echo handled'
	script base/error.d/10-e 'echo handled too'
	orc
	expect 1 "$(printf 'handled\nhandled too')"
	expect_line '.*\[INFO\] Calling error handlers\.'
	assertEquals '10-a 2-e 10-e' "$(profiled)"
	assertTrue 'Aborting, then the summary' "grep -A 1 'Aborting\.\.\.' '$SUITE/err' | grep -q ' Phase '"
}

test_error_handlers_do_not_run_after_success() {
	script base/configure.d/10-a ':'
	script base/error.d/10-e 'echo wrong'
	orc
	expect 0 ''
}

test_a_failing_error_handler_does_not_matter() {
	script base/configure.d/10-a 'exit 3'
	script base/error.d/10-e 'echo handler; exit 9'
	script base/error.d/20-e 'echo not reached'
	orc
	expect 1 handler
	expect_line '.*Script base/error.d/10-e failed with exit status 9 after .*'
	expect_line '.*\[INFO\] Calling error handlers\.'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
}

test_error_handlers_that_cannot_run_do_not_matter() {
	script base/configure.d/10-a 'exit 3'
	file base/error.d 'not a directory'
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] Aborting\.\.\.'
}

test_no_error_handlers_is_no_error() {
	script base/configure.d/10-a 'exit 3'
	orc
	expect 1 ''
	expect_no_log 'Calling error handlers.'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
}

test_error_handlers_have_the_environment_of_scripts() {
	mkdir -p base/configure.d base/error.d
	ln -s "$(command -v env)" base/error.d/env
	script base/configure.d/10-a 'exit 1'
	run env -i "PATH=$PATH" OS_REFRESH_CONFIG_BASE_DIR=base OS_CONFIG_FILES='a b' \
		os-refresh-config --lockfile lock
	expect 1
	assertEquals 'OS_CONFIG_FILES=a b' "$(grep ^OS_CONFIG_FILES "$SUITE/out")"
	assertEquals "PATH=$PATH" "$(grep ^PATH= "$SUITE/out")"
}

# ---- exit statuses

test_exit_status_0() {
	script base/configure.d/10-a ':'
	orc
	expect 0
}

test_exit_status_1_for_every_failure_of_a_script() {
	for body in 'exit 1' 'exit 2' 'exit 11' 'exit 127' 'exit 255' 'kill -9 $$'; do
		script base/configure.d/10-a "$body"
		orc
		assertEquals "$body" 1 "$RC"
	done
}

test_exit_status_2() {
	orc --nope
	expect 2
	assertFalse 'the lock was made' '[ -e lock ]'
}

test_exit_status_11() {
	script base/configure.d/10-a 'os-refresh-config --lockfile lock && exit 1; [ $? -eq 11 ]'
	orc
	expect 0
	expect_line '.*\[ERROR\] Could not lock lock\. \[Errno 11\] Resource temporarily unavailable .*'
}

# shellcheck source=/dev/null
. shunit2
