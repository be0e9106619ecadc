#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The evaluator of environment files: what it comes to beside bash, and what its callers see of it.
# LONG=1 compares more files, from a new seed.
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# evaluates FILE_TEXT STDOUT: dib-run-parts on a script that prints $A.
evaluates() {
	script set/1 'echo "A=[${A-unset}]"'
	file environment.d/10 "$1"
	run dib-run-parts set
	expect 0 "$2"
}

test_generated_files_come_to_the_same_as_with_bash() {
	if ! has_program bash python3; then
		echo 'skipped: needs bash and python3'
		startSkipping
		return
	fi
	make -s -C "$ROOT" "O=$HERE/o" PRESET=yes env-eval >make.out 2>&1 ||
		fail "make: $(cat make.out)"
	size='-n 2000'
	[ -z "${LONG:-}" ] || size="-n 40000 -s $(date +%s)"
	# shellcheck disable=SC2086 # options
	run python3 "$TESTS/tools/env_diff.py" o/env-eval $size
	tail -n 1 "$SUITE/out"
	assertEquals "differences: $(cat "$SUITE/out" "$SUITE/err")" 0 "$RC"
}

# The number that a distribution's name is compared with is an idiom of real files.
test_what_bash_only_complains_about_is_a_warning() {
	evaluates '\nif [ "${R:-bookworm}" -ge 22 ]; then\nexport A=new\nelse\nexport A=old\nfi\n' 'A=[old]'
	expect_log 'WARN: Environment file environment.d/10:2: [ fails: bookworm is not a number'
}

test_a_warning_is_not_lost_where_the_file_fails() {
	script set/1 'echo ran'
	file environment.d/10 '[ x -eq 1 ] || :\nfalse\n'
	run dib-run-parts set
	expect 1 ''
	expect_log 'WARN: Environment file environment.d/10:1: [ fails: x is not a number'
	expect_log 'ERROR: Environment file environment.d/10:2: '\''false'\'' failed with exit status 1'
}

test_an_exit_gives_its_status() {
	script set/1 'echo ran'
	file environment.d/10 'exit 3\n'
	run dib-run-parts set
	expect 3 ''
	expect_log '10:1: exit is not allowed here'
}

# Nested commands and expansions are refused, or work, before they need a deep stack.
test_a_small_stack_is_enough() {
	script set/1 'echo "A=[${A-unset}]"'
	mkdir environment.d
	for opening in '${X:-' '"${X:-"' 'if true; then ' '[[ ( ' '{ '; do
		case $opening in
		if*) end='; fi' between='A=1' ;;
		'{'*) end='; }' between='A=1' ;;
		'[['*) end=' ) ]]' between='x' ;;
		'"'*) end='"}"' between=x ;;
		*) end='}' between=x ;;
		esac
		for depth in 40 3000; do
			{
				case $opening in *X*) printf 'export A=' ;; esac
				printf "%.0s$opening" $(seq $depth)
				printf %s "$between"
				printf "%.0s$end" $(seq $depth)
			} >environment.d/10
			run sh -c 'ulimit -s 64; exec dib-run-parts set'
			# A shell that is given what is refused may need more.
			grep -q 'ended the shell' "$SUITE/err" ||
				assertTrue "$depth of $opening: $RC" "[ $RC -lt 128 ]"
		done
	done
}

test_a_file_without_end_is_an_error() {
	script set/1 'echo ran'
	mkdir environment.d
	truncate -s 60G environment.d/10
	run dib-run-parts set
	expect 1 ''
	expect_log 'ERROR: Environment file environment.d/10 cannot be used: File too large'
}

# shellcheck source=/dev/null
. shunit2
