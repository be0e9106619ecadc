#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A machine that lacks something, or gives little of it: a run does the whole job, or it fails and says
# why in a clear line. It never hangs, and never leaves out a script silently. (bad_input_test.sh has
# more such tests, on files, directories and the lock.)
# shellcheck disable=SC2016,SC2086 # the bodies of scripts; words to be split

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/hostile_lib.sh"

ORC='env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'

# needs NAME: a program without which a test is skipped.
needs() {
	has_program "$1" && return 0
	echo "skipped: no $1"
	return 1
}

# ---- limits on what a process may have

# limited OPTION NUMBER COMMAND...: under this limit of ulimit's. The command is no dynamic program.
limited() {
	run timeout -k 1 20 sh -c 'ulimit "$1" "$2"; shift 2; exec "$@"' sh "$@"
}

# Two scripts that need nothing: under its own name the binary prints its help and succeeds.
make_static_scripts() {
	for phase in configure migration; do
		mkdir -p base/$phase.d
		cp "$REFRESHBOX" base/$phase.d/refreshbox
	done
	BOTH='base/configure.d base/migration.d'
}

# whole_or_said COMMENT SCRIPTS: the last run did so many scripts; or it failed, as $CAUSE says.
whole_or_said() {
	ran=$(grep -c '^usage: refreshbox APPLET' "$SUITE/out")
	if [ "$RC" -eq 0 ]; then
		assertEquals "$1: scripts; $(cat "$SUITE/err")" "$2" "$ran"
		whole=$((whole + 1))
	elif [ "$RC" -lt 124 ] && grep -qE "($CAUSE)" "$SUITE/err"; then
		said=$((said + 1))
	else
		fail "$1: status $RC, $ran scripts, no cause in: $(cat "$SUITE/err")"
	fi
}

# each_limit OPTION NUMBER...: all commands under all these limits. The last of them is enough for all.
each_limit() {
	whole=0 said=0
	option=$1
	shift
	export OS_REFRESH_CONFIG_BASE_DIR=base
	for number; do
		limited $option $number "$SUITE/bin/os-refresh-config" --lockfile lock
		whole_or_said "os-refresh-config, $option $number" 2
		limited $option $number "$SUITE/bin/dib-run-parts" base/configure.d
		whole_or_said "dib-run-parts, $option $number" 1
		for options in '' --report --stdin '--report --stdin --exit-on-error' --new-session; do
			limited $option $number "$SUITE/bin/run-parts" $options $BOTH
			# Of one name the first counts.
			whole_or_said "run-parts $options, $option $number" 1
		done
	done
	unset OS_REFRESH_CONFIG_BASE_DIR
	assertEquals 'the last limit is enough' 0 "$RC"
	assertTrue "$whole runs whole, $said said why not" "[ $whole -gt 0 ] && [ $said -gt 0 ]"
}

test_few_descriptors() {
	needs_static || return 0
	CAUSE='No file descriptors available|Too many open files'
	make_static_scripts
	each_limit -n 3 4 5 6 7 8 9
}

test_few_descriptors_and_environment_files() {
	needs_static || return 0
	CAUSE='No file descriptors available|Too many open files'
	make_static_scripts
	for text in 'A=1' 'A=$(echo 1)'; do
		file base/environment.d/1 "$text\n"
		each_limit -n 3 4 5 6 7 8 9 16
	done
}

# Below a size the kernel cannot even start the binary.
test_little_memory() {
	needs_static || return 0
	CAUSE='[Oo]ut of memory|Cannot allocate memory|was killed by signal|exited because of'
	make_static_scripts
	size=100
	until limited -v $size "$SUITE/bin/run-parts" --version && [ "$RC" -eq 0 ]; do
		size=$((size + 4))
		[ $size -lt 4000 ] || { fail 'it needs 4 MB to start'; return; }
	done
	sizes=
	for more in 0 8 16 24 40 60 80 100 150 200 300 400 4000; do
		sizes="$sizes $((size + more))"
	done
	each_limit -v $sizes
}

