#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The floors of lib/: no folder uses one above it, no modules of a folder use each other unless a
# comment says so, and system calls are made in lib/sys/ alone. tests/tools/floors.py finds what
# breaks this; that it does is tried on copies of the sources that are broken.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# build TREE [VARIABLE=VALUE]...: compiles all modules of a tree to plain objects in TREE/o.
build() {
	tree=$1
	shift
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u O -u PRESET -u SET -u SANITIZE \
		-u KCONFIG_CONFIG make -s --no-print-directory -j "$(nproc)" -C "$tree" O=o PRESET=yes \
		LTO= "$@" all >"$SUITE/make" 2>&1 || fail "make: $(cat "$SUITE/make")"
}

# A copy of the sources, with its objects, in $SUITE/tree; what is found there in $SUITE/findings.
make_tree() {
	[ ! -d "$SUITE/tree" ] || return 0
	mkdir "$SUITE/tree"
	cp -R "$ROOT/Makefile" "$ROOT/Kconfig" "$ROOT/lib" "$ROOT/applets" "$SUITE/tree"
	ln -s "$TESTS" "$SUITE/tree/tests"
	build "$SUITE/tree"
	"$TESTS/tools/floors.py" "$SUITE/tree" "$SUITE/tree/o" >"$SUITE/findings" 2>&1
	echo $? >"$SUITE/status"
}

# broken FILE LINE [FILE LINE]...: adds these lines to files of a copy of the tree, builds it, and
# leaves what is found there, and was not before, in "found".
broken() {
	make_tree
	rm -rf copy
	cp -a "$SUITE/tree" copy
	while [ $# -gt 0 ]; do
		[ -f "copy/$1" ] || fail "there is no $1 to break"
		printf '%s\n' "$2" >>"copy/$1"
		shift 2
	done
	build copy
	"$TESTS/tools/floors.py" copy copy/o >all
	RC=$?
	grep -vxF -f "$SUITE/findings" all >found
}

expect_found() {
	assertEquals 'found' "$1" "$(cat found)"
	[ -z "$1" ] || assertEquals 'status of floors.py' 1 "$RC"
}

# Sinks are functions of the events: event_emit alone looks at the clocks, and none reads anything.
sinks_that_look() {
	for object in "$1"/lib/report/*.o; do
		[ "${object##*/}" = event.o ] ||
			nm -A -u "$object" | grep -E ' U (sys_(now|wall|after)_ns|sys_read|sys_f?stat|log_line)$'
	done
}

test_sinks_have_no_clock_and_read_nothing() {
	make_tree
	assertEquals 'a sink that looks' '' "$(sinks_that_look "$SUITE/tree/o")"
	broken lib/report/profile.c 'long sys_now_ns(void); long here(void); long here(void) { return sys_now_ns(); }'
	assertContains "$(sinks_that_look copy/o)" 'U sys_now_ns'
}

# Nothing calls back up, and nothing but the loop waits: while scripts run, sinks and what takes the
# output of a script append to an output and return. Only the list and the findings, for which
# nothing runs, are written at once.
who_waits() {
	for object in "$1"/lib/report/*.o; do
		case ${object##*/} in
		list_sink.o | findings.o) ;;
		*) nm -A -u "$object" | grep -E ' U (loop_.*|sys_(write_.*|poll|take_signal|reap))$' ;;
		esac
	done
	for function in run/parts_begin.o:on_part_output envd/envd_shell.o:take_bytes; do
		objdump -r -j ".text.${function#*:}" "$1/lib/${function%:*}" | grep -oE '\bloop_[a-z_]*' |
			sed "s/^/${function#*:} calls /"
	done
}

test_only_the_loop_waits() {
	make_tree
	objdump -h "$SUITE/tree/o/lib/run/parts_begin.o" | grep -q '\.text\.on_part_output' ||
		fail 'there is no on_part_output to look at'
	assertEquals 'what waits' '' "$(who_waits "$SUITE/tree/o")"
	broken lib/report/progress.c 'int loop_step(void *loop); int here(void); int here(void) { return loop_step(0); }'
	assertContains "$(who_waits copy/o)" 'U loop_step'
	make_tree
	rm -rf copy
	cp -a "$SUITE/tree" copy
	sed -i 's/^	return script_io_write(io, slot->part, as/	loop_drain(slot->set->parts->loop);\n&/' \
		copy/lib/run/parts_begin.c
	build copy
	assertEquals 'on_part_output calls loop_drain' "$(who_waits copy/o)"
}

test_the_floors_are_kept() {
	make_tree
	assertEquals 'found' '' "$(cat "$SUITE/findings")"
	assertEquals 'status of floors.py' 0 "$(cat "$SUITE/status")"
}

