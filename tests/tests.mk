# SPDX-License-Identifier: Apache-2.0
# The targets that test, measure and show; the Makefile includes this.
objects-in = $(patsubst %.c,%.o,$(wildcard tests/$(1)/*.c))
UNIT_OBJS = $(addprefix $(O)/,$(call objects-in,unit)) $(LIB_OBJS)
ERE_OBJS = $(addprefix $(O)/,$(call objects-in,ere)) $(filter %/mem.o %/arena.o %/text.o %/utf8.o %/class.o %/ere.o \
	%/ere_set.o %/ere_match.o,$(LIB_OBJS))
ENV_OBJS = $(O)/tests/env/evaluate.o $(LIB_OBJS)
FUZZ = $(addprefix $(O)/,$(patsubst %.o,%,$(call objects-in,fuzz)))
BENCH = $(addprefix $(O)/tests/tools/bench_,bare calls cpu empty)

# The architectures of Debian's that are built for, those of them that `make check-all` tests, and what a
# binary for each has to pass. What does not run here is skipped. LONG=1 is for `make deps` as well: the
# other compilers take 800 MB.
ARCHES = arm64 i386 $(if $(LONG),amd64 armel armhf mips64el mipsel ppc64el riscv64 s390x)
CHECKED_ARCHES = $(if $(LONG),$(ARCHES),i386)
CROSS_SUITES = run_parts dib_run_parts os_refresh_config refresh_phase process limits lock events \
	environment box
export CROSS = $(abspath $(O))
CROSS_CHECKS = $(foreach arch,$(CHECKED_ARCHES),-u $(arch):$(O)/$(arch)/yes/unit) \
	$(foreach arch,$(CHECKED_ARCHES),$(CROSS_SUITES:%=$(arch):tests/%_test.sh))

LINTS = check-fanalyzer check-clang_tidy check-cppcheck check-shellcheck check-mandoc
.PHONY: unit ere-diff env-eval fuzz deps callers demo readme html cross cross-units deb check check-all check-bare \
	check-cross check-deps check-long check-ramdisk check-reference check-sanitize check-trap \
	check-valgrind check-lint $(LINTS) check-fuzz check-faults check-build sanitize size \
	kconfig-bytes bench bench-tools cost cost-record
unit: ## build everything with all features, and the unit tests: build/yes/unit runs them
	@$(SUB) O=$(O)/yes PRESET=yes all $(O)/yes/unit
ere-diff env-eval:
	@$(SUB) $(O)/$@
fuzz: $(FUZZ)
$(O)/unit: $(UNIT_OBJS)
$(O)/ere-diff: $(ERE_OBJS)
$(O)/env-eval: $(ENV_OBJS)
$(FUZZ): $(LIB_OBJS)
$(BENCH) $(FUZZ): %: %.o
$(O)/unit $(O)/ere-diff $(O)/env-eval $(BENCH) $(FUZZ): $(O)/flags $(O)/config.mk
	$(link)

# Recursive, so that `make deps check` sees the compiler that deps has just installed.
SUB = $(MAKE) --no-print-directory
export CALLERS = $(abspath $(O))/callers
export REFERENCE = $(abspath $(O))/reference
export KERNEL = $(abspath $(O))/kernel/vmlinuz
SUITES = $(sort $(wildcard tests/*_test.sh))
# These need the binary with all features, O/yes/refreshbox.
FULL_SUITES = $(patsubst %,tests/%_test.sh,local_time)
with-features = $(foreach suite,$(1),$(if $(filter $(FULL_SUITES),$(suite)),yes:)$(suite))
# Those that run the binary under test, and those alone.
RUN_SUITES = $(filter-out $(addprefix tests/,$(addsuffix _test.sh,budget build check config cost \
	debian_package faults floors lint manual packaging source valgrind)),$(SUITES))
TRAP = -fsanitize=undefined -fsanitize-undefined-trap-on-error
deps: ## install what the targets need (as root, on Debian, Ubuntu or Alpine)
	@tests/tools/deps.sh
	@tests/tools/reference.sh $(O)/reference || :
	@tests/tools/fetch_run_parts.sh $(O)/run-parts-5.23 || :
	@for arch in $(ARCHES); do tests/tools/cross.sh $(O)/cross/$$arch $$arch || :; done
	@tests/tools/callers.sh $(O)/callers || :
	@tests/tools/kernel.sh $(O)/kernel || :
	@tests/tools/kernel.sh $(O)/kernel/arm64 arm64 || :
	@tests/tools/debian_root.sh $(O)/debian-root || :
	@tests/tools/promtool.sh $(O)/promtool || :
callers: ## fetch the Debian packages that call run-parts, and a kernel of 27 MB, for the tests
	@tests/tools/callers.sh -k $(O)/callers || :
demo: ## run os-refresh-config over tests/demo, well and failing
	@$(SUB) all && REFRESHBOX=$(abspath $(BIN)) tests/demo/demo.sh
readme: ## write into README.md what its commands print now
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) tests/demo/demo.sh >$(O)/demo.out 2>&1
	@tests/tools/ramdisk.sh $(abspath $(BIN)) $(abspath $(O))/kernel/vmlinuz >$(O)/console.out
	@tests/tools/readme.py update README.md demo $(O)/demo.out
	@tests/tools/readme.py update README.md console $(O)/console.out
deb: ## build Debian's packages in O/debian; it needs debhelper
	@tests/packaging/debian.sh $(O)/debian
html: ## make a small site of the manuals in O/html
	@tests/tools/html.sh $(O)/html
# These stop at once where `make deps` was not run.
check check-all check-cross check-faults check-reference check-sanitize check-trap check-valgrind check-lint: \
	check-deps
check-deps:
	@tests/tools/deps.sh --have
# These suites take about a minute or longer each.
check: LEFT_OUT = $(patsubst %,tests/%_test.sh,ansible build completion config debian_package \
	diskimage_builder environment faults jobs_trees lint packaging plot reference)
check: ## run the quick tests, CHECK_JOBS suites at a time; at the end: N passed, N failed
check-all: cross-units ## run all tests
check check-all:
	@$(if $(LEFT_OUT),echo 'make check-all runs these too: $(LEFT_OUT:tests/%_test.sh=%)')
	@$(SUB) all
	@$(SUB) unit
	@REFRESHBOX=$(abspath $(BIN)) tests/tools/check.sh -u $(O)/yes/unit \
		$(if $(LEFT_OUT),,$(CROSS_CHECKS)) $(call with-features,$(filter-out $(LEFT_OUT),$(SUITES)))
cross: ## build O/ARCH/refreshbox for ARCH=arm64, armhf, i386, ... of Debian's, or for all of make deps
	@$(if $(ARCH),tests/tools/cross.sh $(O)/cross/$(ARCH) $(ARCH))
	@for arch in $(or $(ARCH),$(ARCHES)); do \
		[ ! -x $(O)/cross/$$arch/cc ] || \
			$(SUB) O=$(O)/$$arch CC=$(CROSS)/cross/$$arch/cc all || exit; \
	done
cross-units: cross
	@for arch in $(or $(ARCH),$(CHECKED_ARCHES)); do \
		[ ! -x $(O)/cross/$$arch/cc ] || $(SUB) O=$(O)/$$arch/yes PRESET=yes \
			CC=$(CROSS)/cross/$$arch/cc $(O)/$$arch/yes/unit || exit; \
	done
check-cross: CHECKED_ARCHES = $(or $(ARCH),$(ARCHES))
check-cross: cross-units ## run CROSS_SUITES of tests/tests.mk with the binary for ARCH, or for all, by qemu
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) tests/tools/check.sh $(CROSS_CHECKS) tests/cross_test.sh
check-long: export LONG = 1
check-long: export SEED = random
check-long: export SUITE_TIMEOUT = 7200
check-long: deps callers check-all check-sanitize check-build check-fuzz check-reference check-bare ## run all tests, at length
check-faults: ## let each system call of a run fail, wait or be killed; with LONG=1 in every way
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) SUITE_TIMEOUT=7200 tests/tools/check.sh tests/faults_test.sh
check-reference: ## compare run-parts with others, in 20,000 cases that are drawn afresh
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) SEED=random CASES=20000 SUITE_TIMEOUT=7200 \
		tests/tools/check.sh tests/run_parts_reference_test.sh
# The sanitizers' own handlers of these two signals would take the place of an ignored one, and their
# limit of core dumps that of the caller.
check-sanitize: export ASAN_OPTIONS = handle_sigbus=0:handle_sigfpe=0:disable_coredump=0
check-sanitize: check-deps sanitize ## run the tests with the address and undefined behaviour sanitizers
	@REFRESHBOX=$(abspath $(O))/sanitize/refreshbox tests/tools/check.sh \
		-u $(O)/sanitize/unit $(RUN_SUITES)
	@$(SUB) check-trap
check-trap: ## run them with a static binary that undefined behaviour ends
	@$(SUB) O=$(O)/trap PRESET=yes CFLAGS='$(TRAP)' all $(O)/trap/unit
	@REFRESHBOX=$(abspath $(O))/trap/refreshbox tests/tools/check.sh -u $(O)/trap/unit \
		$(RUN_SUITES)
check-valgrind: ## run the unit tests and the applets under valgrind; check does it too
	@$(SUB) all
	@REFRESHBOX=$(abspath $(BIN)) tests/tools/check.sh tests/valgrind_test.sh
check-ramdisk: ## boot initramfs images in qemu; check does it too
	@$(SUB) all
	@[ ! -x $(O)/cross/arm64/cc ] || $(SUB) cross ARCH=arm64
	@REFRESHBOX=$(abspath $(BIN)) tests/tools/check.sh tests/ramdisk_test.sh
check-lint: ## read the sources with the tools of LINTS in tests/tests.mk; check-all does it too
	@tests/tools/check.sh tests/lint_test.sh
$(LINTS): check-%:
	@LINT_ANY=1 tests/tools/lint.sh $*
check-fuzz: ## throw random input at each target in tests/fuzz for FUZZ_SECONDS=60
	@tests/tools/fuzz.sh $(O)/fuzz
check-build: ## build with gcc, clang and musl-gcc, in all presets, warnings being errors
	@tests/tools/builds.sh $(O)/builds
check-bare: ## make bare machines of Debian 12 and 13, and run README's two commands on them (as root)
	@tests/tools/bare.sh $(O)/bare bookworm trixie
sanitize: ## build O/sanitize/refreshbox with the sanitizers; SANITIZE_CC= is the compiler
	@$(SUB) O=$(O)/sanitize CC=$(or $(SANITIZE_CC),gcc) SANITIZE=1 PRESET=yes all \
		$(O)/sanitize/unit
size: ## print the bytes of each configuration, its largest symbols, and each option's
	@tests/tools/size.sh $(O)/size
kconfig-bytes: ## write the measured costs into Kconfig's help texts
	@tests/tools/size.sh --write $(O)/size
bench-tools: $(BENCH)
bench: ## measure CPU time beside a bare loop, other run-parts, parallel starters and the reference programs
	@$(SUB) all bench-tools
	@$(SUB) O=$(O)/yes PRESET=yes all
	@tests/tools/bench.sh $(abspath $(BIN)) $(abspath $(O))/tests/tools $(abspath $(O))/yes/refreshbox
cost: ## count instructions and system calls for each part, in the default configuration
	@$(SUB) O=$(O)/cost PRESET=def all bench-tools >&2
	@CC='$(CC)' tests/tools/cost.sh $(abspath $(O))/cost/refreshbox $(abspath $(O))/cost/tests/tools
cost-record: ## write these counts to tests/cost.record; where they rise, the commit says why
	@mkdir -p $(O)
	@$(SUB) cost >$(O)/cost.record || { cat $(O)/cost.record; exit 1; }
	@cp $(O)/cost.record tests/cost.record
