#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# refreshbox --completion, in the shells themselves. The table says what each of them has to offer for
# a command line whose last word is being typed.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ROOT=$(cd "$TESTS/.." && pwd)

# Builds a binary that has the option, unless the one under test has it.
make_box() {
	! "$REFRESHBOX" --help | grep -q -e '--completion' || return 0
	env -u MAKEFLAGS -u MFLAGS -u O -u PRESET -u SET -u SANITIZE KCONFIG_CONFIG=/dev/null \
		make -s -C "$ROOT" "O=$SUITE/o" PRESET=yes all >/dev/null 2>"$SUITE/make.err" ||
		fail "make: $(cat "$SUITE/make.err")"
	REFRESHBOX=$SUITE/o/refreshbox
	for applet in $("$REFRESHBOX" --list); do
		ln -sf "$REFRESHBOX" "$SUITE/bin/$applet"
	done
}

# has_shell SHELL: is it installed?
has_shell() {
	command -v "$1" >/dev/null && return
	echo "skipped: $1 is not installed"
	return 1
}

# A line of the table: the command line | what is offered, in alphabetic order, without the rest of a
# word that all of it begins with.
table() {
	cat <<-'END'
		os-refresh-config --lo|--lockfile --log-level
		os-refresh-config --log-level |CRITICAL DEBUG ERROR INFO WARN
		os-refresh-config --log-level=E|ERROR
		os-refresh-config --lockfile t/|dir file
		os-refresh-config --q|--quiet
		os-refresh-config --th|--then
		refresh-phase p|post-configure pre-configure
		refresh-phase configure err|error
		refreshbox r|refresh-phase run-parts
		refreshbox --completion |bash fish zsh
		refreshbox refresh-phase --on|--only
		refreshbox run-parts t/d|dir
		run-parts t/d|dir
		run-parts --order n|name numeric
		dib-run-parts --li|--list
		dib-run-parts --job|--jobs
		dib-run-parts --output |grouped live prefixed
		refresh-phase --output=p|prefixed
		os-refresh-config --jobs |auto
		os-refresh-config --then mkfif|mkfifo
		run-parts t --then mkfif|mkfifo
		refreshbox run-parts t --then mkfif|mkfifo
		os-refresh-config --then ls t/|dir file
	END
}

make_files() {
	mkdir -p t/dir
	touch t/file
}

# in_shell SHELL COMMAND: for each line of the table, runs the command with the command line and the
# words; its output has to hold all of them.
in_shell() {
	has_shell "$1" || return 0
	make_box
	make_files
	"$REFRESHBOX" --completion "$1" >script
	table >lines
	while IFS='|' read -r line words; do
		$2 "$line" "$words" >offered 2>errors </dev/null
		for word in $words; do
			grep -qF -e "$word" offered ||
				fail "$1 does not offer $word for '$line': $(cat -v offered errors)"
		done
	done <lines
}

# bash splits at "=", too.
bash_offers() {
	bash --norc -c '. ./script
		read -ra COMP_WORDS <<<"${1//=/ = }"
		[[ $1 != *" " ]] || COMP_WORDS+=("")
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		set -- $(complete -p "${COMP_WORDS[0]}")
		"$3" "${COMP_WORDS[0]}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
		printf "%s\n" "${COMPREPLY[@]}"' bash "$1"
}

fish_offers() {
	HOME=$HERE timeout 20 fish --no-config -c 'source script; complete -C $argv[1]' "$1"
}

# On a terminal: it waits until the shell has shown all of the words.
zsh_offers() {
	TERM=dumb timeout 20 zsh -f -c 'zmodload zsh/zpty
		zpty shell zsh -f -i
		zpty -w shell "PS1=; stty -echo; autoload -U compinit; compinit -D -u; source ./script; print REA'"''"'DY"
		zpty -r shell shown "*READY*"
		zpty -n -w shell "$1"$'"'\\t'"'
		zpty -r shell shown "*${2// /*}*"
		print -r -- "$shown"
		zpty -d shell' zsh "$1" "$2"
}

test_bash() {
	in_shell bash bash_offers
}

test_zsh() {
	in_shell zsh zsh_offers
}

test_fish() {
	in_shell fish fish_offers
}

# Files are not offered where a directory is wanted, nor anything else than the words.
test_what_is_not_offered() {
	has_shell bash || return 0
	make_box
	make_files
	"$REFRESHBOX" --completion bash >script
	assertEquals t/dir "$(bash_offers 'run-parts t/')"
	assertEquals '' "$(bash_offers 'os-refresh-config ')"
	assertEquals '' "$(bash_offers 'run-parts --umask t')"
	assertEquals error "$(bash_offers 'refresh-phase e')"
	mkdir 'a b'
	assertEquals 'a b' "$(bash_offers 'run-parts a')"
}

# It takes the words after it, and none after a "=".
test_zsh_offers_no_value_for_then() {
	make_box
	"$REFRESHBOX" --completion zsh >script
	grep -q "'--then\[" script || fail "--then is not offered: $(cat script)"
}

# zsh and fish show the help of an option.
test_every_option_is_in_every_script() {
	make_box
	for shell in bash zsh fish; do
		"$REFRESHBOX" --completion $shell >script
		for applet in $("$REFRESHBOX" --list); do
			"$applet" --help=all | sed -n 's/^  \(-[a-zA-Z], \)\{0,1\}--\([a-z-]*\).*/\2/p' >options
			assertTrue "$applet has no options" '[ -s options ]'
			while read -r option; do
				grep -e "$applet" script -A 1 | grep -q -e "--$option\>" -e "-l $option\>" ||
					fail "$shell: $applet --$option"
			done <options
		done
		for option in $("$REFRESHBOX" --help | grep -oE -e '--[a-z]+' | sort -u); do
			grep -q -e "$option\>" -e "-l ${option#--}\>" script || fail "$shell: refreshbox $option"
		done
		[ $shell = bash ] || assertContains "$shell: help" "$(cat script)" 'wait for the lock, at most TIME'
	done
}

test_wrong_usage() {
	make_box
	for words in '' tcsh 'bash zsh'; do
		# shellcheck disable=SC2086 # words
		run "$REFRESHBOX" --completion $words
		expect_one_line 2 'usage: refreshbox --completion bash|zsh|fish'
	done
}

# shellcheck source=/dev/null
. shunit2
