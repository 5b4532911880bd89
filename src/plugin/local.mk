# SPDX-License-Identifier: AGPL-3.0-or-later
# What GNUnet's own services and tools load: nothing depends on it.

gnunetplugin_LTLIBRARIES += %reldir%/libgnunet_plugin_gnsrecord_mqtt.la
%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_SOURCES = \
  %reldir%/plugin_gnsrecord_mqtt.c \
  src/core/blacklist_entry.c \
  src/core/blacklist_entry.h \
  src/core/owned_topic.c \
  src/core/owned_topic.h
%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_LIBADD = $(GNUNETUTIL_LIBS)
%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_LDFLAGS = \
  -module -avoid-version -no-undefined \
  -export-symbols-regex '^libgnunet_plugin_gnsrecord_mqtt_'
