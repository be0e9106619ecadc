#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# applets/integration: initramfs-tools and dracut make images with refreshbox in them, which boot in
# qemu; and systemd reads its units without a word.

. "$(dirname "$0")/lib.sh"

INTEGRATION=$TESTS/../applets/integration
# Where `make deps` has put a kernel.
: "${KERNEL:=$TESTS/../build/kernel/vmlinuz}"

cannot_run() {
	for program in qemu-system-x86_64 cpio "$@"; do
		has_program "$program" || { echo "there is no $program"; return; }
	done
	[ -r "$KERNEL" ] || { echo 'make deps could get no kernel'; return; }
	has_applet os-refresh-config || { echo 'os-refresh-config is not built in'; return; }
	mkdir -p probe
	"$TESTS/tools/private_root.sh" probe probe true 2>&1
}

# needs PROGRAM...: can images be made and booted here? Then there is a private root in which this
# binary is installed, and where phases are configured for an initramfs.
needs() {
	needs_static || return 1
	reason=$(cannot_run "$@")
	[ -z "$reason" ] || { echo "skipped: $reason"; return 1; }
	version=$(basename "$(dirname "$KERNEL")"/lib/modules/*)
	mkdir -p root/boot root/etc root/tmp root/var/tmp layer/usr/bin layer/usr/lib/modules
	chmod 1777 root/tmp root/var/tmp
	cp "$(dirname "$KERNEL")/boot/config-$version" root/boot
	cp -R "$(dirname "$KERNEL")/lib/modules/$version" layer/usr/lib/modules
	cp "$REFRESHBOX" layer/usr/bin/refreshbox
	for applet in os-refresh-config refresh-phase; do
		ln -s refreshbox "layer/usr/bin/$applet"
	done
	script root/etc/refreshbox/initrd/configure.d/10-tell 'echo "configure as $ROLE"'
	file root/etc/refreshbox/initrd/environment.d/10-role 'export ROLE=controller\n'
	script root/etc/refreshbox/initrd/migration.d/10-end \
		'echo "the last phase runs"; [ ! -e /fail ] || exit 5; echo o >/proc/sysrq-trigger; sleep 60'
}

in_root() {
	"$TESTS/tools/private_root.sh" root layer "$@" >made 2>&1 ||
		fail "$1: status $?: $(tail -n 5 made)"
}

# boot WORDS: leaves what the machine prints where expect_log finds it.
boot() {
	"$TESTS/ramdisk/boot.sh" "$KERNEL" root/image "$1" -m 256 >"$SUITE/err" || fail "boot: status $?"
	cp "$SUITE/err" "$SUITE/out"
}

expect_phases() {
	expect_log 'Starting phase configure'
	expect_log 'configure as controller'
	expect_log 'the last phase runs'
}

# mkinitramfs gives each copy the owner of the file. In the namespace of an ordinary user, nobody is root.
needs_owners() {
	is_root && return 0
	echo 'skipped: only root makes an image with mkinitramfs'
	return 1
}

# make_initramfs: by initramfs-tools, with its own configuration but no modules.
make_initramfs() {
	cp -R /etc/initramfs-tools /etc/udev root/etc
	sed 's/^MODULES=.*/MODULES=list/' /etc/initramfs-tools/initramfs.conf \
		>root/etc/initramfs-tools/initramfs.conf
	cp -R "$INTEGRATION/initramfs-tools/." root/etc/initramfs-tools
	in_root mkinitramfs -o /image "$version"
}

test_initramfs_tools() {
	needs_owners || return 0
	needs mkinitramfs || return 0
	make_initramfs
	boot 'root=none'
	expect_phases
	expect_no_log 'a phase has failed'
}

test_initramfs_tools_stops_at_a_failure() {
	needs_owners || return 0
	needs mkinitramfs || return 0
	script root/etc/refreshbox/initrd/migration.d/05-fail 'exit 5'
	make_initramfs
	boot 'root=none'
	expect_log '05-fail failed with exit status 5'
	expect_log 'refreshbox: a phase has failed, as the lines above say'
	expect_log 'Rebooting automatically due to panic= boot argument'
	expect_no_log 'the last phase runs'
}

make_dracut() {
	mkdir -p layer/usr/lib/dracut/modules.d
	cp -R "$INTEGRATION/dracut/95refreshbox" layer/usr/lib/dracut/modules.d
	cp -R /etc/dracut* root/etc
	# This machine has no root file system, which is what dracut would ask for first.
	file root/no-root.sh 'root=none\nrootok=1\n'
	in_root dracut --force --no-hostonly --no-hostonly-cmdline --no-kernel --no-early-microcode \
		--include /no-root.sh /lib/dracut/hooks/cmdline/99-no-root.sh \
		--modules 'dash base refreshbox' --gzip /image "$version"
}

test_dracut() {
	needs dracut || return 0
	make_dracut
	boot 'rd.shell=0 root=none'
	expect_phases
	expect_no_log 'a phase has failed'
}

test_dracut_stops_at_a_failure() {
	needs dracut || return 0
	script root/etc/refreshbox/initrd/migration.d/05-fail 'exit 5'
	make_dracut
	boot 'rd.shell=0 root=none'
	expect_log '05-fail failed with exit status 5'
	expect_log 'refreshbox: a phase has failed, as the lines above say'
	expect_no_log 'the last phase runs'
}

test_systemd_units() {
	needs systemd-analyze || return 0
	mkdir -p root/etc/systemd/system root/run
	cp "$INTEGRATION"/systemd/*.service root/etc/systemd/system
	# The manuals that they name are there once they are installed.
	sed -i '/^Documentation=/d' root/etc/systemd/system/*.service
	in_root sh -c 'systemd-analyze verify /etc/systemd/system/refreshbox*.service'
	assertEquals "$(cat made)" 0 "$(wc -c <made)"
}

# shellcheck source=/dev/null
. shunit2
