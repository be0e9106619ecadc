#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# html.sh DIR: makes a small site of the manuals in applets/ in DIR, with an index.
set -eu

dir=$1
tools=$(cd "$(dirname "$0")" && pwd)
applets=$tools/../../applets
command -v mandoc >/dev/null || { echo 'html: this needs mandoc (make deps)' >&2; exit 1; }

mkdir -p "$dir"
rm -f "$dir"/*.html
cp "$tools/html.css" "$dir/style.css"
cp "$applets"/*.[1-8] "$dir"
cd "$dir"

# mandoc links to a page of ours if there is a file of that name, and otherwise to Debian's.
for page in *.[1-8]; do
	: >"$page.html"
done

# begin_page TITLE: the beginning of a page, up to its content.
begin_page() {
	cat <<END
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$1</title>
<link rel="stylesheet" href="style.css">
</head>
<body>
END
}

for page in *.[1-8]; do
	name=${page%.*} number=${page##*.}
	{
		begin_page "$name($number)"
		echo '<nav><a href="index.html">refreshbox manuals</a></nav>'
		mandoc -T html -I os=refreshbox -O "fragment,toc,man=%N.%S.html;https://manpages.debian.org/%N.%S" "$page"
		echo '</body></html>'
	} >"$page.new"
	mv "$page.new" "$page.html"
done

# row PAGE: its line of the index, from its section NAME.
row() {
	what=$(sed -n 's/^\.Nd //p' "$1")
	echo "<dt><a href=\"$1.html\">${1%.*}(${1##*.})</a></dt><dd>$what</dd>"
}
{
	begin_page refreshbox
	echo '<h1>refreshbox</h1>'
	echo "<p>$(sed -n 's/^\.Nd \(.\)/\1/p' refreshbox.1 | sed 's/^r/R/').</p>"
	echo '<h2>Start here</h2><dl>'
	row refreshbox.1
	row refreshbox-migration.7
	echo '</dl><h2>Programs</h2><dl>'
	row os-refresh-config.8
	for page in *.[18]; do
		case $page in
		refreshbox.1 | os-refresh-config.8) ;;
		*) row "$page" ;;
		esac
	done
	echo '</dl><h2>Formats, and more</h2><dl>'
	for page in *.[57]; do
		[ "$page" = refreshbox-migration.7 ] || row "$page"
	done
	echo '</dl></body></html>'
} >index.html
rm -- *.[1-8]
