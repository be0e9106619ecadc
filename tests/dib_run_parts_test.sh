#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# dib-run-parts: which scripts it runs, in which order, what they inherit, and what it says.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# expect_not_started SCRIPT STATUS CAUSE: the script could not be started, and the line says why.
expect_not_started() {
	expect "$2" ''
	expect_line "dib-run-parts ERROR: Script $1 could not be started: $3 \(exit status $2\)"
}

# traced COMMAND [ARGUMENT]...: run, with the log lines for debugging.
traced() {
	run env DIB_DEBUG_TRACE=1 "$@"
}

can_match() {
	mkdir -p empty
	RUN_PARTS_REGEX=. dib-run-parts --list empty 2>/dev/null && return 0
	echo 'skipped: regular expressions are not built in'
	return 1
}

# program NAME: the system's program of this name as a script of d: one without a shell.
program() {
	mkdir -p d
	ln -s "$(command -v "$1")" "d/$1"
}

# ---- the command line

test_help_and_version() {
	run dib-run-parts --help
	expect 0
	expect_stderr ''
	assertTrue "$(cat "$SUITE/out")" "grep -qx 'usage: dib-run-parts \[OPTION\]... scripts_directory' '$SUITE/out'"
	assertTrue 'tells --list' "grep -q -e '--list' '$SUITE/out'"
	run dib-run-parts --version
	expect 0
	assertTrue "$(cat "$SUITE/out")" \
		"grep -qxE 'dib-run-parts \(refreshbox\) [0-9.]+' '$SUITE/out'"
}

test_quiet_logs_only_what_is_wrong() {
	script d/1 'echo out'
	for option in -q --quiet; do
		run dib-run-parts $option d
		expect 0 out
		expect_stderr ''
	done
	script d/2 'exit 2'
	run dib-run-parts --quiet d
	expect 2 out
	assertEquals 'lines' 1 "$(wc -l <"$SUITE/err")"
	expect_log 'd/2 failed with exit status 2'
}

test_no_directory_is_a_usage_error() {
	run dib-run-parts
	expect 1 ''
	assertTrue "$(cat "$SUITE/err")" "head -1 '$SUITE/err' | grep -q '^Usage: dib-run-parts '"
}

