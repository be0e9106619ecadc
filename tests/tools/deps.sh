#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# deps.sh: installs what building, testing and measuring need, and only what is missing, with the
# package manager of Debian, Ubuntu or Alpine.
# LONG=1 deps.sh: installs the compilers for all architectures as well.
# deps.sh --have: fails, and says what to do, where something is missing that all tests need.
set -eu

# have MESSAGE: all tests need these.
have() {
	for tool in make shunit2 "${CC:-cc}"; do
		command -v "${tool%% *}" >/dev/null || { echo "$1 $tool" >&2; exit 1; }
	done
}
if [ "${1-}" = --have ]; then
	have 'run `make deps` as root first: there is no'
	exit
fi

# COMMAND:PACKAGE pairs of each system.
long='x86_64-linux-gnu-gcc:gcc-x86-64-linux-gnu
	arm-linux-gnueabi-gcc:gcc-arm-linux-gnueabi arm-linux-gnueabihf-gcc:gcc-arm-linux-gnueabihf
	i686-linux-gnu-gcc:gcc-i686-linux-gnu mips64el-linux-gnuabi64-gcc:gcc-mips64el-linux-gnuabi64
	mipsel-linux-gnu-gcc:gcc-mipsel-linux-gnu powerpc64le-linux-gnu-gcc:gcc-powerpc64le-linux-gnu
	riscv64-linux-gnu-gcc:gcc-riscv64-linux-gnu s390x-linux-gnu-gcc:gcc-s390x-linux-gnu'
debian='gcc:gcc ld:binutils make:make musl-gcc:musl-tools clang:clang bash:bash dash:dash
	shunit2:shunit2 strace:strace shellcheck:shellcheck awk:mawk gawk:gawk timeout:coreutils
	cmp:diffutils busybox:busybox-static run-parts:debianutils
	kconfig-conf:kconfig-frontends-nox setfacl:acl unshare:util-linux setpriv:util-linux file:file
	su:util-linux openssl:openssl ip:iproute2 ps:procps perl:perl-base python3:python3
	clang-tidy:clang-tidy cppcheck:cppcheck valgrind:valgrind mandoc:mandoc rsvg-convert:librsvg2-bin
	qemu-system-x86_64:qemu-system-x86 qemu-system-aarch64:qemu-system-arm
	aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64-static:qemu-user-static
	cpio:cpio mkinitramfs:initramfs-tools-core dracut:dracut-core
	disk-image-create:python3-diskimage-builder podman:podman buildah:buildah
	g++:build-essential dh:debhelper lintian:lintian faketime:faketime diffoscope:diffoscope-minimal
	piuparts:piuparts autopkgtest:autopkgtest ansible-playbook:ansible-core
	ansible-lint:ansible-lint dropbear:dropbear-bin ssh:openssh-client rpmbuild:rpm rpmlint:rpmlint
	bzip2:bzip2 makepkg:makepkg pacman:pacman-package-manager bsdtar:libarchive-tools
	fakeroot:fakeroot zsh:zsh fish:fish jq:jq
	debootstrap:debootstrap'
alpine='gcc:gcc ld:binutils make:make bash:bash dash:dash shunit2:shunit2 strace:strace
	shellcheck:shellcheck gawk:gawk timeout:coreutils cmp:diffutils
	busybox.static:busybox-static setfacl:acl unshare:util-linux setpriv:setpriv file:file
	python3:python3 mandoc:mandoc'

# Prints the packages of those pairs whose command there is not.
missing() {
	for pair; do
		command -v "${pair%%:*}" >/dev/null 2>&1 || echo "${pair#*:}"
	done | sort -u | tr '\n' ' '
}

# shellcheck disable=SC2086 # lists of words
if command -v apt-get >/dev/null; then
	packages=$(missing $debian ${LONG:+$long})
	# A compiler without a C library's headers is of no use.
	[ -e /usr/include/stdio.h ] || packages="libc6-dev $packages"
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || packages="tzdata $packages"
	[ -e /usr/share/i18n/locales/en_US ] || packages="locales $packages"
	# clang's sanitizers and fuzzer, of the version that the package clang stands for.
	ls /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a >/dev/null 2>&1 ||
		packages="$packages libclang-rt-dev"
	update='apt-get update' install='apt-get install -y --no-install-recommends'
elif command -v apk >/dev/null; then
	packages=$(missing $alpine)
	[ -e /usr/include/stdio.h ] || packages="musl-dev $packages"
	[ -e /usr/share/zoneinfo/Europe/Berlin ] || packages="tzdata $packages"
	update='apk update' install='apk add'
else
	echo "deps: neither apt-get nor apk is here; install by hand: $(missing $debian)" >&2
	exit 1
fi

if [ -z "$packages" ]; then
	echo 'deps: everything is there'
	exit 0
fi
if [ "$(id -u)" -ne 0 ]; then
	echo "deps: only root may install packages; as root: $install $packages" >&2
	exit 1
fi
echo "deps: installing $packages"
export DEBIAN_FRONTEND=noninteractive
$update
# Together where that works; else one by one, so that one unknown here does not keep out the others.
# shellcheck disable=SC2086 # lists of words
if ! $install $packages; then
	for package in $packages; do
		$install "$package" || echo "deps: could not install $package" >&2
	done
fi
have 'deps: there is still no'
