#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# gnunet-mqtt-store as a person and a script use it, on the stores of real services;
# and how long a service with much in its store takes to start.
# shellcheck disable=SC2034,SC2317 # variables are for one_peer.sh; functions are called by name
set -u

peers=2
# shellcheck source=tests/cli/one_peer.sh
. "$(dirname "$0")/one_peer.sh"
other=$(gnunet-mqtt-lab conf 2 -d "$scratch/lab")
file=$(gnunet-config -c "$conf" -s mqtt -o STORE -f)
new=$scratch/new.sqlite

store() { timeout -s KILL 60 gnunet-mqtt-store "$@"; }

# ---- Looked at, and moved

queued_there() { store -c "$other" queues | grep -q away; }

# A session whose client is away here, and one at a peer whose service is away.
fill() {
  subscribed -I me -q 2 -t 'box/#' && publish -t box/x -q 1 -m one \
    && publish -t box/x -q 2 -m $'two\xff' \
    && publish -t kept -r -m value && publish -t gone -r -m x && publish -t gone -r -n \
    && conf=$other subscribed -I away -q 1 -t away && publish -t away -q 1 -m 1 \
    && until_true queued_there && conf=$other stop_service && publish -t away -q 1 -m 2
}
ok 'a store is filled' fill

# holds LIST PATTERN...: a line of it for each, in this order.
holds() {
  local lines i
  mapfile -t lines < <(store -c "$conf" "$1")
  printf '%s\n' "$1:" "${lines[@]}"
  ((${#lines[@]} == $#)) || return
  for ((i = 1; i < $#; i++)); do
    grep -qP "^${*:i + 1:1}\$" <<<"${lines[i]}" || return
  done
}

lists() {
  local id='[0-9A-Z]{52}' time='20[0-9T:-]+Z'
  holds sessions "me\t$time\t86400\t1\t2\t\d+\t0" \
    && holds subscriptions 'me\tbox/#\t2\t2\t0' \
    && holds queues "me\t1\t1\t0\t71\t-\tbox/x" "me\t2\t2\t0\t72\t-\tbox/x" \
    && holds retained "gone\t-\tcleared\t$time\t$time" "kept\t0\t5\t$time\t-" \
    && holds outboxes "$id\t\d+\t1\t\d+\t0\t$time\taway" \
    && holds interests "$id\t1\t0\t$time\taway" && holds wills
}
ok 'lists, while the service runs' lists

whole() {
  local told
  told=$(store -c "$conf" verify 2>&1) && [[ -z $told ]]
}
ok 'it is whole, while the service runs' whole

moved() {
  stop_service && store -c "$conf" export >"$scratch/lines" && mv "$file" "$scratch/old" \
    && store -c "$conf" import <"$scratch/lines" \
    && store -c "$conf" export | cmp - "$scratch/lines" && whole && start_service
}
ok 'exported and imported it is the same' moved

delivered() {
  printf 'one\ntwo\xff\n' >"$scratch/both"
  printf '1 value\n' >"$scratch/value"
  printf '1\n2\n' >"$scratch/other"
  reads "$scratch/both" -I me -C 2 && reads "$scratch/value" -t '#' -F '%r %p' -C 1 \
    && conf=$other start_service && conf=$other reads "$scratch/other" -I away -C 2
}
ok 'what it held is delivered' delivered

# ---- What is no good

# refuses TEXT COMMAND...: an import of what the command prints says this, and
# leaves nothing.
refuses() {
  local out is
  out=$("${@:2}" | store -f "$new" import 2>&1)
  is=$?
  printf '%s\n' "$out"
  [[ $is == 3 && $out == "$1"* && ! -e $new && ! -e $new-wal ]]
}

bad_lines() {
  refuses 'There is nothing to import' true \
    && refuses 'Line 1 is no row of a store of version' echo no store \
    && refuses 'Line 3 is no row of a store of version' sed '3s/"[a-z]*":/"x":/2' "$scratch/lines" \
    && refuses 'Line 2 is no row of a store of version' sed 1p "$scratch/lines" \
    && refuses 'FOREIGN KEY constraint failed' sed '/"table":"message"/d' "$scratch/lines"
}
ok 'lines that cannot be imported' bad_lines

entries() {
  head -n 1 "$scratch/lines"
  printf '{"table":"channel_entry","entry":"%01000d"}\n' {1..3000}
}
no_room() (
  trap '' XFSZ
  ulimit -S -f 50 && refuses '' entries && ulimit -S -f 1000 && refuses 'disk I/O error' entries
)
ok 'no room for an import' no_room

wrong_use() {
  : >"$scratch/empty"
  fails 1 'OPTIONS' store -c "$conf" && fails 1 'OPTIONS' store -c "$conf" nothing \
    && fails 1 'OPTIONS' store -c "$conf" queues retained \
    && fails 2 "cannot read $new" store -f "$new" queues \
    && fails 2 "$file is there already" store -c "$conf" import \
    && fails 2 "$conf: file is not a database" store -f "$conf" verify \
    && fails 2 "$scratch/empty is no store" store -f "$scratch/empty" verify \
    && fails 3 'No space left' eval "store -c '$conf' export >/dev/full"
}
ok 'wrong use' wrong_use

# damaged COMMAND...: a copy of the store that was damaged so is found out.
damaged() {
  cp "$scratch/old" "$new" && "$@" 2>&1 || return
  fails 4 malformed store -f "$new" verify
}
damages() {
  damaged truncate -s -4096 "$new" \
    && damaged dd if=/dev/urandom of="$new" bs=4096 seek=1 count=8 conv=notrunc \
    && fails 4 malformed store -f "$new" queues && rm "$new"
}
ok 'damaged files' damages

# ---- Started with much in it

readonly many=100000 limit_ms=1000

waiting() { store -c "$conf" sessions | grep -P "^many\t[^\t]*\t86400\t1\t$many\t"; }
fill_up() {
  subscribed -I many -q 1 -t many \
    && publish -t many -q 1 -R "$many" -m "$(printf '%0100d' 0)" && waiting
}
ok "$many messages wait" fill_up

service_pid() { pgrep -f "gnunet-service-mqtt -c ${file%/mqtt/*}/"; }

# The service is killed, and a client comes: how long until that has the first message,
# ms; and how much of it the service that started was kept from the processors by
# others.
restart() {
  local begin=${EPOCHREALTIME/./} end waited
  kill -s KILL "$(service_pid)" || return
  subscribe -I many -A -C 1 | grep -qE '^0{100}$' || return
  end=${EPOCHREALTIME/./}
  read -r _ waited _ <"/proc/$(service_pid)/schedstat" || return
  echo $(((end - begin) / 1000)) $((waited / 1000000))
}

# The best of a few.
restarts_quickly() {
  local ms waited best=$limit_ms
  for _ in 1 2 3 4 5; do
    read -r ms waited < <(restart) || return
    echo "first message $ms ms after the kill; $waited ms waited for a processor"
    ((ms - waited >= best)) || best=$((ms - waited))
  done
  ((best < limit_ms)) && waiting
}
ok "the first of them comes within $limit_ms ms of a restart" restarts_quickly

finish_balanced "$conf" "$other"
