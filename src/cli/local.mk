# SPDX-License-Identifier: AGPL-3.0-or-later
# What a person types.  Programs know nothing of ours but the public header.

# bin_PROGRAMS += %reldir%/gnunet-mqtt-publish
# %canon_reldir%_gnunet_mqtt_publish_SOURCES = %reldir%/gnunet-mqtt-publish.c
# %canon_reldir%_gnunet_mqtt_publish_LDADD = libgnunetmqtt.la $(GNUNETUTIL_LIBS)

# dist_bin_SCRIPTS += %reldir%/gnunet-mqtt-lab
