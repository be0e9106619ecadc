#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# boot.sh KERNEL ROOT COMMAND_LINE [QEMU_OPTION]...: boots the kernel in qemu, with the folder ROOT as
# its initramfs and these words on its command line, and prints what comes to its console, without
# terminal sequences. Fails if the machine has not ended after two minutes.
set -eu

kernel=$1 root=$2 words=$3
shift 3
image=$(mktemp "${TMPDIR:-/tmp}/refreshbox-boot.XXXXXX")
trap 'rm -f "$image"' EXIT
(cd "$root" && find . | cpio -o -H newc --quiet -R 0:0) >"$image"
timeout 120 qemu-system-x86_64 -accel tcg -machine pc -m 128 -display none -nodefaults \
	-serial stdio -no-reboot -kernel "$kernel" -initrd "$image" \
	-append "console=ttyS0 panic=-1 quiet cryptomgr.notests $words" "$@" </dev/null |
	tr -d '\r' | sed 's/\x1b\[[?0-9;]*[A-Za-z]//g; s/\x1bc//g'
