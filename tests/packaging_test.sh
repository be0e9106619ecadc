#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The recipes in tests/packaging/{rpm,arch,buildroot,yocto,alpine}. RPM's and Arch's packages are built
# with the real tools. The other recipes run in stubs of their build systems, which Debian does not
# have. All must install what `make install` installs, and what stands beside it below.

. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)
PACKAGING=$TESTS/packaging
VERSION=$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")
# The recipes build what is the default, whatever make runs these tests.
unset MAKEFLAGS MFLAGS MAKELEVEL O PRESET SET SANITIZE KCONFIG_CONFIG STRIP CFLAGS CPPFLAGS LDFLAGS CC
RUN_PARTS='644 usr/share/man/man8/run-parts.8 
777 usr/bin/run-parts refreshbox'
UNITS='644 usr/lib/systemd/system/refreshbox-initrd.service 
644 usr/lib/systemd/system/refreshbox.service 
644 usr/lib/systemd/system/refreshbox@.service '
DRACUT='755 usr/lib/dracut/modules.d/95refreshbox/module-setup.sh 
755 usr/lib/dracut/modules.d/95refreshbox/refreshbox.sh '

# contents FOLDER...: each file in them with its mode, and each link with where it leads.
contents() {
	find "$@" ! -type d -printf '%m %P %l\n' | sed -E 's/(\.[1578])\.(gz|bz2) /\1 /' | sort
}

# needs PROGRAM...: are they here? Then there is the source archive, and installed.list has what `make
# install` installs from it. Both are made once for the suite.
needs() {
	for program in make tar "$@"; do
		has_program "$program" || { echo "skipped: there is no $program"; return 1; }
	done
	ARCHIVE=$SUITE/o/refreshbox-$VERSION.tar.gz
	[ ! -e "$SUITE/installed.list" ] || return 0
	make -s -C "$ROOT" O="$SUITE/o" dist || fail 'make dist'
	mkdir "$SUITE/source"
	tar -C "$SUITE/source" -xzf "$ARCHIVE"
	SOURCE=$SUITE/source/refreshbox-$VERSION
	make -s -C "$SOURCE" DESTDIR="$SUITE/installed" PREFIX=/usr install >make.out 2>&1 ||
		fail "make install: $(cat make.out)"
	contents "$SUITE/installed" >"$SUITE/installed.list"
}

