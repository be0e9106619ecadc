#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# fuzz.sh DIR: builds the targets of tests/fuzz in DIR and runs each for FUZZ_SECONDS (60), beginning
# with its inputs in tests/fuzz/corpus. An input that fails is kept, and it says how to repeat it.
set -u

cd "$(dirname "$0")/../.." || exit 1
make -s "O=$1" CC=clang SANITIZE=1 PRESET=yes CFLAGS=-fsanitize=fuzzer-no-link \
	LDFLAGS=-fsanitize=fuzzer fuzz || exit 1
dir=$(cd "$1/tests/fuzz" && pwd) || exit 1
failed=0

for target in tests/fuzz/*.c; do
	name=$(basename "$target" .c)
	mkdir -p "$dir/$name.grown" "$dir/$name.found"
	if "$dir/$name" -max_total_time="${FUZZ_SECONDS:-60}" -max_len=600 -timeout=20 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="$dir/$name.found/" "$dir/$name.grown" \
		"tests/fuzz/corpus/$name" >"$dir/$name.log" 2>&1; then
		echo "ok   fuzz $name: $(sed -n 's/^stat::number_of_executed_units: *//p' "$dir/$name.log") inputs"
	else
		cat "$dir/$name.log"
		echo "FAIL fuzz $name: to repeat: $dir/$name $dir/$name.found/*"
		failed=1
	fi
done
exit "$failed"