test_a_use_of_a_floor_above_is_found() {
	broken lib/run/run.c 'int upstairs(void); int upstairs(void) { return 1; }' \
		lib/sys/mem.c 'int upstairs(void); int here(void); int here(void) { return upstairs(); }'
	expect_found 'sys/mem.c uses upstairs of run/run.c'
	broken lib/report/event.c 'extern int upstairs; int upstairs = 1;' \
		lib/scan/scan.c 'extern int upstairs; const int *here(void); const int *here(void) { return &upstairs; }'
	expect_found 'scan/scan.c uses upstairs of report/event.c'
	broken applets/main.c 'int upstairs(void); int upstairs(void) { return 1; }' \
		lib/run/run.c 'int upstairs(void); int here(void); int here(void) { return upstairs(); }'
	expect_found 'run/run.c uses upstairs of applets/main.c'
}

test_a_header_of_a_floor_above_is_found() {
	broken lib/scan/scan.c '#include "../report/event.h"'
	expect_found 'scan/scan.c includes report/event.h'
}

test_run_and_plot_do_not_know_each_other() {
	broken lib/run/run.c 'int beside(void); int beside(void) { return 1; }' \
		lib/plot/plot.c 'int beside(void); int here(void); int here(void) { return beside(); }'
	expect_found 'plot/plot.c uses beside of run/run.c'
	broken lib/plot/plot.c 'int beside(void); int beside(void) { return 1; }' \
		lib/run/run.c 'int beside(void); int here(void); int here(void) { return beside(); }'
	expect_found 'run/run.c uses beside of plot/plot.c'
}

# with_circle [FILE LINE]...: of two modules that use each other.
with_circle() {
	broken lib/base/text.c 'int there(void); int back(void); int back(void) { return there(); }' \
		lib/base/date.c 'int back(void); int there(void); int there(void) { return back(); }' "$@"
}

test_a_circle_of_modules_is_found() {
	with_circle
	expect_found 'base/date.c, base/text.c use each other, and no comment names that circle'
}

test_a_circle_that_a_comment_names_is_allowed() {
	with_circle lib/base/date.c '/* Circle: text.c and date.c use each other, because this is a test. */'
	expect_found ''
}

test_a_comment_that_names_another_circle_is_found() {
	with_circle lib/base/date.c '/* Circle: date.c and log.c use each other, because this is a test. */'
	expect_found 'base/date.c, base/log.c: a comment names this circle, which is not there
base/date.c, base/text.c use each other, and no comment names that circle'
}

test_a_system_call_outside_sys_is_found() {
	broken lib/report/event.c '#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
void here(void); void here(void) { if (fork()) { waitpid(-1, NULL, 0); kill(1, SIGKILL); } }'
	expect_found 'report/event.c uses fork of libc
report/event.c uses kill of libc
report/event.c uses waitpid of libc'
	broken lib/job/spawn.c 'int vfork(void); int here(void); int here(void) { return vfork(); }'
	expect_found 'job/spawn.c uses vfork of libc'
	broken lib/run/run.c 'long syscall(long, ...); long here(void); long here(void) { return syscall(39); }'
	expect_found 'run/run.c uses syscall of libc'
	broken applets/main.c '#include <fcntl.h>
int here(void); int here(void) { return open("/", O_RDONLY); }'
	expect_found 'applets/main.c uses open of libc'
	broken lib/run/run.c 'void here(void); void here(void) { __asm__ volatile("nop"); }'
	expect_found 'run/run.c has assembly'
}

test_a_library_that_prints_or_ends_is_found() {
	broken lib/run/run.c '#include <stdio.h>
void here(void); void here(void) { puts("printed"); }' \
		lib/sys/mem.c '#include <stdlib.h>
void there(void); void there(void) { exit(1); }'
	expect_found 'run/run.c uses puts of libc
sys/mem.c uses exit of libc'
}

# cannot_tell TREE TEXT: floors.py ends with 2, finds nothing, and says why.
cannot_tell() {
	run "$TESTS/tools/floors.py" "$1" "$1/o"
	expect 2 ''
	expect_log "$2"
}

test_what_cannot_be_told_is_an_error() {
	make_tree
	mkdir -p flat/lib flat/o
	echo 'int x;' >flat/lib/x.c
	cannot_tell flat 'there are no folders of modules in flat/lib'
	cp -a "$SUITE/tree" copy
	rm copy/o/lib/run/run.o
	cannot_tell copy 'run/run.c was not compiled to copy/o/lib/run/run.o'
	cp -a "$SUITE/tree/o/lib/run/run.o" copy/o/lib/run/run.o
	mkdir copy/lib/cellar
	echo 'int x;' >copy/lib/cellar/x.c
	cannot_tell copy 'lib/cellar/x.c is in none of the folders of FLOORS'
	rm -r copy/lib/cellar
	build copy CFLAGS='-flto -fno-fat-lto-objects'
	cannot_tell copy 'is not plain: was it compiled with -flto?'
}

# shellcheck source=/dev/null
. shunit2
