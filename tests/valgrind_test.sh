#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The unit tests, and the applets at their usual work, under valgrind's memcheck: no use of what is
# not set, freed or not ours, no leak. They are built against glibc, with a malloc(3) for each
# allocation. For valgrind a vfork is a fork: no test here has a script that cannot be started.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# Prints why this cannot be done here; nothing where it can.
cannot_check() {
	if ! has_program valgrind || ! has_program gcc; then
		echo 'valgrind or gcc is not installed'
	elif ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
		echo 'valgrind knows the malloc of glibc only'
	fi
}

# Builds once, or skips the test.
needs_build() {
	why=$(cannot_check)
	if [ -n "$why" ]; then
		echo "skipped: $why"
		startSkipping
		return 1
	fi
	[ ! -d "$SUITE/o" ] || return 0
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u SET -u KCONFIG_CONFIG \
		make -s --no-print-directory -j "$(nproc)" -C "$TESTS/.." "O=$SUITE/o" CC=gcc \
		SANITIZE=1 PRESET=yes CFLAGS=-fno-sanitize=all all "$SUITE/o/unit" >"$SUITE/make" 2>&1 || {
		fail "make: $(cat "$SUITE/make")"
		return 1
	}
	for applet in os-refresh-config dib-run-parts run-parts; do
		ln -s ../refreshbox "$SUITE/o/lib/$applet"
	done
}

# memcheck STATUS PROGRAM [ARGUMENT]...: it ends with this status, and valgrind has no complaint of
# it or of a child before that executes something else.
memcheck() {
	want=$1 program=$SUITE/o/$2
	shift 2
	run valgrind -q --trace-children=no --leak-check=full --error-exitcode=99 \
		--log-file="$SUITE/test/memcheck.%p" "$program" "$@"
	expect "$want"
	assertEquals "valgrind: $program $*" '' "$(cat "$SUITE"/test/memcheck.*)"
}

# memcheck_orc STATUS [OPTION]...: os-refresh-config on the base directory "base".
memcheck_orc() {
	status=$1
	shift
	export OS_REFRESH_CONFIG_BASE_DIR=base
	memcheck "$status" lib/os-refresh-config --lockfile "$SUITE/test/lock" "$@"
}

test_unit_tests() {
	needs_build || return 0
	memcheck 0 unit
	grep -q '^unit: [1-9][0-9]* passed, 0 failed$' "$SUITE/out" || fail 'no unit tests ran'
}

test_phases() {
	needs_build || return 0
	script base/configure.d/10-a 'echo "$GREETING $HOME_OF" >&2'
	script base/configure.d/9-b ':'
	script base/migration.d/1-c ':'
	file base/configure.d/README 'left out\n'
	file base/environment.d/10-a 'export GREETING="${GREETING:-hel}lo"\nif [ -n "$GREETING" ]; then\n\texport HOME_OF=${UNSET-nobody}\nfi\n'
	memcheck_orc 0 --log-level DEBUG
	expect_log 'hello nobody'
	memcheck_orc 0 --dry-run
	RUN_PARTS_REGEX='^(9|1[0-9]*)-[ab]$' memcheck_orc 0
	expect_no_log 'migration.d/1-c completed'
}

test_phases_that_fail() {
	needs_build || return 0
	script base/configure.d/10-a 'exit 3'
	script base/error.d/1-e 'echo handled'
	memcheck_orc 1
	assertEquals handled "$(cat "$SUITE/out")"
	script base/configure.d/10-a 'sleep 60'
	memcheck_orc 1 --timeout 1
	rm -r base/error.d
	file base/environment.d/10-a 'A=$((1 + 1))\nexport A="$(echo out)"\n'
	script base/configure.d/10-a 'echo "$A"'
	memcheck_orc 0
	assertEquals out "$(cat "$SUITE/out")"
	file base/environment.d/10-a 'export A="\n'
	memcheck_orc 1
	RUN_PARTS_REGEX='a(' memcheck_orc 1
}

test_options() {
	needs_build || return 0
	mkdir -p base/configure.d
	memcheck_orc 0 --help
	memcheck_orc 0 --print-base
	memcheck_orc 0 --print-phases
	memcheck_orc 2 --timeout x
	memcheck_orc 2 --log
	memcheck 0 lib/dib-run-parts --help
	memcheck 1 lib/dib-run-parts nowhere
	memcheck 0 lib/run-parts --help
	memcheck 1 lib/run-parts --nonsense
	memcheck 0 refreshbox --list
}

test_run_parts() {
	needs_build || return 0
	script d/10-a 'echo "a $*"'
	script d/2-b 'cat; echo b >&2'
	script e/10-a 'echo masked'
	script e/3.dotted 'echo dotted'
	script e/4-fails 'exit 5'
	memcheck 0 lib/dib-run-parts d
	memcheck 0 lib/dib-run-parts --list d
	memcheck 5 lib/run-parts --report -v --arg=x --arg=y d e
	memcheck 5 lib/run-parts --exit-on-error --umask=077 --new-session e
	memcheck 0 lib/run-parts --test --debug --reverse --order=numeric d e
	memcheck 0 lib/run-parts --list --lsbsysinit d e
	memcheck 0 lib/run-parts --regex='^3\.[a-z]+$' --profile e
	expect 0
	echo data >data
	run sh -c 'valgrind -q --error-exitcode=99 --leak-check=full "$1" --stdin --report d <data' sh \
		"$SUITE/o/lib/run-parts"
	expect 0
}

# shellcheck source=/dev/null
. shunit2
