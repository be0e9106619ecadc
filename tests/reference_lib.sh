# SPDX-License-Identifier: Apache-2.0
# For the suites that run a command beside the programs that we replace: on the reference and on ours,
# each in a fresh copy of the test's folder. The exit status, stdout, stderr and the files left behind
# have to be the same; stderr is cut first, as little as reference_normalise.awk tells.

# shellcheck shell=sh disable=SC2034 # RC is for lib.sh

# Both sides have the reference's modules in their environment.
export OS_REFRESH_CONFIG_BASE_DIR=base

# one_side reference|ours PATH COMMAND [ARGUMENT]...: leaves the run's result in $SUITE/SIDE and
# what it wrote to stderr in $SUITE/SIDE.err. Stdin is the file "input" where there is one.
one_side() {
	result=$SUITE/$1 log=$SUITE/$1.err side=$1 path=$2
	shift 2
	rm -rf "$result"
	mkdir "$result"
	cp -a "$HERE" "$SUITE/run"
	cd "$SUITE/run" || return
	input=/dev/null
	[ ! -f input ] || input=input
	env PATH="$path:/usr/bin:/bin" \
		PYTHONPATH="$SUITE/reference-root/usr/lib/python3/dist-packages" "$@" <"$input" >"$result/stdout" 2>"$log"
	echo $? >"$result/status"
	# Ours makes the lock file, which is empty in the end, for its owner alone.
	find . -printf '%P %M %s %l\n' | sed 's/ -rw-[-rw]* 0 $/ empty/' | sort >"$result/files"
	awk -v side="$side" -f "$TESTS/reference_normalise.awk" "$log" >"$result/stderr"
	cd "$HERE" || return
	rm -rf "$SUITE/run" || return
}

# both COMMAND [ARGUMENT]...: runs it on both sides.
both() {
	# A copy, because other users may not reach the checkout.
	[ -d "$SUITE/reference-root" ] || cp -a "$REFERENCE" "$SUITE/reference-root"
	one_side reference "$SUITE/reference-root/usr/bin" "$@"
	one_side ours "$SUITE/bin" "$@"
}

# of reference|ours: whose run expect, expect_log and expect_no_log look at.
of() {
	RC=$(cat "$SUITE/$1/status")
	cp "$SUITE/$1/stdout" "$SUITE/out"
	cp "$SUITE/$1.err" "$SUITE/err"
}

# same COMMAND [ARGUMENT]...: runs it on both sides, which have to agree.
same() {
	both "$@"
	expect_same "$*"
}

expect_same() {
	difference=$(cd "$SUITE" && diff -aur reference ours)
	assertEquals "$1" '' "$difference"
}

nothing_to_compare_with() {
	echo 'skipped: there is no reference: make deps unpacks it'
	startSkipping
	assertTrue 0
}

# shunit2 asks this first; the tests it then knows of, if any, are the only ones.
suite() {
	[ -d "$REFERENCE" ] || suite_addTest nothing_to_compare_with
}
