# SPDX-License-Identifier: Apache-2.0
# refreshbox. `make help` lists the targets. What may be set on the command line:
#   CC= CROSS_COMPILE=           the compiler; else musl-gcc where it is installed, or cc
#   CPPFLAGS= CFLAGS= LDFLAGS=   options, which come after ours; WERROR=1: warnings are errors
#   STRIP=:                      leave the symbols in; else the strip that belongs to the compiler
#   O=DIR                        build in DIR, and the binary is DIR/refreshbox
#   PRESET=def|no|yes            the configuration, in the place of .config ...
#   SET="SYMBOL=y SYMBOL=n ..."  ... and changes to either
#   KCONFIG_CONFIG=FILE          read this in the place of .config
# and for `make install` and `make uninstall`:
#   DESTDIR= PREFIX= BINDIR=     where to install
#   SBINDIR=                     where to make the links of root's applets, if not in BINDIR
#   MANDIR=                      where to install the manuals
#   APPLETS="NAME ..."           the links to make; else one for each applet that is built
VERSION = 0.1.0
O = build
PREFIX = /usr/local
BINDIR = $(PREFIX)/bin
SBINDIR = $(BINDIR)
MANDIR = $(PREFIX)/share/man
APPLETS = $(applet-y)

# These goals read no configuration: what they build, they build by another make.
NO_CONFIG = dist clean distclean help deps callers demo readme html cross% deb check% size bench% cost% \
	kconfig-bytes sanitize %config
ifneq ($(filter-out $(NO_CONFIG),$(or $(MAKECMDGOALS),all)),)
# If there were no file at all yet, make would add to an error in SET= that the file is missing.
$(if $(wildcard $(O)/config.mk),,$(shell mkdir -p $(O) && touch -t 197001010000 $(O)/config.mk))
include $(O)/config.mk
endif

# The objects of applets/; applet-y, the names of the applets that are built, is in config.mk.
PHASES = $(or $(CONFIG_OS_REFRESH_CONFIG),$(CONFIG_REFRESH_PHASE))
LIKE_DIB = $(or $(PHASES),$(CONFIG_DIB_RUN_PARTS))
obj-y = main applet run_options $(subst -,_,$(applet-y))
obj-$(PHASES) += refresh_common
obj-$(LIKE_DIB) += dib_plan
obj-$(CONFIG_INSTALL) += install
obj-$(CONFIG_COMPLETION) += completion

# The objects of lib/, a list for each folder. The linker leaves out what nobody calls.
sys-y = clock datagram fd mem output path process signals write
base-y = class text text_read text_error text_near text_signal utf8 duration date log opt opt_row opt_help
base-$(PHASES) += text_shell
base-$(CONFIG_REGEX) += ere ere_set ere_match
base-$(CONFIG_REFRESH_PHASE) += glob
base-$(CONFIG_ENVIRONMENT_D) += glob
scan-y = scan scan_name script trust
job-y = children job job_streams loop loop_outputs reap shim spawn worker
job-$(CONFIG_CAPTURE) += forwarder
job-$(CONFIG_JOBS) += forwarder
envd-$(CONFIG_ENVIRONMENT_D) += vars envd eval eval_command eval_expand eval_fault \
	eval_parse eval_parse_cond eval_run eval_test eval_token eval_word
envd-$(CONFIG_ENVIRONMENT_SHELL) += envd_program envd_report envd_shell
report-y = event messages log_sink list_sink profile
report-$(PHASES) += summary
report-$(LIKE_DIB) += dialect_dib messages_dib
report-$(CONFIG_RUN_PARTS) += dialect_run_parts messages_run_parts
report-$(CONFIG_EVENTS) += event_log
base-$(CONFIG_EVENTS) += text_json
base-$(CONFIG_RELAY) += log_relay
report-$(CONFIG_CAPTURE) += progress
report-$(CONFIG_CHECK) += findings
run-y = parts parts_begin parts_end parts_env parts_jobs parts_set parts_start run run_sinks status
run-$(PHASES) += lock phase_env phase
run-$(CONFIG_CHECK) += parts_check
run-$(CONFIG_RUN_PARTS) += script_io
run-$(CONFIG_CAPTURE) += script_io ring
run-$(CONFIG_JOBS) += held parts_output script_io
run-$(CONFIG_THEN) += then
plot-$(CONFIG_REFRESH_PLOT) += index json timeline svg plot_words canvas rows lane plot
FOLDERS = sys base scan job envd report run plot
lib-y = $(foreach folder,$(FOLDERS),$($(folder)-y:%=lib/$(folder)/%.o))
arena-y = lib/sys/arena.o

