#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# gnunet-mqtt-publish and gnunet-mqtt-subscribe as a person and a script use
# them, at one real peer.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/cli/one_peer.sh
. "$(dirname "$0")/one_peer.sh"

# says FORMAT TEXT OPTION...: what is published with the options, a subscriber
# writes so.
says() {
  printf '%s' "$2" >"$scratch/expected"
  listen -t 'test/#' -C 1 -N -F "$1" || return
  publish -t test/x "${@:3}" || return
  heard 0 "$scratch/expected"
}

# ---------------------------------------------------------------- wrong use

ok 'publish --help' fails 0 'Exit codes' gnunet-mqtt-publish --help
ok 'subscribe --help' fails 0 'Exit codes' gnunet-mqtt-subscribe --help
ok 'publish --version' fails 0 ' v' gnunet-mqtt-publish --version
ok 'subscribe --version' fails 0 ' v' gnunet-mqtt-subscribe --version
ok 'publish: no topic' fails 1 '-t TOPIC' publish -m x
ok 'publish: nothing to publish' fails 1 'exactly one' publish -t a
ok 'publish: two payloads' fails 1 'exactly one' publish -t a -m x -n
ok 'publish: stray argument' fails 1 'no option' publish -t a -m x y
ok 'publish: unknown option' fails 1 wrong publish -t a -m x --wrong
ok 'publish: QoS 3' fails 1 'from 0 to 2' publish -t a -m x -q 3
ok 'publish: QoS " 1"' fails 1 'from 0 to 2' publish -t a -m x -q ' 1'
ok 'publish: repeat -1' fails 1 'from 1 to' publish -t a -m x -R -1
ok 'publish: repeat 2^64+1' fails 1 'from 1 to' \
  publish -t a -m x -R 18446744073709551617
ok 'publish: repeated lines' fails 1 -- publish -t a -i -R 2
ok 'publish: property without a value' fails 1 NAME=VALUE \
  publish -t a -n -p x
ok 'publish: stray argument behind a property' fails 1 'no option' \
  publish -t a -n -p x y z
ok 'publish: content type not UTF-8' fails 1 UTF-8 \
  publish -t a -n -T $'\xff'
ok 'publish: wildcard' fails 1 $'"a/+" is wrong at byte 3' publish -t a/+ -n
ok 'publish: empty topic' fails 1 empty publish -t '' -n
ok 'publish: wrong response topic' fails 1 $'response topic "#" is wrong' \
  publish -t a -n -a '#'
ok 'publish: clean start of no session' fails 1 '--id ID' publish -t a -n -S
ok 'publish: expiry of no session' fails 1 '--id ID' publish -t a -n -x 60
ok 'publish: empty identifier' fails 1 'from 1' publish -t a -n -I ''
ok 'publish: identifier not UTF-8' fails 1 UTF-8 publish -t a -n -I $'\xff'
ok 'publish: will without a topic' fails 1 'will-topic' publish -t a -n -y gone
ok 'publish: wrong topic of the will' fails 1 $'will "w/#" is wrong at byte 3' \
  publish -t a -n -w 'w/#'
ok 'publish: QoS 3 of the will' fails 1 'from 0 to 2' publish -t a -n -w w -Q 3
ok 'subscribe: both named and not' fails 1 'exclude each other' \
  subscribe -t a --anonymous --named
ok 'subscribe: no filter' fails 1 '-t FILTER' subscribe
ok 'subscribe: stray argument' fails 1 'no option' subscribe -t a b
ok 'subscribe: # not last' fails 1 $'"a/#/b" is wrong at byte 3' \
  subscribe -t ok -t 'a/#/b'
ok 'subscribe: shows the place' fails 1 $'\n    a/#/b\n      ^' \
  subscribe -t 'a/#/b'
ok 'subscribe: not UTF-8' fails 1 $'"a\\xff" is wrong at byte 2' \
  subscribe -t $'a\xff'
ok 'subscribe: bad format' fails 1 $'"%t %y" is wrong at byte 5' \
  subscribe -t a -F '%t %y'
ok 'subscribe: -V and -F' fails 1 'exclude' subscribe -t a -V -F %p
ok 'subscribe: --no-ack in no session' fails 1 '--id ID' subscribe -t a -A
ok 'subscribe: delay of no will' fails 1 'will-topic' subscribe -I x -D 3
ok 'subscribe: count 0' fails 1 'from 1 to' subscribe -t a -C 0

# ---------------------------------------------------------- without a service

nobody=$scratch/nobody.conf
printf '[mqtt]\nUNIXPATH = %s/nobody.sock\n' "$scratch" >"$nobody"
ok 'publish: service not there' fails 2 'no mqtt service within 1 s' \
  publish -c "$nobody" -t a -m x -W 1
ok 'subscribe: service not there' fails 2 'no mqtt service within 1 s' \
  subscribe -c "$nobody" -t a -W 1
