# SPDX-License-Identifier: AGPL-3.0-or-later
# shellcheck shell=bash disable=SC2154
#
# How the peers of a lab are configured; a part of gnunet-mqtt-lab, whose variables
# it uses.

# Prints the numbers of peer I's neighbours.
neighbours() {
  local i=$1 j
  for ((j = 1; j <= size; j++)); do
    case $topology in
      clique) ((j != i)) ;;
      line) ((j == i - 1 || j == i + 1)) ;;
      ring) ((j != i && (j % size + 1 == i || i % size + 1 == j))) ;;
    esac && printf '%s\n' "$j"
  done
}

# Names as GNUnet sees them.
home() { printf '%s/lab/peer%s\n' "$run" "$1"; }
conf() { printf '%s/peer.conf\n' "$(home "$1")"; }
address() {
  local net=${run##*-lab-}
  printf '127.%s.%s:%s\n' "${net/-/.}" "$1" "$port"
}
# Where a peer listens, if something stands between it and the others.
inner_port() {
  if [[ $cuttable == yes ]]; then printf '%s\n' $((port + 1)); else printf '%s\n' "$port"; fi
}
identity() { cat -- "$dir/peer$1/identity"; }

make_keys() {
  local i ids
  # gnunet-ecc prints everything to standard error.
  peer 0 gnunet-ecc -g "$size" "$run/keys" 2>/dev/null
  mapfile -t ids < <(peer 0 gnunet-ecc -i "$run/keys" 2>&1 \
    | sed -n 's/^ *[0-9]*: //p')
  ((${#ids[@]} == size)) || die "$E_MISSING" "gnunet-ecc makes no keys"
  for ((i = 1; i <= size; i++)); do
    mkdir -- "$run/$i" "$dir/peer$i"
    printf '%s\n' "${ids[i - 1]}" >"$dir/peer$i/identity"
    tail -c "+$((i * 32 - 31))" "$run/keys" | head -c 32 \
      >"$dir/peer$i/private_key.ecc"
  done
  rm -- "$run/keys"
}

# Only friends connect, and they are the neighbours.  Services that CADET, DHT
# and REGEX do without start when somebody asks for them.
peer_section() {
  local i=$1 host section
  host=$(address "$i")
  cat <<EOF
[PATHS]
GNUNET_HOME = $(home "$i")
GNUNET_DATA_HOME = \$GNUNET_HOME
GNUNET_CONFIG_HOME = \$GNUNET_HOME
GNUNET_CACHE_HOME = \$GNUNET_HOME
GNUNET_RUNTIME_DIR = $run/$i
GNUNET_USER_RUNTIME_DIR = $run/$i
GNUNET_TMP = $run/$i
[PEER]
PRIVATE_KEY = \$GNUNET_HOME/private_key.ecc
[arm]
OPTIONS =
[topology]
FRIENDS-ONLY = YES
FRIENDS = \$GNUNET_HOME/friends
TARGET-CONNECTION-COUNT = $size
[transport]
PLUGINS = tcp
NEIGHBOUR_LIMIT = $((size + 50))
[transport-tcp]
BINDTO = ${host%:*}
PORT = $(inner_port)
DISABLEV6 = YES
[peerinfo]
USE_INCLUDED_HELLOS = NO
[nat]
START_ON_DEMAND = NO
[nse]
WORKBITS = 0
[revocation]
WORKBITS = 0
EOF
  for section in fs gns hostlist rest revocation zonemaster; do
    printf '[%s]\nIMMEDIATE_START = NO\n' "$section"
  done
}

# Where the service and its defaults are: as the environment says, else in the
# build tree or the installation that this script is a part of.
find_service() {
  service=$here/../service/gnunet-service-mqtt
  service_conf=$here/../../contrib/mqtt.conf
  if [[ ! -x $service ]]; then
    service='' # GNUnet finds it
    service_conf=$here/../share/gnunet/config.d/mqtt.conf
  fi
  service=${GNUNET_MQTT_SERVICE:-$service}
  service_conf=${GNUNET_MQTT_CONF:-$service_conf}
  [[ -r $service_conf ]] \
    || die "$E_MISSING" "cannot read $service_conf; set GNUNET_MQTT_CONF"
  [[ -z $service || -x $service ]] \
    || die "$E_MISSING" "cannot run $service; set GNUNET_MQTT_SERVICE"
}

service_section() {
  cat -- "$service_conf"
  [[ -z $service ]] || printf '[mqtt]\nBINARY = %s\n' "$(readlink -f -- "$service")"
}

# What -o and -i say to peer I.
option_sections() {
  local i=$1 option
  for option in "${options[@]}"; do
    [[ $option =~ $option_form ]]
    [[ ${BASH_REMATCH[1]:-$i} == "$i" ]] \
      && printf '[%s]\n%s = %s\n' "${BASH_REMATCH[@]:2}"
  done
}

write_conf() {
  local i=$1
  {
    peer_section "$i"
    [[ $with_service == no ]] || service_section
    option_sections "$i"
  } >"$dir/peer$i/peer.conf"
  neighbours "$i" | while read -r j; do identity "$j"; done >"$dir/peer$i/friends"
}
