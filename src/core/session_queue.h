/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_queue.h
 * @brief The deliveries of one session, in order of position.
 *
 * An array with room at its end.  What has been sent stands before what has not,
 * because deliveries leave in order.  Entries that end in the middle stay as gaps
 * until the array is full.  A packet identifier is a function of the position, so
 * it needs neither a table nor a place on disk: while all that holds one stands
 * within 65535 positions, no two are the same.  Knows no MQTT beyond that.
 */
#ifndef MQTT_CORE_SESSION_QUEUE_H
#define MQTT_CORE_SESSION_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Number of packet identifiers: 1 to 65535. */
#define MQTT_PACKET_IDS 65535

/**
 * How far a delivery is.
 */
enum MQTT_SessionEntryState
{
  /** Not on disk yet: must not be sent. */
  MQTT_SESSION_ENTRY_NEW,
  /** Never sent. */
  MQTT_SESSION_ENTRY_READY,
  /** PUBLISH was sent, or may have been before a crash. */
  MQTT_SESSION_ENTRY_SENT,
  /** PUBREC had; that is not on disk yet. */
  MQTT_SESSION_ENTRY_RELEASING,
  /** PUBREC had, and that is on disk: PUBREL may be sent. */
  MQTT_SESSION_ENTRY_RELEASED,
  /** Ended; holds its packet identifier until the disk says so too. */
  MQTT_SESSION_ENTRY_REMOVING,
  /** A gap. */
  MQTT_SESSION_ENTRY_GONE
};

/**
 * One delivery.
 */
struct MQTT_SessionEntry
{
  /** Ascends within a session; at QoS 1 and 2 never used twice, at QoS 0, which needs
      no packet identifier, that of the last one before. */
  uint64_t position;
  /** The caller's name for the message. */
  uint64_t message;
  /** When it expires, microseconds; UINT64_MAX if never. */
  uint64_t expires_us;
  /** Bytes that count against the session's bound. */
  uint32_t size;
  uint8_t qos;
  /** An enum MQTT_SessionEntryState. */
  uint8_t state;
  /** Takes part of the client's receive maximum on this connection. */
  bool counted;
};

/**
 * The queue.  Indexes count from the start of @e entries.
 */
struct MQTT_SessionQueue
{
  struct MQTT_SessionEntry *entries;
  uint32_t capacity;
  /** First that is no gap, or @e end. */
  uint32_t first;
  uint32_t end;
  /** Next to look at on this connection. */
  uint32_t cursor;
  /** First that was never sent. */
  uint32_t unsent;
  /** Entries that have not ended. */
  uint32_t live;
  /** Those of them at QoS 0. */
  uint32_t transient;
  /** Those of them that were sent. */
  uint32_t sent;
  /** Bytes of entries that have not ended, and of those of them that were sent. */
  size_t bytes;
  size_t sent_bytes;
  /** When expired entries should be looked for, and when that may be again at the earliest. */
  uint64_t sweep_us;
  uint64_t sweep_not_before_us;
};


/**
 * Append an entry, whose position is higher than all before; at QoS 0 not lower.
 *
 * @param[in,out] queue the queue; made if it is NULL
 * @param entry what to append, copied
 * @return the entry; all others may have moved
 */
struct MQTT_SessionEntry *
MQTT_session_queue_append (struct MQTT_SessionQueue **queue,
                           const struct MQTT_SessionEntry *entry);


/**
 * Free the queue if no entry is left in it.
 *
 * @param[in,out] queue the queue, may be NULL; NULL afterwards if it was freed
 */
void
MQTT_session_queue_trim (struct MQTT_SessionQueue **queue);


/**
 * Free the queue with all that is in it.
 */
void
MQTT_session_queue_free (struct MQTT_SessionQueue **queue);


/**
 * @param queue the queue, may be NULL
 * @return the entry at QoS 1 or 2 at this position; NULL if there is none
 */
struct MQTT_SessionEntry *
MQTT_session_queue_find (struct MQTT_SessionQueue *queue, uint64_t position);


/**
 * @param queue the queue, may be NULL
 * @return the entry that has been sent on this connection with this packet
 *         identifier and has not ended; NULL if there is none
 */
struct MQTT_SessionEntry *
MQTT_session_queue_find_packet (struct MQTT_SessionQueue *queue,
                                uint16_t packet_id);


/**
 * May this entry be sent, or is its packet identifier still held by another?
 */
bool
MQTT_session_queue_id_is_free (const struct MQTT_SessionQueue *queue,
                               const struct MQTT_SessionEntry *entry);


/**
 * Has this entry been looked at on this connection?
 */
bool
MQTT_session_queue_is_passed (const struct MQTT_SessionQueue *queue,
                              const struct MQTT_SessionEntry *entry);


/**
 * Note that an entry, the oldest unsent one, was sent or may have been.
 */
void
MQTT_session_queue_sent (struct MQTT_SessionQueue *queue,
                         struct MQTT_SessionEntry *entry);


/**
 * Take an entry that has ended out of the sums.  It holds its place.
 */
void
MQTT_session_queue_end (struct MQTT_SessionQueue *queue,
                        struct MQTT_SessionEntry *entry);


/**
 * Make an entry that has ended a gap.
 */
void
MQTT_session_queue_forget (struct MQTT_SessionQueue *queue,
                           struct MQTT_SessionEntry *entry);


/**
 * @return the oldest entry that was never sent and has not ended; NULL if none
 */
struct MQTT_SessionEntry *
MQTT_session_queue_oldest_unsent (struct MQTT_SessionQueue *queue);


/**
 * Packet identifier of a position.
 */
static inline uint16_t
MQTT_session_packet_id (uint64_t position)
{
  return (uint16_t)(1 + position % MQTT_PACKET_IDS);
}

#endif