test_what_is_no_directory_is_named() {
	file plain text
	ln -s nowhere dangling
	for dir in nope '' plain dangling -h '--list nope' '--list plain'; do
		# shellcheck disable=SC2086 # two words
		run dib-run-parts ${dir:-''}
		expect 1 ''
		name=${dir#--list }
		expect_line "dib-run-parts Scripts directory \[$name\] must exist and be a directory"
		expect_log 'Usage: dib-run-parts'
	done
	run dib-run-parts --list
	expect_line 'dib-run-parts Scripts directory \[\] must exist and be a directory'
}

test_what_stands_after_the_directory_is_ignored() {
	script d/10-a 'echo "ran $#"'
	run dib-run-parts d --list nope
	expect 0 'ran 0'
}

test_directories_of_any_name() {
	for dir in 'with blank' '*' ./-dash './--list' 'back\slash' 'd//' .; do
		script "./$dir/10-a" 'echo ran'
		run dib-run-parts "$dir"
		expect 0 ran
		run dib-run-parts --list "$dir"
		expect 0 "$dir/10-a"
	done
}

test_a_symlinked_directory_runs() {
	script d/10-a 'echo ran'
	ln -s d link
	run dib-run-parts link
	expect 0 ran
	expect_log 'Running link/10-a'
	expect_log 'Target: link'
}

test_an_empty_directory_runs_nothing() {
	mkdir d
	run dib-run-parts d
	expect 0 ''
	expect_log 'END PROFILING'
}

# ---- which scripts

test_list_is_silent_beside_its_list() {
	script d/10-a 'touch ran'
	script d/20-b.sh 'touch ran'
	ln -s nowhere d/30-c
	file d/40-d text
	run dib-run-parts --list d
	expect 0 d/10-a
	expect_stderr ''
	traced dib-run-parts --list d
	expect_stderr ''
	assertFalse 'something was run' '[ -e ran ]'
}

test_links_to_scripts_run() {
	script elsewhere/script 'echo "ran $0"'
	mkdir d
	ln -s ../elsewhere/script d/10-a
	run dib-run-parts d
	expect 0 'ran d/10-a'
}

test_names_of_all_allowed_bytes() {
	for name in ABCXYZabcxyz _ - -- 0 09_-; do
		script ./d/$name ':'
	done
	run dib-run-parts --list d
	assertEquals 6 "$(wc -l <"$SUITE/out")"
	for name in a.b 'a b' a+b a@b a~ .a 'a
b' "$(printf '\303\244')"; do
		script "./e/$name" ':'
	done
	run dib-run-parts --list e
	expect 0 ''
}

test_bad_names() {
	script d/10-x.sh ':'
	run dib-run-parts d
	expect 0 ''
	reason="its name may only have letters, digits, '-' and '_'"
	expect_line "dib-run-parts WARN: Left out d/10-x.sh: $reason"
}

test_directories() {
	mkdir -p d/10-sub d/other
	ln -s other d/link
	run dib-run-parts d
	expect_no_log 'Left out'
	traced dib-run-parts d
	expect 0 ''
	for name in 10-sub other link; do
		expect_line "dib-run-parts Left out d/$name: it is a directory"
	done
}

test_special_files() {
	mkdir d
	mkfifo d/10-fifo
	ln -s /dev/null d/20-device
	run dib-run-parts d
	expect_no_log 'Left out'
	traced dib-run-parts d
	expect 0 ''
	expect_line 'dib-run-parts Left out d/10-fifo: it is not a regular file'
	expect_line 'dib-run-parts Left out d/20-device: it is not a regular file'
}

test_links_to_nothing() {
	mkdir d
	ln -s nowhere d/gone
	run dib-run-parts d
	expect 0 ''
	expect_line 'dib-run-parts WARN: Left out d/gone: it is a dangling symlink to nowhere'
}

test_files_that_are_not_executable() {
	file d/10-number text
	file d/interpreter '#!/bin/sh\n'
	file d/plain text
	file d/empty ''
	run dib-run-parts d
	expect 0 ''
	expect_line 'dib-run-parts WARN: Left out d/10-number: it is not executable'
	expect_line 'dib-run-parts WARN: Left out d/interpreter: it is not executable'
	expect_no_log plain
	expect_no_log empty
	traced dib-run-parts d
	expect_line 'dib-run-parts Left out d/plain: it is not executable'
	expect_line 'dib-run-parts Left out d/empty: it is not executable'
}

test_backups_and_hidden_files_are_not_meant() {
	script d/10-a~ ':'
	script d/.10-a ':'
	run dib-run-parts d
	expect_no_log 'Left out'
	traced dib-run-parts d
	expect_line 'dib-run-parts Left out d/10-a~: its name .*'
	expect_line 'dib-run-parts Left out d/\.10-a: its name .*'
}

test_scripts_on_a_noexec_file_system() {
	unshare=unshare
	is_root || unshare='unshare -Ur'
	$unshare -m mount -t tmpfs -o noexec none /mnt 2>/dev/null || {
		echo 'skipped: may not mount'
		return 0
	}
	mkdir d
	# shellcheck disable=SC2086 # two words
	run $unshare -m sh -c 'mount -t tmpfs -o noexec,mode=755 none d && echo text >d/10-plain &&
		cp /bin/true d/20-a && chmod 755 d/20-a && dib-run-parts d'
	expect 1 ''
	without_namespace <"$SUITE/err" >errors
	mv errors "$SUITE/err"
	expect_stderr 'dib-run-parts ERROR: d is mounted noexec, so that none of its scripts can run: Permission denied'
	# shellcheck disable=SC2086 # two words
	run $unshare -m sh -c 'mount -t tmpfs -o noexec none d && cp /bin/true d/20-a && echo text >d/10-plain &&
		chmod 755 d/20-a && printf "#!/bin/sh\necho ran\n" >elsewhere && chmod 755 elsewhere &&
		ln -s ../elsewhere d/30-b && dib-run-parts d'
	expect 0 ran
	expect_line 'dib-run-parts WARN: Left out d/20-a: its file system is mounted noexec'
	expect_line 'dib-run-parts WARN: Left out d/10-plain: it is not executable'
}

test_what_cannot_be_looked_at_runs_nothing() {
	script d/10-a 'echo wrong'
	ln -s 20-loop d/20-loop
	run dib-run-parts d
	expect 1 ''
	assertEquals "$(cat "$SUITE/err")" 1 "$(wc -l <"$SUITE/err")"
	expect_line 'dib-run-parts ERROR: d/20-loop cannot be examined: .*ymbolic link.*'
	run dib-run-parts --list d
	expect 1 ''
	expect_line 'dib-run-parts ERROR: d/20-loop cannot be examined: .*ymbolic link.*'
}

test_every_file_left_out_is_named_once() {
	file d/a text
	script d/b.sh ':'
	mkdir d/c
	mkfifo d/d
	ln -s nowhere d/e
	script d/f ':'
	traced dib-run-parts d
	assertEquals 'd/a d/b.sh d/c d/d d/e' \
		"$(sed -n 's/.*Left out \([^:]*\):.*/\1/p' "$SUITE/err" | paste -sd' ' -)"
}

# ---- DIB_DEBUG_TRACE

test_debug_trace_names_what_is_ignored() {
	file d/b text
	file d/a.txt text
	script d/d.sh ':'
	script d/c.sh ':'
	script d/10-x ':'
	traced dib-run-parts d
	expect 0
	expect_line 'dib-run-parts Ignoring non-executable files: a.txt b'
	expect_line 'dib-run-parts Ignoring non-conforming filenames: c.sh d.sh'
}

test_debug_trace_says_nothing_of_nothing() {
	script d/10-x ':'
	mkdir d/sub
	traced dib-run-parts d
	expect 0 ''
	expect_log 'Left out d/sub'
	expect_no_log Ignoring
}

test_debug_trace_is_a_number_above_0() {
	file d/b text
	for value in 0 -1 '' x 1x; do
		run env DIB_DEBUG_TRACE="$value" dib-run-parts d
		expect 0
		expect_no_log Ignoring
		expect_no_log 'Left out'
	done
	for value in 2 99999999999999999999; do
		run env DIB_DEBUG_TRACE="$value" dib-run-parts d
		expect_log 'Ignoring non-executable files: b'
	done
}

# ---- DIB_RUN_PARTS_LOG

test_a_plain_log_has_no_dates_and_nothing_of_ours() {
	script d/10-a 'echo out'
	script d/20-b.sh ':'
	file environment.d/a 'export A=1\n'
	export DIB_RUN_PARTS_LOG=plain
	run dib-run-parts d
	expect 0 out
	assertEquals stderr "$(
		cat <<'end'
dib-run-parts Sourcing environment file d/../environment.d/a
dib-run-parts Running d/10-a
dib-run-parts 10-a completed
dib-run-parts ----------------------- PROFILING -----------------------
dib-run-parts 
dib-run-parts Target: d
dib-run-parts 
dib-run-parts Script                                     Seconds
dib-run-parts ---------------------------------------  ----------
dib-run-parts 
dib-run-parts 10-a                                          0.000
dib-run-parts 
dib-run-parts --------------------- END PROFILING ---------------------
end
	)" "$(sed -E 's/[0-9]\.[0-9]{3}$/0.000/' "$SUITE/err")"
	traced dib-run-parts d
	assertEquals 'dib-run-parts Ignoring non-conforming filenames: 20-b.sh' "$(head -n 1 "$SUITE/err")"
	expect_no_log 'Left out'
	script d/10-a 'exit 3'
	run dib-run-parts d
	expect 3
	assertTrue "$(cat "$SUITE/err")" \
		"grep -qxE 'dib-run-parts ERROR: Script d/10-a failed with exit status 3 after [0-9.]+ s' '$SUITE/err'"
	run dib-run-parts --quiet d
	expect_one_line 3 'ERROR: Script d/10-a failed'
	run dib-run-parts --list d
	expect 0 d/10-a
	expect_stderr ''
	unset DIB_RUN_PARTS_LOG
}

