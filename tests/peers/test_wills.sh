#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Wills reach subscribers on other peers once: when a client, a service or a whole
# peer dies, and when a group of peers is split.
# shellcheck disable=SC2317 # functions are called by name

# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"
mortals=()

timeout=4 # seconds
lab start -n 3 --cuttable -o "mqtt:PEER_TIMEOUT=$timeout s" \
  -o 'mqtt:RECONNECT_MAXIMUM=1 s' >&2 || exit 99

# until_true COMMAND...: succeeds as soon as the command does, within 150 s: after a
# split it may take so long until a tunnel is tried anew.
until_true() {
  for _ in {1..1500}; do
    "$@" && return
    sleep 0.1
  done
  echo "in vain: $*"
  return 1
}

# run NAME PEER OPTION...: a subscriber in the background, once it has subscribed; what
# it gets is in $scratch/NAME.
run() {
  local name=$1 peer=$2
  : >"$scratch/$name.err"
  timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf "$peer")" -a "${@:3}" \
    >"$scratch/$name" 2>"$scratch/$name.err" &
  last=$!
  started+=("$last")
  until_true grep -q subscribed "$scratch/$name.err"
}

# client TEXT OPTION...: somebody at the first peer whose will is this text.
client() {
  run "client.$1" 1 -t none -w will/x -y "$1" "${@:2}" && mortals+=("$last")
}

# end SIGNAL: the clients end by a signal.
end() {
  local pid
  for pid in "${mortals[@]}"; do
    kill -s "$1" "$(pgrep -P "$pid")"
    wait "$pid"
  done
  mortals=()
}

# statistic PEER NAME: the value.
statistic() {
  timeout -s KILL 20 gnunet-statistics -c "$(lab conf "$1")" -s mqtt -q -n "$2"
}

# holds PEER COUNT: the peer has so many wills of others.
holds() {
  local is
  is=$(statistic "$1" '# wills of peers held')
  ((${is:-0} == $2))
}
all_hold() { until_true holds 2 "$1" && until_true holds 3 "$1"; }

# gets NAME TEXT: the subscriber gets it.
gets() { until_true grep -qxF "$2" "$scratch/$1"; }
all_get() { gets two "$1" && gets three "$1"; }

# times COUNT TEXT: each has got it so often.
times() {
  local name is
  for name in two three; do
    is=$(grep -cxF "$2" "$scratch/$name")
    ((is == $1)) || { echo "$name got $2 $is times"; return 1; }
  done
}

# linked: what is published at the first peer reaches the others.
number=0
has_got() { grep -qxF "$1" "$scratch/two" && grep -qxF "$1" "$scratch/three"; }
try() {
  local text="try $((++number))"
  timeout -s KILL 30 gnunet-mqtt-publish -c "$(lab conf 1)" -t will/try -m "$text" || return
  for _ in {1..10}; do
    has_got "$text" && return
    sleep 0.1
  done
  return 1
}
linked() { until_true try; }

# The lab calls its folder by a name of its own.
for link in /tmp/gnunet-mqtt-lab-*/lab; do
  [[ $link -ef $scratch/lab ]] && folder=$link
done
service() { pgrep -f "gnunet-service-mqtt -c $folder/peer$1/peer.conf"; }
another_service() { local is; is=$(service "$1") && [[ $is != "$2" ]]; }

restart_service() {
  timeout -s KILL 20 gnunet-arm -c "$(lab conf "$1")" -k mqtt \
    && timeout -s KILL 20 gnunet-arm -c "$(lab conf "$1")" -i mqtt
}

run two 2 -t 'will/#' -q 1 -I watcher
run three 3 -t 'will/#'
ok 'the subscribers are found' linked

goodbye() {
  client goodbye && all_hold 1 && end INT && all_hold 0 && linked && times 0 goodbye
}
ok 'none after a clean goodbye' goodbye

client_dies() {
  client dies && all_hold 1 && end KILL && all_get dies && all_hold 0 && linked && times 1 dies
}
ok 'a client dies' client_dies

client_dies_surely() {
  client surely -Q 1 && all_hold 1 && end KILL && all_get surely && all_hold 0 && linked \
    && times 1 surely
}
ok 'a client with a will at QoS 1 dies' client_dies_surely

retained_will() {
  client kept -Q 1 -K -w will/kept && all_hold 1 && end KILL && all_get kept && all_hold 0 \
    && times 1 kept && run five 3 -t will/kept -F '%r %p' && gets five '1 kept'
}
ok 'a client with a will to be retained dies: later subscribers hear it' retained_will

late_subscriber() {
  client late && all_hold 1 && run four 2 -t 'will/+' && end KILL && gets four late \
    && all_get late && times 1 late
}
ok 'who subscribes after it was told hears it, too' late_subscriber

service_dies() {
  local pid
  client crash && all_hold 1 && pid=$(service 1) && kill -s KILL "$pid" \
    && until_true another_service 1 "$pid" && all_get crash && end INT && linked \
    && all_hold 0 && times 1 crash
}
ok 'the service dies' service_dies

split() {
  client split -Q 1 && all_hold 1 && lab cut 1 && all_get split && lab heal && linked \
    && end KILL && linked && sleep 1 && all_hold 0 && times 1 split
}
ok 'a split: the client lives, and dies when it has healed' split

dies_in_split() {
  client apart -Q 1 && all_hold 1 && lab cut 1 && end KILL && all_get apart && lab heal \
    && linked && sleep 1 && all_hold 0 && times 1 apart
}
ok 'the client dies while the peers are split' dies_in_split

leaves_in_split() {
  client left -I left -x 100 -D 20 && all_hold 1 && lab cut 1 && end INT && sleep $((2 * timeout)) \
    && lab heal && linked && all_hold 0 && times 0 left
}
ok 'the client leaves while the peers are split' leaves_in_split

peer_dies() {
  client vanished && client later -I later -x 100 -D 6 && all_hold 2 && lab kill 1 \
    && all_get vanished && times 0 later && restart_service 3 && all_get later \
    && times 1 vanished && times 1 later
}
ok 'the peer dies; a service that was restarted meanwhile knows its wills' peer_dies

comes_back() {
  end KILL && lab revive 1 && linked && sleep 3 && all_hold 0 && times 1 vanished && times 1 later
}
ok 'the peer comes back: nothing is told twice' comes_back

finish_lab 1 2 3
