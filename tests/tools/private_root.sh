#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# private_root.sh [--network] ROOT LAYERS COMMAND [ARGUMENT]...: runs a command with the folder ROOT
# as its root directory, in namespaces of its own, so that the system sees nothing of it: no mount, no
# network, no process that outlives it. With --network, the network is the system's. /usr is this
# system's, with LAYER/usr of each of LAYERS (A:B, A on top) over it, and cannot be written to. The
# command's environment is a login's.
# Fails with a reason on stderr where the machine cannot do that.
set -eu

die() {
	echo "private_root: $*" >&2
	exit 125
}

if [ "$1" != --inside ]; then
	who='' net=-n
	[ "$(id -u)" -eq 0 ] || who=-r
	[ "$1" != --network ] || { net=''; shift; }
	# shellcheck disable=SC2086 # one option or none
	exec unshare $who $net -m -p -i -u -f --kill-child "$0" --inside "$@"
fi

root=$2 layers=$3
shift 3
[ -L /bin ] || die '/bin is not /usr/bin here'
for link in /bin /sbin /lib*; do
	[ ! -L "$link" ] || [ -e "$root$link" ] || cp -P "$link" "$root$link"
done
mkdir -p "$root/usr" "$root/proc" "$root/dev"
lower=
for layer in $(echo "$layers" | tr : ' '); do
	[ ! -d "$layer/usr" ] || lower=$lower$layer/usr:
done
mount -t overlay -o "ro,lowerdir=$lower/usr" private "$root/usr" || die 'cannot mount an overlay'
mount -t proc private "$root/proc" || die 'cannot mount /proc'
for device in null zero full random urandom; do
	: >"$root/dev/$device"
	mount --bind "/dev/$device" "$root/dev/$device" || die "cannot mount /dev/$device"
done
env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LOGNAME=root \
	USER=root SHELL=/bin/sh LC_ALL=C TZ=UTC chroot "$root" "$@"
