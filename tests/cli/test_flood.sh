#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Many publishers flood one subscriber at QoS 1, on one peer and across two: what is
# acknowledged is delivered or queued, to the message, also when the subscriber leaves
# meanwhile; nobody takes much memory, and the subscriber is served all the time.
size=2
# shellcheck source=tests/proof/common.sh
. "$(dirname "$0")/../proof/common.sh"
flooder=$PWD/tests/proof/flood
seconds=${FLOOD_SECONDS:-10}
readonly publishers=100 limit_kib=$((100 * 1000 * 1000 / 1024))
# Who is not served while others publish waits for the end of the flood, two seconds
# at least.  Some tenths of one are usual; a busy disk takes more for a commit.
readonly limit_ms=2000

# Most memory that any mqtt service of this lab has ever taken, KiB.
most_memory() {
  local pid
  for pid in $(service_pids 1) $(service_pids 2); do
    sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status"
  done | sort -n | tail -n 1
}

# queued PEER: what waits for sessions there, and in its outboxes.
queued() { { left queues "$1"; left outboxes "$1"; } | wc -l; }

# flood FROM TO: acknowledged = delivered + queued.
flood() {
  local id=s$1$2 acknowledged refused received pause waits=0 memory
  "$flooder" -c "$(conf "$2")" subscribe "$id" "flood/$id" >"$scratch/$id" &
  clients[$id]=$!
  until grep -qs '^01' "$scratch/$id"; do
    ((++waits < 200)) || return
    sleep 0.1
  done
  sleep 1 # until it is announced
  read -r acknowledged refused < <("$flooder" -c "$(conf "$1")" \
    publish "$publishers" "$seconds" "flood/$id")
  # What is on its way may arrive; nothing is lost if it does not.
  waits=0
  until (($(queued 1) + $(queued 2) == 0)) || ((++waits > 50)); do sleep 0.2; done
  kill -TERM "${clients[$id]}"
  wait "${clients[$id]}"
  unset "clients[$id]"
  read -r received pause < <(tail -n 1 "$scratch/$id")
  memory=$(most_memory)
  printf '%s acknowledged, %s refused, %s delivered, %s queued here, %s there\n' \
    "$acknowledged" "$refused" "$received" "$(queued 1)" "$(queued 2)"
  printf 'longest pause %s ms, most memory %s KiB\n' "$pause" "$memory"
  # Nobody is refused while somebody takes what is published.
  ((refused == 0 && acknowledged > 0)) \
    && ((acknowledged == received + $(queued 1) + $(queued 2))) \
    && ((memory < limit_kib && pause < limit_ms))
}

# accounted ACKNOWLEDGED DELIVERED: the others are queued, and there are some.
accounted() {
  local queued=$(($(queued 1) + $(queued 2)))
  printf '%s acknowledged, %s delivered, %s queued\n' "$1" "$2" "$queued"
  ((queued > 0 && $1 == $2 + queued))
}

# The subscriber takes some, and leaves while there are more and more.
leaves() {
  local acknowledged refused taken=1000 waits=0
  timeout -s KILL 60 gnunet-mqtt-subscribe -a -c "$(conf 2)" -I leaves -q 1 \
    -t flood/leaves -C "$taken" -F %l >"$scratch/leaves" 2>"$scratch/leaves.err" &
  clients[leaves]=$!
  until grep -qs 'subscribed to' "$scratch/leaves.err"; do
    ((++waits < 200)) || return
    sleep 0.1
  done
  sleep 1 # until it is announced
  read -r acknowledged refused < <("$flooder" -c "$(conf 1)" \
    publish "$publishers" 1 flood/leaves)
  wait "${clients[leaves]}" || return
  unset "clients[leaves]"
  # What is on its way is both here and there for a moment.
  (($(wc -l <"$scratch/leaves") == taken && refused == 0)) \
    && eventually 30 accounted "$acknowledged" "$taken"
}

ok 'two peers start' lab start -n "$size"
ok '100 publishers on one peer' flood 1 1
ok '100 publishers across two peers' flood 1 2
ok 'the subscriber leaves meanwhile' leaves
ok 'the counters balance' all_balanced
ok 'the peers stop' lab stop
ok 'two peers with little room start' lab start -n "$size" \
  -i 1:mqtt:OUTBOX_MESSAGES=5000 -i 2:mqtt:SESSION_MESSAGES=5000
seconds=2
ok '100 publishers wait for room' flood 1 2
ok 'the counters balance' all_balanced
conclude flood
