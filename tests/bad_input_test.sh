#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A careless or hostile file system, environment or machine: each fault must lead to one clear line
# with the name and the cause, and to a status that is not 0. What did not run is named.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

LONG_NAME=$(printf '%0255d' 0 | tr 0 a)

# expect_not_started SCRIPT STATUS CAUSE: the script could not be started, and the line says why.
expect_not_started() {
	expect "$2" ''
	expect_line "dib-run-parts ERROR: Script $1 could not be started: $3 \(exit status $2\)"
}

# expect_errors NUMBER: so many lines of stderr are errors.
expect_errors() {
	assertEquals "errors in $(cat "$SUITE/err")" "$1" "$(grep -cE '\[ERROR\]| ERROR: ' "$SUITE/err")"
}

# user_orc [OPTION]...: as orc, but as an ordinary user.
user_orc() {
	mkdir -p open
	chmod 777 open
	run unprivileged env OS_REFRESH_CONFIG_BASE_DIR=base \
		os-refresh-config --lockfile open/lock "$@"
}

# apart COMMAND [ARGUMENT]...: may mount, and change its root directory.
apart() {
	if is_root; then unshare -m "$@"; else unshare -Ur -m "$@"; fi
}

can_mount() {
	apart mount -t tmpfs none /mnt 2>/dev/null && return 0
	echo 'skipped: may not mount'
	return 1
}

can_match() {
	mkdir -p empty
	RUN_PARTS_REGEX=. dib-run-parts --list empty 2>/dev/null && return 0
	echo 'skipped: regular expressions are not built in'
	return 1
}

# A machine of nothing but the binary and four scripts, which are the binary too: under its own name
# it succeeds.
make_machine() {
	mkdir -p "$1/run"
	cp "$REFRESHBOX" "$1/os-refresh-config"
	for phase in pre-configure configure post-configure migration; do
		mkdir -p "$1/base/$phase.d"
		ln "$1/os-refresh-config" "$1/base/$phase.d/refreshbox"
	done
	apart chroot "$1" /os-refresh-config --version >/dev/null 2>&1 && return 0
	echo 'skipped: may not change the root directory, or the binary is not static'
	return 1
}

# on_machine [OPTION]...: runs os-refresh-config there.
on_machine() {
	run apart env OS_REFRESH_CONFIG_BASE_DIR=/base chroot machine /os-refresh-config "$@"
}

# ---- phase directories

# expect_failed_phase CAUSE: the phase could not be run, the reason is told, and error.d was called.
expect_failed_phase() {
	expect 1 handled
	expect_line "$1"
	expect_line '.*\[ERROR\] during configure phase\..*'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
}

test_a_phase_that_may_not_be_read() {
	may_drop || return 0
	script base/configure.d/10-a 'echo wrong'
	script base/error.d/10-e 'echo handled'
	for mode in 000 111 311; do
		chmod $mode base/configure.d
		user_orc
		expect_failed_phase '.*\[ERROR\] base/configure.d cannot be opened: Permission denied'
		user_orc --dry-run
		expect 1 ''
		expect_errors 1
	done
}

# Its names can be read; what they are cannot.
test_a_phase_that_may_not_be_searched() {
	may_drop || return 0
	script base/configure.d/10-a 'echo wrong'
	script base/error.d/10-e 'echo handled'
	chmod 444 base/configure.d
	user_orc
	expect_failed_phase '.*\[ERROR\] base/configure.d/10-a cannot be examined: Permission denied'
}

test_a_phase_that_is_a_file() {
	file base/configure.d text
	script base/error.d/10-e 'echo handled'
	orc
	expect_failed_phase 'dib-run-parts Scripts directory \[base/configure.d\] must exist and be a directory'
}

test_a_phase_that_links_to_itself() {
	script base/error.d/10-e 'echo handled'
	ln -s configure.d base/configure.d
	orc
	expect_failed_phase '.*\[ERROR\] base/configure.d cannot be opened: .*ymbolic link.*'
	orc --dry-run
	expect 1 ''
}

test_a_phase_that_links_to_nothing() {
	script base/error.d/10-e 'echo handled'
	ln -s nowhere base/configure.d
	orc
	expect_failed_phase 'dib-run-parts Scripts directory \[base/configure.d\] must exist and be a directory'
}

test_a_base_that_may_not_be_searched() {
	may_drop || return 0
	script base/configure.d/10-a 'echo wrong'
	for mode in 000 444 666; do
		chmod $mode base
		user_orc
		expect 1 ''
		expect_log 'Permission denied'
		expect_log 'base/'
		expect_log 'Aborting...'
	done
}

