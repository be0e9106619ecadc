#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# tests/packaging/debian: Debian's tools build the packages, twice to the same bytes, and find no
# fault with them; and install, upgrade, use and remove them in a small Debian of their own.

. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)
# Where `make deps` has installed a small Debian.
: "${DEBIAN_ROOT:=$ROOT/build/debian-root}"

# The packages are built once, by the first test that needs them.
needs_packages() {
	for program in dpkg-buildpackage dh musl-gcc; do
		has_program "$program" || { echo "skipped: there is no $program"; return 1; }
	done
	PACKAGES=$SUITE/packages
	[ ! -e "$SUITE/unbuilt" ] || { echo 'skipped: the packages cannot be built'; return 1; }
	[ ! -d "$PACKAGES" ] || return 0
	build "$PACKAGES" "$ROOT" && return
	: >"$SUITE/unbuilt"
	fail "the packages cannot be built: $(tail -n 20 "$SUITE/log")"
	return 1
}

# build DIR TREE [COMMAND]...: by the command. The suites that a package runs while it is built are
# tests of `make check` here.
build() {
	packages=$1 tree=$2
	shift 2
	"$@" env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u PRESET -u SET -u SANITIZE \
		-u KCONFIG_CONFIG DEB_BUILD_OPTIONS=nocheck "$tree/tests/packaging/debian.sh" \
		"$packages" >"$SUITE/log" 2>&1
}

# files_of PACKAGE: its files, and where its links lead to.
files_of() {
	dpkg-deb -c "$PACKAGES/$1"_*.deb | awk '!/\/$/ { print $6 $7 $8 }'
}

expect_file() {
	files_of "$1" | grep -qx -e "$2" || fail "no $2 in $1: $(files_of "$1")"
}

test_the_packages_have_their_files() {
	needs_packages || return 0
	expect_file refreshbox './usr/bin/refreshbox'
	for applet in os-refresh-config refresh-phase dib-run-parts refresh-plot; do
		expect_file refreshbox "./usr/bin/$applet->refreshbox"
		expect_file refreshbox "./usr/share/man/man[18]/$applet\.[18]\.gz"
		expect_file refreshbox "./usr/share/bash-completion/completions/$applet->refreshbox"
	done
	for unit in refreshbox.service refreshbox@.service refreshbox-initrd.service; do
		expect_file refreshbox "\./\(usr/\)*lib/systemd/system/$unit"
	done
	assertEquals 'files named run-parts' '' "$(files_of refreshbox | grep '/run-parts')"
	expect_file refreshbox-run-parts './usr/libexec/refreshbox/run-parts'
	expect_file refreshbox-initramfs './usr/share/initramfs-tools/hooks/refreshbox'
	expect_file refreshbox-initramfs './usr/share/initramfs-tools/scripts/init-premount/refreshbox'
	expect_file refreshbox-dracut './usr/lib/dracut/modules.d/95refreshbox/module-setup.sh'
}

test_the_changelog_has_the_version_of_the_makefile() {
	assertEquals "$(sed -n 's/^VERSION = //p' "$ROOT/Makefile")" \
		"$(sed -n '1s/.*(\(.*\)-[^-]*).*/\1/p' "$TESTS/packaging/debian/changelog")"
}

# An override that only another version of lintian knows or needs is all right, and so is a version of
# Debian's policy that was new when another version of lintian was.
lint() {
	run unprivileged lintian --display-info --pedantic \
		--suppress-tags unused-override,alien-tag,out-of-date-standards-version "$@"
}

test_lintian_has_nothing_to_say() {
	has_program lintian || { echo 'skipped: there is no lintian'; return 0; }
	needs_packages || return 0
	lint "$PACKAGES"/*.changes
	expect 0 ''
	dpkg-deb -R "$PACKAGES"/refreshbox_*.deb faulty
	rm -r faulty/usr/share/lintian
	dpkg-deb -b faulty refreshbox_faulty.deb >/dev/null
	lint refreshbox_faulty.deb
	assertContains 'blind' "$(cat "$SUITE/out")" 'E: refreshbox: statically-linked-binary'
}

test_two_builds_have_the_same_bytes() {
	has_program faketime || { echo 'skipped: there is no faketime'; return 0; }
	needs_packages || return 0
	mkdir -p another/deeper/place home
	cp -R "$ROOT/Kconfig" "$ROOT/LICENSE" "$ROOT/Makefile" "$ROOT/README.md" "$ROOT/applets" \
		"$ROOT/lib" "$ROOT/tests" another/deeper/place
	(
		umask 027
		export TZ=Pacific/Kiritimati LC_ALL=C.UTF-8 LANG=C.UTF-8 HOME="$HERE/home"
		build "$HERE/again" "$HERE/another/deeper/place" faketime +400days
	) || fail "the second build: $(tail -n 20 "$SUITE/log")"
	for file in "$PACKAGES"/*.deb "$PACKAGES"/*.dsc "$PACKAGES"/*.tar.*; do
		cmp "$file" "again/${file##*/}" ||
			fail "$(diffoscope "$file" "again/${file##*/}" 2>&1 | head -n 30)"
	done
}

