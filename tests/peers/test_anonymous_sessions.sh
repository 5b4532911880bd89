#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Anonymous subscribers are promised what named ones are: sessions, across restarts of
# either side, retained messages and wills.  Their peer keeps what was retained to
# itself.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

# Peer 1 publishes, peer 2 has anonymous subscribers, peer 3 has others.
lab start -n 3 -o 'mqtt:PEER_TIMEOUT=3 s' -o 'mqtt:RECONNECT_MAXIMUM=1 s' \
  -o 'mqtt:RETAINED_TAKEOVER=1 s' >&2 || exit 99

publish() { timeout -s KILL 30 gnunet-mqtt-publish -c "$(lab conf 1)" "$@"; }

# subscribe PEER OPTION...
subscribe() {
  timeout -s KILL 300 gnunet-mqtt-subscribe -c "$(lab conf "$1")" -F '%t %p' "${@:2}"
}

# listen NAME PEER OPTION...: a subscriber that stays; what it gets is in $scratch/NAME.
listen() {
  subscribe "$2" -a "${@:3}" >"$scratch/$1" 2>"$scratch/$1.err" &
  started+=("$!")
  until_true grep -q subscribed "$scratch/$1.err"
}

# gets NAME TEXT: the subscriber that stays gets it.
gets() { until_true grep -qxF "$2" "$scratch/$1"; }

# leave: the last one that stays leaves.
leave() {
  kill -s INT "$(pgrep -P "$(pgrep -P "${started[-1]}" -x timeout)")"
  wait "${started[-1]}"
}

# reads TEXT...: the session at peer 2 has these, and nothing else; in this order
# within each topic.
reads() {
  diff <(printf '%s\n' "$@" | sort -s -k 1,1) \
    <({ subscribe 2 -I watch -C $# -W 60; subscribe 2 -I watch -W 2; } | sort -s -k 1,1)
}

service() { timeout -s KILL 20 gnunet-arm -c "$(lab conf "$1")" "$2" mqtt; }

# statistic PEER SERVICE NAME: the value.
statistic() {
  local is
  is=$(timeout -s KILL 20 gnunet-statistics -c "$(lab conf "$1")" -s "$2" -q -n "$3")
  echo $((is))
}

# announced PEER: how often something of the peer was announced by its name.
announced() { statistic "$1" regex '# regex accepting blocks stored'; }

found() {
  listen first 2 --anonymous -I watch -q 2 -t 'secret/#' \
    && publish -t secret/x -q 2 -m first && gets first 'secret/x first' && leave
}
ok 'the session is found' found

subscriber_restarts() {
  publish -t secret/x -q 2 -m away && service 2 -k && publish -t secret/x -q 1 -m down \
    && publish -t secret/y -q 2 -m new && service 2 -i && publish -t secret/x -q 2 -m back \
    && reads 'secret/x away' 'secret/x down' 'secret/y new' 'secret/x back'
}
ok 'it gets what was published while its service was down' subscriber_restarts

both_restart() {
  service 2 -k && publish -t secret/x -q 2 -m left && service 1 -k && service 1 -i \
    && service 2 -i && reads 'secret/x left'
}
ok 'also if the service of the publisher restarts meanwhile' both_restart

# will: somebody at the publisher's peer has one.
will() {
  timeout -s KILL 300 gnunet-mqtt-subscribe -c "$(lab conf 1)" -a -t none -w secret/will \
    -y gone 2>"$scratch/will.err" &
  started+=("$!")
  until_true grep -q subscribed "$scratch/will.err"
}

# holds PEER: it has a will of another peer's.
holds() { (($(statistic "$1" mqtt '# wills of peers held') == 1)); }

vanishes() {
  publish -t secret/kept -r -m kept && will \
    && listen last 2 --anonymous -t 'secret/#' && gets last 'secret/kept kept' \
    && until_true holds 2 && lab kill 1 && gets last 'secret/will gone'
}
ok 'it hears the will of who has vanished' vanishes

alone() {
  listen other 3 -t 'secret/#' || return
  sleep 12
  diff /dev/null "$scratch/other" \
    && diff <(echo 'secret/kept kept') \
      <(subscribe 2 --anonymous -t secret/kept -C 1 -W 20)
}
ok 'what it was told is for its own peer only' alone

# The subscriber at peer 3 is the proof that the figure tells one from the other.
unnamed() {
  echo "announced: peer 2: $(announced 2), peer 3: $(announced 3)"
  (($(announced 2) == 0 && $(announced 3) > 0))
}
ok 'it was never announced by its name' unnamed

finish_lab 2 3
