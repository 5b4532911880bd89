#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Disks that can be full: file systems of a script's own, which nobody else sees and
# which end with it.  To be sourced by the script before it looks at its arguments,
# since it begins once more; TEST_DISKS is no where there is no right to have them.

if [[ -z ${TEST_DISKS:-} ]]; then
  for how in -m -rm; do
    unshare $how mount -t tmpfs none /mnt 2>/dev/null \
      && TEST_DISKS=yes exec unshare $how "$0" "$@"
  done
  TEST_DISKS=no
fi

# make_disk FOLDER SIZE: a new folder, on a disk of its own if there can be one.
make_disk() {
  mkdir "$1" || return
  [[ $TEST_DISKS == no ]] || mount -t tmpfs -o "size=$2" none "$1"
}

# fill_disk FOLDER: until nothing is left.
fill_disk() {
  dd if=/dev/zero of="$1/ballast" bs=64k 2>/dev/null
  dd if=/dev/zero of="$1/ballast" bs=4k oflag=append conv=notrunc 2>/dev/null
  [[ -s $1/ballast ]]
}

make_room() { rm -f "$1/ballast"; }

# drop_disks FOLDER...
drop_disks() { umount -l "$@" 2>/dev/null; }
