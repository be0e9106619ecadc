#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# boot.sh KERNEL INITRAMFS COMMAND_LINE [QEMU_OPTION]...: boots the kernel in qemu, with an image or
# what is in a folder as its initramfs and these words on its command line, and prints what comes to
# its console, without terminal sequences. Fails if the machine has not ended after two minutes.
# The machine is of the architecture MACHINE: amd64, or arm64.
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
case ${MACHINE:-amd64} in
amd64) qemu='qemu-system-x86_64 -machine pc' console=ttyS0 ;;
arm64) qemu='qemu-system-aarch64 -machine virt -cpu cortex-a57' console=ttyAMA0 ;;
esac
status=0
# shellcheck disable=SC2086 # words
timeout 120 $qemu -accel tcg -m 128 -display none -nodefaults \
	-serial stdio -no-reboot -kernel "$kernel" -initrd "$image" \
	-append "console=$console panic=-1 quiet cryptomgr.notests $words" "$@" \
	</dev/null >"$scratch/console" || status=$?
tr -d '\r' <"$scratch/console" | sed 's/\x1b\[[?0-9;]*[A-Za-z]//g; s/\x1bc//g'
exit "$status"