test_a_base_behind_a_loop_of_symlinks() {
	ln -s loop loop
	BASE=loop orc
	expect 1 ''
	expect_errors 1
	expect_line '.*\[ERROR\] Base directory loop: .*ymbolic link.* \(set OS_REFRESH_CONFIG_BASE_DIR\)'
}

test_a_base_of_an_endless_name() {
	long=$(printf '%05000d' 0)
	BASE=$long orc
	expect 1 ''
	expect_errors 1
	expect_line ".*\[ERROR\] Base directory $long: [Ff]ile ?name too long \(set OS_REFRESH_CONFIG_BASE_DIR\)"
}

# ---- scripts

test_a_script_that_links_to_itself() {
	script base/configure.d/10-a 'echo wrong'
	ln -s 20-b base/configure.d/20-b
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] base/configure.d/20-b cannot be examined: .*ymbolic link.*'
}

test_a_name_of_255_bytes() {
	script base/configure.d/"$LONG_NAME" 'echo ran'
	orc
	expect 0 ran
	expect_line "dib-run-parts Running base/configure.d/$LONG_NAME"
	expect_line "dib-run-parts $LONG_NAME completed"
	expect_line "dib-run-parts $LONG_NAME +[0-9]+\.[0-9]{3}"
}

# The scripts are found, but the path is too long for the kernel.
test_a_path_too_long_to_run() {
	deep=d
	while [ ${#deep} -lt 3900 ]; do
		deep=$deep/$(printf '%0199d' 0)
	done
	mkdir -p "$deep"
	script here ':'
	(cd "$deep" && mv "$HERE/here" "$LONG_NAME")
	run dib-run-parts "$deep"
	expect_errors 1
	expect_not_started "d/0.*/$LONG_NAME" 126 '[Ff]ile ?name too long'
}

expect_no_control_bytes() {
	assertEquals 'control bytes' 0 "$(tr -d '\n' <"$SUITE/err" | tr -cd '\000-\037\177' | wc -c)"
}

test_names_of_any_bytes_are_escaped_where_left_out() {
	script "d/1
2	3\\4$(printf '\033\177')" ':'
	script "d/2$(printf '\303\244\377')" ':'
	run dib-run-parts d
	expect 0 ''
	expect_line 'dib-run-parts WARN: Left out d/1\\n2\\t3\\\\4\\x1b\\x7f: .*'
	assertTrue 'UTF-8 stays' "grep -q 'Left out d/2$(printf '\303\244')' '$SUITE/err'"
	expect_no_control_bytes
}

test_names_of_any_bytes_run_and_are_escaped() {
	can_match || return 0
	name="1
2	3\\4$(printf '\033\177\303\244\377')"
	script "d/$name" 'printf "%s\n" "$0"; exit 3'
	RUN_PARTS_REGEX=. run dib-run-parts --list d
	expect 0 "d/$name"
	RUN_PARTS_REGEX=. run dib-run-parts d
	expect 3 "d/$name"
	expect_log 'Running d/1\n2\t3\\4\x1b\x7f'
	expect_log 'ERROR: Script d/1\n2\t3\\4\x1b\x7f'
	expect_no_control_bytes
}

# Some characters are not ASCII and do more than show: C1 controls, separators of lines, directions.
test_names_that_a_terminal_would_obey_are_escaped() {
	can_match || return 0
	name=$(printf '1\23331m\302\23331m\342\200\250\342\200\256\342\201\246\330\234\344\303\244')
	shown='1\x9b31m\xc2\x9b31m\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xd8\x9c'
	script "d/$name" 'exit 3'
	RUN_PARTS_REGEX=. run dib-run-parts --events "$HERE/events" d
	expect 3
	expect_log "Running d/$shown$(printf '\344\303\244')"
	json=$(printf '%s' "$shown" | sed 's/\\/&&/g')
	[ ! -e events ] || grep -qF "/$json\\\\xe4$(printf '\303\244')\"" events || fail "$(cat events)"
	run run-parts --regex . -v d
	expect_log "run-parts: executing d/$shown$(printf '\344\303\244')"
	# The table of seconds has the name, too.
	assertEquals 'bytes that are not shown' 0 "$(tr -cd '\200-\237' <"$SUITE/err" | wc -c)"
}

test_directories_of_any_bytes_are_escaped() {
	dir="d
$(printf '\033')[31m\\"
	script "$dir/10-a" 'echo ran'
	run dib-run-parts "$dir"
	expect 0 ran
	expect_log 'Running d\n\x1b[31m\\/10-a'
	run dib-run-parts "no$dir"
	expect 1 ''
	expect_log 'Scripts directory [nod\n\x1b[31m\\] must exist'
}

# In memory where there is such a place: making so many files is what takes long.
test_100000_entries() {
	many=$(mktemp -d /dev/shm/refreshbox.XXXXXX 2>/dev/null) || mkdir "${many:=$HERE/d}"
	(cd "$many" && seq -f 'n%06.0f.x' 100000 | xargs touch)
	script "$many/10-a" 'echo ran'
	run timeout 20 dib-run-parts "$many"
	expect 0 ran
	assertEquals 'lines' 12 "$(wc -l <"$SUITE/err")"
	run timeout 20 dib-run-parts --list "$many"
	expect 0 "$many/10-a"
	rm -rf "$many"
}

test_2000_scripts() {
	mkdir d
	(cd d && seq 2000 | sed 's/$/-x/' | xargs touch && chmod 755 -- *)
	run dib-run-parts --list d
	expect 0
	assertTrue 'in order' "seq 2000 | sed 's|.*|d/&-x|' | cmp - '$SUITE/out'"
}

test_a_line_of_many_names_is_cut() {
	mkdir d
	(cd d && seq -f 'long-enough-a-name-%.0f' 1000 | xargs touch)
	run env DIB_DEBUG_TRACE=1 dib-run-parts d
	expect 0
	assertEquals 'one line, cut' 1 "$(grep -c 'Ignoring non-executable files: .*\.\.\.$' "$SUITE/err")"
}

test_a_script_being_written_to() {
	mkdir d
	cp "$REFRESHBOX" d/refreshbox
	run sh -c 'exec 9>>d/refreshbox; dib-run-parts d'
	[ "$RC" -ne 0 ] || {
		echo 'skipped: this kernel runs programs that are being written to'
		return 0
	}
	expect_not_started d/refreshbox 126 'Text file busy'
}

test_a_script_that_may_not_be_read() {
	may_drop || return 0
	script d/10-a 'echo wrong'
	chmod 111 d/10-a
	run unprivileged dib-run-parts d
	assertNotEquals 0 "$RC"
	expect_log 'ERROR: Script d/10-a failed with exit status'
}

# ---- the environment

# with_environment SIZE COMMAND...: with about that many bytes of environment, under a limit of 256 KiB.
with_environment() {
	run env -i PATH="$PATH" sh -c 'ulimit -s 1024; size=$1; shift
		half=$(printf "%0$((size / 2))d" 0)
		exec env -i "A=$half" "B=$half" "$@"' sh "$@"
}

# Their own path, twice the long name of the directory, is what makes it too much for scripts.
test_an_environment_too_large_for_a_script() {
	script d/10-a 'echo wrong'
	dir=d/$(printf '%01000d' 0 | sed 's|0|./|g')
	dir=${dir%/}
	size=262144
	RC=1
	while [ "$RC" -ne 0 ] && [ $size -gt 200000 ]; do
		size=$((size - 500))
		with_environment $size "$SUITE/bin/dib-run-parts" --list "$dir"
	done
	with_environment $size "$SUITE/bin/dib-run-parts" "$dir"
	expect_errors 1
	expect_not_started "$dir/10-a" 126 'Argument list too long'
}

test_no_environment_at_all() {
	script base/configure.d/10-a 'echo ran'
	run env -i "$SUITE/bin/os-refresh-config" --lockfile lock --print-base
	expect 0 /usr/libexec/os-refresh-config
	run env -i "$SUITE/bin/dib-run-parts" base/configure.d
	expect 0 ran
}

# ---- the machine

# limited_orc NUMBER: as orc, with no more than this number of descriptors.
limited_orc() {
	export OS_REFRESH_CONFIG_BASE_DIR=base
	run sh -c 'ulimit -n "$1" && exec os-refresh-config --lockfile lock' sh "$1"
	unset OS_REFRESH_CONFIG_BASE_DIR
}

# Under its own name the binary succeeds, as dib-run-parts without a directory it fails.
test_six_descriptors_are_enough() {
	mkdir -p base/configure.d base/migration.d base/error.d
	ln -s "$REFRESHBOX" base/configure.d/refreshbox
	ln -s "$REFRESHBOX" base/error.d/refreshbox
	limited_orc 6
	expect 0
	ln -s "$REFRESHBOX" base/migration.d/dib-run-parts
	limited_orc 6
	expect 1
	expect_line '.*Script base/migration.d/dib-run-parts failed with exit status 1 after .*'
	assertEquals 'configure.d and error.d' 2 "$(grep -c 'refreshbox completed' "$SUITE/err")"
}

test_no_descriptor_left_for_the_lock() {
	needs_static || return 0
	script base/configure.d/10-a 'echo wrong'
	limited_orc 3
	expect 1 ''
	expect_errors 1
	expect_line '.*\[ERROR\] Could not lock lock\. \[Errno 24\] (No file descriptors available|Too many open files)'
}

test_no_descriptor_left_for_the_directory() {
	needs_static || return 0
	script d/10-a 'echo wrong'
	run sh -c 'ulimit -n 3; exec dib-run-parts d'
	expect 1 ''
	expect_errors 1
	expect_line 'dib-run-parts ERROR: d cannot be opened: (No file descriptors available|Too many open files)'
}

test_no_process_to_be_had() {
	may_drop || return 0
	needs_static || return 0
	script d/10-a 'echo wrong'
	script d/20-b 'echo wrong'
	has_program bash || {
		echo 'skipped: only bash can limit the number of processes'
		return 0
	}
	run unprivileged bash -c 'ulimit -u 0; exec dib-run-parts d'
	expect_one_line 1 'ERROR: Nothing was run: cannot start a process: Resource temporarily unavailable'
}

test_a_machine_of_nothing_else() {
	make_machine machine || return 0
	on_machine --lockfile /run/lock
	expect 0
	assertEquals 'scripts' 4 "$(grep -c 'refreshbox completed' "$SUITE/err")"
	assertEquals 'the lock' '' "$(cat machine/run/lock)"
}

test_a_machine_without_standard_streams() {
	make_machine machine || return 0
	on_machine --dry-run
	expect 0
	cat >try.sh <<-'END'
		export OS_REFRESH_CONFIG_BASE_DIR=/base
		exec chroot machine /os-refresh-config --lockfile /run/lock <&- >&- 2>&-
	END
	run apart sh try.sh
	assertTrue "status $RC" "[ $RC -le 1 ]" # the scripts cannot print their help
	assertEquals 'the lock' '' "$(cat machine/run/lock)"
}

test_a_failing_script_on_a_machine() {
	make_machine machine || return 0
	ln machine/os-refresh-config machine/base/configure.d/unknown-applet
	on_machine --lockfile /run/lock
	expect 1
	expect_line '.*Script /base/configure.d/unknown-applet failed with exit status 127 after .*'
}

# read_only SCRIPT: in "machine", read-only but for /run, both mounted for this.
read_only() {
	mkdir -p machine mount
	cat >mounted.sh <<-END
		mount -t tmpfs none mount && cp -a machine/. mount && mount -t tmpfs none mount/run &&
		mount -o remount,bind,ro mount || exit 99
		export OS_REFRESH_CONFIG_BASE_DIR=/base
		$1
	END
	run apart sh mounted.sh
}

test_a_read_only_machine() {
	can_mount || return 0
	make_machine machine || return 0
	read_only 'chroot mount /os-refresh-config --lockfile /run/lock; status=$?; cat mount/run/lock; exit $status'
	expect 0
	assertEquals 'scripts' 4 "$(grep -c 'refreshbox completed' "$SUITE/err")"
	read_only 'chroot mount /os-refresh-config --dry-run'
	expect 0
	assertEquals 'scripts' 4 "$(grep -c /refreshbox "$SUITE/out")"
}

test_a_read_only_place_for_the_lock() {
	can_mount || return 0
	make_machine machine || return 0
	read_only 'chroot mount /os-refresh-config --lockfile /lock'
	expect 1 ''
	expect_errors 1
	expect_line '.*\[ERROR\] Could not lock /lock\. \[Errno 30\] Read-only file system; --lockfile names another, --no-lock takes none'
}

test_a_full_place_for_the_lock() {
	can_mount || return 0
	script base/configure.d/10-a 'echo ran'
	mkdir full
	run apart sh -c 'mount -t tmpfs -o size=4k none full && : >full/lock || exit 99
		dd if=/dev/zero of=full/zeros bs=4096 count=2 2>/dev/null
		OS_REFRESH_CONFIG_BASE_DIR=base exec os-refresh-config --lockfile full/lock'
	expect 0 ran
}

# shellcheck source=/dev/null
. shunit2
