#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What make makes: a static binary, the same each time, and its installation.

cd "$(dirname "$0")/.." || exit 1

oneTimeSetUp() {
	work=$SHUNIT_TMPDIR
	built=$work/built
	fresh_make O="$built" all >/dev/null || exit 1
}

# Make as from a clean command line, whatever make runs these tests.
fresh_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u PRESET -u SET -u SANITIZE \
		-u KCONFIG_CONFIG -u STRIP make -s --no-print-directory "$@"
}

test_the_binary_needs_no_loader() {
	readelf -lhW "$built/refreshbox" >"$work/elf"
	assertTrue 'is not an executable at a fixed address' "grep -q 'Type: *EXEC' '$work/elf'"
	assertFalse 'has an interpreter' "grep -q INTERP '$work/elf'"
	assertFalse 'has a dynamic section' "grep -q DYNAMIC '$work/elf'"
	assertFalse 'has an executable stack' "grep -q 'GNU_STACK.*E ' '$work/elf'"
	assertFalse 'is not stripped' "nm '$built/refreshbox' 2>&1 | grep -q ' T '"
	assertTrue 'has no symbols to list' "nm '$built/refreshbox.unstripped' | grep -q ' [tT] run_plan'"
}

test_two_builds_are_the_same() {
	for copy in one another/in/a/deeper/directory; do
		mkdir -p "$work/$copy"
		cp -r Makefile Kconfig applets lib tests "$work/$copy"
		[ ! -e .config ] || cp .config "$work/$copy"
		fresh_make -C "$work/$copy" all >/dev/null
		assertTrue "$copy differs" "cmp '$built/refreshbox' '$work/$copy/refreshbox'"
	done
}

test_no_warnings() {
	tried=0
	for cc in gcc clang musl-gcc; do
		command -v $cc >/dev/null || continue
		fresh_make O="$work/$cc" CC=$cc WERROR=1 all >"$work/log" 2>&1 ||
			fail "$cc: $(cat "$work/log")"
		assertFalse "$cc: $(cat "$work/log")" "grep -i warning '$work/log'"
		tried=$((tried + 1))
	done
	assertTrue 'no compiler was tried' "[ $tried -gt 0 ]"
}

test_cross_compile_prefixes_the_tools() {
	mkdir "$work/tools"
	for tool in gcc strip; do
		printf '#!/bin/sh\necho %s >>"%s/used"\nexec %s "$@"\n' $tool "$work" $tool \
			>"$work/tools/some-linux-$tool"
		chmod +x "$work/tools/some-linux-$tool"
	done
	PATH=$work/tools:$PATH fresh_make O="$work/cross" CROSS_COMPILE=some-linux- all >/dev/null
	assertTrue 'the build' $?
	assertEquals 'gcc strip' "$(sort -u "$work/used" | tr '\n' ' ' | sed 's/ $//')"
}

has_symbols() {
	nm "$1/refreshbox" 2>&1 | grep -q ' [tT] run_plan'
}

test_stripping_can_be_turned_off_and_on() {
	out=$work/strip
	for strip in : true ''; do
		fresh_make O="$out" STRIP=$strip all >/dev/null
		assertTrue "STRIP=$strip" $?
		assertTrue "STRIP=$strip stripped it" "has_symbols '$out'"
		fresh_make O="$out" all >"$work/log"
		assertFalse 'not stripped again' "has_symbols '$out'"
		assertEquals 'compiled again' '' "$(cat "$work/log")"
	done
	fresh_make O="$out" STRIP=false all >/dev/null 2>&1
	assertFalse 'stripping failed' $?
	assertFalse 'and left a binary' "[ -e '$out/refreshbox' ]"
}

test_debugging_information_can_be_stripped() {
	fresh_make O="$work/debug" CFLAGS=-g all >/dev/null
	assertTrue 'the build' $?
	assertTrue 'something else of it is left' "cmp '$built/refreshbox' '$work/debug/refreshbox'"
}

