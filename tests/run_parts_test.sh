#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run-parts: debianutils 5.23's command line, names, order, messages and statuses, and what is ours.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

TRY="Try \`run-parts --help' for more information."

# scripts FILE...: each prints its name.
scripts() {
	for file; do
		script "$file" "echo ${file##*/}"
	done
}

# out TEXT...: stdout has these lines.
out() {
	assertEquals stdout "$(printf '%s\n' "$@")" "$(cat "$SUITE/out")"
}

# err TEXT...: stderr has these lines.
err() {
	assertEquals stderr "$(printf '%s\n' "$@")" "$(cat "$SUITE/err")"
}

test_scripts_run_in_the_order_of_their_names() {
	scripts d/2-a d/10-a d/B d/_x d/a d/1
	run run-parts d
	expect 0
	out 1 10-a 2-a B _x a
	expect_stderr ''
}

test_reverse() {
	scripts d/1 d/2 d/3
	run run-parts --reverse d
	out 3 2 1
}

test_numeric_order() {
	scripts d/2-a d/10-a d/1
	run run-parts --order=numeric d
	out 1 2-a 10-a
	run run-parts --order name d
	out 1 10-a 2-a
	run run-parts --order=numeric --reverse d
	out 10-a 2-a 1
	run run-parts --order=odd d
	expect 1 ''
	expect_log "run-parts: argument --order: invalid choice: 'odd' (choose from 'name', 'numeric')"
}

test_names() {
	scripts d/a d/A-1_b d/-dash d/a.sh d/.hidden 'd/b c' d/c~ d/ü
	run run-parts d
	out -dash A-1_b a
	expect_stderr ''
}

test_names_of_the_lsb() {
	scripts d/ab d/Ab d/_x d/-dash d/_a-b d/a.b-c d/.x-b.dpkg-old d/foo-bar.dpkg-dist d/foo.dpkg-old \
		d/foo-bar d/a--b d/a- d/a_b d/a-b_ d/a.b
	run run-parts --lsbsysinit d
	expect 0
	out .x-b.dpkg-old _a-b a- a--b a-b_ a.b-c a_b ab foo-bar
}

test_a_pattern_for_names() {
	scripts d/a.sh d/b d/.c.sh
	run run-parts --regex '\.sh$' d
	out .c.sh a.sh
	run run-parts --regex='^[[:alpha:]]$' d
	out b
	run run-parts --regex '' d
	out .c.sh a.sh b
	run run-parts --regex '(' d
	expect 1 ''
	err 'run-parts: Unable to build regexp: unmatched ( at byte 0'
}

test_a_newline_in_a_pattern_is_a_byte() {
	scripts d/a d/b
	script 'd/a
b' 'echo both'
	run run-parts --regex 'a
b' d
	expect 0 both
}

test_the_last_of_regex_and_lsbsysinit_counts() {
	scripts d/a.b d/ab
	run run-parts --regex '\.' --lsbsysinit d
	out ab
	run run-parts --lsbsysinit --regex '\.' d
	out a.b
	run run-parts --regex x --regex '\.' d
	out a.b
}

test_what_is_no_script_is_passed_over() {
	scripts d/z
	file d/plain 'x'
	mkdir d/folder
	ln -s folder d/link
	ln -s nothing d/dangling
	ln -s loop d/loop
	run run-parts d
	expect 0 z
	expect_stderr ''
}

test_a_link_to_a_script_runs() {
	scripts elsewhere
	mkdir d
	ln -s ../elsewhere d/link
	run run-parts d
	expect 0 elsewhere
}

test_what_cannot_be_a_script_is_told_of() {
	scripts d/1 d/3
	mkfifo d/2
	run run-parts d
	expect 1
	out 1 3
	err 'run-parts: run-parts: component d/2 is not an executable plain file'
	assertEquals 'a blank line follows' 2 "$(wc -l <"$SUITE/err")"
	run run-parts --test d
	expect 1
	out d/1 d/3
	run run-parts --exit-on-error d
	expect 1
	out 1 3
	run run-parts --list d
	expect 0
	out d/1 d/3
	expect_stderr ''
}

