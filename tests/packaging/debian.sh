#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# debian.sh DIR [OPTION]...: makes the source package of this checkout, and from it the packages, in DIR.
# The options are dpkg-buildpackage's. The same sources make the same files to the byte.
set -eu

dir=$1
shift
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "$dir"
cd "$dir"
version=$(dpkg-parsechangelog -l "$root/tests/packaging/debian/changelog" -S Version)
date=$(dpkg-parsechangelog -l "$root/tests/packaging/debian/changelog" -S Timestamp)
tree=refreshbox-${version%-*}
rm -rf refreshbox*
tar -C "$root" --exclude=__pycache__ --transform "s,^,$tree/,S" --sort=name --mtime="@$date" \
	--owner=0 --group=0 --numeric-owner --mode=go=rX,u+rw,a-s --format=gnu \
	-cf - Kconfig LICENSE Makefile README.md applets lib tests |
	gzip -9n >"refreshbox_${version%-*}.orig.tar.gz"
tar -xf "refreshbox_${version%-*}.orig.tar.gz"
cp -R "$root/tests/packaging/debian" "$tree/debian"
chmod -R u=rwX,go=rX "$tree/debian"
cd "$tree"
dpkg-buildpackage -us -uc "$@"
