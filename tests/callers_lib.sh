# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2034
# Helpers of callers_test.sh, after lib.sh: a real caller of run-parts is run in a private root
# directory (tests/tools/private_root.sh) three times: with this system's own /usr/bin/run-parts,
# with ours in its place, and with a program there that does nothing. What it prints, returns and
# leaves must be the same with ours as with the system's, and different without a run-parts.

# Where `make deps` has put Debian's packages.
: "${CALLERS:=$TESTS/../build/callers}"
THEIRS=/usr/bin/run-parts
# A sed script that takes out of what was printed and left what differs from run to run.
NORMALISE=

# Prints why nothing of this can be tested here; nothing where it can.
cannot_test() {
	if ! has_applet run-parts; then
		echo 'run-parts is not built in'
	elif ! "$THEIRS" --version 2>&1 | grep -q '^Debian run-parts'; then
		echo "$THEIRS is not debianutils'"
	elif [ ! -d "$CALLERS" ]; then
		echo 'the callers are not here: make deps fetches them'
	else
		mkdir -p "$SUITE/probe"
		"$TESTS/tools/private_root.sh" "$SUITE/probe" "$SUITE/probe" true 2>&1
	fi
}

# needs PACKAGE|PROGRAM...: skips the test where a package or a program is not there.
needs() {
	[ -e "$SUITE/cannot" ] || cannot_test >"$SUITE/cannot"
	if [ -s "$SUITE/cannot" ]; then
		echo "skipped: $(head -n 1 "$SUITE/cannot")"
		return 1
	fi
	CALLERS=$(cd "$CALLERS" && pwd)
	for need; do
		[ -d "$CALLERS/$need" ] || [ -x "/usr/sbin/$need" ] || has_program "$need" || {
			echo "skipped: $need is not here"
			return 1
		}
	done
}

# needs_root: skips the test where we are not the real root.
needs_root() {
	is_root && return 0
	echo 'skipped: only root can become another user'
	return 1
}

# hook FILE BODY: a script in the private root for run-parts to run. It notes itself in /run/ran with
# its arguments, and whether its parent is not the program in /usr/bin/run-parts.
hook() {
	script "$1" "cmp -s /proc/\$PPID/exe /usr/bin/run-parts || echo 'not by run-parts:' >>/run/ran
echo \"\$0\${1:+ }\$*\" >>/run/ran
$2"
	: >>run/ran
}

# skeleton: the folders and files of a small system, in the working directory.
skeleton() {
	mkdir -p etc/pam.d etc/security home root run tmp boot var/log var/mail var/spool/cron/crontabs \
		var/spool/anacron var/lib var/tmp
	ln -s /run var/run
	chmod 1777 tmp var/tmp
	for name in ld.so.cache ssl/openssl.cnf alternatives/awk; do
		[ ! -e "/etc/$name" ] || cp -a --parents "/etc/$name" .
	done
	echo 'root:x:0:0:root:/root:/bin/sh' >etc/passwd
	printf 'root:x:0:\ncrontab:x:101:\n' >etc/group
	echo 'root:*:20000:0:99999:7:::' >etc/shadow
	: >etc/security/limits.conf
	: >etc/security/pam_env.conf
	for kind in auth account session session-noninteractive; do
		echo "${kind%%-*} required pam_permit.so" >"etc/pam.d/common-$kind"
	done
	script ../layer/usr/sbin/sendmail 'cat >/tmp/mail; mv /tmp/mail /var/mail/sent'
}

# in_root WHO PROGRAM PACKAGES PREPARE COMMANDS: runs COMMANDS by sh in a new private root, made of
# the PACKAGES and what the function PREPARE adds, PROGRAM being its run-parts. The results are the
# files out, err, status and tree in the folder WHO.
in_root() {
	rm -rf "$1"
	mkdir -p "$1/root" "$1/layer/usr/bin"
	cp -L "$2" "$1/layer/usr/bin/run-parts"
	layers=$HERE/$1/layer
	for package in $3; do
		for part in DEBIAN etc var; do
			[ ! -d "$CALLERS/$package/$part" ] || cp -a "$CALLERS/$package/$part" "$1/root"
		done
		layers=$layers:$CALLERS/$package
	done
	(cd "$1/root" && skeleton && "$4") || fail "$4 of $1"
	"$TESTS/tools/private_root.sh" "$HERE/$1/root" "$layers" sh -c "$5" \
		>"$1/out" 2>"$1/err" </dev/null
	echo "$?" >"$1/status"
	[ -z "$NORMALISE" ] || find "$1" \( -path '*/root/etc' -o -name layer \) -prune -o \
		-type f -exec sed -E -i "$NORMALISE" {} +
	(cd "$1/root" && tree) >"$1/tree"
}

# Prints what is in the working directory: each file's kind, mode, owner, name and contents.
tree() {
	find . \( -path ./usr -o -path ./proc -o -path ./dev \) -prune -o \
		-printf '%y %m %U:%G %p %l\n' | sort
	find . \( -path ./usr -o -path ./proc -o -path ./dev \) -prune -o \
		-type f -exec cksum {} + | sort -k 3
}

# compare PACKAGES PREPARE COMMANDS: in_root three times. For expect and its kin, the last run is ours.
compare() {
	in_root theirs "$THEIRS" "$@"
	in_root none /bin/true "$@"
	ours "$@"
	same=yes
	for what in out err status tree; do
		diff -u "theirs/$what" "ours/$what" >difference ||
			fail "$what differs: $(cat difference)"
		cmp -s "theirs/$what" "none/$what" || same=
	done
	assertNull 'nothing is missing without a run-parts' "$same"
}

# ours PACKAGES PREPARE COMMANDS: in_root with ours, and that is the last run.
ours() {
	in_root ours "$SUITE/bin/run-parts" "$@"
	cp ours/out ours/err "$SUITE"
	RC=$(cat ours/status)
}

# theirs_is_new: is the system's run-parts one that takes several folders and knows their rules?
theirs_is_new() {
	"$THEIRS" --test "$HERE" "$HERE" >/dev/null 2>&1
}

# expect_ran [LINE]...: the hooks that ran, with their arguments, in order.
expect_ran() {
	assertEquals 'what ran' "$([ $# -eq 0 ] || printf '%s\n' "$@")" "$(cat ours/root/run/ran)"
}

# expect_file FILE TEXT: what the run with ours left.
expect_file() {
	assertEquals "$1" "$2" "$(cat "ours/root/$1")"
}
