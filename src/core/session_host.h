/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_host.h
 * @brief What a session asks of whoever keeps it: actions, and what it counts.
 */
#ifndef MQTT_CORE_SESSION_HOST_H
#define MQTT_CORE_SESSION_HOST_H

#include "session_queue.h"

/**
 * How a message ends that was given to MQTT_session_enqueue().
 */
enum MQTT_SessionOutcome
{
  /** QoS 0: sent; QoS 1 and 2: acknowledged by the client. */
  MQTT_SESSION_DELIVERED,
  /** The client answered with a failure. */
  MQTT_SESSION_REJECTED,
  MQTT_SESSION_EXPIRED,
  /** Larger than the client takes: not sent (3.1.2.11.4). */
  MQTT_SESSION_TOO_LARGE,
  /** The store could not take it. */
  MQTT_SESSION_REFUSED,
  /** QoS 0 without a connection or room, or the oldest made room. */
  MQTT_SESSION_DROPPED,
  /** The session ended first. */
  MQTT_SESSION_LEFT,
  /** The session was destroyed before it ended: what was stored stays on disk. */
  MQTT_SESSION_UNLOADED,
  MQTT_SESSION_OUTCOMES
};

enum MQTT_SessionActionType
{
  /* To the client. */
  /** Send PUBLISH: @e entry, @e packet_id, 0 at QoS 0, and @e dup. */
  MQTT_SESSION_SEND_PUBLISH,
  /** Send an answer: @e packet_id and @e reason. */
  MQTT_SESSION_SEND_PUBACK,
  MQTT_SESSION_SEND_PUBREC,
  MQTT_SESSION_SEND_PUBREL,
  MQTT_SESSION_SEND_PUBCOMP,

  /* To the store, in this order, each answered by MQTT_session_stored(). */
  /** Add @e entry. */
  MQTT_SESSION_STORE_ENTRY,
  /** Note that @e entry had its PUBREC: see MQTT_session_restore_entry(). */
  MQTT_SESSION_STORE_RELEASED,
  /** Remove @e entry.  It may be one whose storing failed. */
  MQTT_SESSION_REMOVE_ENTRY,
  /** Remove the publication identifier @e packet_id. */
  MQTT_SESSION_REMOVE_INBOUND,
  /** Write @e record. */
  MQTT_SESSION_STORE_RECORD,

  /* To the service. */
  /** @e entry has ended as @e outcome says: give back the reference to its message. */
  MQTT_SESSION_FORGET,
  /** After #MQTT_SESSION_FULL: there is room again. */
  MQTT_SESSION_ROOM,
  /** Publish the will, in one transaction with the #MQTT_SESSION_STORE_RECORD or #MQTT_SESSION_END that follows. */
  MQTT_SESSION_PUBLISH_WILL,
  /** The session has ended: remove all of it from the disk; no answer. */
  MQTT_SESSION_END
};

/**
 * What of a session is on disk beside its entries and identifiers.
 */
struct MQTT_SessionRecord
{
  /** When its connection ended; meaningless if @e connected. */
  uint64_t offline_since_us;
  /** Entries up to this position may have been sent. */
  uint64_t sent_limit;
  uint32_t expiry_s;
  uint32_t will_delay_s;
  /** A will waits to be published. */
  bool will;
  bool connected;
};

/**
 * Something to do.
 */
struct MQTT_SessionAction
{
  /** Valid during the call. */
  const struct MQTT_SessionEntry *entry;
  const struct MQTT_SessionRecord *record;
  enum MQTT_SessionActionType type;
  enum MQTT_SessionOutcome outcome;
  uint16_t packet_id;
  uint8_t reason;
  bool dup;
};

/**
 * What became of the messages of all sessions of a host.
 */
struct MQTT_SessionCounters
{
  /** Messages given to MQTT_session_enqueue() and not found #MQTT_SESSION_FULL, and restored ones. */
  uint64_t in;
  /** The restored ones of these. */
  uint64_t restored;
  /** Messages that have not ended. */
  uint64_t queued;
  /** Messages that have, by how. */
  uint64_t ended[MQTT_SESSION_OUTCOMES];
};

/**
 * What sessions have in common.  Outlives them.
 */
struct MQTT_SessionHost
{
  /** Called for every action, with the session's closure. */
  void (*act) (void *cls, const struct MQTT_SessionAction *action);
  struct MQTT_SessionCounters counters;
  /** Bounds of the queue of a session; a message larger than all fits if alone. */
  size_t entries_limit;
  size_t bytes_limit;
  /** Our receive maximum (3.2.2.3.3), at least 1. */
  uint16_t receive_maximum;
  /** A full queue drops the oldest that was never sent, not says it is full. */
  bool drop_oldest;
};

#endif
