#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The manuals say what the programs do: options, exit statuses, variables and messages are compared
# with the help and the sources in both directions, the examples are run, and each promise has a test.
# Each kind of check is tried on a copy that is wrong.
# shellcheck disable=SC2016 # scripts of fixtures

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# The manuals are about all applets, and so about a binary that has them all. It is built in a copy.
build_all() {
	[ ! -e "$SUITE/tree/o/refreshbox" ] || return 0
	mkdir -p "$SUITE/tree/tests"
	cp -R "$ROOT/applets" "$ROOT/lib" "$ROOT/Makefile" "$ROOT/Kconfig" "$SUITE/tree"
	cp "$TESTS/tests.mk" "$SUITE/tree/tests"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL -u SET -u SANITIZE -u KCONFIG_CONFIG \
		make -s -C "$SUITE/tree" O=o PRESET=yes all >"$SUITE/make.out" 2>&1 ||
		fail "make: $(cat "$SUITE/make.out")"
}

# findings CHECK [TREE]: what the check finds in a tree, else in ours.
findings() {
	build_all
	python3 "$TESTS/tools/manual.py" "$1" "${2:-$ROOT}" "$SUITE/tree/o/refreshbox" 2>&1
}

# expect_found CHECK FILE SED FINDING: there is nothing to find, but there is in a copy of our tree
# with this change.
expect_found() {
	assertEquals "$1" '' "$(findings "$1")"
	rm -rf copy
	mkdir -p copy/tests
	cp -R "$ROOT/applets" "$ROOT/lib" "$ROOT/README.md" copy
	cp "$TESTS"/*.sh copy/tests
	sed -i "$3" "copy/$2"
	! cmp -s "copy/$2" "$ROOT/$2" || fail "$2: '$3' changes nothing"
	assertContains "$1 is blind" "$(findings "$1" copy)" "$4"
}

test_options() {
	expect_found options applets/run-parts.8 's/^\.It Fl -reverse/.It Fl -revert/' \
		'run-parts.8: --reverse of the help is missing'
	expect_found options applets/run-parts.8 's/^\.It Fl -reverse/.It Fl -revert/' \
		'run-parts.8: --revert is not in the help'
	expect_found options applets/refreshbox.1 's/^\.Fl -strict ,/.Fl -strong ,/' \
		'refreshbox.1: --strong is an option of no applet'
}

test_exit_statuses() {
	expect_found statuses applets/os-refresh-config.8 's/^\.It 11$/.It 12/' \
		'os-refresh-config.8: the exit status 11 of the help is missing'
	expect_found statuses applets/refresh-plot.1 's/^\.It 1$/.It 3/' \
		'refresh-plot.1: no source has the exit status 3'
	expect_found statuses lib/run/status.h 's/STATUS_LOCKED = 11/STATUS_LOCKED = 13/' \
		'the exit status 13 is in no manual'
}

test_variables() {
	expect_found variables applets/run-parts.8 's/^\.It Ev TMPDIR/.It Ev TEMPDIR/' \
		'the variable TMPDIR is in no manual'
	expect_found variables applets/run-parts.8 's/^\.It Ev TMPDIR/.It Ev TEMPDIR/' \
		'the variable TEMPDIR of a manual is in no source'
	expect_found variables lib/run/phase_env.c 's/"FAILED_REASON="/"FAILED_CAUSE="/' \
		'the variable OS_REFRESH_CONFIG_FAILED_CAUSE is in no manual'
}

test_messages() {
	expect_found messages lib/report/messages.c 's/"Cannot write the event log %p/"No event log %p/' \
		"messages.c: WARN 'No event log %p: %e' is not in DIAGNOSTICS of os-refresh-config.8"
	expect_found messages applets/run-parts.8 's/"Terminated by/"Ended by/' \
		"messages.c: ERROR 'Terminated by %S' is not in DIAGNOSTICS of run-parts.8"
	expect_found messages lib/report/messages.c \
		's/{ EV_RELAY_FAILED, PHASE_LOG, LOG_WARN/{ EV_RELAY_FAILED, PHASE_LOG, LOG_INFO/' \
		"messages.c: INFO '"
	expect_found messages applets/refreshbox-environment.7 's/^\.It Li "exit is not/.It Li "exit is never/' \
		"refreshbox-environment.7: no source has the words 'exit is never allowed here'"
	expect_found messages applets/run-parts.8 's/^\.It Sy "bad umask value"/.It Sy "wrong umask"/' \
		"run-parts.8: no source has the message 'wrong umask' at level ERROR"
}

test_promises_have_tests() {
	expect_found promises applets/refreshbox.1 \
		's/^\.Pq Li test_two_builds_are_the_same/.Pq Li test_of_nothing/' 'there is no test_of_nothing'
	expect_found promises applets/refreshbox.1 '/^\.Pq Li test_two_builds_are_the_same/d' 'names no test'
	expect_found promises tests/build_test.sh \
		'/^test_two_builds_are_the_same()/,/^}/ s/^\t.*$/\t:/' \
		'test_two_builds_are_the_same asserts nothing'
}

test_what_is_named_exists() {
	expect_found names applets/refreshbox-migration.7 's/test_a_script$/test_no_script/;s/test_unreadable_directories/test_gone/' \
		'refreshbox-migration.7: there is no test_gone'
	expect_found names README.md '$a run-parts --no-such-option d' \
		'README.md: --no-such-option is an option of no applet'
	expect_found names README.md 's/refresh-plot/plot/g' 'README.md: it does not name refresh-plot'
}

test_pages_refer_to_each_other() {
	expect_found links applets/refresh-phase.8 's/^\.Xr refreshbox 1/.Xr refreshbox 8/' \
		'refresh-phase.8: there is no refreshbox.8'
	expect_found links applets/refreshbox.1 's/^\.Pq Li 90 , /.Pq Ql 90 , Ql /' \
		'refreshbox.1: a Ql is within the quotes of another'
	expect_found links applets/refreshbox.1 's/refreshbox-migration/refreshbox-internals/' \
		'refreshbox.1: it does not refer to refreshbox-migration.7'
}

# dead_links DIR: the links of a site that lead nowhere.
dead_links() {
	(cd "$1" && grep -o 'href="[^"]*"' ./*.html | sed 's/:href="/ /; s/"$//; s/^.\///' |
		while read -r page link; do
			case $link in
			https://*) continue ;;
			\#*) file=$page ;;
			*) file=${link%%#*} ;;
			esac
			[ -f "$file" ] || echo "$page: $link"
			case $link in
			*\#*) grep -qF "id=\"${link#*#}\"" "$file" || echo "$page: $link" ;;
			esac
		done)
}

test_the_site_has_every_page_and_no_dead_link() {
	has_program mandoc || {
		echo 'skipped: mandoc is not installed'
		return
	}
	"$TESTS/tools/html.sh" html >html.out 2>&1 || fail "$(cat html.out)"
	assertEquals 'dead links' '' "$(dead_links html)"
	for page in "$ROOT"/applets/*.[1-8]; do
		grep -q "href=\"${page##*/}.html\"" html/index.html || fail "the index has no ${page##*/}"
		grep -q 'name="viewport"' "html/${page##*/}.html" || fail "${page##*/} is not for phones"
	done
	sed -i 's/href="run-parts.8.html"/href="run-parts.9.html"/' html/refreshbox.1.html
	sed -i 's/ id="OPTIONS"//' html/run-parts.8.html
	assertEquals 'those of a broken copy' 'refreshbox.1.html: run-parts.9.html
