#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# environment.d: the built-in evaluator, the hand-over to a real shell, and what is an error.
. "$(dirname "$0")/lib.sh"

# show NAME...: a set of scripts, set/1, that prints these variables of its environment.
show() {
	script set/1 "for n in $*; do eval \"echo \\\"\\\$n=[\\\${\$n-unset}]\\\"\"; done"
}

env_file() {
	file "environment.d/$1" "$2"
}

# in_jail [SHELL]: runs dib-run-parts on the set in a root of its own, which has the binary, the
# set, a static busybox as /bin/busybox and, when SHELL is given, as /bin/SHELL, but no bash.
in_jail() {
	mkdir -p jail/bin
	cp "$REFRESHBOX" jail/bin/dib-run-parts
	cp /bin/busybox jail/bin/busybox
	[ $# -eq 0 ] || ln -s busybox "jail/bin/$1"
	cp -r set environment.d jail/
	run chroot jail /bin/dib-run-parts /set
}

need_jail() {
	needs_static || return 1
	if is_root && has_program busybox && ! readelf -l /bin/busybox | grep -q INTERP; then
		return 0
	fi
	echo "skipped: needs root and a static /bin/busybox"
	startSkipping
	return 1
}

test_exported_variables_reach_the_scripts() {
	show A B C
	env_file 10 'export A=1\nB=2\nexport C="$A$B"\n'
	run dib-run-parts set
	expect 0 'A=[1]
B=[unset]
C=[12]'
}

test_the_caller_s_environment_is_the_base() {
	show A B
	env_file 10 'export B="${A:-none} and more"\nunset A\n'
	run env A=given dib-run-parts set
	expect 0 'A=[unset]
B=[given and more]'
}

test_later_files_see_unexported_variables() {
	show A
	env_file 10-a 'ROOT_DIR=/x\n'
	env_file 2-b 'export A=$ROOT_DIR/y\n'
	run dib-run-parts set
	expect 0 'A=[/x/y]'
}

test_files_are_read_in_bytewise_order_whatever_their_mode() {
	show A
	env_file 10-a 'export A=$A.10\n'
	env_file 2-a 'export A=$A.2\n'
	env_file .hidden 'export A=hidden\n'
	env_file x.bak 'export A=$A.bak\n'
	env_file 'x~' 'export A=$A.tilde\n'
	env_file '#x#' 'export A=$A.hash\n'
	run dib-run-parts set
	expect 0 'A=[hidden.10.2.bak]'
}

test_nothing_carries_over_between_phases() {
	script base/configure.d/1 'echo "$A"'
	script base/post-configure.d/1 'echo "$A"'
	file base/environment.d/10 'export A="${A:-}x"\n'
	orc
	expect 0 'x
x'
}

test_echo_reaches_stdout_before_the_scripts() {
	script set/1 'echo script'
	env_file 10 'echo from the file\n'
	run dib-run-parts set
	expect 0 'from the file
script'
}

test_names_are_logged_and_values_are_not() {
	show PASSWORD
	env_file 10 'export PASSWORD=secret USER_NAME=me\n'
	run dib-run-parts set
	expect 0 'PASSWORD=[secret]'
	expect_log 'Sourcing environment file set/../environment.d/10'
	expect_log 'Environment file environment.d/10 sets: PASSWORD USER_NAME'
	expect_no_log secret
}

# Beside a link there may be another one than beside what it leads to.
test_its_path_is_that_of_what_a_link_leads_to() {
	show A
	mkdir other
	mv set environment.d other
	ln -s other/set set
	file other/environment.d/10 'export A=$NOPE\n'
	run dib-run-parts set
	expect 1 ''
	expect_log 'ERROR: Environment file set/../environment.d/10:1: NOPE is not set'
	run dib-run-parts other/set
	expect_log 'ERROR: Environment file other/environment.d/10:1: NOPE is not set'
}

test_values_are_logged_for_debugging() {
	show A
	env_file 10 'export A=value\n'
	run env DIB_DEBUG_TRACE=1 dib-run-parts set
	expect 0 'A=[value]'
	expect_log 'Environment: A=value'
}

test_os_refresh_config_logs_names_at_info() {
	script base/configure.d/1 :
	file base/environment.d/10 'export PASSWORD=secret\n'
	orc
	expect_log '[INFO] Environment file base/environment.d/10 sets: PASSWORD'
	expect_no_log secret
	orc --log-level WARN
	expect_no_log ' sets: '
	orc --log-level DEBUG
	expect_log '[DEBUG] Environment: PASSWORD=secret'
}

# wrong FILE_TEXT STATUS MESSAGE: this file stops everything before a script runs.
wrong() {
	script set/1 'echo ran'
	env_file 10 'export BEFORE=1\n'
	env_file 20-wrong "$1"
	run dib-run-parts set
	expect "$2" ''
	expect_log "$3"
}

test_an_unset_variable_is_an_error() {
	wrong 'export A=1\nexport B=$NOPE\n' 1 'Environment file environment.d/20-wrong:2: '
	expect_log NOPE
}

test_a_failing_command_is_an_error() {
	wrong 'false\n' 1 '20-wrong:1: '
}

test_a_failing_last_command_is_an_error() {
	wrong '[ -z x ] && export A=1\n' 1 '20-wrong:1: '
}

test_return_with_a_status_is_an_error() {
	wrong 'return 3\n' 3 '20-wrong:1: '
}

test_an_exit_is_an_error_whatever_its_status() {
	wrong 'export A=1\nexit 0\n' 1 '20-wrong:2: exit is not allowed here'
}

test_an_exit_in_a_real_shell_is_an_error() {
	wrong 'A=$(echo 1)\nexit 0\n' 1 '20-wrong: ended the shell with exit status 0 (exit, an unset variable or a syntax error?)'
	wrong 'A=$(echo 1)\nexit 3\n' 3 '20-wrong: ended the shell with exit status 3 (exit, an unset variable or a syntax error?)'
	wrong 'A=$(echo 1)\nset -n\n' 1 '20-wrong: ended the shell with exit status 0 (exit, an unset variable or a syntax error?)'
	wrong 'A=$(echo 1)\nexec true\n' 1 '20-wrong: ended the shell with exit status 0 (exit, an unset variable or a syntax error?)'
	wrong 'A=$(echo 1)\nkill -9 $$\n' 137 '20-wrong: ended the shell with exit status 137 (exit, an unset variable or a syntax error?)'
}

test_the_status_of_a_file_counts_in_a_real_shell_too() {
	wrong 'A=$(echo 1)\nreturn 7\n' 7 '20-wrong: ended the shell with exit status 7 (exit, an unset variable or a syntax error?)'
	wrong 'return 7\n' 7 '20-wrong:1: '
	wrong '[ -f /no ] && export Y=$(echo 1)\n' 1 '20-wrong: ended the shell with exit status 1 (exit, an unset variable or a syntax error?)'
}

test_a_syntax_error_is_an_error() {
	wrong 'if true; then\nexport A=1\n' 2 '20-wrong:'
	wrong 'A="never ends\n' 2 '20-wrong:'
}

test_dos_line_ends_are_an_error() {
	wrong 'export A=1\r\n' 1 '20-wrong:1: line ends in a carriage return (DOS file?)'
}

test_a_nul_byte_is_an_error() {
	wrong 'export A=1\n#\0\n' 1 '20-wrong:2: line has a NUL byte'
}

test_an_unreadable_file_is_an_error() {
	may_drop || return 0
	script set/1 'echo ran'
	env_file 10 'export A=1\n'
	chmod 000 environment.d/10
	run unprivileged dib-run-parts set
	expect 1 ''
	expect_log 'environment.d/10'
	expect_log 'Permission denied'
}

test_a_link_in_a_circle_is_an_error() {
	script set/1 'echo ran'
	mkdir environment.d
	ln -s 10 environment.d/10
	run dib-run-parts set
	expect 1 ''
	expect_log 'environment.d/10'
	rm -r environment.d
	ln -s environment.d environment.d
	run dib-run-parts set
	expect 1 ''
	expect_log 'environment.d'
}

test_an_empty_environment_d_is_fine() {
	script set/1 'echo ran'
	mkdir environment.d
	run dib-run-parts set
	expect 0 ran
}

test_a_linked_environment_d_is_fine() {
	show A
	file elsewhere/10 'export A=linked\n'
	ln -s elsewhere environment.d
	run dib-run-parts set
	expect 0 'A=[linked]'
}

test_environment_d_is_beside_the_target_of_a_linked_set() {
	mkdir -p real
	script real/set/1 'echo "$A"'
	file real/environment.d/10 'export A=real\n'
	ln -s real/set set
	run dib-run-parts set
	expect 0 real
}

test_a_value_of_a_megabyte() {
	script set/1 'echo "${#A} $(printf %.1s "$A")"'
	value=$(head -c 100000 /dev/zero | tr '\0' x)
	{
		printf 'BIG="'
		for _ in 1 2 3 4 5 6 7 8 9 10; do printf %s "$value"; done
		printf '"\nexport A="${BIG:+%s}"\n' "$value"
	} >big
	mkdir environment.d
	mv big environment.d/10
	run dib-run-parts set
	expect 0 '100000 x'
}

# What only a real shell understands.

test_command_substitution_goes_to_a_real_shell() {
	show A B PWD_IS
	env_file 10 'export A=$(echo one; echo two)\nexport PWD_IS=kept\n'
	env_file 20 'export B="$A!"\n'
	run dib-run-parts set
	expect 0 'A=[one
two]
B=[one
two!]
PWD_IS=[kept]'
	expect_log 'Sourcing environment file set/../environment.d/10'
	expect_log 'Sourcing environment file set/../environment.d/20'
	expect_log 'A'
}

