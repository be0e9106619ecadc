#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fetch_run_parts.sh DIR: makes DIR/run-parts, a command that runs Debian 13's run-parts (5.23) with
# that release's own C library, whatever the release at hand. It takes some 6 seconds and 13 MB once;
# then DIR is kept, and can be copied.
# Where it cannot be had, the last line of stderr tells why, and the status is 1.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ! -x "$dir/run-parts" ] || exit 0

give_up() {
	echo "debianutils 5.23 cannot be fetched: $*" >&2
	exit 1
}

arch=$(dpkg --print-architecture 2>/dev/null) || give_up 'this is no Debian'
reason=$("$(dirname "$0")/unpack.sh" "$dir" trixie "$arch" debianutils libc6 2>&1) || give_up "$reason"
cd "$dir"
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
rm -rf root
cat >run-parts.new <<'E'
#!/bin/sh
lib=${0%/*}/lib
exec "$lib/loader" --argv0 run-parts --library-path "$lib" "$lib/run-parts" "$@"
E
chmod 755 run-parts.new
./run-parts.new --version | grep -q ' version 5\.23' ||
	give_up "it is $(./run-parts.new --version 2>&1 | head -n 1)"
mv run-parts.new run-parts
