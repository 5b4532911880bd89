#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# A group of shared subscriptions has members at two peers; a third peer has a
# subscriber that is in no group.  One of the two dies without a goodbye.
# shellcheck disable=SC2317 # functions are called by name

# Messages at each QoS.
messages=1000
# Most that arrive twice: what was under way when a peer died.
twice=100

# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

# Silence is noticed sooner than otherwise.
lab start -n 4 -o 'mqtt:PEER_TIMEOUT=4 s' -o 'mqtt:RECONNECT_MAXIMUM=1 s' \
  || exit 99

# listen PEER NAME FILTER: a subscriber in the background; what it gets is in
# $scratch/NAME.
listen() {
  : >"$scratch/$2"
  timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf "$1")" -q 2 -t "$3" \
    >>"$scratch/$2" &
  started+=($!)
}

# publish QOS: lines of standard input.
publish() {
  timeout -s KILL 100 gnunet-mqtt-publish -c "$(lab conf 1)" -t jobs/today \
    -q "$1" -i
}

# number PREFIX [PAUSE]: that many lines.
number() {
  local i
  for ((i = 1; i <= messages; i++)); do
    echo "$1 $i"
    [[ -n ${2-} ]] && sleep "$2"
  done
}

# count PREFIX NAME...: lines of these subscribers, each once.
count() {
  local prefix=$1
  shift
  (cd "$scratch" && cat "$@") | grep "^$prefix " | sort -u | wc -l
}

# all PREFIX NAME...: they get everything within some time.
all() {
  local _
  for _ in {1..600}; do
    (($(count "$@") == messages)) && return
    sleep 0.1
  done
  echo "$(count "$@") of $messages"
  return 1
}

# repeated PREFIX MOST: at most so many came twice to the group.
repeated() {
  local lines
  lines=$(cat "$scratch/two" "$scratch/three" | grep -c "^$1 ")
  echo "$((lines - $(count "$1" two three))) came twice"
  ((lines - $(count "$1" two three) <= $2))
}

# some PREFIX NAME: a fair part went there.
some() {
  count "$1" "$2"
  (($(count "$1" "$2") >= messages / 5))
}

# handed_on: what waited for the peer that died was given to the other one.
handed_on() {
  local _ count
  for _ in {1..20}; do
    count=$(timeout 10 gnunet-statistics -c "$(lab conf 1)" -s mqtt \
      -n '# messages of groups given to another member' -q | tr -dc 0-9)
    ((${count:-0} > 0)) && return
    sleep 0.2
  done
  return 1
}

# found: all three know the topic.
found() {
  local _
  for _ in {1..100}; do
    echo try | publish 1
    sleep 0.2
    [[ -s $scratch/plain && -s $scratch/two && -s $scratch/three ]] && return
  done
  return 1
}

listen 2 two "\$share/workers/jobs/#"
listen 3 three "\$share/workers/jobs/#"
listen 4 plain 'jobs/+'
ok 'all are found' found
sleep 5 # the discovery window

for qos in 0 1 2; do
  number "at-$qos" | publish "$qos"
  ok "who is in no group gets all at QoS $qos" all "at-$qos" plain
  ok "so does the group" all "at-$qos" two three
  ok "nothing twice" repeated "at-$qos" 0
  ok "the second peer gets some" some "at-$qos" two
  ok "the third peer gets some" some "at-$qos" three
done

number killed 0.005 | publish 1 &
publisher=$!
sleep 3
ok 'the third peer dies' lab kill 3
ok 'the publisher ends' wait "$publisher"
ok 'who is in no group gets all' all killed plain
ok 'so does the group' all killed two three
ok 'what waited for the dead peer went to the other one' handed_on
ok 'few come twice' repeated killed "$twice"

finish_lab 1 2 4
