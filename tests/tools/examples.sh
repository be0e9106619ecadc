#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# examples.sh BINARY FOLDER COMMAND [ARGUMENT]...: runs a command in a copy of this system that it can
# change as it likes: the root directory with an overlay in memory, in namespaces of its own. The
# binary is in its /usr/bin, and links for all applets are in /usr/local/bin, which is first in PATH.
# The files of FOLDER are in its /run/examples; the overlay is mounted on FOLDER/overlay.
# Fails with a reason and status 125 where the machine cannot do that.
set -eu

die() {
	echo "examples: $*" >&2
	exit 125
}

if [ "$1" != --inside ]; then
	who=
	[ "$(id -u)" -eq 0 ] || who=-r
	# shellcheck disable=SC2086 # one option or none
	exec unshare $who -m -p -n -i -u -f --kill-child "$0" --inside "$@"
fi

binary=$2 folder=$3
shift 3
scratch=$folder/overlay
mkdir "$scratch"
mount -t tmpfs examples "$scratch" || die 'cannot mount a tmpfs'
mkdir "$scratch/upper" "$scratch/work" "$scratch/root"
root=$scratch/root
mount -t overlay -o "lowerdir=/,upperdir=$scratch/upper,workdir=$scratch/work" examples "$root" ||
	die 'cannot mount an overlay'
for dir in /tmp /run /root /var/tmp; do
	mkdir -p "$root$dir"
	mount -t tmpfs examples "$root$dir" || die "cannot mount $dir"
done
mount -t proc examples "$root/proc" || die 'cannot mount /proc'
mount -t tmpfs examples "$root/dev" || die 'cannot mount /dev'
for device in null zero full random urandom; do
	: >"$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device" || die "cannot mount /dev/$device"
done
mkdir "$root/run/examples"
for file in "$folder"/*; do
	[ "$file" = "$scratch" ] || cp -Rp "$file" "$root/run/examples"
done
cp "$binary" "$root/usr/bin/refreshbox"
mkdir -p "$root/usr/local/bin"
for applet in $("$binary" --list); do
	ln -sf /usr/bin/refreshbox "$root/usr/local/bin/$applet"
done
status=0
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	LC_ALL=C TZ=UTC chroot "$root" "$@" || status=$?
exit "$status"
