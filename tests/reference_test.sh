#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# os-refresh-config and dib-run-parts beside the programs they replace, those of Debian's packages
# python3-os-refresh-config and python3-dib-utils, as tests/tools/reference.sh unpacks them. A case
# is one command. Where we differ on purpose, a test says what each of the two does.

# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/reference_lib.sh"

# each COMMAND: "same" for the command with the words, as the shell reads them, of each line of
# stdin.
each() {
	while read -r words; do
		eval "same $1 $words"
	done
}

tool() {
	same os-refresh-config --lockfile lock "$@"
}

# A base directory with all its phases, each with a script that says its name.
make_base() {
	for phase in pre-configure configure post-configure migration; do
		script "base/$phase.d/10-$phase" "echo $phase; echo $phase is done >&2"
	done
}

add_handler() {
	script base/error.d/50-handle 'echo handled'
}

# Otherwise one of the two could be compared with itself.
test_each_side_is_what_it_is_called() {
	both sh -c 'command -v os-refresh-config; command -v dib-run-parts'
	of reference
	expect 0 "$(printf '%s\n' "$SUITE/reference-root/usr/bin/os-refresh-config" \
		"$SUITE/reference-root/usr/bin/dib-run-parts")"
	of ours
	expect 0 "$(printf '%s\n' "$SUITE/bin/os-refresh-config" "$SUITE/bin/dib-run-parts")"
}

# --- The command line of os-refresh-config ---

