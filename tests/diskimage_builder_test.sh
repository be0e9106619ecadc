#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# diskimage-builder makes whole images with our dib-run-parts in the place of its own, and with the
# element of applets/integration in them. Nothing outside of a private root is mounted or written.
# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ELEMENTS=$TESTS/../applets/integration/diskimage-builder/elements
# The runner in Debian's package; disk-image-create knows no other place.
RUNNER=/usr/lib/python3/dist-packages/diskimage_builder/lib/dib-run-parts

NETWORK=

cannot_run() {
	for program in disk-image-create findmnt git; do
		has_program "$program" || { echo "there is no $program"; return; }
	done
	[ -x "$RUNNER" ] || { echo "there is no $RUNNER"; return; }
	[ -x /bin/busybox ] || { echo 'there is no /bin/busybox'; return; }
	has_applet dib-run-parts || { echo 'dib-run-parts is not built in'; return; }
	is_root || { echo 'diskimage-builder has to be root'; return; }
	in_root true 2>&1
}

# needs_builder: can images be built here? Then there is a private root for it.
needs_builder() {
	needs_static || return 1
	mkdir -p root/etc root/root root/tmp root/work layer/usr/bin
	reason=$(cannot_run)
	[ -z "$reason" ] || { echo "skipped: $reason"; return 1; }
	cp -R /etc/alternatives root/etc
	grep '^root:' /etc/passwd >root/etc/passwd
	grep '^root:' /etc/group >root/etc/group
	cp "$REFRESHBOX" layer/usr/bin/refreshbox
	# We are root already, and sudo has to be neither installed nor configured.
	script layer/usr/bin/sudo '[ "$1" != -E ] || shift; exec "$@"'
	mkdir root/elements
	cp -R "$ELEMENTS/." root/elements
	without_block_device
}

