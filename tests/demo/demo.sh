#!/bin/sh
# demo.sh: three runs of os-refresh-config over tests/demo/base, on a scratch root: a first one, one
# that finds everything in place, and one that fails. REFRESHBOX names the binary.
set -eu

demo=$(cd "$(dirname "$0")" && pwd)
DEMO_ROOT=$(mktemp -d "${TMPDIR:-/tmp}/refreshbox-demo.XXXXXX")
OS_REFRESH_CONFIG_BASE_DIR=$demo/base
export DEMO_ROOT OS_REFRESH_CONFIG_BASE_DIR

clean_up()
{
	pid=$(cat "$DEMO_ROOT/run/pid" 2>/dev/null) && kill "$pid" 2>/dev/null
	rm -rf "$DEMO_ROOT"
}
trap clean_up EXIT

# refresh TITLE STATUS [OPTION]...: runs it and insists on its exit status.
refresh()
{
	printf '\n=== %s\n' "$1"
	want=$2
	shift 2
	echo "\$ os-refresh-config $*"
	status=0
	"$REFRESHBOX" os-refresh-config --lockfile "$DEMO_ROOT/lock" "$@" || status=$?
	echo "=== exit status $status"
	[ "$status" -eq "$want" ]
}

refresh "what would run" 0 --dry-run
refresh "first run: configure, start the service, migrate the data" 0
refresh "second run: only what changed" 0 --log-level WARN
GREETING=
export GREETING
refresh "a run that fails, and its error handler" 1

printf '\n=== what the runs left on the scratch root\n'
cd "$DEMO_ROOT"
for file in etc/greeter.conf etc/degraded data/people log/greeter.log; do
	echo "$file: $(tr '\n' '|' <"$file")"
done
grep -q '^name=Ada born=1815$' data/people