# The compiler: musl's where there is one. CC= and CROSS_COMPILE= are taken as given.
OWN_CC = $(if $(CROSS_COMPILE),$(CROSS_COMPILE)gcc,$(if $(shell command -v musl-gcc),musl-gcc,cc))
override CC := $(if $(filter default,$(origin CC)),$(OWN_CC),$(or $(CC),$(OWN_CC)))
STRIP ?= $(if $(CROSS_COMPILE),$(CROSS_COMPILE)strip,$(or $(shell $(CC) -print-prog-name=strip),strip))
WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wundef -Wvla \
	-Wformat=2 -Wwrite-strings $(if $(WERROR),-Werror)
# On 32-bit machines, glibc has 64-bit file sizes and times only on request.
OWN_CFLAGS = -std=c11 -D_GNU_SOURCE -D_FILE_OFFSET_BITS=64 -D_TIME_BITS=64 $(WARNINGS) \
	-include $(O)/config.h -iquote lib -DREFRESHBOX_VERSION='"$(VERSION)"'
ifdef SANITIZE
# Dynamic and against glibc, with a malloc per allocation for the checkers to watch.
arena-y = tests/mem_malloc.o
OWN_CFLAGS += -g -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined
OWN_LDFLAGS = -fsanitize=address,undefined
# The child of sys_vfork leaves its stack frames as they are when it executes a program. They must
# not be marked as out of bounds, for the next child has the same stack.
$(O)/lib/job/spawn.o: private OWN_CFLAGS += -fno-sanitize=address
else
# What each saves, of 106,000 bytes (gcc 12, musl 1.2.3, x86_64): -Oz for -Os 1,150; one program of
# all files (LTO) 2,200, in one partition 160; collecting unused sections 1,100; no unwind tables
# 10,800; code, constants and data not on pages of their own 6,900; no padding for RELRO 2,200; no
# jump tables 830; no tables of values for switches 190; arrays not on cache lines of their own 380 (an
# option of x86 alone); no build id 180; no note of the compiler 140; no PIE 1,600 where there is no
# LTO. noexecstack is for safety. Tried and left out: -fno-thread-jumps 420, but 4 % more instructions;
# a stack protector (-strong 4,000; LTO drops a plain one, which without LTO costs 2,700 with what that
# saves); static PIE with RELRO 4,100, and a relocation of every pointer at each start.
has = $(if $(shell $(CC) $(1) -Werror -S -o /dev/null -x c /dev/null 2>&1 || echo no),,$(1))
SMALL := $(or $(call has,-Oz),-Os)
LTO := $(call has,-flto)
# With -g, the linking compiler would add unwind tables again if it had not these options, too.
LESS := $(call has,-fno-tree-switch-conversion) $(call has,-malign-data=abi) \
	-fno-asynchronous-unwind-tables -fno-unwind-tables
OWN_CFLAGS += $(SMALL) $(LTO) $(LESS) -ffunction-sections -fdata-sections -fno-jump-tables -fno-pie
OWN_LDFLAGS := $(LTO) $(LESS) -static -no-pie -Wl,--gc-sections,--build-id=none \
	-Wl,-z,noseparate-code,-z,norelro,-z,noexecstack -Wno-unused-command-line-argument \
	$(call has,-flto-partition=none)
endif

# A goal that compiles stops at once where that is impossible.
can-compile = $(shell echo '\#include <stdio.h>' | $(CC) -E -x c - >/dev/null 2>&1 && echo yes)
ifneq ($(filter-out $(NO_CONFIG) uninstall,$(or $(MAKECMDGOALS),all)),)
$(if $(can-compile),,$(error '$(CC)' does not compile, or finds no C library. Debian: apt-get install \
	gcc libc6-dev musl-tools; Alpine: apk add gcc musl-dev; for another compiler: make CC=))
endif

BIN = $(if $(filter build,$(O)),refreshbox,$(O)/refreshbox)
LIB_OBJS = $(sort $(addprefix $(O)/,$(lib-y) $(arena-y)))
OBJS = $(addprefix $(O)/,$(sort $(obj-y:%=applets/%.o))) $(LIB_OBJS)

.DELETE_ON_ERROR:
.PHONY: all install uninstall dist clean distclean help menuconfig oldconfig allyesconfig allnoconfig \
	randconfig defconfig
all: $(BIN) ## build the binary (the default); the Makefile begins with a list of variables

