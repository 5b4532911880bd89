#!/bin/bash
# SPDX-License-Identifier: AGPL-3.0-or-later
#
# What runs of a peer's service: to be sourced.

# service_of CONF: prints the processes of the service of a lab's peer, by the lab's
# mark and their name.
service_of() {
  local run pid
  run=$(gnunet-config -c "$1" -s PATHS -o GNUNET_RUNTIME_DIR)
  grep -lzxF "GNUNET_MQTT_LAB_PEER=${run%/}" /proc/[0-9]*/environ 2>/dev/null \
    | cut -d / -f 3 | while read -r pid; do
    [[ $(readlink "/proc/$pid/exe") == *gnunet-service-mqtt ]] && printf '%s\n' "$pid"
  done
}
