#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fetch_run_parts.sh DIR: makes DIR/run-parts, a command that runs Debian 13's run-parts (5.23) with
# that release's own C library, whatever the release at hand. It takes some 6 seconds and 13 MB once;
# then DIR is kept, and can be copied. apt works on lists of its own in DIR: the machine's are left alone.
# Where it cannot be had, the last line of stderr tells why, and the status is 1.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ! -x "$dir/run-parts" ] || exit 0

give_up() {
	echo "debianutils 5.23 cannot be fetched: $*" >&2
	exit 1
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg
for tool in apt-get dpkg; do
	command -v "$tool" >/dev/null || give_up 'this is no Debian'
done
[ -e "$keyring" ] || give_up "there is no $keyring"

arch=$(dpkg --print-architecture)
mkdir -p "$dir/state/lists/partial" "$dir/cache/archives/partial"
: >"$dir/status"
# The mirror that this machine uses.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
	grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1)
[ -n "$mirror" ] || give_up 'apt has no mirror of Debian'
echo "deb [signed-by=$keyring] $mirror trixie main" >"$dir/sources.list"
cat >"$dir/apt.conf" <<-C
	Dir::State "$dir/state";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir/cache";
	Dir::Etc::sourcelist "$dir/sources.list";
	Dir::Etc::sourceparts "-";
	APT::Architecture "$arch";
	APT::Architectures { "$arch"; };
	APT::Sandbox::User "";
	Acquire::Languages "none";
	Acquire::Retries "1";
	Acquire::http::Timeout "10";
C
export APT_CONFIG="$dir/apt.conf"
cd "$dir"
timeout 60 apt-get update >log 2>&1 || give_up "apt-get update: $(grep '^[EW]:' log | head -n 1)"
timeout 60 apt-get download debianutils libc6 >log 2>&1 ||
	give_up "apt-get download: $(grep '^[EW]:' log | head -n 1)"
for package in debianutils_*.deb libc6_*.deb; do
	dpkg -x "$package" root
done
program=$(find root -path '*/bin/run-parts' -type f)
library=$(find root -name libc.so.6 -type f | head -n 1)
loader=$(find root \( -name 'ld-linux*.so.*' -o -name 'ld64.so.*' \) -type f | head -n 1)
for file in "$program" "$library" "$loader"; do
	[ -n "$file" ] || give_up 'the packages are not as expected'
done
mkdir -p lib
cp "$program" lib/run-parts
cp "$library" lib/libc.so.6
cp "$loader" lib/loader
rm -rf state cache root ./*.deb
cat >run-parts.new <<'E'
#!/bin/sh
lib=${0%/*}/lib
exec "$lib/loader" --argv0 run-parts --library-path "$lib" "$lib/run-parts" "$@"
E
chmod 755 run-parts.new
./run-parts.new --version | grep -q ' version 5\.23' ||
	give_up "it is $(./run-parts.new --version 2>&1 | head -n 1)"
mv run-parts.new run-parts
