#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run-parts beside the programs it replaces: generated directories and command lines, each run by
# ours, Debian 12's, Debian 13's and busybox's; tests/tools/run_parts_diff.py tells the rest. SEED
# (see lib.sh) chooses other cases; CASES tells how many.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# Debian 13's, which `make deps` has fetched.
FETCHED=${REFERENCE%/*}/run-parts-5.23

has_fetched() {
	[ -x "$FETCHED/run-parts" ] && return 0
	echo "skipped: Debian 13's run-parts is not here: make deps fetches it"
	return 1
}

# Compiles the interpreter of the parts, statically where that works: it is started thousands of times.
make_recorder() {
	for flags in -static ''; do
		for compiler in ${CC:+"$CC"} musl-gcc cc; do
			# shellcheck disable=SC2086 # one or none
			has_program "$compiler" && "$compiler" -O1 $flags -o "$SUITE/recorder" \
				"$TESTS/tools/recorder.c" 2>"$SUITE/err" && return
		done
	done
	fail "no compiler for recorder.c: $(cat "$SUITE/err")"
}

# differ NAME PROGRAMS...: compares the given programs, which are options of run_parts_diff.py.
differ() {
	make_recorder || return
	chmod 755 "$SUITE/recorder"
	python3 -B "$TESTS/tools/run_parts_diff.py" --seed "$(seed)" --count "${CASES:-2000}" \
		--recorder "$SUITE/recorder" --scratch "$HERE" --jobs "$(nproc)" "$@" >"$SUITE/out" 2>&1
	RC=$?
	cat "$SUITE/out"
	assertEquals 'some programs differ' 0 "$RC"
}

# missing: prints why there is nothing to compare with.
missing() {
	if ! has_applet run-parts; then
		echo 'this binary has no run-parts'
	elif ! has_program python3; then
		echo 'python3 is not installed'
	fi
}

test_generated_cases_are_as_with_the_programs_we_replace() {
	why=$(missing)
	if [ -n "$why" ]; then
		echo "skipped: $why"
		startSkipping
		return
	fi
	set -- --ours "$SUITE/bin/run-parts"
	/usr/bin/run-parts --version 2>&1 | grep -q 'version 5\.7' && set -- "$@" --debian /usr/bin/run-parts
	busybox=$(command -v busybox) && "$busybox" 2>/dev/null | grep -q 'BusyBox v1\.35.*Debian' &&
		set -- "$@" --busybox "$busybox"
	if has_fetched >/dev/null; then
		# A copy, because other users may not reach the checkout.
		cp -R "$FETCHED" "$SUITE/debian13"
		set -- "$@" --debian13 "$SUITE/debian13"
	fi
	if [ $# -eq 2 ]; then
		echo 'skipped: no other run-parts is here'
		startSkipping
		return
	fi
	differ "$@"
}

# What could not be compared is told as a test of its own, so that it is seen among those skipped.
test_debian_13s_run_parts_is_at_hand() {
	has_fetched || return 0
	assertTrue 'it runs' "'$FETCHED/run-parts' --version"
}

# shellcheck source=/dev/null
. shunit2
