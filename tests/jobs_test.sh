#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --jobs: scripts of one number run side by side. Which do, what becomes of their output, and how
# failures, limits and signals end them. It needs a binary with JOBS.
# shellcheck disable=SC2016,SC2086,SC2153 # the bodies of scripts; words to be split; LIMIT of lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/jobs_lib.sh"

test_the_binary_has_jobs() {
	with_jobs || return 0
	for runner in $RUNNERS; do
		run "$runner" --help=all
		assertTrue "$runner" "grep -q -e '--jobs N' '$SUITE/out'"
	done
}

# ---- which scripts run side by side

test_neighbours_of_an_equal_number_run_side_by_side() {
	with_jobs || return 0
	for name in 010-a 10 10-b 0010-c; do
		script "$D/$name" "$(meet 4)"
	done
	for runner in $RUNNERS; do
		rm -f met
		side_by "$runner" --jobs 4
		assertEquals "$runner: $(cat "$SUITE/err")" 0 "$RC"
	done
}

test_all_others_run_alone() {
	with_jobs || return 0
	for name in a b ab 9-a 10-a 11-a -1a -1b; do
		script "$D/$name" "$ALONE; echo ran"
	done
	for runner in $RUNNERS; do
		side_by "$runner" --jobs 4
		assertEquals "$runner: $(cat "$SUITE/err")" 0 "$RC"
		assertEquals "$runner" 8 "$(grep -cx ran "$SUITE/out")"
	done
}

# Those of equal number that are no neighbours any more, because of one between them that cannot run.
test_groups_are_strictly_one_after_the_other() {
	with_jobs || return 0
	for name in 1-a 1-b; do
		script "$D/$name" "$(meet 2); sleep 0.1; echo >>ended"
	done
	for name in 2-a 2-b; do
		script "$D/$name" '[ $(wc -l <ended) -eq 2 ]'
	done
	for runner in $RUNNERS; do
		rm -f met ended
		side_by "$runner" --jobs 4
		assertEquals "$runner: $(cat "$SUITE/err")" 0 "$RC"
	done
}

# all_succeed [OPTION]...: each of the runners does, with these options.
all_succeed() {
	for runner in $RUNNERS; do
		side_by "$runner" "$@"
		assertEquals "$runner: $(cat "$SUITE/err")" 0 "$RC"
	done
}

# Their end may be noticed between two starts, where no signal tells of it again.
test_short_scripts_that_run_alone() {
	with_jobs || return 0
	for number in $(seq 100); do
		script "$D/$number" 'exit 0'
	done
	all_succeed --jobs 2
}

test_no_more_than_n_at_once() {
	with_jobs || return 0
	for name in a b c d e f g h; do
		script "$D/1-$name" 'for slot in 1 2 3; do mkdir slot.$slot 2>/dev/null && break; slot=; done
			[ -n "$slot" ] || exit 9
			sleep 0.1; rmdir slot.$slot'
	done
	all_succeed --jobs 3
}

test_they_start_in_order() {
	with_jobs || return 0
	for name in a b c d e f g h; do
		script "$D/1-$name" ':'
	done
	command_of dib-run-parts --jobs 3
	run $COMMAND
	assertEquals "$(for name in a b c d e f g h; do echo "Running $D/1-$name"; done)" \
		"$(grep -o 'Running .*' "$SUITE/err")"
	side --jobs 3 --reverse --verbose
	expect 0
	assertEquals 'reverse' "$(for name in h g f e d c b a; do echo "run-parts: executing $D/1-$name"; done)" \
		"$(grep executing "$SUITE/err")"
}

test_reverse() {
	with_jobs || return 0
	for name in 1-a 01-b; do
		script "$D/$name" "$(meet 2); echo $name"
	done
	script "$D/2-c" '[ ! -e met ] && echo 2-c'
	side --jobs 2 --reverse
	expect 0 '2-c
1-a
01-b'
}