# A cross compiler knows the strip that belongs to it.
test_strip_is_that_of_the_compiler() {
	mkdir "$work/other"
	cat >"$work/other/other-gcc" <<-E
		#!/bin/sh
		case " \$* " in
		*' -print-prog-name=strip '*) echo "$work/other/other-strip" ;;
		*) exec gcc "\$@" ;;
		esac
	E
	printf '#!/bin/sh\necho "$0" >"%s"\nexec strip "$@"\n' "$work/other/used" >"$work/other/other-strip"
	chmod +x "$work/other"/*
	fresh_make O="$work/other/o" CC="$work/other/other-gcc" all >/dev/null
	assertTrue 'the build' $?
	assertEquals "$work/other/other-strip" "$(cat "$work/other/used")"
}

# expect_stop TEXT VARIABLE...: make fails, and says TEXT in one line before it compiles anything.
expect_stop() {
	text=$1
	shift
	fresh_make "$@" all >"$work/log" 2>&1
	assertFalse 'the build' $?
	assertTrue "$(cat "$work/log")" "grep -qF -e \"$text\" '$work/log'"
	assertFalse 'something is compiled' "grep -q '^  CC' '$work/log'"
}

test_a_compiler_that_is_not_there() {
	expect_stop "'no-such-cc' does not compile" O="$work/none" CC=no-such-cc
	fresh_make O="$work/empty" CC= -n all >/dev/null 2>&1
	assertTrue 'an empty CC= is none' $?
}

test_what_cannot_be_stripped() {
	fresh_make O="$built" STRIP=false all >"$work/log" 2>&1
	assertFalse 'the build' $?
	assertTrue "$(cat "$work/log")" "grep -q '^make: false does not strip what .* STRIP=: is none' '$work/log'"
	fresh_make O="$built" all >/dev/null
}

# One that `make cross ARCH=...` has made; `make deps` does that for i386.
test_other_processors() {
	for arch in i386 arm64; do
		cc=$PWD/build/cross/$arch/cc
		if [ ! -x "$cc" ]; then
			echo "skipped: make cross ARCH=$arch was not run"
			continue
		fi
		fresh_make O="$work/$arch" CC="$cc" WERROR=1 all >"$work/log" 2>&1 ||
			fail "$arch: $(cat "$work/log")"
		case $arch in
		i386) machine='Intel 80386' run= ;;
		arm64) machine=AArch64 run=qemu-aarch64-static ;;
		esac
		readelf -hlW "$work/$arch/refreshbox" >"$work/elf"
		assertTrue "$arch" "grep -q 'Machine: *$machine' '$work/elf'"
		assertFalse "$arch has an interpreter" "grep -q INTERP '$work/elf'"
		assertFalse "$arch is not stripped" "has_symbols '$work/$arch'"
		if [ -n "$run" ] && ! command -v "$run" >/dev/null; then
			echo "skipped: $arch is not run, as there is no $run"
			continue
		fi
		assertEquals "$("$built/refreshbox" --list)" "$($run "$work/$arch/refreshbox" --list)"
	done
}

test_a_build_id_is_there_where_it_is_asked_for() {
	fresh_make O="$work/id" LDFLAGS=-Wl,--build-id all >/dev/null
	assertTrue 'the build' $?
	assertTrue 'has none' "readelf -n '$work/id/refreshbox' | grep -q 'Build ID: [0-9a-f]'"
	assertFalse 'is not stripped' "has_symbols '$work/id'"
	assertEquals 'has one that nobody asked for' '' "$(readelf -n "$built/refreshbox")"
}

# So that they can undo ours.
test_options_of_the_caller_come_last() {
	printf '#!/bin/sh\necho "$@" >>"%s"\nexec gcc "$@"\n' "$work/options" >"$work/recorder"
	chmod +x "$work/recorder"
	fresh_make O="$work/last" CC="$work/recorder" CPPFLAGS=-DOPTION_1 CFLAGS=-DOPTION_2 \
		LDFLAGS=-Wl,--stats all >/dev/null 2>&1
	assertTrue 'the build' $?
	assertTrue 'compiling' "grep -q -e ' -DOPTION_1 -DOPTION_2 -c -o [^ ]*/main.o [^ ]*/main.c$' '$work/options'"
	assertTrue 'linking' "grep -q -e ' -DOPTION_2 -Wl,--stats -o [^ ]*/refreshbox.unstripped ' '$work/options'"
}

test_added_flags_are_used_and_rebuild() {
	fresh_make O="$work/flags" CFLAGS=-DSOMETHING all >/dev/null
	fresh_make O="$work/flags" CFLAGS=-DSOMETHING --debug=b all >"$work/log"
	assertFalse 'rebuilt for nothing' "grep -q \"Must remake target.*\.o'\" '$work/log'"
	fresh_make O="$work/flags" CFLAGS=-DOTHER --debug=b all >"$work/log"
	assertTrue 'not rebuilt' "grep -q 'Must remake target.*lib/base/text.o' '$work/log'"
	assertTrue 'flag' "grep -q -e -DOTHER '$work/flags/flags'"
}

# make_root TARGET [VARIABLE]...: `make TARGET`, below $work/root. What it prints is in $work/log.
make_root() {
	fresh_make O="$built" DESTDIR="$work/root" "$@" >"$work/log" 2>&1
}