test_bash_files_go_to_bash() {
	if ! has_program bash; then
		echo "skipped: bash is not installed"
		startSkipping
		return
	fi
	show A B C
	# shellcheck disable=SC2016 # bash's text
	env_file 10 'x=(a b c)\nexport A=${x[1]} B=${x[0]^^}\n[[ $A =~ b ]] && export C="it'"'"'s \\"$\x27\\n\x27quoted"\n'
	run dib-run-parts set
	expect 0
	assertEquals "A=[b]" "$(sed -n 1p "$SUITE/out")"
	assertEquals "B=[A]" "$(sed -n 2p "$SUITE/out")"
}

test_difficult_values_come_back_from_the_shell_unharmed() {
	script set/1 'printf "%s|" "$A" "$B" "$C" "$D"'
	env_file 10 'export A="q'"'"'q\\"q\\\\q\\$q\\`q" B="two\nlines" C="\t tab " D=$(printf "\\\\033[1m\\\\001é")\n'
	run dib-run-parts set
	expect 0
	printf 'q'"'"'q"q\\q$q`q|two\nlines|\t tab |\033[1m\001é|' >want
	assertTrue "values: $(od -c "$SUITE/out")" "cmp -s want '$SUITE/out'"
}

test_a_real_shell_sets_and_unsets() {
	script set/1 'env | grep -cE "^(GONE|SHLVL|OLDPWD|_REFRESH)="; echo "$KEPT"'
	env_file 10 'unset GONE; A=$(true); export KEPT="$KEPT again"\n'
	run env -i PATH="$PATH" GONE=1 KEPT=kept dib-run-parts set
	expect 0 '0
kept again'
}

