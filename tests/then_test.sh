#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --then: after a success, the process becomes another program; after a failure, it never does.

. "$(dirname "$0")/lib.sh"

export OS_REFRESH_CONFIG_BASE_DIR=base

setUp() {
	HERE=$SUITE/test
	mkdir "$HERE"
	cd "$HERE" || exit 1
	script base/configure.d/10-a 'echo "script as $ROLE"'
	file base/environment.d/10-role 'export ROLE=web\n'
}

has_then() {
	os-refresh-config --help 2>&1 | grep -q -e '--then' && return 0
	echo 'skipped: --then is not built in'
	return 1
}

test_each_applet_becomes_the_program() {
	has_then || return 0
	orc --then echo it is '$ROLE' -x --help
	expect 0 'script as web
it is $ROLE -x --help'
	run refresh-phase --lockfile lock configure --then echo last
	expect 0 'script as web
last'
	run dib-run-parts base/configure.d --then echo last
	expect 0 'script as web
last'
	run run-parts base/configure.d --then echo last
	expect 0 'script as 
last'
}

# The program has our process id, and so is process 1 where we were.
test_it_is_the_same_process() {
	has_then || return 0
	run sh -c 'echo $$; exec run-parts base/configure.d --then sh -c "echo \$\$"'
	assertEquals "$(sed -n 1p "$SUITE/out")" "$(sed -n 3p "$SUITE/out")"
}

test_it_gets_what_environment_files_export() {
	has_then || return 0
	file base/environment.d/20-path 'export PATH="$HERE/programs:$PATH" A="$OS_REFRESH_CONFIG_PHASE"\n'
	script programs/special 'echo "special as $ROLE, $A; phase ${OS_REFRESH_CONFIG_PHASE-none}"'
	export HERE
	orc --then special
	expect 0 'script as web
special as web, configure; phase none'
	assertEquals 'evaluations' 1 "$(grep -c 'Sourcing environment file .*10-role' "$SUITE/err")"
}

test_it_never_follows_a_failure() {
	has_then || return 0
	script base/migration.d/10-fail 'exit 3'
	orc --then echo never
	expect 1 'script as web'
	run dib-run-parts base/migration.d --then echo never
	expect 3 ''
	run run-parts base/migration.d --then echo never
	expect 3 ''
	rm -r base/migration.d
	script base/configure.d/10-a 'sleep 600'
	orc --script-timeout 0.2 --then echo never
	[ "$RC" -ne 0 ] || fail 'a limit is no failure'
	! grep never "$SUITE/out" || fail 'it followed a limit'
}

test_it_never_follows_a_signal() {
	has_then || return 0
	script base/configure.d/10-a 'echo started >started; sleep 600'
	os-refresh-config --lockfile lock --then touch followed >"$SUITE/out" 2>"$SUITE/err" &
	wait_until [ -s started ]
	kill -TERM $!
	wait $!
	assertEquals 143 $?
	assertFalse 'it followed a signal' '[ -e followed ]'
}

test_nothing_follows_where_nothing_runs() {
	has_then || return 0
	orc --dry-run --then echo never
	expect 0 "configure	base/configure.d/10-a"
	run run-parts --test base/configure.d --then echo never
	expect 0 base/configure.d/10-a
}

test_a_program_that_cannot_be_executed() {
	has_then || return 0
	orc --then ./nowhere
	expect 127 'script as web'
	expect_log 'Cannot become ./nowhere: No such file or directory'
	: >plain
	orc --then ./plain
	expect 126 'script as web'
	expect_log 'Cannot become ./plain: Permission denied'
	run run-parts base/configure.d --then
	expect 1 ''
	expect_log 'argument --then: expected at least one argument'
	orc --then
	expect 2 ''
}

# Signal actions, the mask and descriptors are those that we were given.
test_it_finds_the_process_as_it_was() {
	has_then || return 0
	[ -r /proc/self/status ] || { echo 'skipped: needs /proc'; return 0; }
	cat >state <<-'END'
		#!/usr/bin/env python3
		import os, signal
		for line in open('/proc/self/status'):
		    if line.startswith(('SigBlk', 'SigIgn')):
		        print(line, end='')
		print([fd for fd in range(20) if os.path.exists(f'/proc/self/fd/{fd}')])
	END
	cat >start <<-'END'
		#!/usr/bin/env python3
		import os, signal, sys
		signal.signal(signal.SIGCHLD, signal.SIG_IGN)
		signal.signal(signal.SIGPIPE, signal.SIG_IGN)
		signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR1})
		os.dup2(1, 9)
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	chmod 755 state start
	run ./start "$PWD/state"
	cp "$SUITE/out" alone
	script base/configure.d/10-a ':'
	orc_env="OS_REFRESH_CONFIG_BASE_DIR=base"
	run env "$orc_env" ./start os-refresh-config --lockfile lock --capture --then "$PWD/state"
	expect 0 "$(cat alone)"
	run ./start dib-run-parts base/configure.d --then "$PWD/state"
	expect 0 "$(cat alone)"
}

# Descriptors that were closed are closed again, although files of ours must not get their numbers.
test_closed_descriptors_stay_closed() {
	has_then || return 0
	[ -r /proc/self/status ] || { echo 'skipped: needs /proc'; return 0; }
	script base/configure.d/10-a 'readlink /proc/self/fd/0'
	# shellcheck disable=SC2016
	run sh -c 'exec "$@" <&-' - run-parts base/configure.d --then readlink /proc/self/fd/0
	expect 1 /dev/null
}

test_an_environment_that_no_program_can_take() {
	has_then || return 0
	script base/configure.d/10-a ':'
	rm -r base/environment.d
	mkdir base/environment.d
	python3 -c '
for i in range(7):
    print(f"export BIG{i}=" + "x" * 1000000)' >base/environment.d/10-big
	rm -r base/configure.d/10-a
	orc --then echo never
	[ "$RC" -ne 0 ] || fail "status 0: $(cat "$SUITE/out")"
	assertEquals 'stdout' '' "$(cat "$SUITE/out")"
}

# shellcheck source=/dev/null
. shunit2
