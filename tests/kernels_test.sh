#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Older kernels, and those that were built without something: a run without each of the system calls in
# the table of refreshbox(1), section STANDARDS, does what the table says. Each row NAME has a test
# test_without_NAME here, and no system call of lib/sys is forgotten.

. "$(dirname "$0")/lib.sh"

MANUAL=$TESTS/../applets/refreshbox.1
SYS=$TESTS/../lib/sys

# may_refuse: can system calls be refused here? That makes $SUITE/refuse, and the phases that survive
# and survives expect.
may_refuse() {
	needs_static && has_applet os-refresh-config || return 1
	[ -x "$SUITE/refuse" ] || cc -O1 -o "$SUITE/refuse" "$TESTS/tools/refuse.c" 2>"$SUITE/err" || {
		echo "skipped: cc cannot make tests/tools/refuse.c: $(head -n 1 "$SUITE/err")"
		return 1
	}
	"$SUITE/refuse" flock ENOSYS true 2>"$SUITE/err" || {
		echo "skipped: no system call can be refused: $(cat "$SUITE/err")"
		return 1
	}
	file base/environment.d/10-role 'export ROLE=controller\n'
	script base/configure.d/10-tell 'echo "configure as $ROLE"'
	script base/configure.d/20-fail 'echo "no disk"; exit 3'
	script base/error.d/10-handler 'echo "handled: $(cat <&3)"'
	export OS_REFRESH_CONFIG_BASE_DIR=base
}

# without CALL ERROR COMMAND...: runs it where the kernel answers this system call by this error. Where
# strace works, it fails if nobody made the call.
without() {
	call=$1 error=$2
	shift 2
	trace=
	if has_program strace && strace -o /dev/null true 2>/dev/null; then
		case $call in
		PR_*) trace="strace -f -qq -o trace -e trace=prctl" ;;
		*) trace="strace -f -qq -o trace -e trace=$call" ;;
		esac
	fi
	# shellcheck disable=SC2086 # words
	run $trace "$SUITE/refuse" "$call" "$error" "$@"
	[ -z "$trace" ] || grep -q "$call.* = -1 $error " trace || fail "$call was not refused"
}

# survives CALL ERROR [OPTION]...: nothing is different without it.
survives() {
	call=$1 error=$2
	shift 2
	without "$call" "$error" os-refresh-config --lockfile lock --capture --events events "$@"
	expect 1 'configure as controller
no disk
handled: no disk'
	expect_log '20-fail failed with exit status 3'
}

test_without_close_range() {
	may_refuse || return 0
	script base/configure.d/10-tell 'echo "configure as $ROLE"; (echo leak >&8) 2>/dev/null || :'
	exec 8>leaked
	survives close_range ENOSYS
	survives close_range EINVAL
	exec 8>&-
	assertEquals 'the descriptor was inherited' '' "$(cat leaked)"
}

# Others may write to the directory, and have made a link to a file that is ours.
test_without_openat2() {
	may_refuse || return 0
	mkdir -m 1777 shared
	echo ours >precious
	ln -s "$HERE/precious" shared/events
	for error in ENOSYS EPERM; do
		without openat2 $error os-refresh-config --lockfile lock --events "$HERE/shared/events"
		expect_log 'shared/events'
		assertEquals ours "$(cat precious)"
	done
	rm shared/events
	survives openat2 ENOSYS --events "$HERE/shared/events"
	assertTrue 'no event log' '[ -s shared/events ]'
}

# Stdout and stderr are pipes, for which there is the call.
test_without_pwritev2() {
	may_refuse || return 0
	piped() {
		without pwritev2 "$1" sh -c 'os-refresh-config --lockfile lock --capture 2>&1 | cat'
		expect 0
		grep -v '^\[' "$SUITE/out" >lines
		assertContains "$(cat lines)" 'configure as controller'
		assertContains "$(cat lines)" 'handled: no disk'
	}
	for error in ENOSYS EINVAL EPERM; do
		piped $error
	done
}

test_without_getrandom() {
	may_refuse || return 0
	survives getrandom ENOSYS
	first=$(grep -o '"id":"[0-9a-f]\{8\}"' events | sort -u)
	assertEquals 'ids of a run' 1 "$(echo "$first" | grep -c id)"
	rm events
	survives getrandom ENOSYS
	assertNotEquals 'the id' "$first" "$(grep -o '"id":"[0-9a-f]\{8\}"' events | sort -u)"
}

test_without_memfd_create() {
	may_refuse || return 0
	script base/error.d/10-handler '(cat <&3) 2>/dev/null && echo "handled" || echo "handled in the dark"'
	without memfd_create ENOSYS os-refresh-config --lockfile lock --capture
	expect 1 'configure as controller
no disk
handled in the dark'
	expect_log 'Cannot keep the output of scripts for error handlers: '
	script d/10-read 'cat'
	script d/20-read 'cat'
	echo line | "$SUITE/refuse" memfd_create ENOSYS run-parts --stdin d >out
	assertEquals 'line line' "$(paste -sd' ' out)"
}

