#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# machines.sh FOLDER COMMAND [ARGUMENT]...: runs a command while each FOLDER/machines/NAME is the root
# directory of a machine of that name, which can be reached by `ssh -F FOLDER/config NAME`. The ssh
# server, dropbear, is not in there: it enters the root for each connection. The only network is a
# loopback device of its own, and whatever runs ends with the command. Its home is FOLDER/home.
# Fails with a reason on stderr and status 125 where the system cannot do that.
set -eu

die() {
	echo "machines: $*" >&2
	exit 125
}

if [ "$1" != --inside ]; then
	# dropbear, which changes to the user who logs in, cannot do that in a user namespace. So that user
	# is the one who runs it, and is not root, who would have to give up other groups.
	exec unshare -U --map-user=1000 --map-group=1000 --keep-caps -m -p -n -i -u -f --kill-child "$0" \
		--inside "$@"
fi

folder=$2
shift 2
mkdir -p "$folder/home/.ssh"
chmod 700 "$folder/home" "$folder/home/.ssh"
echo "root:x:1000:1000::$folder/home:/bin/sh" >"$folder/passwd"
mount --bind "$folder/passwd" /etc/passwd || die 'cannot mount a file'
ip link set lo up || die 'cannot use a loopback device'
dropbearkey -t ed25519 -f "$folder/hostkey" >/dev/null 2>&1 || die 'dropbearkey fails'
ssh-keygen -q -t ed25519 -N '' -f "$folder/key"
cp "$folder/key.pub" "$folder/home/.ssh/authorized_keys"

port=2200
for machine in "$folder"/machines/*; do
	port=$((port + 1))
	# shellcheck disable=SC2016 # for the shell that dropbear starts
	dropbear -F -E -s -p "127.0.0.1:$port" -r "$folder/hostkey" -P "$folder/pid.$port" \
		-c 'exec unshare -r --root '"'$machine'"' /bin/sh -c "$SSH_ORIGINAL_COMMAND"' \
		>>"$folder/dropbear.log" 2>&1 &
	cat >>"$folder/config" <<E
Host ${machine##*/}
	HostName 127.0.0.1
	Port $port
	User root
	IdentityFile $folder/key
	StrictHostKeyChecking no
	UserKnownHostsFile /dev/null
	ConnectionAttempts 20
	LogLevel ERROR
E
done
status=0
env HOME="$folder/home" "$@" || status=$?
exit "$status"
