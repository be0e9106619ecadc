#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# applets/integration/containers: images are built and run by buildah and podman where that works,
# and their roots by unshare; and directories of an entry point run beside models of the programs
# that they come from.
# shellcheck disable=SC2016 # the bodies of scripts

. "$(dirname "$0")/lib.sh"

CONTAINERS=$TESTS/../applets/integration/containers

# ---- the image without a shell

# becomes APPLET...: have they all --then?
becomes() {
	for applet; do
		"$REFRESHBOX" "$applet" --help 2>&1 | grep -q -e '--then' && continue
		echo "skipped: there is no $applet --then"
		return 1
	done
}

# make_context SCRIPT...: the folder that an image is built in, with these scripts of configure.d.
make_context() {
	needs_static || return 1
	becomes os-refresh-config || return 1
	mkdir -p context/scripts/configure.d context/scripts/environment.d
	"${CC:-cc}" -static -O1 -o context/server "$TESTS/containers/program.c" 2>"$SUITE/err" ||
		{ echo 'skipped: cc makes no static programs here'; return 1; }
	for script; do
		cp context/server "context/scripts/configure.d/$script"
	done
	cp "$REFRESHBOX" context/refreshbox
	cp "$CONTAINERS"/Containerfile* context
	echo 'export ROLE=web' >context/scripts/environment.d/10-role
	# Whoever is the user of the container has to read them.
	chmod -R a+rX context
}

# The commands of a machine of its own, in which podman finds what it needs: control groups of
# version 2, and places for files that nobody sees outside.
MACHINE='mount --make-rprivate /
	for dir in /run /var/lib /var/tmp; do
		mount -t tmpfs machine $dir || exit
	done
	! mountpoint -q /sys/fs/cgroup || umount -R /sys/fs/cgroup || exit
	mount -t cgroup2 machine /sys/fs/cgroup || exit
	: >machine.ready
	exec sleep 100000'

# in_machine COMMAND [ARGUMENT]...
in_machine() {
	nsenter -t "$MACHINE_PID" -m -p -C -n -i -u --wd="$PWD" "$@"
}

# has_podman: builds the image "test", or says why it cannot.
has_podman() {
	for program in podman buildah nsenter; do
		has_program $program || { echo "skipped: there is no $program"; return 1; }
	done
	is_root || { echo 'skipped: podman is tried as root alone'; return 1; }
	unshare -m -p -C -n -i -u -f --kill-child --mount-proc sh -c "$MACHINE" \
		2>machine.err &
	PIDS="$PIDS $!"
	wait_until machine_has_started $! || return 1
	[ -e machine.ready ] || { echo "skipped: no machine: $(cat machine.err)"; return 1; }
	MACHINE_PID=$(child_of $!)
	buildah -t test context >"$SUITE/out" 2>"$SUITE/err" || { fail "buildah: $(cat "$SUITE/err")"; return 1; }
	run podman_run --rm --entrypoint /bin/os-refresh-config test --version
	[ "$RC" -ne 0 ] || return 0
	echo "skipped: podman does not run here: $(tail -n 1 "$SUITE/err")"
	return 1
}

# child_of PID: its only child.
child_of() {
	tr -d ' ' <"/proc/$1/task/$1/children"
}

machine_has_started() {
	[ -e machine.ready ] || is_gone "$1"
}

# buildah OPTION... CONTEXT: builds an image. Newer versions of it raise limits for which they are given
# none, and may not.
buildah() {
	in_machine buildah --storage-driver vfs build --isolation chroot --quiet \
		--ulimit nproc=4096:4096 --ulimit nofile=1024:1024 "$@"
}

podman() {
	in_machine podman --storage-driver vfs --events-backend none "$@"
}

podman_run() {
	podman run --network none --cgroups disabled "$@"
}