test_a_small_stack() {
	needs_static || return 0
	make_static_scripts
	file base/configure.d/notes 'left out\n'
	file base/environment.d/1 'export A="${B:-${C:-${D:-$PATH}}}"\n'
	export OS_REFRESH_CONFIG_BASE_DIR=base
	for size in 64 128 1024; do
		limited -s $size "$SUITE/bin/os-refresh-config" --lockfile lock --capture \
			--events events --syslog --log-level DEBUG
		expect 0
		assertEquals "$size KiB: scripts" 2 "$(grep -c '^usage: refreshbox' "$SUITE/out")"
		RUN_PARTS_REGEX='((((((((r))))))))' limited -s $size "$SUITE/bin/dib-run-parts" base/configure.d
		expect 0
		limited -s $size "$SUITE/bin/run-parts" --report --stdin $BOTH
		expect 0
	done
	unset OS_REFRESH_CONFIG_BASE_DIR
}

# Where the log is a file it cannot be written, nor can the note in the lock; what scripts do can.
test_files_may_not_grow() {
	needs_static || return 0
	make_static_scripts
	for log in log /dev/null; do
		run timeout -k 1 20 sh -c '{ (ulimit -f 0; exec '"$ORC"' 2>'$log'); echo "status $?"; } | cat'
		assertEquals "log to $log" 'status 0' "$(tail -n 1 "$SUITE/out")"
		assertEquals "log to $log: scripts" 2 "$(grep -c '^usage: refreshbox APPLET' "$SUITE/out")"
		: >log
	done
}

# lowers LIMIT: base/configure.d/10-a gives us less, and only then 20-b is due.
lowers() {
	script base/configure.d/10-a "echo one; prlimit --pid \$PPID --$1"
	script base/configure.d/20-b 'echo two'
	script base/error.d/10-e 'echo handled'
}

test_no_process_for_a_later_script() {
	may_drop || return 0
	needs prlimit || return 0
	needs_static || return 0
	lowers nproc=0
	: >lock
	chmod 666 lock
	run unprivileged timeout -k 1 20 $ORC
	expect 1 one
	expect_line '.*\[ERROR\] Script base/configure.d/20-b could not be started: Resource temporarily unavailable \(exit status 126\)'
	expect_line '.*\[ERROR\] Script base/error.d/10-e could not be started: Resource temporarily unavailable .*'
	assertEquals 'the lock' '' "$(cat lock)"
	run unprivileged timeout -k 1 20 dib-run-parts base/configure.d
	expect 126 one
	expect_line 'dib-run-parts ERROR: Script base/configure.d/20-b could not be started: Resource temporarily unavailable .*'
	run unprivileged timeout -k 1 20 run-parts base/configure.d
	expect 1 one
	expect_line 'run-parts: failed to exec base/configure.d/20-b: Resource temporarily unavailable'
}

test_no_process_for_the_shell_of_an_environment_file() {
	may_drop || return 0
	needs prlimit || return 0
	needs_static || return 0
	lowers nproc=0
	script base/pre-configure.d/10-a "prlimit --pid \$PPID --nproc=0; echo 'A=\$(echo 1)' >base/environment.d/1"
	mkdir -m 777 base/environment.d
	: >lock
	chmod 666 lock
	run unprivileged timeout -k 1 20 $ORC
	expect 1 ''
	expect_log '[ERROR] Environment file base/environment.d/1 needs '
	expect_log 'which cannot be started: Resource temporarily unavailable'
}

test_no_descriptor_for_a_later_phase() {
	needs prlimit || return 0
	needs_static || return 0
	lowers nofile=4
	rm base/configure.d/20-b
	script base/migration.d/10-a 'echo wrong'
	run timeout -k 1 20 $ORC
	expect 1 one
	expect_line '.*\[ERROR\] base/migration.d cannot be opened: (No file descriptors available|Too many open files)'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
}

# ---- machines without something

if is_root; then APART='unshare -m'; else APART='unshare -Urm'; fi

# altered CHANGES COMMAND...: our folder is /mnt there, and CHANGES were made to what is mounted.
altered() {
	run timeout -k 1 60 $APART sh -c 'mount --bind "$PWD" /mnt && cd /mnt && eval "$1" || exit 99
		PATH=/mnt/bin:$PATH; shift; exec "$@"' sh "$@"
}