test_files_have_no_arguments_in_a_real_shell() {
	show X
	env_file 10 'export X="${1:-none}-$#-$(echo s)"\n'
	run dib-run-parts set
	expect 0 'X=[none-0-s]'
	env_file 10 'set -- $(echo a b); export X=$2\n'
	run dib-run-parts set
	expect 0 'X=[b]'
}

test_arrays_stay_in_the_shell() {
	if ! has_program bash; then
		echo "skipped: bash is not installed"
		startSkipping
		return
	fi
	show A
	env_file 10 'declare -a A=(1 2); export A\n'
	run dib-run-parts set
	expect 0 'A=[unset]'
}

test_output_that_cannot_be_written_is_an_error() {
	script set/1 'echo ran >ran'
	env_file 10 'echo hi\n'
	run sh -c 'exec dib-run-parts set >/dev/full'
	expect 1
	expect_log 'No space left on device'
	assertFalse 'the script ran' '[ -e ran ]'
}

test_a_failure_in_a_real_shell_is_an_error() {
	wrong 'export A=$(true)\nexport B=$NOPE\n' 1 'environment.d/20-wrong'
	wrong 'A=$(exit 7)\n' 7 'environment.d/20-wrong'
}

need_bash() {
	has_program bash && return
	echo 'skipped: bash is not installed'
	startSkipping
	return 1
}

