#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# A peer dies without a goodbye, all its processes at once, and comes back.
# shellcheck disable=SC2317 # functions are called by name

# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

# Silence is noticed and peers are tried again sooner than otherwise.
lab start -n 3 -o 'mqtt:PEER_TIMEOUT=4 s' -o 'mqtt:RECONNECT_MAXIMUM=1 s' \
  || exit 99

# listen PEER NAME: a subscriber in the background; what it gets is in
# $scratch/NAME.
listen() {
  : >"$scratch/$2"
  timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf "$1")" -t 'news/#' \
    >>"$scratch/$2" &
  started+=($!)
}

publish() {
  timeout -s KILL 30 gnunet-mqtt-publish -c "$(lab conf 1)" -t news/today -m "$1"
}

# gets NAME TEXT: the subscriber gets it within some time.
gets() {
  local _
  for _ in {1..400}; do
    grep -qxF "$2" "$scratch/$1" && return
    sleep 0.05
  done
  echo "$1 has not got '$2', but:"
  cat "$scratch/$1"
  return 1
}

# found NAME: of what is published until then, the subscriber gets something.
number=0
found() {
  local before _
  before=$(wc -l <"$scratch/$1")
  for _ in {1..400}; do
    publish "try $((++number))" || return
    (($(wc -l <"$scratch/$1") > before)) && return
    sleep 0.5
  done
  echo "$1 gets nothing"
  return 1
}

once() { [[ -z $(sort "$scratch/$1" | uniq -d) ]]; }

listen 2 two
listen 3 three
ok 'the second peer is found' found two
ok 'the third peer is found' found three
ok 'a message is published' publish first
ok 'it arrives at the second peer' gets two first
ok 'it arrives at the third peer' gets three first

ok 'the second peer dies' lab kill 2
ok 'a message is published at once' publish second
ok 'it arrives at the third peer' gets three second
sleep 6 # more than PEER_TIMEOUT
ok 'a message is published after its death was noticed' publish third
ok 'it arrives at the third peer' gets three third

ok 'the second peer comes back' lab revive 2
listen 2 new
ok 'its new subscription is found' found new
ok 'a message is published' publish fourth
ok 'it arrives at the second peer' gets new fourth
ok 'it arrives at the third peer' gets three fourth
ok 'the subscriber from before was served again' gets two fourth

ok 'nothing arrived twice at the second peer' once new
ok 'nothing arrived twice at the third peer' once three

finish_lab 1 2 3
