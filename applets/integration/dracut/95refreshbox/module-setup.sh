#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The dracut module: it copies refreshbox into the image, with the phases that are in
# /etc/refreshbox/initrd on this machine. Install the folder as
# /usr/lib/dracut/modules.d/95refreshbox.

# shellcheck disable=SC2154 # dracut sets initdir and moddir

# The module is part of an image by itself if this machine has phases for it.
check() {
	require_binaries refreshbox || return 1
	[[ -d ${dracutsysrootdir-}/etc/refreshbox/initrd ]] || return 255
}

depends() {
	return 0
}

install() {
	local applet base binary

	binary=$(command -v refreshbox)
	inst "$binary" /usr/bin/refreshbox
	for applet in $("$binary" --list); do
		ln -sf refreshbox "$initdir/usr/bin/$applet"
	done
	base=$initdir$("$binary" os-refresh-config --print-base)
	mkdir -p "$base"
	[[ ! -d ${dracutsysrootdir-}/etc/refreshbox/initrd ]] ||
		cp -R "${dracutsysrootdir-}/etc/refreshbox/initrd/." "$base"
	inst_hook pre-mount 50 "$moddir/refreshbox.sh"
}
