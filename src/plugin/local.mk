# SPDX-License-Identifier: AGPL-3.0-or-later
# What GNUnet's own services and tools load: from the folder of its plugins, and from
# nowhere else.  Peers do without it.

gnunetplugin_LTLIBRARIES += \
  %reldir%/libgnunet_plugin_block_mqtt.la \
  %reldir%/libgnunet_plugin_gnsrecord_mqtt.la

plugin_flags = -module -avoid-version -shared -no-undefined

%canon_reldir%_libgnunet_plugin_block_mqtt_la_SOURCES = \
  %reldir%/plugin_block_mqtt.c
%canon_reldir%_libgnunet_plugin_block_mqtt_la_LIBADD = \
  libmqttcore.la -lgnunetblockgroup $(GNUNETUTIL_LIBS)
%canon_reldir%_libgnunet_plugin_block_mqtt_la_LDFLAGS = $(plugin_flags) \
  -export-symbols-regex '^libgnunet_plugin_block_mqtt_(init|done)$$'

%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_SOURCES = \
  %reldir%/plugin_gnsrecord_mqtt.c
%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_LIBADD = \
  libmqttcore.la $(GNUNETUTIL_LIBS)
%canon_reldir%_libgnunet_plugin_gnsrecord_mqtt_la_LDFLAGS = $(plugin_flags) \
  -export-symbols-regex '^libgnunet_plugin_gnsrecord_mqtt_(init|done)$$'