ok 'session: service not there' fails 2 'no mqtt service within 1 s' \
  subscribe -c "$nobody" -I x -W 1
: >"$nobody"
ok 'publish: no service configured' fails 2 'configuration' \
  publish -c "$nobody" -t a -m x
ok 'subscribe: no service configured' fails 2 'configuration' \
  subscribe -c "$nobody" -t a

# ------------------------------------------------------------------ payloads

printf 'a\0b\n\001\377' >"$scratch/binary"
from_stdin() { publish -t test/x -s <"$scratch/binary"; }
from_pipe() {
  # shellcheck disable=SC2002 # a pipe is what is tested
  { cat "$scratch/binary"; sleep 0.2; } | publish -t test/x -s
}
from_fifo() {
  mkfifo "$scratch/fifo"
  { sleep 0.2; cat "$scratch/binary"; } >"$scratch/fifo" &
  publish -t test/x -f "$scratch/fifo"
}
carries_binary() {
  listen -t test/x -C 1 -N && "$@" && heard 0 "$scratch/binary"
}
ok 'text' says %p 'hello wörld' -m 'hello wörld'
ok 'empty message' says '<%p>%l' '<>0' -n
ok 'empty text' says '<%p>' '<>' -m ''
ok 'binary from a file' carries_binary publish -t test/x -f "$scratch/binary"
ok 'binary from standard input' carries_binary from_stdin
ok 'binary from a pipe' carries_binary from_pipe
ok 'binary from a named pipe' carries_binary from_fifo

lines() {
  printf 'one\n\ntwo \0\r\nthree' >"$scratch/lines"
  printf 'one|\n|\ntwo \0\r|\nthree|\n' >"$scratch/expected"
  listen -t test/x -C 4 -F '%p|' && publish -t test/x -i <"$scratch/lines" \
    && heard 0 "$scratch/expected"
}
ok 'lines' lines

many_lines() {
  seq 1 200000 >"$scratch/expected"
  listen -t test/x -C 200000 && publish -t test/x -i <"$scratch/expected" \
    && heard 0 "$scratch/expected"
}
ok '200,000 lines, in order' many_lines

repeated() {
  yes same | head -n 5000 >"$scratch/expected"
  listen -t test/x -C 5000 && publish -t test/x -m same -R 5000 \
    && heard 0 "$scratch/expected"
}
ok 'repeated message' repeated
ok 'no lines' publish -t test/x -i </dev/null

head -c 16777217 /dev/urandom >"$scratch/too-large"
head -c 16777216 "$scratch/too-large" >"$scratch/large"
large() {
  listen -t test/x -C 1 -N && publish -t test/x -f "$scratch/large" \
    && heard 0 "$scratch/large"
}
ok '16 MiB' large
ok 'more than 16 MiB' fails 4 'larger than the 16777216 bytes' \
  publish -t test/x -f "$scratch/too-large"
ok 'QoS 1' publish -t a -m x -q 1
ok 'file that is not there' fails 5 'No such file' \
  publish -t a -f "$scratch/none"
ok 'folder' fails 5 'directory' publish -t a -f "$scratch"
closed_input() { publish -t a -s <&-; }
ok 'closed standard input' fails 5 'standard input' closed_input

# ------------------------------------------------------------------- formats

ok 'topic and payload' says '%t %p' 'test/x hello' -m hello
ok 'hex, base64, length' says '%x %X %b %l' '6c6f 6C6F bG8= 2' -m lo
ok 'widths' says '[%10t][%-10t][%.4t][%04l]' '[    test/x][test/x    ][test][0002]' \
  -m lo
ok 'properties' says '%C %R %D %P %E' 'text r/t id a:b a:c= 60' -n \
  -T text -a r/t -k id -p a=b --property a c= -e 60
is_json() {
  listen -t test/x -C 1 -F %j && publish -t test/x -m $'say "\t"' && wait "$listener" \
    && grep -E '^\{"tst":"20[0-9-]{8}T[0-9:]{8}\.[0-9]{6}\+0000","topic":"test/x","qos":0,"retain":0,"payloadlen":7,"payload":"say \\"\\t\\""\}$' \
      "$scratch/out"
}
ok 'JSON' is_json
not_json() {
  listen -t test/x -C 1 -F %J && publish -t test/x -m '{' && wait "$listener" \
    && grep 'not JSON' "$scratch/err"
}
ok 'payload that should be JSON and is not' not_json
verbose() {
  echo 'test/x hello' >"$scratch/expected"
  listen -t test/x -C 1 -V && publish -t test/x -m hello \
    && heard 0 "$scratch/expected"
}
ok 'topic before payload' verbose

# ------------------------------------------------------------- subscriptions

overlapping() {
  printf '1\n2\n3\n' >"$scratch/expected"
  listen -t 'test/#' -t '+/x' -t test/x -C 3 && until_true announced 3 \
    && publish -t test/x -i <"$scratch/expected" && heard 0 "$scratch/expected"
}
ok 'one message, three filters, written once' overlapping

