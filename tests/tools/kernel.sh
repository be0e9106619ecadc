#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kernel.sh DIR: fetches this Debian's kernel for virtual machines and unpacks of it DIR/vmlinuz and, for
# programs that make initramfs images, DIR/boot and DIR/lib/modules, without the modules. It is not
# installed. Fails, with the reason on stderr, where it cannot be had.
# kernel.sh DIR ARCHITECTURE: fetches that of another architecture, DIR/vmlinuz, and DIR/busybox.
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
[ ! -e "$1/vmlinuz" ] || exit 0
if [ $# -gt 1 ]; then
	echo "kernel: fetching one for $2"
	mkdir -p "$1"
	release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
	"$tools/unpack.sh" "$1" "$release" "$2" "@linux-image-cloud-$2" busybox-static
	mv "$1"/root/boot/vmlinuz-* "$1/vmlinuz.new"
	mv "$1"/root/bin/busybox "$1/busybox" 2>/dev/null || mv "$1"/root/usr/bin/busybox "$1/busybox"
	rm -rf "$1/root"
	mv "$1/vmlinuz.new" "$1/vmlinuz"
	exit
fi
"$tools/download.sh"
case $(dpkg --print-architecture) in
amd64 | arm64) ;;
*) echo 'kernel: Debian has none for virtual machines of this architecture' >&2; exit 1 ;;
esac
package=$(apt-cache depends "linux-image-cloud-$(dpkg --print-architecture)" |
	sed -n 's/^ *Depends: *\(linux-image-[^ ]*\)$/\1/p' | head -n 1)
[ -n "$package" ] || { echo 'kernel: apt knows of none; run apt-get update' >&2; exit 1; }
echo "kernel: fetching $package"
rm -rf "$1/new"
mkdir -p "$1/new"
cd "$1/new"
"$tools/download.sh" "$package"
# Since Debian 13, the modules are in ./usr/lib.
dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards ./boot '*/lib/modules/*/modules.*'
[ -e lib ] || mv usr/lib lib
mv boot lib ..
cd ..
rm -rf new
mv boot/vmlinuz-* vmlinuz
