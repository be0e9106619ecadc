#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The binary itself: which applet it is, depending on its name, and its own options, such as --install.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# called NAME [ARGUMENT]...: runs the binary with this argv[0].
called() {
	# shellcheck disable=SC2016 # for bash
	run bash -c 'name=$1; shift; exec -a "$name" "$REFRESHBOX" "$@"' bash "$@"
}

can_rename() {
	has_program bash || {
		echo 'skipped: only bash can set argv[0]'
		return 1
	}
}

# jailed DIR COMMAND [ARGUMENT]...: in a root directory of its own.
jailed() {
	if is_root; then chroot "$@"; else unshare -Ur chroot "$@"; fi
}

# Makes "jail", a root directory with nothing in it but the binary.
make_jail() {
	if ! jailed / true 2>/dev/null; then
		echo 'skipped: may not change the root directory'
		return 1
	fi
	needs_static || return 1
	mkdir -p jail/bin
	cp "$REFRESHBOX" jail/bin/refreshbox
}

test_list_names_the_applets() {
	run "$REFRESHBOX" --list
	expect 0
	expect_stderr ''
	for applet in os-refresh-config dib-run-parts run-parts; do
		assertTrue "$applet" "grep -qx $applet '$SUITE/out'"
	done
	assertFalse 'one name a line' "grep -qvx '[a-z-]*' '$SUITE/out'"
}

test_help_tells_usage_and_every_applet() {
	run "$REFRESHBOX" --help
	expect 0
	expect_stderr ''
	for word in 'usage: refreshbox APPLET' --list --help --version --install \
		$("$REFRESHBOX" --list); do
		assertTrue "$word" "grep -qF -e '$word' '$SUITE/out'"
	done
	assertFalse 'lines are at most 80 wide' "grep -q '.\{81\}' '$SUITE/out'"
}

test_a_mistyped_applet_is_named() {
	for name in runparts run-part rnu-parts; do
		run "$REFRESHBOX" $name
		expect_one_line 127 "refreshbox: $name: applet not found; did you mean run-parts?"
	done
}

# bare_options: of a help text, the options whose help does not begin in column 26.
bare_options() {
	awk '/^  -/ && substr($0, 24) !~ /^  [^ ]/ { print $1 }
		/^options:/ { options = 1 }
		END { if (!options) print "no options" }'
}

test_every_option_has_help() {
	for applet in $("$REFRESHBOX" --list); do
		assertEquals "$applet" '' "$("$applet" --help=all | bare_options)"
	done
	assertEquals 'of a copy where it is missing' '--print-base' \
		"$(os-refresh-config --help | sed 's/^\(  --print-base\).*/\1/' | bare_options)"
}

# larger_than_a_screen: prints how stdin exceeds a terminal of 24 lines of 80 columns.
larger_than_a_screen() {
	awk 'length > 80 { print "wide: " $0 } END { if (NR > 24) print NR " lines" }'
}

test_help_fits_on_a_screen() {
	assertEquals refreshbox '' "$("$REFRESHBOX" --help | larger_than_a_screen)"
	for applet in $("$REFRESHBOX" --list); do
		assertEquals "$applet" '' "$("$applet" --help | larger_than_a_screen)"
		assertEquals "$applet=all" '' "$("$applet" --help=all | grep '.\{81\}')"
		assertEquals "$applet: the usage" "usage: $applet [OPTION]..." \
			"$("$applet" --help | head -1 | cut -d' ' -f1-3)"
	done
	assertEquals 'what is too large' '25 lines' "$(seq 25 | larger_than_a_screen)"
}

# The short help is a part of the long one, whose options are in groups.
test_all_of_the_help() {
	for applet in $("$REFRESHBOX" --list); do
		"$applet" --help >short
		"$applet" --help=all >all
		assertEquals "$applet: only in the short help" '' "$(grep -vxFf all short)"
	done
	os-refresh-config --help=all >all
	assertEquals 'options;log and output;lock;how scripts run;other logs, checks, and what follows' \
		"$(sed -n 's/^\([a-z, ]*\):$/\1/p' all | paste -sd ';')"
	assertFalse 'an option is in both' 'os-refresh-config --help | grep -q -e --strict'
}

