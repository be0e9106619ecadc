# refreshbox. `make help` lists the targets; on the command line may stand:
#   CC= CROSS_COMPILE= CFLAGS= LDFLAGS= WERROR=1    the compiler, and options added to ours
#   O=DIR                                           where to build, and the binary DIR/refreshbox
#   KCONFIG_CONFIG=FILE                             the .config
#   PRESET=def|no|yes SET="SYMBOL=value ..."        a configuration without one, and changes to it
VERSION = 0.1.0
O = build
PREFIX = /usr/local

# These goals read no configuration: what they build, they build by another make.
NO_CONFIG = clean distclean help deps demo check% size bench kconfig-bytes sanitize %config
ifneq ($(filter-out $(NO_CONFIG),$(or $(MAKECMDGOALS),all)),)
include $(O)/config.mk
endif

# What is built: applets by name, whole-file features by their Kconfig symbol.
applet-$(CONFIG_OS_REFRESH_CONFIG) += os-refresh-config
applet-$(CONFIG_DIB_RUN_PARTS) += dib-run-parts
obj-y = applets/main.o $(patsubst %,applets/%.o,$(subst -,_,$(applet-y)))
obj-$(CONFIG_INSTALL) += applets/install.o
lib-y = $(addprefix lib/,sys.o mem.o text.o text_error.o date.o log.o opt.o opt_help.o scan.o \
	scan_name.o proc.o pool.o event.o journal.o listing.o parts.o run.o)
lib-$(CONFIG_REGEX) += lib/ere.o lib/ere_set.o lib/ere_match.o
lib-$(CONFIG_ENVIRONMENT_D) += lib/vars.o lib/eval.o lib/eval_word.o lib/eval_command.o \
	lib/eval_test.o lib/envd.o
lib-$(CONFIG_ENVIRONMENT_SHELL) += lib/shscan.o lib/envd_shell.o
lib-$(CONFIG_LOCALTIME) += lib/zone.o
lib-$(CONFIG_PROFILE) += lib/profile.o
lib-$(CONFIG_OS_REFRESH_CONFIG) += lib/lock.o lib/phase.o
unit-y = $(addprefix tests/unit/,main.o text.o date.o opt.o ere.o scan.o proc.o zone.o vars.o eval.o \
	dump.o shscan.o)
arena-y = lib/arena.o

# The compiler: musl's where there is one. CC= and CROSS_COMPILE= are taken as given.
OWN_CC = $(if $(CROSS_COMPILE),$(CROSS_COMPILE)gcc,$(if $(shell command -v musl-gcc),musl-gcc,cc))
CC := $(if $(filter default,$(origin CC)),$(OWN_CC),$(CC))
STRIP = $(CROSS_COMPILE)strip
WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wundef -Wvla \
	-Wformat=2 -Wwrite-strings $(if $(WERROR),-Werror)
OWN_CFLAGS = -std=c11 -D_GNU_SOURCE $(WARNINGS) -include $(O)/config.h -Ilib \
	-DREFRESHBOX_VERSION='"$(VERSION)"'
ifdef SANITIZE
# Dynamic and against glibc, with a malloc per allocation for the checkers to watch.
arena-y = tests/mem_malloc.o
OWN_CFLAGS += -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
OWN_LDFLAGS = -fsanitize=address,undefined
else
# Bytes saved (gcc 12, musl, of 44,000): collecting unused sections 1,600; no unwind tables 5,700;
# no PIE 600; code, constants and data not on pages of their own 6,400; no padding for relro, or
# before the data (common-page-size), up to a page each; sorted sections 16; no note of the
# compiler 144. -flto would add 200.
# -Oz, where there is one, saves 500 of -Os; no copies of code for speed 600; our own strings 900.
NO_COPIES = -fno-thread-jumps -fno-tree-dominator-opts -fno-tree-loop-im
OWN_CFLAGS += $(if $(shell $(CC) -Werror $(NO_COPIES) -E -x c /dev/null 2>/dev/null),$(NO_COPIES))
OWN_CFLAGS += $(if $(shell $(CC) -Oz -E -x c /dev/null 2>/dev/null),-Oz,-Os) -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables \
	-fno-unwind-tables -fno-pie
OWN_LDFLAGS = -static -no-pie -Wl,--gc-sections -Wl,--build-id=none -Wl,-z,noseparate-code \
	-Wl,-z,norelro -Wl,-z,noexecstack -Wl,-z,common-page-size=32 -Wl,--sort-section=alignment \
	-Wno-unused-command-line-argument
