#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Every system call of a run failing, delayed, or ended by a signal: tests/faults/sweep.py tells the
# rest. A sample of the faults; with LONG=1 all of them.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# cannot_trace: prints why there is nothing to be tried, if so.
cannot_trace() {
	if ! has_program python3; then
		echo 'skipped: python3 is not installed'
	elif ! has_program strace || ! strace -o /dev/null -f -b execve true 2>/dev/null; then
		echo 'skipped: cannot trace'
	else
		return 1
	fi
	startSkipping
}

# sweep APPLET: every scenario of it.
sweep() {
	[ "$1" = refreshbox ] || has_applet "$1" || {
		echo "skipped: this binary has no $1"
		startSkipping
		return
	}
	cannot_trace && return
	mkdir scratch
	python3 -B "$TESTS/faults/sweep.py" --binary "$REFRESHBOX" --scratch "$HERE/scratch" \
		${LONG:+--all} "$1" >"$SUITE/out" 2>&1
	RC=$?
	cat "$SUITE/out"
	assertEquals 'some faults were not borne' 0 "$RC"
}

test_os_refresh_config_bears_faults() {
	sweep os-refresh-config
}

test_refresh_phase_bears_faults() {
	sweep refresh-phase
}

test_dib_run_parts_bears_faults() {
	sweep dib-run-parts
}

test_run_parts_bears_faults() {
	sweep run-parts
}

test_refreshbox_bears_faults() {
	sweep refreshbox
}

# shellcheck source=/dev/null
. shunit2
