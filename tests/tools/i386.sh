#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# i386.sh DIR: makes DIR/cc, a compiler of static 32-bit programs: the gcc that is installed, with
# Debian's musl and libgcc for i386, which takes some 5 seconds and 13 MB once. Nothing is installed.
# Where that is impossible, or this machine does not run such programs, there is no DIR/cc, DIR/reason
# says why, and the status is 1.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
[ ! -x "$dir/cc" ] || exit 0
tools=$(cd "$(dirname "$0")" && pwd)

give_up() {
	echo "i386: $*" >&2
	echo "$*" >"$dir/reason"
	exit 1
}

arch=$(uname -m)
[ "$arch" = x86_64 ] || give_up "a processor of $arch does not run programs for i386"
command -v gcc >/dev/null || give_up 'there is no gcc'
release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
version=$(gcc -dumpversion)
version=${version%%.*}
echo 'i386: fetching musl and libgcc'
reason=$("$tools/unpack.sh" "$dir" "$release" i386 musl-dev "libgcc-$version-dev" 2>&1) ||
	give_up "$reason"

# It finds the libraries beside it, wherever that folder is.
sed "s/@VERSION@/$version/" >"$dir/cc.new" <<'C'
#!/bin/sh
libraries=$(cd "$(dirname "$0")" && pwd)/root/usr
musl=$libraries/lib/i386-linux-musl
gcc=$libraries/lib/gcc/i686-linux-gnu/@VERSION@
set -- -m32 -nostdinc -isystem "$libraries/include/i386-linux-musl" -isystem "$gcc/include" "$@"
case " $* " in
*' -c '* | *' -S '* | *' -E '* | *' -print-'*) exec gcc "$@" ;;
esac
exec gcc -static -nostdlib -L"$musl" -L"$gcc" "$musl/crt1.o" "$musl/crti.o" "$@" -lc -lgcc "$musl/crtn.o"
C
chmod 755 "$dir/cc.new"
echo 'int main(void) { return sizeof(long) - 4; }' >"$dir/try.c"
"$dir/cc.new" "$dir/try.c" -o "$dir/try" 2>"$dir/log" || give_up "gcc: $(head -n 1 "$dir/log")"
"$dir/try" 2>/dev/null || give_up 'this kernel does not run programs for i386'
rm -f "$dir/try" "$dir/try.c" "$dir/log" "$dir/reason"
mv "$dir/cc.new" "$dir/cc"
