# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# These are the helpers of the shunit2 suites. A suite sources this file, defines its tests and then
# sources shunit2:
#
#	. "$(dirname "$0")/lib.sh"
#	test_something() {
#		script scratch/1 'echo one'
#		run dib-run-parts scratch
#		expect 0 'one'
#		expect_log 'Running scratch/1'
#	}
#	. shunit2
#
# Every test runs in an empty scratch folder of its own, $HERE, with the applets first in PATH and a
# fixed environment. REFRESHBOX is the absolute path of the binary under test; within the tests, it is
# that of a copy, which every user can execute even if the checkout is in a private folder.

: "${REFRESHBOX:?names the binary under test}"
TESTS=$(cd "$(dirname "$0")" && pwd)
export TESTS REFRESHBOX
# REFERENCE is where `make deps` has unpacked the original os-refresh-config and dib-run-parts.
: "${REFERENCE:=$TESTS/../build/reference}"
# These are the names of all applets. Each leads to the binary under test even if that was built
# without the applet: it then says "applet not found", and no test runs another program of the name.
APPLETS='os-refresh-config refresh-phase dib-run-parts run-parts refresh-plot'

command -v shunit2 >/dev/null || {
	echo 'run `make deps` as root first: there is no shunit2' >&2
	exit 1
}

unset OS_REFRESH_CONFIG_BASE_DIR RUN_PARTS_REGEX DIB_DEBUG_TRACE DIB_RUN_PARTS_LOG CDPATH COLUMNS
export LC_ALL=C TZ=UTC
umask 022

SUITE=
PIDS=

die() {
	echo "lib.sh: $*" >&2
	exit 1
}

oneTimeSetUp() {
	# shunit2 2.1.8 calls the tear-down hooks once more at its own end.
	SUITE=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox.XXXXXX") || exit 1
	chmod 755 "$SUITE"
	mkdir "$SUITE/bin"
	cp "$REFRESHBOX" "$SUITE/refreshbox" || exit 1
	REFRESHBOX=$SUITE/refreshbox
	PATH=$SUITE/bin:$PATH
	for applet in $APPLETS; do
		ln -s "$REFRESHBOX" "$SUITE/bin/$applet"
		[ "$(command -v "$applet")" = "$SUITE/bin/$applet" ] || die "PATH leads to another $applet"
	done
	for applet in $("$REFRESHBOX" --list); do
		[ -L "$SUITE/bin/$applet" ] || die "$applet is missing in APPLETS"
	done
	[ -z "${EMULATED-}" ] || leave_out "$(basename "$0" _test.sh)"
}

# leave_out SUITE: skips those of its tests that cannot pass in the user mode of qemu.
leave_out() {
	while read -r suite name reason; do
		[ "$suite" != "$1" ] || eval "$name() { echo 'skipped: $reason'; }"
	done <"$TESTS/emulated.list"
}

oneTimeTearDown() {
	cd / || return
	[ -z "$SUITE" ] || rm -rf "$SUITE"
	SUITE=
}

setUp() {
	HERE=$SUITE/test
	mkdir "$HERE"
	cd "$HERE" || exit 1
}

# Processes that a test left in PIDS are ended, then its scratch folder goes.
tearDown() {
	for pid in $PIDS; do
		kill -9 "$pid" 2>/dev/null
	done
	PIDS=
	cd / || return
	if [ -n "$SUITE" ]; then
		chmod -R u+rwx "$SUITE/test" 2>/dev/null
		rm -rf "$SUITE/test"
	fi
}

# script FILE BODY: an executable shell script, its folders made as needed.
script() {
	mkdir -p "$(dirname -- "$1")"
	printf '#!/bin/sh\n%s\n' "$2" >"$1"
	chmod 755 "$1"
}

# file FILE TEXT: a file of exactly this text (printf's escapes allowed).
file() {
	mkdir -p "$(dirname -- "$1")"
	# shellcheck disable=SC2059
	printf "$2" >"$1"
}

# run COMMAND [ARGUMENT]...: sets RC, and leaves its output in the files $SUITE/out and $SUITE/err.
run() {
	"$@" >"$SUITE/out" 2>"$SUITE/err" </dev/null
	RC=$?
}

