#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# lib/kconfig.awk compared with kconfig-conf, and what depends on the configuration.

cd "$(dirname "$0")/.." || exit 1

oneTimeSetUp() {
	work=$SHUNIT_TMPDIR
	config=$work/config
	out=$work/out
}

setUp() {
	rm -rf "${work:?}"/*
}

# Make as from a clean command line, whatever make runs these tests.
fresh_make() {
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u PRESET -u SET -u SANITIZE -u STRIP \
		KCONFIG_CONFIG="$config" make -s --no-print-directory O="$out" "$@"
}

have_kconfig() {
	command -v kconfig-conf >/dev/null && return 0
	echo 'skipped: kconfig-conf is not installed'
	return 1
}

# Do .config and config.h say the same of every symbol? A string that is not in .config, because
# what it depends on is off, has its default.
assert_agree() {
	awk -v dot="$config" -v header="$out/config.h" '
		FILENAME == "Kconfig" && /^config / { name = $2 }
		FILENAME == "Kconfig" && /^\tbool / { want["ENABLE_" name] = 0 }
		FILENAME == "Kconfig" && /^\tdefault "/ { want["CONFIG_" name] = substr($0, 10) }
		FILENAME == dot && /^CONFIG_/ {
			at = index($0, "=")
			name = substr($0, 8, at - 8)
			if ("ENABLE_" name in want)
				want["ENABLE_" name] = substr($0, at + 1) == "y"
			else if ("CONFIG_" name in want)
				want["CONFIG_" name] = substr($0, at + 1)
			else {
				print name ": not a symbol of Kconfig"
				bad = 1
			}
		}
		FILENAME == header { have[$2] = substr($0, length($2) + 10) }
		END {
			for (name in want)
				if (sub(/^ENABLE_/, "", name))
					want["IF_" name "(...)"] = want["ENABLE_" name] ? "__VA_ARGS__" : ""
			for (name in want) {
				n++
				if (!(name in have) || have[name] "" != want[name] "") {
					print name ": " have[name] " instead of " want[name]
					bad = 1
				}
				delete have[name]
			}
			for (name in have) {
				print name ": only in config.h"
				bad = 1
			}
			exit bad || n == 0
		}' Kconfig "$config" "$out/config.h"
	assertTrue "$1: config.h differs from .config" $?
}

test_defaults_are_those_of_kconfig() {
	have_kconfig || return 0
	KCONFIG_CONFIG=$config kconfig-conf --alldefconfig Kconfig >/dev/null
	fresh_make PRESET=def "$out/config.h"
	assertTrue 'config.h' $?
	assert_agree alldefconfig
}

test_presets_are_those_of_kconfig() {
	have_kconfig || return 0
	for preset in yes no; do
		KCONFIG_CONFIG=$config kconfig-conf --all${preset}config Kconfig >/dev/null
		fresh_make PRESET=$preset "$out/config.h"
		assert_agree all${preset}config
	done
}

test_random_configurations_are_read_as_written() {
	have_kconfig || return 0
	seed=0
	while [ $seed -lt 20 ]; do
		seed=$((seed + 1))
		KCONFIG_SEED=$seed KCONFIG_CONFIG=$config \
			kconfig-conf --randconfig Kconfig >/dev/null 2>&1
		fresh_make "$out/config.h"
		assert_agree "seed $seed"
	done
}

test_changed_strings_are_read() {
	have_kconfig || return 0
	KCONFIG_CONFIG=$config kconfig-conf --alldefconfig Kconfig >/dev/null
	sed 's|^CONFIG_SHELL=.*|CONFIG_SHELL="/opt/my \\"x\\" = sh"|' "$config" >"$work/new"
	mv "$work/new" "$config"
	KCONFIG_CONFIG=$config kconfig-conf --olddefconfig Kconfig >/dev/null
	fresh_make "$out/config.h"
	assert_agree string
	assertEquals '#define CONFIG_SHELL "/opt/my \"x\" = sh"' \
		"$(grep CONFIG_SHELL "$out/config.h")"
}

test_what_depends_on_a_missing_symbol_is_off() {
	fresh_make PRESET=def SET='ENVIRONMENT_D=n ENVIRONMENT_SHELL=y' "$out/config.h"
	assertEquals '#define ENABLE_ENVIRONMENT_SHELL 0' \
		"$(grep ENABLE_ENVIRONMENT_SHELL "$out/config.h")"
	assertFalse 'still in config.mk' "grep ENVIRONMENT_SHELL '$out/config.mk'"
}

test_every_awk_reads_the_same() {
	mkdir "$work/bin"
	fresh_make PRESET=no SET='DIB_RUN_PARTS=y' "$out/config.h"
	cp "$out/config.h" "$work/want"
	tried=0
	for awk in mawk gawk 'gawk --posix' 'busybox awk'; do
		command -v "${awk%% *}" >/dev/null || continue
		printf '#!/bin/sh\nexec %s "$@"\n' "$awk" >"$work/bin/awk"
		chmod +x "$work/bin/awk"
		rm -rf "$out"
		PATH=$work/bin:$PATH fresh_make PRESET=no SET='DIB_RUN_PARTS=y' "$out/config.h"
		assertTrue "$awk differs" "cmp '$work/want' '$out/config.h'"
		tried=$((tried + 1))
	done
	assertTrue 'no awk was tried' "[ $tried -gt 0 ]"
}

# assert_refused WORD ARG...: make fails, says WORD and no more than that it failed, and leaves no
# configuration behind.
assert_refused() {
	word=$1
	shift
	rm -rf "$out"
	fresh_make "$@" "$out/config.mk" >"$work/log" 2>&1
	assertFalse "not refused: $*" $?
	assertTrue "does not say $word: $(cat "$work/log")" "grep -q '$word' '$work/log'"
	assertEquals "lines of $(cat "$work/log")" 2 "$(grep -vc 'make.*directory' "$work/log")"
	assertFalse 'a configuration was left' "[ -s '$out/config.mk' ]"
}

# What a misspelt word would switch off in silence.
test_values_that_mean_nothing_are_errors() {
	assert_refused 'SET=NO_SUCH=y: Kconfig has no such symbol' SET='NO_SUCH=y'
	assert_refused 'SET=CONFIG_EVENTS=y: Kconfig has no such symbol' SET='CONFIG_EVENTS=y'
	for value in EVENTS=yes OS_REFRESH_CONFIG=maybe EVENTS=Y EVENTS= EVENTS; do
		assert_refused "SET=$value: the value must be y or n" SET="HELP=y $value"
	done
	assert_refused 'SET=SHELL=/bin/ash: the value must be in double quotes' SET=SHELL=/bin/ash
	assert_refused 'PRESET=all' PRESET=all
	echo CONFIG_EVENTS=m >"$config"
	assert_refused "$config:1: EVENTS=m: the value must be y or n"
	printf 'CONFIG_GONE=m\n# CONFIG_GONE_TOO is not set\nCONFIG_EVENTS=n\n' >"$config"
	fresh_make SET='SHELL="/bin/ash"' "$out/config.h"
	assertTrue 'a symbol of an old .config is refused' $?
	assertEquals '#define CONFIG_SHELL "/bin/ash"
#define ENABLE_EVENTS 0' "$(grep -E 'ENABLE_EVENTS|CONFIG_SHELL' "$out/config.h")"
}

test_what_cannot_be_read_is_an_error() {
	mkdir -p "$work/tree/tests" "$work/tree/lib" "$work/tree/applets"
	cp Makefile "$work/tree/Makefile"
	cp lib/kconfig.awk "$work/tree/lib/kconfig.awk"
	cp applets/applets.h "$work/tree/applets/applets.h"
	cp tests/tests.mk "$work/tree/tests/tests.mk"
	for line in '	select HELP' '	default y if HELP' '	int "number"' 'if HELP' \
		'choice'; do
		sed "/^config HELP/a\\
$line" Kconfig >"$work/tree/Kconfig"
		assert_refused 'beyond the reader' -C "$work/tree"
	done
	sed 's/depends on ENVIRONMENT_D/depends on ENVIRONMENT_X/' Kconfig >"$work/tree/Kconfig"
	assert_refused 'ENVIRONMENT_X' -C "$work/tree"
	printf 'config HELP\n\tdefault y\n' >"$work/tree/Kconfig"
	assert_refused 'HELP is neither bool nor string' -C "$work/tree"
}

test_a_changed_configuration_rebuilds() {
	have_kconfig || return 0
	KCONFIG_CONFIG=$config kconfig-conf --alldefconfig Kconfig >/dev/null
	fresh_make all >/dev/null
	assertTrue 'first build' $?
	assertEquals 'nothing changed' '' \
		"$(fresh_make --debug=b all | grep "Must remake target.*\.o'")"
	first=$(cksum <"$out/refreshbox")
	sed 's/^CONFIG_DIB_RUN_PARTS=y/# CONFIG_DIB_RUN_PARTS is not set/' "$config" >"$work/new"
	mv "$work/new" "$config"
	fresh_make all >/dev/null
	assertNotEquals 'symbol off' "$first" "$(cksum <"$out/refreshbox")"
	assertEquals 'os-refresh-config refresh-phase run-parts' "$("$out/refreshbox" --list | xargs)"
	rm "$config"
	fresh_make all >/dev/null
	assertEquals 'back to the defaults' "$first" "$(cksum <"$out/refreshbox")"
}

test_a_changed_header_rebuilds() {
	cp -r Makefile Kconfig applets lib tests "$work"
	(cd "$work" && fresh_make all >/dev/null && touch lib/base/text.h)
	(cd "$work" && fresh_make --debug=b all) >"$work/log"
	assertTrue 'text.c' "grep -q 'Must remake target.*lib/base/text.o' '$work/log'"
	assertFalse 'arena.c' "grep -q 'Must remake target.*lib/sys/arena.o' '$work/log'"
}

test_each_applet_alone_is_built() {
	symbols=$(awk '/^menu / { on = /"Applets"/ } /^config / && on { print $2 }' Kconfig)
	for symbol in $symbols; do
		fresh_make PRESET=no SET="$symbol=y" all >/dev/null
		assertTrue "$symbol alone" $?
		assertEquals "$(echo "$symbol" | tr 'A-Z_' 'a-z-')" "$("$out/refreshbox" --list)"
	done
}

test_a_build_without_environment_d_warns_of_the_files() {
	fresh_make PRESET=no SET=DIB_RUN_PARTS=y all >/dev/null
	mkdir "$work/set"
	"$out/refreshbox" dib-run-parts "$work/set" >"$work/log" 2>&1
	assertFalse "$(cat "$work/log")" "grep -q WARN '$work/log'"
	mkdir "$work/environment.d"
	"$out/refreshbox" dib-run-parts "$work/set" >"$work/log" 2>&1
	assertTrue 'the run goes on' $?
	assertTrue "$(cat "$work/log")" "grep -q 'WARN: .*/set: environment.d beside it is ignored, because \
this build has no ENVIRONMENT_D$' '$work/log'"
}

