#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# gnunet-mqtt-lab as a person uses it, and as a crash leaves it.
set -u

scratch=$(mktemp -d)
# All that a shell or GNUnet might trip over, and too long for a socket's name.
first="$scratch/a lab \$HOME [*] .* \\ %s 'q' $(printf '%0100d' 0)"
second=$scratch/second
third=$scratch/third
bystander=
# The homes of the user who runs the tests are not those of the peers.
export XDG_DATA_HOME=$scratch/no XDG_CONFIG_HOME=$scratch/no XDG_CACHE_HOME=$scratch/no

PATH=$(cd "$(dirname "$0")/../../src/cli" && pwd):$PATH
lab() { timeout -s KILL 60 gnunet-mqtt-lab "$@"; }

clean_up() {
  local dir
  for dir in "$first" "$second" "$third"; do
    lab stop -d "$dir" 2>/dev/null
  done
  [[ -z $bystander ]] || kill "$bystander"
  rm -rf "$scratch"
}
trap clean_up EXIT

exec 3>&1 # for what is told beside a test
# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# shows DIR EXIT-CODE TEXT: status says this, without identities and addresses.
shows() {
  local out is
  out=$(lab status -d "$1")
  is=$?
  diff <(cut -d ' ' -f 1-3 <<<"$out") - <<<"$3" && [[ $is == "$2" ]]
}

option() { gnunet-config -c "$(lab conf "$2" -d "$1")" -s "$3" -o "$4"; }
has_option() { [[ $(option "$1" "$2" "$3" "$4") == "$5" ]]; }
identities() { lab status -d "$1" | cut -d ' ' -f 1,4; }

# The folder of a lab under /tmp, which all its processes name.
folder() { dirname "$(option "$1" 1 PATHS GNUNET_RUNTIME_DIR)"; }

# Prints how many processes have this in their command line or environment.
processes() {
  local files=(/proc/[0-9]*/{cmdline,environ})
  grep -lzF -f - "${files[@]}" 2>/dev/null <<<"$1" \
    | cut -d / -f 3 | sort -u | wc -l
}
gone() { (($(processes "$1") == 0)) && [[ ! -e $1 ]]; }

# Peer 1 of a line has peer 2 for a neighbour, and nobody else.
is_line() {
  local id
  id=$(identities "$1" | sed -n 's/^2 \(....\).*/\1/p')
  timeout -s KILL 10 gnunet-core -c "$(lab conf 1 -d "$1")" >"$scratch/core"
  [[ $(wc -l <"$scratch/core") == 1 ]] && grep -F " $id " "$scratch/core"
}

# What peer 1 stores, peer 3 finds.
store() { timeout -s KILL 10 gnunet-dht-put -c "$(lab conf 1 -d "$1")" -k "$2" -d parcel; }
find_it() {
  timeout -s KILL 10 gnunet-dht-get -c "$(lab conf 3 -d "$1")" -k "$2" -T 2s | grep parcel
}
carries() {
  local key=key-$RANDOM
  store "$1" "$key" && find_it "$1" "$key"
}

# Nothing gets through a cut, of which the peers are not told; it does when healed.
cuts() {
  local key=key-$RANDOM
  lab cut 1 2 -d "$1" && store "$1" "$key" || return
  if find_it "$1" "$key"; then
    echo "it got through"
    return 1
  fi
  shows "$1" 0 $'1 up 2/2\n2 up 2/2\n3 up 2/2' || return
  lab heal -d "$1" && find_it "$1" "$key"
}

# reaches DIR FROM TO: CADET finds the way between peers that are no neighbours.
reaches() {
  local to opener result=1
  to=$(identities "$1" | sed -n "s/^$3 //p")
  sleep 20 | timeout -s KILL 20 gnunet-cadet -c "$(lab conf "$3" -d "$1")" \
    -o reach >"$scratch/heard" &
  opener=$!
  for _ in {1..5}; do
    { echo parcel; sleep 1; } | timeout -s KILL 3 \
      gnunet-cadet -c "$(lab conf "$2" -d "$1")" "$to" reach
    grep parcel "$scratch/heard" && result=0 && break
  done
  kill "$opener"
  wait "$opener"
  return "$result"
}

# start_and DIR SIGNAL: sends it to a start that has started something.
start_and() {
  local pid run=
  rm -rf "$1"
  gnunet-mqtt-lab start -n 20 --no-service -d "$1" &
  pid=$!
  until [[ -n $run ]] && (($(processes "$run") > 20)); do
    kill -0 $pid || return 1
    run=$(find /tmp -maxdepth 2 -lname "$1" -printf '%h\n' 2>/dev/null)
    sleep 0.02
  done
  kill -"$2" $pid
  wait $pid
  printf '%s\n' "$run" >"$scratch/run"
}

