#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Real kernels boot initramfs images with refreshbox in them, in qemu. What is asserted are the lines
# that come to the console.

. "$(dirname "$0")/lib.sh"

BOOT=$TESTS/ramdisk/boot.sh
BASE=root/usr/libexec/os-refresh-config
# Where `make deps` has put a kernel.
: "${KERNEL:=$TESTS/../build/kernel/vmlinuz}"

QEMU=qemu-system-x86_64
BUSYBOX=/bin/busybox

cannot_boot() {
	for program in $QEMU cpio; do
		has_program "$program" || { echo "there is no $program"; return; }
	done
	[ -r "$KERNEL" ] || { echo "make deps could get no kernel${MACHINE:+ for $MACHINE}"; return; }
	[ -x "$BUSYBOX" ] || { echo "there is no $BUSYBOX"; return; }
	has_applet os-refresh-config || echo 'os-refresh-config is not built in'
}

# may_boot: can a machine be booted here? It makes a root with nothing but our binary.
may_boot() {
	needs_static || return 1
	reason=$(cannot_boot)
	[ -z "$reason" ] || { echo "skipped: $reason"; return 1; }
	mkdir -p root/bin "$BASE"
	cp "${BINARY:-$REFRESHBOX}" root/bin/refreshbox
	for applet in os-refresh-config refresh-phase; do
		ln -s refreshbox "root/bin/$applet"
	done
}

# with_shell: busybox is in the root, under the names that the scripts use.
with_shell() {
	cp "$BUSYBOX" root/bin/busybox
	for name in sh cat dmesg grep kill mkdir mount poweroff printf sed setsid sleep true; do
		ln -s busybox "root/bin/$name"
	done
}

# boot WORDS [QEMU_OPTION]...: leaves what the machine prints where expect_log finds it.
boot() {
	"$BOOT" "$KERNEL" root "$@" >"$SUITE/out" 2>"$SUITE/err" || fail "boot: $(cat "$SUITE/err")"
	cp "$SUITE/out" "$SUITE/err"
}

# build_say FILE...: a program that needs no shell.
build_say() {
	mkdir -p "$(dirname "$1")"
	"${CC:-cc}" -static -O1 -o "$1" "$TESTS/ramdisk/say.c" 2>"$SUITE/err" && return 0
	echo 'skipped: cc makes no static programs here'
	return 1
}

# There are no other files and nothing is mounted. The kernel panics when process 1 ends, and prints
# its exit status.
test_static_programs_alone() {
	may_boot && build_say "$BASE/configure.d/10-hello" || return 0
	boot 'rdinit=/bin/os-refresh-config -- --lockfile /lock'
	expect_log '10-hello says: my parent is '
	expect_log 'Completed phase configure'
	expect_log 'Attempted to kill init! exitcode=0x00000000'
	cp "$BASE/configure.d/10-hello" "$BASE/configure.d/20-exit-3"
	build_say "$BASE/error.d/10-handler" || return 0
	boot 'rdinit=/bin/os-refresh-config -- --lockfile /lock'
	expect_log 'configure.d/20-exit-3 failed with exit status 3 after'
	expect_log '10-handler says: my parent is '
	expect_log 'Attempted to kill init! exitcode=0x00000100'
}

test_four_phases_and_the_log_of_the_kernel() {
	may_boot || return 0
	with_shell
	for phase in pre-configure configure post-configure migration; do
		script "$BASE/$phase.d/10-tell" 'echo "$OS_REFRESH_CONFIG_PHASE as $ROLE"'
	done
	script "$BASE/migration.d/20-fail" 'echo "no disk"; exit 7'
	script "$BASE/error.d/10-handler" 'echo "handled status $OS_REFRESH_CONFIG_FAILED_STATUS"'
	file "$BASE/environment.d/10-role" 'export ROLE=controller\n'
	script root/init 'mkdir /dev; mount -t devtmpfs dev /dev
os-refresh-config --lockfile /lock --kmsg --log-level ERROR
echo "init: status $?"
dmesg | sed "s/^/dmesg: /"
poweroff -f'
	boot ''
	for phase in pre-configure configure post-configure migration; do
		expect_log "$phase as controller"
	done
	expect_log 'handled status 7'
	expect_log 'init: status 1'
	assertEquals 'lines in the log of the kernel' 1 \
		"$(grep -c '^dmesg: .* os-refresh-config.* Script .*20-fail failed with exit status 7' "$SUITE/out")"
}

