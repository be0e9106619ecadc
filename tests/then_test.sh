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

# Its arguments are its own, whatever they look like to us, and may follow operands everywhere.
test_its_arguments_are_its_own() {
	has_then || return 0
	script base/configure.d/10-a ':'
	for applet in 'os-refresh-config --lockfile lock' 'refresh-phase --lockfile lock configure' \
		'dib-run-parts base/configure.d' 'run-parts base/configure.d'; do
		for posix in '' POSIXLY_CORRECT=1; do
			# shellcheck disable=SC2086 # the words of a command line
			run env $posix $applet --then echo --l -x --no-such -- --then --help
			expect 0 '--l -x --no-such -- --then --help'
		done
	done
	run run-parts -- base/configure.d --then echo never
	expect 0 ''
	orc --then=echo never
	expect 2 ''
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

# A signal may come to process 1 when the last script has ended, and would be lost to what follows.
test_a_signal_that_comes_late_counts() {
	has_then && may_trace || return 0
	is_root || { echo 'skipped: only root may make a process namespace'; return 0; }
	script base/configure.d/10-a ':'
	run timeout -k 1 60 unshare -pf --kill-child strace -D -o /dev/null \
		-e inject=wait4:signal=TERM:when=2 run-parts base/configure.d --then echo never
	expect 143 ''
}

test_nothing_follows_where_nothing_runs() {
	has_then || return 0
	orc --dry-run --then echo never
	expect 0 "configure	base/configure.d/10-a"
	run run-parts --test base/configure.d --then echo never
	expect 0 base/configure.d/10-a
	run dib-run-parts --list base/configure.d --then echo never
	expect 0 "$(cat "$SUITE/out")"
	expect_nothing_follows
	for option in --check --print-base --print-phases --version; do
		orc $option --then echo never
		expect_nothing_follows
	done
}

expect_nothing_follows() {
	! grep never "$SUITE/out" || fail 'a program followed'
}

test_the_lock_is_free_by_then() {
	has_then || return 0
	orc --then os-refresh-config --lockfile lock --quiet --then echo last
	expect 0 'script as web
script as web
last'
}

test_the_event_log_names_it() {
	has_then || return 0
	orc --events events --then echo last
	assertEquals 1 "$(grep -c '"event":"run-end".*,"status":0,"then":"echo"}$' events)"
	script base/configure.d/20-fail 'exit 1'
	orc --events failed --then echo last
	assertEquals 1 "$(grep -c '"event":"run-end".*,"status":1}$' failed)"
}

# A daemon goes on, and so does what passes its output on. Those of process 1 come to the program.
test_daemons_go_on() {
	has_then || return 0
	script base/configure.d/10-a '(until [ -e go ]; do sleep 0.01; done; echo late; exec sleep 1000) &
echo $! >daemon'
	script next ': >go
tries=0
until grep -q late "$1"; do
	tries=$((tries + 1)); [ $tries -lt 2000 ] || exit 1; sleep 0.01
done
sed -n s/^PPid:.//p "/proc/$(cat daemon)/status" >parent
kill "$(cat daemon)"'
	orc --capture --then ./next "$SUITE/out"
	expect 0 late
	is_root || return 0
	rm go
	run unshare -pf --kill-child --mount-proc env OS_REFRESH_CONFIG_BASE_DIR=base \
		os-refresh-config --lockfile lock --then ./next "$SUITE/out"
	expect 0 late
	assertEquals 'parent of the daemon' 1 "$(cat parent)"
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
	file base/environment.d/20-zone 'export TZ=XYZ3 PATH=/nowhere\n'
	run dib-run-parts base/configure.d --then ls
	expect 127
	grep -q ' UTC [0-9]* ERROR: Cannot become ls: No such file or directory$' "$SUITE/err" ||
		fail "not in our time zone: $(cat "$SUITE/err")"
	rm base/environment.d/20-zone
	run run-parts base/configure.d --then
	expect 1 ''
	expect_log 'argument --then: expected at least one argument'
	orc --then
	expect 2 ''
}

# All that a program inherits is as we were given it.
test_it_finds_the_process_as_it_was() {
	has_then || return 0
	[ -r /proc/self/status ] || { echo 'skipped: needs /proc'; return 0; }
	cat >state <<-'END'
		#!/usr/bin/env python3
		import ctypes, os
		def read(name):
		    return open('/proc/self/' + name).read()
		value = ctypes.c_int()
		for get_deathsig_or_subreaper in 2, 37:
		    ctypes.CDLL(None).prctl(get_deathsig_or_subreaper, ctypes.byref(value))
		    print('prctl', get_deathsig_or_subreaper, value.value)
		print('dumpable', ctypes.CDLL(None).prctl(3), 'nice', os.nice(0), 'umask', os.umask(0))
		print('ids', os.getppid(), os.getpgid(0), os.getsid(0), os.getcwd())
		print(read('limits'), read('oom_score_adj'), read('cgroup'))
		for fd in range(20):
		    if os.path.exists(f'/proc/self/fd/{fd}'):
		        print(fd, os.readlink(f'/proc/self/fd/{fd}'))
	END
	cat >start <<-'END'
		#!/usr/bin/env python3
		import ctypes, os, resource, signal, sys
		signal.signal(signal.SIGCHLD, signal.SIG_IGN)
		signal.signal(signal.SIGPIPE, signal.SIG_IGN)
		signal.signal(signal.SIGHUP, signal.SIG_IGN)
		# 34 is SIGRTMIN to glibc and one of its own to musl.
		signal.pthread_sigmask(signal.SIG_SETMASK, {signal.SIGUSR1, signal.SIGCHLD, 34, 64})
		os.dup2(1, 9)
		os.dup2(2, 17)
		os.umask(0o27)
		os.nice(1)
		open('/proc/self/oom_score_adj', 'w').write('500')
		resource.setrlimit(resource.RLIMIT_CORE, (4096, resource.getrlimit(resource.RLIMIT_CORE)[1]))
		resource.setrlimit(resource.RLIMIT_NOFILE, (99, 199))
		ctypes.CDLL(None).prctl(1, 12)
		ctypes.CDLL(None).prctl(36, 1)
		os.execvp(sys.argv[1], sys.argv[1:])
	END
	chmod 755 state start
	script base/configure.d/10-a 'umask 0; ulimit -n 50; sleep 1000 & kill $!'
	# Python ignores SIGPIPE itself, and a shell unblocks signals.
	for program in "$PWD/state" 'grep -E ^(Sig(Pnd|Blk|Ign)|ShdPnd|Cap|NoNew) /proc/self/status'; do
		# shellcheck disable=SC2086 # a command
		run ./start $program
		expect 0
		cp "$SUITE/out" alone
		finds_it_alike os-refresh-config --lockfile lock --capture --events events
		finds_it_alike refresh-phase --no-lock --timeout 600 configure
		finds_it_alike dib-run-parts base/configure.d
		finds_it_alike run-parts --umask=077 --new-session base/configure.d
	done
}

# finds_it_alike COMMAND...: does $program find the process after it as without it?
finds_it_alike() {
	# shellcheck disable=SC2086 # a command
	run ./start "$@" --then $program
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
