#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lock file: who holds it, what it says, and what can be wrong with it.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

STAMP='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2},[0-9]{3}'

# expect_refused CAUSE FILE: status 1, one line that names the file and the cause, and nothing run.
expect_refused() {
	expect 1 ''
	assertEquals "$(cat "$SUITE/err")" 1 "$(wc -l <"$SUITE/err")"
	assertTrue "not '$1' of '$2' in $(cat "$SUITE/err")" \
		"grep -qE '\[ERROR\] Could not lock $2\. \[Errno [0-9]+\] .*$1' '$SUITE/err'"
	assertFalse 'a script was run' '[ -e ran ]'
}

# start COMMAND [ARGUMENT]...: runs it in the background, as process $JOB.
start() {
	"$@" >"$SUITE/job.out" 2>"$SUITE/job.err" </dev/null &
	JOB=$!
	PIDS="$PIDS $JOB"
}

# finish: waits for what start began; its status is RC.
finish() {
	wait "$JOB" 2>/dev/null
	RC=$?
}

# holding: a run in the background holds the lock until a line is written to "go".
holding() {
	mkfifo go
	script held/configure.d/10-a 'echo $$ >script; echo >started; read line <go'
	start env OS_REFRESH_CONFIG_BASE_DIR=held os-refresh-config --lockfile lock
	wait_until [ -e started ]
	PIDS="$PIDS $(cat script)"
}

test_the_file_tells_pid_and_time_while_running() {
	script base/configure.d/10-a 'cat lock'
	run sh -c 'echo $$ >pid; exec env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'
	expect 0
	assertTrue "$(cat "$SUITE/out")" \
		"grep -qxE 'Locked by pid==$(cat pid) at $STAMP' '$SUITE/out'"
	assertEquals 'one line' 1 "$(wc -l <"$SUITE/out")"
}

test_the_file_tells_while_error_handlers_run() {
	script base/configure.d/10-a 'exit 1'
	script base/error.d/10-e 'cat lock'
	orc
	expect 1
	assertTrue "$(cat "$SUITE/out")" "grep -q 'pid==' '$SUITE/out'"
}

test_the_file_is_empty_after_success() {
	script base/configure.d/10-a ':'
	orc
	expect 0
	assertTrue 'was removed' '[ -f lock ]'
	assertFalse "$(cat lock)" '[ -s lock ]'
}

test_the_file_is_empty_after_failure() {
	script base/configure.d/10-a 'exit 1'
	orc
	expect 1
	assertTrue 'was removed' '[ -f lock ]'
	assertFalse "$(cat lock)" '[ -s lock ]'
}

test_the_file_is_empty_after_a_signal() {
	holding
	kill -TERM "$JOB"
	finish
	assertEquals 143 $RC
	assertTrue 'was removed' '[ -f lock ]'
	assertFalse "$(cat lock)" '[ -s lock ]'
}

test_the_file_is_the_same_for_every_run() {
	script base/configure.d/10-a ':'
	orc
	before=$(ls -i lock)
	orc
	assertEquals "$before" "$(ls -i lock)"
}

# Who can open it can hold the lock.
test_a_new_file_is_for_its_owner_alone() {
	mkdir base
	for mask in 022 077 000; do
		rm -f lock
		(umask $mask && OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock)
		assertEquals 600 "$(stat -c %a lock)"
	done
}

test_what_was_in_the_file_goes() {
	script base/configure.d/10-a 'cat lock'
	seq 1000 >lock
	orc
	expect 0
	assertEquals 1 "$(wc -l <"$SUITE/out")"
	assertFalse "$(cat lock)" '[ -s lock ]'
}

test_a_second_run_is_refused() {
	script base/configure.d/10-a 'echo wrong'
	holding
	before=$(cat lock)
	orc
	expect 11 ''
	assertEquals "$(cat "$SUITE/err")" 1 "$(wc -l <"$SUITE/err")"
	expect_log "[ERROR] Could not lock $HERE/lock. [Errno 11] Resource temporarily unavailable (Locked by pid==$JOB at "
	assertEquals 'untouched' "$before" "$(cat lock)"
	expect_log '; --wait waits for it; do not remove the file'
	echo >go
	finish
	assertEquals 0 $RC
}

test_a_run_within_a_run_is_refused() {
	script base/configure.d/10-a 'os-refresh-config --lockfile lock; echo $?'
	orc
	expect 0 11
}

