#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh: four runs of os-refresh-config over tests/demo/base, in a scratch folder: a dry one, a
# first one, one that finds everything in place, and one that fails. REFRESHBOX names the binary. Each
# run has to end, and to say, what it is here to show.
set -eu

demo=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox-demo.XXXXXX")

clean_up()
{
	pid=$(cat "$root/run/pid" 2>/dev/null) && kill "$pid" 2>/dev/null
	rm -rf "$root"
}
trap clean_up EXIT

title()
{
	printf '\n=== %s\n' "$1"
}

# refresh STATUS TEXT [OPTION]...: runs it, and insists on its exit status and on TEXT in its output.
refresh()
{
	want=$1 text=$2
	shift 2
	echo "\$ os-refresh-config $*"
	status=0
	"$root/bin/os-refresh-config" "$@" >output 2>&1 || status=$?
	cat output
	echo "=== exit status $status"
	[ "$status" -eq "$want" ] || fail "the exit status should be $want"
	grep -qF "$text" output || fail "it should say: $text"
}

fail()
{
	echo "demo.sh: $*" >&2
	exit 1
}

cd "$root"
mkdir bin
ln -s "$REFRESHBOX" bin/os-refresh-config
ln -s "$demo/base" base
export DEMO_ROOT=. OS_REFRESH_CONFIG_BASE_DIR=base

title "what would run"
refresh 0 'migration.d/10-people-v2' --dry-run

title "first run: configure, start the service, migrate the data"
refresh 0 'people migrated to version 2' --lockfile lock

title "second run: only what changed"
refresh 0 'people are at version 2 already' --lockfile lock --quiet

title "a run that fails, and its error handler"
echo '$ export GREETING='
export GREETING=
refresh 1 '/20-greeter-conf failed with exit status 3 after' --lockfile lock --quiet

title 'what the runs left in the scratch folder'
for file in etc/greeter.conf etc/degraded data/people log/greeter.log; do
	text=$(tr '\n' '|' <"$file")
	echo "$file: $text"
done
grep -q '^name=Ada born=1815$' data/people || fail 'the data was not migrated'
