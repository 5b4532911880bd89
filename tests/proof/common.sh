#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# What the proofs on real peers share: a lab, clients with ledgers, what is left and
# what was counted at the end.  To be sourced by a script that has set size, the
# number of peers.
# shellcheck disable=SC2154 # size
set -u -o pipefail
export LC_ALL=C

proof=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=$(mktemp -d -t "mqtt-${0##*/}.XXXXXX") || exit
# shellcheck source=tests/tap.sh
. "$proof/../tap.sh"
# shellcheck source=tests/proof/service.sh
. "$proof/service.sh"
export GNUNET_MQTT_LAB=$scratch/lab
# Programs are in the build tree, if this runs in its folder.
client=$PWD/tests/proof/client
settle_s=180 keep=${keep:-no}
declare -A clients=() # process numbers, by name

lab() { timeout -s KILL 60 gnunet-mqtt-lab "$@"; }
conf() { printf '%s\n' "$GNUNET_MQTT_LAB/peer$1/peer.conf"; }
say() { printf '# %6s s  %s\n' "$SECONDS" "$*"; }
pause() { sleep "$(printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)))"; }

clean_up() {
  ((${#clients[@]} == 0)) || kill -KILL "${clients[@]}" 2>/dev/null
  lab stop 2>/dev/null
  [[ $keep == yes ]] || rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# ---- Clients

# start_client KIND PEER NAME ARGUMENT...: a client of that peer, with a ledger.
start_client() {
  "$client" -c "$(conf "$2")" "$1" "$3" "${@:4}" "$scratch/$3" \
    >>"$scratch/$3.log" 2>&1 </dev/null &
  clients[$3]=$!
}

# have_subscribed NAME...: within 30 s.
have_subscribed() {
  local name deadline=$((SECONDS + 30))
  for name; do
    until grep -q '^g 0' "$scratch/$name" 2>/dev/null; do
      ((SECONDS < deadline)) || return
      sleep 0.1
    done
  done
}

# end_publishers NAME...: they end by themselves when all they published was
# answered.
end_publishers() {
  local name deadline=$((SECONDS + settle_s))
  for name; do kill -TERM "${clients[$name]}"; done
  for name; do
    while kill -0 "${clients[$name]}" 2>/dev/null; do
      ((SECONDS < deadline)) || return
      sleep 0.1
    done
    unset "clients[$name]"
  done
}

# eventually SECONDS COMMAND...: succeeds as soon as the command does.
eventually() {
  local deadline=$((SECONDS + $1))
  until "${@:2}" >"$scratch/eventually"; do
    ((SECONDS < deadline)) || { cat "$scratch/eventually"; return 1; }
    sleep 0.5
  done
  cat "$scratch/eventually"
}

# ---- What is left

service_pids() { service_of "$(conf "$1")"; }

# left LIST PEER...: prints what is left in the stores.
left() {
  local i
  for i in "${@:2}"; do
    gnunet-mqtt-store -c "$(conf "$i")" "$1" | tail -n +2 \
      || echo "peer $i: no list of $1"
  done
}
nothing_left() {
  local peers left
  mapfile -t peers < <(seq "$size")
  left=$(left outboxes "${peers[@]}"; left queues "${peers[@]}")
  [[ -z $left ]] || { printf '%s\n' "$left" | head -n 20; return 1; }
}
stores_are_whole() {
  local i result=0
  for ((i = 1; i <= size; i++)); do
    gnunet-mqtt-store -c "$(conf "$i")" verify || result=1
  done
  return "$result"
}
# all_balanced: of all peers.
all_balanced() {
  local confs
  mapfile -t confs < <(for ((i = 1; i <= size; i++)); do conf "$i"; done)
  "$proof/balanced" "${confs[@]}"
}

# conclude WHAT: the last line says what came of it.
conclude() {
  printf '1..%d\n' "$tests"
  printf '# %s: %s\n' "$1" "$( ((failures == 0)) && echo passed || echo FAILED)"
  exit $((failures > 0))
}
