#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cross.sh DIR ARCHITECTURE: makes DIR/cc, a compiler of static programs for one of Debian's
# architectures: the cross gcc that is installed, or for i386 the gcc of an x86_64 machine, with
# Debian's musl, which is fetched once, in some 5 seconds, and unpacked in DIR. Nothing is installed.
# Where that is impossible, there is no DIR/cc, DIR/reason says why, and the status is 1.
set -eu

mkdir -p "$1"
dir=$(cd "$1" && pwd)
arch=$2
[ ! -x "$dir/cc" ] || exit 0
tools=$(cd "$(dirname "$0")" && pwd)

give_up() {
	echo "cross: $arch: $*" >&2
	echo "$*" >"$dir/reason"
	exit 1
}

# What GNU's tools call the machine, and what musl does where that is not the same.
case $arch in
amd64) gnu=x86_64-linux-gnu musl=x86_64-linux-musl ;;
arm64) gnu=aarch64-linux-gnu musl=aarch64-linux-musl ;;
armel) gnu=arm-linux-gnueabi musl=arm-linux-musleabi ;;
armhf) gnu=arm-linux-gnueabihf musl=arm-linux-musleabihf ;;
i386) gnu=i686-linux-gnu musl=i386-linux-musl ;;
mips64el) gnu=mips64el-linux-gnuabi64 musl=mips64el-linux-musl ;;
mipsel) gnu=mipsel-linux-gnu musl=mipsel-linux-musl ;;
ppc64el) gnu=powerpc64le-linux-gnu musl=powerpc64le-linux-musl ;;
riscv64 | s390x) gnu=$arch-linux-gnu musl=$arch-linux-musl ;;
*) give_up 'not one of amd64 arm64 armel armhf i386 mips64el mipsel ppc64el riscv64 s390x' ;;
esac

gcc=$gnu-gcc packages=musl-dev
if ! command -v "$gcc" >/dev/null && [ "$arch:$(uname -m)" = i386:x86_64 ] && command -v gcc >/dev/null; then
	version=$(gcc -dumpversion)
	gcc='gcc -m32' packages="musl-dev libgcc-${version%%.*}-dev"
	libgcc=$dir/root/usr/lib/gcc/i686-linux-gnu/${version%%.*}
elif command -v "$gcc" >/dev/null; then
	libgcc=$("$gcc" -print-libgcc-file-name)
	libgcc=${libgcc%/*}
else
	give_up "there is no $gcc (on Debian: apt-get install gcc-$gnu)"
fi

release=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
echo "cross: fetching musl for $arch"
# shellcheck disable=SC2086 # a list of words
reason=$("$tools/unpack.sh" "$dir" "$release" "$arch" $packages 2>&1) || give_up "$reason"

cat >"$dir/cc.new" <<C
#!/bin/sh
musl=$dir/root/usr/lib/$musl
set -- -nostdinc -isystem "$dir/root/usr/include/$musl" -isystem "$libgcc/include" "\$@"
case " \$* " in
*' -c '* | *' -S '* | *' -E '* | *' -print-'* | *' -dump'*) exec $gcc "\$@" ;;
esac
exec $gcc -static -nostdlib -L"\$musl" -L"$libgcc" "\$musl/crt1.o" "\$musl/crti.o" "\$@" \\
	-Wl,--start-group -lc -lgcc -lgcc_eh -Wl,--end-group "\$musl/crtn.o"
C
chmod 755 "$dir/cc.new"
echo 'int main(void) { return 0; }' >"$dir/try.c"
"$dir/cc.new" "$dir/try.c" -o "$dir/try" 2>"$dir/log" || give_up "$gcc: $(head -n 1 "$dir/log")"
rm -f "$dir/try" "$dir/try.c" "$dir/log" "$dir/reason"
mv "$dir/cc.new" "$dir/cc"