test_a_build_without_relay_has_the_profile_in_the_log() {
	fresh_make PRESET=no SET=DIB_RUN_PARTS=y all >/dev/null
	mkdir "$work/set"
	"$out/refreshbox" dib-run-parts "$work/set" >"$work/log" 2>&1
	assertTrue "$(cat "$work/log")" "grep -q '^dib-run-parts .* Target: set$' '$work/log'"
}

test_a_binary_without_applets_says_so() {
	fresh_make PRESET=no all >/dev/null
	assertTrue 'the build' $?
	assertContains "$("$out/refreshbox" --help)" 'no applets are built in'
	fresh_make PRESET=no SET=RUN_PARTS=y all >/dev/null
	assertNotContains "$("$out/refreshbox" --help)" 'no applets are built in'
}

test_every_symbol_says_what_is_lost_and_what_it_costs() {
	want=$(awk '/^config / { name = $2 } /^\tbool "/ { print name }' Kconfig)
	assertEquals 'bytes' "$want" "$(awk '/^config / { name = $2 }
		/^\t  About [0-9]+ bytes\.$/ { print name }' Kconfig)"
	assertEquals 'help' "$(grep -c '^config ' Kconfig)" "$(grep -c '^	help$' Kconfig)"
}

# menuconfig leaves 70 columns of a terminal of 80 to a help text.
test_help_texts_fit_into_menuconfig() {
	assertEquals 'too wide' '' "$(awk '/^\t  / && length($0) > 71' Kconfig)"
}

