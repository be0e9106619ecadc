#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lint.sh TOOL: reads the sources with one of the tools below; what it prints are findings, and with
# any it fails. Where the tool is not installed it prints "skipped: REASON". What a tool is
# not to say stands, each with its reason, in .clang-tidy, in .shellcheckrc, below, or where it
# would say it (NOLINT, cppcheck-suppress, shellcheck disable).
set -eu

tool=$1
cd "$(dirname "$0")/../.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM

# need TOOL VERSION: what is a finding changes from version to version, and one that nobody has
# looked at is none: LINT_ANY=1 has them all.
need() {
	if ! command -v "$1" >/dev/null; then
		echo "skipped: $1 is not installed"
		exit 0
	fi
	version=$("$1" --version | grep -oE '[0-9]+\.[0-9]+' | head -n 1)
	case $version${LINT_ANY:+any} in
	*any | "$2" | "$2".*) ;;
	*)
		echo "skipped: $1 $version is not the $2 that the suppressions are for"
		exit 0
		;;
	esac
}

# Make as from a clean command line, with everything switched on.
configure() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u SET -u SANITIZE \
		make -s --no-print-directory "O=$dir" PRESET=yes "$dir/config.h"
}

# The C files, one a line.
c_files() {
	find lib applets tests -name '*.c' | sort
}

# each COMMAND...: runs it with a few C files at a time, on all processors.
each() {
	c_files | xargs -P "$(nproc)" -n "$batch" "$@"
}

# -Og shows it most; at -O2 it takes a loop that is left early for one that never ran.
run_fanalyzer() {
	need gcc 12
	batch=1
	each gcc -std=c11 "$@" -include "$dir/config.h" -Og -fanalyzer -Werror -S -o /dev/null
}

run_clang_tidy() {
	need clang-tidy 14
	batch=6
	# shellcheck disable=SC2016 # the inner shell's own
	each sh -c 'config=$1
		shift
		clang-tidy --quiet --warnings-as-errors="*" "$@" -- -std=c11 $0 -include "$config"' \
		"$*" "$dir/config.h" 2>"$dir/err" || {
		grep -v ' generated\.$' "$dir/err"
		return 1
	}
}

# Not asked for:
#   leak*: tests/tools/runaway*.c holds what it opens until it ends
#   *Called: of functions that matter only with threads or on other systems
#   unreachableCode: raise(3) comes back
#   resourceLeak, uninitvar: in tests/unit, where the code that checks or fills it is in another file
#   unusedStructMember: options are written to by the offsets of their members
#   variableScope: what a function uses is declared at its head
#   vforkCalled: as in .clang-tidy
run_cppcheck() {
	need cppcheck 2.10
	# shellcheck disable=SC2046 # file names of ours
	cppcheck -q -j "$(nproc)" --std=c11 --error-exitcode=1 --enable=warning,style,performance,portability \
		--inline-suppr --library=posix,gnu --template=gcc \
		--suppress=uninitvar:tests/unit/date.c \
		--suppress=leakReturnValNotUsed:tests/tools/runaway_*.c \
		--suppress=leakNoVarFunctionCall:tests/tools/runaway_*.c \
		--suppress=unreachableCode:tests/tools/* --suppress=readdirCalled \
		--suppress=strtokCalled --suppress=usleepCalled \
		--suppress=unusedStructMember --suppress=variableScope --suppress=vforkCalled \
		"$@" "--include=$dir/config.h" -Ilib $(c_files)
}

# All that a shell reads, but for the input of tests/env. Warnings are the same in all versions.
run_shellcheck() {
	LINT_ANY=yes
	need shellcheck 0.9
	severity=warning
	[ "$version" != 0.9 ] || severity=style
	find .ci applets/integration tests -type f ! -path 'tests/env/*' -exec awk '
		FNR == 1 && /^#!.*sh$/ || FNR < 4 && /^# shellcheck shell=/ { print FILENAME }' {} + |
		sort | xargs shellcheck -S "$severity" -x -P SCRIPTDIR -P tests -f gcc
}

run_mandoc() {
	command -v mandoc >/dev/null || {
		echo 'skipped: mandoc is not installed'
		exit 0
	}
	# Which manuals of others this machine has is not a matter of ours; tests/manual_test.sh looks at
	# references to our own.
	mandoc -T lint -W style applets/*.[1-8] 2>/dev/null |
		awk '!/referenced manual not found|mandoc\.db/ { print; found = 1 } END { exit found }'
}

case $tool in
fanalyzer | clang_tidy | cppcheck)
	configure
	"run_$tool" -D_GNU_SOURCE -iquote lib -DREFRESHBOX_VERSION='"lint"' 2>&1
	;;
shellcheck | mandoc) "run_$tool" ;;
*)
	echo 'usage: lint.sh fanalyzer | clang_tidy | cppcheck | shellcheck | mandoc' >&2
	exit 2
	;;
esac