test_auto_is_the_number_of_processors_that_we_may_use() {
	with_jobs || return 0
	script "$D/1-a" "$ALONE"
	script "$D/1-b" "$ALONE"
	has_program taskset || {
		echo 'skipped: no taskset'
		return 0
	}
	cpus=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	command_of run-parts --jobs auto
	run taskset -c "$cpus" $COMMAND
	expect 0 ''
	[ "$(nproc)" -gt 1 ] || return 0
	script "$D/1-a" "$(meet 2)"
	script "$D/1-b" "$(meet 2)"
	run $COMMAND
	expect 0 ''
}

test_what_is_no_number_is_an_error() {
	with_jobs || return 0
	script "$D/1-a" 'echo ran'
	for jobs in 0 257 x -1 1.5 2x autos 99999999999999999999; do
		for runner in $RUNNERS; do
			side_by "$runner" --jobs=$jobs
			assertNotEquals "$runner $jobs" 0 "$RC"
			assertEquals "$runner $jobs" '' "$(cat "$SUITE/out")"
			expect_log "argument --jobs: invalid int value: '$jobs' (1 to 256, or auto)"
		done
	done
	for jobs in 1 02 256 auto; do
		side --jobs=$jobs
		expect 0 ran
	done
	side --jobs 2 --output=loud
	expect_log "argument --output: invalid choice: 'loud' (choose from 'grouped', 'live', 'prefixed')"
}

test_run_parts_needs_the_numeric_order() {
	with_jobs || return 0
	script d/1-a 'echo ran'
	for jobs in 2 auto 256; do
		run run-parts --jobs=$jobs d
		expect 1 ''
		assertEquals 'run-parts: --jobs needs --order=numeric' "$(head -n 1 "$SUITE/err")"
		run run-parts --order=name --jobs=$jobs d
		expect 1 ''
	done
	run run-parts --jobs 1 d
	expect 0 ran
}

# same_as_without OPTION...: does each runner do and say the same, whether it has these or not?
same_as_without() {
	for runner in $RUNNERS; do
		for jobs in '' "$*"; do
			rm -f events log
			side_by "$runner" --events events $jobs
			echo "status $RC" >"got$jobs"
			{
				undated <"$SUITE/err" | sed -E 's/[0-9]+\.[0-9]{3}/N/; s/process [0-9]+/process N/'
				cat "$SUITE/out" log
				grep -o '"[a-z_]*":\|"event":"[a-z-]*"\|"path":"[^"]*"' events
			} >>"got$jobs"
		done
		cmp got "got$*" || fail "$runner $*: $(diff got "got$*")"
		assertTrue "$runner ran" 'grep -q "ran 2-a" got'
	done
}

test_one_job_is_as_none() {
	with_jobs || return 0
	for name in 1-a 01-b 2-a 2-b c; do
		script "$D/$name" "$ALONE; echo ran $name; echo err >&2; printf x; echo $name >>log"
	done
	script "$D/2-z" 'sleep 100 >/dev/null 2>&1 & echo $! >>daemons'
	script "$D/3-a" 'echo ran; echo err >&2; kill -ABRT $$'
	script "$D/3-b" 'echo ran; exit 7'
	printf '#!/nowhere\n' >"$D/3-c"
	chmod 755 "$D/3-c"
	for options in '--jobs 1' '--jobs 2 --jobs=1 --output=live'; do
		same_as_without $options
	done
	PIDS="$PIDS $(cat daemons)"
}

# ---- what they print

