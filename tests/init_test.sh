#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# As process 1 of a container: strangers are reaped, signals passed on, the status handed over.
# shellcheck disable=SC2016,SC2086 # the bodies of scripts; words to be split

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# as_init COMMAND [ARGUMENT]...: runs it as process 1, with a /proc of its own.
as_init() {
	if is_root; then
		run timeout -k 1 60 unshare -pf --kill-child --mount-proc "$@"
	else
		run timeout -k 1 60 unshare -Urpf --kill-child --mount-proc "$@"
	fi
}

may_be_init() {
	as_init true
	[ "$RC" -eq 0 ] && return 0
	echo 'skipped: may not make a process namespace'
	return 1
}

test_the_status_is_handed_over() {
	may_be_init || return 0
	script d/1 'readlink /proc/1/exe'
	script d/2 'exit 7'
	as_init dib-run-parts d
	expect 7 "$(readlink -f "$REFRESHBOX")"
}

# An init is given the words of the kernel's command line that the kernel does not know.
test_words_of_the_kernels_command_line_are_ignored() {
	may_be_init || return 0
	script base/configure.d/1 'echo one'
	orc='env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'
	as_init $orc nofb vga=normal
	expect 0 one
	expect_line '.*\[WARN\] Ignoring the argument nofb, as process 1'
	expect_line '.*\[WARN\] Ignoring the argument vga=normal, as process 1'
	as_init $orc nofb --timeout 100 --nofb
	expect 2 ''
	expect_line 'os-refresh-config: error: unrecognized arguments: --nofb'
	run $orc nofb
	expect 2 ''
	as_init env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock configure nofb
	expect 2 ''
}

test_strangers_are_reaped() {
	may_be_init || return 0
	script d/1 '(sh -c "exit 3" & sleep 0.01 &) & wait'
	script d/2 'tries=0; while grep -q "^State:.Z" /proc/[0-9]*/status 2>/dev/null; do
		tries=$((tries + 1)); [ $tries -lt 500 ] || exit 1; sleep 0.02; done'
	as_init dib-run-parts d
	expect 0 ''
}

# With strangers about, a script has a shim between itself and us.
test_the_daemons_of_one_script_are_no_part_of_another() {
	may_be_init || return 0
	script d/1 'sleep 1000 >/dev/null 2>&1 & echo $! >daemon'
	script d/2 '(sleep 1000 & echo $! >orphan); exec sleep 1000'
	script e/1 'kill -0 "$(cat daemon)" && ! kill -0 "$(cat orphan)" 2>/dev/null'
	with_limits 'as_init sh -c "dib-run-parts --script-timeout $LIMIT d; dib-run-parts e"' test -s orphan
	expect 0
	rm -f daemon orphan
	script d/3 'echo wrong'
	with_limits 'as_init dib-run-parts --script-timeout $LIMIT d' test -s orphan
	expect 137 ''
	expect_log "Script d/2 exceeded its time limit of $LIMIT s (--script-timeout)"
}

test_signals_are_passed_on() {
	may_be_init || return 0
	script d/1 'sleep 1000 & trap "echo told; kill $!; exit" TERM; kill -TERM 1; wait'
	script d/2 'echo wrong'
	as_init env --default-signal dib-run-parts --kill-after 30 d
	expect 143 told
	expect_log 'Terminated by SIGTERM'
}

test_without_stdio_or_proc_or_dev_or_a_writable_root() {
	may_be_init || return 0
	mkdir -p root/d
	cp "$REFRESHBOX" root/dib-run-parts
	cp "$REFRESHBOX" root/d/1
	if ! chroot root /dib-run-parts --version >/dev/null 2>&1; then
		echo 'skipped: may not change the root directory, or the binary is not static'
		return 0
	fi
	as_init sh -c 'mount --bind root root && mount -o remount,bind,ro root &&
		exec chroot root /dib-run-parts d <&- >&- 2>&-'
	expect 127
}

# shellcheck source=/dev/null
. shunit2
