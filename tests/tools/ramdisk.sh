#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# ramdisk.sh REFRESHBOX KERNEL: runs README's commands for a ramdisk in a scratch folder, with this
# binary and this kernel, and prints what they print.
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox-ramdisk.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cp "$1" "$scratch/refreshbox"
cd "$scratch"
"$tools/readme.py" block "$tools/../../README.md" ramdisk | sed "s|/vmlinuz|$2|" >commands
timeout 300 sh -e commands 2>&1 </dev/null
