# SPDX-License-Identifier: AGPL-3.0-or-later
# Unit tests of the service's rooms, over fakes of what lies around them.  The
# fakes stand before functions of the C library and of GNUnet: a program has
# those that it uses.

unit_tests += \
  %reldir%/test_announcer \
  %reldir%/test_clients \
  %reldir%/test_clients_flow \
  %reldir%/test_counters \
  %reldir%/test_destination \
  %reldir%/test_discovery \
  %reldir%/test_gate \
  %reldir%/test_links \
  %reldir%/test_offers \
  %reldir%/test_outreach \
  %reldir%/test_pacer \
  %reldir%/test_options \
  %reldir%/test_subscriptions \
  %reldir%/test_wire \
  %reldir%/test_wire_channels

with_fakes = libmqttfakes.la libmqttservice.la $(LDADD)
%canon_reldir%_test_announcer_LDADD = $(with_fakes)
%canon_reldir%_test_clients_LDADD = $(with_fakes)
%canon_reldir%_test_clients_flow_LDADD = $(with_fakes)
%canon_reldir%_test_counters_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_destination_LDADD = $(with_fakes)
%canon_reldir%_test_discovery_LDADD = $(with_fakes)
%canon_reldir%_test_gate_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_links_LDADD = $(with_fakes)
%canon_reldir%_test_offers_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_LDADD = $(with_fakes)
%canon_reldir%_test_pacer_LDADD = $(with_fakes)
%canon_reldir%_test_options_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_subscriptions_LDADD = $(with_fakes)
%canon_reldir%_test_wire_LDADD = $(with_fakes)
%canon_reldir%_test_wire_channels_LDADD = $(with_fakes)

EXTRA_LTLIBRARIES = libmqttfakes.la
libmqttfakes_la_SOURCES = \
  %reldir%/fake_application.c \
  %reldir%/fake_application.h \
  %reldir%/fake_broker.c \
  %reldir%/fake_broker.h \
  %reldir%/fake_identity.h \
  %reldir%/fake_peer.c \
  %reldir%/fake_peer.h \
  %reldir%/fake_rendezvous.c \
  %reldir%/fake_rendezvous.h \
  %reldir%/fake_stranger.c \
  %reldir%/fake_time.c \
  %reldir%/fake_time.h \
  %reldir%/fake_transport.c \
  %reldir%/fake_transport.h