# expect_files GOT [MORE]...: the list in the file GOT is that of `make install` and MORE.
expect_files() {
	got=$1
	shift
	{ cat "$SUITE/installed.list"; [ $# -eq 0 ] || printf '%s\n' "$@"; } | sort >expected.list
	assertEquals "$got" '' "$(diff expected.list "$got")"
}

# expect_binary FILE: it is static, and of this version.
expect_binary() {
	assertEquals "$1" "refreshbox $VERSION" "$("./$1" --version)"
	! has_program readelf || assertFalse "$1 is not static" "readelf -lW '$1' | grep -q INTERP"
}
expect_stripped() {
	assertFalse "$1 is not stripped" "nm '$1' 2>&1 | grep -q ' T '"
}

# log_of COMMAND [ARGUMENT]...: runs it, and shows the end of what it prints if it fails.
log_of() {
	"$@" >log 2>&1 || fail "$1: status $?: $(tail -n 15 log)"
}

# private COMMAND [ARGUMENT]...: as root, and with namespaces of its own if that is so.
private() {
	user=
	is_root || user=-r
	# shellcheck disable=SC2086 # one option or none
	unshare $user --mount --pid --ipc --net --fork --kill-child "$@"
}

test_the_archive_builds_itself() {
	needs || return 0
	mkdir again
	log_of make -s -C "$SUITE/source/refreshbox-$VERSION" O="$HERE/again" dist
	tar -tzf "$ARCHIVE" | sort >one
	tar -tzf "again/refreshbox-$VERSION.tar.gz" | sort >two
	assertEquals 'the archive of the archive' '' "$(diff one two)"
	assertContains "$(cat one)" "refreshbox-$VERSION/tests/packaging/rpm/refreshbox.spec"
	assertEquals 'what was built is in it' '' "$(grep -E '^[^/]*/(build|refreshbox|\.config|\.git)(/|$)' one)"
}

# has_version FILE PATTERN: the one line of this extended regular expression has the version.
has_version() {
	assertEquals "$1" "$VERSION" "$(sed -nE "s/^$2[ :]*=? *//p" "$PACKAGING/$1")"
}

test_all_have_the_version_of_the_makefile() {
	has_version rpm/refreshbox.spec Version
	has_version arch/PKGBUILD pkgver
	has_version alpine/APKBUILD pkgver
	has_version buildroot/package/refreshbox/refreshbox.mk REFRESHBOX_VERSION
	recipe=$PACKAGING/yocto/recipes-support/refreshbox/refreshbox_$VERSION.bb
	assertEquals "$recipe" "$(ls "$PACKAGING"/yocto/recipes-support/refreshbox/*.bb)"
}

# build_rpms: their files are in folders of their names in "rpms".
build_rpms() {
	mkdir tmp
	# The rpmbuild of Fedora and openSUSE does this by itself; rpmlint looks for bzip2's ending.
	# Since 4.20, that of Debian would make packages of debug information, too, but lacks a program.
	finish='bzip2 %buildroot%_mandir/*/* && strip -s %buildroot%_bindir/refreshbox'
	log_of env HOME="$HERE" rpmbuild -ba --nodeps --define "_topdir $HERE/top" \
		--define 'debug_package %{nil}' \
		--define "_tmppath $HERE/tmp" --define "_sourcedir ${ARCHIVE%/*}" \
		--define "__os_install_post $finish" "$PACKAGING/rpm/refreshbox.spec"
	set -- top/RPMS/*/*.rpm
	assertEquals packages 3 $#
	for rpm; do
		name=$(rpm -qp --queryformat '%{NAME}' "$rpm" 2>/dev/null)
		mkdir -p "rpms/$name"
		(cd "rpms/$name" && rpm2cpio "$HERE/$rpm" | cpio -idm --quiet)
	done
}

expect_rpm_files() {
	contents rpms/* | grep -v 'usr/lib/\.build-id/' >rpm.list
	docs=usr/share/doc/refreshbox licence=usr/share/licenses/refreshbox
	# Debian's rpm puts the version behind, others do not.
	sed -i -E "s;($docs|$licence)-$VERSION;\\1;" rpm.list
	expect_files rpm.list "$UNITS" "$DRACUT" "644 $docs/README.md " "644 $licence/LICENSE "
	assertEquals "$RUN_PARTS" "$(contents rpms/refreshbox-run-parts)"
	assertEquals "$DRACUT" "$(contents rpms/refreshbox-dracut)"
	assertContains "$(readelf -n rpms/refreshbox/usr/bin/refreshbox)" 'Build ID'
}

# As someone would install and remove them, in a root directory of their own.
expect_that_rpms_come_and_go() {
	private true 2>/dev/null || { echo 'skipped: cannot install packages here'; return; }
	mkdir root
	set -- private rpm --root "$HERE/root" --dbpath /db
	log_of "$@" -i top/RPMS/*/refreshbox-[0-9]*.rpm top/RPMS/*/refreshbox-run-parts-*.rpm
	log_of "$@" -V refreshbox refreshbox-run-parts
	script root/scripts/one 'echo one'
	assertEquals one "$(root/usr/bin/run-parts root/scripts 2>&1)"
	"$@" -e refreshbox >log 2>&1 && fail 'refreshbox goes, and leaves refreshbox-run-parts'
	log_of "$@" -e refreshbox refreshbox-run-parts
	assertEquals 'left behind' '' "$(contents root/usr)"
}

# What it finds changes from version to version.
expect_that_rpmlint_is_silent() {
	case $(rpmlint --version 2>/dev/null) in
	2.4*) ;;
	*) echo 'skipped: there is no rpmlint 2.4, which the filters are for'; return ;;
	esac
	rpmlint -r "$PACKAGING/rpm/refreshbox.rpmlintrc" "$PACKAGING/rpm/refreshbox.spec" \
		top/SRPMS/*.rpm top/RPMS/*/*.rpm >lint 2>&1
	status=$?
	assertEquals "rpmlint: $(cat lint)" 0 $status
	assertTrue "rpmlint: $(cat lint)" "grep -q ' 0 errors, 0 warnings' lint"
}

test_rpm() {
	needs rpmbuild rpm2cpio cpio bzip2 unshare || return 0
	build_rpms
	expect_rpm_files
	expect_binary rpms/refreshbox/usr/bin/refreshbox
	expect_stripped rpms/refreshbox/usr/bin/refreshbox
	expect_that_rpms_come_and_go
	expect_that_rpmlint_is_silent
}

# makepkg refuses to run as root.
as_packager() {
	if is_root; then
		unshare --pid --ipc --net --fork --kill-child \
			setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		"$@"
	fi
}

build_arch() {
	mkdir arch
	cp "$PACKAGING/arch/PKGBUILD" "$ARCHIVE" arch
	! is_root || chown -R 65534:65534 arch
	(cd arch && log_of as_packager env HOME="$HERE/arch" PKGEXT=.pkg.tar makepkg --nodeps --nocolor)
	for name in refreshbox refreshbox-run-parts; do
		mkdir -p "archs/$name"
		tar -C "archs/$name" -xf arch/"$name-$VERSION"-*.pkg.tar || fail "there is no $name"
		mv "archs/$name/.PKGINFO" "$name.info"
		rm "archs/$name"/.[A-Z]*
	done
}

test_arch() {
	needs makepkg bsdtar fakeroot setpriv unshare || return 0
	! is_root || may_drop || return 0
	build_arch
	contents archs/* >arch.list
	expect_files arch.list "$UNITS" "$DRACUT" '644 usr/share/licenses/refreshbox/LICENSE ' \
		'777 usr/share/licenses/refreshbox-run-parts refreshbox'
	assertEquals "$RUN_PARTS" "$(contents archs/refreshbox-run-parts/usr | sed 's| | usr/|' |
		grep -v licenses)"
	expect_binary archs/refreshbox/usr/bin/refreshbox
	expect_stripped archs/refreshbox/usr/bin/refreshbox
	for line in "depend = refreshbox=$VERSION-1" 'conflict = run-parts' 'provides = run-parts'; do
		assertTrue "no '$line'" "grep -qx '$line' refreshbox-run-parts.info"
	done
}

test_alpine() {
	needs busybox || return 0
	mkdir alpine
	cp "$PACKAGING"/alpine/* "$ARCHIVE" alpine
	log_of busybox ash "$TESTS/tools/apkbuild.sh" alpine
	contents alpine/pkg/* >alpine.list
	feature='644 etc/mkinitfs/features.d/refreshbox.files '
	expect_files alpine.list "$feature"
	assertEquals "${RUN_PARTS#*
}" "$(contents alpine/pkg/refreshbox-run-parts)"
	assertEquals "$feature" "$(contents alpine/pkg/refreshbox-mkinitfs)"
	assertEquals "$(grep /man/ "$SUITE/installed.list")" "$(contents alpine/pkg/refreshbox-doc)"
	expect_binary alpine/pkg/refreshbox/usr/bin/refreshbox
}

# The feature of mkinitfs takes along the package's programs and the folder of the phases.
test_alpine_feature() {
	needs || return 0
	"$SUITE/installed/usr/bin/refreshbox" os-refresh-config --print-base >wanted
	sed -n 's|^[0-9]* \(usr/bin/[^ ]*\) .*|/\1|p' "$SUITE/installed.list" | grep -v run-parts$ >>wanted
	echo /usr/bin/dib-run-parts >>wanted
	assertEquals "$(sort wanted)" "$(grep -v '^#' "$PACKAGING/alpine/refreshbox.files" | sort)"
}

# applets: the symbols of all applets in our Kconfig.
applets() {
	sed -n 's/.*APPLET(\([A-Z_]*\), ".*/\1/p' "$ROOT/applets/applets.h"
}

# buildroot_config MMU LINE...: what Buildroot's Kconfig makes of these lines, in the file "config".
buildroot_config() {
	cat >Config.in <<-E
		mainmenu "A stub of Buildroot"
		config BR2_EXTERNAL_REFRESHBOX_PATH
			string
			option env="BR2_EXTERNAL_REFRESHBOX_PATH"
		config BR2_USE_MMU
			def_bool $1
		source "\$BR2_EXTERNAL_REFRESHBOX_PATH/Config.in"
	E
	shift
	printf '%s\n' "$@" >defconfig
	log_of env CONFIG_= KCONFIG_CONFIG=config BR2_EXTERNAL_REFRESHBOX_PATH="$PACKAGING/buildroot" \
		kconfig-conf --defconfig=defconfig Config.in
	assertEquals 'Kconfig complains' '' "$(grep -i -e warning -e error log)"
}

test_buildroot_config() {
	needs kconfig-conf || return 0
	buildroot_config n BR2_PACKAGE_REFRESHBOX=y
	assertEquals 'without an MMU' '' "$(grep REFRESHBOX=y config)"
	buildroot_config y BR2_PACKAGE_REFRESHBOX=y
	assertEquals "$(applets | sort)" \
		"$(sed -nE 's/^(# )?BR2_PACKAGE_REFRESHBOX_([A-Z_]*)(=[yn]| is not set)$/\2/p' config | sort)"
	assertEquals 'DIB_RUN_PARTS=y OS_REFRESH_CONFIG=y REFRESH_PHASE=y SET=""' \
		"$(sed -n 's/^BR2_PACKAGE_REFRESHBOX_//p' config | sort | paste -sd ' ')"
}

# The checkout is Buildroot's source, so only its licence has a sum.
test_buildroot_hashes() {
	mk=$PACKAGING/buildroot/package/refreshbox/refreshbox.mk
	make -s -f "$TESTS/tools/generic_package.mk" MK="$mk" BUILD="$HERE" \
		BR2_EXTERNAL_REFRESHBOX_PATH="$PACKAGING/buildroot" print-REFRESHBOX_SITE \
		print-REFRESHBOX_LICENSE_FILES print-REFRESHBOX_APPLETS >values
	{ read -r site; read -r licences; read -r built; } <values
	assertEquals "$(applets | sort)" "$(echo "$built" | tr ' ' '\n' | sort)"
	assertTrue "$site" "[ '$site/Makefile' -ef '$ROOT/Makefile' ]"
	sed -n 's/^sha256  \(.*  .*\)/\1/p' "$PACKAGING/buildroot/package/refreshbox/refreshbox.hash" >sums
	assertEquals "$licences" "$(sed 's/.*  //' sums)"
	(cd "$ROOT" && sha256sum -c "$HERE/sums" >/dev/null 2>&1)
	assertEquals 'the sum of a licence has changed' 0 $?
}

test_buildroot() {
	needs kconfig-conf || return 0
	package=BR2_PACKAGE_REFRESHBOX
	buildroot_config y $package=y "# ${package}_DIB_RUN_PARTS is not set" "${package}_RUN_PARTS=y" \
		"${package}_SET=\"LOCALTIME=n HELP=n\""
	mkdir -p build/target/usr/bin
	cp -R "$SUITE/source/refreshbox-$VERSION/." build
	rm -f build/refreshbox
	rm -rf build/build
	# This one is busybox's, which is installed first.
	ln -s ../../bin/busybox build/target/usr/bin/run-parts
	compiler=musl-gcc
	has_program musl-gcc || compiler=cc
	log_of make -f "$TESTS/tools/generic_package.mk" BUILD="$HERE/build" TARGET_CC="$compiler" \
		CONFIG=config MK="$PACKAGING/buildroot/package/refreshbox/refreshbox.mk"
	contents build/target | sort - >target.list
	grep -v -e dib-run-parts -e refreshbox-initrd "$SUITE/installed.list" >less
	assertEquals '' "$({ cat less; echo "$UNITS" | grep -v initrd; } | sort | diff - target.list)"
	expect_binary build/target/usr/bin/refreshbox
	assertTrue 'it is stripped' "nm build/target/usr/bin/refreshbox | grep -q ' T '"
	grep -xE 'CONFIG_.* = y' build/build/config.mk >on
	assertEquals 'other options' '' "$(grep -e LOCALTIME -e HELP -e PLOT on)"
	assertContains 'the defaults' "$(cat on)" CONFIG_EVENTS
}

# recipe NAME...: what Yocto's recipe says of these, to be evaluated.
recipe() {
	"$TESTS/tools/recipe.py" "$PACKAGING/yocto/recipes-support/refreshbox/refreshbox_$VERSION.bb" \
		THISDIR="$PACKAGING/yocto/recipes-support/refreshbox" PN=refreshbox BPN=refreshbox \
		BP="refreshbox-$VERSION" D="$HERE/d" CC="$compiler" prefix=/usr bindir=/usr/bin \
		mandir=/usr/share/man base_bindir=/bin systemd_system_unitdir=/usr/lib/systemd/system \
		PACKAGES='refreshbox-doc refreshbox' FILES:refreshbox=/usr/bin FILESEXTRAPATHS= -- "$@" ||
		fail 'recipe.py'
}

# shellcheck disable=SC2154 # the recipe's variables
test_yocto_says() {
	needs python3 || return 0
	compiler=cc
	eval "$(recipe LICENSE LIC_FILES_CHKSUM SRC_URI FILESEXTRAPATHS:prepend)"
	assertEquals Apache-2.0 "$LICENSE"
	assertEquals "file://LICENSE;md5=$(md5sum <"$ROOT/LICENSE" | cut -d ' ' -f 1)" "$LIC_FILES_CHKSUM"
	assertEquals "file://${ARCHIVE##*/}" "$SRC_URI"
	assertTrue "$FILESEXTRAPATHS_prepend" "[ '${FILESEXTRAPATHS_prepend%/build:}' -ef '$ROOT' ]"
	eval "$(recipe PACKAGES FILES:refreshbox-run-parts RDEPENDS:refreshbox-run-parts)"
	assertEquals 'refreshbox-run-parts refreshbox-doc refreshbox' "$PACKAGES"
	assertEquals refreshbox "$RDEPENDS_refreshbox_run_parts"
	# The others of this name: debianutils' has 60, and busybox's 50.
	eval "$(recipe 'ALTERNATIVE_PRIORITY[run-parts]' 'ALTERNATIVE_LINK_NAME[run-parts]')"
	assertTrue "$ALTERNATIVE_PRIORITY_run_parts" "[ '$ALTERNATIVE_PRIORITY_run_parts' -gt 60 ]"
	assertEquals /bin/run-parts "$ALTERNATIVE_LINK_NAME_run_parts"
}

# run_task NAME: in the source folder "s", as bitbake does.
run_task() {
	{
		echo 'set -e; cd s'
		printf 'oe_runmake() { make %s "$@"; }\n' "$(eval "$(recipe EXTRA_OEMAKE)"; echo "$EXTRA_OEMAKE")"
		recipe "$1"
		echo "$1"
	} >task
	log_of env CFLAGS='-O2 -pipe -g' LDFLAGS='-Wl,-O1 -Wl,--hash-style=gnu -Wl,--as-needed' sh task
}

# shellcheck disable=SC2154 # the recipe's variables
test_yocto() {
	needs python3 || return 0
	compiler='musl-gcc -m64'
	has_program musl-gcc || compiler=cc
	mkdir d s
	tar -C s --strip-components=1 -xzf "$ARCHIVE"
	run_task do_compile
	run_task do_install
	contents d | sed 's|usr/bin/run-parts\.refreshbox |usr/bin/run-parts |' | sort >yocto.list
	expect_files yocto.list "$UNITS"
	eval "$(recipe FILES:refreshbox-run-parts 'ALTERNATIVE_TARGET[run-parts]' FILES:refreshbox)"
	for file in $FILES_refreshbox_run_parts; do
		assertTrue "$file is installed" "[ -e 'd$file' ]"
	done
	assertContains "$FILES_refreshbox_run_parts " "$ALTERNATIVE_TARGET_run_parts "
	assertContains "$FILES_refreshbox" /usr/lib/systemd/system
	expect_binary d/usr/bin/refreshbox
	assertTrue 'it is stripped' "nm d/usr/bin/refreshbox | grep -q ' T '"
}

# shellcheck source=/dev/null
. shunit2
