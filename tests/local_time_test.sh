#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The times of the log, with LOCALTIME=y: local, as those of the programs that we replace.

# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/reference_lib.sh"

# may_compare: is there local time in this binary, and a reference?
may_compare() {
	script probe/1 ':'
	run env TZ=XXX-3 dib-run-parts probe
	rm -r probe
	if ! grep -q ' XXX ' "$SUITE/err"; then
		echo 'skipped: the binary is built without LOCALTIME'
		return 1
	fi
	[ -d "$REFERENCE" ] || { echo 'skipped: there is no reference: make deps unpacks it'; return 1; }
}

# stamps: the times of the log, without what changes within the hour.
stamps() {
	sed -E 's/^\[([-0-9]+ [0-9]{2}):.*/\1/
		s/^dib-run-parts (.{13}):.{5} ([^ ]+ [0-9]{4}) .*/\1 \2/' "$1" | sort -u
}

same_stamps() {
	both env TZ="$1" os-refresh-config --lockfile lock
	stamps "$SUITE/reference.err" >"$SUITE/reference/stamps"
	stamps "$SUITE/ours.err" >"$SUITE/ours/stamps"
	diff -r "$SUITE/reference" "$SUITE/ours" >"$SUITE/difference"
}

test_local_time() {
	may_compare || return 0
	script base/configure.d/1 ':'
	set -- UTC GMT Europe/Berlin America/St_Johns Asia/Kolkata Pacific/Auckland :Asia/Tokyo XYZ3:30 \
		'<+05>-5' EST5EDT,M3.2.0,M11.1.0 AAA-3BBB,M1.1.0,M12.5.0 /usr/share/zoneinfo/Asia/Tokyo
	# An empty name is "Universal" to the reference's C library, and UTC only where that file is.
	[ ! -e /usr/share/zoneinfo/Universal ] || set -- '' "$@"
	for zone; do
		# Once more if the hour struck meanwhile.
		same_stamps "$zone" || same_stamps "$zone"
		assertEquals "TZ=$zone" '' "$(cat "$SUITE/difference")"
	done
	same env -u TZ os-refresh-config --lockfile lock
}

# is_musl: is our C library another than the reference's?
is_musl() {
	! grep -aq GLIBC_ "$REFRESHBOX" || {
		echo 'skipped: the binary is not linked with musl'
		return 1
	}
}

# The reference's C library gives it a name of its own making, or none.
test_an_unknown_zone_is_utc() {
	may_compare && is_musl || return 0
	script d/1 ':'
	for zone in XYZ No/Such/Zone; do
		both env TZ=$zone dib-run-parts d
		of reference
		expect_no_log ' UTC '
		of ours
		expect_log ' UTC '
	done
}

test_a_zone_has_a_name_of_six_bytes() {
	may_compare && is_musl || return 0
	script d/1 ':'
	both env TZ='<ABCDEFGH>3' dib-run-parts d
	of reference
	expect_log ' ABCDEFGH '
	of ours
	expect_log ' ABCDEF '
}

test_summer_time_without_rules_is_all_year() {
	may_compare && is_musl || return 0
	script d/1 ':'
	run env TZ=ABC3DEF dib-run-parts d
	expect 0
	expect_log ' DEF '
}

test_the_zone_of_environment_files_is_for_scripts() {
	may_compare || return 0
	script base/configure.d/1 'echo "$TZ"'
	file base/environment.d/10 'export TZ=XXX-3\n'
	both dib-run-parts base/configure.d
	of reference
	expect 0 XXX-3
	expect_log ' XXX '
	of ours
	expect 0 XXX-3
	expect_no_log ' XXX '
}

# shellcheck source=/dev/null
. shunit2
