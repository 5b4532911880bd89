# SPDX-License-Identifier: AGPL-3.0-or-later
# One program a module, no network, no peers.  To add one, add its name here,
# and what it links beside the core.

unit_tests = \
  %reldir%/test_announcer \
  %reldir%/test_anonymous \
  %reldir%/test_anonymous_cost \
  %reldir%/test_blacklist \
  %reldir%/test_blacklists \
  %reldir%/test_blacklists_lost \
  %reldir%/test_block_plugin \
  %reldir%/test_calls \
  %reldir%/test_channel_book \
  %reldir%/test_channel_entry \
  %reldir%/test_clients \
  %reldir%/test_clients_flow \
  %reldir%/test_code_plan \
  %reldir%/test_copies \
  %reldir%/test_copies_hidden \
  %reldir%/test_copies_served \
  %reldir%/test_counters \
  %reldir%/test_cursor \
  %reldir%/test_curve_point \
  %reldir%/test_deadlines \
  %reldir%/test_destination \
  %reldir%/test_discovery \
  %reldir%/test_discovery_code \
  %reldir%/test_executor \
  %reldir%/test_executor_refused \
  %reldir%/test_filter_index \
  %reldir%/test_format \
  %reldir%/test_frame \
  %reldir%/test_gate \
  %reldir%/test_groups \
  %reldir%/test_inbox \
  %reldir%/test_inbox_bounds \
  %reldir%/test_invitations \
  %reldir%/test_ipc_frame \
  %reldir%/test_ipc_frame_hostile \
  %reldir%/test_lab_relay \
  %reldir%/test_level_hash \
  %reldir%/test_lib \
  %reldir%/test_lib_reconnect \
  %reldir%/test_lib_seal \
  %reldir%/test_lib_session \
  %reldir%/test_lib_session_deliver \
  %reldir%/test_lib_session_flow \
  %reldir%/test_lib_session_many \
  %reldir%/test_lib_session_publish \
  %reldir%/test_lib_session_subscribe \
  %reldir%/test_lib_subscribe \
  %reldir%/test_link_frame \
  %reldir%/test_link_frame_extras \
  %reldir%/test_link_frame_range \
  %reldir%/test_links \
  %reldir%/test_links_refused \
  %reldir%/test_mailbox \
  %reldir%/test_mailbox_gate \
  %reldir%/test_mailbox_refused \
  %reldir%/test_mailbox_returned \
  %reldir%/test_message \
  %reldir%/test_newcomers \
  %reldir%/test_node_table \
  %reldir%/test_offers \
  %reldir%/test_options \
  %reldir%/test_outbox \
  %reldir%/test_output \
  %reldir%/test_outreach \
  %reldir%/test_outreach_behind \
  %reldir%/test_outreach_found \
  %reldir%/test_outreach_groups \
  %reldir%/test_outreach_groups_away \
  %reldir%/test_outreach_limits \
  %reldir%/test_outreach_owned \
  %reldir%/test_outreach_restart \
  %reldir%/test_outreach_slow \
  %reldir%/test_outreach_sure \
  %reldir%/test_owned_copies \
  %reldir%/test_owned_strangers \
  %reldir%/test_owned_topic \
  %reldir%/test_owned_wills \
  %reldir%/test_ownership \
  %reldir%/test_pacer \
  %reldir%/test_payload_input \
  %reldir%/test_properties \
  %reldir%/test_publish_packet \
  %reldir%/test_rate \
  %reldir%/test_regex_block \
  %reldir%/test_remote_wills \
  %reldir%/test_retained \
  %reldir%/test_retention \
  %reldir%/test_seal \
  %reldir%/test_session \
  %reldir%/test_session_changes \
  %reldir%/test_session_large \
  %reldir%/test_session_life \
  %reldir%/test_sessions \
  %reldir%/test_sessions_anonymous \
  %reldir%/test_sessions_faults \
  %reldir%/test_sessions_flow \
  %reldir%/test_sessions_memory \
  %reldir%/test_sessions_publish \
  %reldir%/test_sessions_unread \
  %reldir%/test_shares \
  %reldir%/test_store \
  %reldir%/test_store_crash \
  %reldir%/test_store_faults \
  %reldir%/test_store_file \
  %reldir%/test_store_full \
  %reldir%/test_store_group \
  %reldir%/test_store_peers \
  %reldir%/test_store_tool \
  %reldir%/test_store_version \
  %reldir%/test_stream \
  %reldir%/test_subscriptions \
  %reldir%/test_subscriptions_known \
  %reldir%/test_testament \
  %reldir%/test_topic \
  %reldir%/test_topic_cache \
  %reldir%/test_topic_complaint \
  %reldir%/test_turns \
  %reldir%/test_utf8 \
  %reldir%/test_visits \
  %reldir%/test_wire \
  %reldir%/test_wire_channels \
  %reldir%/test_wire_rates \
  %reldir%/test_zones \
  %reldir%/test_zones_turns \
  %reldir%/test_blocks

