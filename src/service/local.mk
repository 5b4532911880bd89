# SPDX-License-Identifier: AGPL-3.0-or-later
# The service.  All of it but main() is a convenience library, so that unit
# tests link single rooms of it; the program then needs no shared library of
# ours and runs uninstalled as it is.

noinst_LTLIBRARIES += libmqttservice.la
libmqttservice_la_SOURCES =
libmqttservice_la_LIBADD = \
  libmqttstream.la \
  $(GNUNETSTATISTICS_LIBS) $(GNUNETREGEX_LIBS) $(GNUNETDHT_LIBS) \
  $(GNUNETCADET_LIBS)

# gnunetlibexec_PROGRAMS += %reldir%/gnunet-service-mqtt
# %canon_reldir%_gnunet_service_mqtt_SOURCES = %reldir%/gnunet-service-mqtt.c
# %canon_reldir%_gnunet_service_mqtt_LDADD = libmqttservice.la
# gnunetcfg_DATA += %reldir%/mqtt.conf
