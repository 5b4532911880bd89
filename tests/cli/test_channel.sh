#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# gnunet-mqtt-channel: an owner lets peers publish to his topics, and forbids it.
# At one real peer, with its identity and namestore services.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/cli/one_peer.sh
. "$(dirname "$0")/one_peer.sh"

channel() { timeout -s KILL 60 gnunet-mqtt-channel -c "$conf" "$@"; }
zone() { timeout -s KILL 60 gnunet-namestore -c "$conf" -z "$1" -D "${@:2}"; }

# keeps FILE COMMAND...: the command succeeds, and what it prints is kept.
keeps() {
  "${@:2}" </dev/null >"$scratch/$1"
}

# prints COMMAND PATTERN...: what it prints has lines that match, and it succeeds.
prints() {
  local out pattern
  out=$($1 </dev/null) || return
  printf '%s\n' "$out"
  for pattern in "${@:2}"; do
    grep -qE -- "$pattern" <<<"$out" || { echo "no line '$pattern'"; return 1; }
  done
}

lines() { (($(wc -l <"$scratch/$2") == $1)); }
text() { cat "$scratch/$1"; }

serial() { channel show "$(text "$1")" | sed -n 's/^serial: //p'; }

# believed EGO SECONDS FILE: for so long others believe the entry that is in the zone.
believed() { zone "$1" -r | grep -F "TXT $(($2 * 1000000)) " | grep -F "$(text "$3")"; }
newer() { (($(serial "$1") > $(serial "$2"))); }

# Are there keys of both types?
both_types() {
  local keys
  keys=$(timeout -s KILL 60 gnunet-identity -c "$conf" -d)
  [[ $keys == *' 000G00'* && $keys == *' 000G05'* ]]
}

# A peer that nobody has met.
peer=4RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG
other=5RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG

# ---------------------------------------------------------------- wrong use

ok 'help' fails 0 'Exit codes' gnunet-mqtt-channel --help
ok 'version' fails 0 ' v' gnunet-mqtt-channel --version
ok 'no command' fails 1 'a command is needed' channel
ok 'no such command' fails 1 'a command is needed' channel permit
ok 'no ego' fails 1 '-e EGO' channel grant -p "$peer"
ok 'no peer' fails 1 '-p PEER' channel grant -e alice
ok 'not a peer' fails 1 'not a peer' channel grant -e alice -p "${peer%?}"
ok 'stray argument' fails 1 'no option' channel grant -e alice -p "$peer" x
ok 'wildcard' fails 1 'is wrong at byte' channel grant -e alice -p "$peer" -t 'a/#'
ok 'expiry of 0' fails 1 'from 1' channel grant -e alice -p "$peer" -x 0
ok 'show: not an entry' fails 5 'not a channel entry' channel show hello
ok 'no such ego' fails 4 'no ego "nobody"' channel list -e nobody

# ------------------------------------------------------------ both key types

# owner NAME: grants, lists, shows and revokes as this ego.
owner() {
  local ego=$1
  ok "$ego: grants" keeps grant channel grant -e "$ego" -p "$peer" -t news
  ok "$ego: prints one line" lines 1 grant
  ok "$ego: the entry is good" prints "channel show $(text grant)" '^grant$' \
    "^peer: $peer\$" '^topics: /[0-9A-Z]{58}/news$' '^from: always$' \
    '^until: [A-Z][a-z]{2} '
  fold -w 60 "$scratch/grant" | sed 's/$/ \r/' >"$scratch/mailed"
  ok "$ego: also when mailed" eval "channel show <'$scratch/mailed' | grep news"
  ok "$ego: not when cut" fails 5 'only a part' channel show "$(head -c 200 "$scratch/grant")"
  ok "$ego: it is in the zone" eval "zone $ego | grep -F '$(text grant)'"
  ok "$ego: for a minute at a time" believed "$ego" 60 grant
  ok "$ego: it is listed" prints "channel list -e $ego" "^granted.$peer.*.news."
  ok "$ego: grants another" keeps all channel grant -e "$ego" -p "$other" -F
  ok "$ego: for ever" prints "channel show $(text all)" '^until: never$'
  ok "$ego: both are listed" eval "channel list -e $ego >'$scratch/list' &&
    lines 2 list"
  ok "$ego: revokes" keeps revocation channel revoke -e "$ego" -p "$peer"
  ok "$ego: the revocation is newer" newer revocation grant
  ok "$ego: it stands in the grant's place" prints "channel list -e $ego" \
    "^revoked.$peer" "^granted.$other"
  ok "$ego: in the zone, too" eval "! zone $ego | grep -F '$(text grant)'"
  ok "$ego: for an hour at a time" believed "$ego" 3600 revocation
  ok "$ego: grants a part again" keeps part channel grant -e "$ego" -p "$peer" -t part
  ok "$ego: that does not shorten it" believed "$ego" 3600 revocation
  ok "$ego: nor can it do so later" believed "$ego" 3600 part
  ok "$ego: grants again, offline" keeps again channel grant -e "$ego" -p "$peer" -o -d 60
  ok "$ego: that is not in the zone" eval "! zone $ego | grep -F '$(text again)'"
  ok "$ego: good later" prints "channel show $(text again)" '^from: [A-Z][a-z]{2} '
}

