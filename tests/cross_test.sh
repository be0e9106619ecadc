#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The static binaries that `make cross` makes for other architectures: each is of its machine, and runs
# phases, if need be in the user mode of qemu. `make check-cross` runs the core suites with them.

. "$(dirname "$0")/lib.sh"

: "${CROSS:=$TESTS/../build}"

# on ARCH COMMAND...: runs it where the binary for ARCH runs; $BIN has the applets.
on() {
	arch=$1
	shift
	run env REFRESHBOX="$CROSS/$arch/refreshbox" "$TESTS/tools/emulate.sh" "$arch" "$@"
}

# check_binary ARCH MACHINE: MACHINE is what readelf(1) says of it.
check_binary() {
	on "$1" true
	if [ "$RC" -eq 77 ]; then
		cat "$SUITE/out"
		return 0
	fi
	expect 0
	readelf -hlW "$CROSS/$1/refreshbox" >elf
	grep -q "Machine: *$2\$" elf || fail "it is for another machine: $(grep Machine: elf)"
	! grep INTERP elf || fail 'it is not static'
	for applet in os-refresh-config run-parts; do
		ln -s "$CROSS/$1/refreshbox" $applet
	done
	file base/environment.d/10-role 'export ROLE="${OTHER:-controller}"\n'
	script base/configure.d/10-tell 'echo "$OS_REFRESH_CONFIG_PHASE as $ROLE"'
	script base/configure.d/20-slow 'exec sleep 1000'
	script base/error.d/10-handler 'echo "handled status $OS_REFRESH_CONFIG_FAILED_STATUS"'
	on "$1" env OS_REFRESH_CONFIG_BASE_DIR=base ./os-refresh-config --lockfile lock \
		--events events --capture --script-timeout 2
	expect 1 'configure as controller
handled status 137'
	expect_log 'configure.d/20-slow exceeded its time limit'
	python3 -c 'import json, sys
for line in sys.stdin: json.loads(line)' <events || fail 'the event log is no JSON'
	# The child that could not start says so to a parent of another address space, too.
	script d/10-a ''
	echo '#!/no/such/interpreter' >d/10-a
	script d/20-b 'echo two; exit 3'
	on "$1" ./run-parts d
	expect 3 two
	expect_log 'run-parts: failed to exec d/10-a: No such file or directory'
	expect_log 'run-parts: d/20-b exited with return code 3'
}

test_amd64() {
	check_binary amd64 'Advanced Micro Devices X86-64'
}

test_arm64() {
	check_binary arm64 AArch64
}

test_armel() {
	check_binary armel ARM
}

test_armhf() {
	check_binary armhf ARM
}

test_i386() {
	check_binary i386 'Intel 80386'
}

test_mips64el() {
	check_binary mips64el 'MIPS R3000'
}

test_mipsel() {
	check_binary mipsel 'MIPS R3000'
}

test_ppc64el() {
	check_binary ppc64el PowerPC64
}

test_riscv64() {
	check_binary riscv64 RISC-V
}

test_s390x() {
	check_binary s390x 'IBM S/390'
}

# Every architecture of the Makefile's has a test here.
test_no_architecture_is_forgotten() {
	arches=$(sed -n 's/^ARCHES = \(.*\)$(if $(LONG),\(.*\))$/\1\2/p' "$TESTS/tests.mk")
	assertContains "$arches" s390x
	for arch in $arches; do
		grep -q "^	check_binary $arch " "$TESTS/cross_test.sh" || fail "$arch is not tested"
	done
}

# A test that was renamed is not left out by its old name.
test_what_is_left_out_under_qemu_exists() {
	grep -v '^#' "$TESTS/emulated.list" >list
	assertTrue 'the list is empty' '[ -s list ]'
	while read -r suite name reason; do
		grep -q "^$name() {" "$TESTS/${suite}_test.sh" || fail "$suite has no $name"
		assertNotEquals "$name has no reason" '' "$reason"
	done <list
}

# shellcheck source=/dev/null
. shunit2