# The service as built runs on every peer.
serves() {
  local i
  for i in 1 2 3 4; do
    timeout -s KILL 10 gnunet-arm -I -c "$(lab conf "$i" -d "$1")" \
      | grep -F "mqtt (binary='$(readlink -f "$GNUNET_MQTT_SERVICE")', status=started)" || return
  done
}

# What is published at one end arrives at the other, acknowledged.
talks() {
  local subscriber
  : >"$scratch/told"
  timeout -s KILL 60 gnunet-mqtt-subscribe -c "$(lab conf 4 -d "$1")" -a -I reader -q 1 \
    -t parcel -C 1 >"$scratch/heard" 2>"$scratch/told" &
  subscriber=$!
  until grep -q subscribed "$scratch/told" || ! kill -0 "$subscriber"; do sleep 0.05; done
  timeout -s KILL 60 gnunet-mqtt-publish -c "$(lab conf 1 -d "$1")" -q 1 -t parcel -m hello
  wait "$subscriber" && grep -x hello "$scratch/heard"
}

balances() {
  local confs
  mapfile -t confs < <(for peer in 1 2 3 4; do lab conf "$peer" -d "$1"; done)
  "$(dirname "$0")/../proof/balanced" "${confs[@]}"
}

wrong_use() {
  local dir=(-d "$scratch/none")
  fails 1 'no command' lab \
    && fails 1 'no command' lab begin "${dir[@]}" \
    && fails 1 'no option' lab start -x "${dir[@]}" \
    && fails 1 'needs a value' lab start -n \
    && fails 1 'no lab named' env -u GNUNET_MQTT_LAB gnunet-mqtt-lab status \
    && fails 1 'a number' lab start "${dir[@]}" \
    && fails 1 'a number' lab start -n 251 "${dir[@]}" \
    && fails 1 'a number' lab start -n -1 "${dir[@]}" \
    && fails 1 'a number' lab start -n 1 -W soon "${dir[@]}" \
    && fails 1 'no topology' lab start -n 2 -t star "${dir[@]}" \
    && fails 1 'wrong option' lab start -n 2 -o mqtt=1 "${dir[@]}" \
    && fails 1 'wrong option' lab start -n 2 -o $'a:b=c\n[d]' "${dir[@]}" \
    && fails 1 'wrong option' lab start -n 2 -i mqtt:A=1 "${dir[@]}" \
    && fails 1 'needs a peer' lab kill "${dir[@]}" \
    && fails 1 'needs a peer' lab conf "${dir[@]}" \
    && fails 1 'no number of a peer' lab conf x "${dir[@]}" \
    && fails 1 'needs peers' lab cut "${dir[@]}" \
    && fails 1 'no number of a peer' lab cut 1 x "${dir[@]}" \
    && fails 1 'too much' lab heal 1 "${dir[@]}" \
    && fails 1 'too much' lab kill 1 2 "${dir[@]}" \
    && fails 1 'too much' lab stop 1 "${dir[@]}" \
    && [[ ! -e ${dir[1]} ]]
}

# The best of three tries: others use the processors too.
timed_start() {
  local before took try
  for try in 1 2 3; do
    ((try == 1)) || lab stop -d "$first" || return
    before=${EPOCHREALTIME/./}
    lab start -n 3 -d "$first" --no-service --cuttable \
      -o dht:BUCKET_SIZE=5 -i '2:nse:INTERVAL=2 h' || return
    took=$(((${EPOCHREALTIME/./} - before) / 1000))
    echo "# three peers took $took ms" >&3
    ((took < 3000)) && return
  done
  return 1
}

ok 'wrong use is told' wrong_use
ok 'there is no lab yet' fails 4 'no lab runs' lab status -d "$first"
ok 'a service that is not there is told' fails 2 '/no/such/file' env \
  GNUNET_MQTT_CONF=/dev/null GNUNET_MQTT_SERVICE=/no/such/file \
  gnunet-mqtt-lab start -n 1 -d "$second"