test_another_word_is_not_for_a_plain_log() {
	script d/10-a ':'
	for word in '' plainer PLAIN; do
		run env DIB_RUN_PARTS_LOG="$word" dib-run-parts d
		expect 0
		assertFalse "$word" "grep -qx 'dib-run-parts Running d/10-a' '$SUITE/err'"
		expect_line 'dib-run-parts Running d/10-a'
	done
}

# ---- order

# expect_order NAME...: the scripts of d in this order.
expect_order() {
	for name; do
		script "./d/$name" ':'
	done
	dib-run-parts --list d >list
	assertEquals "$(printf 'd/%s\n' "$@")" "$(cat list)"
}

test_order_is_numeric_then_bytewise() {
	expect_order -10 -5 -5-x - -- -0z -dash 0 00 00a 0x10 0z A1 B _x a z9 1 1_000 1e3 02-a 2-a \
		2-z 007 07x 7 7a 10-a 10-b 012 9223372036854775808 18446744073709551617 \
		99999999999999999999-big 100000000000000000000-bigger
}

test_order_with_fractions() {
	can_match || return 0
	export RUN_PARTS_REGEX='^[0-9A-Za-z._-]+$'
	expect_order -10 -5 -5-x -1.5 -.5 - 0 a .5 1 1.25-b 1.5 1.5-a 02-a
	unset RUN_PARTS_REGEX
}

