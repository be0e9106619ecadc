#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# emulate.sh ARCH COMMAND [ARGUMENT]...: runs a command where programs of this architecture of Debian's
# run; $REFRESHBOX is one of them. If the machine runs them, that is all. Else the kernel starts the
# user mode of qemu for them, in namespaces of the command's own, outside of which nothing changes and
# where all processes end with it; and $EMULATED is ARCH.
# Where neither works, this prints "skipped: REASON", and the status is 77.
set -eu

skip() {
	echo "skipped: $arch: $*"
	exit 77
}

runs() {
	"$REFRESHBOX" --version >/dev/null 2>&1
}

# Waits until the user namespace has users.
wait_for_users() {
	tries=0
	until [ "$(id -u)" -eq 0 ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 1000 ] || skip 'the namespace has no users'
		sleep 0.01
	done
}

# register LINE: makes qemu the interpreter of these programs in this user namespace.
register() {
	mount -t proc proc /proc 2>/dev/null || skip 'no namespace may have a /proc of its own here'
	mount -t binfmt_misc binfmt_misc /proc/sys/fs/binfmt_misc 2>/dev/null ||
		skip 'a namespace has interpreters of its own since Linux 6.7'
	cat "$1" >/proc/sys/fs/binfmt_misc/register
}

if [ "$1" = --inside ]; then
	line=$2
	arch=$3
	shift 3
	wait_for_users
	register "$line"
	runs || skip 'qemu does not run these programs'
	export EMULATED="$arch"
	# An ordinary user is one inside, too.
	[ "$USER_IDS" != 0:0 ] || exec "$@"
	exec unshare -U --map-user="${USER_IDS%:*}" --map-group="${USER_IDS#*:}" "$@"
fi

arch=$1
shift
if [ ! -x "$REFRESHBOX" ]; then
	reason=$(cat "${REFRESHBOX%/*/*}/cross/$arch/reason" 2>/dev/null) ||
		reason='run `make deps LONG=1` and `make cross LONG=1` first'
	skip "$reason"
fi
case $arch in
amd64) cpu=x86_64 ;;
arm64) cpu=aarch64 ;;
armel | armhf) cpu=arm ;;
ppc64el) cpu=ppc64le ;;
*) cpu=$arch ;;
esac
if runs; then
	# Somebody may have registered qemu for all.
	[ ! -e "/proc/sys/fs/binfmt_misc/qemu-$cpu" ] || export EMULATED="$arch"
	exec "$@"
fi
# This is what Debian's qemu has the kernel know where it is installed.
line=/usr/lib/binfmt.d/qemu-$cpu.conf
[ -r "$line" ] || skip "there is no $line"
unshare -Ur true 2>/dev/null || skip 'no user namespaces are allowed here'
USER_IDS=$(id -u):$(id -g)
export USER_IDS
apart='-U -m -p -f --kill-child'
# shellcheck disable=SC2086 # words
[ "$USER_IDS" = 0:0 ] || exec unshare -r $apart "$0" --inside "$line" "$arch" "$@"
# Root gives the namespace all users that it knows itself; that has to come from outside.
outer=$(readlink /proc/self/ns/user)
(
	while [ "$(readlink "/proc/$$/ns/user")" = "$outer" ]; do
		sleep 0.01
	done
	for map in gid_map uid_map; do
		awk '{ print $1, $1, $3 }' /proc/self/$map >"/proc/$$/$map"
	done
) &
# shellcheck disable=SC2086 # words
exec unshare $apart "$0" --inside "$line" "$arch" "$@"
