#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# install.sh install BINARY APPLET...: installs the binary, a link to it for each of these applets, and
# the manuals. If any file there is not ours, it says what to do about it, and nothing is changed.
# install.sh uninstall APPLET...: removes all of that, and leaves what is not ours.
# The environment has DESTDIR, BINDIR, SBINDIR and MANDIR, as the Makefile explains them.
# shellcheck disable=SC3013 # every shell that is installed beside make knows -ef
set -eu

action=$1
shift
binary=
[ "$action" = uninstall ] || { binary=$1; shift; }
applets=$*
box=$BINDIR/refreshbox

# Each file of ours has this text in it, and nobody else's has.
is_our_binary() { LC_ALL=C grep -q 'usage: refreshbox APPLET' "$1"; }
is_our_manual() { grep -q refreshbox "$1"; }

exists() { [ -e "$1" ] || [ -L "$1" ]; }

# is_link FILE: is this a link, by any path, to a file with the name of our binary?
is_link() {
	target=$(readlink "$1") || return 1
	[ "${target##*/}" = refreshbox ]
}

# Of "/usr/sbin" and "/usr/bin/refreshbox": the target of a link in the folder, "../bin/refreshbox".
relative() {
	from=$(echo "$1/" | tr -s /)
	to=$(echo "$2" | tr -s /)
	while [ -n "$from" ] && [ "${from%%/*}" = "${to%%/*}" ]; do
		from=${from#*/}
		to=${to#*/}
	done
	while [ -n "$from" ]; do
		to=../$to
		from=${from#*/}
	done
	echo "$to"
}

# Prints the folder that the applet is installed in.
folder_of() {
	case $1 in
	os-refresh-config | refresh-phase) echo "$SBINDIR" ;;
	*) echo "$BINDIR" ;;
	esac
}

# Prints the path of each manual in the sources, and the one where it is installed.
manuals() {
	for page in applets/*.[1578]; do
		name=${page##*/}
		case " refreshbox $applets " in
		*" ${name%.*} "*) ;;
		*) case $name in refreshbox-*) ;; *) continue ;; esac ;;
		esac
		echo "$page $MANDIR/man${name##*.}/$name"
	done
}

# refuse FILE WHAT ADVICE: counts a file that is not ours.
refuse() {
	echo "make install: $1 is there, and is not $2; $3" >&2
	refused=1
}

# The advice for an applet: for a package's program on this system, the command that moves it away.
advice() {
	others=$(printf '%s\n' $applets | grep -vx "$1" | paste -sd' ' -)
	echo "to leave it alone: APPLETS='$others'"
	[ -z "$DESTDIR" ] || return 0
	owned=$(dpkg-query -S "$2" "${2#/usr}" 2>/dev/null | head -n 1) || return 0
	[ -z "$owned" ] || echo "to move that of ${owned%%:*} away: dpkg-divert --rename --add ${owned##* }"
}

check() {
	refused=
	file=$DESTDIR$box
	if exists "$file" && ! is_our_binary "$file" 2>/dev/null; then
		refuse "$file" 'our binary' 'to install elsewhere: PREFIX= or BINDIR='
	fi
	for name in $applets; do
		link=$(folder_of "$name")/$name
		file=$DESTDIR$link
		if exists "$file" && ! is_link "$file" && ! [ "$file" -ef "$DESTDIR$box" ]; then
			refuse "$file" 'a link to refreshbox' "$(advice "$name" "$link")"
		fi
	done
	manuals >"$list"
	while read -r page manual; do
		file=$DESTDIR$manual
		if exists "$file" && ! is_our_manual "$file" 2>/dev/null; then
			refuse "$file" 'our manual' 'to install elsewhere: MANDIR='
		fi
	done <"$list"
	[ -z "$refused" ] || exit 1
}

# put MODE FROM TO: installs a file.
put() {
	mkdir -p "$DESTDIR${3%/*}"
	echo "install $DESTDIR$3"
	install -m "$1" "$2" "$DESTDIR$3"
}

install_all() {
	check
	put 755 "$binary" "$box"
	for name in $applets; do
		folder=$(folder_of "$name")
		target=$(relative "$folder" "$box")
		mkdir -p "$DESTDIR$folder"
		echo "link    $DESTDIR$folder/$name -> $target"
		ln -sfn "$target" "$DESTDIR$folder/$name"
	done
	while read -r page manual; do
		put 644 "$page" "$manual"
	done <"$list"
}

# is_our_link LINK TARGET: does it lead to our binary, which may be gone, or is it a hard link to it?
is_our_link() {
	if ! [ -L "$1" ]; then
		[ "$1" -ef "$DESTDIR$box" ]
	elif is_link "$1"; then
		[ "$target" = "$2" ] || [ "$target" = "$box" ] || [ "$1" -ef "$DESTDIR$box" ]
	else
		return 1
	fi
}

# take_away FILE TEST [ARGUMENT]: removes it if it passes the test.
take_away() {
	exists "$1" || return 0
	if "$2" "$1" ${3+"$3"} 2>/dev/null; then
		echo "remove  $1"
		rm -f "$1"
	else
		echo "leave   $1, which is not ours"
	fi
}

uninstall_all() {
	if exists "$DESTDIR$box" && ! is_our_binary "$DESTDIR$box" 2>/dev/null; then
		echo "make uninstall: $DESTDIR$box is not our binary; nothing is removed" >&2
		exit 1
	fi
	for name in $applets; do
		folder=$(folder_of "$name")
		take_away "$DESTDIR$folder/$name" is_our_link "$(relative "$folder" "$box")"
	done
	take_away "$DESTDIR$box" is_our_binary
	manuals >"$list"
	while read -r page manual; do
		take_away "$DESTDIR$manual" is_our_manual
	done <"$list"
}

list=$(mktemp)
trap 'rm -f "$list"' EXIT
"${action}_all"