test_another_lock_is_another_matter() {
	script base/configure.d/10-a 'echo ran'
	holding
	orc --lockfile other
	expect 0 ran
	echo >go
	finish
	assertEquals 0 $RC
}

# contender: a run of "both" and, in the file "statuses", what came of it.
contender() {
	OS_REFRESH_CONFIG_BASE_DIR=both os-refresh-config --lockfile lock 2>/dev/null </dev/null
	echo $? >>statuses
}

test_of_two_at_once_one_runs() {
	mkfifo go
	script both/configure.d/10-a 'echo ran >>runs; read line <go'
	for round in 1 2 3 4 5; do
		: >runs
		: >statuses
		contender &
		contender &
		wait_until [ -s statuses ]
		wait_until [ -s runs ]
		echo >go
		wait
		assertEquals "round $round" '0 11' "$(sort -n statuses | paste -sd' ' -)"
		assertEquals "round $round" ran "$(cat runs)"
	done
}

# held_by_a_stranger: a run while flock(1) holds the lock.
held_by_a_stranger() {
	has_program flock || {
		echo 'skipped: no flock'
		return 1
	}
	script base/configure.d/10-a 'echo wrong'
	OS_REFRESH_CONFIG_BASE_DIR=base run flock lock os-refresh-config --lockfile lock
}

test_a_lock_without_a_note() {
	held_by_a_stranger || return 0
	expect 11 ''
	expect_stderr '[] (os-refresh-config) [ERROR] Could not lock lock. [Errno 11] Resource temporarily unavailable; --wait waits for it; do not remove the file'
}

test_a_lock_with_a_strange_note() {
	file lock '\033[31mred\\\nsecond line\n'
	held_by_a_stranger || return 0
	expect 11 ''
	expect_stderr '[] (os-refresh-config) [ERROR] Could not lock lock. [Errno 11] Resource temporarily unavailable (\x1b[31mred\\); --wait waits for it; do not remove the file'
	assertEquals 'untouched' 2 "$(wc -l <lock)"
}

test_a_lock_with_an_endless_note() {
	head -c 100000 /dev/zero | tr '\0' x >lock
	held_by_a_stranger || return 0
	expect 11 ''
	assertEquals 'one line' 1 "$(wc -l <"$SUITE/err")"
	assertTrue 'a short one' "[ $(wc -c <"$SUITE/err") -lt 1000 ]"
	assertEquals 'untouched' 100000 "$(wc -c <lock)"
}

test_a_daemon_does_not_hold_the_lock() {
	script base/configure.d/10-a 'sleep 1000 >/dev/null 2>&1 & echo $! >daemon'
	orc
	expect 0
	PIDS="$PIDS $(cat daemon)"
	orc
	expect 0
	assertTrue 'the first daemon is gone' "kill -0 ${PIDS##* }"
	PIDS="$PIDS $(cat daemon)"
}

test_kill_9_ends_the_script_before_the_lock_is_free() {
	script base/configure.d/10-a 'kill -0 "$(cat script)" 2>/dev/null && echo alive; cat lock'
	holding
	assertTrue 'the note' "grep -q 'pid==$JOB ' lock"
	kill -9 "$JOB"
	finish
	orc --wait=60
	expect 0
	assertEquals 'a new note' 1 "$(wc -l <"$SUITE/out")"
	assertFalse 'the old note' "grep -q 'pid==$JOB ' '$SUITE/out'"
	assertFalse "$(cat lock)" '[ -s lock ]'
}

test_a_missing_directory_is_made() {
	script base/configure.d/10-a 'ls -A made'
	orc --lockfile made/lock
	expect 0 lock
	mkdir sealed
	chmod 555 sealed
	is_root || orc --lockfile sealed/made/lock
	is_root || expect_log 'Could not lock sealed/made/lock. [Errno 13] Permission denied'
}

# planted_links: links in the directory "shared", where others may make files, lead nowhere.
planted_links() {
	echo precious >victim
	ln -sf ../victim shared/lock
	orc --lockfile shared/lock
	expect_refused 'ymbolic link' shared/lock
	assertEquals precious "$(cat victim)"
	ln -sf ../new shared/lock
	orc --lockfile shared/lock
	expect_refused 'ymbolic link' shared/lock
	assertFalse 'it was made' '[ -e new ]'
	ln -f victim shared/lock
	orc --lockfile shared/lock
	expect_refused 'Too many links' shared/lock
	assertEquals precious "$(cat victim)"
	rm shared/lock
}

