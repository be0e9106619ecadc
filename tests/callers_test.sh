#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The programs of a Debian system that call run-parts, with ours in the place of debianutils':
# nobody must notice. callers_lib.sh tells how that is tested.
# shellcheck disable=SC2016,SC2034 # the bodies of scripts; NORMALISE is callers_lib.sh's

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"
# shellcheck source=/dev/null
. "$TESTS/callers_lib.sh"

# Prints the command of the line for /etc/cron.$1 in the installed /etc/crontab.
crontab_command() {
	sed -n "/[0-9*].*cron\.$1/s/^[^a-z]*root[[:space:]]*//p" \
		"$CALLERS/cron-daemon-common/etc/crontab"
}

jobs() {
	for period in hourly daily weekly monthly; do
		hook "etc/cron.$period/10-says" "echo says $period; umask"
		hook "etc/cron.$period/20-silent" ':'
		hook "etc/cron.$period/30-complains" 'pwd >&2'
		hook "etc/cron.$period/40-fails" 'echo before failing; exit 1'
		hook "etc/cron.$period/50-last" 'echo "$HOME $PATH"'
		hook "etc/cron.$period/60-off" 'echo never'
		hook "etc/cron.$period/no.dots" 'echo never'
		chmod -x "etc/cron.$period/60-off"
	done
}
# jobs_ran PERIOD: what expect_ran will hear of them.
jobs_ran() {
	printf "/etc/cron.$1/%s\n" 10-says 20-silent 30-complains 40-fails 50-last
}

test_the_commands_of_etc_crontab_as_cron_gives_them_to_sh() {
	needs cron cron-daemon-common || return 0
	for period in hourly daily; do
		command=$(crontab_command "$period")
		assertContains "$command" "run-parts --report /etc/cron.$period"
		compare 'cron cron-daemon-common' jobs "env -i SHELL=/bin/sh HOME=/root LOGNAME=root \
			PATH=/usr/bin:/bin /bin/sh -c '$command'"
		expect 1 "/etc/cron.$period/10-says:
says $period
0022
/etc/cron.$period/40-fails:
before failing
/etc/cron.$period/50-last:
/root /usr/bin:/bin"
		expect_stderr "/etc/cron.$period/30-complains:
/
run-parts: /etc/cron.$period/40-fails exited with return code 1"
		expect_ran "$(jobs_ran "$period")"
	done
}

jobs_at_reboot() {
	jobs
	printf 'SHELL=/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\nMAILTO=root\n' >etc/crontab
	printf '@reboot root { %s ; }; echo "status $?"\n' "$(crontab_command daily)" >>etc/crontab
}

# With @reboot in the place of the hour, the daemon runs the line at once and mails what it said.
test_the_cron_daemon_mails_what_the_daily_jobs_say() {
	needs cron cron-daemon-common || return 0
	needs_root || return 0
	compare 'cron cron-daemon-common' jobs_at_reboot 'cron -f & daemon=$!
		tries=0
		until [ -e /var/mail/sent ] || [ $((tries += 1)) -gt 500 ]; do sleep 0.02; done
		kill $daemon
		sed "1,/^$/d" /var/mail/sent'
	expect 0 '/etc/cron.daily/10-says:
says daily
0022
/etc/cron.daily/30-complains:
/
/etc/cron.daily/40-fails:
before failing
run-parts: /etc/cron.daily/40-fails exited with return code 1
/etc/cron.daily/50-last:
/root /usr/sbin:/usr/bin:/sbin:/bin
status 1'
	expect_ran "$(jobs_ran daily)"
}

jobs_of_anacron() {
	jobs
	rm -r etc/cron.daily/[34]* etc/cron.weekly/30* etc/cron.monthly
	mkdir etc/cron.monthly
}

test_anacron_runs_and_mails_its_jobs() {
	needs anacron || return 0
	NORMALISE='s/[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{8}/DATE/g'
	compare anacron jobs_of_anacron 'anacron -f -n -d; echo "$?"; sed "1,/^$/d" /var/mail/sent'
	NORMALISE=
	expect 0 '0
/etc/cron.weekly/10-says:
says weekly
0022
/etc/cron.weekly/40-fails:
before failing
run-parts: /etc/cron.weekly/40-fails exited with return code 1
/etc/cron.weekly/50-last:
/root /usr/local/sbin:/usr/local/bin:/sbin:/bin:/usr/sbin:/usr/bin'
	expect_log "Job \`cron.daily' terminated (mailing output)"
	expect_log "Job \`cron.weekly' terminated (exit status: 1) (mailing output)"
	expect_log "Job \`cron.monthly' terminated"
	# Debian 13 has one for each year, too.
	expect_line 'Normal exit \([34] jobs run\)'
	expect_ran "$(jobs_ran daily | grep -v '[34]0')" "$(jobs_ran weekly | grep -v 30)"
	expect_file var/spool/anacron/cron.weekly DATE
}

# The script asks run-parts for the names alone, and runs the hooks itself.
certificates() {
	mkdir -p root/certificates
	cp "$HERE/local.crt" root/certificates
	echo mozilla/ISRG_Root_X1.crt >etc/ca-certificates.conf
	for name in 10-first 20-fails 30-last 40-off 50.dots; do
		script "etc/ca-certificates/update.d/$name" "echo ${name#*-} >>/run/ran; umask
			cat >/run/$name; ! [ $name = 20-fails ] || exit 3"
	done
	chmod -x etc/ca-certificates/update.d/40-off
}

