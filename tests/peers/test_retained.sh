#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Retained messages between peers: found by late subscribers, replaced, deleted, there
# after a restart and when their publisher is gone, the same everywhere after a split.
# shellcheck disable=SC2317 # functions are called by name

# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

# Silence is noticed, peers are tried again, and copies take over sooner than otherwise.
lab start --cuttable -n 5 -o 'mqtt:PEER_TIMEOUT=3 s' -o 'mqtt:RECONNECT_MAXIMUM=1 s' \
  -o 'mqtt:RETAINED_TAKEOVER=2 s' || exit 99

# retain PEER TOPIC OPTION...: publishes what is to be retained.
retain() {
  timeout -s KILL 30 gnunet-mqtt-publish -c "$(lab conf "$1")" -r -t "$2" "${@:3}"
}

# subscribe PEER OPTION...
subscribe() { timeout -s KILL 60 gnunet-mqtt-subscribe -c "$(lab conf "$1")" "${@:2}"; }

# told PEER FILTER SECONDS: what a new subscriber is told within the time, in order of
# topics.
told() {
  subscribe "$1" -t "$2" -W "$3" -F '%r %t %p' | LC_ALL=C sort
}

# gets PEER FILTER TEXT...: a new subscriber is told these, and nothing else first.
gets() {
  local expected
  expected=$(printf '%s\n' "${@:3}")
  [[ $(subscribe "$1" -t "$2" -W 50 -C $(($# - 2)) -F '%r %t %p' | LC_ALL=C sort) \
    == "$expected" ]] && return
  echo "peer $1 was told:"
  told "$1" "$2" 2
  return 1
}

# listen PEER FILTER: a subscriber that stays.
listen() {
  timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf "$1")" -t "$2" -F '%r %t %p' \
    >>"$scratch/$1" &
  started+=($!)
}

# heard PEER TEXT: the subscriber that stays gets it within some time.
heard() {
  local _
  for _ in {1..400}; do
    grep -qxF "$2" "$scratch/$1" && return
    sleep 0.05
  done
  cat "$scratch/$1"
  return 1
}

# same FILTER TEXT PEER...: within 30 s a new subscriber at any of the peers is told
# this.
same() {
  local filter=$1 expected=$2 peer is end=$((SECONDS + 30))
  shift 2
  for peer; do
    while is=$(told "$peer" "$filter" 1); [[ $is != "$expected" ]]; do
      ((SECONDS < end)) && continue
      printf 'peer %s has:\n%s\n' "$peer" "$is"
      return 1
    done
  done
}

late() {
  retain 1 late/one/x -m first && retain 1 late/two -q 1 -m second \
    && gets 2 late/one/x '1 late/one/x first' \
    && gets 3 'late/#' '1 late/one/x first' '1 late/two second' \
    && gets 4 '+/two' '1 late/two second'
}
ok 'late subscribers, literal and with wildcards' late

live() {
  listen 2 live && sleep 1 && retain 1 live -m one && heard 2 '0 live one' \
    && retain 3 live -q 2 -m two && heard 2 '0 live two'
}
ok 'those who subscribe get no retain flag' live
ok 'the newest of two publishers wins, where it was not published' \
  gets 4 live '1 live two'
ok 'and where an older one was' same live '1 live two' 1 2 3

cleared() {
  retain 4 live -n && heard 2 '0 live ' && same live '' 1 2 3 4
}
ok 'deletion' cleared

restart_service() {
  timeout -s KILL 20 gnunet-arm -c "$(lab conf "$1")" -k mqtt \
    && timeout -s KILL 20 gnunet-arm -c "$(lab conf "$1")" -i mqtt
}

restarted() {
  retain 3 again/x -m kept && restart_service 3 && gets 4 'again/+' '1 again/x kept'
}
ok 'the publisher is restarted' restarted

# halves: each side of a split retains, replaces and deletes.
halves() {
  retain 1 half/a -m old && retain 3 half/b -m old && retain 3 half/c -m old \
    && same 'half/#' $'1 half/a old\n1 half/b old\n1 half/c old' 2 4 \
    && listen 2 'half/#' && listen 4 'half/#' && heard 2 '1 half/c old' \
    && heard 4 '1 half/a old' && lab cut 1 2 && sleep 4 \
    && retain 4 half/a -m four && retain 2 half/a -m two && retain 2 half/b -n \
    && retain 3 half/c -q 1 -m three && retain 1 half/d -m one && lab heal \
    && same 'half/#' $'1 half/a two\n1 half/c three\n1 half/d one' 1 2 3 4
}
ok 'after a split all have the same' halves

# Peer 5 is new to it all: nobody has subscribed or published there before.
gone() {
  retain 1 gone/x -m left && listen 2 'gone/#' && heard 2 '1 gone/x left' && lab kill 1 \
    && gets 4 gone/x '1 gone/x left' && gets 3 'gone/+' '1 gone/x left' \
    && gets 5 'gone/#' '1 gone/x left'
}
ok 'the publisher is gone for good' gone

finish_lab 2 3 4 5
