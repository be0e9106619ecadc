#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# debian_root.sh DIR [RELEASE]: makes the root directory of a small Debian, of this release or that
# of this machine, in which tests can install packages without a network. Fails, with the reason on
# stderr, where it cannot be made.
set -eu

die() {
	echo "debian_root: $*" >&2
	exit 1
}

[ ! -e "$1/etc/debian_version" ] || exit 0
[ "$(id -u)" -eq 0 ] || die 'only root can make it'
command -v debootstrap >/dev/null || die 'there is no debootstrap'
mirror=$("$(dirname "$0")/mirror.sh") || die 'apt has no mirror of Debian'
release=${2-$(. /etc/os-release && echo "${VERSION_CODENAME-}")}
mkdir -p "$1"
rm -rf --one-file-system "$1.new"
echo "debian_root: installing Debian $release in $1"
# Besides the essential packages, these are those that ours depend on, and one for autopkgtest. With
# its mount namespace ends what debootstrap mounts, even if it is interrupted.
unshare -m -p --fork --kill-child debootstrap --variant=minbase \
	--include=initramfs-tools-core,dracut-core,apt-utils "$release" "$1.new" "$mirror" \
	>"$1.log" 2>&1 ||
	die "debootstrap: $(tail -n 1 "$1.log")"
rmdir "$1"
mv "$1.new" "$1"
