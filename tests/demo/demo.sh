#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# demo.sh: four runs of os-refresh-config over tests/demo/base, on a scratch root: a dry one, a first
# one, one that finds everything in place, and one that fails. REFRESHBOX names the binary. Each run
# has to end, and to say, what it is here to show.
set -eu

demo=$(cd "$(dirname "$0")" && pwd)
root=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox-demo.XXXXXX")
output=$root/output

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

# show COMMAND [ARGUMENT]...: prints the command, then runs it.
show()
{
	echo "\$ $*"
	"$@"
}

# refresh STATUS TEXT [OPTION]...: runs it, and insists on its exit status and on TEXT in its output.
refresh()
{
	want=$1 text=$2
	shift 2
	status=0
	show "$REFRESHBOX" os-refresh-config --lockfile "$root/lock" "$@" >"$output" 2>&1 || status=$?
	cat "$output"
	echo "=== exit status $status"
	[ "$status" -eq "$want" ] || fail "the exit status should be $want"
	grep -qF "$text" "$output" || fail "it should say: $text"
}

fail()
{
	echo "demo.sh: $*" >&2
	exit 1
}

title "what would run"
show export DEMO_ROOT="$root" OS_REFRESH_CONFIG_BASE_DIR="$demo/base"
refresh 0 'migration.d/10-people-v2' --dry-run

title "first run: configure, start the service, migrate the data"
refresh 0 'people migrated to version 2'

title "second run: only what changed"
refresh 0 'people are at version 2 already' --log-level WARN

title "a run that fails, and its error handler"
show export GREETING=
refresh 1 '/20-greeter-conf failed with exit status 3 after'

title 'what the runs left on the scratch root'
cd "$root"
for file in etc/greeter.conf etc/degraded data/people log/greeter.log; do
	text=$(tr '\n' '|' <"$file")
	echo "$file: $text"
done
grep -q '^name=Ada born=1815$' data/people || fail 'the data was not migrated'