# installed: the files below $work/root, links with what they are to, without manuals.
# installed_manuals: the names of the manuals.
installed() {
	(cd "$work/root" && find . ! -type d ! -name '*.[1578]' -printf '%P %l\n') |
		sed 's/ $//; s/ / -> /' | LC_ALL=C sort
}
installed_manuals() {
	(cd "$work/root" && find . -name '*.[1578]' -printf '%P\n' | LC_ALL=C sort)
}

test_install_and_uninstall() {
	rm -rf "$work/root"
	bin=$work/root/opt/x/bin
	make_root install PREFIX=/opt/x
	assertTrue 'the installation' $?
	assertTrue 'the binary differs' "cmp '$built/refreshbox' '$bin/refreshbox'"
	assertEquals "$(printf '%s\n' "$("$built/refreshbox" --list)" refreshbox | sort)" \
		"$(find "$bin" -mindepth 1 | sed 's,.*/,,' | sort)"
	for name in $("$built/refreshbox" --list); do
		assertEquals "$name" refreshbox "$(readlink "$bin/$name")"
	done
	before=$(installed; installed_manuals)
	make_root install PREFIX=/opt/x
	assertTrue 'a second time' $?
	assertEquals "$before" "$(installed; installed_manuals)"
	make_root uninstall PREFIX=/opt/x
	assertTrue 'the uninstallation' $?
	assertEquals '' "$(installed; installed_manuals)"
	make_root uninstall PREFIX=/opt/x
	assertTrue 'a second time' $?
}

test_each_folder_can_be_chosen() {
	rm -rf "$work/root"
	for target in install uninstall; do
		make_root $target PREFIX=/p BINDIR=/p/b SBINDIR=/p/s/t MANDIR=/m
		assertTrue $target $?
		[ $target = uninstall ] || assertEquals 'p/b/dib-run-parts -> refreshbox
p/b/refreshbox
p/b/run-parts -> refreshbox
p/s/t/os-refresh-config -> ../../b/refreshbox
p/s/t/refresh-phase -> ../../b/refreshbox' "$(installed)"
		[ $target = uninstall ] ||
			assertEquals m/man5/refreshbox-events.5 "$(installed_manuals | grep events)"
	done
	assertEquals 'left behind' '' "$(installed; installed_manuals)"
	make_root install PREFIX=/p
	assertEquals p/share/man/man5/refreshbox-events.5 "$(installed_manuals | grep events)"
}

test_the_applets_to_install_can_be_chosen() {
	rm -rf "$work/root"
	make_root install PREFIX= APPLETS='os-refresh-config refresh-phase'
	assertTrue 'the installation' $?
	assertEquals 'bin/os-refresh-config -> refreshbox
bin/refresh-phase -> refreshbox
bin/refreshbox' "$(installed)"
	touch "$work/root/bin/run-parts"
	make_root uninstall PREFIX=
	assertEquals 'bin/run-parts' "$(installed; installed_manuals)"
	rm -rf "$work/root"
	for name in run-part refresh-plot; do
		make_root install APPLETS="run-parts $name"
		assertFalse "$name is installed" $?
		assertTrue "$(cat "$work/log")" "grep -q 'not built: $name;' '$work/log'"
		assertFalse 'something is installed' "[ -e '$work/root' ]"
	done
}

test_the_manual_of_an_applet_comes_with_it() {
	rm -rf "$work/root" "$work/pages"
	mkdir "$work/pages"
	cp -r Makefile Kconfig applets lib tests "$work/pages"
	for page in refreshbox.1 refreshbox-x.7 run-parts.8 refresh-phase.8 other.5; do
		echo refreshbox >"$work/pages/applets/$page"
	done
	make_root -C "$work/pages" install PREFIX=/p APPLETS=run-parts
	assertTrue 'the installation' $?
	assertEquals 'p/share/man/man1/refreshbox.1
p/share/man/man7/refreshbox-x.7
p/share/man/man8/run-parts.8' "$(installed_manuals | grep -e run-parts -e phase -e x.7 -e box.1 -e other)"
	make_root -C "$work/pages" uninstall PREFIX=/p
	assertEquals '' "$(installed_manuals)"
}

# expect_refused FILE TEXT: nothing is installed beside this file, which was there before, and the error
# names it and says TEXT.
expect_refused() {
	make_root install PREFIX=/usr
	assertFalse "$1 is replaced" $?
	assertTrue "$(cat "$work/log")" "grep -q '^make install: $work/root/$1 is there' '$work/log'"
	assertTrue "no '$2' in $(cat "$work/log")" "grep -qF -e \"$2\" '$work/log'"
	assertEquals "$1" "$(cd "$work/root" && find . ! -type d -printf '%P\n')"
	rm -rf "$work/root"
}

