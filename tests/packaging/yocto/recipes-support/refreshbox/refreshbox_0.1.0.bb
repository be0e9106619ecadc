# SPDX-License-Identifier: Apache-2.0
SUMMARY = "Runs directories of scripts in phases, in ramdisks and containers"
DESCRIPTION = "One static binary that takes the place of OpenStack's os-refresh-config and \
dib-run-parts, and of the run-parts of debianutils."
SECTION = "base"
LICENSE = "Apache-2.0"
LIC_FILES_CHKSUM = "file://LICENSE;md5=3b83ef96387f14655fc854ddc3c6bd57"

# `make dist` puts the source archive into the folder build of the checkout.
FILESEXTRAPATHS:prepend := "${THISDIR}/../../../../../build:"
SRC_URI = "file://${BP}.tar.gz"

inherit systemd update-alternatives

# OpenEmbedded strips the binary itself. CC comes with the options of the machine; CFLAGS and
# LDFLAGS are in the environment.
EXTRA_OEMAKE = "'CC=${CC}' STRIP=: PREFIX=${prefix} BINDIR=${bindir} MANDIR=${mandir}"

do_compile() {
    oe_runmake
}

do_install() {
    oe_runmake DESTDIR=${D} install
    mv ${D}${bindir}/run-parts ${D}${bindir}/run-parts.${BPN}
    install -d ${D}${systemd_system_unitdir}
    install -m 0644 applets/integration/systemd/*.service ${D}${systemd_system_unitdir}
}

PACKAGES =+ "${PN}-run-parts"
FILES:${PN}-run-parts = "${bindir}/run-parts.${BPN} ${mandir}/man8/run-parts.8"
RDEPENDS:${PN}-run-parts = "${PN}"

# It is installed on purpose, so its priority is above debianutils' 60 and busybox's 50.
ALTERNATIVE:${PN}-run-parts = "run-parts"
ALTERNATIVE_LINK_NAME[run-parts] = "${base_bindir}/run-parts"
ALTERNATIVE_TARGET[run-parts] = "${bindir}/run-parts.${BPN}"
ALTERNATIVE_PRIORITY[run-parts] = "70"

# `systemctl enable refreshbox` turns it on.
FILES:${PN} += "${systemd_system_unitdir}"
SYSTEMD_SERVICE:${PN} = "refreshbox.service"
SYSTEMD_AUTO_ENABLE = "disable"