test_the_bytes_in_kconfig_are_measured() {
	[ "$(musl-gcc -dumpversion 2>/dev/null)" = 12 ] || {
		echo "skipped: the bytes in Kconfig are those of gcc 12's musl-gcc"
		return 0
	}
	out=$work/size
	fresh_make all >/dev/null
	env -u MAKEFLAGS -u MFLAGS -u O -u PRESET -u SET -u SANITIZE \
		tests/tools/size.sh --check "$work/size" >"$work/log" 2>&1 || fail "$(cat "$work/log")"
}

test_config_targets_write_a_configuration() {
	have_kconfig || return 0
	for target in allyesconfig allnoconfig randconfig defconfig; do
		rm -f "$config"
		fresh_make $target >/dev/null
		assertTrue $target "[ -s '$config' ]"
	done
	fresh_make oldconfig </dev/null >/dev/null
	assertTrue oldconfig $?
}

test_config_targets_say_what_is_missing() {
	mkdir "$work/bin"
	for tool in sh make env; do
		ln -s "$(command -v $tool)" "$work/bin/$tool"
	done
	for target in menuconfig oldconfig allnoconfig; do
		PATH=$work/bin fresh_make $target >"$work/log" 2>&1
		assertFalse $target $?
		assertTrue "$(cat "$work/log")" "grep -q kconfig-frontends-nox '$work/log'"
	done
}

# shellcheck source=/dev/null
. shunit2