# may_alter CHANGES
may_alter() {
	altered "$1" true
	[ "$RC" -ne 0 ] || return 0
	echo "skipped: may not mount: $(cat "$SUITE/err")"
	return 1
}

# Scripts, and the environment that a real shell and the built-in evaluator make for them.
make_work() {
	mkdir bin
	cp "$REFRESHBOX" bin/refreshbox
	bin/refreshbox --install -s bin
	for name in bin/*-*; do
		ln -sf refreshbox "$name"
	done
	file environment.d/1 'export PLAIN=plain\n'
	file environment.d/2 'export MADE=$(echo made)\n'
	file base/environment.d/1 'export PLAIN=plain MADE=made\n'
	for dir in base/configure.d base/migration.d d; do
		script $dir/1 'echo "one $PLAIN $MADE"'
		script $dir/2 'read line; echo "two"'
	done
	TWO='one plain made
two'
}

# works_with CHANGES: everything works there, with a closed standard input too.
works_with() {
	make_work
	may_alter "$1" || return 0
	for streams in '' '<&-'; do
		OS_REFRESH_CONFIG_BASE_DIR=base altered "$1" sh -c "exec os-refresh-config --lockfile ${LOCK:-lock} $streams"
		expect 0 "$TWO
$TWO"
		altered "$1" sh -c "exec dib-run-parts d $streams"
		expect 0 "$TWO"
		PLAIN=plain MADE=made altered "$1" sh -c "exec run-parts --report d $streams"
		expect 0 "d/1:
one plain made
d/2:
two"
	done
}

test_without_dev_null() {
	works_with 'mount -t tmpfs -o ro none /dev && ! [ -e /dev/null ]'
}

test_without_proc() {
	needs_static || return 0
	works_with 'mount -t tmpfs -o ro none /proc && ! [ -e /proc/self ]'
}

# The scratch folder of the tests is there, too: hence /mnt.
test_without_tmp() {
	works_with 'mount -t tmpfs -o ro none /tmp && ! (echo >/tmp/file) 2>/dev/null'
}

test_a_full_tmp() {
	works_with 'mount -t tmpfs -o size=4k none /tmp &&
		! dd if=/dev/zero of=/tmp/zeros bs=4096 count=2 2>/dev/null'
}

test_everything_read_only() {
	LOCK=/run/lock-file
	works_with 'mount -t tmpfs none /run && mount -o remount,bind,ro /mnt &&
		mount -t tmpfs -o ro none /tmp && mount -t tmpfs -o ro none /dev/shm &&
		mount -o remount,bind,ro / && ! (echo >file) 2>/dev/null && ! (echo >/file) 2>/dev/null'
	LOCK=
}

test_a_log_on_a_full_file_system() {
	make_work
	full='mount -t tmpfs -o size=8k none bin/full && : >bin/full/log
		! dd if=/dev/zero of=bin/full/zeros bs=4096 count=3 2>/dev/null'
	mkdir bin/full
	may_alter "$full" || return 0
	OS_REFRESH_CONFIG_BASE_DIR=base altered "$full" sh -c 'exec os-refresh-config --lockfile bin/full/log 2>>bin/full/log'
	expect 0 "$TWO
$TWO"
}

test_no_inode_for_the_lock() {
	make_work
	full='mount -t tmpfs -o nr_inodes=2 none bin/full && : >bin/full/one && ! (: >bin/full/two) 2>/dev/null'
	mkdir bin/full
	may_alter "$full" || return 0
	OS_REFRESH_CONFIG_BASE_DIR=base altered "$full" os-refresh-config --lockfile bin/full/lock
	expect_one_line 1 '[ERROR] Could not lock bin/full/lock. [Errno 28] No space left on device'
}

# Who left and who lost its parent is found without /proc as well.
test_trees_end_without_proc() {
	make_tools || return
	make_work
	hidden='mount -t tmpfs -o ro none /proc'
	may_alter "$hidden" || return 0
	trees d/1 orphan daemon deep hydra plain
	rm -r environment.d
	altered "$hidden" sh -c 'dib-run-parts d & tries=0
		until [ "$(cat ready 2>/dev/null)" = rrrrr ] || [ $((tries += 1)) -gt 2000 ]; do sleep 0.01; done
		kill -TERM $!; wait $!'
	expect 143 ''
	assertEquals 'trees' rrrrr "$(cat ready)"
	left=$("$SUITE/survivors" "$SUITE/runaway" d/1 2>&1)
	assertEquals 'survivors' 0 "$left"
	"$SUITE/survivors" -k "$SUITE/runaway" >/dev/null
}

test_no_shell_for_scripts_that_name_one() {
	needs_static || return 0
	script machine/base/configure.d/1 'echo wrong'
	cp "$REFRESHBOX" machine/refreshbox
	$APART chroot machine /refreshbox --version >/dev/null 2>&1 || {
		echo 'skipped: may not change the root directory'
		return 0
	}
	cause='(its interpreter '\''/bin/sh'\'' does not exist|No such file or directory)'
	for applet in dib-run-parts:127 run-parts:1; do
		run timeout -k 1 20 $APART chroot machine /refreshbox ${applet%:*} /base/configure.d
		expect "${applet#*:}" ''
		expect_line ".* /base/configure.d/1( could not be started)?: $cause.*"
	done
	OS_REFRESH_CONFIG_BASE_DIR=/base run timeout -k 1 20 $APART chroot machine /refreshbox \
		os-refresh-config --lockfile /lock
	expect 1 ''
	expect_line ".*\[ERROR\] Script /base/configure.d/1 could not be started: $cause \(exit status 127\)"
}

# ---- a clock that is set in the middle of a run

# shifted SECONDS OPTION...: the clock of os-refresh-config, and of nobody else, is set by so many
# seconds once there is a file "set". (A namespace cannot do this to the time of day; the machine's own
# clock is not ours to set. See tests/tools/clock_shift.c.)
shifted() {
	compile clock_shift clock_shift.c || return
	rm -f set
	seconds=$1
	shift
	run timeout -k 1 60 "$SUITE/clock_shift" set "$seconds" $ORC "$@"
	[ "$RC" -ne 250 ] || {
		echo 'skipped: may not trace'
		return 1
	}
}

# expect_shift SECONDS: that is how much later the last line of the log is than the first; some more
# seconds may have passed. Where the time comes without a system call nothing was set.
expect_shift() {
	stamps=$(sed -nE 's/^\[([-0-9]{10}) ([0-9:]{8}),.*/\1 \2/p' "$SUITE/err" | sed -n '1p;$p')
	first=$(date -d "$(echo "$stamps" | sed -n 1p)" +%s)
	last=$(date -d "$(echo "$stamps" | sed -n 2p)" +%s)
	moved=$((last - first - $1))
	assertTrue "the clock moved by $((last - first)) s" "[ $moved -ge 0 ] && [ $moved -lt 60 ]"
}