test_scripts_run_in_the_order_of_the_list() {
	for name in 10-b 2-a 100-c none; do
		script d/$name "echo d/$name"
	done
	run dib-run-parts d
	expect 0 "$(dib-run-parts --list d)"
}

# ---- RUN_PARTS_REGEX

test_a_pattern_replaces_the_name_rule() {
	can_match || return 0
	script d/10-a.sh 'echo a'
	script d/10-b 'echo b'
	run env RUN_PARTS_REGEX='\.sh$' dib-run-parts d
	expect 0 a
	expect_line 'dib-run-parts WARN: Left out d/10-b: its name does not match RUN_PARTS_REGEX'
	run env RUN_PARTS_REGEX= dib-run-parts d
	expect 0 b
}

test_a_pattern_allows_any_name() {
	can_match || return 0
	script 'd/10 with  blanks *' 'echo "ran $0"'
	script 'd/20
newline' 'echo "ran $0"'
	run env RUN_PARTS_REGEX=. dib-run-parts d
	expect 0 'ran d/10 with  blanks *
ran d/20
newline'
	expect_line 'dib-run-parts Running d/10 with  blanks \*'
	expect_line 'dib-run-parts Running d/20\\nnewline'
}

test_a_pattern_a_line() {
	can_match || return 0
	for name in a.x b.y c.z; do
		script d/$name ':'
	done
	run env RUN_PARTS_REGEX='x$
z$' dib-run-parts --list d
	expect 0 "$(printf 'd/a.x\nd/c.z')"
}

test_an_invalid_pattern_runs_nothing() {
	can_match || return 0
	script d/10-a 'echo wrong'
	for pattern in '[' '(' 'a{2,1}' '[[:nope:]]'; do
		run env RUN_PARTS_REGEX="$pattern" dib-run-parts d
		expect 1 ''
		assertEquals "$(cat "$SUITE/err")" 1 "$(wc -l <"$SUITE/err")"
		expect_log "ERROR: RUN_PARTS_REGEX '$pattern' is not valid: "
		run env RUN_PARTS_REGEX="$pattern" dib-run-parts --list d
		expect 1 ''
		expect_log "ERROR: RUN_PARTS_REGEX '$pattern' is not valid: "
	done
}

# One that takes seconds for a name would keep limits and signals waiting.
test_a_pattern_of_too_many_states() {
	can_match || return 0
	script d/10-a 'echo wrong'
	run env RUN_PARTS_REGEX='(.?){8000}x' dib-run-parts d
	expect_one_line 1 'ERROR: RUN_PARTS_REGEX '\''(.?){8000}x'\'' is not valid: more than 4000 states at byte '
	run run-parts --regex '(.?){8000}x' d
	expect_one_line 1 'run-parts: Unable to build regexp: more than 4000 states at byte '
	names=$(seq -f '%03.0f-reconfigure' 200 | paste -sd '|' -)
	run env RUN_PARTS_REGEX="^($names|10-a)\$" dib-run-parts --list d
	expect 0 d/10-a
}

# ---- how scripts end

test_the_status_is_the_failing_scripts() {
	script d/10-a ':'
	script d/30-c 'echo wrong'
	for status in 1 2 7 126 127 128 200 255; do
		script d/20-b "exit $status"
		run dib-run-parts d
		expect $status ''
		expect_line ".*ERROR: Script d/20-b failed with exit status $status after [0-9.]+ s"
		expect_no_log '20-b completed'
	done
}

