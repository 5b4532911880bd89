#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# Two peers talk; one puts the other on its blacklist, and takes it off.  A third
# follows the list by GNS.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/peers/lab.sh
. "$(dirname "$0")/lab.sh"

lab start -n 2 -o 'mqtt:RECONNECT_MAXIMUM=1 s' -i '1:mqtt:BLACKLIST=alice stock.alice' \
  || exit 99
conf=$(lab conf 1)
publisher=$(cat "$scratch/lab/peer2/identity")

# microseconds: the time.
microseconds() { echo "${EPOCHREALTIME/[^0-9]/}"; }

# until_true SECONDS COMMAND...: succeeds as soon as the command does, if that has ended
# in time.
until_true() {
  local begin passed=0 limit=$(($1 * 1000000)) result
  shift
  begin=$(microseconds)
  while ((passed <= limit)); do
    "$@"
    result=$?
    passed=$(($(microseconds) - begin))
    if ((result == 0 && passed <= limit)); then
      echo "after $((passed / 1000)) ms"
      return
    fi
    sleep 0.1
  done
  echo "in vain: $*"
  return 1
}

identity() { timeout -s KILL 20 gnunet-identity -c "$conf" "$@"; }
blacklist() { timeout -s KILL 30 gnunet-mqtt-blacklist "$1" -c "$conf" -e alice "${@:2}"; }
stock() { timeout -s KILL 20 gnunet-namestore -c "$conf" -z alice -n stock "$@"; }

# count PEER TEXT: what the peer's service has counted.
count() {
  timeout -s KILL 20 gnunet-statistics -c "$(lab conf "$1")" -s mqtt -q -n "$2"
}
counts() { (($(count 1 "$1") == $2)); }
more() { (($(count 1 "$1") > $2)); }

publish() {
  timeout -s KILL 30 gnunet-mqtt-publish -c "$(lab conf 2)" -t news/today -m "$1"
}

# talk: of what is published until then, the subscriber gets something.
number=0
talk() {
  publish "try $((++number))" && sleep 0.3 && grep -qxF "try $number" "$scratch/heard"
}

# silent: nothing of what is published arrives.
silent() {
  local before
  before=$(wc -l <"$scratch/heard")
  for _ in 1 2 3; do
    publish "try $((++number))" || return
    sleep 0.5
  done
  (($(wc -l <"$scratch/heard") == before))
}

not_listed() { ! blacklist remove "$publisher"; }
no_links() { counts '# links' 0; }

ok 'an ego' identity -C alice
: >"$scratch/heard"
timeout -s KILL 800 gnunet-mqtt-subscribe -c "$conf" -t 'news/#' >>"$scratch/heard" &
started+=($!)
ok 'the peers talk' until_true 60 talk
ok 'the lists are there' until_true 10 counts '# blacklists that cannot be read' 0
ok 'the list is empty' test -z "$(blacklist list)"

ok 'the publisher is put on the list' blacklist add "$publisher"
ok 'it is listed' test "$(blacklist list)" = "$publisher"
ok 'within 5 s the link is gone' until_true 5 no_links
ok 'the publisher is not heard any more' silent
ok 'it tries, and is refused' until_true 20 more '# links refused: blacklisted' 0
ok 'that was one link' counts '# links dropped: blacklisted' 1
ok 'one is on lists' counts '# peers and owners on blacklists' 1

ok 'it is taken off' blacklist remove "$publisher"
ok 'nobody is listed' test -z "$(blacklist list)"
ok 'taking it off again fails' not_listed
ok 'they talk again' until_true 60 talk

ok 'a TXT record of a stock tool' \
  stock -a -t TXT -V "mqtt-blacklist $publisher" -e '1 d'
ok 'within 5 s the link is gone' until_true 5 no_links
ok 'the publisher is not heard any more' silent
ok 'the tool lists it' test "$(blacklist list -n stock)" = "$publisher"
ok 'it is deleted with the stock tool' stock -d
ok 'they talk again' until_true 60 talk

ok 'an owner of topics can be listed' blacklist add "$(identity -d -q -e alice)"
ok 'the peers talk all the same' until_true 20 talk
ok 'a record that is not understood' \
  stock -a -t TXT -V 'mqtt-blacklist somebody' -e '1 d'
ok 'is counted' until_true 5 more '# records of blacklists that are not understood' 0
ok 'and refuses nobody' until_true 20 talk

# ------------------------------------------ the other way: who subscribes is refused