ok 'an ego with a PKEY' timeout -s KILL 60 gnunet-identity -c "$conf" -C alice
ok 'an ego with an EDKEY' timeout -s KILL 60 gnunet-identity -c "$conf" -X -C bob
owner alice
owner bob
ok 'they have keys of two types' both_types

# in_dht OPTION...: is there a block of our type in the DHT's traffic, when somebody is
# revoked with these options?
in_dht() {
  local monitor
  timeout -s KILL 60 gnunet-dht-monitor -c "$conf" -t 19793 -T '3 s' >"$scratch/dht" &
  monitor=$!
  for _ in {1..5}; do
    channel revoke -e bob -p "$other" "$@" || break
    sleep 0.3
  done
  wait "$monitor"
  grep -q '^PUT .*type 19793' "$scratch/dht"
}
not_in_dht() { ! in_dht "$@"; }
ok 'into the DHT, too' in_dht --dht
ok 'offline, but into the DHT' in_dht --dht --offline
ok 'not unless asked for' not_in_dht
ok 'listing does not' fails 1 'are for grant' channel list -e bob --dht

# ------------------------------------------------------------- publishing

key() { timeout -s KILL 60 gnunet-identity -c "$conf" -d -q -e "$1"; }
key_of_alice=$(key alice) key_of_bob=$(key bob)
self=$(cat "$scratch/lab/peer1/identity")

# hears TOPIC OPTION...: what is published with the options, a subscriber gets.
hears() {
  printf 'x' >"$scratch/expected"
  listen -t "$1" -C 1 -N -F %p || return
  publish -t "$1" -m x "${@:2}" || return
  heard 0 "$scratch/expected"
}

refused() { fails 4 'not authorized' publish -t "$1" -m x "${@:2}"; }

ok 'identity of this peer' test -n "$self"
ok 'without an entry: refused' refused "/$key_of_alice/news"
ok 'no leading empty level: refused' refused "$key_of_alice/news"
ok 'as a will: refused' fails 4 'not authorized' \
  publish -t free -m x -I me -w "/$key_of_alice/gone" -y gone
ok 'another ego: refused' refused "/$key_of_alice/news" -E bob
ok 'no such ego' fails 1 'no ego "nobody"' publish -t "/$key_of_bob/a" -m x -E nobody
ok 'the ego' hears "/$key_of_bob/news" -E bob
ok 'no leading empty level' hears "$key_of_bob/news" -E bob
ok 'in a session, at QoS 2' hears "/$key_of_bob/news" -E bob -I me -q 2
ok 'grants this peer' keeps grant channel grant -e alice -p "$self" -t news
ok 'not an entry' fails 1 'not a good channel entry' \
  publish -t "/$key_of_alice/news" -m x -g nonsense
ok 'an entry for another peer: refused' refused "/$key_of_alice/news" -g "$(text all)"
ok 'a mailed entry' hears "/$key_of_alice/news/today" -g "$(text grant)"
ok 'it is remembered' hears "/$key_of_alice/news"
ok 'another prefix: refused' refused "/$key_of_alice/newspaper"
ok 'revokes' keeps revocation channel revoke -e alice -p "$self"
ok 'revoked: refused' refused "/$key_of_alice/news" -g "$(text revocation)"
ok 'the old entry: refused' fails 4 'newer' \
  publish -t "/$key_of_alice/news" -m x -g "$(text grant)"
ok 'the ego can always' hears "/$key_of_alice/news" -E alice

# Refused once, since nobody has looked into the zone yet.  A lab's peers do not
# publish zones unless told to.
ok 'zones are published' timeout -s KILL 60 gnunet-arm -c "$conf" -i zonemaster
ok 'a third ego' timeout -s KILL 60 gnunet-identity -c "$conf" -C carol
key_of_carol=$(key carol)
ok 'grants this peer, too' keeps grant channel grant -e carol -p "$self"
# The zone is looked into once a minute: not before there is something in it.
in_gns() {
  local out
  out=$(timeout 5 gnunet-gns -c "$conf" -t TXT \
    -u "mqtt-${self,,}.$key_of_carol")
  [[ $out == *gnunet://mqtt/entry/* ]]
}
ok 'GNS knows it' until_true in_gns
ok 'what is in the zone only is found' \
  until_true publish -t "$key_of_carol/a" -m x

finish_balanced "$conf"
