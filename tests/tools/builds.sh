#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# builds.sh DIR: builds each configuration with each compiler here, warnings being errors, and
# checks that the result needs no loader. Prints a line for each and fails if any does.
set -u

dir=$1
applets=$(awk '/^menu / { on = /"Applets"/ } /^config / && on { print $2 }' Kconfig)
bools=$(awk '/^config / { name = $2 } $1 == "bool" { print name }' Kconfig)
bad=0

# try CC NAME PRESET SET [TARGET]
try() {
	out=$dir/$1-$2
	if ${MAKE:-make} -s --no-print-directory "CC=$1" WERROR=1 "O=$out" "PRESET=$3" "SET=$4" \
		all ${5:+"$out/$5"} >"$dir/log" 2>&1 && ! grep -i warning "$dir/log" &&
		! readelf -l "$out/refreshbox.unstripped" | grep -E 'INTERP|DYNAMIC'; then
		echo "ok   $1 $2"
	else
		cat "$dir/log"
		echo "FAIL $1 $2"
		bad=1
	fi
	rm -rf "$out"
}

mkdir -p "$dir"
for cc in musl-gcc gcc clang; do
	command -v "$cc" >/dev/null || { echo "--   $cc: not installed"; continue; }
	try "$cc" default def ''
	try "$cc" allyes yes '' unit
	try "$cc" allno no ''
	for applet in $applets; do
		try "$cc" "only-$applet" no "$applet=y"
	done
	[ "$cc" = gcc ] || continue
	for symbol in $bools; do
		try "$cc" "without-$symbol" yes "$symbol=n"
	done
done
exit "$bad"