test_no_argument_is_help() {
	help=$("$REFRESHBOX" --help)
	run "$REFRESHBOX"
	expect 0 "$help"
	expect_stderr ''
}

test_version_is_one_line() {
	run "$REFRESHBOX" --version
	expect 0
	expect_stderr ''
	assertEquals "$(cat "$SUITE/out")" 1 "$(grep -cE '^refreshbox [0-9]+\.[0-9]+' "$SUITE/out")"
}

test_applets_share_the_version() {
	version=$("$REFRESHBOX" --version)
	for applet in os-refresh-config dib-run-parts; do
		run $applet --version
		expect 0 "$applet (refreshbox) ${version#* }"
	done
	run run-parts --version
	expect 0 "Debian run-parts program, version 5.23, as done by $version"
}

test_unknown_option() {
	for option in --nope -x - --; do
		run "$REFRESHBOX" $option
		expect_one_line 2 "refreshbox: $option: unknown option"
	done
}

test_unknown_applet() {
	run "$REFRESHBOX" nope --list
	expect_one_line 127 'refreshbox: nope: applet not found'
}

test_unknown_applet_is_named_in_one_line() {
	run "$REFRESHBOX" "a
b"
	expect_one_line 127 'a\nb: applet not found'
}

test_applet_as_argument() {
	script d/10-a 'echo "ran $#"; exit 7'
	run "$REFRESHBOX" dib-run-parts --list d
	expect 0 d/10-a
	run "$REFRESHBOX" dib-run-parts d
	expect 7 'ran 0'
	run "$REFRESHBOX" os-refresh-config --print-phases
	expect 0 "$(printf 'pre-configure\tconfigure\tpost-configure\tmigration')"
}

test_called_through_a_symlink() {
	mkdir -p d links
	ln -s "$REFRESHBOX" links/refreshbox
	ln -s refreshbox links/again
	ln -s again links/dib-run-parts
	run links/dib-run-parts --list d
	expect 0 ''
	run links/refreshbox --list
	expect 0 "$("$REFRESHBOX" --list)"
}

test_called_through_a_hard_link() {
	mkdir d
	script d/10-a 'echo ran'
	cp "$REFRESHBOX" copy
	ln copy dib-run-parts
	run ./dib-run-parts --list d
	expect 0 d/10-a
}

test_called_by_a_path() {
	can_rename || return 0
	for name in dib-run-parts /usr/bin/dib-run-parts ./dib-run-parts ../x/dib-run-parts; do
		called $name --version
		expect 0 "dib-run-parts (refreshbox) $("$REFRESHBOX" --version | cut -d' ' -f2)"
	done
}

test_called_with_a_leading_dash() {
	can_rename || return 0
	for name in -dib-run-parts -/sbin/dib-run-parts; do
		called $name --version
		expect 0 "dib-run-parts (refreshbox) $("$REFRESHBOX" --version | cut -d' ' -f2)"
	done
	called -refreshbox --version
	expect 0 "$("$REFRESHBOX" --version)"
}

test_called_without_a_name() {
	can_rename || return 0
	for name in '' - / dir/; do
		called "$name" --version
		expect_one_line 127 'applet not found'
	done
}

test_called_by_an_unknown_name() {
	ln -s "$REFRESHBOX" run-parks
	run ./run-parks --version
	expect_one_line 127 'run-parks: applet not found; did you mean run-parts?'
	ln -s "$REFRESHBOX" greet
	run ./greet --version
	expect_one_line 127 'greet: applet not found; refreshbox --list names them'
}