# What a script has left behind is not found any more.
test_without_PR_SET_CHILD_SUBREAPER() {
	may_refuse || return 0
	survives PR_SET_CHILD_SUBREAPER EINVAL
	script base/configure.d/10-tell 'sleep 1000 >/dev/null & echo $! >orphan
kill -TERM $PPID
exec sleep 1000'
	run "$SUITE/refuse" PR_SET_CHILD_SUBREAPER EINVAL os-refresh-config --lockfile lock
	assertEquals 'ended by SIGTERM' 143 "$RC"
	PIDS=$(cat orphan)
	kill -0 "$PIDS" || fail 'the table says that this lives on'
}

test_without_signalfd4() {
	may_refuse || return 0
	survives signalfd4 ENOSYS
	script base/configure.d/10-tell 'echo $$ >script; kill -TERM $PPID; exec sleep 1000'
	without signalfd4 ENOSYS os-refresh-config --lockfile lock --capture
	assertEquals 'ended by SIGTERM' 143 "$RC"
	expect_gone script
}

# The parent of the script is the worker.
test_without_PR_SET_PDEATHSIG() {
	may_refuse || return 0
	survives PR_SET_PDEATHSIG EINVAL
	script base/configure.d/10-tell 'echo $$ >script; kill -KILL $PPID; exec sleep 1000 >/dev/null 2>&1'
	run "$SUITE/refuse" PR_SET_PDEATHSIG EINVAL os-refresh-config --lockfile lock
	assertEquals 'ended by SIGKILL' 137 "$RC"
	PIDS=$(cat script)
	kill -0 "$PIDS" || fail 'the table says that this lives on'
}

test_without_PR_SET_DUMPABLE() {
	may_refuse || return 0
	survives PR_SET_DUMPABLE EINVAL
}

test_without_flock() {
	may_refuse || return 0
	without flock ENOSYS os-refresh-config --lockfile lock
	expect 1 ''
	expect_log 'Could not lock lock. [Errno 38] '
	run "$SUITE/refuse" flock ENOSYS os-refresh-config --no-lock
	expect 1 'configure as controller
no disk
handled: '
}

test_without_socket() {
	may_refuse || return 0
	survives socket ENOSYS --syslog
}

# rows: the first words of the table's rows, sorted.
rows() {
	sed -n '/^\.Bl -column/,/^\.El/s/^\.It \([A-Za-z_0-9]*\) Ta .*/\1/p' "$MANUAL" | sort
}

test_each_row_has_a_test_and_each_test_a_row() {
	rows >named
	assertTrue 'there is no table' '[ -s named ]'
	sed -n 's/^test_without_\([A-Za-z_0-9]*\)() {$/\1/p' "$TESTS/kernels_test.sh" | sort >tests
	assertEquals "$(cat named)" "$(cat tests)"
}

# What Linux has had since 2.6.27 in every configuration; and what makes no system call of its own.
OLD='Fork chdir chroot clock_gettime clone close connect dup2 execve execvp exit faccessat
	fchdir fchmod fchown fcntl fstatat ftruncate getcwd getdents64 getpgrp getpid getppid
	getuid getxattr ioctl kill linkat lseek mkdir mmap munmap openat pipe2 ppoll prctl pread
	read readlinkat realpath rename sched_getaffinity send sendto setsid rt_sigprocmask sigaction sigpending sigprocmask
	sigtimedwait statfs symlinkat umask unlink wait4 waitid write'
NONE='builtin_add_overflow child countof getauxval memcpy memmove memset sigaddset sigandset sigdelset
	sigemptyset sigisemptyset sizeof strcmp strlen strrchr syscall to_timespec value_or_errno wait'

# called FOLDER: what its files call and do not define, and the options of prctl(2).
called() {
	cat "$1"/*.c | sed -e 's,/\*.*\*/,,; /\/\*/,/\*\//d; /^#/d; s/"[^"]*"//g' >code
	grep -oE '\b(SYS_|PR_SET_)?[A-Za-z_][a-zA-Z0-9_]*\(?' code | sed -n 's/^SYS_\(.*[^(]\)$/\1/p
		/^PR_SET_[A-Z_]*$/p; s/^_*\([a-z].*\)($/\1/p' | sort -u >names
	grep -oE '^[a-z][a-zA-Z0-9_ *]*[ *][a-z0-9_]+\(' code | sed 's/.*[ *]\(.*\)($/\1/' | sort -u >own
	comm -23 names own | grep -vxE 'sys_.*|mem_.*|strvec_.*|if|while|for|switch|return|defined'
}

test_every_system_call_is_old_or_in_the_table() {
	# shellcheck disable=SC2086 # words
	{
		rows
		printf '%s\n' $OLD $NONE
	} | sort -u >known
	assertEquals 'neither in the table nor old' '' "$(called "$SYS" | comm -23 - known)"
	mkdir fault
	echo 'int f(void) { return timerfd_create(1, 0) + prctl(PR_SET_MM, syscall(SYS_epoll_wait, 1)); }' \
		>fault/fault.c
	assertEquals 'blind' 'PR_SET_MM epoll_wait timerfd_create' \
		"$(called fault | comm -23 - known | paste -sd' ' -)"
}

# shellcheck source=/dev/null
. shunit2