# printers: scripts that print what may be hard to keep apart, in the folder base/configure.d, and the
# files want.out and want.err with what it comes to in their order. They end in the reverse order.
printers() {
	python3 -B -c '
import os, random
dice = random.Random(1)
texts = [b"", b"no newline", b"\n", b"one\n", b"\n\nthree\n\n", b"\0\xff\r\n\x80", bytes(range(256)),
         b"x" * 70000, b"y" * 200000 + b"\n", dice.randbytes(300000), b"line\n" * 30000]
os.makedirs("base/configure.d")
os.mkdir("data")
with open("want.out", "wb") as out, open("want.err", "wb") as err:
    for i, text in enumerate(texts):
        other = texts[-1 - i]
        for name, bytes_, want in (("out", text, out), ("err", other, err)):
            with open("data/%d.%s" % (i, name), "wb") as file:
                file.write(bytes_)
            want.write(bytes_)
        with open("base/configure.d/1-%02d" % i, "w") as file:
            file.write("""#!/bin/sh
echo >begun.%d
cat data/%d.out & cat data/%d.err >&2; wait
tries=0; until [ -e ended.%d ] || [ $tries -ge 1000 ]; do tries=$((tries + 1)); sleep 0.02; done
echo >ended.%d
""" % (i, i, i, i + 1, i))
        os.chmod("base/configure.d/1-%02d" % i, 0o755)
open("ended.%d" % len(texts), "w")
'
}

test_grouped_output_is_one_script_after_the_other() {
	with_jobs || return 0
	printers
	for jobs in 11 256; do
		rm -f ended.?
		side --jobs $jobs
		expect 0
		cmp want.out "$SUITE/out" || fail "stdout with --jobs $jobs"
		cmp want.err "$SUITE/err" || fail "stderr with --jobs $jobs"
	done
	command_of dib-run-parts --jobs 11
	run $COMMAND
	cmp want.out "$SUITE/out" || fail 'stdout of dib-run-parts'
}

test_one_file_for_both_keeps_the_true_order() {
	with_jobs || return 0
	for name in a b c; do
		script "$D/1-$name" "$(meet 3)
			i=0; while [ \$i -lt 200 ]; do
				i=\$((i + 1)); printf '$name out %d\n' \$i; printf '$name err %d,' \$i >&2
			done"
	done
	for name in a b c; do
		awk -v name=$name 'BEGIN { for (i = 1; i <= 200; i++)
			printf "%s out %d\n%s err %d,", name, i, name, i }'
	done >want
	for how in '>got 2>&1' '2>&1 | cat >got' '2>>got >>got'; do
		rm -f met got
		command_of run-parts --jobs 3
		eval "timeout -k 1 100 $COMMAND </dev/null $how"
		cmp want got || fail "order with $how"
	done
}

# Lines that come in pieces, from several scripts at once.
test_lines_are_never_mixed() {
	with_jobs || return 0
	for name in a b c d; do
		script "$D/1-$name" "$(meet 4)
			i=0; while [ \$i -lt 50 ]; do
				i=\$((i + 1)); printf '$name$name '; printf '%d:' \$i; sleep 0.001; echo ' $name'
				printf '$name ' >&2; echo '$name' >&2
			done; printf '$name$name last: $name'"
	done
	for output in live prefixed; do
		rm -f met
		side --jobs 4 --output=$output
		expect 0
		for name in a b c d; do
			if [ $output = live ]; then before=; else before="1-$name: "; fi
			awk -v name=$name -v before="$before" 'BEGIN {
				for (i = 1; i <= 50; i++)
					printf "%s%s%s %d: %s\n", before, name, name, i, name
				printf "%s%s%s last: %s\n", before, name, name, name }' >want
			grep "^$before$name$name" "$SUITE/out" >got
			cmp want got || fail "$output: lines of $name: $(diff want got | head -n 5)"
			assertEquals "$output: $name" 50 "$(grep -cx "$before$name $name" "$SUITE/err")"
		done
		assertEquals "$output" 204 "$(wc -l <"$SUITE/out")"
		assertEquals "$output" 200 "$(wc -l <"$SUITE/err")"
	done
	side --jobs 1 --output=prefixed
	assertEquals 'alone' "$(cat got)" "$(grep '^1-d: dd' "$SUITE/out")"
}

test_live_lines_come_at_once() {
	with_jobs || return 0
	script "$D/1-a" "$(until_ '[ -e go ]'); echo a"
	script "$D/1-b" "echo b; $(until_ '[ -e go ]')"
	for output in live prefixed; do
		rm -f go
		start run-parts --jobs 2 --output=$output
		wait_until grep -q '^\(1-b: \)*b$' out
		echo >go
		finish
		expect 0
		assertEquals "$output" a "$(sed 's/.*: //' "$SUITE/out" | tail -n 1)"
	done
}

