/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_peers.c
 * @brief What the store keeps of other peers: outboxes, interests, and how far
 *        they were received.
 */
#include "store_internal.h"


bool
MQTT_store_outbox_put (struct MQTT_Store *store,
                       const struct MQTT_StoreOutgoing *outgoing)
{
  return MQTT_store_write (store,
                           MQTT_STORE_OUTBOX_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_PEER (&outgoing->peer),
                             VALUE_NUMBER (outgoing->sequence),
                             VALUE_NUMBER (outgoing->run),
                             VALUE_NUMBER (outgoing->message),
                             VALUE_NUMBER (outgoing->expires_us),
                             VALUE_NUMBER (outgoing->size),
                             VALUE_NUMBER (outgoing->qos),
                             VALUE_NUMBER (outgoing->only),
                             VALUE_BYTES (outgoing->groups),
                             VALUE_END,
                           });
}


bool
MQTT_store_outbox_change (struct MQTT_Store *store,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t sequence,
                          const struct MQTT_Bytes *groups)
{
  return MQTT_store_write (store,
                           MQTT_STORE_OUTBOX_CHANGE,
                           MQTT_STORE_VALUES{
                             VALUE_PEER (peer),
                             VALUE_NUMBER (sequence),
                             VALUE_BYTES (*groups),
                             VALUE_END,
                           });
}


bool
MQTT_store_outbox_has (struct MQTT_Store *store,
                       const struct GNUNET_PeerIdentity *peer,
                       uint64_t message)
{
  bool ok = true;
  bool has = false;
  sqlite3_stmt *row = MQTT_store_select (
    store,
    MQTT_STORE_OUTBOX_HAS,
    MQTT_STORE_VALUES{ VALUE_PEER (peer), VALUE_NUMBER (message), VALUE_END });

  while (MQTT_store_next (store, row, &ok))
    has = true;
  return has;
}


void
MQTT_store_outbox_acknowledged (struct MQTT_Store *store,
                                const struct GNUNET_PeerIdentity *peer,
                                uint64_t sequence)
{
  /* The peer says it, and may say anything. */
  uint64_t known = GNUNET_MIN (sequence, INT64_MAX);

  MQTT_store_remove (
    store,
    MQTT_STORE_OUTBOX_ACKNOWLEDGED,
    MQTT_STORE_VALUES{ VALUE_PEER (peer), VALUE_NUMBER (known), VALUE_END });
}


void
MQTT_store_outbox_remove (struct MQTT_Store *store,
                          const struct GNUNET_PeerIdentity *peer,
                          uint64_t sequence)
{
  MQTT_store_remove (
    store,
    MQTT_STORE_OUTBOX_REMOVE,
    MQTT_STORE_VALUES{ VALUE_PEER (peer), VALUE_NUMBER (sequence), VALUE_END });
}


bool
MQTT_store_outboxes_load (struct MQTT_Store *store,
                          MQTT_StoreOutgoingCallback callback,
                          void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_OUTBOXES_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreOutgoing outgoing = {
      .sequence = MQTT_store_column (row, 1),
      .run = MQTT_store_column (row, 2),
      .message = MQTT_store_column (row, 3),
      .expires_us = MQTT_store_column (row, 4),
      .size = MQTT_store_column (row, 5),
      .qos = (uint8_t)MQTT_store_column (row, 6),
      .topic = MQTT_store_column_bytes (row, 7),
      .only = 0 != MQTT_store_column (row, 8),
      .groups = MQTT_store_column_bytes (row, 9),
    };

    if (MQTT_store_column_peer (row, 0, &outgoing.peer))
      callback (cls, &outgoing);
  }
  return ok;
}


bool
MQTT_store_interest_put (struct MQTT_Store *store,
                         const struct MQTT_StoreInterest *interest)
{
  return MQTT_store_make_room (store,
                               interest->topic.size + interest->groups.size)
         && MQTT_store_write (store,
                              MQTT_STORE_INTEREST_PUT,
                              MQTT_STORE_VALUES{
                                VALUE_PEER (&interest->peer),
                                VALUE_BYTES (interest->topic),
                                VALUE_NUMBER (interest->qos),
                                VALUE_NUMBER (interest->confirmed_us),
                                VALUE_NUMBER (interest->only),
                                VALUE_BYTES (interest->groups),
                                VALUE_END,
                              });
}


