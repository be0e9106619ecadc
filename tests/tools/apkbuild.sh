#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# apkbuild.sh FOLDER: builds the packages of the APKBUILD in FOLDER as Alpine's abuild does, which
# sources it in busybox' ash, unpacks its sources and calls its functions. Their files are in
# FOLDER/pkg/NAME. Nothing is fetched, stripped, compressed or packed.
# shellcheck disable=SC2154 # the APKBUILD sets the other variables
set -eu

startdir=$(cd "$1" && pwd)
srcdir=$startdir/src
pkgdir=
subpkgdir=
cd "$startdir"
# Those of Alpine's abuild 3.
export CFLAGS='-Os -fstack-clash-protection -Wformat -Werror=format-security'
export LDFLAGS=-Wl,--as-needed,-O1,--sort-common
# shellcheck source=/dev/null
. ./APKBUILD
for variable in pkgname pkgver pkgrel pkgdesc url arch license source subpackages; do
	eval "value=\${$variable-}"
	[ -n "$value" ] || { echo "APKBUILD: no $variable" >&2; exit 1; }
done
builddir=$srcdir/$pkgname-$pkgver
pkgdir=$startdir/pkg/$pkgname

# amove FILE...: moves these from the package to the subpackage.
amove() {
	for file; do
		mkdir -p "$subpkgdir/${file%/*}"
		mv "$pkgdir/$file" "$subpkgdir/${file%/*}"
	done
}
doc() {
	amove usr/share/man
}

mkdir -p "$srcdir"
for file in $source; do
	ln -s "$startdir/$file" "$srcdir"
	case $file in
	*.tar.gz) tar -C "$srcdir" -xzf "$file" ;;
	esac
done
cd "$builddir"
build
check
mkdir -p "$pkgdir"
package
for subpackage in $subpackages; do
	name=${subpackage%%:*}
	function=${subpackage#*:}
	function=${function%%:*}
	[ "$subpackage" != "$name" ] || function=${name##*-}
	subpkgdir=$startdir/pkg/$name
	mkdir -p "$subpkgdir"
	"$function"
done
