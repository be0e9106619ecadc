################################################################################
#
# refreshbox, SPDX-License-Identifier: Apache-2.0
#
################################################################################

REFRESHBOX_VERSION = 0.1.0
REFRESHBOX_SITE = $(BR2_EXTERNAL_REFRESHBOX_PATH)/../../..
REFRESHBOX_SITE_METHOD = local
REFRESHBOX_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = \
	--exclude=/build --exclude=/refreshbox --exclude=/.config
REFRESHBOX_LICENSE = Apache-2.0
REFRESHBOX_LICENSE_FILES = LICENSE

REFRESHBOX_APPLETS = OS_REFRESH_CONFIG REFRESH_PHASE DIB_RUN_PARTS RUN_PARTS \
	REFRESH_PLOT

# Buildroot strips the binary itself, and leaves out the manuals.
REFRESHBOX_MAKE_OPTS = \
	$(TARGET_CONFIGURE_OPTS) \
	STRIP=: \
	PREFIX=/usr \
	SET="$(foreach applet,$(REFRESHBOX_APPLETS), \
		$(applet)=$(or $(BR2_PACKAGE_REFRESHBOX_$(applet)),n)) \
		$(call qstrip,$(BR2_PACKAGE_REFRESHBOX_SET))"

# Those have another run-parts. A link or program of theirs in /usr/bin goes;
# one in /bin, where that is another directory, comes later in PATH.
ifeq ($(BR2_PACKAGE_REFRESHBOX_RUN_PARTS),y)
REFRESHBOX_DEPENDENCIES += \
	$(if $(BR2_PACKAGE_BUSYBOX),busybox) \
	$(if $(BR2_PACKAGE_DEBIANUTILS),debianutils)

define REFRESHBOX_REMOVE_RUN_PARTS
	rm -f $(TARGET_DIR)/usr/bin/run-parts
endef
REFRESHBOX_PRE_INSTALL_TARGET_HOOKS += REFRESHBOX_REMOVE_RUN_PARTS
endif

define REFRESHBOX_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) $(REFRESHBOX_MAKE_OPTS)
endef

define REFRESHBOX_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(MAKE) -C $(@D) $(REFRESHBOX_MAKE_OPTS) \
		DESTDIR=$(TARGET_DIR) install
endef

define REFRESHBOX_INSTALL_INIT_SYSTEMD
	$(INSTALL) -D -m 0644 -t $(TARGET_DIR)/usr/lib/systemd/system \
		$(@D)/applets/integration/systemd/refreshbox.service \
		$(@D)/applets/integration/systemd/refreshbox@.service
endef

$(eval $(generic-package))
