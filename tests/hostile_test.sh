#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Hostile scripts: whatever tree of processes a script makes (tests/tools/runaway.c has the kinds), it
# is gone when a limit or a signal has ended it; every status and every signal is told as the manuals say;
# and what is left when we are killed outright. LONG=1 makes ten times as many random runs; SEED
# (see lib.sh) chooses other ones.
# shellcheck disable=SC2016,SC2046,SC2086 # the bodies of scripts; words to be split

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/hostile_lib.sh"

ORC='env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'
SCRIPT=base/configure.d/10-a
SEED=$(seed)

# survivors [FILE...]: sets LEFT to how many processes of scripts there are, or locks on the files.
survivors() {
	LEFT=$("$SUITE/survivors" "$SUITE/runaway" "$@" 2>"$SUITE/left")
}

# expect_none COMMENT: of what the script started nothing is left. What is is ended here.
expect_none() {
	survivors "$SCRIPT" && return
	fail "$1: $LEFT survive: $(cat "$SUITE/left")"
	"$SUITE/survivors" -k "$SUITE/runaway" >/dev/null
	return 1
}

# fractions: does this binary know them, for limits?
fractions() {
	os-refresh-config --timeout 0.05 --print-phases >/dev/null 2>&1
}

# ---- runaway trees

# start_orc: in the background, as $PID. Until it is executed, the process is a copy of this shell, for
# whose traps a signal would be.
start_orc() {
	$ORC >out 2>err </dev/null &
	PID=$!
	PIDS="$PIDS $PID"
	wait_until is_executed "$PID"
}

# is_executed PID: is it the program, or gone?
is_executed() {
	case $(readlink "/proc/$1/exe") in
	*/refreshbox | '') ;;
	*) return 1 ;;
	esac
}

# end_orc COMMENT: by SIGTERM, and all that it started.
end_orc() {
	kill -TERM "$PID"
	if wait_until is_gone "$PID"; then
		wait "$PID"
		assertEquals "$1: status" 143 $?
	else
		kill -9 "$PID"
		fail "$1: does not end"
	fi
	expect_none "$1: after SIGTERM"
}

test_there_are_at_least_25_kinds() {
	make_tools || return
	assertTrue "$(cat kinds)" "[ $(sort -u kinds | wc -l) -ge 25 ]"
}

test_a_signal_ends_every_kind_of_tree() {
	make_tools || return
	while read -r kind; do
		rm -f ready
		trees "$SCRIPT" "$kind"
		start_orc
		wait_until are_ready 1 || fail "$kind: the tree never was complete"
		end_orc "$kind"
	done <kinds
}

# At the limit: what error handlers see of the trees of the script is in the file "count".
make_counter() {
	script base/error.d/10-count "'$SUITE/survivors' '$SUITE/runaway' $SCRIPT >count 2>left"
}

# expect_limit_kept COMMENT
expect_limit_kept() {
	assertEquals "$1: status" 1 "$RC"
	expect_line '.*\[ERROR\] Timeout reached: .*s\. Sending SIGKILL to all children'
	assertEquals "$1: survivors when error handlers ran: $(cat left)" 0 "$(cat count)"
	expect_none "$1: after the limit"
}

# limited KIND...: under a limit that is doubled until the trees were complete by then.
limited() {
	trees "$SCRIPT" "$@"
	for limit in $limits; do
		rm -f ready count left
		run timeout -k 1 100 $ORC --timeout "$limit" --error-timeout 0
		are_ready $# && break
	done
	are_ready $# || fail "$*: the trees never were complete"
	expect_limit_kept "$*"
}

# Where limits are whole seconds, several kinds at a time.
test_a_limit_ends_every_kind_of_tree_before_error_handlers_run() {
	make_tools || return
	make_counter
	if fractions; then
		limits='0.1 0.4 1.6 6.4 25.6'
		cat kinds >sets
	else
		limits='1 4 16 64'
		xargs -n 8 <kinds >sets
	fi
	while read -r kinds; do
		limited $kinds
	done <sets
}

# Who reads our output sees its end: nobody holds it any more.
test_nothing_holds_what_we_print_to() {
	make_tools || return
	trees "$SCRIPT" $(grep -v -e closed -e daemon kinds)
	mkfifo out
	ln out err
	cat out >/dev/null &
	reader=$!
	start_orc
	wait_until are_ready $(($(wc -l <kinds) - 2))
	end_orc 'all at once'
	wait_until is_gone "$reader"
}

