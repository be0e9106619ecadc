#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# cost.sh REFRESHBOX TOOLS: prints what each part costs in REFRESHBOX's own processes, in numbers that
# no other load on the machine changes: instructions, as callgrind counts them, and system calls, as
# strace does. TOOLS is the folder of the built bench_* programs. The output is a record: lines of
# "NAME WHAT NUMBER", before them those of the compiler, which CC names, and its libc, and after each
# name a comment that tells the calls. What parts do after their execve does not count, nor does what
# a run costs however many there are: a number is the difference between a run of 150 parts and one
# of 50, divided by 100.
#
# How many steps sorting takes depends on the order in which a directory is listed. So the parts are
# on a tmpfs, where this order can be chosen, in a mount namespace that ends with this script.
set -eu

few=50 many=150

# Exit status 77 tells what cannot be measured here from what failed.
skip() {
	echo "skipped: $1"
	exit 77
}

if [ "$1" != --inside ]; then
	for tool in valgrind strace unshare; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
	strace -f -o /dev/null true 2>/dev/null || skip 'strace cannot trace'
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=-r
	# shellcheck disable=SC2086 # one option or none
	unshare $as_root -m true 2>/dev/null || skip 'cannot make a mount namespace'
	dir=$(mktemp -d)
	trap 'rm -rf "$dir"' EXIT
	trap 'exit 130' INT TERM
	# shellcheck disable=SC2086
	unshare $as_root -m "$0" --inside "$1" "$2" "$dir"
	exit
fi
box=$2 tools=$3
mount -t tmpfs cost "$4" || skip 'cannot mount a tmpfs'
cd "$4"
mkdir bin
for applet in run-parts dib-run-parts os-refresh-config; do
	ln -s "$box" "bin/$applet"
done
ln -s "$tools/bench_calls" bin/bench_calls
cp "$tools/bench_empty" part

# link_parts DIRECTORY: one part for each name on standard input.
link_parts() {
	rm -rf "$1"
	mkdir -p "$1"
	while read -r name; do
		ln part "$1/$name"
	done
}

is_listed_in_order() {
	# shellcheck disable=SC2012 # these names are plain, and find need not keep the order
	ls -U "$1/configure.d" | cmp -s order -
}

# make_parts COUNT: a base directory of this name, whose parts are listed in an order that is neither
# sorted nor reversed. Some kernels list the newest file of a tmpfs first, others the oldest.
make_parts() {
	seq "$1" | awk -v count="$1" '{ printf "%03d-part\n", $1 * 89 % count }' >order
	link_parts "$1/configure.d" <order
	is_listed_in_order "$1" || tac order | link_parts "$1/configure.d"
	is_listed_in_order "$1" || skip 'a tmpfs lists files in an order of its own'
}

# run COUNT NAME TOOL [OPTION]...: a run of NAME with COUNT parts under a tool.
run() {
	count=$1 name=$2
	shift 2
	case $name in
	os-refresh-config) set -- "$@" "bin/$name" --lockfile lock ;;
	*) set -- "$@" "bin/$name" "$count/configure.d" ;;
	esac
	env -i TZ=UTC "OS_REFRESH_CONFIG_BASE_DIR=$count" "$@" >/dev/null 2>/dev/null ||
		{ echo "cost.sh: failed: $*" >&2; exit 1; }
}

# instructions COUNT NAME: those of all processes that did not execute another program.
instructions() {
	rm -f callgrind.*
	run "$1" "$2" "$(command -v valgrind)" --tool=callgrind --callgrind-out-file=callgrind.%p
	awk '$1 == "totals:" { sum += $2 } END { print sum }' callgrind.*
}

# calls COUNT NAME: lines "own CALL NUMBER", and "child CALL NUMBER" for what a process did up to its
# execve, but for our own first one.
calls() {
	run "$1" "$2" "$(command -v strace)" -f -qq -e signal=none -o trace
	awk 'function add(whose, pid,  i, n, names) {
			n = split(made[pid], names, " ")
			for (i = 1; i <= n; i++)
				total[whose " " names[i]]++
			delete made[pid]
		}
		$2 ~ /^[a-z0-9_]+\(/ && !($1 in foreign) {
			sub(/\(.*/, "", $2)
			made[$1] = made[$1] " " $2
			if ($2 == "execve" && NR > 1) {
				add("child", $1)
				foreign[$1]
			}
		}
		END {
			for (pid in made)
				add("own", pid)
			for (call in total)
				print call, total[call]
		}' trace
}

# The date in a log line is made once a second, so how often depends on the speed of the machine: the
# least of three counts.
print_instructions() {
	for count in $few $many; do
		for try in 1 2 3; do
			instructions "$count" "$1" >"count.$try"
		done
		sort -n count.? | head -n 1
	done >least
	awk -v name="$1" -v parts=$((many - few)) '
		{ n[NR] = $1 }
		END { printf "%s instructions %.0f\n", name, (n[2] - n[1]) / parts }' least
}

print_calls() {
	calls "$few" "$1" >calls.few
	calls "$many" "$1" >calls.many
	awk -v parts=$((many - few)) '
		{ difference[$1 " " $2] += FILENAME == "calls.few" ? -$3 : $3 }
		END {
			for (call in difference)
				if (difference[call] != 0)
					printf "%s %.2f\n", call, difference[call] / parts
		}' calls.few calls.many | sort >calls.part
	awk -v name="$1" '
		{ sum[$1] += $3; text[$1] = text[$1] " " $2 " " $3 }
		END {
			printf "%s system-calls %.2f\n", name, sum["own"]
			printf "%s system-calls-before-exec %.2f\n", name, sum["child"]
			print "#" text["own"] "; before exec" text["child"]
		}' calls.part
}

# The loader of musl prints its version when it is called without a program.
print_libc() {
	loader=$($CC -### -x c /dev/null 2>&1 | grep -o '[^ "]*/ld-musl[^ "]*' | head -n 1)
	if [ -n "$loader" ]; then
		echo "libc $("$loader" 2>&1 | head -n 2 | paste -sd' ' -)"
	else
		echo 'libc is not musl'
	fi
}

make_parts $few
make_parts $many
echo "compiler $($CC --version | head -n 1)"
print_libc
for name in run-parts dib-run-parts os-refresh-config; do
	print_instructions "$name"
	print_calls "$name"
done
print_calls bench_calls
