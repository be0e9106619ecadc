#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# boot.sh KERNEL INITRAMFS COMMAND_LINE [QEMU_OPTION]...: boots the kernel in qemu, with an image or
# what is in a folder as its initramfs and these words on its command line, and prints what comes to
# its console, without terminal sequences. Fails if the machine has not ended after two minutes.
set -eu

kernel=$1 initramfs=$2 words=$3
shift 3
scratch=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox-boot.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
image=$initramfs
if [ -d "$initramfs" ]; then
	image=$scratch/image
	(cd "$initramfs" && find . | cpio -o -H newc --quiet -R 0:0) >"$image"
fi
status=0
timeout 120 qemu-system-x86_64 -accel tcg -machine pc -m 128 -display none -nodefaults \
	-serial stdio -no-reboot -kernel "$kernel" -initrd "$image" \
	-append "console=ttyS0 panic=-1 quiet cryptomgr.notests $words" "$@" \
	</dev/null >"$scratch/console" || status=$?
tr -d '\r' <"$scratch/console" | sed 's/\x1b\[[?0-9;]*[A-Za-z]//g; s/\x1bc//g'
exit "$status"