# An element for images that are no more than a tar file. diskimage-builder would make a loop
# device, which all of the machine would see; and it asks later where the file behind that is.
without_block_device() {
	script root/elements/no-block-device/block-device.d/10-none 'set -e
		mkdir -p "$TMP_BUILD_DIR/mnt"
		cd "$TMP_BUILD_DIR/states/block-device"
		echo "{\"blockdev\": {\"image0\": {\"image\": \"none\"}}}" >state.json
		"$DIB_PYTHON_EXEC" -c "import pickle
pickle.dump([], open(\"nodes.pickle\", \"wb\"))"
		echo IMAGE_BLOCK_DEVICE=/dev/null'
}

# our_runner: from now on, ours is the runner.
our_runner() {
	mkdir -p "layer$(dirname "$RUNNER")"
	cp "$REFRESHBOX" "layer$RUNNER"
}

# in_root COMMAND [ARGUMENT]...: runs it in the private root, in the folder /work there. Its /dev is
# one file system, because diskimage-builder gives the image the same by a bind mount. NETWORK is
# empty, or the option for a network.
in_root() {
	# shellcheck disable=SC2086 # one option or none
	"$TESTS/tools/private_root.sh" $NETWORK root layer sh -ec '
		mount -t tmpfs -o mode=755 dev /dev
		for device in null:3 zero:5 full:7 random:8 urandom:9; do
			mknod -m 666 /dev/${device%:*} c 1 ${device#*:}
		done
		ln -s /proc/self/fd /dev/fd
		mkdir /dev/pts /dev/shm
		mount -t devpts -o newinstance,ptmxmode=666 devpts /dev/pts
		cd /work
		exec "$@"' sh "$@"
}

# build NAME VARIABLE=VALUE... COMMAND...: builds root/work/image.tar, and leaves what it prints in
# root/work/NAME.log.
build() {
	name=$1
	shift
	run in_root env ELEMENTS_PATH=/elements DIB_NO_TIMESTAMP=1 DIB_RUN_PARTS_LOG=plain "$@"
	cat "$SUITE/out" >>"$SUITE/err"
	cp "$SUITE/err" "root/work/$name.log"
}

# small NAME [VARIABLE=VALUE]...: builds the image of the element "small" and ours.
small() {
	name=$1
	shift
	build "$name" "$@" disk-image-create --no-tmpfs -n -t tar -o image \
		small no-block-device refreshbox
}

# element_small: an element that makes a root of busybox, with a script that says its name in each
# phase.
element_small() {
	small=root/elements/small
	file $small/element-provides 'operating-system\n'
	script $small/root.d/10-root 'set -e
		cd "$TARGET_ROOT"
		mkdir -p bin dev etc lib proc root sys tmp usr/bin var/log
		cp /bin/busybox bin
		chroot . /bin/busybox --install -s /bin'
	file $small/environment.d/20-greeting.bash 'export GREETING=${GREETING:-hello}\n'
	for phase in root extra-data pre-install install post-install post-root block-device \
		pre-finalise finalise cleanup; do
		for name in 05-first 50-b 50-a 90-last; do
			script $small/$phase.d/$name "echo \"$phase $name says \$GREETING\""
		done
		file $small/$phase.d/60-no-script 'text\n'
	done
	script $small/os-refresh-config/configure.d/10-tell 'echo "configured in the image"'
}

# with_bash: the root has what the original runner needs as well: bash, and GNU's programs.
with_bash() {
	script root/elements/small/root.d/20-bash 'set -e
		for name in bash find grep sort date awk mktemp cat basename rm sed; do
			program=$(command -v $name)
			rm -f "$TARGET_ROOT/bin/$name"
			cp -L $program "$TARGET_ROOT/bin/$name"
			ldd $program | grep -oE "/[^ ]+" | while read -r library; do
				mkdir -p "$TARGET_ROOT$(dirname $library)"
				cp -L $library "$TARGET_ROOT$library"
			done
		done'
}

# runner_lines NAME: what the runner has logged, without times and the random name of a folder.
# bash shows its commands in the lines that begin with "+".
runner_lines() {
	sed -nE 's/^(dib-run-parts .*[^ ]) +[0-9]+\.[0-9]{3}$/\1/
		s/dib_build\.[A-Za-z0-9]+/dib_build/
		/^dib-run-parts /p' "root/work/$1.log"
}

# expect_same_runs ONE OTHER: both have run the same scripts in the same order, with the same tables
# of seconds but for the seconds.
expect_same_runs() {
	for one in "$1" "$2"; do
		runner_lines "$one" >"$one.lines"
	done
	assertEquals 'the log of the runner' '' "$(diff "$1.lines" "$2.lines" | head -n 20)"
}

# listed TAR: its files, with their modes, owners and sizes.
listed() {
	tar -tvf "$1" | sed -E 's/ [0-9-]{10} [0-9:]{5} / /' | sort
}

# theirs: builds with the original runner. Now and then it prints a line in the middle of which a script
# prints another one; then all is done again.
theirs() {
	for _ in 1 2 3 4 5; do
		small theirs
		[ "$(grep -cE '^[a-z-]+ [0-9a-z-]+ says hello$' root/work/theirs.log)" -ne 40 ] || return
	done
}

test_the_same_runs_as_with_the_runner_of_diskimage_builder() {
	needs_builder || return 0
	element_small
	with_bash
	theirs
	expect 0
	listed root/work/image.tar >theirs.files
	our_runner
	small ours
	expect 0
	expect_log 'Build completed successfully'
	expect_same_runs theirs ours
	assertEquals 'what the image has' "$(cat theirs.files)" "$(listed root/work/image.tar)"
	assertEquals 'what scripts print' "$(grep ' says ' root/work/theirs.log)" \
		"$(grep ' says ' root/work/ours.log)"
	# Nothing would be compared if nothing were found.
	assertEquals 40 "$(grep -c ' says hello$' root/work/ours.log)"
	assertEquals 46 "$(grep -c ' Running ' ours.lines)"
	assertEquals 10 "$(grep -c ' END PROFILING ' ours.lines)"
}

# The original cannot do this: it needs bash.
test_an_image_of_busybox_alone() {
	needs_builder || return 0
	element_small
	our_runner
	small image GREETING='good morning'
	expect 0
	expect_log 'finalise 90-last says good morning'
	mkdir image
	tar -C image -xf root/work/image.tar
	assertTrue 'the binary' "cmp '$REFRESHBOX' image/usr/bin/refreshbox"
	assertEquals 'the links' 'dib-run-parts os-refresh-config refresh-phase' \
		"$(cd image/usr/bin && find . -type l | sed 's|.*/||' | sort | paste -sd ' ')"
	run chroot image /usr/bin/os-refresh-config --lockfile /lock --strict
	expect 0 'configured in the image'
}

test_a_failing_script_ends_the_build_and_is_named() {
	needs_builder || return 0
	element_small
	our_runner
	script root/elements/small/install.d/50-a 'exit 3'
	small image DIB_RUN_PARTS_LOG=
	expect 3
	script=/tmp/in_target.d/install.d/50-a
	assertTrue 'a date' "undated <'$SUITE/err' | grep -qx 'dib-run-parts Running $script'"
	assertTrue 'no date' "! grep -x 'dib-run-parts Running $script' '$SUITE/err'"
	expect_log '20-greeting.bash sets: GREETING'
	expect_log "ERROR: Script $script failed with exit status 3 after "
	expect_no_log 'Running /tmp/in_target.d/install.d/50-b'
	assertFalse 'there is an image' '[ -e root/work/image.tar ]'
}

test_the_choices_of_the_element() {
	needs_builder || return 0
	element_small
	our_runner
	small none DIB_REFRESHBOX=/nowhere
	expect 1
	expect_log "refreshbox: DIB_REFRESHBOX has to be the path of the binary, and is '/nowhere'"
	cp "$REFRESHBOX" root/work/mine
	small image DIB_REFRESHBOX=/work/mine DIB_REFRESHBOX_APPLETS=refresh-phase
	expect 0
	assertEquals './usr/bin/refresh-phase ./usr/bin/refreshbox' \
		"$(tar -tf root/work/image.tar | grep '^./usr/bin/.' | sort | paste -sd ' ')"
	# busybox has a run-parts, which is not replaced.
	script root/elements/small/root.d/20-taken \
		'cp /bin/busybox "$TARGET_ROOT/usr/bin/run-parts"'
	small taken DIB_REFRESHBOX_APPLETS=run-parts
	expect 1
	expect_log 'refreshbox --install: /usr/bin/run-parts: '
}

# lint: leaves what dib-lint says of root/elements/refreshbox.
lint() {
	mkdir -p root/lint
	rm -rf root/lint/refreshbox
	cp -R root/elements/refreshbox root/lint
	run in_root env ELEMENTS_DIR=/lint LIB_DIR=/lint dib-lint
}

test_dib_lint_has_nothing_to_say() {
	needs_builder || return 0
	ln -s python3 layer/usr/bin/python
	lint
	expect 0
	assertContains "$(tail -n 1 "$SUITE/out")" PASS
	assertNotContains "$(cat "$SUITE/out")" ERROR
	file root/elements/refreshbox/install.d/20-fault '#!/bin/bash\n   echo\n'
	lint
	expect 1
	assertContains "$(cat "$SUITE/out")" '20-fault is not executable'
}

# debian NAME: builds an image of Debian, from the mirror that this machine uses.
debian() {
	build "$1" DIB_RELEASE="$release" DIB_DISTRIBUTION_MIRROR="$mirror" \
		DIB_APT_SOURCES_CONF="default:deb $mirror $release main" \
		disk-image-create --no-tmpfs -t tar -o image \
		debian-minimal no-block-device refreshbox
	expect 0
	expect_log 'Build completed successfully'
	tar -tf root/work/image.tar ./boot ./usr/bin/os-refresh-config >/dev/null ||
		fail 'it lacks files'
	rm root/work/image.tar
}

test_debian() {
	[ -n "${LONG-}" ] || { echo 'skipped: make check-long runs this'; return 0; }
	needs_builder || return 0
	mirror=$("$TESTS/tools/mirror.sh") || {
		echo 'skipped: apt has no mirror of Debian'
		return 0
	}
	release=bookworm NETWORK=--network
	cp -RL /etc/resolv.conf /etc/hosts /etc/nsswitch.conf /etc/ssl root/etc
	debian theirs
	our_runner
	debian ours
	NETWORK=
	expect_same_runs theirs ours
	assertTrue "$(cat ours.lines)" '[ "$(grep -c " Running " ours.lines)" -gt 40 ]'
}

# shellcheck source=/dev/null
. shunit2
