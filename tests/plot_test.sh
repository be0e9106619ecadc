#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The pictures of refresh-plot, beside the event logs that they are of. Where a PNG can be made of
# one, that is looked at, too.
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# The default configuration has no refresh-plot: then a binary of our own has.
make_plot() {
	has_applet refresh-plot && return 0
	[ -e "$SUITE/o/refreshbox" ] ||
		env -u MAKEFLAGS -u MFLAGS -u O -u PRESET -u SET -u SANITIZE \
			KCONFIG_CONFIG=/dev/null make -s -C "$ROOT" "O=$SUITE/o" SET=REFRESH_PLOT=y \
			all >/dev/null 2>"$SUITE/make.err" || fail "make: $(cat "$SUITE/make.err")"
	ln -sf "$SUITE/o/refreshbox" "$SUITE/bin/refresh-plot"
}

# plot LOG [OPTION]...: makes "svg" of it, and holds it against the log, as a PNG as well; what
# the checker prints is left in "checked".
plot() {
	make_plot
	log=$1
	shift
	run refresh-plot "$@" "$log"
	expect 0
	expect_stderr ''
	cp "$SUITE/out" svg
	if has_program rsvg-convert; then
		rsvg-convert svg -o png 2>"$SUITE/err" || fail "rsvg-convert: $(cat "$SUITE/err")"
		set -- --png png "$@"
	fi
	python3 "$TESTS/tools/plot_check.py" "$@" "$log" svg >checked 2>"$SUITE/err" ||
		fail "$log: $(tail -n 1 "$SUITE/err")"
}

# made KIND [NUMBER]: the event log of a made-up run, in "log".
made() {
	python3 "$TESTS/tools/plot_log.py" "$@" >log
}

# drawn WORD...: each is in the picture.
drawn() {
	for word; do
		grep -qF -e "$word" svg || fail "no '$word' in $(cat svg)"
	done
}

# drawn_lines LINE...: each is a line of the picture.
drawn_lines() {
	for line; do
		grep -qxF -e "$line" svg || fail "no line '$line' in $(cat svg)"
	done
}

# refused CAUSE [OPTION]...: the file "log" makes no picture, and a line says why.
refused() {
	make_plot
	cause=$1
	shift
	run refresh-plot "$@" log
	expect_one_line 1 "refresh-plot: log$cause"
}

test_the_picture_is_looked_at() {
	has_program rsvg-convert && return 0
	echo 'skipped: rsvg-convert is not installed'
	startSkipping
}

test_one_script() {
	made serial 1
	plot log
	assertEquals '1 1 1' "$(cat checked)"
	drawn '>os-refresh-config /srv/base<' '>Succeeded in ' 'Wed Nov 25 17:20:57 UTC 2026' 'exit status 0' \
		'· 1 script ·' 'process 4711' '>00-network · '
}

test_numbers_of_scripts() {
	for number in 12 40 41 100 500; do
		made serial $number
		plot log
		labels=$(cut -d' ' -f3 checked)
		[ "$number" -gt 41 ] || labels=$number
		assertEquals "$number 1 $labels" "$(cat checked)"
	done
}

test_scripts_side_by_side() {
	for number in 2 40 500; do
		made parallel $number
		plot log
		most=$((number < 8 ? number : 8))
		assertEquals "$number $most" "$(cut -d' ' -f1-2 checked)"
		drawn "$number scripts, up to $most at once"
	done
}

# Groups of --jobs: neighbours are in rows of their own, one group is behind the other.
test_groups() {
	for number in 1 3 30 300; do
		made groups $number
		plot log
		assertEquals "$((4 * number)) 4" "$(cut -d' ' -f1-2 checked)"
		drawn "$((4 * number)) scripts, up to 4 at once"
	done
	made groups 3
	plot log --width=320
}

# A thousand scripts are not a staircase of labels: the short ones share thin bars. From a telephone
# to a desk, everything is on the canvas, and the words are of the same size.
test_widths() {
	for number in 4 1000; do
		made serial $number
		for width in 320 390 1280; do
			plot log --width=$width
		done
		assertTrue "height of $number" "[ $(sed -n 's/.* height="\([0-9]*\)" viewBox.*/\1/p' svg) -lt 2000 ]"
	done
	drawn ' more, each up to '
	made names
	plot log --width=320
	made ends
	plot log --width=320
}

# However short a failure was; and if there are more of them than there is room for, they are counted.
test_failures_can_be_seen() {
	made failures 1
	plot log
	drawn '>Failed: configure.d/500-bad, exit status 2, at '
	assertEquals 'labels' 1 "$(grep -c '>500-bad · 0.00 ms, exit status 2<' svg)"
	made failures 400
	plot log
	drawn '>and 395 more<' ' of them failed · '
}

