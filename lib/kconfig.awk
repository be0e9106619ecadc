# SPDX-License-Identifier: Apache-2.0
# kconfig.awk: reads a configuration, so that building needs no kconfig tools.
#
#   awk -v header=config.h -f lib/kconfig.awk Kconfig [.config] config.args >config.mk
#
# config.args holds what was said on make's command line: a line PRESET=, and a line CONFIG_X=value
# for each word of SET=. For each bool symbol X that is on, the line "CONFIG_X = y" is printed, for
# make. The header for C has for each symbol, on or off:
#
#   #define ENABLE_X 1               or 0: for `if (ENABLE_X)`
#   #define IF_X(...) __VA_ARGS__    or nothing: for rows of a table
#   #define CONFIG_X "text"          if X is a string
#
# A symbol is off if what it depends on is off. Otherwise its value is that of SET=, or else of
# .config, or else what PRESET=no or PRESET=yes says of all bool symbols, or else its default.
#
# Kconfig may use only what the rules below know. All else is an error: a line that was skipped
# silently would make another configuration of it than menuconfig does.

function fail(why) {
	print "kconfig: " why | "cat >&2"
	failed = 1
	exit 1
}

# Where the line that is being read stands, for a message.
function place() {
	return FILENAME ":" FNR ": "
}

# Is this condition true? It is the name of a symbol, or of one that must be off after a "!".
function is_met(condition,    name) {
	name = condition
	gsub(/[ \t!]/, "", name)
	if (!(name in on))
		fail(symbol " depends on " name ", which is not a bool symbol above it")
	return condition ~ /!/ ? !on[name] : on[name]
}

function are_all_met(list,    conditions, n, i, met) {
	n = split(list, conditions, /&&/)
	met = 1
	for (i = 1; i <= n; i++)
		met = is_met(conditions[i]) && met
	return met
}

# There are no brackets, so a dependency is a list of alternatives, each a list of conditions.
function holds(dependency,    alternatives, n, i, met) {
	n = split(dependency, alternatives, /[|][|]/)
	met = n == 0
	for (i = 1; i <= n; i++)
		met = are_all_met(alternatives[i]) || met
	return met
}

# Sets a symbol to a value that .config or SET= gives it.
function assign(symbol, new) {
	if (type[symbol] == "bool" && new !~ /^[yn]$/)
		fail(source substr($0, 8) ": the value must be y or n")
	if (type[symbol] == "string" && new !~ /^".*"$/)
		fail(source substr($0, 8) ": the value must be in double quotes")
	value[symbol] = new
}

# .config and config.args, the files after Kconfig. An old .config may have symbols that are gone.
NR > FNR {
	from_command_line = FILENAME ~ /config\.args$/
	source = from_command_line ? "SET=" : place()
	symbol = $0
	sub(/^(# )?CONFIG_/, "", symbol)
	sub(/[= ].*/, "", symbol)
}
NR > FNR && /^PRESET=/ {
	preset = substr($0, 8)
	if (preset !~ /^(|def|no|yes)$/)
		fail("PRESET=" preset ": there are def, no and yes")
}
NR > FNR && /^CONFIG_/ {
	if (symbol in type)
		assign(symbol, /=/ ? substr($0, index($0, "=") + 1) : "")
	else if (from_command_line)
		fail(source substr($0, 8) ": Kconfig has no such symbol")
}
NR > FNR && /^# CONFIG_.* is not set$/ && symbol in type { assign(symbol, "n") }
NR > FNR { next }

# Kconfig. A help text ends before the next line that is not indented as far.
NF == 0 || /^#/ { next }
in_help && /^\t  / { next }
{ in_help = 0 }
/^config [A-Z0-9_]+$/ && !($2 in type) { order[++count] = symbol = $2; type[symbol] = ""; next }
/^\t(bool|string) "/ && type[symbol] == "" { type[symbol] = $1; next }
/^\tdefault ([yn]|".*")$/ && !(symbol in initial) { initial[symbol] = substr($0, 10); next }
/^\tdepends on / && !(symbol in needs) { needs[symbol] = substr($0, 13); next }
/^\thelp$/ { in_help = 1; next }
/^(mainmenu|menu|comment) "/ || /^endmenu$/ { next }
{ fail(place() "beyond the reader in lib/kconfig.awk: " $0) }

END {
	if (failed)
		exit 1
	for (i = 1; i <= count; i++) {
		symbol = order[i]
		if (type[symbol] == "")
			fail(symbol " is neither bool nor string")
		if (type[symbol] == "string") {
			print "#define CONFIG_" symbol " " \
				(symbol in value ? value[symbol] : initial[symbol]) >header
			continue
		}
		if (!(symbol in value) && preset ~ /^(no|yes)$/)
			value[symbol] = substr(preset, 1, 1)
		else if (!(symbol in value))
			value[symbol] = initial[symbol]
		on[symbol] = holds(needs[symbol]) && value[symbol] == "y"
		print "#define ENABLE_" symbol " " on[symbol] >header
		print "#define IF_" symbol "(...)" (on[symbol] ? " __VA_ARGS__" : "") >header
		if (on[symbol])
			print "CONFIG_" symbol " = y"
	}
}
