# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2016,SC2034,SC2086 # the bodies of scripts; the suites use D; words
# What the suites on --jobs share: running base/configure.d by each of the applets, and what scripts do
# to meet each other.

export OS_REFRESH_CONFIG_BASE_DIR=base
RUNNERS='run-parts dib-run-parts refresh-phase os-refresh-config'
D=base/configure.d

# with_jobs: is the option there? The suite skips its tests where it is not.
with_jobs() {
	run-parts --help=all 2>/dev/null | grep -q -e --jobs && return
	echo 'skipped: this binary has no --jobs'
	startSkipping
	return 1
}

# command_of RUNNER [OPTION]...: sets COMMAND, which runs base/configure.d in numeric order.
command_of() {
	of=$1
	shift
	case $of in
	run-parts) COMMAND="run-parts --order=numeric $* $D" ;;
	dib-run-parts) COMMAND="dib-run-parts $* $D" ;;
	refresh-phase) COMMAND="refresh-phase --lockfile lock $* configure" ;;
	*) COMMAND="os-refresh-config --lockfile lock $*" ;;
	esac
}

# side_by RUNNER [OPTION]...: runs it. side [OPTION]...: the same for run-parts, which logs nothing.
side_by() {
	command_of "$@"
	run timeout -k 1 100 $COMMAND
}
side() {
	side_by run-parts "$@"
}

# start RUNNER [OPTION]...: starts it as process US, with its output in the files out and err.
start() {
	command_of "$@"
	env --default-signal $COMMAND >out 2>err </dev/null &
	US=$!
	PIDS="$PIDS $US"
}

# finish: waits for it; its status is RC, and its output is where "expect" looks.
finish() {
	wait "$US" 2>/dev/null
	RC=$?
	mv out "$SUITE/out"
	mv err "$SUITE/err"
}

# until_ COMMANDS: a script's loop until they are true; it gives up after 20 s, with status 9.
until_() {
	echo 'tries=0; until '"$1"'; do tries=$((tries + 1)); [ $tries -lt 1000 ] || exit 9; sleep 0.02; done'
}

# meet NUMBER: what a script does to wait until so many have come to this line.
meet() {
	echo "echo >>met; $(until_ "[ \$(wc -l <met) -ge $1 ]")"
}

# A script with this line fails if it runs beside another one with it.
ALONE='mkdir alone || exit 9; sleep 0.1; rmdir alone'
