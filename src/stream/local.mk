# SPDX-License-Identifier: AGPL-3.0-or-later
# Frames over GNUnet message queues, for library and service alike.

noinst_LTLIBRARIES += libmqttstream.la

libmqttstream_la_SOURCES = \
  %reldir%/stream.c \
  %reldir%/stream.h

libmqttstream_la_LIBADD = libmqttcore.la
