#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --kmsg and --syslog: copies of the log in /dev/kmsg and /dev/log, which stand in a /dev of the
# tests' own.
# shellcheck disable=SC2016,SC2086 # the scripts' own $; words to be split
. "$(dirname "$0")/lib.sh"

if is_root; then APART='unshare -m'; else APART='unshare -Urm'; fi

# with_dev COMMAND...: run where /dev has what the folder "dev" has, and null.
with_dev() {
	: >>dev/null
	run timeout -k 1 60 $APART sh -c 'mount --bind /dev/null dev/null &&
		mount --rbind dev /dev && exec "$@"' sh "$@"
}

may_mount() {
	mkdir -p dev
	with_dev true
	[ "$RC" -ne 0 ] || return 0
	echo "skipped: may not mount: $(cat "$SUITE/err")"
	return 1
}

# A kernel's log where each open file takes what is written in its place, which loses nothing here:
# a pipe, with us at its other end.
make_kmsg() {
	mkfifo dev/kmsg
	cat <>dev/kmsg >kernel &
	PIDS="$PIDS $!"
	wait_until test -e kernel
}

# make_syslog: a socket whose datagrams are the lines of the file "syslog". Where there is a fifo
# "begun", another takes its place once a script is announced, and the fifo's readers learn of it.
make_syslog() {
	python3 -c '
import os, socket
def begin():
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("dev/log")
    return log
log = begin()
with open("syslog", "ab", buffering=0) as file:
    while True:
        line = log.recv(65536)
        file.write(line + b"\n")
        if b"Running" in line and os.path.exists("begun"):
            log.close()
            os.remove("dev/log")
            log = begin()
            with open("begun", "w") as fifo:
                fifo.write("\n")
            os.remove("begun")' &
	PIDS="$PIDS $!"
	wait_until test -S dev/log
}

# lines FILE: its lines, process ids as N and seconds as S, without that about the namespace.
lines() {
	without_namespace <"$1" | sed -E 's/\[[0-9]+\]:/[N]:/; s/[0-9]+\.[0-9]{3}/S/'
}

BASE_DIR='env OS_REFRESH_CONFIG_BASE_DIR=base'

EXPECTED='<30>os-refresh-config[N]: Starting phase configure
<28>os-refresh-config[N]: Left out base/configure.d/3.sh: its name may only have letters, digits, '"'-' and '_'"'
<30>dib-run-parts[N]: Running base/configure.d/1
<30>dib-run-parts[N]: 1 completed
<30>dib-run-parts[N]: Running base/configure.d/2
<27>os-refresh-config[N]: Script base/configure.d/2 failed with exit status 3 after S s
<27>os-refresh-config[N]: during configure phase. [Command '"'['dib-run-parts', 'base/configure.d']'"' returned non-zero exit status 3.]
<27>os-refresh-config[N]: Aborting...
<30>os-refresh-config[N]: Phase configure: 2 scripts run, 1 left out, S s
<27>os-refresh-config[N]: Phase configure failed: script base/configure.d/2 failed with exit status 3 after S s
<27>os-refresh-config[N]: To run it again: OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock --from 2 configure post-configure migration
<30>last[N]: line'

make_base() {
	script base/configure.d/1 'exit 0'
	script base/configure.d/2 'exit 3'
	script base/configure.d/3.sh 'exit 0'
}

test_the_kernels_log() {
	may_mount || return 0
	make_kmsg
	make_base
	with_dev $BASE_DIR os-refresh-config --lockfile lock --kmsg
	expect 1 ''
	expect_log 'Aborting...'
	expect_no_log 'copy the log to'
	echo '<30>last[1]: line' >dev/kmsg
	wait_until grep -q last kernel
	# The profile stays out of it.
	assertEquals "$EXPECTED" "$(lines kernel)"
}

test_syslog() {
	may_mount || return 0
	make_syslog
	make_base
	with_dev $BASE_DIR os-refresh-config --lockfile lock --syslog
	expect 1 ''
	expect_no_log 'copy the log to'
	script last/1 'exit 0'
	wait_until grep -q 'run it again' syslog
	echo '<30>last[1]: line' >>syslog
	assertEquals "$EXPECTED" "$(lines syslog)"
}

# A script may set up the log's daemon.
test_a_syslog_that_begins_anew() {
	may_mount || return 0
	make_syslog
	mkfifo begun
	script scratch/1 'read -r line <begun'
	script scratch/2 'exit 0'
	with_dev dib-run-parts --syslog scratch
	expect 0 ''
	wait_until grep -q '2 completed' syslog
	assertEquals '<30>dib-run-parts[N]: Running scratch/1
<30>dib-run-parts[N]: 1 completed
<30>dib-run-parts[N]: Running scratch/2
<30>dib-run-parts[N]: 2 completed' "$(lines syslog)"
}

