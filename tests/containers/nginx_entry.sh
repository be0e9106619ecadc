#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# nginx_entry.sh DIRECTORY COMMAND [ARGUMENT]...: a model of the entry point of nginx's image, which
# has /docker-entrypoint.d for the directory. It runs the executable files *.sh and sources those
# *.envsh, in the order of `sort -V`, and becomes the command. A failure ends it.
set -e
directory=$1
shift

say() {
	[ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "entry point: $*"
}

# The loop is a process of its own there, too: what it sources does not come to the command.
find -L "$directory" -type f | sort -V | while read -r file; do
	case $file in
	*.sh | *.envsh) ;;
	*)
		say "Ignoring $file"
		continue
		;;
	esac
	if [ ! -x "$file" ]; then
		say "Ignoring $file, not executable"
	elif [ "$file" != "${file%.envsh}" ]; then
		say "Sourcing $file"
		# shellcheck source=/dev/null
		. "$file"
	else
		say "Launching $file"
		"$file"
	fi
done
exec "$@"
