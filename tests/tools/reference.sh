#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# reference.sh DIR: unpacks the os-refresh-config and dib-run-parts that ours replace, and the Python
# module that they need, into DIR, unless it is there. They are Debian's packages, but not installed:
# nothing outside DIR changes, and DIR/usr/bin is not in PATH.
# Fails when one of them cannot be had.
set -eu

dir=$1
tools=$(cd "$(dirname "$0")" && pwd)
[ ! -d "$dir" ] || exit 0

new=$dir.new.$$
trap 'rm -rf "$new"' EXIT
mkdir -p "$new/debs"
echo 'reference: fetching os-refresh-config and dib-run-parts'
(
	cd "$new/debs"
	"$tools/download.sh" python3-os-refresh-config python3-dib-utils python3-psutil
)
for deb in "$new"/debs/*.deb; do
	dpkg-deb -x "$deb" "$new/root"
done
mv "$new/root" "$dir"
