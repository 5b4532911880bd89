# SPDX-License-Identifier: AGPL-3.0-or-later
# The service.  All of it but main() is a convenience library, so that unit
# tests link single rooms of it; the program then needs no shared library of
# ours and runs uninstalled as it is.

noinst_LTLIBRARIES += libmqttservice.la
libmqttservice_la_SOURCES = \
  %reldir%/allowance.c \
  %reldir%/allowance.h \
  %reldir%/anonymous.c \
  %reldir%/anonymous.h \
  %reldir%/announcer.c \
  %reldir%/announcer.h \
  %reldir%/asks.c \
  %reldir%/asks.h \
  %reldir%/asks_answer.c \
  %reldir%/asks_owner.c \
  %reldir%/asks_state.h \
  %reldir%/backlog.c \
  %reldir%/backlog.h \
  %reldir%/blocks.c \
  %reldir%/blocks.h \
  %reldir%/blacklist_gns.c \
  %reldir%/blacklist_gns.h \
  %reldir%/blacklists.c \
  %reldir%/blacklists.h \
  %reldir%/broker.c \
  %reldir%/broker.h \
  %reldir%/cadet.c \
  %reldir%/cadet.h \
  %reldir%/client.h \
  %reldir%/client_publish.c \
  %reldir%/client_requests.c \
  %reldir%/client_sessions.c \
  %reldir%/clients.c \
  %reldir%/clients.h \
  %reldir%/copies.c \
  %reldir%/copies.h \
  %reldir%/counters.c \
  %reldir%/counters.h \
  %reldir%/covers.c \
  %reldir%/covers.h \
  %reldir%/delivery.c \
  %reldir%/delivery.h \
  %reldir%/destination.c \
  %reldir%/destination.h \
  %reldir%/dht.c \
  %reldir%/dht.h \
  %reldir%/discovery.c \
  %reldir%/discovery.h \
  %reldir%/executor.c \
  %reldir%/executor.h \
  %reldir%/executor_state.h \
  %reldir%/executor_tell.c \
  %reldir%/gate.c \
  %reldir%/gate.h \
  %reldir%/inbox.c \
  %reldir%/inbox_bounds.c \
  %reldir%/inbox.h \
  %reldir%/inbox_state.h \
  %reldir%/inboxes.c \
  %reldir%/intake.c \
  %reldir%/intake.h \
  %reldir%/gns.c \
  %reldir%/gns.h \
  %reldir%/hosted.h \
  %reldir%/hosts.c \
  %reldir%/hosts.h \
  %reldir%/interests.c \
  %reldir%/interests.h \
  %reldir%/invitations.c \
  %reldir%/invitations.h \
  %reldir%/link.c \
  %reldir%/link_reach.c \
  %reldir%/link.h \
  %reldir%/links.c \
  %reldir%/links.h \
  %reldir%/mailbox.c \
  %reldir%/mailbox.h \
  %reldir%/mailbox_gate.c \
  %reldir%/mailbox_groups.c \
  %reldir%/mailbox_lane.c \
  %reldir%/mailbox_send.c \
  %reldir%/mailbox_state.h \
  %reldir%/mailboxes.c \
  %reldir%/mailboxes.h \
  %reldir%/offers.c \
  %reldir%/offers_answers.c \
  %reldir%/offers_state.h \
  %reldir%/offers.h \
  %reldir%/options.c \
  %reldir%/options.h \
  %reldir%/options_access.c \
  %reldir%/options_read.c \
  %reldir%/options_read.h \
  %reldir%/ownership.c \
  %reldir%/ownership.h \
  %reldir%/outreach.c \
  %reldir%/outreach.h \
  %reldir%/outreach_give.c \
  %reldir%/outreach_groups.c \
  %reldir%/outreach_reserve.c \
  %reldir%/outreach_legs.c \
  %reldir%/outreach_state.h \
  %reldir%/outreach_window.c \
  %reldir%/pacer.c \
  %reldir%/pacer.h \
  %reldir%/regex.c \
  %reldir%/regex.h \
  %reldir%/rendezvous.h \
  %reldir%/replay.c \
  %reldir%/replay.h \
  %reldir%/reserve.c \
  %reldir%/reserve.h \
  %reldir%/rest.h \
  %reldir%/retention.c \
  %reldir%/retention.h \
  %reldir%/retention_state.h \
  %reldir%/retention_store.c \
  %reldir%/router.c \
  %reldir%/router.h \
  %reldir%/search.c \
  %reldir%/search.h \
  %reldir%/search_family.c \
  %reldir%/search_family.h \
  %reldir%/searches.c \
  %reldir%/searches.h \
  %reldir%/seeks.c \
  %reldir%/seeks.h \
  %reldir%/publishing.c \
  %reldir%/publishing.h \
  %reldir%/promise.c \
  %reldir%/promise.h \
  %reldir%/servers.c \
  %reldir%/servers.h \
  %reldir%/session_actions.c \
  %reldir%/session_memory.c \
  %reldir%/session_deliver.c \
  %reldir%/session_leave.c \
  %reldir%/session_load.c \
  %reldir%/session_open.c \
  %reldir%/session_publish.c \
  %reldir%/session_subscribe.c \
  %reldir%/session_subscriptions.c \
  %reldir%/session_subscriptions.h \
  %reldir%/session_will.c \
  %reldir%/sessions.c \
  %reldir%/sessions.h \
  %reldir%/share.c \
  %reldir%/share.h \
  %reldir%/shelf.c \
  %reldir%/shelf.h \
  %reldir%/store.c \
  %reldir%/store.h \
  %reldir%/store_backlog.c \
  %reldir%/store_backlog.h \
  %reldir%/store_channels.c \
  %reldir%/store_channels.h \
  %reldir%/store_file.c \
  %reldir%/store_group.c \
  %reldir%/store_internal.h \
  %reldir%/store_messages.c \
  %reldir%/store_peers.c \
  %reldir%/store_queues.c \
  %reldir%/store_records.h \
  %reldir%/store_retained.c \
  %reldir%/store_schema.c \
  %reldir%/store_schema.h \
  %reldir%/store_sessions.c \
  %reldir%/store_statements.c \
  %reldir%/store_statements.h \
  %reldir%/store_wills.c \
  %reldir%/store_wills.h \
  %reldir%/subscription_memory.h \
  %reldir%/subscriptions.c \
  %reldir%/subscriptions.h \
  %reldir%/topics.c \
  %reldir%/topics.h \
  %reldir%/testament.c \
  %reldir%/testament.h \
  %reldir%/testament_heirs.c \
  %reldir%/testament_state.h \
  %reldir%/vouch.c \
  %reldir%/vouch.h \
  %reldir%/will_reader.c \
  %reldir%/will_reader.h \
  %reldir%/will_record.c \
  %reldir%/will_record.h \
  %reldir%/transport.h \
  %reldir%/venue.c \
  %reldir%/venue.h \
  %reldir%/visits.c \
  %reldir%/visits.h \
  %reldir%/wire.c \
  %reldir%/wire.h \
  %reldir%/zone_pairs.c \
  %reldir%/zone_pairs.h \
  %reldir%/zones.c \
  %reldir%/zones.h