# ---- at random

# make_plan RUNS: a line each: the limit or 0; seconds until SIGTERM; how many trees must be complete
# by then; the kinds.
make_plan() {
	if fractions; then share=0.5 shortest=0.02 longest=0.3; else share=0.1 shortest=1 longest=1; fi
	awk -v runs="$1" -v seed="$SEED" -v share=$share -v shortest=$shortest -v longest=$longest '
		{ kind[NR] = $1 }
		END {
			srand(seed)
			for (; runs > 0; runs--) {
				limit = shortest + rand() * (longest - shortest)
				line = sprintf("%.2f %.3f ", rand() < share ? limit : 0, rand() * 0.05)
				n = 1 + int(rand() * 4)
				line = line (rand() < 0.5 ? 0 : 1 + int(rand() * n))
				while (n-- > 0)
					line = line " " kind[1 + int(rand() * NR)]
				print line
			}
		}' kinds
}

random_limit() {
	fractions || set -- "${1%.*}"
	rm -f count left
	run timeout -k 1 100 $ORC --timeout "$1" --error-timeout 0
	expect_limit_kept "$run"
}

# random_signal SECONDS COMPLETE
random_signal() {
	start_orc
	wait_until are_ready "$2"
	sleep "$1"
	end_orc "$run"
}

test_random_trees_at_random_moments() {
	make_tools || return
	make_counter
	if [ -n "${LONG:-}" ]; then runs=1000; else runs=100; fi
	echo "SEED=$SEED"
	make_plan $runs >plan
	total=0
	while read -r limit delay complete kinds; do
		run="SEED=$SEED limit $limit delay $delay complete $complete: $kinds"
		: >ready
		trees "$SCRIPT" $kinds
		case $limit in
		0.00) random_signal "$delay" "$complete" ;;
		*) random_limit "$limit" ;;
		esac
		total=$((total + LEFT))
	done <plan
	echo "$runs runs, $total survivors"
	assertEquals 'survivors' 0 "$total"
}

# ---- statuses and signals

# each FIRST LAST COMMAND...: "N STATUS" for each N, in the environment of the command; its errors are
# in the file "log".
each() {
	number=$1 last=$2
	shift 2
	: >log
	while [ "$number" -le "$last" ]; do
		N=$number env --default-signal "$@" </dev/null >/dev/null 2>>log
		echo "$number $?"
		number=$((number + 1))
	done
}

# expect_each COMMENT FIRST LAST PROGRAM: "N STATUS" in the file "got" is what awk makes of each N.
expect_each() {
	seq "$2" "$3" | awk "$4" >expected
	assertEquals "$1" "$(cat expected)" "$(cat got)"
}

# expect_told LINES: those with "Script …" in the log, without their seconds.
expect_told() {
	sed -nE 's/.*\[?ERROR[]:]+ (Script .*) after [0-9]+\.[0-9]{3} s( \(process [0-9]+; not by us(: out of memory\?)?\))?$/\1/p' log >told
	assertEquals 'what the log has' "$1" "$(cat told)"
}

test_every_exit_status_of_a_script() {
	script base/configure.d/1 'exit $N'
	told=$(seq 255 | sed 's|^|Script base/configure.d/1 failed with exit status |')
	each 0 255 run-parts base/configure.d >got
	expect_each run-parts 0 255 '{ print $1, $1 }'
	each 0 255 dib-run-parts base/configure.d >got
	expect_each dib-run-parts 0 255 '{ print $1, $1 }'
	expect_told "$told"
	each 0 255 $ORC >got
	expect_each os-refresh-config 0 255 '{ print $1, ($1 > 0) }'
	expect_told "$told"
}

# Those that do not end a process. Of those that stop it nothing is to be seen from here; 32 and 33 are
# the libc's own: if whoever runs us ignores them, no program of a shell's can change that.
HARMLESS='17 18 19 20 21 22 23 28 32 33'
NAMES='1 SIGHUP 2 SIGINT 3 SIGQUIT 4 SIGILL 5 SIGTRAP 6 SIGABRT 7 SIGBUS 8 SIGFPE 9 SIGKILL 10 SIGUSR1
	11 SIGSEGV 12 SIGUSR2 13 SIGPIPE 14 SIGALRM 15 SIGTERM 24 SIGXCPU 25 SIGXFSZ 31 SIGSYS'