# A part of a name is not the name.
test_names_are_matched_whole() {
	for name in dib-run-part dib-run-parts2 Dib-run-parts dib-run-parts.sh; do
		ln -s "$REFRESHBOX" $name
		run ./$name --version
		expect_one_line 127 "$name: applet not found"
	done
}

# installed DIR: every applet is in DIR, is the copy of the binary, and runs.
installed() {
	for name in $(bin/refreshbox --list); do
		assertTrue "$1/$name is not the binary" "[ $1/$name -ef bin/refreshbox ]"
		run "$1/$name" --version
		assertTrue "$name: $(cat "$SUITE/out")" "grep -q '$name.*refreshbox' '$SUITE/out'"
	done
}

make_copy() {
	mkdir bin to
	cp "$REFRESHBOX" bin/refreshbox
}

test_install_makes_hard_links() {
	make_copy
	run bin/refreshbox --install to
	expect 0 ''
	expect_stderr ''
	installed to
	assertFalse 'a symbolic link' "find to -type l | grep ."
}

test_install_s_makes_symlinks() {
	make_copy
	run bin/refreshbox --install -s to
	expect 0 ''
	expect_stderr ''
	installed to
	assertEquals ../bin/refreshbox "$(readlink to/dib-run-parts)"
}

# So they hold wherever the image is.
test_install_s_makes_relative_links() {
	mkdir -p image/usr/bin image/usr/sbin image/opt/a/b away
	cp "$REFRESHBOX" image/usr/bin/refreshbox
	ln -s usr/bin image/bin
	for dir in usr/bin usr/sbin opt/a/b bin usr .; do
		image/bin/refreshbox --install -s image/$dir run-parts
		assertEquals "$dir: $(readlink image/$dir/run-parts)" 0 $?
		mv image away
		assertTrue "$dir, moved" "[ away/image/$dir/run-parts -ef away/image/usr/bin/refreshbox ]"
		mv away/image image
	done
	assertEquals refreshbox "$(readlink image/usr/bin/run-parts)"
	assertEquals ../bin/refreshbox "$(readlink image/usr/sbin/run-parts)"
	assertEquals ../../../usr/bin/refreshbox "$(readlink image/opt/a/b/run-parts)"
	assertEquals bin/refreshbox "$(readlink image/usr/run-parts)"
	assertEquals usr/bin/refreshbox "$(readlink image/run-parts)"
	mkdir image/usrx
	(cd image/usrx && ../usr/bin/refreshbox --install -s . run-parts)
	assertEquals ../usr/bin/refreshbox "$(readlink image/usrx/run-parts)"
}

test_the_applets_to_install_can_be_chosen() {
	make_copy
	run bin/refreshbox --install -s to run-parts dib-run-parts
	expect 0 ''
	assertEquals 'dib-run-parts run-parts' "$(echo to/* | sed 's|to/||g')"
	run bin/refreshbox --install to os-refresh-config nope
	expect_one_line 127 'refreshbox --install: nope: applet not found; refreshbox --list names them'
	assertEquals 'dib-run-parts run-parts' "$(echo to/* | sed 's|to/||g')"
}

