# SPDX-License-Identifier: AGPL-3.0-or-later
# What GNUnet's own services load: from the folder of its plugins, and from nowhere
# else.  Peers do without it.

gnunetplugin_LTLIBRARIES += libgnunet_plugin_block_mqtt.la

libgnunet_plugin_block_mqtt_la_SOURCES = %reldir%/plugin_block_mqtt.c
libgnunet_plugin_block_mqtt_la_LIBADD = \
  libmqttcore.la -lgnunetblockgroup $(GNUNETUTIL_LIBS)
libgnunet_plugin_block_mqtt_la_LDFLAGS = \
  -module -avoid-version -shared \
  -export-symbols-regex '^libgnunet_plugin_block_mqtt_(init|done)$$'
