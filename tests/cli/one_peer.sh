#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# One real peer, of as many as $peers says, and what tests of the programs do with it:
# to be sourced.
# shellcheck disable=SC2034,SC2317 # the variables and functions are for who sources it
set -u

scratch=$(mktemp -d)
# shellcheck source=tests/tap.sh
. "$(dirname "${BASH_SOURCE[0]}")/../tap.sh"
# shellcheck source=tests/proof/service.sh
. "$(dirname "${BASH_SOURCE[0]}")/../proof/service.sh"
export TZ=UTC LC_ALL=C
clean_up() {
  timeout -s KILL 60 gnunet-mqtt-lab stop -d "$scratch/lab"
  rm -rf "$scratch"
}
trap clean_up EXIT

timeout -s KILL 60 gnunet-mqtt-lab start -n "${peers:-1}" -d "$scratch/lab" >&2 || exit 99
conf=$(gnunet-mqtt-lab conf 1 -d "$scratch/lab")

publish() { timeout -s KILL 60 gnunet-mqtt-publish -c "$conf" "$@"; }
subscribe() { timeout -s KILL 60 gnunet-mqtt-subscribe -c "$conf" "$@"; }

stop_service() { timeout -s KILL 20 gnunet-arm -c "$conf" -k mqtt; }
start_service() { timeout -s KILL 20 gnunet-arm -c "$conf" -i mqtt; }
# Without a warning; ARM starts it again.
kill_service() {
  local pids
  mapfile -t pids < <(service_of "$conf")
  ((${#pids[@]} > 0)) && kill -KILL "${pids[@]}"
}

# until_true COMMAND...: succeeds as soon as the command does, within 20 s.
until_true() {
  for _ in {1..400}; do
    "$@" && return
    sleep 0.05
  done
  echo "in vain: $*"
  return 1
}

# program PID: the program that runs under timeout in this background job.
program() { pgrep -P "$(pgrep -P "$1" -x timeout)"; }

# listen OPTION...: a subscriber in the background, once it has subscribed; what
# it writes is in $scratch/out and $scratch/err.
listen() {
  : >"$scratch/err"
  subscribe -a "$@" >"$scratch/out" 2>"$scratch/err" &
  listener=$!
  until_true grep -q 'subscribed to' "$scratch/err"
}

announced() { (($(grep -c 'subscribed to' "$scratch/err") == $1)); }

# heard CODE FILE: the subscriber ends with this exit code, having written this.
heard() {
  local is
  wait "$listener"
  is=$?
  grep -v 'subscribed to' "$scratch/err"
  cmp "$2" "$scratch/out" && [[ $is == "$1" ]] && return
  echo "exit code $is; it wrote:"
  head -c 1000 "$scratch/out" | od -c | head -n 20
  return 1
}

# subscribed OPTION...: subscribes, and leaves again.
subscribed() {
  listen "$@" && kill -s INT "$(program "$listener")" && wait "$listener"
}

# reads FILE OPTION...: a subscriber that ends by itself writes what the file has.
reads() {
  subscribe "${@:2}" >"$scratch/out"
  cmp "$1" "$scratch/out" && return
  head -c 1000 "$scratch/out" | od -c | head -n 20
  return 1
}
