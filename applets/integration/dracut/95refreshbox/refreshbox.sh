#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# This runs the phases in the initramfs, before the root file system is mounted. dracut sources it, so
# it must not exit. If a phase fails, the boot stops with dracut's emergency shell.

os-refresh-config || die 'refreshbox: a phase has failed, as the lines above say'
