# SPDX-License-Identifier: AGPL-3.0-or-later
# What MQTT means.  Pure: links libgnunetutil for memory and byte order,
# libgcrypt for hashes, libgnunetidentity and libsodium for signatures.

noinst_LTLIBRARIES += libmqttcore.la

libmqttcore_la_SOURCES = \
  %reldir%/anonymous_code.c \
  %reldir%/anonymous_code.h \
  %reldir%/channel_block.c \
  %reldir%/channel_block.h \
  %reldir%/blacklist.c \
  %reldir%/blacklist.h \
  %reldir%/blacklist_entry.c \
  %reldir%/blacklist_entry.h \
  %reldir%/channel_book.c \
  %reldir%/channel_book.h \
  %reldir%/channel_entry.c \
  %reldir%/channel_entry.h \
  %reldir%/channel_shares.c \
  %reldir%/channel_shares.h \
  %reldir%/channel_text.c \
  %reldir%/code_plan.c \
  %reldir%/code_plan.h \
  %reldir%/cursor.c \
  %reldir%/cursor.h \
  %reldir%/curve_point.c \
  %reldir%/curve_point.h \
  %reldir%/deadlines.c \
  %reldir%/deadlines.h \
  %reldir%/discovery_code.c \
  %reldir%/discovery_code.h \
  %reldir%/filter_index.c \
  %reldir%/filter_index.h \
  %reldir%/frame.c \
  %reldir%/frame.h \
  %reldir%/groups.c \
  %reldir%/groups.h \
  %reldir%/ipc_frame.c \
  %reldir%/ipc_frame.h \
  %reldir%/ipc_frame_put.c \
  %reldir%/ipc_frame_session.c \
  %reldir%/ipc_frame_wire.h \
  %reldir%/level_hash.c \
  %reldir%/level_hash.h \
  %reldir%/link_frame.c \
  %reldir%/link_frame.h \
  %reldir%/link_frame_put.c \
  %reldir%/link_frame_wire.h \
  %reldir%/message.c \
  %reldir%/message.h \
  %reldir%/newcomers.c \
  %reldir%/newcomers.h \
  %reldir%/node_table.c \
  %reldir%/node_table.h \
  %reldir%/outbox.c \
  %reldir%/outbox.h \
  %reldir%/outbox_parse.c \
  %reldir%/owned_topic.c \
  %reldir%/owned_topic.h \
  %reldir%/properties.c \
  %reldir%/properties.h \
  %reldir%/rate.c \
  %reldir%/rate.h \
  %reldir%/regex_block.c \
  %reldir%/regex_block.h \
  %reldir%/publish_packet.c \
  %reldir%/publish_packet.h \
  %reldir%/remote_wills.c \
  %reldir%/remote_wills.h \
  %reldir%/remote_wills_state.h \
  %reldir%/remote_wills_table.c \
  %reldir%/retained.c \
  %reldir%/retained.h \
  %reldir%/retained_match.c \
  %reldir%/retained_state.h \
  %reldir%/seal.c \
  %reldir%/seal.h \
  %reldir%/session.c \
  %reldir%/session.h \
  %reldir%/session_acks.c \
  %reldir%/session_changes.c \
  %reldir%/session_deliver.c \
  %reldir%/session_host.h \
  %reldir%/session_ids.c \
  %reldir%/session_ids.h \
  %reldir%/session_inbound.c \
  %reldir%/session_journal.c \
  %reldir%/session_journal.h \
  %reldir%/session_queue.c \
  %reldir%/session_queue.h \
  %reldir%/session_state.h \
  %reldir%/topic.c \
  %reldir%/topic.h \
  %reldir%/turns.c \
  %reldir%/turns.h \
  %reldir%/utf8.c \
  %reldir%/utf8.h

libmqttcore_la_LIBADD = \
  $(GNUNETIDENTITY_LIBS) $(GNUNETUTIL_LIBS) $(GCRYPT_LIBS) $(SODIUM_LIBS)
