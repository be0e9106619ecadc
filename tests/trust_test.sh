#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Scripts that others than root and the caller could have written, or could exchange on the way to
# them: a warning, or with --strict an error.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

setup_base() {
	script base/pre-configure.d/10-a 'echo first'
	script base/configure.d/10-a 'echo second'
	file base/environment.d/1 'A=1\n'
}

# doubted PATH [REASON]: the run goes on, but says so in one line; with --strict nothing runs. The
# path is one below $HERE, or an absolute one.
doubted() {
	path=$(cd "$HERE" && pwd -P)/$1
	[ "${1#/}" = "$1" ] || path=$1
	reason=${2:-is writable by other users (mode $(stat -c %04a "$path"))}
	orc
	expect 0 'first
second'
	expect_log "[WARN] $path $reason"
	orc --strict
	expect 1 ''
	expect_stderr "[] (os-refresh-config) [ERROR] $path $reason; with --strict, nothing is run"
}

# trusted: it runs without a word about it, also with --strict.
trusted() {
	orc --strict
	expect 0 'first
second'
	expect_no_log '[WARN]'
}

# as_nobody [OPTION]...: an ordinary user runs it.
as_nobody() {
	[ -d "$SUITE/locks" ] || mkdir -m 777 "$SUITE/locks"
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config \
		--lockfile "$SUITE/locks/lock" "$@"
}

may_give_away() {
	is_root && return 0
	echo 'skipped: only root can give files away'
	return 1
}

test_what_is_ours_alone_is_trusted() {
	setup_base
	trusted
}

test_a_script() {
	setup_base
	chmod o+w base/configure.d/10-a
	doubted base/configure.d/10-a
}

test_a_directory_of_scripts() {
	setup_base
	chmod 1777 base/configure.d
	doubted base/configure.d
}

test_an_environment_file_and_its_directory() {
	setup_base
	for path in base/environment.d/1 base/environment.d; do
		mode=$(stat -c %a "$path")
		chmod o+w "$path"
		doubted "$path"
		chmod "$mode" "$path"
	done
}

# Who can write to one of these can put another script in the place of ours, whatever its mode is.
test_a_directory_on_the_way() {
	mkdir way
	cd way || return
	setup_base
	cd ..
	for dir in way way/base; do
		chmod 777 $dir
		BASE=way/base doubted $dir
		BASE=$HERE/way/base doubted $dir
		cd way || return
		BASE=base doubted $dir
		cd ..
		chmod 755 $dir
	done
	BASE=way/base trusted
}

# There, nobody but its owner can exchange what is there already; but anybody can add a script.
test_a_sticky_directory() {
	mkdir -m 1777 way
	cd way || return
	setup_base
	cd ..
	BASE=way/base trusted
	chmod 1777 way/base/configure.d
	BASE=way/base doubted way/base/configure.d
	chmod 755 way/base/configure.d
	chmod +t way/base/configure.d/10-a
	chmod o+w way/base/configure.d/10-a
	BASE=way/base doubted way/base/configure.d/10-a
}

test_what_others_made_in_a_sticky_directory() {
	may_give_away || return 0
	mkdir -m 1777 way
	cd way || return
	setup_base
	cd ..
	chown 12345 way/base
	BASE=way/base doubted way/base 'is owned by uid 12345'
	chown 0 way/base
	mv way/base .
	ln -s ../base way/base
	BASE=way/base trusted
	chown -h 12345 way/base
	BASE=way/base doubted way/base 'is owned by uid 12345'
}

# A second name in such a directory may be the work of others, who may link what they may not write.
test_a_hard_link_in_a_sticky_directory() {
	setup_base
	mkdir -m 1777 way
	mv base/configure.d/10-a tool
	ln tool way/tool
	ln -s ../../way/tool base/configure.d/10-a
	doubted way/tool 'may be a hard link that another user has made'
	rm tool
	trusted
}

test_error_handlers_count_before_they_are_needed() {
	setup_base
	script base/error.d/10-e 'echo handled'
	chmod o+w base/error.d/10-e
	orc --strict
	expect 1 ''
	expect_log 'base/error.d/10-e is writable by other users (mode 0757); with --strict, nothing is run'
}

# A link counts, and everything on the way to where it leads.
test_a_link() {
	setup_base
	mkdir -p over there/deep
	mv base/configure.d/10-a there/deep/tool
	ln -s "$HERE/over/bridge/tool" base/configure.d/10-a
	ln -s ../there/./deep/../deep over/bridge
	trusted
	for path in over there there/deep there/deep/tool; do
		chmod o+w "$path"
		doubted "$path"
		chmod o-w "$path"
	done
	is_root || return 0
	for path in over/bridge base/configure.d/10-a; do
		chown -h 12345 "$path"
		doubted "$path" 'is owned by uid 12345'
		chown -h 0 "$path"
	done
}

test_a_link_in_the_place_of_a_directory() {
	setup_base
	mkdir elsewhere
	mv base/configure.d base/environment.d elsewhere
	ln -s ../elsewhere/configure.d ../elsewhere/environment.d base
	trusted
	chmod o+w elsewhere
	doubted elsewhere
}