test_a_signal_is_128_and_its_number() {
	for signal in 1:SIGHUP 2:SIGINT 9:SIGKILL 13:SIGPIPE 14:SIGALRM 15:SIGTERM 6:SIGABRT; do
		script d/20-b "ulimit -c 0; kill -${signal%:*} \$\$"
		run dib-run-parts d
		expect $((128 + ${signal%:*})) ''
		killed="killed by signal ${signal%:*} \(${signal#*:}\)"
		expect_line "dib-run-parts ERROR: Script d/20-b was $killed after [0-9.]+ s \(process [0-9]+.*\)"
	done
}

test_a_vanished_script_is_127_with_its_name() {
	script d/10-a 'rm d/20-b'
	script d/20-b 'echo wrong'
	run dib-run-parts d
	expect_not_started d/20-b 127 'No such file or directory'
}

test_a_missing_interpreter_is_127_and_said() {
	for line in '#!/no/such/interpreter' '#! \t/no/such/interpreter -x'; do
		file d/10-a "$line\n"
		chmod 755 d/10-a
		run dib-run-parts d
		expect_not_started d/10-a 127 'its interpreter '\''/no/such/interpreter'\'' does not exist'
	done
}

test_an_interpreter_that_may_not_be_executed() {
	file d/10-a '#!/etc/passwd\n'
	chmod 755 d/10-a
	run dib-run-parts d
	expect_not_started d/10-a 126 'its interpreter '\''/etc/passwd'\'' is not executable'
}

# Otherwise nobody would see why /bin/sh does not exist.
test_dos_line_ends_are_named() {
	file d/10-a '#!/bin/sh\r\nexit 0\r\n'
	chmod 755 d/10-a
	run dib-run-parts d
	expect_not_started d/10-a 127 'its first line ends in a carriage return \(DOS file\?\)'
}

test_odd_bytes_in_the_name_of_an_interpreter_are_shown() {
	file d/10-a '#!/bin/sh\033[m\nexit 0\n'
	chmod 755 d/10-a
	run dib-run-parts --events log d
	expect 127 ''
	expect_log "could not be started: its interpreter '/bin/sh\\x1b[m' does not exist"
	grep -qF "\"text\":\"its interpreter '/bin/sh\\\\x1b[m' does not exist\"" log ||
		fail "not in the event log: $(cat log)"
}

# A program that is no script names its loader in another place.
test_a_missing_loader_is_said() {
	mkdir d
	if ! echo 'int main(void) { return 0; }' |
		gcc -x c -Wl,--dynamic-linker=/no/loader -o d/10-a - 2>/dev/null; then
		echo 'skipped: no gcc'
		return 0
	fi
	run dib-run-parts d
	expect_not_started d/10-a 127 'its interpreter or loader: No such file or directory'
}

test_a_script_that_lost_its_permission_is_126() {
	script d/10-a 'chmod 644 d/20-b'
	script d/20-b 'echo wrong'
	run dib-run-parts d
	expect_not_started d/20-b 126 'Permission denied'
}

test_a_script_that_is_gone_is_127() {
	script d/10-a 'rm d/20-b'
	script d/20-b 'echo wrong'
	run dib-run-parts d
	expect_not_started d/20-b 127 'No such file or directory'
}

test_a_script_made_executable_meanwhile_is_not_run() {
	script d/10-a 'chmod +x d/20-b'
	file d/20-b '#!/bin/sh\necho wrong\n'
	run dib-run-parts d
	expect 0 ''
}

test_binary_junk_is_126() {
	file d/10-a '\177JUNK\000\001\n'
	chmod 755 d/10-a
	run dib-run-parts d
	expect_not_started d/10-a 126 'Exec format error'
}

test_scripts_added_meanwhile_are_not_run() {
	script new 'echo wrong'
	script d/10-a 'mv new d/20-b'
	run dib-run-parts d
	expect 0 ''
}

test_a_script_may_remove_the_directory() {
	script d/1 'rm -r d'
	run dib-run-parts d
	expect 0
	script d/1 'rm -r d; exit 3'
	run dib-run-parts d
	expect 3
	expect_no_log Usage
}

test_background_processes_are_not_waited_for() {
	mkfifo go
	script d/10-a 'sh -c "echo \$\$ >pid; read x <go" & while [ ! -s pid ]; do :; done'
	run dib-run-parts d
	PIDS="$PIDS $(cat pid)"
	expect 0 ''
	assertTrue 'the background process is gone' "kill -0 $(cat pid)"
}

