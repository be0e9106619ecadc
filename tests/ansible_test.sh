#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# applets/integration/ansible: the role and its playbook on three machines that have nothing but
# busybox and refreshbox, over ssh.

. "$(dirname "$0")/lib.sh"

ANSIBLE=$TESTS/../applets/integration/ansible
BASE=/usr/libexec/os-refresh-config

cannot_run() {
	for program in ansible-playbook dropbear dropbearkey ssh ssh-keygen ip busybox; do
		has_program "$program" || { echo "there is no $program"; return; }
	done
	for applet in os-refresh-config refresh-phase; do
		has_applet $applet || { echo "$applet is not built in"; return; }
	done
	mkdir -p probe/machines
	"$TESTS/tools/machines.sh" "$HERE/probe" true 2>&1
}

# needs_machines: can Ansible reach machines here? Then there are a, b and c. Each script that runs
# writes its name to /ran; the second one of b fails.
needs_machines() {
	needs_static || return 1
	reason=$(cannot_run)
	[ -z "$reason" ] || { echo "skipped: $reason"; return 1; }
	for name in a b c; do
		root=machines/$name
		mkdir -p "$root/bin" "$root/run" "$root/usr/bin"
		cp "$(command -v busybox)" "$root/bin/busybox"
		for applet in sh cat mktemp rm kill sleep; do
			ln -s busybox "$root/bin/$applet"
		done
		cp "$REFRESHBOX" "$root/usr/bin/refreshbox"
		for applet in os-refresh-config refresh-phase; do
			ln -s refreshbox "$root/usr/bin/$applet"
		done
		script "$root$BASE/configure.d/10-first" 'echo first >>/ran'
		script "$root$BASE/post-configure.d/10-second" 'echo second >>/ran'
		script "$root$BASE/error.d/10-handler" 'echo handler >>/ran'
	done
	script "machines/b$BASE/post-configure.d/10-second" 'echo second >>/ran; exit 3'
	printf '%s\n' a b c >inventory
	printf '[defaults]\n[ssh_connection]\nssh_args = -F %s/config -o ControlMaster=no\n' "$HERE" >ansible.cfg
}

# play [NAME=VALUE | OPTION | PERCENT=N]...: runs a copy of the playbook with these variables, and with
# this max_fail_percentage.
play() {
	cp -R "$ANSIBLE" ansible
	for argument; do
		shift
		case $argument in
		PERCENT=*)
			sed -i "s/max_fail_percentage: 0/max_fail_percentage: ${argument#*=}/" ansible/refresh.yml ;;
		-*) set -- "$@" "$argument" ;;
		*'["'*) set -- "$@" -e "{\"${argument%%=*}\": ${argument#*=}}" ;;
		*) set -- "$@" -e "$argument" ;;
		esac
	done
	rm -f config key key.pub
	run env LC_ALL=C.UTF-8 ANSIBLE_CONFIG="$HERE/ansible.cfg" ANSIBLE_NOCOLOR=1 \
		"$TESTS/tools/machines.sh" "$HERE" \
		timeout 100 ansible-playbook -i inventory "$@" ansible/refresh.yml
}

# expect_ran MACHINE TEXT: these scripts ran there, and no others.
expect_ran() {
	assertEquals "$1" "$2" "$(paste -sd ' ' "machines/$1/ran" 2>/dev/null)"
}

# expect_said TEXT: the playbook's output holds this text.
expect_said() {
	grep -qF -e "$1" "$SUITE/out" || fail "no '$1' in: $(cat "$SUITE/out" "$SUITE/err")"
}

test_a_rollout_stops_after_the_batch_that_failed() {
	needs_machines || return 0
	play 'refreshbox_serial=2'
	expect 2
	expect_said "phase post-configure: $BASE/post-configure.d/10-second failed with status 3"
	expect_ran a 'first second'
	expect_ran b 'first second handler'
	expect_ran c ''
	assertEquals 'files left on c' '' "$(ls -A machines/c/run)"
}

test_a_rollout_goes_on_while_few_have_failed() {
	needs_machines || return 0
	play 'refreshbox_serial=2' PERCENT=50
	expect 2
	expect_ran b 'first second handler'
	expect_ran c 'first second'
	assertEquals 'event logs left' '' "$(ls machines/b/run/refreshbox.* machines/c/run/refreshbox.* 2>/dev/null)"
}

