#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the sources promise about themselves: their form and their state.
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# awk_finds TREE PROGRAM: what the program prints of the C files of a tree, file by file.
awk_finds() {
	(cd "$1" && find lib applets -name '*.[ch]' | sort | xargs awk "$2")
}

# check_awk WHAT PROGRAM FAULT: the program finds nothing in our sources, and something in a file that
# has the fault.
check_awk() {
	assertEquals "$1" '' "$(awk_finds "$ROOT" "$2")"
	mkdir -p faulty/lib/folder faulty/applets
	printf '%s\n' "$3" >faulty/lib/folder/fault.c
	assertContains "blind to: $1" "$(awk_finds faulty "$2")" lib/folder/fault.c
}

test_lines_fit_in_100_columns() {
	# shellcheck disable=SC2016 # awk's $0
	check_awk "too wide" '{ line = $0; gsub(/\t/, "        ", line) }
		length(line) > 100 { print FILENAME ":" FNR }' "$(printf '\t%093d' 0)"
}

test_files_are_short() {
	check_awk "over 400 lines" 'FNR == 401 { print FILENAME }' "$(seq 401)"
}

test_functions_are_short() {
	check_awk "over 70 lines" '/^{/ { start = FNR }
		/^}/ { if (start && FNR - start > 70) print FILENAME ":" start; start = 0 }' \
		"$(echo '{'; seq 70; echo '}')"
}

test_most_functions_are_at_most_12_lines() {
	check_awk "the median is over 12 lines" '/^{/ { start = FNR }
		/^}/ { if (start && FNR - start - 1 > 12) long++; else if (start) short++; start = 0 }
		END { if (long > short) print FILENAME }' "$(echo '{'; seq 13; echo '}')"
}

# A name that grep finds once is easy to follow. A prototype, which a recursion needs, does not count.
twice_static() {
	(cd "$1" && find lib applets -name '*.c' -exec sed -nE \
		's/^static [^=;(]*[ *]([a-z_0-9]+)\([^;]*$/\1/p' {} + | sort | uniq -d)
}

test_static_names_are_in_one_file() {
	assertEquals 'static functions in two files' '' "$(twice_static "$ROOT")"
	mkdir -p faulty/lib/a faulty/applets
	printf 'static int *same(int a)\n{\n' | tee faulty/lib/a/one.c >faulty/applets/two.c
	assertEquals 'two of one name' same "$(twice_static faulty)"
}

test_no_conditional_compilation_inside_functions() {
	check_awk "#if in a function" '/^{/ { inside = 1 } /^}/ { inside = 0 }
		inside && /^[ \t]*#[ \t]*(if|else|endif)/ { print FILENAME ":" FNR }' \
		"$(printf '{\n#ifdef SOMETHING\n#endif\n}')"
}

test_no_loose_ends() {
	check_awk "loose end" '/TODO|FIXME|XXX|#if 0/ { print FILENAME ":" FNR }' '/* TODO */'
}

# unlicensed TREE: its source files that do not name their licence at the top. Data is not source.
unlicensed() {
	(cd "$1" && find Makefile Kconfig .ci lib applets tests -type f ! -path '*/corpus/*' \
		! -path 'tests/env/*' ! -name element-provides ! -name '*.record' ! -name '*.pyc' \
		! -path 'tests/packaging/debian/changelog' ! -path 'tests/packaging/debian/source/format' \
		-exec sh -c 'for file; do
			head -n 3 "$file" | grep -q "SPDX-License-Identifier: Apache-2.0" || echo "$file"
		done' sh {} + | sort)
}

test_every_source_file_names_its_licence() {
	assertEquals 'without a line SPDX-License-Identifier' '' "$(unlicensed "$ROOT")"
	mkdir -p faulty/.ci faulty/lib faulty/applets faulty/tests
	touch faulty/Makefile faulty/Kconfig
	assertEquals 'those of a tree without' 'Kconfig Makefile' "$(unlicensed faulty | paste -sd ' ')"
}

# writable: the variables in the objects of "o" that can be written to.
writable() {
	find o -name '*.o' -exec nm -f sysv {} + | awk -F '[| ]+' '
		$NF ~ /^(\.data|\.bss|\.tdata|\.tbss|\*COM\*)/ && $NF !~ /^\.data\.rel\.ro/ { print $1 }' | sort
}

# There is no writable state at file scope. Of objects that are not plain nm sees no static variables.
test_no_state_between_calls() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u SET -u SANITIZE -u KCONFIG_CONFIG \
		make -s --no-print-directory -C "$ROOT" "O=$HERE/o" PRESET=yes LTO= all >make.out 2>&1 ||
		fail "make: $(cat make.out)"
	assertEquals 'objects that are not plain' '' "$(find o -name '*.o' -exec grep -l '\.gnu\.lto_' {} +)"
	assertEquals 'writable symbols' '' "$(writable)"
	file bad.c 'int common, begun = 1;\nint *next(void);\nint *next(void)\n{\n\tstatic int kept;\n\n\treturn &kept;\n}\n'
	"${HOST_CC:-cc}" -fdata-sections -c -o o/lib/bad.o bad.c
	assertEquals 'those that are added' 'begun common kept' "$(writable | sed 's/\..*//' | paste -sd ' ')"
}

# A test that ran in the checkout, and not in a folder of its own, may have left something there.
test_the_top_level_has_nothing_else() {
	git -C "$ROOT" ls-files >"$HERE/files" 2>/dev/null || {
		echo 'skipped: this is no checkout of git'
		return 0
	}
	assertEquals 'Kconfig LICENSE Makefile README.md applets lib tests' \
		"$(sed 's|/.*||' "$HERE/files" | grep -v '^\.' | sort -u | paste -sd ' ' -)"
}

# shellcheck source=/dev/null
. shunit2
