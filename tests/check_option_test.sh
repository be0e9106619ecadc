#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The option --check: everything that can be known to be wrong without running anything, one line
# for each finding; also inside of an image. (check_test.sh is about what runs the tests.)
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# check [NAME=VALUE]...: os-refresh-config --check on "base", in this environment.
check() {
	run env OS_REFRESH_CONFIG_BASE_DIR=base "$@" os-refresh-config --check
}

# finds [LINE]...: the last run found exactly this, in this order, and said nothing else.
finds() {
	status=0
	lines=
	for line; do
		status=1
		lines="$lines${lines:+
}$line"
	done
	expect "$status" "$lines"
	assertEquals stderr '' "$(cat "$SUITE/err")"
}

# refused NAME: what is found if others can write to this file.
refused() {
	echo "$(pwd -P)/$1: it is writable by other users (mode 0$(stat -c %a "$1"))"
}

# In a user namespace, "/" would belong to nobody, which is a finding.
may_mount() {
	is_root && unshare -m mount -t tmpfs none /mnt 2>/dev/null && return 0
	echo 'skipped: may not mount'
	return 1
}

# make_image: a root directory with nothing but what is put into it, and "base" in it.
make_image() {
	needs_static || return 1
	enter=
	is_root || enter='unshare -Ur'
	mkdir -p image/base/configure.d
	$enter chroot image /nothing 2>/dev/null
	[ $? -ne 125 ] || {
		echo 'skipped: may not change the root directory'
		return 1
	}
}

# check_image [IMAGE]: checks it from outside, where there is no /base.
check_image() {
	# shellcheck disable=SC2086 # two words
	run $enter env OS_REFRESH_CONFIG_BASE_DIR=/base os-refresh-config --check="${1-image}"
}

# ---- nothing to find

test_nothing_is_wrong_with_the_demonstration() {
	check OS_REFRESH_CONFIG_BASE_DIR="$TESTS/demo/base" DEMO_ROOT="$HERE/demo"
	finds
}

test_an_empty_base_directory_and_empty_phases() {
	mkdir base
	check
	finds
	mkdir base/configure.d base/error.d
	check
	finds
}

test_what_is_left_out_on_purpose() {
	script base/configure.d/10-a ':'
	script base/configure.d/10-a~ ':'
	script base/configure.d/.10-a ':'
	file base/configure.d/README 'text\n'
	mkdir base/configure.d/20-lib base/lib base/.old.d
	mkfifo base/configure.d/30-fifo
	check
	finds
}

# A list of what the process did that a look does not need: write, lock, start processes.
deeds() {
	grep -E '^[0-9]+ +(clone|fork|vfork|execve|flock|mkdir|unlink|rename|chmod|chown|mount|fcntl.*F_SETLK)' \
		"$1" | sed 1d
	grep -E 'open(at)?\(.*O_(WRONLY|RDWR|CREAT|TRUNC)' "$1"
}

test_it_runs_writes_and_locks_nothing() {
	may_trace || return 0
	script base/configure.d/10-a 'touch ran'
	file base/configure.d/20-b 'touch ran\n'
	chmod +x base/configure.d/20-b
	file base/environment.d/1 'echo said; X=$(touch ran)\n'
	file base/environment.d/2 'loop() { touch ran; }; loop\n'
	run strace -f -o trace env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check
	finds
	# env(1) is the first program, and executes the one that is traced here.
	assertEquals 'what it did' '' "$(deeds trace | grep -v 'execve(.*/os-refresh-config"')"
	[ ! -e ran ] || fail 'something ran'
	assertContains 'the trace' "$(cat trace)" exit_group
	run strace -f -o trace sh -c 'true; echo >written'
	assertContains 'a write' "$(deeds trace)" written
}

test_it_needs_no_lock() {
	script base/configure.d/10-a ':'
	run env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile nowhere/lock --check
	finds
}

test_with_a_read_only_root_and_without_proc() {
	needs_static || return 0
	may_mount || return 0
	script base/configure.d/10-a ':'
	file base/environment.d/1 'export A=1\n'
	run unshare -m sh -c 'mount -t tmpfs none /proc && mount --bind base base &&
		mount -o remount,bind,ro base && OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check'
	finds
}

