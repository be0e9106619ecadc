#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# README: its commands are run as printed there, and what they print is what it says.

. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)
README=$ROOT/README.md
# Where `make deps` has put a kernel.
: "${KERNEL:=$ROOT/build/kernel/vmlinuz}"

readme() {
	command=$1
	shift
	python3 -B "$TESTS/tools/readme.py" "$command" "$README" "$@"
}

# A stranger reads it to its end.
test_it_has_at_most_900_words() {
	assertTrue "$(wc -w <"$README") words" "[ $(wc -w <"$README") -le 900 ]"
}

test_each_file_that_it_links_to_exists() {
	grep -o ']([^)#]*' "$README" | sed 's/..//' | sort -u >links
	assertTrue 'there are links' '[ -s links ]'
	while read -r link; do
		[ -e "$ROOT/$link" ] || fail "there is no $link"
	done <links
}

test_the_demo_prints_what_it_shows() {
	needs_demo || return 0
	"$TESTS/demo/demo.sh" >printed 2>&1 || fail "the demo: $(tail -n 3 printed)"
	readme compare demo printed || fail 'see above'
}

needs_demo() {
	has_applet os-refresh-config && has_applet refresh-phase && return 0
	echo 'skipped: the demo needs os-refresh-config and refresh-phase'
	return 1
}

# An output that differs in a word, in an order or in a number that does not vary is found.
test_a_line_that_is_not_printed_is_found() {
	printf '<!-- x -->\n\n    one 1.234 s\n    ...\n    status 3\n\ntext\n' >README.md
	README=README.md
	printf 'one 9.876 s\ntwo\nstatus 3\n' >good
	printf 'one 9.876 s\ntwo\nstatus 4\n' >number
	printf 'status 3\none 9.876 s\n' >order
	assertTrue 'the same' 'readme compare x good'
	assertFalse 'another number' 'readme compare x number 2>/dev/null'
	assertFalse 'another order' 'readme compare x order 2>/dev/null'
	readme update x good
	assertEquals updated '    one 9.876 s' "$(grep one README.md)"
	assertEquals 'the rest' 7 "$(wc -l <README.md)"
	README=$ROOT/README.md
}

needs_machine() {
	for program in qemu-system-x86_64 cpio; do
		has_program $program || { echo "skipped: there is no $program"; return 1; }
	done
	[ -x /bin/busybox ] || { echo 'skipped: there is no /bin/busybox'; return 1; }
	[ -r "$KERNEL" ] || { echo 'skipped: make deps could get no kernel'; return 1; }
	needs_static && has_applet os-refresh-config
}

test_the_ramdisk_boots() {
	needs_machine || return 0
	assertEquals 'lines' 6 "$(readme block ramdisk | wc -l)"
	"$TESTS/tools/ramdisk.sh" "$REFRESHBOX" "$KERNEL" >printed || fail "status $?"
	readme compare console printed || fail "the machine printed: $(tail -n 20 printed)"
}

# What the lines of the Containerfile say, for a root that is only readable and has nothing else.
test_the_container_runs() {
	has_applet os-refresh-config && needs_static || return 0
	is_root || { echo 'skipped: needs root'; return 0; }
	[ -x /bin/busybox ] || { echo 'skipped: there is no /bin/busybox'; return 0; }
	cp "$REFRESHBOX" refreshbox
	mkdir -p scripts/configure.d root
	cp /bin/busybox scripts/configure.d/uname
	readme block container >Containerfile
	assertEquals 'from nothing' 'FROM scratch' "$(head -n 1 Containerfile)"
	sed -n 's/^COPY \([^ ]*\) \([^ ]*\)$/\1 \2/p' Containerfile >copies
	while read -r from to; do
		mkdir -p "root$(dirname "$to")"
		cp -R "$from" "root$to"
	done <copies
	entry=$(sed -n 's/^ENTRYPOINT \["\(.*\)"\]$/\1/p' Containerfile)
	# shellcheck disable=SC2016
	run unshare --mount --pid --fork --kill-child sh -c \
		'mount --bind root root && mount -o remount,ro,bind root && exec chroot root "$1"' - "$entry"
	expect 0 "$(uname)"
}

# shellcheck source=/dev/null
. shunit2