test_list_has_what_can_be_read_test_what_would_run() {
	scripts d/1 d/3
	file d/2 'no script'
	mkdir d/4
	run run-parts --list d
	out d/1 d/2 d/3
	run run-parts --test d
	out d/1 d/3
	run run-parts --test --reverse d/
	out d//3 d//1
	run run-parts --list --test d
	expect 1 ''
	err 'run-parts: --list and --test can not be used together' "$TRY"
	run run-parts --list --test
	expect 1 ''
	err 'run-parts: missing operand' "$TRY"
}

test_list_leaves_out_what_cannot_be_read() {
	may_drop || return 0
	scripts d/1 d/3
	file d/2 x
	chmod 0 d/2
	chmod 311 d/3
	is_root && chown 12345 d/2 d/3
	run unprivileged run-parts --list d
	expect 0
	out d/1
}

test_a_list_that_cannot_be_written_fails() {
	[ -c /dev/full ] || {
		echo 'skipped: no /dev/full'
		return 0
	}
	scripts d/1
	run sh -c 'run-parts --list d >/dev/full'
	expect 1
	err 'run-parts: cannot write to stdout: No space left on device'
}

test_a_failure_does_not_stop_the_others() {
	script d/1 'exit 3'
	scripts d/2
	run run-parts d
	expect 3 2
	err 'run-parts: d/1 exited with return code 3'
}

test_the_last_failure_is_the_status() {
	script d/1 'exit 3'
	script d/2 'exit 4'
	scripts d/3
	run run-parts d
	expect 4 3
	err 'run-parts: d/1 exited with return code 3' 'run-parts: d/2 exited with return code 4'
	run run-parts --exit-on-error d
	expect 3 ''
	err 'run-parts: d/1 exited with return code 3'
}

test_a_signal_counts_as_1() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'kill -TERM $$'
	run run-parts d
	expect 1 ''
	err 'run-parts: d/1 exited because of uncaught signal 15'
}

test_every_exit_status_is_passed_on() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'exit $STATUS'
	status=0
	while [ $status -lt 256 ]; do
		STATUS=$status run-parts d 2>err
		[ $? -eq $status ] || fail "status $status"
		status=$((status + 1))
	done
}

