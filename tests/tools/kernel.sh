#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kernel.sh DIR: fetches this Debian's kernel for virtual machines and unpacks of it DIR/vmlinuz and, for
# programs that make initramfs images, DIR/boot and DIR/lib/modules, without the modules. It is not
# installed. Fails, with the reason on stderr, where it cannot be had.
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
[ ! -e "$1/vmlinuz" ] || exit 0
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
dpkg-deb --fsys-tarfile ./*.deb | tar -x --wildcards ./boot './lib/modules/*/modules.*'
mv boot lib ..
cd ..
rm -rf new
mv boot/vmlinuz-* vmlinuz