# Those that are left out of a phase, and the wait for the lock of another run.
test_what_was_left_out_and_waited_for() {
	made waited
	plot log
	drawn ' · waited 2.00 s for the lock · ' '>configure · 1.00 s · 1 script · 2 left out<'
}

# From a microsecond to more than a year.
test_any_duration() {
	for us in 0 1 9 10 999 1000 54321 999999 1000001 9999999 60000000 199999999 200000001 3600000000 \
		86400000000 99999999000000 1000000000000000000; do
		made lone $us
		[ ${#us} -gt 14 ] || plot log
		run refresh-plot log
		expect 0
	done
}

test_every_way_to_end() {
	made ends
	plot log
	drawn 'success 1' 'failed 1' 'killed or timed out 2' 'could not be started 1' 'unfinished 1' \
		', exit status 3<' ', killed by SIGTERM<' ', timed out<' ', could not be started<' \
		', unfinished<' '>Failed: configure.d/20-failed, exit status 3, at 3.40 s<' \
		'>Failed: configure.d/40-late, timed out, at 6.80 s<' \
		'>Unfinished: error.d/60-unfinished, still running, at 9.00 s<' \
		'>configure · failed with exit status 3 · 8.50 s · 5 scripts<'
	drawn_lines 'exit status 3' 'killed by SIGTERM' 'timed out, killed by SIGKILL' \
		'could not be started: No such file' 'user 0.001 s, system 0.000 s' \
		'ran 1.700000 s, from 1.700150 s to 3.400150 s'
	assertEquals 'memory' 5 "$(grep -cx 'peak memory 1.7 MB</title>' svg)"
}

test_odd_names() {
	made names
	plot log
	drawn '&lt;less &amp; greater&gt; ·' '\xff\n\\ ·' '>&amp;amp; ·' '>??? ·' '…' \
		'>tab?nl?end ·' '>ltr ??rtl ·' '>line????end ·'
}

# Else a browser shows their parts, and the figures behind them, in another order.
test_names_from_right_to_left_are_isolated() {
	made names
	plot log
	drawn "$(printf '>\342\201\25010-שלום-20\342\201\251 · ')" "$(printf '\342\201\250سلام 3\342\201\251 · ')"
	assertEquals 'no other' "$(grep -c '[שس].*· ' svg)" "$(grep -c "$(printf '\342\201\250')" svg)"
}

test_a_run_that_was_killed() {
	made killed
	plot log
	drawn '· unfinished ·' 'unfinished 2' '>Unfinished: configure.d/2-going-on, still running, at 851 ms<' \
		'ran 0.600000 s' 'ran 0.601000 s'
	assertFalse 'is no failure' "grep -q '#b3260a' svg"
}

test_several_runs() {
	made runs
	plot log
	drawn '>os-refresh-config /three<' '>of-three ·'
	plot log --run=8
	drawn '>os-refresh-config /two<' '>of-two ·' 'exit status 1'
	plot log --run 7
	drawn '>of-three ·'
	refused ': no run 9 in it' --run=9
}

# Each is the first process of a container.
test_runs_of_one_process_id() {
	made containers
	plot log
	drawn '>os-refresh-config /three<' '>of-three ·' 'process 1 · run ffffffff'
	plot log --run=0000000a
	drawn '>os-refresh-config /one<' '>same · ' 'exit status 0'
	plot log --run=12345678
	drawn '>os-refresh-config /two<' '>same · ' 'exit status 1'
	plot log --run=1
	drawn '>os-refresh-config /three<'
	refused ': no run 0000000b in it' --run=0000000b
}

# How long it ran is not known at all: not "0.00 ms".
test_a_script_that_hung() {
	made hung
	plot log
	drawn '>1-hung · unfinished<'
	assertFalse 'no time' "grep '>1-hung.* ms' svg"
}

# The runner did not measure how long it ran, but its beginning and end are known.
test_a_script_without_a_time() {
	made lone 5000000
	sed 's/"seconds":[0-9.]*/"seconds":0.000000/' log >new
	plot new
	drawn '>logrotate · 5.00 s<' '
ran 5.000000 s'
}

# What the machine was writing when it stopped.
test_torn_lines_are_passed_over() {
	made serial 3
	cp log whole
	lines=$(wc -l <log)
	{
		head -n 5 whole
		sed -n 6p whole | cut -c 1-60
		sed 1,6d whole
		tail -n 1 whole | cut -c 1-20 | tr -d '\n'
		printf '\0\0\0\n'
	} >log
	make_plot
	run refresh-plot log
	expect 0
	expect_stderr 'refresh-plot: log:6: not an object of JSON; lines passed over: 2'
	cp "$SUITE/out" svg
	drawn '· 2 torn lines left out<'
	python3 "$TESTS/tools/plot_check.py" log svg >checked || fail 'not as the other lines are'
	# Of the whole lines, those of a run that was appended make its picture.
	{
		head -n 3 whole
		sed -n 4p whole | cut -c 1-60
		cat whole
	} >log
	run refresh-plot log
	expect 0
	expect_stderr 'refresh-plot: log:4: not an object of JSON; lines passed over: 1'
	refresh-plot whole >svg
	assertEquals "of $lines lines" '' "$(diff svg "$SUITE/out")"
}

# A picture that is not written as a whole does not take the place of the old one.
test_a_full_disk_keeps_the_old_picture() {
	make_plot
	made serial 500
	mkdir -p small
	as_root=
	is_root || as_root=-r
	# shellcheck disable=SC2016,SC2086 # for sh; one option or none
	run unshare $as_root -m sh -c 'mount -t tmpfs -o size=64k small small || exit 77
		echo mine >small/picture; ln -s picture small/link
		for name in picture link new; do "$1" -o small/$name log; done
		cat small/picture; ls small' sh "$(command -v refresh-plot)"
	[ "$RC" -ne 77 ] || {
		echo 'skipped: may not mount'
		return 0
	}
	expect 0 'mine
link
picture'
	assertEquals 3 "$(grep -c '^refresh-plot: small/.*: No space left on device$' "$SUITE/err")"
}

test_a_new_picture_takes_the_place_of_the_old_one() {
	make_plot
	made serial 1
	refresh-plot log >want
	echo old >picture
	chmod 640 picture
	ln picture other
	ln -s picture link
	run refresh-plot -o link log
	expect 0 ''
	assertTrue 'by a link' 'cmp want picture'
	assertTrue 'which is still one' '[ -L link ]'
	assertEquals 'mode' 640 "$(stat -c %a picture)"
	assertEquals 'no other name has it' old "$(cat other)"
	assertEquals 'nothing else' 'link log other picture want' "$(echo *)"
	mkfifo fifo
	cat fifo >got &
	run refresh-plot -o fifo log
	expect 0 ''
	wait
	assertTrue 'a pipe gets it' 'cmp want got'
	ln -s absent dangling
	run refresh-plot -o dangling log
	assertTrue 'where a link leads' 'cmp want absent'
	is_root && may_drop || return 0
	mkdir -m 777 closed
	cp picture closed
	chmod 777 closed/picture
	chmod 755 . closed
	run unprivileged refresh-plot -o closed/picture log
	expect 0 ''
	assertTrue 'where no file can be made beside it' 'cmp want closed/picture'
}

# processor_time COMMAND...: how many microseconds it took.
processor_time() {
	python3 -c 'import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, check=True)
print(int(resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime * 1000000) + 1)' "$@"
}

# With eight times as many phases and open scripts it takes about eight times as long, not 64 times.
test_the_time_for_many_lanes_is_in_proportion() {
	make_plot
	made lanes 5000
	few=$(processor_time refresh-plot log)
	made lanes 40000
	many=$(processor_time refresh-plot log)
	assertTrue "$few, and $many us" "[ $many -lt $((few * 20 + 20000)) ]"
}

test_a_failure_that_is_no_script() {
	made failed
	plot log
	drawn '>Failed: /srv/base/environment.d/10-x: unexpected end of &lt;file&gt;, at 0.15 ms<' \
		'>configure · failed with exit status 1 · '
}

# Lines of a later format, in between, change nothing.
test_what_is_new_is_passed_over() {
	made parallel 12
	plot log
	cp svg before
	sed 's/}$/,"new":{"a":[1,-2.5e-3,{"b":[]},true],"c":null},"more":"\\ud83d\\ude00\\u0000"}/
		a {"event":"part-new","run":4711,"t":1e-1}' log >new
	mv new log
	plot log
	assertEquals 'the same' '' "$(diff before svg | head)"
}

# The log of a real run, by way of standard input, into a file.
test_a_real_run() {
	script base/configure.d/10-a 'sleep 0.1'
	script base/configure.d/20-b 'exit 4'
	script base/error.d/1 'exit 0'
	orc --events log
	[ "$RC" -eq 1 ] || {
		echo 'skipped: os-refresh-config or its --events is not built in'
		startSkipping
		return 0
	}
	make_plot
	plot log
	assertEquals '3 1 3' "$(cat checked)"
	drawn '>20-b · ' '>Failed: configure.d/20-b, exit status 4, at '
	for operand in '' -; do
		run sh -c "cat log | refresh-plot -o other $operand"
		expect 0 ''
		assertTrue 'the same' 'cmp svg other'
	done
}

test_what_is_no_event_log() {
	made serial 1
	cp log good
	: >log
	refused ': no run in it'
	while read -r line; do
		printf '%s\n' "$line" >log
		refused ':1: not an object of JSON'
		{
			cat good
			cat log
		} >both
		run refresh-plot both
		expect 0
		expect_stderr 'refresh-plot: both:13: not an object of JSON; lines passed over: 1'
	done <<-'END'

		hello
		{
		{}}
		[]
		{"event":"x","run":1,"t":0} x
		{"event":"x","run":1,"t":0,}
		{"event":"x","run":1,"t":01}
		{"event":"x","run":1,"t":1.}
		{"event":"x","run":1,"t":-}
		{"event":"x","run":1,"t":1e}
		{"event":"x","run":1 "t":1}
		{"event":"x\q","run":1,"t":1}
		{"event":"x\u12g4","run":1,"t":1}
		{"event":"x\ud83d\u12","run":1,"t":1}
		{"event":"x
		{"event":"x\
		{"event":x,"run":1,"t":1}
		{"event":"x","run":1,"t":1,"a":[1,}
		{"event":"x","run":1,"t":1,"a":nul}
		{event:"x"}
		{"event":"x","run":1,"t":1,"a":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}
	END
	for bytes in '\0377' '\0300\0200' '\0355\0240\0200' '\0364\0220\0200\0200' '\0303' '\0342\0200' \
		'\0001'; do
		printf '{"event":"x","run":1,"t":1,"path":"%b"}' "$bytes" >log
		refused ':1: not an object of JSON'
	done
	printf '{"event":"x","run":1,"t":1}\0\n' >log
	refused ':1: not an object of JSON'
}

test_what_is_no_event() {
	for line in '{}' '{"event":"x","t":1}' '{"run":1,"t":1}' '{"event":"x","run":1}'; do
		echo "$line" >log
		refused ':1: not an event'
	done
	for line in '{"event":1,"run":1,"t":1}' '{"event":"x","run":"1","t":1}' \
		'{"event":"x","run":1,"t":1,"path":[]}'; do
		echo "$line" >log
		refused ':1: a field of the wrong type'
	done
	made serial 1
	sed 's/"version":1/"version":2/' log >new
	mv new log
	refused ':1: a version of the event log'
}

test_files_that_cannot_be() {
	make_plot
	run refresh-plot nowhere
	expect_one_line 1 'refresh-plot: nowhere: No such file or directory'
	mkdir folder
	run refresh-plot folder
	expect_one_line 1 'refresh-plot: folder: Is a directory'
	run refresh-plot
	expect_one_line 1 'refresh-plot: standard input: no run in it'
	made serial 1
	run refresh-plot -o nowhere/picture log
	expect_one_line 1 'refresh-plot: nowhere/picture: No such file or directory'
	run refresh-plot -o /dev/full log
	expect_one_line 1 'refresh-plot: /dev/full: No space left on device'
	run sh -c 'refresh-plot log >/dev/full'
	expect_one_line 1 'refresh-plot: cannot write to stdout: No space left on device'
	echo mine >picture
	echo bad >log
	refused ':1: not an object of JSON' -o picture
	assertEquals 'is left alone' mine "$(cat picture)"
}

test_usage() {
	make_plot
	while read -r cause words; do
		# shellcheck disable=SC2086 # words
		run refresh-plot $words
		expect 2 ''
		expect_log "$cause"
		assertEquals 'See refresh-plot --help.' "$(tail -n +2 "$SUITE/err")"
	done <<-END
		unrecognized --nope
		unrecognized -x
		expected -o
		process --run=x log
		process --run=0 log
		process --run=0000000A log
		width --width=wide log
		width --width=319 log
		width --width=10001 log
		width --width= log
		more log log
	END
	run refresh-plot --version
	expect 0 "refresh-plot (refreshbox) $("$REFRESHBOX" --version | cut -d' ' -f2)"
	run refresh-plot --help
	expect 0
	for word in 'usage: refresh-plot' '[FILE]' --output --run --width; do
		assertTrue "$word" "grep -qF -e '$word' '$SUITE/out'"
	done
}

# Random changes of a log are drawn or refused, and what is drawn is well-formed.
test_broken_logs() {
	make_plot
	seed=$(seed)
	n=0
	while [ $n -lt "${TREES:-60}" ]; do
		n=$((n + 1))
		python3 "$TESTS/tools/plot_log.py" broken "$seed$n" >log
		run refresh-plot log
		assertTrue "seed $seed$n: status $RC: $(cat "$SUITE/err")" "[ $RC -le 1 ]"
		[ $RC -ne 0 ] || python3 -c 'import sys, xml.etree.ElementTree as e; e.parse(sys.argv[1])' \
			"$SUITE/out" || fail "seed $seed$n: the picture is no XML"
	done
}

# shellcheck source=/dev/null
. shunit2
