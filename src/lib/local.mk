# SPDX-License-Identifier: AGPL-3.0-or-later
# The C API.  Only what the public header declares is exported; unit tests link
# the convenience library, which has all of it.

lib_LTLIBRARIES += libgnunetmqtt.la
noinst_LTLIBRARIES += libmqttapi.la
gnunetinclude_HEADERS += \
  src/include/gnunet_mqtt_blacklist.h \
  src/include/gnunet_mqtt_channel.h \
  src/include/gnunet_mqtt_service.h \
  src/include/gnunet_mqtt_session.h

libmqttapi_la_SOURCES = \
  %reldir%/mqtt_api.c \
  %reldir%/mqtt_api.h \
  %reldir%/mqtt_api_blacklist.c \
  %reldir%/mqtt_api_channel.c \
  %reldir%/mqtt_api_message.c \
  %reldir%/mqtt_api_publish.c \
  %reldir%/mqtt_api_session.c \
  %reldir%/mqtt_api_session.h \
  %reldir%/mqtt_api_session_deliver.c \
  %reldir%/mqtt_api_session_frame.c \
  %reldir%/mqtt_api_session_open.c \
  %reldir%/mqtt_api_session_publish.c \
  %reldir%/mqtt_api_session_subscribe.c \
  %reldir%/mqtt_api_show.c \
  %reldir%/mqtt_api_subscribe.c \
  %reldir%/mqtt_api_text.c \
  %reldir%/topic_cache.c \
  %reldir%/topic_cache.h
libmqttapi_la_LIBADD = libmqttstream.la

libgnunetmqtt_la_SOURCES =
libgnunetmqtt_la_LIBADD = libmqttapi.la
libgnunetmqtt_la_LDFLAGS = \
  -version-info 0:0:0 -no-undefined -export-symbols-regex '^GNUNET_MQTT_'
