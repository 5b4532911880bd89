/* SPDX-License-Identifier: AGPL-3.0-or-later */
/**
 * @file service/store_sessions.c
 * @brief Sessions of the store, and their subscriptions.
 */
#include "store_internal.h"


uint64_t
MQTT_store_session_put (struct MQTT_Store *store,
                        const struct MQTT_StoreSession *session)
{
  bool is_new = 0 == session->id;
  uint64_t id = is_new ? store->next_session : session->id;
  const struct MQTT_StoreValue *values = MQTT_STORE_VALUES{
    VALUE_NUMBER (id),
    VALUE_BYTES (session->client),
    VALUE_NUMBER (session->left_us),
    VALUE_NUMBER (session->expiry_us),
    VALUE_ID (session->will),
    VALUE_NUMBER (session->will_delay_us),
    VALUE_NUMBER (session->sent_limit),
    VALUE_END,
  };

  if (!is_new)
    return MQTT_store_write (store, MQTT_STORE_SESSION_CHANGE, values)
               && (1 == sqlite3_changes (store->db))
             ? id
             : 0;
  if (!MQTT_store_make_room (store, session->client.size)
      || !MQTT_store_write (store, MQTT_STORE_SESSION_PUT, values))
    return 0;
  return store->next_session++;
}


void
MQTT_store_session_remove (struct MQTT_Store *store, uint64_t session)
{
  MQTT_store_remove (store,
                     MQTT_STORE_SESSION_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (session), VALUE_END });
}


bool
MQTT_store_session_bury (struct MQTT_Store *store, uint64_t session)
{
  char client[] = "\0q01234567";
  const struct MQTT_Bytes name = { .data = client,
                                   .size = 2 + sizeof (session) };

  memcpy (&client[2], &session, sizeof (session));
  return MQTT_store_write (
    store,
    MQTT_STORE_SESSION_BURY,
    MQTT_STORE_VALUES{ VALUE_NUMBER (session), VALUE_BYTES (name), VALUE_END });
}


bool
MQTT_store_sessions_load (struct MQTT_Store *store,
                          MQTT_StoreSessionCallback callback,
                          void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store, MQTT_STORE_SESSIONS_LOAD, NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreSession session = {
      .id = MQTT_store_column (row, 0),
      .client = MQTT_store_column_bytes (row, 1),
      .left_us = MQTT_store_column (row, 2),
      .expiry_us = MQTT_store_column (row, 3),
      .will = MQTT_store_column (row, 4),
      .will_delay_us = MQTT_store_column (row, 5),
      .sent_limit = MQTT_store_column (row, 6),
    };

    callback (cls, &session);
  }
  return ok;
}


bool
MQTT_store_subscription_put (struct MQTT_Store *store,
                             const struct MQTT_StoreSubscription *subscription)
{
  return MQTT_store_make_room (store, subscription->filter.size)
         && MQTT_store_write (store,
                              MQTT_STORE_SUBSCRIPTION_PUT,
                              MQTT_STORE_VALUES{
                                VALUE_NUMBER (subscription->session),
                                VALUE_BYTES (subscription->filter),
                                VALUE_NUMBER (subscription->options),
                                VALUE_NUMBER (subscription->identifier),
                                VALUE_NUMBER (subscription->since_us),
                                VALUE_END,
                              });
}


void
MQTT_store_subscription_remove (struct MQTT_Store *store,
                                uint64_t session,
                                const struct MQTT_Bytes *filter)
{
  MQTT_store_remove (store,
                     MQTT_STORE_SUBSCRIPTION_REMOVE,
                     MQTT_STORE_VALUES{ VALUE_NUMBER (session),
                                        VALUE_BYTES (*filter),
                                        VALUE_END });
}


bool
MQTT_store_subscriptions_load (struct MQTT_Store *store,
                               MQTT_StoreSubscriptionCallback callback,
                               void *cls)
{
  bool ok = true;
  sqlite3_stmt *row = MQTT_store_select (store,
                                         MQTT_STORE_SUBSCRIPTIONS_LOAD,
                                         NULL);

  while (MQTT_store_next (store, row, &ok))
  {
    struct MQTT_StoreSubscription subscription = {
      .session = MQTT_store_column (row, 0),
      .filter = MQTT_store_column_bytes (row, 1),
      .options = (uint8_t)MQTT_store_column (row, 2),
      .identifier = (uint32_t)MQTT_store_column (row, 3),
      .since_us = MQTT_store_column (row, 4),
    };

    callback (cls, &subscription);
  }
  return ok;
}