# prefixes NAME LENGTH [VALUE]: the option and its prefixes of at least that length, in all forms.
prefixes() {
	length=$2
	while [ "$length" -le "${#1}" ]; do
		prefix=$(printf "%.${length}s" "$1")
		echo "--$prefix"
		echo "--$prefix=${3-}"
		[ $# -lt 3 ] || echo "--$prefix $3"
		length=$((length + 1))
	done
}

test_options_have_prefixes() {
	script base/configure.d/1 'echo one'
	{
		prefixes print-base 7
		prefixes print-phases 7
		prefixes log-level 3 DEBUG
		prefixes lockfile 3 other
		prefixes timeout 1 60
	} >"$SUITE/table"
	each 'os-refresh-config --lockfile lock' <"$SUITE/table"
}

test_options() {
	script base/configure.d/1 'echo one'
	each 'os-refresh-config --lockfile lock' <<-'E'

		--print-base --print-phases
		--print-phases --print-base
		--print-base --print-base
		--print-base --log-level DEBUG --timeout 3
		--print-base foo
		--print-base=1
		--print-base=
		--print-phases=x
		--print-base --no-such-option
		--print
		--print=1
		--print-
		--p
		--pr
		--l
		--lo
		--lo DEBUG
		--l=DEBUG
		--lo --help
		--print-basex
		--timeouts 5
		--log-level
		--log-level DEBUG --log-level ERROR
		--log-level ERROR --log-level DEBUG
		--log-level debug
		--log-level bad --log-level DEBUG
		--log-level ''
		--log-level=
		--log-level WARNING
		--log-level NOTSET
		--log-level 10
		--log-level --print-base
		--log-level -1
		--log-level -x
		--lockfile
		--lockfile a --lockfile b
		--lockfile=a=b
		--lockfile 'a b'
		--lockfile -5
		--lockfile -
		--lockfile -x
		--lockfile '-x y'
		--lockfile --
		--timeout
		--timeout 5
		--timeout=5
		--timeout 0
		--timeout 00
		--timeout 007
		--timeout ' 5 '
		--timeout +5
		--timeout 1_0
		--timeout 1__0
		--timeout _1
		--timeout 1_
		--timeout ''
		--timeout=
		--timeout 1.5x
		--timeout abc
		--timeout 5d
		--timeout 0x10
		--timeout 1e3
		--timeout '5 5'
		--timeout '- 5'
		--timeout --5
		--timeout -5
		--timeout=-5
		--timeout ' -5'
		--timeout=-1.5x
		--timeout -5x
		--timeout +-5
		--timeout 1 --timeout 60
		--timeout 86400
		--timeout 2147483647
		--timeout ' 5'
		--timeout "$(printf '\t5')"
		--timeout 5 foo
		--
		-- --print-base
		-- foo
		--print-base --
		''
		'' ''
		' '
		foo
		foo bar
		foo --print-base bar
		-
		-x
		-x foo
		-xh
		-5
		-5 foo
		-.5
		'-x y'
		'--foo bar'
		--foo=bar
		--no-such-option
		--help=1
		--log-level bad --help
		--timeout abc --help
		--timeout --help
		--log-level --help
		--print --help
		--lockfile --no-such-option -h
		--lockfile a --print-base b --timeout 3 c
	E
}

# Since Python 3.13 the first word that asks for help is the last that is looked at.
test_an_error_after_the_help() {
	for words in '--help --print' -hx -h5 -help -hh5 -hhx; do
		# shellcheck disable=SC2086 # two words
		both os-refresh-config $words
		of reference
		[ "$RC" -eq 0 ] || expect_same "$words"
		of ours
		expect 2 ''
		expect_log ' error: '
	done
}

test_a_letter_with_letters_after_it() {
	each os-refresh-config <<-'E'
		-h=
		-h=x
	E
	for words in -hh -hhh; do
		both os-refresh-config $words
		for side in reference ours; do
			assertEquals "$words: $side" 0 "$(cat "$SUITE/$side/status")"
		done
	done
}

# As Python writes a string.
test_bad_values_are_quoted() {
	each os-refresh-config <<-'E'
		--log-level "it's"
		--log-level '"quoted"'
		--log-level "both ' and \""
		--log-level 'back\\slash'
		--log-level "$(printf 'a\tb')"
		--log-level "$(printf 'a\nb')"
		--log-level "$(printf 'a\033b')"
		--log-level "$(printf 'caf\303\251')"
		--timeout "5'"
		--timeout "$(printf '5\n6')"
		--print-base="it's"
	E
}

test_options_of_ours_alone() {
	script base/configure.d/1 'echo one'
	while read -r option status stdout; do
		both os-refresh-config --lockfile lock "$option"
		of reference
		expect 2 ''
		expect_log "error: unrecognized arguments: $option"
		of ours
		expect "$status"
		assertTrue "$option" "grep -q '^$stdout' '$SUITE/out'"
	done <<-'E'
		--version 0 os-refresh-config
		--v 0 os-refresh-config
		--dry-run 0 configure.base/configure.d/1$
		--d 0 configure.base/configure.d/1$
	E
}

# The text of the help is ours.
test_help() {
	while read -r words; do
		eval "both os-refresh-config $words"
		for side in reference ours; do
			of $side
			assertEquals "$words: $side: status" 0 "$RC"
			assertTrue "$words: $side: no help" '[ -s "$SUITE/out" ]'
			assertFalse "$words: $side: stderr" '[ -s "$SUITE/err" ]'
		done
	done <<-'E'
		-h
		--h
		--he
		--hel
		--help
		--help foo
		foo --help
		-x --help
		'' -h
		--help --log-level bad
		--help --timeout abc
		--help --timeout
		--help -- foo
		--print-base --help
		--help --print-base
	E
}

# --- The base directory ---

test_base_directory() {
	script 'pre-configure.d/1' 'echo pre-configure in .'
	script 'base/configure.d/1' 'echo configure in base'
	script 'a base/configure.d/1' 'echo configure in a base'
	mkdir -p deep
	each 'env' <<-'E'
		-u OS_REFRESH_CONFIG_BASE_DIR os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR= os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR= os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=base/ os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR=base/ os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=base// os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=. os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=./ os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=deep/../base os-refresh-config --lockfile lock --log-level DEBUG
		OS_REFRESH_CONFIG_BASE_DIR=/nowhere/at/all os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR='a b' os-refresh-config --print-base
		OS_REFRESH_CONFIG_BASE_DIR=deep os-refresh-config --lockfile lock
		OS_REFRESH_CONFIG_BASE_DIR=deep os-refresh-config --lockfile lock --log-level DEBUG
	E
}

# --- Phases ---

test_every_set_of_phases() {
	for pre in '' pre-configure; do
		for configure in '' configure; do
			for post in '' post-configure; do
				for migration in '' migration; do
					rm -rf base
					mkdir base
					for phase in $pre $configure $post $migration; do
						script "base/$phase.d/1" "echo $phase"
					done
					tool
				done
			done
		done
	done
}

test_log_levels() {
	make_base
	for level in ERROR WARN CRITICAL INFO DEBUG; do
		tool --log-level $level
	done
	script base/post-configure.d/1 'exit 3'
	for level in ERROR WARN CRITICAL INFO DEBUG; do
		tool --log-level $level
	done
	add_handler
	for level in ERROR WARN CRITICAL INFO DEBUG; do
		tool --log-level $level
	done
}

test_failure_in_each_phase() {
	for phase in pre-configure configure post-configure migration; do
		rm -rf base
		make_base
		script "base/$phase.d/20-fails" 'echo failing; exit 7'
		script "base/$phase.d/30-not-run" 'echo never'
		tool
		add_handler
		tool
	done
}

test_error_handlers() {
	script base/configure.d/1 'exit 1'
	script base/error.d/1 'echo handler fails; exit 9'
	script base/error.d/2 'echo never'
	tool
	script base/error.d/1 'kill -9 $$'
	tool
	rm -r base/error.d
	file base/error.d 'a file\n'
	tool
	rm base/error.d
	mkdir base/error.d
	tool
	rm -r base/configure.d
	script base/error.d/1 'echo not for a success'
	tool
}

test_a_phase_that_is_no_directory() {
	make_base
	rm -r base/configure.d
	file base/configure.d 'a file\n'
	tool
	add_handler
	tool
	rm base/configure.d
	mkfifo base/configure.d
	tool
	rm base/configure.d
	mkdir base/configure.d
	tool
	file base/configure.d/README 'no script\n'
	tool
}

test_stdin_stdout_and_stderr_are_those_of_the_caller() {
	file input 'one\ntwo\nthree\n'
	script base/configure.d/1 'read line; echo "1: $line"; echo err 1 >&2'
	script base/configure.d/2 'echo out 2a; echo err 2a >&2; echo out 2b; echo err 2b >&2'
	script base/configure.d/3 'sed "s/^/3: /"'
	script base/post-configure.d/1 'cat; echo at the end; printf "no newline"'
	script base/migration.d/1 'printf "a\\000b\\377\\r\\n"'
	tool
	same sh -c 'os-refresh-config --lockfile lock 1>&2'
	same dib-run-parts base/configure.d
	same sh -c 'dib-run-parts base/configure.d 1>&2'
}

test_scripts_have_the_environment_and_folder_of_the_caller() {
	script base/configure.d/1 'pwd | sed "s,.*/,,"; echo "$0 $#"; echo "$FROM_CALLER"
		umask; ulimit -c'
	FROM_CALLER='some  text' tool
	same sh -c 'umask 027; ulimit -c 0; os-refresh-config --lockfile lock'
	same sh -c 'umask 077; ulimit -c 0; dib-run-parts base/configure.d'
}

# PATH is the test's, and the reference's runner is bash, which adds what is left out here.
test_scripts_have_the_variables_of_the_caller() {
	script base/configure.d/1 'env | grep -v "^\(_\|PWD\|OLDPWD\|SHLVL\|PATH\|OS_REFRESH_CONFIG_PHASE\)=" | sort'
	same sh -c 'env -i PATH="$PATH" A=1 B="x  y" EMPTY= LANG=C dib-run-parts base/configure.d'
	same env A.B=1 'odd name=2' BASH_ENV=/dev/null ENV=/dev/null dib-run-parts base/configure.d
	tool
}

test_failures_by_status_and_signal() {
	for status in 1 2 11 100 126 127 128 137 255; do
		script base/configure.d/1 "exit $status"
		tool
	done
	for signal in 1 2 3 6 8 9 11 13 15 17 31; do
		script base/configure.d/1 "ulimit -c 0; kill -$signal \$\$"
		tool
	done
}

test_what_the_tool_does_when_called_in_a_script() {
	script base/configure.d/1 'os-refresh-config --print-base; dib-run-parts --list inner'
	script inner/2 'echo inner'
	script base/configure.d/3 'dib-run-parts inner'
	tool
}

# --- The lock ---

test_lock() {
	make_base
	same flock lock os-refresh-config --lockfile lock
	same flock lock os-refresh-config --lockfile lock --log-level DEBUG
	same flock lock os-refresh-config --lockfile lock --log-level CRITICAL
	same flock lock os-refresh-config --lockfile lock --print-phases
	same flock --shared lock os-refresh-config --lockfile lock
	file lock 'of a run long ago\n'
	tool
	script base/configure.d/2 'flock --nonblock --conflict-exit-code 5 lock true; echo $?'
	tool
	script base/configure.d/2 'exit 1'
	script base/error.d/2 'flock --nonblock --conflict-exit-code 5 lock true; echo $?'
	tool
	chmod 640 lock
	tool
}

test_a_busy_lock_names_its_holder() {
	make_base
	file lock 'me, since noon\n'
	both flock lock os-refresh-config --lockfile lock
	of reference
	expect 11 ''
	expect_log 'Could not lock lock. [Errno 11] Resource temporarily unavailable'
	expect_no_log 'me, since noon'
	of ours
	expect 11 ''
	expect_log 'Could not lock lock. [Errno 11] Resource temporarily unavailable (me, since noon)'
	assertEquals 'the lock file' '' "$(diff "$SUITE/reference/files" "$SUITE/ours/files")"
}

test_the_lock_file_names_the_running_process() {
	script base/configure.d/1 'sed "s/[0-9][0-9]*.*//" lock'
	both os-refresh-config --lockfile lock
	of reference
	expect 0 ''
	of ours
	expect 0 'Locked by pid=='
}

test_a_run_within_a_run_is_locked_out() {
	script base/configure.d/1 'os-refresh-config --lockfile lock; echo $?'
	both os-refresh-config --lockfile lock
	of reference
	expect 0 11
	expect_log 'Could not lock lock. [Errno 11] Resource temporarily unavailable'
	of ours
	expect 0 11
	expect_log 'Could not lock lock. [Errno 11] Resource temporarily unavailable (Locked by pid=='
}

test_a_lock_that_cannot_be_had() {
	make_base
	for lock in nowhere/dir/lock base ''; do
		both os-refresh-config --lockfile "$lock"
		of reference
		expect 1 ''
		expect_log Traceback
		of ours
		expect 1 ''
		expect_log "Could not lock $lock. [Errno "
		assertEquals 'one line' 1 "$(wc -l <"$SUITE/err")"
	done
}

# --- The time limit ---

test_timeout() {
	script base/pre-configure.d/1 'echo before'
	script base/configure.d/1 'echo waiting; sleep 20; echo never'
	script base/configure.d/2 'echo never'
	tool --timeout 1
	add_handler
	tool --timeout 1
	tool --timeout 1 --log-level CRITICAL
}

test_a_timeout_beyond_all_clocks_is_none() {
	make_base
	for seconds in 2147483648 4294967295; do
		both os-refresh-config --lockfile lock --timeout $seconds
		of reference
		expect 1 ''
		expect_log OverflowError
		of ours
		expect 0
		expect_log 'Completed phase migration'
	done
	both os-refresh-config --lockfile lock --timeout 99999999999
	of reference
	expect 1 ''
	of ours
	expect 2 ''
}

# --- The command line of dib-run-parts ---

test_runner_command_line() {
	script parts/1 'echo one'
	script deep/er/1 'echo deeper'
	file plain 'a file\n'
	ln -s nowhere dangling
	mkdir empty
	each dib-run-parts <<-'E'

		--list
		--list ''
		--list nothing
		--list plain
		--list parts
		--list parts/
		--list parts//
		--list ./parts
		--list deep/../parts
		--list "$PWD/parts"
		--list parts extra
		--list parts --list
		--list --list parts
		--list empty
		''
		nothing
		plain
		dangling
		parts
		parts/
		parts//
		parts/.
		./parts
		deep/er/..
		deep/er/../../parts
		deep/../parts/
		parts extra
		parts deep/er
		parts --list
		parts --help
		empty
		-h
		-x
		--lis
		--list=parts
		--list parts/1
		--
		-- parts
	E
	same sh -c 'cd parts && dib-run-parts .'
	same sh -c 'cd parts && dib-run-parts --list .'
	same sh -c 'cd parts && dib-run-parts ../deep/er'
	same sh -c 'cd parts && dib-run-parts ..'
}

# Debian's package is older than the base directory's move to /usr/libexec.
test_usage_names_todays_base_directory() {
	both dib-run-parts
	of reference
	expect 1 ''
	expect_log '      dib-run-parts --list /opt/stack/os-config-refresh/configure.d/'
	of ours
	expect 1 ''
	expect_log '      dib-run-parts --list /usr/libexec/os-refresh-config/configure.d/'
}

test_help_and_version_of_the_runner() {
	for option in --help --version; do
		both dib-run-parts $option
		of reference
		expect 1 ''
		expect_log "Scripts directory [$option] must exist and be a directory"
		of ours
		expect 0
		assertTrue "$option: nothing on stdout" '[ -s "$SUITE/out" ]'
	done
}

# --- Selection and order ---

test_selection() {
	for name in 1 plain 10-a a_b-c UPPER _ -- 007 with.dot 10-x.sh x~ '#x#' .hidden 'with blank' \
		x.bak x,y x+y x@y x:y caf$(printf '\303\251'); do
		script "d/$name" 'echo "${0##*/}"'
	done
	script elsewhere/target 'echo "${0##*/}"'
	script d/not-executable 'echo never'
	chmod 644 d/not-executable
	script d/only-for-others 'echo for others'
	chmod 745 d/only-for-others
	file d/readme 'text\n'
	mkdir -p d/folder d/20-folder
	ln -s ../elsewhere/target d/link
	ln -s ../elsewhere d/link-to-folder
	ln -s nowhere d/dangling
	ln -s with.dot d/link-to-dotted
	ln -s not-executable d/link-to-not-executable
	mkfifo d/fifo
	chmod 755 d/fifo
	same dib-run-parts d
	same dib-run-parts --list d
}

# names SHAPES SEED FOLDERS: prints "all/FOLDER/NAME" lines, 20 names a folder, always the same ones.
# A name is a word of each column of SHAPES, the columns being apart by blanks and the words by
# commas; "@" is nothing.
names() {
	awk -v shapes="$1" -v seed="$2" -v folders="$3" '
		function pick(n) { return int((seed = seed * 16807 % 2147483647) / 2147483647 * n) }
		function word(list,    words, n) {
			n = split(list, words, ",")
			list = words[pick(n) + 1]
			return list == "@" ? "" : list
		}
		function name(    i, made) {
			for (i = 1; i <= columns; i++)
				made = made word(column[i])
			return made == "" || made ~ /^\.+$/ ? "x" : made
		}
		BEGIN {
			columns = split(shapes, column, " ")
			for (folder = 1; folder <= folders; folder++)
				for (i = 0; i < 20; i++)
					printf "all/%03d/%s\n", folder, name()
		}'
}

# same_order: makes the files named by stdin and lists their folders.
same_order() {
	cat >"$SUITE/names"
	sed 's,[^/]*$,,' "$SUITE/names" | sort -u | xargs mkdir -p
	xargs touch <"$SUITE/names"
	chmod -R 755 all
	same sh -c 'for folder in all/*; do dib-run-parts --list "$folder" || exit; done'
	listed=$(wc -l <"$SUITE/ours/stdout")
	assertEquals 'files listed' "$(sort -u "$SUITE/names" | wc -l)" "$listed"
}

test_order() {
	digits=1,2,3,5,7,9,10,11,12,20,99,100,101,007,012,9223372036854775807,9223372036854775808
	digits=$digits,18446744073709551615,18446744073709551616,99999999999999999999
	digits=$digits,100000000000000000000,00000000000000000000001,@,@,@,0,00,000,0x10
	heads=@,@,@,@,@,-,-,--,-0,-00,0,00,000,_,a,--
	names "$heads $digits @,@,@,-,_,-a,-b,_a,A,a,x,z,e3,_000,-10,-2" 1 250 | same_order
}

test_order_of_small_numbers() {
	names '@,-,-,0 @,0,1,2,3 @,0,1,2,3 @,@,-,_,a,B,-a,-1' 2 60 | same_order
}

test_order_of_known_names() {
	for name in -10 -5 -5-x - -- -0z -dash 0 00 00a 0x10 0z A1 B _x a z9 1 1_000 1e3 02-a 2-a 2-z \
		007 07x 7 7a 10-a 10-b 012 9223372036854775808 18446744073709551617 99999999999999999999-big \
		100000000000000000000-bigger; do
		file "d/$name" ''
		chmod 755 "d/$name"
	done
	same dib-run-parts --list d
	same dib-run-parts d
}

test_order_is_that_of_running() {
	for name in 10-b 2-a 1 100 z 0-z 010 9; do
		script "d/$name" 'echo "${0##*/}"'
	done
	same dib-run-parts d
}

# --- Running ---

test_every_exit_status() {
	script d/1 'exit $CODE'
	script d/2 'echo not stopped'
	same sh -c 'code=0
		while [ $code -le 255 ]; do
			CODE=$code dib-run-parts d
			echo $code $?
			code=$((code + 1))
		done'
	assertEquals 'statuses tried' 257 "$(wc -l <"$SUITE/ours/stdout")"
}

# Those that stop a process are left out.
test_every_signal() {
	script d/1 'ulimit -c 0; kill -$SIGNAL $$; echo survived'
	same sh -c 'signal=1
		while [ $signal -le 31 ]; do
			SIGNAL=$signal dib-run-parts d
			echo $signal $?
			[ $signal -ne 18 ] || signal=22
			signal=$((signal + 1))
		done'
	assertEquals 'SIGKILL' '9 137' "$(grep '^9 ' "$SUITE/ours/stdout")"
}

test_success_and_profile() {
	script d/1 'echo one'
	script d/2-has-a-name-of-more-than-forty-characters-in-it 'echo two'
	script d/3 ':'
	same dib-run-parts d
	same dib-run-parts d/
	same sh -c 'cd d && dib-run-parts ../d//'
	for folder in 1-to-10 'x' "$(printf '%0200d' 0)"; do
		script "$folder/1" 'echo one'
		same dib-run-parts "$folder"
	done
}

test_scripts_without_interpreter_line() {
	file d/1 'echo plain\n'
	file d/2 'a=(x y); [[ ${a[1]} = y ]] && echo "${a[@]}" "${0##*/}" $#\n'
	file d/3 ''
	file d/4 '\n\necho after blank lines\n'
	file d/5 '# comment\necho after comment; exit 3\n'
	chmod 755 d/*
	same dib-run-parts d
	rm d/5
	same dib-run-parts d
}

# The words of the failure are ours: bash's name the line of its own source.
test_scripts_that_cannot_be_started() {
	file binary/1 '\001\002\003\000\004\n'
	file interpreter/1 '#!/no/such/interpreter\necho never\n'
	file directory/1 '#!/usr\necho never\n'
	file elf/1 '\177ELF\002\001\001\000\000'
	script deleted/1 'rm deleted/2'
	script deleted/2 'echo never'
	script emptied/1 'chmod 644 emptied/2'
	script emptied/2 'echo never'
	chmod 755 ./*/*
	for folder in binary interpreter directory elf deleted emptied; do
		same dib-run-parts $folder
		mkdir base
		cp -a $folder base/pre-configure.d
		sed "s,$folder/,base/pre-configure.d/," $folder/1 >base/pre-configure.d/1
		tool
		rm -r base
	done
}

# The list of scripts is made once, before the first of them runs.
test_scripts_that_change_their_directory() {
	for change in 'chmod -x 20-b' 'rm 20-b' 'rm 20-b; mkdir 20-b' 'chmod +x 30-c' 'cp 20-b 15-new' \
		'rm 20-b; ln -s nowhere 20-b' 'ln -sf 20-b 20-b' 'rm 40-d; cp 20-b 40-d'; do
		script d/10-a "cd d; $change"
		script d/20-b 'echo b'
		file d/30-c '#!/bin/sh\necho c\n'
		ln -sfn nowhere d/40-d
		both dib-run-parts d
		assertEquals "$change: status" "$(cat "$SUITE/reference/status")" "$(cat "$SUITE/ours/status")"
		assertEquals "$change: stdout" "$(cat "$SUITE/reference/stdout")" "$(cat "$SUITE/ours/stdout")"
	done
}

test_a_script_that_cannot_be_started_is_named() {
	file d/1 '#!/no/such/interpreter\necho never\n'
	chmod 755 d/1
	both dib-run-parts d
	of reference
	expect 127 ''
	expect_log ': line '
	of ours
	expect 127 ''
	expect_log 'Script d/1 could not be started: its interpreter '\''/no/such/interpreter'\'' does not exist (exit status 127)'
}

test_what_a_script_adds_is_not_run() {
	script d/1 'echo one; cp d/1 d/2; cp d/1 d/0'
	same dib-run-parts d
}

test_background_processes_are_not_waited_for() {
	script d/1 'sleep 30 >/dev/null 2>&1 & echo $! >pid'
	script d/2 'kill $(cat pid) && echo still there; echo >pid'
	same dib-run-parts d
}

# --- RUN_PARTS_REGEX ---

# Names that a regular expression may want, each printed by its script.
make_names() {
	for name in 1 10-a 20-b.sh a a.b ab abc aab abab .hidden A_B x~ x.bak 'x-]' 'a+b' 'a{2}' 'b^' \
		'b$' 'caf\303\251' "$(printf '%0200d' 1)"; do
		file "parts/$name" '#!/bin/sh\necho "${0##*/}"\n'
	done
	chmod 755 parts/* parts/.hidden
}

test_patterns() {
	make_names
	while read -r pattern; do
		# shellcheck disable=SC2059 # with printf's escapes
		same env RUN_PARTS_REGEX="$(printf "$pattern")" dib-run-parts --list parts
	done <<-'E'

		.
		.*
		a
		^a
		a$
		^a$
		^$
		^
		$
		^[0-9]
		^[0-9]+-
		^[[:digit:]]+-[a-z]+$
		^[[:alnum:]_-]+$
		[[:upper:]]
		[[:punct:]]
		^[^.]+$
		^[^.]
		[^a-z]
		\\.sh$
		\\.
		^\\.
		^..$
		^.{2,3}$
		^(ab){2}$
		a{2}
		a{2,}
		a{0,1}b
		a\\{2\\}
		^a?b?c?$
		ab*c
		^(a|b)+$
		^(a|ab)(c|bcd)*$
		a|1
		|a
		a|
		(|a)b
		()
		(a)(b)
		a+b
		a\\+b
		[+]
		[]]
		[]-]$
		[-x]-
		[^]a]b
		[a-c][b-b]
		[.]b
		b\\^
		b\\$
		b[$^]
		x~
		A_?
		caf
		caf..$
		\303
		^0+1$
		.{200}
		(((a)))
		a**
		nothing-like-it
		^a\n^1
		a.b\n\\.sh$
		a\n
		\na$
		^1$\n\n^2$
	E
	same env RUN_PARTS_REGEX='^[0-9a-z]+$' dib-run-parts parts
	same env RUN_PARTS_REGEX='\.sh$' dib-run-parts parts
	same env RUN_PARTS_REGEX='nothing' dib-run-parts parts
}

test_patterns_hold_for_the_phases() {
	make_names
	mkdir base
	mv parts base/configure.d
	export RUN_PARTS_REGEX='^[0-9a-z.-]+$'
	tool
	RUN_PARTS_REGEX='\.sh$' tool
	unset RUN_PARTS_REGEX
}

test_order_with_patterns() {
	export RUN_PARTS_REGEX='.*'
	digits=@,0,1,2,10,007,99999999999999999999
	names "@,-,-,--,+ $digits .,.,.,@,_,-,e .,@,0,5,50,05,25,250 @,a,-,.,.5,-b,~,=" 3 20 | same_order
	rm -rf all
	export RUN_PARTS_REGEX='^[^.]'
	names '-,1,2,10,a,+ .,.,.,@,. 0,1,5,9,50,10 @,0,00,1,5 @,.,.1,a,-,:,%' 4 20 | same_order
	unset RUN_PARTS_REGEX
}

test_a_bad_pattern_is_an_error() {
	script d/1 'echo one'
	# shellcheck disable=SC1003 # a backslash
	for pattern in '[' '(' 'a)b(' '[[:nosuch:]]' '[b-a]' '\'; do
		both env RUN_PARTS_REGEX="$pattern" dib-run-parts d
		of reference
		expect 0 ''
		expect_log 'grep: '
		of ours
		expect 1 ''
		expect_log 'ERROR: RUN_PARTS_REGEX '
		assertEquals "$pattern: one line" 1 "$(wc -l <"$SUITE/err")"
	done
}

test_names_with_blanks_run() {
	script 'd/1 a' 'echo one'
	script 'd/2' 'echo two'
	both env RUN_PARTS_REGEX=. dib-run-parts d
	of reference
	expect 127 ''
	of ours
	expect 0 "$(printf 'one\ntwo')"
}

# The reference sets LANG for its sort, which LC_ALL overrides, and nothing for its grep.
test_order_and_names_do_not_follow_the_locale() {
	for name in 10-B 10-a 10_b 9; do
		script "d/$name" "echo $name"
	done
	script "e/caf$(printf '\303\251')" 'echo one character or two'
	both env -u LC_ALL LANG=C.UTF-8 RUN_PARTS_REGEX='^caf.$' dib-run-parts --list e
	[ ! -d /usr/lib/locale/C.utf8 ] || assertTrue 'characters' '[ -s "$SUITE/reference/stdout" ]'
	of ours
	expect 0 ''
	same env RUN_PARTS_REGEX='^caf..$' LC_ALL=C dib-run-parts --list e
	mkdir "$SUITE/locales" 2>/dev/null
	if ! localedef -i en_US -f UTF-8 "$SUITE/locales/en_US.UTF-8" >/dev/null 2>&1; then
		echo 'skipped: no sources of locales'
		return 0
	fi
	same env -u LC_ALL LANG=en_US.UTF-8 LOCPATH="$SUITE/locales" dib-run-parts --list d
	both env LC_ALL=en_US.UTF-8 LOCPATH="$SUITE/locales" dib-run-parts --list d
	of reference
	expect 0 "$(printf 'd/%s\n' 9 10-a 10_b 10-B)"
	of ours
	expect 0 "$(printf 'd/%s\n' 9 10-B 10-a 10_b)"
}

test_back_references_are_an_error() {
	script d/abab 'echo one'
	script d/abcd 'echo two'
	both env RUN_PARTS_REGEX='(ab)\1' dib-run-parts d
	of reference
	expect 0 one
	of ours
	expect 1 ''
	expect_log "RUN_PARTS_REGEX '(ab)\\\\1' is not valid: back-references are not supported at byte 4"
}

# To grep it is an option.
test_a_pattern_may_begin_with_a_minus() {
	script d/1-a 'echo one'
	script d/2-b 'echo two'
	both env RUN_PARTS_REGEX=-a dib-run-parts d
	of reference
	expect 0 ''
	expect_log 'Usage: grep'
	of ours
	expect 0 one
	both env RUN_PARTS_REGEX=-e2 dib-run-parts d
	of reference
	expect 0 two
	of ours
	expect 0 ''
}

test_names_with_stars_run() {
	script 'd/1*' 'echo one'
	script 'd/2-b' 'echo two'
	file 1-here ''
	both env RUN_PARTS_REGEX=. dib-run-parts d
	of reference
	expect 127 ''
	expect_log 'Running d/1-here'
	of ours
	expect 0 "$(printf 'one\ntwo')"
}

test_what_cannot_be_printed_is_an_error() {
	for option in --print-base --print-phases; do
		both sh -c "os-refresh-config $option >&-"
		of reference
		expect 0 ''
		of ours
		expect 1 ''
		assertEquals 'one line' 1 "$(wc -l <"$SUITE/err")"
		expect_log 'os-refresh-config: cannot write to stdout: '
	done
	[ -c /dev/full ] || return 0
	both sh -c 'os-refresh-config --print-base >/dev/full'
	of ours
	expect 1 ''
	expect_log 'os-refresh-config: cannot write to stdout: No space left on device'
}

test_control_bytes_are_escaped_in_the_log() {
	name=$(printf 'a\\b\001c')
	script "d/$name" 'echo one'
	both env RUN_PARTS_REGEX=. dib-run-parts d
	of reference
	expect 0 one
	expect_log "Running d/$name"
	of ours
	expect 0 one
	expect_log 'Running d/a\\b\x01c'
	expect_log 'a\\b\x01c completed'
}

# --- environment.d ---

# env_file NAME TEXT: a file of base/environment.d.
env_file() {
	file "base/environment.d/$1" "$2"
}

# A phase of one script that prints each variable whose name begins with V, quoted.
show_variables() {
	script base/configure.d/1 'for name in VA VB VC VD VE; do
		eval "[ -z \"\${$name+set}\" ] || printf \"$name=<%s>\\n\" \"\$$name\""
	done'
}

same_variables() {
	same dib-run-parts base/configure.d
	tool
}

test_variables_reach_scripts() {
	show_variables
	while read -r text; do
		rm -rf base/environment.d
		env_file 10-first "$text"
		same env FILE="$text" VD=caller VE='of  caller' dib-run-parts base/configure.d
	done <<-'E'
		export VA=1
		export VA=1 VB=2\n# comment\n\nexport VC=3 # comment\n
		export VA=1\nVB=2; export VB\n
		VA=1\nVB=2\n
		VD=changed\n
		export VA=\nexport VB=""\nexport VC=''\n
		export VA='a  b' VB="c  d" VC=e\\ \\ f\n
		export VA="it's" VB='"' VC="\\"\\\\\\$"\n
		export VB=con\\\ntinued VC="con\\\ntinued"\n
		export VA=$VD VB="$VE" VC=${VD}x\n
		export VA=${VX:-default} VB="${VX:-"${VY:-nested  one}"}" VC=${VX-}\n
		export VA=${VD:+yes} VB=${VX:+no} VC=${VX:=assigned}\nexport VX VB=$VX\n
		VA=one\nexport VB=$VA\nexport VA\n
		export VA=~ VB=*\n
		unset VD\nexport VA=1\n
		if [ -z "${VA:-}" ]; then\n\texport VA=1\nelse\n\texport VA=2\nfi\n
		if [ "$VD" = caller ] && [ -n "$VE" ]; then export VA=1; elif [ -d / ]; then export VA=2; fi\n
		[ -z "${VX:-}" ] && export VA=1\n
		export VA=1; export VB=2;export VC=$VA$VB\n
		set -eu\nexport VA=1\n:\ntrue\n
		export VA=\303\251\n
		echo printed\nexport VA=1\n
		export VA=$(echo command) VB=`echo tick` VC=$((6*7))\n
		for i in a b c; do VA=${VA:-}$i; done\nexport VA\n
		VA=(x y z)\nexport VB=${VA[1]}\n
		[[ $VD =~ ^call ]] && export VA=${VD^^} VB=${VD//l/L}\n
		case $VD in caller) export VA=1 ;; *) export VA=2 ;; esac\n
		f() { export VA=$1; }\nf arg\n
		set -a\nVA=1\n
		set +u\nexport VA=$VX.\n
	E
}

# bash's trace of such a value is several lines: stderr is left out.
test_values_of_several_lines() {
	show_variables
	env_file 1 'export VA="two\nlines" VB='"'\\n\\nthree\\n'"'\n'
	env_file 2 'export VC="$VA,$VB"\n'
	both dib-run-parts base/configure.d
	rm "$SUITE/reference/stderr" "$SUITE/ours/stderr"
	expect_same 'values of several lines'
	of ours
	expect 0 "$(printf 'VA=<two\nlines>\nVB=<\n\nthree\n>\nVC=<two\nlines,\n\nthree\n>')"
}

test_files_that_fail() {
	show_variables
	while read -r text; do
		rm -rf base/environment.d
		env_file 10-first 'export VA=1\n'
		env_file 20-fails "$text"
		env_file 30-last 'export VC=1\n'
		same env FILE="$text" dib-run-parts base/configure.d
		same env FILE="$text" os-refresh-config --lockfile lock
	done <<-'E'
		export VB=$VX\n
		export VB="${VX}"\n
		false\n
		export VB=1\nfalse\nexport VB=2\n
		export VB=${VX:?is wanted}\n
		[ -z "$VA" ] && export VB=2\n
		return 3\n
		if true; then\n
		export VB='open\n
	E
}

# Both sides get the same, and what each came to is in the files that one_side names.
test_set_plus_e_in_an_environment_file_is_not_for_scripts() {
	script base/configure.d/1 'exit 3'
	script base/configure.d/2 'echo second'
	env_file 10 'set +e\n'
	both dib-run-parts base/configure.d
	of reference
	expect 0 second
	of ours
	expect 3 ''
}

test_an_environment_folder_that_is_none_is_an_error() {
	script base/configure.d/1 'echo ran'
	for make in 'ln -s nowhere' mkfifo; do
		rm -f base/environment.d
		$make base/environment.d
		both dib-run-parts base/configure.d
		of reference
		expect 0 ran
		of ours
		expect 1 ''
		expect_log 'environment.d'
	done
}

test_the_path_of_environment_files_is_for_scripts() {
	env_file 10 'export PATH=/nowhere\n'
	script base/configure.d/1 'echo "$PATH"'
	both dib-run-parts base/configure.d
	of reference
	expect 127
	of ours
	expect 0 /nowhere
}

test_scripts_get_no_locale_of_python() {
	script base/configure.d/1 'echo "${LC_CTYPE-none}"'
	both env -u LC_ALL -u LANG os-refresh-config --lockfile lock
	of reference
	expect 0 C.UTF-8
	of ours
	expect 0 none
}

test_directories_with_a_star_are_named_as_they_are() {
	script 'a*/1' 'echo star'
	script 'ab/2' 'echo other'
	both dib-run-parts 'a*'
	of ours
	expect 0 star
	of reference
	expect_log 'ab/2'
}

test_error_handlers_run_in_spite_of_environment_files() {
	script base/configure.d/1 'echo ran'
	script base/error.d/1 'echo handled'
	env_file 10 'false\n'
	both os-refresh-config --lockfile lock
	of reference
	expect 1 ''
	of ours
	expect 1 handled
}

# Ours takes a real shell for these.
test_files_that_fail_in_a_real_shell() {
	show_variables
	while read -r text; do
		rm -rf base/environment.d
		env_file 10-first 'export VA=1\n'
		env_file 20-fails "$text"
		same env FILE="$text" dib-run-parts base/configure.d
		same env FILE="$text" os-refresh-config --lockfile lock
		env_file 30-last 'export VC=1\n'
		both dib-run-parts base/configure.d
		of reference
		expect_no_log 30-last
		of ours
		expect_no_log 30-last
		grep -q '20-fails: failed at 20-fails:1\|20-fails: ended the shell' "$SUITE/err" ||
			fail "no cause: $(cat "$SUITE/err")"
	done <<-'E'
		VB=$(exit 3)\n
		no-such-command\n
		. ./no-such-file\n
	E
}

test_files_in_bytewise_order() {
	show_variables
	for name in 10-b 2-a B README.rst _u a foo.bak .hid -d 1 100 x.swp '#foo#' 'a b' 'foo~' 'a+b'; do
		env_file "$name" "VA=\${VA:-}/${name%%[# ~+]*}\nexport VA\n"
	done
	chmod 600 base/environment.d/a
	chmod 755 base/environment.d/B
	file elsewhere 'export VB="from elsewhere"\n'
	ln -s ../../elsewhere base/environment.d/link
	ln -s nowhere base/environment.d/dangling
	mkdir base/environment.d/folder
	mkfifo base/environment.d/fifo
	same_variables
}

test_later_files_see_earlier_variables() {
	show_variables
	env_file 1 'VA=unexported\nVB=1\n'
	env_file 2 'export VC=$VA\nexport VB\n'
	env_file 3 'VB=2\n'
	same_variables
	VA=exported same_variables
}

test_nothing_carries_over_to_the_next_phase() {
	show_variables
	env_file 1 'export VA=${VA:-}x\n'
	cp -a base/configure.d base/migration.d
	tool
	script base/configure.d/2 'exit 1'
	cp -a base/migration.d base/error.d
	tool
	VA=caller tool
}

test_environment_beside_the_directory() {
	show_variables
	env_file 1 'export VA=1\n'
	same dib-run-parts base/configure.d/
	same dib-run-parts base/../base/configure.d/.
	same sh -c 'cd base/configure.d && dib-run-parts .'
	same dib-run-parts --list base/configure.d
	mkdir base/empty.d
	same dib-run-parts base/empty.d
	rm -r base/environment.d
	file base/environment.d 'export VA=1\n'
	same_variables
}

test_an_empty_environment_folder_is_fine() {
	show_variables
	mkdir base/environment.d
	for file in '' 'foo~'; do
		[ -z "$file" ] || env_file "$file" 'export VA=1\n'
		both env VB=2 dib-run-parts base/configure.d
		of reference
		expect 1 ''
		expect_stderr ''
		of ours
		expect 0 'VB=<2>'
	done
}

test_a_symlinked_environment_folder_is_read() {
	show_variables
	file elsewhere/1 'export VA=1\n'
	ln -s ../elsewhere base/environment.d
	both dib-run-parts base/configure.d
	of reference
	expect 1 ''
	expect_stderr ''
	of ours
	expect 0 'VA=<1>'
}

test_what_environment_files_print() {
	show_variables
	env_file 1 'echo printed\nexport VA=1\n'
	same_variables
	env_file 2 'echo told >&2\nexport VB=$(echo 2)\n'
	same_variables
}

# The reference sources the files in a function, so that these are gone when it ends.
# Both source the files in a function, where `declare` makes a variable of its own.
test_declared_variables_do_not_reach_scripts() {
	show_variables
	env_file 1 'declare -x VA=1\ntypeset -x VB=2\nlocal VC=3\nexport VD="$VA$VB$VC"\n'
	same dib-run-parts base/configure.d
}

test_exit_in_an_environment_file_is_an_error() {
	show_variables
	while read -r status text; do
		env_file 1 "$text"
		both env FILE="$text" dib-run-parts base/configure.d
		of reference
		expect "$status" ''
		of ours
		[ "$status" -ne 0 ] || status=1
		expect "$status" ''
		expect_log 'ERROR: Environment file base/environment.d/1'
	done <<-'E'
		0 exit 0\n
		3 exit 3\n
		0 export VA=$(echo 1)\nexit 0\n
	E
}

test_odd_bytes_in_an_environment_file_are_an_error() {
	show_variables
	for text in 'export VA=1\r\n' 'export VA=1\000\n'; do
		env_file 1 "$text"
		both dib-run-parts base/configure.d
		of reference
		expect 0
		of ours
		expect 1 ''
		expect_log 'ERROR: Environment file base/environment.d/1:1: '
	done
}

test_values_are_not_logged() {
	show_variables
	env_file 1 'export VA=secret\n'
	both os-refresh-config --lockfile lock
	of reference
	expect 0 'VA=<secret>'
	expect_log secret
	of ours
	expect 0 'VA=<secret>'
	expect_no_log secret
	expect_log 'Environment file base/environment.d/1 sets: VA'
}

# --- On purpose not the same: the reference does nothing, or says nothing, and no error ---

test_a_symlinked_phase_directory_runs() {
	script real/1 'echo one'
	mkdir base
	ln -s ../real base/configure.d
	both os-refresh-config --lockfile lock
	of reference
	expect 0 ''
	of ours
	expect 0 one
	both dib-run-parts base/configure.d
	of reference
	expect 0 ''
	of ours
	expect 0 one
	same dib-run-parts base/configure.d/
}

test_a_dangling_phase_directory_is_an_error() {
	make_base
	rm -r base/configure.d
	ln -s nowhere base/configure.d
	both os-refresh-config --lockfile lock
	of reference
	expect 0 "$(printf 'pre-configure\npost-configure\nmigration')"
	expect_no_log 'Starting phase configure'
	of ours
	expect 1 pre-configure
	expect_log 'Scripts directory [base/configure.d] must exist and be a directory'
}

test_a_missing_base_directory_is_an_error() {
	file plain 'a file\n'
	for base in nowhere plain; do
		both env OS_REFRESH_CONFIG_BASE_DIR=$base os-refresh-config --lockfile lock
		of reference
		expect 0 ''
		expect_stderr ''
		of ours
		expect 1 ''
		expect_log "Base directory $base: "
	done
}

test_directories_with_blanks_run() {
	script 'a b/1' 'echo one'
	script 'a  *b/1' 'echo star'
	both dib-run-parts 'a b'
	of reference
	expect 0 ''
	of ours
	expect 0 one
	both dib-run-parts 'a  *b'
	of reference
	expect 127 ''
	of ours
	expect 0 star
	expect_log "Running a  *b/1"
}

test_a_leading_minus_is_part_of_the_directory() {
	mkdir ./-dash
	script ./-dash/1 'echo one'
	both dib-run-parts -dash
	of reference
	expect 0 ''
	of ours
	expect 0 one
}

test_directories_are_named_as_they_are() {
	file s ''
	both dib-run-parts nosuch
	of reference
	expect_log 'Scripts directory s must exist'
	of ours
	expect_log 'Scripts directory [nosuch] must exist'
}

test_a_loop_of_links_is_an_error() {
	script d/1 'echo one'
	ln -s loop d/loop
	both dib-run-parts d
	of reference
	expect 0 one
	of ours
	expect 1 ''
	expect_log 'd/loop cannot be examined: '
}

test_what_failed_is_named() {
	script base/configure.d/1 'exit 3'
	script base/error.d/2 'ulimit -c 0; kill -SEGV $$'
	both os-refresh-config --lockfile lock
	of reference
	expect 1 ''
	expect_no_log 'ERROR] Script'
	of ours
	expect 1 ''
	expect_log '[ERROR] Script base/configure.d/1 failed with exit status 3 after 0.'
	expect_log '[ERROR] Script base/error.d/2 was killed by signal 11 (SIGSEGV) after 0.'
}

# The reference writes a file "start_NAME" for its profile.
test_the_longest_names_run() {
	long=$(printf '%0255d' 1)
	script "d/$long" 'echo one'
	both dib-run-parts d
	of reference
	expect 1 ''
	expect_log 'File name too long'
	of ours
	expect 0 one
	expect_log "$long completed"
}

# rows: the names in the profile, as it has them.
rows() {
	undated <"$SUITE/err" | sed -nE 's/^dib-run-parts ([^ ]*) +[0-9]+\.[0-9]{3}$/\1/p' | tr '\n' ' '
}

test_the_profile_is_in_the_order_of_running() {
	for name in 10-b 2-a 1; do
		script "d/$name" ':'
	done
	both dib-run-parts d
	of reference
	assertEquals reference '1 10-b 2-a ' "$(rows)"
	of ours
	assertEquals ours '1 2-a 10-b ' "$(rows)"
}

test_the_profile_of_a_failure_is_printed() {
	script d/1 ':'
	script d/2 'exit 3'
	script d/3 ':'
	both dib-run-parts d
	of reference
	expect 3 ''
	expect_no_log PROFILING
	of ours
	expect 3 ''
	assertEquals rows '1 2 ' "$(rows)"
}

test_what_is_left_out_is_named() {
	script d/1.sh 'echo never'
	script d/2 'echo never'
	chmod 644 d/2
	both dib-run-parts d
	of reference
	expect 0 ''
	expect_no_log 1.sh
	of ours
	expect 0 ''
	expect_log "WARN: Left out d/1.sh: its name may only have letters, digits, '-' and '_'"
	expect_log 'WARN: Left out d/2: it is not executable'
}

# diskimage-builder's own copy of dib-run-parts has this; the package's has not.
test_debug_trace() {
	script d/1 'echo one'
	script d/a.sh 'echo never'
	file d/readme 'text\n'
	both env DIB_DEBUG_TRACE=1 dib-run-parts d
	of reference
	expect 0 one
	expect_no_log Ignoring
	of ours
	expect 0 one
	expect_log 'Ignoring non-executable files: readme'
	expect_log 'Ignoring non-conforming filenames: a.sh'
	same env DIB_DEBUG_TRACE=0 dib-run-parts d
	same env DIB_DEBUG_TRACE=1 dib-run-parts --list d
}

test_ignored_signals() {
	script base/configure.d/1 'kill -HUP $$; echo survived SIGHUP'
	for signal in HUP INT TERM; do
		same env --ignore-signal=$signal os-refresh-config --lockfile lock
		same env --ignore-signal=$signal dib-run-parts base/configure.d
	done
	script base/configure.d/1 'kill -PIPE $$; echo survived SIGPIPE'
	same env --ignore-signal=PIPE os-refresh-config --lockfile lock
}

test_an_ignored_sigpipe_is_not_passed_on() {
	script d/1 'kill -PIPE $$; echo survived SIGPIPE'
	both env --ignore-signal=PIPE dib-run-parts d
	of reference
	expect 0 'survived SIGPIPE'
	of ours
	expect 141 ''
}

test_an_ignored_sigchld_hides_no_failure() {
	script base/configure.d/1 'exit 3'
	script base/migration.d/1 'echo went on'
	both env --ignore-signal=CHLD os-refresh-config --lockfile lock
	of reference
	expect 0 'went on'
	of ours
	expect 1 ''
	expect_log 'non-zero exit status 3'
}

test_a_closed_stdin_is_empty() {
	script d/1 'cat && echo end'
	both sh -c 'dib-run-parts d <&-'
	of reference
	expect 1 ''
	of ours
	expect 0 end
}

test_unreadable_directories() {
	if ! is_root || ! has_program setpriv; then
		echo 'skipped: only root can become another user'
		return
	fi
	script as_nobody 'exec setpriv --reuid 65534 --regid 65534 --clear-groups "$@"'
	script d/1 'echo one'
	script d/2-not-for-others 'echo two'
	chmod 700 d/2-not-for-others
	same ./as_nobody dib-run-parts d
	script d/2-unreadable 'echo never'
	chmod 711 d/2-unreadable
	same ./as_nobody dib-run-parts d
	chmod 711 d
	both ./as_nobody dib-run-parts d
	of reference
	expect 0 ''
	expect_log "find: 'd': Permission denied"
	of ours
	expect 1 ''
	expect_log 'd cannot be opened: Permission denied'
}

# in_namespace COMMAND: "both" for this line of shell, which may mount what it likes.
in_namespace() {
	if is_root; then
		both unshare --mount sh -c "$1"
	else
		both unshare --mount --map-root-user sh -c "$1"
	fi
}

can_mount() {
	mkdir can_mount
	in_namespace 'mount -t tmpfs none can_mount'
	rmdir can_mount
	of ours
	[ "$RC" -eq 0 ] || echo 'skipped: mounting in a namespace of our own is not allowed'
	return "$RC"
}

test_a_noexec_file_system_is_told_of() {
	can_mount || return 0
	script from/1 'echo one'
	mkdir d
	in_namespace 'mount -t tmpfs -o noexec,mode=755 none d && cp -a from/. d && dib-run-parts d'
	of reference
	expect 0 ''
	expect_no_log noexec
	of ours
	expect 1 ''
	expect_log 'ERROR: d is mounted noexec, so that none of its scripts can run: Permission denied'
}

# base_directories OLD NEW COMMAND: runs it where the old and the new base directory are so many.
base_directories() {
	in_namespace "unset OS_REFRESH_CONFIG_BASE_DIR
		mount -t tmpfs none /opt && mount -t tmpfs none /usr/libexec || exit
		[ $1 -eq 0 ] || { mkdir -p /opt/stack && cp -a one /opt/stack/os-config-refresh; }
		[ $2 -eq 0 ] || cp -a two /usr/libexec/os-refresh-config
		$3"
}

test_the_old_base_directory() {
	can_mount || return 0
	script one/configure.d/1 'echo old'
	script two/configure.d/1 'echo new'
	for old in 0 1; do
		base_directories "$old" 1 'os-refresh-config --print-base && os-refresh-config --lockfile l'
		expect_same "old: $old"
	done
	base_directories 0 0 'os-refresh-config --print-base'
	of ours
	expect 0 /usr/libexec/os-refresh-config
	base_directories 1 0 'os-refresh-config --lockfile lock'
	of reference
	expect 0 old
	assertEquals 'reference: doubled' 2 "$(grep -c 'Starting phase' "$SUITE/err")"
	of ours
	expect 0 old
	assertEquals 'ours: not doubled' 1 "$(grep -c 'Starting phase' "$SUITE/err")"
	assertEquals 'ours: warned' 1 "$(grep -c 'Base directory .* is deprecated' "$SUITE/err")"
}

# --- What has to be there ---

# --- What scripts inherit ---

test_ignored_signals_and_given_descriptors() {
	if ! env --ignore-signal=CHLD true 2>/dev/null; then
		echo 'skipped: env cannot ignore signals'
		return 0
	fi
	script base/configure.d/10-a 'grep ^SigIgn: /proc/self/status
		ls -l /proc/self/fd | sed -n "s/.* \([0-9]*\) -> .*given$/\1/p"'
	touch given
	same env --ignore-signal os-refresh-config --lockfile lock
	for command in 'dib-run-parts base/configure.d' 'os-refresh-config --lockfile lock'; do
		same sh -c "exec $command 3<given 7>>given"
	done
}

# shellcheck source=/dev/null
. shunit2
