/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_state.h
 * @brief What the files of a session share among themselves; nobody else
 *        includes this.
 */
#ifndef MQTT_CORE_SESSION_STATE_H
#define MQTT_CORE_SESSION_STATE_H

#include "session.h"
#include "session_ids.h"
#include "session_journal.h"

/** Positions a session never reaches: so sums of them do not overflow. */
#define MQTT_SESSION_POSITION_MAX (UINT64_C (1) << 62)

/**
 * A session.  An idle one is this and nothing more.
 */
struct MQTT_Session
{
  struct MQTT_SessionHost *host;
  void *cls;

  /* NULL while empty. */
  struct MQTT_SessionQueue *queue;
  struct MQTT_SessionJournal *journal;
  struct MQTT_SessionIds *ids;

  /** Position of the next entry at QoS 1 or 2. */
  uint64_t next_position;
  /**
   * Up to this position entries may be sent: the disk says that they may have
   * been.  Without, a crash would forget which packet identifiers a client knows.
   */
  uint64_t sent_limit;
  /** The same, once the store has done what it was asked for. */
  uint64_t sent_asked;

  uint64_t offline_since_us;
  uint32_t expiry_s;
  uint32_t will_delay_s;
  /** The client's receive maximum, and how much of it is used (4.9). */
  uint16_t receive_maximum;
  uint16_t in_flight;
  /** An enum MQTT_SessionState. */
  uint8_t state;
  /** A will waits to be published. */
  bool will : 1;
  /** Outlives a connection: its entries are stored. */
  bool durable : 1;
  bool writable : 1;
  /** What was to be sent just now was not. */
  bool held_back : 1;
  /** What was to be sent just now never can be. */
  bool too_large : 1;
  /** Somebody was told that the queue is full. */
  bool awaited : 1;
};


/**
 * Hand out an action.
 */
void
MQTT_session_act (struct MQTT_Session *session,
                  const struct MQTT_SessionAction *action);


/**
 * Send an answer to the client.
 */
void
MQTT_session_answer (struct MQTT_Session *session,
                     enum MQTT_SessionActionType type,
                     uint16_t packet_id,
                     uint8_t reason);


/**
 * Ask the store for a change; what follows from it follows at once if the
 * session is not stored.
 */
void
MQTT_session_change (struct MQTT_Session *session,
                     enum MQTT_SessionChangeKind kind,
                     const struct MQTT_SessionAction *action);


/**
 * Ask the store for the record, if there is one.
 */
void
MQTT_session_change_record (struct MQTT_Session *session);


/**
 * Send what may be sent now, and tidy up.
 */
void
MQTT_session_deliver (struct MQTT_Session *session, uint64_t now_us);


/**
 * A delivery has ended.  Its place stays until MQTT_session_deliver().
 */
void
MQTT_session_finish (struct MQTT_Session *session,
                     struct MQTT_SessionEntry *entry,
                     enum MQTT_SessionOutcome outcome);


/**
 * Remove expired entries that were never sent.
 */
void
MQTT_session_sweep (struct MQTT_Session *session, uint64_t now_us);


/**
 * Forget who was sent what on the connection, which has ended.
 */
void
MQTT_session_deliveries_stop (struct MQTT_Session *session);


/**
 * End all deliveries, without a word to the store, and free the queue.
 */
void
MQTT_session_deliveries_end (struct MQTT_Session *session,
                             enum MQTT_SessionOutcome outcome);


/**
 * The client has an entry at QoS 2 for good, or is to be asked no more: PUBREL is sent
 * when that is on disk.
 */
void
MQTT_session_release (struct MQTT_Session *session,
                      struct MQTT_SessionEntry *entry);


/**
 * An entry is on disk, or its PUBREC, or its end.
 */
void
MQTT_session_deliveries_stored (struct MQTT_Session *session,
                                const struct MQTT_SessionChange *change);


/**
 * A publication's identifier is gone from disk.
 */
void
MQTT_session_inbound_removed (struct MQTT_Session *session, uint16_t packet_id);


/**
 * Forget what came on the connection, which has ended.
 */
void
MQTT_session_inbound_stop (struct MQTT_Session *session);

#endif
