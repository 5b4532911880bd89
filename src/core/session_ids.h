/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_ids.h
 * @brief The packet identifiers of publications that one side has under way.
 *
 * A sorted array, 4 bytes each, allocated only while one is under way.
 */
#ifndef MQTT_CORE_SESSION_IDS_H
#define MQTT_CORE_SESSION_IDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum MQTT_SessionIdState
{
  /** The publication's promise does not hold yet: no acknowledgement. */
  MQTT_SESSION_ID_STORING,
  /** QoS 2: on disk with the publication; waits for PUBREL. */
  MQTT_SESSION_ID_HELD,
  /** QoS 2: PUBREL had; waits until the identifier is gone from disk. */
  MQTT_SESSION_ID_RELEASING
};

struct MQTT_SessionId
{
  uint16_t packet_id;
  uint8_t qos;
  /** An enum MQTT_SessionIdState. */
  uint8_t state : 6;
  /** Did its PUBLISH come on this connection? */
  uint8_t counted : 1;
  /** Did its PUBREL come on this connection? */
  uint8_t asked : 1;
};

struct MQTT_SessionIds
{
  /** At most 65535 each. */
  uint16_t count;
  uint16_t capacity;
  /** How many of them came on this connection. */
  uint16_t counted;
  struct MQTT_SessionId ids[];
};


/**
 * @param ids may be NULL
 * @return NULL if it is not there; valid until one is added or removed
 */
struct MQTT_SessionId *
MQTT_session_ids_find (struct MQTT_SessionIds *ids, uint16_t packet_id);


/**
 * Add an identifier that is not there.
 *
 * @param[in,out] ids where; made if it is NULL, may move
 * @param id the identifier, copied
 */
void
MQTT_session_ids_add (struct MQTT_SessionIds **ids, struct MQTT_SessionId id);


/**
 * Remove an identifier that is there.
 *
 * @param[in,out] ids where; freed and NULL when the last one goes
 * @param id what MQTT_session_ids_find() found
 */
void
MQTT_session_ids_remove (struct MQTT_SessionIds **ids,
                         struct MQTT_SessionId *id);


/**
 * Remove all identifiers.
 *
 * @param[in,out] ids where; freed and NULL
 */
void
MQTT_session_ids_clear (struct MQTT_SessionIds **ids);


/**
 * Say that the PUBLISH of an identifier came on this connection, or not.
 */
void
MQTT_session_ids_count (struct MQTT_SessionIds *ids,
                        struct MQTT_SessionId *id,
                        bool counted);

#endif