needs_machine() {
	is_root || { echo 'skipped: only root can make a machine'; return 1; }
	[ -e "$DEBIAN_ROOT/etc/debian_version" ] || {
		echo 'skipped: make deps could not install a small Debian'
		return 1
	}
	run "$TESTS/tools/debian_machine.sh" "$DEBIAN_ROOT" true
	[ "$RC" -eq 0 ] || { echo "skipped: $(cat "$SUITE/err")"; return 1; }
	needs_packages || return 1
	mkdir -p packages
	cp "$PACKAGES"/*.deb packages
}

# machine COMMANDS: runs them in a Debian that has never seen the packages, which are in /packages,
# with some functions.
machine() {
	cp -R "$TESTS/packaging/debian/tests" packages
	cat >packages/functions <<'END'
set -eu
cd /packages
say() { echo "machine: $*" >&2; exit 1; }
# quiet COMMAND...: its output matters only if it fails.
quiet() { "$@" >/packages/quiet 2>&1 || { cat /packages/quiet >&2; say "$*"; }; }
fails() { ! "$@" >/packages/quiet 2>&1 || say "succeeds: $*"; }
is_ours() { /usr/bin/run-parts --version | grep -q refreshbox || say "run-parts is not ours: $*"; }
is_theirs() {
	version=$(/bin/run-parts --version) || say "run-parts fails: $*"
	case $version in *refreshbox*) say "run-parts is ours: $*" ;; esac
	[ ! -L /bin/run-parts ] || say "run-parts is a link: $*"
	! dpkg-divert --list | grep refreshbox || say "diversions are left: $*"
	! ls /bin/run-parts.* 2>/dev/null || say "files are left: $*"
}
# remake PACKAGE VERSION FOLDER: unpacks a package of ours into the folder as another version of it.
remake() {
	dpkg-deb -R "$1"_*.deb "$3"
	sed -i "s/^Version: .*/Version: $2/" "$3/DEBIAN/control"
}
pack() { dpkg-deb -b "$1" "$1.deb" >/dev/null; }
# watch: runs run-parts again and again until unwatch, which fails if it was missing once.
watch() {
	mkdir /empty
	(
		tries=0
		while [ ! -e /stop ]; do
			run-parts /empty >>/missing.log 2>&1 || echo missing >>/missing
			tries=$((tries + 1))
		done
		echo $tries >/tries
	) &
	watcher=$!
}
unwatch() {
	: >/stop
	wait $watcher
	[ ! -e /missing ] || say "run-parts failed: $(cat /missing.log)"
	[ "$(cat /tries)" -gt 20 ] || say "run-parts ran only $(cat /tries) times"
}
END
	{ echo '. /packages/functions'; echo "$1"; } >packages/commands
	# shellcheck disable=SC2016 # the inner shell's own
	run "$TESTS/tools/debian_machine.sh" "$DEBIAN_ROOT" sh -c \
		'cp -R "$1/packages" "$MACHINE" && exec chroot "$MACHINE" sh /packages/commands' sh "$HERE"
	expect 0
}

test_installed_used_and_purged() {
	needs_machine || return 0
	machine '
		state() {
			find / -xdev ! -path "/packages*" ! -path "/run/*" ! -path "/var/lib/dpkg/*" \
				! -path "/var/log/*" ! -path "/var/cache/*" ! -path "/tmp*" \
				-printf "%y %m %p %l\n" | sort
		}
		state >before
		sha256sum </bin/run-parts >>before
		quiet dpkg -i refreshbox*.deb
		for test in tests/phases tests/run-parts tests/initramfs tests/dracut; do
			mkdir -p /tmp/$test
			AUTOPKGTEST_TMP=/tmp/$test quiet $test
		done
		quiet dpkg --purge refreshbox refreshbox-run-parts refreshbox-initramfs refreshbox-dracut \
			refreshbox-dbgsym refreshbox-run-parts-dbgsym
		is_theirs "after the purge"
		state >after
		sha256sum </bin/run-parts >>after
		diff before after >&2'
}

