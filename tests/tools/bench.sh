#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# bench.sh REFRESHBOX TOOLS FULL: measures the CPU time of REFRESHBOX's applets, and of others beside them,
# that run a directory of programs which do nothing. bench_cpu.c says how a run is measured; TOOLS is
# the folder of the built bench_* programs. Two runs of the same round make a ratio; printed are the
# median of the ratios and their quartiles, between which half of them lie.
# REFERENCE is the folder where os-refresh-config and dib-run-parts of Debian's packages are unpacked.
# FULL is the binary with all features, for --jobs. PARTS, ROUNDS, JOBS_ROUNDS for those that run two at
# a time, and REFERENCE_ROUNDS for the two slow ones may be set as well.
set -eu

box=$1 tools=$2 full=$3
parts=${PARTS:-250} rounds=${ROUNDS:-400} reference_rounds=${REFERENCE_ROUNDS:-3}
jobs_rounds=${JOBS_ROUNDS:-20}
reference=${REFERENCE:-/nowhere}

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$dir/bin" "$dir/empty" "$dir/base/configure.d"
for applet in run-parts dib-run-parts os-refresh-config; do
	ln -s "$box" "$dir/bin/$applet"
done
cp "$tools/bench_empty" "$dir/part"
for number in $(seq -w "$parts"); do
	ln "$dir/part" "$dir/base/configure.d/$number-part"
done
set_d=$dir/base/configure.d
export OS_REFRESH_CONFIG_BASE_DIR="$dir/base"

# ratios BASE: prints a row for each of bench_cpu's commands, beside the one whose name is BASE.
ratios() {
	awk -F '\t' -v base="$1" -v parts="$parts" '
		function sort(v, n,  i, j, x) {
			for (i = 2; i <= n; i++) {
				x = v[i]
				for (j = i - 1; j > 0 && v[j] > x; j--)
					v[j + 1] = v[j]
				v[j + 1] = x
			}
		}
		# The element of the sorted v[1..n] below which the share q lies.
		function quantile(v, n, q) {
			return v[1 + int(q * (n - 1) + 0.5)]
		}
		BEGIN {
			goal["run-parts"] = "at most 1.07, and busybox + 0.01"
			goal["os-refresh-config"] = "at most 1.13"
			goal["reference os-refresh-config"] = "at least 150"
		}
		$1 == 0 { names[++count] = $2 }
		{ us[$1, $2] = $3; rounds = $1 }
		END {
			printf "\n%-27s %9s %8s   %-16s goal\n", rounds " rounds, " parts " parts", "CPU ms",
				"ratio", "quartiles"
			for (i = 1; i <= count; i++) {
				name = names[i]
				for (r = 1; r <= rounds; r++) {
					ms[r] = us[r, name] / 1000
					ratio[r] = us[r, name] / us[r, base]
				}
				sort(ms, rounds)
				sort(ratio, rounds)
				printf "%-27s %9.2f %8.3f   %.3f to %-8.3f %s\n", name, quantile(ms, rounds, 0.5),
					quantile(ratio, rounds, 0.5), quantile(ratio, rounds, 0.25),
					quantile(ratio, rounds, 0.75), name == base ? "" : goal[name]
			}
		}'
}

# measure ROUNDS BASE [-- NAME COMMAND [ARG]...]...
measure() {
	count=$1 base=$2
	shift 2
	"$tools/bench_cpu" "$count" "$@" >"$dir/runs"
	ratios "$base" <"$dir/runs"
}

# skip NAME REASON
skip() {
	echo "skipped: $1: $2"
}

set -- -- 'bare loop' "$tools/bench_bare" "$set_d" \
	-- 'our system calls alone' "$tools/bench_calls" "$set_d" \
	-- run-parts "$dir/bin/run-parts" "$set_d" \
	-- dib-run-parts "$dir/bin/dib-run-parts" "$set_d" \
	-- os-refresh-config "$dir/bin/os-refresh-config" --lockfile "$dir/lock"
if busybox run-parts "$dir/empty" 2>/dev/null; then
	set -- "$@" -- 'busybox run-parts' "$(command -v busybox)" run-parts "$set_d"
else
	skip 'busybox run-parts' 'not installed'
fi
# A link of that name to busybox does not know --version.
if run-parts --version 2>&1 | grep -q 'Debian run-parts'; then
	set -- "$@" -- 'debianutils run-parts' "$(command -v run-parts)" "$set_d"
else
	skip 'debianutils run-parts' 'not installed'
fi
measure "$rounds" 'bare loop' "$@"

# Two at a time, which bench_cpu has on one processor: this is what starting them so costs.
mkdir "$dir/jobs.d"
for number in $(seq -w "$parts"); do
	ln "$dir/part" "$dir/jobs.d/1-$number"
done
find "$dir/jobs.d" -type f >"$dir/list"
set -- -- 'xargs -P 2' "$(command -v xargs)" -a "$dir/list" -n 1 -P 2 "$dir/part" \
	-- 'run-parts --jobs 1' "$full" run-parts --order=numeric --jobs 1 "$dir/jobs.d" \
	-- 'run-parts --jobs 2' "$full" run-parts --order=numeric --jobs 2 "$dir/jobs.d"
if parallel --version 2>&1 | grep -q 'GNU parallel'; then
	set -- "$@" -- 'GNU parallel -j 2' "$(command -v parallel)" --will-cite -j 2 -a "$dir/list"
else
	skip 'GNU parallel' 'not installed'
fi
if startpar=$(command -v startpar || command -v /sbin/startpar); then
	# shellcheck disable=SC2046 # the paths have no blanks
	set -- "$@" -- 'startpar -p 2' "$startpar" -p 2 $(cat "$dir/list")
else
	skip startpar 'not installed'
fi
measure "$jobs_rounds" 'xargs -P 2' "$@"

# beside_reference NAME [ARG]...: an applet of ours and what it replaces.
beside_reference() {
	name=$1
	shift
	if [ ! -x "$reference/usr/bin/$name" ]; then
		skip "reference $name" "there is no $reference/usr/bin/$name"
		return
	fi
	measure "$reference_rounds" "$name" -- "$name" "$dir/bin/$name" "$@" \
		-- "reference $name" /usr/bin/env "PATH=$reference/usr/bin:/usr/bin:/bin" \
		"PYTHONPATH=$reference/usr/lib/python3/dist-packages" "$reference/usr/bin/$name" "$@"
}

beside_reference os-refresh-config --lockfile "$dir/lock"
beside_reference dib-run-parts "$set_d"
