#!/bin/sh
# bench.sh REFRESHBOX TOOLS: measures REFRESHBOX beside others, in pairs that take turns, over 1,000
# parts that do nothing. TOOLS is the directory of the built bench_* programs. ROUNDS may be set;
# the slow reference programs get a fifth of it.
set -eu

box=$1 tools=$2
rounds=${ROUNDS:-15}
slow_rounds=$(((rounds + 4) / 5))
parts=1000

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
trap 'exit 130' INT TERM
mkdir -p "$dir/bin" "$dir/base/configure.d" "$dir/empty"
ln -s "$box" "$dir/bin/os-refresh-config"
ln -s "$box" "$dir/bin/dib-run-parts"
ln -s "$box" "$dir/bin/run-parts"
cp "$tools/bench_empty" "$dir/part"
i=0
while [ "$i" -lt "$parts" ]; do
	i=$((i + 1))
	ln "$dir/part" "$dir/base/configure.d/$(printf '%04d-part' "$i")"
done
set_d=$dir/base/configure.d
ours=$dir/bin
export OS_REFRESH_CONFIG_BASE_DIR="$dir/base"

# The path of a command of the machine, or nothing.
path_of() {
	command -v "$1" 2>/dev/null || true
}

# Prints what was measured where, and the heads of the columns.
print_machine() {
	echo "$parts parts, $rounds rounds ($slow_rounds beside the reference)," \
		"$(nproc) processors, $(uname -sr)"
	printf '%-32s %-30s %10s %10s %9s %9s\n' ours beside 'ours ms' 'other ms' ratio inverse
}

# row OURS BESIDE ROUNDS BATCH COMMAND... -- COMMAND...: one line. The standard error of both goes
# to $err.
row() {
	name=$1 beside=$2
	shift 2
	case $err in
	pipe) line=$({ "$tools/bench_time" "$@" 2>&1 >&3 | cat >/dev/null; } 3>&1) ;;
	*) line=$("$tools/bench_time" "$@" 2>"$err") || true ;;
	esac
	# shellcheck disable=SC2086 # three numbers
	case $line in
	[0-9]*) set -- $line ;;
	*)
		printf '%-32s %-30s %s\n' "$name" "$beside" "${line:-failed}"
		broken=1
		return
		;;
	esac
	printf '%-32s %-30s %10s %10s %9s %9s\n' "$name" "$beside" "$1" "$2" "$3" \
		"$(awk -v r="$3" 'BEGIN { printf "%.2f", 1 / r }')"
}

# absent OURS BESIDE: the line of what cannot be measured here.
absent() {
	printf '%-32s %-30s %s\n' "$1" "$2" 'not installed'
}

broken=0
busybox=$(path_of busybox)
run_parts=$(path_of run-parts)
ref_orc=$(path_of os-refresh-config)
ref_drp=$(path_of dib-run-parts)
orc="$ours/os-refresh-config --lockfile $dir/lock"

print_machine
err=/dev/null
row dib-run-parts 'bare loop' "$rounds" 1 "$ours/dib-run-parts" "$set_d" -- \
	"$tools/bench_bare" "$set_d"
row run-parts 'bare loop' "$rounds" 1 "$ours/run-parts" "$set_d" -- \
	"$tools/bench_bare" "$set_d"
if [ -n "$busybox" ] && "$busybox" run-parts "$dir/empty" 2>/dev/null; then
	row run-parts 'busybox run-parts' "$rounds" 1 "$ours/run-parts" "$set_d" -- \
		"$busybox" run-parts "$set_d"
else
	absent run-parts 'busybox run-parts'
fi
# Only debianutils' has --report and says its version; busybox links to the same name.
if [ -n "$run_parts" ] && "$run_parts" --version 2>&1 | grep -q 'Debian run-parts'; then
	row run-parts 'debianutils run-parts' "$rounds" 1 "$ours/run-parts" "$set_d" -- \
		"$run_parts" "$set_d"
	row 'run-parts --report' 'debianutils run-parts --report' "$rounds" 1 \
		"$ours/run-parts" --report "$set_d" -- "$run_parts" --report "$set_d"
else
	absent run-parts 'debianutils run-parts'
fi
if [ -n "$ref_drp" ]; then
	row dib-run-parts 'reference dib-run-parts' "$slow_rounds" 1 \
		"$ours/dib-run-parts" "$set_d" -- "$ref_drp" "$set_d"
else
	absent dib-run-parts 'reference dib-run-parts'
fi
# shellcheck disable=SC2086 # $orc is a command line
for err in /dev/null "$dir/log" pipe; do
	row "os-refresh-config 2>${err##"$dir"/}" 'bare loop' "$rounds" 1 $orc -- \
		"$tools/bench_bare" "$set_d"
done
err=/dev/null
# shellcheck disable=SC2086 # $orc is a command line
if [ -n "$ref_orc" ] && [ -n "$ref_drp" ]; then
	row os-refresh-config 'reference os-refresh-config' "$slow_rounds" 1 $orc -- \
		"$ref_orc" --lockfile "$dir/lock"
else
	absent os-refresh-config 'reference os-refresh-config'
fi
row 'os-refresh-config --print-base' 'empty static program' "$rounds" 200 \
	"$ours/os-refresh-config" --print-base -- "$tools/bench_empty"
if [ -n "$ref_orc" ]; then
	row 'os-refresh-config --print-base' 'reference' "$slow_rounds" 5 \
		"$ours/os-refresh-config" --print-base -- "$ref_orc" --print-base
else
	absent 'os-refresh-config --print-base' 'reference'
fi
exit "$broken"