# What they lead to is somebody else's.
test_a_link_that_others_could_have_made() {
	script base/configure.d/10-a 'touch ran'
	mkdir shared
	for mode in 1777 0777 1757; do
		chmod $mode shared
		planted_links
	done
	ln -s ../victim shared/lock
	chmod 755 shared
	orc --lockfile shared/lock
	expect 0
	assertEquals 'what was in it goes' '' "$(cat victim)"
}

# The same with a link on the way to the file; one that is ours is followed.
test_a_link_on_the_way_that_others_could_have_made() {
	script base/configure.d/10-a 'touch ran'
	mkdir -m 777 shared
	mkdir ours
	ln -s ../ours shared/way
	for path in shared/way "$HERE/shared/way" shared/../shared/./way; do
		echo precious >ours/lock
		orc --lockfile "$path/lock"
		expect_refused 'ymbolic link' "$path/lock"
		assertEquals precious "$(cat ours/lock)"
	done
	chmod 1777 shared
	if is_root; then
		chown -h 12345 shared/way
		orc --lockfile shared/way/lock
		expect_refused 'ymbolic link' shared/way/lock
		chown -h 0 shared/way
	fi
	orc --lockfile shared/way/lock
	expect 0
	assertEquals 'what was in it goes' '' "$(cat ours/lock)"
}

# No directory is made behind it, before the lock is refused.
test_a_missing_directory_behind_a_link() {
	script base/configure.d/10-a 'touch ran'
	mkdir -m 1757 shared
	mkdir victim
	ln -s ../victim shared/planted
	if is_root; then
		chown -h 12345 shared/planted
		orc --lockfile shared/planted/new/lock
		expect_refused 'ymbolic link' shared/planted/new/lock
	fi
	chmod 757 shared
	orc --lockfile shared/planted/new/lock
	expect_refused 'ymbolic link' shared/planted/new/lock
	assertEquals 'made behind the link' '' "$(ls -A victim)"
	ln -s victim ours
	orc --lockfile ours/new/lock
	expect 0
	assertEquals lock "$(ls victim/new)"
}

test_a_link_in_the_directory_of_another_user_or_group() {
	is_root || {
		echo 'skipped: only root can give files away'
		return 0
	}
	script base/configure.d/10-a 'touch ran'
	mkdir shared
	chown 12345 shared
	planted_links
	chown 0:12345 shared
	chmod 775 shared
	planted_links
	chgrp 0 shared
	ln -s ../victim shared/lock
	orc --lockfile shared/lock
	expect 0
}

test_a_file_that_another_user_left_there() {
	is_root || {
		echo 'skipped: only root can give files away'
		return 0
	}
	script base/configure.d/10-a 'touch ran'
	mkdir -m 777 shared
	echo precious >shared/lock
	chown 12345 shared/lock
	orc --lockfile shared/lock
	expect_refused 'Permission denied' shared/lock
	assertEquals precious "$(cat shared/lock)"
}

test_a_read_only_file_system_gets_advice() {
	mkdir ro
	script base/configure.d/10-a 'touch ran'
	if ! unshare -m mount -t tmpfs -o ro none ro 2>/dev/null; then
		echo 'skipped: may not mount'
		return 0
	fi
	run unshare -m sh -c 'mount -t tmpfs -o ro none ro
		OS_REFRESH_CONFIG_BASE_DIR=base exec os-refresh-config --lockfile ro/lock'
	expect_refused 'Read-only file system; --lockfile names another' ro/lock
}

# ---- waiting for it

test_it_can_be_waited_for() {
	script base/configure.d/10-a 'echo ran'
	holding
	orc --wait=0.2
	expect 11 ''
	expect_line ".*\[INFO\] Waiting for the lock [^ ]*/lock \(Locked by pid==$JOB at $STAMP\)"
	expect_log 'Could not lock'
	expect_log "(Locked by pid==$JOB at "
	expect_log ') after waiting 0.200 s; do not remove the file'
	orc --wait=1
	expect_log ') after waiting 1 s; do not remove the file'
	HOLDER=$JOB
	start env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock --wait
	wait_until grep -q 'Waiting for the lock' "$SUITE/job.err"
	assertEquals 'not yet' '' "$(cat "$SUITE/job.out")"
	echo >go
	finish
	assertEquals "$(cat "$SUITE/job.err")" '0 ran' "$RC $(cat "$SUITE/job.out")"
	wait_until is_gone "$HOLDER"
	assertEquals 'the lock' '' "$(cat lock)"
}