# Each is told of once, however many scripts are behind it.
test_many_behind_one() {
	setup_base
	mv base/configure.d/10-a tool
	ln -s ../../tool base/configure.d/10-a
	for n in 20 30 40; do ln -s ../../tool base/configure.d/$n; done
	chmod o+w base tool
	orc
	expect 0
	expect_line ".*/base is writable by other users \(mode 0[0-7]{3}\)"
	expect_line ".*/tool is writable by other users \(mode 0[0-7]{3}\)"
	orc --strict
	expect 1 ''
	assertEquals "$(cat "$SUITE/err")" 2 "$(wc -l <"$SUITE/err")"
}

# Root's group counts as root, whoever we are.
test_a_group_counts_unless_it_is_private_or_roots() {
	may_give_away || return 0
	setup_base
	for path in base base/configure.d base/configure.d/10-a; do
		chmod g+w "$path"
		trusted
		chgrp 12345 "$path"
		doubted "$path"
		chmod g-w "$path"
		trusted
	done
	may_drop || return 0
	chgrp -R 0 base
	chmod -R g+w base
	as_nobody --strict
	expect 0 'first
second'
	expect_no_log '[WARN]'
}

# An ACL lets others write although they are not of the group; the bits of the group are its mask.
test_an_acl() {
	setup_base
	if ! setfacl -m u:12345:rwx base/configure.d/10-a 2>/dev/null; then
		echo 'skipped: no ACLs here'
		return 0
	fi
	doubted base/configure.d/10-a
	setfacl -m m::r-x base/configure.d/10-a
	trusted
	setfacl -b base/configure.d/10-a
	setfacl -m u:12345:r-x base/configure.d
	trusted
	setfacl -m u:12345:rwx base/configure.d
	doubted base/configure.d
	setfacl -b base/configure.d
	setfacl -m g:12345:rwx base
	doubted base
}

test_another_owner() {
	may_give_away || return 0
	setup_base
	for path in base base/configure.d base/configure.d/10-a base/environment.d/1; do
		chown 12345 "$path"
		doubted "$path" 'is owned by uid 12345'
		chown 0 "$path"
	done
}

# There all that is root's belongs to nobody, and one line stands for all of it.
test_owners_that_a_user_namespace_does_not_know() {
	if ! may_drop || ! unprivileged unshare -U true 2>/dev/null; then
		echo 'skipped: may not make a user namespace'
		return 0
	fi
	setup_base
	for n in 20 30 40; do script base/configure.d/$n ':'; done
	is_root && chown -R 65534:65534 base
	mkdir -m 777 locks
	unshared="unprivileged unshare -Ur env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config"
	run $unshared --lockfile locks/lock
	expect 0
	expect_line '.*\[WARN\] / is owned by nobody, or by a user outside of this user namespace'
	assertEquals "$(cat "$SUITE/err")" 1 "$(grep -c 'owned by nobody' "$SUITE/err")"
	run $unshared --lockfile locks/lock --strict
	expect 1 ''
	assertEquals "$(cat "$SUITE/err")" 1 "$(grep -c 'owned by nobody' "$SUITE/err")"
}

test_what_does_not_run_does_not_count() {
	setup_base
	script base/configure.d/20-b.sh 'echo wrong'
	chmod o+w base/configure.d/20-b.sh
	orc --strict
	expect 0
	chmod o+w base/configure.d/10-a
	orc --strict --dry-run
	expect 0
	expect_no_log 'writable'
}

# Where the way cannot be followed, nobody can say who could change it.
test_a_way_that_may_not_be_looked_at() {
	may_drop || return 0
	mkdir -p closed/in
	cd closed/in || return
	setup_base
	chmod 000 ../../closed
	as_nobody
	expect 0 'first
second'
	expect_line '.*\[WARN\] base/pre-configure.d cannot be examined'
	as_nobody --strict
	expect 1 ''
	expect_log 'base/pre-configure.d cannot be examined'
}

test_dib_run_parts() {
	script d/1 'echo one'
	chmod o+w d/1
	run dib-run-parts d
	expect 0 one
	expect_line "dib-run-parts WARN: .*/d/1 is writable by other users \(mode 0[0-7]{3}\)"
	run dib-run-parts --strict d
	expect 1 ''
}

# Else cron would mail a line a day.
test_run_parts_warns_only_when_asked() {
	script d/1 'echo one'
	chmod o+w d/1
	run run-parts d
	expect 0 one
	expect_stderr ''
	for option in -v --debug; do
		run run-parts $option d
		expect 0 one
		expect_line "run-parts: .*/d/1 is writable by other users \(mode 0[0-7]{3}\)"
	done
	run run-parts --strict d
	expect 1 ''
	expect_line "run-parts: .*/d/1 is writable by other users \(mode 0[0-7]{3}\) \(--strict\)"
	run run-parts --list d
	expect_stderr ''
}

# shellcheck source=/dev/null
. shunit2