reader=$publisher
tell() {
  timeout -s KILL 30 gnunet-mqtt-publish -c "$conf" -t letters -q 1 -m "$1"
}
got() { grep -qxF "$1" "$scratch/letters"; }
read_letters() {
  timeout -s KILL 800 gnunet-mqtt-subscribe -c "$(lab conf 2)" -t letters -q 1 -I reader \
    --session-expiry 3600 >>"$scratch/letters" &
  started+=($!)
}
# A letter that is sent until it arrives.
reaches() { tell "letter $((++number))" && sleep 0.5 && got "letter $number"; }

durable="# topics wanted by peers' durable sessions"
: >"$scratch/letters"
read_letters
ok 'a durable session gets letters' until_true 60 reaches
ok 'its peer is remembered' more "$durable" 0
ok 'it is put on the list' blacklist add "$reader"
ok 'within 5 s the link is gone' until_true 5 no_links
ok 'it is not remembered' counts "$durable" 0
ok 'a letter is published' tell 'secret'
ok 'and is not kept for it' counts '# messages in outboxes for peers' 0
ok 'it is taken off' blacklist remove "$reader"
ok 'it gets letters again' until_true 60 reaches

# ------------------------------------------------------------- a list of another's

key=$(identity -d -q -e alice)
conf2=$(lab conf 2)
settle() {
  timeout -s KILL 20 gnunet-config -c "$conf2" -s mqtt -o "$1" -V "$2"
}
arm() { timeout -s KILL 30 gnunet-arm -c "$conf2" "$@"; }
count2() { (($(count 2 "$1") == $2)); }

# The lab calls its folder by a name of its own.
for link in /tmp/gnunet-mqtt-lab-*/lab; do
  [[ $link -ef $scratch/lab ]] && folder=$link
done

ok 'zones are published' timeout -s KILL 20 gnunet-arm -c "$conf" -i zonemaster
ok 'a list for others' blacklist add -n brief -p -x 20 "$key"
ok 'the second peer is to follow it' settle BLACKLIST "brief.$key"
arm -k mqtt
ok 'its service starts anew' arm -i mqtt
ok 'it reads the list' until_true 30 count2 '# peers and owners on blacklists' 1
ok 'the list is changed' blacklist add -n brief -p -x 20 "$publisher"
# GNUnet does not publish it again in time: it must be found within 20 s, or with the look
# that was begun then.
ok 'that counts with the first look after what was read before has expired' \
  until_true 24 count2 '# peers and owners on blacklists' 2

# ------------------------------------------- a zone of one's own, called by its key

own() { timeout -s KILL 30 gnunet-mqtt-blacklist "$1" -c "$conf2" -e dora "${@:2}"; }
both_are_listed() {
  count2 '# peers and owners on blacklists' 2 && count2 '# links' 0
}
ok 'an ego of the second peer' timeout -s KILL 20 gnunet-identity -c "$conf2" -C dora
ok 'zones are published there' arm -i zonemaster
ok 'a list of its own' own add "$key"
ok 'it is to follow that by its key' settle BLACKLIST \
  "$(timeout -s KILL 20 gnunet-identity -c "$conf2" -d -q -e dora)"
arm -k mqtt
ok 'its service starts anew' arm -i mqtt
ok 'it reads the list' until_true 30 count2 '# peers and owners on blacklists' 1
ok 'the peers talk' until_true 60 talk
ok 'who subscribes is put on the list' own add "$(cat "$scratch/lab/peer1/identity")"
ok 'within 5 s that counts, and the link is gone' until_true 5 both_are_listed
ok 'both are taken off' own remove "$(cat "$scratch/lab/peer1/identity")" "$key"
ok 'within 5 s that counts' until_true 5 count2 '# peers and owners on blacklists' 0

# ------------------------------------------------------------- a list out of reach

ok 'a list for others' blacklist add -n shared -p -x 3600 "$key"
ok 'the second peer is to follow it' settle BLACKLIST "shared.$key"
ok 'and to refuse everybody without it' settle BLACKLIST_UNAVAILABLE refuse
arm -k mqtt
ok 'its service starts anew' arm -i mqtt
ok 'it reads the list' until_true 30 count2 '# peers and owners on blacklists' 1
ok 'which can be read' count2 '# blacklists that cannot be read' 0
ok 'the peers talk' until_true 60 talk

gns=$(pgrep -f "gnunet-service-gns -c $folder/peer2/peer.conf")
ok 'its GNS stops to answer' kill -STOP "$gns"
ok 'the list cannot be read' until_true 15 count2 '# blacklists that cannot be read' 1
ok 'all links are gone' count2 '# links' 0
ok 'nothing comes from it' silent
ok 'its GNS answers again' kill -CONT "$gns"
ok 'the list can be read' until_true 15 count2 '# blacklists that cannot be read' 0
ok 'the peers talk' until_true 60 talk

finish_lab 1 2