timed_out() {
  echo one >"$scratch/expected"
  listen -t test/x -C 2 -W 5 && publish -t test/x -m one \
    && heard 3 "$scratch/expected"
}
ok 'timeout' timed_out

# ends_by SIGNAL CODE: how a subscriber that has written something ends.
ends_by() {
  printf 'one\ntwo\n' >"$scratch/expected"
  listen -t test/x && publish -t test/x -i <"$scratch/expected" \
    && until_true cmp -s "$scratch/expected" "$scratch/out" || return
  kill -s "$1" "$(program "$listener")" && heard "$2" "$scratch/expected"
}
ok 'subscribe: Ctrl-C' ends_by INT 0
ok 'subscribe: SIGTERM' ends_by TERM 0

# It has published a line and waits for the next.
interrupted() {
  local is publisher
  echo one >"$scratch/expected"
  mkfifo "$scratch/endless"
  listen -t test/x -C 1 || return
  publish -t test/x -i <"$scratch/endless" 2>"$scratch/interrupted" &
  publisher=$!
  exec 4>"$scratch/endless"
  echo one >&4
  heard 0 "$scratch/expected" || return
  kill -s INT "$(program "$publisher")"
  wait "$publisher"
  is=$?
  exec 4>&-
  cat "$scratch/interrupted"
  [[ $is == 6 ]] && grep interrupted "$scratch/interrupted"
}
ok 'publish: Ctrl-C' interrupted

# ---------------------------------------------------------------- what reads

reader_leaves() {
  local is
  subscribe -a -t test/x 2>"$scratch/err" | head -n 1 >"$scratch/out" &
  until_true grep -q subscribed "$scratch/err" || return
  publish -t test/x -m one
  until_true grep -q one "$scratch/out" || return
  publish -t test/x -m two -R 3
  wait $!
  cat "$scratch/err"
  ! grep -qv subscribed "$scratch/err"
}
ok 'reader leaves' reader_leaves

ends_when_reader_left() {
  (subscribe -a -t test/x 2>"$scratch/err"; echo $? >"$scratch/code") | true &
  until_true grep -q subscribed "$scratch/err" && publish -t test/x -m one || return
  until_true test -s "$scratch/code" && [[ $(<"$scratch/code") == 0 ]]
}
: >"$scratch/err"
ok 'reader has left' ends_when_reader_left

no_space() {
  : >"$scratch/err"
  subscribe -a -t test/x >/dev/full 2>"$scratch/err" &
  listener=$!
  until_true grep -q subscribed "$scratch/err" && publish -t test/x -m one || return
  wait "$listener"
  [[ $? == 5 ]] && grep 'No space' "$scratch/err"
}
ok 'no space for output' no_space

closed_output() {
  : >"$scratch/err"
  subscribe -a -t test/x >&- 2>"$scratch/err" &
  listener=$!
  until_true grep -q subscribed "$scratch/err" && publish -t test/x -m one || return
  wait "$listener"
  [[ $? == 5 ]] && grep 'Bad file descriptor' "$scratch/err"
}
ok 'closed output' closed_output

# resident PID: bytes of memory.
resident() { awk '/^VmRSS/ { print 1024 * $2 }' "/proc/$1/status"; }

# 60 MB for a reader that sleeps at first: the publisher waits, nobody's memory
# grows by much, and all arrives.
slow_reader() {
  local pid publisher size
  : >"$scratch/err"
  yes "$(printf '%0999d' 0)" | head -n 60000 >"$scratch/expected"
  mkfifo "$scratch/slow"
  subscribe -a -t test/x -C 60000 >"$scratch/slow" 2>"$scratch/err" &
  listener=$!
  exec 4<"$scratch/slow"
  until_true grep -q subscribed "$scratch/err" || return
  publish -t test/x -i <"$scratch/expected" &
  publisher=$!
  sleep 2
  for pid in "$listener" "$publisher"; do
    size=$(resident "$(program "$pid")")
    echo "$size bytes"
    ((size < 40000000)) || return
  done
  kill -0 "$publisher" || { echo 'the publisher did not wait'; return 1; }
  cat <&4 >"$scratch/out"
  exec 4<&-
  wait "$publisher" && heard 0 "$scratch/expected"
}
ok 'slow reader slows the publisher' slow_reader

# ------------------------------------------------------ restart of the service

restart() {
  printf 'before\nafter\n' >"$scratch/expected"
  listen -t test/x -C 2 && publish -t test/x -m before \
    && until_true grep -q before "$scratch/out" || return
  timeout -s KILL 20 gnunet-arm -c "$conf" -k mqtt || return
  timeout -s KILL 20 gnunet-arm -c "$conf" -i mqtt || return
  until_true announced 2 && publish -t test/x -m after \
    && heard 0 "$scratch/expected"
}
ok 'subscriber survives a restart of the service' restart

finish_balanced "$conf"