test_an_ordinary_user() {
	may_drop || return 0
	script base/configure.d/10-a ':'
	script base/configure.d/20-b ':'
	chmod 711 base/configure.d/20-b
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check
	! is_root || finds 'base/configure.d/20-b: it is not readable'
	is_root || finds
}

# ---- the base directory and its phases

test_the_base_directory_is_missing() {
	check
	finds 'base: No such file or directory (set OS_REFRESH_CONFIG_BASE_DIR)'
	file base ''
	check
	finds 'base: Not a directory (set OS_REFRESH_CONFIG_BASE_DIR)'
}

test_a_phase_is_no_directory() {
	mkdir base
	file base/configure.d ''
	ln -s nowhere base/error.d
	check
	finds 'base/configure.d: it cannot be opened: Not a directory' \
		'base/error.d: it cannot be opened: No such file or directory'
}

test_names_that_look_like_phases() {
	script base/configre.d/10-a ':'
	mkdir base/configure.d base/environment.d base/pre-config.d base/error.d
	check
	finds 'base/configre.d: it is not a phase, so nothing in it runs' \
		'base/pre-config.d: it is not a phase, so nothing in it runs'
	check OS_REFRESH_CONFIG_BASE_DIR=base/
	finds 'base//configre.d: it is not a phase, so nothing in it runs' \
		'base//pre-config.d: it is not a phase, so nothing in it runs'
}

test_the_working_directory_as_the_base() {
	mkdir configre.d
	check OS_REFRESH_CONFIG_BASE_DIR=
	finds './configre.d: it is not a phase, so nothing in it runs'
}

test_the_error_handlers_are_checked_last() {
	for phase in error configure migration; do
		script base/$phase.d/10-a ':'
		chmod -x base/$phase.d/10-a
	done
	check
	finds 'base/configure.d/10-a: it is not executable' \
		'base/migration.d/10-a: it is not executable' \
		'base/error.d/10-a: it is not executable'
}

# ---- scripts

test_scripts_that_would_be_left_out() {
	script base/configure.d/10-a.sh ':'
	script base/configure.d/20-b ':'
	chmod -x base/configure.d/20-b
	ln -s nowhere base/configure.d/30-c
	ln -s 40-d base/configure.d/40-d
	check
	sed -i 's/^\([^ ]*40-d: it cannot be looked at\): .*/\1/' "$SUITE/out"
	finds "base/configure.d/10-a.sh: its name may only have letters, digits, '-' and '_'" \
		'base/configure.d/20-b: it is not executable' \
		'base/configure.d/30-c: it is a dangling symlink to nowhere' \
		'base/configure.d/40-d: it cannot be examined: Symbolic link loop'
}

