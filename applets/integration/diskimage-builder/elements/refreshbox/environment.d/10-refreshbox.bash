# SPDX-License-Identifier: Apache-2.0
export DIB_REFRESHBOX=${DIB_REFRESHBOX:-}
DIB_REFRESHBOX_APPLETS=${DIB_REFRESHBOX_APPLETS:-os-refresh-config refresh-phase dib-run-parts}
export DIB_REFRESHBOX_APPLETS