test_a_command_that_fails_in_bash_is_named_with_its_line() {
	need_bash || return 0
	wrong 'A=$(true)\n\nfalse\n' 1 'environment.d/20-wrong: failed at 20-wrong:3 with exit status 1: false'
	wrong 'A=$(exit 7)\n' 7 '20-wrong: failed at 20-wrong:1 with exit status 7: A=$(exit 7)'
	wrong 'f() {\n\tfalse\n}\n# a function\nf\n' 1 '20-wrong: failed at 20-wrong:2'
	file other 'B=1\nfalse\n'
	wrong '. ./other\n' 1 '20-wrong: failed at other:2'
	# A failure that ends nothing is not the place of the next one.
	wrong 'export A=$(false)\nf() { false; }\nf || true\nset +e\nfalse\nexit 4\n' 4 \
		'20-wrong: ended the shell with exit status 4 (exit, an unset variable or a syntax error?)'
}

test_what_a_shell_could_not_hand_over_is_an_error() {
	wrong 'A=$(true)\numask 077\n' 1 '20-wrong: changes the umask'
	wrong 'A=$(true)\ncd /\n' 1 '20-wrong: changes the working directory'
	wrong 'A=$(true)\nulimit -n 50\n' 1 '20-wrong: changes a resource limit'
	wrong 'A=$(true)\ntrap : EXIT\n' 1 '20-wrong: sets a trap'
	wrong 'A=$(true)\ntrap "" USR1\n' 1 '20-wrong: sets a trap'
	wrong 'A=$(true)\nexec 2>log\n' 1 '20-wrong: redirects stderr'
	wrong 'A=$(true)\nexec >log\n' 1 '20-wrong: redirects stdout'
	wrong 'A=$(true)\nexec <set/1\n' 1 '20-wrong: redirects stdin'
}

test_a_file_after_one_that_is_refused_is_not_sourced() {
	env_file 30 'echo ran >ran\n'
	wrong 'A=$(true)\numask 077\n' 1 umask
	assertFalse 'the next file was sourced' '[ -e ran ]'
	expect_no_log 'environment.d/30'
}

# These end with the shell: scripts get none of it, and nothing is wrong.
test_what_ends_with_the_shell() {
	script set/1 'ls -l /proc/$$/fd | grep -c "/log$"; echo "A=$A"; false | true; x=${nope}; echo *y'
	env_file 10 'A=$(true)\nexec 3>log 4>log 5>log 10>log 11>log\necho to5 >&5\n'
	env_file 20 'export A=1\nreadonly A\nset -f\nset +u\nalias echo=false\n'
	run dib-run-parts set
	expect 0 '0
A=1
*y'
	assertEquals to5 "$(cat log)"
}

test_a_file_cannot_break_the_shell_by_its_own_names() {
	need_bash || return 0
	show A B
	env_file 10 'shopt -s expand_aliases\nalias printf=false command=false umask=false\n'
	env_file 20 'export A=$(echo 1)\nprintf() { :; }; declare() { :; }; trap() { :; }; read() { :; }\nset +E\n'
	env_file 30 'set -a\nIFS=:\nunset PATH\n'
	env_file 40 'B=2\nPATH=/bin:/usr/bin\n'
	run dib-run-parts set
	expect 0 'A=[1]
B=[2]'
}

# bash_set BODY: a set of one bash script.
bash_set() {
	file set/1 "#!/bin/bash\n$1\n"
	chmod 755 set/1
}

# As in the reference, whose files are sourced in a function.
test_a_variable_of_local_or_declare_does_not_reach_the_scripts() {
	show A B C
	env_file 10 'local A=$(echo 1)\nexport A B=outer\n'
	env_file 20 'local B=inner\nexport C="$A$B"\n'
	run dib-run-parts set
	expect 0 'A=[unset]
B=[outer]
C=[1inner]'
	need_bash || return 0
	env_file 10 'declare A=1\ndeclare -x B=2\nexport C="$A$B$(echo 3)"\n'
	rm environment.d/20
	run dib-run-parts set
	expect 0 'A=[unset]
B=[unset]
C=[123]'
}