run-parts.8.html: #OPTIONS' "$(dead_links html | sort -u)"
}

# run_examples PAGE FIXTURE: runs the examples of a page after the commands of the fixture, and leaves
# in "differences" what is not as the page says. The output is kept in "printed".
run_examples() {
	mkdir -p folder
	{
		echo 'umask 022; mkdir /root/work; cd /root/work; exec 2>&1'
		echo "$2"
		python3 "$TESTS/tools/manual.py" --script "$1"
	} >folder/script
	"$TESTS/tools/examples.sh" "$SUITE/tree/o/refreshbox" "$HERE/folder" \
		timeout -k 1 60 sh /run/examples/script >printed 2>"$SUITE/err" </dev/null
	RC=$?
	python3 "$TESTS/tools/manual.py" --compare "$1" printed >differences 2>&1
}

# expect_examples PAGE [FIXTURE]: they print what the page says.
expect_examples() {
	build_all
	run_examples "$ROOT/applets/$1" "${2-}"
	if [ $RC -eq 125 ] && grep -q 'examples: \|unshare: ' "$SUITE/err"; then
		echo "skipped: $(tail -n 1 "$SUITE/err")"
		return
	fi
	assertEquals "$1" '' "$(cat differences)"
}

BASE_FIXTURE='base=/usr/libexec/os-refresh-config
put() {
	mkdir -p "$(dirname "$1")"
	printf "%s\n" "#!/bin/sh" "$2" >"$1"
	chmod 755 "$1"
}
rm -rf $base
mkdir -p $base/environment.d /etc/example
'
PHASES_FIXTURE="$BASE_FIXTURE"'
put $base/configure.d/10-network :
put $base/configure.d/20-hostname "echo the name is set"
put $base/post-configure.d/10-start "echo the services run"
put $base/migration.d/10-data :
'

test_examples_of_refreshbox() {
	expect_examples refreshbox.1
}

