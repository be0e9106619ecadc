# SPDX-License-Identifier: Apache-2.0
# This stands for the part of Buildroot that our external tree uses: `make -f` it with MK=, the file
# of the package, CONFIG=, what Kconfig made, and BUILD=, a folder with the sources. As in
# Buildroot, $(@D) is that folder.
TARGET_DIR = $(BUILD)/target
TARGET_CONFIGURE_OPTS = CC="$(TARGET_CC)" STRIP=false CFLAGS="-O2 -g0" LDFLAGS=""
TARGET_MAKE_ENV = PATH="$(PATH)"
INSTALL = install
qstrip = $(strip $(subst ",,$(1)))
define generic-package
$$(BUILD)/.stamp_installed:
	$$(REFRESHBOX_BUILD_CMDS)
	$$(foreach hook,$$(REFRESHBOX_PRE_INSTALL_TARGET_HOOKS),$$($$(hook))$$(newline))
	$$(REFRESHBOX_INSTALL_TARGET_CMDS)
	$$(REFRESHBOX_INSTALL_INIT_SYSTEMD)
endef
define newline


endef
all: $(BUILD)/.stamp_installed
include $(CONFIG) $(MK)
print-%:
	@echo '$($*)'