# The first script streams; when it has ended, so does the second.
test_the_one_that_all_wait_for_streams_live() {
	with_jobs || return 0
	script "$D/1-a" "$(meet 3); echo a; echo A >&2; $(until_ '[ -e go.a ]'); echo end"
	script "$D/1-b" "echo b; echo >printed; $(meet 3); echo B >&2; $(until_ '[ -e go.b ]'); echo end"
	script "$D/1-c" "echo c; $(meet 3)"
	start run-parts --jobs 3
	wait_until grep -q a out && wait_until grep -q A err
	assertEquals 'only the first' 'a A' "$(cat out) $(cat err)"
	echo >go.a
	wait_until grep -q b out && wait_until grep -q B err
	assertEquals 'and then the second' 'a end b' "$(paste -sd ' ' out)"
	echo >go.b
	finish
	expect 0 'a
end
b
end
c'
}

# HELD_MAX is 4 MiB. Each of b and c prints two thirds of that, and it is said of the one that goes
# beyond it that its lines come with its name from then on.
test_what_cannot_be_held_comes_with_names() {
	with_jobs || return 0
	for name in b c; do
		script "$D/1-$name" "awk 'BEGIN { for (i = 0; i < 300000; i++) print \"$name\", i }'
			echo '$name last'; echo >ended.$name"
	done
	script "$D/1-a" "printf 'begun, '; $(until_ '[ -e ended.b ] && [ -e ended.c ]'); echo ended"
	side --jobs 3
	expect 0
	named=$(sed -n 's/.*: each line of 1-\(.\) comes after its name$/\1/p' "$SUITE/err")
	assertTrue "named: '$named'" '[ -n "$named" ]'
	for name in $named; do
		expect_line "run-parts: Scripts print more than can be held back: each line of 1-$name comes after its name"
		assertTrue "$name" "grep -q '^1-$name: $name ' '$SUITE/out'"
	done
	for name in b c; do
		awk -v name=$name 'BEGIN { for (i = 0; i < 300000; i++) print name, i; print name " last" }' >want
		sed -n "s/^1-$name: //; /^$name /p" "$SUITE/out" >got
		cmp want got || fail "something of 1-$name is lost, or torn"
	done
	assertEquals 'other lines' 'begun, ended' "$(grep -vE '^(1-[bc]: )?[bc] ([0-9]+|last)$' "$SUITE/out")"
}

# A line that is too long even for that is passed on as it comes.
test_a_line_that_cannot_be_held() {
	with_jobs || return 0
	script "$D/1-a" "$(until_ '[ -e ended ]'); echo a"
	script "$D/1-b" "head -c 10000000 /dev/zero; echo >ended"
	side --jobs 2
	expect 0
	assertEquals 'not a byte is lost' 10000000 "$(tr -cd '\0' <"$SUITE/out" | wc -c)"
	assertEquals 'the other line' a "$(tr -d '\0' <"$SUITE/out" | grep -v '^1-b: $')"
	rm ended
	script "$D/1-a" "head -c 10000000 /dev/zero; $(until_ '[ -e ended ]'); echo; echo a"
	script "$D/1-b" 'echo >ended; echo b'
	side --jobs 2
	{ head -c 10000000 /dev/zero; printf '\na\nb\n'; } >want
	cmp want "$SUITE/out" || fail 'that of the first script'
}

test_report_names_each_script() {
	with_jobs || return 0
	script "$D/1-a" "$(meet 3); echo a; echo A >&2"
	script "$D/1-b" "$(meet 3); exit 0"
	script "$D/1-c" "echo c; $(meet 3); printf c"
	script "$D/2" 'echo two'
	side --jobs 3 --report
	expect 0 "$D/1-a:
a
$D/1-c:
c
c$D/2:
two"
	expect_stderr A
	rm met
	side --jobs 3 --report --output=prefixed
	expect 0
	assertEquals "$(printf '1-a: a\n1-c: c\n1-c: c\n2: two')" "$(grep -v ':$' "$SUITE/out" | sort)"
}