test_scripts_that_could_not_be_started() {
	file base/configure.d/10-empty ''
	file base/configure.d/20-dos '#!/bin/sh\r\necho\r\n'
	file base/configure.d/21-dos '#!/usr/bin/env sh\r\n'
	file base/configure.d/22-dos 'echo\r\n'
	file base/configure.d/30-none '#! /no/such/shell -e\n'
	file base/configure.d/31-none "#!$HERE/plain"
	file base/configure.d/32-dir '#!/usr\n'
	file base/configure.d/40-binary 'a\0b\n'
	file plain '#!/bin/sh\n'
	chmod +x base/configure.d/*
	check
	finds 'base/configure.d/10-empty: it is empty' \
		'base/configure.d/20-dos: its first line ends in a carriage return (DOS file?)' \
		'base/configure.d/21-dos: its first line ends in a carriage return (DOS file?)' \
		'base/configure.d/22-dos: its first line ends in a carriage return (DOS file?)' \
		"base/configure.d/30-none: its interpreter '/no/such/shell' does not exist" \
		"base/configure.d/31-none: its interpreter '$HERE/plain' is not executable" \
		"base/configure.d/32-dir: its interpreter '/usr' is not executable" \
		'base/configure.d/40-binary: it is not a program and has no "#!" line'
}

test_scripts_that_could_be_started() {
	mkdir -p base/configure.d
	cp /bin/true base/configure.d/10-program
	file base/configure.d/20-text 'echo\n'
	file base/configure.d/30-blanks '#! \t/bin/sh \t-e\n'
	file base/configure.d/40-short '#!/bin/sh'
	file base/configure.d/50-later '\nline\r\n\0'
	ln -s "$HERE/target" base/configure.d/60-link
	script target ':'
	# An ELF file for a machine that does not exist.
	head -c 200 /bin/true >base/configure.d/70-foreign
	printf '\377\376' | dd of=base/configure.d/70-foreign bs=1 seek=18 conv=notrunc 2>/dev/null
	chmod +x base/configure.d/*
	check
	finds
}

test_numbers_used_twice() {
	for name in 9-a 10-a 10-b 010-c 10.5 11-a no-number other; do
		script "base/configure.d/$name" ':'
	done
	script base/migration.d/11-b ':'
	rm base/configure.d/10.5
	check
	finds 'base/configure.d/10-a: it has the same number as 010-c, so that their names decide which is first' \
		'base/configure.d/10-b: it has the same number as 10-a, so that their names decide which is first'
	# One that does not run has no place in the order.
	chmod -x base/configure.d/10-a
	check
	finds 'base/configure.d/10-a: it is not executable' \
		'base/configure.d/10-b: it has the same number as 010-c, so that their names decide which is first'
}

test_the_order_is_that_of_the_scripts() {
	for name in 2-b 1-a 10-d 3-c; do
		script base/configure.d/$name ':'
	done
	file base/configure.d/1-a ''
	chmod -x base/configure.d/2-b base/configure.d/10-d
	file base/configure.d/3-c '#!/none\n'
	check
	finds 'base/configure.d/1-a: it is empty' \
		'base/configure.d/2-b: it is not executable' \
		"base/configure.d/3-c: its interpreter '/none' does not exist" \
		'base/configure.d/10-d: it is not executable'
}

test_a_name_cannot_forge_a_line() {
	mkdir -p base/configure.d
	script "base/configure.d/1
base: fine" ':'
	check
	finds "base/configure.d/1\\nbase: fine: its name may only have letters, digits, '-' and '_'"
}

test_a_noexec_file_system() {
	may_mount || return 0
	mkdir base
	run unshare -m sh -c 'mount -t tmpfs -o noexec,mode=755 none base && mkdir base/configure.d &&
		cp /bin/true base/configure.d/10-a && OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check'
	finds 'base/configure.d/10-a: its file system is mounted noexec'
}

test_names_by_an_expression() {
	script base/configure.d/10-a ':'
	script base/configure.d/10-a.sh ':'
	check RUN_PARTS_REGEX='\.sh$'
	finds 'base/configure.d/10-a: its name does not match RUN_PARTS_REGEX'
	check RUN_PARTS_REGEX='a['
	finds "RUN_PARTS_REGEX 'a[' is not valid: unmatched [ at byte 1"
}

# ---- environment.d

test_a_mistake_in_environment_d() {
	script base/configure.d/10-a ':'
	script base/migration.d/10-a ':'
	file base/environment.d/10-a 'A=1\n\nB=$NOPE\n'
	check
	finds 'base/environment.d/10-a:3: NOPE is not set'
	file base/environment.d/10-a 'A=1\r\n'
	check
	finds 'base/environment.d/10-a:1: line ends in a carriage return (DOS file?)'
	file base/environment.d/10-a 'A="\n'
	check
	expect 1
	assertContains "$(cat "$SUITE/out")" 'environment.d/10-a:1: '
}

test_environment_d_is_evaluated_for_every_phase() {
	for phase in pre-configure configure migration error; do
		script base/$phase.d/10-a ':'
	done
	file base/environment.d/1 'export A=$OS_REFRESH_CONFIG_PHASE\n'
	file base/environment.d/2 'case $A in migration) B=$C ;;\nerror) B=$D ;; esac\n'
	check
	finds 'base/environment.d/2:1: C is not set' 'base/environment.d/2:2: D is not set'
	# Only what is beside a phase is read.
	rm -r base/migration.d base/error.d
	check
	finds
}

test_what_environment_d_gets() {
	script base/configure.d/10-a ':'
	file base/environment.d/1 'B=$FROM_OUTSIDE\n'
	check
	finds 'base/environment.d/1:1: FROM_OUTSIDE is not set'
	check FROM_OUTSIDE=1
	finds
}

test_a_complaint_about_environment_d() {
	script base/configure.d/10-a ':'
	file base/environment.d/1 '[ 1 -eq x ] || A=1\n'
	check
	expect 1
	assertEquals lines 1 "$(wc -l <"$SUITE/out")"
	assertContains "$(cat "$SUITE/out")" 'environment.d/1:1: '
}

test_environment_d_that_cannot_be_read() {
	script base/configure.d/10-a ':'
	ln -s nowhere base/environment.d
	check
	finds 'base/environment.d: it cannot be examined' \
		'base/environment.d: it cannot be used: No such file or directory'
}

test_environment_d_that_needs_a_shell() {
	make_image || return 0
	file image/base/environment.d/10-a 'A=1\nfor x in a b; do B=$x; done\n'
	check_image
	assertContains "$(cat "$SUITE/out")" 'environment.d/10-a:2: needs bash, and there is none: for'
	expect 1
	assertEquals lines 1 "$(wc -l <"$SUITE/out")"
	file image/bin/bash ''
	chmod +x image/bin/bash
	check_image
	finds
}

# ---- trust

test_what_strict_would_refuse() {
	script base/configure.d/10-a ':'
	script base/configure.d/20-b ':'
	script base/error.d/10-a ':'
	file base/environment.d/1 'A=1\n'
	chmod o+w base/configure.d/20-b base/environment.d/1 base/error.d
	check
	finds "$(refused base/configure.d/20-b)" "$(refused base/environment.d/1)" \
		"$(refused base/error.d)"
}

test_trust_inside_an_image() {
	make_image || return 0
	script image/base/configure.d/10-a ':'
	cp -L /bin/true image/true
	printf '#!/true\n' >image/base/configure.d/10-a
	chmod o+w image
	check_image
	finds '/: it is writable by other users (mode 0757)'
	# What is around the image does not count.
	chmod 755 image
	chmod o+w .
	check_image
	finds
}

# ---- which phases and scripts

test_refresh_phase_checks_what_it_is_given() {
	script base/configure.d/10-a ':'
	script base/configure.d/20-b ':'
	script base/error.d/10-a ':'
	chmod -x base/*/*
	mkdir base/configre.d
	export OS_REFRESH_CONFIG_BASE_DIR=base
	run refresh-phase --check configure
	finds 'base/configure.d/10-a: it is not executable' 'base/configure.d/20-b: it is not executable'
	run refresh-phase --check migration error.d
	finds 'base/migration.d: No such file or directory' 'base/error.d/10-a: it is not executable'
	chmod +x base/configure.d/*
	file base/configure.d/10-a ''
	file base/configure.d/20-b ''
	run refresh-phase --check --only '10-*' configure
	finds 'base/configure.d/10-a: it is empty'
	run refresh-phase --check --from 20-b configure
	finds 'base/configure.d/20-b: it is empty'
	unset OS_REFRESH_CONFIG_BASE_DIR
}

test_dib_run_parts_checks_its_directory() {
	script d/10-a ':'
	file environment.d/1 'A=$NOPE\n'
	run dib-run-parts --check d
	finds 'environment.d/1:1: NOPE is not set'
	run dib-run-parts --check nowhere
	finds 'nowhere: it cannot be opened: No such file or directory'
	rm -r environment.d
	chmod -x d/10-a
	run dib-run-parts --check d/
	finds 'd//10-a: it is not executable'
}

test_run_parts_checks_its_directories() {
	script one/a ':'
	script two/a ':'
	script two/b.sh ':'
	script two/10-c ':'
	script two/10-d ':'
	file two/text 'echo\n'
	chmod +x two/text
	mkfifo two/fifo
	run run-parts --check one two three
	finds 'three: it cannot be opened: No such file or directory' \
		"two/b.sh: its name may only have letters, digits, '-' and '_'" \
		'two/fifo: it is not a regular file' \
		'two/text: it is not a program and has no "#!" line'
	run run-parts --check --regex '^[ab]' --order=numeric one two
	finds 'two/text: its name does not match --regex' 'two/10-c: its name does not match --regex' \
		'two/10-d: its name does not match --regex'
	rm two/fifo two/text two/b.sh
	run run-parts --check --order=numeric one two
	finds 'two/10-d: it has the same number as 10-c, so that their names decide which is first'
	run run-parts --check two
	finds
	chmod o+w two/a
	run run-parts --check two
	finds "$(refused two/a)"
	chmod o-w two/a
	run run-parts --check --regex '(' two
	finds 'Unable to build regexp: unmatched ( at byte 0'
}

# ---- images

test_an_image() {
	make_image || return 0
	script image/base/configure.d/10-a ':'
	file image/base/configure.d/20-b 'echo\n'
	file image/base/configure.d/30-c '#!/interpreter\n'
	chmod +x image/base/configure.d/*
	ln -s /target image/base/configure.d/40-d
	check_image
	finds "/base/configure.d/10-a: its interpreter '/bin/sh' does not exist" \
		'/base/configure.d/20-b: it has no "#!" line and there is no shell to run it' \
		"/base/configure.d/30-c: its interpreter '/interpreter' does not exist" \
		'/base/configure.d/40-d: it is a dangling symlink to /target'
	file image/bin/sh ''
	file image/interpreter ''
	file image/target '#!/interpreter\n'
	chmod +x image/bin/sh image/interpreter image/target
	check_image
	finds
	# A path that is relative begins at the root directory of the image.
	chmod -x image/base/configure.d/10-a
	# shellcheck disable=SC2086 # two words
	run $enter run-parts --check=image base/configure.d
	assertContains "$(cat "$SUITE/out")" 'base/configure.d/10-a: it is not executable'
	expect 1
}

test_an_image_that_is_mounted_noexec_here() {
	may_mount || return 0
	make_image || return 0
	run unshare -m sh -c 'mount -t tmpfs -o noexec,mode=755 none image && mkdir -p image/base/configure.d &&
		cd image && echo >interpreter && echo "#!/interpreter" >base/configure.d/10-a &&
		cp base/configure.d/10-a base/configure.d/20-b && chmod +x interpreter base/configure.d/10-a &&
		cd .. && OS_REFRESH_CONFIG_BASE_DIR=/base exec os-refresh-config --check=image'
	finds '/base/configure.d/20-b: it is not executable'
}

test_an_image_is_for_root() {
	may_drop || return 0
	mkdir image
	is_root && run unprivileged os-refresh-config --check=image
	is_root || run os-refresh-config --check=image
	expect_one_line 1 "Cannot chroot to 'image': Operation not permitted"
}

test_an_image_that_is_not_there() {
	make_image || return 0
	check_image nowhere
	expect_one_line 1 "Cannot chroot to 'nowhere': No such file or directory"
}

# A variable that was not set must not make this a check of the machine itself.
test_an_empty_name_is_no_image() {
	script base/configure.d/10-a ':'
	run env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check=
	expect 2 ''
	expect_log "os-refresh-config: error: argument --check: expected a value after the '='"
	run run-parts --check= base/configure.d
	expect 1 ''
	expect_log "run-parts: argument --check: expected a value after the '='"
	run dib-run-parts --check= base/configure.d
	expect 1 ''
	expect_log "argument --check: expected a value after the '='"
}

test_the_root_directory_is_no_image() {
	may_drop || return 0
	script base/configure.d/10-a ':'
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check=/
	finds
}

# ---- the command line and the output

test_wrong_usage() {
	run os-refresh-config --check image
	expect 2 ''
	run refresh-phase --check
	expect 2 ''
	run refresh-phase --check nonsense
	expect 2 ''
}

test_findings_that_cannot_be_printed() {
	file base/configure.d/10-a ''
	OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --check >/dev/full 2>"$SUITE/err"
	assertEquals status 1 $?
	expect_line '.* \[ERROR\] Cannot write the list to stdout: .*'
	assertEquals lines 1 "$(wc -l <"$SUITE/err")"
}

. shunit2
