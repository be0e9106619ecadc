#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# mirror.sh: prints the mirror of Debian that this machine's apt uses. Fails where there is none.
cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
	grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1 | grep .