test_daemons_neither_hold_us_nor_die() {
	with_jobs || return 0
	for name in a b; do
		script "$D/1-$name" "sh -c 'echo \$\$ >daemon.$name; $(until_ '[ -e go ]')
			echo later $name; echo LATER $name >&2; echo >done.$name; exec sleep 100' &
			$(until_ "[ -s daemon.$name ]"); $(meet 2); echo now $name"
	done
	script "$D/2" 'echo two'
	for output in grouped live; do
		rm -f go met daemon.* done.*
		start run-parts --jobs 2 --output=$output
		wait "$US"
		assertEquals "$output: status" 0 $?
		PIDS="$PIDS $(cat daemon.a daemon.b)"
		assertEquals "$output" 'now a now b two' "$(sort out | paste -sd ' ')"
		for name in a b; do
			assertFalse "$output: a daemon has died" "is_gone $(cat daemon.$name)"
		done
		echo >go
		for name in a b; do
			wait_until grep -qx "later $name" out
			wait_until grep -qx "LATER $name" err
			assertFalse "$output: a daemon has died" "is_gone $(cat daemon.$name)"
			kill "$(cat daemon.$name)"
		done
	done
}

test_a_reader_that_has_gone_ends_scripts() {
	with_jobs || return 0
	for name in a b c; do
		script "$D/1-$name" "$(meet 3); while :; do echo $name; done"
	done
	for output in grouped live prefixed; do
		rm -f met
		command_of run-parts --jobs 3 --output=$output
		{ default_signals timeout -k 1 100 $COMMAND 2>err; echo $? >status; } | head -n 1 >out
		assertEquals "$output: $(cat err)" 1 "$(cat status)"
		for name in a b c; do
			grep -q "$D/1-$name exited because of uncaught signal 13" err ||
				fail "$output: $name was not ended: $(cat err)"
		done
	done
}

# ---- what they read

test_stdin_is_empty() {
	with_jobs || return 0
	for name in 1-a 1-b; do
		script "$D/$name" "$(meet 2); cat; echo end"
	done
	script "$D/2" 'cat'
	command_of run-parts --jobs 2
	echo ours | $COMMAND >out
	assertEquals 'end end ours' "$(paste -sd ' ' out)"
}

# There is no shell either, but busybox.
test_stdin_is_empty_where_there_is_no_dev_null() {
	with_jobs || return 0
	is_root || {
		echo 'skipped: only root may change the root directory'
		return 0
	}
	needs_static || return 0
	has_program busybox || {
		echo 'skipped: no busybox'
		return 0
	}
	mkdir -p root/d root/bin
	cp "$(command -v busybox)" root/bin/sh && cp "$REFRESHBOX" root/run-parts
	for name in 1-a 1-b; do
		script "root/d/$name" "while read -r line; do echo \"read \$line\"; done; echo end $name"
	done
	chroot root /bin/sh -c : 2>/dev/null || {
		echo 'skipped: busybox is not static'
		return 0
	}
	echo ours | timeout -k 1 60 chroot root /run-parts --order=numeric --jobs 2 d >"$SUITE/out" 2>"$SUITE/err"
	RC=$?
	expect 0 'end 1-a
end 1-b'
}

test_stdin_gives_each_its_whole_copy() {
	with_jobs || return 0
	seq 50000 >input
	for name in 1-a 1-b 1-c; do
		script "$D/$name" "read -r line; echo \"\$line\"; $(meet 3); cat >got.$name"
	done
	script "$D/2" 'cat >got.2'
	command_of run-parts --jobs 3 --stdin
	run_with_input $COMMAND <input
	expect 0 '1
1
1'
	cmp input got.2 || fail 'the script that runs alone'
	tail -n +2 input >want
	for name in 1-a 1-b 1-c; do
		cmp want got.$name || fail "$name"
	done
}
run_with_input() {
	"$@" >"$SUITE/out" 2>"$SUITE/err"
	RC=$?
}

# ---- failures

