#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# debian_machine.sh ROOT COMMAND [ARGUMENT]...: runs a command (as root) with MACHINE=DIR in its
# environment. DIR has the files of ROOT, /proc and /dev, and can be written to, while ROOT stays as
# it is; `chroot "$MACHINE"` enters it. All is in namespaces of its own, without a network, and ends
# with the command. Fails with status 125 and a reason where the machine cannot do that.
set -eu

die() {
	echo "debian_machine: $*" >&2
	exit 125
}

if [ "$1" != --inside ]; then
	exec unshare -m -p -n -i -u -f --kill-child --mount-proc "$0" --inside "$@"
fi

root=$(cd "$2" && pwd)
shift 2
# Nobody outside of this mount namespace sees the folder's content.
mount -t tmpfs -o mode=755 machine /mnt || die 'cannot mount a tmpfs'
mkdir /mnt/upper /mnt/work /mnt/machine
export MACHINE=/mnt/machine
mount -t overlay -o "lowerdir=$root,upperdir=/mnt/upper,workdir=/mnt/work" machine "$MACHINE" ||
	die 'cannot mount an overlay'
mount -t proc proc "$MACHINE/proc"
mount -t tmpfs -o mode=755 dev "$MACHINE/dev"
for device in null zero full random urandom; do
	: >"$MACHINE/dev/$device"
	mount --bind "/dev/$device" "$MACHINE/dev/$device"
done
mkdir "$MACHINE/dev/pts"
mount -t devpts -o newinstance,ptmxmode=666 devpts "$MACHINE/dev/pts"
ln -s pts/ptmx "$MACHINE/dev/ptmx"
for link in fd: stdin:/0 stdout:/1 stderr:/2; do
	ln -s "/proc/self/fd${link#*:}" "$MACHINE/dev/${link%:*}"
done
: >"$MACHINE/etc/apt/sources.list"
exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	LC_ALL=C.UTF-8 TZ=UTC DEBIAN_FRONTEND=noninteractive MACHINE="$MACHINE" "$@"
