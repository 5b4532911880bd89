# SPDX-License-Identifier: AGPL-3.0-or-later
# What GNUnet's own services and tools load: from the folder of its plugins, and from
# nowhere else.  Peers do without it.

gnunetplugin_LTLIBRARIES += libgnunet_plugin_gnsrecord_mqtt.la

libgnunet_plugin_gnsrecord_mqtt_la_SOURCES = \
  %reldir%/plugin_gnsrecord_mqtt.c
libgnunet_plugin_gnsrecord_mqtt_la_LIBADD = \
  libmqttcore.la $(GNUNETUTIL_LIBS)
libgnunet_plugin_gnsrecord_mqtt_la_LDFLAGS = \
  -module -avoid-version -shared \
  -export-symbols-regex '^libgnunet_plugin_gnsrecord_mqtt_(init|done)$$'
