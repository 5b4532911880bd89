/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file core/session_journal.h
 * @brief The changes of one session that the store was asked for and has not
 *        confirmed, oldest first.
 *
 * Knows neither the store nor what follows from a change.
 */
#ifndef MQTT_CORE_SESSION_JOURNAL_H
#define MQTT_CORE_SESSION_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum MQTT_SessionChangeKind
{
  /** Number: position of a new entry. */
  MQTT_SESSION_CHANGE_ENTRY,
  /** Number: position of an entry that had its PUBREC. */
  MQTT_SESSION_CHANGE_RELEASED,
  /** Number: position of an entry that has ended. */
  MQTT_SESSION_CHANGE_REMOVED,
  /** Number: packet identifier of a publication that had its PUBREL. */
  MQTT_SESSION_CHANGE_INBOUND,
  /** Number: up to which position entries may be sent. */
  MQTT_SESSION_CHANGE_RECORD
};

struct MQTT_SessionChange
{
  uint64_t number;
  enum MQTT_SessionChangeKind kind;
};

/**
 * A queue in an array; never empty: when nothing waits there is none.
 */
struct MQTT_SessionJournal
{
  uint32_t capacity;
  uint32_t first;
  uint32_t end;
  struct MQTT_SessionChange changes[];
};


/**
 * @param[in,out] journal where to append; made if it is NULL, may move
 */
void
MQTT_session_journal_append (struct MQTT_SessionJournal **journal,
                             enum MQTT_SessionChangeKind kind,
                             uint64_t number);


/**
 * The oldest change.
 *
 * @param journal may be NULL
 * @return NULL if there is none
 */
const struct MQTT_SessionChange *
MQTT_session_journal_first (const struct MQTT_SessionJournal *journal);


/**
 * One of the changes, counted from the oldest.
 *
 * @param journal may be NULL
 * @return NULL if there are not so many
 */
const struct MQTT_SessionChange *
MQTT_session_journal_at (const struct MQTT_SessionJournal *journal, size_t i);


/**
 * Take the oldest change, which must be there, away.
 *
 * @param[in,out] journal the journal; freed and NULL when it has run empty
 */
struct MQTT_SessionChange
MQTT_session_journal_take (struct MQTT_SessionJournal **journal);


/**
 * Number of changes.
 *
 * @param journal may be NULL
 */
size_t
MQTT_session_journal_count (const struct MQTT_SessionJournal *journal);

#endif