void
MQTT_store_interest_remove (struct MQTT_Store *store,
                            const struct GNUNET_PeerIdentity *peer,
                            const struct MQTT_Bytes *topic)
{
  MQTT_store_remove (
    store,
    MQTT_STORE_INTEREST_REMOVE,
    MQTT_STORE_VALUES{ VALUE_PEER (peer), VALUE_BYTES (*topic), VALUE_END });
}


bool
MQTT_store_interests_load (struct MQTT_Store *store,
                           MQTT_StoreInterestCallback callback,
                           void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store,
                                         MQTT_STORE_INTERESTS_LOAD,
                                         NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreInterest interest = {
      .topic = MQTT_store_column_bytes (row, 1),
      .qos = (uint8_t)MQTT_store_column (row, 2),
      .confirmed_us = MQTT_store_column (row, 3),
      .only = 0 != MQTT_store_column (row, 4),
      .groups = MQTT_store_column_bytes (row, 5),
    };

    if (MQTT_store_column_peer (row, 0, &interest.peer))
      callback (cls, &interest);
  }
  return ok;
}


bool
MQTT_store_mark_put (struct MQTT_Store *store,
                     const struct MQTT_StoreMark *mark)
{
  return MQTT_store_write (store,
                           MQTT_STORE_MARK_PUT,
                           MQTT_STORE_VALUES{
                             VALUE_PEER (&mark->peer),
                             VALUE_NUMBER (mark->run),
                             VALUE_BYTES (mark->topic),
                             VALUE_NUMBER (mark->sequence),
                             VALUE_NUMBER (mark->updated_us),
                             VALUE_END,
                           });
}


void
MQTT_store_mark_remove (struct MQTT_Store *store,
                        const struct GNUNET_PeerIdentity *peer,
                        uint64_t run,
                        const struct MQTT_Bytes *topic)
{
  MQTT_store_remove (store,
                     MQTT_STORE_MARK_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_PEER (peer),
                                        VALUE_NUMBER (run),
                                        VALUE_BYTES (*topic),
                                        VALUE_END });
}


bool
MQTT_store_marks_load (struct MQTT_Store *store,
                       MQTT_StoreMarkCallback callback,
                       void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_MARKS_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreMark mark = {
      .run = MQTT_store_column (row, 1),
      .topic = MQTT_store_column_bytes (row, 2),
      .sequence = MQTT_store_column (row, 3),
      .updated_us = MQTT_store_column (row, 4),
    };

    if (MQTT_store_column_peer (row, 0, &mark.peer))
      callback (cls, &mark);
  }
  return ok;
}


static struct MQTT_Bytes
code_of (const struct MQTT_StoreHost *host)
{
  return (struct MQTT_Bytes){ .data = (const char *)&host->end,
                              .size = sizeof (host->end) };
}


bool
MQTT_store_host_put (struct MQTT_Store *store,
                     const struct MQTT_StoreHost *host)
{
  const struct MQTT_Bytes code = code_of (host);

  return MQTT_store_write (store,
                           MQTT_STORE_HOST_PUT,
                           MQTT_STORE_VALUES{ VALUE_PEER (&host->peer),
                                              VALUE_BYTES (code),
                                              VALUE_NUMBER (host->called_us),
                                              VALUE_END });
}


void
MQTT_store_host_remove (struct MQTT_Store *store,
                        const struct MQTT_StoreHost *host)
{
  const struct MQTT_Bytes code = code_of (host);

  MQTT_store_remove (store,
                     MQTT_STORE_HOST_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_PEER (&host->peer),
                                        VALUE_BYTES (code),
                                        VALUE_END });
}


bool
MQTT_store_hosts_load (struct MQTT_Store *store,
                       MQTT_StoreHostCallback callback,
                       void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_HOSTS_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreHost host = { .called_us = MQTT_store_column (row, 1) };
    const struct MQTT_Bytes code = MQTT_store_column_bytes (row, 2);

    if (!MQTT_store_column_peer (row, 0, &host.peer)
        || (sizeof (host.end) != code.size))
      continue;
    memcpy (&host.end, code.data, code.size);
    callback (cls, &host);
  }
  return ok;
}