test_a_clock_set_back_does_not_put_off_the_limit() {
	needs_static || return 0
	script base/configure.d/10-a 'echo >set; exec sleep 1000'
	shifted -3600 --timeout 2 || return 0
	expect 1 ''
	expect_shift -3600
	expect_line '.*\[ERROR\] Timeout reached: 2s\. .*'
	expect_line '.*Script base/configure.d/10-a was killed by signal 9 \(SIGKILL\) after [0-9]\.[0-9]{3} s \(process .*'
}

test_a_clock_set_back_or_forth_changes_no_run() {
	needs_static || return 0
	script base/configure.d/10-a 'echo >set; echo one'
	script base/migration.d/20-b 'exit 3'
	for seconds in -3600 3600; do
		shifted $seconds --timeout 1000 || return 0
		expect 1 one
		expect_shift $seconds
		expect_no_log Timeout
		expect_line '.*Script base/migration.d/20-b failed with exit status 3 after [0-9]\.[0-9]{3} s'
		expect_line 'dib-run-parts 10-a  *[0-9]\.[0-9]{3}'
	done
}

# 20 years later, seconds of 32 bits have begun again.
test_a_clock_after_2038() {
	needs_static || return 0
	script base/configure.d/10-a 'echo >set'
	shifted 630720000 --timeout 1000 || return 0
	expect 0
	expect_shift 630720000
}

# shellcheck source=/dev/null
. shunit2
