# SPDX-License-Identifier: AGPL-3.0-or-later
# What a person types.  Programs know nothing of ours but the public header.

bin_PROGRAMS += \
  %reldir%/gnunet-mqtt-blacklist \
  %reldir%/gnunet-mqtt-channel \
  %reldir%/gnunet-mqtt-publish \
  %reldir%/gnunet-mqtt-subscribe

noinst_LTLIBRARIES += libmqttcli.la
libmqttcli_la_SOURCES = \
  %reldir%/exit_codes.h \
  %reldir%/format.c \
  %reldir%/format.h \
  %reldir%/format_encode.c \
  %reldir%/format_encode.h \
  %reldir%/format_item.h \
  %reldir%/format_json.c \
  %reldir%/format_json.h \
  %reldir%/format_write.c \
  %reldir%/lab_relay.c \
  %reldir%/lab_relay.h \
  %reldir%/options.c \
  %reldir%/options.h \
  %reldir%/output.c \
  %reldir%/output.h \
  %reldir%/payload_input.c \
  %reldir%/payload_input.h \
  %reldir%/publisher.c \
  %reldir%/publisher.h \
  %reldir%/session.c \
  %reldir%/session.h \
  %reldir%/session_options.c \
  %reldir%/session_options.h \
  %reldir%/topic_complaint.c \
  %reldir%/topic_complaint.h \
  %reldir%/user_properties.c \
  %reldir%/user_properties.h
libmqttcli_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libmqttcli_la_LIBADD = libgnunetmqtt.la $(GNUNETUTIL_LIBS) $(JANSSON_LIBS)

%canon_reldir%_gnunet_mqtt_blacklist_SOURCES = \
  %reldir%/blacklist_zone.c \
  %reldir%/blacklist_zone.h \
  %reldir%/gnunet-mqtt-blacklist.c
%canon_reldir%_gnunet_mqtt_blacklist_LDADD = libmqttcli.la \
  $(GNUNETIDENTITY_LIBS) $(GNUNETNAMESTORE_LIBS)

%canon_reldir%_gnunet_mqtt_channel_SOURCES = \
  %reldir%/channel_zone.c \
  %reldir%/channel_zone.h \
  %reldir%/gnunet-mqtt-channel.c
%canon_reldir%_gnunet_mqtt_channel_LDADD = libmqttcli.la \
  $(GNUNETIDENTITY_LIBS) $(GNUNETNAMESTORE_LIBS)

%canon_reldir%_gnunet_mqtt_publish_SOURCES = %reldir%/gnunet-mqtt-publish.c
%canon_reldir%_gnunet_mqtt_publish_LDADD = libmqttcli.la $(GNUNETIDENTITY_LIBS)

%canon_reldir%_gnunet_mqtt_subscribe_SOURCES = %reldir%/gnunet-mqtt-subscribe.c
%canon_reldir%_gnunet_mqtt_subscribe_LDADD = libmqttcli.la

dist_bin_SCRIPTS += %reldir%/gnunet-mqtt-lab
dist_pkgdata_DATA = %reldir%/lab_conf.sh

bin_PROGRAMS += %reldir%/gnunet-mqtt-lab-relay
%canon_reldir%_gnunet_mqtt_lab_relay_SOURCES = \
  %reldir%/gnunet-mqtt-lab-relay.c
%canon_reldir%_gnunet_mqtt_lab_relay_LDADD = libmqttcli.la