test_very_many_variables_are_an_error() {
	script set/1 'echo ran'
	seq 200000 | sed 's/.*/A&=/' >many
	mkdir environment.d
	cp many environment.d/10
	run dib-run-parts set
	expect 1 ''
	expect_log 'environment.d/10 cannot be used: Argument list too long'
	{ echo 'set -a; A=$(echo 1)'; head -n 20000 many; } >environment.d/10
	run dib-run-parts set
	expect 1 ''
	expect_log 'environment.d/10 cannot be used: Argument list too long'
}

# slow_file DIR: a file there that takes the evaluator some ten seconds.
slow_file() {
	mkdir -p "$1"
	{
		seq 9000 | sed 's/.*/V&=1/'
		yes 'A=$V9000$V9000$V9000$V9000$V9000$V9000$V9000' | head -n 40000
	} >"$1/10"
}

test_a_limit_ends_a_slow_evaluation() {
	script set/1 'echo ran'
	slow_file environment.d
	run dib-run-parts --timeout 0.2 set
	expect 137 ''
	expect_log 'Timeout reached: 0.200s.'
	expect_no_log ' sets: V1'
}

test_a_signal_ends_a_slow_evaluation() {
	script base/configure.d/1 'echo ran'
	slow_file base/environment.d
	OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile "$PWD/lock" >"$SUITE/out" \
		2>"$SUITE/err" &
	wait_until grep -q 'Starting phase' "$SUITE/err"
	kill -TERM $!
	wait $!
	assertEquals status 143 $?
	assertEquals stdout '' "$(cat "$SUITE/out")"
	expect_no_log ' sets: V1'
}

test_exported_functions_reach_the_scripts() {
	need_bash || return 0
	bash_set 'f x; g; declare -F h || echo no h'
	env_file 10 'f() {\n\techo "f: $1"\n}\nexport -f f\n'
	env_file 20 'g() { cat <<X\n} declare -fx a {\nX\n}\nexport -f g\nh() { :; }\n'
	run dib-run-parts set
	expect 0 'f: x
} declare -fx a {
no h'
	expect_log 'Environment file environment.d sets: BASH_FUNC_f%% BASH_FUNC_g%%'
}

test_exported_functions_of_the_caller_stay_as_they_are() {
	need_bash || return 0
	bash_set 'tr "\\0" "\\n" </proc/$$/environ | grep -aA1 BASH_FUNC_; f'
	env_file 10 'A=$(true)\n'
	run bash -c 'f() { echo f; }; export -f f; exec dib-run-parts set'
	expect 0 'BASH_FUNC_f%%=() {  echo f
}
f'
	expect_no_log ' sets: '
	env_file 20 'unset -f f\n'
	run bash -c 'f() { echo f; }; export -f f; exec dib-run-parts set'
	expect 127
	env_file 20 'f() { echo new; }\n'
	run bash -c 'f() { echo f; }; export -f f; exec dib-run-parts set'
	expect 0 'BASH_FUNC_f%%=() { 
    echo new
new'
}

test_each_file_is_announced_before_what_it_prints() {
	script set/1 :
	env_file 10 'echo one\n'
	env_file 20 'echo two\n'
	run sh -c 'dib-run-parts set 2>&1'
	assertEquals 'Sourcing one Sourcing two Running' \
		"$(undated <"$SUITE/out" | sed 's/^dib-run-parts //' | head -5 | cut -d' ' -f1 | xargs)"
	env_file 15 'A=$(true)\n'
	run sh -c 'dib-run-parts set 2>&1'
	assertEquals 'Sourcing one Sourcing Sourcing two Running' \
		"$(undated <"$SUITE/out" | sed 's/^dib-run-parts //' | head -6 | cut -d' ' -f1 | xargs)"
}

# A shell that is faster than us must not print before our line is written.
test_a_shell_goes_on_only_after_the_line_that_announces_its_file() {
	may_trace || return 0
	script set/1 :
	env_file 10 'A=$(true)\n'
	env_file 20 'B=$(true)\n'
	run strace -f -b execve -qq -s 99 -o trace -e trace=write,pwritev2 dib-run-parts set
	expect 0
	assertEquals 'Sourcing go-on Sourcing go-on' "$(sed -n 's/.* Sourcing .*/Sourcing/p
		s/.*write([0-9]*, "\\n", 1).*/go-on/p' trace | xargs)"
}

