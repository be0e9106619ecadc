#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is reported about scripts that run side by side: lists, the event log, the profile, the line of
# progress, the summary, and pictures.

# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

has_jobs() {
	os-refresh-config --help 2>&1 | grep -q -e '--jobs' && return 0
	echo 'skipped: --jobs is not built in'
	return 1
}

# lines TEXT...: they have a tab where the text has a blank.
lines() {
	printf '%s\n' "$@" | tr ' ' '\t'
}

# Every script that would run has the number of its group, those alone as well, from 1 in each phase.
test_a_list_has_the_groups() {
	has_jobs || return 0
	for name in configure.d/010-a configure.d/10-b configure.d/20-c configure.d/20-d.conf \
		configure.d/20-e configure.d/none configure.d/none-2 migration.d/1 migration.d/2; do
		script base/$name 'exit 0'
	done
	orc --dry-run --jobs 2
	phases=$(lines 'configure base/configure.d/none 1' 'configure base/configure.d/none-2 2' \
		'configure base/configure.d/010-a 3' 'configure base/configure.d/10-b 3' \
		'configure base/configure.d/20-c 4' 'configure base/configure.d/20-e 4' \
		'migration base/migration.d/1 1' 'migration base/migration.d/2 2')
	expect 0 "$phases"
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --dry-run --jobs=3 configure migration
	expect 0 "$phases"
	run dib-run-parts --jobs 2 --list base/configure.d
	expect 0 "$(echo "$phases" | sed -n 's/^configure.//p')"
	# Several directories are one set.
	mkdir other
	mv base/configure.d/010-a other
	for option in --test --list; do
		run run-parts $option --order=numeric --jobs 256 other base/configure.d
		expect 0 "$(lines 'base/configure.d/none 1' 'base/configure.d/none-2 2' 'other/010-a 3' \
			'base/configure.d/10-b 3' 'base/configure.d/20-c 4' 'base/configure.d/20-e 4')"
	done
}

# Without --jobs, and with one job, lists are as ever.
test_a_list_without_jobs_has_no_groups() {
	has_jobs || return 0
	script base/configure.d/1-a 'exit 0'
	script base/configure.d/1-b 'exit 0'
	for option in --jobs=1 --quiet; do
		orc --dry-run $option
		expect 0 "$(lines 'configure base/configure.d/1-a' 'configure base/configure.d/1-b')"
	done
	run run-parts --test --jobs 1 base/configure.d
	expect 0 "$(lines base/configure.d/1-a base/configure.d/1-b)"
}

# shellcheck source=/dev/null
. shunit2
