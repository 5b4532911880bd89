#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Many publishers flood one subscriber at QoS 1, on one peer and across two: what is
# acknowledged is delivered or queued, to the message; nobody takes much memory,
# and the subscriber is served all the time.
set -u
export LC_ALL=C

scratch=$(mktemp -d -t mqtt-flood.XXXXXX) || exit
export GNUNET_MQTT_LAB=$scratch/lab
client=$PWD/tests/flood_client
seconds=${FLOOD_SECONDS:-10}
readonly publishers=100 limit_kib=$((100 * 1000 * 1000 / 1024))
subscriber=''

clean_up() {
  [[ -z $subscriber ]] || kill -KILL "$subscriber" 2>/dev/null
  timeout -s KILL 60 gnunet-mqtt-lab stop
  rm -rf "$scratch"
}
trap clean_up EXIT

tests=0 failures=0
ok() {
  local name=$1 result=ok
  shift
  "$@" >"$scratch/ok.out" 2>&1 || result='not ok'
  printf '%s %d - %s\n' "$result" $((++tests)) "$name"
  sed 's/^/# /' "$scratch/ok.out"
  [[ $result == ok ]] || ((++failures))
}

conf() { gnunet-mqtt-lab conf "$1"; }

# Most memory that any mqtt service of this lab has ever taken, KiB.
most_memory() {
  local run pid
  run=$(dirname "$(gnunet-config -c "$(conf 1)" -s PATHS -o GNUNET_RUNTIME_DIR)")
  grep -lzE "^GNUNET_MQTT_LAB_PEER=$run/" /proc/[0-9]*/environ 2>/dev/null \
    | cut -d / -f 3 | while read -r pid; do
    [[ $(readlink "/proc/$pid/exe") == *gnunet-service-mqtt ]] \
      && sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
  done | sort -n | tail -n 1
}

# queued PEER: what waits for sessions there, and in its outboxes.
queued() {
  { gnunet-mqtt-store -c "$(conf "$1")" queues | tail -n +2
    gnunet-mqtt-store -c "$(conf "$1")" outboxes | tail -n +2; } | wc -l
}

# flood FROM TO: acknowledged = delivered + queued.
flood() {
  local id=s$1$2 acknowledged refused received pause waits=0 memory
  "$client" -c "$(conf "$2")" subscribe "$id" "flood/$id" >"$scratch/$id" &
  subscriber=$!
  until grep -qs '^01' "$scratch/$id"; do
    ((++waits < 200)) || return
    sleep 0.1
  done
  sleep 1 # until it is announced
  read -r acknowledged refused < <("$client" -c "$(conf "$1")" \
    publish "$publishers" "$seconds" "flood/$id")
  # What is on its way may arrive; nothing is lost if it does not.
  waits=0
  until (($(queued 1) + $(queued 2) == 0)) || ((++waits > 50)); do sleep 0.2; done
  kill -TERM "$subscriber"
  wait "$subscriber"
  subscriber=''
  read -r received pause < <(tail -n 1 "$scratch/$id")
  memory=$(most_memory)
  printf '%s acknowledged, %s refused, %s delivered, %s queued here, %s there\n' \
    "$acknowledged" "$refused" "$received" "$(queued 1)" "$(queued 2)"
  printf 'longest pause %s ms, most memory %s KiB\n' "$pause" "$memory"
  # Nobody is refused while somebody takes what is published.
  ((refused == 0 && acknowledged > 0)) \
    && ((acknowledged == received + $(queued 1) + $(queued 2))) \
    && ((memory < limit_kib && pause < 2000))
}

ok 'two peers start' timeout -s KILL 60 gnunet-mqtt-lab start -n 2
ok '100 publishers on one peer' flood 1 1
ok '100 publishers across two peers' flood 1 2
ok 'peers stop' timeout -s KILL 60 gnunet-mqtt-lab stop
ok 'two peers with little room start' timeout -s KILL 60 gnunet-mqtt-lab start \
  -n 2 -i 1:mqtt:OUTBOX_MESSAGES=5000 -i 2:mqtt:SESSION_MESSAGES=5000
seconds=2
ok '100 publishers wait for room' flood 1 2
printf '1..%d\n' "$tests"
exit $((failures > 0))