test_a_trace_shows_the_file_alone() {
	show A
	env_file 10 'export A=$(echo 1)\nset -x\n: traced\n'
	env_file 20 ': not traced\n'
	run dib-run-parts set
	expect 0 'A=[1]'
	assertEquals '++ : traced' "$(grep '^+' "$SUITE/err")"
}

test_a_working_directory_that_is_gone_is_nobody_s_fault() {
	show A
	env_file 10 'export A=$(echo 1)\n'
	mkdir gone
	run sh -c 'here=$PWD; cd gone; rmdir ../gone; exec dib-run-parts "$here/set"'
	expect 0 'A=[1]'
}

test_a_daemon_of_a_file_does_not_hold_the_run() {
	show A
	env_file 10 'export A=$(echo 1)\nsleep 100 &\necho $! >pid\n'
	run dib-run-parts set
	PIDS="$PIDS $(cat pid)"
	expect 0 'A=[1]'
	assertTrue 'it lives on' "kill -0 $(cat pid)"
}

test_a_file_larger_than_any_environment_is_an_error() {
	script set/1 'echo ran'
	env_file 10 ''
	truncate -s 60G environment.d/10
	run dib-run-parts set
	expect 1 ''
	expect_log 'environment.d/10 cannot be used: File too large'
}

test_a_signal_ends_a_hanging_file() {
	script set/1 'echo ran'
	mkfifo begun
	env_file 10 'A=$(true)\necho $$ >shell\n: >begun\nsleep 100\n'
	dib-run-parts set >"$SUITE/out" 2>"$SUITE/err" &
	ours=$!
	: <begun
	kill -TERM $ours
	wait $ours
	status=$?
	assertEquals "status and stdout; $(cat "$SUITE/err")" '143 ' "$status $(cat "$SUITE/out")"
	expect_gone shell
}

# error.d has to run when environment.d is what is broken.

error_base() {
	script base/configure.d/1 'echo ran'
	script base/error.d/1 'echo "$OS_REFRESH_CONFIG_FAILED_REASON A=${A-unset} B=${B-unset}"'
}

test_error_handlers_run_without_a_broken_environment() {
	error_base
	for text in 'export B=$NOPE\n' 'export B=2\nfalse\n' 'if\n' 'B=$(exit 3)\n' 'exit 0\n' '\0\n'; do
		file base/environment.d/10 'export A=1\n'
		file base/environment.d/20 "$text"
		B=given orc
		expect 1 'environment A=unset B=given'
		expect_log "[ERROR] Environment file base/environment.d: ignored, so that error handlers run; they get the caller's environment"
		BASE=base run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile "$HERE/lock" configure
		expect 1 'environment A=unset B=unset'
	done
	# After a script has failed it is the same, for another reason.
	file base/environment.d/20 '[ "$OS_REFRESH_CONFIG_PHASE" = configure ]\n'
	script base/configure.d/1 'exit 9'
	orc
	expect 1 'exit A=unset B=unset'
	expect_log 'environment.d/20:1: '
}

test_error_handlers_have_their_environment_if_only_another_is_broken() {
	error_base
	mkdir elsewhere
	mv base/configure.d elsewhere
	ln -s ../elsewhere/configure.d base/configure.d
	file elsewhere/environment.d/10 'false\n'
	file base/environment.d/10 'export A=1\n'
	orc
	expect 1 'environment A=1 B=unset'
	expect_no_log 'not used'
}

test_error_handlers_run_without_an_environment_that_hangs() {
	error_base
	file base/environment.d/10 'A=$(sleep 100)\n'
	orc --timeout 1
	expect 1 'timeout A=unset B=unset'
	expect_log 'environment.d: ignored'
}

test_a_failing_phase_of_error_handlers_needs_its_environment() {
	error_base
	file base/environment.d/10 'false\n'
	BASE=base run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile "$HERE/lock" error
	expect 1 ''
}

test_a_time_limit_ends_a_hanging_file() {
	script base/configure.d/1 'echo ran'
	file base/environment.d/10 'A=$(sleep 100)\n'
	orc --timeout 1
	expect 1 ''
	expect_log 'Timeout reached: 1s. Sending SIGKILL to all children'
}