test_other_runners_and_both_at_once() {
	may_mount || return 0
	make_kmsg
	make_syslog
	script scratch/1 'exit 0'
	script scratch/2 'exit 3'
	with_dev dib-run-parts --kmsg --syslog scratch
	expect 3
	with_dev run-parts --kmsg --syslog --verbose scratch
	expect 3
	wait_until grep -q 'scratch/2 exited with return code 3' syslog
	echo >dev/kmsg
	wait_until grep -qx '' kernel
	assertEquals '<30>dib-run-parts[N]: Running scratch/1
<30>dib-run-parts[N]: 1 completed
<30>dib-run-parts[N]: Running scratch/2
<27>dib-run-parts[N]: Script scratch/2 failed with exit status 3 after S s
<31>run-parts[N]: executing scratch/1
<31>run-parts[N]: executing scratch/2
<27>run-parts[N]: scratch/2 exited with return code 3' "$(lines syslog)"
	assertEquals "$(cat syslog)" "$(sed '$d' kernel)"
}

test_the_level_holds_for_all() {
	may_mount || return 0
	make_syslog
	script base/configure.d/1 'exit 3'
	with_dev $BASE_DIR os-refresh-config --lockfile lock --syslog --log-level CRITICAL
	expect 1 ''
	wait_until grep -q 'Running base/configure.d/1' syslog
	assertEquals 'the runner logs at its own' '' "$(grep -v 'dib-run-parts' syslog)"
}

test_control_bytes_are_escaped() {
	may_mount || return 0
	make_syslog
	script "scratch/1
2$(printf '\033')" 'exit 0'
	RUN_PARTS_REGEX=. with_dev dib-run-parts --syslog scratch
	expect 0 ''
	wait_until grep -qF ' completed' syslog
	assertEquals '<30>dib-run-parts[N]: Running scratch/1\n2\x1b
<30>dib-run-parts[N]: 1\n2\x1b completed' "$(lines syslog)"
}

# Of lines of all lengths around that, those of up to 955 bytes are whole.
test_long_lines_are_cut() {
	may_mount || return 0
	make_syslog
	dir=$(printf '%0200d/%0200d/%0200d/%0200d' 0 0 0 0)
	script "$dir/$(printf %080d 0)" 'exit 0'
	for length in $(seq 81 160); do
		ln "$dir/$(printf %080d 0)" "$dir/$(printf "%0${length}d" 0)"
	done
	with_dev dib-run-parts --syslog "$dir"
	expect 0 ''
	wait_until grep -q "$(printf %0160d 0) completed" syslog
	awk '{ print (/\.\.\.$/ ? "cut" : "whole"), length($0) }' syslog | sort -u >lengths
	assertEquals 'those that are cut' 'cut 958' "$(grep cut lengths)"
	assertEquals 'the longest that is not' 'whole 955' "$(sort -k 2n lengths | grep whole | tail -n 1)"
}

test_what_is_not_there_is_a_warning() {
	may_mount || return 0
	script base/configure.d/1 'exit 0'
	with_dev $BASE_DIR os-refresh-config --lockfile lock --kmsg --syslog
	expect 0 ''
	expect_line '.*\[WARN\] Cannot copy the log to /dev/kmsg: No such file or directory'
	expect_line '.*\[WARN\] Cannot copy the log to /dev/log: No such file or directory'
	: >dev/log
	mkfifo dev/kmsg
	with_dev run-parts --kmsg --syslog base/configure.d
	expect 0 ''
	expect_log 'run-parts: Cannot copy the log to /dev/kmsg: No such device or address'
	expect_log 'run-parts: Cannot copy the log to /dev/log: Connection refused'
}

# Nobody takes anything out: neither is waited for.
test_neither_is_waited_for() {
	may_mount || return 0
	mkfifo dev/kmsg
	sh -c 'exec sleep 100' <>dev/kmsg &
	PIDS="$PIDS $!"
	python3 -c '
import socket, time
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.bind("dev/log")
time.sleep(100)' &
	PIDS="$PIDS $!"
	wait_until test -S dev/log
	i=0
	script scratch/0 'exit 0'
	while [ $i -lt 1000 ]; do
		i=$((i + 1))
		ln scratch/0 "scratch/$i"
	done
	with_dev dib-run-parts --kmsg --syslog scratch
	expect 0 ''
	expect_log '1000 completed'
}

test_no_descriptor_for_scripts() {
	may_mount || return 0
	make_kmsg
	make_syslog
	script scratch/1 'for n in 3 4 5 6; do (: >&$n) 2>/dev/null && echo "has $n"; done; exit 0'
	with_dev run-parts --kmsg --syslog scratch
	expect 0 ''
}

# shellcheck source=/dev/null
. shunit2
