#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# The disk under a peer's store is full: what would have to be on it is refused, with
# the reason, what needs no disk goes on, also to other peers, and so does everything
# once there is room.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/proof/disks.sh
. "$(dirname "$0")/../proof/disks.sh"
[[ $TEST_DISKS == yes ]] || { echo '1..0 # SKIP no right to mount a disk'; exit 77; }
# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"
trap 'drop_disks "$scratch/disk"; clean_up' EXIT

make_disk "$scratch/disk" 16m || exit 99
# The second peer has another disk.
lab start -n 2 -i "1:mqtt:STORE=$scratch/disk/store.sqlite" >&2 || exit 99
head -c 65536 /dev/zero | tr '\0' x >"$scratch/large"

publish() { timeout -s KILL 60 gnunet-mqtt-publish -c "$(lab conf 1)" "$@"; }
# much QOS COUNT: messages that stay in the store, for a session that is away.
much() { publish -t away/x -q "$1" -f "$scratch/large" -R "$2"; }
away() { timeout -s KILL 60 gnunet-mqtt-subscribe -c "$(lab conf 1)" -I away "$@"; }

# far QOS TEXT: a message arrives at the other peer.
far() { publish -t far -q "$1" -m "$2" && until_true grep -qxF "$2" "$scratch/far"; }

number=0
found() { publish -t far -m "try $((++number))" && sleep 0.3 && [[ -s $scratch/far ]]; }

# counts COUNT: the service says so often that its store cannot be written.
counts() {
  (($(timeout -s KILL 20 gnunet-statistics -c "$(lab conf 1)" -s mqtt -q \
    -n '# store cannot be written') == $1))
}

# kept COUNT: so many messages at least wait for the session, all of them whole.
kept() {
  away -F %l -W 3 >"$scratch/kept"
  sort "$scratch/kept" | uniq -c
  (($(wc -l <"$scratch/kept") >= $1)) && [[ $(sort -u "$scratch/kept") == 65536 ]]
}

timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf 2)" -t far -q 1 \
  >"$scratch/far" &
started+=($!)
away -t 'away/#' -q 2 -W 2
ok 'the other peer is found' until_true found
ok 'QoS 1 arrives there' far 1 'before, at QoS 1'
ok 'QoS 2 waits for a session that is away' much 2 20

ok 'the disk is full' fill_disk "$scratch/disk"
ok 'QoS 1 is refused' fails 4 disk much 1 1000
ok 'so it is the next time' fails 4 disk much 1 1000
ok 'and QoS 2' fails 4 disk much 2 1000
ok 'QoS 0 goes on' far 0 'meanwhile, at QoS 0'
ok 'the service tells that it cannot write' until_true counts 1

ok 'there is room again' make_room "$scratch/disk"
ok 'the service can write again' until_true counts 0
ok 'QoS 1 goes on' far 1 'afterwards, at QoS 1'
ok 'also for the session that is away' much 1 20
ok 'which has all that was taken' kept 40

finish_lab 1 2