# The configuration, for make and for C. The header is touched only when it changes.
export KCONFIG_CONFIG ?= .config
DOT_CONFIG = $(if $(PRESET),,$(wildcard $(KCONFIG_CONFIG)))
# For each line APPLET(X, "x", ...) of applets.h, config.mk gets a line "applet-$(CONFIG_X) += x".
APPLET_LINES = sed -n 's/.*APPLET(\([A-Z_]*\), "\([^"]*\)".*/applet-$$(CONFIG_\1) += \2/p'
$(O)/config.mk: Kconfig lib/kconfig.awk applets/applets.h $(DOT_CONFIG) $(O)/config.args
	@awk -v header=$(O)/config.new -f lib/kconfig.awk Kconfig $(DOT_CONFIG) $(O)/config.args >$@.new
	@$(APPLET_LINES) applets/applets.h >>$@.new
	@cmp -s $(O)/config.new $(O)/config.h || cp $(O)/config.new $(O)/config.h
	@mv $@.new $@
$(O)/config.h: $(O)/config.mk ;

# What was said on the command line, in files that change only when that does.
remember = @mkdir -p $(O); printf '%s\n' $(1) >$@.new; cmp -s $@.new $@ || cp $@.new $@
$(O)/config.args: FORCE
	$(call remember,PRESET=$(PRESET) FILE=$(DOT_CONFIG) $(foreach word,$(SET),'CONFIG_$(word)'))
$(O)/flags: FORCE
	$(call remember,'$(subst ','"'"',$(CC) $(OWN_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(OWN_LDFLAGS) $(LDFLAGS))')
$(O)/strip: FORCE
	$(call remember,'$(STRIP)')
FORCE:
$(O)/%.o: %.c $(O)/config.h $(O)/flags
	@mkdir -p $(@D)
	@echo '  CC   $<'
	@$(CC) $(OWN_CFLAGS) -MMD -MP $(CPPFLAGS) $(CFLAGS) -c -o $@ $<
-include $(wildcard $(addprefix $(O)/,applets/*.d lib/*/*.d tests/*.d tests/*/*.d))
define link
	@echo '  LD   $@'
	@$(CC) $(OWN_LDFLAGS) $(CFLAGS) $(LDFLAGS) \
		-o $@ $(filter %.o,$^)
endef
$(O)/refreshbox.unstripped: $(OBJS) $(O)/flags $(O)/config.mk Makefile
	$(link)
$(BIN): $(O)/refreshbox.unstripped $(O)/strip
	@rm -f $@ && cp $< $@
	@$(if $(SANITIZE),:,$(or $(STRIP),:)) -s -R .comment $@ || { echo 'make: $(STRIP) does not' \
		'strip what $(CC) makes; STRIP= names another program, and STRIP=: is none' >&2; exit 1; }

# Installing. Uninstalling looks for every applet's link, whatever was built or chosen since.
install uninstall: export DESTDIR := $(DESTDIR)
install uninstall: export BINDIR := $(BINDIR)
install uninstall: export SBINDIR := $(SBINDIR)
install uninstall: export MANDIR := $(MANDIR)
check-applets = $(if $(filter-out $(applet-y),$(APPLETS)),$(error APPLETS: not built: \
	$(filter-out $(applet-y),$(APPLETS)); there are: $(applet-y)))
install: all ## install the binary, a link for each applet, and the manuals
	$(check-applets)
	@lib/install.sh install $(BIN) $(APPLETS)
uninstall: ## remove what `make install` with the same DESTDIR and folders put there
	@lib/install.sh uninstall $(applet-y) $(applet-)

# With what is in the working tree, committed or not, so that it works without git too.
DIST = $(O)/refreshbox-$(VERSION)
dist: ## make O/refreshbox-VERSION.tar.gz, the source archive that packages are built from
	@rm -rf $(DIST) && mkdir -p $(DIST)
	@cp -R Kconfig LICENSE Makefile README.md applets lib tests $(wildcard .ci .clang-format \
		.clang-tidy .editorconfig .gitignore .shellcheckrc) $(DIST)
	@tar -C $(O) -czf $(DIST).tar.gz $(notdir $(DIST)) && rm -rf $(DIST)

clean: ## remove what was built
	rm -rf $(O) $(BIN)
distclean: clean ## remove that, and the configuration
	rm -f .config .config.old ..config.tmp
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z].*:.*## / { printf "%-15s  %s\n", $$1, $$2 }' Makefile tests/tests.mk
menuconfig oldconfig allyesconfig allnoconfig randconfig defconfig: ## edit or make a .config
	@command -v kconfig-conf >/dev/null || { echo "make $@: this needs Debian's" \
		'kconfig-frontends-nox (make deps)' >&2; exit 1; }
	@kconfig-$(or $(kconfig-$@),conf --$@) Kconfig
kconfig-menuconfig = mconf
kconfig-defconfig = conf --alldefconfig

include tests/tests.mk
