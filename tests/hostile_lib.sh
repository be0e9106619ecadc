# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2086 # words to be split
# What the suites on hostile scripts and machines share: the programs of tests/tools they are made of.

# compile PROGRAM SOURCE...: once, from tests/tools, statically where that works.
compile() {
	program=$SUITE/$1
	[ ! -x "$program" ] || return 0
	shift
	for flags in -static ''; do
		for compiler in ${CC:+"$CC"} musl-gcc cc; do
			has_program "$compiler" && (cd "$TESTS/tools" &&
				"$compiler" -D_GNU_SOURCE -O1 $flags -pthread -o "$program" "$@") 2>"$SUITE/err" && return
		done
	done
	fail "no compiler for $*: $(cat "$SUITE/err")"
	return 1
}

# What makes trees of processes, and what counts them; the file "kinds" has their names.
make_tools() {
	compile runaway runaway.c runaway_common.c runaway_multiply.c runaway_odd.c &&
		compile survivors survivors.c && "$SUITE/runaway" -l >kinds
}

# trees FILE KIND...: a script that makes these trees.
trees() {
	mkdir -p "${1%/*}"
	file=$1
	shift
	printf '#!%s\n%s\n' "$SUITE/runaway" "$*" >"$file"
	chmod 755 "$file"
}

# are_ready NUMBER: so many trees are complete.
are_ready() {
	[ -e ready ] && [ "$(wc -c <ready)" -ge "$1" ]
}
