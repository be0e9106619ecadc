#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --jobs at length: scripts and trees of processes that are drawn, ten thousand scripts, how much faster
# it is, and every system call failing. It needs a binary with JOBS. LONG=1 makes ten times as many
# trees; SEED (see lib.sh) chooses other ones.
# shellcheck disable=SC2086 # words to be split

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/hostile_lib.sh"
# shellcheck source=/dev/null
. "$TESTS/jobs_lib.sh"

# ---- trees that are drawn

# make_part: compiles the interpreter of scripts that note the times of their start and end.
make_part() {
	with_jobs || return
	has_program python3 || {
		echo 'skipped: no python3'
		return 1
	}
	compile part jobs_part.c
}

test_random_trees() {
	make_part || return 0
	if [ -n "${LONG:-}" ]; then number=1000; else number=100; fi
	run python3 -B "$TESTS/tools/jobs_trees.py" "$SUITE/part" "$(seed)" $number
	assertEquals "$(cut -c 1-500 "$SUITE/out") $(cat "$SUITE/err")" 0 "$RC"
	tail -n 1 "$SUITE/out"
}

# ---- many, and fast

# parts NUMBER COMMAND: so many scripts of one number, which do the command of jobs_part.c.
parts() {
	rm -rf "$D" journal
	mkdir -p "$D" journal
	printf '#!%s\n%s\n' "$SUITE/part" "$2" >part
	seq -f "$D/1-%05g" "$1" | xargs -n 500 sh -c 'tee "$@" <part >/dev/null' sh
	chmod -R 755 "$D"
}

# lasts COMMAND [ARGUMENT]...: sets MS to the milliseconds that it takes.
lasts() {
	begun=$(date +%s%N)
	"$@"
	MS=$((($(date +%s%N) - begun) / 1000000))
}

test_ten_thousand_scripts_run_once_each() {
	make_part || return 0
	parts 10000 'sleep 0'
	command_of run-parts --jobs 8
	run timeout -k 1 600 $COMMAND
	expect 0 ''
	expect_stderr ''
	find journal -type f | sed 's|.*/||' | sort >ran
	assertEquals 'scripts' "$(seq -f '1-%05g' 10000)" "$(cat ran)"
	assertEquals 'starts' 10000 "$(find journal -type f -exec cat {} + | grep -c start)"
}

# What 64 starts cost is what 64 scripts last that do nothing.
test_sleepers_sleep_at_a_time() {
	make_part || return 0
	for try in 1 2 3 4 5 6 7 8; do
		parts 64 'sleep 0'
		lasts side --jobs 64
		starts=$MS
		parts 64 'sleep 200'
		lasts side --jobs 64
		expect 0
		[ $MS -gt $((250 + starts)) ] || break
	done
	assertTrue "$MS ms, $starts for the starts, in try $try" "[ $MS -le $((250 + starts)) ]"
	assertTrue "$MS ms" "[ $MS -ge 200 ]"
}

# The two scripts, by nobody but the shell.
spin_twice() {
	"$SUITE/part" "$D/1-00001" & "$SUITE/part" "$D/1-00002"
	wait $!
}

test_two_processors_do_nearly_twice_as_much() {
	make_part || return 0
	[ "$(nproc)" -gt 1 ] || {
		echo 'skipped: there is one processor'
		return 0
	}
	parts 2 'spin 400'
	best=0 possible=0
	for try in 1 2 3 4 5 6 7 8; do
		lasts side --jobs 1
		one=$MS
		lasts side --jobs 2
		expect 0
		ratio=$((100 * one / MS))
		[ $ratio -le $best ] || best=$ratio
		lasts spin_twice
		[ $((100 * one / MS)) -le $possible ] || possible=$((100 * one / MS))
		[ $best -lt 180 ] || return 0
	done
	[ $possible -ge 190 ] || {
		echo "skipped: the machine is busy: without us, two processes were $possible % as fast as one"
		return 0
	}
	fail "$best % of one at a time, while $possible % were possible"
}

# ---- trees of processes, and faults

# make_plan RUNS: a line each: a limit or 0, how many trees must be complete by a signal, and the kinds of
# the trees of four scripts, those of one script with commas.
make_plan() {
	awk -v runs="$1" -v seed="$(seed)" '
		{ kind[NR] = $1 }
		END {
			srand(seed)
			for (; runs > 0; runs--) {
				line = sprintf("%.2f %d", rand() < 0.3 ? 0.05 + rand() * 0.4 : 0, int(rand() * 5))
				for (i = 0; i < 4; i++) {
					line = line " " kind[1 + int(rand() * NR)]
					if (rand() < 0.3)
						line = line "," kind[1 + int(rand() * NR)]
				}
				print line
			}
		}' kinds
}

# expect_none: of what the scripts started nothing is left. What is is ended here.
expect_none() {
	left=$("$SUITE/survivors" "$SUITE/runaway" "$D"/* 2>left) && return
	fail "$run: $left survive: $(cat left)"
	"$SUITE/survivors" -k "$SUITE/runaway" >/dev/null
}

test_random_process_trees() {
	with_jobs || return 0
	make_tools || return
	script base/error.d/10-count "'$SUITE/survivors' '$SUITE/runaway' $D/* >count 2>left"
	if [ -n "${LONG:-}" ]; then number=200; else number=20; fi
	make_plan $number >plan
	while read -r limit complete a b c d; do
		run="SEED=$(seed): $limit $complete $a $b $c $d"
		rm -f count
		: >ready
		for name in a b c d; do
			eval "kinds=\$$name"
			# shellcheck disable=SC2046,SC2154 # words; eval has set it
			trees "$D/10-$name" $(echo "$kinds" | tr , ' ')
		done
		if [ "$limit" = 0.00 ]; then
			start os-refresh-config --jobs 4 --kill-after 0.2
			wait_until are_ready "$complete"
			kill -TERM "$US"
			finish
			assertEquals "$run: status" 143 "$RC"
		else
			side_by os-refresh-config --jobs 4 --timeout "$limit" --error-timeout 0
			assertEquals "$run: status" 1 "$RC"
			assertEquals "$run: when error handlers run: $(cat left)" 0 "$(cat count)"
		fi
		expect_none
	done <plan
	echo "tried: $number runs of four scripts, from SEED=$(seed)"
}

test_faults() {
	with_jobs || return 0
	if ! has_program python3 || ! has_program strace || ! strace -o /dev/null -f -b execve true 2>/dev/null; then
		echo 'skipped: no python3, or cannot trace'
		return 0
	fi
	mkdir scratch
	run python3 -B "$TESTS/faults/sweep.py" --binary "$REFRESHBOX" --scratch "$HERE/scratch" \
		${LONG:+--all} jobs jobs-failing
	assertEquals "$(cat "$SUITE/out" "$SUITE/err")" 0 "$RC"
	tail -n 1 "$SUITE/out"
}

# shellcheck source=/dev/null
. shunit2
