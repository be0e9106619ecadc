#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# download.sh [PACKAGE]...: downloads packages of this Debian into the working directory. Nothing is
# installed. Fails, with the reason on stderr, where one of them cannot be had, or this is no Debian.
set -eu

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
	echo 'download: only Debian has the packages' >&2
	exit 1
fi
[ $# -gt 0 ] || exit 0
timeout 300 apt-get -qq -o Acquire::Retries=0 -o Acquire::http::Timeout=20 \
	-o APT::Sandbox::User=root download "$@"
