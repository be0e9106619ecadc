#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# callers.sh [-k] DIR: fetches those packages of Debian's whose programs call run-parts, as far as
# they are not there yet, and unpacks each into DIR/PACKAGE, its maintainer scripts into
# DIR/PACKAGE/DEBIAN. They are not installed: no daemon is started, nothing outside DIR changes.
# -k: the kernel too, a download of 27 MB, of which the maintainer scripts are kept.
# Fails when one of them cannot be had.
set -eu

kernel=
[ "$1" != -k ] || { kernel=yes; shift; }
dir=$1
fetched=0 failed=0

tools=$(cd "$(dirname "$0")" && pwd)
"$tools/download.sh"
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)

# A program in /sbin of a package is one in /usr/sbin where those are the same folder.
merge_usr() {
	for part in bin sbin lib; do
		if [ ! -d "$1/$part" ] || [ ! -L "/$part" ]; then
			continue
		fi
		mkdir -p "$1/usr/$part"
		cp -a "$1/$part/." "$1/usr/$part"
		rm -r "${1:?}/$part"
	done
}

# fetch PACKAGE FOLDER [scripts]: to DIR/FOLDER, the files of the package too or its scripts alone.
fetch() {
	[ ! -d "$dir/$2" ] || return 0
	echo "callers: fetching $1"
	rm -rf "$dir/new.$$"
	mkdir -p "$dir/new.$$/root/DEBIAN"
	(
		cd "$dir/new.$$" && "$tools/download.sh" "$1" && dpkg-deb -e ./*.deb root/DEBIAN &&
			{ [ "${3:-}" = scripts ] || dpkg-deb -x ./*.deb root; }
	) || { failed=$((failed + 1)); return 0; }
	merge_usr "$dir/new.$$/root"
	mv "$dir/new.$$/root" "$dir/$2"
	rm -rf "$dir/new.$$"
	fetched=$((fetched + 1))
}

# Prints the package with a version in its name that one of these depends on.
newest() {
	apt-cache depends "$@" 2>/dev/null |
		awk '$1 == "Depends:" && $2 ~ /-[0-9].*-/ { print $2; exit }'
}

for package in cron cron-daemon-common anacron ca-certificates ifupdown resolvconf x11-common \
	linux-base; do
	fetch "$package" "$package"
done
# The newest kernel's, by any of its names.
arch=$(dpkg --print-architecture)
for kind in headers ${kernel:+image}; do
	[ ! -d "$dir/linux-$kind" ] || continue
	package=$(newest "linux-$kind-cloud-$arch" "linux-$kind-$arch" "linux-$kind-generic")
	[ -z "$package" ] || fetch "$package" "linux-$kind" scripts
done
echo "callers: $fetched fetched, $failed failed"
[ "$failed" -eq 0 ]
