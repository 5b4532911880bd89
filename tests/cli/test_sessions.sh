#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Sessions, wills and retained messages as a person and a script use them, at one
# real peer.
# shellcheck disable=SC2317 # functions are called by name
set -u

# shellcheck source=tests/cli/one_peer.sh
. "$(dirname "$0")/one_peer.sh"

restart_service() { stop_service && start_service; }

printf '1\n2\n3\n' >"$scratch/three"
: >"$scratch/none"

waits() {
  subscribed -I waits -q 1 -t 'waits/#' && publish -t waits/x -q 1 -i <"$scratch/three" \
    && reads "$scratch/three" -I waits -C 3 && reads "$scratch/none" -I waits -W 1
}
ok 'messages wait in the session' waits

survives() {
  subscribed -I survives -q 2 -t survives && publish -t survives -q 2 -i <"$scratch/three" \
    && restart_service && reads "$scratch/three" -I survives -C 3
}
ok 'messages wait while the service restarts' survives

ends() {
  subscribed -I ends -x 0 -q 1 -t ends && publish -t ends -q 1 -m x \
    && reads "$scratch/none" -I ends -W 1
}
ok 'session without expiry' ends

cleaned() {
  subscribed -I cleaned -q 1 -t cleaned && publish -t cleaned -q 1 -m x \
    && reads "$scratch/none" -I cleaned -S -W 1 \
    && publish -t cleaned -q 1 -m y && reads "$scratch/none" -I cleaned -W 1
}
ok 'clean start' cleaned

unacknowledged() {
  subscribed -I again -q 2 -t again && publish -t again -q 2 -i <"$scratch/three" \
    && reads "$scratch/three" -I again -A -C 3 && reads "$scratch/three" -I again -C 3 \
    && reads "$scratch/none" -I again -W 1
}
ok 'what is not acknowledged comes again' unacknowledged

taken_over() {
  local first is
  listen -I two -q 1 -t two || return
  first=$listener
  listen -I two -q 1 -t two -C 1 || return
  wait "$first"
  is=$?
  echo hello >"$scratch/expected"
  publish -t two -q 1 -m hello && heard 0 "$scratch/expected" && [[ $is == 4 ]]
}
ok 'who comes second has the session' taken_over

bystander() {
  subscribed -I mine -q 1 -t mine && publish -I mine -t mine -q 1 -i <"$scratch/three" \
    && reads "$scratch/three" -I mine -C 3
}
ok 'who publishes takes no messages' bystander

# dies SIGNAL OPTION...: somebody with a will ends by a signal.
dies() {
  : >"$scratch/dead"
  subscribe -a -t none -w will/x -y gone "${@:2}" >"$scratch/dead" 2>&1 &
  until_true grep -q subscribed "$scratch/dead" && kill -s "$1" "$(program $!)"
  wait $!
  return 0
}

will() {
  echo gone >"$scratch/expected"
  listen -t will/x -C 1 && dies KILL && heard 0 "$scratch/expected"
}
ok 'will' will

no_will() {
  listen -t will/x -W 3 && dies INT && heard 3 "$scratch/none"
}
ok 'no will after a goodbye' no_will

delayed_will() {
  echo gone >"$scratch/expected"
  listen -t will/x -C 1 && dies KILL -D 3 -I dies || return
  sleep 1
  [[ ! -s $scratch/out ]] && heard 0 "$scratch/expected"
}
ok 'will with a delay' delayed_will

# Nobody hears it before its time, and later subscribers do.
retained_will() {
  echo '0 2 gone' >"$scratch/expected"
  echo '1 2 gone' >"$scratch/later"
  listen -t will/kept -q 2 -F '%r %q %p' -C 1 \
    && dies KILL --will-topic will/kept --will-qos 2 --will-retain --will-delay 3 -I dies \
    && reads "$scratch/none" -t will/kept -W 1 && heard 0 "$scratch/expected" \
    && reads "$scratch/later" -t 'will/+' -q 2 -F '%r %q %p' -C 1 \
    && restart_service && reads "$scratch/later" -t will/kept -q 2 -F '%r %q %p' -C 1 \
    && publish -t will/kept -r -n && reads "$scratch/none" -t 'will/#' -W 1
}
ok 'will that is retained' retained_will

shared() {
  listen -t "\$share/g/shared" -C 2 || return
  subscribe -a -t "\$share/g/shared" -C 2 >"$scratch/other" 2>"$scratch/other.err" &
  until_true grep -q subscribed "$scratch/other.err" || return
  printf '1\n2\n3\n4\n' | publish -t shared -i && wait "$listener" && wait $! \
    && printf '1\n2\n3\n4\n' | cmp - <(sort "$scratch/out" "$scratch/other")
}
ok 'shared subscription' shared

retained() {
  printf '1 kept\n' >"$scratch/expected"
  publish -t kept/x -r -m old && publish -t kept/x -r -m kept \
    && reads "$scratch/expected" -t 'kept/#' -F '%r %p' -C 1 \
    && restart_service \
    && reads "$scratch/expected" -t 'kept/#' -F '%r %p' -C 1 -I keeper \
    && publish -t kept/x -r -n && reads "$scratch/none" -t 'kept/#' -W 1
}
ok 'retained message' retained

# Killed again and again, the service neither loses nor repeats.
exactly_once() {
  local publisher
  seq 1 3000 >"$scratch/expected"
  subscribed -I once -q 2 -t once || return
  { head -n 1000; sleep 2; head -n 1000; sleep 2; cat; } <"$scratch/expected" \
    | publish -t once -q 2 -I meter -i &
  publisher=$!
  listen -I once -q 2 -t once -C 3000
  for _ in 1 2 3; do
    sleep 1
    until_true kill_service || return
  done
  wait "$publisher" && heard 0 "$scratch/expected"
}
ok 'QoS 2: once each, in order, though the service is killed' exactly_once

finish_balanced "$conf"