ok 'three peers start in under 3 s' timed_start
run=$(folder "$first")
ok 'all are up, each connected to each' shows "$first" 0 $'1 up 2/2\n2 up 2/2\n3 up 2/2'
ok 'GNUNET_MQTT_LAB names the lab' env GNUNET_MQTT_LAB="$first" gnunet-mqtt-lab status
ok 'options for all peers arrive' has_option "$first" 1 dht BUCKET_SIZE 5
ok 'options for one peer arrive there' has_option "$first" 2 nse INTERVAL '2 h'
ok 'options for one peer arrive there only' has_option "$first" 3 nse INTERVAL '1 h'
ok 'a peer finds what another stored' carries "$first"
ok 'traffic between two sets of peers is stopped, and flows again' cuts "$first"
ok 'a cut needs peers that are there' fails 1 'no peer 4' lab cut 1 4 -d "$first"
ok 'a second start is refused' fails 4 'stop it first' lab start -n 1 -d "$first"
ok 'a folder with something in it is refused' fails 4 'not empty' lab start -n 1 --no-service -d "$scratch"
if [[ -n ${GNUNET_MQTT_SERVICE:-} ]]; then
  ok 'a second lab starts, as a line' lab start -n 4 -t line -d "$second"
  ok 'its peers run the service' serves "$second"
  ok 'its ends talk' talks "$second"
  ok 'the counters balance' balances "$second"
else
  ok 'a second lab starts, as a line' lab start -n 4 -t line -d "$second" --no-service
  printf 'ok %d - its peers run the service # SKIP not told which\n' $((++tests))
fi
ok 'its peers are connected as a line' shows "$second" 0 $'1 up 1/1\n2 up 2/2\n3 up 2/2\n4 up 1/1'
ok 'a lab not made for it is not cut' fails 4 'without --cuttable' lab cut 1 -d "$second"
ok 'its first peer has only the second' is_line "$second"
ok 'its ends reach each other' reaches "$second" 4 1
second_run=$(folder "$second")

# Like an editor or a client: it names the peer, and is no part of it.
tail -f "$run/lab/peer2/peer.conf" "$first/peer2/peer.conf" >/dev/null &
bystander=$!
before=$(identities "$first")
ok 'a peer is killed' lab kill 2 -d "$first"
ok 'nothing of it is left' test "$(processes "$run/2")" == 0
ok 'status tells' shows "$first" 5 $'1 up 1/1\n2 down -\n3 up 1/1'
ok 'it cannot be killed twice' fails 4 'does not run' lab kill 2 -d "$first"
ok 'it is revived' lab revive 2 -d "$first"
ok 'all are up again' shows "$first" 0 $'1 up 2/2\n2 up 2/2\n3 up 2/2'
ok 'it is the same peer' diff <(printf '%s\n' "$before") <(identities "$first")
ok 'it cannot be revived twice' fails 4 'runs already' lab revive 2 -d "$first"
ok 'there is no fourth peer' fails 1 'no peer 4' lab kill 4 -d "$first"
ok 'it finds what another stored' carries "$first"

ok 'the first lab stops' lab stop -d "$first"
ok 'who only named a peer lives' kill -0 $bystander
kill $bystander
wait $bystander 2>/dev/null
bystander=
ok 'nothing of it is left' gone "$run"
ok 'it cannot be stopped twice' fails 4 'no lab runs' lab stop -d "$first"
ok 'the second lab is as it was' shows "$second" 0 $'1 up 1/1\n2 up 2/2\n3 up 2/2\n4 up 1/1'

ok 'a lab starts as a ring' lab start -n 4 -t ring -d "$third" --no-service --cuttable
ok 'its peers are connected as a ring' shows "$third" 0 $'1 up 2/2\n2 up 2/2\n3 up 2/2\n4 up 2/2'
# Peer 1 of a ring of four has peers 2 and 4 for neighbours.
revives_behind_cut() {
  lab kill 1 -d "$third" && lab cut 1 2 -d "$third" && lab revive 1 -d "$third" -W 20
}
ok 'a peer is revived behind a cut' revives_behind_cut
ok 'the ring stops' lab stop -d "$third"
ok 'a lab starts where it was' lab start -n 1 -d "$third" --no-service
ok 'nothing of the ring is in it' shows "$third" 0 '1 up 0/0'
ok 'it stops' lab stop -d "$third"

start_and "$third" KILL &>/dev/null
ok 'a start that was killed leaves processes' test "$(processes "$(<"$scratch/run")")" -gt 0
ok 'stop ends them' lab stop -d "$third"
ok 'nothing is left' gone "$(<"$scratch/run")"
start_and "$third" TERM &>/dev/null
ok 'a start that was interrupted leaves nothing' gone "$(<"$scratch/run")"

rm -rf "$second"
ok 'a lab whose folder was deleted stops' lab stop -d "$second"
ok 'nothing of it is left' gone "$second_run"

finish