# ---- scripts without an interpreter line

# bare NAME BODY: a script of d without "#!".
bare() {
	mkdir -p d
	printf '%s\n' "$2" >"d/$1"
	chmod 755 "d/$1"
}

test_a_script_without_an_interpreter_line_runs() {
	bare 10-a 'echo "ran $0 $#"'
	run dib-run-parts d
	expect 0 'ran d/10-a 0'
}

test_bash_runs_it_where_there_is_one() {
	[ -x /bin/bash ] || [ -x /usr/bin/bash ] || [ -x /usr/local/bin/bash ] || {
		echo 'skipped: no bash'
		return 0
	}
	bare 10-a 'a=(x y); [[ ${a[1]} == y ]] && echo "${BASH_VERSION:+bash}"'
	run dib-run-parts d
	expect 0 bash
}

test_an_empty_script_succeeds() {
	mkdir d
	: >d/10-a
	chmod 755 d/10-a
	run dib-run-parts d
	expect 0 ''
	expect_log '10-a completed'
}

test_its_status_counts() {
	bare 10-a 'exit 9'
	run dib-run-parts d
	expect 9
	expect_line 'dib-run-parts ERROR: Script d/10-a failed with exit status 9 after [0-9.]+ s'
}

test_no_shell_to_run_it_is_an_error() {
	unshare='unshare -Ur'
	! is_root || unshare=
	mkdir jail
	cp "$REFRESHBOX" jail/dib-run-parts
	$unshare chroot jail /dib-run-parts --version >/dev/null 2>&1 || {
		echo 'skipped: may not change the root directory, or the binary is not static'
		return 0
	}
	mkdir jail/d
	file jail/d/10-a 'echo ran\n'
	chmod 755 jail/d/10-a
	run $unshare chroot jail /dib-run-parts /d
	expect_not_started /d/10-a 126 'it has no "#!" line and there is no shell to run it'
}

# ---- what scripts inherit

test_scripts_have_exactly_our_environment() {
	program env
	run env -i ZZZ=last A= B='x  y' RUN_PARTS_REGEX= "$SUITE/bin/dib-run-parts" d
	expect 0 "$(printf 'ZZZ=last\nA=\nB=x  y\nRUN_PARTS_REGEX=')"
	run env -i "$SUITE/bin/dib-run-parts" d
	expect 0 ''
}

test_scripts_have_no_argument_and_their_path() {
	script d/10-a 'echo "$0 $#"'
	run dib-run-parts "$HERE/d"
	expect 0 "$HERE/d/10-a 0"
}

test_scripts_have_our_stdin() {
	program cat
	echo 'other text' >in
	dib-run-parts d <in >out 2>err
	assertEquals 'other text' "$(cat out)"
}

test_the_first_to_read_stdin_has_it_all() {
	script d/10-a 'read line; echo "a $line"'
	script d/20-b 'read line; echo "b $line"'
	printf 'one\ntwo\n' >in
	dib-run-parts d <in >out 2>err
	assertEquals "$(printf 'a one\nb two')" "$(cat out)"
}

test_scripts_have_our_stdout_and_stderr() {
	script d/10-a 'printf "out\0put"; echo error >&2'
	run dib-run-parts d
	expect_line error
	assertTrue 'every byte' "printf 'out\0put' | cmp - '$SUITE/out'"
}

test_stdout_and_stderr_may_be_one_file() {
	script d/10-a 'echo out; echo err >&2; echo out'
	dib-run-parts d >all 2>&1 </dev/null
	assertEquals "$(printf 'dib-run-parts Running d/10-a\nout\nerr\nout\ndib-run-parts 10-a completed')" \
		"$(undated <all | head -5)"
}

# As from the originals: os-refresh-config closes what it was given, and dib-run-parts does not.
test_descriptors_that_scripts_inherit() {
	list='ls -l /proc/self/fd | sed -n "s/.* \([0-9]*\) -> .*given$/\1/p" | sort -n | paste -sd" " -'
	script d/10-a "$list"
	run sh -c 'exec dib-run-parts d 3<d/10-a 4>given 5>given 9>given'
	expect 0 '4 5 9'
	script base/configure.d/10-a "$list"
	OS_REFRESH_CONFIG_BASE_DIR=base run sh -c \
		'exec os-refresh-config --lockfile lock 4>given 5>given 9>given'
	expect 0 ''
	OS_REFRESH_CONFIG_BASE_DIR=base run sh -c \
		'exec refresh-phase --lockfile lock configure 4>given 9>given'
	expect 0 ''
}