# Fakes of what lies around the service's rooms.  Some stand before functions of
# the C library and of GNUnet: a program has those of the files it uses.
EXTRA_LTLIBRARIES = libmqttfakes.la
CLEANFILES += libmqttfakes.la
libmqttfakes_la_SOURCES = \
  %reldir%/fake_application.c \
  %reldir%/fake_application.h \
  %reldir%/fake_broker.c \
  %reldir%/fake_broker.h \
  %reldir%/fake_dht.c \
  %reldir%/fake_dht.h \
  %reldir%/fake_identity.h \
  %reldir%/fake_peer.c \
  %reldir%/fake_peer.h \
  %reldir%/fake_rendezvous.c \
  %reldir%/fake_rendezvous.h \
  %reldir%/fake_sessions.c \
  %reldir%/fake_sessions.h \
  %reldir%/fake_stranger.c \
  %reldir%/fake_time.c \
  %reldir%/fake_time.h \
  %reldir%/fake_transport.c \
  %reldir%/fake_transport.h \
  %reldir%/store_faults.c \
  %reldir%/store_faults.h \
  %reldir%/store_fixture.c \
  %reldir%/store_fixture.h
with_fakes = libmqttfakes.la libmqttservice.la $(LDADD)

%canon_reldir%_test_announcer_LDADD = $(with_fakes)
%canon_reldir%_test_anonymous_LDADD = $(with_fakes)
%canon_reldir%_test_anonymous_cost_LDADD = $(with_fakes)
%canon_reldir%_test_blacklists_LDADD = $(with_fakes)
%canon_reldir%_test_blacklists_lost_LDADD = $(with_fakes)
%canon_reldir%_test_block_plugin_LDADD = \
  libmqttapi.la $(GNUNETBLOCK_LIBS) $(LDADD)