test_install_f_replaces_files_and_links_but_no_directory() {
	make_copy
	for option in '' -s; do
		file to/run-parts 'not ours'
		ln -s nowhere to/dib-run-parts
		mkdir to/os-refresh-config
		# shellcheck disable=SC2086 # none or one
		run bin/refreshbox --install $option -f to
		expect_one_line 1 'to/os-refresh-config: '
		assertTrue 'the file' '[ to/run-parts -ef bin/refreshbox ]'
		assertTrue 'the link' '[ to/dib-run-parts -ef bin/refreshbox ]'
		assertFalse 'a name that is left' '[ -e to/.refreshbox.new ]'
		before=$(ls -i to)
		# shellcheck disable=SC2086
		[ -n "$option" ] || bin/refreshbox --install $option -f to 2>/dev/null
		assertEquals 'again' "$before" "$(ls -i to)"
		rm -rf to/*
	done
	ln bin/refreshbox bin/run-parts
	# Options come in any order.
	run bin/refreshbox --install -f -s bin run-parts
	expect 0 ''
	assertFalse 'the binary itself is replaced' '[ -L bin/run-parts ]'
}

test_install_works_for_every_way_to_call_it() {
	make_copy
	(cd bin && ./refreshbox --install ../to)
	installed to
	mkdir by-path
	(PATH=$HERE/bin:$PATH && refreshbox --install -s by-path)
	installed by-path
	mkdir by-link
	ln -s bin/refreshbox refreshbox
	./refreshbox --install by-link
	installed by-link
}

test_install_twice_changes_nothing() {
	make_copy
	for option in '' -s; do
		# shellcheck disable=SC2086 # none or one
		bin/refreshbox --install $option to
		before=$(ls -li to)
		# shellcheck disable=SC2086
		run bin/refreshbox --install $option to
		expect 0 ''
		expect_stderr ''
		assertEquals "$before" "$(ls -li to)"
		rm -f to/*
	done
}

test_install_beside_itself() {
	make_copy
	run bin/refreshbox --install bin
	expect 0 ''
	installed bin
}

test_install_into_a_missing_directory() {
	make_copy
	run bin/refreshbox --install nope
	expect_one_line 1 'nope: No such file or directory'
	run bin/refreshbox --install ''
	expect_one_line 1 'No such file or directory'
}

test_install_into_a_file() {
	make_copy
	file plain 'text'
	run bin/refreshbox --install plain
	expect_one_line 1 'plain: Not a directory'
	assertEquals text "$(cat plain)"
}

test_install_never_replaces_a_foreign_file() {
	make_copy
	for option in '' -s; do
		file to/dib-run-parts 'mine'
		# shellcheck disable=SC2086 # none or one
		run bin/refreshbox --install $option to
		expect_one_line 1 'to/dib-run-parts: File exists'
		assertEquals mine "$(cat to/dib-run-parts)"
		assertTrue 'the others are installed' '[ to/os-refresh-config -ef bin/refreshbox ]'
		rm -f to/*
	done
}

test_install_never_replaces_what_is_no_file() {
	make_copy
	mkdir to/dib-run-parts
	ln -s nowhere to/os-refresh-config
	run bin/refreshbox --install to
	expect 1 ''
	expect_log 'to/dib-run-parts: File exists'
	expect_log 'to/os-refresh-config: File exists'
	assertEquals nowhere "$(readlink to/os-refresh-config)"
}

test_install_misused() {
	make_copy
	for words in '' -s -f '-s -f' '-x to' '-s -x to' '--help'; do
		# shellcheck disable=SC2086 # the words
		run bin/refreshbox --install $words
		expect_one_line 2 'usage: refreshbox --install [-s] [-f] DIR [APPLET]...'
	done
	assertEquals '' "$(ls to)"
}

test_install_where_nothing_may_be_written() {
	may_drop || return 0
	make_copy
	chmod 555 to
	run unprivileged bin/refreshbox --install -s to
	expect 1 ''
	expect_log 'to/dib-run-parts: Permission denied'
	expect_log 'to/os-refresh-config: Permission denied'
}

test_the_binary_is_static() {
	has_program readelf || {
		echo 'skipped: no readelf'
		return 0
	}
	needs_static || return 0
	assertTrue 'type EXEC' "readelf -hW '$REFRESHBOX' | grep -q 'Type: *EXEC'"
	assertFalse 'dynamic section' "readelf -lW '$REFRESHBOX' | grep -q DYNAMIC"
}

# No /proc, no /dev, no shell, no library.
test_alone_in_a_root_directory() {
	make_jail || return 0
	run jailed jail /bin/refreshbox --list
	expect 0 "$("$REFRESHBOX" --list)"
	expect_stderr ''
	run jailed jail /bin/refreshbox dib-run-parts --version
	expect 0
}

test_installs_alone_in_a_root_directory() {
	make_jail || return 0
	for option in '' -s; do
		mkdir jail/sbin
		# shellcheck disable=SC2086 # none or one
		run jailed jail /bin/refreshbox --install $option /sbin
		expect 0 ''
		expect_stderr ''
		run jailed jail /sbin/os-refresh-config --print-base
		expect 0 /usr/libexec/os-refresh-config
		rm -r jail/sbin
	done
}

# Under its own name the binary prints help and succeeds: as a script it is one that needs nothing.
test_runs_alone_in_a_root_directory() {
	make_jail || return 0
	mkdir -p jail/base/configure.d
	cp "$REFRESHBOX" jail/base/configure.d/refreshbox
	OS_REFRESH_CONFIG_BASE_DIR=/base run jailed jail /bin/refreshbox os-refresh-config \
		--lockfile /lock
	expect 0 "$("$REFRESHBOX" --help)"
	expect_log 'refreshbox completed'
	expect_log 'Completed phase configure'
}

# expect_no_room COMMAND...: what it prints goes to a full device.
expect_no_room() {
	# shellcheck disable=SC2016 # for the inner shell
	run sh -c 'exec "$@" >/dev/full' sh "$@"
	expect_one_line 1 'No space left on device'
}

test_full_stdout_is_an_error() {
	script base/configure.d/10-a 'echo ran'
	export OS_REFRESH_CONFIG_BASE_DIR=base
	expect_no_room "$REFRESHBOX" --list
	expect_no_room "$REFRESHBOX" --help
	expect_no_room "$REFRESHBOX" --version
	expect_no_room os-refresh-config --help
	expect_no_room os-refresh-config --print-base
	expect_no_room os-refresh-config --print-phases
	expect_no_room os-refresh-config --dry-run
	expect_no_room dib-run-parts --list base/configure.d
	unset OS_REFRESH_CONFIG_BASE_DIR
}

# expect_nobody COMMAND...: what it prints goes to a closed descriptor.
expect_nobody() {
	# shellcheck disable=SC2016 # for the inner shell
	run sh -c 'exec "$@" >&-' sh "$@"
	expect_one_line 1 'Bad file descriptor'
}

test_closed_stdout_is_an_error() {
	script base/configure.d/10-a 'echo ran'
	export OS_REFRESH_CONFIG_BASE_DIR=base
	expect_nobody "$REFRESHBOX" --list
	expect_nobody os-refresh-config --print-base
	expect_nobody os-refresh-config --dry-run
	expect_nobody dib-run-parts --list base/configure.d
	unset OS_REFRESH_CONFIG_BASE_DIR
}

# ---- older kernels, and small machines

# without CALL... -- COMMAND...: as on a kernel that does not know these system calls.
without() {
	options=
	while [ "$1" != -- ]; do
		options="$options -e inject=$1:error=ENOSYS"
		calls=${calls:+$calls,}$1
		shift
	done
	shift
	# shellcheck disable=SC2086 # the options
	run strace -f --seccomp-bpf -qq -o /dev/null -e trace="$calls" $options "$@"
	calls=
}

# Makes a script that prints which of the descriptors 8 and 900 are open; and a command, "high",
# whose own command inherits these two and may have none from 64 up.
make_high_descriptors() {
	mkdir -p base/configure.d
	cat >base/configure.d/10-a <<-'E'
		#!/usr/bin/env python3
		import os
		for fd in 8, 900:
		    try:
		        os.fstat(fd)
		        print(fd)
		    except OSError:
		        pass
	E
	cat >high <<-'E'
		#!/usr/bin/env python3
		import os, resource, sys
		for fd in 8, 900:
		    os.dup2(os.open("/", os.O_RDONLY), fd)
		resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))
		os.execvp(sys.argv[1], sys.argv[1:])
	E
	chmod 755 base/configure.d/10-a high
}

# expect_no_leak COMMAND...: runs it with os-refresh-config, with more descriptors than it may have.
expect_no_leak() {
	OS_REFRESH_CONFIG_BASE_DIR=base without close_range -- "$@" os-refresh-config --lockfile lock
	expect 0 ''
	expect_log '10-a completed'
}

test_descriptors_above_a_limit_that_was_lowered_do_not_leak() {
	may_trace || return 0
	make_high_descriptors
	run ./high dib-run-parts base/configure.d
	expect 0 '8
900'
	expect_no_leak ./high
	if is_root; then apart='unshare -m'; else apart='unshare -Urm'; fi
	if ! $apart mount -t tmpfs none /proc 2>/dev/null; then
		echo 'skipped: may not hide /proc'
		return 0
	fi
	# shellcheck disable=SC2016,SC2086 # for the inner shell; words
	expect_no_leak $apart sh -c 'mount -t tmpfs none /proc && "$@"' sh ./high
}

# The first and third start is refused as up to Linux 6.2 in a new time namespace, and a child with a
# copy of our memory takes its place, as it does in the user mode of qemu.
test_starts_where_memory_cannot_be_shared() {
	may_trace || return 0
	script d/10-a 'echo one'
	script d/20-b 'echo two'
	script d/30-c ''
	echo '#!/no/such/interpreter' >d/30-c
	refused='strace -f -qq -o /dev/null -e trace=clone -e inject=clone:error=EINVAL:when=1+2'
	for options in '' --report; do
		# shellcheck disable=SC2086 # words
		run $refused run-parts $options d
		expect 1
		assertEquals 'one two' "$(grep -v : "$SUITE/out" | paste -sd' ' -)"
		expect_log 'run-parts: failed to exec d/30-c: No such file or directory'
	done
	# shellcheck disable=SC2086 # words
	run $refused dib-run-parts d
	expect 127 'one
two'
	expect_log 'Script d/30-c could not be started: its interpreter '\''/no/such/interpreter'\'' does'
}

# The parent of process 1 of a namespace has no process id there.
test_the_worker_may_be_process_1_of_a_namespace() {
	needs_static || return 0
	if is_root; then apart='unshare -p'; else apart='unshare -Urp'; fi
	if ! $apart true 2>/dev/null; then
		echo 'skipped: no PID namespaces'
		return 0
	fi
	script d/10-a 'echo one'
	script d/20-b 'echo two'
	for applet in run-parts dib-run-parts; do
		run $apart "$applet" d
		expect 0 'one
two'
	done
}

# Nothing else would wake us up again.
test_an_unexpected_error_of_wait4() {
	may_trace || return 0
	script d/10-a 'echo one'
	script d/20-b 'echo two'
	for number in 1 2 3 4; do
		run timeout -k 1 20 strace -f -b execve -qq -o /dev/null -e trace=wait4 \
			-e inject=wait4:error=EINVAL:when=$number run-parts d
		expect 0 'one
two'
	done
}

# Without a size of 64 bits, there is no such file to a 32-bit program.
test_files_of_3_gib() {
	script d/10-a 'echo ran; exit'
	if ! truncate -s 3G d/10-a log 2>/dev/null; then
		echo 'skipped: no files of 3 GiB here'
		return 0
	fi
	run dib-run-parts --events log d
	expect 0 ran
	assertTrue 'nothing is added to the log' "tail -n 1 log | grep -q run-end"
}

# The first system call for it gives a user id of 16 bits.
test_user_ids_of_more_than_16_bits() {
	if ! is_root; then
		echo 'skipped: only root can be any user'
		return 0
	fi
	script d/10-a 'echo ran'
	chown 100000 d/10-a
	run setpriv --reuid=100000 --clear-groups dib-run-parts --strict d
	expect 0 ran
	chown 34464 d/10-a
	run setpriv --reuid=100000 --clear-groups dib-run-parts --strict d
	expect 1 ''
	expect_log 'is owned by uid 34464'
}

# shellcheck source=/dev/null
. shunit2