# there FILE: somebody's file below $work/root.
there() {
	mkdir -p "$work/root/${1%/*}"
	echo "somebody's" >"$work/root/$1"
}

test_install_takes_nothing_that_is_not_ours() {
	rm -rf "$work/root"
	there usr/bin/run-parts
	expect_refused usr/bin/run-parts "APPLETS='dib-run-parts os-refresh-config refresh-phase'"
	mkdir -p "$work/root/usr/bin"
	ln -s /nowhere "$work/root/usr/bin/dib-run-parts"
	expect_refused usr/bin/dib-run-parts "APPLETS='os-refresh-config refresh-phase run-parts'"
	there usr/bin/refreshbox
	expect_refused usr/bin/refreshbox 'PREFIX='
	there usr/share/man/man5/refreshbox-events.5
	expect_refused usr/share/man/man5/refreshbox-events.5 'MANDIR='
	mkdir -p "$work/root/usr/bin"
	ln -s /old/refreshbox "$work/root/usr/bin/run-parts"
	make_root install PREFIX=/usr
	assertTrue "a link to refreshbox: $(cat "$work/log")" $?
	assertEquals refreshbox "$(readlink "$work/root/usr/bin/run-parts")"
}

test_uninstall_removes_nothing_that_is_not_ours() {
	rm -rf "$work/root"
	make_root install PREFIX=/usr APPLETS='os-refresh-config refresh-phase'
	there usr/bin/run-parts
	ln -s /opt/refreshbox "$work/root/usr/bin/dib-run-parts"
	there usr/share/man/man5/refreshbox-events.5
	make_root uninstall PREFIX=/usr
	assertTrue 'the uninstallation' $?
	assertEquals 'usr/bin/dib-run-parts -> /opt/refreshbox
usr/bin/run-parts
usr/share/man/man5/refreshbox-events.5' "$(installed; installed_manuals)"
	rm -rf "$work/root"
	there usr/bin/refreshbox
	ln -s refreshbox "$work/root/usr/bin/run-parts"
	make_root uninstall PREFIX=/usr
	assertFalse 'with a binary that is not ours' $?
	assertEquals 'usr/bin/refreshbox
usr/bin/run-parts -> refreshbox' "$(installed)"
}

# A package's program can be moved away, where the package knows it.
test_install_names_the_command_that_moves_a_program_away() {
	rm -rf "$work/root" "$work/tools2"
	mkdir "$work/tools2"
	printf '#!/bin/sh\necho "debianutils: /bin/run-parts"\n' >"$work/tools2/dpkg-query"
	chmod +x "$work/tools2/dpkg-query"
	there usr/bin/run-parts
	PATH=$work/tools2:$PATH fresh_make O="$built" PREFIX="$work/root/usr" install >"$work/log" 2>&1
	assertFalse 'it is installed' $?
	assertTrue "$(cat "$work/log")" "grep -qx 'to move that of debianutils away: dpkg-divert --rename --add /bin/run-parts' '$work/log'"
	rm -rf "$work/root"
}

# Nothing else has to be changed for a new applet.
test_an_applet_is_a_file_a_line_and_a_symbol() {
	mkdir "$work/new"
	cp -r Makefile Kconfig applets lib tests "$work/new"
	printf 'config SAY_HELLO\n\tbool "say-hello"\n\tdefault y\n' >>"$work/new/Kconfig"
	# shellcheck disable=SC1003 # the backslash at the end of a line
	sed -i 's/^#define APPLETS(APPLET) .*/&\n\tAPPLET(SAY_HELLO, "say-hello", say_hello, "greet") \\/' \
		"$work/new/applets/applets.h"
	printf '%s\n' '#include "applet.h"' 'int say_hello_main(const char *name, char **argv)' \
		'{ return applet_print(name, argv[1]); }' >"$work/new/applets/say_hello.c"
	fresh_make -C "$work/new" PRESET=def WERROR=1 DESTDIR="$work/new/root" BINDIR=/bin all install \
		>/dev/null
	assertTrue 'the build' $?
	assertEquals 'hello' "$("$work/new/root/bin/say-hello" hello)"
	assertTrue 'not listed' "'$work/new/refreshbox' --help | grep -qx '  say-hello           greet'"
}

test_help_lists_the_targets() {
	fresh_make help | sed 's/  .*//' | tr ' ' '\n' >"$work/help"
	for target in all install uninstall clean distclean help deps demo check check-all check-long \
		check-sanitize check-build size bench menuconfig oldconfig allyesconfig allnoconfig \
		randconfig defconfig; do
		assertTrue "$target is not listed" "grep -qx -e '$target' '$work/help'"
	done
}

# shellcheck source=/dev/null
. shunit2