# Not when the job is over: the file waits for the line.
test_a_time_limit_is_logged_when_it_is_reached() {
	need_bash || return 0
	script base/configure.d/1 'echo ran'
	file base/environment.d/10 'trap "until grep -q Timeout \"$ERR\"; do sleep 0.02; done; echo told; exit" TERM
		A=$(sleep 100)\n'
	export ERR="$SUITE/err"
	orc --timeout 1 --kill-after 10
	unset ERR
	expect 1 told
}

test_a_plain_shell_sources_files_that_all_begin_with_its_line() {
	need_jail || return 0
	file set/1 '#!/bin/busybox sh\necho "A=$A B=$B C=$C"\n'
	chmod 755 set/1
	env_file 10 '#!/bin/sh\nexport A="$(echo 1)"\n'
	env_file 20 '#! /bin/sh -eu\n# for every shell\nexport B=2\n'
	env_file 30 '#!\t/bin/sh\t\nexport C=$((A + B))\n'
	env_file 40 '#!/bin/sh'
	in_jail sh
	expect 0 'A=1 B=2 C=3'
}

# no_word FIRST_LINE: a file that begins so may be for bash alone.
no_word() {
	script set/1 'echo ran'
	env_file 10 '#!/bin/sh\nexport A=1\nexport B="$(nosuch | head -1)"\n'
	env_file 20 "$1"
	in_jail sh
	expect 1 ''
	expect_log 'environment.d/10:3: needs bash, and there is none: $( (install bash, write it without this, or begin every file with #!/bin/sh)'
	rm -r jail
}

test_a_plain_shell_is_given_no_other_files() {
	need_jail || return 0
	no_word ''
	no_word 'export C=1\n'
	no_word '\n#!/bin/sh\n'
	no_word ' #!/bin/sh\n'
	no_word '#!/bin/bash\n'
	no_word '#!/usr/bin/env bash\n'
	no_word '#!/usr/bin/env sh\n'
	no_word '#!/usr/bin/sh\n'
	no_word '#!/bin/shell\n'
	no_word '#/bin/sh\n'
}

test_without_a_shell_it_is_an_error_that_names_the_construct() {
	need_jail || return 0
	script set/1 'echo ran'
	env_file 10 'export A=1\nexport B=$(echo 1)\n'
	in_jail
	expect 1 ''
	expect_log 'environment.d/10:2: '
	expect_log 'needs bash, and there is none: $('
}

test_without_a_shell_plain_files_work() {
	need_jail || return 0
	# busybox as an interpreter is no shell that we would find.
	file set/1 '#!/bin/busybox sh\necho "$A"\n'
	chmod 755 set/1
	env_file 10 'if [ -z "${A:-}" ]; then\n  export A="${B:-"x y"}"\nfi\n'
	in_jail
	expect 0 'x y'
}

# The corpus: each file of tests/env is the environment.d of a run of the reference and of ours.

# The scripts that print what they get: the environment, and the functions as bash understands them,
# because it prints them differently from how it hands them on.
corpus_set() {
	file set/1 '#!/bin/sh\nenv -0 | grep -zvE "^BASH_FUNC_" | sort -z | tr "\\0" "\\n" | grep -vE "^(_|PWD|OLDPWD|SHLVL)="\n'
	file set/2 '#!/bin/bash\ndeclare -F\ndeclare -f\n'
	chmod 755 set/1 set/2
}

# both FILE: leaves what the two came to in the files ours and theirs.
both() {
	mkdir environment.d
	cp "$1" environment.d/10-file
	printf 'echo "after $*"\n' >environment.d/README.sh
	: >environment.d/README.sh
	for who in ours theirs; do
		program=$REFERENCE/usr/bin/dib-run-parts
		[ $who = theirs ] || program=$SUITE/bin/dib-run-parts
		env -i PATH=/usr/bin:/bin HOME=/root EMPTY= SPACED='a  b' GLOB='*' TICK="it's" NAME=value \
			"$program" set >$who 2>$who.err
		case $? in
		0) echo "status 0" >>$who ;;
		*) echo "failed" >>$who ;;
		esac
	done
	rm -r environment.d
}