# The message names the part, and what ended it.
test_how_a_part_ended() {
	needs_machines || return 0
	script "machines/a$BASE/configure.d/05-slow" 'sleep 1000'
	script "machines/b$BASE/configure.d/05-killed" 'kill -9 $$'
	file "machines/c$BASE/environment.d/10-wrong" 'A=$B\n'
	file inventory 'a refreshbox_script_timeout=1s refreshbox_kill_after=0\nb\nc\n'
	play 'refreshbox_serial=3'
	expect 2
	expect_said "phase configure: $BASE/configure.d/05-slow failed with status 137, ended by the time limit of 1.0 s\""
	expect_said "phase configure: $BASE/configure.d/05-killed failed with status 137, ended by signal 9\""
	expect_said "phase configure: environment: $BASE/environment.d/10-wrong: 1: "
}

test_how_a_run_ended() {
	needs_machines || return 0
	script "machines/a$BASE/configure.d/05-slow" 'sleep 1000'
	script "machines/b$BASE/configure.d/05-signal" 'kill -TERM $PPID; sleep 1000'
	file inventory 'a refreshbox_timeout=1s\nb\nc refreshbox_path=/bin\n'
	play 'refreshbox_serial=3'
	expect 2
	expect_said "phase configure: the time limit of 1.0 s for the whole run has passed"
	expect_said "$BASE/configure.d/05-slow failed with status 143, ended by the time limit of 1.0 s for the whole run"
	expect_said "the run got signal 15"
	expect_said "the run could not start (status 127): "
	expect_said "os-refresh-config: not found"
}

test_a_run_that_cannot_begin() {
	needs_machines || return 0
	file inventory "a refreshbox_base_dir=/none\nb refreshbox_timeout=soon\nc refreshbox_folder=/none\n"
	play 'refreshbox_serial=3' PERCENT=100
	expect 2
	expect_said 'base: /none: No such file or directory'
	expect_said "invalid int value: 'soon'"
	expect_said "mktemp: "
}

test_some_phases_from_a_script() {
	needs_machines || return 0
	script "machines/c$BASE/configure.d/20-next" 'echo next >>/ran; echo "$A b"'
	mkdir logs
	play --limit=c 'refreshbox_from=20-next' 'refreshbox_phases=["configure", "post-configure"]' \
		"refreshbox_fetch=$HERE/logs" 'refreshbox_options=["--strict"]'
	expect 0
	expect_ran c 'next second'
	assertEquals 'the first line' run-start "$(head -n 1 logs/c.events | jq -r .event)"
	assertEquals 'the last line' '"run-end" 0' "$(tail -n 1 logs/c.events | jq -r '"\(.event | tojson) \(.status)"')"
}

test_check_mode_runs_nothing() {
	needs_machines || return 0
	file "machines/b$BASE/configure.d/20-left-out" '#!/bin/sh\n'
	play --check 'refreshbox_serial=3'
	expect 2
	expect_said "$BASE/configure.d/20-left-out: "
	for name in a b c; do
		expect_ran "$name" ''
	done
	grep -q '^a .*failed=0' "$SUITE/out" || fail "a failed: $(cat "$SUITE/out")"
}

test_a_wrong_variable_touches_no_machine() {
	needs_machines || return 0
	play 'refreshbox_phases=["konfigure"]'
	expect 2
	expect_said 'value of refreshbox_phases must be one or more of'
	expect_ran a ''
}

# lint FOLDER: what ansible-lint finds, without looking for anything in the network.
lint() {
	(cd "$1" && HOME=$HERE/home LC_ALL=C.UTF-8 timeout 100 ansible-lint --offline --nocolor -p 2>"$HERE/lint.err")
}

test_ansible_lint_is_silent() {
	has_program ansible-lint || {
		echo 'skipped: ansible-lint is not installed'
		return 0
	}
	mkdir home
	cp -R "$ANSIBLE" copy
	assertEquals '' "$(lint copy)"
	sed -i 's/^- name: Run the phases/- name: run the phases/' copy/refresh.yml
	assertContains 'a small letter' "$(lint copy)" 'name[casing]'
}

# shellcheck source=/dev/null
. shunit2