%canon_reldir%_test_calls_LDADD = $(with_fakes)
%canon_reldir%_test_clients_LDADD = $(with_fakes)
%canon_reldir%_test_clients_flow_LDADD = $(with_fakes)
%canon_reldir%_test_copies_LDADD = $(with_fakes)
%canon_reldir%_test_copies_hidden_LDADD = $(with_fakes)
%canon_reldir%_test_copies_served_LDADD = $(with_fakes)
%canon_reldir%_test_counters_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_destination_LDADD = $(with_fakes)
%canon_reldir%_test_discovery_LDADD = $(with_fakes)
%canon_reldir%_test_executor_LDADD = $(with_fakes)
%canon_reldir%_test_executor_refused_LDADD = $(with_fakes)
%canon_reldir%_test_format_LDADD = libmqttcli.la $(LDADD)
%canon_reldir%_test_gate_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_inbox_LDADD = $(with_fakes)
%canon_reldir%_test_inbox_bounds_LDADD = $(with_fakes)
%canon_reldir%_test_invitations_LDADD = $(with_fakes)
%canon_reldir%_test_lab_relay_LDADD = libmqttcli.la $(LDADD)
%canon_reldir%_test_lib_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_reconnect_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_seal_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_deliver_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_flow_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_many_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_publish_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_session_subscribe_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_lib_subscribe_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_links_LDADD = $(with_fakes)
%canon_reldir%_test_links_refused_LDADD = $(with_fakes)
%canon_reldir%_test_mailbox_LDADD = $(with_fakes)
%canon_reldir%_test_mailbox_gate_LDADD = $(with_fakes)
%canon_reldir%_test_mailbox_refused_LDADD = $(with_fakes)
%canon_reldir%_test_mailbox_returned_LDADD = $(with_fakes)
%canon_reldir%_test_offers_LDADD = $(with_fakes)
%canon_reldir%_test_options_LDADD = libmqttservice.la $(LDADD)
%canon_reldir%_test_output_LDADD = libmqttcli.la $(LDADD)
%canon_reldir%_test_outreach_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_groups_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_groups_away_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_limits_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_behind_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_found_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_restart_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_slow_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_owned_LDADD = $(with_fakes)
%canon_reldir%_test_outreach_sure_LDADD = $(with_fakes)
%canon_reldir%_test_owned_copies_LDADD = $(with_fakes)
%canon_reldir%_test_owned_strangers_LDADD = $(with_fakes)
%canon_reldir%_test_owned_wills_LDADD = $(with_fakes)
%canon_reldir%_test_ownership_LDADD = $(with_fakes)
%canon_reldir%_test_pacer_LDADD = $(with_fakes)
%canon_reldir%_test_payload_input_LDADD = libmqttcli.la $(LDADD)
%canon_reldir%_test_retention_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_anonymous_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_faults_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_flow_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_memory_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_publish_LDADD = $(with_fakes)
%canon_reldir%_test_sessions_unread_LDADD = $(with_fakes)
%canon_reldir%_test_shares_LDADD = $(with_fakes)
%canon_reldir%_test_store_LDADD = $(with_fakes)
%canon_reldir%_test_store_crash_LDADD = $(with_fakes)
%canon_reldir%_test_store_faults_LDADD = $(with_fakes)
%canon_reldir%_test_store_file_LDADD = $(with_fakes)
%canon_reldir%_test_store_full_LDADD = $(with_fakes)
%canon_reldir%_test_store_group_LDADD = $(with_fakes)
%canon_reldir%_test_store_peers_LDADD = $(with_fakes)
%canon_reldir%_test_store_tool_LDADD = libmqttstoretool.la $(with_fakes)
%canon_reldir%_test_store_version_LDADD = $(with_fakes)
%canon_reldir%_test_stream_LDADD = libmqttstream.la $(LDADD)
%canon_reldir%_test_subscriptions_LDADD = $(with_fakes)
%canon_reldir%_test_subscriptions_known_LDADD = $(with_fakes)
%canon_reldir%_test_testament_LDADD = $(with_fakes)
%canon_reldir%_test_topic_cache_LDADD = libmqttapi.la $(LDADD)
%canon_reldir%_test_topic_complaint_LDADD = libmqttcli.la $(LDADD)
%canon_reldir%_test_visits_LDADD = $(with_fakes)
%canon_reldir%_test_wire_LDADD = $(with_fakes)
%canon_reldir%_test_wire_channels_LDADD = $(with_fakes)
%canon_reldir%_test_wire_rates_LDADD = $(with_fakes)
%canon_reldir%_test_zones_LDADD = $(with_fakes)
%canon_reldir%_test_zones_turns_LDADD = $(with_fakes)
%canon_reldir%_test_blocks_LDADD = $(with_fakes)

EXTRA_DIST += %reldir%/anonymous_fixture.h %reldir%/blacklist_fixture.h \
  %reldir%/channel_fixture.h %reldir%/copies_fixture.h \
  %reldir%/executor_fixture.h %reldir%/fake_service.h \
  %reldir%/inbox_fixture.h %reldir%/ipc_samples.h %reldir%/lib_fixture.h \
  %reldir%/lib_session_fixture.h %reldir%/mailbox_fixture.h \
  %reldir%/no_memory.h %reldir%/outreach_fixture.h \
  %reldir%/outreach_groups_fixture.h %reldir%/outreach_sure_fixture.h \
  %reldir%/owned_fixture.h %reldir%/plugin_prefix.h %reldir%/run_cases.h \
  %reldir%/session_fixture.h %reldir%/sessions_fixture.h %reldir%/store_v1.h \
  %reldir%/store_v4.h %reldir%/stranger_fixture.h %reldir%/stream_fixture.h \
  %reldir%/wire.h %reldir%/zones_fixture.h