test_what_cannot_be_executed_counts_as_1() {
	file d/1 'echo no interpreter\n'
	file d/2 ''
	file d/3 '#!/nowhere/sh\n'
	chmod 755 d/*
	run run-parts d
	expect 1 ''
	err 'run-parts: failed to exec d/1: Exec format error' \
		'run-parts: d/1 exited with return code 1' \
		'run-parts: failed to exec d/2: Exec format error' \
		'run-parts: d/2 exited with return code 1' \
		'run-parts: failed to exec d/3: No such file or directory' \
		'run-parts: d/3 exited with return code 1'
}

test_verbose() {
	scripts d/1 d/2
	run run-parts -v -a x --arg='y z' d
	expect 0
	out 1 2
	err 'run-parts: executing d/1 x y z' 'run-parts: executing d/2 x y z'
	run run-parts --verbose --test d
	err ''
}

test_arguments() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'printf "<%s>" "$0" "$@"'
	run run-parts -a 1 -ab --arg '' --arg=--list -a -v -- d
	expect 0 '<d/1><1><b><><--list><-v>'
	set --
	i=0
	while [ $i -lt 500 ]; do
		set -- "$@" -a $i
		i=$((i + 1))
	done
	# shellcheck disable=SC2016 # for the script
	script d/1 'echo $# $500'
	script d/1 "echo \$# \${500}"
	run run-parts "$@" d
	expect 0 '500 499'
}

test_umask() {
	script d/1 umask
	umask 077
	run run-parts d
	expect 0 0022
	run run-parts -u 027 d
	expect 0 0027
	run run-parts --umask=0 d
	expect 0 0000
	umask 022
	for bad in 9 x '' 10000 -1; do
		run run-parts --umask "$bad" d
		expect 1 ''
		err 'run-parts: bad umask value'
	done
	run run-parts -u ' 27' d
	expect 0 0027
	run run-parts -u +027 d
	expect 0 0027
	run run-parts -u 027 -u x -u 077 d
	expect 1 ''
	run run-parts -u 027 -u 077 d
	expect 0 0077
}

test_several_directories() {
	scripts a/1 a/3 b/2 b/3 c/0
	script a/3 'echo from a'
	run run-parts a b c
	expect 0
	out 0 1 2 'from a'
	run run-parts --list b a
	out a/1 b/2 b/3
}

test_an_earlier_directory_masks() {
	scripts b/1 b/2 b/3 b/4
	file a/1 'not executable'
	mkdir a/2
	ln -s nothing a/3
	ln -s /dev/null a/4
	run run-parts a b
	expect 1 3
	err 'run-parts: run-parts: component a/4 is not an executable plain file'
}

# A part may change those after it; debianutils decides when it comes to each.
test_a_part_is_looked_at_right_before_it_runs() {
	scripts d/20-gone d/30-fewer d/40-dir d/50-fifo d/60-last
	file d/35-more '#!/bin/sh\necho 35-more\n'
	script d/10-change 'cd d; chmod -x 30-fewer; chmod +x 35-more; rm 20-gone 40-dir 50-fifo
		mkdir 40-dir; mkfifo 50-fifo; cp 60-last 70-new'
	run run-parts d
	expect 1 '35-more
60-last'
	err 'run-parts: failed to stat component d/20-gone: No such file or directory
run-parts: run-parts: component d/50-fifo is not an executable plain file'
}

test_a_part_that_is_gone_is_a_failure_with_exit_on_error_alone() {
	scripts d/20-gone d/30-last
	script d/10-change 'rm d/20-gone'
	run run-parts d
	expect 0 30-last
	scripts d/20-gone
	run run-parts --exit-on-error d
	expect 1 ''
	err 'run-parts: failed to stat component d/20-gone: No such file or directory'
}

# With --strict it has to be one to be trusted, even then.
test_a_part_that_is_changed_is_checked_once_more() {
	scripts d/20-next d/30-last
	script d/10-change 'chmod o+w d/20-next; echo 10-change'
	run run-parts --strict d
	expect 1 10-change
	expect_log 'd/20-next is writable by other users (mode 0757)'
}

test_missing_directories_are_fine() {
	scripts d/1
	run run-parts nowhere
	expect 0 ''
	expect_stderr ''
	run run-parts nowhere d d/1
	expect 0 1
	expect_stderr ''
	run run-parts ''
	expect 0 ''
}

test_a_directory_that_cannot_be_read_is_told_of() {
	may_drop || return 0
	scripts d/1
	mkdir x
	chmod 0 x
	is_root && chown 12345 x
	run unprivileged run-parts x d
	expect 1 1
	err 'run-parts: x cannot be opened: Permission denied'
}

test_debug_tells_what_is_looked_at_and_why_it_does_not_run() {
	scripts a/1 b/1 a/2.sh
	mkdir b/3
	file b/4 x
	ln -s nothing b/5
	run run-parts --debug a b
	expect 0 1
	for line in '"1": classicalre pass' '"2.sh": classicalre fail' '"3": classicalre pass' \
		'list of unique basenames:' ' - 1' ' - 3' ' - 4' ' - 5' 'checking a/1... found' \
		'checking b/3... found' 'processing: a/1' 'processing: b/3' \
		"run-parts: left out a/2.sh: its name may only have letters, digits, '-' and '_'" \
		'run-parts: left out b/1: an earlier directory has one of its name' \
		'run-parts: left out b/3: it is a directory' \
		'run-parts: left out b/4: it is not executable' \
		'run-parts: left out b/5: it is a dangling symlink'; do
		expect_log "$line"
	done
	run run-parts -d --lsbsysinit a
	expect_log "run-parts: left out a/2.sh: its name is in none of the LSB namespaces"
	expect_log '"2.sh": tradre fail'
	run run-parts -d --regex=1 a
	expect_log 'run-parts: left out a/2.sh: its name does not match --regex'
	expect_log '"1": customre pass'
}

test_what_is_wrong_with_the_command_line() {
	run run-parts
	expect 1 ''
	err 'run-parts: missing operand' "$TRY"
	for bad in --foo -x --re --v=1 --arg; do
		run run-parts $bad
		expect 1 ''
		assertEquals "$bad" 2 "$(wc -l <"$SUITE/err")"
		assertEquals "$bad" "$TRY" "$(tail -n 1 "$SUITE/err")"
		assertTrue "$bad" "head -n 1 '$SUITE/err' | grep -q '^run-parts: '"
	done
}

test_a_wrong_option_is_escaped_once() {
	# shellcheck disable=SC1003 # a backslash it is
	run run-parts '--x
y\'
	expect 1 ''
	# shellcheck disable=SC1003
	err 'run-parts: unrecognized option: --x\ny\\' "$TRY"
}

test_a_mistyped_option_is_named() {
	run run-parts --exit-on-eror d
	expect 1 ''
	err 'run-parts: unrecognized option: --exit-on-eror; did you mean --exit-on-error?' "$TRY"
}

test_help_and_version_come_before_the_letters_behind_them() {
	for letters in -Vx -hx -vVx; do
		run run-parts $letters
		expect 0
		expect_stderr ''
	done
	run run-parts --help=1
	expect 1 ''
}

test_options_may_be_abbreviated_and_come_anywhere() {
	scripts d/1 ./-d/2
	run run-parts d --rev --te
	expect 0 d/1
	run run-parts --li -- -d
	expect 0 -d/2
	run run-parts -- -d --list
	expect 0 2
	export POSIXLY_CORRECT=1
	run run-parts d --list
	unset POSIXLY_CORRECT
	expect 0 1
}

test_help_and_version() {
	run run-parts --help=all
	expect 0
	expect_stderr ''
	for option in --test --list --verbose --debug --report --reverse --exit-on-error --stdin \
		--lsbsysinit --new-session --regex --umask --arg --version --help --order --profile; do
		assertTrue $option "grep -q -e $option '$SUITE/out'"
	done
	run run-parts --version
	expect 0
	assertTrue 'is found by who looks for it' "head -n 1 '$SUITE/out' | grep -q '^Debian run-parts'"
	assertTrue 'says what it is' "grep -q refreshbox '$SUITE/out'"
	run run-parts -V
	expect 0
	run run-parts -h
	expect 0
}

test_profile() {
	scripts d/1 d/22
	run run-parts --profile d
	expect 0
	for line in 'run-parts: Target: d' 'run-parts: 1     *[0-9]*\.[0-9]*' 'run-parts: 22     *[0-9]*\.[0-9]*'; do
		assertTrue "$line" "grep -qx '$line' '$SUITE/err'"
	done
}

test_scripts_keep_the_descriptors_and_directory_they_were_given() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'echo three >&3; pwd; echo $VALUE'
	VALUE=v run sh -c 'run-parts d 3>three'
	expect 0
	out "$HERE" v
	assertEquals three "$(cat three)"
}

test_new_session() {
	has_program ps || {
		echo 'skipped: no ps'
		return 0
	}
	# shellcheck disable=SC2016 # for the script
	script d/1 'test "$(ps -o sid= -p $$ | tr -d " ")" = $$ && echo leader; exit 0'
	run run-parts d
	expect 0 ''
	run run-parts --new-session d
	expect 0 leader
}

test_a_signal_ends_the_script_and_us() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'echo $$ >pid; kill -TERM $PPID; exec sleep 1000'
	scripts d/2
	run run-parts d
	expect 143 ''
	assertTrue 'the script is gone' "is_gone $(cat pid)"
}

test_a_script_in_its_own_session_goes_on() {
	mkfifo go
	# shellcheck disable=SC2016 # for the script
	script d/1 'kill -TERM $PPID; read line <go; echo "$line" >said'
	run run-parts --new-session d
	expect 143 ''
	echo through >go
	wait_until test -s said
	assertEquals through "$(cat said)"
}

# shellcheck source=/dev/null
. shunit2
