#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Which lock file is taken where none is named, on machines with and without /var/run, and what a run
# does where there is no place for one.
# shellcheck disable=SC2016 # the commands for the machine

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# apart COMMAND [ARGUMENT]...: as process 1 of its namespace; it may mount and change its root.
apart() {
	if is_root; then
		timeout -k 1 60 unshare -mpf --kill-child "$@"
	else
		timeout -k 1 60 unshare -Urmpf --kill-child "$@"
	fi
}

# on_machine PREPARE [OPTION]...: runs os-refresh-config on a machine of nothing but the binary and a
# script, which is the binary too, after the commands PREPARE in its root directory; then prints the
# lock files that there are. With AS_INIT=exec, it is process 1 of the machine, and nothing is printed.
AS_INIT=
on_machine() {
	mkdir -p machine/base/configure.d mount
	cp "$REFRESHBOX" machine/os-refresh-config
	cp "$REFRESHBOX" machine/base/configure.d/refreshbox
	OS_REFRESH_CONFIG_BASE_DIR=/base run apart sh -c 'mount -t tmpfs none mount &&
		cp -a machine/. mount && cd mount && eval "$1" || exit 99
		shift
		'"$AS_INIT"' chroot . /os-refresh-config "$@" >/dev/null
		status=$?
		find . -name "*.lock*"
		exit $status' sh "$@"
}

as_init() {
	AS_INIT="exec"
	on_machine "$@"
	AS_INIT=
}

needs_machine() {
	needs_static || return 1
	on_machine : --version
	[ "$RC" -ne 0 ] || return 0
	echo 'skipped: may not mount, or change the root directory'
	return 1
}

expect_run() {
	expect 0 "$@"
	expect_log 'refreshbox completed'
}

expect_no_run() {
	expect "$@"
	expect_no_log completed
}

# This changes the mount alone: an ordinary user may not give the file system its options again.
READ_ONLY='mount -o remount,bind,ro .'

test_the_folder_of_the_default() {
	needs_machine || return 0
	on_machine 'mkdir -p var/run run'
	expect_run ./var/run/os-refresh-config.lock
	on_machine 'mkdir var run'
	expect_run ./run/os-refresh-config.lock
	on_machine 'mkdir var run && ln -s /run var/run'
	expect_run ./run/os-refresh-config.lock
	on_machine :
	expect_run ./run/os-refresh-config.lock
}

# A run of early boot goes on when a /var is mounted that has a /var/run of its own.
test_a_lock_of_early_boot_counts_later() {
	needs_machine || return 0
	early='mkdir -p var/run run; : >run/os-refresh-config.lock'
	hold='exec 9<run/os-refresh-config.lock; flock -n 9'
	for later in "$early" "$early; : >var/run/os-refresh-config.lock"; do
		on_machine "$later; $hold"
		expect_no_run 11
		expect_log 'Could not lock /run/os-refresh-config.lock. [Errno 11]'
	done
	on_machine "$early; rmdir var/run; ln -s ../run var/run; $hold"
	expect_no_run 11
	expect_log 'Could not lock /var/run/os-refresh-config.lock. [Errno 11]'
}

test_process_1_needs_no_lock_file() {
	needs_machine || return 0
	as_init "$READ_ONLY"
	expect_run ''
	expect_line '.*\[INFO\] As process 1, going on without the lock /run/os-refresh-config.lock: Read-only .*'
	as_init "mkdir -p var/run; $READ_ONLY"
	expect_run ''
	expect_line '.*\[INFO\] As process 1, going on without the lock /var/run/os-refresh-config.lock: Read-only .*'
}

# Containers may share a folder, and then each of them has a process 1.
test_process_1_takes_a_lock_where_it_can() {
	needs_machine || return 0
	as_init 'mkdir run; : >run/os-refresh-config.lock; exec 9<run/os-refresh-config.lock; flock -n 9'
	expect_no_run 11 ''
	as_init "$READ_ONLY" --lockfile /run/shared.lock
	expect_no_run 1 ''
	expect_log 'Could not lock /run/shared.lock'
}

test_others_need_a_lock_file() {
	needs_machine || return 0
	on_machine "mkdir run; $READ_ONLY"
	expect_no_run 1 ''
	expect_log 'Could not lock /run/os-refresh-config.lock. [Errno 30] Read-only file system; --lockfile names another, --no-lock takes none'
	on_machine "$READ_ONLY" --lockfile /no/such.lock
	expect_no_run 1 ''
	expect_log '[Errno 30] Read-only file system; --lockfile names another, --no-lock takes none'
	on_machine : --lockfile /no/where/such.lock
	expect_no_run 1 ''
	expect_log '[Errno 2] No such file or directory; --lockfile names another, --no-lock takes none'
}

test_no_lock_takes_none() {
	needs_machine || return 0
	on_machine "$READ_ONLY" --no-lock
	expect_run ''
	expect_no_log lock
	on_machine 'mkdir run; : >run/os-refresh-config.lock; exec 9<run/os-refresh-config.lock; flock -n 9' \
		--no-lock
	expect_run ./run/os-refresh-config.lock
	on_machine : --lockfile /my.lock --no-lock
	expect_run ''
}

test_the_command_to_run_it_again_takes_none_either() {
	script base/configure.d/10-a 'exit 1'
	orc --no-lock
	expect 1
	expect_log ' --no-lock '
	assertFalse 'the lock file is made' '[ -e lock ]'
}

# shellcheck source=/dev/null
. shunit2