test_examples_of_os_refresh_config() {
	expect_examples os-refresh-config.8 "$BASE_FIXTURE"'
put $base/configure.d/20-hostname "echo \"the name is \$NODE_NAME\""
echo "export NODE_NAME=\"\${NODE_NAME:-node-0}\"" >$base/environment.d/10-node
put /srv/base/configure.d/10-disk :; put /srv/base/configure.d/10-users :
put /srv/base/configure.d/20-services :
put /srv/image$base/configure.d/20-network.sh :
put /srv/image$base/configure.d/30-apply :
sed -i "s|/bin/sh|/usr/bin/python9|" /srv/image$base/configure.d/30-apply'
}

# The manual has an error handler that works with and without --capture.
test_the_error_handler_of_the_manual() {
	script base/configure.d/10-a 'echo printed; exit 3'
	script base/error.d/50-report ''
	awk '/^\.Ed/ { inside = 0 } inside { print } /error\.d\/50-report/ { found = 1 }
		/^\.Bd/ { inside = found; found = 0 }' "$ROOT/applets/os-refresh-config.8" |
		sed 's/\\e/\\/g' >base/error.d/50-report
	said='base/configure.d/10-a of phase configure failed (exit, status 3)'
	orc --capture
	expect 1 "printed
$said
printed"
	orc
	expect 1 "printed
$said"
	file base/environment.d/10-a 'A=$B\n'
	orc --capture
	expect 1
	assertContains "$(cat "$SUITE/out")" 'environment.d/10-a of phase configure failed (environment, status 1)'
}

test_examples_of_refresh_phase() {
	expect_examples refresh-phase.8 "$PHASES_FIXTURE"
}

test_examples_of_refresh_plot() {
	expect_examples refresh-plot.1 "$PHASES_FIXTURE"
}

test_examples_of_dib_run_parts() {
	expect_examples dib-run-parts.8 "$BASE_FIXTURE"'put set/10-first "echo first"; put set/20-second "echo second"'
}

test_examples_of_run_parts() {
	expect_examples run-parts.8 "$BASE_FIXTURE"'
put /etc/example/backup "echo backup \$*"; put /etc/example/clean :'
}

test_examples_of_events() {
	has_program jq || {
		echo 'skipped: jq is not installed'
		return
	}
	mkdir -p folder
	cp "$ROOT"/applets/integration/events/*.jq folder
	expect_examples refreshbox-events.5 "$BASE_FIXTURE"'
cp /run/examples/*.jq .; put $base/configure.d/30-fail "exit 3"'
}

test_examples_of_environment() {
	expect_examples refreshbox-environment.7 "$BASE_FIXTURE"'
put configure.d/10-show "echo \$NODE_NAME \$STORAGE"; mkdir environment.d
printf "%s\n" "export NODE_NAME=\"\${NODE_NAME:-node-0}\"" "if [[ \$NODE_NAME =~ (db|cache) ]]; then" \
	"	export STORAGE=/srv" fi >environment.d/10-node'
}

# What changes packages needs a Debian on which the package owns the path of the page.
test_examples_of_migration() {
	[ "$(dpkg -S bin/run-parts 2>/dev/null)" = 'debianutils: /bin/run-parts' ] || {
		echo 'skipped: this is no Debian 12'
		return
	}
	is_root || {
		echo 'skipped: dpkg-divert is for root'
		return
	}
	mkdir folder
	build_all
	cp -Rp "$SUITE/tree" folder
	expect_examples refreshbox-migration.7 "$BASE_FIXTURE"'
put $base/configure.d/20-hostname :; rm /usr/local/bin/run-parts
put /docker-entrypoint.d/10-site.sh "echo \"the site is for \$ROLE\""
put /docker-entrypoint.d/20-role.envsh "export ROLE=web"
put /etc/my_init.d/10_role "echo \"init of \$ROLE\""
put /usr/lib/python3/dist-packages/diskimage_builder/lib/dib-run-parts :
make() { command make -s -C /run/examples/tree O=o PRESET=yes "$@" >/dev/null; }'
}

test_every_page_with_examples_is_run() {
	for page in "$ROOT"/applets/*.[1-8]; do
		[ -z "$(python3 "$TESTS/tools/manual.py" --script "$page")" ] ||
			grep -q "^	expect_examples ${page##*/}" "$TESTS/manual_test.sh" ||
			fail "no test runs the examples of ${page##*/}"
	done
}

test_an_example_that_prints_something_else_is_found() {
	build_all
	sed 's|^set/10-first$|set/10-fifth|' "$ROOT/applets/dib-run-parts.8" >page.8
	run_examples page.8 "$BASE_FIXTURE"'put set/10-first "echo first"; put set/20-second "echo second"'
	[ $RC -ne 125 ] || return 0
	assertContains differences "$(cat differences)" "'dib-run-parts --list set' prints"
}

# shellcheck source=/dev/null
. shunit2