libmqttservice_la_LIBADD = \
  libmqttstream.la \
  $(GNUNETSTATISTICS_LIBS) $(GNUNETREGEX_LIBS) $(GNUNETDHT_LIBS) \
  $(GNUNETCADET_LIBS) $(GNUNETGNS_LIBS) $(GNUNETIDENTITY_LIBS) \
  $(GNUNETNAMESTORE_LIBS) $(SQLITE_LIBS)

gnunetlibexec_PROGRAMS += %reldir%/gnunet-service-mqtt
%canon_reldir%_gnunet_service_mqtt_SOURCES = %reldir%/gnunet-service-mqtt.c
%canon_reldir%_gnunet_service_mqtt_LDADD = libmqttservice.la

noinst_LTLIBRARIES += libmqttstoretool.la
libmqttstoretool_la_SOURCES = \
  %reldir%/store_json.c \
  %reldir%/store_list.c \
  %reldir%/store_snapshot.c \
  %reldir%/store_tool.c \
  %reldir%/store_tool.h \
  %reldir%/store_verify.c
libmqttstoretool_la_CPPFLAGS = $(AM_CPPFLAGS) $(JANSSON_CFLAGS)
libmqttstoretool_la_LIBADD = libmqttservice.la $(SQLITE_LIBS) $(JANSSON_LIBS)

bin_PROGRAMS += %reldir%/gnunet-mqtt-store
%canon_reldir%_gnunet_mqtt_store_SOURCES = %reldir%/gnunet-mqtt-store.c
%canon_reldir%_gnunet_mqtt_store_LDADD = libmqttstoretool.la