# told NAME: a script's loop until the log says how base/configure.d/NAME has ended.
told() {
	until_ "grep -qE '$D/$1 (failed|exited|exceeded|was)' err"
}

test_the_first_failure_lets_neighbours_finish_and_starts_nothing_new() {
	with_jobs || return 0
	for runner in 'run-parts --exit-on-error' dib-run-parts refresh-phase os-refresh-config; do
		rm -rf base met
		script "$D/1-a" "$(meet 2); echo a; exit 3"
		script "$D/1-b" "$(meet 2); $(told 1-a); echo b; exit 5"
		script "$D/1-c" 'echo wrong'
		script "$D/2-d" 'echo wrong'
		start $runner --jobs 2
		finish
		case $runner in
		run-parts* | dib*) expect 3 'a
b' ;;
		*) expect 1 'a
b' ;;
		esac
		for end in 1-a.3 1-b.5; do
			assertEquals "$runner: $end in $(cat "$SUITE/err")" 1 \
				"$(grep -v Phase "$SUITE/err" |
					grep -cE "$D/${end%.*} (failed with exit status|exited with return code) ${end#*.}")"
		done
	done
}

# The first in their order counts, and not the first that has failed.
test_the_status_is_that_of_one_after_the_other() {
	with_jobs || return 0
	for runner in 'run-parts --exit-on-error' dib-run-parts run-parts; do
		rm -rf base met
		script "$D/1-a" "$(meet 3); exit 0"
		script "$D/1-b" "$(meet 3); $(told 1-c); exit 3"
		script "$D/1-c" "$(meet 3); exit 5"
		script "$D/2-d" 'echo two'
		start $runner --jobs 3
		finish
		if [ "$runner" = run-parts ]; then expect 5 two; else expect 3 ''; fi
	done
}

# That of --jobs 1, where each script is short, is the same to the byte.
test_what_error_handlers_learn_is_that_of_one_after_the_other() {
	with_jobs || return 0
	script "$D/1-a" '[ -z "$MEET" ] || { '"$(meet 3)"'; }; echo a; exit 0'
	script "$D/1-b" '[ -z "$MEET" ] || { '"$(meet 3); $(told 1-c)"'; }; echo b; echo B >&2; exit 3'
	script "$D/1-c" '[ -z "$MEET" ] || { '"$(meet 3)"'; }; echo c; kill -ABRT $$'
	script base/error.d/1-e 'echo "$OS_REFRESH_CONFIG_FAILED_SCRIPT $OS_REFRESH_CONFIG_FAILED_STATUS"
		env | grep ^OS_REFRESH_CONFIG_FAILED_ | sort
		cat <&$OS_REFRESH_CONFIG_FAILED_OUTPUT_FD | sort'
	MEET='' start os-refresh-config --capture
	finish
	expect 1
	grep -q "^$D/1-b 3$" "$SUITE/out" || fail "$(cat "$SUITE/out")"
	sed -n '/^base/,$p' "$SUITE/out" >want
	export MEET=yes
	start os-refresh-config --capture --jobs 3
	unset MEET
	finish
	expect 1
	assertEquals "$(cat want)" "$(sed -n '/^base/,$p' "$SUITE/out")"
	expect_log "Phase configure failed: script $D/1-b failed with exit status 3"
	expect_log ' --from 1-b '
	assertContains "$(cat want)" 'B
b'
}

test_error_handlers_run_side_by_side_as_well() {
	with_jobs || return 0
	script "$D/1-a" 'exit 3'
	script base/error.d/1-e "$(meet 2); echo e; exit 1"
	script base/error.d/1-f "$(meet 2); echo f"
	side_by os-refresh-config --jobs 2
	expect 1 'e
f'
}

# What cannot be started is a failure like any other.
test_what_cannot_be_started() {
	with_jobs || return 0
	script "$D/1-a" 'echo a'
	printf '#!/nowhere\n' >"$D/1-b"
	chmod 755 "$D/1-b"
	script "$D/1-c" 'echo c'
	side --jobs 3
	expect 1 'a
c'
	expect_log "run-parts: $D/1-b exited with return code 1"
	side_by dib-run-parts --jobs 3
	assertNotEquals 0 "$RC"
	expect_log "$D/1-b"
}