test_run_parts_is_never_missing() {
	needs_machine || return 0
	machine '
		remake refreshbox-run-parts 9 new
		pack new
		watch
		for round in 1 2 3; do
			quiet dpkg -i refreshbox-run-parts_*.deb
			is_ours "after the installation"
			quiet dpkg -i new.deb
			is_ours "after the upgrade"
			quiet dpkg --remove refreshbox-run-parts
			is_theirs "after the removal"
		done
		unwatch'
}

# dpkg refuses a package with a file of another one.
test_what_fails_half_way_changes_nothing() {
	needs_machine || return 0
	machine '
		remake refreshbox-run-parts 9 bad
		mkdir bad/usr/bin
		echo >bad/usr/bin/savelog
		pack bad
		watch
		fails dpkg -i bad.deb
		is_theirs "after an installation that failed"
		quiet dpkg -i refreshbox-run-parts_*.deb
		fails dpkg -i bad.deb
		is_ours "after an upgrade that failed"

		remake refreshbox-run-parts 10 unfinished
		sed -i "/^divert .bin/a exit 3" unfinished/DEBIAN/postinst
		pack unfinished
		fails dpkg -i unfinished.deb
		quiet dpkg --remove refreshbox-run-parts
		is_theirs "after a configuration that failed"

		quiet dpkg --unpack refreshbox-run-parts_*.deb
		is_theirs "without a configuration"
		quiet dpkg --remove refreshbox-run-parts
		is_theirs "after the removal"
		unwatch'
}

# As when Debian 12 is upgraded to 13, which has moved run-parts from /bin to /usr/bin.
test_debianutils_moves_run_parts() {
	needs_machine || return 0
	machine '
		mkdir -p moved/DEBIAN
		dpkg-query -s debianutils | sed "/^Status:/d; /^Conffiles:/,\$d; s/^Version: .*/Version: 99/" \
			>moved/DEBIAN/control
		for file in $(dpkg -L debianutils); do
			[ ! -f "$file" ] || [ -L "$file" ] || install -D "$file" "moved$file"
		done
		cp -R moved same
		pack same
		from=bin to=usr/bin
		[ -e moved/bin/run-parts ] || { from=usr/bin to=bin; }
		mkdir -p moved/$to
		mv moved/$from/run-parts moved/$to/run-parts
		echo >>moved/$to/run-parts
		sum=$(sha256sum <moved/$to/run-parts)
		pack moved

		watch
		quiet dpkg -i refreshbox-run-parts_*.deb
		quiet dpkg -i moved.deb
		is_ours "after debianutils was upgraded"
		quiet dpkg --remove refreshbox-run-parts
		is_theirs "after the removal"
		[ "$(sha256sum </usr/bin/run-parts)" = "$sum" ] || say "run-parts is the old one"

		quiet dpkg -i refreshbox-run-parts_*.deb
		quiet dpkg -i same.deb
		is_ours "after debianutils was downgraded"
		quiet dpkg --remove refreshbox-run-parts
		is_theirs "after the removal"
		[ "$(sha256sum </usr/bin/run-parts)" != "$sum" ] || say "run-parts is the new one"
		unwatch'
}

needs_long() {
	[ -n "${LONG-}" ] || { echo 'skipped: make check-long runs this'; return 1; }
	has_program "$1" || { echo "skipped: there is no $1"; return 1; }
	needs_machine
}

test_autopkgtest() {
	needs_long autopkgtest || return 0
	# shellcheck disable=SC2016 # the inner shell's own
	run "$TESTS/tools/debian_machine.sh" "$DEBIAN_ROOT" sh -c \
		'exec autopkgtest -B "$1"/*_*.deb "$1"/refreshbox-*/ -- chroot "$MACHINE"' sh "$PACKAGES"
	expect 0
	for test in phases run-parts initramfs dracut; do
		grep -q "^$test  *PASS" "$SUITE/out" || fail "$test: $(tail -n 20 "$SUITE/out")"
	done
}

test_piuparts() {
	needs_long piuparts || return 0
	rm packages/*-dbgsym_*.deb
	# When apt installs what the packages depend on, debconf leaves an empty folder.
	# shellcheck disable=SC2016 # the inner shell's own
	run "$TESTS/tools/debian_machine.sh" "$DEBIAN_ROOT" sh -c \
		'umount "$MACHINE"/dev/* "$MACHINE/dev" "$MACHINE/proc"
		cd "$1" && exec piuparts --existing-chroot "$MACHINE" --keep-sources-list \
			--no-upgrade-test --no-eatmydata --ignore /var/cache/debconf/tmp.ci/ \
			--tmpdir "$1" packages/*.deb' sh "$HERE"
	expect 0
	grep -q 'PASS: All tests.' "$SUITE/out" || fail "$(tail -n 20 "$SUITE/out")"
}

# shellcheck source=/dev/null
. shunit2
