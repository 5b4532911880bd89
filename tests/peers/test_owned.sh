#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Retained messages of topics that belong to somebody: what the owner has signed is
# served by other peers when its publisher is gone; what a peer has published with an
# entry only is not.  And a revocation that is only in the owner's zone counts elsewhere.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

# Silence is noticed, peers are tried again, and copies take over sooner than otherwise.
lab start -n 3 -o 'mqtt:PEER_TIMEOUT=3 s' -o 'mqtt:RECONNECT_MAXIMUM=1 s' \
  -o 'mqtt:RETAINED_TAKEOVER=2 s' -i '2:gns:START_ON_DEMAND=NO' || exit 99

# on PEER PROGRAM OPTION...
on() { timeout -s KILL 60 "$2" -c "$(lab conf "$1")" "${@:3}"; }

# listen PEER FILTER: a subscriber that stays.
listen() {
  timeout -s KILL 600 gnunet-mqtt-subscribe -c "$(lab conf "$1")" -t "$2" -F '%t %p' \
    >>"$scratch/$1" &
  started+=($!)
}

# heard PEER TEXT: the subscriber that stays gets it.
heard() { until_true grep -qxF "$2" "$scratch/$1"; }

# counted PEER NAME: what the service has counted under a name.
counted() { on "$1" gnunet-statistics -s mqtt -n "$2" -q; }

ok 'an ego' on 1 gnunet-identity -C alice
ok 'another one, elsewhere' on 3 gnunet-identity -C bob
alice=$(on 1 gnunet-identity -d -q -e alice)
bob=$(on 3 gnunet-identity -d -q -e bob)
entry=$(on 3 gnunet-mqtt-channel grant -e bob -p "$(cat "$scratch/lab/peer1/identity")")

retained() {
  on 1 gnunet-mqtt-publish -r -t "$alice/a" -m signed -E alice \
    && on 1 gnunet-mqtt-publish -r -t "$alice/b" -m old -E alice \
    && on 1 gnunet-mqtt-publish -r -t "$bob/a" -m granted -g "$entry"
}
ok 'retained, by the owner and with an entry' retained

found() {
  listen 2 "$alice/#" && listen 2 "$bob/#" && heard 2 "$alice/a signed" \
    && heard 2 "$alice/b old" && heard 2 "$bob/a granted"
}
ok 'their publisher serves them' found

cleared() {
  on 1 gnunet-mqtt-publish -r -t "$alice/b" -n -E alice && heard 2 "$alice/b "
}
ok 'one is deleted' cleared

# The second peer has a mailed entry, and no GNS, so it does not know better.
ok 'zones are published' on 1 gnunet-arm -i zonemaster
granted=$(on 1 gnunet-mqtt-channel grant -o -e alice -p "$(cat "$scratch/lab/peer2/identity")")
timeout -s KILL 600 gnunet-mqtt-subscribe -c "$(lab conf 3)" -t "$alice/z" >>"$scratch/z" &
started+=($!)

publish_granted() { on 2 gnunet-mqtt-publish -t "$alice/z" -m "$1" -g "$granted"; }
early_heard() { publish_granted early && sleep 0.2 && grep -qx early "$scratch/z"; }
ok 'what it was granted is heard' until_true early_heard

ok 'it is revoked in the zone' on 1 gnunet-mqtt-channel revoke -e alice \
  -p "$(cat "$scratch/lab/peer2/identity")"
# dropped: what comes is dropped, two minutes later at the most.
dropped() {
  local end=$((SECONDS + 130))
  until (($(counted 3 '# messages dropped: topic of somebody else') > 0)); do
    ((SECONDS < end)) && publish_granted early || return
    sleep 0.2
  done
}
ok 'who looks there drops what comes' dropped
not_heard() {
  publish_granted late && sleep 1 \
    && (($(counted 3 '# topics of somebody else refused to peers') > 0)) \
    && ! grep late "$scratch/z"
}
ok 'and hears nothing more' not_heard

ok 'the publisher is gone for good' lab kill 1

# signed_only: the new subscriber is told what is signed, and nothing else.
signed_only() {
  listen 3 "$bob/#" && listen 3 "$alice/#" && heard 3 "$alice/a signed" && sleep 3 \
    && [[ $(<"$scratch/3") == "$alice/a signed" ]] && return
  cat "$scratch/3"
  return 1
}
ok 'another peer serves what is signed' signed_only

refused() {
  local _
  for _ in {1..40}; do
    (($(counted 3 '# retained messages refused: topic of somebody else') > 0)) && return
    sleep 1
  done
  on 3 gnunet-statistics -s mqtt
  return 1
}
ok 'what is not signed is refused, and counted' refused

finish_lab 2 3