test_a_signal_ends_the_wait() {
	script base/configure.d/10-a 'touch ran'
	holding
	start env --default-signal OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock --wait
	wait_until grep -q 'Waiting for the lock' "$SUITE/job.err"
	kill -TERM "$JOB"
	finish
	assertEquals 143 "$RC"
	assertFalse 'a script was run' '[ -e ran ]'
	assertTrue 'the lock is still held' 'grep -q Locked lock'
	echo >go
}

test_a_missing_directory() {
	script base/configure.d/10-a 'touch ran'
	orc --lockfile no/dir/lock
	expect_refused 'No such file or directory' no/dir/lock
}

test_a_directory() {
	script base/configure.d/10-a 'touch ran'
	mkdir sub
	orc --lockfile sub
	expect_refused 'Is a directory' sub
	orc --lockfile sub/
	expect_refused 'Is a directory' sub/
}

test_a_file_in_place_of_a_directory() {
	script base/configure.d/10-a 'touch ran'
	file plain text
	orc --lockfile plain/lock
	expect_refused 'Not a directory' plain/lock
	assertEquals text "$(cat plain)"
}

test_an_empty_name() {
	script base/configure.d/10-a 'touch ran'
	orc --lockfile ''
	expect_refused 'No such file or directory' ''
	orc --lockfile=
	expect_refused 'No such file or directory' ''
}

test_a_loop_of_symlinks() {
	script base/configure.d/10-a 'touch ran'
	ln -s loop loop
	orc --lockfile loop
	expect_refused 'ymbolic link' loop
}

test_a_name_too_long() {
	script base/configure.d/10-a 'touch ran'
	name=$(printf '%0256d' 0)
	orc --lockfile "$name"
	expect_refused '([Ff]ile ?name too long)' "$name"
}

test_a_name_with_control_bytes() {
	script base/configure.d/10-a 'touch ran'
	orc --lockfile "no/dir/a
b"
	expect_refused 'No such file or directory' 'no/dir/a\\nb'
}

test_a_file_that_may_not_be_written() {
	may_drop || return 0
	script base/configure.d/10-a 'touch ran'
	file mine ''
	chmod 444 mine
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile mine
	expect_refused 'Permission denied' mine
}

test_a_directory_that_may_not_be_written() {
	may_drop || return 0
	script base/configure.d/10-a 'touch ran'
	mkdir sub
	chmod 555 sub
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile sub/lock
	expect_refused 'Permission denied' sub/lock
}

test_the_default_where_it_may_not_be_made() {
	may_drop || return 0
	script base/configure.d/10-a 'touch ran'
	unprivileged sh -c ': >>/var/run/os-refresh-config.lock' 2>/dev/null && {
		echo 'skipped: /var/run is open to all'
		return 0
	}
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config
	expect_refused '' /var/run/os-refresh-config.lock
}

# The note is for people: the lock holds without it.
test_a_device_is_no_lock_file() {
	script base/configure.d/10-a 'echo wrong'
	orc --lockfile /dev/full
	expect 1 ''
	expect_log 'Could not lock /dev/full. [Errno 22] Invalid argument'
}

# As no lock; a link to it is the work of who knows whom.
test_the_null_device_is_no_lock() {
	script base/configure.d/10-a 'echo ran; os-refresh-config --lockfile /dev/null --dry-run
		[ -e again ] || { touch again; exec os-refresh-config --lockfile /dev/null; }'
	orc --lockfile /dev/null
	expect 0
	assertEquals 'within a run' 2 "$(grep -c ran "$SUITE/out")"
	ln -s /dev/null lock
	orc
	expect 1 ''
	expect_log 'lock. [Errno 22] Invalid argument'
}

test_a_name_relative_to_the_current_directory() {
	script base/configure.d/10-a 'cd / && cat "$OLDPWD/sub/lock"'
	mkdir sub
	orc --lockfile sub/lock
	expect 0
	assertTrue "$(cat "$SUITE/out")" "grep -q 'pid==' '$SUITE/out'"
	assertFalse "$(cat sub/lock)" '[ -s sub/lock ]'
}

# shellcheck source=/dev/null
. shunit2
