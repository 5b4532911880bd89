# SPDX-License-Identifier: AGPL-3.0-or-later
# Man pages.

dist_man_MANS += \
  %reldir%/gnunet-mqtt-blacklist.1 \
  %reldir%/gnunet-mqtt-channel.1 \
  %reldir%/gnunet-mqtt-lab.1 \
  %reldir%/gnunet-mqtt-publish.1 \
  %reldir%/gnunet-mqtt-store.1 \
  %reldir%/gnunet-mqtt-subscribe.1 \
  %reldir%/gnunet-mqtt.conf.5 \
  %reldir%/gnunet-service-mqtt.1
