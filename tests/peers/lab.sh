#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# A lab of peers that ends with the script: to be sourced.
# shellcheck disable=SC2034,SC2317 # the variables and functions are for who sources it
set -u

scratch=$(mktemp -d)
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"

lab() { timeout -s KILL 90 gnunet-mqtt-lab "$@" -d "$scratch/lab"; }

started=() # process numbers
clean_up() {
  local pid
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null; done
  lab stop
  rm -rf "$scratch"
}
trap clean_up EXIT

# until_true COMMAND...: succeeds as soon as the command does, within 60 s.
until_true() {
  for _ in {1..600}; do
    "$@" && return
    sleep 0.1
  done
  echo "in vain: $*"
  return 1
}

# finish_lab PEER...: finish_balanced, of these peers.
finish_lab() {
  local confs
  mapfile -t confs < <(for peer; do lab conf "$peer"; done)
  finish_balanced "${confs[@]}"
}
