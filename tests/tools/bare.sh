#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bare.sh [-1] DIR RELEASE...: for each of these releases of Debian, makes a root directory in DIR of
# nothing but the packages that are essential, clones this checkout into /root there, and runs the
# commands of README's section "Start", as they are printed there: the first two lines that are
# indented, or with -1, the first. They have no terminal and no locale. What they print is in
# DIR/RELEASE.log. All mounts and processes are in namespaces of their own, and end with them.
# Fails where one of the commands does; where the machine cannot do that, prints "skipped: REASON".
set -eu

# Inside the namespaces: what a machine has mounted. User namespaces cannot be made in a chroot(2).
if [ "$1" = --inside ]; then
	cd "$2"
	mount --make-rprivate /
	mount --bind . .
	cd "$2"
	mount -t proc proc proc
	mount -t sysfs sys sys
	mount -t tmpfs -o mode=755 dev dev
	for device in null zero full random urandom tty; do
		: >dev/$device
		mount --bind /dev/$device dev/$device
	done
	mkdir dev/pts dev/shm
	mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
	mount -t tmpfs shm dev/shm
	ln -s pts/ptmx dev/ptmx
	ln -s /proc/self/fd dev/fd
	for link in stdin:0 stdout:1 stderr:2; do
		ln -s "fd/${link#*:}" "dev/${link%:*}"
	done
	mkdir old
	pivot_root . old
	umount -l /old
	rmdir /old
	cd /root/refreshbox
	exec setsid -w env -i HOME=/root \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin sh -c "$3" </dev/null
fi

commands=2
[ "$1" != -1 ] || { commands=1; shift; }
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift

skip() {
	echo "skipped: $*"
	exit 0
}

tools=$(cd "$(dirname "$0")" && pwd)
[ "$(id -u)" -eq 0 ] || skip 'only root can make the root directory of a machine'
command -v debootstrap >/dev/null || skip 'there is no debootstrap'
git rev-parse HEAD >/dev/null 2>&1 || skip 'this is no checkout of git'
mirror=$("$tools/mirror.sh") || skip 'apt has no mirror of Debian'

# readme: prints the command lines of README's section "Start".
readme() {
	awk '/^#/ { start = $0 ~ /^#+ Start$/ } start && sub(/^    (\$ )?/, "")' README.md |
		head -n "$commands"
}
[ "$(readme | wc -l)" -eq "$commands" ] || {
	echo "bare: README.md has no $commands commands in its section Start" >&2
	exit 1
}

# try RELEASE: prints a line for each command.
try() {
	log=$dir/$1.log root=$dir/$1
	echo "$1: debootstrap"
	rm -rf --one-file-system "$root"
	# It mounts /proc below the root, and when it is interrupted, or fails, leaves that there.
	unshare -m -p --fork --kill-child debootstrap --variant=minbase "$1" "$root" "$mirror" \
		>"$log" 2>&1 || {
		tail -n 1 "$log"
		return 1
	}
	git clone -q --no-hardlinks . "$root/root/refreshbox" >>"$log" 2>&1
	cp /etc/resolv.conf "$root/etc/resolv.conf"
	readme >"$dir/commands"
	while read -r command <&3; do
		echo "$1: $command"
		status=0
		unshare -m -p --fork --kill-child "$0" --inside "$root" "$command" \
			>>"$log" 2>&1 3<&- || status=$?
		echo "$1: status $status, last line: $(tail -n 1 "$log")"
		[ "$status" -eq 0 ] || return 1
	done 3<"$dir/commands"
	rm -rf --one-file-system "$root"
}

failed=0
for release; do
	try "$release" || { echo "bare: $release failed; see $dir/$release.log" >&2; failed=1; }
done
exit $failed
