#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The line of progress of --capture on a terminal.
# shellcheck disable=SC2016 # the scripts' own $
. "$(dirname "$0")/lib.sh"

# on_terminal COMMAND...: leaves what came in "raw", what stood there on the way in "raw.states" and in
# the end in "screen".
on_terminal() {
	TERM=${TERM_IS-xterm} python3 "$TESTS/tools/terminal.py" raw screen "${COLUMNS_ARE:-80}" "$@"
	RC=$?
}

ORC='env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'

# For scripts: shows NUMBER PATTERN waits until so many different lines like this stood on the terminal.
SHOWS='shows() {
	until [ "$(grep -x "$2" raw.states | sort -u | wc -l)" -ge "$1" ]; do sleep 0.02; done
}
'
# Long enough for a line to be shown, where one is.
LONG=1.3

test_it_is_shown_and_goes() {
	script base/configure.d/1-first 'exit 0'
	script base/configure.d/2-slow "$SHOWS"'line="\[configure 2/2\] 2-slow [0-9]* s"
		shows 1 "$line"; echo printed; shows 2 "$line"; printf "no end"; sleep '$LONG'; echo'
	# shellcheck disable=SC2086 # words
	on_terminal $ORC --capture
	assertEquals 'status' 0 "$RC"
	assertFalse "gone: $(cat screen)" "grep -q '^\[configure' screen"
	assertTrue 'the output is whole' "grep -qx 'printed' screen"
	assertTrue 'this, too' "grep -qx 'no end' screen"
	assertFalse 'not behind a line without an end' "grep -q 'no end.*\[' raw.states"
	undated <screen >log
	assertTrue "the log is whole: $(cat log)" "grep -qx 'dib-run-parts 2-slow completed' log"
}

test_without_capture_the_terminal_is_the_scripts() {
	script base/configure.d/1 "sleep $LONG; echo printed"
	# shellcheck disable=SC2086 # words
	on_terminal $ORC
	assertEquals 'status' 0 "$RC"
	assertFalse 'no control sequence' "grep -q '$(printf '\033')' raw"
	assertFalse 'no line' "grep -q '\[configure' raw"
	assertTrue 'the output is whole' "grep -qx 'printed' screen"
}

test_a_dumb_terminal_and_none() {
	script base/configure.d/1 "sleep $LONG"
	for TERM_IS in dumb ''; do
		# shellcheck disable=SC2086 # words
		on_terminal $ORC --capture
		assertEquals 'status' 0 "$RC"
		assertFalse 'no control sequence' "grep -q '$(printf '\033')' raw"
	done
	unset TERM_IS
	TERM=xterm orc --capture
	expect 0 ''
	expect_no_log '[configure'
	# shellcheck disable=SC2086 # words
	on_terminal sh -c "$ORC --capture 2>err"
	assertEquals 'status' 0 "$RC"
	assertFalse 'nor in a file' "grep -q '\[configure' err raw"
}

# The name gives way to the number and the seconds; where there is no room for both, so does the number.
test_a_long_name_is_cut() {
	long=$(printf '1-%0200d' 0)
	script "base/configure.d/$long" "$SHOWS"'shows 2 "\[co.*[0-9] s"'
	while read -r COLUMNS_ARE line; do
		# shellcheck disable=SC2086 # words
		on_terminal $ORC --capture --log-level ERROR
		assertEquals 'status' 0 "$RC"
		assertTrue "$COLUMNS_ARE columns: $(grep '^\[' raw.states)" "grep -qx '$line' raw.states"
	done <<-'END'
		12 \[con\.\.\. 1 s
		40 \[configure 1/1\] 1-0\{14\}\.\.\. 1 s
		80 \[configure 1/1\] 1-0\{54\}\.\.\. 1 s
		300 \[configure 1/1\] 1-0\{200\} 1 s
	END
	unset COLUMNS_ARE
}

test_a_short_name_is_not_cut() {
	script base/configure.d/123456789-123456789- "$SHOWS"'shows 1 "\[co.*[0-9] s"'
	for COLUMNS_ARE in 44 80; do
		# shellcheck disable=SC2086 # words
		on_terminal $ORC --capture --log-level ERROR
		assertTrue "$COLUMNS_ARE columns: $(grep '^\[' raw.states)" \
			"grep -qx '\[configure 1/1\] 123456789-123456789- [0-9]* s' raw.states"
	done
	unset COLUMNS_ARE
}

test_it_goes_before_an_end_by_signal() {
	script base/configure.d/1 "$SHOWS"'shows 1 "\[configure 1/1\] 1 [0-9]* s"; kill $PPID; sleep 100'
	# shellcheck disable=SC2086 # words
	on_terminal $ORC --capture
	assertEquals 'status' 143 "$RC"
	assertFalse "gone: $(cat screen)" "grep -q '^\[configure' screen"
	assertTrue 'and said' "grep -q 'Terminated by SIGTERM' screen"
}

# There, the line of the terminal is the shell's, in which somebody types.
test_in_the_background_it_is_neither_shown_nor_erased() {
	script base/configure.d/1 "sleep $LONG; cp raw.states in_background; : >ready"
	script base/configure.d/2 "$SHOWS"'shows 1 "\[configure 2/3\] 2 [0-9]* s"
		: >shown; until grep -q typed raw.states; do sleep 0.02; done'
	script base/configure.d/3 'exit 0'
	# Once the line is shown, the job is stopped as by Ctrl-Z, and goes on in the background.
	file shell "set -m
$ORC --capture &
sh -c 'until [ -e shown ]; do sleep 0.02; done; kill -s STOP -- -\$1' sh \$! &
until [ -e ready ]; do sleep 0.02; done
fg %%1
printf '\\ntyped'
bg %%1 >/dev/null
wait %%1"
	COLUMNS_ARE=300 on_terminal sh shell
	assertEquals 'status' 0 "$RC"
	assertFalse "not shown: $(cat in_background)" "grep -q '^\[configure' in_background"
	assertTrue "not erased: $(cat screen)" "grep -q typed screen"
}

# shellcheck source=/dev/null
. shunit2
