#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# unpack.sh DIR RELEASE ARCHITECTURE PACKAGE...: unpacks packages of a release of Debian's, for an
# architecture, into DIR/root, whatever those of this machine are. @PACKAGE stands for the first package
# that this one depends on. Nothing is installed, and apt works on lists of its own in DIR, which take
# 9 MB and are removed: the machine's are left alone.
# Where the packages cannot be had, stderr says why in one line, and the status is 1.
set -eu

dir=$(cd "$1" && pwd)
tools=$(cd "$(dirname "$0")" && pwd)
release=$2 arch=$3
shift 3

give_up() {
	echo "$*" >&2
	exit 1
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for tool in apt-get dpkg; do
	command -v "$tool" >/dev/null || give_up 'this is no Debian'
done
[ -e "$keyring" ] || give_up "there is no $keyring"

work=$dir/apt.$$
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/state/lists/partial" "$work/cache/archives/partial" "$dir/root"
: >"$work/status"
mirror=$("$tools/mirror.sh") || give_up 'apt has no mirror of Debian'
echo "deb [signed-by=$keyring] $mirror $release main" >"$work/sources.list"
cat >"$work/apt.conf" <<-C
	Dir::State "$work/state";
	Dir::State::status "$work/status";
	Dir::Cache "$work/cache";
	Dir::Etc::sourcelist "$work/sources.list";
	Dir::Etc::sourceparts "-";
	APT::Architecture "$arch";
	APT::Architectures { "$arch"; };
	APT::Sandbox::User "";
	Acquire::Languages "none";
	Acquire::Retries "1";
	Acquire::http::Timeout "10";
C
export APT_CONFIG="$work/apt.conf"
cd "$work"
timeout 300 apt-get update >log 2>&1 || give_up "apt-get update: $(grep '^[EW]:' log | head -n 1)"
for package; do
	shift
	case $package in
	@*) package=$(apt-cache depends "${package#@}" | sed -n '/^ *Depends: /{s///p;q}') ;;
	esac
	set -- "$@" "$package"
done
timeout 300 apt-get download "$@" >log 2>&1 ||
	give_up "apt-get download: $(grep '^[EW]:' log | head -n 1)"
for package in *.deb; do
	dpkg -x "$package" "$dir/root"
done
