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

# finish_lab PEER...: finish_balanced, of these peers.
finish_lab() {
  local confs
  mapfile -t confs < <(for peer; do lab conf "$peer"; done)
  finish_balanced "${confs[@]}"
}
