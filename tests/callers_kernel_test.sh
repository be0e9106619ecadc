#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The hooks of a kernel's installation, run by Debian's and other real callers with our run-parts in
# the place of debianutils'. callers_lib.sh tells how that is tested.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/callers_lib.sh"

# Since Debian 13 the maintainer scripts call linux-run-hooks of linux-base, and that calls run-parts.
# The scripts of the package named last are those in /DEBIAN.
HEADERS='linux-base linux-headers'
IMAGE='linux-base linux-image'

hooks_of_headers() {
	hook etc/kernel/header_postinst.d/aa-one 'cat'
	hook etc/kernel/header_postinst.d/bb-two 'echo two >&2; echo "$1" >/boot/two'
}
failing_hooks_of_headers() {
	hooks_of_headers
	hook etc/kernel/header_postinst.d/b-fails "echo failing; exit ${FAULT:-1}"
}

test_the_maintainer_script_of_kernel_headers() {
	# shellcheck disable=SC2086 # two words
	needs $HEADERS perl || return 0
	postinst=$CALLERS/linux-headers/DEBIAN/postinst
	version=$(sed -n 's/.*version *= *"\(.*\)".*/\1/p; s/^version=//p' "$postinst")
	assertNotNull 'the version' "$version"
	command='echo input | /DEBIAN/postinst configure ""'
	dir=/etc/kernel/header_postinst.d
	compare "$HEADERS" hooks_of_headers "$command"
	expect 0 "$dir/aa-one:
input"
	expect_stderr "$dir/bb-two:
two"
	expect_ran "$dir/aa-one $version" "$dir/bb-two $version"
	expect_file boot/two "$version"

	compare "$HEADERS" failing_hooks_of_headers "$command"
	expect 1 "$dir/aa-one:
input
$dir/b-fails:
failing"
	expect_log "run-parts: $dir/b-fails exited with return code 1"
	! grep -q 'Failed to process' "$postinst" || expect_log "Failed to process $dir"
	expect_ran "$dir/aa-one $version" "$dir/b-fails $version"

	FAULT=7 ours "$HEADERS" failing_hooks_of_headers "$command"
	expect 7
	expect_log "run-parts: $dir/b-fails exited with return code 7"
}

hooks_of_image() {
	script ../layer/usr/bin/depmod :
	script ../layer/usr/bin/linux-update-symlinks :
	hook etc/kernel/postinst.d/initramfs 'echo "initramfs: $DEB_MAINT_PARAMS"; umask'
	hook etc/kernel/postinst.d/off.disabled 'echo never'
	hook etc/kernel/postinst.d/zz-grub 'echo grub >&2; echo "$2" >/boot/grub'
}
failing_hooks_of_image() {
	hooks_of_image
	hook etc/kernel/postinst.d/xx-fails "echo failing; exit ${FAULT:-1}"
}
# What a package adds, the administrator changes and switches off.
hooks_in_two_folders() {
	hooks_of_image
	usr=../layer/usr/share/kernel/postinst.d
	hook $usr/dkms "echo dkms; exit ${FAULT:-1}"
	hook $usr/initramfs 'echo never: there is one in /etc'
	hook $usr/unwanted 'echo never: it is switched off'
	: >etc/kernel/postinst.d/unwanted
	hook $usr/yy-more 'echo more'
}

test_the_maintainer_script_of_a_kernel_image() {
	# shellcheck disable=SC2086 # two words
	needs $IMAGE perl || return 0
	image=$(sed -n 's/^version=//p' "$CALLERS/linux-image/DEBIAN/postinst")
	image="$image /boot/vmlinuz-$image"
	dir=/etc/kernel/postinst.d
	command='umask 077; DEBIAN/postinst configure 1.0'
	compare "$IMAGE" hooks_of_image "$command"
	expect 0 "$dir/initramfs:
initramfs: configure 1.0
0022"
	expect_stderr "$dir/zz-grub:
grub"
	expect_ran "$dir/initramfs $image" "$dir/zz-grub $image"
	expect_file boot/grub "${image#* }"

	compare "$IMAGE" failing_hooks_of_image "$command"
	expect 1
	expect_stderr "run-parts: $dir/xx-fails exited with return code 1"
	expect_ran "$dir/initramfs $image" "$dir/xx-fails $image"

	FAULT=7 ours "$IMAGE" failing_hooks_of_image "$command"
	expect 7
}

# The call of the maintainer scripts of kernels since Linux 6.13, which an old run-parts refuses.
test_kernels_with_two_folders_of_hooks() {
	needs sh || return 0
	command='DEB_MAINT_PARAMS="configure 1.0" run-parts --report --exit-on-error --arg=6.13 \
		--arg=/boot/vmlinuz-6.13 /etc/kernel/postinst.d /usr/share/kernel/postinst.d'
	run=ours
	! theirs_is_new || run=compare
	FAULT=0 $run '' hooks_in_two_folders "$command"
	expect 0 '/usr/share/kernel/postinst.d/dkms:
dkms
/etc/kernel/postinst.d/initramfs:
initramfs: configure 1.0
0022
/usr/share/kernel/postinst.d/yy-more:
more'
	expect_stderr '/etc/kernel/postinst.d/zz-grub:
grub'
	expect_file boot/grub /boot/vmlinuz-6.13
	FAULT=7 $run '' hooks_in_two_folders "$command"
	expect 7 '/usr/share/kernel/postinst.d/dkms:
dkms'
	expect_ran '/usr/share/kernel/postinst.d/dkms 6.13 /boot/vmlinuz-6.13'
}

a_kernel_to_install() {
	failing_hooks_of_image
	file tmp/bzImage 'image\n'
	file tmp/System.map 'map\n'
}

test_installkernel() {
	needs installkernel || return 0
	command='installkernel 6.1-mine /tmp/bzImage /tmp/System.map'
	FAULT=0 compare '' a_kernel_to_install "$command"
	dir=/etc/kernel/postinst.d
	args='6.1-mine /boot/vmlinuz-6.1-mine'
	expect 0 'initramfs: 
0022
failing'
	expect_stderr "run-parts: executing $dir/initramfs $args
run-parts: executing $dir/xx-fails $args
run-parts: executing $dir/zz-grub $args
grub"
	expect_ran "$dir/initramfs $args" "$dir/xx-fails $args" "$dir/zz-grub $args"
	FAULT=1 compare '' a_kernel_to_install "$command"
	expect 1
	expect_log "run-parts: $dir/xx-fails exited with return code 1"
	expect_ran "$dir/initramfs $args" "$dir/xx-fails $args"
}

. shunit2