# The directory that ls reads has the lowest number that is free.
test_scripts_have_no_descriptor_of_ours() {
	script d/10-a 'ls /proc/self/fd | paste -sd" " -'
	run d/10-a
	inherited=$(cat "$SUITE/out")
	run dib-run-parts --events log --syslog d
	expect 0 "$inherited"
	script base/configure.d/10-a 'ls /proc/self/fd | paste -sd" " -'
	orc --events log --syslog
	expect 0 '0 1 2 3'
}

# The value of a mask in the status of the process that reads it.
mask_of() {
	sed -n "s/^$1:[[:space:]]*/0x/p" "$SUITE/out"
}

can_change_signals() {
	env --ignore-signal=CHLD --block-signal=CHLD true 2>/dev/null && return 0
	echo 'skipped: env cannot change signals'
	return 1
}

test_scripts_have_an_empty_signal_mask() {
	can_change_signals || return 0
	script d/10-a 'exec grep ^Sig /proc/self/status'
	run env --block-signal=USR1,CHLD,TERM,ALRM grep ^Sig /proc/self/status
	assertNotEquals 'blocked at all' 0 $(($(mask_of SigBlk)))
	run env --block-signal=USR1,CHLD,TERM,ALRM dib-run-parts d
	expect 0
	assertEquals 0 $(($(mask_of SigBlk)))
}

# Bits 12 and 16 of the masks are signals 13 and 17.
test_scripts_have_pipe_and_child_by_default() {
	can_change_signals || return 0
	script d/10-a 'exec grep ^Sig /proc/self/status'
	run env --ignore-signal=PIPE,CHLD grep ^Sig /proc/self/status
	assertEquals 'ignored at all' $((0x11000)) $(($(mask_of SigIgn) & 0x11000))
	run env --ignore-signal=PIPE,CHLD dib-run-parts d
	expect 0
	assertEquals 0 $(($(mask_of SigIgn) & 0x11000))
}

# Bits 0, 1, 2, 14 are HUP, INT, QUIT and TERM, 9 is USR1.
test_scripts_inherit_what_is_ignored() {
	can_change_signals || return 0
	script d/10-a 'exec grep ^Sig /proc/self/status'
	run env --default-signal --ignore-signal=HUP,USR1 dib-run-parts d
	assertEquals $((0x201)) $(($(mask_of SigIgn) & 0x4207))
	run env --default-signal dib-run-parts d
	assertEquals 0 $(($(mask_of SigIgn) & 0x4207))
}

# All but CHLD, PIPE and XFSZ, as below the original os-refresh-config.
# (The sanitizers have handlers of their own.)
test_scripts_inherit_all_that_is_ignored() {
	can_change_signals || return 0
	needs_static || return 0
	script base/configure.d/10-a 'exec grep ^SigIgn: /proc/self/status'
	run env --ignore-signal grep ^SigIgn: /proc/self/status
	ignored=$(sed 's/.*://' "$SUITE/out")
	high=${ignored%????????}
	wanted=$(printf 'SigIgn:%s%08x' "$high" $((0x${ignored#"$high"} & ~0x1011000)))
	run env --ignore-signal dib-run-parts base/configure.d
	expect 0 "$wanted"
	run env --ignore-signal run-parts base/configure.d
	expect 0 "$wanted"
	run env --ignore-signal OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock
	expect 0 "$wanted"
}

test_scripts_have_our_directory_and_umask() {
	mkdir inner
	script d/10-a 'pwd; umask'
	(umask 027 && cd inner && dib-run-parts ../d) >out 2>err
	assertEquals "$(printf '%s\n0027' "$HERE/inner")" "$(cat out)"
}

test_scripts_are_in_our_process_group() {
	script d/10-a 'cut -d" " -f5 /proc/$$/stat'
	run sh -c 'cut -d" " -f5 /proc/$$/stat; exec dib-run-parts d'
	expect 0
	assertEquals 1 "$(sort -u "$SUITE/out" | wc -l)"
}

# shellcheck source=/dev/null
. shunit2