# ---- limits, signals and kill -9: for each script, and for whole trees

# hanging NAME [COMMANDS]: a script that starts a process in another session, which starts one more, and
# hangs. The files self.NAME, child.NAME and orphan.NAME have their ids, and shim.NAME that of its parent.
hanging() {
	script "$D/1-$1" "setsid sh -c 'echo \$\$ >child.$1; (sleep 1000 & echo \$! >orphan.$1); exec sleep 1000' &
		$(until_ "[ -s child.$1 ] && [ -s orphan.$1 ]")
		echo \$PPID >shim.$1; echo hangs $1; echo \$\$ >self.$1
		${2-}
		exec sleep 1000"
}

# are_hanging NAME...: are all of these there?
are_hanging() {
	for name; do
		[ -s "self.$name" ] || return
	done
}

# expect_trees_gone NAME...
expect_trees_gone() {
	for name; do
		expect_gone "self.$name" "child.$name" "orphan.$name" "shim.$name"
	done
}

test_a_limit_of_one_script_spares_its_neighbours() {
	with_jobs || return 0
	for runner in run-parts 'os-refresh-config --capture'; do
		rm -rf base
		hanging a
		script "$D/1-b" "sleep 1000 & echo \$! >sleeper; $(told 1-a)
			kill -0 \$! && kill \$!; echo b"
		with_limits 'rm -f self.a child.a orphan.a
			start $runner --jobs 2 --script-timeout "$LIMIT"; finish' are_hanging a
		expect_log "$D/1-a exceeded its"
		grep -qE "$D/1-a (was killed by signal 9|exited because of uncaught signal 9)" "$SUITE/err" ||
			fail "not told: $(cat "$SUITE/err")"
		expect_trees_gone a
		case $LIMIT in
		0.300) ;; # 1-b may have been as late
		*) assertEquals "$runner" 'hangs a b' "$(paste -sd ' ' "$SUITE/out")" ;;
		esac
	done
}

test_the_limit_of_the_run_ends_all_trees() {
	with_jobs || return 0
	for runner in run-parts dib-run-parts; do
		rm -rf base
		for name in a b c; do
			hanging $name
		done
		script "$D/2-d" 'echo wrong'
		with_limits 'rm -f self.* child.* orphan.*
			start $runner --jobs 3 --timeout "$LIMIT"; finish' are_hanging a b c
		assertNotEquals "$runner" 0 "$RC"
		assertEquals "$runner" 'hangs a hangs b hangs c' "$(paste -sd ' ' "$SUITE/out")"
		expect_trees_gone a b c
		assertEquals "$runner: told once" 1 "$(grep -cE 'Timeout reached|exceeded the time limit' "$SUITE/err")"
		for name in a b c; do
			grep -qE "$D/1-$name (was killed by signal 9|exited because of uncaught signal 9)" "$SUITE/err" ||
				fail "$runner: no line of 1-$name: $(cat "$SUITE/err")"
		done
	done
}

test_each_has_its_grace() {
	with_jobs || return 0
	for name in a b; do
		script "$D/1-$name" "trap 'echo cleaned $name; exit 0' TERM; echo >self.$name
			while :; do sleep 0.02; done"
	done
	script "$D/1-c" "trap '' TERM; echo \$\$ >self.c; while :; do sleep 0.02; done"
	with_limits 'rm -f self.?; start dib-run-parts --jobs 3 --timeout "$LIMIT" --kill-after 0.5; finish' \
		are_hanging a b c
	expect 143 'cleaned a
cleaned b'
	expect_line ".*Script $D/1-c was killed by signal 9 .*"
	expect_gone self.c
}

