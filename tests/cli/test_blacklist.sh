#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# gnunet-mqtt-blacklist: what it writes into an ego's zone, and what GNUnet's own
# tools make of it, with our plugin and without.  At one real peer.
# shellcheck disable=SC2317 # functions are called by name
# shellcheck source=tests/cli/one_peer.sh
. "$(dirname "$0")/one_peer.sh"

blacklist() { timeout -s KILL 60 gnunet-mqtt-blacklist -c "$conf" "$@"; }
stock() { timeout -s KILL 60 gnunet-namestore -c "$conf" -z alice "$@"; }

# The same, where the plugin is among GNUnet's own.
make_prefix() {
  local prefix=$scratch/prefix gnunet
  gnunet=$(pkg-config --variable=prefix gnunetutil) || return
  mkdir -p "$prefix/lib/gnunet" || return
  ln -s "$(pkg-config --variable=libdir gnunetutil)"/gnunet/* \
    "$GNUNET_MQTT_RECORD_PLUGIN" "$prefix/lib/gnunet/" \
    && ln -s "$gnunet/share" "$gnunet/bin" "$prefix/"
}
taught() { GNUNET_PREFIX=$scratch/prefix stock "$@"; }

# prints LINES COMMAND...: what it prints is these lines, in any order.
prints() {
  local out
  out=$("${@:2}" </dev/null | sort) || return
  [[ $out == "$(sort <<<"$1")" ]] && return
  printf '%s\n' "it prints:" "$out"
  return 1
}

# shows TEXT COMMAND...: the text is in what it prints.
shows() {
  local out
  out=$("${@:2}" </dev/null) || return
  printf '%s\n' "$out"
  [[ $out == *"$1"* ]]
}

# Peers that nobody has met, and an owner of topics.
peer=4RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG
other=5RRHMPAVWHN7ES43YJX2PCHAESQ22NV8D5SDSNTQ9HBM9EVCGZXG

# ---------------------------------------------------------------- wrong use

ok 'help' fails 0 'Exit codes' gnunet-mqtt-blacklist --help
ok 'version' fails 0 ' v' gnunet-mqtt-blacklist --version
ok 'no command' fails 1 'a command is needed' blacklist
ok 'no such command' fails 1 'a command is needed' blacklist ban -e alice "$peer"
ok 'no ego' fails 1 '-e EGO' blacklist add "$peer"
ok 'nobody named' fails 1 'whom?' blacklist add -e alice
ok 'not a key' fails 1 'neither' blacklist add -e alice "$peer" "${peer%?}"
ok 'list with a key' fails 1 'no arguments' blacklist list -e alice "$peer"
ok 'expiry of 0' fails 1 'from 1' blacklist add -e alice -x 0 "$peer"
ok 'no such ego' fails 4 'no ego "nobody"' blacklist list -e nobody

# ---------------------------------------------------------------- the list

ok 'an ego' timeout -s KILL 60 gnunet-identity -c "$conf" -C alice
owner=$(timeout -s KILL 60 gnunet-identity -c "$conf" -d -q -e alice)
ok 'nothing is listed' prints '' blacklist list -e alice
ok 'nothing to remove' fails 4 'not on the list' blacklist remove -e alice "$peer"
ok 'a peer and an owner are added' blacklist add -e alice "$peer" "$owner"
ok 'they are listed' prints "$peer"$'\n'"$owner" blacklist list -e alice
ok 'one is added again' blacklist add -e alice "$peer"
ok 'and is there once' prints "$peer"$'\n'"$owner" blacklist list -e alice
ok 'a list of another name' prints '' blacklist list -e alice -n foes
ok 'only what is there can be removed' fails 4 'not on the list' \
  blacklist remove -e alice "$peer" "$other"
ok 'all are removed' blacklist remove -e alice "$owner" "$peer"
ok 'nothing is listed any more' prints '' blacklist list -e alice

# ---------------------------------------------------------------- stock tools

ok 'a TXT record' stock -a -n blacklist -t TXT -V "mqtt-blacklist $peer" -e '1 d'
ok 'another TXT record' stock -a -n blacklist -t TXT -V 'hello' -e '1 d'
ok 'the first is listed' prints "$peer" blacklist list -e alice
ok 'a peer is added' blacklist add -e alice "$other"
ok 'both are listed' prints "$peer"$'\n'"$other" blacklist list -e alice
ok 'the first is removed' blacklist remove -e alice "$peer"
ok 'one is left' prints "$other" blacklist list -e alice
ok 'other records stay' shows hello stock -D -n blacklist

# ---------------------------------------------------------------- the plugin

ok 'a place for the plugin' make_prefix
ok 'records have a name and a text' shows "MQTT-BLACKLIST: $other" taught -D -n blacklist
ok 'an entry can be added by name' \
  taught -a -n blacklist -t MQTT-BLACKLIST -V "$peer" -e '1 d'
ok 'it is listed' prints "$peer"$'\n'"$other" blacklist list -e alice
ok 'what is no entry cannot' eval \
  "! taught -a -n blacklist -t MQTT-BLACKLIST -V hello -e '1 d'"

finish_balanced "$conf"