test_update_ca_certificates() {
	needs ca-certificates openssl || return 0
	openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=callers -days 2 -keyout key \
		-out local.crt 2>/dev/null
	hooks='Running hooks in /etc/ca-certificates/update.d...
0022
0022
E: /etc/ca-certificates/update.d/20-fails exited with code 3.
0022
done.'
	for option in '' --verbose; do
		compare ca-certificates certificates \
			"update-ca-certificates $option --localcertsdir /root/certificates"
		expect 0
		assertContains "$(cat "$SUITE/out")" "2 added, 0 removed; done.
$hooks"
		expect_ran first fails last
		expect_file run/30-last '+/etc/ssl/certs/ISRG_Root_X1.pem
+/etc/ssl/certs/local.pem'
	done
}

interfaces() {
	mkdir -p run/network
	file etc/network/interfaces 'auto lo\niface lo inet loopback\n\tup echo up >&2\n'
	for when in pre-up up down post-down; do
		hook etc/network/if-$when.d/10-a 'echo "$IFACE $METHOD $MODE $PHASE $VERBOSITY"'
		hook etc/network/if-$when.d/20-b 'ip -o link show lo | grep -o "<.*>"'
	done
}
failing_interfaces() {
	interfaces
	hook etc/network/if-up.d/15-fails 'echo failing; exit 1'
}

test_ifup_and_ifdown() {
	needs ifupdown ip || return 0
	for verbosity in 0 1; do
		verbose=$([ $verbosity -eq 0 ] || echo -v)
		compare ifupdown interfaces "ifup $verbose lo; ifquery --state; ifdown $verbose lo"
		expect 0 "lo loopback start pre-up $verbosity
<LOOPBACK>
lo loopback start post-up $verbosity
<LOOPBACK,UP,LOWER_UP>
lo=lo
lo loopback stop pre-down $verbosity
<LOOPBACK,UP,LOWER_UP>
lo loopback stop post-down $verbosity
<LOOPBACK>"
	done
	expect_log 'run-parts: executing /etc/network/if-up.d/10-a'
	compare ifupdown failing_interfaces 'ifup lo'
	expect 1
	expect_stderr 'up
run-parts: /etc/network/if-up.d/15-fails exited with return code 1
ifup: failed to bring up lo'
	expect_ran /etc/network/if-pre-up.d/10-a /etc/network/if-pre-up.d/20-b \
		/etc/network/if-up.d/10-a /etc/network/if-up.d/15-fails
}

name_servers() {
	mkdir -p run/resolvconf
	: >run/resolvconf/enable-updates
	hook etc/resolvconf/update.d/aa-fails "echo failing; exit ${FAULT:-1}"
	hook etc/resolvconf/update.d/zz-notes 'pwd; cat eth0.test'
}

test_resolvconf() {
	needs resolvconf flock || return 0
	command='echo nameserver 192.0.2.1 | resolvconf -a eth0.test'
	for fault in 0 1; do
		FAULT=$fault compare resolvconf name_servers "$command"
		expect "$fault" 'failing
/run/resolvconf/interface
nameserver 192.0.2.1'
		expect_ran '/etc/resolvconf/update.d/aa-fails -a eth0.test' \
			'/etc/resolvconf/update.d/zz-notes -a eth0.test'
		assertTrue 'no resolv.conf' \
			'grep -qx "nameserver 192.0.2.1" ours/root/run/resolvconf/resolv.conf'
	done
	FAULT=7 ours resolvconf name_servers "$command"
	expect 7
}

session() {
	file etc/X11/Xsession.d/25-ours 'echo sourced "$STARTUP"; VARIABLE=set; false\n'
	file etc/X11/Xsession.d/60-next 'echo next $VARIABLE\n'
	file etc/X11/Xsession.d/60-next.dpkg-old 'echo never\n'
	file etc/X11/Xsession.options.d/ours.conf 'no-use-ssh-agent\n'
	file etc/X11/Xsession.options.d/other.txt 'never\n'
	mkdir etc/X11/Xsession.d/30-folder
	mkfifo etc/X11/Xsession.d/40-fifo
}

test_the_x_session_sources_what_is_listed() {
	needs x11-common || return 0
	NORMALISE='s/(started for root at).*/\1/'
	compare x11-common session '/etc/X11/Xsession "echo started"; cat /root/.xsession-errors'
	NORMALISE=
	expect 0
	assertContains "$(cat "$SUITE/out")" 'sourced echo started
next set
started'
}

message_of_the_day() {
	printf '%s\n' 'auth sufficient pam_rootok.so' 'account required pam_permit.so' \
		'session required pam_permit.so' \
		'session optional pam_motd.so motd=/run/motd.dynamic' >etc/pam.d/su-l
	hook etc/update-motd.d/00-header 'echo Welcome "$PATH"; umask'
	hook etc/update-motd.d/10.dotted-name 'echo dotted'
	hook etc/update-motd.d/20-fails "echo failing; exit ${FAULT:-1}"
	hook etc/update-motd.d/90-x.dpkg-old 'echo never'
	hook etc/update-motd.d/91-Upper 'echo never'
	hook etc/update-motd.d/99-last 'echo last'
}

test_the_message_of_the_day_of_a_login() {
	needs su || return 0
	needs_root || return 0
	command='echo "echo logged in" | su - root'
	FAULT=0 compare '' message_of_the_day "$command"
	expect 0 'Welcome /usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
0022
dotted
failing
last
logged in'
	expect_ran /etc/update-motd.d/00-header /etc/update-motd.d/10.dotted-name \
		/etc/update-motd.d/20-fails /etc/update-motd.d/99-last
	# After a failure, PAM does not show the new message.
	FAULT=1 compare '' message_of_the_day "$command"
	expect 0 'logged in'
	expect_stderr 'run-parts: /etc/update-motd.d/20-fails exited with return code 1'
}

. shunit2
