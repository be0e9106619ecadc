#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# promtool.sh DIR: fetches Debian's package prometheus, of 20 MB, and unpacks DIR/promtool of it. It is
# not installed. Fails, with the reason on stderr, where it cannot be had.
set -eu

tools=$(cd "$(dirname "$0")" && pwd)
[ ! -e "$1/promtool" ] || exit 0
"$tools/download.sh"
echo 'promtool: fetching prometheus'
rm -rf "$1/new"
mkdir -p "$1/new"
cd "$1/new"
"$tools/download.sh" prometheus
dpkg-deb --fsys-tarfile ./*.deb | tar -x ./usr/bin/promtool
mv usr/bin/promtool ..
cd ..
rm -rf new