# start_podman [OPTION]... [-- WORD...]: a container from the image; what it prints is where `run`
# leaves that. The words are its CMD.
start_podman() {
	options=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options="$options $1"
		shift
	done
	[ $# -eq 0 ] || shift
	: >"$SUITE/out"
	# shellcheck disable=SC2086 # words
	podman_run --name container $options test "$@" >"$SUITE/out" 2>"$SUITE/err" &
	CONTAINER=$!
}

# Both send SIGTERM, and SIGKILL after a second.
stop_podman() {
	podman stop --time 1 container >/dev/null 2>stop.err
}

# The same without podman: COPY, ENTRYPOINT and CMD of the Containerfile, by a few commands.
start_unshare() {
	user=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		case $1 in
		--user=*) user=--userspec=${1#--user=}:${1#--user=} ;;
		esac
		shift
	done
	[ $# -eq 0 ] || shift
	rm -rf root
	sed -n 's/^COPY //p' context/Containerfile | while read -r from to; do
		mkdir -p "root$(dirname "$to")" && cp -R "context/$from" "root$to"
	done
	mkdir root/proc
	python3 -c '
import json, re, sys
words = dict(re.findall(r"^(ENTRYPOINT|CMD) (.*)$", open("context/Containerfile").read(), re.M))
print(*json.loads(words["ENTRYPOINT"]) + (sys.argv[1:] or json.loads(words["CMD"])), sep="\n")' \
		"$@" >words
	: >"$SUITE/out"
	# shellcheck disable=SC2046,SC2086 # words without blanks
	unshare $USERS -m -p -n -f --kill-child sh -c 'mount --bind root root &&
		mount -t proc proc root/proc && mount -o remount,bind,ro root && exec chroot "$@"' \
		chroot $user root $(cat words) >"$SUITE/out" 2>"$SUITE/err" &
	CONTAINER=$!
	PIDS="$PIDS $CONTAINER"
}

stop_unshare() {
	init=$(child_of "$CONTAINER")
	kill -TERM "$init"
	for _ in $(seq 100); do
		is_gone "$CONTAINER" && return
		sleep 0.01
	done
	kill -KILL "$init"
}

# For an ordinary user, there is a namespace in which he is root, and nobody else.
USERS=
has_unshare() {
	is_root || USERS=-r
	unshare $USERS -m -p -n -f --mount-proc true 2>/dev/null && return 0
	echo 'skipped: may not change the root directory'
	return 1
}

# says TEXT: has the container printed it, or ended?
says() {
	grep -qF -e "$1" "$SUITE/out" || is_gone "$CONTAINER"
}

ended() {
	wait "$CONTAINER"
	RC=$?
}

# expect_server ENGINE USER: it is what the process of the entry point becomes.
expect_server() {
	wait_until says 'zombies: '
	assertEquals "$(cat "$SUITE/err")" "left 40 orphans
ROLE is web
server is process 1 of user $2
ROLE is web
OS_REFRESH_CONFIG_PHASE is not set
zombies: 0" "$(cat "$SUITE/out")"
	"stop_$1"
	ended
	assertEquals "status; stderr: $(cat "$SUITE/err")" 0 "$RC"
	assertEquals 'server ends by signal 15' "$(tail -n 1 "$SUITE/out")"
	assertEquals 'stderr' '' "$(cat "$SUITE/err")"
}

# An image whose root cannot be written to, also of a user that no file names.
test_podman_becomes_the_server() {
	make_context 10-orphans 20-tell && has_podman || return 0
	start_podman --read-only
	expect_server podman 0
	podman rm container >/dev/null
	start_podman --read-only --user=12345:12345 --cap-drop=all --security-opt=no-new-privileges
	expect_server podman 12345
}

test_unshare_becomes_the_server() {
	make_context 10-orphans 20-tell && has_unshare || return 0
	start_unshare
	expect_server unshare 0
	is_root || return 0
	start_unshare --user=12345
	expect_server unshare 12345
}

# Without --no-lock, process 1 goes on where a lock has no place.
test_a_lock_has_no_place_in_a_readable_root() {
	make_context 10-orphans 20-tell && has_unshare || return 0
	sed -i 's/"--no-lock", "--quiet", //' context/Containerfile
	start_unshare
	wait_until says 'zombies: '
	assertContains "$(cat "$SUITE/out")" 'server is process 1 of user 0'
	expect_log 'As process 1, going on without the lock /run/os-refresh-config.lock: Read-only file system'
	is_root || return 0
	stop_unshare
	start_unshare --user=12345
	wait_until says 'zombies: '
	assertContains "$(cat "$SUITE/out")" 'server is process 1 of user 12345'
}

# expect_words ENGINE: the words after the name of the image are the CMD.
expect_words() {
	"start_$1" -- /bin/server --list -x
	wait_until says 'zombies: '
	assertContains "$(cat "$SUITE/out")" 'argument --list
argument -x'
	"stop_$1"
	ended
}

test_podman_takes_words_for_the_server() {
	make_context 20-tell && has_podman || return 0
	expect_words podman
}

test_unshare_takes_words_for_the_server() {
	make_context 20-tell && has_unshare || return 0
	expect_words unshare
}

# expect_term ENGINE: SIGTERM ends a script, and nothing follows.
expect_term() {
	"start_$1"
	wait_until says waiting
	"stop_$1"
	ended
	assertEquals "status; stderr: $(cat "$SUITE/err")" 143 "$RC"
	assertEquals waiting "$(cat "$SUITE/out")"
}

test_podman_stops_while_a_script_runs() {
	make_context 30-wait && has_podman || return 0
	expect_term podman
}

test_unshare_stops_while_a_script_runs() {
	make_context 30-wait && has_unshare || return 0
	expect_term unshare
}

# expect_failure ENGINE
expect_failure() {
	"start_$1"
	ended
	assertEquals "status; stderr: $(cat "$SUITE/err")" 1 "$RC"
	assertEquals '' "$(cat "$SUITE/out")"
	expect_log '40-exit-7 failed with exit status 7'
}

test_podman_has_the_status_of_a_failure() {
	make_context 40-exit-7 && has_podman || return 0
	expect_failure podman
}

test_unshare_has_the_status_of_a_failure() {
	make_context 40-exit-7 && has_unshare || return 0
	expect_failure unshare
}

# ---- directories of an entry point, beside models of the programs that they come from

# note FILE BODY: an executable file that notes down that it has run.
note() {
	script "$1" "echo ${1##*/} >>\"\$RAN\"
$2"
}

# make_entry_directory: files as the image of nginx has them, and some more. They make a site of a
# template and the environment.
make_entry_directory() {
	note entry/docker-entrypoint.d/10-listen.sh 'echo "listen [::]:80;" >>"$SITE"'
	note entry/docker-entrypoint.d/15-resolvers.envsh \
		'[ "${WANT_RESOLVERS:-}" ] || return 0
RESOLVERS="127.0.0.53"
export RESOLVERS'
	note entry/docker-entrypoint.d/20-templates.sh \
		'sed "s/@HOST@/$HOST/; s/@RESOLVERS@/${RESOLVERS:-none}/" template >>"$SITE"'
	note entry/docker-entrypoint.d/100-workers.sh 'echo "worker_processes $WORKERS;" >>"$SITE"'
	note entry/docker-entrypoint.d/9-first.sh 'echo "# made at start" >"$SITE"'
	note entry/docker-entrypoint.d/30-off.sh 'exit 1'
	chmod 644 entry/docker-entrypoint.d/30-off.sh
	echo 'not for us' >entry/docker-entrypoint.d/README.md
	printf 'server_name @HOST@;\nresolver @RESOLVERS@;\n' >template
	export HOST=example.org WORKERS=2 WANT_RESOLVERS=yes
}

# entry_by NAME COMMAND...: leaves what has run and the site in the folder NAME.
entry_by() {
	name=$1
	mkdir -p "$name"
	RAN=$HERE/$name/ran SITE=$HERE/$name/site
	export RAN SITE
	shift
	run "$@"
	cp "$SUITE/out" "$name/out"
}

# What of the directory is for environment.d is moved there as Containerfile.nginx does it.
move_environment() {
	(cd entry && eval "$(sed -n '/^RUN /,/[^\\]$/p' "$CONTAINERS/Containerfile.nginx" |
		sed 's/^RUN //; s|/environment.d|environment.d|g; s|/docker-entry|docker-entry|')")
}

as_nginx_entry() {
	RUN_PARTS_REGEX=$(sed -n "s/^ENV RUN_PARTS_REGEX='\(.*\)'/\1/p" \
		"$CONTAINERS/Containerfile.nginx")
	[ "$RUN_PARTS_REGEX" ] || fail 'Containerfile.nginx has no pattern'
	export RUN_PARTS_REGEX
	entry_by ours dib-run-parts entry/docker-entrypoint.d --then "$@"
	unset RUN_PARTS_REGEX
}

# An .envsh is sourced before all scripts here, and in its turn there.
test_the_directory_of_nginx() {
	becomes dib-run-parts || return 0
	make_entry_directory
	entry_by model "$TESTS/containers/nginx_entry.sh" entry/docker-entrypoint.d \
		sh -c 'echo "resolvers: ${RESOLVERS-none}"'
	expect 0
	move_environment
	as_nginx_entry sh -c 'echo "resolvers: ${RESOLVERS-none}"'
	expect 0 'resolvers: 127.0.0.53'
	assertEquals '9-first.sh
10-listen.sh
15-resolvers.envsh
20-templates.sh
100-workers.sh' "$(cat model/ran)"
	assertEquals '15-resolvers.envsh
9-first.sh
10-listen.sh
20-templates.sh
100-workers.sh' "$(cat ours/ran)"
	assertEquals 'the site' "$(cat model/site)" "$(cat ours/site)"
	assertContains "$(cat ours/site)" 'resolver 127.0.0.53;'
	# What is left out is named, each with its reason.
	assertContains "$(cat model/out)" '30-off.sh, not executable'
	assertContains "$(cat model/out)" 'Ignoring entry/docker-entrypoint.d/README.md'
	expect_log '30-off.sh: it is not executable'
	# There, the variables do not come to the command.
	assertContains "$(cat model/out)" 'resolvers: none'
}

test_a_failure_in_the_directory_of_nginx() {
	becomes dib-run-parts || return 0
	make_entry_directory
	script entry/docker-entrypoint.d/20-templates.sh 'exit 7'
	entry_by model "$TESTS/containers/nginx_entry.sh" entry/docker-entrypoint.d echo never
	expect 7
	move_environment
	as_nginx_entry echo never
	expect 7 ''
	assertEquals 'the site' "$(cat model/site)" "$(cat ours/site)"
	! grep never model/out || fail 'the model is wrong'
}

test_what_differs_from_nginx() {
	becomes dib-run-parts || return 0
	note entry/docker-entrypoint.d/a10.sh ''
	note entry/docker-entrypoint.d/a2.sh 'cat >"$SITE"'
	note entry/docker-entrypoint.d/folder/10-b.sh ''
	entry_by model "$TESTS/containers/nginx_entry.sh" entry/docker-entrypoint.d true
	assertEquals 'a2.sh' "$(cat model/ran)"
	assertContains 'standard input' "$(cat model/site)" 'a10.sh
entry/docker-entrypoint.d/folder/10-b.sh'
	as_nginx_entry true
	assertEquals 'a10.sh
a2.sh' "$(cat ours/ran)"
	assertEquals 'standard input' '' "$(cat ours/site)"
}

make_init_directory() {
	note entry/my_init.d/00_regen_keys.sh 'echo "keys" >>"$SITE"'
	note entry/my_init.d/10_syslog-ng.init 'echo "syslog for $ROLE" >>"$SITE"'
	note entry/my_init.d/9_late 'echo "late" >>"$SITE"'
	note entry/my_init.d/off 'exit 1'
	chmod 644 entry/my_init.d/off
	mkdir -p entry/my_init.d/folder entry/environment
	echo web >entry/environment/ROLE
}

my_init() {
	entry_by model "$TESTS/containers/my_init.py" entry/my_init.d entry/environment "$@"
}

# as_run_parts COMMAND...: by the ENTRYPOINT of Containerfile.baseimage.
as_run_parts() {
	entry_by ours env ROLE=web "$REFRESHBOX" run-parts --regex=. --exit-on-error \
		entry/my_init.d --then "$@"
}

test_the_directory_of_my_init() {
	becomes run-parts || return 0
	make_init_directory
	options='"run-parts", "--regex=.", "--exit-on-error",'
	grep -qF -e "$options" "$CONTAINERS/Containerfile.baseimage" || fail "it has not $options"
	my_init sh -c 'echo "$ROLE"; exit 5'
	expect 5 web
	as_run_parts sh -c 'echo "$ROLE"; exit 5'
	expect 5 web
	expect_stderr ''
	assertEquals '00_regen_keys.sh
10_syslog-ng.init
9_late' "$(cat model/ran)"
	assertEquals "$(cat model/ran)" "$(cat ours/ran)"
	assertEquals "$(cat model/site)" "$(cat ours/site)"
}

# There, a script can set variables for what follows, and every failure is status 1.
test_what_differs_from_my_init() {
	becomes run-parts || return 0
	make_init_directory
	note entry/my_init.d/50_set 'echo db >entry/environment/ROLE'
	my_init sh -c 'echo "$ROLE"'
	expect 0 db
	as_run_parts sh -c 'echo "$ROLE"'
	expect 0 web
	note entry/my_init.d/60_fail 'exit 7'
	note entry/my_init.d/70_never ':'
	my_init echo never
	expect 1 ''
	as_run_parts echo never
	expect 7 ''
	assertEquals "$(cat model/ran)" "$(cat ours/ran)"
}

# The images of both, on a base that has a shell and these directories.
test_podman_builds_images_on_a_base() {
	make_context && has_podman || return 0
	mkdir -p context/base/bin context/base/etc
	cp /bin/busybox context/base/bin/busybox ||
		{ echo 'skipped: there is no /bin/busybox'; return 0; }
	for name in sh find mkdir mv ps; do
		ln -s busybox "context/base/bin/$name"
	done
	script context/base/docker-entrypoint.d/10-a.sh 'echo "10 for $ROLE"'
	script context/base/docker-entrypoint.d/20-b.envsh 'export ROLE=web'
	script context/base/etc/my_init.d/10_a.sh 'echo "10 of my_init"'
	printf 'FROM scratch\nCOPY base /\nENV PATH=/usr/local/bin:/bin\n' \
		>context/Containerfile.base
	build base
	build nginx --build-arg BASE=localhost/base
	build baseimage --build-arg BASE=localhost/base
	run podman_run --rm nginx sh -c 'echo "$$ as $ROLE"'
	expect 0 '10 for web
1 as web'
	run podman_run --rm baseimage sh -c 'echo $$'
	expect 0 '10 of my_init
1'
}

# build NAME [OPTION]...: the image of this name from Containerfile.NAME.
build() {
	name=$1
	shift
	buildah "$@" -t "$name" -f "context/Containerfile.$name" context >"$SUITE/out" 2>"$SUITE/err" ||
		fail "buildah: $(cat "$SUITE/err")"
}

# shellcheck source=/dev/null
. shunit2
