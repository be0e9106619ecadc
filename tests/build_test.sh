#!/bin/sh
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
		-u KCONFIG_CONFIG make -s --no-print-directory "$@"
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

test_help_lists_the_targets() {
	fresh_make help | sed 's/  .*//' | tr ' ' '\n' >"$work/help"
	for target in all install uninstall clean distclean help deps demo check check-long \
		check-sanitize check-build size bench menuconfig oldconfig allyesconfig allnoconfig \
		randconfig defconfig; do
		assertTrue "$target is not listed" "grep -qx -e '$target' '$work/help'"
	done
}

# shellcheck source=/dev/null
. shunit2
