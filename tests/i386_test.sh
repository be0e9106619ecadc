#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The binary for 32-bit machines, $I386. `make check-all` runs the core suites with it, where there is
# one: see I386_SUITES in tests/tests.mk.

: "${I386:?names the 32-bit binary}"

test_there_is_a_static_32_bit_binary() {
	if [ ! -x "$I386" ]; then
		reason=$(cat "${I386%/*/*}/cross/i386/reason" 2>/dev/null)
		echo "skipped: the core suites with a 32-bit binary: ${reason:-run \`make deps\` first}"
		return 0
	fi
	kind=$(file -b "$I386")
	assertTrue "$kind" "echo '$kind' | grep -q '^ELF 32-bit LSB executable, Intel .*statically linked'"
	assertTrue 'it does not run' "'$I386' --version"
}

# shellcheck source=/dev/null
. shunit2