# expect STATUS [STDOUT]: what the last run came to; STDOUT without its last newline.
expect() {
	assertEquals "status; stderr: $(cat "$SUITE/err")" "$1" "$RC"
	[ $# -lt 2 ] || assertEquals stdout "$2" "$(cat "$SUITE/out")"
}

# expect_log TEXT: a line of stderr holds this text. expect_no_log TEXT: none does.
expect_log() {
	grep -qF -e "$1" "$SUITE/err" || fail "no line '$1' in stderr: $(cat "$SUITE/err")"
}
expect_no_log() {
	! grep -F -e "$1" "$SUITE/err" || fail "a line '$1' in stderr"
}

# expect_stderr TEXT: all of stderr, dates cut out.
expect_stderr() {
	assertEquals stderr "$1" "$(undated <"$SUITE/err")"
}

# expect_one_line STATUS TEXT: the last run failed, and said why in one line that holds this text.
expect_one_line() {
	expect "$1" ''
	assertEquals "lines of stderr: $(cat "$SUITE/err")" 1 "$(wc -l <"$SUITE/err")"
	expect_log "$2"
}

# expect_line PATTERN: exactly one line of stderr, without its date, is this regular expression.
expect_line() {
	assertEquals "lines like '$1' in $(cat "$SUITE/err")" 1 \
		"$(undated <"$SUITE/err" | grep -cxE -e "$1")"
}

# Cuts the times out of log lines in both forms.
undated() {
	sed -E 's/^\[[-0-9]{10} [0-9:]{8},[0-9]{3}\] /[] /
		s/^([^ ]+) [A-Z][a-z]{2} [A-Z][a-z]{2} [ 0-9]{2} [0-9:]{8} [A-Z]+ [0-9]{4} /\1 /'
}

# orc [OPTION]...: os-refresh-config on the base directory "base", with a lock of its own.
orc() {
	run env OS_REFRESH_CONFIG_BASE_DIR="${BASE-base}" os-refresh-config --lockfile "$SUITE/test/lock" "$@"
}

# wait_until COMMAND...: polls for an event that no file descriptor tells of; fails after 20 s.
wait_until() {
	tries=0
	until "$@"; do
		tries=$((tries + 1))
		[ "$tries" -lt 2000 ] || {
			fail "never happened: $*"
			return 1
		}
		sleep 0.01
	done
}

# with_limits COMMANDS CONDITION [ARGUMENT]...: evaluates COMMANDS, which use the time limit $LIMIT,
# until the condition is true, with four times the limit each time. How long it takes a script to get
# anywhere depends on the machine.
with_limits() {
	commands=$1
	shift
	for LIMIT in 0.300 1.200 4.800 19.200; do
		eval "$commands"
		"$@" && return
	done
	fail "not within $LIMIT s: $*"
}

# is_full: has the pipe that descriptor 9 reads no room for one more page?
is_full() {
	python3 -c '
import array, fcntl, sys, termios
size = fcntl.fcntl(9, 1032)  # F_GETPIPE_SZ
used = array.array("i", [0])
fcntl.ioctl(9, termios.FIONREAD, used)
sys.exit(size - used[0] >= 2 * 4096)'
}

# is_gone PID: no such process, or a zombie.
is_gone() {
	[ -n "${1-}" ] || return
	! kill -0 "$1" 2>/dev/null || grep -q '^State:.Z' "/proc/$1/status" 2>/dev/null
}

# default_signals COMMAND [ARGUMENT]...: with no signal ignored, as INT and QUIT are in a shell's
# background.
default_signals() {
	if env --default-signal true 2>/dev/null; then
		env --default-signal "$@"
	else
		"$@"
	fi
}

# expect_gone FILE...: the processes whose ids are in these files have ended.
expect_gone() {
	for file; do
		[ -s "$file" ] || fail "no process id in $file"
		is_gone "$(cat "$file")" || fail "$file, process $(cat "$file"), is alive"
		PIDS="$PIDS $(cat "$file")"
	done
}

is_root() {
	[ "$(id -u)" -eq 0 ]
}

# unprivileged COMMAND [ARGUMENT]...: as an ordinary user.
unprivileged() {
	if is_root; then
		setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

# may_drop: can unprivileged do it here?
may_drop() {
	unprivileged "$REFRESHBOX" --version >/dev/null 2>&1 && return 0
	echo 'skipped: cannot run the binary as an ordinary user'
	return 1
}

# may_trace: is there an strace that works?
may_trace() {
	needs_static || return 1
	[ -z "${EMULATED-}" ] || {
		echo 'skipped: the system calls of qemu-user are its own'
		return 1
	}
	has_program strace && strace -o /dev/null true 2>/dev/null && return 0
	echo 'skipped: cannot trace'
	return 1
}

# needs_static: a build with sanitizers is not, and needs memory, descriptors, processes, /proc and
# no tracer.
needs_static() {
	! has_program readelf || ! readelf -lW "$REFRESHBOX" | grep -q INTERP || {
		echo 'skipped: the binary is not static'
		return 1
	}
}

# without_namespace: copies a log, but not the line about a user namespace of an ordinary user, who does
# not know the owner of / there.
without_namespace() {
	sed '/ \/ is owned by nobody, or by a user outside of this user namespace$/d'
}

# has_applet NAME: is it built in?
has_applet() {
	"$REFRESHBOX" --list | grep -qx -e "$1"
}

# has_program NAME: is it installed? Suites that need it skip with startSkipping.
has_program() {
	command -v "$1" >/dev/null 2>&1
}

# seed: prints what a test draws its cases from: $SEED, a fresh number if that is "random", else 1, so
# that each run of the tests makes the same ones.
seed() {
	case ${SEED:-1} in
	random) od -An -N3 -tu4 /dev/urandom | tr -d ' ' ;;
	*) echo "${SEED:-1}" ;;
	esac
}