test_the_corpus_comes_to_the_same_as_with_bash() {
	if [ ! -d "$REFERENCE" ]; then
		echo 'skipped: there is no reference: make deps unpacks it'
		startSkipping
		return
	fi
	corpus_set
	count=0
	for env in "$TESTS"/env/*.env; do
		both "$env"
		cmp -s ours theirs || fail "$env: $(diff theirs ours; cat ours.err)"
		count=$((count + 1))
	done
	assertTrue "$count files are at least 60" "[ $count -ge 60 ]"
}

# without_bash COMMAND [ARGUMENT]...: runs it where an empty file hides bash.
without_bash() {
	unshare -m sh -c '
		for bash in /bin/bash /usr/bin/bash /usr/local/bin/bash; do
			[ ! -e "$bash" ] || mount --bind "$0" "$bash" || exit
		done
		exec "$@"' "$SUITE/empty" "$@"
}

may_hide_bash() {
	: >"$SUITE/empty"
	is_root && has_program bash && without_bash sh -c '! bash -c : 2>/dev/null' && return
	echo 'skipped: cannot hide bash in a mount namespace'
	startSkipping
	return 1
}

test_a_bash_that_cannot_be_started_is_named() {
	may_hide_bash || return 0
	script set/1 'echo ran'
	env_file 10 'export A=$(true)\n'
	printf '#!/no/such/loader\n' >"$SUITE/empty"
	chmod 755 "$SUITE/empty"
	run without_bash dib-run-parts set
	chmod 644 "$SUITE/empty"
	expect 1 ''
	expect_log 'environment.d/10 needs /bin/bash, which cannot be started: No such file or directory'
}

# posix_set: a script that prints its environment, whatever the shell, and no function.
posix_set() {
	file set/1 '#!/bin/sh\nenv -0 | sort -z | tr "\\0" "\\n" | grep -vE "^(_|PWD|OLDPWD|SHLVL)="\n'
	chmod 755 set/1
}

CORPUS_ENVIRONMENT='PATH=/usr/bin:/bin HOME=/root EMPTY= GLOB=* NAME=value'

# Without bash, a file of the corpus comes to the same as with it, or it is refused by name.
test_without_bash_no_file_is_read_differently() {
	may_hide_bash || return 0
	posix_set
	refused=0
	mkdir environment.d
	for env in "$TESTS"/env/*.env; do
		cp "$env" environment.d/10-file
		set -f
		# shellcheck disable=SC2086 # words
		env -i $CORPUS_ENVIRONMENT "$SUITE/bin/dib-run-parts" set >with 2>with.err
		with=$?
		# shellcheck disable=SC2086 # words
		without_bash env -i $CORPUS_ENVIRONMENT "$SUITE/bin/dib-run-parts" set >without 2>without.err
		without=$?
		set +f
		if grep -q 'environment.d/10-file:[0-9]*: needs bash, and there is none: ' without.err; then
			refused=$((refused + 1))
			assertEquals "$env: status" 1 $without
			assertEquals "$env: stdout" '' "$(cat without)"
		elif [ $with -ne $without ] || ! cmp -s with without; then
			fail "$env: $(diff with without; cat without.err)"
		fi
	done
	assertTrue "only $refused were refused" "[ $refused -ge 15 ]"
}

# With the line that says so, what is beyond the evaluator is what the shell itself makes of it.
test_without_bash_a_file_with_the_line_of_sh_is_that_shell_s() {
	may_hide_bash || return 0
	posix_set
	sourced=0
	mkdir environment.d
	for env in "$TESTS"/env/*-sh-*.env; do
		{ echo '#!/bin/sh'; cat "$env"; } >environment.d/10-file
		set -f
		# shellcheck disable=SC2086 # words
		without_bash env -i $CORPUS_ENVIRONMENT "$SUITE/bin/dib-run-parts" set >ours 2>ours.err
		status=$?
		# shellcheck disable=SC2016,SC2086 # the inner shell expands it
		env -i $CORPUS_ENVIRONMENT /bin/sh -c 'set -eu; . ./environment.d/10-file; exec ./set/1' \
			>theirs 2>/dev/null
		theirs=$?
		set +f
		[ $status -ne 0 ] && [ $theirs -ne 0 ] && continue
		cmp -s ours theirs || fail "$env: $(diff ours theirs; cat ours.err)"
		sourced=$((sourced + 1))
	done
	assertTrue "only $sourced were sourced" "[ $sourced -ge 8 ]"
}

# shellcheck source=/dev/null
. shunit2