test_a_signal_ends_all_trees() {
	with_jobs || return 0
	for signal in 'TERM 143' 'INT 130'; do
		rm -rf base self.* child.* orphan.*
		for name in a b; do
			hanging $name
		done
		script "$D/1-c" "trap 'echo cleaned; exit 0' ${signal% *}; echo \$\$ >self.c
			while :; do sleep 0.02; done"
		script "$D/1-d" 'echo wrong'
		start dib-run-parts --jobs 3
		wait_until are_hanging a b c
		kill -s "${signal% *}" "$US"
		finish
		expect "${signal#* }" 'hangs a
hangs b
cleaned'
		expect_log "Terminated by SIG${signal% *}"
		expect_trees_gone a b
	done
}

# Nobody is waited for any more, but a file takes it all.
test_what_was_printed_before_a_signal_is_not_lost() {
	with_jobs || return 0
	for runner in run-parts 'os-refresh-config --capture'; do
		rm -rf base
		for name in a b c; do
			script "$D/1-$name" "head -c 300000 /dev/zero | tr '\\0' $name
				head -c 300000 /dev/zero | tr '\\0' $name >&2; echo >self.$name; exec sleep 1000"
		done
		for jobs in 3 1; do
			rm -f self.*
			start $runner --jobs $jobs
			if [ $jobs = 3 ]; then names='a b c'; else names=a; fi
			wait_until are_hanging $names
			kill -TERM "$US"
			finish
			expect 143
			assertEquals "$runner $jobs: stdout" $((jobs * 300000)) "$(tr -cd abc <"$SUITE/out" | wc -c)"
			assertTrue "$runner $jobs: stderr" \
				"[ $(tr -cd abc <"$SUITE/err" | wc -c) -ge $((jobs * 300000)) ]"
		done
	done
}

test_kill_9_ends_all_trees() {
	with_jobs || return 0
	for victim in us worker; do
		rm -rf base self.* child.* orphan.*
		for name in a b c; do
			hanging $name
		done
		start run-parts --jobs 3
		wait_until are_hanging a b c
		worker=$(pgrep -P "$US")
		PIDS="$PIDS $worker"
		if [ $victim = us ]; then kill -9 "$US"; else kill -9 "$worker"; fi
		finish
		for name in a b c; do
			for file in self child orphan shim; do
				wait_until is_gone "$(cat $file.$name)"
			done
		done
		wait_until is_gone "$worker"
	done
}

test_a_shim_that_is_killed_takes_its_own_tree_along_and_no_other() {
	with_jobs || return 0
	for runner in run-parts dib-run-parts; do
		rm -rf base self.* child.* orphan.*
		script "$D/0" 'sleep 1000 >/dev/null 2>&1 & echo $! >daemon'
		hanging a "$(until_ '[ -s self.b ]'); kill -9 \$PPID"
		hanging b "$(told 1-a); kill -0 \$(cat child.b) && kill -0 \$(cat orphan.b) && echo b lives
			kill \$(cat child.b orphan.b); exit 0"
		start "$runner" --jobs 3
		finish
		PIDS="$PIDS $(cat daemon)"
		assertEquals "$runner: $(cat "$SUITE/err")" 'hangs a hangs b b lives' "$(paste -sd ' ' "$SUITE/out")"
		assertNotEquals 0 "$RC"
		expect_trees_gone a
		grep -E "$D/1-a was killed .*" "$SUITE/err" >told || fail "not told: $(cat "$SUITE/err")"
		# The script itself is ended by the kernel, and may be reaped before we look.
		for file in child orphan; do
			grep -qw "$(cat $file.a)" told || fail "$file is not named: $(cat told)"
		done
		assertFalse 'a daemon of an earlier script was killed' "is_gone $(cat daemon)"
	done
}

test_scripts_in_sessions_of_their_own_go_on_without_us() {
	with_jobs || return 0
	for name in a b; do
		script "$D/1-$name" "echo \$\$ >self.$name; $(until_ '[ -e go ]'); echo >done.$name"
	done
	start run-parts --new-session --jobs 2
	wait_until are_hanging a b
	kill -TERM "$US"
	finish
	expect 143
	echo >go
	wait_until test -e done.a
	wait_until test -e done.b
}

# shellcheck source=/dev/null
. shunit2