# An hour passes in no time, for the machine's clock counts instructions. The children have left
# their session and ignore SIGTERM, and nothing is mounted that would say who they are.
test_a_runaway_tree_without_proc() {
	may_boot || return 0
	with_shell
	script "$BASE/configure.d/10-runaway" 'trap "" TERM
for i in 1 2 3; do
	setsid sh -c "echo \$\$ >/pid.$i; trap \"\" TERM; while :; do sleep 600; done" &
done
while :; do sleep 600; done'
	script root/init '[ ! -e /proc/1 ] || echo "init: there is a /proc"
os-refresh-config --lockfile /lock --timeout 1h --kill-after 1m
echo "init: status $?"
for i in 1 2 3; do
	kill -0 $(cat /pid.$i) 2>/dev/null && echo "init: $i is alive" || echo "init: $i is gone"
done
poweroff -f'
	boot '' -icount shift=3,sleep=off
	expect_no_log 'init: there is a /proc'
	expect_log 'Timeout reached: 3600'
	expect_log 'init: status 1'
	for i in 1 2 3; do
		expect_log "init: $i is gone"
	done
}

# Ironic boots its ramdisks with these words, which the kernel hands to process 1.
test_words_that_the_kernel_does_not_know() {
	may_boot && build_say "$BASE/configure.d/10-hello" || return 0
	boot 'rdinit=/bin/os-refresh-config nofb nomodeset vga=normal'
	expect_log 'Ignoring the argument nofb, as process 1'
	expect_log '10-hello says: my parent is '
	expect_log 'Attempted to kill init! exitcode=0x00000000'
}

test_the_next_init_of_a_ramdisk() {
	may_boot || return 0
	with_shell
	script "$BASE/configure.d/10-a" 'sleep 1 & echo "ran as $ROLE"'
	file "$BASE/environment.d/10-role" 'export ROLE=controller\n'
	script root/bin/next 'echo "next: process $$ as $ROLE, given $*"; poweroff -f'
	boot 'rdinit=/bin/os-refresh-config nofb -- --no-lock --then next word --wait'
	expect_log 'ran as controller'
	expect_log 'next: process 1 as controller, given word --wait'
}

# The smallest machine on which this kernel starts has about 25 MiB left for us.
test_little_memory_and_many_scripts() {
	may_boot || return 0
	with_shell
	mkdir -p "$BASE/configure.d"
	for i in $(seq 500); do
		script "$BASE/configure.d/$i-true" ':'
	done
	script root/init 'mkdir /proc; mount -t proc proc /proc
grep MemAvailable /proc/meminfo
os-refresh-config --lockfile /lock --capture --log-level ERROR
echo "init: status $?"
poweroff -f'
	boot '' -m 78
	memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB$/\1/p' "$SUITE/out")
	assertTrue "$memory kB are available" "[ '$memory' -lt 32768 ]"
	assertEquals 'completed' 500 "$(grep -c -- '-true completed$' "$SUITE/out")"
	expect_log 'init: status 0'
}

test_a_root_that_is_only_readable() {
	may_boot || return 0
	with_shell
	script "$BASE/configure.d/10-write" 'true >/file && echo "it is writable"; echo "ran"'
	script root/init 'mkdir /proc; mount -t proc proc /proc
mount -o remount,ro / || echo "init: cannot remount"
exec os-refresh-config --no-lock'
	boot ''
	expect_no_log 'init: cannot remount'
	expect_no_log 'it is writable'
	expect_log 'ran'
	expect_log 'Attempted to kill init! exitcode=0x00000000'
}

test_the_event_log_is_read_afterwards() {
	may_boot || return 0
	with_shell
	script "$BASE/configure.d/10-fail" 'exit 9'
	script root/init 'os-refresh-config --lockfile /lock --events /events
cat /events
poweroff -f'
	boot ''
	sed -n '/^{/p' "$SUITE/out" >events
	python3 - events <<-'END' || fail 'see above'
		import json, sys
		events = [json.loads(line) for line in open(sys.argv[1])]
		assert events[0]['event'] == 'run-start', events[0]
		assert events[-1]['event'] == 'run-end' and events[-1]['status'] == 1, events[-1]
		assert [e['status'] for e in events if e['event'] == 'part-end'] == [9], events
	END
}

# on_arm64 TEST: the same test with our binary, programs and Debian's kernel for arm64.
on_arm64() {
	binary=$TESTS/../build/arm64/refreshbox
	if [ ! -x "$binary" ]; then
		echo 'skipped: there is no binary for arm64: `make cross ARCH=arm64` makes it'
		return
	fi
	kernel=${KERNEL%/*}/arm64
	MACHINE=arm64 QEMU=qemu-system-aarch64 BINARY=$binary CC=$TESTS/../build/cross/arm64/cc \
		KERNEL=$kernel/vmlinuz BUSYBOX=$kernel/busybox "$1"
}

test_arm64_static_programs_alone() {
	on_arm64 test_static_programs_alone
}

test_arm64_four_phases_and_the_log_of_the_kernel() {
	on_arm64 test_four_phases_and_the_log_of_the_kernel
}

test_arm64_a_runaway_tree_without_proc() {
	on_arm64 test_a_runaway_tree_without_proc
}

# shellcheck source=/dev/null
. shunit2