# by_signal WORDS: a line for each signal that ends a script, from its number n and its name.
by_signal() {
	seq 64 | awk -v harmless="$HARMLESS" -v names="$NAMES" '
		BEGIN {
			n = split(names, word, /[ \t\n]+/)
			for (i = 1; i < n; i += 2)
				name[word[i]] = word[i + 1]
		}
		index(" " harmless " ", " " $1 " ") { next }
		{ n = $1; name[n] = name[n] ? name[n] : "signal"; print '"$1"' }'
}

test_every_signal_that_ends_a_script() {
	case $(uname -m) in
	mips* | sparc* | alpha | parisc*)
		echo 'skipped: signals have other numbers here'
		return 0
		;;
	esac
	script base/configure.d/1 'ulimit -c 0
		case " '"$HARMLESS"' " in *" $N "*) exit 0 ;; esac
		kill -"$N" $$; exit 99'
	each 1 64 run-parts base/configure.d | awk '$2' >got
	assertEquals run-parts "$(by_signal 'n, 1')" "$(cat got)"
	assertEquals 'the log of run-parts' \
		"$(by_signal '"run-parts: base/configure.d/1 exited because of uncaught signal " n')" "$(cat log)"
	told=$(by_signal '"Script base/configure.d/1 was killed by signal " n " (" name[n] ")"')
	each 1 64 dib-run-parts base/configure.d | awk '$2' >got
	assertEquals dib-run-parts "$(by_signal 'n, 128 + n')" "$(cat got)"
	expect_told "$told"
	each 1 64 $ORC | awk '$2' >got
	assertEquals os-refresh-config "$(by_signal 'n, 1')" "$(cat got)"
	expect_told "$told"
}

test_signals_that_end_nothing() {
	script d/1 'kill -$N $$; echo survived'
	for N in 17 18 23 28; do
		export N
		run dib-run-parts d
		expect 0 survived
	done
	unset N
}

# 34 is one that musl leaves out of a full set.
test_other_signals_to_us_wait_until_all_is_done() {
	script d/1 'kill -$N $(cat us); echo survived'
	for N in 10 12 34 64; do
		export N
		run sh -c 'echo $$ >us; exec dib-run-parts d'
		expect $((128 + N)) survived
		expect_log '1 completed'
	done
	unset N
}

# ---- kill -9

BRIEF='pre-configure.d/1-a pre-configure.d/2-b configure.d/3-c configure.d/4-d post-configure.d/5-e
	post-configure.d/6-f migration.d/7-g migration.d/8-h'

# expect_whole COMMENT: a run does everything.
expect_whole() {
	rm -f hang-*
	run timeout -k 1 100 $ORC
	assertEquals "$1: status; $(cat "$SUITE/err")" 0 "$RC"
	assertEquals "$1: scripts" "$(printf '%s\n' $BRIEF | sed 's|.*/||')" "$(cat "$SUITE/out")"
	assertEquals "$1: the lock" '' "$(cat lock)"
}

# Scripts that run when we are killed, and would never end by themselves, are gone before the lock is free.
killed_outright() {
	start_orc
	sleep "$1"
	kill -9 "$PID" 2>/dev/null
	wait "$PID" 2>/dev/null
	# A child that we leave between vfork and execve has it, too, until it executes the script.
	wait_until "$SUITE/survivors" /dev/null lock >/dev/null 2>&1
	"$SUITE/survivors" /dev/null lock >/dev/null 2>&1 || fail "$2: the lock is held"
	survivors && return
	fail "$2: $LEFT scripts are left: $(cat "$SUITE/left")"
	"$SUITE/survivors" -k "$SUITE/runaway" >/dev/null
	return 1
}

test_kill_9_at_random_moments() {
	make_tools || return
	for name in $BRIEF; do
		trees "base/$name" brief
	done
	if [ -n "${LONG:-}" ]; then runs=200; else runs=40; fi
	awk -v seed="$SEED" -v runs=$runs -v names="$BRIEF" 'BEGIN {
		srand(seed)
		n = split(names, name, /[ \t\n]+/)
		while (runs-- > 0)
			printf "%.3f %s\n", rand() * 0.08, name[1 + int(rand() * n)]
	}' >plan
	while read -r delay name; do
		: >"hang-${name##*/}"
		killed_outright "$delay" "SEED=$SEED delay $delay hang $name" || return
		expect_whole "after SEED=$SEED delay $delay hang $name"
	done <plan
}

# shellcheck source=/dev/null
. shunit2
