#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# size.sh [--write | --check] DIR: builds the configurations that matter in DIR and prints the bytes
# of each with its largest symbols, then what each symbol of Kconfig adds to the default. --write
# puts those costs into Kconfig's help texts as lines "About N bytes."; --check compares them: a
# drift of more than 150 bytes and 15 % is an error.
set -eu

mode=print
case $1 in
--*) mode=${1#--}; shift ;;
esac
dir=$1
nm=${CROSS_COMPILE:-}nm

# The bool symbols of Kconfig, and those of the applets.
bools=$(awk '/^config / { name = $2 } $1 == "bool" { print name }' Kconfig)
applets=$(awk '/^menu / { on = /"Applets"/ } /^config / && on { print $2 }' Kconfig)

# build NAME PRESET SET: builds into DIR/NAME and prints the bytes.
build() {
	${MAKE:-make} -s --no-print-directory "O=$dir/$1" "PRESET=$2" "SET=$3" all >/dev/null ||
		return
	wc -c <"$dir/$1/refreshbox"
}

# show NAME PRESET SET WHAT: a configuration's bytes and its largest symbols.
show() {
	bytes=$(build "$1" "$2" "$3")
	printf '%8d  %s\n' "$bytes" "$4"
	"$nm" --size-sort -r -t d "$dir/$1/refreshbox.unstripped" |
		awk 'NR <= 10 { printf "%18d %s %s\n", $1, $2, $3 }'
}

lower() {
	echo "$1" | tr 'A-Z_' 'a-z-'
}

show_all() {
	show default def '' 'default'
	for applet in $applets; do
		show "only-$applet" no "$applet=y" "allnoconfig and $(lower "$applet")"
	done
	show yes yes '' 'allyesconfig'
}

# Prints "SYMBOL BYTES" of what each symbol, with those that depend on it, adds to the default; for
# one that is off there, what it would.
costs() {
	base=$(build default def '')
	for symbol in $bools; do
		if grep -q "^#define ENABLE_$symbol 1" "$dir/default/config.h"; then
			other=$(build "without-$symbol" def "$symbol=n")
			echo "$symbol $((base - other))"
		else
			other=$(build "with-$symbol" def "$symbol=y")
			echo "$symbol $((other - base))"
		fi
	done
}

# Prints Kconfig with the costs of the file $1 as the last line of each help text.
rewrite() {
	awk '
		function close_help() {
			if (help && name in cost)
				printf "\t  About %d bytes.\n", cost[name]
			printf "%s", blank
			help = 0
			blank = ""
		}
		FNR == NR { cost[$1] = $2; next }
		help && NF == 0 { blank = blank "\n"; next }
		help && /^\t  About -?[0-9]+ bytes\.$/ { next }
		help && !/^\t  / { close_help() }
		/^config / { name = $2 }
		/^\thelp$/ { help = 1 }
		{ printf "%s%s\n", blank, $0; blank = "" }
		END { close_help() }' "$1" Kconfig
}

# Says where Kconfig is off the costs of the file $1.
check() {
	awk '
		FNR == NR { cost[$1] = $2; next }
		/^config / { name = $2 }
		/^\t  About -?[0-9]+ bytes\.$/ { said[name] = $2 }
		END {
			for (name in cost) {
				drift = cost[name] - said[name]
				drift = drift < 0 ? -drift : drift
				if (name in said && (drift <= 150 || drift <= 0.15 * cost[name]))
					continue
				printf "%s: Kconfig says %s bytes, measured are %d\n",
					name, said[name], cost[name]
				bad = 1
			}
			exit bad
		}' "$1" Kconfig
}

mkdir -p "$dir"
case $mode in
write)
	costs >"$dir/costs"
	rewrite "$dir/costs" >"$dir/Kconfig"
	cat "$dir/Kconfig" >Kconfig
	;;
check)
	costs >"$dir/costs"
	check "$dir/costs"
	;;
print)
	show_all
	costs >"$dir/costs"
	echo 'What each symbol adds to the default configuration:'
	awk '{ printf "%8d  %s\n", $2, $1 }' "$dir/costs"
	;;
*)
	echo 'usage: size.sh [--write | --check] DIR' >&2
	exit 2
	;;
esac
