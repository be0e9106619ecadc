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

test_install_and_uninstall() {
	bin=$work/root/opt/x/bin
	fresh_make O="$built" DESTDIR="$work/root" PREFIX=/opt/x install >/dev/null
	assertTrue 'the installation' $?
	assertTrue 'the binary differs' "cmp '$built/refreshbox' '$bin/refreshbox'"
	assertEquals "$(printf '%s\n' "$("$built/refreshbox" --list)" refreshbox | sort)" \
		"$(find "$bin" -mindepth 1 | sed 's,.*/,,' | sort)"
	for name in $("$built/refreshbox" --list); do
		assertEquals "$name" refreshbox "$(readlink "$bin/$name")"
	done
	fresh_make O="$built" DESTDIR="$work/root" PREFIX=/opt/x install >/dev/null
	assertTrue 'a second time' $?
	fresh_make O="$built" DESTDIR="$work/root" PREFIX=/opt/x uninstall >/dev/null
	assertEquals '' "$(find "$work/root" ! -type d)"
}

# installed: the files below $work/root, links with what they are to.
installed() {
	(cd "$work/root" && find . ! -type d -printf '%P %l\n' | sed 's/ $//; s/ / -> /' | LC_ALL=C sort)
}

test_each_folder_can_be_chosen() {
	rm -rf "$work/root"
	for target in install uninstall; do
		fresh_make O="$built" DESTDIR="$work/root" PREFIX=/p BINDIR=/b SBINDIR=/s MANDIR=/m \
			$target >/dev/null
		assertTrue $target $?
		[ $target = uninstall ] || assertEquals 'b/dib-run-parts -> refreshbox
b/refreshbox
b/run-parts -> refreshbox
m/man5/refreshbox-events.5
s/os-refresh-config -> /b/refreshbox
s/refresh-phase -> /b/refreshbox' "$(installed)"
	done
	assertEquals 'left behind' '' "$(installed)"
	fresh_make O="$built" DESTDIR="$work/root" PREFIX=/p install >/dev/null
	assertEquals p/share/man/man5/refreshbox-events.5 "$(installed | grep events)"
}

test_the_applets_to_install_can_be_chosen() {
	rm -rf "$work/root"
	fresh_make O="$built" DESTDIR="$work/root" PREFIX= install \
		APPLETS='os-refresh-config refresh-phase' >/dev/null
	assertTrue 'the installation' $?
	assertEquals 'bin/os-refresh-config -> refreshbox
bin/refresh-phase -> refreshbox
bin/refreshbox
share/man/man5/refreshbox-events.5' "$(installed)"
	touch "$work/root/bin/run-parts"
	fresh_make O="$built" DESTDIR="$work/root" PREFIX= uninstall \
		APPLETS='os-refresh-config refresh-phase' >/dev/null
	assertEquals 'bin/run-parts' "$(installed)"
	rm -rf "$work/root"
	for name in run-part refresh-plot; do
		fresh_make O="$built" DESTDIR="$work/root" install APPLETS="run-parts $name" \
			>"$work/log" 2>&1
		assertFalse "$name is installed" $?
		assertTrue "$(cat "$work/log")" "grep -q 'not built: $name;' '$work/log'"
		assertFalse 'something is installed' "[ -e '$work/root' ]"
	done
}

# Nothing else has to be changed for a new applet.
test_an_applet_is_a_file_a_line_and_a_symbol() {
	mkdir "$work/new"
	cp -r Makefile Kconfig applets lib tests "$work/new"
	printf 'config SAY_HELLO\n\tbool "say-hello"\n\tdefault y\n' >>"$work/new/Kconfig"
	# shellcheck disable=SC1003 # the backslash at the end of a line
	sed -i 's/^#define APPLETS(APPLET) .*/&\n\tAPPLET(SAY_HELLO, "say-hello", say_hello_main, "greet") \\/' \
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