# Without GCC's crtbegin and crtend, which C++ and glibc need and C on musl does not: 600.
HASH := \#
CRT := $(filter %crt1.o %crti.o %crtn.o,$(subst ",,$(shell $(CC) -static -no-pie \
	-$(HASH)$(HASH)$(HASH) -x c /dev/null 2>&1)))
MUSL := $(findstring musl,$(CRT) $(shell $(CC) -dumpmachine 2>&1))
CRT := $(if $(filter musl-3,$(MUSL)-$(words $(CRT))),$(CRT))
arena-y += $(if $(MUSL),lib/string.o)
endif

BIN = $(if $(filter build,$(O)),refreshbox,$(O)/refreshbox)
OBJS = $(addprefix $(O)/,$(obj-y) $(lib-y) $(arena-y))
UNIT_OBJS = $(addprefix $(O)/,$(unit-y) $(lib-y) $(arena-y))
BENCH = $(addprefix $(O)/tests/tools/bench_,bare empty time)

.PHONY: all unit install uninstall clean distclean help deps demo sanitize check check-long \
	check-sanitize check-build size kconfig-bytes bench menuconfig oldconfig allyesconfig \
	allnoconfig randconfig defconfig
all: $(BIN) ## build the binary (the default); the head of the Makefile tells the variables
unit: $(O)/unit

# The Kconfig reader: prints the symbols that are y for make, writes all of them to a C header.
# Values come from .config or, after PRESET=, are the defaults, "n" or "y"; SET= goes before both.
define CONFIG_AWK
function fail(why) { print FILENAME ":" FNR ": " why | "cat >&2"; exit failed = 1 }
function holds(expr,  name, at, len) {
	while (match(expr, /!?[A-Z][A-Z0-9_]*/)) {
		name = substr(expr, at = RSTART, len = RLENGTH)
		name = name ~ /^!/ ? !value(substr(name, 2)) : value(name)
		expr = substr(expr, 1, at - 1) name substr(expr, at + len)
	}
	gsub(/&&/, "", expr)
	return "||" expr "||" ~ /[|][|]1*[|][|]/
}
function value(sym) {
	if (type[sym] != "bool") fail("not a bool symbol: " sym)
	return holds(depends[sym]) && (sym in set ? set[sym] : \
		preset ~ /^(no|yes)$$/ ? substr(preset, 1, 1) : def[sym]) == "y"
}
NR > FNR && /^PRESET=/ { preset = substr($$0, 8) }
NR > FNR && /^# CONFIG_/ { set[substr($$2, 8)] = "n" }
NR > FNR && (at = index($$0, "=")) && sub(/^CONFIG_/, "") {
	set[sym = substr($$0, 1, at - 8)] = substr($$0, at - 6)
}
NR > FNR { if (FILENAME ~ /args$$/ && !(sym in type)) fail("no such symbol: " sym); next }
{ if (NF == 0 || /^#/ || (help && /^\t  /)) next; help = 0 }
/^config [A-Z0-9_]+$$/ { sym = $$2; order[++count] = sym; next }
/^\t(bool|string) "/ { type[sym] = $$1; next }
/^\tdefault ([yn]|".*")$$/ { def[sym] = substr($$0, 10); next }
/^\tdepends on / && !depends[sym] { gsub(/^\tdepends on | /, ""); depends[sym] = $$0; next }
/^\thelp$$/ { help = 1; next }
!/^(mainmenu|menu|endmenu|comment)/ { fail("beyond the reader in the Makefile: " $$0) }
END {
	for (i = 1; (sym = order[i]) && !failed; i++) {
		if (type[sym] == "string")
			print "#define CONFIG_" sym " " (sym in set ? set[sym] : def[sym]) > header
		else
			print "#define ENABLE_" sym " " value(sym) > header
		if (type[sym] == "bool" && value(sym))
			print "CONFIG_" sym " = y"
	}
	exit failed
}
endef
export CONFIG_AWK

export KCONFIG_CONFIG ?= .config
DOT_CONFIG = $(if $(PRESET),,$(wildcard $(KCONFIG_CONFIG)))
$(O)/config.mk: Kconfig Makefile $(DOT_CONFIG) $(O)/config.args
	@awk -v header=$(O)/config.new "$$CONFIG_AWK" Kconfig $(DOT_CONFIG) $(O)/config.args >$@.new
	@cmp -s $(O)/config.new $(O)/config.h || cp $(O)/config.new $(O)/config.h
	@mv $@.new $@
$(O)/config.h: $(O)/config.mk ;

# What was said on the command line: files that change only when that does, for others to depend on.
remember = @mkdir -p $(O); printf '%s\n' $(1) >$@.new; cmp -s $@.new $@ || cp $@.new $@
$(O)/config.args: FORCE
	$(call remember,PRESET=$(PRESET) FILE=$(DOT_CONFIG) $(foreach word,$(SET),'CONFIG_$(word)'))
$(O)/flags: FORCE
	$(call remember,'$(subst ','"'"',$(CC) $(OWN_CFLAGS) $(CFLAGS) $(OWN_LDFLAGS) $(LDFLAGS))')
FORCE:
# A compiler must not find the functions that it defines in themselves.
$(O)/lib/string.o: OWN_CFLAGS += -ffreestanding
$(O)/%.o: %.c $(O)/config.h $(O)/flags
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(OWN_CFLAGS) -MMD -MP $(CFLAGS) -c -o $@ $<
-include $(OBJS:.o=.d) $(UNIT_OBJS:.o=.d) $(BENCH:=.d)
$(O)/refreshbox.unstripped: $(OBJS)
$(O)/unit: $(UNIT_OBJS)
$(BENCH): %: %.o
$(O)/refreshbox.unstripped $(O)/unit $(BENCH): $(O)/flags $(O)/config.mk
	@echo '  LD   $@'
	@$(CC) $(OWN_LDFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(if $(CRT),-nostartfiles) \
		$(wordlist 1,2,$(CRT)) $(filter %.o,$^) $(word 3,$(CRT))
$(BIN): $(O)/refreshbox.unstripped
	@rm -f $@; $(if $(SANITIZE),cp $< $@,$(STRIP) -R .comment -o $@ $<)

BINDIR = $(DESTDIR)$(PREFIX)/bin
install: all ## install under DESTDIR=/PREFIX=/usr/local: bin/refreshbox and a link per applet
	mkdir -p $(BINDIR)
	install -m 755 $(BIN) $(BINDIR)/refreshbox
	$(foreach name,$(applet-y),ln -sf refreshbox $(BINDIR)/$(name) &&) :
uninstall: ## remove what `make install` put there
	rm -f $(BINDIR)/refreshbox $(addprefix $(BINDIR)/,$(applet-y))
clean: ## remove what was built
	rm -rf $(O) $(BIN)
distclean: clean ## and the configuration too
	rm -f .config .config.old ..config.tmp
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "%-14s  %s\n", $$1, $$2 }' Makefile
deps: ## install what the targets need (as root, on Debian, Ubuntu or Alpine)
	@tests/tools/deps.sh
demo: ## run os-refresh-config over tests/demo, well and failing
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) tests/demo/demo.sh

# Recursive, so that `make deps check` sees the compiler that deps has just installed.
SUB = $(MAKE) --no-print-directory
SUITES = $(sort $(wildcard tests/*_test.sh))
check: ## run all tests; the last line is "N passed, N failed"
	@$(SUB) all
	@$(SUB) O=$(O)/yes PRESET=yes unit
	@REFRESHBOX=$(abspath $(BIN)) tests/tools/check.sh -u $(O)/yes/unit $(SUITES)
check-long: check check-sanitize check-build ## check, check-sanitize and check-build
check-sanitize: sanitize ## run all tests under the address and undefined behaviour sanitizers
	@REFRESHBOX=$(abspath $(O))/sanitize/refreshbox tests/tools/check.sh -u $(O)/sanitize/unit \
		$(filter-out tests/build_test.sh tests/check_test.sh tests/config_test.sh,$(SUITES))
check-build: ## build with gcc, clang and musl-gcc, in all presets, warnings being errors
	@tests/tools/builds.sh $(O)/builds
sanitize: ## build O/sanitize/refreshbox with the sanitizers, by gcc or SANITIZE_CC= against glibc
	@$(SUB) O=$(O)/sanitize CC=$(or $(SANITIZE_CC),gcc) SANITIZE=1 PRESET=yes all unit
size: ## print the bytes of the configurations, their largest symbols, and each symbol's cost
	@tests/tools/size.sh $(O)/size
kconfig-bytes: ## write the measured costs into Kconfig's help texts
	@tests/tools/size.sh --write $(O)/size
bench: ## measure beside a bare loop, other run-parts and the reference programs
	@$(SUB) all $(BENCH)
	@tests/tools/bench.sh $(abspath $(BIN)) $(abspath $(O))/tests/tools
menuconfig oldconfig allyesconfig allnoconfig randconfig defconfig: ## edit or make a .config
	@command -v kconfig-conf >/dev/null || { echo "make $@: this needs Debian's" \
		'kconfig-frontends-nox (make deps)' >&2; exit 1; }
	@kconfig-$(or $(kconfig-$@),conf --$@) Kconfig
kconfig-menuconfig = mconf
kconfig-defconfig = conf --alldefconfig
